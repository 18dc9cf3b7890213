//! The state of a call that is under way.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use url::Url;

use crate::call::receive::PartialResponse;
use crate::call::{Meta, NotFollowed, RequestSpan, Trace};
use crate::client::Shared;
use crate::clock::Instant;
use crate::error::request_id::request_id;
use crate::error::{Error, TimeLimit, TimeoutError};
use crate::response::{BodyMode, RawResponse};
use crate::retry::{Attempt, RetryPolicy};
use crate::transport::TransportError;
use crate::transport::address::without_query;

/// The settings of a call.
pub(super) struct CallSettings {
    /// The time limit; `None` for no limit.
    pub(super) timeout: Option<Duration>,
    /// The time limit of each attempt; `None` for no limit.
    pub(super) attempt_timeout: Option<Duration>,
    /// The retry policy; `None` for the client's.
    pub(super) retry: Option<Box<RetryPolicy>>,
    /// Which responses are left unread; `None` for none.
    pub(super) body_mode: Option<BodyMode>,
}

/// A call that is under way.
pub(super) struct CallState<'a> {
    pub(super) shared: &'a Shared,
    pub(super) meta: &'a Meta,
    pub(super) settings: &'a CallSettings,
    pub(super) trace: &'a Trace,
    begun: Instant,
    /// The number of the latest attempt, counted from 1.
    pub(super) attempt: u32,
    /// When the latest attempt began; `None` once it has ended.
    attempt_begun: Option<Instant>,
    /// Whether the latest attempt has begun to send the request.
    pub(super) is_sent: bool,
    /// The response that is being read or was rejected.
    pub(super) partial: Option<PartialResponse>,
    /// The headers of the latest response that wasn't returned: its body is being read, or the
    /// request is sent again. Errors take the request ID from them.
    pub(super) response_headers: HeaderMap,
    /// Why the latest response, a redirect, isn't followed.
    pub(super) not_followed: Option<NotFollowed>,
}

impl<'a> CallState<'a> {
    /// Begins a call.
    #[must_use]
    pub(super) fn new(
        shared: &'a Shared,
        meta: &'a Meta,
        settings: &'a CallSettings,
        trace: &'a Trace,
    ) -> Self {
        Self {
            shared,
            meta,
            settings,
            trace,
            begun: shared.connections.clock.now(),
            attempt: 0,
            attempt_begun: None,
            is_sent: false,
            partial: None,
            response_headers: HeaderMap::new(),
            not_followed: None,
        }
    }

    /// Returns the retry policy.
    pub(super) fn policy(&self) -> &'a RetryPolicy {
        self.settings.retry.as_deref().unwrap_or(&self.shared.retry)
    }

    /// Returns the time since the call began.
    pub(super) fn elapsed(&self) -> Duration {
        self.since(self.begun)
    }

    fn since(&self, begun: Instant) -> Duration {
        let now = self.shared.connections.clock.now();
        now.saturating_duration_since(begun)
    }

    /// Begins the next attempt.
    pub(super) fn begin_attempt(&mut self) {
        self.attempt += 1;
        self.is_sent = false;
        self.partial = None;
        self.attempt_begun = Some(match self.attempt {
            1 => self.begun,
            _ => self.shared.connections.clock.now(),
        });
    }

    /// Begins to send the request to a URL.
    pub(super) fn begin_request(&mut self, url: &Url) -> RequestSpan {
        self.is_sent = true;
        self.partial = None;
        self.response_headers.clear();
        self.not_followed = None;
        self.trace
            .begin_request(&self.shared.propagation, self.meta, url)
    }

    /// Keeps the headers of a response after which the request is sent again.
    pub(super) fn remember(&mut self, result: &Result<RawResponse, Error>) {
        if let Ok(response) = result {
            self.response_headers.clone_from(&response.headers);
        }
    }

    /// Ends the latest attempt and tells the listener; `wait` is the time until the next attempt.
    pub(super) fn end_attempt(
        &mut self,
        result: Result<StatusCode, &Error>,
        wait: Option<Duration>,
    ) {
        if let Some(wait) = wait {
            self.trace.retry(self.attempt, &result, wait);
        }
        let begun = self.attempt_begun.take();
        if let (Some(listener), Some(begun)) = (&self.shared.listener, begun) {
            listener(&Attempt {
                operation: self.meta.id,
                number: self.attempt,
                took: self.since(begun),
                result,
                next: wait,
            });
        }
    }

    /// Creates the error for a time limit that the call has exceeded.
    pub(super) fn timeout_error(&self, exceeded: TimeLimit, limit: Duration) -> Error {
        Error::Timeout(TimeoutError {
            operation: self.meta.id,
            exceeded,
            limit,
            attempts: self.attempt,
            request_id: self.request_id(),
        })
    }

    /// Adds the call to an error of the transport.
    pub(super) fn transport_error(&self, error: TransportError, url: &Url) -> Error {
        Error::Transport(error.during(
            self.meta.id,
            self.meta.method.http(),
            without_query(url).to_owned(),
            self.attempt,
            self.request_id(),
        ))
    }

    fn request_id(&self) -> Option<Box<str>> {
        request_id(&self.response_headers).map(Box::from)
    }
}
