//! The intermediate representation of a client: operations, types, authentication, servers.
//!
//! The representation has wire names only; [`crate::names`] chooses the identifiers later. Every node
//! keeps a pointer to its source in the document. The methods here only give access to stored data.

mod inputs;
mod limits;
mod security;
mod success;
mod types;
mod webhooks;

pub use inputs::{InputId, InputKind, InputRef};
pub use limits::{Bound, Counts, Limit, TextFormat};
pub use security::{Flow, FlowKind, Scheme, SchemeId, SchemeKind, Server, ServerVariable};
pub use success::is_success;
pub use types::{
    Additional, Field, IntegerValue, NameSource, NumberValue, PatternMap, Primitive, Shape,
    StringValue, Struct, TagType, TypeDef, TypeId, TypeRef, Union, Variant, VariantRole,
};
pub use webhooks::{FormField, Webhook, WebhookHeader, WebhookSet};

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
    /// The servers of the document; never empty.
    pub servers: Vec<Server>,
    /// The variables of all servers, including those of operations, sorted by name.
    pub server_variables: Vec<ServerVariable>,
    /// The security schemes.
    pub schemes: Vec<Scheme>,
    /// The operations grouped by first tag, in the order in which the document introduces the tags.
    pub groups: Vec<Group>,
    /// Every operation, in document order.
    pub operations: Vec<Operation>,
    /// Every header that a response declares, sorted by name.
    pub headers: Vec<HeaderDef>,
    /// Every type, indexed by [`TypeId`].
    pub types: Vec<TypeDef>,
    /// The webhooks of the document, then the callbacks of each operation that has some.
    pub webhooks: Vec<WebhookSet>,
    /// The values that are untyped or simplified, and the reasons.
    pub fallbacks: Vec<Fallback>,
}

/// The index of a [`Group`].
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(pub usize);

/// Operations that share their first tag.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// The declaration of the tag, or the first operation with it.
    pub pointer: Pointer,
    /// The tag; `None` for operations without tags.
    pub tag: Option<String>,
    /// The `description` of the tag.
    pub description: Option<String>,
}

/// The index of an [`Operation`].
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationId(pub usize);

/// The index of a [`Response`] in its operation.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResponseId(pub usize);

/// An operation.
#[derive(Clone, Debug, Serialize)]
pub struct Operation {
    /// The source in the document.
    pub pointer: Pointer,
    /// `operationId`, unique.
    pub id: String,
    /// The method in upper case.
    pub method: String,
    /// The path template, as the document writes it.
    pub path: String,
    /// The path split into literals and parameters.
    pub path_parts: Vec<PathPart>,
    /// The group of the operation.
    pub group: GroupId,
    /// The documentation.
    pub docs: Docs,
    /// `deprecated`
    pub deprecated: bool,
    /// The security requirements: alternatives (OR) of schemes (AND). Empty if the operation takes no
    /// credentials.
    pub security: Vec<Vec<SchemeUse>>,
    /// The parameters: those of the path in its order, then the others in document order.
    pub params: Vec<Param>,
    /// The request body.
    pub body: Option<Body>,
    /// The responses, in document order.
    pub responses: Vec<Response>,
    /// The servers of the operation itself; empty if it uses those of the document.
    pub servers: Vec<Server>,
    /// `x-pagination`: how the operation is paginated.
    pub pagination: Option<Value>,
    /// For an alternative call of an operation: the operation and the media type that it is for.
    pub alternative: Option<Alternative>,
}

/// Distinguishes an alternative call of an operation from the first one by the media type of a body.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Alternative {
    /// The first call of the operation.
    pub of: OperationId,
    /// Whether the request body or the response body differs.
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

/// A part of a path template.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub enum PathPart {
    /// Text that is sent as it is.
    Literal(String),
    /// The value of the parameter at this index in [`Operation::params`].
    Param(usize),
}

/// A security scheme that an operation requires.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct SchemeUse {
    /// The scheme.
    pub scheme: SchemeId,
    /// The required scopes.
    pub scopes: Vec<String>,
}

/// Documentation from the document.
#[derive(Clone, Debug, Default, Serialize, PartialEq)]
pub struct Docs {
    /// `summary` or `title`: one line.
    pub summary: Option<String>,
    /// `description`: CommonMark.
    pub description: Option<String>,
}

/// How a value is serialized.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub enum Encoding {
    /// According to a parameter style.
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
    /// As the whole query string.
    QueryString(QueryContent),
}

/// The content of a query string that one parameter describes.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub enum QueryContent {
    /// `application/x-www-form-urlencoded`: the properties of an object. Lists those whose encoding
    /// the document states.
    Form(Vec<(String, Encoding)>),
    /// A JSON document, percent-encoded.
    Json,
    /// Text, percent-encoded.
    Text,
}

