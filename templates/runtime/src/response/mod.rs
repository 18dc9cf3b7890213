//! Responses.

pub(crate) mod headers;

pub use self::headers::{Header, InvalidHeader};

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

use crate::clock::Clock;
use crate::error::api_error::ApiError;
use crate::error::{DecodeError, DecodeProblem, Error};
use crate::transport::BoxFuture;
use crate::transport::body::Body;
use crate::wire::Decode;
use crate::wire::mismatch::take_noted;

/// A success with its status and headers.
#[non_exhaustive]
#[derive(Clone)]
pub struct Response<T> {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: T,
}

impl<T> Response<T> {
    /// Puts a response together.
    #[inline]
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: T) -> Self {
        Self {
            status,
            headers,
            body,
        }
    }
}

/// Prints the names of headers.
struct Names<'a>(&'a HeaderMap);

impl fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        for name in self.0.keys() {
            list.entry(name);
        }
        list.finish()
    }
}

/// Prints the names of the headers: a value may be a secret.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &Names(&self.headers))
            .field("body", &self.body)
            .finish()
    }
}

/// Whether the body of a response is left for `decode` to take as it comes.
pub type BodyMode = fn(StatusCode, &HeaderMap) -> bool;

/// Sends the request once more, with this `Last-Event-ID` unless it is empty.
pub type Again = Arc<dyn Fn(&str) -> BoxFuture<'static, Result<RawResponse, Error>> + Send + Sync>;

/// A body that was left, and what is known of its call.
pub struct UnreadBody {
    /// The body.
    pub body: Body,
    /// The method of the request.
    pub method: Method,
    /// Where it was sent, as errors print it.
    pub url: String,
    /// How often the call was sent until its head came.
    pub attempts: u32,
    /// How long the call could take.
    pub time_limit: Option<Duration>,
    /// How large a body may be that is read, in bytes.
    pub size_limit: u64,
    /// The client's clock.
    pub clock: Arc<dyn Clock>,
    /// `None` if the request can be sent only once.
    pub again: Option<Again>,
}

/// Media types that the OpenAPI document has for other content of an answer than the call asks
/// for, each with the method whose call reads it.
pub type Others = &'static [(&'static str, &'static str)];

/// A response as it came, its body read or left.
#[non_exhaustive]
pub struct RawResponse {
    /// The operation that it answers.
    pub operation: &'static str,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; empty if it was left.
    pub body: Bytes,
    /// How often the call was sent, or tried to be, until this answer came.
    pub attempts: u32,
    /// What was left.
    #[doc(hidden)]
    pub rest: Option<Box<UnreadBody>>,
}

impl RawResponse {
    /// Puts the answer to a first attempt together.
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

    /// The body as JSON.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`], with the place where the body isn't what the OpenAPI document says.
    #[inline(never)]
    pub fn json<T: Decode>(self) -> Result<T, Error> {
        self.read(read::<T>)
    }

    fn read<T>(self, read: fn(&[u8]) -> Result<T, serde_json::Error>) -> Result<T, Error> {
        match read(json_text(&self.body)) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.unread(&error)),
        }
    }

    #[cold]
    fn unread(self, error: &serde_json::Error) -> Error {
        let problem = explain(&self.body, error);
        Error::Decode(DecodeError::new(self, problem))
    }

    /// The body as JSON, where the OpenAPI document has other content for this answer, too. An
    /// answer that calls itself JSON is refused if it is other content; one that doesn't is read,
    /// since some servers call JSON plain text.
    ///
    /// # Errors
    ///
    /// See [`json`](Self::json) and [`unless`](Self::unless).
    #[inline(never)]
    pub fn json_unless<T: Decode>(self, others: Others) -> Result<T, Error> {
        let Some(method) = reader(&self.headers, others) else {
            return self.json();
        };
        let of_type = content_type(&self.headers).and_then(|own| own.rsplit(['/', '+']).next());
        let is_json = of_type.is_some_and(|it| it.eq_ignore_ascii_case("json"));
        match read(json_text(&self.body)) {
            Ok(value) if !is_json => Ok(value),
            _ => Err(self.in_other(method)),
        }
    }

    /// The same, unless it is in one of these media types.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`]: it is.
    pub fn unless(self, others: Others) -> Result<Self, Error> {
        match reader(&self.headers, others) {
            Some(method) => Err(self.in_other(method)),
            None => Ok(self),
        }
    }

    #[cold]
    fn in_other(self, method: &'static str) -> Error {
        Error::Decode(DecodeError::new(
            self,
            DecodeProblem::OtherMediaType(Some(method)),
        ))
    }

    /// The body as text.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`]: it isn't UTF-8.
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

    /// The body as bytes.
    #[inline]
    #[must_use]
    pub fn bytes(self) -> Bytes {
        self.body
    }

    /// [`Error::Api`] of this response.
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
            .field("headers", &Names(&self.headers))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

