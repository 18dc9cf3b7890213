//! A transport without a network, for the tests of those who use the client.

#[cfg(feature = "streaming")]
mod events;
pub(crate) mod reply;
pub(crate) mod request;

pub use self::reply::{MockReply, Mocked};
pub use self::request::MockRequest;

use std::any::type_name;
use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use crate::auth::{Credential, SchemeKind};
use crate::call::{Meta, Operation};
use crate::client::ClientCoreBuilder;
use crate::retry::RetryPolicy;
use crate::transport::body::Body;
use crate::transport::{BoxFuture, Transport, TransportError};
use crate::wire::Encode;

/// Where calls go, as far as anyone looks, if the document names no host (RFC 2606 section 2).
const NOWHERE: &str = "https://mock.invalid";
/// What stands for every credential.
const PLACEHOLDER: &str = "mock";

/// A [`Transport`] that sends nothing: it answers each operation as it was told to, and keeps the
/// requests. A clone is the same mock.
///
/// Replies to an operation are given in the order in which they were told, each once, and the last
/// as often as it is asked for; [`times`](MockedReply::times) says otherwise. Calls of the same
/// `operationId` that differ in their request body alone are one operation. A call that there is no
/// reply for ends with an error that says so.
#[derive(Clone, Default)]
pub struct Mock {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    queues: Vec<Queue>,
    requests: Vec<Received>,
    /// Calls that there was no reply for.
    unanswered: Vec<String>,
    /// How many replies were told.
    told: u64,
}

/// The replies to an operation.
struct Queue {
    target: Target,
    replies: VecDeque<Told>,
}

/// Which requests are meant.
#[derive(Clone, PartialEq)]
struct Target {
    id: String,
    /// Other calls of the same operation ask for other media types.
    accept: Option<&'static str>,
}

/// A reply that was told.
struct Told {
    number: u64,
    source: Source,
    status: Option<u16>,
    headers: Vec<(String, String)>,
    delay: Duration,
    /// How often it is yet to be given; `None` if nobody said.
    left: Option<u64>,
    /// How often it was given.
    given: u64,
}

#[derive(Clone)]
enum Source {
    Ready(MockReply),
    Made(Arc<dyn Fn(&MockRequest) -> MockReply + Send + Sync>),
}

/// A request, with what the operation asks for.
struct Received {
    accept: &'static str,
    request: MockRequest,
}

impl Mock {
    /// A mock that has been told nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells how an operation is answered: `mock.on::<CreateThing>().reply(thing)`.
    #[must_use = "say how it is answered"]
    pub fn on<O: Mocked>(&self) -> MockedOperation<O> {
        MockedOperation {
            mock: self.clone(),
            target: Target::of::<O>(),
            status: O::STATUS,
            operation: PhantomData,
        }
    }

    /// Tells how a request is answered that isn't an operation of the document, by the name that
    /// errors have for it: `device authorization request`, `token request`, `discovery`.
    #[must_use = "say how it is answered"]
    pub fn on_id(&self, id: impl Into<String>) -> MockedOperation<()> {
        MockedOperation {
            mock: self.clone(),
            target: Target {
                id: id.into(),
                accept: None,
            },
            status: 200,
            operation: PhantomData,
        }
    }

    /// The requests of an operation, in their order.
    #[must_use]
    pub fn requests<O: Operation>(&self) -> Vec<MockRequest> {
        self.received(|it| Target::of::<O>().takes(it))
    }

    /// The requests by this name: see [`on_id`](Self::on_id).
    #[must_use]
    pub fn requests_of(&self, id: &str) -> Vec<MockRequest> {
        self.received(|it| it.request.operation == id)
    }

    /// All requests, in their order.
    #[must_use]
    pub fn all_requests(&self) -> Vec<MockRequest> {
        self.received(|_| true)
    }

    fn received(&self, wanted: impl Fn(&Received) -> bool) -> Vec<MockRequest> {
        let state = self.state();
        let wanted = state.requests.iter().filter(|it| wanted(it));
        wanted.map(|it| it.request.clone()).collect()
    }

