//! What an operation is, and what belongs to one call of it.

mod engine;
#[cfg(not(feature = "tracing"))]
mod no_trace;
pub mod operation;
pub(crate) mod state;
#[cfg(feature = "tracing")]
mod trace;

#[cfg(not(feature = "tracing"))]
pub(crate) use self::no_trace::Trace;
#[cfg(feature = "tracing")]
pub(crate) use self::trace::Trace;

use std::fmt;
use std::time::Duration;

use http::Method;

use crate::client::ClientCore;
use crate::error::Error;
use crate::request::encoder::Encoder;
use crate::response::{BodyMode, RawResponse};
use crate::retry::{IDEMPOTENCY_KEY, RetryPolicy};
use crate::transport::BoxFuture;
use crate::transport::address::{BaseUrl, Server};

/// What a call gives when it is awaited.
pub type ResponseFuture<T> = BoxFuture<'static, Result<T, Error>>;

/// What is known of an operation without its arguments.
#[derive(Clone, Debug)]
pub struct Meta {
    /// `operationId`
    pub id: &'static str,
    /// The method.
    pub method: Method,
    /// The path template, as the OpenAPI document writes it.
    pub path: &'static str,
    /// The `Accept` header; empty for none.
    pub accept: &'static str,
    /// Alternatives (OR) of names of security schemes (AND). None at all: takes no credentials. An
    /// empty alternative: may go without.
    pub security: &'static [&'static [&'static str]],
    /// Servers of its own; none where those of the API hold. The client's server is taken if it is
    /// among them, or else the first, unless the caller sets a base URL.
    pub servers: &'static [Server],
}

/// An operation with its arguments.
pub trait Operation: Sized + Send + 'static {
    /// What a success gives.
    type Output: Send + 'static;

    /// What is known without arguments.
    const META: Meta;

    /// The client and the options.
    fn call(&self) -> &Call;

    /// Fills the request.
    fn encode(&self, out: &mut Encoder);

    /// Reads the response.
    ///
    /// # Errors
    ///
    /// The status isn't a success, or the body isn't what the OpenAPI document says.
    fn decode(response: RawResponse) -> Result<Self::Output, Error>;

    /// Sends the request for an answer that [`decode`](Self::decode) reads.
    #[doc(hidden)]
    #[inline]
    fn exchange(&self) -> ResponseFuture<RawResponse> {
        self.call().execute(Self::META, encoded(self))
    }
}

/// The request of an operation.
///
/// # Errors
///
/// An argument has no form on the wire.
pub(crate) fn encoded<O: Operation>(operation: &O) -> Result<Encoder, Error> {
    let mut out = Encoder::default();
    operation.encode(&mut out);
    out.finish()
}

/// The client of a call and what belongs to the call alone.
#[derive(Clone, Debug)]
pub struct Call {
    client: ClientCore,
    options: CallOptions,
}

impl Call {
    /// A call with no options.
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

    /// Leaves the bodies of these answers unread.
    #[must_use]
    pub fn leaving(self, leave: BodyMode) -> Self {
        self.options(|options| CallOptions {
            leave: Some(leave),
            ..options
        })
    }

    /// How long the call may take.
    #[must_use]
    pub fn time_limit(&self) -> Option<Duration> {
        self.options.timeout.unwrap_or(self.client.shared.timeout)
    }

    /// Sends what an operation has encoded and reads the response.
    pub fn execute(
        &self,
        meta: Meta,
        encoded: Result<Encoder, Error>,
    ) -> ResponseFuture<RawResponse> {
        let Self { client, options } = self.clone();
        Box::pin(client.execute(meta, encoded, options))
    }
}

/// What belongs to one call. It wins over what the operation and the client would send.
#[derive(Clone, Default)]
#[must_use]
#[non_exhaustive]
pub struct CallOptions {
    /// Headers by name.
    pub headers: Vec<(String, String)>,
    /// Parameters of the query, not escaped.
    pub query: Vec<(String, String)>,
    /// How long the call may take; `Some(None)` for no limit.
    pub timeout: Option<Option<Duration>>,
    /// When the call is sent again.
    pub retry: Option<RetryPolicy>,
    /// Where the call goes.
    pub base_url: Option<String>,
    /// The whole address, in place of base URL, path and query.
    pub(crate) url: Option<BaseUrl>,
    /// Which answers are left unread.
    pub(crate) leave: Option<BodyMode>,
}

impl CallOptions {
    /// The call goes to this address and no other. What the client has of its own, credentials and
    /// headers, stays at home unless the address is of the same origin as the client's base URL.
    #[doc(hidden)]
    pub fn to(url: BaseUrl) -> Self {
        Self {
            url: Some(url),
            ..Self::default()
        }
    }

    /// Sets a header in place of what the call would send under this name, credentials included.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a parameter to the query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// How long the call may take, from here to the end of the response's body, all attempts
    /// included; `None` for no limit.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = Some(timeout.into());
        self
    }

    /// When the call is sent again, in place of the client's policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// What tells the server that a request is this one once more, so that it does the work only
    /// once: the header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header), as it is
    /// given here. A call with a key is sent again whatever its method, each time with the same
    /// key; so give one only where the server heeds it.
    pub fn idempotency_key(self, key: impl Into<String>) -> Self {
        self.header(IDEMPOTENCY_KEY, key)
    }

    /// Sends the call to another server. The client's credentials go there too.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }
}

/// Prints the names of headers and parameters: a value may be a secret.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("headers", &Names(&self.headers))
            .field("query", &Names(&self.query))
            .field("timeout", &self.timeout)
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
