//! The clock that the client waits by.

use std::time::{Duration, Instant, SystemTime};

use crate::transport::BoxFuture;

/// Tells the time and waits: by tokio's clock by default, or by that of a test.
pub trait Clock: Send + Sync + 'static {
    /// Returns the monotonic time, by which durations are measured.
    fn now(&self) -> Instant;

    /// Returns the time of day, by which tokens expire.
    fn time(&self) -> SystemTime;

    /// Waits for a duration.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// tokio's clock and the system's time of day. Waits only inside a tokio runtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioClock;

impl Clock for TokioClock {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn time(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}
