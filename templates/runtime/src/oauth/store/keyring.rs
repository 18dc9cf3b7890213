//! Tokens in the keyring of the operating system.

use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak, mpsc};
use std::thread;
use std::time::Duration;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use tokio::sync::oneshot;

use crate::oauth::store::error::{TokenStoreError, TokenStoreErrorKind};
use crate::oauth::store::file::{FileTokenStore, decode, encode};
use crate::oauth::store::lock_file::LockFile;
use crate::oauth::store::{StoreLock, TokenStore};
use crate::oauth::token_set::TokenSet;
use crate::transport::BoxFuture;

/// The user name of the entry, whose service is the app.
const USER: &str = "oauth-tokens";
/// How long an access may take: the system may ask for the user's password.
const LIMIT: Duration = Duration::from_secs(60);

/// Stores tokens in the keyring of the operating system.
///
/// This is the Secret Service on Linux and other Unix systems (GNOME Keyring, KWallet, KeePassXC), the
/// login keychain on macOS, and the credential manager on Windows.
///
/// The entry has the service `<app>` and the user `oauth-tokens`. On Windows, it holds at most 2560
/// bytes; longer tokens are an error.
///
/// The system may ask the user to unlock the keyring. An access that takes longer than 60 seconds
/// is an error. It runs on a thread of its own, so that it never blocks a runtime.
///
/// A keyring has no lock for several processes, so they take turns with the lock file that
/// [`FileTokenStore::for_app`] uses.
#[derive(Clone)]
pub struct KeyringTokenStore {
    app: String,
    limit: Duration,
    lock: LockFile,
    /// The lock while it is held, for accesses that outlast the call that needs them.
    held: Arc<Mutex<Weak<File>>>,
}

impl KeyringTokenStore {
    /// Creates a store for an app with this name. Accesses nothing yet.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`FileTokenStore::for_app`].
    pub fn for_app(app: &str) -> Result<Self, TokenStoreError> {
        let file = FileTokenStore::for_app(app)?;
        Ok(Self {
            app: app.to_owned(),
            limit: LIMIT,
            lock: file.lock_file().clone(),
            held: Arc::default(),
        })
    }

    /// Sets how long a refresh waits for that of another process. Defaults to 30 seconds.
    #[must_use]
    pub fn lock_timeout(mut self, limit: Duration) -> Self {
        self.lock.limit = limit;
        self
    }

    /// Checks within this time that there is a keyring and that its entry can be read.
    pub(super) async fn probe(&self, limit: Duration) -> Result<(), TokenStoreError> {
        let probe = Self {
            limit,
            ..self.clone()
        };
        // Content that isn't that of tokens is reported when the tokens are needed.
        probe.read().await.map(drop)
    }

    /// Returns the lock while it is held, even if the mutex is poisoned: no code panics with it
    /// locked.
    fn held(&self) -> MutexGuard<'_, Weak<File>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read(&self) -> Result<Option<Vec<u8>>, TokenStoreError> {
        self.access("read", |entry| found(entry.get_secret())).await
    }

    /// Accesses the entry on a thread of its own.
    async fn access<T: Send + 'static>(
        &self,
        what: &'static str,
        work: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, TokenStoreError> {
        let lock = self.held().upgrade();
        let app = self.app.clone();
        let work = move || {
            // No other process may access the entry until this has completed.
            let _lock = lock;
            // Errors of the crate may hold secrets, but don't print them.
            entry(&app)
                .and_then(|entry| work(&entry))
                .map_err(|error| error.to_string())
        };
        let problem = match within(self.limit, work).await {
            Some(Ok(value)) => return Ok(value),
            Some(Err(problem)) => problem,
            None => format!("no reply within {} seconds", self.limit.as_secs_f32()),
        };
        let message = format!("{self} can't be {what}: {problem}");
        Err(TokenStoreError::new(
            TokenStoreErrorKind::Unavailable,
            message,
        ))
    }
}

/// Runs `work` on a thread of its own, independent of any runtime; returns `None` if it takes
/// longer than the limit. The thread then continues.
async fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (done, result) = oneshot::channel();
    let timer = thread::Builder::new().name("keyring-timer".to_owned());
    let spawned = timer.spawn(move || {
        let (send, receive) = mpsc::channel();
        let worker = thread::Builder::new().name("keyring".to_owned());
        let worker = worker.spawn(move || send.send(work()));
        let value = worker.ok().and_then(|_| receive.recv_timeout(limit).ok());
        // Nobody waits any longer if the call was dropped.
        let _ = done.send(value);
    });
    spawned.ok()?;
    result.await.ok().flatten()
}

fn entry(app: &str) -> Result<Entry, Error> {
    store()?.build(app, USER, None)
}

/// Connects to the keyring of the system.
///
/// On Unix, the Secret Service is reached through zbus, which is Rust only, where libdbus would
/// have to be installed. The kernel's keyring forgets its content when the machine restarts.
#[cfg(not(any(target_os = "macos", windows)))]
fn store() -> Result<Arc<impl CredentialStoreApi>, Error> {
    zbus_secret_service_keyring_store::Store::new()
}

#[cfg(target_os = "macos")]
fn store() -> Result<Arc<impl CredentialStoreApi>, Error> {
    apple_native_keyring_store::keychain::Store::new()
}

#[cfg(windows)]
fn store() -> Result<Arc<impl CredentialStoreApi>, Error> {
    windows_native_keyring_store::Store::new()
}

/// Returns `None` if there is no entry.
fn found<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    }
}

impl TokenStore for KeyringTokenStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenSet>, TokenStoreError>> {
        Box::pin(async {
            let json = self.read().await?;
            json.map(|json| decode(&json, &self.to_string()))
                .transpose()
        })
    }

    fn save<'a>(&'a self, tokens: &'a TokenSet) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        Box::pin(async {
            let json = encode(tokens)?;
            self.access("written", move |entry| entry.set_secret(&json))
                .await
        })
    }

    fn delete(&self) -> BoxFuture<'_, Result<(), TokenStoreError>> {
        Box::pin(async {
            let delete = |entry: &Entry| found(entry.delete_credential());
            self.access("deleted", delete).await.map(drop)
        })
    }

    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, TokenStoreError>> {
        Box::pin(async {
            let file = Arc::new(self.lock.acquire().await?);
            *self.held() = Arc::downgrade(&file);
            Ok(StoreLock::new(file))
        })
    }
}

/// Prints the place: ``the keyring entry `my-app` ``.
impl std::fmt::Display for KeyringTokenStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the keyring entry `{}`", self.app)
    }
}

impl std::fmt::Debug for KeyringTokenStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyringTokenStore")
            .field("app", &self.app)
            .finish_non_exhaustive()
    }
}
