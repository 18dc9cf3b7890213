//! Signs a user in: in a browser, or with a device login where there is none.

#[cfg(all(feature = "browser-login", not(target_family = "wasm")))]
pub(crate) mod environment;
mod error;
mod prompt;
mod revocation;

use std::error::Error as StdError;
use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;

use secrecy::SecretString;

use crate::clock::Clock;
use crate::error::InvalidRequestError;
#[cfg(all(feature = "browser-login", not(target_family = "wasm")))]
use crate::oauth::authorization_code::{self, BrowserSettings};
use crate::oauth::client_authentication::{App, ClientAuthentication};
#[cfg(feature = "device-login")]
use crate::oauth::device::{DeviceFlow, DeviceLoginRequest};
#[cfg(all(feature = "browser-login", not(target_family = "wasm")))]
use crate::oauth::discovery::AuthorizationServer;
use crate::oauth::grant::add_scopes;
use crate::oauth::login_flow::LoginFlow;
use crate::oauth::refresh::{Refresh, RefreshingTokens, refresh_tokens};
use crate::oauth::standard_login::IssuerFlow;
use crate::oauth::store::{StoredSession, TokenStore};
use crate::oauth::token_set::TokenSet;
use crate::transport::BoxFuture;

pub use self::error::{ListenError, SignInError};
pub use self::prompt::{BrowserPrompt, SignInPrompt};
pub(crate) use self::prompt::{PromptCallback, show};

/// Signs a user in; await it to get the tokens.
///
/// Where the user has a browser, they sign in there (authorization code grant with PKCE, RFC 6749
/// section 4.1 and RFC 7636), and the browser returns to this machine (RFC 8252 section 7.3). In a
/// session of SSH, and on Unix other than macOS without a display, the client uses the device login (RFC
/// 8628) if the API offers it. The client prints what the user has to do to the standard error;
/// [`on_prompt`](Self::on_prompt) replaces that.
///
/// To cancel the sign-in, drop the future.
///
/// # Errors
///
/// See [`SignInError`].
#[must_use = "a sign-in does nothing until it is awaited"]
pub struct SignIn {
    pub(crate) flow: Arc<dyn LoginFlow>,
    pub(crate) app: App,
    pub(crate) scopes: Vec<String>,
    pub(crate) audiences: Vec<String>,
    pub(crate) on_prompt: Option<PromptCallback>,
    method: Option<Method>,
    clock: Arc<dyn Clock>,
    /// Whether the requests go to an issuer instead of the endpoints of the document.
    at_issuer: bool,
    #[cfg(feature = "device-login")]
    device: Option<Arc<dyn DeviceFlow>>,
    #[cfg(all(feature = "browser-login", not(target_family = "wasm")))]
    pub(crate) browser: BrowserSettings,
}

/// The way in which a user signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    #[cfg(all(feature = "browser-login", not(target_family = "wasm")))]
    Browser,
    #[cfg(feature = "device-login")]
    Device,
}

impl SignIn {
    /// Creates a sign-in of the app with this client ID.
    #[doc(hidden)]
    pub fn new(flow: impl LoginFlow, client_id: impl Into<String>) -> Self {
        Self {
            clock: Arc::clone(flow.client().clock()),
            flow: Arc::new(flow),
            app: App::new(client_id),
            scopes: Vec::new(),
            audiences: Vec::new(),
            on_prompt: None,
            method: None,
            at_issuer: false,
            #[cfg(feature = "device-login")]
            device: None,
            #[cfg(all(feature = "browser-login", not(target_family = "wasm")))]
            browser: BrowserSettings::default(),
        }
    }

    /// Offers the device login as well.
    #[cfg(feature = "device-login")]
    #[doc(hidden)]
    pub fn or_device(mut self, flow: impl DeviceFlow) -> Self {
        self.device = Some(Arc::new(flow));
        self
    }

