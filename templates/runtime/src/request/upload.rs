//! Raw request content: bytes, a file on disk, or a stream.

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
use crate::request::body_parts::{BodyPart, into_body, poll_chunk};
use crate::request::encoder::{Encoder, header};
use crate::transport::TransportError;
use crate::transport::body::Body;

/// The content of a request body, or of a file in a multipart body: bytes, a file on disk, or a
/// stream.
///
/// Files and streams are never fully buffered.
///
/// Converts from bytes and strings, and from a [`Path`] or [`PathBuf`], whose file is opened and
/// streamed when the call is sent.
pub struct Upload(Source);

/// Where the content comes from.
enum Source {
    Bytes(Bytes),
    File(PathBuf),
    /// Taken when it is sent. In a mutex, because an operation is encoded by reference.
    Stream(Mutex<Option<Body>>),
}

impl Upload {
    /// Creates an upload from bytes.
    #[must_use]
    pub fn bytes(content: impl Into<Bytes>) -> Self {
        Self(Source::Bytes(content.into()))
    }

    /// Creates an upload from a file on disk.
    ///
    /// The file is opened when the call is sent. If that fails, the call returns
    /// [`Error::InvalidRequest`](crate::error::Error::InvalidRequest) and sends nothing. A regular
    /// file is sent with its length, and is sent again if the call is retried.
    #[must_use]
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(path.into()))
    }

    /// Creates an upload from a stream, such as the body of another response.
    ///
    /// A stream can be sent only once, so a call with a stream isn't retried. An error of the
    /// stream aborts the request. Without a [`length`](Self::length), HTTP/1.1 sends the stream in
    /// chunks, which some servers don't accept.
    #[must_use]
    pub fn stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        Self::from(Body::wrap(StreamBody(Mutex::new(Box::pin(stream)))))
    }

    /// Creates an upload from a reader, which is read to its end. Otherwise behaves like a
    /// [`stream`](Self::stream).
    #[must_use]
    pub fn reader(reader: impl AsyncRead + Send + 'static) -> Self {
        Self::from(Body::wrap(ReaderBody(Mutex::new(Box::pin(reader)))))
    }

    /// Declares the length of a stream or reader in bytes, which is sent as `Content-Length`. The
    /// request is aborted if the content turns out to be shorter or longer.
    ///
    /// Has no effect on bytes and files, whose length is known.
    #[must_use]
    pub fn length(self, bytes: u64) -> Self {
        match self.0 {
            Source::Stream(stream) => {
                let stream = stream.into_inner().unwrap_or_else(PoisonError::into_inner);
                let measured = stream.map(|body| Body::wrap(ExactLengthBody { body, left: bytes }));
                Self(Source::Stream(Mutex::new(measured)))
            }
            source @ (Source::Bytes(_) | Source::File(_)) => Self(source),
        }
    }

    /// Returns the file name, if this is a file on disk.
    #[must_use]
    pub fn file_name(&self) -> Option<String> {
        match &self.0 {
            Source::File(path) => Some(path.file_name()?.to_string_lossy().into_owned()),
            Source::Bytes(_) | Source::Stream(_) => None,
        }
    }

    /// Returns the content as a part of a body. Opens a file; takes a stream.
    pub(crate) fn body_part(&self) -> Result<BodyPart, InvalidRequestError> {
        match &self.0 {
            Source::Bytes(bytes) => Ok(BodyPart::Bytes(bytes.clone())),
            Source::File(path) => BodyPart::file(path),
            Source::Stream(stream) => {
                let body = stream.lock().unwrap_or_else(PoisonError::into_inner).take();
                let message = "a stream can be sent only once";
                body.map(BodyPart::Stream)
                    .ok_or_else(|| InvalidRequestError::new(message))
            }
        }
    }
}

impl Encoder {
    /// Sets the body to an upload with this media type. Encoding fails if a file can't be opened,
    /// if a stream has been sent already, or if HTTP doesn't allow a character of the media type.
    pub fn upload(&mut self, media_type: &str, upload: &Upload) {
        self.step(|out| {
            let (_, media_type) = header("Content-Type", media_type)?;
            out.body = Some((media_type, into_body(vec![upload.body_part()?])));
            Ok(())
        });
    }
}

impl From<Body> for Upload {
    fn from(body: Body) -> Self {
        match body.as_bytes() {
            Some(bytes) => Self(Source::Bytes(bytes.clone())),
            None => Self(Source::Stream(Mutex::new(Some(body)))),
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

/// Prints where the content comes from, never the content.
impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Bytes(bytes) => write!(f, "Upload({} bytes)", bytes.len()),
            Source::File(path) => write!(f, "Upload({path:?})"),
            Source::Stream(_) => f.write_str("Upload(..)"),
        }
    }
}

/// A stream as a body. The mutex makes it `Sync`, which bodies must be, and is never locked.
struct StreamBody<S>(Mutex<Pin<Box<S>>>);

impl<S, B, E> http_body::Body for StreamBody<S>
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

/// A reader as a body, in a mutex for the same reason.
struct ReaderBody<R>(Mutex<Pin<Box<R>>>);

impl<R: AsyncRead> http_body::Body for ReaderBody<R> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let reader = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        let read = ready!(poll_chunk(reader.as_mut(), &mut None, context));
        Poll::Ready(read.map(|bytes| bytes.map(Frame::data)).transpose())
    }
}

/// A body of a declared length.
struct ExactLengthBody {
    body: Body,
    left: u64,
}

impl http_body::Body for ExactLengthBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let wrong = |what: &str| {
            TransportError::other(format!("the stream is {what} than its declared length"))
        };
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
