//! Hooks around each request.

use std::sync::Arc;

use crate::transport::{Body, BoxFuture, ClientTransport, TransportError};

/// Runs around each request that a client sends.
///
/// A middleware can observe or change the request and the response, or respond in place of the server.
///
/// It is called for each attempt of a call, each redirect that is followed, and each request for
/// tokens. The request is complete, as [`Transport`](crate::transport::Transport) describes: it has
/// its credentials, and its extensions hold the [`Meta`](crate::codegen::Meta) of the operation. Pass
/// the same request on, or keep its extensions. What the middleware returns is, for the client, the
/// result of the attempt: an error is retried as the retry policy says, unless it is
/// [permanent](TransportError::permanent).
///
/// A request may go to another origin, after a redirect or at an authorization server. A middleware
/// that adds a credential must look at the URI first.
///
/// The time limit of the call includes the middleware.
///
/// # Example
///
/// Prints each request and response without its credentials, and adds a header:
///
/// ```
/// use wiretrue::error::TransportError;
/// use wiretrue::transport::{Body, BoxFuture, Middleware, Next, Redacted};
///
/// struct Log;
///
/// impl Middleware for Log {
///     fn handle<'a>(
///         &'a self,
///         mut request: http::Request<Body>,
///         next: Next<'a>,
///     ) -> BoxFuture<'a, Result<http::Response<Body>, TransportError>> {
///         Box::pin(async move {
///             request
///                 .headers_mut()
///                 .insert("x-client", http::HeaderValue::from_static("example"));
///             println!("{:?}", Redacted(&request));
///             let response = next.send(request).await?;
///             println!("{:?}", Redacted(&response));
///             Ok(response)
///         })
///     }
/// }
/// ```
///
/// It is added with `Client::builder().middleware(Log)`.
pub trait Middleware: Send + Sync + 'static {
    /// Handles a request; `next` sends it on.
    ///
    /// # Errors
    ///
    /// Fails if the request isn't sent, or if there is no response.
    fn handle<'a>(
        &'a self,
        request: http::Request<Body>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<http::Response<Body>, TransportError>>;
}

/// The rest of the way of a request: the middlewares after the current one, and the transport.
///
/// A copy sends another request, or the same one again ([`Body::try_clone`]).
#[derive(Clone, Copy)]
pub struct Next<'a> {
    middleware: &'a [Arc<dyn Middleware>],
    transport: &'a ClientTransport,
}

impl<'a> Next<'a> {
    #[must_use]
    pub(crate) fn new(
        middleware: &'a [Arc<dyn Middleware>],
        transport: &'a ClientTransport,
    ) -> Self {
        Self {
            middleware,
            transport,
        }
    }

    /// Sends a request, and returns the response as soon as its headers have come.
    ///
    /// # Errors
    ///
    /// Fails if there is no connection, if the exchange breaks off, or if another middleware fails.
    pub fn send(
        self,
        request: http::Request<Body>,
    ) -> BoxFuture<'a, Result<http::Response<Body>, TransportError>> {
        match self.middleware.split_first() {
            None => self.transport.send(request),
            Some((first, middleware)) => first.handle(request, Next { middleware, ..self }),
        }
    }
}
