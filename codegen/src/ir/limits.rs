//! Constraints on values that their types don't express.

use serde::Serialize;
use serde_json::{Number, Value};

/// A constraint on a value that its type doesn't enforce.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub enum Limit {
    /// The format of a string (`format`).
    Text(TextFormat),
    /// The only allowed string, number or boolean (`const`, or `enum` with one value).
    Always(Value),
    /// The only value of a tag, which the unions around the object give it.
    Tag(Value),
    /// The allowed numbers (`enum` of several numbers that aren't all integers); never empty.
    OneOf(Vec<Number>),
    /// The number of characters of a string (`minLength`, `maxLength`).
    Characters(Counts),
    /// The range of a number (`minimum`, `maximum`); at least one bound is present.
    Range {
        /// The lower bound.
        minimum: Option<Bound>,
        /// The upper bound.
        maximum: Option<Bound>,
    },
    /// A multiple of this number (`multipleOf`).
    MultipleOf(f64),
    /// The number of items of an array (`minItems`, `maxItems`).
    Items(Counts),
    /// An array without equal items (`uniqueItems`).
    UniqueItems,
    /// An ECMA-262 regular expression that a string matches (`pattern`).
    Pattern(String),
    /// ECMA-262 regular expressions of which the names of properties match one (`patternProperties`);
    /// never empty.
    Names(Vec<String>),
    /// The same, of an object that may have properties of other names and types, too.
    SomeNames(Vec<String>),
}

/// The allowed number of characters or items; at least one bound is present.
#[derive(Clone, Copy, Debug, Serialize, PartialEq)]
pub struct Counts {
    /// The smallest number allowed; `None` for zero.
    pub least: Option<u64>,
    /// The largest number allowed; `None` if unlimited.
    pub most: Option<u64>,
}

/// A bound of a range.
#[derive(Clone, Copy, Debug, Serialize, PartialEq)]
pub struct Bound {
    /// The bound.
    pub value: f64,
    /// Whether the bound itself is out of range.
    pub exclusive: bool,
}

/// A format of a string that doesn't determine a Rust type.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub enum TextFormat {
    /// A signed decimal integer with this number of bits.
    Integer(u8),
    /// An unsigned decimal integer with this number of bits.
    UnsignedInteger(u8),
    /// A decimal number.
    Number,
    /// Bytes in base64url.
    Base64Url,
}
