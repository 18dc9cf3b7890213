//! Tokens from the token endpoint that a document names: client credentials, refresh token.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use crate::auth::{Grant, Tokens};
use crate::client::ClientCore;
use crate::error::InvalidRequestError;
use crate::oauth::client_authentication::{App, ClientAuthentication};
use crate::oauth::discovery::Discovered;
use crate::oauth::endpoint;
use crate::oauth::response::token_answer;
use crate::oauth::session::Session;
use crate::oauth::token_set::TokenSet;
use crate::oauth::token_source::TokenSource;
use crate::transport::BoxFuture;
use crate::transport::address::BaseUrl;

/// How the request is called in errors.
const TOKEN: &str = "token request";

/// Where a document says that tokens are to be had; perhaps relative to the base URL, perhaps with
/// server variables.
#[derive(Clone, Copy, Debug)]
pub enum TokenEndpoint {
    /// `tokenUrl` or `refreshUrl` of a flow.
    Url(&'static str),
    /// `openIdConnectUrl`, where a configuration tells.
    Configuration(&'static str),
}

/// An app that asks for tokens in its own name (RFC 6749 section 4.4): set what is optional.
#[must_use = "credentials do nothing until a client is given them"]
#[derive(Clone)]
pub struct ClientCredentials {
    app: App,
    scopes: Vec<String>,
    audiences: Vec<String>,
}

impl ClientCredentials {
    /// The app's identifier and its secret.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<SecretString>) -> Self {
        let mut app = App::new(client_id);
        app.secret = Some(client_secret.into());
        Self {
            app,
            scopes: Vec::new(),
            audiences: Vec::new(),
        }
    }

    /// The scopes to ask for; those that the server gives by itself unless set. An item may hold
    /// several, separated by spaces.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        for scope in scopes {
            let pieces = scope.as_ref().split_ascii_whitespace();
            self.scopes.extend(pieces.map(str::to_owned));
        }
        self
    }

    /// Adds a service that the tokens are meant for.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// How the app proves who it is, in place of basic or what the server says that it takes.
    pub fn client_authentication(mut self, authentication: ClientAuthentication) -> Self {
        self.app.authentication = Some(authentication);
        self
    }

    /// These credentials at an endpoint.
    #[doc(hidden)]
    pub fn at(self, endpoint: TokenEndpoint) -> impl Grant {
        Asked {
            request: Request::Credentials(self),
            endpoint,
        }
    }
}

/// What hears of new tokens.
type Listener = Arc<dyn Fn(&TokenSet) + Send + Sync>;

/// Tokens that renew themselves (RFC 6749 section 6): set what is optional.
#[must_use = "tokens do nothing until a client is given them"]
#[derive(Clone)]
pub struct RefreshToken {
    app: App,
    tokens: TokenSet,
    listener: Option<Listener>,
}

impl RefreshToken {
    /// Tokens that the app of this identifier was given, a refresh token among them.
    pub fn new(client_id: impl Into<String>, tokens: TokenSet) -> Self {
        Self {
            app: App::new(client_id),
            tokens,
            listener: None,
        }
    }

    /// The secret of an app that can keep one.
    pub fn client_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.app.secret = Some(secret.into());
        self
    }

    /// How the app proves who it is, in place of basic or what the server says that it takes.
    pub fn client_authentication(mut self, authentication: ClientAuthentication) -> Self {
        self.app.authentication = Some(authentication);
        self
    }

    /// Hears of new tokens before they are used: the place to store them, since with them the last
    /// refresh token may have become void. A call waits for it.
    pub fn on_refresh(mut self, hear: impl Fn(&TokenSet) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(hear));
        self
    }

    /// These tokens at an endpoint.
    #[doc(hidden)]
    pub fn at(self, endpoint: TokenEndpoint) -> impl Grant {
        Asked {
            request: Request::Refresh(self),
            endpoint,
        }
    }
}

#[derive(Clone)]
enum Request {
    Credentials(ClientCredentials),
    Refresh(RefreshToken),
}

/// A request and where it goes, before there is a client to send it.
struct Asked {
    request: Request,
    endpoint: TokenEndpoint,
}

impl Grant for Asked {
    fn begin(&self, client: &ClientCore) -> Result<Arc<dyn Tokens>, InvalidRequestError> {
        match &self.request {
            Request::Credentials(request) => request.app.check()?,
            Request::Refresh(request) => request.app.check()?,
        }
        let source = Source {
            client: client.clone(),
            request: self.request.clone(),
            endpoint: match self.endpoint {
                TokenEndpoint::Url(url) => Endpoint::Told(endpoint::resolve(client, url)?),
                TokenEndpoint::Configuration(url) => {
                    let url = endpoint::resolve(client, url)?;
                    Endpoint::Discovered(Discovered::of_configuration(url))
                }
            },
        };
        Ok(Arc::new(Session::new(source, Arc::clone(client.clock()))))
    }
}

/// A token endpoint, and what it is asked.
struct Source {
    client: ClientCore,
    request: Request,
    endpoint: Endpoint,
}

enum Endpoint {
    Told(BaseUrl),
    Discovered(Discovered),
}

impl Source {
    async fn ask(
        &self,
        app: &App,
        fields: &[(&str, &str)],
    ) -> Result<TokenSet, Box<dyn StdError + Send + Sync>> {
        let (url, authentication) = match &self.endpoint {
            Endpoint::Told(url) => (url.clone(), ClientAuthentication::Basic),
            Endpoint::Discovered(server) => {
                let metadata = server.metadata(&self.client).await?;
                (metadata.token, metadata.authentication)
            }
        };
        let app = app.clone().or_with_secret(authentication);
        // The token's time is counted from the question: it ends here no later than at the server.
        let asked = self.client.clock().time();
        let answer = endpoint::post(&self.client, TOKEN, url, &app, fields).await;
        if let Endpoint::Discovered(server) = &self.endpoint {
            server.hears(&answer);
        }
        token_answer(answer?, asked)
    }
}

impl TokenSource for Source {
    fn initial(&self) -> Option<TokenSet> {
        match &self.request {
            Request::Credentials(_) => None,
            Request::Refresh(request) => Some(request.tokens.clone()),
        }
    }

    fn fetch<'a>(
        &'a self,
        last: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        Box::pin(async move {
            match &self.request {
                Request::Credentials(request) => {
                    let scope = request.scopes.join(" ");
                    let mut fields = vec![("grant_type", "client_credentials")];
                    if !scope.is_empty() {
                        fields.push(("scope", &scope));
                    }
                    let audiences = request.audiences.iter();
                    fields.extend(audiences.map(|audience| ("audience", audience.as_str())));
                    self.ask(&request.app, &fields).await
                }
                Request::Refresh(request) => {
                    let last = last.unwrap_or(&request.tokens);
                    let token = last
                        .refresh_token()
                        .ok_or("it has ended, and there is no refresh token: sign in again")?;
                    let fields = [
                        ("grant_type", "refresh_token"),
                        ("refresh_token", token.expose_secret()),
                    ];
                    let tokens = self.ask(&request.app, &fields).await?.or_else_of(last);
                    if let Some(hear) = &request.listener {
                        hear(&tokens);
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
        f.debug_struct("RefreshToken")
            .field("client_id", &self.app.id)
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}
