//! OAuth 2.0: tokens that are refreshed, grants, discovery, and device login.

pub(crate) mod client_authentication;
#[cfg(feature = "device-login")]
pub(crate) mod device;
pub(crate) mod discovery;
pub(crate) mod endpoint;
pub(crate) mod grant;
#[cfg(feature = "device-login")]
pub(crate) mod refresh;
pub(crate) mod response;
pub(crate) mod session;
pub(crate) mod single_flight;
pub(crate) mod token_set;
pub(crate) mod token_source;

pub use self::client_authentication::ClientAuthentication;
#[cfg(feature = "qr")]
pub use self::device::QrCode;
#[cfg(feature = "device-login")]
pub use self::device::{
    DeviceLogin, DeviceLoginError, DeviceLoginProgress, DeviceLoginRequest, UserCode,
    UserCodeProblem,
};
pub use self::grant::{ClientCredentials, RefreshToken};
#[cfg(feature = "device-login")]
pub use self::refresh::RefreshingTokens;
pub use self::response::OAuthError;
pub use self::token_set::{StoredTokens, TokenSet};
pub use self::token_source::TokenSource;
