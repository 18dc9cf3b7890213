//! The objects of OpenAPI 3.0 and 3.1 as one table: their fields and what each may hold.
//!
//! The table says what this generator can read, not all that a document must fulfil. The walk
//! over it is in `walk`, the repairs that it names are in `repair` and `schema`.

use serde_json::{Map, Value};

use super::keywords::SCHEMA;
use super::repair;
use super::walk::Walker;
use crate::pointer::Pointer;

/// What a field may hold.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Any value; nothing in it is looked at.
    Any,
    /// A string.
    String,
    /// A string out of a few: nothing else can be read as one.
    Word,
    /// A boolean.
    Boolean,
    /// An integer from 0.
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
    List(&'static Kind),
    /// An object with keys of the document's choice.
    Map(&'static Kind),
    /// A Path Item Object, which may have a `$ref` beside its other fields.
    PathItem,
}

/// A field of an object.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Whether a client needs the field. If not, a wrong value is dropped with a warning.
    pub(super) needed: bool,
}

/// What an object may hold beside its fields and `x-…`.
#[derive(Clone, Copy)]
pub(super) enum Rest {
    /// Nothing: an unknown key gets a warning.
    Nothing,
    /// Values of this kind.
    Each(Kind),
    /// What JSON Schema leaves open: a key gets a warning if it is nearly that of a field.
    Keywords,
}

/// Something done with an object that a table can't say.
pub(super) type Repair = fn(&mut Walker<'_>, &mut Map<String, Value>);

/// An object of the specification.
pub(super) struct Object {
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
    pub(super) required: &'static [&'static str],
    pub(super) rest: Rest,
    /// Done before the fields are looked at.
    pub(super) prepare: Option<Repair>,
}

impl Object {
    pub(super) const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self {
            name,
            fields,
            required: &[],
            rest: Rest::Nothing,
            prepare: None,
        }
    }

    pub(super) const fn required(self, required: &'static [&'static str]) -> Self {
        Self { required, ..self }
    }

    pub(super) const fn rest(self, rest: Rest) -> Self {
        Self { rest, ..self }
    }

    pub(super) const fn prepare(self, repair: Repair) -> Self {
        Self {
            prepare: Some(repair),
            ..self
        }
    }

    /// The field of this name.
    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A field that decides what the client does.
pub(super) const fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        needed: true,
    }
}

/// A field that only describes, or that no client reads.
pub(super) const fn note(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        needed: false,
    }
}

/// What stands at a pointer: `None` where the specification leaves it open.
pub(super) fn kind_at<'a>(steps: impl Iterator<Item = &'a str>) -> Option<Kind> {
    let mut kind = Kind::Object(&OPENAPI);
    for step in steps {
        kind = match kind {
            Kind::Any | Kind::String | Kind::Word | Kind::Boolean | Kind::Count | Kind::Number => {
                return None;
            }
            Kind::Schema | Kind::Subschema => member(&SCHEMA, step)?,
            Kind::Object(object) | Kind::ReferenceOr(object) => member(object, step)?,
            Kind::PathItem => member(&PATH_ITEM, step)?,
            Kind::List(item) | Kind::Map(item) => *item,
        };
    }
    Some(kind)
}

/// The name of the object that has to stand at a pointer, if the specification says so.
pub(crate) fn object_at(place: &Pointer) -> Option<&'static str> {
    let steps: Vec<String> = place.segments().collect();
    match kind_at(steps.iter().map(String::as_str))? {
        Kind::Object(object) | Kind::ReferenceOr(object) => Some(object.name),
        Kind::Schema | Kind::Subschema => Some(SCHEMA.name),
        Kind::PathItem => Some(PATH_ITEM.name),
        Kind::Any | Kind::String | Kind::Word | Kind::Boolean | Kind::Count | Kind::Number => {
            Some("plain value")
        }
        Kind::List(_) => Some("list"),
        Kind::Map(_) => Some("map"),
    }
}

/// Whether a key is that of a field which a schema or an object may have that holds one, rather
/// than a name of the document's choice.
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

