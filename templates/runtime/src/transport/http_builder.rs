//! Builds the default transport.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use reqwest::redirect::Policy;

use crate::error::InvalidRequestError;
use crate::transport::HttpTransport;

/// The longest time limit of connecting, TLS included; the whole call has its own.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// The time after which an idle connection is closed. Many servers close it after 5 seconds (Node.js
/// does), which is also the interval at which a device login polls: a request that is sent at that
/// moment is lost, and only an idempotent one can be retried.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// Builds an [`HttpTransport`]: certificates, proxies, the connection pool, and name resolution.
///
/// Created by [`HttpTransport::builder`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct HttpTransportBuilder {
    client: reqwest::ClientBuilder,
}

impl HttpTransportBuilder {
    pub(super) fn new() -> Self {
        #[cfg(feature = "rustls-ring")]
        super::ring::install();
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            // Another crate may enable the features of reqwest by which it decodes bodies itself.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate();
        Self { client }
    }

    /// Trusts this authority, beside those of the platform.
    #[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
    pub fn root_certificate(self, certificate: reqwest::Certificate) -> Self {
        self.configure(|client| client.tls_certs_merge([certificate]))
    }

    /// Trusts these authorities only, and none of the platform's.
    #[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
    pub fn only_root_certificates(
        self,
        certificates: impl IntoIterator<Item = reqwest::Certificate>,
    ) -> Self {
        self.configure(|client| client.tls_certs_only(certificates))
    }

    /// Sets the client certificate, with its key, that is sent to servers that ask for one.
    #[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
    pub fn client_certificate(self, identity: reqwest::Identity) -> Self {
        self.configure(|client| client.identity(identity))
    }

    /// Sends requests through a proxy: HTTP and HTTPS, and `socks5://` or `socks5h://` with the
    /// feature `socks` and one of TLS. May be called several times; the first proxy that takes a request is used.
    ///
    /// Without a call of this method, the environment variables `HTTP_PROXY`, `HTTPS_PROXY`,
    /// `ALL_PROXY` and `NO_PROXY` apply.
    pub fn proxy(self, proxy: reqwest::Proxy) -> Self {
        self.configure(|client| client.proxy(proxy))
    }

    /// Uses no proxy, whatever the environment variables say.
    pub fn no_proxy(self) -> Self {
        self.configure(reqwest::ClientBuilder::no_proxy)
    }

    /// Sets the time limit of connecting, including TLS. Defaults to 20 seconds.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.configure(|client| client.connect_timeout(timeout))
    }

    /// Sets the time after which an idle connection is closed. Defaults to 4 seconds, which is less
    /// than the 5 seconds after which many servers close it; `None` keeps idle connections.
    pub fn pool_idle_timeout(self, timeout: impl Into<Option<Duration>>) -> Self {
        let timeout = timeout.into();
        self.configure(|client| client.pool_idle_timeout(timeout))
    }

    /// Sets the number of idle connections that are kept for each host. There is no limit by default;
    /// 0 closes each connection after its request.
    pub fn pool_max_idle_per_host(self, connections: usize) -> Self {
        self.configure(|client| client.pool_max_idle_per_host(connections))
    }

    /// Connects to these addresses for a host, instead of those that its name resolves to. The port
    /// is that of the URL unless the address has one other than 0.
    pub fn resolve(self, host: &str, addresses: &[SocketAddr]) -> Self {
        self.configure(|client| client.resolve_to_addrs(host, addresses))
    }

    /// Speaks HTTP/2 from the first byte, also without TLS, to servers that are known to support it.
    ///
    /// With the feature `http2`, a TLS connection uses HTTP/2 anyway if the server supports it.
    #[cfg(feature = "http2")]
    pub fn http2_prior_knowledge(self) -> Self {
        self.configure(reqwest::ClientBuilder::http2_prior_knowledge)
    }

    /// Changes any other setting of reqwest.
    ///
    /// ```no_run
    /// use wiretrue::transport::HttpTransport;
    ///
    /// let transport = HttpTransport::builder()
    ///     .configure(|client| client.tcp_nodelay(true).https_only(true))
    ///     .build()?;
    /// # Ok::<(), wiretrue::Error>(())
    /// ```
    pub fn configure(
        self,
        configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Self {
        Self {
            client: configure(self.client),
        }
    }

    /// Builds the transport. Connects to nothing.
    ///
    /// # Errors
    ///
    /// Fails if a setting is invalid, such as a host name that isn't one, or if TLS can't be set up.
    pub fn build(self) -> Result<HttpTransport, InvalidRequestError> {
        match self.client.build() {
            Ok(client) => Ok(HttpTransport::new(client)),
            Err(error) => Err(InvalidRequestError::new(format!(
                "the HTTP client can't be set up: {}",
                error.without_url()
            ))),
        }
    }
}

/// Prints no setting: a proxy may have a password.
impl fmt::Debug for HttpTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransportBuilder")
            .finish_non_exhaustive()
    }
}
