//! The connection of an event stream, and its reconnections.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::{HeaderMap, StatusCode};

use crate::clock::Clock;
use crate::error::Error;
use crate::request::encoder::header;
use crate::response::{NewHeaders, RawResponse, Resend, ResponseFuture, content_type};
use crate::retry::retry_after;
use crate::streaming::event_parser::{EventParser, Oversized, RawEvent};
use crate::streaming::incoming::{Incoming, Input};
use crate::streaming::item::is_failure;

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
    pub(super) incoming: Incoming<RawEvent>,
    reconnecting: Option<ResponseFuture<RawResponse>>,
    pub(super) parser: EventParser,
    pub(super) end_marker: EndMarker,
    pub(super) reconnection: Reconnection,
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

#[derive(Default)]
pub(super) struct Reconnection {
    clock: Option<Arc<dyn Clock>>,
    resend: Option<Resend>,
    /// How many times to reconnect without an event in between.
    pub(super) max_attempts: u32,
    attempts: u32,
}

impl EventSource {
    pub(super) fn new(incoming: Incoming<RawEvent>, reconnection: Reconnection) -> Self {
        Self {
            reconnecting: None,
            parser: EventParser::new(incoming.limit),
            end_marker: EndMarker::None,
            reconnection,
            incoming,
        }
    }

    /// Reconnects after the connection was lost, or ends the stream with the reason.
    fn disconnected(&mut self, reason: Option<Error>) {
        let delay = self.parser.retry_delay().unwrap_or(DEFAULT_DELAY);
        let failed = reason.as_ref().and_then(Error::as_api);
        let failed = failed.map(|error| error.headers());
        let (last_id, reconnection) = (self.parser.last_id(), &mut self.reconnection);
        match reconnection.attempt(delay, failed, last_id) {
            Some(reconnecting) => {
                self.reconnecting = Some(reconnecting);
                self.parser.restart();
            }
            None => self.incoming.error = reason,
        }
    }

    /// Continues with the response of a reconnection. A status 204 ends the stream (WHATWG HTML,
    /// section 9.2.3).
    fn resume(&mut self, response: RawResponse) {
        let status = response.status;
        if response.rest.is_some() {
            self.incoming.replace(response);
        } else if status == StatusCode::NO_CONTENT {
            self.incoming.end();
        } else if status.is_success() {
            self.incoming.error = Some(response.not_a_stream());
        } else if is_temporary(status) {
            self.disconnected(Some(response.into_error()));
        } else {
            self.incoming.error = Some(response.into_error());
        }
    }

    /// Reads an event, or JSON in place of one. Returns `None` if it isn't returned to the caller.
    fn read(&mut self, raw: RawEvent) -> Option<Result<RawEvent, Error>> {
        if raw.is_bare {
            let document = raw.data.parse().ok();
            if !document.is_some_and(|document| is_failure(&document)) {
                return None;
            }
            self.reconnecting = None;
            return Some(Err(self.incoming.reported_error(raw.data.into())));
        }
        self.reconnection.attempts = 0;
        if self.end_marker.is(&raw.data) {
            self.incoming.end();
            return None;
        }
        Some(Ok(raw))
    }

    /// Polls for the next event; `None` at the end and after an error.
    pub(super) fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<RawEvent, Error>>> {
        loop {
            match ready!(self.incoming.poll(context)) {
                Some(Input::Item(raw)) => {
                    if let Some(result) = self.read(raw) {
                        return Poll::Ready(Some(result));
                    }
                }
                Some(Input::Error(error)) => return Poll::Ready(Some(Err(error))),
                Some(Input::Bytes(bytes)) => {
                    if let Err(Oversized) = self.parser.feed(&bytes, &mut self.incoming.ready) {
                        self.incoming.exceed_limit();
                    }
                }
                Some(Input::Closed(reason)) => {
                    if reason.is_none() {
                        self.incoming.ready.extend(self.parser.finish());
                    }
                    self.disconnected(reason);
                }
                None => {
                    let Some(reconnecting) = &mut self.reconnecting else {
                        return Poll::Ready(None);
                    };
                    let result = ready!(Pin::new(reconnecting).poll(context));
                    self.reconnecting = None;
                    self.reconnected(result);
                }
            }
        }
    }

    /// Continues after a reconnection.
    fn reconnected(&mut self, result: Result<RawResponse, Error>) {
        match result {
            Ok(response) => self.resume(response),
            Err(error @ (Error::Transport(_) | Error::Timeout(_))) => {
                self.disconnected(Some(error));
            }
            Err(error) => self.incoming.error = Some(error),
        }
    }
}

impl Reconnection {
    /// Returns how to reconnect after a response; never, unless the caller sets a number of attempts.
    pub(super) fn of(response: &RawResponse) -> Self {
        let Some(rest) = &response.rest else {
            return Self::default();
        };
        Self {
            clock: Some(Arc::clone(&rest.clock)),
            resend: rest.resend.clone(),
            ..Self::default()
        }
    }

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
