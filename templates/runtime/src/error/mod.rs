//! The errors of calls and builders.
//!
//! Calls and builders fail with an [`Error`]. Each variant holds a type with the details.
//!
//! | Question | Answer |
//! | --- | --- |
//! | Which status did the server respond with? | [`Error::status`] |
//! | What does the error body say? | [`Error::Api`] with [`ApiError::body`], [`ApiError::message`] or [`ApiError::raw_body`] |
//! | When may the request be repeated? | [`Error::retry_after`] |
//! | Did the call exceed a time limit? | [`Error::is_timeout`] |
//! | Was there no connection? | [`Error::is_connect`] |
//! | Does the user have to sign in again? | [`Error::is_session_ended`] |
//! | Which request is it in the server's logs? | [`Error::request_id`] |

pub(crate) mod api_error;
pub(crate) mod decode;
pub(crate) mod limits;
pub(crate) mod message;
mod plain_text;
pub(crate) mod request;
pub(crate) mod request_id;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

pub use self::api_error::ApiError;
pub use self::decode::{DecodeError, DecodeProblem};
pub use self::limits::{TimeLimit, TimeoutError, TooLargeError};
pub use self::request::{AuthenticationError, InvalidRequestError, MissingCredentialsError};
pub use crate::transport::TransportError;

/// The error of a call or of a builder.
///
/// `Display` prints one line that a person can act on. It never prints a credential, a body, or the
/// query of a URL.
///
/// ```
/// # use wiretrue::Error;
/// # mod models { pub type Problem = serde_json::Value; }
/// fn describe(error: &Error) -> String {
///     match error {
///         Error::Api(error) if error.status() == 404 => "not found".to_owned(),
///         // The model that the OpenAPI document describes for the other statuses.
///         Error::Api(error) => format!("{:?}", error.body::<models::Problem>()),
///         error if error.is_timeout() => "timed out".to_owned(),
///         error => error.to_string(),
///     }
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The server responded with a status that isn't a success, or reported an error inside a stream.
    /// [`ApiError::body`] decodes the body.
    Api(ApiError),
    /// The request couldn't be sent, or the response couldn't be received.
    Transport(TransportError),
    /// The response is a success, but its body doesn't match the OpenAPI document.
    Decode(DecodeError),
    /// The call or the client's configuration is invalid. Nothing was sent.
    InvalidRequest(InvalidRequestError),
    /// The client has no credentials for the operation. Nothing was sent.
    MissingCredentials(MissingCredentialsError),
    /// No access token could be obtained, or the server rejected it.
    Authentication(AuthenticationError),
    /// The call, or its last attempt, exceeded a time limit. The server may have carried it out.
    Timeout(TimeoutError),
    /// The body of a success exceeds the client's size limit.
    TooLarge(TooLargeError),
}

impl Error {
    /// Returns the `operationId` of the call that failed; `None` for errors of a builder.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        match self {
            Self::Api(error) => Some(error.operation()),
            Self::Transport(error) => error.operation(),
            Self::Decode(error) => Some(error.operation()),
            Self::InvalidRequest(error) => error.operation(),
            Self::MissingCredentials(error) => Some(error.operation()),
            Self::Authentication(error) => error.operation(),
            Self::Timeout(error) => Some(error.operation()),
            Self::TooLarge(error) => Some(error.operation()),
        }
    }

    /// Returns the status of the response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Api(error) => Some(error.status()),
            Self::Decode(error) => Some(error.status()),
            Self::TooLarge(error) => Some(error.status()),
            Self::Transport(_)
            | Self::InvalidRequest(_)
            | Self::MissingCredentials(_)
            | Self::Authentication(_)
            | Self::Timeout(_) => None,
        }
    }

    /// Returns the server's request ID, if a response carried one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.request_id(),
            Self::Transport(error) => error.request_id(),
            Self::Decode(error) => error.request_id(),
            Self::Timeout(error) => error.request_id(),
            Self::TooLarge(error) => error.request_id(),
            Self::InvalidRequest(_) | Self::MissingCredentials(_) | Self::Authentication(_) => None,
        }
    }

    /// Returns how long the server asks to wait before another request; see
    /// [`ApiError::retry_after`].
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.as_api()?.retry_after()
    }

    /// Returns whether the call exceeded a time limit.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout(_))
    }

    /// Returns whether no connection could be established, so that the request was certainly not
    /// sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self, Self::Transport(error) if error.is_connect())
    }

    /// Returns whether the user has to sign in again, because the tokens can't be replaced: see
    /// [`AuthenticationError::is_session_ended`]. Also holds for a 401 with that cause.
    #[must_use]
    pub fn is_session_ended(&self) -> bool {
        match self {
            Self::Authentication(error) => error.is_session_ended(),
            Self::Api(error) => error.cause().is_some_and(Self::is_session_ended),
            _ => false,
        }
    }

    /// Returns the server's response, if this is [`Error::Api`].
    #[must_use]
    pub fn as_api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            _ => None,
        }
    }

    /// Names the operation in an error that was created without knowing it.
    #[must_use]
    pub(crate) fn in_operation(self, operation: &'static str) -> Self {
        match self {
            Self::InvalidRequest(error) => Self::InvalidRequest(error.in_operation(operation)),
            Self::Authentication(error) => Self::Authentication(error.in_operation(operation)),
            other => other,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => error.fmt(f),
            Self::Transport(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
            Self::InvalidRequest(error) => error.fmt(f),
            Self::MissingCredentials(error) => error.fmt(f),
            Self::Authentication(error) => error.fmt(f),
            Self::Timeout(error) => error.fmt(f),
            Self::TooLarge(error) => error.fmt(f),
        }
    }
}

impl StdError for Error {
    /// Returns the cause beyond what `Display` already prints, or [`ApiError::cause`].
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Api(error) => error.source(),
            Self::Transport(error) => error.source(),
            Self::Decode(error) => error.source(),
            Self::Authentication(error) => error.source(),
            _ => None,
        }
    }
}

impl From<InvalidRequestError> for Error {
    fn from(error: InvalidRequestError) -> Self {
        Self::InvalidRequest(error)
    }
}
