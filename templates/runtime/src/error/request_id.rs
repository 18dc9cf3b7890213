//! What names a request in the server's logs, and how an error tells it.

use std::fmt;

use http::HeaderMap;

/// Headers that carry a request id, the most telling first.
const HEADERS: &[&str] = &[
    "x-request-id",
    "twilio-request-id",
    "request-id",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-ms-request-id",
    "x-github-request-id",
    "x-correlation-id",
    "cf-ray",
];

/// The request id in the headers of a response, if the server sent one.
#[must_use]
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    HEADERS
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
}

/// The end of an error's text, such as ` (request r1, 3 attempts)`: what is known, and how many
/// attempts there were if there were several.
pub(crate) struct Ending<'a> {
    /// The request id.
    pub request_id: Option<&'a str>,
    /// How often the call was sent, or tried to be.
    pub attempts: u32,
}

impl fmt::Display for Ending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.request_id, self.attempts) {
            (Some(id), 0 | 1) => write!(f, " (request {id})"),
            (Some(id), attempts) => write!(f, " (request {id}, {attempts} attempts)"),
            (None, 0 | 1) => Ok(()),
            (None, attempts) => write!(f, " ({attempts} attempts)"),
        }
    }
}
