//! The type of a schema that doesn't state one.

use serde_json::Value;

use crate::normalise::resolved::{AdditionalProperties, Schema, SchemaType};

/// Returns the type that a schema states or implies.
pub(crate) fn implied_type(schema: &Schema) -> Option<SchemaType> {
    if schema.schema_type.is_some() {
        return schema.schema_type;
    }
    let object = !schema.properties.is_empty()
        || !matches!(schema.additional_properties, AdditionalProperties::Unstated)
        || !schema.required.is_empty();
    if object {
        return Some(SchemaType::Object);
    }
    if schema.items.is_some() {
        return Some(SchemaType::Array);
    }
    schema.scalar_type()
}

/// Returns the type that a schema states or implies, or that all its values have.
pub(super) fn inferred_type(schema: &Schema) -> Option<SchemaType> {
    let all = |test: fn(&Value) -> bool| {
        let mut values = schema
            .enumeration
            .iter()
            .filter(|it| !it.is_null())
            .peekable();
        values.peek().is_some() && values.all(test)
    };
    let by_values = || match () {
        () if all(Value::is_string) => Some(SchemaType::String),
        () if all(Value::is_i64) => Some(SchemaType::Integer),
        () if all(Value::is_number) => Some(SchemaType::Number),
        () if all(Value::is_boolean) => Some(SchemaType::Boolean),
        () => None,
    };
    implied_type(schema).or_else(by_values)
}
