//! Extracts a message from the body of an error: JSON of the usual shapes, HTML or text.

use serde_json::{Map, Value};

use crate::request::encoder::push_item;

/// The maximum length of a message, in characters.
const MAX_CHARS: usize = 300;
/// How much of an HTML or text body is searched, in bytes.
const MAX_TEXT_BYTES: usize = 64 * 1024;
/// The maximum size of a JSON body that is searched, in bytes.
const MAX_JSON_BYTES: usize = 1024 * 1024;
/// How many levels deep JSON is searched.
const MAX_DEPTH: u8 = 3;

/// Properties that describe the failure, the most specific first.
const DESCRIPTIONS: &[&str] = &[
    "error_description",
    "detail",
    "message",
    "error_message",
    "errorMessage",
    "Message",
    "msg",
    "description",
    "reason",
];
/// Properties that name the kind of failure.
const CODES: &[&str] = &[
    "error",
    "code",
    "error_code",
    "errorCode",
    "title",
    "type",
    "status",
];
/// Properties that are used as the description if no other property describes the failure.
const FALLBACKS: &[&str] = &["error", "title", "code"];
/// Properties that link to more information.
const LINKS: &[&str] = &["more_info", "error_uri", "documentation_url"];

/// Returns the message in a body, on one line; `None` if the body has no message.
#[must_use]
pub(crate) fn message(content_type: Option<&str>, body: &[u8]) -> Option<String> {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace())?;
    let json = matches!(first, b'{' | b'[' | b'"')
        || content_type.is_some_and(|media_type| media_type.ends_with("json"));
    if !json {
        return one_line(&from_text(content_type, body)?);
    }
    // JSON without a known property isn't shown: it may hold secrets.
    let value = match body.len() {
        0..=MAX_JSON_BYTES => std::str::from_utf8(body).ok()?.parse::<Value>().ok()?,
        _ => return None,
    };
    one_line(&from_value(&value, MAX_DEPTH)?)
}

/// Returns whether a JSON document reports an error: whether its property `error` says anything.
#[must_use]
pub(crate) fn reports_error(document: &Value) -> bool {
    match document.get("error") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(error)) => *error,
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(properties)) => !properties.is_empty(),
    }
}

fn from_value(value: &Value, depth: u8) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => from_value(items.first()?, depth),
        Value::Object(properties) => from_object(properties, depth),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn from_object(properties: &Map<String, Value>, depth: u8) -> Option<String> {
    // OAuth has a string here (RFC 6749 section 5.2), many other APIs an object.
    if let Some(Value::Object(error)) = properties.get("error") {
        return from_object(error, depth.checked_sub(1)?);
    }
    let Some(mut message) = first(properties, DESCRIPTIONS, text) else {
        let inner = properties.get("errors");
        return match inner.and_then(|errors| from_value(errors, depth)) {
            Some(message) => Some(message),
            None => first(properties, FALLBACKS, text),
        };
    };
    if let Some(code) = first(properties, CODES, label)
        && code != message
    {
        message = format!("{code}: {message}");
    }
    if let Some(link) = first(properties, LINKS, text) {
        message.push_str(&format!(" ({link})"));
    }
    Some(message)
}

/// Returns what `read` finds in the first of these properties that has it.
fn first(
    properties: &Map<String, Value>,
    names: &[&str],
    read: fn(&Value) -> Option<String>,
) -> Option<String> {
    for name in names {
        if let Some(found) = properties.get(*name).and_then(read) {
            return Some(found);
        }
    }
    None
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        _ => None,
    }
}

/// Returns a short name or number of the kind of failure.
fn label(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn from_text(content_type: Option<&str>, body: &[u8]) -> Option<String> {
    let body = body.get(..MAX_TEXT_BYTES).unwrap_or(body);
    let text = String::from_utf8_lossy(body);
    for c in truncate(&text, MAX_CHARS).chars() {
        if c.is_control() && !c.is_whitespace() {
            return None;
        }
    }
    if text.starts_with('\u{FFFD}') {
        return None;
    }
    let markup = content_type
        .is_some_and(|media_type| media_type.ends_with("html") || media_type.ends_with("xml"));
    Some(if markup || text.trim_start().starts_with('<') {
        without_tags(&text)
    } else {
        text.into_owned()
    })
}

/// Returns the text of a page, without its tags, scripts and styles.
fn without_tags(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        push_unescaped(before, &mut out);
        out.push(' ');
        let end = match tag {
            _ if starts_with_ignore_case(tag, "script") => "</script",
            _ if starts_with_ignore_case(tag, "style") => "</style",
            _ if starts_with_ignore_case(tag, "!--") => "-->",
            _ => "",
        };
        rest = after_tag(tag, end);
    }
    push_unescaped(rest, &mut out);
    out
}

/// Finds `end`, ignoring case, and returns what follows the next `>`; empty if there is none.
fn after_tag<'t>(mut text: &'t str, end: &str) -> &'t str {
    while !starts_with_ignore_case(text, end) {
        let mut chars = text.chars();
        if chars.next().is_none() {
            return "";
        }
        text = chars.as_str();
    }
    text.split_once('>').map_or("", |(_, rest)| rest)
}

/// Returns whether a text begins with another, ignoring case.
fn starts_with_ignore_case(text: &str, with: &str) -> bool {
    let head = text.as_bytes().get(..with.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()))
}

/// Character references and the characters that they stand for.
const CHARACTER_REFERENCES: &[(&str, char)] = &[
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&#39;", '\''),
    ("&nbsp;", ' '),
    ("&amp;", '&'),
];

/// Appends text, with its character references resolved.
fn push_unescaped(mut text: &str, out: &mut String) {
    while let Some(at) = text.find('&') {
        let (before, rest) = text.split_at(at);
        out.push_str(before);
        let mut references = CHARACTER_REFERENCES.iter();
        let known = references.find(|(written, _)| rest.starts_with(written));
        let (written, meant) = known.unwrap_or(&("&", '&'));
        out.push(*meant);
        text = rest.split_at(written.len()).1;
    }
    out.push_str(text);
}

/// Returns the text on one line: whitespace and control characters become single spaces, and a long
/// text is truncated.
#[must_use]
pub(crate) fn one_line(text: &str) -> Option<String> {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        push_item(&mut line, " ", word);
        let kept = truncate(&line, MAX_CHARS).len();
        if kept < line.len() {
            line.truncate(kept);
            line.push('…');
            break;
        }
    }
    (!line.is_empty()).then_some(line)
}

/// Returns the beginning of a text, no longer than `max_chars` characters.
#[must_use]
pub(crate) fn truncate(text: &str, max_chars: usize) -> &str {
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => text.split_at(end).0,
        None => text,
    }
}
