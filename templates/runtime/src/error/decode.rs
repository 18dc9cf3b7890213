//! Errors of bodies that aren't what the document says.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::request_id::{Ending, request_id};
use crate::response::{RawResponse, content_type, reason};
use crate::wire::mismatch::Mismatch;

/// The response's body isn't what the OpenAPI document says.
pub struct DecodeError(Box<Undecoded>);

struct Undecoded {
    response: RawResponse,
    problem: DecodeProblem,
}

/// What is wrong with a body.
#[derive(Debug)]
pub enum DecodeProblem {
    /// The body is empty.
    Empty,
    /// The body isn't JSON.
    NotJson(serde_json::Error),
    /// The body isn't UTF-8.
    NotText(std::str::Utf8Error),
    /// The body has a media type that the call doesn't accept. If the document has it, the method
    /// that reads it is named.
    OtherMediaType(Option<&'static str>),
    /// The body is JSON of another shape.
    Mismatch(Mismatch),
    /// The data of a server-sent event is wrong.
    Event(Box<DecodeProblem>),
}

impl DecodeProblem {
    /// What is wrong, wherever it is.
    fn innermost(&self) -> &Self {
        match self {
            Self::Event(problem) => problem.innermost(),
            problem => problem,
        }
    }
}

impl DecodeError {
    /// Creates an error about the body of `response`.
    #[must_use]
    pub fn new(response: RawResponse, problem: DecodeProblem) -> Self {
        Self(Box::new(Undecoded { response, problem }))
    }

    /// Returns the operation that was called.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.response.operation
    }

    /// Returns the status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.response.status
    }

    /// Returns the headers of the response.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.response.headers
    }

    /// Returns the body as it was received.
    #[must_use]
    pub fn raw_body(&self) -> &Bytes {
        &self.0.response.body
    }

    /// Returns the server's request ID, if the response carried one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.0.response.headers)
    }

    /// Returns the JSON path of the first mismatch, such as `$.keys[0].kid`; `None` if the body isn't
    /// JSON.
    #[must_use]
    pub fn path(&self) -> Option<String> {
        match self.0.problem.innermost() {
            DecodeProblem::Mismatch(mismatch) => Some(mismatch.path()),
            DecodeProblem::Empty
            | DecodeProblem::NotJson(_)
            | DecodeProblem::NotText(_)
            | DecodeProblem::OtherMediaType(_)
            | DecodeProblem::Event(_) => None,
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
            DecodeProblem::Event(_) => "the data of an event",
            _ => "the body",
        };
        match self.0.problem.innermost() {
            DecodeProblem::Empty => write!(f, "{what} is empty, expected JSON")?,
            DecodeProblem::NotJson(error) => {
                write!(f, "{what} ({media_type}) isn't JSON: {error}")?
            }
            DecodeProblem::NotText(error) => {
                write!(f, "{what} ({media_type}) isn't UTF-8: {error}")?
            }
            DecodeProblem::OtherMediaType(Some(method)) => write!(
                f,
                "{what} is {media_type}, which wasn't asked for, though the document has it: \
                 `{method}` reads it"
            )?,
            DecodeProblem::OtherMediaType(None) | DecodeProblem::Event(_) => {
                write!(f, "{what} is {media_type}, which wasn't asked for")?;
            }
            DecodeProblem::Mismatch(mismatch) => {
                write!(f, "{what} doesn't match the document: {mismatch}")?;
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
            DecodeProblem::Empty | DecodeProblem::OtherMediaType(_) | DecodeProblem::Event(_) => {
                None
            }
            DecodeProblem::NotJson(error) => Some(error),
            DecodeProblem::NotText(error) => Some(error),
            DecodeProblem::Mismatch(mismatch) => Some(mismatch),
        }
    }
}
