//! Schemas, and references to components.

use serde_json::{Map, Value, json};

use super::{Converter, Node};

impl<'a> Converter<'a> {
    /// Converts a schema, and those within it. The place must have been recorded as moved.
    pub(super) fn schema(&mut self, node: &Node<'a>) -> Value {
        schema(node.value)
    }
}

/// Converts a schema and those within it: `$ref`s, `type: file`, the discriminator, and `x-nullable`.
pub(super) fn schema(value: &Value) -> Value {
    let Value::Object(map) = value else {
        return value.clone();
    };
    if let Some(Value::String(reference)) = map.get("$ref") {
        return json!({ "$ref": component(reference) });
    }
    let mut converted = Map::new();
    for (key, value) in map {
        let value = match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => properties
                .iter()
                .map(|(name, property)| (name.clone(), schema(property)))
                .collect::<Map<_, _>>()
                .into(),
            ("allOf", Value::Array(all)) => all.iter().map(schema).collect(),
            ("items" | "additionalProperties", value) => schema(value),
            ("discriminator", Value::String(property)) => json!({ "propertyName": property }),
            ("type", Value::String(name)) if name == "file" => {
                converted.insert("format".to_owned(), "binary".into());
                "string".into()
            }
            ("format", _) if map.get("type") == Some(&"file".into()) => continue,
            ("x-nullable", Value::Bool(nullable)) => {
                converted.insert("nullable".to_owned(), (*nullable).into());
                continue;
            }
            // Only parameters are serialized in another way.
            ("collectionFormat", _) => continue,
            (_, value) => value.clone(),
        };
        converted.insert(key.clone(), value);
    }
    Value::Object(converted)
}

/// Returns where the target of a `$ref` is afterwards. Targets in other files stay where they are.
pub(super) fn component(reference: &str) -> String {
    for (old, new) in [
        ("#/definitions/", "#/components/schemas/"),
        ("#/parameters/", "#/components/parameters/"),
        ("#/responses/", "#/components/responses/"),
    ] {
        if let Some(name) = reference.strip_prefix(old) {
            return format!("{new}{name}");
        }
    }
    reference.to_owned()
}
