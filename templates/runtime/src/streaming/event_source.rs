//! The connection of an event stream, and its reconnections.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::clock::Clock;
use crate::error::message::message;
use crate::error::request_id::request_id;
use crate::error::{Error, TooLargeError};
use crate::request::encoder::header;
use crate::response::{NewHeaders, RawResponse, Resend, ResponseFuture, content_type};
use crate::retry::retry_after;
use crate::streaming::body_stream::BodyStream;
use crate::streaming::drain::Drain;
use crate::streaming::event_parser::{EventParser, Oversized, RawEvent};

const MEDIA_TYPE: &str = "text/event-stream";
/// The delay before a reconnection, unless the server sets it.
const DEFAULT_DELAY: Duration = Duration::from_secs(3);
/// The least delay, whatever the server sets, as in Firefox: `retry: 0` would make a client send
/// requests without a pause.
const MIN_DELAY: Duration = Duration::from_millis(500);
/// The longest delay that doubling leads to.
const MAX_DOUBLED_DELAY: Duration = Duration::from_secs(60);
/// The longest delay that a server can set.
const MAX_DELAY: Duration = Duration::from_secs(60 * 60);

/// The connection and the parser, independent of the type of the data.
pub(super) struct EventSource {
    pub(super) head: ResponseHead,
    /// The body of the response; `None` during a reconnection, and at the end.
    pub(super) body: Option<BodyStream>,
    pub(super) reconnecting: Option<ResponseFuture<RawResponse>>,
    pub(super) parser: EventParser,
    pub(super) ready: VecDeque<RawEvent>,
    /// The error that ends the stream after the events that are ready.
    pub(super) error: Option<Error>,
    /// The rest of the body after the end of the stream.
    pub(super) rest: Option<Drain>,
    pub(super) end_marker: EndMarker,
    pub(super) reconnection: Reconnection,
    pub(super) idle: Option<Duration>,
    pub(super) limit: u64,
}

/// The data of the event that ends a stream.
pub(super) enum EndMarker {
    None,
    /// `[DONE]`, with any white space around it. Many servers send it as the last event of a stream
    /// of JSON, and it isn't JSON.
    Done,
    /// Exactly this.
    Exactly(String),
}

impl EndMarker {
    fn is(&self, data: &str) -> bool {
        match self {
            Self::None => false,
            Self::Done => data.trim() == "[DONE]",
            Self::Exactly(marker) => marker == data,
        }
    }
}

/// The response that the stream belongs to.
pub(super) struct ResponseHead {
    pub(super) operation: &'static str,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
}

#[derive(Default)]
pub(super) struct Reconnection {
    pub(super) clock: Option<Arc<dyn Clock>>,
    pub(super) resend: Option<Resend>,
    /// How many times to reconnect without an event in between.
    pub(super) max_attempts: u32,
    pub(super) attempts: u32,
}

impl EventSource {
    pub(super) fn new(head: ResponseHead, body: BodyStream, limit: u64) -> Self {
        Self {
            head,
            body: Some(body),
            reconnecting: None,
            parser: EventParser::new(limit),
            ready: VecDeque::new(),
            error: None,
            rest: None,
            end_marker: EndMarker::None,
            reconnection: Reconnection::default(),
            idle: None,
            limit,
        }
    }

    /// Ends the stream. The rest of the body is read when the stream is polled again.
    pub(super) fn end(&mut self) {
        self.rest = self.body.take().map(Drain::new);
        self.reconnecting = None;
        self.ready.clear();
        self.error = None;
    }

    /// Reconnects after the connection was lost, or ends the stream with the reason.
    fn disconnected(&mut self, reason: Option<Error>) {
        self.body = None;
        let delay = self.parser.retry_delay().unwrap_or(DEFAULT_DELAY);
        let asked = reason.as_ref().and_then(Error::as_api);
        let asked = asked.map(|error| error.headers());
        let (last_id, reconnection) = (self.parser.last_id(), &mut self.reconnection);
        match reconnection.attempt(delay, asked, last_id) {
            Some(reconnecting) => {
                self.reconnecting = Some(reconnecting);
                self.parser.restart();
            }
            None => self.error = reason,
        }
    }

    /// Continues with the response of a reconnection. A status 204 ends the stream (WHATWG HTML,
    /// section 9.2.3).
    fn resume(&mut self, mut response: RawResponse) {
        if response.status == StatusCode::NO_CONTENT {
            return;
        }
        match response.rest.take() {
            Some(rest) => {
                let operation = response.operation;
                self.body = Some(BodyStream::new(operation, &response.headers, *rest));
                self.head = ResponseHead::of(&response);
            }
            None if response.status.is_success() => self.error = Some(response.not_a_stream()),
            None if is_temporary(response.status) => {
                self.disconnected(Some(response.into_error()));
            }
            None => self.error = Some(response.into_error()),
        }
    }

