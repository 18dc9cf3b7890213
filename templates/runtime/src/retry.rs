//! Retries: which failures are retried, when, and how often.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderName, Method, StatusCode};

use crate::error::Error;
use crate::request::header_list::HeaderList;
use crate::response::RawResponse;

/// The header of an idempotency key (draft-ietf-httpapi-idempotency-key-header).
pub(crate) static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The longest wait that is taken from `Retry-After`: ten years.
const LONGEST: Duration = Duration::from_secs(315_360_000);

/// Says which failed calls are retried, and how long the client waits before.
///
/// Transient failures are retried: connections that fail or break off, and the statuses 408, 429, 502,
/// 503 and 504. Waits double with each retry, and a random part of up to half of each is left out, so
/// that clients that failed together don't retry together. If the server asks for a longer wait
/// (`Retry-After`, RFC 9110 section 10.2.3), the client waits as long.
///
/// A request that may have reached the server is retried only if it does no harm twice: if its method
/// is idempotent (RFC 9110 section 9.2.2: GET, HEAD, OPTIONS, TRACE, PUT, DELETE), if it has an
/// [idempotency key](crate::CallOptions::idempotency_key), or if the policy allows
/// [any method](Self::any_method). A request that certainly didn't reach the server is always
/// retried. A request whose body is a stream is never retried.
///
/// All calls of a client share a budget of retries, so that retries don't multiply the load of a
/// server that fails every call
/// ([`retry_budget`](crate::codegen::ClientCoreBuilder::retry_budget)).
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    attempts: u32,
    first_wait: Duration,
    longest_wait: Duration,
    total: Duration,
    any_method: bool,
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

    /// Returns whether another attempt may follow the one with this number, counted from 1.
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
    #[must_use]
    pub fn wait(
        &self,
        failure: &RetryableError,
        state: &RetryState,
        chance: f64,
    ) -> Option<Duration> {
        if !self.goes_on(state.number) || !(state.repeats || failure.unsent) {
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

/// The cost of a retry. A call that succeeds at the first attempt earns 1.
const COST: u32 = 5;

/// The retries that the calls of a client and its clones may still make.
#[derive(Debug)]
pub struct RetryBudget {
    balance: AtomicU32,
    /// The largest balance; `None` for no limit.
    most: Option<u32>,
}

impl RetryBudget {
    /// Creates a budget of retries while no call succeeds; `None` for no limit.
    #[must_use]
    pub fn new(retries: Option<u32>) -> Self {
        let most = retries.map(|retries| retries.saturating_mul(COST));
        Self {
            balance: AtomicU32::new(most.unwrap_or_default()),
            most,
        }
    }

    /// Pays for a retry; returns `false` if the balance is too low.
    #[must_use]
    pub fn pay(&self) -> bool {
        self.most.is_none() || self.change(|left| left.checked_sub(COST))
    }

    /// Records that a call has ended with an attempt. If it succeeded, it returns the cost of the
    /// retry, or earns 1 if it was the first attempt.
    pub fn ended(&self, result: &Result<RawResponse, Error>, number: u32) {
        let fails = |status| is_transient(status) || status.is_server_error();
        let Some(most) = self.most else { return };
        if result.as_ref().is_ok_and(|it| !fails(it.status)) {
            let back = if number > 1 { COST } else { 1 };
            self.change(|left| Some(left.saturating_add(back).min(most)));
        }
    }

    /// Returns whether the balance has changed.
    fn change(&self, change: impl FnMut(u32) -> Option<u32>) -> bool {
        let order = Ordering::Relaxed;
        self.balance.fetch_update(order, order, change).is_ok()
    }
}

/// The state of a call after a failed attempt.
pub struct RetryState {
    /// The number of attempts so far.
    pub number: u32,
    /// The time since the call began.
    pub elapsed: Duration,
    /// The time limit of the call; `None` for no limit.
    pub timeout: Option<Duration>,
    /// Whether the request may reach the server twice.
    pub repeats: bool,
}

/// A transient failure.
pub struct RetryableError {
    /// Whether the request certainly didn't reach the server.
    unsent: bool,
    /// The wait that the server asks for.
    retry_after: Option<Duration>,
}

impl RetryableError {
    /// Returns why an attempt failed; `None` if it succeeded or if another would fail as well.
    #[must_use]
    pub fn of(result: &Result<RawResponse, Error>, now: SystemTime) -> Option<Self> {
        match result {
            Ok(response) => is_transient(response.status).then(|| Self {
                unsent: false,
                retry_after: retry_after(&response.headers, now),
            }),
            Err(Error::Transport(error)) => (!error.is_permanent()).then(|| Self {
                unsent: error.is_connect(),
                retry_after: None,
            }),
            Err(_) => None,
        }
    }
}

/// Returns whether a status means that the server can't serve the request now, but may later.
fn is_transient(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::REQUEST_TIMEOUT
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

/// Returns the wait that the server asks for, in seconds or until a date (RFC 9110 section 10.2.3).
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_or(LONGEST, Duration::from_secs)
    } else {
        let date = httpdate::parse_http_date(text).ok()?;
        date.duration_since(now).unwrap_or_default()
    };
    Some(wait.min(LONGEST))
}

/// Returns a random number from 0 to 1, from the random keys of the standard library's hashers.
#[must_use]
pub fn chance() -> f64 {
    let random = RandomState::new().build_hasher().finish() >> 32;
    random as f64 / f64::from(u32::MAX)
}

/// An attempt that has ended, as the callback of
/// [`on_attempt`](crate::codegen::ClientCoreBuilder::on_attempt) gets it.
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
pub type Listener = Arc<dyn Fn(&Attempt<'_>) + Send + Sync>;

#[cfg(test)]
mod tests;
