//! Request bodies of several JSON documents: JSON Lines, JSON text sequences (RFC 7464), and multipart
//! bodies.

use serde_json::Error as JsonError;

use crate::request::encoder::{Encoder, header, invalid};
use crate::transport::body::Body;
use crate::wire::{AsSerialize, Encode};

/// The delimiter and the headers of a part. Compact JSON has no line breaks, so that the delimiter
/// can't occur in it.
const PART: &str = "--json\r\nContent-Type: application/json\r\n\r\n";
/// The delimiter after the last part.
const LAST: &str = "--json--\r\n";

impl Encoder {
    /// Sets the body to a JSON document for each item: a line, a record of a JSON text sequence, or a
    /// part of a multipart body, by the media type.
    #[inline(never)]
    pub fn json_sequence<T: Encode>(&mut self, media_type: &'static str, items: &[T]) {
        let essence = media_type.split(';').next().unwrap_or_default().trim_end();
        let essence = essence.to_ascii_lowercase();
        let is_multipart = essence.starts_with("multipart/");
        let (start, end) = match essence.as_str() {
            _ if is_multipart => (PART, "\r\n"),
            it if it.ends_with("json-seq") => ("\u{1e}", "\n"),
            _ => ("", "\n"),
        };
        let mut text = String::new();
        let written = items.iter().try_for_each(|item| {
            text.push_str(start);
            text.push_str(&serde_json::to_string(&AsSerialize(item))?);
            text.push_str(end);
            Ok(())
        });
        self.step(|out| {
            written.map_err(|error: JsonError| invalid("the body", &error))?;
            if is_multipart {
                text.push_str(LAST);
                let media_type = format!("{essence}; boundary=json");
                let (_, media_type) = header("Content-Type", &media_type)?;
                out.body = Some((media_type, Body::from(text)));
            } else {
                out.text = Some((media_type, text));
            }
            Ok(())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Encoder;

    fn sent(media_type: &'static str) -> Option<String> {
        let mut out = Encoder::default();
        out.json_sequence(media_type, &["a\nb".to_owned(), "c".to_owned()]);
        out.text.map(|(_, text)| text)
    }

    #[test]
    fn each_item_is_a_part_of_a_multipart_body() {
        let mut out = Encoder::default();
        out.json_sequence("multipart/mixed", &[1, 2]);
        let (media_type, body) = out.body.expect("a body");
        assert_eq!(media_type, "multipart/mixed; boundary=json");
        let part = |item| format!("--json\r\nContent-Type: application/json\r\n\r\n{item}\r\n");
        let expected = format!("{}{}--json--\r\n", part(1), part(2));
        assert_eq!(body.as_bytes().expect("bytes"), expected.as_bytes());
    }

    #[test]
    fn each_item_is_a_line_or_a_record() {
        let lines = Some("\"a\\nb\"\n\"c\"\n");
        assert_eq!(sent("application/jsonl").as_deref(), lines);
        assert_eq!(
            sent("application/x-ndjson; charset=utf-8").as_deref(),
            lines
        );
        let records = Some("\u{1e}\"a\\nb\"\n\u{1e}\"c\"\n");
        assert_eq!(sent("application/json-seq").as_deref(), records);
        assert_eq!(sent("application/geo+json-seq;v=1").as_deref(), records);
    }
}
