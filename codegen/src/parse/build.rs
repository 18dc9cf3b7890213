//! Builds typed schemas from keywords whose types have been checked.

use indexmap::{IndexMap, IndexSet};
use openapiv3::{AdditionalProperties, Discriminator, ReferenceOr, Schema};
use serde_json::{Map, Value};

use super::document::{NamePatterns, SchemaObject};
use crate::name_pattern::NamePattern;

/// Moves the keywords into the typed schema. The walk has checked their types.
pub(super) fn schema(map: Map<String, Value>) -> SchemaObject {
    let mut schema = SchemaObject::default();
    let SchemaObject {
        data,
        kind,
        pattern_properties,
        name_patterns,
        content_schema,
        content_media_type,
    } = &mut schema;
    let yes = |value: &Value| value == &Value::Bool(true);
    let size = |value: &Value| value.as_u64().and_then(|value| usize::try_from(value).ok());
    for (key, value) in map {
        match key.as_str() {
            "type" => kind.typ = into_string(value),
            "properties" => {
                if let Value::Object(properties) = value {
                    kind.properties = properties
                        .into_iter()
                        .filter_map(|(name, value)| Some((name, boxed(value)?)))
                        .collect();
                }
            }
            "description" => data.description = into_string(value),
            "format" => kind.format = into_string(value),
            "contentMediaType" => *content_media_type = into_string(value),
            "items" => kind.items = boxed(value),
            "enum" => kind.enumeration = elements(value),
            "required" => {
                let names: IndexSet<String> = elements(value)
                    .into_iter()
                    .filter_map(into_string)
                    .collect();
                kind.required = names.into_iter().collect();
            }
            "example" => data.example = Some(value),
            "nullable" => data.nullable = yes(&value),
            "title" => data.title = into_string(value),
            "default" => data.default = Some(value),
            "additionalProperties" => {
                kind.additional_properties = match value {
                    Value::Bool(any) => Some(AdditionalProperties::Any(any)),
                    value => into_string(value).map(|reference| {
                        AdditionalProperties::Schema(Box::new(ReferenceOr::Reference { reference }))
                    }),
                }
            }
            "patternProperties" => {
                if let Value::Object(mut map) = value {
                    *pattern_properties = self::pattern_properties(map.shift_remove("matched"));
                    *name_patterns = self::name_patterns(map);
                }
            }
            "allOf" => kind.all_of = references(value),
            "oneOf" => kind.one_of = references(value),
            "anyOf" => kind.any_of = references(value),
            "not" => {
                kind.not = into_string(value)
                    .map(|reference| Box::new(ReferenceOr::Reference { reference }));
            }
            "discriminator" => data.discriminator = discriminator(value),
            "contentSchema" => {
                *content_schema =
                    into_string(value).map(|reference| ReferenceOr::Reference { reference });
            }
            "readOnly" => data.read_only = yes(&value),
            "writeOnly" => data.write_only = yes(&value),
            "deprecated" => data.deprecated = yes(&value),
            "pattern" => kind.pattern = into_string(value),
            "minLength" => kind.min_length = size(&value),
            "maxLength" => kind.max_length = size(&value),
            "minimum" => kind.minimum = value.as_f64(),
            "maximum" => kind.maximum = value.as_f64(),
            "exclusiveMinimum" => kind.exclusive_minimum = value.as_bool(),
            "exclusiveMaximum" => kind.exclusive_maximum = value.as_bool(),
            "multipleOf" => kind.multiple_of = value.as_f64(),
            "minItems" => kind.min_items = size(&value),
            "maxItems" => kind.max_items = size(&value),
            "uniqueItems" => kind.unique_items = value.as_bool(),
            "minProperties" => kind.min_properties = size(&value),
            "maxProperties" => kind.max_properties = size(&value),
            key if key.starts_with("x-") => {
                data.extensions.insert(key.to_owned(), value);
            }
            // Keywords that a client doesn't enforce, or that only contain other schemas.
            _ => {}
        }
    }
    schema
}

/// Returns the patterns that clients match, as the conversion of `patternProperties` keeps them.
fn pattern_properties(matched: Option<Value>) -> Vec<(NamePattern, ReferenceOr<Schema>)> {
    let Some(Value::Object(matched)) = matched else {
        return Vec::new();
    };
    let property = |(pattern, value): (String, Value)| {
        let reference = into_string(value)?;
        let pattern = NamePattern::new(&pattern)?;
        Some((pattern, ReferenceOr::Reference { reference }))
    };
    matched.into_iter().filter_map(property).collect()
}

/// Returns the other patterns, as the conversion of `patternProperties` keeps them.
fn name_patterns(mut map: Map<String, Value>) -> Option<NamePatterns> {
    let patterns = map.shift_remove("patterns").map(elements)?;
    let patterns: Vec<String> = patterns.into_iter().filter_map(into_string).collect();
    (!patterns.is_empty()).then(|| NamePatterns {
        patterns,
        is_closed: map.get("isClosed") == Some(&Value::Bool(true)),
    })
}

fn discriminator(value: Value) -> Option<Discriminator> {
    let Value::Object(mut map) = value else {
        return None;
    };
    let property_name = map.shift_remove("propertyName").and_then(into_string)?;
    let mapping = match map.shift_remove("mapping") {
        Some(Value::Object(mapping)) => mapping
            .into_iter()
            .filter_map(|(value, target)| Some((value, into_string(target)?)))
            .collect(),
        _ => IndexMap::new(),
    };
    // `openapiv3` doesn't know `defaultMapping`, but keeps `x-…`.
    let extensions = map
        .into_iter()
        .filter(|(key, _)| key == "defaultMapping" || key.starts_with("x-"))
        .collect();
    Some(Discriminator {
        property_name,
        mapping,
        extensions,
    })
}

pub(super) fn into_string(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn elements(value: Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values,
        _ => Vec::new(),
    }
}

fn references(value: Value) -> Vec<ReferenceOr<Schema>> {
    let texts = elements(value).into_iter().filter_map(into_string);
    texts
        .map(|reference| ReferenceOr::Reference { reference })
        .collect()
}

fn boxed(value: Value) -> Option<ReferenceOr<Box<Schema>>> {
    into_string(value).map(|reference| ReferenceOr::Reference { reference })
}
