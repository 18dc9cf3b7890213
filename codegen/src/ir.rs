//! The client as data: operations, types, authentication, servers.
//!
//! Wire names only; identifiers are chosen later, in [`crate::names`]. Every node keeps the
//! pointer to the place in the document that it comes from. Nothing is computed here but views of
//! what is stored.

mod inputs;
mod limits;
mod security;
mod success;
mod types;

pub use inputs::{InputId, InputKind, InputRef};
pub use limits::{Bound, Counts, Limit, TextFormat};
pub use security::{Flow, FlowKind, Scheme, SchemeId, SchemeKind, Server, ServerVariable};
pub use success::is_success;
pub use types::{
    Field, IntegerValue, NameSource, NumberValue, Primitive, Shape, StringValue, Struct, TypeDef,
    TypeId, TypeRef, Union, UnionTag, Variant,
};

use serde::Serialize;
use serde_json::Value;

use crate::fallback::Fallback;
pub use crate::openapi::{Location, Status, Style};
use crate::pointer::Pointer;

/// A client.
#[derive(Clone, Debug, Serialize)]
pub struct Api {
    /// `info.title`
    pub title: String,
    /// `info.version`
    pub version: String,
    /// `info.description`
    pub description: Option<String>,
    /// Servers of the document; never empty.
    pub servers: Vec<Server>,
    /// The variables of these servers and those of operations, by name.
    pub server_variables: Vec<ServerVariable>,
    /// What proves who calls.
    pub schemes: Vec<Scheme>,
    /// Operations by first tag, in the order in which the document introduces the tags.
    pub groups: Vec<Group>,
    /// Every operation, in document order.
    pub operations: Vec<Operation>,
    /// Every header that answers name, by name.
    pub headers: Vec<HeaderDef>,
    /// Every type; a [`TypeId`] is an index.
    pub types: Vec<TypeDef>,
    /// Where a value stayed untyped or was simplified, and why.
    pub fallbacks: Vec<Fallback>,
}

/// Index of a [`Group`].
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(pub usize);

/// Operations that share their first tag.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// Where the tag is declared, or the first operation that carries it.
    pub pointer: Pointer,
    /// The tag; `None` for operations that have none.
    pub tag: Option<String>,
    /// `description` of the tag.
    pub description: Option<String>,
}

/// Index of an [`Operation`].
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationId(pub usize);

/// Index of a [`Response`] among those of its operation.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResponseId(pub usize);

/// An operation.
#[derive(Clone, Debug, Serialize)]
pub struct Operation {
    /// Where it stands.
    pub pointer: Pointer,
    /// `operationId`, unique.
    pub id: String,
    /// The method in upper case.
    pub method: String,
    /// The path template, as the document writes it.
    pub path: String,
    /// The same path in pieces.
    pub path_parts: Vec<PathPart>,
    /// Its group.
    pub group: GroupId,
    /// What it does.
    pub docs: Docs,
    /// `deprecated`
    pub deprecated: bool,
    /// Alternatives (OR) of schemes (AND); empty if the operation takes no credentials.
    pub security: Vec<Vec<SchemeUse>>,
    /// Its parameters, in document order.
    pub params: Vec<Param>,
    /// What it sends.
    pub body: Option<Body>,
    /// What it answers, in document order.
    pub responses: Vec<Response>,
    /// Its own servers; empty where the document's hold.
    pub servers: Vec<Server>,
    /// `x-pagination`: how it answers in pages.
    pub pagination: Option<Value>,
    /// Where it is another call of an operation: for which of its media types.
    pub alternative: Option<Alternative>,
}

/// What tells another call of an operation from its first: the media type of a body.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Alternative {
    /// The operation's first call.
    pub of: OperationId,
    /// Whether the request body or the response body is another one.
    pub direction: Direction,
    /// The media type of that body.
    pub media_type: String,
}

/// The direction in which a body travels.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the server.
    Request,
    /// From the server to the client.
    Response,
}

/// A piece of a path template.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub enum PathPart {
    /// Text as it goes on the wire.
    Literal(String),
    /// The value of a parameter: an index into [`Operation::params`].
    Param(usize),
}

/// A scheme that an operation asks for.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct SchemeUse {
    /// The scheme.
    pub scheme: SchemeId,
    /// The scopes asked for.
    pub scopes: Vec<String>,
}

/// Texts of the document about something.
#[derive(Clone, Debug, Default, Serialize, PartialEq)]
pub struct Docs {
    /// `summary` or `title`: one line.
    pub summary: Option<String>,
    /// `description`: CommonMark.
    pub description: Option<String>,
}

