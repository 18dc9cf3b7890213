//! A call that has begun: what is known of its present attempt, and who is told of it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderMap, StatusCode, Uri};

use crate::call::Meta;
use crate::call::Trace;
use crate::client::Shared;
use crate::error::request_id::request_id;
use crate::error::{Error, TimeoutError};
use crate::response::{BodyMode, RawResponse};
use crate::retry::{Attempt, RetryPolicy};
use crate::transport::TransportError;
use crate::transport::address::shown;

/// A call that has begun.
pub(crate) struct CallState<'a> {
    /// The client.
    pub core: &'a Shared,
    /// The operation.
    pub meta: &'a Meta,
    /// When it is sent again.
    pub policy: &'a RetryPolicy,
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// Which answers stay unread.
    pub leave: Option<BodyMode>,
    /// Its span.
    pub trace: Trace,
    begun: Instant,
    /// It outlives the exchange, which a timeout drops.
    present: Mutex<Present>,
}

/// The present attempt.
#[derive(Default)]
struct Present {
    /// Counted from 1.
    number: u32,
    /// When it began; `None` once it has ended.
    begun: Option<Instant>,
    /// What the head of its answer calls it.
    request_id: Option<Box<str>>,
}

impl<'a> CallState<'a> {
    /// A call that begins now.
    #[must_use]
    pub(crate) fn new(
        core: &'a Shared,
        meta: &'a Meta,
        policy: &'a RetryPolicy,
        timeout: Option<Duration>,
        leave: Option<BodyMode>,
        trace: Trace,
    ) -> Self {
        Self {
            core,
            meta,
            policy,
            timeout,
            leave,
            trace,
            begun: core.connections.clock.now(),
            present: Mutex::default(),
        }
    }

    fn present(&self) -> MutexGuard<'_, Present> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many attempts have begun.
    pub(crate) fn attempts(&self) -> u32 {
        self.present().number
    }

    /// How long the call has taken so far.
    pub(crate) fn elapsed(&self) -> Duration {
        let now = self.core.connections.clock.now();
        now.saturating_duration_since(self.begun)
    }

    /// The next attempt begins: its number.
    pub(crate) fn begins(&self) -> u32 {
        let now = self.core.connections.clock.now();
        let mut present = self.present();
        present.number += 1;
        present.begun = Some(now);
        present.number
    }

    /// The request is sent.
    pub(crate) fn sends(&self) {
        self.trace.sends();
        self.present().request_id = None;
    }

    /// The head of an answer is there.
    pub(crate) fn answered(&self, status: StatusCode, headers: &HeaderMap) {
        self.trace.answered(status);
        self.present().request_id = request_id(headers).map(Box::from);
    }

    /// The answer is 401, and the request is sent with another token.
    pub(crate) fn replaces_token(&self) {
        self.trace.replaces_token(self.attempts());
    }

    /// The present attempt has ended.
    pub(crate) fn ended(&self, result: Result<StatusCode, &Error>, next: Option<Duration>) {
        let (number, begun) = {
            let mut present = self.present();
            (present.number, present.begun.take())
        };
        if let Some(wait) = next {
            self.trace.retries(number, &result, wait);
        }
        if let (Some(hear), Some(begun)) = (&self.core.listener, begun) {
            hear(&Attempt {
                operation: self.meta.id,
                number,
                took: self
                    .core
                    .connections
                    .clock
                    .now()
                    .saturating_duration_since(begun),
                result,
                next,
            });
        }
    }

    /// The call has ended.
    pub(crate) fn ends(&self, result: &Result<RawResponse, Error>) {
        self.trace
            .ends(&result.as_ref().map(|answer| answer.status));
    }

    /// The end of a call whose time is up.
    pub(crate) fn timed_out(&self, after: Duration) -> Error {
        let (attempts, request_id) = self.sent();
        let error = Error::Timeout(TimeoutError {
            operation: self.meta.id,
            limit: after,
            attempts,
            request_id,
        });
        self.ended(Err(&error), None);
        error
    }

    /// An error of the network, at this address.
    pub(crate) fn broken(&self, error: TransportError, url: &Uri) -> Error {
        let Meta { id, method, .. } = self.meta;
        let (attempts, request_id) = self.sent();
        Error::Transport(error.during(id, method.clone(), shown(url), attempts, request_id))
    }

    /// How many attempts there were, and what the answer to the last calls it.
    fn sent(&self) -> (u32, Option<Box<str>>) {
        let present = self.present();
        (present.number, present.request_id.clone())
    }
}
