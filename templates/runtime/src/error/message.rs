//! The message in the body of an error: JSON of the usual shapes, HTML or text.

use serde_json::{Map, Value};

use crate::request::encoder::push_item;

/// How long a message may be, in characters.
const LONGEST: usize = 300;
/// How much of a page or text is searched, in bytes.
const SEARCHED: usize = 64 * 1024;
/// How large JSON may be to be searched, in bytes.
const JSON_SEARCHED: usize = 1024 * 1024;
/// How deep a message may be hidden in JSON.
const DEPTH: u8 = 3;

/// Members that say what went wrong, the most telling first.
const TEXTS: &[&str] = &[
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
/// Members that name the kind of failure.
const CODES: &[&str] = &[
    "error",
    "code",
    "error_code",
    "errorCode",
    "title",
    "type",
    "status",
];
/// Members that say what went wrong where nothing else does.
const NAMES: &[&str] = &["error", "title", "code"];
/// Members that say more elsewhere.
const LINKS: &[&str] = &["more_info", "error_uri", "documentation_url"];

/// The message in a body, on one line; `None` if there is none.
#[must_use]
pub(crate) fn message(content_type: Option<&str>, body: &[u8]) -> Option<String> {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace())?;
    let json = matches!(first, b'{' | b'[' | b'"')
        || content_type.is_some_and(|media_type| media_type.ends_with("json"));
    if !json {
        return one_line(&of_text(content_type, body)?);
    }
    // What isn't understood isn't shown: JSON may hold anything.
    let value = match body.len() {
        0..=JSON_SEARCHED => std::str::from_utf8(body).ok()?.parse::<Value>().ok()?,
        _ => return None,
    };
    one_line(&of_value(&value, DEPTH)?)
}

fn of_value(value: &Value, depth: u8) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => of_value(items.first()?, depth),
        Value::Object(members) => of_object(members, depth),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn of_object(members: &Map<String, Value>, depth: u8) -> Option<String> {
    // OAuth has a string there (RFC 6749 5.2), many others an object of their own.
    if let Some(Value::Object(error)) = members.get("error") {
        return of_object(error, depth.checked_sub(1)?);
    }
    let Some(mut message) = first(members, TEXTS, text) else {
        let inner = members.get("errors");
        return match inner.and_then(|errors| of_value(errors, depth)) {
            Some(message) => Some(message),
            None => first(members, NAMES, text),
        };
    };
    if let Some(code) = first(members, CODES, label)
        && code != message
    {
        message = format!("{code}: {message}");
    }
    if let Some(link) = first(members, LINKS, text) {
        message.push_str(&format!(" ({link})"));
    }
    Some(message)
}

/// What is read of the first of these members that has it.
fn first(
    members: &Map<String, Value>,
    names: &[&str],
    read: fn(&Value) -> Option<String>,
) -> Option<String> {
    for name in names {
        if let Some(found) = members.get(*name).and_then(read) {
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

/// A short name or number of the kind of failure.
fn label(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn of_text(content_type: Option<&str>, body: &[u8]) -> Option<String> {
    let body = body.get(..SEARCHED).unwrap_or(body);
    let text = String::from_utf8_lossy(body);
    for c in cut(&text, LONGEST).chars() {
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

/// The text of a page: its tags, scripts and styles are left out.
fn without_tags(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        push_unescaped(before, &mut out);
        out.push(' ');
        let end = match tag {
            _ if begins(tag, "script") => "</script",
            _ if begins(tag, "style") => "</style",
            _ if begins(tag, "!--") => "-->",
            _ => "",
        };
        rest = behind(tag, end);
    }
    push_unescaped(rest, &mut out);
    out
}

/// What follows the tag that `end` begins, or nothing.
fn behind<'t>(mut text: &'t str, end: &str) -> &'t str {
    while !begins(text, end) {
        let mut chars = text.chars();
        if chars.next().is_none() {
            return "";
        }
        text = chars.as_str();
    }
    text.split_once('>').map_or("", |(_, rest)| rest)
}

/// Whether a text begins with another, upper or lower case.
fn begins(text: &str, with: &str) -> bool {
    let head = text.as_bytes().get(..with.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()))
}

/// Characters that a page writes by their names, and how.
const ENTITIES: &[(&str, char)] = &[
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&#39;", '\''),
    ("&nbsp;", ' '),
    ("&amp;", '&'),
];

/// Appends text, and the characters that it writes by their names.
fn push_unescaped(mut text: &str, out: &mut String) {
    while let Some(at) = text.find('&') {
        let (before, rest) = text.split_at(at);
        out.push_str(before);
        let mut entities = ENTITIES.iter();
        let known = entities.find(|(written, _)| rest.starts_with(written));
        let (written, meant) = known.unwrap_or(&("&", '&'));
        out.push(*meant);
        text = rest.split_at(written.len()).1;
    }
    out.push_str(text);
}

/// White space and control characters become single spaces; a long text is cut.
#[must_use]
pub(crate) fn one_line(text: &str) -> Option<String> {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        push_item(&mut line, " ", word);
        let kept = cut(&line, LONGEST).len();
        if kept < line.len() {
            line.truncate(kept);
            line.push('…');
            break;
        }
    }
    (!line.is_empty()).then_some(line)
}

/// The beginning of a text, no longer than this many characters.
#[must_use]
pub(crate) fn cut(text: &str, longest: usize) -> &str {
    match text.char_indices().nth(longest) {
        Some((end, _)) => text.split_at(end).0,
        None => text,
    }
}
