//! What a mock answers.

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

/// An operation that a mock can answer with what a call gives.
pub trait Mocked: Operation {
    /// The status of the document's first success.
    const STATUS: u16;

    /// An answer that a call reads as this.
    fn reply(output: Self::Output) -> MockReply;
}

/// An answer, or the lack of one.
#[derive(Clone)]
pub struct MockReply(Result<Answer, Failure>);

#[derive(Clone)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

#[derive(Clone)]
enum Failure {
    /// As it was told.
    Exchange(Arc<TransportError>),
    /// The reply can't be sent.
    Unfit(String),
}

impl MockReply {
    /// A status with a body, without headers.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        let answer = Answer {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: body.into(),
        };
        Self(Ok(answer)).status(status)
    }

    /// JSON (`application/json`).
    ///
    /// What only requests have (`writeOnly`) isn't written, and what only answers have
    /// (`readOnly`) is.
    pub fn json<T: Encode>(status: u16, body: &T) -> Self {
        match encode_response(|| serde_json::to_vec(&AsSerialize(body))) {
            Ok(bytes) => Self::new(status, bytes).header("content-type", "application/json"),
            Err(error) => unfit(format!("the body has no form on the wire: {error}")),
        }
    }

    /// Text (`text/plain`).
    pub fn text(status: u16, body: impl Into<String>) -> Self {
        let reply = Self::new(status, body.into());
        reply.header("content-type", "text/plain; charset=utf-8")
    }

    /// Bytes (`application/octet-stream`).
    pub fn bytes(status: u16, body: impl Into<Bytes>) -> Self {
        Self::new(status, body).header("content-type", "application/octet-stream")
    }

    /// No answer: the exchange fails.
    #[must_use]
    pub fn fail(error: TransportError) -> Self {
        Self(Err(Failure::Exchange(Arc::new(error))))
    }

    /// The same with this header, in place of what is under the name.
    #[must_use]
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.change(|answer| {
            let (name, value) = header(&name, &value).map_err(|error| error.to_string())?;
            answer.headers.insert(name, value);
            Ok(())
        })
    }

    /// The same with this status.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        self.change(|answer| {
            let known = StatusCode::from_u16(status);
            answer.status = known.map_err(|_| format!("{status} is no status of HTTP"))?;
            Ok(())
        })
    }

    fn change(self, change: impl FnOnce(&mut Answer) -> Result<(), String>) -> Self {
        let Self(Ok(mut answer)) = self else {
            return self;
        };
        match change(&mut answer) {
            Ok(()) => Self(Ok(answer)),
            Err(problem) => unfit(problem),
        }
    }

    /// The answer as a transport gives it.
    pub(crate) fn into_response(self) -> Result<http::Response<Body>, TransportError> {
        match self.0 {
            Ok(answer) => {
                let mut response = http::Response::new(Body::from(answer.body));
                *response.status_mut() = answer.status;
                *response.headers_mut() = answer.headers;
                Ok(response)
            }
            Err(Failure::Exchange(error)) if error.is_connect() => {
                Err(TransportError::connect(Again(error)))
            }
            Err(Failure::Exchange(error)) => Err(TransportError::other(Again(error))),
            Err(Failure::Unfit(problem)) => {
                let problem = format!("the mock's reply can't be sent: {problem}");
                Err(TransportError::other(problem))
            }
        }
    }
}

fn unfit(problem: String) -> MockReply {
    MockReply(Err(Failure::Unfit(problem)))
}

/// Prints status, names of headers, and length.
impl fmt::Debug for MockReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(answer) => f
                .debug_struct("MockReply")
                .field("status", &answer.status)
                .field("content_type", &answer.headers.get(CONTENT_TYPE))
                .field("headers", &answer.headers.keys().collect::<Vec<_>>())
                .field("body", &format_args!("{} bytes", answer.body.len()))
                .finish(),
            Err(Failure::Exchange(error)) => write!(f, "MockReply({error:?})"),
            Err(Failure::Unfit(problem)) => write!(f, "MockReply({problem})"),
        }
    }
}

/// The cause of an error that is given more than once.
#[derive(Debug)]
struct Again(Arc<TransportError>);

impl fmt::Display for Again {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Again {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}
