//! Blocking device logins, for programs without an async runtime.

use crate::blocking::wait;
use crate::oauth::device::error::DeviceLoginError;
use crate::oauth::device::{DeviceLogin, DeviceLoginRequest};
use crate::oauth::token_set::TokenSet;

impl DeviceLoginRequest {
    /// Requests a device code and a user code, and blocks until they are received. See
    /// [`start`](Self::start).
    ///
    /// # Errors
    ///
    /// Returns the errors of `start`, and [`DeviceLoginError::Request`] in an async function.
    pub fn start_blocking(self) -> Result<DeviceLogin, DeviceLoginError> {
        wait(self.start())?
    }

    /// Requests new tokens, and blocks until they are received. See [`refresh`](Self::refresh).
    ///
    /// # Errors
    ///
    /// Returns the errors of `refresh`, and [`DeviceLoginError::Request`] in an async function.
    pub fn refresh_blocking(self, tokens: &TokenSet) -> Result<TokenSet, DeviceLoginError> {
        wait(self.refresh(tokens))?
    }
}

impl DeviceLogin {
    /// Blocks until the user approves or denies the login, or until the code expires. See
    /// [`wait`](Self::wait).
    ///
    /// # Errors
    ///
    /// Returns the errors of `wait`, and [`DeviceLoginError::Request`] in an async function.
    pub fn wait_blocking(self) -> Result<TokenSet, DeviceLoginError> {
        wait(self.wait())?
    }
}
