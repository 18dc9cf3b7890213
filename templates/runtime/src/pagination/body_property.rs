//! A property of a JSON body that selects the page.
//!
//! The body is edited as text, so that every other value stays as the program wrote it.

use std::ops::Range;

use http::HeaderValue;
use serde_json::Value;

use crate::request::encoder::Encoder;
use crate::transport::body::Body;

/// A property of a JSON body that selects the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyProperty {
    /// The media type of a call's body that has no other property.
    pub media_type: &'static str,
    /// The names of the properties that lead to it, outermost first.
    pub path: &'static [&'static str],
    /// Whether its value is a number.
    pub is_number: bool,
}

impl BodyProperty {
    /// Returns the number in the body of a request.
    #[inline]
    pub(super) fn number(&self, request: &Encoder) -> Option<u64> {
        let value = get(body_text(request)?, self.path)?;
        let value = value.trim_matches('"');
        // A program may have set a property of the type `number`.
        value.strip_suffix(".0").unwrap_or(value).parse().ok()
    }

    /// Sets the property in the body of a request.
    #[inline]
    pub(super) fn set(&self, value: &str, request: &mut Encoder) {
        let value = match value.parse::<i128>() {
            // Parsed and printed, because JSON allows neither `+1` nor `01`.
            Ok(number) if self.is_number => number.to_string(),
            _ => Value::from(value).to_string(),
        };
        let text = set(body_text(request).unwrap_or("{}"), self.path, &value);
        request.body = match request.body.take() {
            Some((media_type, _)) => Some((media_type, Body::from(text))),
            None => {
                let media_type = request.text.as_ref().map_or(self.media_type, |it| it.0);
                request.text = Some((media_type, text));
                None
            }
        };
    }
}

/// Returns the JSON text of a request's body.
fn body_text(request: &Encoder) -> Option<&str> {
    let body: &Option<(HeaderValue, Body)> = &request.body;
    match (body, &request.text) {
        (Some((_, body)), _) => std::str::from_utf8(body.as_bytes()?).ok(),
        (None, Some((_, text))) => Some(text),
        (None, None) => None,
    }
}

/// Returns the text of the value at a path through objects.
fn get<'t>(text: &'t str, path: &[&str]) -> Option<&'t str> {
    let mut value = text;
    for name in path {
        value = value.get(find(value, name)?)?;
    }
    Some(value)
}

/// Returns the text with the value at a path replaced. Adds the objects that are missing on the way.
fn set(text: &str, path: &[&str], value: &str) -> String {
    let Some((name, rest)) = path.split_first() else {
        return value.to_owned();
    };
    if let Some(Range { start, end }) = find(text, name) {
        let (before, found) = text.split_at(start);
        let (found, after) = found.split_at(end - start);
        return format!("{before}{}{after}", set(found, rest, value));
    }
    let (name, value) = (Value::from(*name), set("{}", rest, value));
    match text.strip_suffix('}') {
        None | Some("{") => format!("{{{name}:{value}}}"),
        Some(properties) => format!("{properties},{name}:{value}}}"),
    }
}

/// Returns the place of a property's value in the text of an object without whitespace.
fn find(object: &str, name: &str) -> Option<Range<usize>> {
    let name = Value::from(name).to_string();
    let mut rest = object.strip_prefix('{')?;
    loop {
        let (found, after) = rest.split_at(value_length(rest));
        let value = after.strip_prefix(':')?;
        let length = value_length(value);
        if found == name {
            let start = object.len() - value.len();
            return Some(start..start + length);
        }
        rest = value.get(length..)?.strip_prefix(',')?;
    }
}

/// Returns the length of the JSON value that a text begins with, in bytes.
fn value_length(text: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => depth -= 1,
            b'}' | b']' | b',' | b':' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{get, set};

    #[test]
    fn a_property_is_found_whatever_is_around_it() {
        let text =
            r#"{"a":"},\":{","b":[{"after":1},":"],"page":{"x\"":{},"after":"x y","z":null}}"#;
        for (path, value) in [
            (&["page", "after"][..], Some(r#""x y""#)),
            (&["a"], Some(r#""},\":{""#)),
            (&["page", "x\""], Some("{}")),
            (&["b"], Some(r#"[{"after":1},":"]"#)),
            (&["after"], None),
            (&["a", "after"], None),
            (&["page", "z", "after"], None),
        ] {
            assert_eq!(get(text, path), value, "{path:?}");
        }
        for text in [
            "", "{", "{}", "null", "[1]", "{\"a", "{\"a\":", "\\", "\"\\",
        ] {
            assert_eq!(get(text, &["b"]), None, "{text}");
        }
    }

    #[test]
    fn a_property_is_set_and_every_other_text_kept() {
        for (text, path, expected) in [
            (
                r#"{"z":1.0e400,"a":1,"b":2}"#,
                &["a"][..],
                r#"{"z":1.0e400,"a":9,"b":2}"#,
            ),
            (r#"{"z":"ü"}"#, &["a"], r#"{"z":"ü","a":9}"#),
            ("{}", &["page", "a\""], r#"{"page":{"a\"":9}}"#),
            (
                r#"{"page":null,"q":1}"#,
                &["page", "a"],
                r#"{"page":{"a":9},"q":1}"#,
            ),
            (
                r#"{"page":{"b":[]}}"#,
                &["page", "a"],
                r#"{"page":{"b":[],"a":9}}"#,
            ),
            ("null", &["a"], r#"{"a":9}"#),
        ] {
            assert_eq!(set(text, path, "9"), expected);
        }
    }
}
