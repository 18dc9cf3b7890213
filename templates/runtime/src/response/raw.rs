//! Responses before decoding, and the decoding of their bodies.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::{Alternates, HeaderNames, UnreadBody, alternate_method, content_type};
use crate::error::api_error::ApiError;
use crate::error::{DecodeError, DecodeProblem, Error};
use crate::wire::Decode;
use crate::wire::malformed::collect;
use crate::wire::mismatch::take_recorded;

/// A response before decoding, whatever its status.
///
/// A call's method `raw` returns it, with the whole body. Generated code decodes it.
#[non_exhaustive]
pub struct RawResponse {
    /// The `operationId` of the call.
    pub operation: &'static str,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The number of times that the request was sent, or failed to be.
    pub attempts: u32,
    /// The unread body, if `body` is empty because it was left unread.
    #[doc(hidden)]
    pub rest: Option<Box<UnreadBody>>,
}

impl RawResponse {
    /// Creates the response to a first attempt.
    #[must_use]
    pub fn new(
        operation: &'static str,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        Self {
            operation,
            status,
            headers,
            body,
            attempts: 1,
            rest: None,
        }
    }

    /// Decodes the body as JSON.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`], with the path of the mismatch, if the body doesn't match the
    /// OpenAPI document.
    #[inline(never)]
    pub fn json<T: Decode>(self) -> Result<T, Error> {
        self.decode_with(decode_json::<T>)
    }

    fn decode_with<T>(self, decode: fn(&[u8]) -> Result<T, serde_json::Error>) -> Result<T, Error> {
        match decode(without_bom(&self.body)) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.decode_error(&error)),
        }
    }

    #[cold]
    fn decode_error(self, error: &serde_json::Error) -> Error {
        let problem = diagnose(&self.body, error);
        Error::Decode(DecodeError::new(self, problem))
    }

    /// Decodes the body as JSON, where the OpenAPI document describes other media types for the
    /// same response. Called by generated code.
    ///
    /// A response of one of these media types is rejected if the media type is JSON itself, or if
    /// the body isn't JSON. Other bodies are decoded, because some servers label JSON as plain
    /// text.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`json`](Self::json) and
    /// [`reject_alternates`](Self::reject_alternates).
    #[doc(hidden)]
    #[inline(never)]
    pub fn json_rejecting_alternates<T: Decode>(self, alternates: Alternates) -> Result<T, Error> {
        let Some(method) = alternate_method(&self.headers, alternates) else {
            return self.json();
        };
        let media_type = content_type(&self.headers);
        let suffix = media_type.and_then(|own| own.rsplit(['/', '+']).next());
        let is_json = suffix.is_some_and(|it| it.eq_ignore_ascii_case("json"));
        match decode_json(without_bom(&self.body)) {
            Ok(value) if !is_json => Ok(value),
            _ => Err(self.alternate_error(method)),
        }
    }

    /// Returns the response unless it has one of these media types. Called by generated code.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`], which names the method to call instead.
    #[doc(hidden)]
    pub fn reject_alternates(self, alternates: Alternates) -> Result<Self, Error> {
        match alternate_method(&self.headers, alternates) {
            Some(method) => Err(self.alternate_error(method)),
            None => Ok(self),
        }
    }

    #[cold]
    fn alternate_error(self, method: &'static str) -> Error {
        Error::Decode(DecodeError::new(
            self,
            DecodeProblem::OtherMediaType(Some(method)),
        ))
    }

    /// Returns the body as text.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the body isn't UTF-8.
    #[inline(never)]
    pub fn text(self) -> Result<String, Error> {
        match std::str::from_utf8(&self.body) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(Error::Decode(DecodeError::new(
                self,
                DecodeProblem::NotText(error),
            ))),
        }
    }

    /// Returns the body.
    #[inline]
    #[must_use]
    pub fn bytes(self) -> Bytes {
        self.body
    }

    /// Returns the response as [`Error::Api`], whatever its status.
    #[inline(never)]
    #[must_use]
    pub fn into_error(self) -> Error {
        Error::Api(ApiError::new(self))
    }
}

/// Prints the length of the body and the names of the headers, never their content.
impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("headers", &HeaderNames(&self.headers))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

fn decode_json<T: Decode>(text: &[u8]) -> Result<T, serde_json::Error> {
    // Forgets a mismatch that another decoder has recorded.
    drop(take_recorded());
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = T::decode(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Returns why [`decode_json`] failed. The body is parsed once more, at the cost of failures alone:
/// to tell invalid JSON from a mismatch, and to see which value is where an object or array is
/// expected.
#[cold]
fn diagnose(body: &[u8], error: &serde_json::Error) -> DecodeProblem {
    let recorded = take_recorded();
    if body.iter().all(u8::is_ascii_whitespace) {
        return DecodeProblem::Empty;
    }
    let text = match std::str::from_utf8(without_bom(body)) {
        Err(error) => return DecodeProblem::NotText(error),
        Ok(text) => text,
    };
    match text.parse::<Value>() {
        Err(error) => DecodeProblem::NotJson(error),
        Ok(value) => match recorded.and_then(|recorded| recorded.with_found_in(&value)) {
            Some(mismatch) => DecodeProblem::Mismatch(mismatch),
            // A repeated property whose first value doesn't match: `Value` keeps only the last one.
            None => DecodeProblem::NotJson(serde::de::Error::custom(format_args!(
                "a repeated property doesn't match at line {} column {}",
                error.line(),
                error.column()
            ))),
        },
    }
}

/// Decodes a body as JSON, such as the documented body of an error.
///
/// # Errors
///
/// Returns what is wrong with the body.
pub(crate) fn read_json<T: Decode>(body: &[u8]) -> Result<T, DecodeProblem> {
    let (read, _) = collect(|| decode_json(without_bom(body)));
    read.map_err(|error| diagnose(body, &error))
}

/// Removes the byte order mark that some servers put before JSON (RFC 8259 section 8.1 permits
/// parsers to ignore it).
fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}
