//! Finds secrets by their names, in JSON and in queries and forms.
//!
//! The text is searched rather than parsed: the rest of it must stay as it is, and it may be no valid
//! JSON as a whole, such as a stream of events.

use percent_encoding::percent_decode;
use serde_json::Value;

/// Replaces secrets.
pub(super) trait Redact {
    /// Returns whether the property or parameter of this name is a secret.
    fn is_secret(&self, name: &str) -> bool;

    /// Returns the replacement of a secret.
    fn replace(&mut self, secret: &[u8]) -> String;
}

/// Redacts the values of secret properties in JSON, wherever it occurs in the text, also in strings.
pub(super) fn redact_json(text: &[u8], redact: &mut impl Redact) -> Vec<u8> {
    redact_nested(text, redact, 0)
}

/// The largest depth of JSON in strings of JSON that is searched.
const DEEPEST: usize = 3;

fn redact_nested(text: &[u8], redact: &mut impl Redact, nesting: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    // The depth of the secret array or object around the position.
    let mut secret: Option<usize> = None;
    let (mut depth, mut at, mut is_secret) = (0_usize, 0, false);
    while let Some(&byte) = text.get(at) {
        let begin = at;
        at += 1;
        match byte {
            b'"' => {
                let Some(end) = string_end(text, at) else {
                    out.push(byte);
                    if is_secret || secret.is_some() {
                        // The text broke off in a secret.
                        let is_line = |it: &&u8| !matches!(it, b'\n' | b'\r');
                        at += text[at..].iter().take_while(is_line).count();
                        out.extend_from_slice(redact.replace(&text[begin + 1..at]).as_bytes());
                    }
                    continue;
                };
                at = end;
                let string = &text[begin..end];
                let colon = skip_space(text, end);
                if text.get(colon) == Some(&b':') {
                    at = colon + 1;
                    out.extend_from_slice(&text[begin..at]);
                    is_secret = redact.is_secret(&unescaped(string));
                    continue;
                }
                if (is_secret || secret.is_some()) && string.len() > 2 {
                    let replacement = redact.replace(unescaped(string).as_bytes());
                    out.extend_from_slice(format!("\"{replacement}\"").as_bytes());
                } else if nesting < DEEPEST && string.windows(2).any(|it| it == b"\\\"") {
                    let inner = unescaped(string);
                    let redacted = redact_nested(inner.as_bytes(), redact, nesting + 1);
                    if redacted == inner.as_bytes() {
                        out.extend_from_slice(string);
                    } else {
                        let redacted = String::from_utf8_lossy(&redacted).into_owned();
                        out.extend_from_slice(Value::String(redacted).to_string().as_bytes());
                    }
                } else {
                    out.extend_from_slice(string);
                }
                is_secret = false;
                continue;
            }
            // Not the beginning of a string, outside of one.
            b'\\' if at < text.len() => {
                at += 1;
                out.extend_from_slice(&text[begin..at]);
                continue;
            }
            b'0'..=b'9' | b'-' if is_secret || secret.is_some() => {
                let is_part =
                    |it: &&u8| matches!(it, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
                at += text[at..].iter().take_while(is_part).count();
                redact.replace(&text[begin..at]);
                out.push(b'0');
                is_secret = false;
                continue;
            }
            b'{' | b'[' => {
                depth += 1;
                if is_secret && secret.is_none() {
                    secret = Some(depth);
                }
                is_secret = false;
            }
            b'}' | b']' => {
                secret = secret.filter(|it| *it < depth);
                depth = depth.saturating_sub(1);
                is_secret = false;
            }
            b',' => is_secret = false,
            _ => {}
        }
        out.push(byte);
    }
    out
}

/// Returns the position after the closing quote; `None` if the string isn't one of JSON, which has no
/// line breaks.
fn string_end(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            b'\n' | b'\r' => return None,
            _ => at += 1,
        }
    }
}

