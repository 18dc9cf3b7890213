//! The bytes of a body in pieces: what is at hand, and files and streams as they are read.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead, ReadBuf};

use crate::error::InvalidRequestError;
use crate::transport::TransportError;
use crate::transport::body::Body;

/// How much of a file is read at a time, in bytes.
const CHUNK: usize = 64 * 1024;

/// A stretch of a body.
pub(crate) enum Piece {
    /// Bytes at hand.
    Bytes(Bytes),
    /// A file on disk.
    Disk {
        /// Where it is.
        path: PathBuf,
        /// How much of it is sent; `None` for all that comes.
        length: Option<u64>,
        /// The file, opened, for the first time that it is sent.
        file: Option<File>,
    },
    /// Bytes that come only once.
    Stream(Body),
}

/// A body of these pieces. It can be sent again unless one of them is a stream.
pub(crate) fn body(pieces: Vec<Piece>) -> Body {
    if let [Piece::Bytes(bytes)] = pieces.as_slice() {
        return Body::from(bytes.clone());
    }
    if pieces.iter().all(|piece| matches!(piece, Piece::Bytes(_))) {
        let mut all = BytesMut::new();
        for piece in pieces {
            if let Piece::Bytes(bytes) = piece {
                all.extend_from_slice(&bytes);
            }
        }
        return Body::from(all.freeze());
    }
    let again: Option<Vec<Piece>> = pieces.iter().map(Piece::again).collect();
    let first = Pieces::of(pieces);
    match again {
        None => Body::wrap(first),
        Some(again) => Body::repeatable(Body::wrap(first), move || {
            Body::wrap(Pieces::of(again.iter().filter_map(Piece::again).collect()))
        }),
    }
}

impl Piece {
    /// A file, opened: what can't be is told before anything is sent.
    pub(crate) fn file(path: &Path) -> Result<Self, InvalidRequestError> {
        let failed = |error: &dyn std::fmt::Display| {
            InvalidRequestError::new(format!(
                "the file {} can't be sent: {error}",
                path.display()
            ))
        };
        let file = File::open(path).map_err(|error| failed(&error))?;
        let about = file.metadata().map_err(|error| failed(&error))?;
        if about.is_dir() {
            return Err(failed(&"it is a folder"));
        }
        Ok(Self::Disk {
            path: PathBuf::from(path),
            // A pipe or a device has no length that could be told before.
            length: about.is_file().then_some(about.len()),
            file: Some(file),
        })
    }

    /// The same once more; `None` for what comes only once.
    fn again(&self) -> Option<Self> {
        match self {
            Self::Bytes(bytes) => Some(Self::Bytes(bytes.clone())),
            Self::Disk { path, length, .. } => Some(Self::Disk {
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
            Self::Disk { length, .. } => *length,
            Self::Stream(body) => http_body::Body::size_hint(body).exact(),
        }
    }

    fn open(self) -> io::Result<Open> {
        Ok(match self {
            Self::Bytes(bytes) => Open::Bytes(bytes),
            Self::Stream(body) => Open::Stream(body),
            Self::Disk { path, length, file } => {
                let file = match file {
                    Some(file) => file,
                    None => File::open(&path).map_err(|error| named(&path, &error))?,
                };
                Open::Disk {
                    file: tokio::fs::File::from_std(file),
                    left: length,
                    path,
                }
            }
        })
    }
}

/// An error of a file, with its name.
fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// A piece that is being read.
enum Open {
    Bytes(Bytes),
    Disk {
        path: PathBuf,
        file: tokio::fs::File,
        left: Option<u64>,
    },
    Stream(Body),
}

impl Open {
    /// The next bytes; `None` at the end.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, TransportError>>> {
        match self {
            Self::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Bytes(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Self::Disk { left: Some(0), .. } => Poll::Ready(None),
            Self::Disk { path, file, left } => {
                let read = ready!(chunk(Pin::new(file), left, context));
                let read = read.map_err(|error| TransportError::other(named(path, &error)));
                Poll::Ready(read.transpose())
            }
            Self::Stream(body) => loop {
                match ready!(http_body::Body::poll_frame(Pin::new(&mut *body), context)) {
                    None => return Poll::Ready(None),
                    Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                    // What isn't data is trailers, which a piece can't have.
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

/// The next bytes of what is read, no more than are `left` of what was announced; `None` at its
/// end.
pub(crate) fn chunk(
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

/// Pieces, one after the other.
struct Pieces {
    /// The first is the next.
    waiting: std::vec::IntoIter<Piece>,
    now: Option<Open>,
    /// How much is still to come, if that is known.
    left: Option<u64>,
}

impl Pieces {
    fn of(pieces: Vec<Piece>) -> Self {
        Self {
            left: pieces.iter().map(Piece::length).sum(),
            waiting: pieces.into_iter(),
            now: None,
        }
    }
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        loop {
            if let Some(now) = &mut self.now {
                match ready!(now.poll(context)) {
                    Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                    Some(Ok(data)) => {
                        self.left = self.left.map(|left| left.saturating_sub(data.len() as u64));
                        return Poll::Ready(Some(Ok(Frame::data(data))));
                    }
                    None => self.now = None,
                }
            }
            match self.waiting.next().map(Piece::open) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(TransportError::other(error)))),
                Some(Ok(open)) => self.now = Some(open),
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map(SizeHint::with_exact).unwrap_or_default()
    }
}
