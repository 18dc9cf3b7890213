//! The message in the body of an error: JSON of the usual shapes, HTML or text.

use serde_json::{Map, Value};

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
/// Members that say more elsewhere.
const LINKS: &[&str] = &["more_info", "error_uri", "documentation_url"];

/// The message in a body, on one line; `None` if there is none.
#[must_use]
pub fn message(content_type: Option<&str>, body: &[u8]) -> Option<String> {
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
    let Some(text) = TEXTS.iter().find_map(|name| text(members.get(*name)?)) else {
        return match members
            .get("errors")
            .and_then(|errors| of_value(errors, depth))
        {
            Some(first) => Some(first),
            None => ["error", "title", "code"]
                .iter()
                .find_map(|name| text(members.get(*name)?)),
        };
    };
    let code = CODES.iter().find_map(|name| label(members.get(*name)?));
    let link = LINKS.iter().find_map(|name| members.get(*name)?.as_str());
    let mut message = match code {
        Some(code) if code != text => format!("{code}: {text}"),
        _ => text,
    };
    if let Some(link) = link {
        message.push_str(&format!(" ({link})"));
    }
    Some(message)
}

fn text(value: &Value) -> Option<String> {
    value
        .as_str()
        .filter(|text| !text.trim().is_empty())
        .map(str::to_owned)
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
    let binary = text
        .chars()
        .take(LONGEST)
        .any(|c| c.is_control() && !c.is_whitespace());
    if binary || text.starts_with('\u{FFFD}') {
        return None;
    }
    let markup = content_type
        .is_some_and(|media_type| media_type.ends_with("html") || media_type.ends_with("xml"));
    Some(if markup || text.trim_start().starts_with('<') {
        without_tags(&text)
    } else {
        text.into()
    })
}

/// The text of a page: its tags, scripts and styles are left out.
fn without_tags(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        out.push(' ');
        let lower: String = tag.chars().take(7).flat_map(char::to_lowercase).collect();
        let end = match lower.as_str() {
            name if name.starts_with("script") => "</script",
            name if name.starts_with("style") => "</style",
            name if name.starts_with("!--") => "-->",
            _ => "",
        };
        let tag = find_ignoring_case(tag, end).map_or("", |at| tag.split_at(at).1);
        rest = tag.split_once('>').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    for (entity, text) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
    ] {
        out = out.replace(entity, text);
    }
    out.replace("&amp;", "&")
}

fn find_ignoring_case(text: &str, what: &str) -> Option<usize> {
    let found = |window: &[u8]| window.eq_ignore_ascii_case(what.as_bytes());
    match what.len() {
        0 => Some(0),
        length => text.as_bytes().windows(length).position(found),
    }
}

/// White space and control characters become single spaces; a long text is cut.
#[must_use]
pub fn one_line(text: &str) -> Option<String> {
    let mut line = String::new();
    let is_gap = |c: char| c.is_whitespace() || c.is_control();
    for word in text.split(is_gap).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.chars().count() > LONGEST {
            line = line.chars().take(LONGEST).collect();
            line.push('…');
            break;
        }
    }
    (!line.is_empty()).then_some(line)
}
