//! The clock that times the waits between retries and the expiry of tokens.

use std::time::{Duration, SystemTime};

use crate::transport::BoxFuture;

/// The monotonic time: that of the standard library, or on WebAssembly, which has none, that of the
/// host.
#[cfg(not(target_family = "wasm"))]
pub use std::time::Instant;
#[cfg(target_family = "wasm")]
pub use wasmtimer::std::Instant;

/// Timers: those of tokio, or on WebAssembly those of the host.
#[cfg(not(target_family = "wasm"))]
pub(crate) use tokio::time as timer;
#[cfg(target_family = "wasm")]
pub(crate) use wasmtimer::tokio as timer;

/// Tells the time and waits: by tokio's clock by default, or by that of a test.
pub trait Clock: Send + Sync + 'static {
    /// Returns the monotonic time, by which durations are measured.
    fn now(&self) -> Instant;

    /// Returns the time of day, by which tokens expire.
    fn time(&self) -> SystemTime;

    /// Waits for a duration.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// tokio's clock and the system's time of day.
///
/// Waits only inside a tokio runtime. On WebAssembly, it is the clock of the host.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioClock;

impl Clock for TokioClock {
    fn now(&self) -> Instant {
        monotonic_time()
    }

    fn time(&self) -> SystemTime {
        time_of_day()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(timer::sleep(time))
    }
}

/// Returns the monotonic time.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn monotonic_time() -> Instant {
    // That of a test, if it has paused the time.
    timer::Instant::now().into_std()
}

/// Returns the monotonic time.
#[cfg(target_family = "wasm")]
pub(crate) fn monotonic_time() -> Instant {
    Instant::now()
}

/// Returns the time of day.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn time_of_day() -> SystemTime {
    SystemTime::now()
}

/// Returns the time of day.
#[cfg(target_family = "wasm")]
pub(crate) fn time_of_day() -> SystemTime {
    use wasmtimer::std::{SystemTime as Host, UNIX_EPOCH};
    let since = Host::now().duration_since(UNIX_EPOCH);
    SystemTime::UNIX_EPOCH + since.unwrap_or_default()
}
