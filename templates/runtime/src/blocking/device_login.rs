//! A device login for programs without an async runtime.

use crate::blocking::wait;
use crate::oauth::device::error::DeviceLoginError;
use crate::oauth::device::{DeviceLogin, DeviceLoginRequest};
use crate::oauth::token_set::TokenSet;

impl DeviceLoginRequest {
    /// [`start`](Self::start), blocking.
    ///
    /// # Errors
    ///
    /// Those of `start`; [`DeviceLoginError::Request`] on a thread of an async runtime.
    pub fn start_blocking(self) -> Result<DeviceLogin, DeviceLoginError> {
        wait(self.start())?
    }

    /// [`refresh`](Self::refresh), blocking.
    ///
    /// # Errors
    ///
    /// Those of `refresh`; [`DeviceLoginError::Request`] on a thread of an async runtime.
    pub fn refresh_blocking(self, tokens: &TokenSet) -> Result<TokenSet, DeviceLoginError> {
        wait(self.refresh(tokens))?
    }
}

impl DeviceLogin {
    /// [`wait`](Self::wait), blocking.
    ///
    /// # Errors
    ///
    /// Those of `wait`; [`DeviceLoginError::Request`] on a thread of an async runtime.
    pub fn wait_blocking(self) -> Result<TokenSet, DeviceLoginError> {
        wait(self.wait())?
    }
}
