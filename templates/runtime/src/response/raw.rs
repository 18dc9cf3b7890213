//! Responses before decoding, and the decoding of their bodies.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use url::Url;

use super::media_type::is_media_type;
use super::{Alternates, HeaderNames, UnreadBody, alternate_method, content_type};
use crate::call::NotFollowed;
use crate::charset::{self, other_charset};
use crate::error::api_error::ApiError;
use crate::error::message::reports_error;
use crate::error::{DecodeError, DecodeProblem, Error};
use crate::wire::Decode;
use crate::wire::large;
use crate::wire::malformed::{self, collect};
use crate::wire::mismatch::take_recorded;

/// A response before decoding, whatever its status.
///
/// A call's method `raw` returns it, with the whole body; only that of an error response may be
/// incomplete, as [`cause`](Self::cause) then says. Generated code decodes it.
#[non_exhaustive]
pub struct RawResponse {
    /// The `operationId` of the call.
    pub operation: &'static str,
    /// The status.
    pub status: StatusCode,
    /// The headers, without `Content-Encoding` and `Content-Length` if the body was decoded.
    pub headers: HeaderMap,
    /// The body. Its content codings are decoded, unless `headers` still has `Content-Encoding`.
    pub body: Bytes,
    /// The number of times that the request was sent, or failed to be.
    pub attempts: u32,
    /// The unread body, if `body` is empty because it was left unread.
    #[doc(hidden)]
    pub rest: Option<Box<UnreadBody>>,
    /// The URL of the request, after redirects; `None` if the response isn't that of a call.
    pub(crate) url: Option<Url>,
    /// Whether the request asked for a part of the body (`Range`).
    pub(crate) asked_for_range: bool,
    /// Why the response, a redirect, wasn't followed.
    pub(crate) not_followed: Option<NotFollowed>,
    /// What happened after the head was received; see [`cause`](Self::cause).
    pub(crate) cause: Option<Arc<Error>>,
    /// Whether the body reports an error, whatever the status.
    pub(crate) reports_error: bool,
}

