//! Tokens that are renewed by their refresh token.

use std::error::Error as StdError;
use std::fmt;

use crate::oauth::device::DeviceLoginRequest;
use crate::oauth::token_set::TokenSet;
use crate::oauth::token_source::TokenSource;
use crate::transport::BoxFuture;

/// What hears of new tokens.
type Listener = Box<dyn Fn(&TokenSet) + Send + Sync>;

/// Tokens of a login, renewed by their refresh token (RFC 6749 section 6): a source for
/// [`Client::with_tokens`](crate::client::Client::with_tokens).
#[must_use = "tokens are renewed only for a client that is given them"]
pub struct RefreshingTokens {
    login: DeviceLoginRequest,
    tokens: TokenSet,
    listener: Option<Listener>,
}

impl RefreshingTokens {
    pub(crate) fn new(login: DeviceLoginRequest, tokens: TokenSet) -> Self {
        Self {
            login,
            tokens,
            listener: None,
        }
    }

    /// Hears of new tokens before they are used: the place to store them, since with them the last
    /// refresh token may have become void. A call waits for it.
    pub fn on_refresh(mut self, hear: impl Fn(&TokenSet) + Send + Sync + 'static) -> Self {
        self.listener = Some(Box::new(hear));
        self
    }
}

impl TokenSource for RefreshingTokens {
    fn initial(&self) -> Option<TokenSet> {
        Some(self.tokens.clone())
    }

    fn fetch<'a>(
        &'a self,
        last: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        Box::pin(async move {
            let last = last.unwrap_or(&self.tokens);
            if last.refresh_token().is_none() {
                return Err("it has ended, and there is no refresh token: sign in again".into());
            }
            let tokens = self.login.renew(last).await?;
            if let Some(hear) = &self.listener {
                hear(&tokens);
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
