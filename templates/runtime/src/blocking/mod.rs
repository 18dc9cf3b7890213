//! Calls for programs without an async runtime.
//!
//! A generated client has a blocking counterpart of each way to wait: a call has `send_blocking`
//! beside `send`, and event streams, pages and items become iterators with `blocking`.
//!
//! All of them fail with [`Error::InvalidRequest`] on a thread that belongs to an async runtime:
//! they would block the runtime's other tasks.
//!
//! [`wait`] blocks on any other future, such as one that joins several calls:
//!
//! ```
//! use wiretrue::blocking::wait;
//!
//! # fn main() -> Result<(), wiretrue::Error> {
//! let sum = wait(async { 1 + 1 })?;
//! assert_eq!(sum, 2);
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "device-login")]
mod device_login;
#[cfg(feature = "streaming")]
mod events;
#[cfg(feature = "streaming")]
mod json_stream;
#[cfg(feature = "pagination")]
mod pages;

#[cfg(feature = "streaming")]
pub use self::events::BlockingEvents;
#[cfg(feature = "streaming")]
pub use self::json_stream::BlockingJsonStream;
#[cfg(feature = "pagination")]
pub use self::pages::{BlockingItems, BlockingPages};

use std::future::pending;
use std::io;
use std::sync::OnceLock;
use std::thread;

use tokio::runtime::{Builder, Handle};

use crate::error::{Error, InvalidRequestError};

/// Returns the runtime of all blocking calls. All clients share it, so that connections are reused
/// and calls on several threads run concurrently.
///
/// A dedicated thread drives sockets and timers until the program exits. The rest of a call runs on
/// the thread that waits for it.
fn runtime() -> Result<&'static Handle, &'static io::Error> {
    static RUNTIME: OnceLock<Result<Handle, io::Error>> = OnceLock::new();
    RUNTIME.get_or_init(start).as_ref()
}

fn start() -> Result<Handle, io::Error> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    let name = concat!(env!("CARGO_PKG_NAME"), "-io").to_owned();
    let thread = thread::Builder::new().name(name);
    thread.spawn(move || runtime.block_on(pending::<()>()))?;
    Ok(handle)
}

/// Blocks this thread until a future completes.
///
/// # Errors
///
/// Returns an error if this thread belongs to an async runtime, or if the thread for blocking calls
/// can't be started.
pub fn wait<T>(future: impl Future<Output = T>) -> Result<T, InvalidRequestError> {
    // tokio panics in this case.
    if Handle::try_current().is_ok() {
        return Err(InvalidRequestError::new(
            "a blocking call would block the async runtime that this thread belongs to: await the \
             call, or make it on a thread of `std::thread::spawn`",
        ));
    }
    match runtime() {
        Ok(runtime) => Ok(runtime.block_on(future)),
        Err(error) => Err(InvalidRequestError::new(format!(
            "the thread for blocking calls can't be started: {error}"
        ))),
    }
}

/// Blocks this thread until a call completes.
///
/// # Errors
///
/// Returns the error of the call, or that of [`wait`].
pub fn block_on_call<T>(
    operation: &'static str,
    future: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match wait(future) {
        Ok(result) => result,
        Err(error) => Err(error.in_operation(operation).into()),
    }
}
