//! The replies of a mock.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};

use crate::call::Operation;
use crate::request::encoder::header;
use crate::transport::TransportError;
use crate::transport::body::Body;
use crate::wire::{AsSerialize, Encode, encode_response};

/// An operation whose output a mock can turn into a reply.
pub trait Mocked: Operation {
    /// The status of the document's first success.
    const STATUS: u16;

    /// Creates the reply that a call decodes into this output.
    fn reply(output: Self::Output) -> MockReply;
}

/// A response of a [`Mock`](crate::mock::Mock), or an error in its place.
///
/// ```
/// use wiretrue::mock::MockReply;
///
/// let reply = MockReply::text(429, "slow down").header("retry-after", "2");
/// ```
#[derive(Clone)]
pub struct MockReply(Result<ReplyParts, ReplyError>);

/// The status, headers and body of a response.
#[derive(Clone)]
struct ReplyParts {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// Why there is no response.
#[derive(Clone)]
enum ReplyError {
    /// The configured error.
    Transport(Arc<TransportError>),
    /// The reply is invalid.
    Invalid(String),
}

impl MockReply {
    /// Creates a reply with a status and a body, without headers.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        let parts = ReplyParts {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: body.into(),
        };
        Self(Ok(parts)).status(status)
    }

    /// Creates a JSON reply (`application/json`).
    ///
    /// Like a server's response, it omits `writeOnly` properties and includes `readOnly`
    /// properties.
    pub fn json<T: Encode>(status: u16, body: &T) -> Self {
        match encode_response(|| serde_json::to_vec(&AsSerialize(body))) {
            Ok(bytes) => Self::new(status, bytes).header("content-type", "application/json"),
            Err(error) => invalid(format!("the body can't be encoded: {error}")),
        }
    }

    /// Creates a text reply (`text/plain`).
    pub fn text(status: u16, body: impl Into<String>) -> Self {
        let reply = Self::new(status, body.into());
        reply.header("content-type", "text/plain; charset=utf-8")
    }

    /// Creates a reply of bytes (`application/octet-stream`).
    pub fn bytes(status: u16, body: impl Into<Bytes>) -> Self {
        Self::new(status, body).header("content-type", "application/octet-stream")
    }

    /// Fails the exchange with an error, without a response.
    #[must_use]
    pub fn fail(error: TransportError) -> Self {
        Self(Err(ReplyError::Transport(Arc::new(error))))
    }

    /// Sets a header, and replaces one with the same name.
    #[must_use]
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.change(|parts| {
            let (name, value) = header(&name, &value).map_err(|error| error.to_string())?;
            parts.headers.insert(name, value);
            Ok(())
        })
    }

    /// Sets the status.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        self.change(|parts| {
            let parsed = StatusCode::from_u16(status);
            parts.status = parsed.map_err(|_| format!("{status} isn't an HTTP status"))?;
            Ok(())
        })
    }

    fn change(self, change: impl FnOnce(&mut ReplyParts) -> Result<(), String>) -> Self {
        let Self(Ok(mut parts)) = self else {
            return self;
        };
        match change(&mut parts) {
            Ok(()) => Self(Ok(parts)),
            Err(problem) => invalid(problem),
        }
    }

    /// Returns the result as a transport does.
    pub(crate) fn into_response(self) -> Result<http::Response<Body>, TransportError> {
        match self.0 {
            Ok(parts) => {
                let mut response = http::Response::new(Body::from(parts.body));
                *response.status_mut() = parts.status;
                *response.headers_mut() = parts.headers;
                Ok(response)
            }
            Err(ReplyError::Transport(error)) if error.is_connect() => {
                Err(TransportError::connect(SharedError(error)))
            }
            Err(ReplyError::Transport(error)) => Err(TransportError::other(SharedError(error))),
            Err(ReplyError::Invalid(problem)) => {
                let problem = format!("the mock's reply is invalid: {problem}");
                Err(TransportError::other(problem))
            }
        }
    }
}

fn invalid(problem: String) -> MockReply {
    MockReply(Err(ReplyError::Invalid(problem)))
}

/// Prints the status, the names of the headers, and the length of the body.
impl fmt::Debug for MockReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(parts) => f
                .debug_struct("MockReply")
                .field("status", &parts.status)
                .field("content_type", &parts.headers.get(CONTENT_TYPE))
                .field("headers", &parts.headers.keys().collect::<Vec<_>>())
                .field("body", &format_args!("{} bytes", parts.body.len()))
                .finish(),
            Err(ReplyError::Transport(error)) => write!(f, "MockReply({error:?})"),
            Err(ReplyError::Invalid(problem)) => write!(f, "MockReply({problem})"),
        }
    }
}

/// The cause of an error that is returned more than once.
#[derive(Debug)]
struct SharedError(Arc<TransportError>);

impl fmt::Display for SharedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for SharedError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}
