//! Where the tokens of a client come from.

use std::error::Error as StdError;

use crate::oauth::token_set::TokenSet;
use crate::transport::BoxFuture;

/// Gives the tokens that a client signs its calls with: see
/// [`Client::with_tokens`](crate::client::Client::with_tokens).
///
/// The client keeps what it is given and asks again shortly before the end, or once a server has
/// refused the token. It asks once, however many calls wait for the answer, and goes on with the
/// question though the call that raised it is dropped.
///
/// A source must not call with the client that it serves: that call would wait for the source.
pub trait TokenSource: Send + Sync + 'static {
    /// Tokens that are at hand without a question, such as those of an earlier run.
    fn initial(&self) -> Option<TokenSet> {
        None
    }

    /// Asks for tokens. `last` is the set in use, which ends or was refused; `None` at first.
    ///
    /// # Errors
    ///
    /// Whatever prevents it. The calls that wait fail with it, as
    /// [`Error::Authentication`](crate::error::Error::Authentication), unless the last
    /// token still holds. It must not print a secret.
    fn fetch<'a>(
        &'a self,
        last: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>>;
}

/// These tokens and no others. They are sent as they are, for the server to judge.
impl TokenSource for TokenSet {
    fn initial(&self) -> Option<TokenSet> {
        Some(self.clone())
    }

    fn fetch<'a>(
        &'a self,
        _last: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        Box::pin(async { Ok(self.clone()) })
    }
}
