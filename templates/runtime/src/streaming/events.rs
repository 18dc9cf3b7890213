//! Answers that are a stream of events: `text/event-stream` (WHATWG HTML, section 9.2).

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use http::{HeaderMap, StatusCode};

use crate::call::{Operation, ResponseFuture, encoded};
use crate::clock::Clock;
use crate::error::request_id::request_id;
use crate::error::{DecodeError, DecodeProblem, Error, TooLargeError};
use crate::response::{Again, RawResponse, content_type, read_json};
use crate::streaming::body_stream::BodyStream;
use crate::streaming::event_parser::{EventParser, Oversized, RawEvent};
use crate::transport::body::Body;
use crate::wire::Decode;

const MEDIA_TYPE: &str = "text/event-stream";
/// How long to wait before asking again, unless the server says.
const RETRY: Duration = Duration::from_secs(3);
/// How long to wait at most, unless the server says more.
const LONGEST: Duration = Duration::from_secs(60);
/// The data by which many servers say that there is no more. It is no JSON.
const DONE: &str = "[DONE]";

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<T> {
    /// The last `id` that the stream gave up to here; empty if it gave none.
    pub id: String,
    /// Its kind; `message` if the stream names none.
    pub event: String,
    /// Its data.
    pub data: T,
    /// How long to wait before asking again, if the event says so.
    pub retry: Option<Duration>,
}

/// A stream of events, each given when it comes.
///
/// A [`Stream`]; [`next`](Self::next) gives the events without a crate for streams. Data that isn't
/// what the OpenAPI document says is [`Error::Decode`], and the next event comes all the same;
/// after any other error there is nothing more.
///
/// The time limit of the call held until the stream began. From then on there is none, since an
/// event may be long in coming, unless [`idle_timeout`](Self::idle_timeout) sets one. The client's
/// limit of size holds for each event.
#[must_use = "nothing is read until it is polled"]
pub struct Events<T> {
    source: Box<Source>,
    read: fn(&str) -> Result<T, DecodeProblem>,
}

/// Where the events come from, whatever their data is.
struct Source {
    head: Head,
    /// `None` while it is asked for again, and at the end.
    incoming: Option<BodyStream>,
    asking: Option<ResponseFuture<RawResponse>>,
    parser: EventParser,
    ready: VecDeque<RawEvent>,
    /// What ends the stream, once the events before it are given.
    failed: Option<Error>,
    /// The data that ends the stream.
    until: Option<String>,
    reconnection: Reconnection,
    idle: Option<Duration>,
    limit: u64,
}

/// What the stream answers.
struct Head {
    operation: &'static str,
    status: StatusCode,
    headers: HeaderMap,
}

#[derive(Default)]
struct Reconnection {
    clock: Option<Arc<dyn Clock>>,
    again: Option<Again>,
    /// How often to ask without an event in between.
    allowed: u32,
    tried: u32,
}

/// Sends the request of an operation, and leaves a stream of events unread.
pub fn exchange<O: Operation>(operation: &O) -> ResponseFuture<RawResponse> {
    let call = operation.call().clone();
    call.open(O::META, encoded(operation), |status, headers| {
        status.is_success() && is_stream(headers)
    })
}

impl RawResponse {
    /// The body as a stream of events with data in JSON.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`]: it is in another media type.
    pub fn events<T: Decode>(self) -> Result<Events<T>, Error> {
        Events::new(self, |data| read_json(data.as_bytes()), Some(DONE))
    }

    /// The body as a stream of events with data of any text.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`]: it is in another media type.
    pub fn text_events(self) -> Result<Events<String>, Error> {
        Events::new(self, |data| Ok(data.to_owned()), None)
    }
}

