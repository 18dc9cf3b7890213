//! A session whose tokens are in a store.

use std::error::Error as StdError;
use std::fmt;
use std::future::pending;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::ExposeSecret;
use tokio::runtime::Handle;

use crate::clock::{Clock, TokioClock};
use crate::oauth::fetch_failure::SessionEndedError;
use crate::oauth::store::{TokenStore, TokenStoreError};
use crate::oauth::token_set::TokenSet;
use crate::oauth::token_source::TokenSource;
use crate::transport::BoxFuture;

type BoxError = Box<dyn StdError + Send + Sync>;

/// A callback that receives the error of a store, and the tokens that aren't stored.
type ErrorCallback = Arc<dyn Fn(&TokenStoreError, &TokenSet) + Send + Sync>;

/// A session whose tokens are in a [`TokenStore`].
///
/// It survives the program and can be shared by several processes.
///
/// This is a [`TokenSource`] for the client's `with_tokens`. Clones are the same session.
///
/// ```
/// # #[cfg(all(feature = "device-login", feature = "token-file"))]
/// # async fn example(
/// #     client: wiretrue::codegen::ClientCore,
/// #     login: impl Fn() -> wiretrue::oauth::DeviceLoginRequest,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// use wiretrue::oauth::DefaultTokenStore;
///
/// let store = DefaultTokenStore::for_app("my-app").await?;
/// let session = login().stored_in(store);
/// if !session.is_signed_in().await? {
///     let login = login().start().await?;
///     println!("Visit {} and enter {}", login.verification_uri(), login.user_code());
///     session.save(&login.wait().await?).await?;
/// }
/// let client = client.with_tokens(session);
/// # Ok(())
/// # }
/// ```
///
/// # Refresh
///
/// The session takes the lock of the store before it refreshes the tokens, and reads the stored
/// ones again. If another process has stored valid ones in the meantime, the session uses them
/// without a request. Otherwise it refreshes the stored ones and stores the new ones before it
/// releases the lock.
///
/// A server that issues a new refresh token with each refresh revokes the old one. Between its
/// response and the stored tokens, the session does nothing else. In a tokio runtime, a refresh is
/// a task of its own, so it completes although the call that needs it is dropped. Only if the
/// process or the machine fails between the request and the stored tokens, the new refresh token is
/// lost, and the user has to sign in again.
///
/// # Failures of the store
///
/// - If the tokens can't be locked or read, nothing is refreshed: the session keeps using its
///   access token while that is valid, and calls fail with the error of the store after that.
/// - If the new tokens can't be stored, the call succeeds with them. The callback
///   [`on_store_error`](Self::on_store_error) receives the error and the tokens, and the session
///   tries to store them again before the next refresh.
/// - If there are no stored tokens, or the server rejects the refresh token, the session has ended:
///   [`Error::is_session_ended`](crate::Error::is_session_ended) is `true`. The stored tokens are
///   kept. The session continues once this or another process has stored others.
#[derive(Clone)]
#[must_use = "a session does nothing unless passed to a client"]
pub struct StoredSession {
    source: Arc<dyn TokenSource>,
    store: Arc<dyn TokenStore>,
    clock: Arc<dyn Clock>,
    on_store_error: Option<ErrorCallback>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// New tokens that couldn't be stored.
    unsaved: Option<Unsaved>,
    /// The tokens that can't be refreshed, and why.
    ended: Option<(TokenSet, SessionEndedError)>,
}

#[derive(Clone)]
struct Unsaved {
    tokens: TokenSet,
    /// The stored tokens that they replace.
    replaced: TokenSet,
}

impl StoredSession {
    /// Creates a session from the source that refreshes its tokens and the store that keeps them.
    ///
    /// The session calls `fetch` of the source with the stored tokens, and never calls `initial`.
    pub fn new(source: impl TokenSource, store: impl TokenStore) -> Self {
        Self {
            source: Arc::new(source),
            store: Arc::new(store),
            clock: Arc::new(TokioClock),
            on_store_error: None,
            state: Arc::default(),
        }
    }

