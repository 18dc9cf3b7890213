//! The engine: from what an operation has encoded to the bytes that come back.
//!
//! Nothing here is generic, so that it is compiled once, however many operations there are.

use std::borrow::Cow;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use http_body::Body as _;

use crate::auth::{Token, Tokens, is_sensitive};
use crate::call::Trace;
use crate::call::state::CallState;
use crate::call::{CallOptions, Meta};
use crate::client::{ClientCore, Shared};
use crate::error::request_id::request_id;
use crate::error::{Error, InvalidRequestError, TooLargeError};
use crate::request::encoder::{Encoder, header, push_pair};
use crate::response::{RawResponse, UnreadBody};
use crate::retry::{RetryState, RetryableError, chance};
use crate::transport::TransportError;
use crate::transport::address::{BaseUrl, shown};
use crate::transport::body::Body;
use crate::wire::style::Escape;

/// How much is set aside for a body whose length is only claimed, in bytes.
const SET_ASIDE: u64 = 64 * 1024;

impl ClientCore {
    /// Completes a request, sends it, and reads the response within the limits of time and size.
    ///
    /// # Errors
    ///
    /// Every [`Error`] but those of reading the body's content.
    pub async fn execute(
        self,
        meta: Meta,
        encoded: Result<Encoder, Error>,
        mut options: CallOptions,
    ) -> Result<RawResponse, Error> {
        let core = &*self.shared;
        let timeout = options.timeout.unwrap_or(core.timeout);
        let (policy, leave) = (options.retry.take(), options.leave);
        let prepared = encoded
            .and_then(|encoded| self.prepare(&meta, encoded, &options))
            .map_err(|error| error.in_operation(meta.id));
        let policy = policy.as_ref().unwrap_or(&core.retry);
        let uri = prepared.as_ref().ok().map(|it| it.request.uri());
        let trace = Trace::new(&meta, uri);
        let call = CallState::new(core, &meta, policy, timeout, leave, trace);
        let result = call.trace.around(core.within(&call, prepared)).await;
        call.ends(&result);
        result
    }

    /// Makes the request.
    fn prepare(
        &self,
        meta: &Meta,
        mut encoded: Encoder,
        options: &CallOptions,
    ) -> Result<Prepared, Error> {
        encoded.check_path()?;
        let base = self.shared.base(meta, options)?;
        let mut base = &*base;
        let origin;
        let link = encoded.link.take();
        if let Some(link) = &link {
            (origin, encoded.path, encoded.query) = base.link(link)?;
            base = &origin;
        }
        if !meta.accept.is_empty() && !encoded.headers.contains_key(ACCEPT) {
            encoded
                .headers
                .insert(ACCEPT, value("Accept", meta.accept)?);
        }
        let body = content(&meta.method, &mut encoded)?;
        self.shared.apply(options, link.is_some(), &mut encoded)?;
        let mut tokens = None;
        if self.shared.is_home(options) {
            let schemes = self.shared.api.schemes;
            tokens = self.credentials.authenticate(meta, schemes, &mut encoded)?;
        }
        if !encoded.cookies.is_empty() {
            let mut cookies = value("Cookie", &encoded.cookies)?;
            cookies.set_sensitive(true);
            encoded.headers.insert(COOKIE, cookies);
        }
        let mut request = Request::new(body);
        *request.method_mut() = meta.method.clone();
        *request.uri_mut() = match &options.url {
            Some(url) => url.exactly()?,
            None => base.address(&encoded.path, &encoded.query)?,
        };
        *request.headers_mut() = encoded.headers;
        // So that a transport can tell what it sends.
        request.extensions_mut().insert(meta.clone());
        Ok(Prepared { request, tokens })
    }
}

/// A request that is complete but for its token, which is put into it as it is sent.
struct Prepared {
    request: Request<Body>,
    tokens: Option<Arc<dyn Tokens>>,
}

