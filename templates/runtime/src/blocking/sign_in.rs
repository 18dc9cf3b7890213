//! Blocking sign-ins, for programs without an async runtime.

use std::future::IntoFuture;

use crate::blocking::wait;
use crate::oauth::sign_in::{SignIn, SignInError};
use crate::oauth::token_set::TokenSet;

impl SignIn {
    /// Signs the user in, and blocks until they have.
    ///
    /// # Errors
    ///
    /// Returns the errors of the sign-in, and [`SignInError::Request`] in an async function.
    pub fn wait_blocking(self) -> Result<TokenSet, SignInError> {
        wait(self.into_future())?
    }

    /// Requests new tokens, and blocks until they are received. See [`refresh`](Self::refresh).
    ///
    /// # Errors
    ///
    /// Returns the errors of `refresh`, and [`SignInError::Request`] in an async function.
    pub fn refresh_blocking(self, tokens: &TokenSet) -> Result<TokenSet, SignInError> {
        wait(self.refresh(tokens))?
    }

    /// Revokes tokens, and blocks until the server has responded. See [`revoke`](Self::revoke).
    ///
    /// # Errors
    ///
    /// Returns the errors of `revoke`, and [`SignInError::Request`] in an async function.
    pub fn revoke_blocking(self, tokens: &TokenSet) -> Result<(), SignInError> {
        wait(self.revoke(tokens))?
    }
}
