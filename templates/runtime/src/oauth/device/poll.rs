//! Waiting for the user's approval of a device login (RFC 8628 sections 3.4 and 3.5).

use std::sync::PoisonError;
use std::time::{Duration, SystemTime};

use http::StatusCode;

use crate::error::Error;
use crate::oauth::device::DeviceLogin;
use crate::oauth::device::error::DeviceLoginError;
#[cfg(all(feature = "id-token", not(target_family = "wasm")))]
use crate::oauth::id_token::{Expected, validated};
use crate::oauth::response::{OAuthError, Properties, decode_error, is_busy};
use crate::oauth::token_set::TokenSet;
use crate::response::{RawResponse, content_type};
use crate::retry::retry_after;

/// The progress of a device login after a poll.
#[derive(Debug)]
#[non_exhaustive]
pub enum DeviceLoginProgress<'a> {
    /// The user hasn't decided yet.
    Pending {
        /// The time until the next poll.
        next: Duration,
    },
    /// The user hasn't decided yet, and the server asked for a longer interval.
    SlowDown {
        /// The interval between two polls from now on.
        interval: Duration,
        /// The time until the next poll.
        next: Duration,
    },
    /// The server can't be reached or is temporarily unavailable, or something else has responded in
    /// its place, such as the login page of a Wi-Fi network.
    Unavailable {
        /// Why the poll failed.
        error: &'a Error,
        /// The time until the next poll.
        next: Duration,
    },
}

/// The interval between two polls.
pub(crate) struct PollInterval {
    interval: Duration,
    /// The number of polls in a row that failed.
    failures: u32,
}

impl PollInterval {
    /// The interval if the server names none (RFC 8628 section 3.2).
    pub(crate) const DEFAULT: Duration = Duration::from_secs(5);
    /// The increment for `slow_down` (RFC 8628 section 3.5).
    const SLOW_DOWN_INCREMENT: Duration = Duration::from_secs(5);
    /// The lower limit of the server's interval.
    const MIN: Duration = Duration::from_secs(1);
    /// The upper limit of the back-off, unless twice the interval is longer.
    const MAX_BACK_OFF: Duration = Duration::from_secs(60);

    /// Returns `interval` of a response, unless it is missing or zero.
    #[must_use]
    pub(crate) fn from_response(properties: &Properties) -> Option<Duration> {
        let interval = properties.seconds("interval")?;
        (!interval.is_zero()).then(|| interval.max(Self::MIN))
    }

    /// Creates an interval that starts with this interval.
    #[must_use]
    pub(crate) fn new(interval: Duration) -> Self {
        Self {
            interval,
            failures: 0,
        }
    }

    /// Returns the wait after a response.
    fn after_response(&mut self) -> Duration {
        self.failures = 0;
        self.interval
    }

    /// Returns the wait after `slow_down`, which may name a new interval.
    fn after_slow_down(&mut self, requested: Option<Duration>) -> Duration {
        let longer = self.interval.saturating_add(Self::SLOW_DOWN_INCREMENT);
        self.interval = requested.map_or(longer, |requested| requested.max(longer));
        self.after_response()
    }

    /// Returns the wait after a failed poll, which doubles with each failure in a row.
    fn after_failure(&mut self) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let factor = 2_u32.saturating_pow(self.failures);
        let doubled_once = self.interval.saturating_mul(2);
        let max = doubled_once.max(Self::MAX_BACK_OFF);
        self.interval.saturating_mul(factor).min(max)
    }
}

/// The outcome of a poll.
enum PollOutcome {
    Approved(TokenSet),
    Pending,
    SlowDown(Option<Duration>),
    Unavailable(Error),
    Rejected(OAuthError),
    Failed(Error),
}

impl DeviceLogin {
    /// Waits until the user approves or denies the login, or until the code expires.
    ///
    /// The client polls at the interval that the server asks for, and never after the code has
    /// expired. If the server can't be reached or is temporarily unavailable, if its endpoint is gone
    /// (404, 410 or a redirect), or if the response is a web page, the client continues at growing
    /// intervals. To cancel the login, drop the future.
    ///
    /// # Errors
    ///
    /// - [`DeviceLoginError::AccessDenied`] if the user denies the login.
    /// - [`DeviceLoginError::ExpiredToken`] if the code expires first.
    /// - The variant of the error code if the authorization server responds with another error;
    ///   [`DeviceLoginError::OAuth`] for codes without a variant of their own.
    /// - [`DeviceLoginError::Request`] if a poll can't be sent, or its response is neither a web page
    ///   nor that of an authorization server.
    pub async fn wait(mut self) -> Result<TokenSet, DeviceLoginError> {
        let mut poll_interval = PollInterval::new(self.interval());
        loop {
            let now = self.clock.now();
            let left = self.deadline.saturating_duration_since(now);
            let pause = self.next_poll.saturating_duration_since(now);
            if pause >= left {
                self.clock.sleep(left).await;
                return Err(DeviceLoginError::ExpiredToken);
            }
            if !pause.is_zero() {
                self.clock.sleep(pause).await;
                // The sleep may have taken longer than requested.
                if self.clock.now() >= self.deadline {
                    return Err(DeviceLoginError::ExpiredToken);
                }
            }
            let result = self.flow.token(self.token_request()).await;
            let time = self.clock.time();
            let retry_after = retry_after_of(&result, time);
            let wait = match classify(result, time) {
                PollOutcome::Approved(tokens) => return self.finish(tokens).await,
                PollOutcome::Rejected(error) => return Err(self.login_error(error)),
                PollOutcome::Failed(error) => return Err(error.into()),
                PollOutcome::Pending => {
                    let next = poll_interval.after_response().max(retry_after);
                    self.notify(DeviceLoginProgress::Pending { next });
                    next
                }
                PollOutcome::SlowDown(requested) => {
                    let interval = poll_interval.after_slow_down(requested);
                    let next = interval.max(retry_after);
                    self.notify(DeviceLoginProgress::SlowDown { interval, next });
                    next
                }
                PollOutcome::Unavailable(error) => {
                    let next = poll_interval.after_failure().max(retry_after);
                    self.notify(DeviceLoginProgress::Unavailable {
                        error: &error,
                        next,
                    });
                    next
                }
            };
            self.next_poll = self.clock.now() + wait;
        }
    }

