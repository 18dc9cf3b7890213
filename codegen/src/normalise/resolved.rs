//! The document with every reference resolved: what the lowering reads.
//!
//! Schemas live in one arena and hold each other by [`SchemaId`]; a `$ref` and an inline schema
//! look the same, and what tells them apart is the pointer at which the target stands. All else
//! (parameters, bodies, responses) is copied to where it is used.

use indexmap::IndexMap;
use serde_json::Value;

use crate::fallback::Fallback;
pub use crate::openapi::{Location, Status, Style};
use crate::pointer::Pointer;

/// A document whose references are resolved and whose operations are complete.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// `info` of the document.
    pub info: openapiv3::Info,
    /// `servers` of the document; never empty (OpenAPI: `/` where none is given).
    pub servers: Vec<openapiv3::Server>,
    /// `tags` of the document, in its order.
    pub tags: Vec<openapiv3::Tag>,
    /// `components.securitySchemes`, references resolved.
    pub security_schemes: Vec<SecurityScheme>,
    /// Every operation, in document order.
    pub operations: Vec<Operation>,
    /// Every schema that the document holds.
    pub schemas: Schemas,
    /// Where this says less than the document.
    pub simplified: Vec<Fallback>,
    /// The component schemas that become types whether or not something refers to them, by place
    /// and in document order: all of them, unless the options select operations.
    pub components: IndexMap<Pointer, SchemaId>,
    /// What the server sends with its webhooks, where that is spelled out in place; nothing if the
    /// options select operations.
    pub webhooks: Vec<SchemaId>,
}

/// A security scheme and its name.
#[derive(Clone, Debug)]
pub struct SecurityScheme {
    /// Where it stands.
    pub pointer: Pointer,
    /// Its key in `components.securitySchemes`.
    pub name: String,
    /// What it is.
    pub scheme: openapiv3::SecurityScheme,
}

/// An operation with everything that its path item and the document add to it.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Where it stands.
    pub pointer: Pointer,
    /// `operationId`; made from method and path where the document gives none, and unique.
    pub id: String,
    /// The method in lower case, as the document writes it.
    pub method: String,
    /// The path template, as the document writes it.
    pub path: String,
    /// `tags`.
    pub tags: Vec<String>,
    /// `summary`.
    pub summary: Option<String>,
    /// `description`.
    pub description: Option<String>,
    /// `deprecated`.
    pub deprecated: bool,
    /// Its parameters and those of its path item; its own replace those of the same name and place.
    pub parameters: Vec<Parameter>,
    /// `requestBody`.
    pub request_body: Option<RequestBody>,
    /// `responses`, in document order.
    pub responses: Vec<Response>,
    /// Alternatives (OR) of scheme names with scopes (AND): its own, or else the document's.
    pub security: Vec<IndexMap<String, Vec<String>>>,
    /// Its own servers or its path item's; empty where the document's hold.
    pub servers: Vec<openapiv3::Server>,
    /// `x-…`.
    pub extensions: IndexMap<String, Value>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Where it stands.
    pub pointer: Pointer,
    /// Its name on the wire.
    pub name: String,
    /// Where it goes.
    pub location: Location,
    /// `required`; always true in a path.
    pub required: bool,
    /// `description`.
    pub description: Option<String>,
    /// `deprecated`.
    pub deprecated: bool,
    /// How its value is written.
    pub format: ParameterFormat,
    /// The first example given, if any.
    pub example: Option<Value>,
    /// `x-…`.
    pub extensions: IndexMap<String, Value>,
}

/// How a parameter's value is written.
#[derive(Clone, Debug)]
pub enum ParameterFormat {
    /// By `style`, with its defaults filled in.
    Schema {
        /// The schema of the value.
        schema: SchemaId,
        /// `style`.
        style: Style,
        /// `explode`.
        explode: bool,
        /// `allowReserved`.
        allow_reserved: bool,
    },
    /// As a document of a media type (`content`).
    Content(MediaType),
}

/// A request body.
#[derive(Clone, Debug)]
pub struct RequestBody {
    /// Where it stands.
    pub pointer: Pointer,
    /// `description`.
    pub description: Option<String>,
    /// `required`.
    pub required: bool,
    /// `content`, in document order.
    pub content: Vec<MediaType>,
    /// `x-…`.
    pub extensions: IndexMap<String, Value>,
}

/// One media type of a body or response.
#[derive(Clone, Debug)]
pub struct MediaType {
    /// Where it stands.
    pub pointer: Pointer,
    /// Its key, such as `application/json`.
    pub name: String,
    /// `schema`.
    pub schema: Option<SchemaId>,
    /// `encoding` by property name.
    pub encoding: IndexMap<String, Encoding>,
    /// The examples given, `example` first.
    pub examples: Vec<Example>,
}

/// An example that the document gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Where its value stands.
    pub pointer: Pointer,
    /// The value.
    pub value: Value,
}

/// How one property of a form or multipart body is written, with the defaults filled in.
#[derive(Clone, Debug)]
pub struct Encoding {
    /// Where it stands.
    pub pointer: Pointer,
    /// `contentType`.
    pub content_type: Option<String>,
    /// `headers` of a multipart body's parts, in document order.
    pub headers: Vec<Header>,
    /// `style`; `None` where neither `style`, `explode` nor `allowReserved` is given.
    pub style: Option<Style>,
    /// `explode`; its default is true for `form` and false for the others.
    pub explode: bool,
    /// `allowReserved`.
    pub allow_reserved: bool,
}