    /// Sets the clock by which stored tokens expire. Defaults to the time of the system.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets a clock that is shared.
    pub(crate) fn shared_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Registers a callback that receives the error if refreshed tokens can't be stored, and these
    /// tokens. With the feature `tracing`, the error is also logged as a warning.
    ///
    /// The refresh waits for the callback to return. If the tokens stay unsaved until the program
    /// ends, the user may have to sign in again.
    pub fn on_store_error(
        mut self,
        callback: impl Fn(&TokenStoreError, &TokenSet) + Send + Sync + 'static,
    ) -> Self {
        self.on_store_error = Some(Arc::new(callback));
        self
    }

    /// Returns whether there are stored tokens that are valid or can be refreshed, as far as is
    /// known without a request.
    ///
    /// # Errors
    ///
    /// Returns the error of the store if the tokens can't be read.
    pub async fn is_signed_in(&self) -> Result<bool, TokenStoreError> {
        let now = self.clock.time();
        let tokens = self.tokens().await?;
        Ok(tokens.is_some_and(|it| it.refresh_token().is_some() || !it.is_expired(now)))
    }

    /// Returns the stored tokens.
    ///
    /// # Errors
    ///
    /// Returns the error of the store if the tokens can't be read.
    pub async fn tokens(&self) -> Result<Option<TokenSet>, TokenStoreError> {
        self.store.load().await
    }

    /// Stores the tokens of a new login in place of all earlier ones.
    ///
    /// Clients that hold earlier tokens send them until they expire, so create the client after
    /// this.
    ///
    /// # Errors
    ///
    /// Returns the error of the store if the tokens can't be written.
    pub async fn save(&self, tokens: &TokenSet) -> Result<(), TokenStoreError> {
        let (session, tokens) = (self.clone(), tokens.clone());
        run_to_completion(async move {
            let _lock = session.store.lock().await?;
            session.store.save(&tokens).await?;
            *session.state() = State::default();
            Ok(())
        })
        .await
    }

    /// Deletes the stored tokens, and returns them, so that they can be revoked. Returns `None` if
    /// there are none or they are corrupt.
    ///
    /// The session ends in all processes that share it as soon as they need new tokens; until then,
    /// their clients send the access token that they hold.
    ///
    /// # Errors
    ///
    /// Returns the error of the store if the tokens can't be deleted.
    pub async fn sign_out(&self) -> Result<Option<TokenSet>, TokenStoreError> {
        let session = self.clone();
        run_to_completion(async move {
            let _lock = session.store.lock().await?;
            let tokens = session.store.load().await;
            session.store.delete().await?;
            let unsaved = std::mem::take(&mut *session.state()).unsaved;
            Ok(match unsaved {
                Some(unsaved) => Some(unsaved.tokens),
                None => tokens.unwrap_or_default(),
            })
        })
        .await
    }

    /// Locks the state, even if the lock is poisoned: no code panics with it half-changed.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns tokens to use in place of `last`.
    async fn replacement(&self, last: Option<&TokenSet>) -> Result<TokenSet, BoxError> {
        let has_unsaved = self.state().unsaved.is_some();
        if !has_unsaved && let Some(tokens) = self.usable(self.store.load().await?, last)? {
            return Ok(tokens);
        }
        let _lock = self.store.lock().await?;
        let stored = self.latest().await?;
        if let Some(tokens) = self.usable(stored.clone(), last)? {
            return Ok(tokens);
        }
        let Some(stored) = stored else {
            return Err(signed_out().into());
        };
        let fetched = self.source.fetch(Some(&stored)).await;
        let tokens = fetched.map_err(|error| self.ended(&stored, error))?;
        self.store_refreshed(&stored, &tokens).await;
        Ok(tokens)
    }

