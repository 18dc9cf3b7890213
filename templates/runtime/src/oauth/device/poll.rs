//! Signing in a device: waiting for the user (RFC 8628 sections 3.4 and 3.5).

use std::sync::PoisonError;
use std::time::{Duration, SystemTime};

use http::StatusCode;

use crate::error::Error;
use crate::oauth::device::DeviceLogin;
use crate::oauth::device::error::DeviceLoginError;
use crate::oauth::response::{Members, OAuthError, is_busy, unreadable};
use crate::oauth::token_set::TokenSet;
use crate::response::RawResponse;
use crate::retry::retry_after;

/// How a login goes on.
#[derive(Debug)]
#[non_exhaustive]
pub enum DeviceLoginProgress<'a> {
    /// The user hasn't decided yet.
    Pending {
        /// How long until the server is asked again.
        next: Duration,
    },
    /// The user hasn't decided yet, and the server wants to be asked less often.
    SlowDown {
        /// How long the client waits between two questions from now on.
        interval: Duration,
        /// How long until the server is asked again.
        next: Duration,
    },
    /// The server could not be asked, or could not answer.
    Unavailable {
        /// What went wrong.
        error: &'a Error,
        /// How long until the server is asked again.
        next: Duration,
    },
}

/// How often the server is asked.
pub(crate) struct Pace {
    interval: Duration,
    /// How many questions in a row had no answer.
    failures: u32,
}

impl Pace {
    /// The interval where the server gives none (RFC 8628 section 3.2).
    pub(crate) const INTERVAL: Duration = Duration::from_secs(5);
    /// What `slow_down` adds (RFC 8628 section 3.5).
    const STEP: Duration = Duration::from_secs(5);
    /// The shortest interval that is taken at its word.
    const SHORTEST: Duration = Duration::from_secs(1);
    /// How far doubling goes, but for the first.
    const LONGEST_BACK_OFF: Duration = Duration::from_secs(60);

    /// `interval` of an answer, if it has one that isn't zero.
    #[must_use]
    pub(crate) fn interval(members: &Members) -> Option<Duration> {
        let interval = members.seconds("interval")?;
        (!interval.is_zero()).then(|| interval.max(Self::SHORTEST))
    }

    /// A pace that starts with this interval.
    #[must_use]
    pub(crate) fn new(interval: Duration) -> Self {
        Self {
            interval,
            failures: 0,
        }
    }

    /// The wait after an answer.
    fn answered(&mut self) -> Duration {
        self.failures = 0;
        self.interval
    }

    /// The wait after being told to slow down, perhaps to an interval.
    fn slowed_down(&mut self, told: Option<Duration>) -> Duration {
        let longer = self.interval.saturating_add(Self::STEP);
        self.interval = told.map_or(longer, |told| told.max(longer));
        self.answered()
    }

    /// The wait after a question without an answer: twice as long each time.
    fn failed(&mut self) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let doubled = 2_u32.saturating_pow(self.failures);
        let once = self.interval.saturating_mul(2);
        let longest = once.max(Self::LONGEST_BACK_OFF);
        self.interval.saturating_mul(doubled).min(longest)
    }
}

/// What follows from a question.
enum Verdict {
    Approved(TokenSet),
    Pending,
    SlowDown(Option<Duration>),
    Unavailable(Error),
    Refused(OAuthError),
    Failed(Error),
}

