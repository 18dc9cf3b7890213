//! The tokens in use: cached, refreshed before they expire, and fetched once however many calls
//! wait.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::auth::{Token, Tokens};
use crate::client::ClientCore;
use crate::clock::{Clock, Instant};
use crate::error::{AuthenticationError, InvalidRequestError};
use crate::oauth::fetch_failure::{FetchError, FetchFailure};
use crate::oauth::single_flight::SingleFlight;
use crate::oauth::token_set::TokenSet;
use crate::oauth::token_source::TokenSource;
use crate::transport::BoxFuture;

/// How long before its expiry a token is refreshed, unless a tenth of its lifetime is shorter.
const REFRESH_MARGIN: Duration = Duration::from_secs(60);
/// How long a rejected token stays in use if it replaced another rejected token: fetching a third
/// one would hardly help.
const REPLACEMENT_GRACE: Duration = Duration::from_secs(30);

impl ClientCore {
    /// Returns a client that authenticates its calls with tokens from `source`.
    ///
    /// Calls send the access token as `Authorization: Bearer …` (RFC 6750) if the operation accepts
    /// a bearer token. If the document has no scheme for bearer tokens, the token replaces any
    /// other credential in that header.
    ///
    /// The client caches the tokens and refreshes them shortly before they expire. However many
    /// calls wait, it fetches them once. A call that the server rejects with 401 is sent once more
    /// with fresh tokens, unless its body is a stream. Clones of the returned client share its
    /// tokens.
    ///
    /// A [`TokenSet`] is a source that always returns the same tokens. Implement [`TokenSource`]
    /// for others.
    #[must_use]
    pub fn with_tokens(&self, source: impl TokenSource) -> Self {
        let clock = Arc::clone(self.clock());
        self.signed(Some(Arc::new(Session::new(source, clock))))
    }
}

type FetchResult = Result<TokenSet, FetchError>;

/// A point in time by both clocks.
///
/// The monotonic clock may stop while a device sleeps, and the time of day may be set. A token
/// counts as expired as soon as one of them says so.
#[derive(Clone, Copy)]
struct ClockReading {
    monotonic: Instant,
    wall: SystemTime,
}

impl ClockReading {
    fn now(clock: &dyn Clock) -> Self {
        Self {
            monotonic: clock.now(),
            wall: clock.time(),
        }
    }

    /// Adds a duration; `None` if the result is out of a clock's range.
    fn after(self, duration: Duration) -> Option<Self> {
        Some(Self {
            monotonic: self.monotonic.checked_add(duration)?,
            wall: self.wall.checked_add(duration)?,
        })
    }

    fn has_passed(self, now: Self) -> bool {
        now.monotonic >= self.monotonic || now.wall >= self.wall
    }
}

/// A token source and the tokens that it returned.
pub(crate) struct Session {
    source: Arc<dyn TokenSource>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<CurrentTokens>,
    pending: Option<PendingFetch>,
    failure: Option<FetchFailure>,
}

/// The tokens in use.
struct CurrentTokens {
    tokens: TokenSet,
    token: Token,
    /// When to refresh them, and when they expire.
    times: Option<(ClockReading, ClockReading)>,
    /// Whether the server has rejected them.
    rejected: bool,
    /// When they replaced rejected tokens; `None` once a server has accepted them.
    replaced_at: Option<Instant>,
}

/// A fetch that is in flight.
#[derive(Clone)]
struct PendingFetch {
    flight: SingleFlight<FetchResult>,
    started: ClockReading,
    after_rejection: bool,
}

/// What a call does next.
enum NextStep {
    Send(Token),
    Wait(PendingFetch),
    Fail(AuthenticationError),
}

impl Session {
    /// Creates a session. Fetches nothing yet.
    #[must_use]
    pub(crate) fn new(source: impl TokenSource, clock: Arc<dyn Clock>) -> Self {
        let now = ClockReading::now(&*clock);
        let current = source
            .initial()
            .map(|tokens| CurrentTokens::of(tokens, now));
        let (current, failure) = match current.transpose() {
            Ok(current) => (current, None),
            Err(error) => {
                let error = FetchError::new(error.into(), now.wall);
                (None, Some(FetchFailure::after(None, error, now.monotonic)))
            }
        };
        Self {
            source: Arc::new(source),
            clock,
            state: Mutex::new(State {
                current,
                pending: None,
                failure,
            }),
        }
    }

