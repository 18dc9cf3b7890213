//! The device login (RFC 8628), for devices without a browser or keyboard.

pub(crate) mod error;
pub(crate) mod flow;
pub(crate) mod login;
mod pending;
pub(crate) mod poll;
#[cfg(feature = "qr")]
mod qr;
pub(crate) mod request;
pub mod standard_flow;
pub(crate) mod user_code;

use secrecy::{ExposeSecret, SecretString};

pub use self::error::DeviceLoginError;
pub use self::flow::{AuthorizationRequest, DeviceFlow};
pub use self::login::DeviceLogin;
pub use self::pending::PendingDeviceLogin;
pub use self::poll::DeviceLoginProgress;
#[cfg(feature = "qr")]
pub use self::qr::QrCode;
pub use self::request::DeviceLoginRequest;
pub use self::user_code::{UserCode, UserCodeError};

fn exposed(secret: Option<&SecretString>) -> Option<String> {
    secret.map(|secret| secret.expose_secret().to_owned())
}
