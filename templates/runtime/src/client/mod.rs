//! The core of a client, and its builder.

mod builder;
pub(crate) mod methods;
#[cfg(feature = "umbrella")]
pub(crate) mod umbrella;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::auth::{Credentials, Scheme, Tokens};
use crate::call::Propagation;
use crate::clock::Clock;
use crate::error::InvalidRequestError;
use crate::request::header_list::HeaderList;
use crate::retry::{Listener, RetryBudget, RetryPolicy};
use crate::transport::address::{BaseUrl, Server, behind_scheme};
use crate::transport::{ClientTransport, Middleware};
#[cfg(feature = "umbrella")]
use umbrella::{ApiCore, ApiPart};

pub use builder::ClientCoreBuilder;

/// The document's description of an API as a whole, without its operations.
#[derive(Debug)]
pub struct Api {
    /// `info.title`
    pub title: &'static str,
    /// The servers; the first is the default.
    pub servers: &'static [Server],
    /// The `User-Agent` header.
    pub user_agent: &'static str,
    /// The security schemes.
    pub schemes: &'static [Scheme],
}

/// The part of a client that is the same for all APIs: base URL, credentials, limits, connections.
///
/// A generated `Client` holds one, and every call it creates holds a clone. Clones are cheap and
/// share connections, credentials, and the retry budget.
#[derive(Clone)]
pub struct ClientCore {
    pub(crate) shared: Arc<Shared>,
    pub(crate) credentials: Arc<Credentials>,
    /// The clients of the APIs, for the client of an umbrella crate.
    #[cfg(feature = "umbrella")]
    apis: Option<Arc<[ApiCore]>>,
}

/// The state that all clones of a client share, whatever their credentials.
pub(crate) struct Shared {
    /// The API.
    pub(crate) api: &'static Api,
    /// The base URL of the calls.
    pub(crate) base_url: BaseUrl,
    /// Whether the base URL was set by hand; the hosts of operations' own servers are then ignored.
    pub(crate) base_url_by_hand: bool,
    /// The server that was chosen.
    pub(crate) server: Server,
    /// The server variables that were set.
    pub(crate) variables: Vec<(&'static str, String)>,
    /// The time limit of a call.
    pub(crate) timeout: Option<Duration>,
    /// The time limit of an attempt.
    pub(crate) attempt_timeout: Option<Duration>,
    /// The retry policy of calls that have none of their own.
    pub(crate) retry: RetryPolicy,
    /// The callback that runs after each attempt.
    pub(crate) listener: Option<Listener>,
    /// The size limit of a response's body, in bytes.
    pub(crate) response_limit: u64,
    /// Whether calls follow redirects.
    pub(crate) follow_redirects: bool,
    /// Runs around each request, the first outermost.
    pub(crate) middleware: Vec<Arc<dyn Middleware>>,
    /// How the context of a trace is sent.
    pub(crate) propagation: Propagation,
    /// Headers that every call sends, `User-Agent` among them.
    pub(crate) headers: HeaderList,
    /// The parts that clients of several APIs may share.
    pub(crate) connections: Connections,
    /// The part of an umbrella client that this is.
    #[cfg(feature = "umbrella")]
    part: Option<ApiPart>,
}

/// The parts that clients of several APIs may share: the transport with its connection pool, the retry
/// budget, and the clock.
#[derive(Clone)]
pub(crate) struct Connections {
    pub(crate) transport: ClientTransport,
    pub(crate) retry_budget: Arc<RetryBudget>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl ClientCore {
    /// Returns a client that shares this one's connections and authenticates calls with `tokens`; `None`
    /// signs out.
    #[must_use]
    pub(crate) fn signed(&self, tokens: Option<Arc<dyn Tokens>>) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            #[cfg(feature = "umbrella")]
            apis: self.apis.as_ref().map(|apis| {
                let signed = apis.iter().map(|api| api.signed(tokens.as_ref()));
                signed.collect()
            }),
            credentials: Arc::new(self.credentials.signed(tokens)),
        }
    }

    /// Returns a client that shares this one's connections and isn't signed in.
    #[must_use]
    pub fn signed_out(&self) -> Self {
        self.signed(None)
    }

    /// Returns the clock of the client.
    #[cfg(feature = "oauth")]
    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.connections.clock
    }
}

impl AsRef<ClientCore> for ClientCore {
    fn as_ref(&self) -> &ClientCore {
        self
    }
}

impl Shared {
    /// Returns the security schemes of the API. In an umbrella client, their setters are those of its builder.
    pub(crate) fn schemes(&self) -> &[Scheme] {
        #[cfg(feature = "umbrella")]
        if let Some(part) = &self.part {
            return &part.schemes;
        }
        self.api.schemes
    }

    /// Replaces the variables of the client's server in another URL.
    ///
    /// # Errors
    ///
    /// Fails as [`Server::expand`] does.
    #[cfg(feature = "oauth")]
    pub(crate) fn expand(&self, address: &'static str) -> Result<String, InvalidRequestError> {
        let server = Server {
            url: address,
            ..self.server
        };
        server.expand(&self.variables)
    }

    /// Returns the base URL of an operation that has servers of its own; `None` if the client's
    /// applies.
    ///
    /// # Errors
    ///
    /// Fails as [`Server::expand`] does, or if the result isn't a URL.
    pub(crate) fn own_base_url(
        &self,
        servers: &[Server],
    ) -> Result<Option<BaseUrl>, InvalidRequestError> {
        let Some(first) = servers.first() else {
            return Ok(None);
        };
        if servers.iter().any(|server| server.url == self.server.url) {
            return Ok(None);
        }
        let url = first.expand(&self.variables)?;
        if self.base_url_by_hand && behind_scheme(&url).is_some() {
            return Ok(None);
        }
        self.base_url.server(&url).map(Some)
    }
}

/// Prints the API and the base URL, never a credential.
impl fmt::Debug for ClientCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[cfg(feature = "umbrella")]
        if let Some(apis) = &self.apis {
            let apis: Vec<&str> = apis.iter().map(ApiCore::title).collect();
            return f
                .debug_struct("Client")
                .field("apis", &apis)
                .field("credentials", &self.credentials.names())
                .finish_non_exhaustive();
        }
        f.debug_struct("Client")
            .field("api", &self.shared.api.title)
            .field("base_url", &self.shared.base_url.without_query())
            .field("credentials", &self.credentials.names())
            .finish_non_exhaustive()
    }
}