    /// Adds scopes to request. An item may contain several scopes, separated by spaces.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        add_scopes(&mut self.scopes, scopes);
        self
    }

    /// Adds audiences: the services that the tokens are meant for.
    pub fn audiences(mut self, audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.audiences.extend(audiences.into_iter().map(Into::into));
        self
    }

    /// Sets the client secret of a confidential app.
    pub fn client_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.app.secret = Some(secret.into());
        self
    }

    /// Sets how the app authenticates. Defaults to the method that the server's metadata names. Without
    /// metadata, the default is [`ClientAuthentication::Basic`] at an endpoint, and the field of an
    /// operation that the API has for the secret.
    pub fn client_authentication(mut self, authentication: ClientAuthentication) -> Self {
        self.app.authentication = Some(authentication);
        self
    }

    /// Signs in at this authorization server, in place of the endpoints and operations of the API.
    ///
    /// The endpoints come from the metadata of the server (RFC 8414 or OpenID Connect Discovery),
    /// which must name the same issuer; for Microsoft's issuers `common`, `organizations` and
    /// `consumers`, it may name `{tenantid}` in the place of these. All URLs must be `https`; `http` is
    /// allowed for servers on this machine only.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        let flow = IssuerFlow::new(self.flow.client().clone(), issuer.into());
        #[cfg(feature = "device-login")]
        {
            self.device = Some(Arc::new(flow.clone()));
        }
        self.flow = Arc::new(flow);
        self.at_issuer = true;
        self
    }

    /// Registers a callback that shows the user what to do, in place of the text on the standard error.
    /// It runs before the browser is opened.
    pub fn on_prompt(
        mut self,
        callback: impl Fn(&SignInPrompt<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.on_prompt = Some(Arc::new(callback));
        self
    }

    /// Signs in with the device login, even if there is a browser.
    #[cfg(feature = "device-login")]
    pub fn device(mut self) -> Self {
        self.method = Some(Method::Device);
        self
    }

    /// Signs in with a browser, even if this machine seems to have none. The client opens the browser
    /// only if there is one.
    #[cfg(all(feature = "browser-login", not(target_family = "wasm")))]
    pub fn browser(mut self) -> Self {
        self.method = Some(Method::Browser);
        self
    }

    /// Requests new tokens with the refresh token of a token set (RFC 6749 section 6).
    ///
    /// Fields that the response omits keep their values, including the refresh token. Scopes and
    /// audiences aren't sent.
    ///
    /// # Errors
    ///
    /// Returns [`SignInError::OAuth`] if the authorization server rejects the request, with the code
    /// `invalid_grant` if the refresh token is no longer valid. Returns [`SignInError::Request`] if
    /// there is no refresh token, if the request fails, or if the response has no access token.
    pub async fn refresh(self, tokens: &TokenSet) -> Result<TokenSet, SignInError> {
        refresh_tokens(&*self.flow, &self.app, &*self.clock, tokens).await
    }

    /// Returns a token source for the client's `with_tokens`, which refreshes these tokens with
    /// their refresh token.
    pub fn refreshing(self, tokens: TokenSet) -> RefreshingTokens {
        RefreshingTokens::new(self, Some(tokens))
    }

    /// Returns the session whose tokens are in this store, for the client's `with_tokens`. It refreshes
    /// them with their refresh token.
    pub fn stored_in(self, store: impl TokenStore) -> StoredSession {
        let clock = Arc::clone(&self.clock);
        StoredSession::new(RefreshingTokens::new(self, None), store).shared_clock(clock)
    }

    /// Revokes a token set at the authorization server (RFC 7009), to sign the user out: the refresh
    /// token, then the access token.
    ///
    /// The endpoint comes from the metadata of the server, so the API or [`issuer`](Self::issuer) has to
    /// name it. A server that can't revoke access tokens leaves them to expire.
    ///
    /// # Errors
    ///
    /// Returns [`SignInError::Request`] if the metadata has no `revocation_endpoint` or if a request
    /// fails, and [`SignInError::OAuth`] if the server rejects one. The access token is revoked even
    /// if the refresh token can't be.
    pub async fn revoke(self, tokens: &TokenSet) -> Result<(), SignInError> {
        let server = self.flow.server().await?;
        revocation::revoke(self.flow.client(), server, self.app, tokens).await
    }

    /// Returns whether the scopes ask for an ID token (OpenID Connect Core section 3.1.2.1).
    #[cfg(all(feature = "browser-login", not(target_family = "wasm")))]
    pub(crate) fn asks_for_id_token(&self) -> bool {
        asks_for_id_token(&self.scopes)
    }

    /// Returns the clock by which tokens expire.
    #[cfg(all(feature = "browser-login", not(target_family = "wasm")))]
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    async fn run(self) -> Result<TokenSet, SignInError> {
        #[cfg(all(feature = "browser-login", not(target_family = "wasm")))]
        if self.may_use_browser() {
            let server = self.server().await?;
            if self.uses_browser(&server)? {
                return authorization_code::run(self, server).await;
            }
        }
        self.run_device().await
    }

    /// Signs in with the device login.
    #[cfg(feature = "device-login")]
    async fn run_device(mut self) -> Result<TokenSet, SignInError> {
        let Some(flow) = self.device.take() else {
            return Err(InvalidRequestError::new("the API has no device login").into());
        };
        let callback = self.on_prompt.take();
        let login = DeviceLoginRequest {
            flow,
            app: self.app,
            scopes: self.scopes,
            audiences: self.audiences,
            clock: self.clock,
        };
        let login = login.start().await?;
        show(&SignInPrompt::Device(&login), callback.as_ref());
        Ok(login.wait().await?)
    }

    #[cfg(not(feature = "device-login"))]
    async fn run_device(self) -> Result<TokenSet, SignInError> {
        let message = "a browser can't be used here, and the API has no device login";
        Err(InvalidRequestError::new(message).into())
    }
}

