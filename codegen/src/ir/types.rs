//! Types of a client: structs, enumerations, unions and aliases.

use serde::Serialize;
use serde_json::Value;

use super::{Docs, Limit, OperationId};
use crate::name_pattern::NamePattern;
use crate::pointer::Pointer;

/// The index of a [`TypeDef`].
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub usize);

/// A reference to a type.
#[derive(Clone, Debug, Serialize, PartialEq, Eq, Hash)]
pub enum TypeRef {
    /// A type of the standard library or of another crate.
    Primitive(Primitive),
    /// A type that the client defines.
    Named(TypeId),
    /// `Vec`
    Array(Box<TypeRef>),
    /// `BTreeMap` with string keys.
    Map(Box<TypeRef>),
    /// `Option`, for null inside an array or map. Fields and inputs have a flag instead.
    Nullable(Box<TypeRef>),
}

/// A type of the standard library or of another crate.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Primitive {
    /// `String`
    String,
    /// `bool`
    Bool,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `u32`
    U32,
    /// `u64`
    U64,
    /// `i128`, for integers that may be negative and may exceed `i64`.
    I128,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// A number that may be an integer, which stays exact.
    Number,
    /// A calendar date (`date`).
    Date,
    /// An instant in RFC 3339 (`date-time`). Responses may also use other forms.
    DateTime,
    /// An instant in RFC 2822 (`date-time-rfc-2822`).
    DateTimeRfc2822,
    /// An instant in the form of HTTP (`date-time-rfc1123`, `http-date`).
    HttpDate,
    /// `uuid`
    Uuid,
    /// Bytes in base64 (`byte`).
    Base64,
    /// Bytes in base64url (`base64url`).
    Base64Url,
    /// Any JSON value.
    Any,
    /// A file of a multipart body. Only a [`Part`](super::Part) has this type.
    File,
    /// One file or several, likewise.
    Files,
}

/// A type that the client defines.
#[derive(Clone, Debug, Serialize)]
pub struct TypeDef {
    /// The place of its schema.
    pub pointer: Pointer,
    /// What the type is named after.
    pub name: NameSource,
    /// The documentation.
    pub docs: Docs,
    /// `deprecated`
    pub deprecated: bool,
    /// The shape of the type.
    pub shape: Shape,
    /// An example.
    pub example: Option<Value>,
}

/// What a type is named after: a base and the path from there.
#[derive(Clone, Debug, Serialize, PartialEq, Eq, Hash)]
pub enum NameSource {
    /// The key of a component.
    Component(String),
    /// A schema inside another type: a property (`["address"]`), the items of an array (`["tags",
    /// "item"]`).
    Within(TypeId, Vec<String>),
    /// A schema of an operation: a parameter (`["status"]`), its body (`["request"]`), a response
    /// (`["response"]`).
    Operation(OperationId, Vec<String>),
    /// A schema in any other place that a `$ref` refers to.
    Place(Vec<String>),
    /// The union of the payloads of all webhooks.
    Webhooks,
}

/// The shape of a type.
#[derive(Clone, Debug, Serialize)]
pub enum Shape {
    /// An object with declared properties.
    Struct(Struct),
    /// An enumeration of strings.
    StringEnum(Vec<StringValue>),
    /// An enumeration of integers.
    IntegerEnum(Vec<IntegerValue>),
    /// An enumeration of numbers that aren't all integers.
    NumberEnum(Vec<NumberValue>),
    /// A union (`oneOf` or `anyOf`).
    Union(Union),
    /// A newtype of a list or map that contains the type itself, which an alias can't.
    Collection(TypeRef),
    /// An alias of another type.
    Alias(TypeRef),
    /// A type that the options put in place of a schema, by its path in Rust.
    Custom(String),
}

/// An object with declared properties.
#[derive(Clone, Debug, Serialize)]
pub struct Struct {
    /// The properties, in document order.
    pub fields: Vec<Field>,
    /// The properties whose names match a pattern; the first pattern that matches decides.
    pub patterns: Vec<PatternMap>,
    /// What becomes of other properties.
    pub additional: Additional,
    /// The limits of the other properties.
    pub additional_limits: Vec<Limit>,
    /// Whether the document allows no other properties.
    pub closed: bool,
}

impl Struct {
    /// Returns the types of the properties without a field, as the document describes them.
    pub fn value_types(&self) -> impl Iterator<Item = &TypeRef> {
        let patterns = self.patterns.iter().map(|map| &map.ty);
        patterns.chain(self.additional.ty())
    }
}

