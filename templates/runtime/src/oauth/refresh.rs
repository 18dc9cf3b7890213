//! Tokens of a device login that are refreshed with their refresh token.

use std::error::Error as StdError;
use std::fmt;

use crate::oauth::device::DeviceLoginRequest;
use crate::oauth::fetch_failure::SessionEndedError;
use crate::oauth::token_set::TokenSet;
use crate::oauth::token_source::TokenSource;
use crate::transport::BoxFuture;

/// A callback that receives new tokens.
type RefreshCallback = Box<dyn Fn(&TokenSet) + Send + Sync>;

/// Tokens of a device login that the client refreshes before they expire (RFC 6749 section 6).
///
/// Created by [`DeviceLoginRequest::refreshing`]. This is a [`TokenSource`] for the client's
/// `with_tokens`.
#[must_use = "tokens are refreshed only by a client"]
pub struct RefreshingTokens {
    login: DeviceLoginRequest,
    /// The first tokens; `None` if they are in a store.
    tokens: Option<TokenSet>,
    on_refresh: Option<RefreshCallback>,
}

impl RefreshingTokens {
    pub(crate) fn new(login: DeviceLoginRequest, tokens: Option<TokenSet>) -> Self {
        Self {
            login,
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
            let tokens = self.login.refresh_tokens(last).await;
            let tokens = tokens.map_err(|error| SessionEndedError::after_refresh(error.into()))?;
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