impl DeviceLogin {
    /// Waits until the user has approved or refused, or the code has expired.
    ///
    /// Asks the server no more often than it allows, and never after the code has expired. If the
    /// server can't be reached or is busy, it is asked again, at growing intervals. To give up,
    /// drop the future.
    ///
    /// # Errors
    ///
    /// [`DeviceLoginError::AccessDenied`], [`DeviceLoginError::ExpiredToken`], a variant for each
    /// other error of the standard, [`DeviceLoginError::OAuth`] for the rest, and
    /// [`DeviceLoginError::Request`] if a question could not be asked at all or the answer isn't
    /// one of an authorization server.
    pub async fn wait(mut self) -> Result<TokenSet, DeviceLoginError> {
        let mut pace = Pace::new(self.interval());
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
                // It may have been a longer sleep.
                if self.clock.now() >= self.deadline {
                    return Err(DeviceLoginError::ExpiredToken);
                }
            }
            let answer = self.flow.token(self.token_request()).await;
            let time = self.clock.time();
            let asked_to_wait = asked_to_wait(&answer, time);
            let wait = match judge(answer, time) {
                Verdict::Approved(tokens) => return Ok(tokens),
                Verdict::Refused(error) => return Err(self.refused(error)),
                Verdict::Failed(error) => return Err(error.into()),
                Verdict::Pending => {
                    let next = pace.answered().max(asked_to_wait);
                    self.tell(DeviceLoginProgress::Pending { next });
                    next
                }
                Verdict::SlowDown(told) => {
                    let interval = pace.slowed_down(told);
                    let next = interval.max(asked_to_wait);
                    self.tell(DeviceLoginProgress::SlowDown { interval, next });
                    next
                }
                Verdict::Unavailable(error) => {
                    let next = pace.failed().max(asked_to_wait);
                    self.tell(DeviceLoginProgress::Unavailable {
                        error: &error,
                        next,
                    });
                    next
                }
            };
            self.next_poll = self.clock.now() + wait;
        }
    }

    fn tell(&mut self, progress: DeviceLoginProgress<'_>) {
        if let Some(hear) = &mut self.progress {
            let hear = hear.get_mut().unwrap_or_else(PoisonError::into_inner);
            hear(progress);
        }
    }

    /// How the login ends with an error of the authorization server.
    fn refused(&self, error: OAuthError) -> DeviceLoginError {
        match error.error.as_str() {
            // Auth0 says `expired_token` once, and this from then on.
            "invalid_grant" if self.has_expired() => DeviceLoginError::ExpiredToken,
            _ => error.into(),
        }
    }

    /// By either clock: the one that waits may stand still while the device sleeps.
    fn has_expired(&self) -> bool {
        let time = self.clock.time();
        self.clock.now() >= self.deadline || self.expires_at.is_some_and(|end| time >= end)
    }
}

/// `Retry-After` of an answer; zero if it has none.
fn asked_to_wait(answer: &Result<RawResponse, Error>, now: SystemTime) -> Duration {
    let headers = answer.as_ref().ok().map(|response| &response.headers);
    headers
        .and_then(|headers| retry_after(headers, now))
        .unwrap_or_default()
}

/// What an answer means, by its body before its status.
fn judge(answer: Result<RawResponse, Error>, received: SystemTime) -> Verdict {
    let response = match answer {
        Ok(response) => response,
        Err(error @ (Error::Transport(_) | Error::Timeout(_))) => {
            return Verdict::Unavailable(error);
        }
        Err(error) => return Verdict::Failed(error),
    };
    let members = Members::read(&response);
    if let Ok(members) = &members
        && let Some(error) = OAuthError::find(&response, members)
    {
        return match error.error.as_str() {
            "authorization_pending" => Verdict::Pending,
            "slow_down" => Verdict::SlowDown(Pace::interval(members)),
            _ => Verdict::Refused(error),
        };
    }
    if response.status == StatusCode::TOO_MANY_REQUESTS {
        return Verdict::SlowDown(None);
    }
    if is_busy(response.status) {
        return Verdict::Unavailable(response.into_error());
    }
    if !response.status.is_success() {
        return Verdict::Failed(response.into_error());
    }
    match members.and_then(|members| TokenSet::read(&members, received)) {
        Ok(tokens) => Verdict::Approved(tokens),
        Err(problem) => Verdict::Failed(unreadable(response, problem)),
    }
}
