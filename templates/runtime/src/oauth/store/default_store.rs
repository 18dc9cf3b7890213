//! The best store of a machine.

#[cfg(feature = "keyring")]
use std::time::Duration;

use crate::oauth::store::file::FileTokenStore;
#[cfg(feature = "keyring")]
use crate::oauth::store::keyring::KeyringTokenStore;
use crate::oauth::store::{StoreLock, TokenStore, TokenStoreError};
use crate::oauth::token_set::TokenSet;
use crate::transport::BoxFuture;

/// How long the keyring may take to reply.
#[cfg(feature = "keyring")]
const PROBE: Duration = Duration::from_secs(2);

/// The keyring of the operating system if there is one, and a file otherwise.
///
/// `Display` prints which was chosen: ``the keyring entry `my-app` `` or
/// `the file /home/me/.local/state/my-app/tokens.json`.
#[derive(Clone, Debug)]
pub struct DefaultTokenStore(Choice);

#[derive(Clone, Debug)]
enum Choice {
    File {
        store: FileTokenStore,
        #[cfg(feature = "keyring")]
        reason: Option<String>,
    },
    #[cfg(feature = "keyring")]
    Keyring(KeyringTokenStore),
}

impl DefaultTokenStore {
    /// Chooses the store for an app with this name.
    ///
    /// With the feature `keyring`, this is the `KeyringTokenStore` if the keyring replies within
    /// 2 seconds. A keyring that is locked, and that the user doesn't unlock within that time,
    /// counts as missing, as do machines without a desktop. The choice is
    /// [`FileTokenStore::for_app`] then, without the feature, and as long as that file exists: a
    /// session stays where it is until it is signed out.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`FileTokenStore::for_app`].
    pub async fn for_app(app: &str) -> Result<Self, TokenStoreError> {
        let store = FileTokenStore::for_app(app)?;
        #[cfg(feature = "keyring")]
        {
            let mut reason = None;
            if !store.exists() {
                let keyring = KeyringTokenStore::for_app(app)?;
                match keyring.probe(PROBE).await {
                    Ok(()) => return Ok(Self(Choice::Keyring(keyring))),
                    Err(error) => reason = Some(error.to_string()),
                }
            }
            Ok(Self(Choice::File { store, reason }))
        }
        #[cfg(not(feature = "keyring"))]
        Ok(Self(Choice::File { store }))
    }

    /// Returns why the keyring wasn't chosen, in one line; `None` if it was, or if the file existed
    /// already.
    #[cfg(feature = "keyring")]
    #[must_use]
    pub fn keyring_problem(&self) -> Option<&str> {
        match &self.0 {
            Choice::File { reason, .. } => reason.as_deref(),
            Choice::Keyring(_) => None,
        }
    }

    fn store(&self) -> &dyn TokenStore {
        match &self.0 {
            Choice::File { store, .. } => store,
            #[cfg(feature = "keyring")]
            Choice::Keyring(store) => store,
        }
    }
}

impl TokenStore for DefaultTokenStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenSet>, TokenStoreError>> {
        self.store().load()
    }

    fn save<'a>(&'a self, tokens: &'a TokenSet) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        self.store().save(tokens)
    }

    fn delete(&self) -> BoxFuture<'_, Result<(), TokenStoreError>> {
        self.store().delete()
    }

    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, TokenStoreError>> {
        self.store().lock()
    }
}

impl std::fmt::Display for DefaultTokenStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Choice::File { store, .. } => store.fmt(f),
            #[cfg(feature = "keyring")]
            Choice::Keyring(store) => store.fmt(f),
        }
    }
}
