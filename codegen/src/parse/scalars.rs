//! Scalars of the wrong type whose meaning is clear.

use serde_json::{Number, Value};

use super::text::excerpt;
use super::walk::{Walker, describe};

impl Walker<'_> {
    pub(super) fn string(&mut self, value: &mut Value) -> bool {
        let text = match value {
            Value::String(_) => return true,
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            _ => return self.wrong_type("a string", value),
        };
        self.warn(
            format!(
                "expected a string, found {}, which is treated as `{text}`",
                describe(value)
            ),
            "put it into quotes",
        );
        *value = Value::String(text);
        true
    }

    pub(super) fn boolean(&mut self, value: &mut Value) -> bool {
        let repaired = match value {
            Value::Bool(_) => return true,
            Value::String(text) if text.eq_ignore_ascii_case("true") => true,
            Value::String(text) if text.eq_ignore_ascii_case("false") => false,
            _ => return self.wrong_type("a boolean", value),
        };
        self.warn(
            format!("expected a boolean, found a string, which is treated as {repaired}"),
            "remove the quotes",
        );
        *value = Value::Bool(repaired);
        true
    }

    pub(super) fn count(&mut self, value: &mut Value) -> bool {
        if !self.number(value) {
            return false;
        }
        if value.as_u64().is_some() {
            return true;
        }
        match value.as_f64() {
            Some(number) if number >= 0.0 && number.fract() == 0.0 && number < 9e15 => {
                *value = Value::from(number as u64);
                true
            }
            _ => {
                self.warn(
                    format!("{value} isn't a non-negative integer, so this limit is ignored"),
                    "use an integer of at least 0",
                );
                false
            }
        }
    }

    /// Limits only document a value, so a wrong one is ignored.
    pub(super) fn number(&mut self, value: &mut Value) -> bool {
        match value {
            Value::Number(_) => true,
            Value::String(text) => {
                match text.trim().parse::<Number>() {
                    Ok(number) => {
                        self.warn(
                            "expected a number, found a string, which is parsed as a number",
                            "remove the quotes",
                        );
                        *value = Value::Number(number);
                        true
                    }
                    Err(_) => {
                        self.warn(
                        format!("expected a number, found the string `{}`, so this limit is ignored", excerpt(text)),
                        "use a number",
                    );
                        false
                    }
                }
            }
            _ => {
                self.warn(
                    format!(
                        "expected a number, found {}, which is ignored",
                        describe(value)
                    ),
                    "use a number",
                );
                false
            }
        }
    }
}
