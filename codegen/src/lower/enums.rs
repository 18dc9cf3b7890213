//! Enumerations.

use std::collections::HashSet;

use serde_json::Value;

use super::Lowering;
use super::all_of::MergedSchema;
use super::annotations::text;
use super::schema::{SchemaKind, integer, string};
use crate::fallback::FallbackReason;
use crate::ir::{Docs, IntegerValue, NumberValue, Primitive, StringValue};
use crate::normalise::resolved::{Schema, SchemaId, SchemaType};

impl Lowering<'_, '_> {
    /// Returns the kind of an enumeration; `None` if the schema lists no values.
    pub(super) fn enumeration_kind(&self, schema: &Schema) -> Option<SchemaKind> {
        if schema.enumeration.is_empty() {
            return None;
        }
        let mut values = schema
            .enumeration
            .iter()
            .filter(|value| !value.is_null())
            .peekable();
        if values.peek().is_none() {
            return Some(SchemaKind::Any(FallbackReason::OnlyNull));
        }
        let values: Vec<&Value> = values.collect();
        let all = |test: fn(&Value) -> bool| values.iter().all(|value| test(value));
        Some(match schema.schema_type {
            // `[1, 2]` or `[yes]`, which a YAML author meant as text.
            Some(SchemaType::String) if all(|it| !it.is_array() && !it.is_object()) => {
                SchemaKind::StringEnum
            }
            Some(SchemaType::Integer | SchemaType::Number)
                if all(|it| as_integer(it).is_some()) =>
            {
                SchemaKind::IntegerEnum
            }
            Some(SchemaType::Integer) if all(is_fraction_or_i64) => {
                SchemaKind::Primitive(integer(schema))
            }
            _ if all(Value::is_string) => SchemaKind::StringEnum,
            _ if all(Value::is_i64) => SchemaKind::IntegerEnum,
            // Values of an enumeration are an `i64`.
            _ if all(Value::is_u64) => SchemaKind::Primitive(Primitive::U64),
            _ if all(|it| it.is_u64() || it.is_i64()) => SchemaKind::Primitive(Primitive::I128),
            _ if all(Value::is_boolean) => SchemaKind::Primitive(Primitive::Bool),
            _ if all(Value::is_number) => SchemaKind::NumberEnum,
            _ => SchemaKind::Any(FallbackReason::MixedEnum),
        })
    }

    /// Returns the strings of an enumeration, or of alternatives that are enumerations, without
    /// duplicates.
    pub(super) fn string_values(&mut self, merged: &MergedSchema<'_>) -> Vec<StringValue> {
        let mut values = StringValues {
            seen: HashSet::new(),
            list: Vec::new(),
        };
        values.add_all(&merged.schema, false);
        for id in &merged.alternatives {
            let alternative = self.merged(self.canonical(*id));
            values.add_all(&alternative.schema, true);
        }
        values.list
    }

    /// Returns the integers of an enumeration, without duplicates.
    pub(super) fn integer_values(&mut self, merged: &MergedSchema<'_>) -> Vec<IntegerValue> {
        let schema = merged.schema.as_ref();
        let mut seen = HashSet::new();
        let mut values = Vec::new();
        for (index, listed) in schema.enumeration.iter().enumerate() {
            if let Some(value) = as_integer(listed).filter(|value| seen.insert(*value)) {
                let docs = Docs {
                    summary: None,
                    description: value_text(schema, index, &value.to_string()),
                };
                values.push(IntegerValue { value, docs });
            }
        }
        values
    }

    /// Returns the numbers of an enumeration with fractions, without duplicates.
    pub(super) fn number_values(&mut self, merged: &MergedSchema<'_>) -> Vec<NumberValue> {
        let schema = merged.schema.as_ref();
        let mut values: Vec<NumberValue> = Vec::new();
        for (index, listed) in schema.enumeration.iter().enumerate() {
            let known = |value: &f64| values.iter().all(|it| it.value != *value);
            if let Some(value) = listed.as_f64().filter(known) {
                let docs = Docs {
                    summary: None,
                    description: value_text(schema, index, &listed.to_string()),
                };
                values.push(NumberValue { value, docs });
            }
        }
        values
    }

    /// Returns the kind of a union whose alternatives are all strings: an enumeration if one of
    /// them is, otherwise a string, with their format if they share one. `None` for other unions.
    pub(super) fn string_union(&self, alternatives: &[SchemaId]) -> Option<SchemaKind> {
        let mut listed = false;
        let mut formats = HashSet::new();
        for id in alternatives {
            let schema = self.schema(self.canonical(*id));
            let combined =
                !schema.all_of.is_empty() || !schema.one_of.is_empty() || !schema.any_of.is_empty();
            let strings = schema.schema_type == Some(SchemaType::String)
                || schema.schema_type.is_none()
                    && !schema.enumeration.is_empty()
                    && schema
                        .enumeration
                        .iter()
                        .all(|it| it.is_string() || it.is_null());
            if combined || !strings {
                return None;
            }
            listed |= !schema.enumeration.is_empty();
            formats.insert(string(schema.format.as_deref()));
        }
        Some(match (listed, formats.len()) {
            (true, _) => SchemaKind::StringEnum,
            (false, 1) => {
                SchemaKind::Primitive(formats.into_iter().next().unwrap_or(Primitive::String))
            }
            (false, _) => SchemaKind::Primitive(Primitive::String),
        })
    }
}

/// Collects the strings of an enumeration.
struct StringValues {
    seen: HashSet<String>,
    list: Vec<StringValue>,
}

impl StringValues {
    /// Adds the values of a schema. An alternative with a single value documents it.
    fn add_all(&mut self, schema: &Schema, is_alternative: bool) {
        let alone = is_alternative && schema.enumeration.len() == 1;
        for (index, listed) in schema.enumeration.iter().enumerate() {
            let value = match listed {
                Value::Null => continue,
                Value::String(value) => value.clone(),
                other => other.to_string(),
            };
            if !self.seen.insert(value.clone()) {
                continue;
            }
            let mut docs = Docs {
                summary: None,
                description: value_text(schema, index, &value),
            };
            if alone && docs.description.is_none() {
                docs = Docs {
                    summary: text(&schema.title),
                    description: text(&schema.description),
                };
            }
            self.list.push(StringValue { value, docs });
        }
    }
}

/// Returns whether a value is a number and no integer beyond `i64`.
fn is_fraction_or_i64(value: &Value) -> bool {
    value.is_f64() || value.is_i64()
}

/// Returns an integer, also if it is written with a fraction of zero.
fn as_integer(value: &Value) -> Option<i64> {
    match value.as_i64() {
        Some(value) => Some(value),
        None => {
            // Below this limit, floats represent every integer exactly.
            let float = value
                .as_f64()
                .filter(|it| it.fract() == 0.0 && it.abs() < 9_007_199_254_740_992.0)?;
            Some(float as i64)
        }
    }
}

/// Returns the description of a value in an extension, by index or by value.
fn value_text(schema: &Schema, index: usize, value: &str) -> Option<String> {
    let texts = schema
        .extensions
        .get("x-enum-descriptions")
        .or_else(|| schema.extensions.get("x-enumDescriptions"))?;
    let found = match texts {
        Value::Array(list) => list.get(index),
        Value::Object(map) => map.get(value),
        _ => None,
    };
    found
        .and_then(Value::as_str)
        .filter(|it| !it.trim().is_empty())
        .map(str::to_owned)
}
