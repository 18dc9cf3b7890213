//! Sends the request of a call: attempts, retries, tokens, redirects, and the time limit.
//!
//! Nothing here is generic, so it is compiled once, however many operations there are.

use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::auth::{Token, Tokens};
use crate::call::request::PreparedRequest;
use crate::call::state::{CallSettings, CallState};
use crate::call::time_limit::within;
use crate::call::{CallOptions, Meta, Trace};
use crate::client::ClientCore;
use crate::error::{Error, TimeLimit};
use crate::request::encoder::Encoder;
use crate::response::{RawResponse, ResponseFuture};
use crate::retry::{RetryState, RetryableError, chance};
#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
use crate::transport::ClientTransport;
use crate::transport::Next;
use crate::transport::body::Body;

impl ClientCore {
    /// Completes a request, sends it, and reads the response within the limits of time and size.
    ///
    /// # Errors
    ///
    /// Fails with any [`Error`] except [`Error::Api`], and with [`Error::Decode`] only if the content
    /// coding of a success can't be decoded. Apart from that, the response is returned as it was
    /// received.
    pub fn execute(
        &self,
        meta: Meta,
        encoded: Result<Encoder, Error>,
        options: &CallOptions,
    ) -> ResponseFuture<RawResponse> {
        let mut request = self.prepare(&meta, encoded, options);
        let settings = CallSettings {
            timeout: options.timeout.unwrap_or(self.shared.timeout),
            attempt_timeout: options
                .attempt_timeout
                .unwrap_or(self.shared.attempt_timeout),
            retry: options.retry.clone().map(Box::new),
            body_mode: options.body_mode,
        };
        let shared = Arc::clone(&self.shared);
        // A block, not a function: the future of an async function holds its arguments twice.
        ResponseFuture::new(async move {
            let url = request.as_ref().ok().map(|request| &request.url);
            let trace = Trace::new(&meta, url, &shared.propagation);
            let result = match request {
                Ok(ref mut request) => {
                    let mut call = CallState::new(&shared, &meta, &settings, &trace);
                    trace.instrument(call.send_in_time(request)).await
                }
                Err(error) => Err(error.in_operation(meta.id)),
            };
            trace.end(&result.as_ref().map(|response| response.status));
            result
        })
    }
}

