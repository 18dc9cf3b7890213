//! The one error of the crate.

pub(crate) mod api_error;
pub(crate) mod message;
pub(crate) mod request_id;

pub use self::api_error::ApiError;
pub use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::error::request_id::{Ending, request_id};
use crate::response::{RawResponse, content_type, reason};
pub use crate::transport::TransportError;
use crate::wire::mismatch::Mismatch;

/// Why a call failed, or a client couldn't be built.
///
/// `Display` is one line that a person can act on. Nothing here prints a credential, a body or the
/// query of a URL.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The server answered with a status that isn't a success.
    Api(ApiError),
    /// The exchange with the server failed.
    Transport(TransportError),
    /// A success, but its body isn't what the OpenAPI document says.
    Decode(DecodeError),
    /// The call or the client's configuration is wrong; nothing was sent.
    InvalidRequest(InvalidRequest),
    /// The operation takes credentials that the client doesn't have; nothing was sent.
    MissingCredentials(MissingCredentials),
    /// There is no access token to be had; the call wasn't sent, or the server refused the token
    /// that it was sent with.
    Authentication(AuthenticationError),
    /// The call took longer than it may; the server may have done what it was asked.
    Timeout(Timeout),
    /// The body of the response is larger than the client takes.
    TooLarge(TooLarge),
}

impl Error {
    /// The status of the response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Api(error) => Some(error.status()),
            Self::Decode(error) => Some(error.status()),
            Self::TooLarge(error) => Some(error.status),
            Self::Transport(_)
            | Self::InvalidRequest(_)
            | Self::MissingCredentials(_)
            | Self::Authentication(_)
            | Self::Timeout(_) => None,
        }
    }

    /// What names the request in the server's logs, if there was a response that told it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.request_id(),
            Self::Transport(error) => error.request_id(),
            Self::Decode(error) => error.request_id(),
            Self::Timeout(error) => error.request_id.as_deref(),
            Self::TooLarge(error) => error.request_id.as_deref(),
            Self::InvalidRequest(_) | Self::MissingCredentials(_) | Self::Authentication(_) => None,
        }
    }

    /// The answer of the server, if this is [`Error::Api`].
    #[must_use]
    pub fn as_api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            _ => None,
        }
    }

    /// Names the operation in an error that was made without knowing it.
    #[must_use]
    pub fn in_operation(self, operation: &'static str) -> Self {
        match self {
            Self::InvalidRequest(error) => Self::InvalidRequest(error.in_operation(operation)),
            Self::Authentication(error) => Self::Authentication(error.in_operation(operation)),
            other => other,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => error.fmt(f),
            Self::Transport(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
            Self::InvalidRequest(error) => error.fmt(f),
            Self::MissingCredentials(error) => error.fmt(f),
            Self::Authentication(error) => error.fmt(f),
            Self::Timeout(error) => error.fmt(f),
            Self::TooLarge(error) => error.fmt(f),
        }
    }
}

impl StdError for Error {
    /// The cause beyond what `Display` already says.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Transport(error) => error.source(),
            Self::Decode(error) => error.source(),
            Self::Authentication(error) => error.source(),
            _ => None,
        }
    }
}

impl From<InvalidRequest> for Error {
    fn from(error: InvalidRequest) -> Self {
        Self::InvalidRequest(error)
    }
}

/// The call or the client's configuration is wrong; nothing was sent.
#[derive(Debug)]
pub struct InvalidRequest {
    operation: Option<&'static str>,
    message: Box<str>,
}

impl InvalidRequest {
    /// Says what is wrong.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            operation: None,
            message: message.into().into(),
        }
    }

    /// The operation; `None` for the client's configuration.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.operation
    }

    /// Names the operation.
    #[must_use]
    pub fn in_operation(self, operation: &'static str) -> Self {
        Self {
            operation: Some(operation),
            ..self
        }
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl StdError for InvalidRequest {}

/// The operation takes credentials that the client doesn't have; nothing was sent.
#[derive(Debug)]
#[non_exhaustive]
pub struct MissingCredentials {
    /// The operation.
    pub operation: &'static str,
    /// What it takes: alternatives, each the names of security schemes that go together.
    pub takes: &'static [&'static [&'static str]],
    /// The methods of `ClientBuilder` that set them, in the same shape, as text.
    setters: Box<str>,
}

impl MissingCredentials {
    /// Says what is missing; `setters` is a phrase such as ``basic_auth` or `api_key``.
    #[must_use]
    pub fn new(
        operation: &'static str,
        takes: &'static [&'static [&'static str]],
        setters: String,
    ) -> Self {
        Self {
            operation,
            takes,
            setters: setters.into(),
        }
    }
}

impl fmt::Display for MissingCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation, setters, ..
        } = self;
        write!(
            f,
            "{operation}: takes credentials and the client has none for it: set {setters}"
        )
    }
}

impl StdError for MissingCredentials {}

/// There is no access token to be had.
///
/// All calls that waited for the token fail with the same cause.
#[derive(Clone, Debug)]
pub struct AuthenticationError {
    operation: Option<&'static str>,
    cause: Arc<dyn StdError + Send + Sync>,
}

impl AuthenticationError {
    /// Says why.
    #[must_use]
    pub fn new(cause: Arc<dyn StdError + Send + Sync>) -> Self {
        Self {
            operation: None,
            cause,
        }
    }

