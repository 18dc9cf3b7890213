//! Charsets of text (RFC 9110 section 8.3.2): responses are decoded, requests are encoded.
//!
//! UTF-8 needs nothing. Other charsets are read and written by the labels of the WHATWG Encoding
//! Standard, with the feature `charset`.

use std::borrow::Cow;

/// Returns the parameter `charset` of a media type; `None` if there is none or if it is UTF-8.
#[must_use]
pub(crate) fn other_charset(media_type: &str) -> Option<&str> {
    let parameters = media_type.split(';').skip(1);
    for parameter in parameters {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if !name.trim().eq_ignore_ascii_case("charset") {
            continue;
        }
        let value = value.trim().trim_matches('"').trim();
        let mut utf8 = ["", "utf-8", "utf8"].into_iter();
        let is_utf8 = utf8.any(|label| label.eq_ignore_ascii_case(value));
        return (!is_utf8).then_some(value);
    }
    None
}

/// Converts text in a charset to UTF-8; `None` if the charset isn't known or the text isn't valid in
/// it. `is_json` says that the text is JSON, which is UTF-8 by its standard (RFC 8259 section 8.1): it
/// is converted only if it isn't that.
#[must_use]
pub(crate) fn decode<'t>(charset: &str, text: &'t [u8], is_json: bool) -> Option<Cow<'t, [u8]>> {
    let is_utf8 = text.is_ascii() || (is_json && std::str::from_utf8(text).is_ok());
    if is_utf8 && is_ascii_compatible(charset) {
        return Some(Cow::Borrowed(text));
    }
    decode_other(charset, text)
}

#[cfg(feature = "charset")]
fn is_ascii_compatible(charset: &str) -> bool {
    let encoding = encoding_rs::Encoding::for_label(charset.as_bytes());
    encoding.is_none_or(encoding_rs::Encoding::is_ascii_compatible)
}

#[cfg(not(feature = "charset"))]
fn is_ascii_compatible(charset: &str) -> bool {
    let prefix = charset.get(..6).unwrap_or(charset);
    !prefix.eq_ignore_ascii_case("utf-16") && !prefix.eq_ignore_ascii_case("iso-20")
}

#[cfg(feature = "charset")]
fn decode_other<'t>(charset: &str, text: &'t [u8]) -> Option<Cow<'t, [u8]>> {
    let named = encoding_rs::Encoding::for_label(charset.as_bytes())?;
    let (encoding, mark) = encoding_rs::Encoding::for_bom(text).unwrap_or((named, 0));
    let text = text.get(mark..)?;
    let decoded = encoding.decode_without_bom_handling_and_without_replacement(text)?;
    Some(match decoded {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    })
}

#[cfg(not(feature = "charset"))]
fn decode_other<'t>(_: &str, _: &'t [u8]) -> Option<Cow<'t, [u8]>> {
    None
}

/// Converts text from UTF-8 to a charset; `None` if the charset isn't known, has no encoder, or lacks
/// a character.
#[must_use]
pub(crate) fn encode(charset: &str, text: String) -> Option<Vec<u8>> {
    if text.is_ascii() && is_ascii_compatible(charset) {
        return Some(text.into_bytes());
    }
    encode_other(charset, &text)
}

#[cfg(feature = "charset")]
fn encode_other(charset: &str, text: &str) -> Option<Vec<u8>> {
    // The Encoding Standard reads these two as windows-1252, which has more characters.
    let last = match charset.to_ascii_lowercase().as_str() {
        "us-ascii" | "ascii" => '\u{7F}',
        "iso-8859-1" | "latin1" => '\u{FF}',
        _ => char::MAX,
    };
    let encoding = encoding_rs::Encoding::for_label(charset.as_bytes())?;
    // UTF-16 has no encoder; its output encoding is UTF-8.
    if encoding.output_encoding() != encoding || text.chars().any(|it| it > last) {
        return None;
    }
    let (bytes, _, is_lossy) = encoding.encode(text);
    (!is_lossy).then(|| bytes.into_owned())
}

#[cfg(not(feature = "charset"))]
fn encode_other(_: &str, _: &str) -> Option<Vec<u8>> {
    None
}

#[cfg(all(test, feature = "charset"))]
mod tests {
    use super::{decode, encode, other_charset};

    fn text(charset: &str, bytes: &[u8], is_json: bool) -> Option<String> {
        let decoded = decode(charset, bytes, is_json)?.into_owned();
        Some(String::from_utf8(decoded).expect("UTF-8"))
    }

    #[test]
    fn the_charset_is_a_parameter_in_any_case_and_with_quotes() {
        assert_eq!(other_charset("text/csv"), None);
        assert_eq!(other_charset("text/csv; header=present"), None);
        assert_eq!(other_charset("application/json;charset=\"UTF-8\""), None);
        assert_eq!(
            other_charset("text/csv; header=present; Charset=ISO-8859-1"),
            Some("ISO-8859-1")
        );
        assert_eq!(
            other_charset("text/plain; charset=\"shift_jis\""),
            Some("shift_jis")
        );
    }

    #[test]
    fn text_is_decoded_by_its_label() {
        assert_eq!(
            text("ISO-8859-1", b"caf\xE9", false).as_deref(),
            Some("café")
        );
        assert_eq!(text("windows-1252", b"\x80", false).as_deref(), Some("€"));
        assert_eq!(text("utf-16le", b"a\0\xE9\0", false).as_deref(), Some("aé"));
        assert_eq!(text("utf-16", b"\xFE\xFF\0a", false).as_deref(), Some("a"));
        assert_eq!(text("shift_jis", b"\x83", false), None);
        assert_eq!(text("klingon", b"\xE9", false), None);
        assert_eq!(text("klingon", b"a", false).as_deref(), Some("a"));
    }

    #[test]
    fn json_that_is_utf_8_stays_as_it_is() {
        let json = "\"é\"".as_bytes();
        assert_eq!(text("iso-8859-1", json, true).as_deref(), Some("\"é\""));
        assert_eq!(text("iso-8859-1", json, false).as_deref(), Some("\"Ã©\""));
        assert_eq!(
            text("iso-8859-1", b"\"\xE9\"", true).as_deref(),
            Some("\"é\"")
        );
        assert_eq!(text("utf-16le", b"1\0", true).as_deref(), Some("1"));
    }

    #[test]
    fn text_is_encoded_only_if_the_charset_has_each_character() {
        let encode = |charset, text: &str| encode(charset, text.to_owned());
        assert_eq!(
            encode("iso-8859-1", "café").as_deref(),
            Some(&b"caf\xE9"[..])
        );
        assert_eq!(encode("iso-8859-1", "€"), None);
        assert_eq!(encode("windows-1252", "€").as_deref(), Some(&b"\x80"[..]));
        assert_eq!(encode("us-ascii", "é"), None);
        assert_eq!(encode("us-ascii", "e").as_deref(), Some(&b"e"[..]));
        assert_eq!(encode("utf-16", "e"), None);
        assert_eq!(encode("klingon", "é"), None);
    }
}
