//! Response bodies that are read as they are received.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method, StatusCode};
use http_body::Body as _;

use crate::call::{Call, Meta, Operation, encoded};
use crate::clock::{TokioClock, timer};
use crate::error::request_id::request_id;
use crate::error::{Error, TimeLimit, TimeoutError};
use crate::request::encoder::Encoder;
use crate::response::{BodyMode, RawResponse, Resend, ResponseFuture, UnreadBody};
use crate::retry::RetryPolicy;
use crate::streaming::event_source::is_stream;
use crate::streaming::json_stream::is_sequence;
use crate::streaming::resumption::{Progress, Resumption};
use crate::transport::TransportError;
use crate::transport::body::Body;

impl Call {
    /// Sends a request and reads the response, unless `mode` says that its body is to be streamed.
    /// The time limit of the call ends when the body is read or left unread.
    pub fn open(
        self,
        meta: Meta,
        encoded: Result<Encoder, Error>,
        mode: BodyMode,
    ) -> ResponseFuture<RawResponse> {
        let resend = encoded.as_ref().ok().and_then(Encoder::try_clone);
        let resend = resend.map(|encoder| resend_with(self.clone(), meta.clone(), encoder, mode));
        let limit = self.time_limit();
        let sent = self.with_body_mode(mode).execute(meta, encoded);
        ResponseFuture::new(async move {
            let mut response = sent.await?;
            if let Some(rest) = &mut response.rest {
                rest.time_limit = limit;
                rest.resend = resend;
            }
            Ok(response)
        })
    }
}

/// Sends the request of an operation. Leaves the body unread if it is a stream of events or of JSON
/// documents.
pub fn exchange_stream<O: Operation>(operation: &O) -> ResponseFuture<RawResponse> {
    let call = operation.call().clone();
    call.open(O::META, encoded(operation), |status, headers| {
        status.is_success() && (is_stream(headers) || is_sequence(headers))
    })
}

/// Returns a function that resends the request with additional headers.
fn resend_with(call: Call, meta: Meta, encoder: Encoder, mode: BodyMode) -> Resend {
    Arc::new(move |headers| {
        let encoded = headers.map(|headers| {
            let mut encoded = encoder.try_clone().unwrap_or_default();
            for (name, value) in headers {
                encoded.headers.insert(name, value);
            }
            encoded
        });
        // Streams have their own back-off, so the call isn't retried.
        let call = call.clone().with_body_mode(mode);
        let call = call.options(|options| options.retry(RetryPolicy::never()));
        call.execute(meta.clone(), encoded)
    })
}

/// A response body that is being read.
pub(crate) struct BodyStream {
    operation: &'static str,
    method: Method,
    url: String,
    attempts: u32,
    request_id: Option<Box<str>>,
    body: Body,
    /// How long to wait for the next bytes.
    pub idle: Option<Duration>,
    timer: Option<Pin<Box<timer::Sleep>>>,
    /// The value of `Content-Length`, and the number of bytes received so far.
    length: Option<u64>,
    received: u64,
    is_done: bool,
    /// How a body that breaks off is continued; `None` if it isn't.
    pub(super) resumption: Option<Box<Resumption>>,
    /// The head of the response that replaced the first one, before any byte was received.
    new_head: Option<Box<(StatusCode, HeaderMap)>>,
}

impl BodyStream {
    /// Creates a stream from the unread body of a response with these headers.
    pub(crate) fn new(operation: &'static str, headers: &HeaderMap, rest: UnreadBody) -> Self {
        Self {
            operation,
            method: rest.method,
            url: rest.url,
            attempts: rest.attempts,
            request_id: request_id(headers).map(Box::from),
            body: rest.body,
            idle: rest.time_limit,
            timer: None,
            length: content_length(headers),
            received: 0,
            is_done: false,
            resumption: None,
            new_head: None,
        }
    }

    /// Creates a stream from a complete body.
    pub(crate) fn buffered(body: Body) -> Self {
        let rest = UnreadBody {
            body,
            method: Method::GET,
            url: String::new(),
            attempts: 1,
            time_limit: None,
            size_limit: u64::MAX,
            clock: Arc::new(TokioClock),
            resend: None,
        };
        Self::new("", &HeaderMap::new(), rest)
    }

    /// Returns the body if it is complete and nothing of it was read.
    pub(crate) fn as_bytes(&self) -> Option<&Bytes> {
        self.body.as_bytes()
    }

