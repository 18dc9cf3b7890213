//! Answers whose body is taken as it comes, and isn't kept.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method};
use http_body::Body as _;

use crate::call::{Call, Meta, ResponseFuture};
use crate::clock::TokioClock;
use crate::error::request_id::request_id;
use crate::error::{Error, TimeoutError};
use crate::request::encoder::{Encoder, header};
use crate::response::{Again, BodyMode, RawResponse, UnreadBody};
use crate::retry::RetryPolicy;
use crate::transport::TransportError;
use crate::transport::body::Body;

impl Call {
    /// Sends what an operation has encoded, and reads the response unless `leave` says that its
    /// body is to be taken as it comes. The time limit of the call holds until the body is read or
    /// left.
    pub fn open(
        self,
        meta: Meta,
        encoded: Result<Encoder, Error>,
        leave: BodyMode,
    ) -> ResponseFuture<RawResponse> {
        let again = encoded.as_ref().ok().and_then(Encoder::try_clone);
        let again = again.map(|encoder| again_with(self.clone(), meta.clone(), encoder, leave));
        let limit = self.time_limit();
        let sent = self.with_body_mode(leave).execute(meta, encoded);
        Box::pin(async move {
            let mut response = sent.await?;
            if let Some(rest) = &mut response.rest {
                rest.time_limit = limit;
                rest.again = again;
            }
            Ok(response)
        })
    }
}

/// Sends the same request once more, with the header `Last-Event-ID` unless it would be empty.
fn again_with(call: Call, meta: Meta, encoder: Encoder, leave: BodyMode) -> Again {
    Arc::new(move |last_event_id| {
        let encoded = encoder.try_clone();
        let encoded = encoded.map_or_else(
            || Ok(Encoder::default()),
            |mut encoded| {
                if !last_event_id.is_empty() {
                    let (name, value) = header("Last-Event-ID", last_event_id)?;
                    encoded.headers.insert(name, value);
                }
                Ok(encoded)
            },
        );
        // When to ask for a stream again is settled by the stream.
        let call = call.clone().with_body_mode(leave);
        let call = call.options(|options| options.retry(RetryPolicy::never()));
        call.execute(meta.clone(), encoded)
    })
}

/// A body that is being taken.
pub(crate) struct BodyStream {
    operation: &'static str,
    method: Method,
    url: String,
    attempts: u32,
    request_id: Option<Box<str>>,
    body: Body,
    /// How long the next bytes may take.
    pub idle: Option<Duration>,
    waiting: Option<Pin<Box<tokio::time::Sleep>>>,
    /// How much was told to come, and how much came.
    length: Option<u64>,
    received: u64,
    ended: bool,
}

impl BodyStream {
    /// The rest of an answer with these headers.
    pub(crate) fn new(operation: &'static str, headers: &HeaderMap, rest: UnreadBody) -> Self {
        let length = headers.get(CONTENT_LENGTH);
        let length = length.and_then(|it| it.to_str().ok()?.trim().parse().ok());
        Self {
            operation,
            method: rest.method,
            url: rest.url,
            attempts: rest.attempts,
            request_id: request_id(headers).map(Box::from),
            body: rest.body,
            idle: rest.time_limit,
            waiting: None,
            length,
            received: 0,
            ended: false,
        }
    }

    /// A body that is all there.
    pub(crate) fn at_hand(body: Body) -> Self {
        let rest = UnreadBody {
            body,
            method: Method::GET,
            url: String::new(),
            attempts: 1,
            time_limit: None,
            size_limit: u64::MAX,
            clock: Arc::new(TokioClock),
            again: None,
        };
        Self::new("", &HeaderMap::new(), rest)
    }

    /// The body, if it is all there and nothing of it was taken.
    pub(crate) fn as_bytes(&self) -> Option<&Bytes> {
        self.body.as_bytes()
    }

    /// `Content-Length`, in bytes.
    pub(crate) fn length(&self) -> Option<u64> {
        self.length
    }

    /// The next bytes; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// The next bytes; `None` at the end, and after an error.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let item = ready!(self.poll_body(context));
        self.waiting = None;
        self.ended = !matches!(item, Some(Ok(_)));
        Poll::Ready(item)
    }

    fn poll_body(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            let frame = match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(frame) => frame,
                Poll::Pending => {
                    // Only who waits grows impatient: a reader may take its time.
                    let after = ready!(self.poll_idle(context));
                    let timeout = TimeoutError {
                        operation: self.operation,
                        limit: after,
                        attempts: self.attempts,
                        request_id: self.request_id.clone(),
                    };
                    return Poll::Ready(Some(Err(Error::Timeout(timeout))));
                }
            };
            match frame {
                None => return Poll::Ready(self.missing().map(Err)),
                Some(Err(error)) => return Poll::Ready(Some(Err(self.broken(error)))),
                Some(Ok(frame)) => {
                    // What isn't data is trailers, which nobody asks for.
                    let Ok(data) = frame.into_data() else {
                        continue;
                    };
                    self.received += data.len() as u64;
                    if !data.is_empty() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
            }
        }
    }

    fn poll_idle(&mut self, context: &mut Context<'_>) -> Poll<Duration> {
        let Some(after) = self.idle else {
            return Poll::Pending;
        };
        let sleep = || Box::pin(tokio::time::sleep(after));
        let waiting = self.waiting.get_or_insert_with(sleep);
        waiting.as_mut().poll(context).map(|()| after)
    }

    /// An error if the body ended before it was all there.
    fn missing(&self) -> Option<Error> {
        let length = self.length.filter(|length| *length != self.received)?;
        let message = format!("{} of {length} bytes came", self.received);
        Some(self.broken(TransportError::other(message)))
    }

    fn broken(&self, error: TransportError) -> Error {
        self.failed(error.in_body())
    }

    /// An error of this call.
    pub(crate) fn failed(&self, error: TransportError) -> Error {
        let (method, url) = (self.method.clone(), self.url.clone());
        let request_id = self.request_id.clone();
        Error::Transport(error.during(self.operation, method, url, self.attempts, request_id))
    }
}
