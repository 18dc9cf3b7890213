//! Which failures are transient.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::StatusCode;

use crate::error::Error;
use crate::response::RawResponse;
use crate::retry::RetryPolicy;
use crate::retry::headers::{retry_after, should_retry};

/// Decides whether the result of an attempt is retried; see [`RetryPolicy::decide`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryDecision {
    /// The rules of the [`RetryPolicy`] apply.
    #[default]
    ByPolicy,
    /// The result is a transient failure. The request is retried if it may reach the server twice.
    Retry,
    /// The result is a transient failure, and the server didn't act on the request. The request is
    /// retried whatever its method.
    RetryAnyMethod,
    /// The result is final.
    Stop,
}

type Decide = dyn Fn(Result<&RawResponse, &Error>) -> RetryDecision + Send + Sync;

/// The callback of [`RetryPolicy::decide`]. Two are equal if they are the same callback.
#[derive(Clone)]
pub(super) struct Decider(pub(super) Arc<Decide>);

impl fmt::Debug for Decider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decider(..)")
    }
}

impl PartialEq for Decider {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Decider {}

/// A transient failure.
#[doc(hidden)]
pub struct RetryableError {
    /// Whether the server certainly didn't act on the request.
    pub(super) unprocessed: bool,
    /// The wait that the server asks for.
    pub(super) retry_after: Option<Duration>,
}

impl RetryableError {
    /// Returns why an attempt failed; `None` if it succeeded or if another would fail as well.
    #[must_use]
    pub fn of(
        result: &Result<RawResponse, Error>,
        policy: &RetryPolicy,
        now: SystemTime,
    ) -> Option<Self> {
        if let Err(error) = result
            && is_permanent(error)
        {
            return None;
        }
        let retry_after = match result {
            Ok(response) => retry_after(&response.headers, now),
            Err(_) => None,
        };
        let unprocessed = match policy.decision(result) {
            RetryDecision::ByPolicy => match result {
                Ok(response) => policy.is_unprocessed(response, retry_after)?,
                Err(Error::Transport(error)) => error.is_connect(),
                Err(Error::Timeout(_)) => false,
                Err(_) => return None,
            },
            RetryDecision::Retry => false,
            RetryDecision::RetryAnyMethod => true,
            RetryDecision::Stop => return None,
        };
        Some(Self {
            unprocessed,
            retry_after,
        })
    }
}

impl RetryPolicy {
    fn decision(&self, result: &Result<RawResponse, Error>) -> RetryDecision {
        let decider = self.decider.as_ref();
        decider.map_or_else(RetryDecision::default, |decider| {
            (decider.0)(result.as_ref())
        })
    }

    /// Returns whether a server that sent this response certainly didn't act on the request; `None`
    /// if the response is final.
    fn is_unprocessed(
        &self,
        response: &RawResponse,
        retry_after: Option<Duration>,
    ) -> Option<bool> {
        let status = response.status;
        let is_error = status.is_client_error() || status.is_server_error();
        match should_retry(&response.headers).filter(|_| is_error) {
            Some(true) => return Some(true),
            Some(false) => return None,
            None => {}
        }
        let is_retried = is_transient(status) || self.statuses.contains(&status.as_u16());
        let unprocessed = match status {
            // RFC 6585 section 4, RFC 8470 section 5.2.
            StatusCode::TOO_MANY_REQUESTS | StatusCode::TOO_EARLY => true,
            StatusCode::SERVICE_UNAVAILABLE => {
                self.any_method_if_unavailable && retry_after.is_some()
            }
            _ => false,
        };
        is_retried.then_some(unprocessed)
    }
}

/// Returns whether another attempt would certainly fail as well.
fn is_permanent(error: &Error) -> bool {
    match error {
        Error::Transport(error) => error.is_permanent(),
        Error::InvalidRequest(_) | Error::MissingCredentials(_) => true,
        _ => false,
    }
}

/// Returns whether a status means that the server can't serve the request now, but may later.
pub(super) fn is_transient(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::REQUEST_TIMEOUT
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}
