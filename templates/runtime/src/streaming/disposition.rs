//! The file name in `Content-Disposition` (RFC 6266).

use std::iter;

use http::HeaderValue;
use percent_encoding::percent_decode_str;

/// Characters that separate folders, drives or streams of a file.
const SEPARATORS: [char; 3] = ['/', '\\', ':'];
/// Names of devices on Windows, with any extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
/// Names of devices on Windows that a digit follows.
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

/// Returns the name that `filename*` or else `filename` has; `None` if neither is a file's name.
pub(super) fn file_name(disposition: &HeaderValue) -> Option<String> {
    let text = to_text(disposition.as_bytes());
    let (_type, parameters) = text.split_once(';')?;
    let (mut plain, mut extended) = (None, None);
    for (name, value) in parse(parameters) {
        match (name.to_ascii_lowercase().as_str(), value) {
            ("filename*", Value::Token(value)) => {
                extended = extended.or_else(|| decode_extended(value).and_then(checked));
            }
            ("filename", value) => {
                plain = plain.or_else(|| checked(value.into_text()));
            }
            _ => {}
        }
    }
    extended.or(plain)
}

/// Returns the text of a header: many servers send UTF-8, though its bytes are ISO-8859-1 by
/// convention (RFC 9110 section 5.5).
fn to_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// The value of a parameter.
enum Value<'t> {
    Token(&'t str),
    /// A quoted string, without its quotes and escapes.
    Quoted(String),
}

impl Value<'_> {
    fn into_text(self) -> String {
        match self {
            Self::Token(text) => text.to_owned(),
            Self::Quoted(text) => text,
        }
    }
}

/// Returns the parameters of a header (RFC 9110 section 5.6.6), up to one that is malformed.
fn parse(mut rest: &str) -> impl Iterator<Item = (&str, Value<'_>)> {
    iter::from_fn(move || {
        loop {
            rest = rest.trim_start_matches([';', ' ', '\t']);
            let end = rest.find(['=', ';'])?;
            let (name, after) = rest.split_at(end);
            let Some(value) = after.strip_prefix('=') else {
                // It has no value.
                rest = after;
                continue;
            };
            let value = value.trim_start();
            let (value, after) = match value.strip_prefix('"') {
                Some(quoted) => {
                    let (text, after) = unquote(quoted)?;
                    (Value::Quoted(text), after.trim_start())
                }
                None => {
                    let end = value.find(';').unwrap_or(value.len());
                    let (token, after) = value.split_at(end);
                    (Value::Token(token.trim_end()), after)
                }
            };
            if !(after.is_empty() || after.starts_with(';')) {
                return None;
            }
            rest = after;
            return Some((name.trim_end(), value));
        }
    })
}

/// Returns the text of a quoted string (RFC 9110 section 5.6.4) whose first quote was read, and what
/// follows it; `None` if it has no end.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut unquoted = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some((unquoted, chars.as_str())),
            '\\' => unquoted.push(chars.next()?),
            c => unquoted.push(c),
        }
    }
}

/// Decodes an extended value (RFC 8187 section 3.2), such as `UTF-8'en'a%20b`.
fn decode_extended(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    let bytes = percent_decode_str(encoded);
    if charset.eq_ignore_ascii_case("UTF-8") {
        return bytes.decode_utf8().ok().map(Into::into);
    }
    // RFC 5987, which RFC 8187 replaces, has this charset, too.
    charset
        .eq_ignore_ascii_case("ISO-8859-1")
        .then(|| bytes.map(char::from).collect())
}

/// Returns a name unless it is a path, the name of a device, or could be mistaken for another name.
fn checked(name: String) -> Option<String> {
    let name = name.trim_matches(' ');
    // Windows ignores dots and spaces at the end.
    let significant = name.trim_end_matches(['.', ' ']);
    let is_refused = |c: char| c.is_control() || is_bidi_control(c) || SEPARATORS.contains(&c);
    let is_name = !significant.is_empty() && !name.contains(is_refused) && !is_device(significant);
    is_name.then(|| name.to_owned())
}

