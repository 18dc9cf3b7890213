//! Calls for programs without an async runtime.
//!
//! A generated client has a blocking counterpart of each way to wait: a call has `send_blocking`
//! beside `send`, and event streams, pages and items become iterators with `blocking`.
//!
//! All of them work on any thread that may block: one of `std::thread`, one of tokio's
//! `spawn_blocking`, and within tokio's `block_in_place`. In an async function that tokio runs they
//! would block other tasks, so they fail with [`Error::InvalidRequest`].
//!
//! Blocking calls have connections of their own, so they never wait for an async runtime that isn't
//! running. Only a `reqwest::Client` or a transport that a program sets itself may share connections
//! with one.
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
mod park;
#[cfg(feature = "sign-in")]
mod sign_in;
#[cfg(feature = "oauth")]
mod stored_session;

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

use self::park::{block_on, is_async_context};
use crate::error::{Error, InvalidRequestError};

static RUNTIME: OnceLock<Result<Handle, io::Error>> = OnceLock::new();

/// Returns the runtime of all blocking calls. All clients share it, so that connections are reused
/// and calls on several threads run concurrently.
///
/// A dedicated thread drives sockets and timers until the program exits. The rest of a call runs on
/// the thread that waits for it.
fn runtime() -> Result<&'static Handle, &'static io::Error> {
    RUNTIME.get_or_init(start).as_ref()
}

/// Returns whether a blocking call is being made on this thread.
#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
#[must_use]
pub(crate) fn is_current() -> bool {
    match (Handle::try_current(), RUNTIME.get()) {
        (Ok(current), Some(Ok(runtime))) => current.id() == runtime.id(),
        _ => false,
    }
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
/// Returns an error in an async function that tokio runs, unless it is within `block_in_place`, or if
/// the thread for blocking calls can't be started.
pub fn wait<T>(future: impl Future<Output = T>) -> Result<T, InvalidRequestError> {
    if is_async_context() {
        return Err(InvalidRequestError::new(
            "a blocking call would block the async runtime that this thread belongs to: await the \
             call, or make it in `tokio::task::spawn_blocking`",
        ));
    }
    match runtime() {
        Ok(runtime) => {
            let _context = runtime.enter();
            Ok(block_on(future))
        }
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
#[doc(hidden)]
pub fn block_on_call<T>(
    operation: &'static str,
    future: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match wait(future) {
        Ok(result) => result,
        Err(error) => Err(error.in_operation(operation).into()),
    }
}

/// Blocks this thread until a stream returns its next item, and sets `ended` after the last one.
///
/// An error of [`wait`] ends the iterator: the next item couldn't be waited for either.
#[cfg(any(feature = "pagination", feature = "streaming"))]
fn block_on_next<T>(
    ended: &mut bool,
    operation: &'static str,
    next: impl Future<Output = Option<Result<T, Error>>>,
) -> Option<Result<T, Error>> {
    if *ended {
        return None;
    }
    let item = wait(next);
    *ended = !matches!(item, Ok(Some(_)));
    item.unwrap_or_else(|error| Some(Err(error.in_operation(operation).into())))
}
