//! The time limits of calls and attempts, which a body that is being sent extends.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::clock::{Instant, monotonic_time, timer};

/// When the transport last took a part of a request's body.
#[derive(Default)]
pub(super) struct UploadProgress(Mutex<Option<Instant>>);

impl UploadProgress {
    /// Records that the transport takes a part of the body now.
    pub(super) fn advance(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(monotonic_time());
    }

    /// Returns the time since the transport last took a part of the body; `None` if it took none.
    fn idle(&self) -> Option<Duration> {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.map(|last| monotonic_time().saturating_duration_since(last))
    }
}

/// Waits for a future within a time limit; returns `None` once the limit has passed. While a body is
/// being sent, the limit counts from the last part that the transport took.
///
/// The future is passed by reference, because an async function holds its arguments twice.
pub(super) async fn within<T>(
    limit: Duration,
    upload: Option<&UploadProgress>,
    mut future: Pin<&mut impl Future<Output = T>>,
) -> Option<T> {
    let mut left = limit;
    loop {
        if let Ok(output) = timer::timeout(left, future.as_mut()).await {
            return Some(output);
        }
        let idle = upload.and_then(UploadProgress::idle)?;
        left = limit.checked_sub(idle).filter(|left| !left.is_zero())?;
    }
}