/// Returns whether scopes ask for an ID token (OpenID Connect Core section 3.1.2.1).
#[must_use]
pub(crate) fn asks_for_id_token(scopes: &[String]) -> bool {
    scopes.iter().any(|scope| scope == "openid")
}

/// The choice between a browser and the device login.
#[cfg(all(feature = "browser-login", not(target_family = "wasm")))]
impl SignIn {
    /// Returns whether the user of the client leaves a choice.
    fn may_use_browser(&self) -> bool {
        matches!(self.method, None | Some(Method::Browser))
    }

    async fn server(&self) -> Result<AuthorizationServer, SignInError> {
        let mut server = self.flow.server().await?;
        if let Some(url) = self.browser.authorization_url()? {
            server.authorization = Some(url);
        }
        Ok(server)
    }

    fn uses_browser(&self, server: &AuthorizationServer) -> Result<bool, SignInError> {
        let has_fields = self.flow.supported_fields().authorization_code;
        let offers_browser = has_fields && server.authorization.is_some();
        let offers_device = self.offers_device(server);
        match self.method {
            None if offers_browser && (self.browser.is_visible() || !offers_device) => Ok(true),
            None if offers_device => Ok(false),
            Some(Method::Browser) if offers_browser => Ok(true),
            _ => Err(InvalidRequestError::new(
                "no authorization endpoint is known: set the issuer, or the authorization URL",
            )
            .into()),
        }
    }

    #[cfg(feature = "device-login")]
    fn offers_device(&self, server: &AuthorizationServer) -> bool {
        let is_known = !self.at_issuer || server.device_authorization.is_some();
        self.device.is_some() && is_known
    }

    #[cfg(not(feature = "device-login"))]
    fn offers_device(&self, _: &AuthorizationServer) -> bool {
        false
    }
}

impl IntoFuture for SignIn {
    type Output = Result<TokenSet, SignInError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl Refresh for SignIn {
    fn refreshed<'a>(
        &'a self,
        tokens: &'a TokenSet,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        Box::pin(async move {
            let refreshed = refresh_tokens(&*self.flow, &self.app, &*self.clock, tokens).await;
            refreshed.map_err(|error: SignInError| error.into())
        })
    }
}

/// Prints no secret, no audiences and no parameters.
impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("client_id", &self.app.id)
            .field("scopes", &self.scopes)
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}
