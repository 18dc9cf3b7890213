//! A transport for tests that sends nothing and replies as configured.
//!
//! Pass a [`Mock`] to a client's builder (`mock`), or create a client with `Client::mocked`.
//! Configure the replies per operation, call the client, and then check the requests.
//!
//! ```
//! use wiretrue::mock::{Mock, MockReply};
//!
//! let mock = Mock::new();
//! mock.on_id("token request")
//!     .reply_raw(503, [("retry-after", "1")], "try later")
//!     .times(1)
//!     .then()
//!     .reply_with(|request| {
//!         assert_eq!(request.form()[0].0, "grant_type");
//!         MockReply::text(200, "done")
//!     });
//!
//! // Here a client sends its calls to the mock.
//! # assert!(mock.all_requests().is_empty());
//! ```
//!
//! `mock.on::<ListPets>().reply(pets)` replies to an operation by its type, with a value of its output.

#[cfg(feature = "streaming")]
mod events;
#[cfg(feature = "streaming")]
mod json_stream;
mod operation;
mod queue;
pub(crate) mod reply;
pub(crate) mod request;

pub use self::operation::{MockedOperation, MockedReply};
pub use self::reply::{MockReply, Mocked};
pub use self::request::MockRequest;

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::auth::{Credential, SchemeKind};
use crate::call::{Meta, Operation};
use crate::client::ClientCoreBuilder;
use crate::mock::queue::{RecordedRequest, ReplyQueue, ReplySource, RequestMatcher};
use crate::retry::RetryPolicy;
use crate::transport::body::Body;
use crate::transport::{BoxFuture, Transport, TransportError};

/// The base URL of calls if the document names no host (RFC 2606 section 2).
const BASE_URL: &str = "https://mock.invalid";
/// The value of every credential.
const PLACEHOLDER: &str = "mock";

/// A [`Transport`] that sends nothing.
///
/// It replies to each operation as configured and records the requests. Clones share their replies
/// and requests.
///
/// Replies to an operation are sent in the order in which they were configured, each once; the last
/// one is repeated. Change this with [`times`](MockedReply::times). Calls with the same
/// `operationId` that differ in their request body only are one operation. A call without a reply
/// fails, with an error that says so.
#[derive(Clone, Default)]
pub struct Mock {
    state: Arc<Mutex<State>>,
}

/// The replies and requests of a mock.
#[derive(Default)]
struct State {
    queues: Vec<ReplyQueue>,
    requests: Vec<RecordedRequest>,
    /// A message for each call that had no reply.
    without_reply: Vec<String>,
    /// How many replies were configured.
    configured: u64,
}

impl Mock {
    /// Creates a mock with no replies configured.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Configures the replies to an operation: `mock.on::<CreateThing>().reply(thing)`.
    #[must_use = "configure a reply"]
    pub fn on<O: Mocked>(&self) -> MockedOperation<O> {
        MockedOperation {
            mock: self.clone(),
            matcher: RequestMatcher::of::<O>(),
            status: O::STATUS,
            operation: PhantomData,
        }
    }

    /// Configures the replies to a request that isn't an operation of the document.
    ///
    /// `id` is the name of the request in errors: `device authorization request`, `token request`
    /// or `discovery`.
    #[must_use = "configure a reply"]
    pub fn on_id(&self, id: impl Into<String>) -> MockedOperation<()> {
        MockedOperation {
            mock: self.clone(),
            matcher: RequestMatcher {
                id: id.into(),
                accept: None,
                #[cfg(feature = "umbrella")]
                type_name: None,
            },
            status: 200,
            operation: PhantomData,
        }
    }

    /// Returns the requests of an operation, in the order in which they were sent.
    #[must_use]
    pub fn requests<O: Operation>(&self) -> Vec<MockRequest> {
        self.received(|it| RequestMatcher::of::<O>().matches(it))
    }

    /// Returns the requests with this name, in the order in which they were sent; see
    /// [`on_id`](Self::on_id).
    #[must_use]
    pub fn requests_of(&self, id: &str) -> Vec<MockRequest> {
        self.received(|it| it.request.operation == id)
    }

