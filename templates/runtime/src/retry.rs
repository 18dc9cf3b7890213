//! When a call that failed is sent again.

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

/// The longest time that a server is believed to ask for: ten years.
const LONGEST: Duration = Duration::from_secs(315_360_000);

/// When a call that failed is sent again, and how long it waits before.
///
/// What may pass is tried again: a connection that isn't there or breaks, and the statuses 408, 429,
/// 502, 503 and 504. The waits double, and between half and the whole of each is waited, so that
/// clients that failed together don't come back together. A server that asks for a longer wait
/// (`Retry-After`, RFC 9110 section 10.2.3) gets it.
///
/// A request that the server may have seen is sent again only if that does no harm: its method is
/// idempotent (RFC 9110 section 9.2.2: GET, HEAD, OPTIONS, TRACE, PUT, DELETE), it has an
/// [idempotency key](crate::call::CallOptions::idempotency_key), or the policy says so
/// ([`any_method`](Self::any_method)). Any request is sent again if it certainly didn't reach the
/// server, and none whose body is a stream.
///
/// A server that fails every call isn't asked three times as often for that: a client sends again only
/// so much while nothing succeeds
/// (`ClientBuilder::retry_budget`).
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
    /// 3 attempts; half a second at first, 8 seconds at most; 60 seconds in all.
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
    /// Each call is sent once.
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// How often a call is sent at most, the first time included; 3 unless set.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The wait after the first failure; half a second unless set. It doubles with each.
    pub fn first_wait(mut self, wait: Duration) -> Self {
        self.first_wait = wait;
        self
    }

    /// What the waits grow to; 8 seconds unless set. A server may ask for longer.
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait;
        self
    }

    /// The time within which a call is sent again, counted from its start; 60 seconds unless set.
    /// A wait that would go beyond it, or beyond the call's own time limit, isn't begun: the call
    /// ends with what it has.
    pub fn total(mut self, total: Duration) -> Self {
        self.total = total;
        self
    }

    /// Sends requests of every method again, also where the server may have done already what it
    /// was asked.
    pub fn any_method(mut self) -> Self {
        self.any_method = true;
        self
    }

    /// Whether there may be another attempt after this one, counted from 1.
    #[must_use]
    pub fn goes_on(&self, number: u32) -> bool {
        number < self.attempts
    }

    /// Whether it does no harm if the server gets this request twice.
    #[must_use]
    pub(crate) fn repeats(&self, method: &Method, headers: &HeaderList) -> bool {
        self.any_method || method.is_idempotent() || headers.contains(&IDEMPOTENCY_KEY)
    }

    /// How long to wait before the next attempt; `None` to give up. `chance` is from 0 to 1.
    #[must_use]
    pub fn wait(
        &self,
        failure: &RetryableError,
        course: &RetryState,
        chance: f64,
    ) -> Option<Duration> {
        if !self.goes_on(course.number) || !(course.repeats || failure.unsent) {
            return None;
        }
        let doubled = 2_u32.saturating_pow(course.number.saturating_sub(1));
        let whole = self.first_wait.saturating_mul(doubled);
        let whole = whole.min(self.longest_wait).min(LONGEST);
        let wait = whole.mul_f64(0.5 + chance / 2.0);
        let wait = failure.retry_after.map_or(wait, |asked| wait.max(asked));
        let limit = course.timeout.map_or(self.total, |it| it.min(self.total));
        (course.elapsed.saturating_add(wait) < limit).then_some(wait)
    }
}

/// What it costs to send again, where a call that succeeds at once brings 1.
const COST: u32 = 5;

/// What the calls of a client and its clones may still send again.
#[derive(Debug)]
pub struct RetryBudget {
    left: AtomicU32,
    /// `None` for no limit.
    most: Option<u32>,
}

impl RetryBudget {
    /// So many attempts beyond the first while no call succeeds; `None` for no limit.
    #[must_use]
    pub fn new(retries: Option<u32>) -> Self {
        let most = retries.map(|retries| retries.saturating_mul(COST));
        Self {
            left: AtomicU32::new(most.unwrap_or_default()),
            most,
        }
    }

    /// Pays for another attempt; `false` if too little is left.
    #[must_use]
    pub fn pay(&self) -> bool {
        self.most.is_none() || self.change(|left| left.checked_sub(COST))
    }

    /// A call has ended with this attempt. If it succeeded, it gives back what the attempt cost, or
    /// brings a little if it was the first.
    pub fn ended(&self, result: &Result<RawResponse, Error>, number: u32) {
        let fails = |status| may_pass(status) || status.is_server_error();
        let Some(most) = self.most else { return };
        if result.as_ref().is_ok_and(|it| !fails(it.status)) {
            let back = if number > 1 { COST } else { 1 };
            self.change(|left| Some(left.saturating_add(back).min(most)));
        }
    }

    /// Whether there was a change.
    fn change(&self, change: impl FnMut(u32) -> Option<u32>) -> bool {
        let order = Ordering::Relaxed;
        self.left.fetch_update(order, order, change).is_ok()
    }
}

/// Where a call is after an attempt.
pub struct RetryState {
    /// How many attempts there were.
    pub number: u32,
    /// How long the call has taken so far.
    pub elapsed: Duration,
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// Whether it does no harm if the server gets the request twice.
    pub repeats: bool,
}

/// A failure that may pass.
pub struct RetryableError {
    /// The request certainly didn't reach the server.
    unsent: bool,
    /// How long the server asks to wait.
    retry_after: Option<Duration>,
}

impl RetryableError {
    /// What an attempt came to; `None` if another would come to the same.
    #[must_use]
    pub fn of(result: &Result<RawResponse, Error>, now: SystemTime) -> Option<Self> {
        match result {
            Ok(response) => may_pass(response.status).then(|| Self {
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

/// Whether a status says that the server can't serve now, but may later.
fn may_pass(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::REQUEST_TIMEOUT
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

/// How long the server asks to wait (RFC 9110 section 10.2.3): seconds, or a date.
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

/// A chance from 0 to 1. The standard library's hashers have keys of their own, which is chance
/// enough to keep clients apart.
#[must_use]
pub fn chance() -> f64 {
    let random = RandomState::new().build_hasher().finish() >> 32;
    random as f64 / f64::from(u32::MAX)
}

/// An attempt at a call that has ended, as
/// `ClientBuilder::on_attempt` hears of it.
///
/// It holds no credential, no argument and no body.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The operation: its `operationId`.
    pub operation: &'static str,
    /// Which attempt at the call it was, counted from 1.
    pub number: u32,
    /// How long it took.
    pub took: Duration,
    /// The status of the answer, or why there was none.
    pub result: Result<StatusCode, &'a Error>,
    /// How long until the next attempt; `None` if there is none.
    pub next: Option<Duration>,
}

/// What hears of attempts.
pub type Listener = Arc<dyn Fn(&Attempt<'_>) + Send + Sync>;

#[cfg(test)]
mod tests;
