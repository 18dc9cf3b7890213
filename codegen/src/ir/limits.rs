//! What a document demands of a value beyond its type.

use serde::Serialize;
use serde_json::Number;

/// A limit on a value that its type doesn't enforce.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub enum Limit {
    /// What a string contains (`format`).
    Text(TextFormat),
    /// Always this boolean (`enum` with one boolean).
    Always(bool),
    /// One of these numbers (`enum` of numbers that aren't all integers); never empty.
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
}

/// How many characters or items are allowed; at least one of the two is limited.
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

/// What a string contains, where its `format` doesn't choose a type.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub enum TextFormat {
    /// A signed integer in decimal, of so many bits.
    Integer(u8),
    /// An unsigned integer in decimal, of so many bits.
    UnsignedInteger(u8),
    /// A number in decimal.
    Number,
    /// Bytes in base64url.
    Base64Url,
}
