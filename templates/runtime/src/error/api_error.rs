//! Responses with a status that isn't a success.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use url::Url;

use crate::call::NotFollowed;
use crate::content_coding::describe;
use crate::error::message::message;
use crate::error::request_id::{Ending, request_id};
use crate::error::{DecodeError, Error};
use crate::response::{RawResponse, content_type, read_json, status_text, to_utf8};
use crate::retry::retry_after;
use crate::transport::address::without_userinfo;
use crate::wire::Decode;

/// The server responded with a status that isn't a success, or reported an error inside a stream.
///
/// ```
/// # use wiretrue::error::ApiError;
/// # mod models { pub type Problem = serde_json::Value; }
/// fn describe(error: &ApiError) -> String {
///     // The model that the OpenAPI document describes for the status.
///     match error.body::<models::Problem>() {
///         Ok(problem) => format!("{}: {problem:?}", error.status()),
///         Err(_) => error.to_string(),
///     }
/// }
/// ```
///
/// An error inside a stream has the status and the headers of the response, usually `200 OK`. Its
/// body is the data of the event or the document that reports it.
///
/// `Display` prints the operation, the status, the message in the body, the server's request ID and
/// the number of attempts, as far as they are known:
/// `CreateToken: 400 Bad Request: invalid_grant: the device code has expired`.
pub struct ApiError(Box<RawResponse>);

impl ApiError {
    /// Creates an error from a response.
    #[must_use]
    pub fn new(response: RawResponse) -> Self {
        Self(Box::new(response))
    }

    /// Returns the operation that was called.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Returns the headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Returns the body as it was received.
    #[must_use]
    pub fn raw_body(&self) -> &Bytes {
        &self.0.body
    }

    /// Decodes the body as a model, such as the one that the document describes for this status:
    /// `error.body::<models::Problem>()`. The documentation of each call lists the models.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the body is something else, such as the page of a proxy.
    pub fn body<T: Decode>(&self) -> Result<T, Error> {
        read_json(&self.0.headers, &self.0.body)
            .map_err(|problem| Error::Decode(DecodeError::new(self.0.without_rest(), problem)))
    }

    /// Returns the server's request ID, if the response carried one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.0.headers)
    }

    /// Returns the number of attempts, the last one included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns how long the server asks to wait before another request, counted from now:
    /// `retry-after-ms` in milliseconds, or `Retry-After` in seconds or until a date (RFC 9110 section
    /// 10.2.3). At most ten years; `None` if the response has no such header or a malformed one.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.0.headers, crate::clock::time_of_day())
    }

    /// Returns the message in the body, on one line; `None` if the body holds none.
    #[must_use]
    pub fn message(&self) -> Option<String> {
        let body = to_utf8(&self.0.headers, &self.0.body, false).ok()?;
        message(content_type(&self.0.headers), &body)
    }

    /// Returns the failure that occurred after the head of the response was received; `None` if there
    /// was none:
    ///
    /// - [`Error::Transport`], [`Error::Timeout`] or [`Error::TooLarge`]: the body broke off, stalled,
    ///   or is larger than the client's size limit. [`raw_body`](Self::raw_body) is the part that was
    ///   received, up to the limit.
    /// - [`Error::Authentication`]: the server rejected the access token, and no other could be
    ///   obtained. If that took too long, it is [`Error::Timeout`].
    #[must_use]
    pub fn cause(&self) -> Option<&Error> {
        self.0.cause()
    }

    /// Returns the target of a redirect that wasn't followed, without user name, password and query.
    fn location(&self) -> Option<String> {
        let location = self.0.headers.get(LOCATION)?.to_str().ok()?;
        self.0.status.is_redirection().then(|| printable(location))
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation(), status_text(self.status()))?;
        if let Some(location) = self.location() {
            let not_followed = self.0.not_followed.unwrap_or(NotFollowed::Disabled);
            write!(f, ": redirects to {location}{}", not_followed.phrase())?;
        } else if self.status().is_success() && !self.0.reports_error {
            // The body of a success isn't an error message, and may be secret.
            write!(f, " ({} bytes)", self.raw_body().len())?;
        } else if let Some(message) = self.message() {
            write!(f, ": {message}")?;
        } else if self.raw_body().is_empty() {
            f.write_str(" (no body)")?;
        } else {
            let content = describe(self.headers());
            write!(f, " ({} bytes, {content})", self.raw_body().len())?;
        }
        if let Some(cause) = self.cause() {
            write!(f, "; {}", CausePhrase(cause))?;
        }
        let ending = Ending {
            request_id: self.request_id(),
            attempts: self.attempts(),
        };
        ending.fmt(f)
    }
}

/// Prints the cause of an error response, without the call, which the error itself names.
struct CausePhrase<'a>(&'a Error);

impl fmt::Display for CausePhrase<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Error::Authentication(error) => write!(f, "no access token: {}", error.cause()),
            Error::Transport(error) => f.write_str(&error.phrase()),
            Error::Timeout(error) => f.write_str(&error.phrase()),
            Error::TooLarge(error) => {
                write!(
                    f,
                    "the body is larger than the limit of {} bytes",
                    error.limit()
                )
            }
            error => error.fmt(f),
        }
    }
}

/// Returns a location, which may be relative, without user name, password, query and fragment.
fn printable(location: &str) -> String {
    let end = location.find(['?', '#']).unwrap_or(location.len());
    let (path, _) = location.split_at(end);
    if !path.contains('@') {
        return path.to_owned();
    }
    match Url::parse(path).map(without_userinfo) {
        Ok(Some(url)) => url.into(),
        // A path that begins with one slash has no user name.
        Err(_)
            if path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\t']) =>
        {
            path.to_owned()
        }
        _ => "another URL".to_owned(),
    }
}

/// Prints neither the body nor the values of headers.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("operation", &self.operation())
            .field("status", &self.status())
            .field("request_id", &self.request_id())
            .field("body", &format_args!("{} bytes", self.raw_body().len()))
            .field("cause", &self.cause())
            .finish()
    }
}

impl std::error::Error for ApiError {
    /// Returns the [`cause`](Self::cause), which `Display` also prints.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause()?)
    }
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn a_location_is_printed_without_secrets() {
        for (location, printed) in [
            ("/a/b?key=s3cret#s3cret", "/a/b"),
            ("https://u:s3cret@example.com/a?b", "https://example.com/a"),
            ("/users/@me", "/users/@me"),
            ("//u:s3cret@example.com/a", "another URL"),
            ("/\\u:s3cret@example.com/a", "another URL"),
            ("/\t/u:s3cret@example.com/a", "another URL"),
        ] {
            assert_eq!(printable(location), printed);
        }
    }
}
