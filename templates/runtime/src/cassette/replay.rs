//! Replays exchanges.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Frame;

use super::difference::Matching;
use super::exchange::{Exchange, RecordedRequest, RecordedResponse};
use super::lock;
use super::rules::{Rules, Secrets};
use crate::transport::{Body, TransportError};

/// A cassette that replays.
pub(super) struct Replay {
    path: PathBuf,
    rules: Rules,
    matching: Matching,
    state: Mutex<State>,
}

struct State {
    secrets: Secrets,
    /// The exchanges in their order; `None` for one that was replayed.
    exchanges: Vec<Option<Exchange>>,
}

impl Replay {
    #[must_use]
    pub(super) fn new(
        path: PathBuf,
        rules: Rules,
        matching: Matching,
        exchanges: Vec<Exchange>,
    ) -> Self {
        let state = State {
            secrets: Secrets::default(),
            exchanges: exchanges.into_iter().map(Some).collect(),
        };
        Self {
            path,
            rules,
            matching,
            state: Mutex::new(state),
        }
    }

    #[must_use]
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the number of exchanges that weren't replayed.
    #[must_use]
    pub(super) fn unused(&self) -> usize {
        lock(&self.state).exchanges.iter().flatten().count()
    }

    /// Returns the recorded response to a request.
    pub(super) async fn send(
        &self,
        request: http::Request<Body>,
    ) -> Result<http::Response<Body>, TransportError> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await?;
        let state = &mut *lock(&self.state);
        let sent = self.rules.request(&parts, &body, &mut state.secrets);
        let matching = |it: &Option<Exchange>| {
            let it = it.as_ref();
            it.is_some_and(|it| self.matching.difference(&it.request, &sent).is_empty())
        };
        let index = state.exchanges.iter().position(matching);
        let exchange = index.and_then(|index| state.exchanges[index].take());
        match exchange {
            Some(exchange) => Ok(response(exchange.response)),
            None => Err(TransportError::other(self.failure(&state.exchanges, &sent)).permanent()),
        }
    }

    /// Says why there is no response.
    fn failure(&self, exchanges: &[Option<Exchange>], sent: &RecordedRequest) -> String {
        let RecordedRequest { method, url, .. } = sent;
        let path = self.path.display();
        let what = format!("the cassette {path} has no response to {method} {url}");
        let unused = exchanges.iter().enumerate();
        let mut unused = unused.filter_map(|(index, it)| Some((index, it.as_ref()?)));
        let Some((index, next)) = unused.next() else {
            let count = exchanges.len();
            return format!("{what}: all {count} exchanges were replayed");
        };
        let difference = self.matching.difference(&next.request, sent);
        format!("{what}: unlike in exchange {index}, the next one, {difference}")
    }
}

fn response(recorded: RecordedResponse) -> http::Response<Body> {
    let body = match recorded.broke_off {
        None => Body::from(recorded.body),
        Some(reason) => Body::wrap(BrokenBody {
            bytes: Some(recorded.body),
            reason: Some(reason),
        }),
    };
    let mut response = http::Response::new(body);
    *response.status_mut() = recorded.status;
    *response.headers_mut() = recorded.headers;
    response
}

/// The body of a response that broke off.
struct BrokenBody {
    bytes: Option<Bytes>,
    reason: Option<String>,
}

impl http_body::Body for BrokenBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        if let Some(bytes) = self.bytes.take().filter(|it| !it.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        let reason = self.reason.take();
        Poll::Ready(reason.map(|reason| Err(TransportError::other(reason))))
    }
}