/// A response.
#[derive(Clone, Debug)]
pub struct Response {
    /// Where it stands.
    pub pointer: Pointer,
    /// Its key.
    pub status: Status,
    /// `description`.
    pub description: String,
    /// `headers`, in document order.
    pub headers: Vec<Header>,
    /// `content`, in document order; empty for a response without a body.
    pub content: Vec<MediaType>,
}

/// A response header.
#[derive(Clone, Debug)]
pub struct Header {
    /// Where it stands.
    pub pointer: Pointer,
    /// Its name.
    pub name: String,
    /// `description`.
    pub description: Option<String>,
    /// `required`.
    pub required: bool,
    /// The schema of its value.
    pub schema: Option<SchemaId>,
}

/// A schema of the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(pub(crate) usize);

/// All schemas of a document.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    pub(crate) nodes: Vec<Schema>,
    pub(crate) by_pointer: IndexMap<Pointer, SchemaId>,
}

impl Schemas {
    /// The schema that `id` names.
    pub fn get(&self, id: SchemaId) -> &Schema {
        &self.nodes[id.0]
    }

    /// The schema that stands at `pointer`.
    pub fn at(&self, pointer: &Pointer) -> Option<SchemaId> {
        self.by_pointer.get(pointer).copied()
    }

    /// All schemas, in document order.
    pub fn iter(&self) -> impl Iterator<Item = (SchemaId, &Schema)> {
        self.nodes
            .iter()
            .enumerate()
            .map(|(index, schema)| (SchemaId(index), schema))
    }
}

/// `type` of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SchemaType {
    /// `string`
    String,
    /// `number`
    Number,
    /// `integer`
    Integer,
    /// `boolean`
    Boolean,
    /// `array`
    Array,
    /// `object`
    Object,
}

/// A schema. What 3.1 writes differently has its 3.0 form here: a `null` among several types is
/// `nullable`, several other types are `any_of`, `const` is an enumeration of one, `$ref` with
/// siblings is an `all_of` of the target beside the siblings.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Where it stands.
    pub pointer: Pointer,
    /// `type`; `None` where the document leaves it open.
    pub schema_type: Option<SchemaType>,
    /// `format`.
    pub format: Option<String>,
    /// `nullable`.
    pub nullable: bool,
    /// `title`.
    pub title: Option<String>,
    /// `description`.
    pub description: Option<String>,
    /// `deprecated`.
    pub deprecated: bool,
    /// `readOnly`.
    pub read_only: bool,
    /// `writeOnly`.
    pub write_only: bool,
    /// `default`.
    pub default: Option<Value>,
    /// `example`, or the first of `examples`.
    pub example: Option<Value>,
    /// `enum`, in document order; `null` among them stays here.
    pub enumeration: Vec<Value>,
    /// `properties`, in document order.
    pub properties: IndexMap<String, SchemaId>,
    /// `required`.
    pub required: Vec<String>,
    /// `additionalProperties` (and `patternProperties`).
    pub additional_properties: AdditionalProperties,
    /// `items`.
    pub items: Option<SchemaId>,
    /// `allOf`.
    pub all_of: Vec<SchemaId>,
    /// `oneOf`.
    pub one_of: Vec<SchemaId>,
    /// `anyOf`.
    pub any_of: Vec<SchemaId>,
    /// `not`.
    pub not: Option<SchemaId>,
    /// `discriminator`.
    pub discriminator: Option<Discriminator>,
    /// What a value must fulfil beyond its type.
    pub constraints: Constraints,
    /// `x-…`.
    pub extensions: IndexMap<String, Value>,
}

/// What a schema says of members that it doesn't name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AdditionalProperties {
    /// Nothing, which allows them.
    #[default]
    Unstated,
    /// `false`
    Forbidden,
    /// `true`
    Any,
    /// A schema for each.
    Schema(SchemaId),
}

/// `discriminator`.
#[derive(Clone, Debug)]
pub struct Discriminator {
    /// Where it stands.
    pub pointer: Pointer,
    /// `propertyName`.
    pub property: String,
    /// `mapping`: value to schema; a bare name (`Cat`) is resolved as a component.
    pub mapping: IndexMap<String, SchemaId>,
}

/// Limits on a value, for documentation. Lengths count characters, items or members.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Constraints {
    /// `pattern`, an ECMA-262 regular expression.
    pub pattern: Option<String>,
    /// `minLength`.
    pub min_length: Option<u64>,
    /// `maxLength`.
    pub max_length: Option<u64>,
    /// `minimum`, and whether the value itself is excluded.
    pub minimum: Option<(f64, bool)>,
    /// `maximum`, and whether the value itself is excluded.
    pub maximum: Option<(f64, bool)>,
    /// `multipleOf`.
    pub multiple_of: Option<f64>,
    /// `minItems`.
    pub min_items: Option<u64>,
    /// `maxItems`.
    pub max_items: Option<u64>,
    /// `uniqueItems`.
    pub unique_items: bool,
}
