//! The grants of a document's token endpoint: client credentials and refresh token.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use crate::auth::{Grant, Tokens};
use crate::client::ClientCore;
use crate::error::InvalidRequestError;
use crate::oauth::client_authentication::{App, ClientAuthentication};
use crate::oauth::discovery::MetadataCache;
use crate::oauth::endpoint;
use crate::oauth::fetch_failure::SessionEndedError;
use crate::oauth::response::read_tokens;
use crate::oauth::session::Session;
use crate::oauth::store::{StoredSession, TokenStore};
use crate::oauth::token_set::TokenSet;
use crate::oauth::token_source::TokenSource;
use crate::retry::RetryPolicy;
use crate::transport::BoxFuture;
use crate::transport::address::BaseUrl;

/// The name of the request in errors.
const TOKEN: &str = "token request";

/// The token endpoint that a document names.
///
/// The URL may be relative to the base URL, and may contain server variables.
#[derive(Clone, Copy, Debug)]
pub enum TokenEndpoint {
    /// `tokenUrl` or `refreshUrl` of a flow.
    Url(&'static str),
    /// `openIdConnectUrl`: the URL of the metadata that names the token endpoint.
    Configuration(&'static str),
}

/// The client credentials grant (RFC 6749 section 4.4): the app requests tokens on its own behalf.
///
/// ```
/// use wiretrue::oauth::ClientCredentials;
///
/// let credentials = ClientCredentials::new("client-id", "client-secret")
///     .scopes(["messages:read", "messages:write"])
///     .audience("https://api.example.com");
/// ```
#[must_use = "credentials do nothing unless passed to a client"]
#[derive(Clone)]
pub struct ClientCredentials {
    app: App,
    scopes: Vec<String>,
    audiences: Vec<String>,
}

impl ClientCredentials {
    /// Creates credentials from the client ID and the client secret of an app.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<SecretString>) -> Self {
        let mut app = App::new(client_id);
        app.secret = Some(client_secret.into());
        Self {
            app,
            scopes: Vec::new(),
            audiences: Vec::new(),
        }
    }

    /// Adds scopes to request. An item may contain several scopes, separated by spaces.
    ///
    /// Without scopes, the server grants its default scopes.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        add_scopes(&mut self.scopes, scopes);
        self
    }

    /// Adds an audience: a service that the tokens are meant for.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Sets how the app authenticates. Defaults to the method that the server's metadata names, or
    /// to [`ClientAuthentication::Basic`] if there is no metadata.
    pub fn client_authentication(mut self, authentication: ClientAuthentication) -> Self {
        self.app.authentication = Some(authentication);
        self
    }

    /// Combines the credentials with an endpoint.
    #[doc(hidden)]
    pub fn at(self, endpoint: TokenEndpoint) -> impl Grant {
        EndpointGrant {
            grant: GrantType::ClientCredentials(self),
            endpoint,
        }
    }
}

/// A callback that receives new tokens.
type RefreshCallback = Arc<dyn Fn(&TokenSet) + Send + Sync>;

/// The refresh token grant (RFC 6749 section 6): tokens that the client refreshes before they
/// expire.
///
/// If the server rejects the refresh token (`invalid_grant`), the user has to sign in again:
/// [`Error::is_session_ended`](crate::Error::is_session_ended) is `true` from then on, and no further
/// refresh is attempted.
///
/// ```
/// use wiretrue::oauth::{RefreshToken, TokenSet};
///
/// let tokens = TokenSet::new("access").with_refresh_token("refresh");
/// let grant = RefreshToken::new("client-id", tokens).on_refresh(|tokens| {
///     println!("to be stored: {tokens:?}");
/// });
/// ```
#[must_use = "tokens do nothing unless passed to a client"]
#[derive(Clone)]
pub struct RefreshToken {
    app: App,
    tokens: FirstTokens,
    on_refresh: Option<RefreshCallback>,
}

/// Where the first tokens come from.
#[derive(Clone)]
enum FirstTokens {
    Given(TokenSet),
    Stored(Arc<dyn TokenStore>),
}

impl RefreshToken {
    /// Creates a grant from the client ID of an app and the tokens that were issued to it. The
    /// tokens should include a refresh token.
    pub fn new(client_id: impl Into<String>, tokens: TokenSet) -> Self {
        Self {
            app: App::new(client_id),
            tokens: FirstTokens::Given(tokens),
            on_refresh: None,
        }
    }

    /// Creates a grant from the client ID of an app and the store that keeps the tokens that were
    /// issued to it. Refreshed tokens are stored: see [`StoredSession`].
    pub fn stored(client_id: impl Into<String>, store: impl TokenStore) -> Self {
        Self {
            app: App::new(client_id),
            tokens: FirstTokens::Stored(Arc::new(store)),
            on_refresh: None,
        }
    }

    /// Sets the client secret of a confidential app.
    pub fn client_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.app.secret = Some(secret.into());
        self
    }

    /// Sets how the app authenticates. Defaults to the method that the server's metadata names, or
    /// to [`ClientAuthentication::Basic`] if there is no metadata. Without a client secret, the app
    /// sends its client ID only.
    pub fn client_authentication(mut self, authentication: ClientAuthentication) -> Self {
        self.app.authentication = Some(authentication);
        self
    }

    /// Registers a callback that receives new tokens before they are used. The calls that need the
    /// tokens wait for the callback to return.
    ///
    /// Store the tokens in this callback: the server may have revoked the previous refresh token.
    pub fn on_refresh(mut self, callback: impl Fn(&TokenSet) + Send + Sync + 'static) -> Self {
        self.on_refresh = Some(Arc::new(callback));
        self
    }

    /// Combines the tokens with an endpoint.
    #[doc(hidden)]
    pub fn at(self, endpoint: TokenEndpoint) -> impl Grant {
        EndpointGrant {
            grant: GrantType::RefreshToken(self),
            endpoint,
        }
    }
}

