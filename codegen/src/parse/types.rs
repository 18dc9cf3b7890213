//! The `type` of a schema: its names, and the lists of OpenAPI 3.1.

use openapiv3::{ReferenceOr, Schema};
use serde_json::{Map, Value};

use super::document::SchemaObject;
use super::text::excerpt;
use super::walk::{Walker, describe};

const NAMES: [&str; 7] = [
    "string", "number", "integer", "boolean", "array", "object", "null",
];

/// Names that documents use for a type, each with the type and format that they mean.
const ALIASES: [(&str, &str, Option<&str>); 22] = [
    ("file", "string", Some("binary")),
    ("binary", "string", Some("binary")),
    ("byte", "string", Some("byte")),
    ("date", "string", Some("date")),
    ("datetime", "string", Some("date-time")),
    ("date-time", "string", Some("date-time")),
    ("timestamp", "string", Some("date-time")),
    ("uuid", "string", Some("uuid")),
    ("uri", "string", Some("uri")),
    ("url", "string", Some("uri")),
    ("str", "string", None),
    ("text", "string", None),
    ("enum", "string", None),
    ("int", "integer", None),
    ("int32", "integer", Some("int32")),
    ("int64", "integer", Some("int64")),
    ("long", "integer", Some("int64")),
    ("float", "number", Some("float")),
    ("double", "number", Some("double")),
    ("decimal", "number", None),
    ("bool", "boolean", None),
    ("list", "array", None),
];

/// Formats of numbers. Other formats are those of strings.
const NUMERIC: [&str; 11] = [
    "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float", "double",
    "decimal",
];

/// Repairs `type` before the grammar is applied. Afterwards it is a list of known names, or absent.
pub(super) fn prepare(walker: &mut Walker<'_>, map: &mut Map<String, Value>) {
    let names = match map.shift_remove("type") {
        None => return,
        Some(Value::Null) => vec![Value::String("null".to_owned())],
        Some(Value::Array(names)) => names,
        Some(name) => vec![name],
    };
    let mut known = Vec::with_capacity(names.len());
    for name in names {
        match name {
            Value::String(name) if NAMES.contains(&name.as_str()) => known.push(name),
            Value::String(name) => known.extend(repaired(walker, map, &name)),
            Value::Null => known.push("null".to_owned()),
            other => {
                let message = format!("expected a string, found {}", describe(&other));
                walker.step("type", |walker| {
                    walker.refuse(message, "use the name of a type, such as `string`")
                });
            }
        }
    }
    known.dedup();
    if !known.is_empty() {
        map.insert("type".to_owned(), known.into());
    }
}

/// Returns the type that an unknown name stands for, if known.
fn repaired(walker: &mut Walker<'_>, map: &mut Map<String, Value>, name: &str) -> Option<String> {
    let lower = name.trim().to_ascii_lowercase();
    let alias = ALIASES.iter().find(|(alias, ..)| *alias == lower);
    let found = match alias {
        Some((_, name, _)) => Some(*name),
        None => NAMES.into_iter().find(|name| *name == lower),
    };
    let message = match found {
        Some(found) => format!(
            "`{}` isn't a type and is treated as `{found}`",
            excerpt(name)
        ),
        None => format!("`{}` isn't a type, so any value is accepted", excerpt(name)),
    };
    walker.warn_at(
        "type",
        message,
        "use `string`, `number`, `integer`, `boolean`, `array` or `object`",
    );
    if let Some((_, _, Some(format))) = alias {
        map.entry("format")
            .or_insert_with(|| Value::String((*format).to_owned()));
    }
    found.map(str::to_owned)
}

