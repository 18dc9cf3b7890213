//! Stands for the span of a call, without the crate feature `tracing`.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use url::Url;

use crate::call::Meta;
use crate::error::Error;

/// Has the methods of a span, which do nothing.
pub(crate) struct Trace;

impl Trace {
    #[inline]
    #[must_use]
    pub(crate) fn new(_: &Meta, _: Option<&Url>, _: &Propagation) -> Self {
        Self
    }

    #[inline]
    pub(crate) fn instrument<F: Future>(&self, future: F) -> F {
        future
    }

    #[inline]
    pub(crate) fn begin_request(&self, _: &Propagation, _: &Meta, _: &Url) -> RequestSpan {
        RequestSpan
    }

    #[inline]
    pub(crate) fn begin_response(&self, _: StatusCode) {}

    #[inline]
    pub(crate) fn retry(&self, _: u32, _: &Result<StatusCode, &Error>, _: Duration) {}

    #[inline]
    pub(crate) fn replace_token(&self, _: u32) {}

    #[inline]
    pub(crate) fn end(&self, _: &Result<StatusCode, &Error>) {}
}

/// Stands for the propagator of a client.
#[derive(Clone, Default)]
pub(crate) struct Propagation(());

/// Has the methods of the span of a request, which do nothing.
pub(crate) struct RequestSpan;

impl RequestSpan {
    #[inline]
    pub(crate) fn inject(&self, _: &mut HeaderMap) {}

    #[inline]
    pub(crate) fn instrument<F: Future>(&self, future: F) -> F {
        future
    }

    #[inline]
    pub(crate) fn end(&self, _: &Result<StatusCode, &Error>) {}
}
