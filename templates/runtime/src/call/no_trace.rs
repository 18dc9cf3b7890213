//! Stands for the span of a call, without the crate feature `tracing`.

use std::time::Duration;

use http::StatusCode;
use reqwest::Url;

use crate::call::Meta;
use crate::error::Error;

/// Has the methods of a span, which do nothing.
pub(crate) struct Trace;

impl Trace {
    #[inline]
    #[must_use]
    pub(crate) fn new(_: &Meta, _: Option<&Url>) -> Self {
        Self
    }

    #[inline]
    pub(crate) fn instrument<F: Future>(&self, future: F) -> F {
        future
    }

    #[inline]
    pub(crate) fn begin_request(&self) {}

    #[inline]
    pub(crate) fn begin_response(&self, _: StatusCode) {}

    #[inline]
    pub(crate) fn retry(&self, _: u32, _: &Result<StatusCode, &Error>, _: Duration) {}

    #[inline]
    pub(crate) fn replace_token(&self, _: u32) {}

    #[inline]
    pub(crate) fn end(&self, _: &Result<StatusCode, &Error>) {}
}
