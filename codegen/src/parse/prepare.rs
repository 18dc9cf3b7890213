//! Repairs of schemas before the grammar checks them.

use serde_json::{Map, Value};

use super::text::excerpt;
use super::version::Version;
use super::walk::Walker;
use super::{types, values};

type Properties = Map<String, Value>;

/// Keywords of OpenAPI 3.1 that change what a client of an OpenAPI 3.0 document accepts or sends.
const NEWER: [&str; 8] = [
    "const",
    "prefixItems",
    "patternProperties",
    "unevaluatedProperties",
    "contentEncoding",
    "contentMediaType",
    "dependentSchemas",
    "if",
];

/// Warns of keywords of OpenAPI 3.1 in a document of OpenAPI 3.0. They are read all the same.
fn newer(walker: &mut Walker<'_>, map: &Properties) {
    const HELP: &str = "use `openapi: 3.1.0`, or the keywords of OpenAPI 3.0";
    let mut warn = |keyword: &str, what: &str| {
        let message = format!("OpenAPI 3.0 has no {what}; it is read as in OpenAPI 3.1");
        walker.warn_at(keyword, message, HELP);
    };
    for keyword in NEWER.into_iter().filter(|it| map.contains_key(*it)) {
        warn(keyword, &format!("keyword `{keyword}`"));
    }
    for keyword in ["exclusiveMinimum", "exclusiveMaximum"] {
        if map.get(keyword).is_some_and(Value::is_number) {
            warn(keyword, &format!("numeric `{keyword}`"));
        }
    }
    match map.get("type") {
        Some(Value::Array(_)) => warn("type", "list of types"),
        Some(Value::String(name)) if name == "null" => warn("type", "type `null`"),
        _ => {}
    }
}

/// Repairs and converts keywords before the grammar checks them.
pub(super) fn prepare(walker: &mut Walker<'_>, map: &mut Properties) {
    if walker.version == Version::V30 {
        newer(walker, map);
    }
    types::prepare(walker, map);
    values::prepare(walker, map);
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
fn never(walker: &mut Walker<'_>, map: &mut Properties) {
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
