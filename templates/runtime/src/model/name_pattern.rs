//! Patterns of property names that need a regular expression.

use std::sync::OnceLock;

use regex_lite::Regex;

/// A regular expression that is compiled when the first name is matched.
pub struct NamePattern {
    text: &'static str,
    regex: OnceLock<Option<Regex>>,
}

impl NamePattern {
    /// Creates a pattern from a regular expression, which the generator has compiled before.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self {
            text,
            regex: OnceLock::new(),
        }
    }

    /// Returns whether a name contains a match. The time is linear in the name.
    #[must_use]
    pub fn is_match(&self, name: &str) -> bool {
        let regex = self.regex.get_or_init(|| Regex::new(self.text).ok());
        regex.as_ref().is_some_and(|it| it.is_match(name))
    }
}
