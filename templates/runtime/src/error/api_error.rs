//! A status that isn't a success, and what it says.

use std::fmt;

use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};

use crate::error::message::message;
use crate::error::request_id::{Ending, request_id};
use crate::error::{DecodeError, Error};
use crate::response::{RawResponse, content_type, read_json, reason};
use crate::wire::Decode;

/// The server answered with a status that isn't a success.
///
/// `Display` names operation, status, the message that the body holds, if it holds one, what the server
/// calls the request, and how many attempts there were, if there were several:
/// `CreateToken: 400 Bad Request: invalid_grant: the device code has expired`.
pub struct ApiError(Box<RawResponse>);

impl ApiError {
    /// The error that a response is.
    #[must_use]
    pub fn new(response: RawResponse) -> Self {
        Self(Box::new(response))
    }

    /// The operation.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The body as it came.
    #[must_use]
    pub fn raw_body(&self) -> &Bytes {
        &self.0.body
    }

    /// The body as the OpenAPI document describes it for this status.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`]: the body is something else, such as the page of a proxy.
    pub fn body<T: Decode>(&self) -> Result<T, Error> {
        read_json(&self.0.body).map_err(|problem| {
            let RawResponse {
                operation,
                status,
                headers,
                body,
                ..
            } = &*self.0;
            let response = RawResponse::new(operation, *status, headers.clone(), body.clone());
            Error::Decode(DecodeError::new(response, problem))
        })
    }

    /// What names this request in the server's logs, if the server sent it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.0.headers)
    }

    /// How often the call was sent, or tried to be, until this answer came.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The message that the body holds, on one line; `None` if it holds none.
    #[must_use]
    pub fn message(&self) -> Option<String> {
        message(content_type(&self.0.headers), &self.0.body)
    }

    /// Where a redirect leads that wasn't followed, without its query.
    fn location(&self) -> Option<&str> {
        let location = self.0.headers.get(LOCATION)?.to_str().ok()?;
        let end = location.find(['?', '#']).unwrap_or(location.len());
        self.0
            .status
            .is_redirection()
            .then(|| location.split_at(end).0)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation(), reason(self.status()))?;
        if let Some(location) = self.location() {
            write!(f, ": redirects to {location}, which isn't followed")?;
        } else if let Some(message) = self.message() {
            write!(f, ": {message}")?;
        } else if self.raw_body().is_empty() {
            f.write_str(" (no body)")?;
        } else {
            let media_type = content_type(self.headers()).unwrap_or("no content type");
            write!(f, " ({} bytes, {media_type})", self.raw_body().len())?;
        }
        let ending = Ending {
            request_id: self.request_id(),
            attempts: self.attempts(),
        };
        ending.fmt(f)
    }
}

/// Prints neither the body nor the values of the headers.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("operation", &self.operation())
            .field("status", &self.status())
            .field("request_id", &self.request_id())
            .field("body", &format_args!("{} bytes", self.raw_body().len()))
            .finish()
    }
}

impl std::error::Error for ApiError {}
