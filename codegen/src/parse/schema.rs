//! Moves schemas out of the tree, and converts the syntax of OpenAPI 3.1 and JSON Schema to OpenAPI
//! 3.0.

use indexmap::map::Entry;
use openapiv3::ReferenceOr;
use serde_json::{Map, Value};

use super::build;
use super::document::SchemaObject;
use super::keywords::SCHEMA;
use super::targets::Keyword;
use super::text::excerpt;
use super::types;
use super::version::Version;
use super::walk::{OpenTarget, Walker, describe};
use crate::fallback::FallbackReason;

type Properties = Map<String, Value>;

/// The keywords that are honoured beside a `$ref` in 3.0, where the specification ignores all
/// siblings: those that only annotate or can't mean anything else.
const BESIDE_REFERENCE: [&str; 8] = [
    "title",
    "description",
    "deprecated",
    "readOnly",
    "writeOnly",
    "nullable",
    "default",
    "example",
];

impl Walker<'_> {
    /// Moves a schema out of another one, and leaves a `$ref` to it as a plain string.
    pub(super) fn subschema(&mut self, value: &mut Value) -> bool {
        match self.schema(value) {
            Some(reference) => {
                *value = Value::String(reference);
                true
            }
            None => false,
        }
    }

    /// Moves the schema at this place out of the tree, and returns the `$ref` to it.
    pub(super) fn schema(&mut self, value: &mut Value) -> Option<String> {
        let mut map = match value.take() {
            Value::Object(map) => map,
            Value::Bool(true) => Map::new(),
            Value::Bool(false) => {
                self.simplify(FallbackReason::NeverSchema);
                [("not".to_owned(), Value::Object(Map::new()))]
                    .into_iter()
                    .collect()
            }
            Value::Array(items) if items.is_empty() => {
                self.warn(
                    "expected an object, found an empty array, which is treated as an empty object",
                    "use `{}`",
                );
                Map::new()
            }
            other => {
                self.refuse(
                    format!("expected an object, found {}", describe(&other)),
                    "use a Schema Object here",
                );
                return None;
            }
        };
        // The entry is reserved before those of the inner schemas, to keep the document order.
        let index = match self.schemas.entry(self.pointer()) {
            Entry::Occupied(_) => return Some(self.own_reference()),
            Entry::Vacant(entry) => {
                let index = entry.index();
                entry.insert(ReferenceOr::Reference {
                    reference: String::new(),
                });
                index
            }
        };
        let reference = [Keyword::Ref, Keyword::DynamicRef, Keyword::RecursiveRef]
            .into_iter()
            .find_map(|keyword| Some((keyword, map.shift_remove(keyword.name())?)));
        let schema = match reference {
            Some((keyword, Value::String(target))) => {
                match self.resolve(keyword, &target, OpenTarget::Schema) {
                    Some(target) => self.reference(target, map),
                    None => ReferenceOr::Item(SchemaObject::default()),
                }
            }
            Some((keyword, other)) => {
                let message = format!("expected a string, found {}", describe(&other));
                self.step(keyword.name(), |walker| {
                    walker.refuse(message, "use a reference to a schema")
                });
                ReferenceOr::Item(SchemaObject::default())
            }
            None => ReferenceOr::Item(self.schema_object(&mut map)),
        };
        if let Some(slot) = self.schemas.get_index_mut(index) {
            *slot.1 = schema;
        }
        Some(self.own_reference())
    }

    /// Handles a `$ref` and its siblings.
    fn reference(&mut self, target: String, siblings: Properties) -> ReferenceOr<SchemaObject> {
        let mut siblings = self.without_ignored(siblings);
        if siblings.is_empty() {
            return ReferenceOr::Reference { reference: target };
        }
        let mut schema = self.schema_object(&mut siblings);
        schema
            .kind
            .all_of
            .insert(0, ReferenceOr::Reference { reference: target });
        ReferenceOr::Item(schema)
    }

    /// Returns the siblings of a `$ref` that are honoured. The others may still contain schemas
    /// that other places refer to.
    fn without_ignored(&mut self, mut siblings: Properties) -> Properties {
        // A Reference Object of 3.1 may have a summary, but a schema has none.
        siblings.shift_remove("summary");
        if self.version >= Version::V31 {
            return siblings;
        }
        let counts = |key: &str| BESIDE_REFERENCE.contains(&key) || key.starts_with("x-");
        let (siblings, mut ignored): (Properties, Properties) =
            siblings.into_iter().partition(|(key, _)| counts(key));
        for key in ignored.keys() {
            let message = format!("OpenAPI 3.0 ignores `{}` beside a `$ref`", excerpt(key));
            self.warn_at(
                key,
                message,
                "move the `$ref` into an `allOf`, or remove the keyword",
            );
        }
        self.unneeded(|walker| walker.properties(&SCHEMA, &mut ignored));
        siblings
    }

    fn schema_object(&mut self, map: &mut Properties) -> SchemaObject {
        self.properties(&SCHEMA, map);
        self.mapping(map);
        let types = types::read(map);
        self.down_level(map);
        let mut schema = build::schema(std::mem::take(map));
        types::apply(self, &mut schema, types);
        schema
    }

    /// Resolves the mapping of a discriminator, except plain names.
    fn mapping(&mut self, map: &mut Properties) {
        let Some(discriminator) = map.get_mut("discriminator") else {
            return;
        };
        self.step("discriminator", |walker| {
            let mapping = discriminator.get_mut("mapping");
            let mapping = mapping.and_then(Value::as_object_mut);
            for (value, target) in mapping.into_iter().flatten() {
                walker.step("mapping", |walker| walker.mapped(value, target));
            }
            if let Some(target) = discriminator.get_mut("defaultMapping") {
                walker.mapped("defaultMapping", target);
            }
        });
    }

    /// Resolves the schema that the discriminator maps to at `step`.
    fn mapped(&mut self, step: &str, target: &mut Value) {
        if let Value::String(text) = target
            && let Some(resolved) = self.step(step, |walker| walker.resolve_mapping(text))
        {
            *text = resolved;
        }
    }
}
