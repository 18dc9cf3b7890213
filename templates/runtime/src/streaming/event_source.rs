//! The connection of an event stream, and its reconnections.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::clock::Clock;
use crate::error::request_id::request_id;
use crate::error::{DecodeError, DecodeProblem, Error, TooLargeError};
use crate::response::{RawResponse, Resend, ResponseFuture, content_type};
use crate::streaming::body_stream::BodyStream;
use crate::streaming::event_parser::{EventParser, Oversized, RawEvent};

const MEDIA_TYPE: &str = "text/event-stream";
/// The delay before a reconnection, unless the server sets it.
const DEFAULT_RETRY: Duration = Duration::from_secs(3);
/// The upper limit of the delay, unless the server sets a longer one.
const MAX_RETRY: Duration = Duration::from_secs(60);

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
    /// The data of the event that ends the stream.
    pub(super) end_marker: Option<String>,
    pub(super) reconnection: Reconnection,
    pub(super) idle: Option<Duration>,
    pub(super) limit: u64,
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
            end_marker: None,
            reconnection: Reconnection::default(),
            idle: None,
            limit,
        }
    }

    /// Ends the stream.
    pub(super) fn end(&mut self) {
        self.body = None;
        self.reconnecting = None;
        self.ready.clear();
    }

    /// Reconnects after the connection was lost, or ends the stream with the reason.
    fn disconnected(&mut self, reason: Option<Error>) {
        self.body = None;
        let delay = self.parser.retry_delay().unwrap_or(DEFAULT_RETRY);
        match self.reconnection.attempt(delay, self.parser.last_id()) {
            Some(reconnecting) => {
                self.reconnecting = Some(reconnecting);
                self.parser.restart();
            }
            None => self.error = reason,
        }
    }

    /// Continues with the response of a reconnection.
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
            None if response.status.is_success() => {
                let error = DecodeError::new(response, DecodeProblem::OtherMediaType(None));
                self.error = Some(Error::Decode(error));
            }
            None => self.error = Some(response.into_error()),
        }
    }

    /// Polls for the next event; `None` at the end and after an error.
    pub(super) fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<RawEvent, Error>>> {
        loop {
            if let Some(raw) = self.ready.pop_front() {
                self.reconnection.attempts = 0;
                if self.end_marker.as_ref() == Some(&raw.data) {
                    self.end();
                    self.error = None;
                    return Poll::Ready(None);
                }
                return Poll::Ready(Some(Ok(raw)));
            }
            if let Some(error) = self.error.take() {
                self.end();
                return Poll::Ready(Some(Err(error)));
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
                None => self.disconnected(None),
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
    /// Waits and resends the request; `None` if no attempt is left.
    fn attempt(&mut self, delay: Duration, last_id: &str) -> Option<ResponseFuture<RawResponse>> {
        if self.attempts >= self.max_attempts {
            return None;
        }
        let (resend, clock) = (self.resend.clone()?, self.clock.clone()?);
        let doubled = delay.saturating_mul(2_u32.saturating_pow(self.attempts));
        let delay = doubled.min(MAX_RETRY.max(delay));
        self.attempts += 1;
        let last_id = last_id.to_owned();
        Some(ResponseFuture::new(async move {
            clock.sleep(delay).await;
            resend(&last_id).await
        }))
    }
}

pub(super) fn is_stream(headers: &HeaderMap) -> bool {
    content_type(headers).is_some_and(|own| own.eq_ignore_ascii_case(MEDIA_TYPE))
}
