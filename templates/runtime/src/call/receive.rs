//! Reads responses: decodes their content codings, within the size limit.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, RANGE};
use http::{HeaderMap, StatusCode};
use http_body::Body as _;

use crate::call::Method;
use crate::call::request::PreparedRequest;
use crate::call::state::CallState;
use crate::content_coding::Codings;
use crate::error::request_id::request_id;
use crate::error::{DecodeError, DecodeProblem, Error, TooLargeError};
use crate::response::{RawResponse, UnreadBody};
use crate::transport::TransportError;
use crate::transport::address::without_query;
use crate::transport::body::Body;

/// The largest buffer that is allocated because a response announces its length, in bytes.
const LARGEST_RESERVE: u64 = 64 * 1024;

impl CallState<'_> {
    /// Reads the body of a response, unless the call leaves it unread. Decodes its content codings.
    ///
    /// The headers are kept in the state while the body is read, for an error that ends the call.
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
            let limit = self.shared.response_limit;
            let encoded = match read(&mut body, limit, self.body_length()).await {
                Ok(Some(encoded)) => encoded,
                Ok(None) => return Err(self.too_large(status)),
                Err(error) => {
                    return Err(self.transport_error(error.in_body(), request.current_url()));
                }
            };
            let problem = match codings {
                Ok(codings) => match decode(&codings, &encoded, limit).await {
                    Ok(Some(body)) => {
                        codings.remove_headers(&mut self.response_headers);
                        return Ok(self.response(status, body, request));
                    }
                    Ok(None) => return Err(self.too_large(status)),
                    Err(error) => DecodeProblem::InvalidCoding(error.into_source()),
                },
                Err(name) => DecodeProblem::UnknownCoding(name),
            };
            let response = self.response(status, encoded, request);
            match status.is_success() {
                true => Err(Error::Decode(DecodeError::new(response, problem))),
                // The status says more than a body that can't be read, which stays as it was sent.
                false => Ok(response),
            }
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

    fn too_large(&self, status: StatusCode) -> Error {
        Error::TooLarge(TooLargeError {
            operation: self.meta.id,
            status,
            limit: self.shared.response_limit,
            request_id: request_id(&self.response_headers).map(Box::from),
        })
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
    // Boxed, so that the future of a call whose response has no coding is smaller.
    let mut body = codings.decode(Body::from(encoded.clone()));
    Box::pin(read(&mut body, limit, 0)).await
}

/// Reads a body, of which `length` bytes are announced; `None` if it is larger than the limit.
async fn read(body: &mut Body, limit: u64, length: u64) -> Result<Option<Bytes>, TransportError> {
    if length > limit {
        return Ok(None);
    }
    // A body of one chunk isn't copied.
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await {
        // Other frames are trailers, which no operation reads.
        let Ok(chunk) = frame?.into_data() else {
            continue;
        };
        let received = first.len() + all.len() + chunk.len();
        if received as u64 > limit {
            return Ok(None);
        }
        if first.is_empty() && all.is_empty() {
            first = chunk;
            continue;
        }
        if all.is_empty() {
            all.reserve(length.min(LARGEST_RESERVE) as usize);
            all.extend_from_slice(&std::mem::take(&mut first));
        }
        all.extend_from_slice(&chunk);
    }
    Ok(Some(if all.is_empty() { first } else { all.freeze() }))
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get(CONTENT_LENGTH)?.to_str().ok()?;
    value.trim().parse().ok()
}
