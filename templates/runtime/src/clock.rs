//! The clock by which the client waits.

use std::time::{Duration, Instant, SystemTime};

use crate::transport::BoxFuture;

/// Tells the time and waits: tokio's clock by default, a test's own in its place.
pub trait Clock: Send + Sync + 'static {
    /// The time that only goes forward, by which waiting is measured.
    fn now(&self) -> Instant;

    /// The time of day, by which tokens expire.
    fn time(&self) -> SystemTime;

    /// Waits.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// tokio's clock, and the system's time of day. It waits inside a tokio runtime only.
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