    /// Makes sure that every reply was given, as often as was said, and that every call had one.
    ///
    /// # Panics
    ///
    /// It isn't so; the message names each reply and call.
    #[track_caller]
    pub fn verify(&self) {
        let state = self.state();
        let mut wrong = state.unanswered.clone();
        for queue in &state.queues {
            for (at, told) in queue.replies.iter().enumerate() {
                let given = told.given;
                let problem = match told.left {
                    Some(left) if left > 0 => {
                        format!("was given {given} of {} times", given + left)
                    }
                    None if given == 0 => "was never given".to_owned(),
                    Some(_) | None => continue,
                };
                let place = match at {
                    0 => "the next reply".to_owned(),
                    at => format!("the reply after {at} others"),
                };
                wrong.push(format!("{place} to `{}` {problem}", queue.target.id));
            }
        }
        drop(state);
        assert!(
            wrong.is_empty(),
            "the mock isn't used up:\n- {}",
            wrong.join("\n- ")
        );
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of a request and gives the reply to it, and how long it takes.
    fn answer(&self, accept: &'static str, request: MockRequest) -> (Duration, MockReply) {
        let mut state = self.state();
        let received = Received {
            accept,
            request: request.clone(),
        };
        let queues = state.queues.iter_mut();
        let reply = queues
            .filter(|queue| queue.target.takes(&received))
            .find_map(Queue::next);
        state.requests.push(received);
        let Some(reply) = reply else {
            let problem = state.nothing_for(&request);
            state.unanswered.push(problem.clone());
            return (
                Duration::ZERO,
                MockReply::fail(TransportError::other(problem).permanent()),
            );
        };
        // What makes a reply may ask the mock.
        drop(state);
        let mut made = match reply.source {
            Source::Ready(reply) => reply,
            Source::Made(make) => make(&request),
        };
        if let Some(status) = reply.status {
            made = made.status(status);
        }
        for (name, value) in reply.headers {
            made = made.header(name, value);
        }
        (reply.delay, made)
    }
}

impl ClientCoreBuilder {
    /// Sends every call to a mock, with placeholders for all credentials. Each call is sent once, so
    /// that a test needn't wait for the retries of a failure it asks for.
    pub fn mock(self, mock: &Mock) -> Self {
        let mut builder = self.transport(mock.clone()).retry(RetryPolicy::never());
        for scheme in builder.api.schemes {
            let credential = match scheme.kind {
                SchemeKind::Basic => Credential::basic(PLACEHOLDER, PLACEHOLDER),
                SchemeKind::Bearer => Credential::bearer(PLACEHOLDER),
                SchemeKind::HeaderKey(_)
                | SchemeKind::QueryKey(_)
                | SchemeKind::CookieKey(_)
                | SchemeKind::Authorization(_) => Credential::key(PLACEHOLDER),
            };
            builder = builder.credential(scheme.name, credential);
        }
        match builder.server_base_url() {
            Ok(_) => builder,
            Err(_) => builder.base_url(NOWHERE),
        }
    }
}

impl State {
    /// Why a call has no reply.
    fn nothing_for(&self, request: &MockRequest) -> String {
        let MockRequest {
            operation, method, ..
        } = request;
        let path = request.uri.path();
        let mut mocked: Vec<String> = self
            .queues
            .iter()
            .map(|queue| format!("`{}`", queue.target.id))
            .collect();
        mocked.sort();
        mocked.dedup();
        let others = match mocked.as_slice() {
            [] => "nothing is mocked".to_owned(),
            some => format!("mocked are {}", some.join(", ")),
        };
        format!("the mock has no reply to `{operation}` ({method} {path}); {others}")
    }
}

impl Target {
    fn of<O: Operation>() -> Self {
        Self {
            id: O::META.id.to_owned(),
            accept: Some(O::META.accept),
        }
    }

    fn takes(&self, it: &Received) -> bool {
        self.id == it.request.operation && self.accept.is_none_or(|accept| accept == it.accept)
    }
}

/// What to reply with this time.
struct Next {
    source: Source,
    status: Option<u16>,
    headers: Vec<(String, String)>,
    delay: Duration,
}

impl Queue {
    fn next(&mut self) -> Option<Next> {
        while let Some(first) = self.replies.front() {
            let over = match first.left {
                Some(left) => left == 0,
                None => first.given > 0 && self.replies.len() > 1,
            };
            if !over {
                break;
            }
            self.replies.pop_front();
        }
        let first = self.replies.front_mut()?;
        first.given += 1;
        first.left = first.left.map(|left| left - 1);
        Some(Next {
            source: first.source.clone(),
            status: first.status,
            headers: first.headers.clone(),
            delay: first.delay,
        })
    }
}

impl Transport for Mock {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let meta = request.extensions().get::<Meta>();
            let (id, accept) = meta.map_or(("", ""), |meta| (meta.id, meta.accept));
            let request = MockRequest::read(id, request).await?;
            let (delay, reply) = self.answer(accept, request);
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            reply.into_response()
        })
    }
}

