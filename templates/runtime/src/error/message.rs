//! Extracts a message from the body of an error: JSON of the usual shapes, markup or text.
//!
//! The tables below list the properties of the usual shapes: OAuth (RFC 6749 section 5.2), problem
//! details (RFC 9457), JSON:API, GraphQL, and the errors of Google, Azure, AWS, Stripe, Twilio,
//! GitHub, Cloudflare, PayPal, Jira, Discord and Apigee, and of FastAPI, Rails, Laravel, ASP.NET,
//! Spring, NestJS, API Platform and Zod.

use http::StatusCode;
use serde_json::{Map, Value};

use crate::error::plain_text::plain_text;
use crate::request::encoder::push_item;

/// The maximum length of a message, in characters.
const MAX_CHARS: usize = 300;
/// The maximum size of a JSON body that is searched, in bytes.
const MAX_JSON_BYTES: usize = 1024 * 1024;
/// How many levels deep JSON is searched.
const MAX_DEPTH: u8 = 6;
/// How many levels an error within a [wrapper](WRAPPERS) counts as.
const WRAPPER_DEPTH: u8 = 2;

/// Properties whose value is the error itself, if it is an object. OAuth has a string in `error`.
const WRAPPERS: &[&str] = &["error", "fault"];
/// Properties that describe the failure, the most specific first.
const DESCRIPTIONS: &[&str] = &[
    "error_description",
    "detail",
    "message",
    "error_message",
    "errorMessage",
    "Message",
    "msg",
    "defaultMessage",
    "description",
    "reason",
    "faultstring",
];
/// Properties that name the kind of failure.
const CODES: &[&str] = &[
    "error",
    "code",
    "error_code",
    "errorCode",
    "title",
    "type",
    "__type",
    "status",
];
/// Properties that are used as the description if no other property describes the failure.
const FALLBACKS: &[&str] = &["error", "title", "code"];
/// Properties that link to more information.
const LINKS: &[&str] = &["more_info", "error_uri", "documentation_url", "doc_url"];
/// Properties that list the problems of a request, as texts or objects.
const LISTS: &[&str] = &[
    "detail",
    "message",
    "details",
    "errorMessages",
    "issues",
    "violations",
    "fieldViolations",
    "invalid-params",
    "non_field_errors",
];
/// Properties that do the same, or have an object with the problems of each field.
const LISTS_BY_FIELD: &[&str] = &["errors", "fieldErrors", "validationErrors"];
/// Properties that name the field with a problem.
const FIELDS: &[&str] = &[
    "loc",
    "field",
    "source",
    "pointer",
    "path",
    "propertyPath",
    "parameter",
    "param",
    "target",
    "name",
];

/// Returns the message in a body, on one line; `None` if the body has no message.
#[must_use]
pub(crate) fn message(content_type: Option<&str>, body: &[u8]) -> Option<String> {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace())?;
    let json = matches!(first, b'{' | b'[' | b'"')
        || content_type.is_some_and(|media_type| media_type.ends_with("json"));
    if !json {
        return one_line(&plain_text(content_type, body, MAX_CHARS)?);
    }
    // JSON without a known property isn't shown: it may hold secrets.
    let value = match body.len() {
        0..=MAX_JSON_BYTES => std::str::from_utf8(body).ok()?.parse::<Value>().ok()?,
        _ => return None,
    };
    let found = match &value {
        Value::Object(properties) => from_object(properties, MAX_DEPTH),
        list_or_text => {
            let mut problems = Problems::default();
            problems.add("", list_or_text, MAX_DEPTH);
            problems.into_text()
        }
    };
    one_line(&found?)
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

fn from_object(properties: &Map<String, Value>, depth: u8) -> Option<String> {
    for name in WRAPPERS {
        if let Some(Value::Object(error)) = properties.get(*name)
            && let Some(depth) = depth.checked_sub(WRAPPER_DEPTH)
            && let Some(message) = from_object(error, depth)
        {
            return Some(message);
        }
    }
    let description = first(properties, DESCRIPTIONS, text);
    let mut problems = Problems {
        summary: description,
        text: String::new(),
    };
    problems.add_lists(properties, depth);
    let problems = problems.into_text();
    let Some(description) = description else {
        let summary = first(properties, FALLBACKS, text).map(str::to_owned);
        return match (summary, problems) {
            (Some(summary), Some(problems)) if !is_status(&summary) => {
                Some(joined(&summary, &problems))
            }
            (summary, None) => summary,
            (_, problems) => problems,
        };
    };
    let mut message = with_code(properties, description);
    if let Some(problems) = problems {
        message = joined(&message, &problems);
    }
    if let Some(link) = first(properties, LINKS, text) {
        message.push_str(&format!(" ({link})"));
    }
    Some(message)
}

/// Returns the description, after the kind of failure if that says more.
fn with_code(properties: &Map<String, Value>, description: &str) -> String {
    let code = CODES
        .iter()
        .filter_map(|name| label(properties.get(*name)?));
    let mut telling = code.filter(|code| !is_status(code));
    match telling.next() {
        Some(code) if code != description => format!("{code}: {description}"),
        _ => description.to_owned(),
    }
}

/// Returns `a: b`, without a full stop between them.
fn joined(summary: &str, text: &str) -> String {
    format!("{}: {text}", summary.trim_end_matches(['.', ':', ' ']))
}