impl CallState<'_> {
    /// Sends the request within the time limit of the call.
    async fn send_in_time(&mut self, request: &mut PreparedRequest) -> Result<RawResponse, Error> {
        let Some(limit) = self.settings.timeout else {
            return self.send_with_retries(request).await;
        };
        let upload = request.upload.clone();
        let in_time = {
            let result = pin!(self.send_with_retries(request));
            within(limit, upload.as_deref(), result).await
        };
        if let Some(result) = in_time {
            return result;
        }
        let error = self.timeout_error(TimeLimit::Call, limit);
        let result = self.interrupted(error, request);
        self.end_attempt(result.as_ref().map(|response| response.status), None);
        result
    }

    /// Makes attempts until the result of one is final.
    async fn send_with_retries(
        &mut self,
        request: &mut PreparedRequest,
    ) -> Result<RawResponse, Error> {
        loop {
            self.begin_attempt();
            let result = self.attempt_in_time(request).await;
            let wait = match self.decide(result, request) {
                ControlFlow::Break(result) => return result,
                ControlFlow::Continue(wait) => wait,
            };
            self.shared.connections.clock.sleep(wait).await;
        }
    }

    /// Makes an attempt within the time limit of attempts.
    async fn attempt_in_time(
        &mut self,
        request: &mut PreparedRequest,
    ) -> Result<RawResponse, Error> {
        let Some(limit) = self.settings.attempt_timeout else {
            return self.attempt_with_credentials(request).await;
        };
        let upload = request.upload.clone();
        let in_time = {
            // Boxed, so that the future of a call without this limit is smaller.
            let mut attempt = Box::pin(self.attempt_with_credentials(request));
            within(limit, upload.as_deref(), attempt.as_mut()).await
        };
        in_time.unwrap_or_else(|| {
            let error = self.timeout_error(TimeLimit::Attempt, limit);
            self.interrupted(error, request)
        })
    }

    /// Sends the request, with a token if the call needs one, and reads the response.
    async fn attempt_with_credentials(
        &mut self,
        request: &mut PreparedRequest,
    ) -> Result<RawResponse, Error> {
        if request.tokens.is_some() {
            // Boxed for the same reason.
            Box::pin(self.attempt_with_token(request)).await
        } else {
            self.attempt(request, None).await
        }
    }

    /// Ends an attempt. Continues with the time to wait before the next one, or breaks with the
    /// result of the call.
    fn decide(
        &mut self,
        result: Result<RawResponse, Error>,
        request: &PreparedRequest,
    ) -> ControlFlow<Result<RawResponse, Error>, Duration> {
        let wait = self.wait_before_retry(&result, request);
        self.end_attempt(result.as_ref().map(|response| response.status), wait);
        if let Some(wait) = wait {
            self.remember(&result);
            return ControlFlow::Continue(wait);
        }
        let budget = &self.shared.connections.retry_budget;
        budget.ended(&result, self.attempt);
        ControlFlow::Break(result)
    }

    /// Returns how long to wait before another attempt; `None` if there is none.
    fn wait_before_retry(
        &self,
        result: &Result<RawResponse, Error>,
        request: &PreparedRequest,
    ) -> Option<Duration> {
        if !request.can_be_sent() {
            return None;
        }
        let connections = &self.shared.connections;
        let error = RetryableError::of(result, self.policy(), connections.clock.time())?;
        let state = RetryState {
            number: self.attempt,
            elapsed: self.elapsed(),
            timeout: self.settings.timeout,
            // Nothing was sent if the attempt ended before, such as by its time limit.
            repeats: !self.is_sent
                || self
                    .policy()
                    .repeats(&self.meta.method.http(), &request.headers),
        };
        let wait = self.policy().wait(&error, &state, chance())?;
        connections.retry_budget.pay().then_some(wait)
    }

    /// Sends the request and reads the response.
    async fn attempt(
        &mut self,
        request: &mut PreparedRequest,
        token: Option<&Token>,
    ) -> Result<RawResponse, Error> {
        let response = self.send(request, token).await?;
        self.receive(response, request).await
    }

    /// Sends the request with a token, and once more with another token if the server rejects the
    /// first.
    async fn attempt_with_token(
        &mut self,
        request: &mut PreparedRequest,
    ) -> Result<RawResponse, Error> {
        let Some(tokens) = request.tokens.clone() else {
            return self.attempt(request, None).await;
        };
        let token = self.token(&*tokens).await?;
        let response = self.send(request, Some(&token)).await?;
        let refused = is_token_refused(&response, request);
        tokens.answered(&token, refused);
        let result = self.receive(response, request).await;
        if !refused || !request.can_be_sent() {
            return result;
        }
        if let Ok(response) = &result {
            self.keep(response);
        }
        let other = match self.token(&*tokens).await {
            Ok(other) if other != token => other,
            Ok(_) => return result,
            Err(error) => return self.interrupted(error, request),
        };
        self.trace.replace_token(self.attempt);
        let response = self.send(request, Some(&other)).await?;
        tokens.answered(&other, is_token_refused(&response, request));
        self.receive(response, request).await
    }

    /// Sends the request and follows redirects; returns the response as soon as its headers have
    /// come.
    async fn send(
        &mut self,
        request: &mut PreparedRequest,
        token: Option<&Token>,
    ) -> Result<http::Response<Body>, Error> {
        request.hop = None;
        loop {
            let response = self.send_once(request, token).await?;
            if !self.follow(&response, request)? {
                return Ok(response);
            }
        }
    }

    /// Sends the request to its URL, or to that of a redirect.
    async fn send_once(
        &mut self,
        request: &mut PreparedRequest,
        token: Option<&Token>,
    ) -> Result<http::Response<Body>, Error> {
        let goes_on = token.is_some() || self.policy().goes_on(self.attempt);
        let keep = goes_on || self.shared.follow_redirects;
        let span = self.begin_request(request.current_url());
        let result = match &self.shared.connections.transport {
            #[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
            ClientTransport::Http(transport) if self.shared.middleware.is_empty() => {
                let request = request.reqwest_request(self.meta, token, &span, keep);
                span.instrument(transport.start(request)).await
            }
            transport => {
                let api = self.shared.api;
                let request = request.http_request(self.meta, api, token, &span, keep)?;
                #[cfg(feature = "umbrella")]
                let request = self.shared.with_library(request);
                let next = Next::new(&self.shared.middleware, transport);
                span.instrument(next.send(request)).await
            }
        };
        let result = result.map_err(|it| self.transport_error(it, request.current_url()));
        span.end(&result.as_ref().map(http::Response::status));
        if let Ok(response) = &result {
            self.trace.begin_response(response.status());
        }
        result
    }

    /// Returns a token for the call.
    async fn token(&self, tokens: &dyn Tokens) -> Result<Token, Error> {
        let token = tokens.token().await;
        token.map_err(|error| Error::Authentication(error.in_operation(self.meta.id)))
    }
}

/// Returns whether the server rejects the token. A server of another origin didn't get it.
fn is_token_refused(response: &http::Response<Body>, request: &PreparedRequest) -> bool {
    response.status() == StatusCode::UNAUTHORIZED && request.is_same_origin()
}
