//! Operations, and the calls of them.

mod engine;
mod method;
#[cfg(not(feature = "tracing"))]
mod no_trace;
pub mod operation;
#[cfg(feature = "tracing")]
mod propagation;
mod receive;
mod redirect;
mod request;
mod state;
mod time_limit;
#[cfg(feature = "tracing")]
mod trace;

#[cfg(not(feature = "tracing"))]
pub(crate) use self::no_trace::{Propagation, RequestSpan, Trace};
#[cfg(feature = "tracing")]
pub(crate) use self::propagation::{Propagation, RequestSpan};
pub(crate) use self::redirect::NotFollowed;
#[cfg(feature = "tracing")]
pub(crate) use self::trace::Trace;

#[cfg(feature = "tracing")]
pub use self::propagation::Propagator;

pub use self::method::Method;

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::client::ClientCore;
#[cfg(feature = "streaming")]
use crate::client::Connections;
use crate::error::Error;
use crate::request::encoder::Encoder;
use crate::response::{BodyMode, RawResponse, ResponseFuture};
use crate::retry::{IDEMPOTENCY_KEY, RetryPolicy};
use crate::transport::address::{BaseUrl, Server};

/// The description of an operation, without its arguments.
#[derive(Clone, Debug)]
pub struct Meta {
    /// `operationId`
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path template, as the OpenAPI document writes it.
    pub path: &'static str,
    /// The value of the `Accept` header; empty for no header.
    pub accept: &'static str,
    /// The security requirements: alternatives, each the names of the schemes that are needed
    /// together. Without alternatives, the operation takes no credentials; with an empty one, they
    /// are optional.
    pub security: &'static [&'static [&'static str]],
    /// The servers of the operation; empty if it has those of the API. Calls go to the client's server
    /// if it is one of them, else to the first, unless the caller sets a base URL.
    pub servers: &'static [Server],
    /// The 3XX statuses that the document describes, as inclusive ranges. They are responses of the
    /// operation, and aren't followed.
    pub redirects: &'static [(u16, u16)],
}

impl Meta {
    /// Returns whether the document describes a redirect with this status.
    pub(crate) fn documents_redirect(&self, status: StatusCode) -> bool {
        let mut ranges = self.redirects.iter();
        ranges.any(|(first, last)| (*first..=*last).contains(&status.as_u16()))
    }
}

/// An operation with its arguments.
///
/// Generated code implements it for each call. Programs use the methods of the calls instead.
pub trait Operation: Sized + 'static {
    /// The result of a successful call.
    type Output: Send + 'static;

    /// The description of the operation.
    const META: Meta;

    /// Returns the client and the options of the call.
    fn call(&self) -> &Call;

    /// Writes the arguments into a request.
    fn encode(&self, out: &mut Encoder);

    /// Decodes the response.
    ///
    /// # Errors
    ///
    /// Fails if the status isn't a success, or if the body doesn't match the OpenAPI document.
    fn decode(response: RawResponse) -> Result<Self::Output, Error>;

    /// Sends the request for a response that [`decode`](Self::decode) reads.
    #[doc(hidden)]
    #[inline]
    fn exchange(&self) -> ResponseFuture<RawResponse> {
        self.call().execute(Self::META, encoded(self))
    }
}

/// Returns the request of an operation.
///
/// # Errors
///
/// Fails if an argument can't be encoded.
pub(crate) fn encoded<O: Operation>(operation: &O) -> Result<Encoder, Error> {
    let mut out = Encoder::default();
    operation.encode(&mut out);
    out.finish()
}

/// The client and the options of a call.
#[derive(Clone, Debug)]
pub struct Call {
    client: ClientCore,
    options: CallOptions,
}

impl Call {
    /// Creates a call without options.
    #[inline]
    #[must_use]
    pub fn new(client: &ClientCore) -> Self {
        Self {
            client: client.clone(),
            options: CallOptions::default(),
        }
    }

    /// Changes the options.
    #[inline]
    #[must_use]
    pub fn options(self, set: impl FnOnce(CallOptions) -> CallOptions) -> Self {
        Self {
            options: set(self.options),
            client: self.client,
        }
    }