/// What a `$ref` may lead to, by the name of the object.
pub(super) fn by_name(name: &str) -> Option<Kind> {
    if name == PATH_ITEM.name {
        return Some(Kind::PathItem);
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
    ];
    objects
        .into_iter()
        .find(|object| object.name == name)
        .map(Kind::ReferenceOr)
}

fn member(object: &Object, step: &str) -> Option<Kind> {
    match (object.field(step), object.rest) {
        (Some(field), _) => Some(field.kind),
        (None, Rest::Each(kind)) if !step.starts_with("x-") => Some(kind),
        (None, _) => None,
    }
}

pub(super) static STRINGS: Kind = Kind::List(&Kind::String);

pub(super) static OPENAPI: Object = Object::new(
    "OpenAPI Object",
    &[
        field("openapi", Kind::String),
        field("info", Kind::Object(&INFO)),
        note("jsonSchemaDialect", Kind::String),
        note("$self", Kind::String),
        field("servers", Kind::List(&Kind::Object(&SERVER))),
        field("paths", Kind::Object(&PATHS)),
        field("webhooks", Kind::Map(&Kind::PathItem)),
        field("components", Kind::Object(&COMPONENTS)),
        field("security", Kind::List(&SECURITY_REQUIREMENT)),
        field("tags", Kind::List(&Kind::Object(&TAG))),
        note("externalDocs", Kind::Object(&EXTERNAL_DOCS)),
    ],
)
.required(&["info", "paths"])
.prepare(repair::openapi);

static INFO: Object = Object::new(
    "Info Object",
    &[
        field("title", Kind::String),
        note("summary", Kind::String),
        note("description", Kind::String),
        note("termsOfService", Kind::String),
        note("contact", Kind::Object(&CONTACT)),
        note("license", Kind::Object(&LICENSE)),
        field("version", Kind::String),
    ],
)
.prepare(repair::info);

static CONTACT: Object = Object::new(
    "Contact Object",
    &[
        note("name", Kind::String),
        note("url", Kind::String),
        note("email", Kind::String),
    ],
);

static LICENSE: Object = Object::new(
    "License Object",
    &[
        note("name", Kind::String),
        note("identifier", Kind::String),
        note("url", Kind::String),
    ],
)
.prepare(repair::license);

static SERVER: Object = Object::new(
    "Server Object",
    &[
        field("url", Kind::String),
        note("name", Kind::String),
        note("description", Kind::String),
        field("variables", Kind::Map(&Kind::Object(&SERVER_VARIABLE))),
    ],
)
.prepare(repair::server);

static SERVER_VARIABLE: Object = Object::new(
    "Server Variable Object",
    &[
        field("enum", STRINGS),
        field("default", Kind::String),
        note("description", Kind::String),
    ],
)
.prepare(repair::server_variable);

static COMPONENTS: Object = Object::new(
    "Components Object",
    &[
        field("schemas", Kind::Map(&Kind::Schema)),
        field("responses", Kind::Map(&Kind::ReferenceOr(&RESPONSE))),
        field("parameters", Kind::Map(&Kind::ReferenceOr(&PARAMETER))),
        note("examples", EXAMPLES),
        field(
            "requestBodies",
            Kind::Map(&Kind::ReferenceOr(&REQUEST_BODY)),
        ),
        field("headers", HEADERS),
        field(
            "securitySchemes",
            Kind::Map(&Kind::ReferenceOr(&SECURITY_SCHEME)),
        ),
        note("links", LINKS),
        note("callbacks", CALLBACKS),
        field("pathItems", Kind::Map(&Kind::PathItem)),
        field("mediaTypes", CONTENT),
    ],
);

static PATHS: Object = Object::new("Paths Object", &[])
    .rest(Rest::Each(Kind::PathItem))
    .prepare(repair::paths);

