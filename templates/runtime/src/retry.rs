//! Retries: which failures are retried, when, and how often.

mod budget;
mod failure;
mod headers;

pub use self::budget::RetryBudget;
use self::failure::Decider;
pub use self::failure::{RetryDecision, RetryableError};
pub use self::headers::retry_after;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, Method, StatusCode};

use crate::error::Error;
use crate::request::header_list::HeaderList;
use crate::response::RawResponse;

/// The header of an idempotency key (draft-ietf-httpapi-idempotency-key-header).
pub(crate) static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The longest wait: ten years.
const LONGEST: Duration = Duration::from_secs(315_360_000);

/// Decides which failed calls are retried, and how long the client waits before each retry.
///
/// Transient failures are retried: connections that fail or break off, attempts that exceed their time
/// limit (`ClientBuilder::attempt_timeout`), and the statuses 408, 429, 502, 503 and 504.
///
/// The wait doubles with each retry. A random part of up to half of it is left out, so that clients
/// that failed together don't retry together. If the server asks for a longer wait (`retry-after-ms`
/// in milliseconds, or `Retry-After` in seconds or until a date, RFC 9110 section 10.2.3), the client
/// waits that long, but never beyond a limit: see [`total`](Self::total).
///
/// Any request is retried if the client couldn't connect, or if the status is 429: the server has refused
/// the request (RFC 6585 section 4). A request that the server may have processed is retried only if
///
/// - its method is idempotent: GET, HEAD, OPTIONS, TRACE, PUT or DELETE (RFC 9110 section 9.2.2),
/// - it has an [idempotency key](crate::CallOptions::idempotency_key), or
/// - the policy allows [any method](Self::any_method).
///
/// A request whose body is a stream is never retried.
///
/// A server can override this: an error response with the header `x-should-retry: true` is retried
/// whatever its status and the method of its request, and one with `x-should-retry: false` isn't
/// retried.
///
/// All calls of a client share a budget of retries, so that retries don't multiply the load of a
/// server that fails every call (`ClientBuilder::retry_budget`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    attempts: u32,
    first_wait: Duration,
    longest_wait: Duration,
    total: Duration,
    any_method: bool,
    any_method_if_unavailable: bool,
    /// The statuses that are retried beside those of the default.
    statuses: Vec<u16>,
    decider: Option<Decider>,
}

impl Default for RetryPolicy {
    /// Makes up to 3 attempts within 60 seconds. The first wait is half a second, the longest 8
    /// seconds.
    fn default() -> Self {
        Self {
            attempts: 3,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(8),
            total: Duration::from_secs(60),
            any_method: false,
            any_method_if_unavailable: false,
            statuses: Vec::new(),
            decider: None,
        }
    }
}

impl RetryPolicy {
    /// Creates a policy that sends each call once.
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// Sets the largest number of attempts, including the first. Defaults to 3.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// Sets the wait before the first retry, which doubles with each further one. Defaults to half a
    /// second.
    pub fn first_wait(mut self, wait: Duration) -> Self {
        self.first_wait = wait;
        self
    }

