//! A lock that processes share.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::clock::{monotonic_time, timer};
use crate::oauth::store::error::{TokenStoreError, TokenStoreErrorKind};
use crate::oauth::store::private_file;

/// The first pause between two attempts, which doubles.
const MIN_PAUSE: Duration = Duration::from_millis(5);
/// The upper limit of the pause.
const MAX_PAUSE: Duration = Duration::from_millis(80);
/// How long to wait for the lock by default: as long as a refresh of another process may take.
const LIMIT: Duration = Duration::from_secs(30);

/// A file whose lock processes take in turn. The operating system releases the lock when a process
/// ends, however it ends, so the file may stay.
#[derive(Clone, Debug)]
pub(super) struct LockFile {
    path: PathBuf,
    pub(super) limit: Duration,
}

impl LockFile {
    /// Names the lock file of the file with the tokens.
    pub(super) fn beside(path: &Path) -> Self {
        Self {
            path: private_file::with_suffix(path, ".lock"),
            limit: LIMIT,
        }
    }

    /// Waits for the lock. It is held until the returned file is closed.
    ///
    /// # Errors
    ///
    /// Fails if the lock isn't available within the limit, or if the file isn't safe.
    pub(super) async fn acquire(&self) -> Result<File, TokenStoreError> {
        let file = private_file::open_or_create(&self.path)?;
        let start = monotonic_time();
        let mut wait = MIN_PAUSE;
        loop {
            match fs4::FileExt::try_lock(&file) {
                Ok(()) => return Ok(file),
                Err(fs4::TryLockError::Error(error)) => {
                    return Err(private_file::failed(&self.path, "locked", error));
                }
                Err(fs4::TryLockError::WouldBlock) => {}
            }
            let left = self.limit.saturating_sub(monotonic_time() - start);
            if left.is_zero() {
                return Err(self.is_busy());
            }
            pause(wait.min(left)).await;
            wait = (wait * 2).min(MAX_PAUSE);
        }
    }

    fn is_busy(&self) -> TokenStoreError {
        let message = format!(
            "another process has held the lock of {} for {} seconds: try again once it has refreshed \
             the tokens, or end it",
            self.path.display(),
            self.limit.as_secs_f32()
        );
        TokenStoreError::new(TokenStoreErrorKind::Locked, message)
    }
}

/// Waits without blocking a thread of a runtime.
async fn pause(time: Duration) {
    match Handle::try_current() {
        Ok(_) => timer::sleep(time).await,
        Err(_) => thread::sleep(time),
    }
}
