//! The document with all references resolved: the input of `lower`.
//!
//! Schemas live in one arena and refer to each other by [`SchemaId`]. A `$ref` and an inline schema
//! look the same; only the pointer of the target distinguishes them. Parameters, bodies and
//! responses are copied to each place that uses them.

use indexmap::IndexMap;
use serde_json::Value;

use crate::fallback::Fallback;
use crate::name_pattern::NamePattern;
pub use crate::openapi::{Location, Status, Style};
pub use crate::parse::NamePatterns;
use crate::pointer::Pointer;

/// A document with resolved references and complete operations.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// `info` of the document.
    pub info: openapiv3::Info,
    /// `servers` of the document; never empty (OpenAPI's default is `/`).
    pub servers: Vec<openapiv3::Server>,
    /// `tags` of the document, in its order.
    pub tags: Vec<openapiv3::Tag>,
    /// `components.securitySchemes`, references resolved.
    pub security_schemes: Vec<SecurityScheme>,
    /// Every operation, in document order.
    pub operations: Vec<Operation>,
    /// All schemas of the document.
    pub schemas: Schemas,
    /// Where this says less than the document.
    pub simplified: Vec<Fallback>,
    /// The component schemas by place, in document order. They become types even if nothing refers
    /// to them. If the options select operations, only those that these operations reach.
    pub components: IndexMap<Pointer, SchemaId>,
    /// The webhooks, in document order.
    pub webhooks: Vec<Webhook>,
    /// Their place in the document: `webhooks` or `x-webhooks`.
    pub webhooks_place: Pointer,
}

impl Resolved {
    /// Returns the schemas of the requests that the API sends: of all webhooks and callbacks.
    pub fn webhook_bodies(&self) -> impl Iterator<Item = SchemaId> + '_ {
        let callbacks = self.operations.iter().flat_map(|it| &it.callbacks);
        let bodies = self.webhooks.iter().chain(callbacks);
        let bodies = bodies.filter_map(|it| it.operation.request_body.as_ref());
        bodies.flat_map(|it| it.content.iter().filter_map(|media| media.schema))
    }
}

/// A request that the API sends to its user: an operation of a webhook or of a callback.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The key in `webhooks`, `x-webhooks` or `callbacks`.
    pub name: String,
    /// Whether the path item has other operations.
    pub has_siblings: bool,
    /// The runtime expression of the URL (OpenAPI, Callback Object); `None` for a webhook.
    pub expression: Option<String>,
    /// The request. It has no path, security or callbacks.
    pub operation: Operation,
    /// The header and the value by which the options recognise it.
    pub event: Option<(String, String)>,
}

/// A security scheme and its name.
#[derive(Clone, Debug)]
pub struct SecurityScheme {
    /// Its place in the document.
    pub pointer: Pointer,
    /// Its key in `components.securitySchemes`.
    pub name: String,
    /// The scheme.
    pub scheme: openapiv3::SecurityScheme,
}

/// An operation, with what it inherits from its path item and the document.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its place in the document.
    pub pointer: Pointer,
    /// `operationId`, made unique; generated from method and path if missing.
    pub id: String,
    /// The method as it is sent, such as `GET`.
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
    /// Its parameters and those of its path item. Its own replace those with the same name and
    /// location.
    pub parameters: Vec<Parameter>,
    /// `requestBody`.
    pub request_body: Option<RequestBody>,
    /// `responses`, in document order.
    pub responses: Vec<Response>,
    /// Alternatives (OR) of scheme names with scopes (AND); the document's if it has none of its
    /// own.
    pub security: Vec<IndexMap<String, Vec<String>>>,
    /// Its own servers or its path item's; empty to use the document's.
    pub servers: Vec<openapiv3::Server>,
    /// `callbacks`, in document order.
    pub callbacks: Vec<Webhook>,
    /// Extensions (`x-…`).
    pub extensions: IndexMap<String, Value>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its place in the document.
    pub pointer: Pointer,
    /// The name of the parameter.
    pub name: String,
    /// The location.
    pub location: Location,
    /// `required`; always true for a path parameter.
    pub required: bool,
    /// `description`.
    pub description: Option<String>,
    /// `deprecated`.
    pub deprecated: bool,
    /// The format of the value.
    pub format: ParameterFormat,
    /// The first example.
    pub example: Option<Value>,
    /// Extensions (`x-…`).
    pub extensions: IndexMap<String, Value>,
}

/// How the value of a parameter is encoded.
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
    /// As a document of a media type that is the whole query string (`in: querystring`).
    QueryString(MediaType),
}

/// A request body.
#[derive(Clone, Debug)]
pub struct RequestBody {
    /// Its place in the document.
    pub pointer: Pointer,
    /// `description`.
    pub description: Option<String>,
    /// `required`.
    pub required: bool,
    /// `content`, in document order.
    pub content: Vec<MediaType>,
    /// Extensions (`x-…`).
    pub extensions: IndexMap<String, Value>,
}

/// A media type of a body or response.
#[derive(Clone, Debug)]
pub struct MediaType {
    /// Its place in the document.
    pub pointer: Pointer,
    /// The key, such as `application/json`.
    pub name: String,
    /// `schema`.
    pub schema: Option<SchemaId>,
    /// `itemSchema`: the schema of each item of a sequence.
    pub item_schema: Option<SchemaId>,
    /// `contentType` of `itemEncoding`: the media type of each item of a multipart body.
    pub item_type: Option<String>,
    /// `encoding` by property name.
    pub encoding: IndexMap<String, Encoding>,
    /// The examples, `example` first.
    pub examples: Vec<Example>,
}

