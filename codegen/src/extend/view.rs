//! The views that templates outside of this workspace get. They are a public interface: a change that could
//! break a template increases [`VERSION`].
//!
//! Names and types are final. Texts of the document are as the document has them; a template prints them as
//! literals or escaped. `docs/templates.schema.json` is generated from these declarations.

use serde_json::{Map, Value, json};

use super::schema::{Schema, views, words};
use super::value::{Docs, Ident, Place, Type};

/// The version of the views.
pub const VERSION: u32 = 1;

/// Returns the JSON Schema of the views: of what `inspect --json` prints, and of the variables of templates.
pub fn schema() -> Value {
    let mut definitions = Map::new();
    let mut properties = Map::new();
    let version = json!({"const": VERSION, "description": "The version of the views."});
    properties.insert("version".to_owned(), version);
    let views = [
        ("client", ClientView::schema(&mut definitions)),
        ("group", GroupView::schema(&mut definitions)),
        ("operation", OperationView::schema(&mut definitions)),
        ("model", ModelView::schema(&mut definitions)),
    ];
    properties.extend(views.map(|(name, schema)| (name.to_owned(), schema)));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The views of templates",
        "type": "object",
        "required": ["version"],
        "properties": properties,
        "additionalProperties": false,
        "$defs": definitions,
    })
}

views! {
    /// A client crate.
    pub struct ClientView {
        /// The name of the package.
        pub package: String,
        /// The version of the package.
        pub package_version: String,
        /// The name of the crate in Rust code.
        pub library: String,
        /// `info.title`.
        pub title: String,
        /// `info.version`.
        pub api_version: String,
        /// `info.description`.
        pub description: Option<String>,
        /// The name of the document.
        pub document: String,
        /// The servers, with the default first.
        pub servers: Vec<ServerView>,
        /// The security schemes.
        pub schemes: Vec<SchemeView>,
        /// The groups of operations.
        pub groups: Vec<GroupView>,
        /// The models.
        pub models: Vec<ModelView>,
    }

    /// A server.
    pub struct ServerView {
        /// The URL, which may contain `{variables}`.
        pub url: String,
        /// `description`.
        pub description: Option<String>,
    }

    /// A security scheme.
    pub struct SchemeView {
        /// The key in `components.securitySchemes`.
        pub name: String,
        /// The method of the builder that takes the credentials.
        pub method: Ident,
        /// `description`.
        pub description: Option<String>,
        /// The place in the document.
        pub pointer: Place,
    }

    /// A group of operations: those with the same first tag.
    pub struct GroupView {
        /// The tag; null for operations without tags.
        pub tag: Option<String>,
        /// `description` of the tag.
        pub description: Option<String>,
        /// The documentation: `description`, or a sentence that names the tag.
        pub docs: Docs,
        /// The name of the type, such as `PetsApi`.
        pub ident: Ident,
        /// The path of the type, such as `crate::apis::PetsApi`.
        pub r#type: Type,
        /// The method of the client that creates it, such as `pets`.
        pub method: Ident,
        /// The name of the module, such as `pets`.
        pub module: Ident,
        /// The Cargo feature with which the group is compiled; null if the client has a single group.
        pub feature: Option<String>,
        /// The place in the document.
        pub pointer: Place,
        /// The operations.
        pub operations: Vec<OperationView>,
    }

    /// An operation.
    pub struct OperationView {
        /// `operationId`.
        pub id: String,
        /// The HTTP method, in upper case.
        pub http_method: String,
        /// The path template.
        pub path: String,
        /// `summary`.
        pub summary: Option<String>,
        /// `description`.
        pub description: Option<String>,
        /// The documentation: `summary` and `description`, or the method and the path.
        pub docs: Docs,
        /// `deprecated`.
        pub deprecated: bool,
        /// The name of the type of the call, such as `ListPets`.
        pub ident: Ident,
        /// The path of the type of the call, such as `crate::apis::ListPets`.
        pub r#type: Type,
        /// The method of the group that creates the call, such as `list_pets`.
        pub method: Ident,
        /// The type that awaiting the call returns, without the `Result`.
        pub output: Type,
        /// The inputs: parameters, then those of the body. Required ones are arguments of the method, in this
        /// order; the others are setters of the call.
        pub inputs: Vec<InputView>,
        /// The responses.
        pub responses: Vec<ResponseView>,
        /// The names of the required security schemes: alternatives (OR) of schemes (AND).
        pub security: Vec<Vec<String>>,
        /// Whether the call has `pages()` and `items()`.
        pub paginated: bool,
        /// The media type for which this is an alternative call of the operation; null for its first call.
        pub alternative: Option<String>,
        /// The place in the document.
        pub pointer: Place,
    }

    /// An input of an operation.
    pub struct InputView {
        /// The name on the wire; null for a whole body and for its media type.
        pub name: Option<String>,
        /// The part of the request that contains it.
        pub location: InputLocation,
        /// The argument or setter.
        pub ident: Ident,
        /// The type of the value, without the `Option` of an optional input.
        pub r#type: Type,
        /// The scalar that the type is, if it is one.
        pub scalar: Option<Scalar>,
        /// Whether a call must set it.
        pub required: bool,
        /// Whether the value may be null.
        pub nullable: bool,
        /// `deprecated`.
        pub deprecated: bool,
        /// Whether the value must not be logged (`format: password`, `x-sensitive: true`).
        pub sensitive: bool,
        /// `description`.
        pub description: Option<String>,
        /// The documentation: `description`, or the name.
        pub docs: Docs,
        /// `default`.
        pub default: Option<Value>,
        /// An example.
        pub example: Option<Value>,
        /// The place in the document.
        pub pointer: Place,
    }

    /// A response.
    pub struct ResponseView {
        /// The key in `responses`: `200`, `2XX` or `default`.
        pub status: String,
        /// Whether the call returns it as a success.
        pub success: bool,
        /// `description`.
        pub description: Option<String>,
        /// The media type that is requested; null for a response without a body.
        pub media_type: Option<String>,
        /// The content.
        pub content: ResponseContent,
        /// The type of the body; null if there is none.
        pub r#type: Option<Type>,
        /// The headers.
        pub headers: Vec<HeaderView>,
        /// The place in the document.
        pub pointer: Place,
    }

    /// A header of a response.
    pub struct HeaderView {
        /// The name.
        pub name: String,
        /// `description`.
        pub description: Option<String>,
        /// The type of the value.
        pub r#type: Type,
    }

    /// A model.
    pub struct ModelView {
        /// The key of the component schema; null for a schema in another place.
        pub name: Option<String>,
        /// `title`.
        pub title: Option<String>,
        /// `description`.
        pub description: Option<String>,
        /// The documentation: `title` and `description`, or the place in the document.
        pub docs: Docs,
        /// `deprecated`.
        pub deprecated: bool,
        /// The name of the type, such as `Pet`.
        pub ident: Ident,
        /// The path of the type, such as `crate::models::Pet`.
        pub r#type: Type,
        /// The name of the module, such as `pet`.
        pub module: Ident,
        /// The shape of the type.
        pub kind: ModelKind,
        /// Whether a response contains it, so that it can be decoded.
        pub decoded: bool,
        /// Whether a request contains it, so that it can be encoded.
        pub encoded: bool,
        /// The fields of a struct; empty for other kinds.
        pub fields: Vec<FieldView>,
        /// The maps of a struct with the properties that have no field of their own, in the order in
        /// which names are matched; empty for other kinds.
        pub maps: Vec<MapView>,
        /// The variants of an enumeration or a union; empty for other kinds.
        pub variants: Vec<VariantView>,
        /// The type that an alias stands for, or that a collection wraps; null for other kinds.
        pub target: Option<Type>,
        /// An example.
        pub example: Option<Value>,
        /// The place in the document.
        pub pointer: Place,
    }

    /// A field of a struct.
    pub struct FieldView {
        /// The name of the property in JSON.
        pub name: String,
        /// The field.
        pub ident: Ident,
        /// The type of the field, with its `Option`s.
        pub r#type: Type,
        /// Whether the property is required.
        pub required: bool,
        /// Whether the value may be null.
        pub nullable: bool,
        /// `readOnly`.
        pub read_only: bool,
        /// `writeOnly`.
        pub write_only: bool,
        /// `deprecated`.
        pub deprecated: bool,
        /// Whether the value must not be logged (`format: password`, `x-sensitive: true`).
        pub sensitive: bool,
        /// `description`.
        pub description: Option<String>,
        /// The documentation: `title` and `description`, or the name.
        pub docs: Docs,
        /// `default`.
        pub default: Option<Value>,
        /// An example.
        pub example: Option<Value>,
        /// The place in the document.
        pub pointer: Place,
    }

    /// A field of a struct that is a map of properties by their names.
    pub struct MapView {
        /// The field.
        pub ident: Ident,
        /// The pattern of the names (`patternProperties`), as in the document; null if the map has all
        /// properties that no other field has.
        pub pattern: Option<String>,
        /// The type of the values.
        pub r#type: Type,
    }

    /// A variant of an enumeration or a union, or a constant of an enumeration of numbers.
    pub struct VariantView {
        /// The variant or constant.
        pub ident: Ident,
        /// The value on the wire, if there is only one.
        pub value: Option<Value>,
        /// The values of the discriminator that select a variant of a union.
        pub tags: Vec<String>,
        /// The type that a variant of a union holds; null for an enumeration.
        pub r#type: Option<Type>,
        /// `description`.
        pub description: Option<String>,
    }
}