/// Prints how much was told and asked, never a request.
impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Mock")
            .field("told", &state.told)
            .field("asked", &state.requests.len())
            .finish_non_exhaustive()
    }
}

/// An operation of a [`Mock`], to be told a reply.
#[must_use = "say how it is answered"]
pub struct MockedOperation<O> {
    mock: Mock,
    target: Target,
    /// The status of a success.
    status: u16,
    operation: PhantomData<fn() -> O>,
}

impl<O: Mocked> MockedOperation<O> {
    /// What the call gives: the status and the media type are those of the document.
    pub fn reply(self, output: impl Into<O::Output>) -> MockedReply<O> {
        self.push(Source::Ready(O::reply(output.into())))
    }
}

impl<O> MockedOperation<O> {
    /// JSON, with the status of the document's first success.
    pub fn reply_json(self, body: impl Encode) -> MockedReply<O> {
        let status = self.status;
        self.push(Source::Ready(MockReply::json(status, &body)))
    }

    /// Bytes as they are.
    pub fn reply_raw<'a>(
        self,
        status: u16,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: impl Into<Bytes>,
    ) -> MockedReply<O> {
        let mut reply = MockReply::new(status, body);
        for (name, value) in headers {
            reply = reply.header(name, value);
        }
        self.push(Source::Ready(reply))
    }

    /// JSON with a status that isn't a success: the document's model of it, or a
    /// [`serde_json::Value`].
    pub fn reply_error(self, status: u16, body: impl Encode) -> MockedReply<O> {
        self.push(Source::Ready(MockReply::json(status, &body)))
    }

    /// No answer: the exchange fails.
    pub fn fail(self, error: TransportError) -> MockedReply<O> {
        self.push(Source::Ready(MockReply::fail(error)))
    }

    /// What is made of the request.
    pub fn reply_with(
        self,
        make: impl Fn(&MockRequest) -> MockReply + Send + Sync + 'static,
    ) -> MockedReply<O> {
        self.push(Source::Made(Arc::new(make)))
    }

    fn push(self, source: Source) -> MockedReply<O> {
        let mut state = self.mock.state();
        let number = state.told;
        state.told += 1;
        let told = Told {
            number,
            source,
            status: None,
            headers: Vec::new(),
            delay: Duration::ZERO,
            left: None,
            given: 0,
        };
        let known = state.queues.iter_mut().find(|it| it.target == self.target);
        match known {
            Some(queue) => queue.replies.push_back(told),
            None => state.queues.push(Queue {
                target: self.target.clone(),
                replies: [told].into(),
            }),
        }
        drop(state);
        MockedReply {
            operation: self,
            number,
        }
    }
}

/// A reply that a [`Mock`] was told.
pub struct MockedReply<O> {
    operation: MockedOperation<O>,
    number: u64,
}

impl<O> MockedReply<O> {
    /// It is given so many times, and then no more. [`Mock::verify`] counts them.
    pub fn times(self, times: u64) -> Self {
        self.change(|told| told.left = Some(times))
    }

    /// It comes after so long, by tokio's clock, as time limits do: in a test with paused time
    /// (`#[tokio::test(start_paused = true)]`) at once.
    pub fn delay(self, delay: Duration) -> Self {
        self.change(|told| told.delay = delay)
    }

    /// It has this status.
    pub fn status(self, status: u16) -> Self {
        self.change(|told| told.status = Some(status))
    }

    /// It has this header, in place of what would be under the name.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let header = (name.into(), value.into());
        self.change(|told| told.headers.push(header))
    }

    /// What comes after it.
    pub fn then(self) -> MockedOperation<O> {
        self.operation
    }

    fn change(self, change: impl FnOnce(&mut Told)) -> Self {
        let mut state = self.operation.mock.state();
        let told = state.queues.iter_mut().flat_map(|it| &mut it.replies);
        if let Some(told) = told.into_iter().find(|it| it.number == self.number) {
            change(told);
        }
        drop(state);
        self
    }
}

/// Prints the operation.
impl<O> fmt::Debug for MockedOperation<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockedOperation")
            .field("id", &self.target.id)
            .field("type", &type_name::<O>())
            .finish_non_exhaustive()
    }
}

/// Prints the operation.
impl<O> fmt::Debug for MockedReply<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockedReply")
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}
