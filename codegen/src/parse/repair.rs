//! Repairs common mistakes of real documents, each with a warning, and adds the defaults that
//! `openapiv3`'s types lack. The grammar assigns the repairs to objects.

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

pub(super) fn parameter(walker: &mut Walker<'_>, map: &mut Properties) {
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

pub(super) fn header(walker: &mut Walker<'_>, map: &mut Properties) {
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

pub(super) fn request_body(walker: &mut Walker<'_>, map: &mut Properties) {
    fill(walker, map, "content", Value::Object(Map::new()));
}

pub(super) fn media_type(walker: &mut Walker<'_>, map: &mut Properties) {
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
pub(super) fn encoding(walker: &mut Walker<'_>, map: &mut Properties) {
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

pub(super) fn security_scheme(walker: &mut Walker<'_>, map: &mut Properties) {
    let needed: &[&str] = match map.get("type").and_then(Value::as_str) {
        Some("basic") => {
            walker.warn_at(
                "type",
                "`type: basic` is the syntax of Swagger 2.0",
                "use `type: http` and `scheme: basic`",
            );
            map.insert("type".to_owned(), json!("http"));
            map.insert("scheme".to_owned(), json!("basic"));
            return;
        }
        Some("apiKey") => {
            if let Some(Value::String(place)) = map.get("in")
                && !["query", "header", "cookie"].contains(&place.as_str())
            {
                let message = format!("an API key can't be in `{}`", excerpt(place));
                walker.step("in", |walker| {
                    walker.refuse(message, "use `query`, `header` or `cookie`")
                });
                return;
            }
            &["name", "in"]
        }
        Some("http") => &["scheme"],
        Some("oauth2") => {
            fill(walker, map, "flows", Value::Object(Map::new()));
            return;
        }
        Some("openIdConnect") => &["openIdConnectUrl"],
        // Other types are ignored when the typed objects are built.
        _ => return,
    };
    for name in needed {
        if !has(map, name) {
            let help = format!("a security scheme of this type requires `{name}`");
            walker.refuse(format!("`{name}` is missing"), &help);
        }
    }
}

/// Ignores an extension that isn't the device authorization flow.
pub(super) fn oauth_flows(walker: &mut Walker<'_>, map: &mut Properties) {
    const NAME: &str = "x-deviceAuthorization";
    let Some(flow) = map.get(NAME) else { return };
    let has_url = |name: &str| flow.get(name).is_some_and(Value::is_string);
    if !has_url("deviceAuthorizationUrl") || !has_url("tokenUrl") {
        let message =
            format!("`{NAME}` has no `deviceAuthorizationUrl` and `tokenUrl`, so it is ignored");
        walker.warn_at(
            NAME,
            message,
            "add both URLs, unless it is meant for another program",
        );
        map.shift_remove(NAME);
    }
}

pub(super) fn implicit_flow(walker: &mut Walker<'_>, map: &mut Properties) {
    flow(walker, map, &["authorizationUrl"]);
}

pub(super) fn token_flow(walker: &mut Walker<'_>, map: &mut Properties) {
    flow(walker, map, &["tokenUrl"]);
}

pub(super) fn code_flow(walker: &mut Walker<'_>, map: &mut Properties) {
    flow(walker, map, &["authorizationUrl", "tokenUrl"]);
}

pub(super) fn device_flow(walker: &mut Walker<'_>, map: &mut Properties) {
    flow(walker, map, &["deviceAuthorizationUrl", "tokenUrl"]);
}

fn flow(walker: &mut Walker<'_>, map: &mut Properties, urls: &[&str]) {
    for url in urls {
        fill(walker, map, url, json!(""));
    }
    fill(walker, map, "scopes", Value::Object(Map::new()));
}
