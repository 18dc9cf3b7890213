//! Integers of more than 64 bits, which serde_json rounds to an `f64`.
//!
//! A type that can hold them reads a placeholder in place of a number that may be rounded. The document
//! is then decoded once more, with each large integer in the form in which serde_json itself passes on
//! the digits of a number where a crate enables its feature `arbitrary_precision`: an object with one
//! property. That feature would cost every number a string, and the feature `raw_value` would have every
//! `serde_json::Value` parse a string that a hostile server chose.

use std::cell::Cell;

use serde_json::{Map, Value};

/// The name of the only property of an object that contains the digits of a number.
pub(super) const DIGITS: &str = "$serde_json::private::Number";

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    /// A number is what the deserializer says.
    Plain,
    /// A rounded number is noted.
    Watching,
    /// A rounded number has been noted.
    Rounded,
    /// Large integers are objects.
    Marked,
}

thread_local! {
    static MODE: Cell<Mode> = const { Cell::new(Mode::Plain) };
}

/// Decodes a document, and once more if an integer may have been rounded. `reset` precedes the second
/// attempt.
pub(crate) fn decode<T, E>(
    text: &[u8],
    reset: impl FnOnce(),
    decode: impl Fn(&[u8]) -> Result<T, E>,
) -> Result<T, E> {
    struct Reset;
    impl Drop for Reset {
        fn drop(&mut self) {
            MODE.set(Mode::Plain);
        }
    }
    let _reset = Reset;
    MODE.set(Mode::Watching);
    let decoded = decode(text);
    if decoded.is_err() || MODE.get() == Mode::Watching {
        return decoded;
    }
    drop(decoded);
    reset();
    match mark(text) {
        Some(marked) => {
            MODE.set(Mode::Marked);
            decode(&marked)
        }
        None => {
            MODE.set(Mode::Plain);
            decode(text)
        }
    }
}

/// Returns whether a number may be a rounded integer, in which case the document will be decoded once
/// more.
#[inline]
pub(super) fn is_rounded(number: f64) -> bool {
    number.fract() == 0.0 && !(-TWO_63 < number && number < 2.0 * TWO_63) && note()
}

#[cold]
fn note() -> bool {
    let is_watching = matches!(MODE.get(), Mode::Watching | Mode::Rounded);
    if is_watching {
        MODE.set(Mode::Rounded);
    }
    is_watching
}

/// 2^63. Integers above -2^63 and below 2^64 aren't rounded.
pub(super) const TWO_63: f64 = 9_223_372_036_854_775_808.0;

/// Returns the digits of a large integer, if a value consists of them.
pub(super) fn digits(value: &Value) -> Option<&str> {
    let object = value.as_object().filter(|it| it.len() == 1)?;
    let digits = object.get(DIGITS).filter(|_| MODE.get() == Mode::Marked)?;
    digits.as_str()
}

/// Returns the properties of a value, unless it is a large integer.
pub(crate) fn object(value: &Value) -> Option<&Map<String, Value>> {
    value.as_object().filter(|_| digits(value).is_none())
}

/// Turns large integers in a value that keeps what it was read from into numbers.
pub(crate) fn restore(value: &mut Value) {
    if MODE.get() == Mode::Marked {
        restore_all(value);
    }
}

#[cold]
fn restore_all(value: &mut Value) {
    if let Some(number) = digits(value).and_then(|digits| digits.parse().ok()) {
        *value = Value::Number(number);
        return;
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(restore_all),
        Value::Object(properties) => properties.values_mut().for_each(restore_all),
        _ => {}
    }
}

/// Returns the document with its large integers as objects; `None` if it has none.
#[cold]
fn mark(text: &[u8]) -> Option<Vec<u8>> {
    let mut marked = Vec::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let start = at;
        at += match byte {
            b'"' => string_length(&text[start..]),
            b'-' | b'0'..=b'9' => number_length(&text[start..]),
            _ => 1,
        };
        let token = &text[start..at];
        if *byte != b'"' && is_large_integer(token) {
            marked.extend_from_slice(&text[copied..start]);
            marked.extend_from_slice(b"{\"");
            marked.extend_from_slice(DIGITS.as_bytes());
            marked.extend_from_slice(b"\":\"");
            marked.extend_from_slice(token);
            marked.extend_from_slice(b"\"}");
            copied = at;
        }
    }
    if copied == 0 {
        return None;
    }
    marked.extend_from_slice(&text[copied..]);
    Some(marked)
}

/// Returns the length of the string at the start of a text, with its quotes.
fn string_length(text: &[u8]) -> usize {
    let mut is_escaped = true;
    let end = text.iter().position(|byte| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |end| end + 1)
}

/// Returns the length of the number at the start of a text.
fn number_length(text: &[u8]) -> usize {
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    text.iter().take_while(|byte| is_part(byte)).count()
}

/// Returns whether a text is an integer of more than 64 bits.
fn is_large_integer(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let fits = |text: &str| text.parse::<u64>().is_ok() || text.parse::<i64>().is_ok();
    !digits.is_empty()
        && digits.iter().all(u8::is_ascii_digit)
        && std::str::from_utf8(text).is_ok_and(|text| !fits(text))
}
