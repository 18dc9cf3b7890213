//! Repairs common mistakes of real documents, each with a warning, and adds the defaults that
//! `openapiv3`'s types lack. The grammar assigns the repairs to objects.

pub(super) mod content;
pub(super) mod security;

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::text::excerpt;
use super::version::Version;
use super::walk::Walker;

type Properties = Map<String, Value>;

/// The title and the version of a document that has none.
const STAND_IN_TITLE: &str = "API";
const STAND_IN_VERSION: &str = "0";

/// Whether a property is present and not null.
fn has(map: &Properties, name: &str) -> bool {
    map.get(name).is_some_and(|value| !value.is_null())
}

/// Adds a required property if it is missing.
fn fill(walker: &mut Walker<'_>, map: &mut Properties, name: &str, value: Value) {
    if !has(map, name) {
        let message = match &value {
            Value::String(text) if text.is_empty() => {
                format!("`{name}` is missing and treated as empty")
            }
            Value::Object(_) => format!("`{name}` is missing and treated as empty"),
            value => format!("`{name}` is missing and treated as {value}"),
        };
        walker.warn(message, format!("add `{name}`"));
        map.insert(name.to_owned(), value);
    }
}

/// The same for a string that only `openapiv3` requires. Other values count as missing.
fn fill_note(walker: &mut Walker<'_>, map: &mut Properties, name: &str) {
    if map
        .get(name)
        .is_some_and(|value| value.is_object() || value.is_array())
    {
        map.shift_remove(name);
    }
    fill(walker, map, name, json!(""));
}

/// Makes the summary the description of an object that has none: `openapiv3` knows only descriptions.
fn describe_by_summary(map: &mut Properties) {
    if !has(map, "description")
        && let Some(summary @ Value::String(_)) = map.get("summary").cloned()
    {
        map.insert("description".to_owned(), summary);
    }
}

pub(super) fn openapi(walker: &mut Walker<'_>, map: &mut Properties) {
    if map.get("info").is_none_or(|info| !info.is_object()) {
        let (title, version) = (STAND_IN_TITLE, STAND_IN_VERSION);
        let found = map.get("info").filter(|info| !info.is_null());
        let fault = if found.is_some() {
            "isn't an object"
        } else {
            "is missing"
        };
        let message = format!(
            "`info` {fault}, so the client is generated for version {version} of `{title}`"
        );
        walker.warn(message, "add `info` with a title and a version");
        let info = json!({ "title": title, "version": version });
        map.insert("info".to_owned(), info);
    }
    let without_paths = ["webhooks", "components"];
    if walker.version >= Version::V31 && without_paths.iter().any(|name| has(map, name)) {
        map.entry("paths")
            .or_insert_with(|| Value::Object(Map::new()));
    }
    fill(walker, map, "paths", Value::Object(Map::new()));
    if has(map, "webhooks") && map.shift_remove("x-webhooks").is_some() {
        let message = "`x-webhooks` beside `webhooks` is ignored";
        walker.warn_at("x-webhooks", message, "move its entries to `webhooks`");
    }
    security(walker, map);
}

pub(super) fn info(walker: &mut Walker<'_>, map: &mut Properties) {
    fill(walker, map, "title", json!(STAND_IN_TITLE));
    fill(walker, map, "version", json!(STAND_IN_VERSION));
}

pub(super) fn license(walker: &mut Walker<'_>, map: &mut Properties) {
    fill_note(walker, map, "name");
}

pub(super) fn tag(walker: &mut Walker<'_>, map: &mut Properties) {
    describe_by_summary(map);
    fill_note(walker, map, "name");
}

pub(super) fn external_docs(walker: &mut Walker<'_>, map: &mut Properties) {
    fill_note(walker, map, "url");
}

pub(super) fn server(walker: &mut Walker<'_>, map: &mut Properties) {
    fill(walker, map, "url", json!("/"));
}

pub(super) fn server_variable(walker: &mut Walker<'_>, map: &mut Properties) {
    let first = map.get("enum").and_then(|values| values.get(0)).cloned();
    fill(walker, map, "default", first.unwrap_or_else(|| json!("")));
}

pub(super) fn paths(walker: &mut Walker<'_>, map: &mut Properties) {
    for path in map.keys() {
        if !path.starts_with('/') && !path.starts_with("x-") {
            let message = format!(
                "the path `{}` doesn't start with `/`, so one is prepended",
                excerpt(path)
            );
            walker.warn_at(path, message, "start every path with `/`");
        }
    }
}

pub(super) fn path_item(walker: &mut Walker<'_>, map: &mut Properties) {
    // Many programs write null for a method that the path doesn't have.
    map.retain(|_, value| !value.is_null());
    let fixed: Vec<String> = map.keys().map(|key| key.to_ascii_uppercase()).collect();
    let Some(Value::Object(additional)) = map.get_mut("additionalOperations") else {
        return;
    };
    walker.step("additionalOperations", |walker| {
        additional.retain(|method, _| {
            let (message, help) = if !is_method(method) {
                (
                    "isn't an HTTP method, so this operation is ignored",
                    "use the characters of a token, such as `COPY`",
                )
            } else if fixed.contains(method) {
                (
                    "is declared twice; this operation is ignored",
                    "remove one of the two",
                )
            } else {
                return true;
            };
            walker.warn_at(method, format!("`{}` {message}", excerpt(method)), help);
            false
        });
    });
}

/// Whether a text is a token (RFC 9110, section 9.1).
fn is_method(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

pub(super) fn operation(walker: &mut Walker<'_>, map: &mut Properties) {
    if walker.version >= Version::V31 && !has(map, "responses") {
        map.insert("responses".to_owned(), Value::Object(Map::new()));
    }
    fill(walker, map, "responses", Value::Object(Map::new()));
    security(walker, map);
}

/// Wraps the object of `security: {…}` in an array.
fn security(walker: &mut Walker<'_>, map: &mut Properties) {
    if let Some(value) = map.get_mut("security")
        && value
            .as_object()
            .is_some_and(|requirement| !requirement.is_empty())
    {
        walker.warn_at(
            "security",
            "expected an array, found an object, which is treated as its only element",
            "put it into brackets",
        );
        *value = Value::Array(vec![value.take()]);
    }
}

pub(super) fn responses(walker: &mut Walker<'_>, map: &mut Properties) {
    let mut ranges = HashSet::new();
    map.retain(|key, _| {
        if key == "default" || key.starts_with("x-") {
            return true;
        }
        let known = is_status(key);
        if !known {
            let message = format!(
                "`{}` isn't a status code, so this response is ignored",
                excerpt(key)
            );
            let help = "use a status code such as `200`, a range such as `4XX`, or `default`";
            walker.warn_at(key, message, help);
        } else if !ranges.insert(key.to_ascii_uppercase()) {
            let message = format!("the range `{key}` is declared twice; this response is ignored");
            walker.warn_at(key, message, "remove one of the two");
            return false;
        }
        known
    });
}

fn is_status(key: &str) -> bool {
    matches!(
        key.as_bytes(),
        [b'1'..=b'5', b'X' | b'x', b'X' | b'x'] | [b'1'..=b'9', b'0'..=b'9', b'0'..=b'9']
    )
}

pub(super) fn response(walker: &mut Walker<'_>, map: &mut Properties) {
    describe_by_summary(map);
    if walker.version >= Version::V32 && !has(map, "description") {
        map.insert("description".to_owned(), json!(""));
    }
    fill(walker, map, "description", json!(""));
}
