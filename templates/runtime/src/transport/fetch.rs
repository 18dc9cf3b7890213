//! The default transport on WebAssembly: reqwest, which calls the function `fetch` of the host.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use send_wrapper::SendWrapper;

use crate::error::InvalidRequestError;
use crate::transport::{Body, BoxFuture, Transport, TransportError};

/// The default transport: sends requests with a `reqwest::Client`, which calls `fetch` of the browser.
///
/// - The browser follows redirects, so the client's rules for them don't apply: an API key in a header
///   of its own may be sent to another origin, if that origin allows it (CORS).
/// - It sends no header that it sets itself (`User-Agent`, `Cookie` and others), and shows only the
///   headers and responses that the server allows (CORS).
/// - The body of a request is read to its end before it is sent. Bodies of responses are streamed.
/// - A call belongs to the thread on which it was first polled. On another one, it panics.
#[derive(Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// Creates a transport that sends requests with `client`, whose settings apply.
    #[must_use]
    pub fn new(client: reqwest::Client) -> Self {
        Self { client }
    }

    /// Creates the transport of a client that is given none. The host limits the time of connecting.
    pub(crate) fn by_default(
        _: Option<Duration>,
        _: Option<Duration>,
    ) -> Result<Self, InvalidRequestError> {
        Ok(Self::new(reqwest::Client::new()))
    }
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        // Values of JavaScript stay on their thread.
        Box::pin(SendWrapper::new(async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await?;
            let request = http::Request::from_parts(parts, body);
            let request = reqwest::Request::try_from(request)
                .map_err(|error| TransportError::connect(error.without_url()).permanent())?;
            let response = self.client.execute(request).await.map_err(failed)?;
            let (status, headers) = (response.status(), response.headers().clone());
            let stream = Box::pin(response.bytes_stream());
            let mut received = http::Response::new(Body::wrap(Received(SendWrapper::new(stream))));
            *received.status_mut() = status;
            *received.headers_mut() = headers;
            Ok(received)
        }))
    }
}

/// Converts an error, without its URL, whose query may hold a key. `fetch` doesn't tell whether the
/// request was sent.
fn failed(error: reqwest::Error) -> TransportError {
    TransportError::other(error.without_url())
}

/// The body of a response.
struct Received<S>(SendWrapper<Pin<Box<S>>>);

impl<S> http_body::Body for Received<S>
where
    S: futures_core::Stream<Item = Result<Bytes, reqwest::Error>>,
{
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let chunk = self.0.as_mut().poll_next(context);
        chunk.map(|chunk| chunk.map(|chunk| chunk.map(Frame::data).map_err(failed)))
    }
}

/// Prints no setting.
impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport").finish_non_exhaustive()
    }
}