impl<T> Events<T> {
    fn new(
        mut response: RawResponse,
        read: fn(&str) -> Result<T, DecodeProblem>,
        until: Option<&str>,
    ) -> Result<Self, Error> {
        if !is_stream(&response.headers) {
            let error = DecodeError::new(response, DecodeProblem::OtherMediaType(None));
            return Err(Error::Decode(error));
        }
        let rest = response.rest.take();
        let limit = rest.as_ref().map_or(u64::MAX, |rest| rest.size_limit);
        let reconnection = Reconnection {
            clock: rest.as_ref().map(|rest| Arc::clone(&rest.clock)),
            again: rest.as_ref().and_then(|rest| rest.again.clone()),
            allowed: 0,
            tried: 0,
        };
        let (head, incoming) = match rest {
            Some(rest) => {
                let incoming = BodyStream::new(response.operation, &response.headers, *rest);
                (Head::of(&response), incoming)
            }
            None => {
                let head = Head::of(&response);
                let body = Body::from(response.body);
                (head, BodyStream::at_hand(body))
            }
        };
        let source = Source {
            reconnection,
            until: until.map(str::to_owned),
            ..Source::new(head, incoming, limit)
        };
        Ok(Self {
            source: Box::new(source),
            read,
        })
    }

    /// A stream that is all there.
    #[doc(hidden)]
    pub fn at_hand(body: Body) -> Self {
        let head = Head {
            operation: "",
            status: StatusCode::OK,
            headers: HeaderMap::new(),
        };
        let source = Source::new(head, BodyStream::at_hand(body), u64::MAX);
        Self {
            source: Box::new(source),
            read: |_| Err(DecodeProblem::Empty),
        }
    }

    /// The bytes of a stream that is all there and that nobody has read.
    #[doc(hidden)]
    #[must_use]
    pub fn into_bytes(self) -> Option<bytes::Bytes> {
        self.source.incoming?.as_bytes().cloned()
    }

    /// The same stream with the data as the text that it is.
    pub fn text(self) -> Events<String> {
        let source = Source {
            until: None,
            ..*self.source
        };
        Events {
            source: Box::new(source),
            read: |data| Ok(data.to_owned()),
        }
    }

    /// The stream ends at an event with exactly this data, which isn't given. Unless set, that is
    /// `[DONE]` where data is JSON, and nothing where it is text.
    pub fn until(mut self, data: impl Into<String>) -> Self {
        self.source.until = Some(data.into());
        self
    }

    /// How long the next bytes may take to come while they are waited for; `None`, as unless set,
    /// for no limit. Many servers send a comment now and then, which counts.
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.source.idle = limit.into();
        self
    }

    /// Asks again when the connection ends, breaks off or stalls, up to so many times without an
    /// event in between: the same request, with `Last-Event-ID` if an event had an `id`. Before that,
    /// it waits for as long as the server said (`retry`), or else for 3 seconds, and after a
    /// failure twice as long each time, up to a minute. The status 204 says that there is no more;
    /// any other answer that isn't a stream of events is an error.
    ///
    /// Without this, the stream ends where the connection does: only the caller knows whether a
    /// stream that has ended is complete, and whether a request may be sent twice. A request whose
    /// body comes only once is never sent again.
    pub fn reconnect(mut self, attempts: u32) -> Self {
        self.source.reconnection.allowed = attempts;
        self
    }

    /// The operation that the stream answers.
    #[doc(hidden)]
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.source.head.operation
    }

    /// The `id` of the last event; empty if there was none.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.source.parser.last_id()
    }

    /// The next event; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] for data that doesn't match the document; [`Error::TooLarge`] for an event over
    /// the limit; [`Error::Transport`], [`Error::Timeout`] and those of a call for what ends the
    /// stream.
    pub async fn next(&mut self) -> Option<Result<Event<T>, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// An event of what was read, its data read.
    fn give(&self, raw: RawEvent) -> Result<Event<T>, Error> {
        let data = (self.read)(&raw.data).map_err(|problem| {
            let Head {
                operation,
                status,
                headers,
            } = &self.source.head;
            let body = raw.data.into();
            let response = RawResponse::new(operation, *status, headers.clone(), body);
            Error::Decode(DecodeError::new(
                response,
                DecodeProblem::Event(Box::new(problem)),
            ))
        })?;
        Ok(Event {
            id: raw.id,
            event: raw.event,
            data,
            retry: raw.retry,
        })
    }
}

impl Source {
    fn new(head: Head, incoming: BodyStream, limit: u64) -> Self {
        Self {
            head,
            incoming: Some(incoming),
            asking: None,
            parser: EventParser::new(limit),
            ready: VecDeque::new(),
            failed: None,
            until: None,
            reconnection: Reconnection::default(),
            idle: None,
            limit,
        }
    }