fn read<T: Decode>(text: &[u8]) -> Result<T, serde_json::Error> {
    // Of another reading, by someone who didn't ask.
    drop(take_noted());
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = T::decode(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Says why [`read`] failed. That it isn't JSON at all is found out by reading it as such, which
/// only a failure pays for.
#[cold]
fn explain(body: &[u8], error: &serde_json::Error) -> DecodeProblem {
    let noted = take_noted();
    if body.iter().all(u8::is_ascii_whitespace) {
        return DecodeProblem::Empty;
    }
    let text = match std::str::from_utf8(json_text(body)) {
        Err(error) => return DecodeProblem::NotText(error),
        Ok(text) => text,
    };
    match text.parse::<Value>() {
        Err(error) => DecodeProblem::NotJson(error),
        Ok(value) => match noted.and_then(|noted| noted.found_in(&value)) {
            Some(mismatch) => DecodeProblem::Mismatch(mismatch),
            // A member that is there twice, wrong at first: a value keeps only the last.
            None => DecodeProblem::NotJson(serde::de::Error::custom(format_args!(
                "a repeated member is wrong at line {} column {}",
                error.line(),
                error.column()
            ))),
        },
    }
}

/// The body as a value of `T`, if it is one: for the documented body of an error.
///
/// # Errors
///
/// What is wrong with it.
pub fn read_json<T: Decode>(body: &[u8]) -> Result<T, DecodeProblem> {
    read(json_text(body)).map_err(|error| explain(body, &error))
}

/// Without the byte order mark that some servers put before JSON (RFC 8259 8.1 allows to ignore it).
fn json_text(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

/// The media type of a response, without parameters.
#[must_use]
pub fn content_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or(value).trim())
}

/// The method whose call reads the media type of a response, if it is one of `others`.
#[must_use]
pub fn reader(headers: &HeaderMap, others: Others) -> Option<&'static str> {
    let own = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let mut others = others.iter();
    others
        .find(|(other, _)| is_media_type(own, other))
        .map(|(_, method)| *method)
}

/// Whether a media type is the one that is named: the same type, and each parameter that is named
/// (RFC 9110, 8.3.1).
fn is_media_type(own: &str, named: &str) -> bool {
    let mut own = own.split(';').map(str::trim);
    let mut named = named.split(';').map(str::trim);
    let (Some(own_type), Some(named_type)) = (own.next(), named.next()) else {
        return false;
    };
    let has = |wanted: &str| {
        let mut own = own.clone();
        own.any(|given| unquoted(given).eq_ignore_ascii_case(wanted))
    };
    own_type.eq_ignore_ascii_case(named_type) && named.all(has)
}

/// A parameter whose value may be quoted.
fn unquoted(parameter: &str) -> String {
    let mut out = String::new();
    for part in parameter.split('"') {
        out.push_str(part);
    }
    out
}

/// A status with its name: `404 Not Found`.
#[must_use]
pub fn reason(status: StatusCode) -> impl fmt::Display {
    // The name of an unknown status would be `<unknown status code>`.
    struct Named(StatusCode);
    impl fmt::Display for Named {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0.as_str())?;
            self.0
                .canonical_reason()
                .map_or(Ok(()), |name| write!(f, " {name}"))
        }
    }
    Named(status)
}
