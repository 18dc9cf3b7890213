//! The objects of OpenAPI 3.0, 3.1 and 3.2 as a table of fields and their kinds.
//!
//! The table describes what this generator can read, not every rule of the specification. `walk`
//! applies it; `repair` and `schema` have the repairs that it names.

use serde_json::{Map, Value};

use super::keywords::SCHEMA;
use super::repair;
use super::walk::Walker;
use crate::pointer::Pointer;

/// What the value of a field may be.
#[derive(Clone, Copy)]
pub(super) enum ValueKind {
    /// Any value, which is not checked.
    Any,
    /// A string.
    String,
    /// A string with a fixed set of values, which is never repaired.
    Word,
    /// A boolean.
    Boolean,
    /// A non-negative integer.
    Count,
    /// A number.
    Number,
    /// A schema.
    Schema,
    /// A schema inside a schema.
    Subschema,
    /// An object of the table.
    Object(&'static Object),
    /// An object of the table or a Reference Object.
    ReferenceOr(&'static Object),
    /// An array.
    List(&'static ValueKind),
    /// An object whose keys the document chooses.
    Map(&'static ValueKind),
    /// A Path Item Object, which may have a `$ref` beside its other fields.
    PathItem,
}

/// A field of an object.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: ValueKind,
    /// Whether a client needs the field. A wrong value of another field is ignored with a warning.
    pub(super) needed: bool,
}

/// What an object may contain beside its fields and `x-…`.
#[derive(Clone, Copy)]
pub(super) enum UnknownKeys {
    /// Nothing: an unknown key causes a warning.
    Nothing,
    /// Values of this kind.
    Each(ValueKind),
    /// Further keywords of JSON Schema: a key that resembles a field causes a warning.
    Keywords,
}

/// A repair that the table can't express.
pub(super) type Repair = fn(&mut Walker<'_>, &mut Map<String, Value>);

/// An object of the specification.
pub(super) struct Object {
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
    pub(super) required: &'static [&'static str],
    pub(super) rest: UnknownKeys,
    /// Runs before the fields are checked.
    pub(super) prepare: Option<Repair>,
}

impl Object {
    pub(super) const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self {
            name,
            fields,
            required: &[],
            rest: UnknownKeys::Nothing,
            prepare: None,
        }
    }

    pub(super) const fn required(self, required: &'static [&'static str]) -> Self {
        Self { required, ..self }
    }

    pub(super) const fn rest(self, rest: UnknownKeys) -> Self {
        Self { rest, ..self }
    }

    pub(super) const fn prepare(self, repair: Repair) -> Self {
        Self {
            prepare: Some(repair),
            ..self
        }
    }

    /// Returns the field with this name.
    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A field that affects the client's behaviour.
pub(super) const fn field(name: &'static str, kind: ValueKind) -> Field {
    Field {
        name,
        kind,
        needed: true,
    }
}

/// A field that only documents, or that no client reads.
pub(super) const fn note(name: &'static str, kind: ValueKind) -> Field {
    Field {
        name,
        kind,
        needed: false,
    }
}

/// Returns the kind of the value at a pointer; `None` where the specification leaves it open.
pub(super) fn kind_at<'a>(mut steps: impl Iterator<Item = &'a str>) -> Option<ValueKind> {
    steps.try_fold(ValueKind::Object(&OPENAPI), kind_of)
}

/// Returns the kind of the value under a key or an index.
pub(super) fn kind_of(kind: ValueKind, step: &str) -> Option<ValueKind> {
    match kind {
        ValueKind::List(item) | ValueKind::Map(item) => Some(*item),
        kind => kind_of_property(object_of(kind)?, step),
    }
}

/// Returns the object of the table that a value of a kind is, unless it is a `$ref`.
pub(super) fn object_of(kind: ValueKind) -> Option<&'static Object> {
    match kind {
        ValueKind::Schema | ValueKind::Subschema => Some(&SCHEMA),
        ValueKind::Object(object) | ValueKind::ReferenceOr(object) => Some(object),
        ValueKind::PathItem => Some(&PATH_ITEM),
        ValueKind::Any
        | ValueKind::String
        | ValueKind::Word
        | ValueKind::Boolean
        | ValueKind::Count
        | ValueKind::Number
        | ValueKind::List(_)
        | ValueKind::Map(_) => None,
    }
}

