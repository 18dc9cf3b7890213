//! Request bodies of several JSON documents: JSON Lines, and JSON text sequences (RFC 7464).

use serde_json::Error as JsonError;

use crate::request::encoder::{Encoder, invalid};
use crate::wire::{AsSerialize, Encode};

impl Encoder {
    /// Sets the body to a JSON document for each item: on a line of its own, and after a record
    /// separator if the media type is that of a JSON text sequence.
    #[inline(never)]
    pub fn json_sequence<T: Encode>(&mut self, media_type: &'static str, items: &[T]) {
        let essence = media_type.split(';').next().unwrap_or_default().trim_end();
        let start = match essence.to_ascii_lowercase().ends_with("json-seq") {
            true => "\u{1e}",
            false => "",
        };
        let mut text = String::new();
        let written = items.iter().try_for_each(|item| {
            text.push_str(start);
            text.push_str(&serde_json::to_string(&AsSerialize(item))?);
            text.push('\n');
            Ok(())
        });
        self.step(|out| {
            written.map_err(|error: JsonError| invalid("the body", &error))?;
            out.text = Some((media_type, text));
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
