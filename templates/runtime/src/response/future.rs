//! The future of a call.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::Error;
use crate::transport::BoxFuture;

/// The future of a call, which resolves to `Result<T, Error>`; see [`Error`].
///
/// The request is sent when the future is polled for the first time. Dropping the future cancels the
/// call.
///
/// A type of its own, not an alias: the compiler checks a boxed trait object anew at each place that
/// names it, which adds up in a client of hundreds of operations.
#[must_use = "futures do nothing unless they are awaited"]
pub struct ResponseFuture<T>(BoxFuture<'static, Result<T, Error>>);

impl<T> ResponseFuture<T> {
    /// Boxes a future.
    #[inline]
    pub fn new(future: impl Future<Output = Result<T, Error>> + Send + 'static) -> Self {
        Self(Box::pin(future))
    }
}

impl<T> Future for ResponseFuture<T> {
    type Output = Result<T, Error>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

impl<T> fmt::Debug for ResponseFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
