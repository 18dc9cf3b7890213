//! An answer that is taken as it comes, into a file or wherever a program wants it.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::header::CONTENT_DISPOSITION;
use http::{HeaderMap, StatusCode};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::call::{Operation, encoded};
use crate::error::Error;
use crate::response::{Alternates, RawResponse, alternate_method};
use crate::streaming::body_stream::BodyStream;
use crate::transport::TransportError;

/// An operation whose answer can be taken as it comes.
pub trait Downloads: Operation {
    /// Media types that the OpenAPI document has for other content, each with the method whose call
    /// reads it.
    const OTHERS: Alternates;

    /// Whether an answer of this status holds what is downloaded.
    fn holds(status: u16) -> bool;
}

/// An answer whose body is taken as it comes: a [`Stream`] of bytes, never in memory as a whole.
/// What isn't taken isn't read from the network either.
///
/// The client's limit of size doesn't hold for it. The time limit of the call held until it was
/// there; from then on, the next bytes may take as long again
/// ([`idle_timeout`](Self::idle_timeout)), and all of them as long as it takes. A body that breaks
/// off, or is shorter than its `Content-Length`, ends with an error, and so does one that stalls.
/// After an error there is nothing more.
#[must_use = "nothing is read until it is polled"]
pub struct Download {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    body: BodyStream,
}

impl Download {
    /// Sends the request of an operation, and leaves the body of an answer that holds it unread.
    #[doc(hidden)]
    pub async fn start<O: Downloads>(operation: &O) -> Result<Self, Error> {
        let call = operation.call().clone();
        let response = call.open(O::META, encoded(operation), |status, headers| {
            O::holds(status.as_u16()) && alternate_method(headers, O::OTHERS).is_none()
        });
        let RawResponse {
            operation,
            status,
            headers,
            body,
            rest,
            ..
        } = response.await?;
        if let Some(rest) = rest {
            let body = BodyStream::new(operation, &headers, rest);
            return Ok(Self {
                status,
                headers,
                body,
            });
        }
        let response = RawResponse::new(operation, status, headers, body);
        if O::holds(status.as_u16()) {
            return Err(response.reject_alternates(O::OTHERS)?.into_error());
        }
        Err(response.into_error())
    }

    /// How many bytes there are in all, if the server tells.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.body.length()
    }

    /// The name that the server gives the file: the parameter `filename` of `Content-Disposition`
    /// (RFC 6266). `None` if there is none, if it is written as RFC 8187 has it, or if it is no
    /// name alone but a path.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        file_name(self.headers.get(CONTENT_DISPOSITION)?.to_str().ok()?)
    }

    /// How long the next bytes may take to come while they are waited for, in place of the time
    /// limit of the call; `None` for no limit.
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.body.idle = limit.into();
        self
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] if the body breaks off, [`Error::Timeout`] if it stalls.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        self.body.next().await
    }

    /// Writes the rest into `writer`, and gives how many bytes that were.
    ///
    /// # Errors
    ///
    /// See [`next`](Self::next); [`Error::Transport`] if they can't be written
    /// ([`TransportError::is_local`]).
    pub async fn write_to(mut self, writer: &mut (impl AsyncWrite + Unpin)) -> Result<u64, Error> {
        self.write(writer).await
    }

    /// Writes the rest into a file, which takes the place of one that is there, and gives how many
    /// bytes that were. The file is there as a whole or not at all: until then, what came is in a
    /// file beside it, which is removed if the download fails or is dropped.
    ///
    /// # Errors
    ///
    /// See [`write_to`](Self::write_to).
    pub async fn save(mut self, path: impl AsRef<Path>) -> Result<u64, Error> {
        let path = path.as_ref();
        let partial = Partial::beside(path);
        let mut options = tokio::fs::OpenOptions::new();
        let opened = options.write(true).create_new(true).open(&partial.0).await;
        let mut file = opened.map_err(|error| self.unwritten(path, &error))?;
        let count = self.write(&mut file).await?;
        let synced = file.sync_all().await;
        drop(file);
        let renamed = match synced {
            Ok(()) => tokio::fs::rename(&partial.0, path).await,
            Err(error) => Err(error),
        };
        renamed.map_err(|error| self.unwritten(path, &error))?;
        Ok(count)
    }

    async fn write(&mut self, writer: &mut (impl AsyncWrite + Unpin)) -> Result<u64, Error> {
        let failed = |body: &BodyStream, error| body.failed(TransportError::local(error));
        let mut count = 0;
        while let Some(bytes) = self.body.next().await {
            let bytes = bytes?;
            let written = writer.write_all(&bytes).await;
            written.map_err(|error| failed(&self.body, error))?;
            count += bytes.len() as u64;
        }
        let flushed = writer.flush().await;
        flushed.map_err(|error| failed(&self.body, error))?;
        Ok(count)
    }

    fn unwritten(&self, path: &Path, error: &io::Error) -> Error {
        let named = io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        self.body.failed(TransportError::local(named))
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.body.poll(context)
    }
}

/// Prints the status and the names of the headers: a value may be a secret.
impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("status", &self.status)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// A file that isn't complete. It goes when this does, unless it has been renamed by then.
struct Partial(PathBuf);

impl Partial {
    /// In the same folder, so that it can be renamed, under a name that nobody else takes.
    fn beside(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let number = RandomState::new().hash_one(path);
        Self(path.with_file_name(format!(".{name}.{number:016x}.part")))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // It was renamed, or never made: then there is nothing to remove.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The parameter `filename` of `Content-Disposition`, if it is a name alone.
fn file_name(disposition: &str) -> Option<&str> {
    let mut parameters = disposition.split(';').skip(1);
    let name = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_it = name.trim().eq_ignore_ascii_case("filename");
        is_it.then(|| value.trim().trim_matches('"'))
    })?;
    let is_name = !matches!(name, "" | "." | "..") && !name.contains(['/', '\\', ':', '"', '\0']);
    is_name.then_some(name)
}
