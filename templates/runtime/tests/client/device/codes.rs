//! User codes.

use wiretrue::oauth::{UserCode, UserCodeError};

#[test]
fn user_codes_are_compared_without_case_and_separators() {
    let code = UserCode::new("wdjb-MJ ht");
    assert_eq!(code.to_string(), "wdjb-MJ ht");
    assert_eq!(code.normalized(), "WDJBMJHT");
    assert!(code.matches("W-D-J-B m j h t"));
    assert!(!code.matches("WDJBMJHX"));
}

#[test]
fn a_user_code_is_checked_against_the_rules() {
    use UserCodeError::{Empty, InvalidCharacter, Mixed, TooFewDigits, TooFewLetters, TooLong};
    for (code, outcome) in [
        ("WDJB-MJHT", Ok(())),
        ("wdjbmjht", Ok(())),
        ("BCDFGHJK LMNPQRSTVWX", Ok(())),
        ("019-450-730", Ok(())),
        ("BCDFGHJK-LMNPQRSTVWXZ", Err(TooLong)),
        ("WDJB-MJH", Err(TooFewLetters)),
        ("0194 5073", Err(TooFewDigits)),
        ("WDJB-1234-5", Err(Mixed)),
        ("WDJB-MJHA", Err(InvalidCharacter('A'))),
        ("WDJB_MJHT", Err(InvalidCharacter('_'))),
        ("ÄDJBMJHT", Err(InvalidCharacter('Ä'))),
        ("- -", Err(Empty)),
        ("", Err(Empty)),
    ] {
        assert_eq!(UserCode::new(code).check(), outcome, "{code}");
    }
}