/// An example.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The place of the value.
    pub pointer: Pointer,
    /// The value.
    pub value: Value,
}

/// How a property of a form or multipart body is encoded, with the defaults filled in.
#[derive(Clone, Debug)]
pub struct Encoding {
    /// Its place in the document.
    pub pointer: Pointer,
    /// `contentType`.
    pub content_type: Option<String>,
    /// `headers` of the parts of a multipart body, in document order.
    pub headers: Vec<Header>,
    /// `style`; `None` if none of `style`, `explode` and `allowReserved` is present.
    pub style: Option<Style>,
    /// `explode`; defaults to true for the style `form` and to false for others.
    pub explode: bool,
    /// `allowReserved`.
    pub allow_reserved: bool,
}

/// A response.
#[derive(Clone, Debug)]
pub struct Response {
    /// Its place in the document.
    pub pointer: Pointer,
    /// The key in `responses`.
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
    /// Its place in the document.
    pub pointer: Pointer,
    /// The name of the header.
    pub name: String,
    /// `description`.
    pub description: Option<String>,
    /// `required`.
    pub required: bool,
    /// The schema of the value.
    pub schema: Option<SchemaId>,
}

/// The index of a schema in the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(pub(crate) usize);

/// The arena of schemas.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    pub(crate) nodes: Vec<Schema>,
    pub(crate) by_pointer: IndexMap<Pointer, SchemaId>,
}

impl Schemas {
    /// Returns the schema with this id.
    pub fn get(&self, id: SchemaId) -> &Schema {
        &self.nodes[id.0]
    }

    /// Returns the id of the schema at a place.
    pub fn at(&self, pointer: &Pointer) -> Option<SchemaId> {
        self.by_pointer.get(pointer).copied()
    }

    /// Returns all schemas, in document order.
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

/// A schema in OpenAPI 3.0's terms. A `null` among several types of OpenAPI 3.1 is `nullable`,
/// several other types are an `any_of`, `const` is an enumeration of one value, and a `$ref` with
/// siblings is an `all_of` of the target and the siblings.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Its place in the document.
    pub pointer: Pointer,
    /// `type`; `None` if the document doesn't state it.
    pub schema_type: Option<SchemaType>,
    /// `format`.
    pub format: Option<String>,
    /// `contentMediaType`.
    pub content_media_type: Option<String>,
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
    /// `enum`, in document order, including null.
    pub enumeration: Vec<Value>,
    /// `properties`, in document order.
    pub properties: IndexMap<String, SchemaId>,
    /// `required`.
    pub required: Vec<String>,
    /// `additionalProperties`, and those of `patternProperties` that clients don't match.
    pub additional_properties: AdditionalProperties,
    /// The patterns of `patternProperties` that clients match, in document order. The first that
    /// matches a name decides.
    pub pattern_properties: Vec<(NamePattern, SchemaId)>,
    /// The other patterns of `patternProperties`.
    pub name_patterns: Option<NamePatterns>,
    /// `items`.
    pub items: Option<SchemaId>,
    /// `contentSchema`: the schema of the JSON in a string.
    pub content_schema: Option<SchemaId>,
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
    /// The limits of values.
    pub constraints: Constraints,
    /// Extensions (`x-…`).
    pub extensions: IndexMap<String, Value>,
    /// The type that the options put in the schema's place.
    pub replacement: Option<Replacement>,
}

/// A type that the options put in place of a schema, by its path in Rust.
#[derive(Clone, Debug, PartialEq)]
pub enum Replacement {
    /// For this schema.
    Schema(String),
    /// For every schema with this format.
    Format(String),
}

impl Schema {
    /// Returns the type that the schema states, or else the type of scalars that its format implies.
    pub fn scalar_type(&self) -> Option<SchemaType> {
        self.schema_type.or_else(|| match self.format.as_deref()? {
            format if is_integer_format(format) => Some(SchemaType::Integer),
            "float" | "double" => Some(SchemaType::Number),
            "date" | "date-time" | "uuid" | "uri" | "byte" | "binary" | "password" | "email" => {
                Some(SchemaType::String)
            }
            _ => None,
        })
    }
}

/// Returns whether a format is one of integers.
pub fn is_integer_format(format: &str) -> bool {
    matches!(
        format,
        "int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32" | "uint64"
    )
}

/// The properties that a schema allows beside its declared ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AdditionalProperties {
    /// Not stated, which allows them.
    #[default]
    Unstated,
    /// `false`
    Forbidden,
    /// `true`
    Any,
    /// Allowed, with this schema.
    Schema(SchemaId),
}

/// `discriminator`.
#[derive(Clone, Debug)]
pub struct Discriminator {
    /// Its place in the document.
    pub pointer: Pointer,
    /// `propertyName`.
    pub property: String,
    /// `mapping`: the schema of each value. A plain name (`Cat`) is the key of a component.
    pub mapping: IndexMap<String, SchemaId>,
    /// `defaultMapping`: the schema for a missing value, and for one without a mapping.
    pub default_mapping: Option<SchemaId>,
}

/// Limits of a value, for documentation.
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