    /// Validates the ID token, if the scopes ask for one.
    #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
    async fn finish(&self, tokens: TokenSet) -> Result<TokenSet, DeviceLoginError> {
        if !self.asks_for_id_token {
            return Ok(tokens);
        }
        let expected = Expected {
            client_id: &self.app.id,
            nonce: None,
            now: self.clock.time(),
        };
        validated(&*self.flow, tokens, &expected).await
    }

    #[cfg(any(not(feature = "id-token"), target_family = "wasm"))]
    async fn finish(&self, tokens: TokenSet) -> Result<TokenSet, DeviceLoginError> {
        Ok(tokens)
    }

    fn notify(&mut self, progress: DeviceLoginProgress<'_>) {
        if let Some(callback) = &mut self.progress {
            let callback = callback.get_mut().unwrap_or_else(PoisonError::into_inner);
            callback(progress);
        }
    }

    /// Converts an error response into the error that ends the login.
    fn login_error(&self, error: OAuthError) -> DeviceLoginError {
        match error.error.as_str() {
            // Auth0 sends `expired_token` once, and `invalid_grant` from then on.
            "invalid_grant" if self.has_expired() => DeviceLoginError::ExpiredToken,
            _ => error.into(),
        }
    }

    /// Returns whether the code has expired by either clock: the monotonic clock may stop while the
    /// device sleeps.
    fn has_expired(&self) -> bool {
        let time = self.clock.time();
        self.clock.now() >= self.deadline || self.expires_at.is_some_and(|end| time >= end)
    }
}

/// Returns `Retry-After` of a response, or zero.
fn retry_after_of(result: &Result<RawResponse, Error>, now: SystemTime) -> Duration {
    let headers = result.as_ref().ok().map(|response| &response.headers);
    headers
        .and_then(|headers| retry_after(headers, now))
        .unwrap_or_default()
}

/// Classifies the result of a poll, by the body before the status.
fn classify(result: Result<RawResponse, Error>, received: SystemTime) -> PollOutcome {
    let response = match result {
        Ok(response) => response,
        Err(error @ (Error::Transport(_) | Error::Timeout(_))) => {
            return PollOutcome::Unavailable(error);
        }
        Err(error) => return PollOutcome::Failed(error),
    };
    let properties = Properties::read(&response);
    if let Ok(properties) = &properties
        && let Some(error) = OAuthError::in_response(&response, properties)
    {
        return match error.error.as_str() {
            "authorization_pending" => PollOutcome::Pending,
            "slow_down" => PollOutcome::SlowDown(PollInterval::from_response(properties)),
            "temporarily_unavailable" | "server_error" => {
                PollOutcome::Unavailable(response.into_error())
            }
            _ => PollOutcome::Rejected(error),
        };
    }
    if response.status == StatusCode::TOO_MANY_REQUESTS {
        return PollOutcome::SlowDown(None);
    }
    let is_page = properties.is_err() && is_page(&response);
    let outcome = match is_page || is_busy(response.status) || is_gone(response.status) {
        true => PollOutcome::Unavailable,
        false => PollOutcome::Failed,
    };
    if !response.status.is_success() {
        return outcome(response.into_error());
    }
    match properties.and_then(|properties| TokenSet::read(&properties, received)) {
        Ok(tokens) => PollOutcome::Approved(tokens),
        Err(problem) => outcome(decode_error(response, problem)),
    }
}

/// Returns whether a status says that the endpoint isn't there at the moment: a gateway has lost its
/// server, or the metadata that names the endpoint is stale.
fn is_gone(status: StatusCode) -> bool {
    status.is_redirection() || matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE)
}

/// Returns whether a body is a web page, which no authorization server sends to an app.
fn is_page(response: &RawResponse) -> bool {
    let html = ["text/html", "application/xhtml+xml"];
    let media_type = content_type(&response.headers).unwrap_or_default();
    html.iter()
        .any(|html| media_type.eq_ignore_ascii_case(html))
        || response.body.trim_ascii_start().starts_with(b"<")
}
