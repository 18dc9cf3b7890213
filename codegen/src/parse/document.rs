//! What reading a document gives: the typed objects, and the tree that they were read from.

use indexmap::IndexMap;
use openapiv3::{AnySchema, OpenAPI, ReferenceOr, SchemaData};
use serde_json::Value;

use crate::fallback::Fallback;
use crate::pointer::Pointer;

/// What is well formed of a document, in OpenAPI 3.0's terms.
///
/// Every schema, wherever it stands, is in `schemas` under its pointer; what held it holds a
/// `$ref` to that pointer. So each object is read once and alone, a `$ref` that the document
/// writes and a schema that it spells out are resolved in one way, and every schema knows its place.
#[derive(Clone, Debug)]
pub struct Document {
    /// All but the schemas, `callbacks` and `links`; `paths` and `components` are in it.
    pub openapi: OpenAPI,
    /// Every schema by its place, in document order. Subschemas are `$ref`s to other entries.
    pub schemas: IndexMap<Pointer, ReferenceOr<SchemaObject>>,
    /// The tree after all repairs, for `$ref`s that lead to neither a component nor a schema.
    pub tree: Value,
    /// Where the result says less than the document.
    pub simplified: Vec<Fallback>,
    /// The places of what was refused or is of no use, and so isn't in the rest.
    pub lost: Vec<Pointer>,
}

/// A Schema Object in the one form that can hold all its keywords at once, whatever its `type`.
#[derive(Clone, Debug, Default)]
pub struct SchemaObject {
    /// What describes it.
    pub data: SchemaData,
    /// What a value must be.
    pub kind: AnySchema,
}
