//! What a request carries as it is: bytes at hand, a file on disk, or what a stream gives.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Frame, SizeHint};
use tokio::io::AsyncRead;

use crate::error::InvalidRequestError;
use crate::request::body_parts::{Piece, body, chunk};
use crate::request::encoder::{Encoder, header};
use crate::transport::TransportError;
use crate::transport::body::Body;

/// The bytes of a request body, or of a file in one: at hand, on disk, or yet to come. None but
/// those at hand are ever in memory as a whole.
///
/// Bytes and texts become one with `into()`, and so does a [`Path`] or [`PathBuf`], whose file is
/// opened and streamed when the call is sent.
pub struct Upload(Source);

/// Where the bytes come from.
enum Source {
    Bytes(Bytes),
    Disk(PathBuf),
    /// In a lock, since an operation is written without being consumed; taken once.
    Coming(Mutex<Option<Body>>),
}

impl Upload {
    /// These bytes.
    #[must_use]
    pub fn bytes(content: impl Into<Bytes>) -> Self {
        Self(Source::Bytes(content.into()))
    }

    /// A file on disk. It is opened when the call is sent: one that can't be opened is
    /// [`Error::InvalidRequest`](crate::error::Error::InvalidRequest), and nothing is
    /// sent. A regular file is sent with its length, and once more where a call is repeated.
    #[must_use]
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self(Source::Disk(path.into()))
    }

    /// What a stream gives, such as the body of another answer. It can be sent once: a call with
    /// it isn't repeated. An error of the stream breaks the request off.
    ///
    /// Without a [`length`](Self::length), HTTP/1.1 sends it in chunks, which not every server
    /// takes.
    #[must_use]
    pub fn stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        Self::from(Body::wrap(Streamed(Mutex::new(Box::pin(stream)))))
    }

    /// What a reader gives, up to its end. For the rest it is like a [`stream`](Self::stream).
    #[must_use]
    pub fn reader(reader: impl AsyncRead + Send + 'static) -> Self {
        Self::from(Body::wrap(Read(Mutex::new(Box::pin(reader)))))
    }

    /// How many bytes a stream or reader gives, where that is known elsewhere: the request has
    /// this `Content-Length`. If they turn out to be more or fewer, the request is broken off.
    ///
    /// Of bytes at hand and of files on disk the length is known without.
    #[must_use]
    pub fn length(self, bytes: u64) -> Self {
        match self.0 {
            Source::Coming(stream) => {
                let stream = stream.into_inner().unwrap_or_else(PoisonError::into_inner);
                let measured = stream.map(|body| Body::wrap(Measured { body, left: bytes }));
                Self(Source::Coming(Mutex::new(measured)))
            }
            source @ (Source::Bytes(_) | Source::Disk(_)) => Self(source),
        }
    }

    /// The name of the file on disk, if it is one.
    #[must_use]
    pub fn file_name(&self) -> Option<String> {
        match &self.0 {
            Source::Disk(path) => Some(path.file_name()?.to_string_lossy().into_owned()),
            Source::Bytes(_) | Source::Coming(_) => None,
        }
    }

    /// A piece of a body; a file is opened, a stream taken.
    pub(crate) fn piece(&self) -> Result<Piece, InvalidRequestError> {
        match &self.0 {
            Source::Bytes(bytes) => Ok(Piece::Bytes(bytes.clone())),
            Source::Disk(path) => Piece::file(path),
            Source::Coming(stream) => {
                let body = stream.lock().unwrap_or_else(PoisonError::into_inner).take();
                let message = "a stream can be sent only once";
                body.map(Piece::Stream)
                    .ok_or_else(|| InvalidRequestError::new(message))
            }
        }
    }
}

impl Encoder {
    /// Sets the body to what is uploaded, in a media type that may be the caller's. It fails if a
    /// file can't be opened, if a stream was sent before, or if HTTP doesn't allow a character of
    /// the media type.
    pub fn upload(&mut self, media_type: &str, upload: &Upload) {
        self.step(|out| {
            let (_, media_type) = header("Content-Type", media_type)?;
            out.body = Some((media_type, body(vec![upload.piece()?])));
            Ok(())
        });
    }
}

impl From<Body> for Upload {
    fn from(body: Body) -> Self {
        match body.as_bytes() {
            Some(bytes) => Self(Source::Bytes(bytes.clone())),
            None => Self(Source::Coming(Mutex::new(Some(body)))),
        }
    }
}

impl From<Bytes> for Upload {
    fn from(content: Bytes) -> Self {
        Self::bytes(content)
    }
}

impl From<Vec<u8>> for Upload {
    fn from(content: Vec<u8>) -> Self {
        Self::bytes(content)
    }
}

impl From<String> for Upload {
    fn from(content: String) -> Self {
        Self::bytes(content)
    }
}

impl From<&'static str> for Upload {
    fn from(content: &'static str) -> Self {
        Self::bytes(content)
    }
}

impl From<&'static [u8]> for Upload {
    fn from(content: &'static [u8]) -> Self {
        Self::bytes(content)
    }
}

impl<const N: usize> From<&'static [u8; N]> for Upload {
    fn from(content: &'static [u8; N]) -> Self {
        Self::bytes(content.as_slice())
    }
}

impl From<PathBuf> for Upload {
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<&Path> for Upload {
    fn from(path: &Path) -> Self {
        Self::path(path)
    }
}

/// Prints where the bytes come from, never the bytes.
impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Bytes(bytes) => write!(f, "Upload({} bytes)", bytes.len()),
            Source::Disk(path) => write!(f, "Upload({path:?})"),
            Source::Coming(_) => f.write_str("Upload(..)"),
        }
    }
}

/// A stream as a body. The lock is never taken: it makes a body, which is shared between threads,
/// of a stream that isn't.
struct Streamed<S>(Mutex<Pin<Box<S>>>);

impl<S, B, E> http_body::Body for Streamed<S>
where
    S: Stream<Item = Result<B, E>>,
    B: Into<Bytes>,
{
    type Data = Bytes;
    type Error = E;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, E>>> {
        let stream = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        let item = stream.as_mut().poll_next(context);
        item.map(|item| item.map(|item| item.map(|bytes| Frame::data(bytes.into()))))
    }
}

/// A reader as a body, in a lock for the same reason.
struct Read<R>(Mutex<Pin<Box<R>>>);

impl<R: AsyncRead> http_body::Body for Read<R> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let reader = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        let read = ready!(chunk(reader.as_mut(), &mut None, context));
        Poll::Ready(read.map(|bytes| bytes.map(Frame::data)).transpose())
    }
}

/// A body of a length that was told beforehand.
struct Measured {
    body: Body,
    left: u64,
}

impl http_body::Body for Measured {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let wrong =
            |what: &str| TransportError::other(format!("the stream is {what} than was said"));
        match &frame {
            None if self.left > 0 => return Poll::Ready(Some(Err(wrong("shorter")))),
            Some(Ok(frame)) => {
                let length = frame.data_ref().map_or(0, Bytes::len) as u64;
                match self.left.checked_sub(length) {
                    Some(left) => self.left = left,
                    None => return Poll::Ready(Some(Err(wrong("longer")))),
                }
            }
            None | Some(Err(_)) => {}
        }
        Poll::Ready(frame)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