/// The properties of a struct whose names match a pattern (`patternProperties`).
#[derive(Clone, Debug, Serialize)]
pub struct PatternMap {
    /// The pattern.
    pub pattern: NamePattern,
    /// The type of the values.
    pub ty: TypeRef,
}

/// What a struct does with the properties that it has no field for.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub enum Additional {
    /// It ignores them: the document doesn't mention them.
    Ignored,
    /// It keeps them as raw JSON, although the document doesn't mention them.
    Undeclared,
    /// It holds values of this type: the document describes them.
    Typed(TypeRef),
}

impl Additional {
    /// Returns the type that the document describes.
    pub fn ty(&self) -> Option<&TypeRef> {
        match self {
            Self::Typed(ty) => Some(ty),
            Self::Ignored | Self::Undeclared => None,
        }
    }

    /// Returns the type of the values that the struct keeps.
    pub fn kept(&self) -> Option<&TypeRef> {
        match self {
            Self::Ignored => None,
            Self::Undeclared => Some(&TypeRef::Primitive(Primitive::Any)),
            Self::Typed(ty) => Some(ty),
        }
    }
}

/// A property of an object.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// The place of the property.
    pub pointer: Pointer,
    /// The name in JSON.
    pub name: String,
    /// The type.
    pub ty: TypeRef,
    /// Whether the property is required.
    pub required: bool,
    /// Whether the value may be null.
    pub nullable: bool,
    /// Whether null differs from absence although no request contains the property.
    pub null_is_distinct: bool,
    /// `readOnly`: the property occurs only in responses.
    pub read_only: bool,
    /// `writeOnly`: the property occurs only in requests.
    pub write_only: bool,
    /// The documentation.
    pub docs: Docs,
    /// `deprecated`
    pub deprecated: bool,
    /// Whether the value must not be printed (`format: password`, `x-sensitive: true`).
    pub sensitive: bool,
    /// `default`
    pub default: Option<Value>,
    /// An example.
    pub example: Option<Value>,
    /// The constraints on the value that its type doesn't express.
    pub limits: Vec<Limit>,
}

impl Field {
    /// Returns the only value that the document allows beside null.
    pub fn constant(&self) -> Option<&Value> {
        self.limits.iter().find_map(|limit| match limit {
            Limit::Always(value) | Limit::Tag(value) => Some(value),
            _ => None,
        })
    }
}

/// A string of an enumeration.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct StringValue {
    /// The value.
    pub value: String,
    /// The name in the document (`x-enum-varnames`).
    pub name: Option<String>,
    /// The documentation (`x-enum-descriptions`).
    pub docs: Docs,
}

/// A number of an enumeration that may have a fraction.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct NumberValue {
    /// The value.
    pub value: f64,
    /// The name in the document (`x-enum-varnames`).
    pub name: Option<String>,
    /// The documentation (`x-enum-descriptions`).
    pub docs: Docs,
}

/// An integer of an enumeration.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct IntegerValue {
    /// The value.
    pub value: i64,
    /// The name in the document (`x-enum-varnames`).
    pub name: Option<String>,
    /// The documentation (`x-enum-descriptions`).
    pub docs: Docs,
}

/// A union.
#[derive(Clone, Debug, Serialize)]
pub struct Union {
    /// The path of the property whose value selects the variant; empty if there is none, and the
    /// best fit decides.
    pub tag: Vec<String>,
    /// The variants.
    pub variants: Vec<Variant>,
}

/// How a tag is written.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub enum TagType {
    /// As a string.
    String,
    /// As the number or boolean that its text is in JSON.
    Json,
}

/// What else is known of a variant.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub enum VariantRole {
    /// Nothing: its type has the tag, if there is one.
    Plain,
    /// The union writes the tag: the type may lack it, or allow any value.
    WritesTag(TagType),
    /// It is the variant of values with an unknown or missing tag.
    Default,
    /// It has the properties of all others, for values that fit several of them.
    Combined,
}

/// A variant of a union.
#[derive(Clone, Debug, Serialize)]
pub struct Variant {
    /// The name that the document suggests, such as a title or a discriminator value. `None` to use
    /// the name of the type.
    pub name: Option<String>,
    /// The values of the tag that select it, as text.
    pub tags: Vec<String>,
    /// What else is known of it.
    pub role: VariantRole,
    /// The type.
    pub ty: TypeRef,
    /// The only value that the document allows, if it is a string, number or boolean.
    pub constant: Option<Value>,
    /// The documentation.
    pub docs: Docs,
}
