//! The objects of OpenAPI 3.0, 3.1 and 3.2 as a table of fields and their kinds.
//!
//! The table describes what this generator can read, not every rule of the specification. `walk`
//! applies it; `repair` and `schema` have the repairs that it names.

use super::grammar::{Object, UnknownKeys, ValueKind, field, note};
use super::repair;

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
        // How documents of OpenAPI 3.0 describe webhooks: an extension that Redoc introduced.
        note("x-webhooks", ValueKind::Map(&ValueKind::PathItem)),
        field("components", ValueKind::Object(&COMPONENTS)),
        field("security", ValueKind::List(&SECURITY_REQUIREMENT)),
        field("tags", ValueKind::List(&ValueKind::Object(&TAG))),
        note("externalDocs", ValueKind::Object(&EXTERNAL_DOCS)),
    ],
)
.prepare(repair::openapi);

pub(super) static INFO: Object = Object::new(
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

pub(super) static CONTACT: Object = Object::new(
    "Contact Object",
    &[
        note("name", ValueKind::String),
        note("url", ValueKind::String),
        note("email", ValueKind::String),
    ],
);

pub(super) static LICENSE: Object = Object::new(
    "License Object",
    &[
        note("name", ValueKind::String),
        note("identifier", ValueKind::String),
        note("url", ValueKind::String),
    ],
)
.prepare(repair::license);

pub(super) static SERVER: Object = Object::new(
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

pub(super) static SERVER_VARIABLE: Object = Object::new(
    "Server Variable Object",
    &[
        field("enum", STRINGS),
        field("default", ValueKind::String),
        note("description", ValueKind::String),
    ],
)
.prepare(repair::server_variable);

pub(super) static COMPONENTS: Object = Object::new(
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

pub(super) static PATHS: Object = Object::new("Paths Object", &[])
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

pub(super) static PARAMETERS: ValueKind = ValueKind::List(&ValueKind::ReferenceOr(&PARAMETER));
pub(super) static HEADERS: ValueKind = ValueKind::Map(&ValueKind::ReferenceOr(&HEADER));
pub(super) static CONTENT: ValueKind = ValueKind::Map(&ValueKind::ReferenceOr(&MEDIA_TYPE));
pub(super) static EXAMPLES: ValueKind = ValueKind::Map(&ValueKind::ReferenceOr(&EXAMPLE));
pub(super) static LINKS: ValueKind = ValueKind::Map(&ValueKind::ReferenceOr(&LINK));
pub(super) static CALLBACKS: ValueKind = ValueKind::Map(&ValueKind::ReferenceOr(&CALLBACK));

pub(super) static PARAMETER: Object = Object::new(
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
.prepare(repair::content::parameter);

pub(super) static REQUEST_BODY: Object = Object::new(
    "Request Body Object",
    &[
        note("description", ValueKind::String),
        field("content", CONTENT),
        field("required", ValueKind::Boolean),
    ],
)
.prepare(repair::content::request_body);

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
.prepare(repair::content::media_type);

pub(super) static ENCODING: Object = Object::new(
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
.prepare(repair::content::encoding);

pub(super) static RESPONSES: Object = Object::new("Responses Object", &[])
    .rest(UnknownKeys::Each(ValueKind::ReferenceOr(&RESPONSE)))
    .prepare(repair::responses);

pub(super) static RESPONSE: Object = Object::new(
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

pub(super) static CALLBACK: Object =
    Object::new("Callback Object", &[]).rest(UnknownKeys::Each(ValueKind::PathItem));

pub(super) static EXAMPLE: Object = Object::new(
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

pub(super) static LINK: Object = Object::new(
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

pub(super) static HEADER: Object = Object::new(
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
.prepare(repair::content::header);

pub(super) static TAG: Object = Object::new(
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

pub(super) static SECURITY_REQUIREMENT: ValueKind = ValueKind::Map(&STRINGS);

pub(super) static SECURITY_SCHEME: Object = Object::new(
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
.prepare(repair::security::security_scheme);

pub(super) static OAUTH_FLOWS: Object = Object::new(
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
.prepare(repair::security::oauth_flows);

pub(super) static IMPLICIT_FLOW: Object = Object::new(
    "OAuth Flow Object",
    &[
        field("authorizationUrl", ValueKind::String),
        field("refreshUrl", ValueKind::String),
        field("scopes", ValueKind::Map(&ValueKind::String)),
    ],
)
.prepare(repair::security::implicit_flow);

pub(super) static TOKEN_FLOW: Object = Object::new(
    "OAuth Flow Object",
    &[
        field("tokenUrl", ValueKind::String),
        field("refreshUrl", ValueKind::String),
        field("scopes", ValueKind::Map(&ValueKind::String)),
    ],
)
.prepare(repair::security::token_flow);

pub(super) static CODE_FLOW: Object = Object::new(
    "OAuth Flow Object",
    &[
        field("authorizationUrl", ValueKind::String),
        field("tokenUrl", ValueKind::String),
        field("refreshUrl", ValueKind::String),
        field("scopes", ValueKind::Map(&ValueKind::String)),
    ],
)
.prepare(repair::security::code_flow);

pub(super) static DEVICE_FLOW: Object = Object::new(
    "OAuth Flow Object",
    &[
        field("deviceAuthorizationUrl", ValueKind::String),
        field("tokenUrl", ValueKind::String),
        field("refreshUrl", ValueKind::String),
        field("scopes", ValueKind::Map(&ValueKind::String)),
    ],
)
.prepare(repair::security::device_flow);
