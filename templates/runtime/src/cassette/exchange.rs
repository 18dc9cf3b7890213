//! What a cassette keeps of an exchange.

use bytes::Bytes;
use http::{HeaderMap, Method};

/// A request and its response, without secrets.
#[derive(Clone)]
pub(super) struct Exchange {
    pub(super) request: RecordedRequest,
    pub(super) response: RecordedResponse,
}

/// A request without secrets.
#[derive(Clone)]
pub(super) struct RecordedRequest {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A response without secrets.
#[derive(Clone)]
pub(super) struct RecordedResponse {
    pub(super) status: http::StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Why the body broke off; `None` if it didn't.
    pub(super) broke_off: Option<String>,
}
