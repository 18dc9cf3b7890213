//! Properties that have only one value.

use serde_json::Value;

/// The only value that the document allows for a property.
#[derive(Clone, Copy, Debug)]
pub enum Constant {
    /// A boolean.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A number that isn't an integer.
    Number(f64),
    /// A string.
    String(&'static str),
}

impl Constant {
    /// Returns whether a value contradicts the constant. Null doesn't: it counts as absent.
    #[must_use]
    pub fn contradicts(self, value: &Value) -> bool {
        match self {
            _ if value.is_null() => false,
            Self::Bool(constant) => value.as_bool() != Some(constant),
            Self::Integer(constant) => {
                value.as_i64() != Some(constant) && value.as_f64() != Some(constant as f64)
            }
            Self::Number(constant) => value.as_f64() != Some(constant),
            Self::String(constant) => value.as_str() != Some(constant),
        }
    }
}
