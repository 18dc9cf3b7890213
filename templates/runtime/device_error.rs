//! Why a device login ended without tokens.

use std::error::Error as StdError;
use std::fmt;

use crate::runtime::error::{Error, InvalidRequest};
use crate::runtime::oauth::OAuthError;

/// Why a device login ended without tokens (RFC 8628 section 3.5).
///
/// `Display` is one line that a person can act on.
#[derive(Debug)]
#[non_exhaustive]
pub enum DeviceLoginError {
    /// The user refused.
    AccessDenied,
    /// The user took too long: start another login.
    ExpiredToken,
    /// The authorization server refuses for another reason.
    OAuth(OAuthError),
    /// A request could not be made, or its answer isn't one of an authorization server.
    Request(Error),
}

impl fmt::Display for DeviceLoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessDenied => f.write_str("the user refused the login"),
            Self::ExpiredToken => {
                f.write_str("the code expired before the user approved the login")
            }
            Self::OAuth(error) => write!(f, "the authorization server refuses the login: {error}"),
            Self::Request(error) => error.fmt(f),
        }
    }
}

impl StdError for DeviceLoginError {
    /// The cause beyond what `Display` already says.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Request(error) => error.source(),
            Self::AccessDenied | Self::ExpiredToken | Self::OAuth(_) => None,
        }
    }
}

impl From<Error> for DeviceLoginError {
    fn from(error: Error) -> Self {
        Self::Request(error)
    }
}

impl From<InvalidRequest> for DeviceLoginError {
    fn from(error: InvalidRequest) -> Self {
        Self::Request(error.into())
    }
}