/// How a value becomes text.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub enum Encoding {
    /// By style.
    Style {
        /// `style`
        style: Style,
        /// `explode`
        explode: bool,
        /// `allowReserved`
        allow_reserved: bool,
    },
    /// As a JSON document.
    Json,
}

/// An input of an operation: a parameter, or a field of a form.
#[derive(Clone, Debug, Serialize)]
pub struct Input {
    /// Where it stands.
    pub pointer: Pointer,
    /// Its name on the wire.
    pub name: String,
    /// Whether a call must give it.
    pub required: bool,
    /// Whether it may be null where it is given.
    pub nullable: bool,
    /// Its type.
    pub ty: TypeRef,
    /// How it is written.
    pub encoding: Encoding,
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

/// A parameter.
#[derive(Clone, Debug, Serialize)]
pub struct Param {
    /// Where it goes.
    pub location: Location,
    /// The value.
    pub input: Input,
}

/// A request body.
#[derive(Clone, Debug, Serialize)]
pub struct Body {
    /// Where it stands.
    pub pointer: Pointer,
    /// Whether a call must give it.
    pub required: bool,
    /// `description`
    pub docs: Docs,
    /// The media type as it is sent.
    pub media_type: String,
    /// What is in it.
    pub kind: BodyKind,
    /// Media types that the document allows in its place for the same content.
    pub alternates: Vec<String>,
    /// Whether a call may name another media type: for bytes of a range, or of several.
    pub any_media_type: bool,
    /// An example.
    pub example: Option<Value>,
}

/// What is in a request body.
#[derive(Clone, Debug, Serialize)]
pub enum BodyKind {
    /// A JSON document of this type.
    Json(TypeRef),
    /// `application/x-www-form-urlencoded` with these fields.
    Form(Vec<Input>),
    /// `multipart/form-data` with these fields.
    Multipart(Vec<Part>),
    /// Text in UTF-8, such as `text/plain` or XML.
    Text,
    /// Bytes as they are.
    Bytes,
}

impl BodyKind {
    /// The fields of a form or multipart body, each an input of the call; `None` for a body that
    /// is one input as a whole.
    pub fn fields(&self) -> Option<Vec<&Input>> {
        match self {
            Self::Form(fields) => Some(fields.iter().collect()),
            Self::Multipart(parts) => Some(parts.iter().map(|part| &part.input).collect()),
            Self::Json(_) | Self::Text | Self::Bytes => None,
        }
    }
}

/// A field of a multipart body; a list has a part for each item.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// The value. Its type is [`Primitive::File`], or a list of them, for files.
    pub input: Input,
    /// The media type that each part is sent with unless a file has its own; `None` for text
    /// without, and files of any.
    pub media_type: Option<String>,
    /// Headers of each part whose value the document fixes.
    pub headers: Vec<(String, String)>,
}

/// A response.
#[derive(Clone, Debug, Serialize)]
pub struct Response {
    /// Where it stands.
    pub pointer: Pointer,
    /// Its key.
    pub status: Status,
    /// `description`
    pub docs: Docs,
    /// The media type that the client asks for; `None` for an answer without a body.
    pub media_type: Option<String>,
    /// Media types with other content that the document also allows.
    pub alternates: Vec<String>,
    /// What is in it.
    pub kind: ResponseKind,
    /// Headers that the document names.
    pub headers: Vec<ResponseHeader>,
    /// An example.
    pub example: Option<Value>,
}

/// What is in a response.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub enum ResponseKind {
    /// Nothing that the client reads.
    Empty,
    /// A JSON document of this type.
    Json(TypeRef),
    /// Text.
    Text,
    /// Bytes as they are.
    Bytes,
    /// A stream of events (`text/event-stream`) whose data is JSON of this type each, or any text
    /// for a string.
    Events(TypeRef),
}

/// A header of a response.
#[derive(Clone, Debug, Serialize)]
pub struct ResponseHeader {
    /// Where it stands.
    pub pointer: Pointer,
    /// Its name.
    pub name: String,
    /// `description`
    pub docs: Docs,
    /// The type of its value.
    pub ty: TypeRef,
}

/// A header that answers name.
#[derive(Clone, Debug, Serialize)]
pub struct HeaderDef {
    /// Where it stands first.
    pub pointer: Pointer,
    /// Its name, in lower case.
    pub name: String,
    /// `description`
    pub docs: Docs,
    /// The type of its value: no model.
    pub ty: TypeRef,
    /// The operations that answer with it.
    pub operations: Vec<OperationId>,
}
