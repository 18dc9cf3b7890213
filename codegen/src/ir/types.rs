//! Types of a client: structs, enumerations, unions and aliases.

use serde::Serialize;
use serde_json::Value;

use super::{Docs, Limit, OperationId};
use crate::pointer::Pointer;

/// Index of a [`TypeDef`].
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub usize);

/// A use of a type.
#[derive(Clone, Debug, Serialize, PartialEq, Eq, Hash)]
pub enum TypeRef {
    /// A type of Rust or a library.
    Primitive(Primitive),
    /// A type of the client.
    Named(TypeId),
    /// `Vec`
    Array(Box<TypeRef>),
    /// `BTreeMap` with string keys
    Map(Box<TypeRef>),
    /// `Option`, for a null inside an array or map; fields and inputs say it for themselves.
    Nullable(Box<TypeRef>),
}

/// A type of Rust or a library.
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
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// A calendar date (`date`).
    Date,
    /// An instant, RFC 3339 (`date-time`); an answer may also carry RFC 2822.
    DateTime,
    /// An instant written as RFC 2822 says (`date-time-rfc-2822`, `date-time-rfc1123`).
    DateTimeRfc2822,
    /// `uuid`
    Uuid,
    /// Bytes in base64 (`byte`).
    Base64,
    /// Bytes in base64url (`base64url`).
    Base64Url,
    /// Any JSON value.
    Any,
    /// A file of a multipart body. Only a [`Part`](super::Part) has it.
    File,
}

/// A type of the client.
#[derive(Clone, Debug, Serialize)]
pub struct TypeDef {
    /// Where its schema stands.
    pub pointer: Pointer,
    /// What it is to be named after.
    pub name: NameSource,
    /// What it means.
    pub docs: Docs,
    /// `deprecated`
    pub deprecated: bool,
    /// What it looks like.
    pub shape: Shape,
    /// An example.
    pub example: Option<Value>,
}

/// What a type is named after: a fixed base and the way from there.
#[derive(Clone, Debug, Serialize, PartialEq, Eq, Hash)]
pub enum NameSource {
    /// A component: its key.
    Component(String),
    /// A schema inside another type: a property (`["address"]`), the items of an array (`["tags", "item"]`), …
    Within(TypeId, Vec<String>),
    /// A schema inside an operation: a parameter (`["status"]`), its body (`["request"]`), an answer (`["response"]`), …
    Operation(OperationId, Vec<String>),
    /// A schema elsewhere that a `$ref` leads to: the steps that tell it apart.
    Place(Vec<String>),
}

/// What a type looks like.
#[derive(Clone, Debug, Serialize)]
pub enum Shape {
    /// An object with known members.
    Struct(Struct),
    /// Strings from a list.
    StringEnum(Vec<StringValue>),
    /// Whole numbers from a list.
    IntegerEnum(Vec<IntegerValue>),
    /// Numbers from a list, not all of them whole.
    NumberEnum(Vec<NumberValue>),
    /// One of several types.
    Union(Union),
    /// Another name for a type.
    Alias(TypeRef),
}

/// An object with known members.
#[derive(Clone, Debug, Serialize)]
pub struct Struct {
    /// Its members, in document order.
    pub fields: Vec<Field>,
    /// The type of members that it doesn't name, where the document speaks of them.
    pub additional: Option<TypeRef>,
}

/// A member of an object.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// Where it stands.
    pub pointer: Pointer,
    /// Its name on the wire.
    pub name: String,
    /// Its type.
    pub ty: TypeRef,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may be null.
    pub nullable: bool,
    /// `readOnly`: only in answers.
    pub read_only: bool,
    /// `writeOnly`: only in requests.
    pub write_only: bool,
    /// What it means.
    pub docs: Docs,
    /// `deprecated`
    pub deprecated: bool,
    /// Never to be printed (`format: password`, `x-sensitive: true`).
    pub sensitive: bool,
    /// `default`
    pub default: Option<Value>,
    /// An example.
    pub example: Option<Value>,
    /// What the document demands of the value beyond its type.
    pub limits: Vec<Limit>,
}

/// A string of an enumeration.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct StringValue {
    /// The value on the wire.
    pub value: String,
    /// What it means (`x-enum-descriptions`).
    pub docs: Docs,
}

/// A number of an enumeration that may have a fraction.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct NumberValue {
    /// The value on the wire.
    pub value: f64,
    /// What it means (`x-enum-descriptions`).
    pub docs: Docs,
}

/// A number of an enumeration.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct IntegerValue {
    /// The value on the wire.
    pub value: i64,
    /// What it means (`x-enum-descriptions`).
    pub docs: Docs,
}

/// One of several types.
#[derive(Clone, Debug, Serialize)]
pub struct Union {
    /// How an answer tells which it is.
    pub tag: UnionTag,
    /// The alternatives.
    pub variants: Vec<Variant>,
}

/// How the alternative of a union is recognised.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub enum UnionTag {
    /// By the value of this member.
    Discriminator(String),
    /// By which alternative fits best.
    Fit,
}

/// An alternative of a union.
#[derive(Clone, Debug, Serialize)]
pub struct Variant {
    /// What it is to be named after, where its type doesn't tell: a discriminator value, a title.
    pub name: Option<String>,
    /// The values of the discriminator that select it.
    pub tags: Vec<String>,
    /// Its type.
    pub ty: TypeRef,
    /// What it means.
    pub docs: Docs,
}
