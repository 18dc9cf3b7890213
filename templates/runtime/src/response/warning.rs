//! Properties that were read as absent.

use std::fmt;

/// An optional property that was read as absent, because its text isn't of the documented format.
///
/// If the property is a list or a map, it is absent as a whole, and the warning is about its first
/// malformed text. [`Response::warnings`](super::Response::warnings) returns the warnings of a
/// response.
#[derive(Clone, PartialEq, Eq)]
pub struct Warning {
    path: String,
    expected: &'static str,
    text: String,
}

impl Warning {
    pub(crate) fn new(path: String, expected: &'static str, text: String) -> Self {
        Self {
            path,
            expected,
            text,
        }
    }

    /// Returns the JSON path of the text, such as `$.items[0].paid_on`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns what the OpenAPI document describes, such as `a UUID`.
    #[must_use]
    pub fn expected(&self) -> &'static str {
        self.expected
    }

    /// Returns the text as it was received.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Prints the path and what was expected, but not the text, which may be secret.
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, expected, .. } = self;
        write!(
            f,
            "`{path}`: expected {expected}, found another text; the property was read as absent"
        )
    }
}

/// Prints the path and what was expected, but not the text, which may be secret.
impl fmt::Debug for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Warning")
            .field("path", &self.path)
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}
