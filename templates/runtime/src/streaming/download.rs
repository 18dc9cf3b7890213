//! Responses that are read as they are received, into a file or a writer.

use std::fmt;
use std::future::poll_fn;
#[cfg(not(target_family = "wasm"))]
use std::io;
#[cfg(not(target_family = "wasm"))]
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::header::CONTENT_DISPOSITION;
use http::{HeaderMap, StatusCode};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::call::{Operation, encoded};
use crate::error::{DecodeError, DecodeProblem, Error};
use crate::response::{Alternates, alternate_method};
#[cfg(not(target_family = "wasm"))]
use crate::streaming::atomic_file::AtomicFile;
use crate::streaming::body_stream::BodyStream;
use crate::streaming::disposition;
use crate::streaming::resumption::Resumption;
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
/// If a body breaks off, or is shorter than its `Content-Length`, the client requests the rest: of a
/// `GET` whose response has a strong `ETag`, or a `Last-Modified` that is old enough, beside
/// `Accept-Ranges: bytes` and `Content-Length`, and no content coding (RFC 9110 sections 13.1.5 and
/// 14). A body of which no byte was received yet is requested as a whole. Waits and attempts are those
/// of the call's [`RetryPolicy`](crate::RetryPolicy), counted anew with each byte, and the retry budget
/// pays for each request. [`resume`](Self::resume) turns this off.
///
/// A body that breaks off and can't be continued ends with the error of the break, and one that
/// stalls with [`Error::Timeout`]. After an error, the stream ends.
#[must_use = "streams are lazy: nothing is read until they are polled"]
pub struct Download {
    /// The status.
    pub status: StatusCode,
    /// The headers, without `Content-Encoding` and `Content-Length` if the body is decoded.
    pub headers: HeaderMap,
    body: BodyStream,
}

impl Download {
    /// Sends the request of an operation. Leaves the body unread if it is the download.
    #[doc(hidden)]
    pub async fn start<O: Downloads>(operation: &O) -> Result<Self, Error> {
        let call = operation.call();
        let response = call
            .clone()
            .open(O::META, encoded(operation), |status, headers| {
                let is_download = O::is_download(status.as_u16()) || is_part(status);
                is_download && alternate_method(headers, O::ALTERNATES).is_none()
            });
        let mut response = response.await?;
        let is_described = O::is_download(response.status.as_u16());
        if is_part(response.status) && !is_described && response.rest.is_some() {
            response = response.undocumented()?;
        }
        let resumption = Resumption::of(call, &O::META, &response);
        if let Some(rest) = response.rest {
            let mut body = BodyStream::new(response.operation, &response.headers, *rest);
            body.resumption = resumption.map(Box::new);
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

    /// Returns the length of the body in bytes, if the server sent `Content-Length` and the body has
    /// no content coding. Set the header `Accept-Encoding: identity` on the call to avoid a coding.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.body.length()
    }

    /// Returns the file name that the server suggests: the parameter `filename*` of
    /// `Content-Disposition`, or else `filename` (RFC 6266 section 4.3).
    ///
    /// Returns `None` if there is no such parameter, or if its value isn't the name of a file: if it
    /// is empty, a path, or the name of a device, or if it contains a control character.
    #[must_use]
    pub fn file_name(&self) -> Option<String> {
        disposition::file_name(self.headers.get(CONTENT_DISPOSITION)?)
    }

    /// Sets how long to wait for the next bytes. Defaults to the time limit of the call; `None`
    /// disables the limit.
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.body.idle = limit.into();
        self
    }

    /// Sets whether the client requests the rest of a body that breaks off. Defaults to `true`.
    pub fn resume(mut self, resume: bool) -> Self {
        if let Some(resumption) = &mut self.body.resumption {
            resumption.is_enabled = resume;
        }
        self
    }

    /// Returns the next bytes; `None` at the end.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Transport`] if the body breaks off and can't be continued, or isn't valid in its
    /// content coding, and
    /// [`Error::Timeout`] if it stalls.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let item = ready!(self.body.poll(context));
        if let Some(head) = self.body.take_new_head() {
            (self.status, self.headers) = *head;
        }
        Poll::Ready(item)
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
    /// dropped. The mode of a file that exists is kept, and a symbolic link to it stays.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`write_to`](Self::write_to), also if `path` names a directory, a device
    /// or anything else that isn't a regular file.
    #[cfg(not(target_family = "wasm"))]
    pub async fn save(mut self, path: impl AsRef<Path>) -> Result<u64, Error> {
        let path = path.as_ref();
        let created = AtomicFile::create(path).await;
        let mut file = created.map_err(|error| self.write_error(path, &error))?;
        let count = self.write(&mut file.file).await?;
        let committed = file.commit().await;
        committed.map_err(|error| self.write_error(path, &error))?;
        Ok(count)
    }

    async fn write(&mut self, writer: &mut (impl AsyncWrite + Unpin)) -> Result<u64, Error> {
        let failed = |body: &BodyStream, error| body.transport_error(TransportError::local(error));
        let mut count = 0;
        while let Some(bytes) = self.next().await {
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
        self.poll(context)
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
