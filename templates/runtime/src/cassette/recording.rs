//! Records exchanges.

use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use http::response;
use http_body::{Frame, SizeHint};

use super::exchange::{Exchange, RecordedRequest};
use super::lock;
use super::rules::{Rules, Secrets};
use crate::auth::Scheme;
use crate::transport::redaction::ApiSchemes;
use crate::transport::{Body, ClientTransport, TransportError};

/// A cassette that records.
pub(super) struct Recording {
    path: PathBuf,
    rules: Rules,
    transport: ClientTransport,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    secrets: Secrets,
    /// The exchanges in the order of their requests; `None` for one that isn't complete.
    exchanges: Vec<Option<Exchange>>,
    /// Why the file couldn't be written, if nobody has heard of it yet.
    failure: Option<io::Error>,
}

impl Recording {
    #[must_use]
    pub(super) fn new(path: PathBuf, rules: Rules, transport: ClientTransport) -> Self {
        Self {
            path,
            rules,
            transport,
            state: Mutex::default(),
        }
    }

    #[must_use]
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Sends a request with the other transport. The exchange is recorded when the body of the
    /// response ends.
    pub(super) async fn send(
        self: &Arc<Self>,
        request: http::Request<Body>,
    ) -> Result<http::Response<Body>, TransportError> {
        if let Some(error) = lock(&self.state).failure.take() {
            return Err(TransportError::local(error));
        }
        let (mut parts, body) = request.into_parts();
        parts.headers.remove(ACCEPT_ENCODING);
        let body = body.collect().await?;
        let schemes = ApiSchemes::of(&parts.extensions);
        let (index, request) = {
            let state = &mut *lock(&self.state);
            state.exchanges.push(None);
            let request = self.rules.request(&parts, &body, &mut state.secrets);
            (state.exchanges.len() - 1, request)
        };
        let request_body = Body::from(body);
        let sent = self
            .transport
            .send(http::Request::from_parts(parts, request_body));
        let (parts, body) = sent.await?.into_parts();
        let encoding = parts.headers.get(CONTENT_ENCODING);
        if encoding.is_some_and(|it| !it.as_bytes().eq_ignore_ascii_case(b"identity")) {
            let message = "the response is compressed, so it can't be redacted and isn't recorded";
            return Err(TransportError::other(message).permanent());
        }
        let recorded = RecordedBody {
            body,
            bytes: Vec::new(),
            pending: Some(Pending {
                recording: Arc::clone(self),
                index,
                request,
                parts: parts.clone(),
                schemes,
            }),
        };
        Ok(http::Response::from_parts(parts, Body::wrap(recorded)))
    }
}

/// An exchange whose response is being read.
struct Pending {
    recording: Arc<Recording>,
    index: usize,
    request: RecordedRequest,
    parts: response::Parts,
    schemes: &'static [Scheme],
}

impl Pending {
    /// Records the exchange and writes the file.
    fn finish(self, body: &[u8], broke_off: Option<String>) -> io::Result<()> {
        let Recording {
            path, rules, state, ..
        } = &*self.recording;
        let state = &mut *lock(state);
        let mut response = rules.response(&self.parts, self.schemes, body, &mut state.secrets);
        response.broke_off = broke_off;
        state.exchanges[self.index] = Some(Exchange {
            request: self.request,
            response,
        });
        super::file::write(path, state.exchanges.iter().flatten())
    }
}

/// The body of a response, which is kept while it is read.
struct RecordedBody {
    body: Body,
    bytes: Vec<u8>,
    pending: Option<Pending>,
}

impl http_body::Body for RecordedBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) else {
            return Poll::Pending;
        };
        let broke_off = match &frame {
            Some(Ok(data)) => {
                if let Some(chunk) = data.data_ref() {
                    self.bytes.extend_from_slice(chunk);
                }
                return Poll::Ready(frame);
            }
            Some(Err(error)) => Some(error.to_string()),
            None => None,
        };
        if let Some(pending) = self.pending.take()
            && let Err(error) = pending.finish(&self.bytes, broke_off)
        {
            return Poll::Ready(Some(Err(TransportError::local(error))));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A reader may stop before the end, or know from the length where it is.
impl Drop for RecordedBody {
    fn drop(&mut self) {
        if let Some(pending) = self.pending.take() {
            let recording = Arc::clone(&pending.recording);
            if let Err(error) = pending.finish(&self.bytes, None) {
                lock(&recording.state).failure = Some(error);
            }
        }
    }
}