impl Shared {
    /// Adds what the client and the call have of their own. `linked` says that the address came
    /// from the server.
    fn apply(
        &self,
        options: &CallOptions,
        linked: bool,
        encoded: &mut Encoder,
    ) -> Result<(), InvalidRequestError> {
        for (name, text) in &options.headers {
            let (name, mut value) = header(name, text)?;
            value.set_sensitive(is_sensitive(&name, self.api.schemes));
            if name == COOKIE {
                encoded.cookies.clone_from(text);
            } else {
                encoded.headers.insert(name, value);
            }
        }
        let home = self.is_home(options);
        for (name, value) in &self.headers {
            if !home && name != USER_AGENT {
                continue;
            }
            if name == COOKIE {
                if encoded.cookies.is_empty() {
                    encoded
                        .cookies
                        .push_str(&String::from_utf8_lossy(value.as_bytes()));
                }
            } else if !encoded.headers.contains_key(name) {
                encoded.headers.insert(name.clone(), value.clone());
            }
        }
        for (name, value) in &options.query {
            let (mut escaped_name, mut escaped_value) = (String::new(), String::new());
            Escape::Component.push(name, &mut escaped_name);
            Escape::Component.push(value, &mut escaped_value);
            // The server repeats it in the link to the next page.
            let there = format!("{escaped_name}={escaped_value}");
            if linked && encoded.query.split('&').any(|pair| pair == there) {
                continue;
            }
            push_pair(&mut encoded.query, "&", &escaped_name, &escaped_value);
        }
        Ok(())
    }

    /// Whether the call goes where the client's own credentials and headers may go.
    fn is_home(&self, options: &CallOptions) -> bool {
        let url = options.url.as_ref();
        url.is_none_or(|url| url.same_origin(&self.base_url))
    }

    /// Where the call goes: the call's base URL, the client's if it was set by hand, the
    /// operation's server, the document's.
    fn base(
        &self,
        meta: &Meta,
        options: &CallOptions,
    ) -> Result<Cow<'_, BaseUrl>, InvalidRequestError> {
        let own = match &options.base_url {
            Some(base_url) => Some(BaseUrl::parse(base_url)?),
            None => self.own_base_url(meta.servers)?,
        };
        Ok(own.map_or(Cow::Borrowed(&self.base_url), Cow::Owned))
    }

    /// The exchange, within the time that the call may take.
    async fn within(
        &self,
        call: &CallState<'_>,
        prepared: Result<Prepared, Error>,
    ) -> Result<RawResponse, Error> {
        let exchange = self.exchange(call, prepared?);
        match call.timeout {
            None => exchange.await,
            Some(after) => match tokio::time::timeout(after, exchange).await {
                Ok(result) => result,
                Err(_) => Err(call.timed_out(after)),
            },
        }
    }

    /// Sends and reads, and does so again while the policy says so.
    async fn exchange(
        &self,
        call: &CallState<'_>,
        prepared: Prepared,
    ) -> Result<RawResponse, Error> {
        let Prepared {
            mut request,
            tokens,
        } = prepared;
        let repeats = call.policy.repeats(&request);
        loop {
            let number = call.begins();
            let again = if tokens.is_some() || call.policy.goes_on(number) {
                copy(&request, call.meta)
            } else {
                None
            };
            let result = self.once(call, request, again.as_ref(), tokens.as_deref());
            let result = result.await;
            let next = again.and_then(|again| {
                let failure = RetryableError::of(&result, self.connections.clock.time())?;
                let course = RetryState {
                    number,
                    elapsed: call.elapsed(),
                    timeout: call.timeout,
                    repeats,
                };
                let wait = call.policy.wait(&failure, &course, chance())?;
                self.connections.retry_budget.pay().then_some((again, wait))
            });
            let status = result.as_ref().map(|response| response.status);
            call.ended(status, next.as_ref().map(|(_, wait)| *wait));
            let Some((again, wait)) = next else {
                self.connections.retry_budget.ended(&result, number);
                return result;
            };
            self.connections.clock.sleep(wait).await;
            request = again;
        }
    }

    /// One attempt. A request whose token is refused is sent once more, with another, if there is
    /// a copy of it.
    async fn once(
        &self,
        call: &CallState<'_>,
        request: Request<Body>,
        again: Option<&Request<Body>>,
        tokens: Option<&dyn Tokens>,
    ) -> Result<RawResponse, Error> {
        let Some(tokens) = tokens else {
            return self.send(call, request, None).await.0;
        };
        let token = token(tokens, call.meta).await?;
        let (response, refused) = self.send(call, request, Some((tokens, &token))).await;
        let again = again.filter(|_| refused);
        let Some(again) = again.and_then(|again| copy(again, call.meta)) else {
            return response;
        };
        let other = self::token(tokens, call.meta).await?;
        if other == token {
            return response;
        }
        call.replaces_token();
        self.send(call, again, Some((tokens, &other))).await.0
    }

    /// Authenticates a request, sends it, and reads the answer; whether the token was refused, too.
    async fn send(
        &self,
        call: &CallState<'_>,
        mut request: Request<Body>,
        token: Option<(&dyn Tokens, &Token)>,
    ) -> (Result<RawResponse, Error>, bool) {
        if let Some((_, token)) = token {
            request.headers_mut().insert(AUTHORIZATION, token.header());
        }
        let url = request.uri().clone();
        call.sends();
        let response = match self.connections.transport.send(request).await {
            Ok(response) => response,
            Err(error) => return (Err(call.broken(error, &url)), false),
        };
        call.answered(response.status(), response.headers());
        let mut refused = false;
        if let Some((tokens, token)) = token {
            refused = response.status() == StatusCode::UNAUTHORIZED;
            tokens.answered(token, refused);
        }
        (self.receive(call, response, &url).await, refused)
    }

    /// Reads the body of an answer, unless it is left.
    async fn receive(
        &self,
        call: &CallState<'_>,
        response: http::Response<Body>,
        url: &Uri,
    ) -> Result<RawResponse, Error> {
        let meta = call.meta;
        let (parts, body) = response.into_parts();
        let mut answer = RawResponse::new(meta.id, parts.status, parts.headers, Bytes::new());
        answer.attempts = call.attempts();
        let limit = self.response_limit;
        if call
            .leave
            .is_some_and(|leave| leave(answer.status, &answer.headers))
        {
            answer.rest = Some(UnreadBody {
                body,
                method: meta.method.clone(),
                url: shown(url),
                attempts: answer.attempts,
                time_limit: None,
                size_limit: limit,
                clock: Arc::clone(&self.connections.clock),
                again: None,
            });
            return Ok(answer);
        }
        // The answer to HEAD has the length of a body that doesn't come.
        let claimed = match meta.method {
            Method::HEAD => 0,
            _ => length(&answer.headers).unwrap_or_default(),
        };
        match read(body, limit, claimed).await {
            Ok(Some(body)) => {
                answer.body = body;
                Ok(answer)
            }
            Ok(None) => Err(Error::TooLarge(TooLargeError {
                operation: meta.id,
                status: answer.status,
                limit,
                request_id: request_id(&answer.headers).map(Box::from),
            })),
            Err(error) => Err(call.broken(error.in_body(), url)),
        }
    }
}

