//! Transports, which send requests, and middleware around them.
//!
//! The crates `http` and `reqwest` are re-exported, so that a program has the versions that the client
//! was built with.

pub(crate) mod address;
pub(crate) mod body;
#[cfg(all(feature = "reqwest", target_family = "wasm"))]
mod fetch;
#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
mod http_builder;
#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
mod http_transport;
pub(crate) mod link;
mod middleware;
pub(crate) mod redaction;
#[cfg(feature = "rustls-ring")]
mod ring;
pub(crate) mod tls;

pub use self::body::Body;
#[cfg(all(feature = "reqwest", target_family = "wasm"))]
pub use self::fetch::HttpTransport;
#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
pub use self::http_builder::HttpTransportBuilder;
#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
pub use self::http_transport::HttpTransport;
pub use self::middleware::{Middleware, Next};
pub use self::redaction::Redacted;
#[cfg(feature = "tracing")]
pub use crate::call::Propagator;
pub use http;
#[cfg(feature = "reqwest")]
pub use reqwest;

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::Method;

use crate::error::InvalidRequestError;
use crate::error::request_id::Ending;

/// A boxed future that can be sent between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends requests: with reqwest by default, or with a mock or another HTTP stack.
///
/// The request is complete: it has an absolute URI, credentials, and all headers except those that
/// follow from URI and body (`Host`, and `Content-Length` of a body that isn't empty). Its
/// extensions hold the [`Meta`](crate::codegen::Meta) of the operation.
///
/// The client limits time and size, retries what failed, and follows redirects: a transport returns
/// them as they are. One that follows them itself hides the redirects that a document describes, and
/// must not send the credentials to another origin.
///
/// The client also decodes content codings. A transport that decodes them itself must remove
/// `Content-Encoding` and `Content-Length` from the response.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request and returns the response as soon as its headers are received.
    ///
    /// # Errors
    ///
    /// Fails if no connection can be established, or if it breaks off.
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>>;
}

/// The transport of a client.
#[derive(Clone)]
pub(crate) enum ClientTransport {
    /// reqwest, which takes a parsed URL and no extensions.
    #[cfg(feature = "reqwest")]
    Http(HttpTransport),
    /// Any other, which takes an [`http::Request`].
    Custom(Arc<dyn Transport>),
}

impl ClientTransport {
    #[must_use]
    pub(crate) fn new(transport: impl Transport) -> Self {
        #[cfg(feature = "reqwest")]
        if let Some(http) = (&transport as &dyn std::any::Any).downcast_ref::<HttpTransport>() {
            return Self::Http(http.clone());
        }
        Self::Custom(Arc::new(transport))
    }

    /// Creates the transport of a client that is given none.
    ///
    /// # Errors
    ///
    /// Fails if TLS can't be set up, or without the feature `reqwest`.
    pub(crate) fn by_default(
        timeout: Option<Duration>,
        attempt_timeout: Option<Duration>,
    ) -> Result<Self, InvalidRequestError> {
        #[cfg(feature = "reqwest")]
        return HttpTransport::by_default(timeout, attempt_timeout).map(Self::Http);
        #[cfg(not(feature = "reqwest"))]
        {
            let _ = (timeout, attempt_timeout);
            Err(InvalidRequestError::new(
                "the client has no transport: enable the feature `reqwest`, or set one with \
                 `ClientBuilder::transport`",
            ))
        }
    }

    /// Sends a request.
    pub(crate) fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        match self {
            #[cfg(feature = "reqwest")]
            Self::Http(transport) => transport.send(request),
            Self::Custom(transport) => transport.send(request),
        }
    }
}

/// A request couldn't be sent, or its response couldn't be received.
///
/// `Display` names the operation, the method, the URL without query, the innermost cause, the
/// server's request ID if the response had begun with one, and the number of attempts if there were
/// several.
pub struct TransportError(Box<Inner>);

struct Inner {
    stage: Stage,
    permanent: bool,
    source: Box<dyn StdError + Send + Sync>,
    call: Option<Context>,
}