    /// Returns `Content-Length`, in bytes.
    pub(crate) fn length(&self) -> Option<u64> {
        self.length
    }

    /// Polls for the next bytes; `None` at the end and after an error.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if self.is_done {
            return Poll::Ready(None);
        }
        let item = loop {
            if let Err(error) = ready!(self.poll_resumption(context)) {
                break Some(Err(error));
            }
            let item = ready!(self.poll_body(context));
            self.timer = None;
            match item {
                Some(Err(error @ Error::Transport(_))) => {
                    if let Err(error) = self.resume(error) {
                        break Some(Err(error));
                    }
                }
                item => break item,
            }
        };
        self.is_done = !matches!(item, Some(Ok(_)));
        Poll::Ready(item)
    }

    /// Requests the rest of a body that broke off. Returns the error if it can't be requested.
    fn resume(&mut self, error: Error) -> Result<(), Error> {
        let progress = self.progress();
        match &mut self.resumption {
            Some(resumption) => resumption.begin(error, progress),
            None => Err(error),
        }
    }

    /// Continues with the rest of the body, if it was requested.
    fn poll_resumption(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let progress = self.progress();
        let Some(resumption) = &mut self.resumption else {
            return Poll::Ready(Ok(()));
        };
        let response = match resumption.poll(progress, context) {
            Poll::Ready(Some(response)) => response,
            Poll::Ready(None) => return Poll::Ready(Ok(())),
            Poll::Pending if resumption.awaits_response() => {
                return self.poll_stall(context).map(Err);
            }
            Poll::Pending => return Poll::Pending,
        };
        self.timer = None;
        let mut response = response?;
        if let Some(rest) = response.rest.take() {
            self.body = rest.body;
            self.url = rest.url;
        }
        self.request_id = request_id(&response.headers).map(Box::from);
        if self.received == 0 {
            self.length = content_length(&response.headers);
            self.new_head = Some(Box::new((response.status, response.headers)));
        }
        Poll::Ready(Ok(()))
    }

    fn progress(&self) -> Progress {
        Progress {
            received: self.received,
            length: self.length,
        }
    }

    /// Returns the head of the response whose body is read, if it isn't the first one.
    pub(crate) fn take_new_head(&mut self) -> Option<Box<(StatusCode, HeaderMap)>> {
        self.new_head.take()
    }

    fn poll_body(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            let frame = match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(frame) => frame,
                Poll::Pending => return self.poll_stall(context).map(|error| Some(Err(error))),
            };
            match frame {
                None => return Poll::Ready(self.truncation_error().map(Err)),
                Some(Err(error)) => return Poll::Ready(Some(Err(self.body_error(error)))),
                Some(Ok(frame)) => {
                    // Any other frame contains trailers, which aren't used.
                    let Ok(data) = frame.into_data() else {
                        continue;
                    };
                    self.received += data.len() as u64;
                    if !data.is_empty() {
                        if let Some(resumption) = &mut self.resumption {
                            resumption.proceed();
                        }
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
            }
        }
    }

    /// Polls for the error of a server that sends nothing. The timer runs only while a reader is
    /// waiting.
    fn poll_stall(&mut self, context: &mut Context<'_>) -> Poll<Error> {
        let Some(limit) = self.idle else {
            return Poll::Pending;
        };
        let sleep = || Box::pin(timer::sleep(limit));
        let timer = self.timer.get_or_insert_with(sleep);
        ready!(timer.as_mut().poll(context));
        Poll::Ready(Error::Timeout(TimeoutError {
            operation: self.operation,
            exceeded: TimeLimit::Stall,
            limit,
            attempts: self.attempts,
            request_id: self.request_id.clone(),
        }))
    }

    /// Returns an error if the body is shorter than its `Content-Length`.
    fn truncation_error(&self) -> Option<Error> {
        let length = self.length.filter(|length| *length != self.received)?;
        let message = format!("the body ended after {} of {length} bytes", self.received);
        Some(self.body_error(TransportError::other(message)))
    }

    fn body_error(&self, error: TransportError) -> Error {
        self.transport_error(error.in_body())
    }

    /// Adds the details of the call to an error.
    pub(crate) fn transport_error(&self, error: TransportError) -> Error {
        let (method, url) = (self.method.clone(), self.url.clone());
        let request_id = self.request_id.clone();
        Error::Transport(error.during(self.operation, method, url, self.attempts, request_id))
    }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(CONTENT_LENGTH)?.to_str().ok()?;
    length.trim().parse().ok()
}
