//! Predicates of schemas.

use serde_json::Value;

use crate::normalise::resolved::{AdditionalProperties, Schema};

/// Whether null is the only value of a schema.
pub(super) fn is_null(schema: &Schema) -> bool {
    if !schema.enumeration.is_empty() {
        return schema.enumeration.iter().all(Value::is_null);
    }
    schema.nullable && schema.schema_type.is_none() && is_unconstrained(schema)
}

/// Whether a schema has nothing but annotations, limits and nullability.
pub(super) fn is_unconstrained(schema: &Schema) -> bool {
    schema.schema_type.is_none()
        && schema.required.is_empty()
        && schema.not.is_none()
        && describes_no_value(schema)
}

/// Whether a schema describes no value: it may still have a type, `required` and `not`.
pub(super) fn describes_no_value(schema: &Schema) -> bool {
    schema.format.is_none()
        && schema.enumeration.is_empty()
        && schema.items.is_none()
        && schema.properties.is_empty()
        && schema.additional_properties == AdditionalProperties::Unstated
        && schema.all_of.is_empty()
        && schema.one_of.is_empty()
        && schema.any_of.is_empty()
}
