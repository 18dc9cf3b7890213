//! What nobody may guess.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The letters of user codes: no vowels, so that no word comes about (RFC 8628 section 6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

fn fill(bytes: &mut [u8]) {
    // A server whose codes can be guessed had better not go on.
    getrandom::fill(bytes).expect("the operating system gives random bytes");
}

/// 256 random bits as text.
pub fn token() -> String {
    let mut bytes = [0; 32];
    fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A user code such as `WDJB-MJHT`: 20^8 there are, which is enough for codes that hold for minutes
/// at a server that counts wrong ones.
pub fn user_code() -> String {
    let mut code = String::new();
    while code.len() < 9 {
        let mut byte = [0];
        fill(&mut byte);
        // 240 is the greatest multiple of 20 in a byte: so each letter is as likely.
        if byte[0] < 240 {
            if code.len() == 4 {
                code.push('-');
            }
            code.push(char::from(LETTERS[usize::from(byte[0] % 20)]));
        }
    }
    code
}
