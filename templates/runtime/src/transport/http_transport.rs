//! The default transport: reqwest.

use std::fmt;
#[cfg(feature = "blocking")]
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::error::InvalidRequestError;
use crate::transport::http_builder::CONNECT_TIMEOUT;
use crate::transport::{Body, BoxFuture, HttpTransportBuilder, Transport, TransportError, tls};

/// The default transport: sends requests with a `reqwest::Client`.
///
/// Clones share connections.
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

/// The shortest time limit of connecting, however short that of the call is.
const MIN_CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

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

    /// Creates a builder. Its defaults are the settings of a client that is given no transport:
    ///
    /// - Redirects are returned, not followed. The client follows them by its own rules, so that
    ///   credentials stay within their origin (`ClientBuilder::follow_redirects`).
    /// - Connecting may take 20 seconds, or a third of the client's time limit if it is given no
    ///   transport. The time limit of the call is that of the client.
    /// - An idle connection is closed after 4 seconds.
    /// - Certificates are checked against the authorities that the platform trusts.
    /// - The proxy is that of the environment variables (`HTTPS_PROXY` and others).
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use wiretrue::transport::{HttpTransport, reqwest};
    ///
    /// let transport = HttpTransport::builder()
    ///     .proxy(reqwest::Proxy::https("http://proxy.example:3128").expect("it is a URL"))
    ///     .pool_idle_timeout(Duration::from_secs(60))
    ///     .build()?;
    /// # Ok::<(), wiretrue::Error>(())
    /// ```
    ///
    /// Pass the transport to `ClientBuilder::transport`.
    pub fn builder() -> HttpTransportBuilder {
        HttpTransportBuilder::new()
    }

    /// Creates the transport of a client that is given none, for calls with these time limits.
    /// Connecting takes a third of the limit of the call at most and half of that of an attempt, so that
    /// time is left to try again.
    pub(crate) fn by_default(
        timeout: Option<Duration>,
        attempt_timeout: Option<Duration>,
    ) -> Result<Self, InvalidRequestError> {
        let third = timeout.map_or(CONNECT_TIMEOUT, |timeout| timeout / 3);
        let half = attempt_timeout.map_or(CONNECT_TIMEOUT, |timeout| timeout / 2);
        let connect_timeout = third.min(half).clamp(MIN_CONNECT_TIMEOUT, CONNECT_TIMEOUT);
        let transport = Self::builder().connect_timeout(connect_timeout).build()?;
        Ok(Self {
            #[cfg(feature = "blocking")]
            blocking: Some(Arc::new(BlockingClient {
                connect_timeout,
                client: OnceLock::new(),
            })),
            ..transport
        })
    }

    /// Returns the client of the call that is being made.
    #[cfg(feature = "blocking")]
    fn client(&self) -> &reqwest::Client {
        match &self.blocking {
            Some(own) if crate::blocking::is_current() => own.client.get_or_init(|| {
                let other = Self::builder().connect_timeout(own.connect_timeout).build();
                other.map_or_else(|_| self.client.clone(), |other| other.client)
            }),
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

/// Prints no setting: a proxy may have a password.
impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport").finish_non_exhaustive()
    }
}
