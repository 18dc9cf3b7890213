//! Configures the replies to an operation.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::mock::Mock;
use crate::mock::queue::{QueuedReply, ReplyQueue, ReplySource, RequestMatcher};
use crate::mock::reply::{MockReply, Mocked};
use crate::mock::request::MockRequest;
use crate::transport::TransportError;
use crate::wire::Encode;

/// An operation of a [`Mock`] whose next reply is to be configured.
#[must_use = "configure a reply"]
pub struct MockedOperation<O> {
    pub(super) mock: Mock,
    pub(super) matcher: RequestMatcher,
    /// The status of the document's first success.
    pub(super) status: u16,
    pub(super) operation: PhantomData<fn() -> O>,
}

impl<O: Mocked> MockedOperation<O> {
    /// Replies with the output of the call. Status and media type are those of the document.
    pub fn reply(self, output: impl Into<O::Output>) -> MockedReply<O> {
        self.push(ReplySource::Fixed(O::reply(output.into())))
    }
}

impl<O> MockedOperation<O> {
    /// Replies with JSON and the status of the document's first success.
    pub fn reply_json(self, body: impl Encode) -> MockedReply<O> {
        let status = self.status;
        self.push(ReplySource::Fixed(MockReply::json(status, &body)))
    }

    /// Replies with a status, headers and the bytes of a body.
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
        self.push(ReplySource::Fixed(reply))
    }

    /// Replies with JSON and a status that isn't a success. The body is the document's model for
    /// the status, or a [`serde_json::Value`].
    pub fn reply_error(self, status: u16, body: impl Encode) -> MockedReply<O> {
        self.push(ReplySource::Fixed(MockReply::json(status, &body)))
    }

    /// Fails the exchange with an error, without a response.
    pub fn fail(self, error: TransportError) -> MockedReply<O> {
        self.push(ReplySource::Fixed(MockReply::fail(error)))
    }

    /// Replies with the result of a callback, which receives the request.
    pub fn reply_with(
        self,
        callback: impl Fn(&MockRequest) -> MockReply + Send + Sync + 'static,
    ) -> MockedReply<O> {
        self.push(ReplySource::Computed(Arc::new(callback)))
    }

    fn push(self, source: ReplySource) -> MockedReply<O> {
        let mut state = self.mock.state();
        let number = state.configured;
        state.configured += 1;
        let queued = QueuedReply {
            number,
            source,
            status: None,
            headers: Vec::new(),
            delay: Duration::ZERO,
            remaining: None,
            sent: 0,
        };
        let queue = state
            .queues
            .iter_mut()
            .find(|it| it.matcher == self.matcher);
        match queue {
            Some(queue) => queue.replies.push_back(queued),
            None => state.queues.push(ReplyQueue {
                matcher: self.matcher.clone(),
                replies: [queued].into(),
            }),
        }
        drop(state);
        MockedReply {
            operation: self,
            number,
        }
    }
}

/// A reply that was configured for a [`Mock`].
pub struct MockedReply<O> {
    operation: MockedOperation<O>,
    number: u64,
}

impl<O> MockedReply<O> {
    /// Sends the reply this number of times, and then no more. [`Mock::verify`] checks the number.
    pub fn times(self, times: u64) -> Self {
        self.change(|queued| queued.remaining = Some(times))
    }

    /// Delays the reply by tokio's clock, as time limits are. A test with paused time
    /// (`#[tokio::test(start_paused = true)]`) doesn't wait.
    pub fn delay(self, delay: Duration) -> Self {
        self.change(|queued| queued.delay = delay)
    }

    /// Sets the status of the reply.
    pub fn status(self, status: u16) -> Self {
        self.change(|queued| queued.status = Some(status))
    }

    /// Sets a header of the reply, and replaces one with the same name.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let header = (name.into(), value.into());
        self.change(|queued| queued.headers.push(header))
    }

    /// Configures the next reply to the same operation.
    pub fn then(self) -> MockedOperation<O> {
        self.operation
    }

    fn change(self, change: impl FnOnce(&mut QueuedReply)) -> Self {
        let mut state = self.operation.mock.state();
        let mut queued = state.queues.iter_mut().flat_map(|it| &mut it.replies);
        if let Some(queued) = queued.find(|it| it.number == self.number) {
            change(queued);
        }
        drop(state);
        self
    }
}

/// Prints the operation.
impl<O> fmt::Debug for MockedOperation<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockedOperation")
            .field("id", &self.matcher.id)
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
