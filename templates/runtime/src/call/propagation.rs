//! Sends the context of a trace, with the crate feature `tracing`.

use std::sync::Arc;

use http::{HeaderMap, StatusCode};
use tracing::field::Empty;
use tracing::instrument::{Instrument, Instrumented};
use tracing::{Span, info_span};
use url::Url;

use super::trace::{TARGET, address, fail, kind};
use crate::call::Meta;
use crate::error::Error;
use crate::transport::redaction::redact_url;

/// Writes the context of a span into the headers of a request, such as `traceparent` (W3C Trace
/// Context).
///
/// Functions of the same form are propagators.
pub trait Propagator: Send + Sync + 'static {
    /// Writes the headers that make `span` the parent of the server's span. `headers` is empty at
    /// first.
    fn inject(&self, span: &Span, headers: &mut HeaderMap);
}

impl<F> Propagator for F
where
    F: Fn(&Span, &mut HeaderMap) + Send + Sync + 'static,
{
    fn inject(&self, span: &Span, headers: &mut HeaderMap) {
        self(span, headers);
    }
}

/// The propagator of a client, if it has one.
#[derive(Clone, Default)]
pub(crate) struct Propagation(Option<Arc<dyn Propagator>>);

impl Propagation {
    #[must_use]
    pub(crate) fn new(propagator: impl Propagator) -> Self {
        Self(Some(Arc::new(propagator)))
    }

    /// Returns the kind of the span of a call, as OpenTelemetry names it: the requests of a call that
    /// is propagated have spans of their own.
    #[must_use]
    pub(super) fn kind_of_call(&self) -> &'static str {
        match self.0 {
            Some(_) => "internal",
            None => "client",
        }
    }

    /// Begins the span of a request, the parent of the server's span. Without a propagator, there is
    /// none: the span of the call covers all its requests.
    #[must_use]
    pub(super) fn begin(&self, meta: &Meta, url: &Url, resent: i64) -> RequestSpan {
        let Some(propagator) = &self.0 else {
            return RequestSpan {
                span: Span::none(),
                propagator: None,
            };
        };
        let span = info_span!(
            target: TARGET,
            "request",
            otel.name = meta.method.as_str(),
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = meta.method.as_str(),
            http.request.resend_count = (resent > 0).then_some(resent),
            http.response.status_code = Empty,
            url.full = redact_url(url.as_str()),
            server.address = address(url),
            server.port = url.port_or_known_default().map(i64::from),
            "error.type" = Empty,
        );
        RequestSpan {
            span,
            propagator: Some(Arc::clone(propagator)),
        }
    }
}

/// The span of a request; it ends when it is dropped.
pub(crate) struct RequestSpan {
    span: Span,
    propagator: Option<Arc<dyn Propagator>>,
}

impl RequestSpan {
    /// Adds the context to headers. A header that the call sets itself is kept.
    pub(crate) fn inject(&self, headers: &mut HeaderMap) {
        let Some(propagator) = &self.propagator else {
            return;
        };
        let mut context = HeaderMap::new();
        propagator.inject(&self.span, &mut context);
        for name in context.keys() {
            if !headers.contains_key(name) {
                for value in context.get_all(name) {
                    headers.append(name, value.clone());
                }
            }
        }
    }

    /// Returns a future that runs inside the span.
    pub(crate) fn instrument<F: Future>(&self, future: F) -> Instrumented<F> {
        future.instrument(self.span.clone())
    }

    /// Records the result of the request.
    pub(crate) fn end(&self, result: &Result<StatusCode, &Error>) {
        if let Ok(status) = result {
            let status = i64::from(status.as_u16());
            self.span.record("http.response.status_code", status);
        }
        if let Some(kind) = kind(result) {
            fail(&self.span, kind);
        }
    }
}
