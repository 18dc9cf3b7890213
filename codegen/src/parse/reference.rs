//! The text of a `$ref`: a URI reference whose fragment is a JSON pointer (RFC 6901, section 6).

use serde_json::{Map, Value};

use crate::pointer::Pointer;

/// Returns the pointer from the root that a `$ref` names. Parsing converts all `$ref`s to this
/// form.
pub(crate) fn target(text: &str) -> Option<Pointer> {
    let fragment = text.strip_prefix('#')?;
    if fragment.contains('%') {
        Pointer::from_encoded(&percent_decoded(fragment))
    } else {
        Pointer::from_encoded(fragment)
    }
}

/// Returns the `$ref` to an encoded pointer.
pub(crate) fn to(pointer: &str) -> String {
    let mut text = String::with_capacity(pointer.len() + 1);
    text.push('#');
    if pointer.contains('%') {
        text.push_str(&pointer.replace('%', "%25"));
    } else {
        text.push_str(pointer);
    }
    text
}

/// Returns a Reference Object.
pub(crate) fn object(text: String) -> Value {
    let mut map = Map::with_capacity(1);
    map.insert("$ref".to_owned(), Value::String(text));
    Value::Object(map)
}

/// Decodes percent-encoding. Invalid escapes, and text that isn't UTF-8, stay as they are.
pub(super) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digit = |at: usize| {
            bytes
                .get(at)
                .and_then(|&byte| char::from(byte).to_digit(16))
        };
        if byte == b'%'
            && let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2))
            && let Ok(value) = u8::try_from(high * 16 + low)
        {
            decoded.push(value);
            at += 3;
        } else {
            decoded.push(byte);
            at += 1;
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{target, to};

    #[test]
    fn a_fragment_is_decoded_and_must_be_a_pointer() {
        assert_eq!(
            target("#/paths/~1a~1%7Bid%7D/get").unwrap().as_str(),
            "/paths/~1a~1{id}/get"
        );
        assert_eq!(target("#").unwrap().as_str(), "");
        assert_eq!(target("#anchor"), None);
        assert_eq!(target("other.yaml#/a"), None);
    }

    #[test]
    fn a_reference_round_trips() {
        for pointer in ["/a/b", "/a%20b/~1c", "/100%", "/%zz/ü"] {
            assert_eq!(target(&to(pointer)).unwrap().as_str(), pointer);
        }
    }
}
