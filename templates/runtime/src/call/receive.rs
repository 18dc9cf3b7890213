//! Reads responses: decodes their content codings, within the size limit.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, RANGE};
use http::{HeaderMap, StatusCode};
use http_body::{Body as _, Frame};

use crate::call::Method;
use crate::call::request::PreparedRequest;
use crate::call::state::CallState;
use crate::clock::timer;
use crate::content_coding::Codings;
use crate::error::request_id::request_id;
use crate::error::{DecodeError, DecodeProblem, Error, TimeLimit, TooLargeError};
use crate::response::{RawResponse, UnreadBody};
use crate::transport::TransportError;
use crate::transport::address::without_query;
use crate::transport::body::Body;

/// The largest buffer that is allocated because a response announces its length, in bytes.
const LARGEST_RESERVE: u64 = 64 * 1024;

/// A response that an error returns if it is an error response, too: its body is being read, or another
/// token is being requested because it has status 401.
pub(super) struct PartialResponse {
    status: StatusCode,
    body: BodyBuffer,
}

impl CallState<'_> {
    /// Reads the body of a response, unless the call leaves it unread. Decodes its content codings.
    ///
    /// The status, the headers and the part of the body that was received are kept in the state while
    /// the body is read, for a limit that ends the call.
    pub(super) fn receive(
        &mut self,
        response: http::Response<Body>,
        request: &PreparedRequest,
    ) -> impl Future<Output = Result<RawResponse, Error>> {
        let (parts, mut body) = response.into_parts();
        let status = parts.status;
        self.response_headers = parts.headers;
        async move {
            let codings = self.codings(status, request);
            if self.is_left_unread(status) {
                return self.leave_unread(status, body, codings, request);
            }
            let partial = PartialResponse {
                status,
                body: BodyBuffer::new(self.body_length()),
            };
            let limit = self.shared.response_limit;
            if partial.body.announced > limit && !is_error(status) {
                return Err(self.too_large(status));
            }
            self.partial = Some(partial);
            match self.read(&mut body, request).await {
                Ok(()) => {
                    let body = self.partial.take().map(|partial| partial.body.finish());
                    self.decoded(status, body.unwrap_or_default(), codings, request)
                        .await
                }
                Err(error) => self.interrupted(error, request),
            }
        }
    }

    /// Decodes the content codings of a body. An error response keeps a body that can't be decoded: its
    /// status says more.
    async fn decoded(
        &mut self,
        status: StatusCode,
        encoded: Bytes,
        codings: Result<Codings, Box<str>>,
        request: &PreparedRequest,
    ) -> Result<RawResponse, Error> {
        let problem = match codings {
            Ok(codings) => match decode(&codings, &encoded, self.shared.response_limit).await {
                Ok(Some(body)) => {
                    codings.remove_headers(&mut self.response_headers);
                    return Ok(self.response(status, body, request));
                }
                Ok(None) => {
                    let error = self.too_large(status);
                    let response = self.response(status, encoded, request);
                    self.keep(&response);
                    return self.interrupted(error, request);
                }
                Err(error) => DecodeProblem::InvalidCoding(error.into_source()),
            },
            Err(name) => DecodeProblem::UnknownCoding(name),
        };
        let response = self.response(status, encoded, request);
        match status.is_success() {
            true => Err(Error::Decode(DecodeError::new(response, problem))),
            false => Ok(response),
        }
    }

    /// Reads the body of the response that is kept in the state.
    async fn read(&mut self, body: &mut Body, request: &PreparedRequest) -> Result<(), Error> {
        while let Some(frame) = self.next_frame(body).await? {
            let frame = frame
                .map_err(|error| self.transport_error(error.in_body(), request.current_url()))?;
            // Other frames are trailers, which no operation reads.
            let (Ok(chunk), Some(partial)) = (frame.into_data(), &mut self.partial) else {
                continue;
            };
            if !partial.body.push(chunk, self.shared.response_limit) {
                let status = partial.status;
                return Err(self.too_large(status));
            }
        }
        Ok(())
    }

    /// Returns the next frame of the body. The body of an error response may stall for a third of the
    /// call's time limit, so that time is left to retry the call.
    async fn next_frame(
        &mut self,
        body: &mut Body,
    ) -> Result<Option<Result<Frame<Bytes>, TransportError>>, Error> {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context));
        let status = self.partial.as_ref().map(|partial| partial.status);
        match self.settings.timeout {
            Some(timeout) if status.is_some_and(is_error) => {
                let limit = timeout / 3;
                // Boxed, because the future of a call would be larger for the sake of errors.
                let in_time = Box::pin(timer::timeout(limit, frame)).await;
                in_time.map_err(|_| self.timeout_error(TimeLimit::Stall, limit))
            }
            _ => Ok(frame.await),
        }
    }

    fn too_large(&self, status: StatusCode) -> Error {
        Error::TooLarge(TooLargeError {
            operation: self.meta.id,
            status,
            limit: self.shared.response_limit,
            request_id: request_id(&self.response_headers).map(Box::from),
        })
    }

    /// Keeps a complete response in the state.
    pub(super) fn keep(&mut self, response: &RawResponse) {
        self.response_headers.clone_from(&response.headers);
        self.partial = Some(PartialResponse {
            status: response.status,
            body: BodyBuffer {
                first: response.body.clone(),
                ..BodyBuffer::new(0)
            },
        });
    }

    /// Ends an attempt by an error. Returns the response that is kept in the state, if it is an error
    /// response: its status says more than the error, which becomes the response's cause.
    pub(super) fn interrupted(
        &mut self,
        error: Error,
        request: &PreparedRequest,
    ) -> Result<RawResponse, Error> {
        match self.partial.take() {
            Some(PartialResponse { status, body }) if is_error(status) => {
                let mut response = self.response(status, body.finish(), request);
                response.cause = Some(Arc::new(error));
                Ok(response)
            }
            _ => Err(error),
        }
    }

    /// Returns the response with its body unread, and its codings decoded as the body is read.
    fn leave_unread(
        &mut self,
        status: StatusCode,
        body: Body,
        codings: Result<Codings, Box<str>>,
        request: &PreparedRequest,
    ) -> Result<RawResponse, Error> {
        let codings = match codings {
            Ok(codings) => codings,
            Err(name) => {
                let response = self.response(status, Bytes::new(), request);
                let problem = DecodeProblem::UnknownCoding(name);
                return Err(Error::Decode(DecodeError::new(response, problem)));
            }
        };
        codings.remove_headers(&mut self.response_headers);
        let mut response = self.response(status, Bytes::new(), request);
        response.rest = Some(Box::new(self.unread(codings.decode(body), request)));
        Ok(response)
    }

    /// Returns the content codings to decode.
    ///
    /// # Errors
    ///
    /// Returns the name of a coding that the client doesn't decode.
    fn codings(&self, status: StatusCode, request: &PreparedRequest) -> Result<Codings, Box<str>> {
        if request.keeps_content_coding && status.is_success() {
            return Ok(Codings::default());
        }
        Codings::of(self.meta.method, status, &self.response_headers)
    }

    fn response(
        &mut self,
        status: StatusCode,
        body: Bytes,
        request: &PreparedRequest,
    ) -> RawResponse {
        let headers = std::mem::take(&mut self.response_headers);
        let mut response = RawResponse::new(self.meta.id, status, headers, body);
        response.attempts = self.attempt;
        response.url = Some(request.current_url().clone());
        response.asked_for_range = request.headers.contains(RANGE);
        response.not_followed = self.not_followed;
        response
    }

    fn is_left_unread(&self, status: StatusCode) -> bool {
        let mode = self.settings.body_mode;
        mode.is_some_and(|leaves_unread| leaves_unread(status, &self.response_headers))
    }

    /// Returns the length that the response announces, in bytes; 0 if it announces none.
    fn body_length(&self) -> u64 {
        match self.meta.method {
            // The response to HEAD has the length of a body that isn't sent.
            Method::HEAD => 0,
            _ => content_length(&self.response_headers).unwrap_or_default(),
        }
    }

    fn unread(&self, body: Body, request: &PreparedRequest) -> UnreadBody {
        UnreadBody {
            body,
            method: self.meta.method.http(),
            url: without_query(request.current_url()).to_owned(),
            attempts: self.attempt,
            time_limit: None,
            size_limit: self.shared.response_limit,
            clock: Arc::clone(&self.shared.connections.clock),
            resend: None,
        }
    }
}

