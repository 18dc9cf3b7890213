//! The tokens in use: kept, renewed when due, and asked for once however many calls wait.

use std::error::Error as StdError;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::auth::{Token, Tokens};
use crate::client::ClientCore;
use crate::clock::Clock;
use crate::error::AuthenticationError;
use crate::oauth::single_flight::SingleFlight;
use crate::oauth::token_set::TokenSet;
use crate::oauth::token_source::TokenSource;
use crate::transport::BoxFuture;

/// How long before its end a token is renewed, but no more than a tenth of its time.
const EARLY: Duration = Duration::from_secs(60);
/// How long a failure holds at first: within that time nothing is asked anew.
const PAUSE: Duration = Duration::from_secs(1);
/// How long it holds at most: it doubles with each failure in a row.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// For how long a token that came in place of a refused one, and was refused in turn, is kept: a
/// third would fare no better.
const KEPT: Duration = Duration::from_secs(30);

impl ClientCore {
    /// Returns a client that signs its calls with tokens from `source`.
    ///
    /// Calls send the access token as `Authorization: Bearer …` (RFC 6750) where the operation
    /// takes a bearer token. If the document has no scheme for bearer tokens, the token takes the
    /// place of whatever else would be in that header.
    ///
    /// The client keeps tokens, refreshes them shortly before they expire, and asks for them once,
    /// however many calls wait. A call that the server answers with 401 is sent once more with
    /// fresh tokens, unless its body is a stream. Clones of the returned client share its tokens.
    ///
    /// A [`TokenSet`] is a source that always gives the same tokens. Implement [`TokenSource`] for
    /// others.
    #[must_use]
    pub fn with_tokens(&self, source: impl TokenSource) -> Self {
        let clock = Arc::clone(self.clock());
        self.signed(Some(Arc::new(Session::new(source, clock))))
    }
}

type Cause = Arc<dyn StdError + Send + Sync>;
type Outcome = Result<TokenSet, Cause>;

/// A time by both clocks. The one that only goes forward stands still while a device sleeps; the
/// time of day may be set, forward or back. A token is at its end once either says so.
#[derive(Clone, Copy)]
struct Moment {
    forward: Instant,
    time: SystemTime,
}

impl Moment {
    fn now(clock: &dyn Clock) -> Self {
        Self {
            forward: clock.now(),
            time: clock.time(),
        }
    }

    /// `None` for a time that no clock can show.
    fn after(self, time: Duration) -> Option<Self> {
        Some(Self {
            forward: self.forward.checked_add(time)?,
            time: self.time.checked_add(time)?,
        })
    }

    fn has_come(self, now: Self) -> bool {
        now.forward >= self.forward || now.time >= self.time
    }
}

/// A source and what it gave.
pub(crate) struct Session {
    source: Arc<dyn TokenSource>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    question: Option<Question>,
    failure: Option<Failure>,
}

/// The tokens in use.
struct Held {
    tokens: TokenSet,
    token: Token,
    /// When to renew them, and when they end.
    times: Option<(Moment, Moment)>,
    /// The server takes them no more.
    refused: bool,
    /// They came in place of refused ones, and when; until a server has taken them.
    in_place: Option<Instant>,
}

/// A question to the source that is on its way.
#[derive(Clone)]
struct Question {
    flight: SingleFlight<Outcome>,
    asked: Moment,
    after_refusal: bool,
}

/// Why the last question failed, and how long that holds.
struct Failure {
    error: Cause,
    pause: Duration,
    until: Option<Instant>,
}

/// What a call does.
enum Step {
    Send(Token),
    Wait(Question),
    Fail(AuthenticationError),
}

impl Session {
    /// Nothing is asked yet.
    #[must_use]
    pub(crate) fn new(source: impl TokenSource, clock: Arc<dyn Clock>) -> Self {
        let now = Moment::now(&*clock);
        let held = source.initial().map(|tokens| Held::of(tokens, now));
        let (held, failure) = match held.transpose() {
            Ok(held) => (held, None),
            Err(error) => (None, Some(Failure::after(None, error, now))),
        };
        Self {
            source: Arc::new(source),
            clock,
            state: Mutex::new(State {
                held,
                question: None,
                failure,
            }),
        }
    }

