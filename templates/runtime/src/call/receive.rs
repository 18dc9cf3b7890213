//! Reads responses within the size limit.

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
use crate::error::request_id::request_id;
use crate::error::{Error, TooLargeError};
use crate::response::{RawResponse, UnreadBody};
use crate::transport::TransportError;
use crate::transport::address::without_query;
use crate::transport::body::Body;

/// The largest buffer that is allocated because a response announces its length, in bytes.
const LARGEST_RESERVE: u64 = 64 * 1024;

impl CallState<'_> {
    /// Reads the body of a response, unless the call leaves it unread.
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
            if self.is_left_unread(status) {
                let mut response = self.response(status, Bytes::new(), request);
                response.rest = Some(Box::new(self.unread(body, request)));
                return Ok(response);
            }
            let limit = self.shared.response_limit;
            match read(&mut body, limit, self.body_length()).await {
                Ok(Some(body)) => Ok(self.response(status, body, request)),
                Ok(None) => Err(Error::TooLarge(TooLargeError {
                    operation: self.meta.id,
                    status,
                    limit,
                    request_id: request_id(&self.response_headers).map(Box::from),
                })),
                Err(error) => Err(self.transport_error(error.in_body(), request.current_url())),
            }
        }
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
