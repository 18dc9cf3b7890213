//! The keywords of schemas in OpenAPI 3.0 and JSON Schema 2020-12.

use super::grammar::{Object, UnknownKeys, ValueKind, field, note};
use super::objects::{EXTERNAL_DOCS, STRINGS};
use super::prepare;

static SUBSCHEMAS: ValueKind = ValueKind::List(&ValueKind::Subschema);
static NAMED_SUBSCHEMAS: ValueKind = ValueKind::Map(&ValueKind::Subschema);

/// The Schema Object. The most frequent keywords come first.
pub(super) static SCHEMA: Object = Object::new(
    "Schema Object",
    &[
        field("type", ValueKind::Any),
        field("properties", NAMED_SUBSCHEMAS),
        note("description", ValueKind::String),
        field("format", ValueKind::String),
        field("items", ValueKind::Subschema),
        field("enum", ValueKind::List(&ValueKind::Any)),
        field("required", STRINGS),
        note("example", ValueKind::Any),
        field("nullable", ValueKind::Boolean),
        note("title", ValueKind::String),
        field("default", ValueKind::Any),
        field("additionalProperties", ValueKind::Subschema),
        field("allOf", SUBSCHEMAS),
        field("oneOf", SUBSCHEMAS),
        field("anyOf", SUBSCHEMAS),
        field("not", ValueKind::Subschema),
        field("discriminator", ValueKind::Object(&DISCRIMINATOR)),
        field("readOnly", ValueKind::Boolean),
        field("writeOnly", ValueKind::Boolean),
        note("deprecated", ValueKind::Boolean),
        note("pattern", ValueKind::String),
        note("minLength", ValueKind::Count),
        note("maxLength", ValueKind::Count),
        note("minimum", ValueKind::Number),
        note("maximum", ValueKind::Number),
        note("exclusiveMinimum", ValueKind::Any),
        note("exclusiveMaximum", ValueKind::Any),
        note("multipleOf", ValueKind::Number),
        note("minItems", ValueKind::Count),
        note("maxItems", ValueKind::Count),
        note("uniqueItems", ValueKind::Boolean),
        note("minProperties", ValueKind::Count),
        note("maxProperties", ValueKind::Count),
        note("externalDocs", ValueKind::Object(&EXTERNAL_DOCS)),
        note("xml", ValueKind::Any),
        field("$ref", ValueKind::String),
        field("const", ValueKind::Any),
        note("examples", ValueKind::Any),
        field("prefixItems", SUBSCHEMAS),
        field("patternProperties", NAMED_SUBSCHEMAS),
        field("unevaluatedProperties", ValueKind::Subschema),
        field("contentEncoding", ValueKind::String),
        field("contentMediaType", ValueKind::String),
        field("$defs", NAMED_SUBSCHEMAS),
        note("definitions", NAMED_SUBSCHEMAS),
        note("contentSchema", ValueKind::Subschema),
        note("additionalItems", ValueKind::Subschema),
        note("unevaluatedItems", ValueKind::Subschema),
        note("contains", ValueKind::Subschema),
        note("minContains", ValueKind::Any),
        note("maxContains", ValueKind::Any),
        note("propertyNames", ValueKind::Subschema),
        note("dependentSchemas", NAMED_SUBSCHEMAS),
        note("dependentRequired", ValueKind::Any),
        note("dependencies", ValueKind::Any),
        note("if", ValueKind::Subschema),
        note("then", ValueKind::Subschema),
        note("else", ValueKind::Subschema),
        note("$comment", ValueKind::Any),
        note("$id", ValueKind::Any),
        note("$schema", ValueKind::Any),
        note("$anchor", ValueKind::Any),
        note("$dynamicRef", ValueKind::Any),
        note("$dynamicAnchor", ValueKind::Any),
        note("$recursiveRef", ValueKind::Any),
        note("$recursiveAnchor", ValueKind::Any),
        note("$vocabulary", ValueKind::Any),
    ],
)
.rest(UnknownKeys::Keywords)
.prepare(prepare::prepare);

static DISCRIMINATOR: Object = Object::new(
    "Discriminator Object",
    &[
        field("propertyName", ValueKind::String),
        field("mapping", ValueKind::Map(&ValueKind::String)),
        field("defaultMapping", ValueKind::String),
    ],
);
