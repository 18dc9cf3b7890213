//! OAuth 2.0: access tokens and their refresh, grants, discovery and sign-in.
//!
//! A client authenticates its calls with access tokens from a [`TokenSource`]. A [`TokenSet`] is the
//! simplest source: it always returns the same tokens. A generated client has methods for the
//! grants that its OpenAPI document describes ([`ClientCredentials`], [`RefreshToken`]), and for
//! signing a user in: with a browser (RFC 7636) or a device login (RFC 8628). For any other grant, implement [`TokenSource`].
//!
//! A client keeps its tokens in memory. A [`StoredSession`] keeps them between two runs of a program, in
//! a file, in the keyring of the operating system, or in a [`TokenStore`] of your own.
//! [`StoredTokens`] is the form in which tokens are stored:
//!
//! ```
//! use std::time::{Duration, SystemTime};
//!
//! use wiretrue::oauth::{StoredTokens, TokenSet};
//!
//! # fn main() -> Result<(), serde_json::Error> {
//! let tokens = TokenSet::new("access")
//!     .with_refresh_token("refresh")
//!     .with_expires_at(SystemTime::now() + Duration::from_secs(3600));
//!
//! // The JSON contains the tokens in plain text: only their owner may read it.
//! let json = serde_json::to_string(&StoredTokens::from(tokens))?;
//!
//! let tokens = TokenSet::from(serde_json::from_str::<StoredTokens>(&json)?);
//! assert!(tokens.refresh_token().is_some());
//! assert!(!tokens.is_expired(SystemTime::now()));
//! # Ok(())
//! # }
//! ```

#[cfg(all(feature = "browser-login", not(target_family = "wasm")))]
mod authorization_code;
pub(crate) mod client_authentication;
#[cfg(feature = "device-login")]
pub(crate) mod device;
pub(crate) mod discovery;
pub(crate) mod endpoint;
pub(crate) mod fetch_failure;
pub(crate) mod grant;
// Without a way to sign in, nothing uses them.
#[allow(dead_code)]
#[cfg(all(feature = "id-token", not(target_family = "wasm")))]
pub(crate) mod id_token;
#[cfg(feature = "sign-in")]
pub(crate) mod login_flow;
#[cfg(feature = "sign-in")]
pub(crate) mod refresh;
pub(crate) mod response;
pub(crate) mod session;
#[allow(dead_code, unused_imports)]
#[cfg(feature = "sign-in")]
pub(crate) mod sign_in;
pub(crate) mod single_flight;
#[cfg(feature = "sign-in")]
pub(crate) mod standard_login;
mod store;
pub(crate) mod token_set;
pub(crate) mod token_source;

pub use self::client_authentication::ClientAuthentication;
#[cfg(feature = "qr")]
pub use self::device::QrCode;
#[cfg(feature = "device-login")]
pub use self::device::{
    DeviceLogin, DeviceLoginError, DeviceLoginProgress, DeviceLoginRequest, PendingDeviceLogin,
    UserCode, UserCodeError,
};
pub use self::fetch_failure::SessionEndedError;
pub use self::grant::{ClientCredentials, RefreshToken};
#[cfg(all(feature = "id-token", not(target_family = "wasm")))]
pub use self::id_token::{IdTokenClaims, IdTokenError};
#[cfg(feature = "sign-in")]
pub use self::refresh::RefreshingTokens;
pub use self::response::OAuthError;
#[cfg(feature = "sign-in")]
pub use self::sign_in::{BrowserPrompt, ListenError, SignIn, SignInError, SignInPrompt};
#[cfg(all(feature = "keyring", not(target_family = "wasm")))]
pub use self::store::KeyringTokenStore;
#[cfg(all(feature = "token-file", not(target_family = "wasm")))]
pub use self::store::{DefaultTokenStore, FileTokenStore};
pub use self::store::{StoreLock, StoredSession, TokenStore, TokenStoreError, TokenStoreErrorKind};
pub use self::token_set::{StoredTokens, TokenSet};
pub use self::token_source::TokenSource;