    /// Returns the error that a server reports as JSON in place of an event; `None` if it has no
    /// message.
    fn reported_error(&self, bare: RawEvent) -> Option<Error> {
        message(None, bare.data.as_bytes())?;
        let response = self.head.with_body(bare.data.into());
        Some(response.into_reported_error())
    }

    /// Polls for the next event; `None` at the end and after an error.
    pub(super) fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<RawEvent, Error>>> {
        loop {
            if let Some(raw) = self.ready.pop_front() {
                if raw.is_bare {
                    if let Some(error) = self.reported_error(raw) {
                        self.end();
                        return Poll::Ready(Some(Err(error)));
                    }
                    continue;
                }
                self.reconnection.attempts = 0;
                if self.end_marker.is(&raw.data) {
                    self.end();
                    continue;
                }
                return Poll::Ready(Some(Ok(raw)));
            }
            if let Some(error) = self.error.take() {
                self.end();
                return Poll::Ready(Some(Err(error)));
            }
            if let Some(rest) = &mut self.rest {
                ready!(rest.poll(context));
                self.rest = None;
            }
            if let Some(reconnecting) = &mut self.reconnecting {
                let result = ready!(Pin::new(reconnecting).poll(context));
                self.reconnecting = None;
                match result {
                    Ok(response) => self.resume(response),
                    Err(error @ (Error::Transport(_) | Error::Timeout(_))) => {
                        self.disconnected(Some(error));
                    }
                    Err(error) => self.error = Some(error),
                }
                continue;
            }
            let Some(body) = &mut self.body else {
                return Poll::Ready(None);
            };
            body.idle = self.idle;
            match ready!(body.poll(context)) {
                Some(Ok(bytes)) => {
                    if let Err(Oversized) = self.parser.feed(&bytes, &mut self.ready) {
                        self.body = None;
                        self.error = Some(self.head.too_large(self.limit));
                    }
                }
                Some(Err(error)) => self.disconnected(Some(error)),
                None => {
                    self.ready.extend(self.parser.finish());
                    self.disconnected(None);
                }
            }
        }
    }
}

impl ResponseHead {
    pub(super) fn of(response: &RawResponse) -> Self {
        Self {
            operation: response.operation,
            status: response.status,
            headers: response.headers.clone(),
        }
    }

    /// Returns the response with a part of its body.
    pub(super) fn with_body(&self, body: Bytes) -> RawResponse {
        RawResponse::new(self.operation, self.status, self.headers.clone(), body)
    }

    /// Returns the error of an item that exceeds the size limit, in bytes.
    pub(super) fn too_large(&self, limit: u64) -> Error {
        Error::TooLarge(TooLargeError {
            operation: self.operation,
            status: self.status,
            limit,
            request_id: request_id(&self.headers).map(Box::from),
        })
    }
}

impl Reconnection {
    /// Waits and resends the request; `None` if no attempt is left. The headers of a failed response
    /// may ask for a longer delay (`Retry-After`).
    fn attempt(
        &mut self,
        delay: Duration,
        failed: Option<&HeaderMap>,
        last_id: &str,
    ) -> Option<ResponseFuture<RawResponse>> {
        if self.attempts >= self.max_attempts {
            return None;
        }
        let (resend, clock) = (self.resend.clone()?, self.clock.clone()?);
        let delay = delay.max(MIN_DELAY);
        let doubled = delay.saturating_mul(2_u32.saturating_pow(self.attempts));
        let doubled = doubled.min(MAX_DOUBLED_DELAY.max(delay));
        let asked = failed.and_then(|headers| retry_after(headers, clock.time()));
        let delay = doubled.max(asked.unwrap_or_default()).min(MAX_DELAY);
        self.attempts += 1;
        let last_id = last_id.to_owned();
        Some(ResponseFuture::new(async move {
            clock.sleep(delay).await;
            resend(last_event_id(&last_id)).await
        }))
    }
}

/// Returns the header with the ID of the last event, unless it is empty.
fn last_event_id(id: &str) -> Result<NewHeaders, Error> {
    Ok(match id {
        "" => Vec::new(),
        id => vec![header("Last-Event-ID", id)?],
    })
}

/// Returns whether a status says that the server can't serve the request now, but may later.
fn is_temporary(status: StatusCode) -> bool {
    let is_limit = matches!(
        status,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
    );
    is_limit || status.is_server_error()
}

pub(super) fn is_stream(headers: &HeaderMap) -> bool {
    content_type(headers).is_some_and(|own| own.eq_ignore_ascii_case(MEDIA_TYPE))
}