    /// Returns all requests, in the order in which they were sent.
    #[must_use]
    pub fn all_requests(&self) -> Vec<MockRequest> {
        self.received(|_| true)
    }

    fn received(&self, wanted: impl Fn(&RecordedRequest) -> bool) -> Vec<MockRequest> {
        let state = self.state();
        let wanted = state.requests.iter().filter(|it| wanted(it));
        wanted.map(|it| it.request.clone()).collect()
    }

    /// Checks that every configured reply was sent, as often as [`times`](MockedReply::times)
    /// requires, and that every call had a reply.
    ///
    /// # Panics
    ///
    /// Panics if a check fails. The message lists each unsent reply and each call without a reply.
    #[track_caller]
    pub fn verify(&self) {
        let state = self.state();
        let mut failures = state.without_reply.clone();
        for queue in &state.queues {
            for (index, queued) in queue.replies.iter().enumerate() {
                let sent = queued.sent;
                let problem = match queued.remaining {
                    Some(remaining) if remaining > 0 => {
                        format!("was sent {sent} of {} times", sent + remaining)
                    }
                    None if sent == 0 => "was never sent".to_owned(),
                    Some(_) | None => continue,
                };
                let (number, id) = (index + 1, &queue.matcher.id);
                failures.push(format!("pending reply {number} to `{id}` {problem}"));
            }
        }
        drop(state);
        assert!(
            failures.is_empty(),
            "the mock's replies and calls don't match:\n- {}",
            failures.join("\n- ")
        );
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a request. Returns its reply, and how long to delay it.
    fn reply_to(&self, received: RecordedRequest) -> (Duration, MockReply) {
        let mut state = self.state();
        let request = received.request.clone();
        let queues = state.queues.iter_mut();
        let reply = queues
            .filter(|queue| queue.matcher.matches(&received))
            .find_map(ReplyQueue::next);
        state.requests.push(received);
        let Some(reply) = reply else {
            let problem = state.no_reply_message(&request);
            state.without_reply.push(problem.clone());
            return (
                Duration::ZERO,
                MockReply::fail(TransportError::other(problem).permanent()),
            );
        };
        // The callback may use the mock.
        drop(state);
        let mut response = match reply.source {
            ReplySource::Fixed(reply) => reply,
            ReplySource::Computed(callback) => callback(&request),
        };
        if let Some(status) = reply.status {
            response = response.status(status);
        }
        for (name, value) in reply.headers {
            response = response.header(name, value);
        }
        (reply.delay, response)
    }
}

impl ClientCoreBuilder {
    /// Sends every call to a mock. Sets a placeholder for each credential, and sends each call
    /// once, so that a test needn't wait for retries.
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
        builder.with_placeholder_url(BASE_URL)
    }
}

impl State {
    /// Returns the message for a call without a reply.
    fn no_reply_message(&self, request: &MockRequest) -> String {
        let MockRequest {
            operation, method, ..
        } = request;
        let path = request.uri.path();
        let mut mocked: Vec<String> = self
            .queues
            .iter()
            .map(|queue| format!("`{}`", queue.matcher.id))
            .collect();
        mocked.sort();
        mocked.dedup();
        let configured = match mocked.as_slice() {
            [] => "no replies are configured".to_owned(),
            some => format!("replies are configured for {}", some.join(", ")),
        };
        format!("the mock has no reply to `{operation}` ({method} {path}); {configured}")
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
            #[cfg(feature = "umbrella")]
            let library = request.extensions().get().copied();
            let received = RecordedRequest {
                accept,
                #[cfg(feature = "umbrella")]
                library,
                request: MockRequest::read(id, request).await?,
            };
            let (delay, reply) = self.reply_to(received);
            if !delay.is_zero() {
                crate::clock::timer::sleep(delay).await;
            }
            reply.into_response()
        })
    }
}

/// Prints the number of replies and requests, never a request.
impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Mock")
            .field("replies", &state.configured)
            .field("requests", &state.requests.len())
            .finish_non_exhaustive()
    }
}
