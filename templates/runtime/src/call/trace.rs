//! A span for each call, with the crate's feature `tracing`.
//!
//! The fields are those of OpenTelemetry's semantic conventions for HTTP client spans. None holds a
//! credential: no header, no body and no value of a query is recorded.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use http::{StatusCode, Uri};
use tracing::field::Empty;
use tracing::instrument::{Instrument, Instrumented};
use tracing::{Span, info_span, warn};

use crate::call::Meta;
use crate::error::Error;
use crate::transport::address::shown;

/// What stands for a value that may be a secret.
const REDACTED: &str = "REDACTED";

/// The target of spans and events, whichever module they come from.
const TARGET: &str = "wiretrue";

/// The span of a call. It ends with the call, also where the call is dropped.
pub(crate) struct Trace {
    span: Span,
    /// How many requests were sent.
    sent: AtomicI64,
    /// The status of the answer to the last of them; 0 for none.
    status: AtomicI64,
    ended: AtomicBool,
}

impl Trace {
    /// A call begins; `uri` is `None` if there is nothing to send.
    #[must_use]
    pub(crate) fn new(meta: &Meta, uri: Option<&Uri>) -> Self {
        // Samplers see only what a span begins with. Whole numbers are signed, the only ones that
        // OpenTelemetry has.
        let span = info_span!(
            target: TARGET,
            "call",
            otel.name = name(meta),
            otel.kind = "client",
            otel.status_code = Empty,
            openapi.operation_id = meta.id,
            http.request.method = meta.method.as_str(),
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            url.full = uri.map(redacted),
            url.template = template(meta),
            server.address = uri.and_then(address),
            server.port = uri.and_then(port),
            "error.type" = Empty,
        );
        Self {
            span,
            sent: AtomicI64::new(0),
            status: AtomicI64::new(0),
            ended: AtomicBool::new(false),
        }
    }

    /// Polls a future inside the span.
    pub(crate) fn around<F: Future>(&self, future: F) -> Instrumented<F> {
        future.instrument(self.span.clone())
    }

    /// The request is sent.
    pub(crate) fn sends(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.status.store(0, Ordering::Relaxed);
    }

    /// The head of an answer is there.
    pub(crate) fn answered(&self, status: StatusCode) {
        let status = i64::from(status.as_u16());
        self.status.store(status, Ordering::Relaxed);
    }

    /// This attempt failed, and there is another after a wait.
    pub(crate) fn retries(
        &self,
        attempt: u32,
        result: &Result<StatusCode, &Error>,
        wait: Duration,
    ) {
        warn!(
            target: TARGET,
            attempt = i64::from(attempt),
            "error.type" = kind(result),
            wait_ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX),
            "sent again after a wait"
        );
    }

    /// The token of this attempt was refused, and the request is sent with another.
    pub(crate) fn replaces_token(&self, attempt: u32) {
        warn!(
            target: TARGET,
            attempt = i64::from(attempt),
            "error.type" = StatusCode::UNAUTHORIZED.as_str(),
            wait_ms = 0_i64,
            "sent again with another token"
        );
    }

    /// The call has come to this.
    pub(crate) fn ends(&self, result: &Result<StatusCode, &Error>) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(kind) = kind(result) {
            self.fails(kind);
        }
    }

    fn fails(&self, kind: &str) {
        self.span.record("error.type", kind);
        self.span.record("otel.status_code", "ERROR");
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        if !*self.ended.get_mut() {
            self.fails("cancelled");
        }
        // Once at the end: some subscribers keep each value that a field had.
        let (status, resent) = (*self.status.get_mut(), *self.sent.get_mut() - 1);
        if status > 0 {
            self.span.record("http.response.status_code", status);
        }
        if resent > 0 {
            self.span.record("http.request.resend_count", resent);
        }
    }
}

/// Method and path template, or the method alone.
fn name(meta: &Meta) -> String {
    match template(meta) {
        Some(template) => format!("{} {template}", meta.method),
        None => meta.method.to_string(),
    }
}

fn template(meta: &Meta) -> Option<&'static str> {
    (!meta.path.is_empty()).then_some(meta.path)
}

/// The URI with the names of the query, whose values may be secrets, whatever the document says.
fn redacted(uri: &Uri) -> String {
    let mut out = shown(uri);
    let mut sign = '?';
    for pair in uri.query().into_iter().flat_map(|query| query.split('&')) {
        out.push(sign);
        if let Some((name, _)) = pair.split_once('=') {
            out.push_str(name);
            out.push('=');
        }
        out.push_str(REDACTED);
        sign = '&';
    }
    out
}

/// The host; an IPv6 address without its brackets.
fn address(uri: &Uri) -> Option<&str> {
    let host = uri.host()?;
    let inner = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    Some(inner.unwrap_or(host))
}

/// The port, or that of the scheme.
fn port(uri: &Uri) -> Option<i64> {
    let known = match uri.scheme_str() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    };
    uri.port_u16().or(known).map(i64::from)
}

/// What went wrong, in one of few words: a status from 400 on as its number.
fn kind<'a>(result: &'a Result<StatusCode, &Error>) -> Option<&'a str> {
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