    /// Nothing more comes.
    fn end(&mut self) {
        self.incoming = None;
        self.asking = None;
        self.ready.clear();
    }

    /// The connection is gone: asks again if it may, or ends with the reason.
    fn lost(&mut self, reason: Option<Error>) {
        self.incoming = None;
        let delay = self.parser.delay().unwrap_or(RETRY);
        match self.reconnection.ask(delay, self.parser.last_id()) {
            Some(asking) => {
                self.asking = Some(asking);
                self.parser.restart();
            }
            None => self.failed = reason,
        }
    }

    /// Goes on with another answer.
    fn resume(&mut self, mut response: RawResponse) {
        if response.status == StatusCode::NO_CONTENT {
            return;
        }
        match response.rest.take() {
            Some(rest) => {
                let operation = response.operation;
                self.incoming = Some(BodyStream::new(operation, &response.headers, *rest));
                self.head = Head::of(&response);
            }
            None if response.status.is_success() => {
                let error = DecodeError::new(response, DecodeProblem::OtherMediaType(None));
                self.failed = Some(Error::Decode(error));
            }
            None => self.failed = Some(response.into_error()),
        }
    }

    /// The next event; `None` at the end, and after an error.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<RawEvent, Error>>> {
        loop {
            if let Some(raw) = self.ready.pop_front() {
                self.reconnection.tried = 0;
                if self.until.as_ref() == Some(&raw.data) {
                    self.end();
                    self.failed = None;
                    return Poll::Ready(None);
                }
                return Poll::Ready(Some(Ok(raw)));
            }
            if let Some(error) = self.failed.take() {
                self.end();
                return Poll::Ready(Some(Err(error)));
            }
            if let Some(asking) = &mut self.asking {
                let answer = ready!(asking.as_mut().poll(context));
                self.asking = None;
                match answer {
                    Ok(response) => self.resume(response),
                    Err(error @ (Error::Transport(_) | Error::Timeout(_))) => {
                        self.lost(Some(error));
                    }
                    Err(error) => self.failed = Some(error),
                }
                continue;
            }
            let Some(incoming) = &mut self.incoming else {
                return Poll::Ready(None);
            };
            incoming.idle = self.idle;
            match ready!(incoming.poll(context)) {
                Some(Ok(bytes)) => {
                    if let Err(Oversized) = self.parser.feed(&bytes, &mut self.ready) {
                        self.incoming = None;
                        self.failed = Some(Error::TooLarge(TooLargeError {
                            operation: self.head.operation,
                            status: self.head.status,
                            limit: self.limit,
                            request_id: request_id(&self.head.headers).map(Box::from),
                        }));
                    }
                }
                Some(Err(error)) => self.lost(Some(error)),
                None => self.lost(None),
            }
        }
    }
}

impl Head {
    fn of(response: &RawResponse) -> Self {
        Self {
            operation: response.operation,
            status: response.status,
            headers: response.headers.clone(),
        }
    }
}

impl Reconnection {
    /// Waits and asks again; `None` if it may not.
    fn ask(&mut self, delay: Duration, last_id: &str) -> Option<ResponseFuture<RawResponse>> {
        if self.tried >= self.allowed {
            return None;
        }
        let (again, clock) = (self.again.clone()?, self.clock.clone()?);
        let grown = delay.saturating_mul(2_u32.saturating_pow(self.tried));
        let delay = grown.min(LONGEST.max(delay));
        self.tried += 1;
        let last_id = last_id.to_owned();
        Some(Box::pin(async move {
            clock.sleep(delay).await;
            again(&last_id).await
        }))
    }
}

impl<T> Stream for Events<T> {
    type Item = Result<Event<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let raw = ready!(self.source.poll(context));
        Poll::Ready(raw.map(|raw| raw.and_then(|raw| self.give(raw))))
    }
}

/// Prints the operation, never an event.
impl<T> fmt::Debug for Events<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("operation", &self.source.head.operation)
            .field("ready", &self.source.ready.len())
            .finish_non_exhaustive()
    }
}

fn is_stream(headers: &HeaderMap) -> bool {
    content_type(headers).is_some_and(|own| own.eq_ignore_ascii_case(MEDIA_TYPE))
}
