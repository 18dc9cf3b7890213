//! Where a client's tokens come from.

use std::error::Error as StdError;

use crate::oauth::token_set::TokenSet;
use crate::transport::BoxFuture;

/// Supplies the tokens with which a client authenticates; pass it to the client's `with_tokens`.
///
/// The client keeps the tokens. It calls [`fetch`](Self::fetch) shortly before they expire, and
/// when a server rejects them with 401, once for all calls that wait for tokens. If the call that
/// started a fetch is dropped, the fetch continues with the calls that wait, or with the next call.
///
/// A source must not send calls with the client that it supplies: they would wait for the source
/// itself.
///
/// ```
/// use std::error::Error;
///
/// use wiretrue::oauth::{TokenSet, TokenSource};
/// use wiretrue::transport::BoxFuture;
///
/// /// Reads the access token from a file that another process keeps current.
/// struct TokenFile;
///
/// impl TokenSource for TokenFile {
///     fn fetch<'a>(
///         &'a self,
///         _last: Option<&'a TokenSet>,
///     ) -> BoxFuture<'a, Result<TokenSet, Box<dyn Error + Send + Sync>>> {
///         Box::pin(async {
///             let token = std::fs::read_to_string("/run/secrets/access-token")?;
///             Ok(TokenSet::new(token.trim()))
///         })
///     }
/// }
/// ```
pub trait TokenSource: Send + Sync + 'static {
    /// Returns tokens that are available without a request, such as those of an earlier run. Called
    /// once, when the client is created.
    fn initial(&self) -> Option<TokenSet> {
        None
    }

    /// Fetches new tokens. `last` is the token set in use, which expires or was rejected; `None` if
    /// there is none yet.
    ///
    /// # Errors
    ///
    /// May return any error; its message must not contain a secret. If the last token is still
    /// valid, the client keeps using it. Otherwise the waiting calls fail with this error, as
    /// [`Error::Authentication`](crate::Error::Authentication).
    ///
    /// After a failure, the client waits before it fetches again: a second, then longer. If the error
    /// is an [`Error`](crate::Error) or an [`OAuthError`](crate::oauth::OAuthError) of a response with
    /// `Retry-After`, the client waits as long as that says, but at most an hour. After a
    /// [`SessionEndedError`](crate::oauth::SessionEndedError), it never fetches again.
    fn fetch<'a>(
        &'a self,
        last: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>>;
}

/// Always returns the same tokens. The client sends them even after they have expired.
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
