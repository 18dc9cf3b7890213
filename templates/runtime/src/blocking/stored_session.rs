//! Blocking access to stored sessions, for programs without an async runtime.

use crate::blocking::wait;
use crate::error::InvalidRequestError;
use crate::oauth::{StoredSession, TokenSet, TokenStoreError, TokenStoreErrorKind};

impl StoredSession {
    /// Returns whether there are stored tokens. See [`is_signed_in`](Self::is_signed_in).
    ///
    /// # Errors
    ///
    /// Returns the errors of `is_signed_in`, and an error in an async function.
    pub fn is_signed_in_blocking(&self) -> Result<bool, TokenStoreError> {
        wait(self.is_signed_in()).map_err(unavailable)?
    }

    /// Stores the tokens of a new login. See [`save`](Self::save).
    ///
    /// # Errors
    ///
    /// Returns the errors of `save`, and an error in an async function.
    pub fn save_blocking(&self, tokens: &TokenSet) -> Result<(), TokenStoreError> {
        wait(self.save(tokens)).map_err(unavailable)?
    }

    /// Deletes the stored tokens. See [`sign_out`](Self::sign_out).
    ///
    /// # Errors
    ///
    /// Returns the errors of `sign_out`, and an error in an async function.
    pub fn sign_out_blocking(&self) -> Result<Option<TokenSet>, TokenStoreError> {
        wait(self.sign_out()).map_err(unavailable)?
    }
}

fn unavailable(error: InvalidRequestError) -> TokenStoreError {
    TokenStoreError::new(TokenStoreErrorKind::Unavailable, error.to_string())
}
