//! The replies that are configured for each operation, and the requests that were received.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::call::Operation;
use crate::mock::reply::MockReply;
use crate::mock::request::MockRequest;

/// The replies to an operation.
pub(super) struct ReplyQueue {
    pub(super) matcher: RequestMatcher,
    pub(super) replies: VecDeque<QueuedReply>,
}

/// A configured reply.
pub(super) struct QueuedReply {
    pub(super) number: u64,
    pub(super) source: ReplySource,
    pub(super) status: Option<u16>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) delay: Duration,
    /// How many times the reply is still to be sent; `None` without `times`.
    pub(super) remaining: Option<u64>,
    /// How many times the reply was sent.
    pub(super) sent: u64,
}

#[derive(Clone)]
pub(super) enum ReplySource {
    Fixed(MockReply),
    Computed(Arc<dyn Fn(&MockRequest) -> MockReply + Send + Sync>),
}

/// The reply to one request.
pub(super) struct SelectedReply {
    pub(super) source: ReplySource,
    pub(super) status: Option<u16>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) delay: Duration,
}

impl ReplyQueue {
    pub(super) fn next(&mut self) -> Option<SelectedReply> {
        while let Some(first) = self.replies.front() {
            let is_used_up = match first.remaining {
                Some(remaining) => remaining == 0,
                None => first.sent > 0 && self.replies.len() > 1,
            };
            if !is_used_up {
                break;
            }
            self.replies.pop_front();
        }
        let first = self.replies.front_mut()?;
        first.sent += 1;
        first.remaining = first.remaining.map(|remaining| remaining - 1);
        Some(SelectedReply {
            source: first.source.clone(),
            status: first.status,
            headers: first.headers.clone(),
            delay: first.delay,
        })
    }
}

/// Selects the requests that a reply is for.
#[derive(Clone, PartialEq)]
pub(super) struct RequestMatcher {
    pub(super) id: String,
    /// The media types that the call accepts, which distinguish the calls of one operation.
    pub(super) accept: Option<&'static str>,
    /// The name of the operation's type, which distinguishes the APIs of an umbrella client.
    #[cfg(feature = "umbrella")]
    pub(super) type_name: Option<&'static str>,
}

impl RequestMatcher {
    pub(super) fn of<O: Operation>() -> Self {
        Self {
            id: O::META.id.to_owned(),
            accept: Some(O::META.accept),
            #[cfg(feature = "umbrella")]
            type_name: Some(std::any::type_name::<O>()),
        }
    }

    pub(super) fn matches(&self, it: &RecordedRequest) -> bool {
        #[cfg(feature = "umbrella")]
        if let (Some(type_name), Some(library)) = (self.type_name, it.library)
            && !library.has(type_name)
        {
            return false;
        }
        self.id == it.request.operation && self.accept.is_none_or(|accept| accept == it.accept)
    }
}

/// A request, with the media types that its call accepts.
pub(super) struct RecordedRequest {
    pub(super) accept: &'static str,
    /// The client of the API, in an umbrella client.
    #[cfg(feature = "umbrella")]
    pub(super) library: Option<crate::client::umbrella::ApiLibrary>,
    pub(super) request: MockRequest,
}