    /// Locks the state, even if the lock is poisoned: no code panics with it half-changed.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_step(&self) -> NextStep {
        let now = ClockReading::now(&*self.clock);
        let mut state = self.state();
        if let Some(current) = state
            .current
            .as_ref()
            .filter(|current| current.is_fresh(now))
        {
            return NextStep::Send(current.token.clone());
        }
        if let Some(pending) = &state.pending {
            return NextStep::Wait(pending.clone());
        }
        let failure = state.failure.as_ref();
        if let Some(error) = failure.and_then(|failure| failure.error(now.monotonic)) {
            return match &state.current {
                Some(current) if current.is_valid(now) => NextStep::Send(current.token.clone()),
                _ => NextStep::Fail(error.clone().into()),
            };
        }
        let pending = self.start_fetch(state.current.as_ref(), now);
        NextStep::Wait(state.pending.insert(pending).clone())
    }

    fn start_fetch(&self, current: Option<&CurrentTokens>, now: ClockReading) -> PendingFetch {
        let (source, clock) = (Arc::clone(&self.source), Arc::clone(&self.clock));
        let last = current.map(|current| current.tokens.clone());
        let flight = SingleFlight::new(move || {
            let (source, clock) = (Arc::clone(&source), Arc::clone(&clock));
            let last = last.clone();
            Box::pin(async move {
                let outcome = source.fetch(last.as_ref()).await;
                outcome.map_err(|error| FetchError::new(error, clock.time()))
            })
        });
        PendingFetch {
            flight,
            started: now,
            after_rejection: current.is_some_and(|current| current.rejected),
        }
    }

    /// Records the result of a fetch. The first waiter that sees the result does so.
    fn record(
        &self,
        pending: &PendingFetch,
        outcome: FetchResult,
    ) -> Result<Token, AuthenticationError> {
        let now = ClockReading::now(&*self.clock);
        let mut state = self.state();
        let current = outcome.and_then(|tokens| {
            let current = CurrentTokens::fetched(tokens, pending);
            current.map_err(|error| FetchError::new(error.into(), now.wall))
        });
        let pending_now = state.pending.as_ref();
        let is_first = pending_now.is_some_and(|it| it.flight.ptr_eq(&pending.flight));
        if is_first {
            state.pending = None;
        }
        match current {
            Ok(current) => {
                let token = current.token.clone();
                if is_first {
                    state.current = Some(current);
                    state.failure = None;
                }
                Ok(token)
            }
            Err(error) => {
                if is_first {
                    let earlier = state.failure.take();
                    let failure = FetchFailure::after(earlier, error.clone(), now.monotonic);
                    state.failure = Some(failure);
                }
                match &state.current {
                    Some(current) if current.is_valid(now) => Ok(current.token.clone()),
                    _ => Err(error.into()),
                }
            }
        }
    }
}

impl Tokens for Session {
    fn token(&self) -> BoxFuture<'_, Result<Token, AuthenticationError>> {
        Box::pin(async move {
            let pending = match self.next_step() {
                NextStep::Send(token) => return Ok(token),
                NextStep::Fail(error) => return Err(error),
                NextStep::Wait(pending) => pending,
            };
            let panicked =
                || FetchError::new("the token source panicked".into(), self.clock.time());
            let outcome = pending.flight.wait().await;
            self.record(&pending, outcome.unwrap_or_else(|| Err(panicked())))
        })
    }

    fn answered(&self, token: &Token, rejected: bool) {
        let now = self.clock.now();
        let mut state = self.state();
        let Some(current) = state
            .current
            .as_mut()
            .filter(|current| current.token == *token)
        else {
            return;
        };
        if !rejected {
            current.replaced_at = None;
        } else if current
            .replaced_at
            .is_none_or(|since| now >= since + REPLACEMENT_GRACE)
        {
            current.rejected = true;
        }
    }
}

impl CurrentTokens {
    /// Creates current tokens whose lifetime counts from `since`.
    fn of(tokens: TokenSet, since: ClockReading) -> Result<Self, InvalidRequestError> {
        let token = tokens.bearer()?;
        let left = tokens.expires_at().map(|expiry| {
            let left = expiry.duration_since(since.wall);
            left.unwrap_or_default()
        });
        let times = left.and_then(|left| {
            let early = REFRESH_MARGIN.min(left / 10);
            Some((since.after(left - early)?, since.after(left)?))
        });
        Ok(Self {
            tokens,
            token,
            times,
            rejected: false,
            replaced_at: None,
        })
    }

    /// Creates current tokens from those that a source has returned.
    fn fetched(tokens: TokenSet, pending: &PendingFetch) -> Result<Self, InvalidRequestError> {
        // A server doesn't issue expired tokens, so its clock and this one differ. The expiry time
        // is useless then; the server rejects the tokens when they expire.
        let already_expired = tokens.is_expired(pending.started.wall);
        let current = Self::of(tokens, pending.started)?;
        Ok(Self {
            times: current.times.filter(|_| !already_expired),
            replaced_at: pending.after_rejection.then_some(pending.started.monotonic),
            ..current
        })
    }

    /// Returns whether the tokens can be sent.
    fn is_valid(&self, now: ClockReading) -> bool {
        !self.rejected && !self.times.is_some_and(|(_, expiry)| expiry.has_passed(now))
    }

    /// Returns whether the tokens can be sent and needn't be refreshed yet.
    fn is_fresh(&self, now: ClockReading) -> bool {
        !self.rejected
            && !self
                .times
                .is_some_and(|(refresh_at, _)| refresh_at.has_passed(now))
    }
}
