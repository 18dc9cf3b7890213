//! Random values that nobody can guess.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The letters of user codes: no vowels, so that codes don't spell words (RFC 8628 section 6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

fn fill(bytes: &mut [u8]) {
    // A server without random codes must not continue.
    getrandom::fill(bytes).expect("the operating system provides random bytes");
}

/// Returns 256 random bits as text.
pub fn token() -> String {
    let mut bytes = [0; 32];
    fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns a user code such as `WDJB-MJHT`. There are 20^8, enough for codes that expire in minutes, at a
/// server that limits wrong ones.
pub fn user_code() -> String {
    let mut code = String::new();
    while code.len() < 9 {
        let mut byte = [0];
        fill(&mut byte);
        // 240 is the largest multiple of 20 in a byte, so all letters are equally likely.
        if byte[0] < 240 {
            if code.len() == 4 {
                code.push('-');
            }
            code.push(char::from(LETTERS[usize::from(byte[0] % 20)]));
        }
    }
    code
}