/// A token for a call.
async fn token(tokens: &dyn Tokens, meta: &Meta) -> Result<Token, Error> {
    let token = tokens.token().await;
    token.map_err(|error| Error::Authentication(error.in_operation(meta.id)))
}

/// The same request once more; `None` if its body comes only once.
fn copy(request: &Request<Body>, meta: &Meta) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().try_clone()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy.extensions_mut().insert(meta.clone());
    Some(copy)
}

/// Reads a body; `None` if it is larger than the limit, or claims to be.
async fn read(mut body: Body, limit: u64, claimed: u64) -> Result<Option<Bytes>, TransportError> {
    if claimed > limit {
        return Ok(None);
    }
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        // What isn't data is trailers, which nobody asks for.
        let Ok(chunk) = frame?.into_data() else {
            continue;
        };
        let length = first.len() + all.len() + chunk.len();
        if length as u64 > limit {
            return Ok(None);
        }
        if first.is_empty() && all.is_empty() {
            first = chunk;
            continue;
        }
        if all.is_empty() {
            all.reserve(claimed.min(SET_ASIDE) as usize);
            all.extend_from_slice(&std::mem::take(&mut first));
        }
        all.extend_from_slice(&chunk);
    }
    Ok(Some(if all.is_empty() { first } else { all.freeze() }))
}

/// Takes the body and sets its media type, unless a header parameter has.
fn content(method: &Method, encoded: &mut Encoder) -> Result<Body, InvalidRequestError> {
    let (media_type, body) = match (encoded.body.take(), encoded.text.take()) {
        (Some((media_type, body)), _) => (Some(media_type), body),
        (None, Some((media_type, text))) => {
            (Some(value("Content-Type", media_type)?), Body::from(text))
        }
        (None, None) => (None, Body::empty()),
    };
    let is_empty = body.as_bytes().is_some_and(Bytes::is_empty);
    if is_empty && matches!(*method, Method::POST | Method::PUT | Method::PATCH) {
        // The methods that expect a body say that there is none (RFC 9110 8.6); some servers
        // refuse them otherwise.
        encoded
            .headers
            .insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    if let (Some(media_type), false) = (media_type, encoded.headers.contains_key(CONTENT_TYPE)) {
        encoded.headers.insert(CONTENT_TYPE, media_type);
    }
    Ok(body)
}

fn value(name: &str, text: &str) -> Result<HeaderValue, InvalidRequestError> {
    header(name, text).map(|(_, value)| value)
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()
}
