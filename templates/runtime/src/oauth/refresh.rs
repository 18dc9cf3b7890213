//! Tokens of a login that are refreshed with their refresh token.

use std::error::Error as StdError;
use std::fmt;

use secrecy::ExposeSecret;

use crate::clock::Clock;
use crate::error::{Error, InvalidRequestError};
use crate::oauth::client_authentication::App;
use crate::oauth::endpoint;
use crate::oauth::fetch_failure::SessionEndedError;
use crate::oauth::login_flow::{LoginFlow, SupportedFields, TokenRequest};
use crate::oauth::response::{OAuthError, read_tokens};
use crate::oauth::token_set::TokenSet;
use crate::oauth::token_source::TokenSource;
use crate::transport::BoxFuture;

/// The `grant_type` of a refresh (RFC 6749 section 6).
const REFRESH_TOKEN: &str = "refresh_token";

/// A login whose tokens can be refreshed.
pub(crate) trait Refresh: fmt::Debug + Send + Sync + 'static {
    /// Requests new tokens with the refresh token of a token set.
    fn refreshed<'a>(
        &'a self,
        tokens: &'a TokenSet,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>>;
}

/// Requests new tokens with the refresh token of a token set. Fields that the response omits keep
/// their values.
pub(crate) async fn refresh_tokens<E>(
    flow: &(impl LoginFlow + ?Sized),
    app: &App,
    clock: &dyn Clock,
    tokens: &TokenSet,
) -> Result<TokenSet, E>
where
    E: From<OAuthError> + From<Error> + From<InvalidRequestError>,
{
    let supported = flow.supported_fields();
    check_app(app, supported)?;
    reject_if(!supported.refresh_token, "refresh token")?;
    let Some(refresh_token) = tokens.refresh_token() else {
        return Err(InvalidRequestError::new("the token set has no refresh token").into());
    };
    // The lifetime counts from before the request is sent, so that a token never expires later here
    // than at the server.
    let requested_at = clock.time();
    let retry = endpoint::retry_unprocessed(flow.client());
    let mut request = TokenRequest::new(app, REFRESH_TOKEN, retry);
    request.refresh_token = Some(refresh_token.expose_secret().to_owned());
    let response = flow.token(request).await?;
    let new = read_tokens::<E>(response, requested_at)?;
    Ok(new.with_defaults_from(tokens))
}

/// Rejects an app whose secret the operations of a login have no field for.
pub(crate) fn check_app(app: &App, supported: SupportedFields) -> Result<(), InvalidRequestError> {
    app.validate()?;
    let unsupported = app.body_secret().is_some() && !supported.client_secret;
    reject_if(unsupported, "client secret")
}

/// Rejects a setting that the operations of a login have no field for.
pub(crate) fn reject_if(unsupported: bool, what: &str) -> Result<(), InvalidRequestError> {
    if unsupported {
        let message = format!("the login operations of this API have no field for the {what}");
        return Err(InvalidRequestError::new(message));
    }
    Ok(())
}

/// A callback that receives new tokens.
type RefreshCallback = Box<dyn Fn(&TokenSet) + Send + Sync>;

/// Tokens of a login that the client refreshes before they expire (RFC 6749 section 6).
///
/// Created by the method `refreshing` of [`SignIn`](crate::oauth::SignIn) and of a device login. This is a [`TokenSource`] for the client's
/// `with_tokens`.
#[must_use = "tokens are refreshed only by a client"]
pub struct RefreshingTokens {
    login: Box<dyn Refresh>,
    /// The first tokens; `None` if they are in a store.
    tokens: Option<TokenSet>,
    on_refresh: Option<RefreshCallback>,
}

impl RefreshingTokens {
    pub(crate) fn new(login: impl Refresh, tokens: Option<TokenSet>) -> Self {
        Self {
            login: Box::new(login),
            tokens,
            on_refresh: None,
        }
    }

    /// Registers a callback that receives new tokens before they are used. The calls that need the
    /// tokens wait for the callback to return.
    ///
    /// Store the tokens in this callback: the server may have revoked the previous refresh token.
    pub fn on_refresh(mut self, callback: impl Fn(&TokenSet) + Send + Sync + 'static) -> Self {
        self.on_refresh = Some(Box::new(callback));
        self
    }
}

impl TokenSource for RefreshingTokens {
    fn initial(&self) -> Option<TokenSet> {
        self.tokens.clone()
    }

    fn fetch<'a>(
        &'a self,
        last: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        Box::pin(async move {
            let last = last.or(self.tokens.as_ref());
            let Some(last) = last.filter(|last| last.refresh_token().is_some()) else {
                return Err(SessionEndedError::without_refresh_token().into());
            };
            let tokens = self.login.refreshed(last).await;
            let tokens = tokens.map_err(SessionEndedError::after_refresh)?;
            if let Some(callback) = &self.on_refresh {
                callback(&tokens);
            }
            Ok(tokens)
        })
    }
}

/// Prints no token.
impl fmt::Debug for RefreshingTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshingTokens")
            .field("login", &self.login)
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}
