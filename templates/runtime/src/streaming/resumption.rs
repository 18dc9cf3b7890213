//! Continues downloads that broke off, with range requests (RFC 9110 section 14).

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use http::header::{
    ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, DATE, ETAG, IF_RANGE,
    LAST_MODIFIED, RANGE,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::call::{Call, Meta, Method};
use crate::clock::{Clock, Instant};
use crate::error::Error;
use crate::response::{RawResponse, Resend, ResponseFuture};
use crate::retry::{RetryBudget, RetryPolicy, RetryState, RetryableError, chance};
use crate::transport::BoxFuture;

/// How much older than the response a `Last-Modified` must be, so that a change since then has
/// another one, even if the clock that set it differs from that of the response.
const MIN_AGE: Duration = Duration::from_secs(60);

/// Requests the rest of a body, as often as the retry policy of its call allows without a byte in
/// between.
pub(super) struct Resumption {
    resend: Resend,
    policy: RetryPolicy,
    budget: Arc<RetryBudget>,
    clock: Arc<dyn Clock>,
    /// The status of the first response.
    status: StatusCode,
    /// The header that identifies the content; `None` if its rest can't be requested.
    validator: Option<(HeaderName, HeaderValue)>,
    /// The failures since the last byte, and when the first of them occurred.
    failures: u32,
    failing_since: Option<Instant>,
    underway: Option<Underway>,
    pub(super) is_enabled: bool,
}

/// A request for the rest of a body.
struct Underway {
    /// Why the body broke off.
    reason: Error,
    /// The wait before the request; `None` once it is over.
    wait: Option<BoxFuture<'static, ()>>,
    /// Sends the request when it is polled.
    response: ResponseFuture<RawResponse>,
}

/// The part of a body that was received.
#[derive(Clone, Copy)]
pub(super) struct Progress {
    /// The number of bytes received so far.
    pub(super) received: u64,
    /// The length of the body in bytes, if it is known.
    pub(super) length: Option<u64>,
}

impl Resumption {
    /// Returns how the body of a response can be continued; `None` if the request can't be resent.
    pub(super) fn of(call: &Call, meta: &Meta, response: &RawResponse) -> Option<Self> {
        if meta.method != Method::GET || response.asked_for_range {
            return None;
        }
        let connections = call.connections();
        Some(Self {
            resend: response.rest.as_ref()?.resend.clone()?,
            policy: call.retry_policy().clone(),
            budget: Arc::clone(&connections.retry_budget),
            clock: Arc::clone(&connections.clock),
            status: response.status,
            validator: validator(&response.headers, connections.clock.time()),
            failures: 0,
            failing_since: None,
            underway: None,
            is_enabled: true,
        })
    }

    /// Notes that bytes were received.
    pub(super) fn proceed(&mut self) {
        self.failures = 0;
    }

    /// Requests the rest of a body that broke off. Returns the reason if it can't be requested.
    pub(super) fn begin(&mut self, reason: Error, progress: Progress) -> Result<(), Error> {
        let is_complete = progress.length == Some(progress.received);
        let is_possible = progress.received == 0 || self.validator.is_some();
        if !self.is_enabled || !is_possible || is_complete {
            return Err(reason);
        }
        let result = Err(reason);
        let wait = self.wait(&result);
        match (wait, result) {
            (Some(wait), Err(reason)) => {
                self.underway = Some(self.underway(reason, wait, progress));
                Ok(())
            }
            (_, result) => result.map(|_| ()),
        }
    }

    /// Returns whether the rest of the body was requested, and the response hasn't begun.
    pub(super) fn awaits_response(&self) -> bool {
        let underway = self.underway.as_ref();
        underway.is_some_and(|underway| underway.wait.is_none())
    }

    /// Polls for the response with the rest of the body; `None` if none was requested.
    ///
    /// # Errors
    ///
    /// Returns why the body broke off, if no attempt is left or the content has changed.
    pub(super) fn poll(
        &mut self,
        progress: Progress,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<RawResponse, Error>>> {
        while let Some(underway) = &mut self.underway {
            if let Some(wait) = &mut underway.wait {
                ready!(wait.as_mut().poll(context));
                underway.wait = None;
            }
            let result = ready!(Pin::new(&mut underway.response).poll(context));
            let underway = self.underway.take();
            let result = match result {
                Ok(response) if self.continues(&response, progress) => {
                    return Poll::Ready(Some(Ok(response)));
                }
                result => result,
            };
            let wait = self.wait(&result);
            self.underway = match (underway, wait) {
                (Some(underway), Some(wait)) => {
                    Some(self.underway(underway.reason, wait, progress))
                }
                (Some(underway), None) => return Poll::Ready(Some(Err(underway.reason))),
                (None, _) => None,
            };
        }
        Poll::Ready(None)
    }

    /// Returns how long to wait before another attempt; `None` if there is none.
    fn wait(&mut self, result: &Result<RawResponse, Error>) -> Option<Duration> {
        let now = self.clock.now();
        self.failures += 1;
        let since = match self.failing_since {
            Some(since) if self.failures > 1 => since,
            _ => *self.failing_since.insert(now),
        };
        let failure = RetryableError::of(result, &self.policy, self.clock.time())?;
        let state = RetryState {
            number: self.failures,
            elapsed: now.saturating_duration_since(since),
            timeout: None,
            repeats: true,
        };
        let wait = self.policy.wait(&failure, &state, chance())?;
        self.budget.pay().then_some(wait)
    }

    /// Requests the bytes from the first that is missing, after a wait.
    fn underway(&self, reason: Error, wait: Duration, progress: Progress) -> Underway {
        let mut headers = Vec::new();
        if let Some((_, validator)) = &self.validator
            && progress.received > 0
            && let Ok(range) = HeaderValue::try_from(format!("bytes={}-", progress.received))
        {
            headers = vec![(RANGE, range), (IF_RANGE, validator.clone())];
        }
        Underway {
            reason,
            wait: Some(self.clock.sleep(wait)),
            response: (self.resend)(Ok(headers)),
        }
    }

    /// Returns whether the body of a response continues the one that broke off.
    fn continues(&self, response: &RawResponse, progress: Progress) -> bool {
        if response.rest.is_none() {
            return false;
        }
        if progress.received == 0 {
            return response.status == self.status;
        }
        response.status == StatusCode::PARTIAL_CONTENT
            && !is_encoded(&response.headers)
            && self.is_same_content(&response.headers)
            && is_rest(&response.headers, progress)
    }

    /// Returns whether the headers of a part contradict the validator. Those of a server that ignores
    /// `If-Range` may.
    fn is_same_content(&self, headers: &HeaderMap) -> bool {
        let validator = self.validator.as_ref();
        validator.is_some_and(|(name, value)| headers.get(name).is_none_or(|own| own == value))
    }
}

/// Returns the header that identifies the content of a response, if its rest can be requested: the
/// server sends parts of it, its length is known, and the header is a strong validator (RFC 9110
/// sections 8.8 and 13.1.5).
fn validator(headers: &HeaderMap, now: SystemTime) -> Option<(HeaderName, HeaderValue)> {
    let is_resumable = accepts_ranges(headers) && headers.contains_key(CONTENT_LENGTH);
    if !is_resumable || is_encoded(headers) {
        return None;
    }
    if let Some(tag) = headers.get(ETAG) {
        // A weak tag begins with `W/`. Beside one, the date must not be used.
        return tag
            .as_bytes()
            .starts_with(b"\"")
            .then(|| (ETAG, tag.clone()));
    }
    let modified = date(headers, LAST_MODIFIED)?;
    let age = date(headers, DATE).unwrap_or(now).duration_since(modified);
    let is_strong = age.is_ok_and(|age| age >= MIN_AGE);
    is_strong.then(|| Some((LAST_MODIFIED, headers.get(LAST_MODIFIED)?.clone())))?
}

fn accepts_ranges(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_RANGES).iter();
    values.filter_map(|value| value.to_str().ok()).any(|value| {
        let mut units = value.split(',');
        units.any(|unit| unit.trim().eq_ignore_ascii_case("bytes"))
    })
}

/// Returns whether the content has a coding: its bytes aren't those that were handed out then.
fn is_encoded(headers: &HeaderMap) -> bool {
    headers.contains_key(CONTENT_ENCODING)
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    let text = headers.get(name)?.to_str().ok()?;
    httpdate::parse_http_date(text).ok()
}

/// Returns whether `Content-Range` says that the part begins with the first byte that is missing (RFC
/// 9110 section 14.4).
fn is_rest(headers: &HeaderMap, progress: Progress) -> bool {
    let range = headers.get(CONTENT_RANGE).and_then(|it| it.to_str().ok());
    let Some((first, last, length)) = range.and_then(parse_range) else {
        return false;
    };
    let is_same_length = length.is_none() || length == progress.length;
    let is_within = progress.length.is_some_and(|length| last < length);
    first == progress.received && first <= last && is_within && is_same_length
}

/// Returns the positions of the first and the last byte, and the length of the content unless it is
/// unknown.
fn parse_range(text: &str) -> Option<(u64, u64, Option<u64>)> {
    let (unit, range) = text.trim().split_once(' ')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (positions, length) = range.split_once('/')?;
    let (first, last) = positions.split_once('-')?;
    let length = match length.trim() {
        "*" => None,
        length => Some(length.parse().ok()?),
    };
    Some((
        first.trim().parse().ok()?,
        last.trim().parse().ok()?,
        length,
    ))
}