#[derive(Clone)]
enum GrantType {
    ClientCredentials(ClientCredentials),
    RefreshToken(RefreshToken),
}

/// A grant and its endpoint, before a client exists to send the request.
struct EndpointGrant {
    grant: GrantType,
    endpoint: TokenEndpoint,
}

/// Adds scopes, which the items separate by spaces (RFC 6749 section 3.3).
pub(crate) fn add_scopes(all: &mut Vec<String>, scopes: impl IntoIterator<Item = impl AsRef<str>>) {
    for scope in scopes {
        let items = scope.as_ref().split_ascii_whitespace();
        all.extend(items.map(str::to_owned));
    }
}

impl Grant for EndpointGrant {
    fn begin(&self, client: &ClientCore) -> Result<Arc<dyn Tokens>, InvalidRequestError> {
        match &self.grant {
            GrantType::ClientCredentials(request) => request.app.validate()?,
            GrantType::RefreshToken(request) => request.app.validate()?,
        }
        let source = EndpointSource {
            client: client.clone(),
            grant: self.grant.clone(),
            endpoint: match self.endpoint {
                TokenEndpoint::Url(url) => Endpoint::Fixed(endpoint::resolve(client, url)?),
                TokenEndpoint::Configuration(url) => {
                    let url = endpoint::resolve(client, url)?;
                    Endpoint::Discovered(MetadataCache::for_configuration(url))
                }
            },
        };
        let clock = Arc::clone(client.clock());
        Ok(Arc::new(match source.store() {
            None => Session::new(source, clock),
            Some(store) => {
                let stored = StoredSession::new(source, store).shared_clock(Arc::clone(&clock));
                Session::new(stored, clock)
            }
        }))
    }
}

/// Requests tokens from an endpoint.
struct EndpointSource {
    client: ClientCore,
    grant: GrantType,
    endpoint: Endpoint,
}

enum Endpoint {
    Fixed(BaseUrl),
    Discovered(MetadataCache),
}

impl GrantType {
    /// Returns the tokens that the program has passed.
    fn given(&self) -> Option<&TokenSet> {
        match self {
            Self::RefreshToken(RefreshToken {
                tokens: FirstTokens::Given(tokens),
                ..
            }) => Some(tokens),
            _ => None,
        }
    }
}

impl EndpointSource {
    /// Returns the store that keeps the tokens.
    fn store(&self) -> Option<Arc<dyn TokenStore>> {
        match &self.grant {
            GrantType::RefreshToken(RefreshToken {
                tokens: FirstTokens::Stored(store),
                ..
            }) => Some(Arc::clone(store)),
            _ => None,
        }
    }

    async fn request_tokens(
        &self,
        app: &App,
        fields: &[(&str, &str)],
        retry: RetryPolicy,
    ) -> Result<TokenSet, Box<dyn StdError + Send + Sync>> {
        let (url, authentication) = match &self.endpoint {
            Endpoint::Fixed(url) => (url.clone(), ClientAuthentication::Basic),
            Endpoint::Discovered(server) => {
                let metadata = server.metadata(&self.client).await?;
                (metadata.token, metadata.authentication)
            }
        };
        let app = app.clone().with_default_authentication(authentication);
        // The lifetime counts from before the request is sent, so that a token never expires later
        // here than at the server.
        let requested_at = self.client.clock().time();
        let response = endpoint::post(&self.client, TOKEN, url, &app, fields, retry).await;
        if let Endpoint::Discovered(server) = &self.endpoint {
            server.observe(&response);
        }
        read_tokens(response?, requested_at)
    }
}

impl TokenSource for EndpointSource {
    fn initial(&self) -> Option<TokenSet> {
        self.grant.given().cloned()
    }

    fn fetch<'a>(
        &'a self,
        last: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        Box::pin(async move {
            match &self.grant {
                GrantType::ClientCredentials(request) => {
                    let scope = request.scopes.join(" ");
                    let mut fields = vec![("grant_type", "client_credentials")];
                    if !scope.is_empty() {
                        fields.push(("scope", &scope));
                    }
                    let audiences = request.audiences.iter();
                    fields.extend(audiences.map(|audience| ("audience", audience.as_str())));
                    let retry = endpoint::retry_any(&self.client);
                    self.request_tokens(&request.app, &fields, retry).await
                }
                GrantType::RefreshToken(request) => {
                    let last = last.or_else(|| self.grant.given());
                    let with_token = last.and_then(|last| Some((last, last.refresh_token()?)));
                    let Some((last, token)) = with_token else {
                        return Err(SessionEndedError::without_refresh_token().into());
                    };
                    let fields = [
                        ("grant_type", "refresh_token"),
                        ("refresh_token", token.expose_secret()),
                    ];
                    let retry = endpoint::retry_unprocessed(&self.client);
                    let tokens = self
                        .request_tokens(&request.app, &fields, retry)
                        .await
                        .map_err(SessionEndedError::after_refresh)?
                        .with_defaults_from(last);
                    if let Some(callback) = &request.on_refresh {
                        callback(&tokens);
                    }
                    Ok(tokens)
                }
            }
        })
    }
}

/// Prints no secret.
impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("client_id", &self.app.id)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// Prints no token and no secret.
impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printed = f.debug_struct("RefreshToken");
        printed.field("client_id", &self.app.id);
        if let FirstTokens::Given(tokens) = &self.tokens {
            printed.field("tokens", tokens);
        }
        printed.finish_non_exhaustive()
    }
}
