//! Nothing in place of a span, without the crate's feature `tracing`.

use std::time::Duration;

use http::{StatusCode, Uri};

use crate::call::Meta;
use crate::error::Error;

/// What has the methods of a span, and does nothing.
pub(crate) struct Trace;

impl Trace {
    /// A call begins.
    #[inline]
    #[must_use]
    pub(crate) fn new(_: &Meta, _: Option<&Uri>) -> Self {
        Self
    }

    /// The future itself.
    #[inline]
    pub(crate) fn around<F: Future>(&self, future: F) -> F {
        future
    }

    /// The request is sent.
    #[inline]
    pub(crate) fn sends(&self) {}

    /// The head of an answer is there.
    #[inline]
    pub(crate) fn answered(&self, _: StatusCode) {}

    /// This attempt failed, and there is another after a wait.
    #[inline]
    pub(crate) fn retries(&self, _: u32, _: &Result<StatusCode, &Error>, _: Duration) {}

    /// The token of this attempt was refused, and the request is sent with another.
    #[inline]
    pub(crate) fn replaces_token(&self, _: u32) {}

    /// The call has come to this.
    #[inline]
    pub(crate) fn ends(&self, _: &Result<StatusCode, &Error>) {}
}
