//! Responses that are read as they are received, into a file or a writer.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
#[cfg(not(target_family = "wasm"))]
use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    io,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use futures_core::Stream;
use http::header::CONTENT_DISPOSITION;
use http::{HeaderMap, StatusCode};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::call::{Operation, encoded};
use crate::error::{DecodeError, DecodeProblem, Error};
use crate::response::{Alternates, alternate_method};
use crate::streaming::body_stream::BodyStream;
use crate::transport::TransportError;

/// An operation whose response can be downloaded.
pub trait Downloads: Operation {
    /// The media types that the OpenAPI document has for other content, each with the method whose
    /// call reads it.
    const ALTERNATES: Alternates;

    /// Returns whether the body of a response with this status is the download. The parts that a
    /// request with `Range` gets (206) are, even if the document doesn't describe them.
    fn is_download(status: u16) -> bool;
}

/// A response body that is read as it is received: a [`Stream`] of bytes, which is never fully
/// buffered.
///
/// Bytes are read from the network only when they are polled for. The client's size limit doesn't
/// apply.
///
/// The time limit of the call ends with the response's headers. From then on, a download may take
/// as long as it needs but not stall: the same limit applies to each wait for the next bytes, and
/// [`idle_timeout`](Self::idle_timeout) changes it. The timer runs only while a reader is waiting.
///
/// A body that breaks off, is shorter than its `Content-Length`, or stalls ends with an error.
/// After an error, the stream ends.
#[must_use = "streams are lazy: nothing is read until they are polled"]
pub struct Download {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    body: BodyStream,
}

impl Download {
    /// Sends the request of an operation. Leaves the body unread if it is the download.
    #[doc(hidden)]
    pub async fn start<O: Downloads>(operation: &O) -> Result<Self, Error> {
        let call = operation.call().clone();
        let response = call.open(O::META, encoded(operation), |status, headers| {
            let is_download = O::is_download(status.as_u16()) || is_part(status);
            is_download && alternate_method(headers, O::ALTERNATES).is_none()
        });
        let mut response = response.await?;
        let is_described = O::is_download(response.status.as_u16());
        if is_part(response.status) && !is_described && response.rest.is_some() {
            response = response.undocumented()?;
        }
        if let Some(rest) = response.rest {
            let body = BodyStream::new(response.operation, &response.headers, *rest);
            return Ok(Self {
                status: response.status,
                headers: response.headers,
                body,
            });
        }
        if !response.status.is_success() {
            return Err(response.into_error());
        }
        let response = response.reject_alternates(O::ALTERNATES)?.undocumented()?;
        let problem = DecodeProblem::OtherMediaType(None);
        Err(Error::Decode(DecodeError::new(response, problem)))
    }

    /// Returns the length of the body in bytes, if the server sent `Content-Length`.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.body.length()
    }

    /// Returns the file name that the server suggests: the parameter `filename` of
    /// `Content-Disposition` (RFC 6266).
    ///
    /// Returns `None` if there is no such parameter, if only the encoded form of RFC 8187 is
    /// present (`filename*`), or if the value is a path.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        file_name(self.headers.get(CONTENT_DISPOSITION)?.to_str().ok()?)
    }

    /// Sets how long to wait for the next bytes. Defaults to the time limit of the call; `None`
    /// disables the limit.
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.body.idle = limit.into();
        self
    }

    /// Returns the next bytes; `None` at the end.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Transport`] if the body breaks off, and [`Error::Timeout`] if it stalls.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        self.body.next().await
    }

    /// Writes the remaining bytes to `writer`. Returns their number.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`next`](Self::next), and [`Error::Transport`] if writing fails;
    /// [`TransportError::is_local`] is true then.
    pub async fn write_to(mut self, writer: &mut (impl AsyncWrite + Unpin)) -> Result<u64, Error> {
        self.write(writer).await
    }

    /// Writes the remaining bytes to a file, and replaces a file that exists. Returns the number of
    /// bytes.
    ///
    /// The file is written atomically: the bytes go into a temporary file in the same directory,
    /// which is renamed at the end. The temporary file is removed if the download fails or is
    /// dropped.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`write_to`](Self::write_to).
    #[cfg(not(target_family = "wasm"))]
    pub async fn save(mut self, path: impl AsRef<Path>) -> Result<u64, Error> {
        let path = path.as_ref();
        let partial = PartialFile::beside(path);
        let mut options = tokio::fs::OpenOptions::new();
        let opened = options.write(true).create_new(true).open(&partial.0).await;
        let mut file = opened.map_err(|error| self.write_error(path, &error))?;
        let count = self.write(&mut file).await?;
        let synced = file.sync_all().await;
        drop(file);
        let renamed = match synced {
            Ok(()) => tokio::fs::rename(&partial.0, path).await,
            Err(error) => Err(error),
        };
        renamed.map_err(|error| self.write_error(path, &error))?;
        Ok(count)
    }

    async fn write(&mut self, writer: &mut (impl AsyncWrite + Unpin)) -> Result<u64, Error> {
        let failed = |body: &BodyStream, error| body.transport_error(TransportError::local(error));
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

    #[cfg(not(target_family = "wasm"))]
    fn write_error(&self, path: &Path, error: &io::Error) -> Error {
        let with_path = io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        self.body.transport_error(TransportError::local(with_path))
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.body.poll(context)
    }
}

/// Prints the status and the names of the headers, but no values, which may contain secrets.
impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("status", &self.status)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// Returns whether the response is a part of the body.
fn is_part(status: StatusCode) -> bool {
    status == StatusCode::PARTIAL_CONTENT
}

/// An incomplete file, which is removed on drop unless it was renamed.
#[cfg(not(target_family = "wasm"))]
struct PartialFile(PathBuf);

#[cfg(not(target_family = "wasm"))]
impl PartialFile {
    /// Names a file in the same directory, so that it can be renamed, with a random suffix that no
    /// other download uses.
    fn beside(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let number = RandomState::new().hash_one(path);
        Self(path.with_file_name(format!(".{name}.{number:016x}.part")))
    }
}

#[cfg(not(target_family = "wasm"))]
impl Drop for PartialFile {
    fn drop(&mut self) {
        // There is nothing to remove if the file was renamed or never created.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Returns the parameter `filename` of `Content-Disposition`, unless it is a path.
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