pub(super) static PATH_ITEM: Object = Object::new(
    "Path Item Object",
    &[
        field("$ref", Kind::String),
        note("summary", Kind::String),
        note("description", Kind::String),
        field("get", Kind::Object(&OPERATION)),
        field("put", Kind::Object(&OPERATION)),
        field("post", Kind::Object(&OPERATION)),
        field("delete", Kind::Object(&OPERATION)),
        field("options", Kind::Object(&OPERATION)),
        field("head", Kind::Object(&OPERATION)),
        field("patch", Kind::Object(&OPERATION)),
        field("trace", Kind::Object(&OPERATION)),
        field("servers", Kind::List(&Kind::Object(&SERVER))),
        field("parameters", PARAMETERS),
    ],
)
.prepare(repair::path_item);

static OPERATION: Object = Object::new(
    "Operation Object",
    &[
        field("tags", STRINGS),
        note("summary", Kind::String),
        note("description", Kind::String),
        note("externalDocs", Kind::Object(&EXTERNAL_DOCS)),
        field("operationId", Kind::String),
        field("parameters", PARAMETERS),
        field("requestBody", Kind::ReferenceOr(&REQUEST_BODY)),
        field("responses", Kind::Object(&RESPONSES)),
        note("callbacks", CALLBACKS),
        note("deprecated", Kind::Boolean),
        field("security", Kind::List(&SECURITY_REQUIREMENT)),
        field("servers", Kind::List(&Kind::Object(&SERVER))),
    ],
)
.prepare(repair::operation);

pub(super) static EXTERNAL_DOCS: Object = Object::new(
    "External Documentation Object",
    &[note("description", Kind::String), note("url", Kind::String)],
)
.prepare(repair::external_docs);

static PARAMETERS: Kind = Kind::List(&Kind::ReferenceOr(&PARAMETER));
static HEADERS: Kind = Kind::Map(&Kind::ReferenceOr(&HEADER));
static CONTENT: Kind = Kind::Map(&Kind::Object(&MEDIA_TYPE));
static EXAMPLES: Kind = Kind::Map(&Kind::ReferenceOr(&EXAMPLE));
static LINKS: Kind = Kind::Map(&Kind::ReferenceOr(&LINK));
static CALLBACKS: Kind = Kind::Map(&Kind::ReferenceOr(&CALLBACK));

static PARAMETER: Object = Object::new(
    "Parameter Object",
    &[
        field("name", Kind::String),
        field("in", Kind::Word),
        note("description", Kind::String),
        field("required", Kind::Boolean),
        note("deprecated", Kind::Boolean),
        note("allowEmptyValue", Kind::Boolean),
        field("style", Kind::Word),
        field("explode", Kind::Boolean),
        field("allowReserved", Kind::Boolean),
        field("schema", Kind::Schema),
        note("example", Kind::Any),
        note("examples", EXAMPLES),
        field("content", CONTENT),
    ],
)
.required(&["name", "in"])
.prepare(repair::parameter);

static REQUEST_BODY: Object = Object::new(
    "Request Body Object",
    &[
        note("description", Kind::String),
        field("content", CONTENT),
        field("required", Kind::Boolean),
    ],
)
.prepare(repair::request_body);

pub(super) static MEDIA_TYPE: Object = Object::new(
    "Media Type Object",
    &[
        field("schema", Kind::Schema),
        note("example", Kind::Any),
        note("examples", EXAMPLES),
        field("encoding", Kind::Map(&Kind::Object(&ENCODING))),
    ],
)
.prepare(repair::media_type);

static ENCODING: Object = Object::new(
    "Encoding Object",
    &[
        field("contentType", Kind::String),
        field("headers", HEADERS),
        field("style", Kind::Word),
        field("explode", Kind::Boolean),
        field("allowReserved", Kind::Boolean),
    ],
)
.prepare(repair::encoding);

static RESPONSES: Object = Object::new("Responses Object", &[])
    .rest(Rest::Each(Kind::ReferenceOr(&RESPONSE)))
    .prepare(repair::responses);

static RESPONSE: Object = Object::new(
    "Response Object",
    &[
        note("summary", Kind::String),
        field("description", Kind::String),
        field("headers", HEADERS),
        field("content", CONTENT),
        note("links", LINKS),
    ],
)
.prepare(repair::response);

static CALLBACK: Object = Object::new("Callback Object", &[]).rest(Rest::Each(Kind::PathItem));

