//! A value as a tree that keeps the order of its properties: what parameters and unions are written
//! through.
//!
//! `serde_json::Value` won't do, because it sorts properties and widens an `f32`.

mod serializer;

use std::borrow::Cow;
use std::fmt;

use serde::ser::{self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};
use serde_json::Value;

use self::serializer::TreeSerializer;
use crate::wire::Encode;

/// A value written by [`Encode`].
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// An absent value or `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer.
    U64(u64),
    /// An integer of more than 64 bits.
    I128(i128),
    /// A 32-bit floating-point number.
    F32(f32),
    /// A 64-bit floating-point number.
    F64(f64),
    /// A number of any length, as its digits. A `serde_json::Value` holds such numbers where
    /// another crate enables serde_json's feature `arbitrary_precision`.
    ArbitraryPrecision {
        /// The name that serde_json gives the struct and its only field.
        name: &'static str,
        /// The number as it is written.
        digits: String,
    },
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Tree>),
    /// An object: its property names and values in the order in which they were written.
    Object(Vec<(String, Tree)>),
}

/// Writes a value as a tree.
///
/// # Errors
///
/// Returns an error if the value has no representation on the wire.
pub(crate) fn to_tree<T: Encode>(value: &T) -> Result<Tree, Unencodable> {
    value.encode(TreeSerializer)
}

/// The value has no representation on the wire.
#[derive(Debug)]
pub(crate) struct Unencodable(String);

impl fmt::Display for Unencodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unencodable {}

impl ser::Error for Unencodable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::I64(value) => serializer.serialize_i64(*value),
            Self::U64(value) => serializer.serialize_u64(*value),
            Self::I128(value) => serializer.serialize_i128(*value),
            Self::F32(value) => serializer.serialize_f32(*value),
            Self::F64(value) => serializer.serialize_f64(*value),
            Self::ArbitraryPrecision { name, digits } => {
                let mut number = serializer.serialize_struct(name, 1)?;
                number.serialize_field(name, digits)?;
                number.end()
            }
            Self::String(value) => serializer.serialize_str(value),
            Self::Array(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Self::Object(properties) => {
                let mut map = serializer.serialize_map(Some(properties.len()))?;
                for (name, value) in properties {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

impl Tree {
    /// Returns a string, number or boolean as text; `None` for `null`, arrays and objects.
    #[must_use]
    pub fn scalar_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Bool(value) => Some(value.to_string().into()),
            Self::I64(value) => Some(value.to_string().into()),
            Self::U64(value) => Some(value.to_string().into()),
            Self::I128(value) => Some(value.to_string().into()),
            Self::F32(value) => Some(value.to_string().into()),
            Self::F64(value) => Some(value.to_string().into()),
            Self::String(value) | Self::ArbitraryPrecision { digits: value, .. } => {
                Some(value.into())
            }
            Self::Null | Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// Returns the text of a value inside an array or object: a scalar as it is, an array or object
    /// as JSON; `None` for `null`, which counts as absent (RFC 6570 section 2.3).
    ///
    /// OpenAPI leaves the form of nested values undefined.
    #[must_use]
    pub fn nested_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Null => None,
            Self::Array(_) | Self::Object(_) => Some(self.to_json().into()),
            scalar => scalar.scalar_text(),
        }
    }

    /// Returns the value as a JSON document.
    ///
    /// This code calls only what `serde_json` has compiled already. `serde_json::to_string` is
    /// generic and would be compiled once more for each client.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.push_json(&mut out);
        out
    }

    fn push_json(&self, out: &mut String) {
        match self {
            Self::String(text) => push_json_string(text, out),
            Self::Array(items) => {
                let mut separator = '[';
                for item in items {
                    out.push(separator);
                    item.push_json(out);
                    separator = ',';
                }
                out.push_str(if separator == '[' { "[]" } else { "]" });
            }
            Self::Object(properties) => {
                let mut separator = '{';
                for (name, value) in properties {
                    out.push(separator);
                    push_json_string(name, out);
                    out.push(':');
                    value.push_json(out);
                    separator = ',';
                }
                out.push_str(if separator == '{' { "{}" } else { "}" });
            }
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(&value.to_string()),
            Self::I64(value) => out.push_str(&value.to_string()),
            Self::U64(value) => out.push_str(&value.to_string()),
            Self::I128(value) => out.push_str(&value.to_string()),
            // `Debug` writes an exponent where that is shorter, as JSON does.
            Self::F32(value) => out.push_str(&format!("{value:?}")),
            Self::F64(value) => out.push_str(&format!("{value:?}")),
            Self::ArbitraryPrecision { digits, .. } => out.push_str(digits),
        }
    }
}

fn push_json_string(text: &str, out: &mut String) {
    out.push_str(&Value::from(text).to_string());
}
