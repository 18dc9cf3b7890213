//! Bodies of requests and responses.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::transport::TransportError;

/// A body of a request or response: bytes at hand, or bytes yet to come.
///
/// It is an [`http_body::Body`], so that any HTTP stack of the ecosystem can take and make it.
#[derive(Default)]
pub struct Body(Inner);

type Coming = dyn http_body::Body<Data = Bytes, Error = TransportError> + Send + Sync;

/// Makes the same body once more.
type Again = Arc<dyn Fn() -> Body + Send + Sync>;

enum Inner {
    Bytes(Bytes),
    Coming(Pin<Box<Coming>>, Option<Again>),
}

impl Default for Inner {
    fn default() -> Self {
        Self::Bytes(Bytes::new())
    }
}

impl Body {
    /// A body of no bytes.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// A body whose bytes come as they are asked for.
    #[must_use]
    pub fn wrap<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + Sync + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self(Inner::Coming(Box::pin(Mapped(Box::pin(body))), None))
    }

    /// A body whose bytes come as they are asked for, and can come again: `again` makes the same
    /// body once more.
    #[must_use]
    pub fn repeatable(first: Self, again: impl Fn() -> Self + Send + Sync + 'static) -> Self {
        Self::with_again(first, Arc::new(again))
    }

    fn with_again(body: Self, again: Again) -> Self {
        match body.0 {
            Inner::Bytes(bytes) => Self(Inner::Bytes(bytes)),
            Inner::Coming(body, _) => Self(Inner::Coming(body, Some(again))),
        }
    }

    /// The same body from its beginning, to send it again; `None` if its bytes come only once, as
    /// those of [`wrap`](Self::wrap) do. Bytes that were taken out of this one are gone, so ask
    /// before it is sent.
    #[must_use]
    pub fn try_clone(&self) -> Option<Self> {
        match &self.0 {
            Inner::Bytes(bytes) => Some(Self(Inner::Bytes(bytes.clone()))),
            Inner::Coming(_, again) => {
                let again = again.as_ref()?;
                Some(Self::with_again(again(), Arc::clone(again)))
            }
        }
    }

    /// The bytes, if they are at hand.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Inner::Bytes(bytes) => Some(bytes),
            Inner::Coming(..) => None,
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

impl From<Body> for reqwest::Body {
    fn from(body: Body) -> Self {
        match body.0 {
            Inner::Bytes(bytes) => bytes.into(),
            inner @ Inner::Coming(..) => reqwest::Body::wrap(Body(inner)),
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        match &mut self.0 {
            Inner::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Inner::Bytes(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Inner::Coming(body, _) => body.as_mut().poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Inner::Bytes(bytes) => bytes.is_empty(),
            Inner::Coming(body, _) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Inner::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Inner::Coming(body, _) => body.size_hint(),
        }
    }
}

/// Prints the length if it is known, never the content.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Bytes(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Inner::Coming(..) => f.write_str("Body(..)"),
        }
    }
}

/// Another body, with its error as ours.
struct Mapped<B>(Pin<Box<B>>);

impl<B> http_body::Body for Mapped<B>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let frame = self.0.as_mut().poll_frame(context);
        frame.map(|frame| frame.map(|frame| frame.map_err(TransportError::other)))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
