//! Why a device login failed.

use std::error::Error as StdError;
use std::fmt;

use crate::error::{Error, InvalidRequestError};
#[cfg(all(feature = "id-token", not(target_family = "wasm")))]
use crate::oauth::id_token::IdTokenError;
use crate::oauth::response::OAuthError;

/// Why a device login failed (RFC 8628 section 3.5, RFC 6749 section 5.2).
///
/// `Display` prints one line that a person can act on. [`oauth`](Self::oauth) returns the error
/// response of the authorization server, whatever the variant.
#[derive(Debug)]
#[non_exhaustive]
pub enum DeviceLoginError {
    /// The user denied the login.
    AccessDenied,
    /// The code expired before the user approved the login. Start another login.
    ExpiredToken,
    /// `invalid_request`: a field is missing, repeated or malformed.
    InvalidRequest(OAuthError),
    /// `invalid_client`: the server doesn't know the app, or its secret is wrong.
    InvalidClient(OAuthError),
    /// `invalid_grant`: the device code or refresh token is invalid, was already used or revoked,
    /// or was issued to another app.
    InvalidGrant(OAuthError),
    /// `unauthorized_client`: the app isn't allowed to use the device login.
    UnauthorizedClient(OAuthError),
    /// `unsupported_grant_type`: the server doesn't support the device login, or the refresh.
    UnsupportedGrantType(OAuthError),
    /// `invalid_scope`: a scope is unknown or malformed, or exceeds what the app may request.
    InvalidScope(OAuthError),
    /// The ID token isn't one that the authorization server issued for this app.
    #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
    IdToken(IdTokenError),
    /// The authorization server responded with another error code.
    OAuth(OAuthError),
    /// A request failed, couldn't be sent, or its response isn't that of an authorization server.
    Request(Error),
}

impl DeviceLoginError {
    /// Returns the error response of the authorization server.
    ///
    /// `None` for [`AccessDenied`](Self::AccessDenied), [`ExpiredToken`](Self::ExpiredToken) and
    /// [`Request`](Self::Request).
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
            #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
            Self::IdToken(_) => None,
            Self::AccessDenied | Self::ExpiredToken | Self::Request(_) => None,
        }
    }
}

impl fmt::Display for DeviceLoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessDenied => f.write_str("the user denied the login"),
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
                write!(f, "the authorization server rejected the login: {error}")
            }
            #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
            Self::IdToken(error) => error.fmt(f),
            Self::Request(error) => error.fmt(f),
        }
    }
}

impl StdError for DeviceLoginError {
    /// Returns the cause beyond what `Display` already prints.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Request(error) => error.source(),
            _ => None,
        }
    }
}

/// Chooses the variant by the error code. Microsoft has its own codes for two of them.
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

#[cfg(all(feature = "id-token", not(target_family = "wasm")))]
impl From<IdTokenError> for DeviceLoginError {
    fn from(error: IdTokenError) -> Self {
        Self::IdToken(error)
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