/// Returns the name of the object that the specification requires at a pointer.
pub(crate) fn object_at(place: &Pointer) -> Option<&'static str> {
    let steps: Vec<String> = place.segments().collect();
    match kind_at(steps.iter().map(String::as_str))? {
        ValueKind::Object(object) | ValueKind::ReferenceOr(object) => Some(object.name),
        ValueKind::Schema | ValueKind::Subschema => Some(SCHEMA.name),
        ValueKind::PathItem => Some(PATH_ITEM.name),
        ValueKind::Any
        | ValueKind::String
        | ValueKind::Word
        | ValueKind::Boolean
        | ValueKind::Count
        | ValueKind::Number => Some("plain value"),
        ValueKind::List(_) => Some("list"),
        ValueKind::Map(_) => Some("map"),
    }
}

/// Whether a client needs the value at a pointer. A wrong value of another place is ignored with a
/// warning.
pub(crate) fn is_needed(place: &Pointer) -> bool {
    let mut kind = ValueKind::Object(&OPENAPI);
    for step in place.segments() {
        if object_of(kind).is_some_and(|it| it.field(&step).is_some_and(|field| !field.needed)) {
            return false;
        }
        match kind_of(kind, &step) {
            Some(inner) => kind = inner,
            None => return true,
        }
    }
    true
}

/// Whether a key is a field of a schema, or of an object that contains one, rather than a name
/// chosen by the document.
pub(super) fn is_field(key: &str) -> bool {
    [
        &SCHEMA,
        &PATH_ITEM,
        &OPERATION,
        &PARAMETER,
        &REQUEST_BODY,
        &MEDIA_TYPE,
        &RESPONSE,
        &OPENAPI,
    ]
    .iter()
    .any(|object| object.field(key).is_some())
}

/// Returns the kind of a referenced object by its name.
pub(super) fn by_name(name: &str) -> Option<ValueKind> {
    if name == PATH_ITEM.name {
        return Some(ValueKind::PathItem);
    }
    let objects = [
        &PARAMETER,
        &HEADER,
        &REQUEST_BODY,
        &RESPONSE,
        &SECURITY_SCHEME,
        &EXAMPLE,
        &LINK,
        &CALLBACK,
        &MEDIA_TYPE,
    ];
    objects
        .into_iter()
        .find(|object| object.name == name)
        .map(ValueKind::ReferenceOr)
}

fn kind_of_property(object: &Object, step: &str) -> Option<ValueKind> {
    match (object.field(step), object.rest) {
        (Some(field), _) => Some(field.kind),
        (None, UnknownKeys::Each(kind)) if !step.starts_with("x-") => Some(kind),
        (None, _) => None,
    }
}

pub(super) static STRINGS: ValueKind = ValueKind::List(&ValueKind::String);

pub(super) static OPENAPI: Object = Object::new(
    "OpenAPI Object",
    &[
        field("openapi", ValueKind::String),
        field("info", ValueKind::Object(&INFO)),
        note("jsonSchemaDialect", ValueKind::String),
        note("$self", ValueKind::String),
        field("servers", ValueKind::List(&ValueKind::Object(&SERVER))),
        field("paths", ValueKind::Object(&PATHS)),
        field("webhooks", ValueKind::Map(&ValueKind::PathItem)),
        field("components", ValueKind::Object(&COMPONENTS)),
        field("security", ValueKind::List(&SECURITY_REQUIREMENT)),
        field("tags", ValueKind::List(&ValueKind::Object(&TAG))),
        note("externalDocs", ValueKind::Object(&EXTERNAL_DOCS)),
    ],
)
.prepare(repair::openapi);

static INFO: Object = Object::new(
    "Info Object",
    &[
        field("title", ValueKind::String),
        note("summary", ValueKind::String),
        note("description", ValueKind::String),
        note("termsOfService", ValueKind::String),
        note("contact", ValueKind::Object(&CONTACT)),
        note("license", ValueKind::Object(&LICENSE)),
        field("version", ValueKind::String),
    ],
)
.prepare(repair::info);

