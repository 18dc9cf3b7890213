//! The requests that a mock received.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method, Uri};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::transport::TransportError;
use crate::transport::body::Body;

/// A request that a [`Mock`](crate::mock::Mock) received, as a server would have received it.
#[derive(Clone)]
#[non_exhaustive]
pub struct MockRequest {
    /// The `operationId`, or the name of the request in errors.
    pub operation: String,
    /// The method.
    pub method: Method,
    /// The complete URI.
    pub uri: Uri,
    /// The headers, including credentials.
    pub headers: HeaderMap,
    /// The complete body.
    pub body: Bytes,
}

impl MockRequest {
    /// Reads the request with its complete body.
    pub(crate) async fn read(
        id: &str,
        request: http::Request<Body>,
    ) -> Result<Self, TransportError> {
        let (parts, body) = request.into_parts();
        Ok(Self {
            operation: id.to_owned(),
            method: parts.method,
            uri: parts.uri,
            headers: parts.headers,
            body: body.collect().await?,
        })
    }

    /// Returns the path, percent-encoded as in the URI.
    #[must_use]
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// Returns the decoded query parameters, in their order.
    #[must_use]
    pub fn query(&self) -> Vec<(String, String)> {
        pairs(self.uri.query().unwrap_or_default(), "%20")
    }

    /// Returns the value of a header, if it is present and text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the decoded fields of a form body (`application/x-www-form-urlencoded`), in their
    /// order.
    #[must_use]
    pub fn form(&self) -> Vec<(String, String)> {
        pairs(&String::from_utf8_lossy(&self.body), " ")
    }

    /// Returns the body as JSON.
    ///
    /// # Panics
    ///
    /// Panics if the body isn't JSON.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        let read = serde_json::from_slice(&self.body);
        read.unwrap_or_else(|error| panic!("the body of `{}` isn't JSON: {error}", self.operation))
    }

    /// Returns the body as text.
    ///
    /// # Panics
    ///
    /// Panics if the body isn't UTF-8.
    #[must_use]
    #[track_caller]
    pub fn text(&self) -> &str {
        let read = std::str::from_utf8(&self.body);
        read.unwrap_or_else(|error| panic!("the body of `{}` isn't text: {error}", self.operation))
    }
}

/// Decodes names and values. `plus` is what a plus sign stands for.
fn pairs(text: &str, plus: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let text = text.replace('+', plus);
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Prints no query, no header values and no body: they may contain secrets.
impl fmt::Debug for MockRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockRequest")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("path", &self.uri.path())
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}
