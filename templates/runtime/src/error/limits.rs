//! Errors of calls and responses that exceed a limit of the client.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::request_id::Ending;
use crate::response::status_text;

/// A time limit of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeLimit {
    /// The limit of the whole call (`ClientBuilder::timeout`).
    Call,
    /// The limit of one attempt (`ClientBuilder::attempt_timeout`).
    Attempt,
    /// The longest wait for the next bytes of a body.
    Stall,
}

/// The call exceeded a time limit.
#[derive(Debug)]
pub struct TimeoutError {
    pub(crate) operation: &'static str,
    pub(crate) exceeded: TimeLimit,
    pub(crate) limit: Duration,
    pub(crate) attempts: u32,
    pub(crate) request_id: Option<Box<str>>,
}

impl TimeoutError {
    /// Returns the operation that was called.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns which limit the call exceeded.
    #[must_use]
    pub fn exceeded(&self) -> TimeLimit {
        self.exceeded
    }

    /// Returns the duration of the limit that the call exceeded.
    #[must_use]
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// Returns the number of attempts that had begun.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the server's request ID, if a response had begun that carried one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Returns which limit was exceeded, as a phrase.
    pub(crate) fn phrase(&self) -> String {
        let limit = self.limit;
        match self.exceeded {
            TimeLimit::Call => format!("timed out after {limit:?}"),
            TimeLimit::Attempt => format!("the attempt timed out after {limit:?}"),
            TimeLimit::Stall => format!("timed out after {limit:?} without data"),
        }
    }
}

impl fmt::Display for TimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.phrase())?;
        let ending = Ending {
            request_id: self.request_id(),
            attempts: self.attempts,
        };
        ending.fmt(f)
    }
}

impl StdError for TimeoutError {}

/// The response's body exceeds the client's size limit.
#[derive(Debug)]
pub struct TooLargeError {
    pub(crate) operation: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) limit: u64,
    pub(crate) request_id: Option<Box<str>>,
}

impl TooLargeError {
    /// Returns the operation that was called.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the size limit in bytes (`ClientBuilder::response_limit`).
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Returns the server's request ID, if the response carried one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

impl fmt::Display for TooLargeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ending = Ending {
            request_id: self.request_id(),
            attempts: 1,
        };
        write!(
            f,
            "{}: {}: the body is larger than the limit of {} bytes{ending}",
            self.operation,
            status_text(self.status),
            self.limit
        )
    }
}

impl StdError for TooLargeError {}
