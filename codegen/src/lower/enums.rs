//! Enumerations.

use std::collections::HashSet;

use serde_json::Value;

use super::Lowering;
use super::all_of::MergedSchema;
use super::annotations::text;
use super::enum_texts::EnumText;
use super::predicates::is_null;
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
            Some(SchemaType::Integer) if all(Value::is_number) => {
                SchemaKind::Primitive(integer(schema))
            }
            _ if all(Value::is_string) => SchemaKind::StringEnum,
            _ if all(Value::is_i64) => SchemaKind::IntegerEnum,
            _ if all(Value::is_boolean) => SchemaKind::Primitive(Primitive::Bool),
            _ if all(Value::is_number) => SchemaKind::NumberEnum,
            _ => SchemaKind::Any(FallbackReason::MixedEnum),
        })
    }

    /// Returns the only string, number or boolean that a schema allows beside null.
    pub(super) fn constant(&mut self, id: SchemaId) -> Option<Value> {
        let chain = self.chain(id);
        // `string | "a"` refers to the enumeration, but allows any string.
        let has_alternatives = |step: &SchemaId| {
            let schema = self.schema(*step);
            let listed = schema.one_of.iter().chain(&schema.any_of);
            listed.filter(|it| !is_null(&self.schema(**it))).count() > 1
        };
        if chain.iter().any(has_alternatives) {
            return None;
        }
        let merged = self.merged(*chain.last()?);
        if !merged.alternatives.is_empty() {
            return None;
        }
        let schema = merged.schema.as_ref();
        let mut values = schema.enumeration.iter().filter(|value| !value.is_null());
        let only = values.next()?;
        if values.any(|value| value != only) {
            return None;
        }
        match self.kind(&merged) {
            SchemaKind::StringEnum => Some(Value::String(string_text(only))),
            SchemaKind::IntegerEnum => as_integer(only).map(Value::from),
            SchemaKind::NumberEnum | SchemaKind::Primitive(_) => Some(only.clone()),
            _ => None,
        }
    }

    /// Returns the strings of an enumeration, or of alternatives that are enumerations, without
    /// duplicates.
    pub(super) fn string_values(&mut self, merged: &MergedSchema<'_>) -> Vec<StringValue> {
        let mut values = StringValues {
            seen: HashSet::new(),
            list: Vec::new(),
        };
        self.check_enum_texts(&merged.schema);
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
        self.check_enum_texts(schema);
        let mut seen = HashSet::new();
        let mut values = Vec::new();
        for (index, listed) in schema.enumeration.iter().enumerate() {
            if let Some(value) = as_integer(listed).filter(|value| seen.insert(*value)) {
                let docs = Docs {
                    summary: None,
                    description: EnumText::Description.of(schema, index),
                };
                let name = EnumText::Name.of(schema, index);
                values.push(IntegerValue { value, name, docs });
            }
        }
        values
    }

    /// Returns the numbers of an enumeration with fractions, without duplicates.
    pub(super) fn number_values(&mut self, merged: &MergedSchema<'_>) -> Vec<NumberValue> {
        let schema = merged.schema.as_ref();
        self.check_enum_texts(schema);
        let mut values: Vec<NumberValue> = Vec::new();
        for (index, listed) in schema.enumeration.iter().enumerate() {
            let known = |value: &f64| values.iter().all(|it| it.value != *value);
            if let Some(value) = listed.as_f64().filter(known) {
                let docs = Docs {
                    summary: None,
                    description: EnumText::Description.of(schema, index),
                };
                let name = EnumText::Name.of(schema, index);
                values.push(NumberValue { value, name, docs });
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
            if listed.is_null() {
                continue;
            }
            let value = string_text(listed);
            if !self.seen.insert(value.clone()) {
                continue;
            }
            let mut docs = Docs {
                summary: None,
                description: EnumText::Description.of(schema, index),
            };
            if alone && docs.description.is_none() {
                docs = Docs {
                    summary: text(&schema.title),
                    description: text(&schema.description),
                };
            }
            let name = EnumText::Name.of(schema, index);
            self.list.push(StringValue { value, name, docs });
        }
    }
}

/// Returns the text of a value in an enumeration of strings, which a YAML author may have written as
/// a number or boolean.
pub(super) fn string_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
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