    /// Leaves the bodies of the responses unread that `mode` selects.
    #[must_use]
    pub fn with_body_mode(self, mode: BodyMode) -> Self {
        self.options(|options| CallOptions {
            body_mode: Some(mode),
            ..options
        })
    }

    /// Returns the time limit of the call.
    #[must_use]
    pub fn time_limit(&self) -> Option<Duration> {
        self.options.timeout.unwrap_or(self.client.shared.timeout)
    }

    /// Returns the retry policy of the call.
    #[cfg(feature = "streaming")]
    pub(crate) fn retry_policy(&self) -> &RetryPolicy {
        let own = self.options.retry.as_ref();
        own.unwrap_or(&self.client.shared.retry)
    }

    /// Returns the transport, the retry budget and the clock of the call.
    #[cfg(feature = "streaming")]
    pub(crate) fn connections(&self) -> &Connections {
        &self.client.shared.connections
    }

    /// Sends an encoded request and reads the response.
    pub fn execute(
        &self,
        meta: Meta,
        encoded: Result<Encoder, Error>,
    ) -> ResponseFuture<RawResponse> {
        self.client.execute(meta, encoded, &self.options)
    }
}

/// Options of one call, which take precedence over the operation and the client.
///
/// Set by the method `options` of a call:
/// `call.options(|options| options.timeout(Duration::from_secs(5)).header("x-trace", "1"))`.
#[derive(Clone, Default)]
#[must_use]
#[non_exhaustive]
pub struct CallOptions {
    /// Headers: names and values.
    pub headers: Vec<(String, String)>,
    /// Query parameters: names and values, not percent-encoded.
    pub query: Vec<(String, String)>,
    /// The time limit; `None` for the client's, `Some(None)` for no limit.
    pub timeout: Option<Option<Duration>>,
    /// The time limit of each attempt; `None` for the client's, `Some(None)` for no limit.
    pub attempt_timeout: Option<Option<Duration>>,
    /// The retry policy; `None` for the client's.
    pub retry: Option<RetryPolicy>,
    /// The base URL; `None` for that of the operation.
    pub base_url: Option<String>,
    /// The URL of the call, in place of base URL, path and query.
    pub(crate) url: Option<BaseUrl>,
    /// Which responses are left unread.
    pub(crate) body_mode: Option<BodyMode>,
}

impl CallOptions {
    /// Sends the call to exactly this URL. The client's credentials and headers are sent only if the
    /// URL has the origin of the client's base URL.
    #[doc(hidden)]
    pub fn to(url: BaseUrl) -> Self {
        Self {
            url: Some(url),
            ..Self::default()
        }
    }

    /// Sets a header, in place of the one that the call would send under this name, credentials
    /// included.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sets the time limit of the call, from sending the request to the end of the response's body,
    /// with all attempts. Defaults to the client's limit; `None` disables it.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = Some(timeout.into());
        self
    }

    /// Sets the time limit of each attempt at the call, from sending the request to the end of the
    /// response's body. Defaults to the client's limit; `None` disables it.
    ///
    /// An attempt that exceeds it is retried like a connection that broke off.
    pub fn attempt_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.attempt_timeout = Some(timeout.into());
        self
    }

    /// Sets the retry policy. Defaults to the client's policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Sets the `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header), so that the
    /// server can recognise a retry and doesn't do the work twice.
    ///
    /// A call with a key is retried whatever its method, each time with the same key. Set one only if
    /// the server supports it.
    pub fn idempotency_key(self, key: impl Into<String>) -> Self {
        self.header(IDEMPOTENCY_KEY.as_str(), key)
    }

    /// Sends the call to another server, with the client's credentials.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }
}

/// Prints the names of headers and parameters, never a value, which may be a secret.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("headers", &Names(&self.headers))
            .field("query", &Names(&self.query))
            .field("timeout", &self.timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

struct Names<'a>(&'a [(String, String)]);

impl fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        for (name, _) in self.0 {
            list.entry(name);
        }
        list.finish()
    }
}
