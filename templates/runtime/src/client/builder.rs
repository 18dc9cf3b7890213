//! The settings of a client, and how it is built from them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "umbrella")]
use super::umbrella::{ApiPart, UmbrellaApi};
use super::{Api, ClientCore, Connections, Shared};
use crate::auth::{Credential, Credentials, is_sensitive};
use crate::call::Propagation;
use crate::clock::{Clock, TokioClock};
use crate::error::{Error, InvalidRequestError};
use crate::request::encoder::header;
use crate::request::header_list::HeaderList;
use crate::retry::{Attempt, Listener, RetryBudget, RetryPolicy};
use crate::transport::address::{BaseUrl, Server, behind_scheme};
use crate::transport::{ClientTransport, Middleware, Transport};

/// The default time limit of a call.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The default size limit of a response's body, in bytes.
const RESPONSE_LIMIT: u64 = 16 * 1024 * 1024;
/// The default number of retries while no call succeeds.
const RETRIES: u32 = 100;

/// The server of an API that declares none (OpenAPI: Server Object).
const NO_SERVER: Server = Server {
    url: "/",
    variables: &[],
};

/// Builds a [`ClientCore`]; a generated `ClientBuilder` holds one and passes its settings on.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientCoreBuilder {
    pub(crate) api: &'static Api,
    pub(super) base_url: Option<String>,
    /// The base URL if the document names no host.
    pub(super) placeholder_url: Option<&'static str>,
    pub(super) server: Server,
    pub(super) variables: Vec<(&'static str, String)>,
    pub(super) timeout: Option<Duration>,
    pub(super) attempt_timeout: Option<Duration>,
    pub(super) retry: RetryPolicy,
    pub(super) retry_budget: Option<Option<u32>>,
    pub(super) listener: Option<Listener>,
    pub(super) user_agent: Option<String>,
    pub(super) response_limit: u64,
    pub(super) follow_redirects: bool,
    pub(super) middleware: Vec<Arc<dyn Middleware>>,
    pub(super) propagation: Propagation,
    pub(super) headers: Vec<(String, String)>,
    pub(super) credentials: Credentials,
    pub(super) transport: Option<ClientTransport>,
    pub(super) clock: Option<Arc<dyn Clock>>,
    pub(super) connections: Option<Connections>,
    /// The APIs of an umbrella client.
    #[cfg(feature = "umbrella")]
    pub(super) apis: Option<Vec<UmbrellaApi>>,
    #[cfg(feature = "umbrella")]
    pub(super) part: Option<ApiPart>,
}

impl ClientCoreBuilder {
    /// Creates a builder with the default settings.
    pub fn new(api: &'static Api) -> Self {
        Self {
            api,
            base_url: None,
            placeholder_url: None,
            server: api.servers.first().copied().unwrap_or(NO_SERVER),
            variables: Vec::new(),
            timeout: Some(TIMEOUT),
            attempt_timeout: None,
            retry: RetryPolicy::default(),
            retry_budget: None,
            listener: None,
            user_agent: None,
            response_limit: RESPONSE_LIMIT,
            follow_redirects: true,
            middleware: Vec::new(),
            propagation: Propagation::default(),
            headers: Vec::new(),
            credentials: Credentials::default(),
            transport: None,
            clock: None,
            connections: None,
            #[cfg(feature = "umbrella")]
            apis: None,
            #[cfg(feature = "umbrella")]
            part: None,
        }
    }