/// Removes the names from the map.
pub(super) fn read(map: &mut Map<String, Value>) -> Vec<String> {
    match map.shift_remove("type") {
        Some(Value::Array(names)) => names
            .into_iter()
            .filter_map(|name| {
                if let Value::String(name) = name {
                    Some(name)
                } else {
                    None
                }
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Sets the types of a schema: null makes it nullable, a single other type is its `type`, and
/// several become an `anyOf` with a schema for each, which takes over the keywords of its type.
pub(super) fn apply(walker: &mut Walker<'_>, schema: &mut SchemaObject, mut types: Vec<String>) {
    let count = types.len();
    types.retain(|name| name != "null");
    if types.len() < count {
        schema.data.nullable = true;
        if types.is_empty() {
            schema.kind.enumeration = vec![Value::Null];
        }
    }
    if types.iter().any(|name| name == "number") {
        types.retain(|name| name != "integer");
    }
    if schema.data.nullable && types.len() > 1 && !schema.kind.enumeration.is_empty() {
        // Null is expressed by `nullable` now.
        schema.kind.enumeration.retain(|value| !value.is_null());
    }
    if let Some(name) = number_in_quotes(schema, &types) {
        schema.kind.pattern = None;
        types = vec![name];
    }
    match types.len() {
        0 => {}
        1 => schema.kind.typ = types.pop(),
        // The alternatives are more specific than the types.
        _ if !schema.kind.one_of.is_empty() || !schema.kind.any_of.is_empty() => {}
        _ => split(walker, schema, &types),
    }
}

/// Returns the type of a number that may be in quotes: the `integer` or `number` beside `string` if
/// a numeric format or pattern shows that the strings are numbers.
fn number_in_quotes(schema: &SchemaObject, types: &[String]) -> Option<String> {
    let kind = &schema.kind;
    let is_number = match &kind.pattern {
        Some(pattern) => is_number_pattern(pattern),
        None => kind.format.as_deref().is_some_and(is_number_format),
    };
    let is_plain = kind.enumeration.is_empty() && kind.one_of.is_empty() && kind.any_of.is_empty();
    if !is_number || !is_plain {
        return None;
    }
    let [one, other] = types else {
        return None;
    };
    match (one.as_str(), other.as_str()) {
        ("string", number @ ("integer" | "number"))
        | (number @ ("integer" | "number"), "string") => Some(number.to_owned()),
        _ => None,
    }
}

/// Whether a format is one of numbers. Decimals are left out, because a float would round them.
fn is_number_format(format: &str) -> bool {
    format != "decimal" && NUMERIC.contains(&format)
}

/// Whether a pattern matches numbers as JSON writes them, and nothing else. Other strings of digits
/// are text: a postcode begins with any digit.
fn is_number_pattern(pattern: &str) -> bool {
    let plain = pattern.replace("(?:", "(").replace("[0-9]", r"\d");
    let Some(digits) = plain
        .strip_prefix('^')
        .and_then(|it| it.strip_suffix('$'))
        .map(|it| it.strip_prefix("-?").unwrap_or(it))
        .and_then(|it| it.strip_prefix(r"(0|[1-9]\d*)"))
    else {
        return false;
    };
    let fraction = digits.strip_prefix(r"(\.\d+)?").unwrap_or(digits);
    matches!(fraction, "" | r"([eE][+-]?\d+)?")
}

/// Adds a schema for each type.
fn split(walker: &mut Walker<'_>, schema: &mut SchemaObject, types: &[String]) {
    let enumerated = !schema.kind.enumeration.is_empty();
    let mut parts: Vec<SchemaObject> = types.iter().map(|name| part(schema, name)).collect();
    if enumerated {
        parts.retain(|part| !part.kind.enumeration.is_empty());
    }
    schema.kind.enumeration.clear();
    schema.kind.format = None;
    if let [_] = parts.as_slice()
        && let Some(part) = parts.pop()
    {
        let all_of = std::mem::take(&mut schema.kind.all_of);
        schema.kind = part.kind;
        schema.pattern_properties = part.pattern_properties;
        schema.name_patterns = part.name_patterns;
        schema.kind.all_of = all_of;
        return;
    }
    schema.kind.any_of = walker.step("type", |walker| {
        let references = parts.into_iter().enumerate().map(|(index, part)| {
            walker.step(&index.to_string(), |walker| {
                walker
                    .schemas
                    .insert(walker.pointer(), ReferenceOr::Item(part));
                ReferenceOr::<Schema>::Reference {
                    reference: walker.own_reference(),
                }
            })
        });
        references.collect()
    });
}

/// Returns the schema of one type, with the keywords that apply to it.
fn part(schema: &mut SchemaObject, name: &str) -> SchemaObject {
    let whole = &mut schema.kind;
    let mut part = SchemaObject::default();
    let kind = &mut part.kind;
    kind.typ = Some(name.to_owned());
    let numeric_format = whole
        .format
        .as_deref()
        .is_some_and(|format| NUMERIC.contains(&format));
    let belongs: fn(&Value) -> bool = match name {
        "string" => {
            kind.format = whole.format.clone().filter(|_| !numeric_format);
            kind.pattern = whole.pattern.take();
            (kind.min_length, kind.max_length) = (whole.min_length.take(), whole.max_length.take());
            Value::is_string
        }
        "number" | "integer" => {
            kind.format = whole.format.clone().filter(|_| numeric_format);
            (kind.minimum, kind.maximum) = (whole.minimum.take(), whole.maximum.take());
            kind.exclusive_minimum = whole.exclusive_minimum.take();
            kind.exclusive_maximum = whole.exclusive_maximum.take();
            kind.multiple_of = whole.multiple_of.take();
            Value::is_number
        }
        "boolean" => Value::is_boolean,
        "array" => {
            kind.items = whole.items.take();
            (kind.min_items, kind.max_items) = (whole.min_items.take(), whole.max_items.take());
            kind.unique_items = whole.unique_items.take();
            Value::is_array
        }
        _ => {
            kind.properties = std::mem::take(&mut whole.properties);
            kind.required = std::mem::take(&mut whole.required);
            kind.additional_properties = whole.additional_properties.take();
            part.pattern_properties = std::mem::take(&mut schema.pattern_properties);
            part.name_patterns = schema.name_patterns.take();
            (kind.min_properties, kind.max_properties) =
                (whole.min_properties.take(), whole.max_properties.take());
            Value::is_object
        }
    };
    kind.enumeration = whole
        .enumeration
        .iter()
        .filter(|value| belongs(value))
        .cloned()
        .collect();
    part
}
