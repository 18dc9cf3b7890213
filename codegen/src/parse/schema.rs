//! Moves schemas out of the tree, and converts the syntax of OpenAPI 3.1 and JSON Schema to OpenAPI
//! 3.0.

use indexmap::IndexMap;
use indexmap::map::Entry;
use openapiv3::ReferenceOr;
use serde_json::{Map, Value};

use super::build;
use super::document::SchemaObject;
use super::keywords::SCHEMA;
use super::reference;
use super::targets::Keyword;
use super::text::excerpt;
use super::types;
use super::version::Version;
use super::walk::{OpenTarget, Walker, describe};
use crate::fallback::FallbackReason;

type Members = Map<String, Value>;

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
    fn reference(&mut self, target: String, siblings: Members) -> ReferenceOr<SchemaObject> {
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
    fn without_ignored(&mut self, mut siblings: Members) -> Members {
        // A Reference Object of 3.1 may have a summary, but a schema has none.
        siblings.shift_remove("summary");
        if self.version == Version::V31 {
            return siblings;
        }
        let counts = |key: &str| BESIDE_REFERENCE.contains(&key) || key.starts_with("x-");
        let (siblings, mut ignored): (Members, Members) =
            siblings.into_iter().partition(|(key, _)| counts(key));
        for key in ignored.keys() {
            let message = format!("OpenAPI 3.0 ignores `{}` beside a `$ref`", excerpt(key));
            self.warn_at(
                key,
                message,
                "move the `$ref` into an `allOf`, or remove the keyword",
            );
        }
        self.unneeded(|walker| walker.members(&SCHEMA, &mut ignored));
        siblings
    }

    fn schema_object(&mut self, map: &mut Members) -> SchemaObject {
        self.members(&SCHEMA, map);
        self.mapping(map);
        let types = types::read(map);
        nulls(self, map);
        enumeration(map);
        limits(map);
        contents(self, map);
        self.tuple(map);
        self.members_by_pattern(map);
        self.conditions(map);
        let mut schema = build::schema(std::mem::take(map));
        types::apply(self, &mut schema, types);
        schema
    }

    /// Resolves the mapping of a discriminator, except plain names.
    fn mapping(&mut self, map: &mut Members) {
        let mapping = map
            .get_mut("discriminator")
            .and_then(|discriminator| discriminator.get_mut("mapping"))
            .and_then(Value::as_object_mut);
        for (value, target) in mapping.into_iter().flatten() {
            let Value::String(text) = target else {
                continue;
            };
            let resolved = self.step("discriminator", |walker| {
                walker.step("mapping", |walker| {
                    walker.step(value, |walker| walker.resolve_mapping(text))
                })
            });
            if let Some(resolved) = resolved {
                *text = resolved;
            }
        }
    }

    /// Adds a schema for any of several schemas, at the keyword that it stands for.
    fn any_of(&mut self, keyword: &str, mut references: Vec<String>) -> String {
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
    fn tuple(&mut self, map: &mut Members) {
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
    fn conditions(&mut self, map: &mut Members) {
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
        let mut members: IndexMap<String, String> = IndexMap::new();
        for part in parts {
            let schema = reference::target(&part).and_then(|place| self.schemas.get(&place));
            if let Some(ReferenceOr::Item(schema)) = schema {
                for (name, member) in &schema.kind.properties {
                    if let ReferenceOr::Reference { reference } = member {
                        members
                            .entry(name.clone())
                            .or_insert_with(|| reference.clone());
                    }
                }
            }
        }
        if members.is_empty() {
            return;
        }
        let properties = map
            .entry("properties")
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(properties) = properties {
            for (name, reference) in members {
                properties.entry(name).or_insert(Value::String(reference));
            }
        }
    }

    /// Converts `patternProperties` and `unevaluatedProperties` to `additionalProperties`.
    fn members_by_pattern(&mut self, map: &mut Members) {
        let composed = [
            "$ref",
            "allOf",
            "oneOf",
            "anyOf",
            "if",
            "additionalProperties",
        ];
        if let Some(rest) = map.shift_remove("unevaluatedProperties") {
            if !composed.iter().any(|keyword| map.contains_key(*keyword)) {
                map.insert("additionalProperties".to_owned(), rest);
            } else if rest.is_string() {
                self.step("unevaluatedProperties", |walker| {
                    walker.simplify(FallbackReason::UnevaluatedProperties);
                });
            }
        }
        let Some(Value::Object(patterns)) = map.shift_remove("patternProperties") else {
            return;
        };
        if patterns.len() > 1
            || map.contains_key("properties")
            || map.contains_key("additionalProperties")
        {
            self.step("patternProperties", |walker| {
                walker.simplify(FallbackReason::PatternProperties);
            });
        }
        let mut references: Vec<String> = patterns
            .into_iter()
            .filter_map(|(_, value)| build::into_string(value))
            .collect();
        references.extend(
            map.get("additionalProperties")
                .and_then(Value::as_str)
                .map(str::to_owned),
        );
        if !references.is_empty() {
            let value = self.any_of("patternProperties", references);
            map.insert("additionalProperties".to_owned(), Value::String(value));
        }
    }
}

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

/// Repairs and converts keywords before the grammar checks them.
pub(super) fn prepare(walker: &mut Walker<'_>, map: &mut Members) {
    types::prepare(walker, map);
    if let Some(Value::Bool(_)) = map.get("required") {
        walker.warn_at(
            "required",
            "`required` of a schema is a list of property names; a boolean is ignored",
            "add the property's name to `required` of the object that contains it",
        );
        map.shift_remove("required");
    }
    if let Some(Value::String(name)) = map.get_mut("discriminator") {
        let name = std::mem::take(name);
        let message = "expected an object, found a string, which is treated as `propertyName`";
        walker.warn_at(
            "discriminator",
            message,
            "use `discriminator: {propertyName: …}`",
        );
        map.insert(
            "discriminator".to_owned(),
            serde_json::json!({ "propertyName": name }),
        );
    } else if let Some(Value::Object(discriminator)) = map.get("discriminator")
        && !discriminator
            .get("propertyName")
            .is_some_and(Value::is_string)
    {
        walker.warn_at(
            "discriminator",
            "`propertyName` is missing, so the discriminator is ignored",
            "add `propertyName`",
        );
        map.shift_remove("discriminator");
    }
    if let Some(Value::String(text)) = map.get("additionalProperties")
        && let Ok(value) = text.parse::<bool>()
    {
        let message =
            format!("expected a boolean or a schema, found a string, which is treated as {value}");
        walker.warn_at("additionalProperties", message, "remove the quotes");
        map.insert("additionalProperties".to_owned(), Value::Bool(value));
    }
    if let Some(examples) = map.shift_remove("examples")
        && !map.contains_key("example")
    {
        let first = match examples {
            Value::Array(values) => values.into_iter().next(),
            Value::Object(named) => named.into_iter().next().map(|(_, example)| match example {
                Value::Object(mut example) if example.contains_key("value") => {
                    example.shift_remove("value").unwrap_or_default()
                }
                example => example,
            }),
            Value::Null => None,
            value => Some(value),
        };
        map.extend(first.map(|first| ("example".to_owned(), first)));
    }
    for keyword in ["exclusiveMinimum", "exclusiveMaximum"] {
        if let Some(value) = map.get_mut(keyword)
            && !value.is_boolean()
            && !walker.step(keyword, |walker| walker.number(value))
        {
            map.shift_remove(keyword);
        }
    }
    never(walker, map);
}

/// Removes properties whose schema is `false`.
fn never(walker: &mut Walker<'_>, map: &mut Members) {
    let Some(Value::Object(properties)) = map.get_mut("properties") else {
        return;
    };
    walker.step("properties", |walker| {
        properties.retain(|name, schema| {
            let is_there = *schema != Value::Bool(false);
            if !is_there {
                let message = format!(
                    "`{}` has the schema `false`, so the property is ignored",
                    excerpt(name)
                );
                walker.warn_at(name, message, "remove it, or give it a schema");
            }
            is_there
        });
    });
}

/// Converts `{type: null}` in `oneOf` and `anyOf` to `nullable`.
fn nulls(walker: &Walker<'_>, map: &mut Members) {
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

/// Converts `const` to an enumeration of one value, which is also the default.
fn enumeration(map: &mut Members) {
    if let Some(value) = map.shift_remove("const") {
        if !value.is_null() {
            map.entry("default").or_insert_with(|| value.clone());
        }
        map.insert("enum".to_owned(), Value::Array(vec![value]));
    }
}

/// Converts a numeric `exclusiveMinimum` to an excluded `minimum`. Of two limits, the narrower one
/// is kept.
fn limits(map: &mut Members) {
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

/// Converts `contentEncoding` and `contentMediaType` to a `format` of 3.0.
fn contents(walker: &mut Walker<'_>, map: &mut Members) {
    let encoding = map.shift_remove("contentEncoding");
    let media_type = map.shift_remove("contentMediaType");
    let format = match encoding.as_ref().and_then(Value::as_str) {
        Some("base64") => "byte",
        Some("base64url") => "base64url",
        // These encodings don't change the text (RFC 2045, section 6.2).
        Some("7bit" | "8bit" | "binary") => return,
        Some(_) => {
            walker.step("contentEncoding", |walker| {
                walker.simplify(FallbackReason::ContentEncoding);
            });
            return;
        }
        None if media_type.as_ref().and_then(Value::as_str) == Some("application/octet-stream") => {
            "binary"
        }
        None => return,
    };
    map.entry("format")
        .or_insert_with(|| Value::String(format.to_owned()));
}
