//! Bodies that consist of several parts: bytes, and files and streams that are read while they are
//! sent.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead, ReadBuf};

use crate::error::InvalidRequestError;
use crate::request::async_file::AsyncFile;
use crate::transport::TransportError;
use crate::transport::body::Body;

/// How much of a file is read at a time, in bytes.
const CHUNK: usize = 64 * 1024;

/// A part of a body.
pub(crate) enum BodyPart {
    /// Bytes in memory.
    Bytes(Bytes),
    /// A file on disk.
    File {
        /// The path.
        path: PathBuf,
        /// How many bytes are sent; `None` to send everything up to the end.
        length: Option<u64>,
        /// The open file; `None` if it has to be opened again for a retry.
        file: Option<File>,
    },
    /// A body that can be sent only once.
    Stream(Body),
}

/// Concatenates parts to a body. The body can be sent again unless one of them is a stream.
pub(crate) fn into_body(parts: Vec<BodyPart>) -> Body {
    if let [BodyPart::Bytes(bytes)] = parts.as_slice() {
        return Body::from(bytes.clone());
    }
    if parts.iter().all(|part| matches!(part, BodyPart::Bytes(_))) {
        let mut all = BytesMut::new();
        for part in parts {
            if let BodyPart::Bytes(bytes) = part {
                all.extend_from_slice(&bytes);
            }
        }
        return Body::from(all.freeze());
    }
    let copies: Option<Vec<BodyPart>> = parts.iter().map(BodyPart::try_clone).collect();
    let body = ConcatenatedBody::of(parts);
    match copies {
        None => Body::wrap(body),
        Some(copies) => Body::repeatable(Body::wrap(body), move || {
            Body::wrap(ConcatenatedBody::of(
                copies.iter().filter_map(BodyPart::try_clone).collect(),
            ))
        }),
    }
}

impl BodyPart {
    /// Opens a file, so that a failure is known before anything is sent.
    pub(crate) fn file(path: &Path) -> Result<Self, InvalidRequestError> {
        let failed = |error: &dyn std::fmt::Display| {
            InvalidRequestError::new(format!(
                "the file {} can't be sent: {error}",
                path.display()
            ))
        };
        let file = File::open(path).map_err(|error| failed(&error))?;
        let metadata = file.metadata().map_err(|error| failed(&error))?;
        if metadata.is_dir() {
            return Err(failed(&"it is a directory"));
        }
        Ok(Self::File {
            path: PathBuf::from(path),
            // A pipe or a device has no length in advance.
            length: metadata.is_file().then_some(metadata.len()),
            file: Some(file),
        })
    }

    /// Returns the same part to send it again; `None` for streams.
    fn try_clone(&self) -> Option<Self> {
        match self {
            Self::Bytes(bytes) => Some(Self::Bytes(bytes.clone())),
            Self::File { path, length, .. } => Some(Self::File {
                path: path.clone(),
                length: *length,
                file: None,
            }),
            Self::Stream(_) => None,
        }
    }

    fn length(&self) -> Option<u64> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::File { length, .. } => *length,
            Self::Stream(body) => http_body::Body::size_hint(body).exact(),
        }
    }

    fn open(self) -> io::Result<OpenPart> {
        Ok(match self {
            Self::Bytes(bytes) => OpenPart::Bytes(bytes),
            Self::Stream(body) => OpenPart::Stream(body),
            Self::File { path, length, file } => {
                let file = match file {
                    Some(file) => file,
                    None => File::open(&path).map_err(|error| with_path(&path, &error))?,
                };
                OpenPart::File {
                    file: AsyncFile::from_std(file),
                    left: length,
                    path,
                }
            }
        })
    }
}

/// Adds the path to an error of a file.
fn with_path(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// A part that is being read.
enum OpenPart {
    Bytes(Bytes),
    File {
        path: PathBuf,
        file: AsyncFile,
        /// How many bytes are left, if every part has a known length.
        left: Option<u64>,
    },
    Stream(Body),
}

impl OpenPart {
    /// Returns the next bytes; `None` at the end.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, TransportError>>> {
        match self {
            Self::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Bytes(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Self::File { left: Some(0), .. } => Poll::Ready(None),
            Self::File { path, file, left } => {
                let read = ready!(poll_chunk(Pin::new(file), left, context));
                let read = read.map_err(|error| TransportError::other(with_path(path, &error)));
                Poll::Ready(read.transpose())
            }
            Self::Stream(body) => loop {
                match ready!(http_body::Body::poll_frame(Pin::new(&mut *body), context)) {
                    None => return Poll::Ready(None),
                    Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                    // A frame without data holds trailers, which a part can't have.
                    Some(Ok(frame)) => {
                        if let Ok(data) = frame.into_data() {
                            return Poll::Ready(Some(Ok(data)));
                        }
                    }
                }
            },
        }
    }
}

/// Reads the next bytes, at most as many as are `left` of the declared length; returns `None` at
/// the end.
pub(crate) fn poll_chunk(
    reader: Pin<&mut impl AsyncRead>,
    left: &mut Option<u64>,
    context: &mut Context<'_>,
) -> Poll<io::Result<Option<Bytes>>> {
    let most = left.map_or(CHUNK, |left| {
        CHUNK.min(usize::try_from(left).unwrap_or(CHUNK))
    });
    let mut space = vec![0; most];
    let mut buffer = ReadBuf::new(&mut space);
    if let Err(error) = ready!(reader.poll_read(context, &mut buffer)) {
        return Poll::Ready(Err(error));
    }
    let count = buffer.filled().len();
    if count == 0 {
        return Poll::Ready(match left {
            None => Ok(None),
            Some(_) => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the file became shorter while it was sent",
            )),
        });
    }
    if let Some(left) = left {
        *left -= count as u64;
    }
    space.truncate(count);
    Poll::Ready(Ok(Some(space.into())))
}

/// Sends parts one after the other.
struct ConcatenatedBody {
    /// The parts that haven't been opened, in order.
    pending: std::vec::IntoIter<BodyPart>,
    current: Option<OpenPart>,
    /// How much is still to come, if that is known.
    left: Option<u64>,
}

impl ConcatenatedBody {
    fn of(parts: Vec<BodyPart>) -> Self {
        Self {
            left: parts.iter().map(BodyPart::length).sum(),
            pending: parts.into_iter(),
            current: None,
        }
    }
}

impl http_body::Body for ConcatenatedBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        loop {
            if let Some(current) = &mut self.current {
                match ready!(current.poll(context)) {
                    Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                    Some(Ok(data)) => {
                        self.left = self.left.map(|left| left.saturating_sub(data.len() as u64));
                        return Poll::Ready(Some(Ok(Frame::data(data))));
                    }
                    None => self.current = None,
                }
            }
            match self.pending.next().map(BodyPart::open) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(TransportError::other(error)))),
                Some(Ok(open)) => self.current = Some(open),
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map(SizeHint::with_exact).unwrap_or_default()
    }
}
