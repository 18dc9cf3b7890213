//! Enumerations.

use std::collections::HashSet;

use serde_json::Value;

use super::Lowering;
use super::all_of::MergedSchema;
use super::annotations::text;
use super::enum_texts::EnumText;
use super::predicates::is_null;
use super::schema::{SchemaKind, integer};
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

    /// Returns the strings of an enumeration, without duplicates.
    pub(super) fn string_values(&mut self, merged: &MergedSchema<'_>) -> Vec<StringValue> {
        let mut seen = HashSet::new();
        let mut values = Vec::new();
        for Listed {
            value, name, docs, ..
        } in self.listed_values(merged)
        {
            let value = string_text(&value);
            if seen.insert(value.clone()) {
                values.push(StringValue { value, name, docs });
            }
        }
        values
    }

    /// Returns the integers of an enumeration, without duplicates.
    pub(super) fn integer_values(&mut self, merged: &MergedSchema<'_>) -> Vec<IntegerValue> {
        let mut seen = HashSet::new();
        let mut values = Vec::new();
        for listed in self.listed_values(merged) {
            if let Some(value) = as_integer(&listed.value).filter(|value| seen.insert(*value)) {
                let name = listed.name.or(listed.title);
                let docs = listed.docs;
                values.push(IntegerValue { value, name, docs });
            }
        }
        values
    }

    /// Returns the numbers of an enumeration with fractions, without duplicates.
    pub(super) fn number_values(&mut self, merged: &MergedSchema<'_>) -> Vec<NumberValue> {
        let mut values: Vec<NumberValue> = Vec::new();
        for listed in self.listed_values(merged) {
            let known = |value: &f64| values.iter().all(|it| it.value != *value);
            if let Some(value) = listed.value.as_f64().filter(known) {
                let name = listed.name.or(listed.title);
                let docs = listed.docs;
                values.push(NumberValue { value, name, docs });
            }
        }
        values
    }

    /// Returns the values of an enumeration, or of alternatives that are enumerations.
    fn listed_values(&mut self, merged: &MergedSchema<'_>) -> Vec<Listed> {
        self.check_enum_texts(&merged.schema);
        let mut values = Listed::all(&merged.schema);
        for id in &merged.alternatives {
            let alternative = self.merged(self.canonical(*id));
            self.check_enum_texts(&alternative.schema);
            let mut listed = Listed::all(&alternative.schema);
            if let [only] = listed.as_mut_slice() {
                // An alternative with a single value documents it.
                let (title, description) = (
                    text(&alternative.schema.title),
                    text(&alternative.schema.description),
                );
                only.title.clone_from(&title);
                if only.docs.description.is_none() {
                    only.docs = Docs {
                        summary: title,
                        description,
                    };
                }
            }
            values.extend(listed);
        }
        values
    }
}

/// A value of an enumeration.
struct Listed {
    value: Value,
    /// The name that an extension gives it.
    name: Option<String>,
    /// The title of an alternative that has no other value.
    title: Option<String>,
    docs: Docs,
}

impl Listed {
    /// Returns the values that a schema lists, except null.
    fn all(schema: &Schema) -> Vec<Self> {
        let values = schema.enumeration.iter().enumerate();
        let values = values.filter(|(_, value)| !value.is_null());
        values
            .map(|(index, value)| Self {
                value: value.clone(),
                name: EnumText::Name.of(schema, index),
                title: None,
                docs: Docs {
                    summary: None,
                    description: EnumText::Description.of(schema, index),
                },
            })
            .collect()
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
