//! What reading a document gives: the typed objects, and the tree that they were read from.

use indexmap::IndexMap;
use serde_json::Value;

use crate::pointer::Pointer;

/// A document that is well formed, in OpenAPI 3.0's terms.
///
/// Every schema, wherever it stands, is in `schemas` under its pointer; what held it holds a
/// `$ref` to that pointer. So each object is read once and alone, a `$ref` that the document
/// writes and a schema that it spells out are resolved in one way, and every schema knows its place.
#[derive(Clone, Debug)]
pub struct Document {
    /// All but the schemas; `paths` and `components` are in it.
    pub openapi: openapiv3::OpenAPI,
    /// Every schema by its place, in document order. Subschemas are `$ref`s to other entries.
    pub schemas: IndexMap<Pointer, openapiv3::ReferenceOr<openapiv3::Schema>>,
    /// The tree after all repairs, for `$ref`s that lead to neither a component nor a schema.
    pub tree: Value,
}
