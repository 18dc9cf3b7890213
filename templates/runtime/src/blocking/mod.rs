//! Calls that block: for programs without an async runtime.

#[cfg(feature = "device-login")]
mod device_login;
#[cfg(feature = "streaming")]
mod events;
#[cfg(feature = "pagination")]
mod pages;

#[cfg(feature = "streaming")]
pub use self::events::BlockingEvents;
#[cfg(feature = "pagination")]
pub use self::pages::{BlockingItems, BlockingPages};

use std::future::pending;
use std::io;
use std::sync::OnceLock;
use std::thread;

use tokio::runtime::{Builder, Handle};

use crate::error::{Error, InvalidRequestError};

/// The runtime of all calls that block, whichever client makes them: connections are kept from one
/// to the next, and calls from several threads go on at once.
///
/// A thread of its own drives sockets and timers for as long as the program runs. What a call does
/// besides is done on the thread that waits for it.
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

/// Waits for a future on this thread.
///
/// # Errors
///
/// This thread belongs to an async runtime, which it would keep from going on, or a thread can't be
/// started.
pub fn wait<T>(future: impl Future<Output = T>) -> Result<T, InvalidRequestError> {
    // tokio itself panics in such a place.
    if Handle::try_current().is_ok() {
        return Err(InvalidRequestError::new(
            "a blocking call would hold up the async runtime that this thread belongs to: await the \
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

/// Waits for what a call of an operation gives.
///
/// # Errors
///
/// Those of the call and of [`wait`].
pub fn block_on_call<T>(
    operation: &'static str,
    future: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match wait(future) {
        Ok(result) => result,
        Err(error) => Err(error.in_operation(operation).into()),
    }
}
