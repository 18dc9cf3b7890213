//! A device login before it starts: its settings and the device authorization request.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;

use crate::clock::Clock;
use crate::error::InvalidRequestError;
use crate::oauth::client_authentication::{App, ClientAuthentication};
use crate::oauth::device::error::DeviceLoginError;
use crate::oauth::device::exposed;
use crate::oauth::device::flow::{AuthorizationRequest, DeviceFlow};
use crate::oauth::device::login::{AuthorizationResponse, DeviceLogin};
use crate::oauth::endpoint;
use crate::oauth::grant::add_scopes;
use crate::oauth::refresh::{Refresh, RefreshingTokens, check_app, refresh_tokens, reject_if};
use crate::oauth::sign_in::asks_for_id_token;
use crate::oauth::standard_login::IssuerFlow;
use crate::oauth::store::{StoredSession, TokenStore};
use crate::oauth::token_set::TokenSet;
use crate::transport::BoxFuture;

/// Configures a device login; [`start`](Self::start) sends the first request.
#[must_use = "a login does nothing until it is started"]
pub struct DeviceLoginRequest {
    pub(crate) flow: Arc<dyn DeviceFlow>,
    pub(crate) app: App,
    pub(crate) scopes: Vec<String>,
    pub(crate) audiences: Vec<String>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl DeviceLoginRequest {
    /// Creates a login for the app with this client ID.
    #[doc(hidden)]
    pub fn new(flow: impl DeviceFlow, client_id: impl Into<String>) -> Self {
        Self {
            clock: Arc::clone(flow.client().clock()),
            flow: Arc::new(flow),
            app: App::new(client_id),
            scopes: Vec::new(),
            audiences: Vec::new(),
        }
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

    /// Sets how the app authenticates.
    ///
    /// By default, the secret is sent in the field that the API has for it. With an
    /// [`issuer`](Self::issuer), the default is the method that its metadata names.
    pub fn client_authentication(mut self, authentication: ClientAuthentication) -> Self {
        self.app.authentication = Some(authentication);
        self
    }

    /// Logs in at this authorization server, in place of the API's own operations. The client sends
    /// the requests that the standard defines.
    ///
    /// The endpoints come from the metadata of the server (RFC 8414 or OpenID Connect Discovery),
    /// which must name the same issuer; for Microsoft's issuers `common`, `organizations` and
    /// `consumers`, it may name `{tenantid}` in the place of these. All URLs must be `https`; `http` is
    /// allowed for servers on this machine only.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        let client = self.flow.client().clone();
        self.flow = Arc::new(IssuerFlow::new(client, issuer.into()));
        self
    }

    /// Sets the clock that the login waits by. Defaults to the client's clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Requests a device code and a user code.
    ///
    /// # Errors
    ///
    /// Returns the variant of the error code if the authorization server rejects the request.
    /// Returns [`DeviceLoginError::Request`] if a setting needs a field that the operation doesn't
    /// have, if the request fails, or if the response has no codes.
    pub async fn start(self) -> Result<DeviceLogin, DeviceLoginError> {
        self.check()?;
        let asks_for_id_token = asks_for_id_token(&self.scopes);
        let request = AuthorizationRequest {
            app: self.app.clone(),
            retry: endpoint::retry_any(self.flow.client()),
            client_id: self.app.id.clone(),
            optional_client_id: self.app.body_id().map(str::to_owned),
            client_secret: exposed(self.app.body_secret()),
            scopes: self.scopes,
            audiences: self.audiences,
        };
        // The lifetime counts from before the request is sent, so that the code never expires later
        // here than at the server.
        let (sent, sent_at) = (self.clock.now(), self.clock.time());
        let response = self.flow.authorize(request).await?;
        let response = AuthorizationResponse::read(response)?;
        Ok(DeviceLogin {
            deadline: sent + response.expires_in,
            expires_at: sent_at.checked_add(response.expires_in),
            next_poll: self.clock.now() + response.interval,
            response,
            flow: self.flow,
            app: self.app,
            asks_for_id_token,
            clock: self.clock,
            progress: None,
        })
    }

    /// Requests new tokens with the refresh token of a token set (RFC 6749 section 6).
    ///
    /// Fields that the response omits keep their values, including the refresh token. Scopes and
    /// audiences aren't sent.
    ///
    /// # Errors
    ///
    /// Returns the variant of the error code if the authorization server rejects the request:
    /// [`DeviceLoginError::InvalidGrant`] if the refresh token is no longer valid. Returns
    /// [`DeviceLoginError::Request`] if there is no refresh token, if the request fails, or if the
    /// response has no access token.
    pub async fn refresh(self, tokens: &TokenSet) -> Result<TokenSet, DeviceLoginError> {
        refresh_tokens(&*self.flow, &self.app, &*self.clock, tokens).await
    }

    /// Returns a token source for the client's `with_tokens`, which refreshes these tokens with
    /// their refresh token.
    pub fn refreshing(self, tokens: TokenSet) -> RefreshingTokens {
        RefreshingTokens::new(self, Some(tokens))
    }

    /// Returns the session whose tokens are in this store, for the client's `with_tokens`. It
    /// refreshes them with their refresh token.
    pub fn stored_in(self, store: impl TokenStore) -> StoredSession {
        let clock = Arc::clone(&self.clock);
        StoredSession::new(RefreshingTokens::new(self, None), store).shared_clock(clock)
    }

    /// Rejects settings that no operation has a field for.
    fn check(&self) -> Result<(), InvalidRequestError> {
        let supported = self.flow.supported_fields();
        check_app(&self.app, supported)?;
        reject_if(!self.scopes.is_empty() && !supported.scopes, "scope")?;
        let audience = match supported.max_audiences {
            0 => "audience",
            _ => "second audience",
        };
        reject_if(self.audiences.len() > supported.max_audiences, audience)
    }
}

impl Refresh for DeviceLoginRequest {
    fn refreshed<'a>(
        &'a self,
        tokens: &'a TokenSet,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        Box::pin(async move {
            let refreshed = refresh_tokens(&*self.flow, &self.app, &*self.clock, tokens).await;
            refreshed.map_err(|error: DeviceLoginError| error.into())
        })
    }
}

/// Prints no secret and no audiences.
impl fmt::Debug for DeviceLoginRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceLoginRequest")
            .field("client_id", &self.app.id)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
