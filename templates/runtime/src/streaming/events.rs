//! Server-sent events: `text/event-stream` (WHATWG HTML, section 9.2).

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;

use crate::error::{DecodeProblem, Error};
use crate::response::RawResponse;
use crate::streaming::event_parser::RawEvent;
use crate::streaming::event_source::{EndMarker, EventSource, Reconnection, is_stream};
use crate::streaming::incoming::Incoming;
use crate::streaming::item::{ERROR_EVENT, ItemError, read_item};
use crate::transport::body::Body;
use crate::wire::Decode;

/// A server-sent event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<T> {
    /// The last `id` of the stream so far; empty if there was none.
    pub id: String,
    /// The event type; `message` if the stream names none.
    pub event: String,
    /// The decoded data.
    pub data: T,
    /// How long to wait before reconnecting, if the event sets it.
    pub retry: Option<Duration>,
}

/// A stream of server-sent events, each returned as soon as it is received.
///
/// This is a [`Stream`]; [`next`](Self::next) returns the events without a stream library. If the
/// data of an event doesn't match the OpenAPI document, the item is [`Error::Decode`] and the
/// stream continues. After any other error, the stream ends.
///
/// If the server reports an error inside the stream, the item is [`Error::Api`] with the message of
/// the server: for an event of the type `error`, for data that is an object with an `error`, and for
/// JSON in place of an event. The two former are events like any other if the OpenAPI document
/// describes them: if the type of the data has the property `error`, or if the data of the `error`
/// event fits the type. For a stream of text, the document must list the event type.
///
/// The time limit of the call ends when the stream begins. From then on there is no limit, because
/// events may be rare; [`idle_timeout`](Self::idle_timeout) sets one. The client's size limit
/// applies to each event.
#[must_use = "streams are lazy: nothing is read until they are polled"]
pub struct Events<T> {
    source: Box<EventSource>,
    read: fn(&RawEvent) -> Result<T, ItemError>,
}

impl RawResponse {
    /// Converts the body into an event stream with JSON data.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the response has another media type, or [`Error::Api`] if the
    /// body is JSON with a message.
    pub fn events<T: Decode>(self) -> Result<Events<T>, Error> {
        let read = |raw: &RawEvent| read_item(raw.data.as_bytes(), raw.event == ERROR_EVENT);
        Events::new(self, read, EndMarker::Done)
    }

    /// Converts the body into an event stream with text data.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`events`](Self::events).
    pub fn text_events(self) -> Result<Events<String>, Error> {
        let read = |raw: &RawEvent| match raw.event.as_str() {
            ERROR_EVENT => Err(ItemError::Reported),
            _ => Ok(raw.data.clone()),
        };
        Events::new(self, read, EndMarker::None)
    }
}

impl<T> Events<T> {
    fn new(
        response: RawResponse,
        read: fn(&RawEvent) -> Result<T, ItemError>,
        end_marker: EndMarker,
    ) -> Result<Self, Error> {
        if !is_stream(&response.headers) {
            return Err(response.not_a_stream());
        }
        let reconnection = Reconnection::of(&response);
        let mut source = EventSource::new(Incoming::new(response), reconnection);
        source.end_marker = end_marker;
        Ok(Self {
            source: Box::new(source),
            read,
        })
    }

    /// Creates an event stream from a complete body.
    #[doc(hidden)]
    pub fn buffered(body: Body) -> Self {
        let source = EventSource::new(Incoming::buffered(body), Reconnection::default());
        Self {
            source: Box::new(source),
            read: |_| Err(ItemError::Decode(DecodeProblem::Empty)),
        }
    }

    /// Returns the bytes of a complete event stream that wasn't polled.
    #[doc(hidden)]
    #[must_use]
    pub fn into_bytes(self) -> Option<bytes::Bytes> {
        self.source.incoming.into_bytes()
    }

    /// Returns the stream with its data as undecoded text. Events of the type `error`, and data with
    /// an `error`, are returned like any other.
    pub fn text(self) -> Events<String> {
        let mut source = self.source;
        source.end_marker = EndMarker::None;
        Events {
            source,
            read: |raw| Ok(raw.data.clone()),
        }
    }

    /// Ends the stream at an event with exactly this data, which isn't returned. Defaults to
    /// `[DONE]`, also within white space, for JSON data; streams of text have no default.
    ///
    /// The client then waits for the end of the body, for at most a quarter of a second, so that the
    /// connection can be used again.
    pub fn until(mut self, data: impl Into<String>) -> Self {
        self.source.end_marker = EndMarker::Exactly(data.into());
        self
    }

    /// Sets how long to wait for the next bytes. Defaults to `None`, which disables the limit.
    ///
    /// The timer runs only while a reader is waiting. Comments, which many servers send regularly,
    /// also reset it.
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.source.incoming.idle = limit.into();
        self
    }

    /// Reconnects when the connection ends, breaks off or stalls, up to `attempts` times without an
    /// event in between. By default, the stream ends with its connection.
    ///
    /// The client resends the request, with a `Last-Event-ID` header if an event had an `id`. It
    /// first waits as long as the server asked for (`retry`), but at least half a second and at most
    /// an hour. Defaults to 3 seconds. The delay doubles with each failure in a row, up to a minute.
    ///
    /// A response with the status 408, 429 or 5XX is such a failure; the client then waits at least
    /// as long as its `Retry-After` says, up to an hour. A response with status 204 ends the stream;
    /// any other response that isn't an event stream is an error. After an error that the server
    /// reports inside the stream, the client doesn't reconnect.
    ///
    /// Only the caller knows whether a stream that has ended is complete, and whether the request
    /// is idempotent. A request whose body is a stream is never resent.
    pub fn reconnect(mut self, attempts: u32) -> Self {
        self.source.reconnection.max_attempts = attempts;
        self
    }

    /// Returns the `operationId` of the call.
    #[doc(hidden)]
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.source.incoming.head.operation
    }

    /// Returns the `id` of the last event; empty if there was none.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.source.parser.last_id()
    }

    /// Returns the next event; `None` at the end.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the data doesn't match the OpenAPI document. Any other error
    /// ends the stream: [`Error::Api`] if the server reports an error, [`Error::TooLarge`] if an
    /// event exceeds the size limit, [`Error::Transport`], [`Error::Timeout`], and the errors of a
    /// call during a reconnection.
    pub async fn next(&mut self) -> Option<Result<Event<T>, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Decodes the data of an event.
    fn decode(&mut self, raw: RawEvent) -> Result<Event<T>, Error> {
        let data = (self.read)(&raw).map_err(|error| {
            let in_event = |problem| DecodeProblem::Event(Box::new(problem));
            let incoming = &mut self.source.incoming;
            incoming.item_error(raw.data.into(), error, in_event)
        })?;
        Ok(Event {
            id: raw.id,
            event: raw.event,
            data,
            retry: raw.retry,
        })
    }
}

impl<T> Stream for Events<T> {
    type Item = Result<Event<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let raw = ready!(self.source.poll(context));
        Poll::Ready(raw.map(|raw| raw.and_then(|raw| self.decode(raw))))
    }
}

/// Prints the operation, never an event.
impl<T> fmt::Debug for Events<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.incoming.debug("Events", f)
    }
}
