//! Unions of strings, of numbers or of booleans, which become one type.

use std::collections::HashSet;

use serde_json::Value;

use super::Lowering;
use super::all_of::MergedSchema;
use super::references::is_single;
use super::schema::{SchemaKind, implied_type, integer, string};
use crate::ir::Primitive;
use crate::normalise::resolved::{Schema, SchemaType};

impl Lowering<'_, '_> {
    /// Returns the kind of a union whose alternatives are all scalars of one type: an enumeration if
    /// one of them lists its values, since enumerations accept others too. Returns `None` for other
    /// unions.
    pub(super) fn scalar_union(&self, merged: &MergedSchema<'_>) -> Option<SchemaKind> {
        let mut types = HashSet::new();
        let mut listed: Vec<Value> = Vec::new();
        let mut plain: Vec<Primitive> = Vec::new();
        for id in &merged.alternatives {
            let schema = self.schema(self.canonical(*id));
            let schema_type = scalar_type(&schema).or(merged.schema.schema_type)?;
            if !is_single(&schema) || !is_scalar(schema_type) {
                return None;
            }
            types.insert(schema_type);
            if schema.enumeration.is_empty() {
                plain.push(primitive(&schema, schema_type));
            }
            listed.extend(
                schema
                    .enumeration
                    .iter()
                    .filter(|it| !it.is_null())
                    .cloned(),
            );
        }
        let only = |allowed: &[SchemaType]| types.iter().all(|it| allowed.contains(it));
        let same = plain
            .first()
            .filter(|first| plain.iter().all(|it| it == *first));
        Some(match listed.is_empty() {
            _ if only(&[SchemaType::Boolean]) => SchemaKind::Primitive(Primitive::Bool),
            false if only(&[SchemaType::String]) => SchemaKind::StringEnum,
            true if only(&[SchemaType::String]) => {
                SchemaKind::Primitive(same.copied().unwrap_or(Primitive::String))
            }
            false if only(&[SchemaType::Integer]) => SchemaKind::IntegerEnum,
            true if only(&[SchemaType::Integer]) => {
                SchemaKind::Primitive(same.copied().unwrap_or(Primitive::I64))
            }
            false if only(&[SchemaType::Integer, SchemaType::Number]) => {
                let integers = plain.is_empty() && listed.iter().all(Value::is_i64);
                if integers {
                    SchemaKind::IntegerEnum
                } else {
                    SchemaKind::NumberEnum
                }
            }
            true if only(&[SchemaType::Integer, SchemaType::Number]) => {
                SchemaKind::Primitive(Primitive::F64)
            }
            _ => return None,
        })
    }
}

/// Returns the type that a schema states or implies, or that all its values have.
fn scalar_type(schema: &Schema) -> Option<SchemaType> {
    let all = |test: fn(&Value) -> bool| {
        let mut values = schema
            .enumeration
            .iter()
            .filter(|it| !it.is_null())
            .peekable();
        values.peek().is_some() && values.all(test)
    };
    implied_type(schema).or_else(|| {
        let by_values: [(fn(&Value) -> bool, SchemaType); 4] = [
            (Value::is_string, SchemaType::String),
            (Value::is_i64, SchemaType::Integer),
            (Value::is_number, SchemaType::Number),
            (Value::is_boolean, SchemaType::Boolean),
        ];
        by_values
            .into_iter()
            .find(|(test, _)| all(*test))
            .map(|(_, schema_type)| schema_type)
    })
}

fn is_scalar(schema_type: SchemaType) -> bool {
    !matches!(schema_type, SchemaType::Array | SchemaType::Object)
}

fn primitive(schema: &Schema, schema_type: SchemaType) -> Primitive {
    match schema_type {
        SchemaType::Integer => integer(schema),
        SchemaType::Number => Primitive::F64,
        SchemaType::Boolean => Primitive::Bool,
        SchemaType::String | SchemaType::Array | SchemaType::Object => {
            string(schema.format.as_deref())
        }
    }
}
