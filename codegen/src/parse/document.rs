//! The result of parsing: typed objects, and the tree that they were read from.

use indexmap::IndexMap;
use openapiv3::{AnySchema, OpenAPI, ReferenceOr, Schema, SchemaData};
use serde_json::Value;

use crate::fallback::Fallback;
use crate::name_pattern::NamePattern;
use crate::pointer::Pointer;

/// The well-formed parts of a document, in the terms of OpenAPI 3.0.
///
/// Every schema is in `schemas` under its pointer; the object that contained it has a `$ref` to
/// that pointer. So each object is deserialized on its own, inline schemas and `$ref`s are resolved
/// in the same way, and every schema knows its place.
#[derive(Clone, Debug)]
pub struct Document {
    /// Everything but the schemas, `callbacks` and `links`. `paths` and `components` are included.
    pub openapi: OpenAPI,
    /// Every schema by its place, in document order. Schemas inside a schema are `$ref`s to other
    /// entries.
    pub schemas: IndexMap<Pointer, ReferenceOr<SchemaObject>>,
    /// The tree after all repairs, for `$ref`s to anything but components and schemas.
    pub tree: Value,
    /// Where the result says less than the document.
    pub simplified: Vec<Fallback>,
    /// The places that were refused or ignored, and so are missing from the rest.
    pub lost: Vec<Pointer>,
}

/// The patterns of `patternProperties` whose values are among the additional properties: clients don't
/// match them.
#[derive(Clone, Debug, PartialEq)]
pub struct NamePatterns {
    /// ECMA-262 regular expressions; never empty.
    pub patterns: Vec<String>,
    /// Whether every undeclared name matches one of the patterns.
    pub is_closed: bool,
}

/// A Schema Object that can have all keywords at once, whatever its `type`.
#[derive(Clone, Debug, Default)]
pub struct SchemaObject {
    /// The annotations.
    pub data: SchemaData,
    /// The constraints.
    pub kind: AnySchema,
    /// The patterns of `patternProperties` that clients match, and the schemas of the properties.
    pub pattern_properties: Vec<(NamePattern, ReferenceOr<Schema>)>,
    /// The other patterns, whose properties are among those of `additionalProperties`.
    pub name_patterns: Option<NamePatterns>,
    /// `contentMediaType`.
    pub content_media_type: Option<String>,
    /// `contentSchema`, if the string contains JSON: a `$ref` to the schema.
    pub content_schema: Option<ReferenceOr<Schema>>,
}
