//! Tokens in a file.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy as _;

use crate::oauth::store::error::{TokenStoreError, TokenStoreErrorKind};
use crate::oauth::store::lock_file::LockFile;
use crate::oauth::store::{StoreLock, TokenStore, private_file};
use crate::oauth::token_set::{StoredTokens, TokenSet};
use crate::transport::BoxFuture;

/// The size limit of a file, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Stores tokens in a file that only its owner can read and write.
///
/// The file contains [`StoredTokens`] as JSON, **with the tokens in plain text**. It is created
/// with mode 0600, in a folder of mode 0700 unless that exists, and replaced atomically. A file
/// that belongs to another user, that others can read or write, or that is a symbolic link is
/// refused. On Windows, the access rights of the folder apply.
///
/// Processes that use the same file take turns with the lock of a second file, whose name ends in
/// `.lock`. It stays when the tokens are deleted.
///
/// Reading and writing block for as long as the file system takes, usually less than a millisecond,
/// so that nothing comes between the response with new tokens and the file.
#[derive(Clone, Debug)]
pub struct FileTokenStore {
    path: PathBuf,
    lock: LockFile,
}

impl FileTokenStore {
    /// Creates a store from the path of its file. The folder is created when the first tokens are
    /// saved.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            lock: LockFile::beside(&path),
            path,
        }
    }

    /// Creates a store at the usual place for an app with this name: `tokens.json` in
    ///
    /// - `$XDG_STATE_HOME/<app>`, by default `~/.local/state/<app>`, on Linux and other Unix
    ///   systems,
    /// - `~/Library/Application Support/<app>` on macOS,
    /// - `%LOCALAPPDATA%\<app>` on Windows.
    ///
    /// # Errors
    ///
    /// Fails if the name can't be that of a folder, or if the user has no home folder.
    pub fn for_app(app: &str) -> Result<Self, TokenStoreError> {
        let is_odd = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
        if app.is_empty() || app.starts_with('.') || app.contains(is_odd) {
            let message = format!("{app:?} can't be the name of a folder");
            return Err(TokenStoreError::new(
                TokenStoreErrorKind::Unavailable,
                message,
            ));
        }
        let folders = etcetera::base_strategy::choose_native_strategy().map_err(|error| {
            let message = "the home folder of the user is unknown: set `HOME`";
            TokenStoreError::new(TokenStoreErrorKind::Unavailable, message).with_source(error)
        })?;
        let folder = match folders.state_dir() {
            Some(folder) => folder,
            // Tokens aren't for roaming profiles: `cache_dir` is `%LOCALAPPDATA%`.
            None if cfg!(windows) => folders.cache_dir(),
            None => folders.data_dir(),
        };
        Ok(Self::new(folder.join(app).join("tokens.json")))
    }

    /// Sets how long a refresh waits for that of another process. Defaults to 30 seconds.
    #[must_use]
    pub fn lock_timeout(mut self, limit: Duration) -> Self {
        self.lock.limit = limit;
        self
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the lock.
    #[cfg(feature = "keyring")]
    pub(super) fn lock_file(&self) -> &LockFile {
        &self.lock
    }

    /// Returns whether the file exists.
    #[cfg(feature = "keyring")]
    pub(super) fn exists(&self) -> bool {
        self.path.symlink_metadata().is_ok()
    }

    fn read(&self) -> Result<Option<TokenSet>, TokenStoreError> {
        let Some(file) = private_file::open(&self.path)? else {
            return Ok(None);
        };
        let mut json = Vec::new();
        let read = file.take(MAX_BYTES).read_to_end(&mut json);
        read.map_err(|error| private_file::failed(&self.path, "read", error))?;
        let place = format!("the file {}", self.path.display());
        decode(&json, &place).map(Some)
    }
}

/// Reads what [`encode`] has written. `place` is where the text was found, for errors.
///
/// # Errors
///
/// Fails if the text isn't that of tokens.
pub(super) fn decode(json: &[u8], place: &str) -> Result<TokenSet, TokenStoreError> {
    let tokens = serde_json::from_slice::<StoredTokens>(json);
    tokens.map(TokenSet::from).map_err(|error| {
        // The error names a position or a missing property, never a value.
        let message = format!(
            "{place} doesn't contain tokens ({error}): sign in again to replace them, or delete it"
        );
        TokenStoreError::new(TokenStoreErrorKind::Corrupt, message)
    })
}

/// Writes tokens as JSON.
///
/// # Errors
///
/// Doesn't fail: all properties are strings.
pub(super) fn encode(tokens: &TokenSet) -> Result<Vec<u8>, TokenStoreError> {
    serde_json::to_vec_pretty(&StoredTokens::from(tokens.clone()))
        .map_err(|error| TokenStoreError::new(TokenStoreErrorKind::Unavailable, error.to_string()))
}

impl TokenStore for FileTokenStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenSet>, TokenStoreError>> {
        Box::pin(async { self.read() })
    }

    fn save<'a>(&'a self, tokens: &'a TokenSet) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        Box::pin(async { private_file::replace(&self.path, &encode(tokens)?) })
    }

    fn delete(&self) -> BoxFuture<'_, Result<(), TokenStoreError>> {
        Box::pin(async { private_file::delete(&self.path) })
    }

    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, TokenStoreError>> {
        Box::pin(async { Ok(StoreLock::new(self.lock.acquire().await?)) })
    }
}

/// Prints the place: `the file /home/me/.local/state/app/tokens.json`.
impl std::fmt::Display for FileTokenStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the file {}", self.path.display())
    }
}