    /// Returns stored tokens if they can be used in place of `last`, without a request.
    ///
    /// # Errors
    ///
    /// Fails if it is known that no others can be obtained.
    fn usable(
        &self,
        stored: Option<TokenSet>,
        last: Option<&TokenSet>,
    ) -> Result<Option<TokenSet>, SessionEndedError> {
        let Some(stored) = stored else {
            return Err(signed_out());
        };
        let is_new = last.is_none_or(|last| !is_same(&stored, last));
        if is_new && !stored.is_expired(self.clock.time()) {
            return Ok(Some(stored));
        }
        match &self.state().ended {
            Some((tokens, error)) if is_same(tokens, &stored) => Err(error.clone()),
            _ => Ok(None),
        }
    }

    /// Returns the latest tokens: the stored ones, or those that replace them and couldn't be
    /// stored.
    async fn latest(&self) -> Result<Option<TokenSet>, TokenStoreError> {
        let stored = self.store.load().await?;
        let Some(unsaved) = self.state().unsaved.clone() else {
            return Ok(stored);
        };
        let is_replaced = |stored: &TokenSet| is_same(stored, &unsaved.replaced);
        if !stored.as_ref().is_some_and(is_replaced) {
            // Another process has signed in or out.
            self.state().unsaved = None;
            return Ok(stored);
        }
        self.store_refreshed(&unsaved.replaced, &unsaved.tokens)
            .await;
        Ok(Some(unsaved.tokens))
    }

    /// Stores new tokens in place of others.
    async fn store_refreshed(&self, replaced: &TokenSet, tokens: &TokenSet) {
        let Err(error) = self.store.save(tokens).await else {
            self.state().unsaved = None;
            return;
        };
        #[cfg(feature = "tracing")]
        tracing::warn!(%error, "the refreshed tokens can't be stored");
        let mut state = self.state();
        // If earlier ones couldn't be stored either, the store still has those that they replaced.
        let replaced = match state.unsaved.take() {
            Some(earlier) => earlier.replaced,
            None => replaced.clone(),
        };
        state.unsaved = Some(Unsaved {
            tokens: tokens.clone(),
            replaced,
        });
        drop(state);
        if let Some(callback) = &self.on_store_error {
            callback(&error, tokens);
        }
    }

    /// Remembers the end of a session, so that its tokens are never sent again.
    fn ended(&self, stored: &TokenSet, error: BoxError) -> BoxError {
        match error.downcast::<SessionEndedError>() {
            Ok(ended) => {
                let ended = ended.until_tokens_are_stored();
                self.state().ended = Some((stored.clone(), ended.clone()));
                ended.into()
            }
            Err(error) => error,
        }
    }
}

impl TokenSource for StoredSession {
    fn fetch<'a>(
        &'a self,
        last: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        let (session, last) = (self.clone(), last.cloned());
        Box::pin(run_to_completion(async move {
            session.replacement(last.as_ref()).await
        }))
    }
}

/// Returns whether both are the same tokens of the same session.
fn is_same(one: &TokenSet, other: &TokenSet) -> bool {
    let secrets = |tokens: &TokenSet| {
        let refresh_token = tokens
            .refresh_token()
            .map(|it| it.expose_secret().to_owned());
        (
            tokens.access_token().expose_secret().to_owned(),
            refresh_token,
        )
    };
    secrets(one) == secrets(other)
}

fn signed_out() -> SessionEndedError {
    let error = SessionEndedError::new("no tokens are stored: sign in");
    error.until_tokens_are_stored()
}

/// Runs a future as a task, if there is a runtime: a call that is dropped must neither lose new
/// tokens nor keep the lock of other processes.
async fn run_to_completion<T: Send + 'static>(
    future: impl Future<Output = T> + Send + 'static,
) -> T {
    let Ok(runtime) = Handle::try_current() else {
        return future.await;
    };
    #[cfg(feature = "tracing")]
    let future = tracing::Instrument::in_current_span(future);
    match runtime.spawn(future).await {
        Ok(value) => value,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // The runtime shuts down, and nobody there waits any longer. Whoever shares the future
            // from another runtime begins anew.
            Err(_) => pending().await,
        },
    }
}

/// Prints no token.
impl fmt::Debug for StoredSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredSession").finish_non_exhaustive()
    }
}
