//! Errors of calls that can't be sent, or not with the credentials at hand.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// The call or the client's configuration is invalid. Nothing was sent.
#[derive(Debug)]
pub struct InvalidRequestError {
    operation: Option<&'static str>,
    message: Box<str>,
}

impl InvalidRequestError {
    /// Creates an error with a message that says what is wrong.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            operation: None,
            message: message.into().into(),
        }
    }

    /// Returns the operation that was called; `None` for errors of the client's configuration.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.operation
    }

    /// Names the operation.
    #[must_use]
    pub(crate) fn in_operation(self, operation: &'static str) -> Self {
        Self {
            operation: Some(operation),
            ..self
        }
    }
}

impl fmt::Display for InvalidRequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl StdError for InvalidRequestError {}

/// The client has no credentials for the operation. Nothing was sent.
#[derive(Debug)]
pub struct MissingCredentialsError {
    operation: &'static str,
    alternatives: &'static [&'static [&'static str]],
    /// The methods of `ClientBuilder` that set the credentials, as a phrase.
    setters: Box<str>,
}

impl MissingCredentialsError {
    /// Creates an error; `setters` is a phrase such as ``basic_auth` or `api_key``.
    #[must_use]
    pub(crate) fn new(
        operation: &'static str,
        alternatives: &'static [&'static [&'static str]],
        setters: String,
    ) -> Self {
        Self {
            operation,
            alternatives,
            setters: setters.into(),
        }
    }

    /// Returns the operation that was called.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the credentials that the operation takes: alternatives, each the names of the
    /// security schemes that are needed together (OpenAPI, Security Requirement Object).
    #[must_use]
    pub fn alternatives(&self) -> &'static [&'static [&'static str]] {
        self.alternatives
    }
}

impl fmt::Display for MissingCredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation, setters, ..
        } = self;
        write!(
            f,
            "{operation}: the operation takes credentials that the client doesn't have: set {setters}"
        )
    }
}

impl StdError for MissingCredentialsError {}

/// No access token could be obtained, or the server rejected it.
///
/// All calls that waited for the token fail with the same cause.
#[derive(Clone, Debug)]
pub struct AuthenticationError {
    operation: Option<&'static str>,
    cause: Arc<dyn StdError + Send + Sync>,
    session_ended: bool,
}

impl AuthenticationError {
    /// Creates an error from the cause that the token source gave.
    #[must_use]
    pub fn new(cause: Arc<dyn StdError + Send + Sync>) -> Self {
        Self {
            operation: None,
            cause,
            session_ended: false,
        }
    }

    /// Returns the operation that was called.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.operation
    }

    /// Returns whether the tokens can't be replaced, because there is no valid refresh token: the
    /// server responded with `invalid_grant`, or never issued one. The user has to sign in again.
    ///
    /// All further calls that need a new token fail at once with the same cause, without a request.
    #[must_use]
    pub fn is_session_ended(&self) -> bool {
        self.session_ended
    }

    /// Sets whether the tokens can't be replaced.
    #[cfg(feature = "oauth")]
    #[must_use]
    pub(crate) fn with_session_ended(self, session_ended: bool) -> Self {
        Self {
            session_ended,
            ..self
        }
    }

    /// Returns the error of the token source, for `downcast_ref`.
    #[must_use]
    pub fn cause(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.cause
    }

    /// Names the operation.
    #[must_use]
    pub(crate) fn in_operation(self, operation: &'static str) -> Self {
        Self {
            operation: Some(operation),
            ..self
        }
    }
}

impl fmt::Display for AuthenticationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation {
            write!(f, "{operation}: ")?;
        }
        write!(f, "no access token: {}", self.cause)
    }
}

impl StdError for AuthenticationError {
    /// Returns the cause beyond what `Display` already prints.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.source()
    }
}
