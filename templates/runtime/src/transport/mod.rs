//! What stands between the client and the network.

pub(crate) mod address;
pub(crate) mod body;

pub use self::body::Body;
pub use reqwest;

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use http::Method;

use crate::error::InvalidRequestError;
use crate::error::request_id::Ending;

/// A future on the heap that can move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends requests: reqwest by default, a mock or another HTTP stack in its place.
///
/// The request is complete: an absolute URI, credentials, all headers but those that follow from
/// URI and body (`Host`, `Content-Length` of a body that isn't empty). Its extensions have the
/// [`Meta`](crate::call::Meta) of the operation. Limits of time and size, and sending again
/// what failed, are the client's business. Redirects are the transport's; whoever follows one to
/// another origin must leave the credentials behind.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request and gives the response as soon as its headers are there.
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>>;
}

/// The exchange of a request and a response failed.
///
/// `Display` names the operation, the method, the URL without query, the innermost cause, what the
/// server calls the request, if its response had begun, and how many attempts there were, if there
/// were several.
pub struct TransportError(Box<Inner>);

struct Inner {
    stage: Stage,
    permanent: bool,
    source: Box<dyn StdError + Send + Sync>,
    call: Option<Context>,
}

struct Context {
    operation: &'static str,
    method: Method,
    url: String,
    attempts: u32,
    request_id: Option<Box<str>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Connecting,
    Exchanging,
    ReadingBody,
    Writing,
}

impl TransportError {
    /// There is no connection: the request certainly wasn't sent.
    pub fn connect(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Stage::Connecting, source.into())
    }

    /// Something else: the request may have reached the server.
    pub fn other(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Stage::Exchanging, source.into())
    }

    /// The response came, and couldn't be written where it was to go.
    pub fn local(source: std::io::Error) -> Self {
        Self::new(Stage::Writing, source.into())
    }

    fn new(stage: Stage, source: Box<dyn StdError + Send + Sync>) -> Self {
        Self(Box::new(Inner {
            stage,
            permanent: false,
            source,
            call: None,
        }))
    }

    /// Whether there was no connection, so that the request certainly wasn't sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.0.stage == Stage::Connecting
    }

    /// Whether the network isn't to blame: the response came, and couldn't be written where it was
    /// to go, such as to a full disk.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.0.stage == Stage::Writing
    }

    /// The same request would fail again: it is invalid, or redirected without end. So it isn't
    /// sent again, whatever the policy.
    #[must_use]
    pub fn permanent(mut self) -> Self {
        self.0.permanent = true;
        self
    }

    /// Whether the same request would fail again.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.0.permanent
    }

    /// How often the call was sent or tried to be, this time included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.call.as_ref().map_or(1, |call| call.attempts)
    }

    /// The operation that failed; `None` before the client has seen the error.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.call.as_ref().map(|call| call.operation)
    }

    /// What names the request in the server's logs, if the response had begun and told it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.call.as_ref()?.request_id.as_deref()
    }

    /// Adds which attempt at which call it was, and what the server calls it. `url` has no query and
    /// no credentials.
    #[must_use]
    pub fn during(
        mut self,
        operation: &'static str,
        method: Method,
        url: String,
        attempts: u32,
        request_id: Option<Box<str>>,
    ) -> Self {
        self.0.call = Some(Context {
            operation,
            method,
            url,
            attempts,
            request_id,
        });
        self
    }

    /// The response began, and its body broke off.
    #[must_use]
    pub fn in_body(mut self) -> Self {
        self.0.stage = Stage::ReadingBody;
        self
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Context {
            operation,
            method,
            url,
            ..
        }) = &self.0.call
        {
            write!(f, "{operation}: {method} {url}: ")?;
        }
        f.write_str(match self.0.stage {
            Stage::Connecting => "couldn't connect",
            Stage::Exchanging => "the exchange failed",
            Stage::ReadingBody => "the response broke off",
            Stage::Writing => "the response couldn't be written",
        })?;
        write!(f, ": {}", innermost(self.0.source.as_ref()))?;
        let ending = Ending {
            request_id: self.request_id(),
            attempts: self.attempts(),
        };
        ending.fmt(f)
    }
}

/// What the innermost cause says; a cause that only adds to its own is taken for it. OpenSSL's errors
/// say so why a certificate isn't trusted.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    let (mut cause, mut text) = (error, error.to_string());
    while let Some(source) = cause.source() {
        let inner = source.to_string();
        if text.starts_with(&inner) {
            break;
        }
        (cause, text) = (source, inner);
    }
    text
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("operation", &self.operation())
            .field("stage", &self.0.stage)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.0.source.as_ref())
    }
}

/// reqwest.
pub struct HttpTransport {
    client: reqwest::Client,
}

/// How many redirects are followed.
const REDIRECTS: usize = 10;
/// How long a connection may take to be there; the whole call has its own limit.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a connection that nothing is sent on is kept. Many servers close it after 5 seconds
/// (Node.js does), which is also how long a device login waits between two questions: what is sent
/// at that moment is lost, and only what may be sent twice could be sent again.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

impl HttpTransport {
    /// Sends with a client made elsewhere, whose redirects and proxies hold.
    #[must_use]
    pub fn new(client: reqwest::Client) -> Self {
        Self { client }
    }

    /// Sends with a client that follows redirects within the same origin only, so that credentials
    /// and bodies never go elsewhere.
    ///
    /// # Errors
    ///
    /// TLS can't be set up.
    pub fn same_origin() -> Result<Self, InvalidRequestError> {
        let policy = reqwest::redirect::Policy::custom(|attempt| {
            let origin = attempt.url().origin();
            let same = attempt.previous().iter().all(|url| url.origin() == origin);
            if attempt.previous().len() > REDIRECTS {
                attempt.error("too many redirects")
            } else if same {
                attempt.follow()
            } else {
                attempt.stop()
            }
        });
        let client = reqwest::Client::builder()
            .redirect(policy)
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .build();
        match client {
            Ok(client) => Ok(Self { client }),
            Err(error) => Err(InvalidRequestError::new(format!(
                "the HTTP client can't be set up: {}",
                error.without_url()
            ))),
        }
    }
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(transport_error)?;
            let response = self
                .client
                .execute(request)
                .await
                .map_err(transport_error)?;
            let (parts, body) = http::Response::<reqwest::Body>::from(response).into_parts();
            Ok(http::Response::from_parts(parts, Body::wrap(body)))
        })
    }
}

/// The URL goes: its query may hold a key.
fn transport_error(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    if error.is_builder() {
        // An invalid request wasn't sent either.
        TransportError::connect(error).permanent()
    } else if error.is_connect() {
        TransportError::connect(error)
    } else if error.is_redirect() {
        TransportError::other(error).permanent()
    } else {
        TransportError::other(error)
    }
}
