//! The boundary between the client and the network.

pub(crate) mod address;
pub(crate) mod body;
pub(crate) mod link;
#[cfg(feature = "rustls-ring")]
mod ring;
pub(crate) mod tls;

pub use self::body::Body;
pub use reqwest;

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
#[cfg(feature = "blocking")]
use std::sync::OnceLock;
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
    /// Sends a request and returns the response as soon as its headers have come.
    ///
    /// # Errors
    ///
    /// Fails if there is no connection, or if the exchange breaks off.
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>>;
}

/// The transport of a client.
#[derive(Clone)]
pub(crate) enum ClientTransport {
    /// reqwest, which takes a parsed URL and no extensions.
    Http(HttpTransport),
    /// Any other, which takes an [`http::Request`].
    Custom(Arc<dyn Transport>),
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

/// Sends requests with a `reqwest::Client`.
#[derive(Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
    /// The client of blocking calls; `None` if it is the same. A connection works only while the
    /// async runtime that opened it is running, so blocking calls have connections of their own.
    #[cfg(feature = "blocking")]
    blocking: Option<Arc<BlockingClient>>,
}

/// The HTTP client of blocking calls, created by the first of them.
#[cfg(feature = "blocking")]
struct BlockingClient {
    connect_timeout: Duration,
    client: OnceLock<reqwest::Client>,
}

/// The longest time limit of connecting, TLS included; the whole call has its own.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// The shortest time limit of connecting, however short that of the call is.
const MIN_CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// The time after which an idle connection is closed. Many servers close it after 5 seconds (Node.js
/// does), which is also the interval at which a device login polls: a request that is sent at that
/// moment is lost, and only an idempotent one can be retried.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

impl HttpTransport {
    /// Creates a transport that sends requests with `client`, whose settings apply.
    #[must_use]
    pub fn new(client: reqwest::Client) -> Self {
        Self {
            client,
            #[cfg(feature = "blocking")]
            blocking: None,
        }
    }

    /// Creates the transport of a client that is given no other. It leaves redirects to the client.
    ///
    /// # Errors
    ///
    /// Fails if TLS can't be set up.
    pub fn without_redirects() -> Result<Self, InvalidRequestError> {
        Self::for_calls(None, None)
    }

    /// Creates such a transport for calls with these time limits. Connecting takes a third of the
    /// limit of the call at most and half of that of an attempt, so that time is left to try again.
    pub(crate) fn for_calls(
        timeout: Option<Duration>,
        attempt_timeout: Option<Duration>,
    ) -> Result<Self, InvalidRequestError> {
        let third = timeout.map_or(CONNECT_TIMEOUT, |timeout| timeout / 3);
        let half = attempt_timeout.map_or(CONNECT_TIMEOUT, |timeout| timeout / 2);
        let connect_timeout = third.min(half).clamp(MIN_CONNECT_TIMEOUT, CONNECT_TIMEOUT);
        match default_client(connect_timeout) {
            Ok(client) => Ok(Self {
                #[cfg(feature = "blocking")]
                blocking: Some(Arc::new(BlockingClient {
                    connect_timeout,
                    client: OnceLock::new(),
                })),
                ..Self::new(client)
            }),
            Err(error) => Err(InvalidRequestError::new(format!(
                "the HTTP client can't be set up: {}",
                error.without_url()
            ))),
        }
    }

    /// Returns the client of the call that is being made.
    #[cfg(feature = "blocking")]
    fn client(&self) -> &reqwest::Client {
        match &self.blocking {
            Some(own) if crate::blocking::is_current() => {
                let client = || default_client(own.connect_timeout);
                own.client
                    .get_or_init(|| client().unwrap_or_else(|_| self.client.clone()))
            }
            _ => &self.client,
        }
    }

    /// Returns the client of the call that is being made.
    #[cfg(not(feature = "blocking"))]
    fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// Begins to send a request. Unlike [`Transport::send`], it takes a URL that is parsed already.
    pub(crate) fn start(
        &self,
        request: reqwest::Request,
    ) -> impl Future<Output = Result<http::Response<Body>, TransportError>> + use<> {
        let is_allowed = !tls::lacks_tls(request.url());
        let response = is_allowed.then(|| self.client().execute(request));
        async move {
            let Some(response) = response else {
                return Err(TransportError::connect(tls::NO_TLS).permanent());
            };
            let response = response.await.map_err(transport_error)?;
            let (parts, body) = http::Response::<reqwest::Body>::from(response).into_parts();
            Ok(http::Response::from_parts(parts, Body::received(body)))
        }
    }
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        match reqwest::Request::try_from(request) {
            Ok(request) => Box::pin(self.start(request)),
            Err(error) => Box::pin(std::future::ready(Err(transport_error(error)))),
        }
    }
}

/// Creates the HTTP client of a client that is given no other.
fn default_client(connect_timeout: Duration) -> reqwest::Result<reqwest::Client> {
    #[cfg(feature = "rustls-ring")]
    ring::install();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(connect_timeout)
        .pool_idle_timeout(IDLE_TIMEOUT)
        // Another crate may enable the features of reqwest by which it decodes bodies itself.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .build()
}

/// Converts an error of reqwest, without its URL, whose query may hold a key.
fn transport_error(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    if error.is_builder() {
        // An invalid request isn't sent.
        TransportError::connect(error).permanent()
    } else if error.is_connect() {
        TransportError::connect(error)
    } else if error.is_redirect() {
        TransportError::other(error).permanent()
    } else {
        TransportError::other(error)
    }
}
