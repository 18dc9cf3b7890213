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
    let mut scanner = Scanner {
        text,
        at: 0,
        out: Vec::with_capacity(text.len()),
        depth: 0,
        secret_depth: None,
        is_secret_value: false,
        nesting,
        redact,
    };
    scanner.run();
    scanner.out
}

/// Copies a text with JSON, and replaces the values of its secret properties.
struct Scanner<'t, R> {
    text: &'t [u8],
    /// The position of the next byte.
    at: usize,
    out: Vec<u8>,
    depth: usize,
    /// The depth of the secret array or object around the position.
    secret_depth: Option<usize>,
    /// Whether the next value is that of a secret property.
    is_secret_value: bool,
    /// How many strings of JSON the text is within.
    nesting: usize,
    redact: &'t mut R,
}

impl<R: Redact> Scanner<'_, R> {
    fn run(&mut self) {
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'"' => self.string(),
                // Not the beginning of a string, outside of one.
                b'\\' => self.copy((self.at + 2).min(self.text.len())),
                b'0'..=b'9' | b'-' if self.is_secret() => self.secret_number(),
                byte => self.punctuation(byte),
            }
        }
    }

    /// Returns whether a value at the position is a secret or a part of one.
    fn is_secret(&self) -> bool {
        self.is_secret_value || self.secret_depth.is_some()
    }

    /// Copies the text up to a position.
    fn copy(&mut self, end: usize) {
        self.out.extend_from_slice(&self.text[self.at..end]);
        self.at = end;
    }

    fn string(&mut self) {
        let Some(end) = string_end(self.text, self.at + 1) else {
            return self.unfinished_string();
        };
        let string = &self.text[self.at..end];
        let colon = skip_space(self.text, end);
        if self.text.get(colon) == Some(&b':') {
            self.copy(colon + 1);
            self.is_secret_value = self.redact.is_secret(&unescaped(string));
            return;
        }
        if self.is_secret() && string.len() > 2 {
            let replacement = self.redact.replace(unescaped(string).as_bytes());
            self.out
                .extend_from_slice(format!("\"{replacement}\"").as_bytes());
            self.at = end;
        } else if let Some(redacted) = self.json_in_string(string) {
            self.out.extend_from_slice(&redacted);
            self.at = end;
        } else {
            self.copy(end);
        }
        self.is_secret_value = false;
    }

    /// Copies a quote that begins no string of JSON. If the text broke off in a secret, replaces the
    /// rest of the line.
    fn unfinished_string(&mut self) {
        self.copy(self.at + 1);
        if self.is_secret() {
            let rest = &self.text[self.at..];
            let is_line = |it: &&u8| !matches!(it, b'\n' | b'\r');
            let secret = &rest[..rest.iter().take_while(is_line).count()];
            self.at += secret.len();
            self.out
                .extend_from_slice(self.redact.replace(secret).as_bytes());
        }
    }

    /// Returns a string whose text is JSON without its secrets; `None` if it has none.
    fn json_in_string(&mut self, string: &[u8]) -> Option<Vec<u8>> {
        if self.nesting >= DEEPEST || find(string, b"\\\"").is_none() {
            return None;
        }
        let inner = unescaped(string);
        let redacted = redact_nested(inner.as_bytes(), self.redact, self.nesting + 1);
        let redacted = String::from_utf8_lossy(&redacted);
        (redacted != inner).then(|| Value::from(redacted).to_string().into_bytes())
    }

    /// Replaces a number by zero.
    fn secret_number(&mut self) {
        let rest = &self.text[self.at..];
        let is_part = |it: &&u8| matches!(it, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
        let number = &rest[..rest.iter().take_while(is_part).count()];
        self.redact.replace(number);
        self.out.push(b'0');
        self.at += number.len();
        self.is_secret_value = false;
    }

    fn punctuation(&mut self, byte: u8) {
        match byte {
            b'{' | b'[' => {
                self.depth += 1;
                if self.is_secret_value && self.secret_depth.is_none() {
                    self.secret_depth = Some(self.depth);
                }
                self.is_secret_value = false;
            }
            b'}' | b']' => {
                self.secret_depth = self.secret_depth.filter(|it| *it < self.depth);
                self.depth = self.depth.saturating_sub(1);
                self.is_secret_value = false;
            }
            b',' => self.is_secret_value = false,
            _ => {}
        }
        self.copy(self.at + 1);
    }
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