static CONTACT: Object = Object::new(
    "Contact Object",
    &[
        note("name", ValueKind::String),
        note("url", ValueKind::String),
        note("email", ValueKind::String),
    ],
);

static LICENSE: Object = Object::new(
    "License Object",
    &[
        note("name", ValueKind::String),
        note("identifier", ValueKind::String),
        note("url", ValueKind::String),
    ],
)
.prepare(repair::license);

static SERVER: Object = Object::new(
    "Server Object",
    &[
        field("url", ValueKind::String),
        note("name", ValueKind::String),
        note("description", ValueKind::String),
        field(
            "variables",
            ValueKind::Map(&ValueKind::Object(&SERVER_VARIABLE)),
        ),
    ],
)
.prepare(repair::server);

static SERVER_VARIABLE: Object = Object::new(
    "Server Variable Object",
    &[
        field("enum", STRINGS),
        field("default", ValueKind::String),
        note("description", ValueKind::String),
    ],
)
.prepare(repair::server_variable);

static COMPONENTS: Object = Object::new(
    "Components Object",
    &[
        field("schemas", ValueKind::Map(&ValueKind::Schema)),
        field(
            "responses",
            ValueKind::Map(&ValueKind::ReferenceOr(&RESPONSE)),
        ),
        field(
            "parameters",
            ValueKind::Map(&ValueKind::ReferenceOr(&PARAMETER)),
        ),
        note("examples", EXAMPLES),
        field(
            "requestBodies",
            ValueKind::Map(&ValueKind::ReferenceOr(&REQUEST_BODY)),
        ),
        note("headers", HEADERS),
        field(
            "securitySchemes",
            ValueKind::Map(&ValueKind::ReferenceOr(&SECURITY_SCHEME)),
        ),
        note("links", LINKS),
        note("callbacks", CALLBACKS),
        field("pathItems", ValueKind::Map(&ValueKind::PathItem)),
        field("mediaTypes", CONTENT),
    ],
);

static PATHS: Object = Object::new("Paths Object", &[])
    .rest(UnknownKeys::Each(ValueKind::PathItem))
    .prepare(repair::paths);

pub(super) static PATH_ITEM: Object = Object::new(
    "Path Item Object",
    &[
        field("$ref", ValueKind::String),
        note("summary", ValueKind::String),
        note("description", ValueKind::String),
        field("get", ValueKind::Object(&OPERATION)),
        field("put", ValueKind::Object(&OPERATION)),
        field("post", ValueKind::Object(&OPERATION)),
        field("delete", ValueKind::Object(&OPERATION)),
        field("options", ValueKind::Object(&OPERATION)),
        field("head", ValueKind::Object(&OPERATION)),
        field("patch", ValueKind::Object(&OPERATION)),
        field("trace", ValueKind::Object(&OPERATION)),
        field("query", ValueKind::Object(&OPERATION)),
        field(
            "additionalOperations",
            ValueKind::Map(&ValueKind::Object(&OPERATION)),
        ),
        field("servers", ValueKind::List(&ValueKind::Object(&SERVER))),
        field("parameters", PARAMETERS),
    ],
)
.prepare(repair::path_item);

pub(super) static OPERATION: Object = Object::new(
    "Operation Object",
    &[
        field("tags", STRINGS),
        note("summary", ValueKind::String),
        note("description", ValueKind::String),
        note("externalDocs", ValueKind::Object(&EXTERNAL_DOCS)),
        field("operationId", ValueKind::String),
        field("parameters", PARAMETERS),
        field("requestBody", ValueKind::ReferenceOr(&REQUEST_BODY)),
        field("responses", ValueKind::Object(&RESPONSES)),
        note("callbacks", CALLBACKS),
        note("deprecated", ValueKind::Boolean),
        field("security", ValueKind::List(&SECURITY_REQUIREMENT)),
        field("servers", ValueKind::List(&ValueKind::Object(&SERVER))),
    ],
)
.prepare(repair::operation);

