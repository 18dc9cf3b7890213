//! Bodies of requests and responses.

use std::fmt;
#[cfg(any(feature = "cassette", feature = "mock", target_family = "wasm"))]
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::transport::TransportError;

/// The body of a request or response: bytes in memory, or a stream.
///
/// It is an [`http_body::Body`], which every HTTP stack of the ecosystem can send and create.
#[derive(Default)]
pub struct Body(Inner);

/// The largest part of a body that is sent at once, in bytes.
pub(crate) const CHUNK: usize = 64 * 1024;

type Stream = dyn http_body::Body<Data = Bytes, Error = TransportError> + Send + Sync;

/// Creates the same body from its beginning.
type Repeat = Arc<dyn Fn() -> Body + Send + Sync>;

enum Inner {
    Bytes(Bytes),
    Stream(Pin<Box<Stream>>, Option<Repeat>),
    /// The body of a response.
    #[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
    Reqwest(reqwest::Body),
}

impl Default for Inner {
    fn default() -> Self {
        Self::Bytes(Bytes::new())
    }
}

impl Body {
    /// Creates an empty body.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Creates a body that streams another one.
    #[must_use]
    pub fn wrap<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + Sync + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self(Inner::Stream(Box::pin(Mapped(Box::pin(body))), None))
    }

    /// Creates the body of a response that reqwest received.
    #[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
    #[must_use]
    pub(crate) fn received(body: reqwest::Body) -> Self {
        Self(Inner::Reqwest(body))
    }

    /// Creates a streamed body that can be sent again: `repeat` creates the same body from its
    /// beginning.
    #[must_use]
    pub fn repeatable(first: Self, repeat: impl Fn() -> Self + Send + Sync + 'static) -> Self {
        Self::with_repeat(first, Arc::new(repeat))
    }

    fn with_repeat(body: Self, repeat: Repeat) -> Self {
        let stream: Pin<Box<Stream>> = match body.0 {
            Inner::Bytes(bytes) => return Self(Inner::Bytes(bytes)),
            Inner::Stream(stream, _) => stream,
            #[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
            inner @ Inner::Reqwest(_) => Box::pin(Self(inner)),
        };
        Self(Inner::Stream(stream, Some(repeat)))
    }

    /// Returns the same body from its beginning, to send it again; `None` if it can be sent only
    /// once, like one of [`wrap`](Self::wrap). Call it before the body is sent: bytes that were read
    /// from this one are missing in the other.
    #[must_use]
    pub fn try_clone(&self) -> Option<Self> {
        match &self.0 {
            Inner::Bytes(bytes) => Some(Self(Inner::Bytes(bytes.clone()))),
            Inner::Stream(_, repeat) => {
                let repeat = repeat.as_ref()?;
                Some(Self::with_repeat(repeat(), Arc::clone(repeat)))
            }
            #[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
            Inner::Reqwest(_) => None,
        }
    }

    /// Returns the same body, which runs a callback whenever a part of it is read. Bytes are read in
    /// parts of [`CHUNK`].
    pub(crate) fn watched(self, read: impl Fn() + Send + Sync + Unpin + 'static) -> Self {
        let (body, repeat) = match self.0 {
            Inner::Stream(stream, repeat) => (Self(Inner::Stream(stream, None)), repeat),
            inner => (Self(inner), None),
        };
        Self(Inner::Stream(Box::pin(Watched { body, read }), repeat))
    }

    /// Reads the body to its end.
    #[cfg(any(feature = "cassette", feature = "mock", target_family = "wasm"))]
    pub(crate) async fn collect(mut self) -> Result<Bytes, TransportError> {
        if let Inner::Bytes(bytes) = self.0 {
            return Ok(bytes);
        }
        let mut bytes = bytes::BytesMut::new();
        while let Some(frame) =
            poll_fn(|context| http_body::Body::poll_frame(Pin::new(&mut self), context)).await
        {
            if let Ok(chunk) = frame?.into_data() {
                bytes.extend_from_slice(&chunk);
            }
        }
        Ok(bytes.freeze())
    }

    /// Returns the bytes, unless the body is a stream.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Inner::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(Inner::Bytes(bytes))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
impl From<Body> for reqwest::Body {
    fn from(body: Body) -> Self {
        match body.0 {
            Inner::Bytes(bytes) => bytes.into(),
            inner @ Inner::Stream(..) => reqwest::Body::wrap(Body(inner)),
            Inner::Reqwest(body) => body,
        }
    }
}

type PolledFrame = Poll<Option<Result<Frame<Bytes>, TransportError>>>;

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> PolledFrame {
        match &mut self.0 {
            Inner::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Inner::Bytes(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Inner::Stream(body, _) => body.as_mut().poll_frame(context),
            #[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
            Inner::Reqwest(body) => poll_mapped(Pin::new(body), context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Inner::Bytes(bytes) => bytes.is_empty(),
            Inner::Stream(body, _) => body.is_end_stream(),
            #[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
            Inner::Reqwest(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Inner::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Inner::Stream(body, _) => body.size_hint(),
            #[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
            Inner::Reqwest(body) => body.size_hint(),
        }
    }
}

/// Prints the length if it is known, never the content.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Bytes(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            _ => f.write_str("Body(..)"),
        }
    }
}

/// A body that runs a callback whenever a part of it is read.
struct Watched<F> {
    body: Body,
    read: F,
}

impl<F: Fn() + Unpin> http_body::Body for Watched<F> {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> PolledFrame {
        let frame = match &mut self.body.0 {
            Inner::Bytes(bytes) if bytes.len() > CHUNK => {
                Poll::Ready(Some(Ok(Frame::data(bytes.split_to(CHUNK)))))
            }
            _ => Pin::new(&mut self.body).poll_frame(context),
        };
        if frame.is_ready() {
            (self.read)();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A body whose errors are converted to [`TransportError`].
struct Mapped<B>(Pin<Box<B>>);

impl<B> http_body::Body for Mapped<B>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> PolledFrame {
        poll_mapped(self.0.as_mut(), context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

fn poll_mapped<B>(body: Pin<&mut B>, context: &mut Context<'_>) -> PolledFrame
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let frame = body.poll_frame(context);
    frame.map(|frame| frame.map(|frame| frame.map_err(|error| of_stream(error.into()))))
}

/// Converts the error of a stream, unless it is one of this type already.
fn of_stream(error: Box<dyn std::error::Error + Send + Sync>) -> TransportError {
    match error.downcast() {
        Ok(error) => *error,
        Err(error) => TransportError::other(error),
    }
}