fn skip_space(text: &[u8], at: usize) -> usize {
    let space = text[at..].iter().take_while(|it| it.is_ascii_whitespace());
    at + space.count()
}

/// Returns the value of a string in JSON.
fn unescaped(string: &[u8]) -> String {
    let text = String::from_utf8_lossy(string);
    match text.parse() {
        Ok(Value::String(text)) => text,
        _ => text.trim_matches('"').to_owned(),
    }
}

/// The end of a parameter's value, in URLs of texts as well.
fn ends_pair(byte: u8) -> bool {
    matches!(byte, b'&' | b'#' | b'<' | b'>' | b'"' | b'\'' | b'\\') || byte.is_ascii_whitespace()
}

fn ends_name(byte: u8) -> bool {
    matches!(byte, b'=' | b'?') || ends_pair(byte)
}

/// An ampersand in JSON, as Go writes it.
const ESCAPED_AMPERSAND: &[u8] = b"\\u0026";

/// Redacts the values of secret parameters in the queries of all URLs of a text, and if `is_form` is
/// set, of the text itself.
pub(super) fn redact_pairs(text: &[u8], is_form: bool, redact: &mut impl Redact) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let before = &text[..at];
        let begins = match before.last() {
            None => is_form,
            Some(b'?' | b'&' | b'#') => true,
            Some(_) => before.ends_with(ESCAPED_AMPERSAND),
        };
        if begins && let Some((name, value)) = pair(&text[at..]) {
            let decoded = decoded(name);
            out.extend_from_slice(name);
            out.push(b'=');
            if !value.is_empty() && redact.is_secret(&String::from_utf8_lossy(&decoded)) {
                out.extend_from_slice(redact.replace(value).as_bytes());
            } else {
                out.extend_from_slice(value);
            }
            at += name.len() + 1 + value.len();
            continue;
        }
        out.push(text[at]);
        at += 1;
    }
    out
}

/// Redacts the parts of a multipart body whose names are those of secrets.
pub(super) fn redact_parts(body: &[u8], boundary: &str, redact: &mut impl Redact) -> Vec<u8> {
    let delimiter = format!("--{boundary}");
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = find(rest, delimiter.as_bytes()) {
        redact_part(&rest[..at], redact, &mut out);
        out.extend_from_slice(delimiter.as_bytes());
        rest = &rest[at + delimiter.len()..];
    }
    redact_part(rest, redact, &mut out);
    out
}

/// Redacts a part: its headers, an empty line, and the content with a line break.
fn redact_part(part: &[u8], redact: &mut impl Redact, out: &mut Vec<u8>) {
    let end = find(part, b"\r\n\r\n").map_or(part.len(), |at| at + 4);
    let (head, content) = part.split_at(end);
    let text = String::from_utf8_lossy(head);
    let name = text.split_once("; name=\"").map(|(_, rest)| rest);
    let name = name.and_then(|it| it.split('"').next());
    out.extend_from_slice(head);
    match content.strip_suffix(b"\r\n") {
        Some(secret) if !secret.is_empty() && name.is_some_and(|it| redact.is_secret(it)) => {
            out.extend_from_slice(redact.replace(secret).as_bytes());
            out.extend_from_slice(b"\r\n");
        }
        _ => out.extend_from_slice(content),
    }
}

/// Returns the position of the first occurrence of a part, which isn't empty.
pub(super) fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|it| it == part)
}

/// Splits a parameter at the beginning of a text.
fn pair(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|it| ends_name(*it))?;
    let (name, rest) = text.split_at(end);
    let value = rest.strip_prefix(b"=")?;
    let end = value.iter().position(|it| ends_pair(*it));
    Some((name, &value[..end.unwrap_or(value.len())]))
}

/// Decodes a name or value of a form or query.
pub(super) fn decoded(text: &[u8]) -> Vec<u8> {
    let text: Vec<u8> = text
        .iter()
        .map(|it| if *it == b'+' { b' ' } else { *it })
        .collect();
    percent_decode(&text).collect()
}
