//! Why a sign-in failed.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::SocketAddr;

use crate::error::{Error, InvalidRequestError};
#[cfg(feature = "device-login")]
use crate::oauth::device::DeviceLoginError;
#[cfg(all(feature = "id-token", not(target_family = "wasm")))]
use crate::oauth::id_token::IdTokenError;
use crate::oauth::response::OAuthError;

/// Why a sign-in failed (RFC 6749 sections 4.1.2.1 and 5.2, RFC 8628 section 3.5).
///
/// `Display` prints one line that a person can act on.
#[derive(Debug)]
#[non_exhaustive]
pub enum SignInError {
    /// The user denied the sign-in.
    AccessDenied,
    /// The user didn't finish within the time limit, or before the code of a device login expired.
    TimedOut,
    /// The browser returned with another `state` than that of this sign-in, so that the response may be
    /// forged or that of another sign-in (RFC 6749 section 10.12).
    StateMismatch,
    /// The browser returned from another authorization server, or from one that doesn't name itself
    /// although it should (RFC 9207 section 2.4).
    IssuerMismatch,
    /// The address of the redirect URI can't be listened on: often because another program, or another
    /// sign-in, uses the port.
    Listen(ListenError),
    /// The ID token isn't one that the authorization server issued for this sign-in.
    #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
    IdToken(IdTokenError),
    /// The authorization server responded with another error.
    OAuth(OAuthError),
    /// A request failed or couldn't be sent, or its response isn't that of an authorization server.
    Request(Error),
}

impl SignInError {
    /// Returns the error response of the authorization server. `None` if it sent none, and for
    /// [`AccessDenied`](Self::AccessDenied).
    #[must_use]
    pub fn oauth(&self) -> Option<&OAuthError> {
        match self {
            Self::OAuth(error) => Some(error),
            _ => None,
        }
    }
}

/// The address of a redirect URI, and why it can't be listened on.
#[derive(Debug)]
pub struct ListenError {
    address: SocketAddr,
    cause: io::Error,
}

impl ListenError {
    #[cfg(all(feature = "browser-login", not(target_family = "wasm")))]
    pub(crate) fn new(address: SocketAddr, cause: io::Error) -> Self {
        Self { address, cause }
    }

    /// Returns the address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the kind of the cause: [`io::ErrorKind::AddrInUse`] if another program uses the port.
    #[must_use]
    pub fn kind(&self) -> io::ErrorKind {
        self.cause.kind()
    }
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.address;
        match self.kind() {
            io::ErrorKind::AddrInUse => write!(
                f,
                "the browser can't return to {address}: another program uses this port, or another \
                 sign-in is in progress"
            ),
            _ => write!(f, "the browser can't return to {address}: {}", self.cause),
        }
    }
}

impl StdError for ListenError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.source()
    }
}

impl fmt::Display for SignInError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessDenied => f.write_str("the user denied the sign-in"),
            Self::TimedOut => f.write_str("nobody signed in within the time limit"),
            Self::StateMismatch => {
                f.write_str("the browser returned from another sign-in than this one: sign in again")
            }
            Self::IssuerMismatch => f.write_str(
                "the browser returned from another authorization server than the one of this sign-in",
            ),
            Self::Listen(error) => error.fmt(f),
            #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
            Self::IdToken(error) => error.fmt(f),
            Self::OAuth(error) => {
                write!(f, "the authorization server rejected the sign-in: {error}")
            }
            Self::Request(error) => error.fmt(f),
        }
    }
}

impl StdError for SignInError {
    /// Returns the cause beyond what `Display` already prints.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Listen(error) => error.source(),
            Self::Request(error) => error.source(),
            _ => None,
        }
    }
}

/// Microsoft has its own code for a login that the user declined.
impl From<OAuthError> for SignInError {
    fn from(error: OAuthError) -> Self {
        match error.error.as_str() {
            "access_denied" | "authorization_declined" => Self::AccessDenied,
            _ => Self::OAuth(error),
        }
    }
}

impl From<Error> for SignInError {
    fn from(error: Error) -> Self {
        Self::Request(error)
    }
}

impl From<InvalidRequestError> for SignInError {
    fn from(error: InvalidRequestError) -> Self {
        Self::Request(error.into())
    }
}

#[cfg(all(feature = "id-token", not(target_family = "wasm")))]
impl From<IdTokenError> for SignInError {
    fn from(error: IdTokenError) -> Self {
        Self::IdToken(error)
    }
}

#[cfg(feature = "device-login")]
impl From<DeviceLoginError> for SignInError {
    fn from(error: DeviceLoginError) -> Self {
        match error {
            DeviceLoginError::AccessDenied => Self::AccessDenied,
            DeviceLoginError::ExpiredToken => Self::TimedOut,
            DeviceLoginError::InvalidRequest(error)
            | DeviceLoginError::InvalidClient(error)
            | DeviceLoginError::InvalidGrant(error)
            | DeviceLoginError::UnauthorizedClient(error)
            | DeviceLoginError::UnsupportedGrantType(error)
            | DeviceLoginError::InvalidScope(error)
            | DeviceLoginError::OAuth(error) => Self::OAuth(error),
            #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
            DeviceLoginError::IdToken(error) => Self::IdToken(error),
            DeviceLoginError::Request(error) => Self::Request(error),
        }
    }
}
