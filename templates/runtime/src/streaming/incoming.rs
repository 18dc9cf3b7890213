//! The response that a stream of items belongs to, independent of the format of the items.

use std::collections::VecDeque;
use std::fmt;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::error::request_id::request_id;
use crate::error::{DecodeError, DecodeProblem, Error, TooLargeError};
use crate::response::RawResponse;
use crate::streaming::body_stream::BodyStream;
use crate::streaming::drain::Drain;
use crate::streaming::item::ItemError;
use crate::transport::body::Body;

/// A response whose body is split into items, and the items that are complete.
pub(super) struct Incoming<R> {
    pub(super) head: ResponseHead,
    /// The body; `None` once it has ended.
    pub(super) body: Option<BodyStream>,
    pub(super) ready: VecDeque<R>,
    /// The error that ends the stream after the items that are ready.
    pub(super) error: Option<Error>,
    /// The rest of the body after the end of the stream.
    rest: Option<Drain>,
    /// How long to wait for the next bytes.
    pub(super) idle: Option<Duration>,
    /// The size limit of an item, in bytes.
    pub(super) limit: u64,
}

/// The head of a response.
pub(super) struct ResponseHead {
    pub(super) operation: &'static str,
    status: StatusCode,
    pub(super) headers: HeaderMap,
}

/// What a stream receives next.
pub(super) enum Input<R> {
    /// An item that was ready.
    Item(R),
    /// The error that ends the stream.
    Error(Error),
    /// Bytes of the body.
    Bytes(Bytes),
    /// The body has ended, or it broke off for this reason.
    Closed(Option<Error>),
}

impl<R> Incoming<R> {
    /// Creates the state of a response before its first item.
    pub(super) fn new(response: RawResponse) -> Self {
        let RawResponse {
            operation,
            status,
            headers,
            body,
            rest,
            ..
        } = response;
        let limit = rest.as_ref().map_or(u64::MAX, |rest| rest.size_limit);
        let body = match rest {
            Some(rest) => BodyStream::new(operation, &headers, *rest),
            None => BodyStream::buffered(Body::from(body)),
        };
        Self {
            head: ResponseHead {
                operation,
                status,
                headers,
            },
            body: Some(body),
            ready: VecDeque::new(),
            error: None,
            rest: None,
            idle: None,
            limit,
        }
    }

    /// Creates the state of a complete body.
    pub(super) fn buffered(body: Body) -> Self {
        let empty = RawResponse::new("", StatusCode::OK, HeaderMap::new(), Bytes::new());
        Self {
            body: Some(BodyStream::buffered(body)),
            ..Self::new(empty)
        }
    }

    /// Returns the bytes of a complete body that wasn't polled.
    pub(super) fn into_bytes(self) -> Option<Bytes> {
        self.body?.as_bytes().cloned()
    }

    /// Continues with another response. The items that are ready stay.
    pub(super) fn replace(&mut self, response: RawResponse) {
        let next = Self::new(response);
        (self.head, self.body) = (next.head, next.body);
    }

    /// Ends the stream. The rest of the body is read when the stream is polled again.
    pub(super) fn end(&mut self) {
        self.rest = self.body.take().map(Drain::new);
        self.ready.clear();
        self.error = None;
    }

    /// Polls for what comes next; `None` if the body has ended and nothing is ready.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Input<R>>> {
        if let Some(item) = self.ready.pop_front() {
            return Poll::Ready(Some(Input::Item(item)));
        }
        if let Some(error) = self.error.take() {
            return Poll::Ready(Some(Input::Error(error)));
        }
        if let Some(rest) = &mut self.rest {
            ready!(rest.poll(context));
            self.rest = None;
        }
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        body.idle = self.idle;
        Poll::Ready(Some(match ready!(body.poll(context)) {
            Some(Ok(bytes)) => Input::Bytes(bytes),
            closed => {
                self.body = None;
                Input::Closed(closed.and_then(Result::err))
            }
        }))
    }

    /// Ends the stream, after the items that are ready, because an item exceeds the size limit.
    pub(super) fn exceed_limit(&mut self) {
        self.body = None;
        self.error = Some(Error::TooLarge(TooLargeError {
            operation: self.head.operation,
            status: self.head.status,
            limit: self.limit,
            request_id: request_id(&self.head.headers).map(Box::from),
        }));
    }

    /// Returns the error of an item that isn't returned. If the server reports it, the stream ends.
    pub(super) fn item_error(
        &mut self,
        item: Bytes,
        error: ItemError,
        in_item: impl FnOnce(DecodeProblem) -> DecodeProblem,
    ) -> Error {
        match error {
            ItemError::Decode(problem) => {
                let response = self.head.with_body(item);
                Error::Decode(DecodeError::new(response, in_item(problem)))
            }
            ItemError::Reported => self.reported_error(item),
        }
    }

    /// Ends the stream, and returns the error that the server reports.
    pub(super) fn reported_error(&mut self, report: Bytes) -> Error {
        self.end();
        self.head.with_body(report).into_reported_error()
    }

    /// Prints a stream with its operation, never an item.
    pub(super) fn debug(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("operation", &self.head.operation)
            .field("ready", &self.ready.len())
            .finish_non_exhaustive()
    }
}

impl ResponseHead {
    /// Returns the response with a part of its body.
    fn with_body(&self, body: Bytes) -> RawResponse {
        RawResponse::new(self.operation, self.status, self.headers.clone(), body)
    }
}