/// Returns whether a character changes the direction of the text, so that `exe` may look like an
/// extension in the middle.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let stem = stem.trim_end().to_lowercase();
    if DEVICES.contains(&stem.as_str()) {
        return true;
    }
    let mut numbered = NUMBERED_DEVICES.iter();
    numbered.any(|device| {
        let number = stem.strip_prefix(device);
        let mut number = number.unwrap_or_default().chars();
        let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³');
        number.next().is_some_and(is_digit) && number.next().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::{HeaderValue, file_name};

    fn name(value: impl AsRef<[u8]>) -> Option<String> {
        file_name(&HeaderValue::from_bytes(value.as_ref()).expect("a header"))
    }

    #[test]
    fn a_name_is_a_token_or_a_quoted_string() {
        for (value, expected) in [
            ("attachment; filename=a.png", "a.png"),
            ("attachment;FileName = a.png ;size=3", "a.png"),
            ("attachment; filename=\"a b.png\"", "a b.png"),
            (
                "attachment; filename=\"a;b=\\\"c\\\".png\"; x",
                "a;b=\"c\".png",
            ),
            ("attachment; filename=\"f\\oo.html\"", "foo.html"),
            (
                "attachment; x=\"\\\"; filename=no\"; filename=a.png",
                "a.png",
            ),
            ("inline; ; filename=a.png", "a.png"),
            ("attachment; filename=a b.png", "a b.png"),
            ("attachment; filename=\"a%20b.png\"", "a%20b.png"),
            ("attachment; filename=first; filename=second", "first"),
            ("attachment; filename=\"\u{fc}.png\"", "\u{fc}.png"),
        ] {
            assert_eq!(name(value).as_deref(), Some(expected), "{value}");
        }
        let latin1 = name(b"attachment; filename=\"\xfc.png\"");
        assert_eq!(latin1.as_deref(), Some("\u{fc}.png"));
    }

    #[test]
    fn the_extended_form_comes_first() {
        for (value, expected) in [
            (
                "attachment; filename=a.png; filename*=UTF-8''%e2%82%ac.png",
                "\u{20ac}.png",
            ),
            (
                "attachment; filename*=utf-8'en'a%20b.png; filename=a.png",
                "a b.png",
            ),
            ("attachment; filename*=iso-8859-1''%FC.png", "\u{fc}.png"),
            // Malformed, of an unknown charset, and no name.
            (
                "attachment; filename*=UTF-8''%ff.png; filename=a.png",
                "a.png",
            ),
            (
                "attachment; filename*=KOI8-R''%ff.png; filename=a.png",
                "a.png",
            ),
            ("attachment; filename*=a.png; filename=b.png", "b.png"),
            (
                "attachment; filename*=\"UTF-8''b.png\"; filename=a.png",
                "a.png",
            ),
            (
                "attachment; filename*=UTF-8''..%2Fb.png; filename=a.png",
                "a.png",
            ),
        ] {
            assert_eq!(name(value).as_deref(), Some(expected), "{value}");
        }
    }

    #[test]
    fn other_parameters_and_malformed_ones_have_no_name() {
        for value in [
            "inline",
            "filename=a.png",
            "attachment; xfilename=a.png",
            "attachment; foo=\"; filename=x\"",
            "attachment; foo=\"filename=x\"",
            "attachment; foo=filename=x",
            "attachment; filename",
            "attachment; filename=",
            "attachment; filename=\"\"",
            "attachment; filename=\"a.png",
            "attachment; filename=\"a.png\\",
            "attachment; filename=\"a\" b.png",
        ] {
            assert_eq!(name(value), None, "{value}");
        }
    }

    #[test]
    fn a_path_and_a_device_are_no_names() {
        for value in [
            "../a",
            "/a",
            "a/b",
            "a\\\\b",
            "..\\\\a",
            "c:x",
            "C:\\\\x",
            "C:\\x",
            ".",
            "..",
            "...",
            " . ",
            "CON",
            "con.txt",
            "nul .png",
            "Com1.tar.gz",
            "lpt9",
            "COM\u{b9}",
            "conin$",
            "aux.",
        ] {
            assert_eq!(
                name(format!("attachment; filename=\"{value}\"")),
                None,
                "{value}"
            );
        }
        for encoded in [
            "a%00b",
            "a%0Ab",
            "%2Fa",
            "a%5Cb",
            "a%7F",
            "a%C2%85",
            "%E2%80%AEgnp.exe",
        ] {
            assert_eq!(
                name(format!("attachment; filename*=UTF-8''{encoded}")),
                None,
                "{encoded}"
            );
        }
        for value in [
            "com", "com10", "com.txt", "console", "null", ".hidden", "a..b", "lpt1x",
        ] {
            let found = name(format!("attachment; filename=\"{value}\""));
            assert_eq!(found.as_deref(), Some(value));
        }
    }
}
