//! Why a device login ended without tokens.

use std::error::Error as StdError;
use std::fmt;

use crate::error::{Error, InvalidRequestError};
use crate::oauth::response::OAuthError;

/// Why a device login ended without tokens (RFC 8628 section 3.5, RFC 6749 section 5.2).
///
/// `Display` is one line that a person can act on. [`oauth`](Self::oauth) gives what the
/// authorization server said, whichever the variant.
#[derive(Debug)]
#[non_exhaustive]
pub enum DeviceLoginError {
    /// The user refused.
    AccessDenied,
    /// The user took too long: start another login.
    ExpiredToken,
    /// `invalid_request`: a field is missing, doubled or malformed.
    InvalidRequest(OAuthError),
    /// `invalid_client`: the server doesn't know the app, or its secret is wrong.
    InvalidClient(OAuthError),
    /// `invalid_grant`: the code or refresh token is wrong, used up, withdrawn or another app's.
    InvalidGrant(OAuthError),
    /// `unauthorized_client`: the app may not log in this way.
    UnauthorizedClient(OAuthError),
    /// `unsupported_grant_type`: the server knows no device login, or no refresh.
    UnsupportedGrantType(OAuthError),
    /// `invalid_scope`: a scope is unknown, malformed, or more than the app may ask for.
    InvalidScope(OAuthError),
    /// The authorization server refuses for another reason, with a code of its own.
    OAuth(OAuthError),
    /// A request could not be made, or its answer isn't one of an authorization server.
    Request(Error),
}

impl DeviceLoginError {
    /// What the authorization server said, if it refuses for another reason than that the user
    /// refused or that the code expired.
    #[must_use]
    pub fn oauth(&self) -> Option<&OAuthError> {
        match self {
            Self::InvalidRequest(error)
            | Self::InvalidClient(error)
            | Self::InvalidGrant(error)
            | Self::UnauthorizedClient(error)
            | Self::UnsupportedGrantType(error)
            | Self::InvalidScope(error)
            | Self::OAuth(error) => Some(error),
            Self::AccessDenied | Self::ExpiredToken | Self::Request(_) => None,
        }
    }
}

impl fmt::Display for DeviceLoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessDenied => f.write_str("the user refused the login"),
            Self::ExpiredToken => {
                f.write_str("the code expired before the user approved the login")
            }
            Self::InvalidRequest(error)
            | Self::InvalidClient(error)
            | Self::InvalidGrant(error)
            | Self::UnauthorizedClient(error)
            | Self::UnsupportedGrantType(error)
            | Self::InvalidScope(error)
            | Self::OAuth(error) => {
                write!(f, "the authorization server refuses the login: {error}")
            }
            Self::Request(error) => error.fmt(f),
        }
    }
}

impl StdError for DeviceLoginError {
    /// The cause beyond what `Display` already says.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Request(error) => error.source(),
            _ => None,
        }
    }
}

/// By its code; Microsoft has other words for two of them.
impl From<OAuthError> for DeviceLoginError {
    fn from(error: OAuthError) -> Self {
        match error.error.as_str() {
            "access_denied" | "authorization_declined" => Self::AccessDenied,
            "expired_token" | "code_expired" => Self::ExpiredToken,
            "invalid_request" => Self::InvalidRequest(error),
            "invalid_client" => Self::InvalidClient(error),
            "invalid_grant" => Self::InvalidGrant(error),
            "unauthorized_client" => Self::UnauthorizedClient(error),
            "unsupported_grant_type" => Self::UnsupportedGrantType(error),
            "invalid_scope" => Self::InvalidScope(error),
            _ => Self::OAuth(error),
        }
    }
}

impl From<Error> for DeviceLoginError {
    fn from(error: Error) -> Self {
        Self::Request(error)
    }
}

impl From<InvalidRequestError> for DeviceLoginError {
    fn from(error: InvalidRequestError) -> Self {
        Self::Request(error.into())
    }
}
