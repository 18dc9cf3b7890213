//! Errors of response bodies that don't match the OpenAPI document.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::request_id::{Ending, request_id};
use crate::content_coding::{describe, feature_of};
use crate::response::{RawResponse, status_text};
use crate::wire::mismatch::Mismatch;

/// The response's body doesn't match the OpenAPI document.
pub struct DecodeError(Box<Details>);

struct Details {
    response: RawResponse,
    problem: DecodeProblem,
}

/// Why a body couldn't be decoded.
#[derive(Debug)]
pub enum DecodeProblem {
    /// The body is empty.
    Empty,
    /// The status is a success that the document doesn't describe, and the body is empty, though the
    /// document describes one.
    NoBody,
    /// The response is a part of the body (206), which the request didn't ask for.
    UnrequestedPart,
    /// The body isn't JSON.
    NotJson(serde_json::Error),
    /// The body isn't UTF-8.
    NotText(std::str::Utf8Error),
    /// The body isn't text in this charset, which the response names, or the charset isn't known.
    Charset(Box<str>),
    /// The body has this content coding (`Content-Encoding`), which the client doesn't decode.
    UnknownCoding(Box<str>),
    /// The body isn't valid in its content coding, or is cut off.
    InvalidCoding(Box<dyn StdError + Send + Sync>),
    /// The body has a media type that the call doesn't accept. If the document describes that media
    /// type, holds the name of the method that accepts it.
    OtherMediaType(Option<&'static str>),
    /// The body is JSON that doesn't match the document.
    Mismatch(Mismatch),
    /// The data of a server-sent event is wrong.
    Event(Box<DecodeProblem>),
    /// An item of a stream of JSON documents is wrong.
    Item {
        /// What `number` counts: lines or records.
        unit: &'static str,
        /// The number of the item, counted from 1.
        number: u64,
        /// What is wrong with the item.
        problem: Box<DecodeProblem>,
    },
}

impl DecodeProblem {
    /// Returns the problem itself, without the event or item around it.
    fn innermost(&self) -> &Self {
        match self {
            Self::Event(problem) | Self::Item { problem, .. } => problem.innermost(),
            problem => problem,
        }
    }

    /// Prints what is wrong with `what`, such as "the body", of this media type.
    pub(crate) fn describe(
        &self,
        f: &mut fmt::Formatter<'_>,
        what: &str,
        media_type: &str,
    ) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "{what} is empty, expected JSON"),
            Self::NoBody => f.write_str("a body was documented"),
            Self::UnrequestedPart => {
                write!(f, "{what} is a part that the request didn't ask for")
            }
            Self::NotJson(error) => {
                write!(f, "{what} ({media_type}) isn't JSON: {error}")
            }
            Self::NotText(error) => {
                write!(f, "{what} ({media_type}) isn't UTF-8: {error}")
            }
            Self::Charset(charset) => {
                write!(
                    f,
                    "{what} ({media_type}) can't be read in the charset `{charset}`"
                )?;
                match cfg!(feature = "charset") {
                    true => Ok(()),
                    false => f.write_str(" without the feature `charset`"),
                }
            }
            Self::UnknownCoding(coding) => {
                let name = coding.escape_debug();
                write!(f, "{what} has the content coding `{name}`, which ")?;
                match feature_of(coding) {
                    Some(feature) => write!(f, "needs the client's Cargo feature `{feature}`"),
                    None => f.write_str("the client doesn't know"),
                }
            }
            Self::InvalidCoding(error) => fmt::Display::fmt(error, f),
            Self::OtherMediaType(Some(method)) => write!(
                f,
                "{what} is {media_type}, which the call doesn't accept; `{method}` accepts it"
            ),
            Self::OtherMediaType(None) | Self::Event(_) | Self::Item { .. } => {
                write!(f, "{what} is {media_type}, which the call doesn't accept")
            }
            Self::Mismatch(mismatch) => {
                write!(f, "{what} doesn't match the document: {mismatch}")
            }
        }
    }
}

impl DecodeError {
    /// Creates an error about the body of `response`.
    #[must_use]
    pub fn new(response: RawResponse, problem: DecodeProblem) -> Self {
        Self(Box::new(Details { response, problem }))
    }

    /// Returns the `operationId` of the call.
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
            | DecodeProblem::NoBody
            | DecodeProblem::UnrequestedPart
            | DecodeProblem::NotJson(_)
            | DecodeProblem::NotText(_)
            | DecodeProblem::Charset(_)
            | DecodeProblem::UnknownCoding(_)
            | DecodeProblem::InvalidCoding(_)
            | DecodeProblem::OtherMediaType(_)
            | DecodeProblem::Event(_)
            | DecodeProblem::Item { .. } => None,
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
        write!(f, "{operation}: {}", status_text(*status))?;
        f.write_str(match self.0.problem {
            DecodeProblem::NoBody => ", ",
            _ => ": ",
        })?;
        let media_type = describe(headers);
        let what: Cow<'_, str> = match self.0.problem {
            DecodeProblem::Event(_) => "the data of an event".into(),
            DecodeProblem::Item { unit, number, .. } => format!("{unit} {number}").into(),
            _ => "the body".into(),
        };
        self.0.problem.innermost().describe(f, &what, &media_type)?;
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
            DecodeProblem::Empty
            | DecodeProblem::NoBody
            | DecodeProblem::UnrequestedPart
            | DecodeProblem::Charset(_)
            | DecodeProblem::UnknownCoding(_)
            | DecodeProblem::OtherMediaType(_)
            | DecodeProblem::Event(_)
            | DecodeProblem::Item { .. } => None,
            DecodeProblem::InvalidCoding(error) => Some(error.as_ref()),
            DecodeProblem::NotJson(error) => Some(error),
            DecodeProblem::NotText(error) => Some(error),
            DecodeProblem::Mismatch(mismatch) => Some(mismatch),
        }
    }
}
