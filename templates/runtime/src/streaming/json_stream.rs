//! Streams of JSON documents: JSON Lines, JSON text sequences (RFC 7464), and multipart bodies.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use http::HeaderMap;

use crate::error::{DecodeProblem, Error};
use crate::response::{RawResponse, boundary, content_type, to_utf8};
use crate::streaming::event_parser::Oversized;
use crate::streaming::incoming::{Incoming, Input};
use crate::streaming::item::{ItemError, is_report, read_item};
use crate::streaming::record_parser::{DocumentParser, Record};
use crate::transport::body::Body;
use crate::wire::Decode;

/// The subtypes of JSON Lines, in lower case.
const LINES: [&str; 10] = [
    "jsonl",
    "x-jsonl",
    "jsonlines",
    "x-jsonlines",
    "json-lines",
    "ndjson",
    "x-ndjson",
    "x-json-stream",
    "stream+json",
    "x-stream+json",
];

/// A stream of JSON documents, each returned as soon as it is received.
///
/// The documents are JSON Lines (`application/jsonl`, `application/x-ndjson`), a JSON text sequence
/// (`application/json-seq`), or the parts of a multipart body.
///
/// This is a [`Stream`]; [`next`](Self::next) returns the items without a stream library. If an item
/// isn't JSON or doesn't match the OpenAPI document, [`Error::Decode`] takes its place and names its
/// line or part, and the stream continues. After any other error, the stream ends. Blank lines are skipped.
///
/// If the server reports an error in place of an item, as an object with an `error`, the item is
/// [`Error::Api`] with the message of the server, unless the OpenAPI document describes the property.
///
/// The time limit of the call ends when the stream begins. From then on there is no limit, because
/// items may be rare; [`idle_timeout`](Self::idle_timeout) sets one. The client's size limit applies
/// to each item. Dropping the stream closes its connection.
#[must_use = "streams are lazy: nothing is read until they are polled"]
pub struct JsonStream<T> {
    source: Box<RecordSource>,
    read: fn(&HeaderMap, &[u8]) -> Result<T, ItemError>,
}

/// The connection and the parser, independent of the type of the items.
struct RecordSource {
    incoming: Incoming<Record>,
    parser: DocumentParser,
}

impl RawResponse {
    /// Converts the body into a stream of JSON documents.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the response has a media type that isn't JSON, text or bytes, or
    /// [`Error::Api`] if its body is JSON with a message.
    pub fn json_stream<T: Decode>(self) -> Result<JsonStream<T>, Error> {
        if self.rest.is_none() {
            if !may_be_sequence(&self.headers) {
                return Err(self.not_a_stream());
            }
            // A report that is the whole body may have several lines.
            if let Ok(text) = to_utf8(&self.headers, &self.body, true)
                && is_report::<T>(&text, false)
            {
                return Err(self.into_reported_error());
            }
        }
        Ok(JsonStream::new(Incoming::new(self), |headers, text| {
            let text = to_utf8(headers, text, true).map_err(ItemError::Decode)?;
            read_item(&text, false)
        }))
    }
}

impl<T> JsonStream<T> {
    fn new(
        incoming: Incoming<Record>,
        read: fn(&HeaderMap, &[u8]) -> Result<T, ItemError>,
    ) -> Self {
        let source = RecordSource {
            parser: DocumentParser::new(boundary(&incoming.head.headers), incoming.limit),
            incoming,
        };
        Self {
            source: Box::new(source),
            read,
        }
    }

    /// Creates a stream from a complete body.
    #[doc(hidden)]
    pub fn buffered(body: Body) -> Self {
        Self::new(Incoming::buffered(body), |_, _| {
            Err(ItemError::Decode(DecodeProblem::Empty))
        })
    }

    /// Returns the bytes of a complete stream that wasn't polled.
    #[doc(hidden)]
    #[must_use]
    pub fn into_bytes(self) -> Option<bytes::Bytes> {
        self.source.incoming.into_bytes()
    }

    /// Sets how long to wait for the next bytes. Defaults to `None`, which disables the limit. The
    /// timer runs only while a reader is waiting.
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.source.incoming.idle = limit.into();
        self
    }

    /// Returns the `operationId` of the call.
    #[doc(hidden)]
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.source.incoming.head.operation
    }

    /// Returns the next item; `None` at the end.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the item doesn't match the OpenAPI document. Any other error ends
    /// the stream: [`Error::Api`] if the server reports an error, [`Error::TooLarge`] if an item
    /// exceeds the size limit, [`Error::Transport`] and [`Error::Timeout`].
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    fn decode(&mut self, record: Record) -> Result<T, Error> {
        let RecordSource { incoming, parser } = &mut *self.source;
        (self.read)(&incoming.head.headers, &record.text).map_err(|error| {
            let in_item = |problem| DecodeProblem::Item {
                unit: parser.unit(),
                number: record.number,
                problem: Box::new(problem),
            };
            incoming.item_error(record.text.into(), error, in_item)
        })
    }
}

impl RecordSource {
    /// Polls for the next record; `None` at the end and after an error.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Record, Error>>> {
        loop {
            match ready!(self.incoming.poll(context)) {
                None => return Poll::Ready(None),
                Some(Input::Item(record)) => return Poll::Ready(Some(Ok(record))),
                Some(Input::Error(error)) => return Poll::Ready(Some(Err(error))),
                Some(Input::Bytes(bytes)) => {
                    if let Err(Oversized) = self.parser.feed(&bytes, &mut self.incoming.ready) {
                        self.incoming.exceed_limit();
                    }
                }
                Some(Input::Closed(None)) => self.incoming.ready.extend(self.parser.finish()),
                Some(Input::Closed(reason)) => self.incoming.error = reason,
            }
        }
    }
}

impl<T> Stream for JsonStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let record = ready!(self.source.poll(context));
        Poll::Ready(record.map(|record| record.and_then(|record| self.decode(record))))
    }
}

/// Prints the operation, never an item.
impl<T> fmt::Debug for JsonStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.incoming.debug("JsonStream", f)
    }
}

/// Returns whether a response is labelled as a sequence of documents.
pub(super) fn is_sequence(headers: &HeaderMap) -> bool {
    if boundary(headers).is_some() {
        return true;
    }
    subtype(headers).is_some_and(|it| it.ends_with("json-seq") || LINES.contains(&it.as_str()))
}

/// Returns whether a response may be a sequence of JSON documents, by its label or in spite of it.
fn may_be_sequence(headers: &HeaderMap) -> bool {
    subtype(headers).is_none_or(|it| {
        matches!(it.as_str(), "json" | "plain" | "octet-stream") || is_sequence(headers)
    })
}

/// Returns the subtype of the media type in lower case.
fn subtype(headers: &HeaderMap) -> Option<String> {
    let (_, subtype) = content_type(headers)?.split_once('/')?;
    Some(subtype.to_ascii_lowercase())
}
