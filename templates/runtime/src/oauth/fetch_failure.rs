//! Why a fetch of tokens failed, and when another one may follow.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::clock::Instant;
use crate::error::{AuthenticationError, Error};
#[cfg(feature = "device-login")]
use crate::oauth::device::DeviceLoginError;
use crate::oauth::response::OAuthError;
#[cfg(feature = "sign-in")]
use crate::oauth::sign_in::SignInError;
use crate::retry::retry_after;

/// How long no fetch is attempted after the first failure. The pause doubles with each failure in a
/// row.
const MIN_PAUSE: Duration = Duration::from_secs(1);
/// The upper limit of that pause, unless the server asks for a longer one.
const MAX_PAUSE: Duration = Duration::from_secs(30);
/// The upper limit of the pause that the server asks for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3600);

/// Ends the session of a client: no further fetch can succeed, and the user has to sign in again.
///
/// A [`TokenSource`](crate::oauth::TokenSource) returns it in place of its cause. Calls then fail
/// with the cause, and [`Error::is_session_ended`] returns `true`.
#[derive(Clone, Debug)]
pub struct SessionEndedError {
    cause: Arc<dyn StdError + Send + Sync>,
    /// Whether other tokens may be stored, so that the session continues.
    may_continue: bool,
}

impl SessionEndedError {
    /// Creates an error from its cause, whose message must not contain a secret.
    #[must_use]
    pub fn new(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            cause: Arc::from(cause.into()),
            may_continue: false,
        }
    }

    /// Lets the session continue with tokens that another login stores. Looking for them must cost no
    /// request: each call does.
    pub(crate) fn until_tokens_are_stored(mut self) -> Self {
        self.may_continue = true;
        self
    }

    /// Creates the error of tokens that can't be refreshed.
    pub(crate) fn without_refresh_token() -> Self {
        Self::new(
            "the access token has expired or was rejected, and there is no refresh token: sign in \
             again",
        )
    }

    /// Wraps the error of a refresh if the refresh token is no longer valid.
    pub(crate) fn after_refresh(
        error: Box<dyn StdError + Send + Sync>,
    ) -> Box<dyn StdError + Send + Sync> {
        match oauth_error(&*error) {
            Some(response) if response.ends_session() => Self::new(error).into(),
            _ => error,
        }
    }
}

impl fmt::Display for SessionEndedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl StdError for SessionEndedError {
    /// Returns the cause beyond what `Display` already prints.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.source()
    }
}

/// Why a fetch failed, for all calls that wait for it.
#[derive(Clone)]
pub(crate) struct FetchError {
    cause: Arc<dyn StdError + Send + Sync>,
    /// Whether no other fetch can succeed.
    session_ended: bool,
    /// Whether a later fetch may find tokens that another login has stored.
    may_continue: bool,
    /// The wait that the server asks for.
    retry_after: Duration,
}

impl FetchError {
    /// Creates an error from that of a token source, which was received at this time.
    #[must_use]
    pub(crate) fn new(error: Box<dyn StdError + Send + Sync>, now: SystemTime) -> Self {
        let (cause, session_ended, may_continue) = match error.downcast::<SessionEndedError>() {
            Ok(ended) => (ended.cause, true, ended.may_continue),
            Err(error) => (Arc::from(error), false, true),
        };
        let retry_after = match (oauth_error(&*cause), request_error(&*cause)) {
            (Some(error), _) => error.retry_after,
            (None, Some(Error::Api(error))) => retry_after(error.headers(), now),
            _ => None,
        };
        Self {
            cause,
            session_ended,
            may_continue,
            retry_after: retry_after.unwrap_or_default().min(MAX_RETRY_AFTER),
        }
    }
}

impl From<FetchError> for AuthenticationError {
    fn from(error: FetchError) -> Self {
        Self::new(error.cause).with_session_ended(error.session_ended)
    }
}

/// The last fetch, which failed.
pub(crate) struct FetchFailure {
    error: FetchError,
    pause: Duration,
    /// When another fetch is attempted; `None` for never.
    until: Option<Instant>,
}

impl FetchFailure {
    /// Records a failure; `earlier` is the one before, unless a fetch has succeeded since.
    #[must_use]
    pub(crate) fn after(earlier: Option<Self>, error: FetchError, now: Instant) -> Self {
        let pause = earlier.map_or(MIN_PAUSE, |it| (it.pause * 2).min(MAX_PAUSE));
        let until = match error.session_ended {
            // Looking for stored tokens costs no request.
            true => Some(now).filter(|_| error.may_continue),
            false => now.checked_add(pause.max(error.retry_after)),
        };
        Self {
            until,
            error,
            pause,
        }
    }

    /// Returns the error as long as no other fetch is attempted.
    #[must_use]
    pub(crate) fn error(&self, now: Instant) -> Option<&FetchError> {
        let holds = self.until.is_none_or(|until| now < until);
        holds.then_some(&self.error)
    }
}

/// Returns the response of the authorization server in an error of the runtime's own sources.
fn oauth_error<'a>(error: &'a (dyn StdError + Send + Sync + 'static)) -> Option<&'a OAuthError> {
    #[cfg(feature = "device-login")]
    if let Some(error) = error.downcast_ref::<DeviceLoginError>() {
        return error.oauth();
    }
    #[cfg(feature = "sign-in")]
    if let Some(error) = error.downcast_ref::<SignInError>() {
        return error.oauth();
    }
    error.downcast_ref()
}

/// Returns the error of a request in an error of a source.
fn request_error<'a>(error: &'a (dyn StdError + Send + Sync + 'static)) -> Option<&'a Error> {
    #[cfg(feature = "device-login")]
    if let Some(DeviceLoginError::Request(error)) = error.downcast_ref() {
        return Some(error);
    }
    #[cfg(feature = "sign-in")]
    if let Some(SignInError::Request(error)) = error.downcast_ref() {
        return Some(error);
    }
    error.downcast_ref()
}
