//! Unions of strings, of numbers or of booleans, which become one type.

use std::collections::HashSet;

use serde_json::Value;

use super::Lowering;
use super::all_of::MergedSchema;
use super::inferred_types::inferred_type;
use super::references::is_single;
use super::schema::{SchemaKind, integer, string};
use crate::ir::Primitive;
use crate::normalise::resolved::{Schema, SchemaType};

impl Lowering<'_, '_> {
    /// Returns the kind of a union whose alternatives are all scalars of one type: an enumeration if
    /// one of them lists its values, since enumerations accept others too. Returns `None` for other
    /// unions.
    pub(super) fn scalar_union(&self, merged: &MergedSchema<'_>) -> Option<SchemaKind> {
        let mut types = HashSet::new();
        let mut listed: Vec<Value> = Vec::new();
        let mut plain: HashSet<Primitive> = HashSet::new();
        for id in &merged.alternatives {
            let schema = self.schema(self.canonical(*id));
            let schema_type = inferred_type(&schema).or(merged.schema.schema_type)?;
            if !is_single(&schema) || !is_scalar(schema_type) {
                return None;
            }
            types.insert(schema_type);
            if schema.enumeration.is_empty() {
                plain.insert(primitive(&schema, schema_type));
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
        let numbers = [SchemaType::Integer, SchemaType::Number];
        Some(match listed.is_empty() {
            _ if only(&[SchemaType::Boolean]) => SchemaKind::Primitive(Primitive::Bool),
            false if only(&[SchemaType::String]) => SchemaKind::StringEnum,
            true if only(&[SchemaType::String]) => SchemaKind::Primitive(match plain.len() {
                1 => plain.into_iter().next().unwrap_or(Primitive::String),
                _ => Primitive::String,
            }),
            false if only(&[SchemaType::Integer]) => SchemaKind::IntegerEnum,
            true if only(&[SchemaType::Integer]) => SchemaKind::Primitive(widest(&plain)),
            false if only(&numbers) && plain.is_empty() && listed.iter().all(Value::is_i64) => {
                SchemaKind::IntegerEnum
            }
            false if only(&numbers) => SchemaKind::NumberEnum,
            true if only(&[SchemaType::Number]) => SchemaKind::Primitive(Primitive::F64),
            true if only(&numbers) => SchemaKind::Primitive(Primitive::Number),
            _ => return None,
        })
    }
}

/// Returns an integer type that has all values of some. A union of one type is that type.
fn widest(integers: &HashSet<Primitive>) -> Primitive {
    let has = |primitive| integers.contains(&primitive);
    if let (1, Some(only)) = (integers.len(), integers.iter().next()) {
        return *only;
    }
    let signed = has(Primitive::I32) || has(Primitive::I64);
    if has(Primitive::I128) || signed && has(Primitive::U64) {
        Primitive::I128
    } else if has(Primitive::U64) {
        Primitive::U64
    } else {
        Primitive::I64
    }
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