words! {
    /// The part of a request that contains an input.
    pub enum InputLocation {
        /// The path.
        Path = "path",
        /// The query.
        Query = "query",
        /// A header.
        Header = "header",
        /// A cookie.
        Cookie = "cookie",
        /// A field of a form.
        Form = "form",
        /// A part of a multipart body.
        Part = "part",
        /// The further fields of a form, or the further parts of a multipart body.
        Additional = "additional",
        /// The body as a whole.
        Body = "body",
        /// The media type of the body.
        MediaType = "media-type",
    }

    /// A scalar type.
    pub enum Scalar {
        /// `String`.
        String = "string",
        /// `bool`.
        Bool = "bool",
        /// An integer or floating-point number of Rust.
        Number = "number",
    }

    /// The content of a response.
    pub enum ResponseContent {
        /// No body.
        Empty = "empty",
        /// A JSON document.
        Json = "json",
        /// Text.
        Text = "text",
        /// Bytes.
        Bytes = "bytes",
        /// A stream of events (`text/event-stream`).
        Events = "events",
        /// A stream of JSON documents.
        JsonStream = "json-stream",
    }

    /// The shape of a model.
    pub enum ModelKind {
        /// A struct.
        Struct = "struct",
        /// An enumeration of strings.
        StringEnum = "string-enum",
        /// An enumeration of integers.
        IntegerEnum = "integer-enum",
        /// A newtype of a number, with constants.
        NumberEnum = "number-enum",
        /// An enumeration of types.
        Union = "union",
        /// A newtype of a list or map that contains itself.
        Collection = "collection",
        /// An alias, which is no type of its own.
        Alias = "alias",
        /// A type that the options put in place of the schema.
        Custom = "custom",
    }
}
