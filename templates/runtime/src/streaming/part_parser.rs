//! Splits a multipart body (RFC 2046, section 5.1) into the contents of its parts.

use std::collections::VecDeque;

use crate::streaming::event_parser::Oversized;
use crate::streaming::record_parser::Record;

/// The place in a multipart body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before the first part, or after the last one.
    Outside,
    /// In the headers of a part.
    Headers,
    /// In the content of a part.
    Content,
}

/// The state of a stream between two chunks.
#[derive(Debug)]
pub(crate) struct PartParser {
    /// `--` and the boundary.
    delimiter: Vec<u8>,
    /// The maximum size of a part and the delimiter after it, in bytes.
    limit: u64,
    place: Place,
    /// The number of parts so far.
    count: u64,
    /// The incomplete line.
    line: Vec<u8>,
    /// The complete lines of the part's content.
    content: Vec<u8>,
}

impl PartParser {
    /// Creates a parser of parts of at most `limit` bytes.
    pub(crate) fn new(boundary: &str, limit: u64) -> Self {
        Self {
            delimiter: format!("--{boundary}").into_bytes(),
            limit,
            place: Place::Outside,
            count: 0,
            line: Vec::new(),
            content: Vec::new(),
        }
    }

    /// Parses a chunk, and appends the parts that it completes.
    ///
    /// # Errors
    ///
    /// Returns an error if a part exceeds the size limit.
    pub(crate) fn feed(
        &mut self,
        bytes: &[u8],
        records: &mut VecDeque<Record>,
    ) -> Result<(), Oversized> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if (self.line.len() + self.content.len() + piece.len()) as u64 > self.limit {
                return Err(Oversized);
            }
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                records.extend(self.read_line());
            }
        }
        Ok(())
    }

    /// Returns the last part, if no delimiter follows it.
    pub(crate) fn finish(&mut self) -> Option<Record> {
        let last = match self.line.is_empty() {
            true => None,
            false => self.read_line(),
        };
        last.or_else(|| self.complete())
    }

    /// Reads the complete line. Returns the part that ends with it.
    fn read_line(&mut self) -> Option<Record> {
        let line = std::mem::take(&mut self.line);
        let text = line.trim_ascii_end();
        match text.strip_prefix(self.delimiter.as_slice()) {
            Some(b"") => {
                let part = self.complete();
                self.place = Place::Headers;
                return part;
            }
            Some(b"--") => return self.complete(),
            _ => {}
        }
        match self.place {
            Place::Outside => {}
            Place::Headers if text.is_empty() => {
                self.place = Place::Content;
                self.count += 1;
            }
            Place::Headers => {}
            Place::Content => self.content.extend_from_slice(&line),
        }
        None
    }

    /// Ends the part. The line break before a delimiter belongs to the delimiter.
    fn complete(&mut self) -> Option<Record> {
        let place = std::mem::replace(&mut self.place, Place::Outside);
        let mut text = std::mem::take(&mut self.content);
        for end in [b'\n', b'\r'] {
            if text.last() == Some(&end) {
                text.pop();
            }
        }
        (place == Place::Content).then_some(Record {
            number: self.count,
            text,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::{Oversized, PartParser};

    fn parse(stream: &str, size: usize) -> Vec<(u64, String)> {
        let mut parser = PartParser::new("b", 1000);
        let mut records = VecDeque::new();
        for chunk in stream.as_bytes().chunks(size) {
            parser.feed(chunk, &mut records).expect("within the limit");
        }
        records.extend(parser.finish());
        let text = |text: Vec<u8>| String::from_utf8(text).expect("UTF-8");
        let records = records.into_iter();
        records.map(|it| (it.number, text(it.text))).collect()
    }

    #[test]
    fn parts_are_read_wherever_chunks_are_split() {
        let stream = "preamble\r\n--b\r\nContent-Type: application/json\r\n\r\n{\"a\":\r\n1}\r\n\
                      --b \r\n\r\n\"--b--\"\r\n--bx\r\n--b--\r\nepilogue\r\n";
        for size in 1..=stream.len() {
            let expected = [(1, "{\"a\":\r\n1}"), (2, "\"--b--\"\r\n--bx")];
            let expected = expected.map(|(number, text)| (number, text.to_owned()));
            assert_eq!(parse(stream, size), expected);
        }
    }

    #[test]
    fn the_last_delimiter_may_be_missing() {
        assert_eq!(parse("--b\n\n1\n--b--", 1), [(1, "1".to_owned())]);
        assert_eq!(parse("--b\n\n1", 1), [(1, "1".to_owned())]);
        assert!(parse("--b\nContent-Type: text/plain\n", 1).is_empty());
        assert!(parse("--b--", 1).is_empty() && parse("", 1).is_empty());
    }

    #[test]
    fn a_part_has_a_size_limit() {
        let mut parser = PartParser::new("b", 12);
        let mut records = VecDeque::new();
        assert_eq!(parser.feed(b"--b\n\n1234\n--b\n\n", &mut records), Ok(()));
        assert_eq!(records.len(), 1);
        assert_eq!(parser.feed(b"1234567890123", &mut records), Err(Oversized));
    }
}
