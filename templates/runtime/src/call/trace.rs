//! A span for each call, with the crate feature `tracing`.
//!
//! The fields are those of OpenTelemetry's semantic conventions for HTTP client spans. They hold no
//! credentials: headers, bodies and the values of the query aren't recorded.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use http::StatusCode;
use tracing::field::Empty;
use tracing::instrument::{Instrument, Instrumented};
use tracing::{Span, info_span, warn};
use url::Url;

use super::propagation::{Propagation, RequestSpan};
use crate::call::Meta;
use crate::error::Error;
use crate::transport::redaction::redact_url;

/// The target of all spans and events.
pub(super) const TARGET: &str = "wiretrue";

/// The span of a call. It ends with the call, also if the call is dropped.
pub(crate) struct Trace {
    span: Span,
    /// The number of requests that were sent.
    sent: AtomicI64,
    /// The status of the response to the latest request; 0 for none.
    status: AtomicI64,
    ended: AtomicBool,
}

impl Trace {
    /// Creates the span of a call; `url` is `None` if the request is invalid.
    #[must_use]
    pub(crate) fn new(meta: &Meta, url: Option<&Url>, propagation: &Propagation) -> Self {
        // Samplers see only the fields that a span is created with. Integers are signed, as those of
        // OpenTelemetry.
        let span = info_span!(
            target: TARGET,
            "call",
            otel.name = name(meta),
            otel.kind = propagation.kind_of_call(),
            otel.status_code = Empty,
            openapi.operation_id = meta.id,
            http.request.method = meta.method.as_str(),
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            url.full = url.map(|url| redact_url(url.as_str())),
            url.template = template(meta),
            server.address = url.and_then(address),
            server.port = url.and_then(Url::port_or_known_default).map(i64::from),
            "error.type" = Empty,
        );
        Self {
            span,
            sent: AtomicI64::new(0),
            status: AtomicI64::new(0),
            ended: AtomicBool::new(false),
        }
    }

    /// Returns a future that runs inside the span.
    pub(crate) fn instrument<F: Future>(&self, future: F) -> Instrumented<F> {
        future.instrument(self.span.clone())
    }

    /// Records that a request is sent.
    pub(crate) fn begin_request(
        &self,
        propagation: &Propagation,
        meta: &Meta,
        url: &Url,
    ) -> RequestSpan {
        let resent = self.sent.fetch_add(1, Ordering::Relaxed);
        self.status.store(0, Ordering::Relaxed);
        propagation.begin(meta, url, resent)
    }

    /// Records the status of a response.
    pub(crate) fn begin_response(&self, status: StatusCode) {
        let status = i64::from(status.as_u16());
        self.status.store(status, Ordering::Relaxed);
    }

    /// Logs that an attempt failed and is followed by another.
    pub(crate) fn retry(&self, attempt: u32, result: &Result<StatusCode, &Error>, wait: Duration) {
        warn!(
            target: TARGET,
            attempt = i64::from(attempt),
            "error.type" = kind(result),
            wait_ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX),
            "sent again after a wait"
        );
    }

    /// Logs that the server rejected a token and the request is sent with another.
    pub(crate) fn replace_token(&self, attempt: u32) {
        warn!(
            target: TARGET,
            attempt = i64::from(attempt),
            "error.type" = StatusCode::UNAUTHORIZED.as_str(),
            wait_ms = 0_i64,
            "sent again with another token"
        );
    }

    /// Records the result of the call.
    pub(crate) fn end(&self, result: &Result<StatusCode, &Error>) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(kind) = kind(result) {
            fail(&self.span, kind);
        }
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        if !*self.ended.get_mut() {
            fail(&self.span, "cancelled");
        }
        // Recorded once, at the end: some subscribers keep every value of a field.
        let (status, resent) = (*self.status.get_mut(), *self.sent.get_mut() - 1);
        if status > 0 {
            self.span.record("http.response.status_code", status);
        }
        if resent > 0 {
            self.span.record("http.request.resend_count", resent);
        }
    }
}

/// Records that a span has failed.
pub(super) fn fail(span: &Span, kind: &str) {
    span.record("error.type", kind);
    span.record("otel.status_code", "ERROR");
}

/// Returns the method and the path template, or the method alone.
fn name(meta: &Meta) -> String {
    match template(meta) {
        Some(template) => format!("{} {template}", meta.method),
        None => meta.method.to_string(),
    }
}

fn template(meta: &Meta) -> Option<&'static str> {
    (!meta.path.is_empty()).then_some(meta.path)
}

/// Returns the host; an IPv6 address without its brackets.
pub(super) fn address(url: &Url) -> Option<&str> {
    let host = url.host_str()?;
    let inner = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    Some(inner.unwrap_or(host))
}

/// Returns the kind of a failure, as a value of low cardinality: the status from 400 on.
pub(super) fn kind<'a>(result: &'a Result<StatusCode, &Error>) -> Option<&'a str> {
    let error = match result {
        Ok(status) => return (status.as_u16() >= 400).then(|| status.as_str()),
        Err(error) => error,
    };
    Some(match error {
        Error::Api(_) => "api",
        Error::Transport(error) if error.is_connect() => "connection",
        Error::Transport(_) => "transport",
        Error::Decode(_) => "decode",
        Error::InvalidRequest(_) => "invalid_request",
        Error::MissingCredentials(_) => "missing_credentials",
        Error::Authentication(_) => "authentication",
        Error::Timeout(_) => "timeout",
        Error::TooLarge(_) => "response_too_large",
    })
}