pub(super) static EXTERNAL_DOCS: Object = Object::new(
    "External Documentation Object",
    &[
        note("description", ValueKind::String),
        note("url", ValueKind::String),
    ],
)
.prepare(repair::external_docs);

static PARAMETERS: ValueKind = ValueKind::List(&ValueKind::ReferenceOr(&PARAMETER));
static HEADERS: ValueKind = ValueKind::Map(&ValueKind::ReferenceOr(&HEADER));
static CONTENT: ValueKind = ValueKind::Map(&ValueKind::ReferenceOr(&MEDIA_TYPE));
static EXAMPLES: ValueKind = ValueKind::Map(&ValueKind::ReferenceOr(&EXAMPLE));
static LINKS: ValueKind = ValueKind::Map(&ValueKind::ReferenceOr(&LINK));
static CALLBACKS: ValueKind = ValueKind::Map(&ValueKind::ReferenceOr(&CALLBACK));

static PARAMETER: Object = Object::new(
    "Parameter Object",
    &[
        field("name", ValueKind::String),
        field("in", ValueKind::Word),
        note("description", ValueKind::String),
        field("required", ValueKind::Boolean),
        note("deprecated", ValueKind::Boolean),
        note("allowEmptyValue", ValueKind::Boolean),
        field("style", ValueKind::Word),
        field("explode", ValueKind::Boolean),
        field("allowReserved", ValueKind::Boolean),
        field("schema", ValueKind::Schema),
        note("example", ValueKind::Any),
        note("examples", EXAMPLES),
        field("content", CONTENT),
    ],
)
.required(&["name", "in"])
.prepare(repair::parameter);

static REQUEST_BODY: Object = Object::new(
    "Request Body Object",
    &[
        note("description", ValueKind::String),
        field("content", CONTENT),
        field("required", ValueKind::Boolean),
    ],
)
.prepare(repair::request_body);

pub(super) static MEDIA_TYPE: Object = Object::new(
    "Media Type Object",
    &[
        field("schema", ValueKind::Schema),
        note("example", ValueKind::Any),
        note("examples", EXAMPLES),
        field("encoding", ValueKind::Map(&ValueKind::Object(&ENCODING))),
        field("itemSchema", ValueKind::Schema),
        note(
            "prefixEncoding",
            ValueKind::List(&ValueKind::Object(&ENCODING)),
        ),
        note("itemEncoding", ValueKind::Object(&ENCODING)),
    ],
)
.prepare(repair::media_type);

static ENCODING: Object = Object::new(
    "Encoding Object",
    &[
        field("contentType", ValueKind::String),
        field("headers", HEADERS),
        field("style", ValueKind::Word),
        field("explode", ValueKind::Boolean),
        field("allowReserved", ValueKind::Boolean),
        note("encoding", ValueKind::Map(&ValueKind::Object(&ENCODING))),
        note(
            "prefixEncoding",
            ValueKind::List(&ValueKind::Object(&ENCODING)),
        ),
        note("itemEncoding", ValueKind::Object(&ENCODING)),
    ],
)
.prepare(repair::encoding);

static RESPONSES: Object = Object::new("Responses Object", &[])
    .rest(UnknownKeys::Each(ValueKind::ReferenceOr(&RESPONSE)))
    .prepare(repair::responses);

static RESPONSE: Object = Object::new(
    "Response Object",
    &[
        note("summary", ValueKind::String),
        field("description", ValueKind::String),
        note("headers", HEADERS),
        field("content", CONTENT),
        note("links", LINKS),
    ],
)
.prepare(repair::response);

static CALLBACK: Object =
    Object::new("Callback Object", &[]).rest(UnknownKeys::Each(ValueKind::PathItem));

static EXAMPLE: Object = Object::new(
    "Example Object",
    &[
        note("summary", ValueKind::String),
        note("description", ValueKind::String),
        note("value", ValueKind::Any),
        note("dataValue", ValueKind::Any),
        note("serializedValue", ValueKind::String),
        note("externalValue", ValueKind::String),
    ],
);