/// The problems of a request, such as an invalid field.
#[derive(Default)]
struct Problems<'v> {
    /// The description of the failure as a whole.
    summary: Option<&'v str>,
    text: String,
}

impl<'v> Problems<'v> {
    fn into_text(self) -> Option<String> {
        (!self.text.is_empty()).then_some(self.text)
    }

    /// Adds the problems in the lists of an error.
    fn add_lists(&mut self, properties: &'v Map<String, Value>, depth: u8) {
        for name in LISTS {
            match properties.get(*name) {
                None | Some(Value::String(_)) => {}
                Some(list) => self.add("", list, depth),
            }
        }
        for name in LISTS_BY_FIELD {
            match properties.get(*name) {
                Some(Value::Object(fields)) => self.add_fields("", fields, depth),
                Some(list) => self.add("", list, depth),
                None => {}
            }
        }
    }

    /// Adds a problem of a field, or a list of problems. `field` is empty if it isn't known.
    fn add(&mut self, field: &str, value: &'v Value, depth: u8) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        match value {
            Value::String(text) => self.push(field, text),
            Value::Array(items) => {
                for item in items {
                    self.add(field, item, depth);
                }
            }
            Value::Object(properties) => self.add_object(field, properties, depth),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Adds a problem that is an object.
    fn add_object(&mut self, field: &str, properties: &'v Map<String, Value>, depth: u8) {
        let own_field = FIELDS
            .iter()
            .find_map(|name| field_name(properties.get(*name)?));
        let field = own_field.as_deref().unwrap_or(field);
        match first(properties, DESCRIPTIONS, text) {
            Some(description) if field.is_empty() => {
                self.push("", &with_code(properties, description));
            }
            Some(description) => self.push(field, description),
            None => {
                let wrapped = first(properties, WRAPPERS, Value::as_object);
                if let (Some(error), Some(depth)) = (wrapped, depth.checked_sub(1)) {
                    return self.add_object(field, error, depth);
                }
                let before = self.text.len();
                self.add_lists(properties, depth);
                // A kind of failure alone says less than the summary.
                let is_telling = self.summary.is_none() || !field.is_empty();
                if self.text.len() == before
                    && is_telling
                    && let Some(fallback) = first(properties, FALLBACKS, text)
                {
                    self.push(field, fallback);
                }
            }
        }
    }

    /// Adds the problems of each field. The fields of a nested object follow a dot.
    fn add_fields(&mut self, prefix: &str, fields: &'v Map<String, Value>, depth: u8) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        if first(fields, DESCRIPTIONS, text).is_some() {
            return self.add_object(prefix, fields, depth);
        }
        for (name, value) in fields {
            let mut field = prefix.to_owned();
            push_item(&mut field, ".", name);
            match value {
                Value::Object(inner) => self.add_fields(&field, inner, depth),
                value => self.add(&field, value, depth),
            }
        }
    }

    fn push(&mut self, field: &str, text: &str) {
        let is_known = self.summary == Some(text);
        if is_known || text.trim().is_empty() || self.text.len() > MAX_CHARS * char::MAX.len_utf8()
        {
            return;
        }
        // A name is cut, so that it leaves room for the problem.
        let field = truncate(field, MAX_CHARS / 2);
        push_item(&mut self.text, "; ", field);
        if !field.is_empty() {
            self.text.push_str(": ");
        }
        self.text.push_str(truncate(text, MAX_CHARS));
    }
}

/// Returns the name of a field: a text, the segments of a path, or the object of JSON:API.
fn field_name(value: &Value) -> Option<String> {
    match value {
        Value::String(name) if !name.is_empty() => Some(name.clone()),
        Value::Array(segments) => {
            let mut path = String::new();
            for segment in segments.iter().filter_map(label).take(usize::from(u8::MAX)) {
                push_item(&mut path, ".", &segment);
            }
            (!path.is_empty()).then_some(path)
        }
        Value::Object(source) => {
            let name = first(source, &["pointer", "parameter", "header"], text)?;
            Some(name.to_owned())
        }
        _ => None,
    }
}

/// Returns what `read` finds in the first of these properties that has it.
fn first<'v, T>(
    properties: &'v Map<String, Value>,
    names: &[&str],
    read: fn(&'v Value) -> Option<T>,
) -> Option<T> {
    for name in names {
        if let Some(found) = properties.get(*name).and_then(read) {
            return Some(found);
        }
    }
    None
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty())
}

/// Returns a short name or number of the kind of failure.
fn label(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns whether a text only repeats a status of HTTP, such as `404` or `Not Found`.
fn is_status(text: &str) -> bool {
    match text.parse::<u16>() {
        Ok(number) => (400..600).contains(&number),
        Err(_) => {
            let statuses = (400..600).filter_map(|it| StatusCode::from_u16(it).ok());
            let mut phrases = statuses.filter_map(|it| it.canonical_reason());
            phrases.any(|phrase| phrase.eq_ignore_ascii_case(text))
        }
    }
}

/// Returns the text on one line: whitespace and control characters become single spaces, and a long
/// text is truncated.
#[must_use]
pub(crate) fn one_line(text: &str) -> Option<String> {
    let mut line = String::new();
    // The last two ranges reorder the text that follows, also outside of the message.
    let splits = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    for word in text.split(splits) {
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