    /// The operation.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.operation
    }

    /// What the source of the tokens says: its own error, to be told apart by `downcast_ref`.
    #[must_use]
    pub fn cause(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.cause
    }

    /// Names the operation.
    #[must_use]
    pub fn in_operation(self, operation: &'static str) -> Self {
        Self {
            operation: Some(operation),
            ..self
        }
    }
}

impl fmt::Display for AuthenticationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation {
            write!(f, "{operation}: ")?;
        }
        write!(f, "there is no access token: {}", self.cause)
    }
}

impl StdError for AuthenticationError {
    /// The cause beyond what `Display` already says.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.source()
    }
}

/// The call took longer than it may.
#[derive(Debug)]
#[non_exhaustive]
pub struct Timeout {
    /// The operation.
    pub operation: &'static str,
    /// How long the call was allowed to take.
    pub after: Duration,
    /// How often it was sent by then, or tried to be.
    pub attempts: u32,
    /// What names the request in the server's logs, if a response had begun that told it.
    pub request_id: Option<Box<str>>,
}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: timed out after {:?}", self.operation, self.after)?;
        let ending = Ending {
            request_id: self.request_id.as_deref(),
            attempts: self.attempts,
        };
        ending.fmt(f)
    }
}

impl StdError for Timeout {}

/// The body of the response is larger than the client takes.
#[derive(Debug)]
#[non_exhaustive]
pub struct TooLarge {
    /// The operation.
    pub operation: &'static str,
    /// The status of the response.
    pub status: StatusCode,
    /// How many bytes the client takes (`ClientBuilder::response_limit`).
    pub limit: u64,
    /// What names the request in the server's logs, if the server sent it.
    pub request_id: Option<Box<str>>,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            status,
            limit,
            request_id,
        } = self;
        let ending = Ending {
            request_id: request_id.as_deref(),
            attempts: 1,
        };
        write!(
            f,
            "{operation}: {}: the body is larger than the limit of {limit} bytes{ending}",
            reason(*status)
        )
    }
}

impl StdError for TooLarge {}

/// The body of a response isn't what the OpenAPI document says.
pub struct DecodeError(Box<Undecoded>);

struct Undecoded {
    response: RawResponse,
    problem: Problem,
}

/// What is wrong with a body.
#[derive(Debug)]
pub enum Problem {
    /// It is empty.
    Empty,
    /// It isn't JSON.
    NotJson(serde_json::Error),
    /// It isn't UTF-8.
    NotText(std::str::Utf8Error),
    /// It is in a media type that wasn't asked for: one that the call of this method reads, if the
    /// OpenAPI document has it.
    OtherMediaType(Option<&'static str>),
    /// It is JSON of another shape.
    Mismatch(Mismatch),
    /// It is the data of an event, and this is wrong with it.
    Event(Box<Problem>),
}

impl Problem {
    /// What is wrong, wherever it is.
    fn innermost(&self) -> &Self {
        match self {
            Self::Event(problem) => problem.innermost(),
            problem => problem,
        }
    }
}

impl DecodeError {
    /// Says what is wrong with the body of `response`.
    #[must_use]
    pub fn new(response: RawResponse, problem: Problem) -> Self {
        Self(Box::new(Undecoded { response, problem }))
    }

    /// The operation.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.response.operation
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.response.status
    }

    /// The headers of the response.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.response.headers
    }

    /// The body as it came.
    #[must_use]
    pub fn raw_body(&self) -> &Bytes {
        &self.0.response.body
    }

    /// What names this request in the server's logs, if the server sent it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.0.response.headers)
    }

    /// The place in the body, such as `$.keys[0].kid`; `None` if it isn't JSON at all.
    #[must_use]
    pub fn path(&self) -> Option<String> {
        match self.0.problem.innermost() {
            Problem::Mismatch(mismatch) => Some(mismatch.path()),
            Problem::Empty
            | Problem::NotJson(_)
            | Problem::NotText(_)
            | Problem::OtherMediaType(_)
            | Problem::Event(_) => None,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RawResponse {
            operation,
            status,
            headers,
            attempts,
            ..
        } = &self.0.response;
        write!(f, "{operation}: {}: ", reason(*status))?;
        let media_type = content_type(headers).unwrap_or("no content type");
        let what = match self.0.problem {
            Problem::Event(_) => "the data of an event",
            _ => "the body",
        };
        match self.0.problem.innermost() {
            Problem::Empty => write!(f, "{what} is empty, expected JSON")?,
            Problem::NotJson(error) => write!(f, "{what} ({media_type}) isn't JSON: {error}")?,
            Problem::NotText(error) => write!(f, "{what} ({media_type}) isn't UTF-8: {error}")?,
            Problem::OtherMediaType(Some(method)) => write!(
                f,
                "{what} is {media_type}, which wasn't asked for, though the document has it: \
                 `{method}` reads it"
            )?,
            Problem::OtherMediaType(None) | Problem::Event(_) => {
                write!(f, "{what} is {media_type}, which wasn't asked for")?;
            }
            Problem::Mismatch(mismatch) => {
                write!(f, "{what} isn't what was agreed: {mismatch}")?;
            }
        }
        let ending = Ending {
            request_id: self.request_id(),
            attempts: *attempts,
        };
        ending.fmt(f)
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("response", &self.0.response)
            .field("problem", &self.0.problem)
            .finish()
    }
}

impl StdError for DecodeError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self.0.problem.innermost() {
            Problem::Empty | Problem::OtherMediaType(_) | Problem::Event(_) => None,
            Problem::NotJson(error) => Some(error),
            Problem::NotText(error) => Some(error),
            Problem::Mismatch(mismatch) => Some(mismatch),
        }
    }
}