/// Decodes a body; returns `None` if the result is larger than the limit.
async fn decode(
    codings: &Codings,
    encoded: &Bytes,
    limit: u64,
) -> Result<Option<Bytes>, TransportError> {
    if codings.is_empty() {
        return Ok(Some(encoded.clone()));
    }
    let mut body = codings.decode(Body::from(encoded.clone()));
    let mut decoded = BodyBuffer::new(0);
    // Boxed, so that the future of a call whose response has no coding is smaller.
    Box::pin(async move {
        while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            if let Ok(chunk) = frame?.into_data()
                && !decoded.push(chunk, limit)
            {
                return Ok(None);
            }
        }
        Ok(Some(decoded.finish()))
    })
    .await
}

/// Returns whether a status is an error, whose response is kept even if its body is incomplete.
fn is_error(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// The part of a body that was received. A body of one chunk isn't copied.
struct BodyBuffer {
    /// The length that the response announces, in bytes; 0 if it announces none.
    announced: u64,
    first: Bytes,
    all: BytesMut,
}

impl BodyBuffer {
    fn new(announced: u64) -> Self {
        Self {
            announced,
            first: Bytes::new(),
            all: BytesMut::new(),
        }
    }

    /// Adds a chunk, up to the size limit. Returns `false` if the body exceeds the limit.
    fn push(&mut self, mut chunk: Bytes, limit: u64) -> bool {
        let left = limit - (self.first.len() + self.all.len()) as u64;
        let fits = chunk.len() as u64 <= left;
        if !fits {
            chunk.truncate(left as usize);
        }
        if self.first.is_empty() && self.all.is_empty() {
            self.first = chunk;
            return fits;
        }
        if self.all.is_empty() {
            self.all
                .reserve(self.announced.min(LARGEST_RESERVE) as usize);
            self.all.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.all.extend_from_slice(&chunk);
        fits
    }

    fn finish(self) -> Bytes {
        if self.all.is_empty() {
            self.first
        } else {
            self.all.freeze()
        }
    }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get(CONTENT_LENGTH)?.to_str().ok()?;
    value.trim().parse().ok()
}
