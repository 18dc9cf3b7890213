//! Splits a stream into JSON documents: JSON Lines, a JSON text sequence (RFC 7464), or a multipart
//! body.

use std::collections::VecDeque;

use crate::streaming::event_parser::Oversized;
use crate::streaming::part_parser::PartParser;

/// The byte before each document of a JSON text sequence (RFC 7464, section 2.2).
pub(crate) const RECORD_SEPARATOR: u8 = 0x1E;

/// A JSON document of a stream, undecoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// The number of the line or of the record, counted from 1.
    pub number: u64,
    pub text: Vec<u8>,
}

/// A parser of one of the formats.
#[derive(Debug)]
pub(crate) enum DocumentParser {
    Records(RecordParser),
    Parts(PartParser),
}

impl DocumentParser {
    /// Creates a parser of documents of at most `limit` bytes; of a multipart body, if it has a
    /// boundary.
    pub(crate) fn new(boundary: Option<&str>, limit: u64) -> Self {
        match boundary {
            Some(boundary) => Self::Parts(PartParser::new(boundary, limit)),
            None => Self::Records(RecordParser::new(limit)),
        }
    }

    /// Returns what the numbers of records count.
    pub(crate) fn unit(&self) -> &'static str {
        match self {
            Self::Records(parser) => parser.unit(),
            Self::Parts(_) => "part",
        }
    }

    /// Parses a chunk, and appends the documents that it completes.
    ///
    /// # Errors
    ///
    /// Returns an error if a document exceeds the size limit.
    pub(crate) fn feed(
        &mut self,
        bytes: &[u8],
        records: &mut VecDeque<Record>,
    ) -> Result<(), Oversized> {
        match self {
            Self::Records(parser) => parser.feed(bytes, records),
            Self::Parts(parser) => parser.feed(bytes, records),
        }
    }

    /// Returns the last document, which nothing has to follow.
    pub(crate) fn finish(&mut self) -> Option<Record> {
        match self {
            Self::Records(parser) => parser.finish(),
            Self::Parts(parser) => parser.finish(),
        }
    }
}

/// The state of a stream between two chunks.
#[derive(Debug)]
pub(crate) struct RecordParser {
    /// The maximum size of a document, in bytes.
    limit: u64,
    /// The byte between two documents; `None` until the first byte tells the format.
    delimiter: Option<u8>,
    /// The number of complete lines or records.
    count: u64,
    /// The incomplete document.
    text: Vec<u8>,
}

impl RecordParser {
    pub(crate) fn new(limit: u64) -> Self {
        Self {
            limit,
            delimiter: None,
            count: 0,
            text: Vec::new(),
        }
    }

    pub(crate) fn unit(&self) -> &'static str {
        match self.delimiter {
            Some(RECORD_SEPARATOR) => "record",
            _ => "line",
        }
    }

    pub(crate) fn feed(
        &mut self,
        bytes: &[u8],
        records: &mut VecDeque<Record>,
    ) -> Result<(), Oversized> {
        let mut rest = match (self.delimiter, bytes) {
            // The first separator precedes the first document instead of following one.
            (None, [RECORD_SEPARATOR, rest @ ..]) => {
                self.delimiter = Some(RECORD_SEPARATOR);
                rest
            }
            (None, [_, ..]) => {
                self.delimiter = Some(b'\n');
                bytes
            }
            _ => bytes,
        };
        while let Some(end) = rest.iter().position(|it| Some(*it) == self.delimiter) {
            let (text, next) = rest.split_at(end);
            self.append(text)?;
            records.extend(self.complete());
            rest = next.get(1..).unwrap_or_default();
        }
        self.append(rest)
    }

    pub(crate) fn finish(&mut self) -> Option<Record> {
        self.complete()
    }

    fn append(&mut self, text: &[u8]) -> Result<(), Oversized> {
        if (self.text.len() + text.len()) as u64 > self.limit {
            return Err(Oversized);
        }
        self.text.extend_from_slice(text);
        Ok(())
    }

    /// Returns the document that is complete, unless it is blank.
    fn complete(&mut self) -> Option<Record> {
        let text = std::mem::take(&mut self.text);
        self.count += 1;
        let is_blank = text.iter().all(u8::is_ascii_whitespace);
        (!is_blank).then_some(Record {
            number: self.count,
            text,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::{Oversized, RecordParser};

    /// Parses a stream in chunks of this size. Returns the number and the text of each document.
    fn parse(stream: &str, size: usize) -> Vec<(u64, String)> {
        let mut parser = RecordParser::new(1000);
        let mut records = VecDeque::new();
        for chunk in stream.as_bytes().chunks(size) {
            parser.feed(chunk, &mut records).expect("within the limit");
        }
        records.extend(parser.finish());
        let text = |text: Vec<u8>| String::from_utf8(text).expect("UTF-8").trim().to_owned();
        let records = records.into_iter();
        records.map(|it| (it.number, text(it.text))).collect()
    }

    #[test]
    fn lines_are_documents_wherever_chunks_are_split() {
        let stream = "{\"a\":\"ü\"}\r\n\n[1]\n  \n2";
        for size in 1..=stream.len() {
            let found = parse(stream, size);
            let expected = [(1, "{\"a\":\"ü\"}"), (3, "[1]"), (5, "2")];
            assert_eq!(
                found,
                expected.map(|(number, text)| (number, text.to_owned()))
            );
        }
        assert!(parse("\n\n", 1).is_empty() && parse("", 1).is_empty());
    }

    #[test]
    fn records_of_a_sequence_may_contain_line_feeds() {
        let stream = "\u{1e}{\n\"a\": 1\n}\n\u{1e}\u{1e}2\n\u{1e}3";
        for size in 1..=stream.len() {
            let found = parse(stream, size);
            let expected = [(1, "{\n\"a\": 1\n}"), (3, "2"), (4, "3")];
            assert_eq!(
                found,
                expected.map(|(number, text)| (number, text.to_owned()))
            );
        }
    }

    #[test]
    fn a_document_has_a_size_limit() {
        let mut parser = RecordParser::new(4);
        let mut records = VecDeque::new();
        assert_eq!(parser.feed(b"1234\n12", &mut records), Ok(()));
        assert_eq!(records.len(), 1);
        assert_eq!(parser.feed(b"345", &mut records), Err(Oversized));
    }
}
