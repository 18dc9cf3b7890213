//! Repairs of parameters, headers and content.

use serde_json::{Map, Value, json};

use super::{Properties, fill, has};
use crate::parse::text::excerpt;
use crate::parse::walk::Walker;

/// The keywords of a schema that a parameter has itself in Swagger 2.0.
const INLINE_KEYWORDS: [&str; 17] = [
    "type",
    "format",
    "items",
    "enum",
    "default",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "nullable",
];

pub(in crate::parse) fn parameter(walker: &mut Walker<'_>, map: &mut Properties) {
    let styles: &[&str] = match map.get("in").and_then(Value::as_str) {
        Some("path") => &["simple", "label", "matrix"],
        Some("query") => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        Some("header") => &["simple"],
        Some("cookie") => &["form", "cookie"],
        Some("querystring") => &["form"],
        Some(other) => {
            let message = format!("a parameter can't be in `{}`", excerpt(other));
            let help = match other {
                "body" | "formData" => "OpenAPI 3 describes a body in `requestBody`",
                _ => "use `path`, `query`, `querystring`, `header` or `cookie`",
            };
            walker.step("in", |walker| walker.refuse(message, help));
            walker.lost.push(walker.pointer());
            return;
        }
        // The walk reports a missing value, and one that isn't a string.
        None => return,
    };
    style(walker, map, styles);
    if map.get("in").and_then(Value::as_str) == Some("path")
        && map.get("required") != Some(&Value::Bool(true))
    {
        let (message, help) = (
            "a path parameter is always required",
            "use `required: true`",
        );
        if has(map, "required") {
            walker.warn_at("required", message, help);
        } else {
            walker.warn(message, help);
        }
        map.insert("required".to_owned(), Value::Bool(true));
    }
    if map.get("in").and_then(Value::as_str) == Some("querystring") {
        form_content(walker, map);
    }
    schema_or_content(walker, map);
    examples(walker, map);
}

/// Makes the `schema` of a query string the schema of a form. The specification requires `content`.
fn form_content(walker: &mut Walker<'_>, map: &mut Properties) {
    if has(map, "content") {
        return;
    }
    let schema = map.shift_remove("schema").unwrap_or_else(|| json!({}));
    walker.warn(
        "a query string has no `content`, so it is treated as a form",
        "add `content` with a media type, such as `application/x-www-form-urlencoded`",
    );
    let media_type = json!({ "schema": schema });
    map.insert(
        "content".to_owned(),
        json!({ "application/x-www-form-urlencoded": media_type }),
    );
}

pub(in crate::parse) fn header(walker: &mut Walker<'_>, map: &mut Properties) {
    style(walker, map, &["simple"]);
    schema_or_content(walker, map);
    examples(walker, map);
}

/// Replaces a style that the location doesn't allow with the default.
fn style(walker: &mut Walker<'_>, map: &mut Properties, allowed: &[&str]) {
    if let Some(Value::String(style)) = map.get("style")
        && !allowed.contains(&style.as_str())
    {
        let default = allowed.first().copied().unwrap_or_default();
        let message = format!(
            "the style `{}` can't be used here, so `{default}` is used",
            excerpt(style)
        );
        walker.warn_at("style", message, format!("use {}", allowed.join(", ")));
        map.shift_remove("style");
    }
}

/// Ensures that exactly one of `schema` and `content` is present, as `openapiv3` requires.
fn schema_or_content(walker: &mut Walker<'_>, map: &mut Properties) {
    for name in ["schema", "content"] {
        if map.get(name).is_some_and(Value::is_null) {
            map.shift_remove(name);
        }
    }
    match map.get("content").and_then(Value::as_object).map(Map::len) {
        Some(0) => {
            map.shift_remove("content");
        }
        Some(2..) => {
            walker.warn_at(
                "content",
                "`content` has several media types; only the first is used",
                "keep one of them",
            );
        }
        _ => {}
    }
    match (map.contains_key("schema"), map.contains_key("content")) {
        (true, true) => {
            walker.warn_at(
                "content",
                "`content` is ignored, because `schema` is present as well",
                "remove one of the two",
            );
            map.shift_remove("content");
        }
        (false, false) => {
            let inline: Properties = INLINE_KEYWORDS
                .iter()
                .filter_map(|name| {
                    map.shift_remove(*name)
                        .map(|value| ((*name).to_owned(), value))
                })
                .collect();
            if inline.is_empty() {
                walker.warn(
                    "neither `schema` nor `content` is present, so any value is accepted",
                    "add a `schema`",
                );
            } else {
                walker.warn(
                    "keywords of a schema are outside of `schema`",
                    "move them into `schema`",
                );
            }
            map.insert("schema".to_owned(), Value::Object(inline));
        }
        _ => {}
    }
}

pub(in crate::parse) fn request_body(walker: &mut Walker<'_>, map: &mut Properties) {
    fill(walker, map, "content", Value::Object(Map::new()));
}

pub(in crate::parse) fn media_type(walker: &mut Walker<'_>, map: &mut Properties) {
    examples(walker, map);
}

/// Repairs `examples`, a map of Example Objects: many documents have plain values, or an array of
/// them.
fn examples(walker: &mut Walker<'_>, map: &mut Properties) {
    const FIELDS: [&str; 7] = [
        "$ref",
        "value",
        "externalValue",
        "summary",
        "description",
        "dataValue",
        "serializedValue",
    ];
    let help = "give each example a name, and put the example into its `value`";
    match map.get_mut("examples") {
        Some(Value::Array(values)) => {
            let named = std::mem::take(values)
                .into_iter()
                .enumerate()
                .map(|(index, value)| (index.to_string(), json!({ "value": value })))
                .collect();
            walker.warn_at(
                "examples",
                "expected an object, found an array, whose elements are treated as values",
                help,
            );
            map.insert("examples".to_owned(), Value::Object(named));
        }
        Some(Value::Object(named)) => {
            let bare = named.values_mut().filter(|value| {
                !value.as_object().is_some_and(|example| {
                    example
                        .keys()
                        .any(|key| FIELDS.contains(&key.as_str()) || key.starts_with("x-"))
                })
            });
            let mut found = false;
            for value in bare {
                *value = json!({ "value": value.take() });
                found = true;
            }
            if found {
                walker.warn_at(
                    "examples",
                    "an example that isn't an Example Object is treated as its value",
                    help,
                );
            }
        }
        _ => {}
    }
}

/// Adds the default of `explode`, a plain boolean in `openapiv3`. Afterwards `style` is present if
/// the document has any of the three keywords.
pub(in crate::parse) fn encoding(walker: &mut Walker<'_>, map: &mut Properties) {
    let given = ["style", "explode", "allowReserved"]
        .iter()
        .any(|name| has(map, name));
    style(
        walker,
        map,
        &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
    );
    if given && !has(map, "style") {
        map.insert("style".to_owned(), json!("form"));
    }
    if !has(map, "explode") {
        let form = map.get("style").is_none_or(|style| style == "form");
        map.insert("explode".to_owned(), Value::Bool(form));
    }
}