    /// Sets the URL that the paths of all calls are relative to, in place of the servers that the
    /// document names. Its own path and query are part of every call.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// Sets the time limit of a call, from sending the request to the end of the response's body,
    /// with all attempts. Defaults to 30 seconds; `None` disables the limit.
    ///
    /// An upload may take longer but not stall: while the transport takes the parts of a streamed
    /// body, or of one larger than 64 KiB, the limit counts from the last part. The default transport
    /// waits for a connection for a third of the limit, from 1 to 20 seconds, and the body of an error
    /// response may stall for a third, so that both can be retried.
    ///
    /// The limit runs by tokio's clock. Without a limit, a call also runs outside a tokio runtime if
    /// the transport does.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// Sets the time limit of each attempt at a call, from sending the request to the end of the
    /// response's body. Defaults to `None`: only the call as a whole is limited.
    ///
    /// An attempt that exceeds it is retried like a connection that broke off: if the request may reach
    /// the server twice, or wasn't sent yet. Otherwise, and after the last attempt, the call fails with
    /// [`Error::Timeout`]. The default transport waits for a connection for half of the limit at most,
    /// but at least for 1 second.
    pub fn attempt_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.attempt_timeout = timeout.into();
        self
    }

    /// Sets the retry policy. Defaults to [`RetryPolicy::default`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets the number of retries that this client and its clones may spend while no call succeeds.
    /// Defaults to 100; `None` disables the limit.
    ///
    /// The budget keeps many failing calls from overloading a server that can't serve them. An
    /// attempt that succeeds costs nothing, and five calls that succeed at once earn one retry.
    pub fn retry_budget(mut self, retries: impl Into<Option<u32>>) -> Self {
        self.retry_budget = Some(retries.into());
        self
    }

    /// Registers a callback that runs after each attempt, for logs and metrics. The call waits for
    /// the callback to return.
    pub fn on_attempt(mut self, callback: impl Fn(&Attempt<'_>) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(callback));
        self
    }

    /// Sets the `User-Agent` header. Defaults to the name and version of the client's crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Sets the size limit of a response's body, in bytes. Defaults to 16 MiB.
    ///
    /// It applies both to the body as it is sent and to the decoded body (`Content-Encoding`).
    pub fn response_limit(mut self, bytes: u64) -> Self {
        self.response_limit = bytes;
        self
    }

    /// Sets whether calls follow redirects. Defaults to `true`.
    ///
    /// - A redirect with a status that the document describes is a response of the operation, and is
    ///   never followed.
    /// - GET and HEAD follow other redirects, also to other origins. Credentials, cookies and custom
    ///   headers are sent only within the origin of the call. A redirect from `https` to `http` isn't
    ///   followed.
    /// - Other methods repeat the request after 307 and 308 within the origin, unless the body is a
    ///   stream. After 301, 302 and 303, or elsewhere, the call fails with [`Error::Api`], which names
    ///   the URL.
    pub fn follow_redirects(mut self, follow: bool) -> Self {
        self.follow_redirects = follow;
        self
    }

    /// Adds a [`Middleware`], which runs around each request that the client sends. The first one that
    /// is added is the outermost: it sees the request first and the response last.
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.push(Arc::new(middleware));
        self
    }

    /// Sends the context of a trace with each request, such as `traceparent` (W3C Trace Context). The
    /// parent of the server's span is the span of the request, inside that of the call.
    ///
    /// The context is sent to the server of the client, or of `CallOptions::base_url`: not to another
    /// origin after a redirect, nor to an authorization server at another origin. Headers that a call
    /// sets itself are kept.
    ///
    /// With OpenTelemetry (crates `tracing-opentelemetry`, `opentelemetry` and `opentelemetry-http`):
    ///
    /// ```text
    /// use opentelemetry::global::get_text_map_propagator;
    /// use opentelemetry_http::HeaderInjector;
    /// use tracing_opentelemetry::OpenTelemetrySpanExt as _;
    ///
    /// Client::builder().propagator(|span: &tracing::Span, headers: &mut http::HeaderMap| {
    ///     get_text_map_propagator(|it| it.inject_context(&span.context(), &mut HeaderInjector(headers)));
    /// })
    /// ```
    #[cfg(feature = "tracing")]
    pub fn propagator(mut self, propagator: impl crate::call::Propagator) -> Self {
        self.propagation = Propagation::new(propagator);
        self
    }

    /// Adds a header to every call, unless the operation or the call sets it.
    ///
    /// It takes the place of a credential that would go into the same header.
    pub fn default_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends requests with a `reqwest::Client` of your own, whose settings apply.
    ///
    /// Set [`Policy::none`](reqwest::redirect::Policy::none), as the default client does, so that
    /// [`follow_redirects`](Self::follow_redirects) applies. By reqwest's own default, it follows
    /// redirects itself, also those that the document describes, and sends keys in headers other than
    /// `Authorization` to other hosts.
    #[cfg(feature = "reqwest")]
    pub fn http_client(self, client: reqwest::Client) -> Self {
        self.transport(crate::transport::HttpTransport::new(client))
    }

    /// Sends requests with this [`Transport`]: one that `HttpTransport::builder` builds, a mock, or
    /// another HTTP stack. Required without the feature `reqwest`, which adds the default transport.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(ClientTransport::new(transport));
        self
    }

    /// Sets the clock that the client waits by between retries. Time limits of calls always run by
    /// tokio's clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Shares the connections of another client, which may be a client of another API: its transport,
    /// retry budget, and clock. A transport, retry budget or clock that is set on this builder takes
    /// precedence. Middlewares aren't shared.
    pub fn share_connections(mut self, other: &impl AsRef<ClientCore>) -> Self {
        self.connections = Some(other.as_ref().shared.connections.clone());
        self
    }

    /// Signs calls with the tokens that another client is signed in with, which may be a client of
    /// another API of the same vendor. The tokens are refreshed once for both. Has no effect if the
    /// other client isn't signed in.
    pub fn share_tokens(mut self, other: &impl AsRef<ClientCore>) -> Self {
        self.credentials = self.credentials.signed(other.as_ref().credentials.tokens());
        self
    }

    /// Sets the credential of a security scheme.
    pub fn credential(mut self, scheme: &'static str, credential: Credential) -> Self {
        self.credentials.set(scheme, credential);
        self
    }

    /// Sets the server.
    pub fn server(mut self, server: Server) -> Self {
        self.server = server;
        self
    }

    /// Sets a server variable.
    pub fn server_variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.into()));
        self
    }

    /// Sets the base URL if the document names no host.
    #[cfg(feature = "mock")]
    pub(crate) fn with_placeholder_url(mut self, url: &'static str) -> Self {
        self.placeholder_url = Some(url);
        self
    }

    /// Returns the base URL of the server.
    fn server_base_url(&self) -> Result<BaseUrl, InvalidRequestError> {
        let server = self.server;
        for (name, _) in &self.variables {
            // A variable that no server of the API has is one of an operation's server.
            if !server.has(name) && self.api.servers.iter().any(|it| it.has(name)) {
                let message = format!("the server `{}` has no variable `{name}`", server.url);
                return Err(InvalidRequestError::new(message));
            }
        }
        let url = server.expand(&self.variables)?;
        if behind_scheme(&url).is_some() {
            return BaseUrl::parse(&url);
        }
        let title = self.api.title;
        let path = match url.as_str() {
            "" | "/" => String::new(),
            url => format!(", which ends in `{url}`"),
        };
        Err(InvalidRequestError::new(format!(
            "{title} names no host: set `ClientBuilder::base_url`{path}"
        )))
    }

    /// Builds the client. Sends nothing.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::InvalidRequest`] if the base URL is missing or invalid, if a header or
    /// credential can't be sent, if TLS can't be set up, if the base URL is `https` and the client
    /// is compiled without TLS, or if there is no transport (without the feature `reqwest`).
    pub fn build(mut self) -> Result<ClientCore, Error> {
        #[cfg(feature = "umbrella")]
        if let Some(apis) = self.apis.take() {
            return self.build_umbrella(apis);
        }
        let base_url = match (&self.base_url, self.server_base_url(), self.placeholder_url) {
            (Some(base_url), _, _) => BaseUrl::parse(base_url)?,
            (None, Err(_), Some(placeholder)) => BaseUrl::parse(placeholder)?,
            (None, base_url, _) => base_url?,
        };
        let mut credentials = std::mem::take(&mut self.credentials);
        credentials.encode(self.api.schemes)?;
        let connections = self.take_connections()?;
        let shared = self.into_shared(base_url, connections)?;
        let transport = &shared.connections.transport;
        transport.check_tls(shared.base_url.url())?;
        let mut client = ClientCore {
            shared: Arc::new(shared),
            credentials: Arc::default(),
            #[cfg(feature = "umbrella")]
            apis: None,
        };
        credentials.begin(&client, |_| true)?;
        client.credentials = Arc::new(credentials);
        Ok(client)
    }

    /// Returns the transport, retry budget and clock: those that are set, those of the client that shares
    /// its own, or new ones.
    pub(super) fn take_connections(&mut self) -> Result<Connections, Error> {
        let shared = self.connections.take();
        Ok(Connections {
            transport: match (self.transport.take(), &shared) {
                (Some(transport), _) => transport,
                (None, Some(shared)) => shared.transport.clone(),
                (None, None) => ClientTransport::by_default(self.timeout, self.attempt_timeout)?,
            },
            retry_budget: match (self.retry_budget, &shared) {
                (None, Some(shared)) => Arc::clone(&shared.retry_budget),
                (retries, _) => Arc::new(RetryBudget::new(retries.unwrap_or(Some(RETRIES)))),
            },
            clock: match (self.clock.take(), &shared) {
                (Some(clock), _) => clock,
                (None, Some(shared)) => Arc::clone(&shared.clock),
                (None, None) => Arc::new(TokioClock),
            },
        })
    }

    /// Returns the state that all clones of the client share.
    pub(super) fn into_shared(
        self,
        base_url: BaseUrl,
        connections: Connections,
    ) -> Result<Shared, InvalidRequestError> {
        Ok(Shared {
            headers: self.header_list()?,
            api: self.api,
            base_url,
            base_url_by_hand: self.base_url.is_some(),
            server: self.server,
            variables: self.variables,
            timeout: self.timeout,
            attempt_timeout: self.attempt_timeout,
            retry: self.retry,
            listener: self.listener,
            response_limit: self.response_limit,
            follow_redirects: self.follow_redirects,
            middleware: self.middleware,
            propagation: self.propagation,
            connections,
            #[cfg(feature = "umbrella")]
            part: self.part,
        })
    }

    /// Returns the headers of every call.
    fn header_list(&self) -> Result<HeaderList, InvalidRequestError> {
        let mut headers = HeaderList::default();
        let user_agent = self.user_agent.as_deref().unwrap_or(self.api.user_agent);
        if !user_agent.is_empty() {
            let (name, value) = header("user-agent", user_agent)?;
            headers.insert(name, value);
        }
        for (name, value) in &self.headers {
            let (name, mut value) = header(name, value)?;
            value.set_sensitive(is_sensitive(&name, self.api.schemes));
            headers.insert(name, value);
        }
        Ok(headers)
    }
}

/// Prints the settings, never a credential or the value of a header.
impl fmt::Debug for ClientCoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("api", &self.api.title)
            .field("timeout", &self.timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("retry", &self.retry)
            .field("response_limit", &self.response_limit)
            .field("follow_redirects", &self.follow_redirects)
            .field("credentials", &self.credentials.names())
            .finish_non_exhaustive()
    }
}
