//! Why a webhook was refused.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::error::DecodeProblem;

/// Why the signature of a webhook was rejected.
///
/// It holds neither secrets nor signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureError {
    /// The request lacks a header that the signature needs.
    MissingHeader(&'static str),
    /// The header that holds the time of signing isn't a number of seconds since 1970.
    InvalidTimestamp,
    /// The request was signed too long ago, or too far in the future. The sender may have sent it
    /// again, or the clocks differ.
    Expired {
        /// The difference between the time of signing and now.
        difference: Duration,
        /// The largest difference that is accepted.
        tolerance: Duration,
    },
    /// The signature covers the URL, but [`WebhookRequest::url`](super::WebhookRequest::url) wasn't
    /// called.
    MissingUrl,
    /// The request has a body that its signature doesn't cover.
    UnsignedBody,
    /// The signature is wrong: someone else sent the request, the request was changed on its way, or
    /// the secret is another one.
    Mismatch,
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingHeader(name) => write!(f, "the webhook has no header `{name}`"),
            Self::InvalidTimestamp => f.write_str("the webhook has no valid timestamp"),
            Self::Expired {
                difference,
                tolerance,
            } => write!(
                f,
                "the time of the webhook differs by {} seconds, more than {}",
                difference.as_secs(),
                tolerance.as_secs()
            ),
            Self::MissingUrl => f.write_str(
                "the signature of the webhook covers its URL: set it by `WebhookRequest::url`",
            ),
            Self::UnsignedBody => {
                f.write_str("the signature of the webhook doesn't cover its body")
            }
            Self::Mismatch => f.write_str("the signature of the webhook is wrong"),
        }
    }
}

impl StdError for SignatureError {}

/// Why a webhook couldn't be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum WebhookError {
    /// The signature was refused; nothing was read.
    Signature(SignatureError),
    /// The body isn't what the OpenAPI document says.
    Payload {
        /// What is wrong with the body.
        problem: DecodeProblem,
        /// The `Content-Type` of the request.
        content_type: Box<str>,
    },
    /// The body has a media type that the OpenAPI document doesn't describe.
    MediaType {
        /// The `Content-Type` of the request.
        content_type: Box<str>,
    },
    /// The request lacks the header that tells the webhooks apart.
    MissingHeader(&'static str),
    /// The body is too large.
    TooLarge {
        /// The length of the body in bytes.
        length: usize,
    },
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature(error) => error.fmt(f),
            Self::Payload {
                problem,
                content_type,
            } => problem.describe(f, "the body of the webhook", content_type),
            Self::MediaType { content_type } => write!(
                f,
                "the body of the webhook is `{}`, which the document doesn't describe",
                content_type.escape_debug()
            ),
            Self::MissingHeader(name) => write!(
                f,
                "the webhook has no header `{name}`, which tells what it is"
            ),
            Self::TooLarge { length } => {
                write!(f, "the body of the webhook is too large: {length} bytes")
            }
        }
    }
}

impl StdError for WebhookError {}

impl From<SignatureError> for WebhookError {
    fn from(error: SignatureError) -> Self {
        Self::Signature(error)
    }
}
