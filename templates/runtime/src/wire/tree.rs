//! A value as a tree, in the order in which it was written: what parameters and unions are made of.
//!
//! `serde_json::Value` doesn't serve: it sorts members and widens an `f32`.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{
    self, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer,
};
use serde_json::Value;

use crate::wire::Encode;

/// A value that was written.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// Nothing.
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Signed(i64),
    /// A whole number that isn't negative.
    Unsigned(u64),
    /// A number of 32 bits.
    Single(f32),
    /// A number of 64 bits.
    Double(f64),
    /// A number as it is written, which may be longer than others can hold: what a
    /// `serde_json::Value` has where another crate switches on serde_json's `arbitrary_precision`.
    Digits {
        /// How serde_json calls it.
        name: &'static str,
        /// The number.
        digits: String,
    },
    /// A string.
    Text(String),
    /// A list.
    Array(Vec<Tree>),
    /// Names and values.
    Object(Vec<(String, Tree)>),
}

/// The tree of a value.
///
/// # Errors
///
/// The value has no form on the wire.
pub(crate) fn tree<T: Encode>(value: &T) -> Result<Tree, Unencodable> {
    value.encode(Trees)
}

/// Why a value has no form on the wire.
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
            Self::Signed(value) => serializer.serialize_i64(*value),
            Self::Unsigned(value) => serializer.serialize_u64(*value),
            Self::Single(value) => serializer.serialize_f32(*value),
            Self::Double(value) => serializer.serialize_f64(*value),
            Self::Digits { name, digits } => {
                let mut number = serializer.serialize_struct(name, 1)?;
                number.serialize_field(name, digits)?;
                number.end()
            }
            Self::Text(value) => serializer.serialize_str(value),
            Self::Array(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

/// Writes values as trees. Tuples and Rust's own enumerations are no value of a document's.
struct Trees;

type Written = Result<Tree, Unencodable>;
type Never = Impossible<Tree, Unencodable>;

fn impossible<T>() -> Result<T, Unencodable> {
    Err(ser::Error::custom("JSON has no value of its kind"))
}

impl Serializer for Trees {
    type Ok = Tree;
    type Error = Unencodable;
    type SerializeSeq = Items;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Members;
    type SerializeStruct = Digits;
    type SerializeStructVariant = Never;

    fn serialize_bool(self, value: bool) -> Written {
        Ok(Tree::Bool(value))
    }
    fn serialize_i8(self, value: i8) -> Written {
        Ok(Tree::Signed(value.into()))
    }
    fn serialize_i16(self, value: i16) -> Written {
        Ok(Tree::Signed(value.into()))
    }
    fn serialize_i32(self, value: i32) -> Written {
        Ok(Tree::Signed(value.into()))
    }
    fn serialize_i64(self, value: i64) -> Written {
        Ok(Tree::Signed(value))
    }
    fn serialize_u8(self, value: u8) -> Written {
        Ok(Tree::Unsigned(value.into()))
    }
    fn serialize_u16(self, value: u16) -> Written {
        Ok(Tree::Unsigned(value.into()))
    }
    fn serialize_u32(self, value: u32) -> Written {
        Ok(Tree::Unsigned(value.into()))
    }
    fn serialize_u64(self, value: u64) -> Written {
        Ok(Tree::Unsigned(value))
    }
    fn serialize_f32(self, value: f32) -> Written {
        Ok(Tree::Single(value))
    }
    fn serialize_f64(self, value: f64) -> Written {
        Ok(Tree::Double(value))
    }
    fn serialize_char(self, value: char) -> Written {
        Ok(Tree::Text(value.into()))
    }
    fn serialize_str(self, value: &str) -> Written {
        Ok(Tree::Text(value.to_owned()))
    }
    fn serialize_bytes(self, _: &[u8]) -> Written {
        impossible()
    }
    fn serialize_none(self) -> Written {
        Ok(Tree::Null)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Written {
        Ok(Tree::Null)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Written {
        impossible()
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Written {
        impossible()
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Written {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Written {
        impossible()
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Items, Unencodable> {
        Ok(Items(Vec::new()))
    }
    fn serialize_tuple(self, _: usize) -> Result<Never, Unencodable> {
        impossible()
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Never, Unencodable> {
        impossible()
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, Unencodable> {
        impossible()
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Members, Unencodable> {
        Ok(Members::default())
    }
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Digits, Unencodable> {
        Ok(Digits { name, digits: None })
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, Unencodable> {
        impossible()
    }
}

struct Items(Vec<Tree>);

impl SerializeSeq for Items {
    type Ok = Tree;
    type Error = Unencodable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unencodable> {
        self.0.push(value.serialize(Trees)?);
        Ok(())
    }
    fn end(self) -> Written {
        Ok(Tree::Array(self.0))
    }
}

#[derive(Default)]
struct Members {
    members: Vec<(String, Tree)>,
    name: Option<String>,
}

impl SerializeMap for Members {
    type Ok = Tree;
    type Error = Unencodable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Unencodable> {
        self.name = name.serialize(Trees)?.scalar().map(Cow::into_owned);
        match self.name {
            Some(_) => Ok(()),
            None => Err(ser::Error::custom("the name of a member is no string")),
        }
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unencodable> {
        let name = self.name.take().unwrap_or_default();
        self.members.push((name, value.serialize(Trees)?));
        Ok(())
    }
    fn end(self) -> Written {
        Ok(Tree::Object(self.members))
    }
}

/// A number that serde writes as a struct of its digits: see [`Tree::Digits`].
struct Digits {
    name: &'static str,
    digits: Option<String>,
}

impl SerializeStruct for Digits {
    type Ok = Tree;
    type Error = Unencodable;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unencodable> {
        self.digits = value.serialize(Trees)?.scalar().map(Cow::into_owned);
        Ok(())
    }
    fn end(self) -> Written {
        match self.digits {
            Some(digits) => Ok(Tree::Digits {
                name: self.name,
                digits,
            }),
            None => impossible(),
        }
    }
}

impl Tree {
    /// A string, number or boolean as text; `None` for null and what holds other values.
    #[must_use]
    pub fn scalar(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Bool(value) => Some(value.to_string().into()),
            Self::Signed(value) => Some(value.to_string().into()),
            Self::Unsigned(value) => Some(value.to_string().into()),
            Self::Single(value) => Some(value.to_string().into()),
            Self::Double(value) => Some(value.to_string().into()),
            Self::Text(value) | Self::Digits { digits: value, .. } => Some(value.into()),
            Self::Null | Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// The text inside a list or object: a scalar as it is, an array or object as JSON.
    ///
    /// OpenAPI leaves nested values to the implementation; null counts as absent (RFC 6570 2.3).
    #[must_use]
    pub fn inner_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Null => None,
            Self::Array(_) | Self::Object(_) => Some(self.to_json().into()),
            scalar => scalar.scalar(),
        }
    }

    /// The JSON document.
    ///
    /// Written here, by what `serde_json` has compiled: its `to_string` is generic, and would be
    /// compiled for each client.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.push_json(&mut out);
        out
    }

    fn push_json(&self, out: &mut String) {
        match self {
            Self::Text(text) => push_json_string(text, out),
            Self::Array(items) => {
                let mut before = '[';
                for item in items {
                    out.push(before);
                    item.push_json(out);
                    before = ',';
                }
                out.push_str(if before == '[' { "[]" } else { "]" });
            }
            Self::Object(members) => {
                let mut before = '{';
                for (name, value) in members {
                    out.push(before);
                    push_json_string(name, out);
                    out.push(':');
                    value.push_json(out);
                    before = ',';
                }
                out.push_str(if before == '{' { "{}" } else { "}" });
            }
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(&value.to_string()),
            Self::Signed(value) => out.push_str(&value.to_string()),
            Self::Unsigned(value) => out.push_str(&value.to_string()),
            // As `Debug` has it, with an exponent where that is shorter: JSON's own form.
            Self::Single(value) => out.push_str(&format!("{value:?}")),
            Self::Double(value) => out.push_str(&format!("{value:?}")),
            Self::Digits { digits, .. } => out.push_str(digits),
        }
    }
}

fn push_json_string(text: &str, out: &mut String) {
    out.push_str(&Value::from(text).to_string());
}