static LINK: Object = Object::new(
    "Link Object",
    &[
        note("operationRef", ValueKind::String),
        note("operationId", ValueKind::String),
        note("parameters", ValueKind::Map(&ValueKind::Any)),
        note("requestBody", ValueKind::Any),
        note("description", ValueKind::String),
        note("server", ValueKind::Object(&SERVER)),
    ],
);

static HEADER: Object = Object::new(
    "Header Object",
    &[
        note("description", ValueKind::String),
        field("required", ValueKind::Boolean),
        note("deprecated", ValueKind::Boolean),
        note("allowEmptyValue", ValueKind::Boolean),
        field("style", ValueKind::Word),
        field("explode", ValueKind::Boolean),
        field("allowReserved", ValueKind::Boolean),
        field("schema", ValueKind::Schema),
        note("example", ValueKind::Any),
        note("examples", EXAMPLES),
        field("content", CONTENT),
    ],
)
.prepare(repair::header);

static TAG: Object = Object::new(
    "Tag Object",
    &[
        note("name", ValueKind::String),
        note("summary", ValueKind::String),
        note("description", ValueKind::String),
        note("parent", ValueKind::String),
        note("kind", ValueKind::String),
        note("externalDocs", ValueKind::Object(&EXTERNAL_DOCS)),
    ],
)
.prepare(repair::tag);

static SECURITY_REQUIREMENT: ValueKind = ValueKind::Map(&STRINGS);

static SECURITY_SCHEME: Object = Object::new(
    "Security Scheme Object",
    &[
        field("type", ValueKind::Word),
        note("description", ValueKind::String),
        field("name", ValueKind::String),
        field("in", ValueKind::Word),
        field("scheme", ValueKind::String),
        note("bearerFormat", ValueKind::String),
        field("flows", ValueKind::Object(&OAUTH_FLOWS)),
        field("openIdConnectUrl", ValueKind::String),
        field("oauth2MetadataUrl", ValueKind::String),
        note("deprecated", ValueKind::Boolean),
    ],
)
.required(&["type"])
.prepare(repair::security_scheme);

static OAUTH_FLOWS: Object = Object::new(
    "OAuth Flows Object",
    &[
        field("implicit", ValueKind::Object(&IMPLICIT_FLOW)),
        field("password", ValueKind::Object(&TOKEN_FLOW)),
        field("clientCredentials", ValueKind::Object(&TOKEN_FLOW)),
        field("authorizationCode", ValueKind::Object(&CODE_FLOW)),
        field("deviceAuthorization", ValueKind::Object(&DEVICE_FLOW)),
        note("x-deviceAuthorization", ValueKind::Object(&DEVICE_FLOW)),
    ],
)
.prepare(repair::oauth_flows);

static IMPLICIT_FLOW: Object = Object::new(
    "OAuth Flow Object",
    &[
        field("authorizationUrl", ValueKind::String),
        field("refreshUrl", ValueKind::String),
        field("scopes", ValueKind::Map(&ValueKind::String)),
    ],
)
.prepare(repair::implicit_flow);

static TOKEN_FLOW: Object = Object::new(
    "OAuth Flow Object",
    &[
        field("tokenUrl", ValueKind::String),
        field("refreshUrl", ValueKind::String),
        field("scopes", ValueKind::Map(&ValueKind::String)),
    ],
)
.prepare(repair::token_flow);

static CODE_FLOW: Object = Object::new(
    "OAuth Flow Object",
    &[
        field("authorizationUrl", ValueKind::String),
        field("tokenUrl", ValueKind::String),
        field("refreshUrl", ValueKind::String),
        field("scopes", ValueKind::Map(&ValueKind::String)),
    ],
)
.prepare(repair::code_flow);

static DEVICE_FLOW: Object = Object::new(
    "OAuth Flow Object",
    &[
        field("deviceAuthorizationUrl", ValueKind::String),
        field("tokenUrl", ValueKind::String),
        field("refreshUrl", ValueKind::String),
        field("scopes", ValueKind::Map(&ValueKind::String)),
    ],
)
.prepare(repair::device_flow);
