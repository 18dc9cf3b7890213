//! Converts keywords of OpenAPI 3.1 and JSON Schema to OpenAPI 3.0.

use indexmap::IndexMap;
use openapiv3::ReferenceOr;
use serde_json::{Map, Value};

use super::build;
use super::document::SchemaObject;
use super::reference;
use super::walk::Walker;
use crate::fallback::FallbackReason;

type Properties = Map<String, Value>;

/// Keywords that only exclude values, which a type can't express.
const CONDITIONS: [(&str, FallbackReason); 8] = [
    ("if", FallbackReason::Conditions),
    ("dependentSchemas", FallbackReason::DependentSchemas),
    ("dependentRequired", FallbackReason::DependentRequired),
    ("contains", FallbackReason::Contains),
    ("propertyNames", FallbackReason::PropertyNames),
    ("unevaluatedItems", FallbackReason::UnevaluatedItems),
    ("contentSchema", FallbackReason::ContentSchema),
    ("dependencies", FallbackReason::Dependencies),
];

impl Walker<'_> {
    /// Converts the keywords of a schema.
    pub(super) fn down_level(&mut self, map: &mut Properties) {
        nulls(self, map);
        enumeration(map);
        limits(map);
        let holds_json = holds_json(map);
        contents(self, map);
        self.tuple(map);
        self.additional_properties(map);
        self.conditions(map);
        if !holds_json {
            map.shift_remove("contentSchema");
        }
    }

    /// Adds a schema for any of several schemas, at the keyword that it stands for.
    pub(super) fn any_of(&mut self, keyword: &str, mut references: Vec<String>) -> String {
        references.dedup();
        if references.len() == 1 {
            return references.swap_remove(0);
        }
        let mut schema = SchemaObject::default();
        schema.kind.any_of = references
            .into_iter()
            .map(|reference| ReferenceOr::Reference { reference })
            .collect();
        self.step(keyword, |walker| {
            walker
                .schemas
                .insert(walker.pointer(), ReferenceOr::Item(schema));
            walker.own_reference()
        })
    }

    /// Converts a tuple to an array of the union of its items.
    fn tuple(&mut self, map: &mut Properties) {
        let keyword = if matches!(map.get("items"), Some(Value::Array(_))) {
            "items"
        } else {
            "prefixItems"
        };
        let Some(Value::Array(elements)) = map.shift_remove(keyword) else {
            return;
        };
        let rest = if keyword == "items" {
            "additionalItems"
        } else {
            "items"
        };
        let mut references: Vec<String> = elements
            .into_iter()
            .filter_map(build::into_string)
            .collect();
        references.extend(map.shift_remove(rest).and_then(build::into_string));
        if references.is_empty() {
            return;
        }
        self.step(keyword, |walker| {
            walker.simplify(FallbackReason::Tuple);
        });
        let message = "a tuple is treated as an array whose items may have any of its types";
        self.warn_at(
            keyword,
            message,
            "use an object with a property for each item",
        );
        let items = self.any_of(keyword, references);
        map.insert("items".to_owned(), Value::String(items));
    }

    /// Adds the properties of conditional schemas as optional properties.
    fn conditions(&mut self, map: &mut Properties) {
        for (keyword, reason) in CONDITIONS {
            if map.contains_key(keyword) {
                self.step(keyword, |walker| walker.simplify(reason));
            }
        }
        let mut parts: Vec<String> = ["then", "else"]
            .iter()
            .filter_map(|keyword| map.shift_remove(*keyword).and_then(build::into_string))
            .collect();
        if let Some(Value::Object(schemas)) = map.shift_remove("dependentSchemas") {
            parts.extend(
                schemas
                    .into_iter()
                    .filter_map(|(_, value)| build::into_string(value)),
            );
        }
        let mut found: IndexMap<String, Vec<String>> = IndexMap::new();
        for part in parts {
            let schema = reference::target(&part).and_then(|place| self.schemas.get(&place));
            if let Some(ReferenceOr::Item(schema)) = schema {
                for (name, property) in &schema.kind.properties {
                    if let ReferenceOr::Reference { reference } = property {
                        found
                            .entry(name.clone())
                            .or_default()
                            .push(reference.clone());
                    }
                }
            }
        }
        if found.is_empty() {
            return;
        }
        let properties = map
            .entry("properties")
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(properties) = properties {
            for (name, references) in found {
                if !properties.contains_key(&name) {
                    // Only one of the conditions applies to a value.
                    let any = self.step("properties", |walker| walker.any_of(&name, references));
                    properties.insert(name, Value::String(any));
                }
            }
        }
    }
}

