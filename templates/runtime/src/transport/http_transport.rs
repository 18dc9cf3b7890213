//! The default transport: reqwest.

use std::fmt;

use crate::error::InvalidRequestError;
use crate::transport::{Body, BoxFuture, HttpTransportBuilder, Transport, TransportError};

/// The default transport: sends requests with a `reqwest::Client`.
///
/// Clones share connections.
#[derive(Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// Creates a transport that sends requests with `client`, whose settings apply.
    #[must_use]
    pub fn new(client: reqwest::Client) -> Self {
        Self { client }
    }

    /// Creates a builder. Its defaults are the settings of a client that is given no transport:
    ///
    /// - Redirects are returned, not followed. The client follows them by its own rules, so that
    ///   credentials stay within their origin (`ClientBuilder::follow_redirects`).
    /// - Connecting may take 20 seconds. The time limit of the call is that of the client.
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

    /// Creates the transport of a client that is given none.
    pub(crate) fn by_default() -> Result<Self, InvalidRequestError> {
        Self::builder().build()
    }

    /// Begins to send a request. Unlike [`Transport::send`], it takes a URL that is parsed already.
    pub(crate) fn start(
        &self,
        request: reqwest::Request,
    ) -> impl Future<Output = Result<http::Response<Body>, TransportError>> + use<> {
        let response = self.client.execute(request);
        async move {
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
