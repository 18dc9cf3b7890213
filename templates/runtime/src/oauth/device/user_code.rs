//! The code that a user enters on another device (RFC 8628 section 6.1).

use std::fmt;

/// The letters of a user code: consonants only, so that no word appears by chance (RFC 8628 section
/// 6.1).
const ALPHABET: &str = "BCDFGHJKLMNPQRSTVWXZ";
/// The minimum length of a code of letters.
const MIN_LETTERS: usize = 8;
/// The minimum length of a code of digits.
const MIN_DIGITS: usize = 9;
/// The maximum length of a code, with separators.
const MAX_CHARACTERS: usize = 20;

/// The code that the user enters at the verification URI.
///
/// `Display` prints it as the server sent it, which is how to show it to the user.
///
/// ```
/// use wiretrue::oauth::UserCode;
///
/// let code = UserCode::new("WDJB-MJHT");
/// assert_eq!(code.to_string(), "WDJB-MJHT");
/// assert_eq!(code.normalized(), "WDJBMJHT");
/// assert!(code.matches("wdjb mjht"));
/// ```
#[derive(Clone, Debug)]
pub struct UserCode(String);

/// Which rule of [`UserCode::check`] a user code breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserCodeError {
    /// The code has more than 20 characters, with separators.
    TooLong,
    /// The code has a character that is neither a digit nor one of the 20 letters.
    InvalidCharacter(char),
    /// The code has both letters and digits.
    Mixed,
    /// The code consists of fewer than 8 letters.
    TooFewLetters,
    /// The code consists of fewer than 9 digits.
    TooFewDigits,
    /// The code has neither letters nor digits.
    Empty,
}

impl UserCode {
    /// Creates a code from the string that the server sent.
    #[must_use]
    pub fn new(code: impl Into<String>) -> Self {
        Self(code.into())
    }

    /// Returns the code as the server sent it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the code in upper case, without hyphens and spaces.
    #[must_use]
    pub fn normalized(&self) -> String {
        normalized(&self.0)
    }

    /// Returns whether a user typed this code, ignoring case, hyphens and spaces.
    #[must_use]
    pub fn matches(&self, typed: &str) -> bool {
        normalized(typed) == self.normalized()
    }

    /// Checks that the code is easy to type and hard to guess (RFC 8628 section 6.1).
    ///
    /// A code must have at least 8 letters of the 20 consonants that the standard suggests, or at
    /// least 9 digits. With hyphens and spaces, it may have 20 characters.
    ///
    /// A device login doesn't require this; it accepts any code.
    ///
    /// # Errors
    ///
    /// Returns the first rule that the code breaks.
    pub fn check(&self) -> Result<(), UserCodeError> {
        if self.0.chars().count() > MAX_CHARACTERS {
            return Err(UserCodeError::TooLong);
        }
        let code = self.normalized();
        let is_invalid = |c: &char| !c.is_ascii_digit() && !ALPHABET.contains(*c);
        if let Some(c) = code.chars().find(is_invalid) {
            return Err(UserCodeError::InvalidCharacter(c));
        }
        let digits = code.chars().filter(char::is_ascii_digit).count();
        let letters = code.chars().count() - digits;
        match (letters, digits) {
            (0, 0) => Err(UserCodeError::Empty),
            (0, digits) if digits < MIN_DIGITS => Err(UserCodeError::TooFewDigits),
            (letters, 0) if letters < MIN_LETTERS => Err(UserCodeError::TooFewLetters),
            (0, _) | (_, 0) => Ok(()),
            _ => Err(UserCodeError::Mixed),
        }
    }
}

fn normalized(code: &str) -> String {
    code.chars()
        .filter(|c| !matches!(c, '-' | ' '))
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for UserCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "the code has more than {MAX_CHARACTERS} characters"),
            Self::InvalidCharacter(c) => write!(
                f,
                "the code contains `{}`, which is neither a digit nor one of {ALPHABET}",
                c.escape_debug()
            ),
            Self::Mixed => f.write_str("the code has both letters and digits"),
            Self::TooFewLetters => write!(f, "the code has fewer than {MIN_LETTERS} letters"),
            Self::TooFewDigits => write!(f, "the code has fewer than {MIN_DIGITS} digits"),
            Self::Empty => f.write_str("the code is empty"),
        }
    }
}

impl std::error::Error for UserCodeError {}
