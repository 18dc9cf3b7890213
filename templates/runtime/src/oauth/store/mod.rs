//! Sessions that survive the program, and that several processes share.

#[cfg(all(feature = "token-file", not(target_family = "wasm")))]
mod default_store;
mod error;
#[cfg(all(feature = "token-file", not(target_family = "wasm")))]
mod file;
#[cfg(all(feature = "keyring", not(target_family = "wasm")))]
mod keyring;
#[cfg(all(feature = "token-file", not(target_family = "wasm")))]
mod lock_file;
#[cfg(all(feature = "token-file", not(target_family = "wasm")))]
mod private_file;
mod session;

use std::sync::Arc;

#[cfg(all(feature = "token-file", not(target_family = "wasm")))]
pub use self::default_store::DefaultTokenStore;
pub use self::error::{TokenStoreError, TokenStoreErrorKind};
#[cfg(all(feature = "token-file", not(target_family = "wasm")))]
pub use self::file::FileTokenStore;
#[cfg(all(feature = "keyring", not(target_family = "wasm")))]
pub use self::keyring::KeyringTokenStore;
pub use self::session::StoredSession;
use crate::oauth::token_set::TokenSet;
use crate::transport::BoxFuture;

/// Keeps the tokens of one session between two runs of a program, and for all processes that share
/// the session.
///
/// [`StoredSession`] uses a store. With the feature `token-file`, `FileTokenStore` stores tokens in
/// a file that only its owner can read, and `DefaultTokenStore` chooses between that file and the
/// keyring of the operating system (feature `keyring`). Implement this trait for another place,
/// such as a database; [`StoredTokens`](crate::oauth::StoredTokens) is the form to store.
///
/// No error of a store may contain a token.
pub trait TokenStore: Send + Sync + 'static {
    /// Returns the stored tokens; `None` if there are none. Never returns a part of what another
    /// process saves at the same time.
    ///
    /// # Errors
    ///
    /// Fails if the tokens can't be read, or aren't tokens. The store keeps them.
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenSet>, TokenStoreError>>;

    /// Replaces the stored tokens, or stores the first ones. They are stored completely, or the old
    /// ones are kept.
    ///
    /// # Errors
    ///
    /// Fails if the tokens can't be written.
    fn save<'a>(&'a self, tokens: &'a TokenSet) -> BoxFuture<'a, Result<(), TokenStoreError>>;

    /// Deletes the stored tokens, whatever they are. Succeeds if there are none.
    ///
    /// # Errors
    ///
    /// Fails if the tokens can't be deleted.
    fn delete(&self) -> BoxFuture<'_, Result<(), TokenStoreError>>;

    /// Waits until no other process and no other session of this process holds the lock of these
    /// tokens, and takes it. It is held until the returned value is dropped.
    ///
    /// A session holds the lock while it refreshes tokens and while it saves or deletes them, so
    /// `load`, `save` and `delete` must not take it. A store that only one session uses may return
    /// `StoreLock::new(())`.
    ///
    /// # Errors
    ///
    /// Fails if the lock isn't available within a time limit of the store, or can't be taken.
    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, TokenStoreError>>;
}

/// The lock of a [`TokenStore`], which is released when this value is dropped.
#[must_use = "the lock is released when this value is dropped"]
pub struct StoreLock {
    _guard: Box<dyn Send + Sync>,
}

impl StoreLock {
    /// Wraps a value that releases the lock when it is dropped.
    pub fn new(guard: impl Send + Sync + 'static) -> Self {
        Self {
            _guard: Box::new(guard),
        }
    }
}

impl std::fmt::Debug for StoreLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreLock").finish_non_exhaustive()
    }
}

impl<S: TokenStore + ?Sized> TokenStore for Arc<S> {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenSet>, TokenStoreError>> {
        (**self).load()
    }

    fn save<'a>(&'a self, tokens: &'a TokenSet) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        (**self).save(tokens)
    }

    fn delete(&self) -> BoxFuture<'_, Result<(), TokenStoreError>> {
        (**self).delete()
    }

    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, TokenStoreError>> {
        (**self).lock()
    }
}