    /// Sets the longest wait, unless the server asks for a longer one. Defaults to 8 seconds.
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait;
        self
    }

    /// Sets the time within which a call is retried, counted from its start. Defaults to 60 seconds.
    ///
    /// If a wait would exceed it or the call's own time limit, the call returns the last result
    /// immediately.
    pub fn total(mut self, total: Duration) -> Self {
        self.total = total;
        self
    }

    /// Retries requests of every method, even if the server may have processed the request already.
    pub fn any_method(mut self) -> Self {
        self.any_method = true;
        self
    }

    /// Retries requests of every method after a response with status 503 and `Retry-After`.
    ///
    /// By default, such a response is retried only if the request may reach the server twice: a proxy
    /// may send it although the server has acted on the request. Call this method if the API
    /// sends it only for requests that it hasn't processed.
    pub fn any_method_if_unavailable(mut self) -> Self {
        self.any_method_if_unavailable = true;
        self
    }

    /// Adds statuses that are retried beside 408, 429, 502, 503 and 504.
    ///
    /// ```
    /// # use wiretrue::RetryPolicy;
    /// let policy = RetryPolicy::default()
    ///     .add_statuses([409, 425, 500])
    ///     .add_statuses(520..=529);
    /// ```
    pub fn add_statuses(mut self, statuses: impl IntoIterator<Item = u16>) -> Self {
        self.statuses.extend(statuses);
        self
    }

    /// Sets a callback that decides whether the result of an attempt is retried, such as by a code in
    /// the body. It takes precedence over the statuses and over `x-should-retry`.
    ///
    /// The callback gets every response, whatever its status, and every error except those that
    /// another attempt can't avoid. The other limits of the policy still apply. The body of a response
    /// that the caller streams is empty here.
    ///
    /// ```
    /// # use wiretrue::RetryPolicy;
    /// use wiretrue::retry::RetryDecision;
    ///
    /// let policy = RetryPolicy::default().decide(|result| match result {
    ///     Ok(response) if response.headers.contains_key("x-locked") => RetryDecision::Retry,
    ///     Ok(response) if response.status == 504 => RetryDecision::Stop,
    ///     _ => RetryDecision::ByPolicy,
    /// });
    /// ```
    pub fn decide(
        mut self,
        decide: impl Fn(Result<&RawResponse, &Error>) -> RetryDecision + Send + Sync + 'static,
    ) -> Self {
        self.decider = Some(Decider(Arc::new(decide)));
        self
    }

    /// Returns a policy with the attempts and waits of this one, and without its rules of what is
    /// retried.
    #[cfg(feature = "oauth")]
    pub(crate) fn without_rules(&self) -> Self {
        Self {
            attempts: self.attempts,
            first_wait: self.first_wait,
            longest_wait: self.longest_wait,
            total: self.total,
            ..Self::default()
        }
    }

    /// Returns whether another attempt may follow the one with this number, counted from 1.
    #[doc(hidden)]
    #[must_use]
    pub fn goes_on(&self, number: u32) -> bool {
        number < self.attempts
    }

    /// Returns whether a request may reach the server twice.
    #[must_use]
    pub(crate) fn repeats(&self, method: &Method, headers: &HeaderList) -> bool {
        self.any_method || method.is_idempotent() || headers.contains(&IDEMPOTENCY_KEY)
    }

    /// Returns the wait before the next attempt; `None` if there is none. `chance` is a random number
    /// from 0 to 1.
    #[doc(hidden)]
    #[must_use]
    pub fn wait(
        &self,
        failure: &RetryableError,
        state: &RetryState,
        chance: f64,
    ) -> Option<Duration> {
        if !self.goes_on(state.number) || !(state.repeats || failure.unprocessed) {
            return None;
        }
        let doubled = 2_u32.saturating_pow(state.number.saturating_sub(1));
        let whole = self.first_wait.saturating_mul(doubled);
        let whole = whole.min(self.longest_wait).min(LONGEST);
        let wait = whole.mul_f64(0.5 + chance / 2.0);
        let wait = failure.retry_after.map_or(wait, |asked| wait.max(asked));
        let limit = state.timeout.map_or(self.total, |it| it.min(self.total));
        (state.elapsed.saturating_add(wait) < limit).then_some(wait)
    }
}

/// The state of a call after a failed attempt.
#[doc(hidden)]
pub struct RetryState {
    /// The number of attempts so far.
    pub number: u32,
    /// The time since the call began.
    pub elapsed: Duration,
    /// The time limit of the call; `None` for no limit.
    pub timeout: Option<Duration>,
    /// Whether the request may be sent again: it may reach the server twice, or wasn't sent yet.
    pub repeats: bool,
}

/// Returns a random number from 0 to 1, from the random keys of the standard library's hashers.
#[doc(hidden)]
#[must_use]
pub fn chance() -> f64 {
    let random = RandomState::new().build_hasher().finish() >> 32;
    random as f64 / f64::from(u32::MAX)
}

/// An attempt that has ended, the argument of the callback that `ClientBuilder::on_attempt` registers.
///
/// It holds neither credentials nor arguments nor bodies.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The `operationId` of the operation.
    pub operation: &'static str,
    /// The number of the attempt, counted from 1.
    pub number: u32,
    /// The duration of the attempt.
    pub took: Duration,
    /// The status of the response, or the error.
    pub result: Result<StatusCode, &'a Error>,
    /// The time until the next attempt; `None` if there is none.
    pub next: Option<Duration>,
}

/// The callback that runs after each attempt.
#[doc(hidden)]
pub type Listener = Arc<dyn Fn(&Attempt<'_>) + Send + Sync>;

#[cfg(test)]
mod tests;