struct Context {
    operation: &'static str,
    method: Method,
    url: String,
    attempts: u32,
    request_id: Option<Box<str>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Connecting,
    Exchanging,
    ReadingBody,
    Writing,
}

impl TransportError {
    /// Creates an error for a request that certainly wasn't sent: there is no connection.
    pub fn connect(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Stage::Connecting, source.into())
    }

    /// Creates an error for a request that may have reached the server.
    pub fn other(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Stage::Exchanging, source.into())
    }

    /// Creates an error for a response that was received, but couldn't be written to its
    /// destination.
    pub fn local(source: std::io::Error) -> Self {
        Self::new(Stage::Writing, source.into())
    }

    fn new(stage: Stage, source: Box<dyn StdError + Send + Sync>) -> Self {
        Self(Box::new(Inner {
            stage,
            permanent: false,
            source,
            call: None,
        }))
    }

    /// Returns whether there was no connection, so that the request certainly wasn't sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.0.stage == Stage::Connecting
    }

    /// Returns whether the response was received, but couldn't be written to its destination, such
    /// as a full disk.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.0.stage == Stage::Writing
    }

    /// Marks the error as permanent: the same request would fail again, for it is invalid or
    /// redirected endlessly. The client doesn't retry it, whatever the policy.
    #[must_use]
    pub fn permanent(mut self) -> Self {
        self.0.permanent = true;
        self
    }

    /// Returns whether the same request would fail again.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.0.permanent
    }

    /// Returns the cause.
    pub(crate) fn into_source(self) -> Box<dyn StdError + Send + Sync> {
        self.0.source
    }

    /// Returns the number of attempts at the call, including this one.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.call.as_ref().map_or(1, |call| call.attempts)
    }

    /// Returns the operation that was called; `None` before the client has seen the error.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.call.as_ref().map(|call| call.operation)
    }

    /// Returns the server's request ID, if the response had begun and carried one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.call.as_ref()?.request_id.as_deref()
    }

    /// Adds the call, the number of attempts at it, and the server's request ID. `url` must have no
    /// query and no credentials.
    #[must_use]
    pub fn during(
        mut self,
        operation: &'static str,
        method: Method,
        url: String,
        attempts: u32,
        request_id: Option<Box<str>>,
    ) -> Self {
        self.0.call = Some(Context {
            operation,
            method,
            url,
            attempts,
            request_id,
        });
        self
    }

    /// Returns what failed, and the innermost cause.
    pub(crate) fn phrase(&self) -> String {
        let what = match self.0.stage {
            Stage::Connecting => "couldn't connect",
            Stage::Exchanging => "the exchange failed",
            Stage::ReadingBody => "the response broke off",
            Stage::Writing => "the response couldn't be written",
        };
        format!("{what}: {}", innermost(self.0.source.as_ref()))
    }

    /// Marks the error as one of reading the body of a response.
    #[must_use]
    pub fn in_body(mut self) -> Self {
        self.0.stage = Stage::ReadingBody;
        self
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Context {
            operation,
            method,
            url,
            ..
        }) = &self.0.call
        {
            write!(f, "{operation}: {method} {url}: ")?;
        }
        f.write_str(&self.phrase())?;
        let ending = Ending {
            request_id: self.request_id(),
            attempts: self.attempts(),
        };
        ending.fmt(f)
    }
}

/// Returns the text of the innermost cause. If an error's text begins with that of its source, it
/// counts as the innermost: OpenSSL appends the reason why a certificate isn't trusted.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    let (mut cause, mut text) = (error, error.to_string());
    while let Some(source) = cause.source() {
        let inner = source.to_string();
        if text.starts_with(&inner) {
            break;
        }
        (cause, text) = (source, inner);
    }
    text
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("operation", &self.operation())
            .field("stage", &self.0.stage)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.0.source.as_ref())
    }
}

#[cfg(all(test, feature = "reqwest"))]
mod tests;