/// An input of an operation: a parameter, or a field of a form.
#[derive(Clone, Debug, Serialize)]
pub struct Input {
    /// The source in the document.
    pub pointer: Pointer,
    /// The name on the wire.
    pub name: String,
    /// Whether a call must set it.
    pub required: bool,
    /// Whether its value may be null.
    pub nullable: bool,
    /// The type.
    pub ty: TypeRef,
    /// How the value is serialized.
    pub encoding: Encoding,
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

/// A parameter.
#[derive(Clone, Debug, Serialize)]
pub struct Param {
    /// The location.
    pub location: Location,
    /// The value.
    pub input: Input,
}

/// A request body.
#[derive(Clone, Debug, Serialize)]
pub struct Body {
    /// The source in the document.
    pub pointer: Pointer,
    /// Whether a call must set it.
    pub required: bool,
    /// `description`
    pub docs: Docs,
    /// The media type that is sent unless a call chooses another one. If it has to choose, this is
    /// the documented range or incomplete media type.
    pub media_type: String,
    /// The content.
    pub kind: BodyKind,
    /// The further fields of a form, or the further parts of a multipart body: a map from their
    /// names to their values.
    pub additional: Option<Part>,
    /// Other media types that the document allows for the same content.
    pub alternates: Vec<String>,
    /// Whether a call may choose the media type.
    pub media_choice: MediaChoice,
    /// An example.
    pub example: Option<Value>,
}

/// Whether a call may choose the media type of its body.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub enum MediaChoice {
    /// Every call sends the same media type.
    Fixed,
    /// A call may choose another one, because the document declares several or a range.
    Optional,
    /// A call has to name the media type, because the document doesn't have a complete one: a range
    /// such as `image/*`, or a multipart type whose boundary only the caller knows.
    Required,
}

impl Body {
    /// Returns the media types that a call may choose from by name; none if the document has no
    /// alternative to the one that is sent.
    pub fn named_media_types(&self) -> Vec<&str> {
        let alternates = self.alternates.iter().filter(|name| !name.contains('*'));
        let named: Vec<&str> = std::iter::once(&self.media_type)
            .chain(alternates)
            .map(String::as_str)
            .collect();
        match self.media_choice {
            MediaChoice::Optional if named.len() > 1 => named,
            MediaChoice::Optional | MediaChoice::Fixed | MediaChoice::Required => Vec::new(),
        }
    }
}

/// The content of a request body.
#[derive(Clone, Debug, Serialize)]
pub enum BodyKind {
    /// A JSON document of this type.
    Json(TypeRef),
    /// JSON documents in a row (JSON Lines, RFC 7464): the items of this list.
    JsonSequence(TypeRef),
    /// `application/x-www-form-urlencoded` with these fields.
    Form(Vec<Input>),
    /// A multipart media type with these fields, such as `multipart/form-data`.
    Multipart(Vec<Part>),
    /// Text in UTF-8, such as `text/plain` or XML.
    Text,
    /// Bytes.
    Bytes,
}

impl BodyKind {
    /// Returns the fields of a form or multipart body, each of which is an input of the call. Returns
    /// `None` if the body as a whole is one input.
    pub fn fields(&self) -> Option<Vec<&Input>> {
        match self {
            Self::Form(fields) => Some(fields.iter().collect()),
            Self::Multipart(parts) => Some(parts.iter().map(|part| &part.input).collect()),
            Self::Json(_) | Self::JsonSequence(_) | Self::Text | Self::Bytes => None,
        }
    }
}

/// A field of a multipart body. A list is sent as one part per item.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// The value. The type of files is [`Primitive::File`], a list of it, or [`Primitive::Files`].
    pub input: Input,
    /// The media type of each part, unless a file has its own. Of files, it may be a list of media
    /// types and ranges, separated by commas. `None` for text without a media type and for files of
    /// any media type.
    pub media_type: Option<String>,
    /// The headers of each part whose values the document fixes.
    pub headers: Vec<(String, String)>,
}

/// A response.
#[derive(Clone, Debug, Serialize)]
pub struct Response {
    /// The source in the document.
    pub pointer: Pointer,
    /// The key in `responses`.
    pub status: Status,
    /// `description`
    pub docs: Docs,
    /// The media type that the client requests; `None` for a response without a body.
    pub media_type: Option<String>,
    /// Other media types that the document declares, with different content.
    pub alternates: Vec<String>,
    /// The content.
    pub kind: ResponseKind,
    /// Whether the document lists the event type `error`, by which other servers report errors.
    pub has_error_events: bool,
    /// The headers that the document declares.
    pub headers: Vec<ResponseHeader>,
    /// An example.
    pub example: Option<Value>,
}

/// The content of a response.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub enum ResponseKind {
    /// No body, or none that the client reads.
    Empty,
    /// A JSON document of this type.
    Json(TypeRef),
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// A stream of events (`text/event-stream`). The data of each event is JSON of this type, or any
    /// text if the type is a string.
    Events(TypeRef),
    /// A stream of JSON documents of this type (JSON Lines, RFC 7464).
    JsonStream(TypeRef),
}

/// A header of a response.
#[derive(Clone, Debug, Serialize)]
pub struct ResponseHeader {
    /// The source in the document.
    pub pointer: Pointer,
    /// The name.
    pub name: String,
    /// `description`
    pub docs: Docs,
    /// The type of the value.
    pub ty: TypeRef,
}

/// A header that at least one response declares.
#[derive(Clone, Debug, Serialize)]
pub struct HeaderDef {
    /// The first declaration in the document.
    pub pointer: Pointer,
    /// The name in lower case.
    pub name: String,
    /// `description`
    pub docs: Docs,
    /// The type of the value, which is never a model.
    pub ty: TypeRef,
    /// The operations whose responses declare the header.
    pub operations: Vec<OperationId>,
}
