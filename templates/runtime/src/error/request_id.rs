//! The server's request ID, and how errors print it.

use std::fmt;

use http::HeaderMap;

/// Headers that carry a request ID, the most telling first.
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

/// Returns the request ID in the headers of a response, if the server sent one.
#[must_use]
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    let mut names = HEADERS.iter();
    names.find_map(|name| headers.get(*name)?.to_str().ok())
}

/// The end of an error's text, such as ` (request r1, 3 attempts)`. Prints the number of attempts if
/// there were several.
pub(crate) struct Ending<'a> {
    /// The request ID.
    pub request_id: Option<&'a str>,
    /// The number of attempts at the call.
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
