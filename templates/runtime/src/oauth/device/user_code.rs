//! The code that a user types on another device (RFC 8628 section 6.1).

use std::fmt;

/// The letters of a user code: those that aren't vowels, so that no word comes about by chance
/// (RFC 8628 section 6.1).
const LETTERS: &str = "BCDFGHJKLMNPQRSTVWXZ";
/// How many letters a code of letters has at least.
const LEAST_LETTERS: usize = 8;
/// How many digits a code of digits has at least.
const LEAST_DIGITS: usize = 9;
/// How many characters a code has at most, separators included.
const MOST: usize = 20;

/// The code that the user enters at the verification address.
///
/// `Display` shows it as the server sent it, which is how the user should see it.
#[derive(Clone, Debug)]
pub struct UserCode(String);

/// Why a user code doesn't meet the rules of [`UserCode::check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserCodeProblem {
    /// It has more than 20 characters, separators included.
    TooLong,
    /// It has a character that is neither a digit nor one of the 20 letters.
    Character(char),
    /// It has letters as well as digits.
    Mixed,
    /// It is of letters, and of fewer than 8.
    TooFewLetters,
    /// It is of digits, and of fewer than 9.
    TooFewDigits,
    /// It has neither letters nor digits.
    Empty,
}

impl UserCode {
    /// A code as the server sent it.
    #[must_use]
    pub fn new(code: impl Into<String>) -> Self {
        Self(code.into())
    }

    /// The code as the server sent it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code in upper case, without the hyphens and spaces that only separate.
    #[must_use]
    pub fn normalized(&self) -> String {
        normalized(&self.0)
    }

    /// Whether what someone typed is this code: neither case nor separators count.
    #[must_use]
    pub fn matches(&self, typed: &str) -> bool {
        normalized(typed) == self.normalized()
    }

    /// Whether the code is easy to type and hard to guess: at least 8 letters of an alphabet of 20
    /// without vowels, or at least 9 digits, and with hyphens and spaces 20 characters at most.
    ///
    /// A login goes on with any code; this is for whoever wants to know.
    ///
    /// # Errors
    ///
    /// The first rule that it breaks.
    pub fn check(&self) -> Result<(), UserCodeProblem> {
        if self.0.chars().count() > MOST {
            return Err(UserCodeProblem::TooLong);
        }
        let code = self.normalized();
        let strange = |c: &char| !c.is_ascii_digit() && !LETTERS.contains(*c);
        if let Some(c) = code.chars().find(strange) {
            return Err(UserCodeProblem::Character(c));
        }
        let digits = code.chars().filter(char::is_ascii_digit).count();
        let letters = code.chars().count() - digits;
        match (letters, digits) {
            (0, 0) => Err(UserCodeProblem::Empty),
            (0, digits) if digits < LEAST_DIGITS => Err(UserCodeProblem::TooFewDigits),
            (letters, 0) if letters < LEAST_LETTERS => Err(UserCodeProblem::TooFewLetters),
            (0, _) | (_, 0) => Ok(()),
            _ => Err(UserCodeProblem::Mixed),
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

impl fmt::Display for UserCodeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "the code has more than {MOST} characters"),
            Self::Character(c) => write!(
                f,
                "the code has `{}`, which is neither a digit nor one of {LETTERS}",
                c.escape_debug()
            ),
            Self::Mixed => f.write_str("the code has letters and digits"),
            Self::TooFewLetters => write!(f, "the code has fewer than {LEAST_LETTERS} letters"),
            Self::TooFewDigits => write!(f, "the code has fewer than {LEAST_DIGITS} digits"),
            Self::Empty => f.write_str("the code is empty"),
        }
    }
}

impl std::error::Error for UserCodeProblem {}