    /// Nothing is left half-done under the lock: it is as good after a panic.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn step(&self) -> Step {
        let now = Moment::now(&*self.clock);
        let mut state = self.state();
        if let Some(held) = state.held.as_ref().filter(|held| held.is_fresh(now)) {
            return Step::Send(held.token.clone());
        }
        if let Some(question) = &state.question {
            return Step::Wait(question.clone());
        }
        if let Some(failure) = state.failure.as_ref().filter(|it| it.holds(now)) {
            return match &state.held {
                Some(held) if held.is_good(now) => Step::Send(held.token.clone()),
                _ => Step::Fail(AuthenticationError::new(Arc::clone(&failure.error))),
            };
        }
        let question = self.ask(state.held.as_ref(), now);
        Step::Wait(state.question.insert(question).clone())
    }

    fn ask(&self, held: Option<&Held>, now: Moment) -> Question {
        let source = Arc::clone(&self.source);
        let last = held.map(|held| held.tokens.clone());
        let flight = SingleFlight::new(Box::pin(async move {
            let outcome = source.fetch(last.as_ref()).await;
            outcome.map_err(Arc::from)
        }));
        Question {
            flight,
            asked: now,
            after_refusal: held.is_some_and(|held| held.refused),
        }
    }

    /// Takes down what came of a question: whoever sees it first does.
    fn record(&self, question: &Question, outcome: Outcome) -> Result<Token, AuthenticationError> {
        let now = Moment::now(&*self.clock);
        let mut state = self.state();
        let held = outcome.and_then(|tokens| Held::fetched(tokens, question));
        let known = state.question.as_ref();
        let first = known.is_some_and(|known| known.flight.is(&question.flight));
        if first {
            state.question = None;
        }
        match held {
            Ok(held) => {
                let token = held.token.clone();
                if first {
                    state.held = Some(held);
                    state.failure = None;
                }
                Ok(token)
            }
            Err(error) => {
                if first {
                    let earlier = state.failure.take();
                    state.failure = Some(Failure::after(earlier, Arc::clone(&error), now));
                }
                match &state.held {
                    Some(held) if held.is_good(now) => Ok(held.token.clone()),
                    _ => Err(AuthenticationError::new(error)),
                }
            }
        }
    }
}

impl Tokens for Session {
    fn token(&self) -> BoxFuture<'_, Result<Token, AuthenticationError>> {
        Box::pin(async move {
            let question = match self.step() {
                Step::Send(token) => return Ok(token),
                Step::Fail(error) => return Err(error),
                Step::Wait(question) => question,
            };
            let lost = || Box::<dyn StdError + Send + Sync>::from("the token source panicked");
            let outcome = question.flight.wait().await;
            self.record(&question, outcome.unwrap_or_else(|| Err(lost().into())))
        })
    }

    fn answered(&self, token: &Token, refused: bool) {
        let now = self.clock.now();
        let mut state = self.state();
        let Some(held) = state.held.as_mut().filter(|held| held.token == *token) else {
            return;
        };
        if !refused {
            held.in_place = None;
        } else if held.in_place.is_none_or(|since| now >= since + KEPT) {
            held.refused = true;
        }
    }
}

impl Held {
    /// Tokens whose time is counted from `since`.
    fn of(tokens: TokenSet, since: Moment) -> Result<Self, Cause> {
        let token = tokens
            .bearer()
            .map_err(|error| -> Cause { Arc::new(error) })?;
        let left = tokens.expires_at().map(|end| {
            let left = end.duration_since(since.time);
            left.unwrap_or_default()
        });
        let times = left.and_then(|left| {
            let early = EARLY.min(left / 10);
            Some((since.after(left - early)?, since.after(left)?))
        });
        Ok(Self {
            tokens,
            token,
            times,
            refused: false,
            in_place: None,
        })
    }

    /// Tokens that a source just gave.
    fn fetched(tokens: TokenSet, question: &Question) -> Result<Self, Cause> {
        // The server doesn't give tokens that have ended: its clock and this one differ. So their
        // end says nothing, and the server is left to refuse them.
        let ended = tokens.is_expired(question.asked.time);
        let held = Self::of(tokens, question.asked)?;
        Ok(Self {
            times: held.times.filter(|_| !ended),
            in_place: question.after_refusal.then_some(question.asked.forward),
            ..held
        })
    }

    /// Whether they can be sent.
    fn is_good(&self, now: Moment) -> bool {
        !self.refused && !self.times.is_some_and(|(_, end)| end.has_come(now))
    }

    /// Whether they can be sent and needn't be renewed.
    fn is_fresh(&self, now: Moment) -> bool {
        !self.refused && !self.times.is_some_and(|(due, _)| due.has_come(now))
    }
}

impl Failure {
    fn after(earlier: Option<Self>, error: Cause, now: Moment) -> Self {
        let pause = earlier.map_or(PAUSE, |it| (it.pause * 2).min(LONGEST_PAUSE));
        Self {
            error,
            pause,
            until: now.forward.checked_add(pause),
        }
    }

    fn holds(&self, now: Moment) -> bool {
        self.until.is_some_and(|until| now.forward < until)
    }
}
