//! The part of the grammar that schemas have: OpenAPI 3.0's keywords and JSON Schema 2020-12's.

use super::grammar::{EXTERNAL_DOCS, Kind, Object, Rest, STRINGS, field, note};
use super::schema;

static SUBSCHEMAS: Kind = Kind::List(&Kind::Subschema);
static NAMED_SUBSCHEMAS: Kind = Kind::Map(&Kind::Subschema);

/// The Schema Object. Those keywords that most schemas have come first.
pub(super) static SCHEMA: Object = Object::new(
    "Schema Object",
    &[
        field("type", Kind::Any),
        field("properties", NAMED_SUBSCHEMAS),
        note("description", Kind::String),
        field("format", Kind::String),
        field("items", Kind::Subschema),
        field("enum", Kind::List(&Kind::Any)),
        field("required", STRINGS),
        note("example", Kind::Any),
        field("nullable", Kind::Boolean),
        note("title", Kind::String),
        field("default", Kind::Any),
        field("additionalProperties", Kind::Subschema),
        field("allOf", SUBSCHEMAS),
        field("oneOf", SUBSCHEMAS),
        field("anyOf", SUBSCHEMAS),
        field("not", Kind::Subschema),
        field("discriminator", Kind::Object(&DISCRIMINATOR)),
        field("readOnly", Kind::Boolean),
        field("writeOnly", Kind::Boolean),
        note("deprecated", Kind::Boolean),
        note("pattern", Kind::String),
        note("minLength", Kind::Count),
        note("maxLength", Kind::Count),
        note("minimum", Kind::Number),
        note("maximum", Kind::Number),
        note("exclusiveMinimum", Kind::Any),
        note("exclusiveMaximum", Kind::Any),
        note("multipleOf", Kind::Number),
        note("minItems", Kind::Count),
        note("maxItems", Kind::Count),
        note("uniqueItems", Kind::Boolean),
        note("minProperties", Kind::Count),
        note("maxProperties", Kind::Count),
        note("externalDocs", Kind::Object(&EXTERNAL_DOCS)),
        note("xml", Kind::Any),
        field("$ref", Kind::String),
        field("const", Kind::Any),
        note("examples", Kind::Any),
        field("prefixItems", SUBSCHEMAS),
        field("patternProperties", NAMED_SUBSCHEMAS),
        field("unevaluatedProperties", Kind::Subschema),
        field("contentEncoding", Kind::String),
        field("contentMediaType", Kind::String),
        field("$defs", NAMED_SUBSCHEMAS),
        note("definitions", NAMED_SUBSCHEMAS),
        note("contentSchema", Kind::Subschema),
        note("additionalItems", Kind::Subschema),
        note("unevaluatedItems", Kind::Subschema),
        note("contains", Kind::Subschema),
        note("minContains", Kind::Any),
        note("maxContains", Kind::Any),
        note("propertyNames", Kind::Subschema),
        note("dependentSchemas", NAMED_SUBSCHEMAS),
        note("dependentRequired", Kind::Any),
        note("dependencies", Kind::Any),
        note("if", Kind::Subschema),
        note("then", Kind::Subschema),
        note("else", Kind::Subschema),
        note("$comment", Kind::Any),
        note("$id", Kind::Any),
        note("$schema", Kind::Any),
        note("$anchor", Kind::Any),
        note("$dynamicRef", Kind::Any),
        note("$dynamicAnchor", Kind::Any),
        note("$recursiveRef", Kind::Any),
        note("$recursiveAnchor", Kind::Any),
        note("$vocabulary", Kind::Any),
    ],
)
.rest(Rest::Keywords)
.prepare(schema::prepare);

static DISCRIMINATOR: Object = Object::new(
    "Discriminator Object",
    &[
        field("propertyName", Kind::String),
        field("mapping", Kind::Map(&Kind::String)),
        note("defaultMapping", Kind::String),
    ],
);
