//! Repairs values that a schema lists (`enum`, `default`) if they aren't of its `type`.

use serde_json::{Map, Number, Value};

use super::text::excerpt;
use super::walk::Walker;

type Properties = Map<String, Value>;

/// Repairs `enum` and `default`. `type` is a list of known names by now, or absent.
pub(super) fn prepare(walker: &mut Walker<'_>, map: &mut Properties) {
    if !map.contains_key("enum") && !map.contains_key("default") {
        return;
    }
    let types: Vec<String> = match map.get("type") {
        Some(Value::Array(names)) => {
            let names = names.iter().filter_map(Value::as_str);
            names.map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };
    if map.get("enum") == Some(&Value::Array(Vec::new())) {
        walker.warn_at(
            "enum",
            "an empty `enum` allows no value, so it is ignored",
            "remove it, or list the values",
        );
        map.shift_remove("enum");
    }
    if types.is_empty() {
        return;
    }
    if types.iter().all(|name| name == "array" || name == "null") {
        of_items(walker, map);
    }
    enumeration(walker, map, &types);
    default(walker, map, &types);
}

/// Moves an `enum` of plain values from an array to its items.
fn of_items(walker: &mut Walker<'_>, map: &mut Properties) {
    let is_plain = |value: &Value| !value.is_array() && !value.is_null();
    let Some(Value::Array(values)) = map.get("enum") else {
        return;
    };
    if !values.iter().all(is_plain) {
        return;
    }
    let free = match map.get("items") {
        None => true,
        Some(Value::Object(items)) => !items.contains_key("$ref") && !items.contains_key("enum"),
        Some(_) => false,
    };
    let message = if free {
        "the `enum` of this array lists no arrays, so it is read as the `enum` of its items"
    } else {
        "the `enum` of this array lists no arrays, so it is ignored"
    };
    walker.warn_at("enum", message, "move it into `items`");
    let values = map.shift_remove("enum").unwrap_or_default();
    if free {
        let items = map
            .entry("items")
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(items) = items {
            items.insert("enum".to_owned(), values);
        }
    }
}

fn enumeration(walker: &mut Walker<'_>, map: &mut Properties, types: &[String]) {
    let Some(Value::Array(values)) = map.get_mut("enum") else {
        return;
    };
    let mut found = None;
    for value in values.iter_mut().filter(|it| !it.is_null()) {
        if !fits_any(types, value)
            && let Some(meant) = meant(types, value)
        {
            found.get_or_insert_with(|| value.to_string());
            *value = meant;
        }
    }
    if let Some(first) = found {
        let message = format!(
            "`enum` lists {}, which isn't of the type {}, and is read as if it were",
            excerpt(&first),
            listed(types)
        );
        walker.warn_at("enum", message, "correct the values or the type");
    }
}

fn default(walker: &mut Walker<'_>, map: &mut Properties, types: &[String]) {
    let Some(value) = map.get_mut("default") else {
        return;
    };
    if value.is_null() || fits_any(types, value) {
        return;
    }
    let shown = excerpt(&value.to_string());
    let message = format!("the default {shown} isn't of the type {}", listed(types));
    let help = "correct the default or the type";
    match meant(types, value) {
        Some(meant) => {
            let message = format!("{message}, and is read as {}", excerpt(&meant.to_string()));
            *value = meant;
            walker.warn_at("default", message, help);
        }
        None => {
            walker.warn_at("default", format!("{message}, so it is ignored"), help);
            map.shift_remove("default");
        }
    }
}

fn listed(types: &[String]) -> String {
    let names: Vec<String> = types.iter().map(|name| format!("`{name}`")).collect();
    names.join(" or ")
}

fn fits_any(types: &[String], value: &Value) -> bool {
    types.iter().any(|name| match name.as_str() {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => {
            value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|it| it.fract() == 0.0)
        }
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => value.is_null(),
    })
}

/// Converts a plain value to another type, such as `"1"` to `1`; returns `None` if the meaning isn't clear.
fn meant(types: &[String], value: &Value) -> Option<Value> {
    let mut others = types.iter().filter(|name| *name != "null");
    let (Some(name), None) = (others.next(), others.next()) else {
        return None;
    };
    match (name.as_str(), value) {
        ("string", Value::Number(number)) => Some(Value::String(number.to_string())),
        ("string", Value::Bool(value)) => Some(Value::String(value.to_string())),
        ("integer" | "number", Value::String(text)) => {
            let number = text.trim().parse::<Number>().ok().map(Value::Number)?;
            fits_any(types, &number).then_some(number)
        }
        ("boolean", Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        _ => None,
    }
}