/// How the body of a success is decoded.
type DecodeBody<T> = fn(RawResponse) -> Result<T, Error>;

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
            url: None,
            asked_for_range: false,
            not_followed: None,
            cause: None,
            reports_error: false,
        }
    }

    /// Returns what went wrong after the head of an error response was received: why its body is
    /// incomplete, or why the access token that the server rejected couldn't be replaced. `None`
    /// otherwise, and for every success.
    #[must_use]
    pub fn cause(&self) -> Option<&Error> {
        self.cause.as_deref()
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

    fn decode_with<T>(
        mut self,
        decode: fn(&[u8]) -> Result<T, serde_json::Error>,
    ) -> Result<T, Error> {
        if let Err(problem) = self.convert_to_utf8(true) {
            return Err(self.decode_error(problem));
        }
        match decode(without_bom(&self.body)) {
            Ok(value) => Ok(value),
            Err(error) => {
                let problem = diagnose(&self.body, &error);
                Err(self.decode_error(problem))
            }
        }
    }

    #[cold]
    fn decode_error(self, problem: DecodeProblem) -> Error {
        Error::Decode(DecodeError::new(self, problem))
    }

    /// Converts the body to UTF-8 if it has another charset.
    ///
    /// # Errors
    ///
    /// Returns what is wrong if the charset can't be decoded.
    fn convert_to_utf8(&mut self, is_json: bool) -> Result<(), DecodeProblem> {
        let utf8 = match to_utf8(&self.headers, &self.body, is_json)? {
            Cow::Borrowed(_) => return Ok(()),
            Cow::Owned(utf8) => utf8,
        };
        self.body = utf8.into();
        Ok(())
    }

    /// Returns a response with a 2XX status that the OpenAPI document doesn't describe, whose body is
    /// to be read as that of the documented success. Called by generated code.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the body is empty, or if it is a part that wasn't asked for.
    #[doc(hidden)]
    pub fn undocumented(self) -> Result<Self, Error> {
        let is_partial = self.status == StatusCode::PARTIAL_CONTENT;
        if self.body.is_empty() && self.rest.is_none() {
            Err(self.decode_error(DecodeProblem::NoBody))
        } else if is_partial && !self.asked_for_range {
            Err(self.decode_error(DecodeProblem::UnrequestedPart))
        } else {
            Ok(self)
        }
    }

    /// Decodes a response with a 2XX status that the OpenAPI document doesn't describe, where the
    /// documented successes differ: as the first of `bodies` that it matches, those of its media type
    /// before others. A response without a body is `empty`. Called by generated code.
    ///
    /// # Errors
    ///
    /// Returns the error of the first body that was tried, if none matches, and the errors of
    /// [`undocumented`](Self::undocumented).
    #[doc(hidden)]
    pub fn undocumented_as<T>(
        self,
        bodies: &[(&'static str, DecodeBody<T>)],
        empty: Option<DecodeBody<T>>,
    ) -> Result<T, Error> {
        if let Some(empty) = empty
            && self.body.is_empty()
            && self.rest.is_none()
        {
            return empty(self);
        }
        let mut response = self.undocumented()?;
        let mut rest = response.rest.take();
        let mut first_error = None;
        for of_media_type in [true, false] {
            for (media_types, decode) in bodies {
                if response.has_media_type(media_types) != of_media_type {
                    continue;
                }
                let mut copy = response.without_rest();
                copy.rest = rest.take();
                match decode(copy) {
                    Ok(output) => return Ok(output),
                    Err(error) => first_error = first_error.or(Some(error)),
                }
            }
        }
        Err(first_error.unwrap_or_else(|| response.into_error()))
    }

    /// Returns the body as any JSON value; `None` if it isn't JSON.
    #[inline]
    pub(crate) fn json_value(&self) -> Option<Value> {
        let body = to_utf8(&self.headers, &self.body, true).ok()?;
        std::str::from_utf8(without_bom(&body)).ok()?.parse().ok()
    }

    /// Returns whether the response has one of these media types, which are separated by commas.
    fn has_media_type(&self, media_types: &str) -> bool {
        let own = content_type(&self.headers).unwrap_or_default();
        let mut described = media_types.split(',');
        described.any(|it| is_media_type(own, it.split(';').next().unwrap_or(it).trim()))
    }

    /// Returns a copy without the unread body.
    pub(crate) fn without_rest(&self) -> Self {
        Self {
            operation: self.operation,
            status: self.status,
            headers: self.headers.clone(),
            body: self.body.clone(),
            attempts: self.attempts,
            rest: None,
            url: self.url.clone(),
            asked_for_range: self.asked_for_range,
            not_followed: self.not_followed,
            cause: self.cause.clone(),
            reports_error: self.reports_error,
        }
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
        let decoded = read_json(&self.headers, &self.body);
        match decoded {
            Ok(value) if !is_json => Ok(value),
            _ => Err(self.alternate_error(method)),
        }
    }

    /// Returns the response unless it has one of these media types. Called by generated code.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`], which names the method to call instead, or [`Error::Api`] if the
    /// body is JSON with an `error`.
    #[doc(hidden)]
    pub fn reject_alternates(self, alternates: Alternates) -> Result<Self, Error> {
        match alternate_method(&self.headers, alternates) {
            Some(_) if self.json_value().is_some_and(|it| reports_error(&it)) => {
                Err(self.into_reported_error())
            }
            Some(method) => Err(self.alternate_error(method)),
            None => Ok(self),
        }
    }

    #[cold]
    fn alternate_error(self, method: &'static str) -> Error {
        self.decode_error(DecodeProblem::OtherMediaType(Some(method)))
    }

    /// Returns the body as text.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the body isn't text in the charset that the response names, or in
    /// UTF-8 if it names none.
    #[inline(never)]
    pub fn text(mut self) -> Result<String, Error> {
        if let Err(problem) = self.convert_to_utf8(false) {
            return Err(self.decode_error(problem));
        }
        match std::str::from_utf8(&self.body) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(self.decode_error(DecodeProblem::NotText(error))),
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

    /// Returns the response as [`Error::Api`] whose message is in the body, whatever its status.
    pub(crate) fn into_reported_error(mut self) -> Error {
        self.reports_error = true;
        self.into_error()
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

/// A deserializer of JSON in memory.
pub(crate) type JsonDeserializer<'t> = serde_json::Deserializer<serde_json::de::SliceRead<'t>>;

fn decode_json<T: Decode>(text: &[u8]) -> Result<T, serde_json::Error> {
    decode_json_with(text, |deserializer| T::decode(deserializer))
}

fn decode_json_with<T>(
    text: &[u8],
    decode: impl Fn(&mut JsonDeserializer<'_>) -> Result<T, serde_json::Error>,
) -> Result<T, serde_json::Error> {
    // Forgets a mismatch that another decoder has recorded.
    drop(take_recorded());
    let malformed = malformed::count();
    large::decode(
        text,
        || malformed::truncate_to(malformed),
        |text| {
            let mut deserializer = serde_json::Deserializer::from_slice(text);
            let value = decode(&mut deserializer)?;
            deserializer.end()?;
            Ok(value)
        },
    )
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
pub(crate) fn read_json<T: Decode>(headers: &HeaderMap, body: &[u8]) -> Result<T, DecodeProblem> {
    read_utf8_json(&to_utf8(headers, body, true)?)
}

/// Decodes JSON in UTF-8.
///
/// # Errors
///
/// Returns what is wrong with the text.
pub(crate) fn read_utf8_json<T: Decode>(text: &[u8]) -> Result<T, DecodeProblem> {
    read_utf8_json_with(text, |deserializer| T::decode(deserializer))
}

/// Decodes a body as JSON in a way of its own.
///
/// # Errors
///
/// Returns what is wrong with the body.
#[cfg(all(feature = "webhook-signatures", feature = "webhook-payloads"))]
pub(crate) fn read_json_with<T>(
    headers: &HeaderMap,
    body: &[u8],
    decode: impl Fn(&mut JsonDeserializer<'_>) -> Result<T, serde_json::Error>,
) -> Result<T, DecodeProblem> {
    read_utf8_json_with(&to_utf8(headers, body, true)?, decode)
}

fn read_utf8_json_with<T>(
    text: &[u8],
    decode: impl Fn(&mut JsonDeserializer<'_>) -> Result<T, serde_json::Error>,
) -> Result<T, DecodeProblem> {
    let (read, _) = collect(|| decode_json_with(without_bom(text), decode));
    read.map_err(|error| diagnose(text, &error))
}

/// Converts a body to UTF-8, unless it has that charset or none.
///
/// # Errors
///
/// Returns [`DecodeProblem::Charset`] if the charset can't be decoded.
pub(crate) fn to_utf8<'b>(
    headers: &HeaderMap,
    body: &'b [u8],
    is_json: bool,
) -> Result<Cow<'b, [u8]>, DecodeProblem> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let Some(charset) = media_type.and_then(other_charset) else {
        return Ok(Cow::Borrowed(body));
    };
    let decoded = charset::decode(charset, body, is_json);
    decoded.ok_or_else(|| DecodeProblem::Charset(charset.into()))
}

/// Removes the byte order mark that some servers put before JSON (RFC 8259 section 8.1 permits
/// parsers to ignore it).
fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}