static EXAMPLE: Object = Object::new(
    "Example Object",
    &[
        note("summary", Kind::String),
        note("description", Kind::String),
        note("value", Kind::Any),
        note("dataValue", Kind::Any),
        note("serializedValue", Kind::String),
        note("externalValue", Kind::String),
    ],
);

static LINK: Object = Object::new(
    "Link Object",
    &[
        note("operationRef", Kind::String),
        note("operationId", Kind::String),
        note("parameters", Kind::Map(&Kind::Any)),
        note("requestBody", Kind::Any),
        note("description", Kind::String),
        note("server", Kind::Object(&SERVER)),
    ],
);

static HEADER: Object = Object::new(
    "Header Object",
    &[
        note("description", Kind::String),
        field("required", Kind::Boolean),
        note("deprecated", Kind::Boolean),
        note("allowEmptyValue", Kind::Boolean),
        field("style", Kind::Word),
        field("explode", Kind::Boolean),
        field("allowReserved", Kind::Boolean),
        field("schema", Kind::Schema),
        note("example", Kind::Any),
        note("examples", EXAMPLES),
        field("content", CONTENT),
    ],
)
.prepare(repair::header);

static TAG: Object = Object::new(
    "Tag Object",
    &[
        note("name", Kind::String),
        note("summary", Kind::String),
        note("description", Kind::String),
        note("parent", Kind::String),
        note("kind", Kind::String),
        note("externalDocs", Kind::Object(&EXTERNAL_DOCS)),
    ],
)
.prepare(repair::tag);

static SECURITY_REQUIREMENT: Kind = Kind::Map(&STRINGS);

static SECURITY_SCHEME: Object = Object::new(
    "Security Scheme Object",
    &[
        field("type", Kind::Word),
        note("description", Kind::String),
        field("name", Kind::String),
        field("in", Kind::Word),
        field("scheme", Kind::String),
        note("bearerFormat", Kind::String),
        field("flows", Kind::Object(&OAUTH_FLOWS)),
        field("openIdConnectUrl", Kind::String),
        note("oauth2MetadataUrl", Kind::String),
        note("deprecated", Kind::Boolean),
    ],
)
.required(&["type"])
.prepare(repair::security_scheme);

static OAUTH_FLOWS: Object = Object::new(
    "OAuth Flows Object",
    &[
        field("implicit", Kind::Object(&IMPLICIT_FLOW)),
        field("password", Kind::Object(&TOKEN_FLOW)),
        field("clientCredentials", Kind::Object(&TOKEN_FLOW)),
        field("authorizationCode", Kind::Object(&CODE_FLOW)),
        field("deviceAuthorization", Kind::Object(&DEVICE_FLOW)),
        field("x-deviceAuthorization", Kind::Object(&DEVICE_FLOW)),
    ],
);

static IMPLICIT_FLOW: Object = Object::new(
    "OAuth Flow Object",
    &[
        field("authorizationUrl", Kind::String),
        field("refreshUrl", Kind::String),
        field("scopes", Kind::Map(&Kind::String)),
    ],
)
.prepare(repair::implicit_flow);

static TOKEN_FLOW: Object = Object::new(
    "OAuth Flow Object",
    &[
        field("tokenUrl", Kind::String),
        field("refreshUrl", Kind::String),
        field("scopes", Kind::Map(&Kind::String)),
    ],
)
.prepare(repair::token_flow);

static CODE_FLOW: Object = Object::new(
    "OAuth Flow Object",
    &[
        field("authorizationUrl", Kind::String),
        field("tokenUrl", Kind::String),
        field("refreshUrl", Kind::String),
        field("scopes", Kind::Map(&Kind::String)),
    ],
)
.prepare(repair::code_flow);

static DEVICE_FLOW: Object = Object::new(
    "OAuth Flow Object",
    &[
        field("deviceAuthorizationUrl", Kind::String),
        field("tokenUrl", Kind::String),
        field("refreshUrl", Kind::String),
        field("scopes", Kind::Map(&Kind::String)),
    ],
)
.prepare(repair::device_flow);