/// Converts `{type: null}` in `oneOf` and `anyOf` to `nullable`.
fn nulls(walker: &Walker<'_>, map: &mut Properties) {
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(branches)) = map.get_mut(keyword) else {
            continue;
        };
        let count = branches.len();
        branches.retain(|branch| {
            !branch
                .as_str()
                .is_some_and(|reference| is_null(walker, reference))
        });
        let (found, nothing_else) = (branches.len() < count, branches.is_empty());
        if found {
            map.insert("nullable".to_owned(), Value::Bool(true));
            if nothing_else {
                map.shift_remove(keyword);
                map.insert("enum".to_owned(), Value::Array(vec![Value::Null]));
            }
        }
    }
}

/// Whether a schema allows only null.
fn is_null(walker: &Walker<'_>, reference: &str) -> bool {
    let schema = reference::target(reference).and_then(|pointer| walker.schemas.get(&pointer));
    matches!(schema, Some(ReferenceOr::Item(schema)) if schema.kind.enumeration == [Value::Null])
}

/// Converts `const` to an enumeration of one value.
fn enumeration(map: &mut Properties) {
    if let Some(value) = map.shift_remove("const") {
        map.insert("enum".to_owned(), Value::Array(vec![value]));
    }
}

/// Converts a numeric `exclusiveMinimum` to an excluded `minimum`. Of two limits, the narrower one
/// is kept.
fn limits(map: &mut Properties) {
    for (limit, exclusive) in [
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ] {
        let Some(excluded) = map.get(exclusive).and_then(Value::as_f64) else {
            continue;
        };
        let narrower = map
            .get(limit)
            .and_then(Value::as_f64)
            .is_none_or(|included| {
                if limit == "minimum" {
                    excluded >= included
                } else {
                    excluded <= included
                }
            });
        let value = map.insert(exclusive.to_owned(), Value::Bool(narrower));
        if narrower {
            map.extend(value.map(|value| (limit.to_owned(), value)));
        }
    }
}

/// Whether a string contains plain JSON, as far as the schema says.
fn holds_json(map: &Properties) -> bool {
    let text = |name: &str| map.get(name).and_then(Value::as_str);
    let plain = text("contentEncoding").is_none_or(|it| ["7bit", "8bit", "binary"].contains(&it));
    let json = text("contentMediaType").is_none_or(|it| {
        let essence = it.split(';').next().unwrap_or_default().trim_end();
        essence.to_ascii_lowercase().ends_with("json")
    });
    plain && json
}

/// Converts `contentEncoding`, and the `contentMediaType` of any bytes, to a `format` of 3.0.
fn contents(walker: &mut Walker<'_>, map: &mut Properties) {
    let encoding = map.shift_remove("contentEncoding");
    let media_type = map.get("contentMediaType");
    let format = match encoding.as_ref().and_then(Value::as_str) {
        Some("base64") => "byte",
        Some("base64url") => "base64url",
        Some("binary") => "binary",
        // These encodings don't change the text (RFC 2045, section 6.2).
        Some("7bit" | "8bit") => return,
        Some(_) => {
            walker.step("contentEncoding", |walker| {
                walker.simplify(FallbackReason::ContentEncoding);
            });
            return;
        }
        None if media_type.and_then(Value::as_str) == Some("application/octet-stream") => "binary",
        None => return,
    };
    map.entry("format")
        .or_insert_with(|| Value::String(format.to_owned()));
}
