//! The HTTP method of an operation, as a constant.

use std::fmt;

/// The HTTP method of an operation. Unlike [`http::Method`], any method can be a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method(&'static str);

impl Method {
    /// `GET`
    pub const GET: Self = Self("GET");
    /// `PUT`
    pub const PUT: Self = Self("PUT");
    /// `POST`
    pub const POST: Self = Self("POST");
    /// `DELETE`
    pub const DELETE: Self = Self("DELETE");
    /// `OPTIONS`
    pub const OPTIONS: Self = Self("OPTIONS");
    /// `HEAD`
    pub const HEAD: Self = Self("HEAD");
    /// `PATCH`
    pub const PATCH: Self = Self("PATCH");
    /// `TRACE`
    pub const TRACE: Self = Self("TRACE");

    /// Returns the method with this name.
    ///
    /// # Panics
    ///
    /// Panics unless the name is a token (RFC 9110 section 9.1): in a constant, it fails to compile.
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        assert!(is_token(name.as_bytes()), "the method isn't a token");
        Self(name)
    }

    /// Returns the name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Returns whether a request only reads: `GET` or `HEAD`.
    pub(crate) fn is_read(self) -> bool {
        matches!(self, Self::GET | Self::HEAD)
    }

    /// Returns the method that is sent.
    #[must_use]
    pub fn http(self) -> http::Method {
        http::Method::from_bytes(self.0.as_bytes()).unwrap_or_default()
    }
}

const fn is_token(mut name: &[u8]) -> bool {
    if name.is_empty() {
        return false;
    }
    while let [byte, rest @ ..] = name {
        let marks = b"!#$%&'*+-.^_`|~".as_slice();
        if !byte.is_ascii_alphanumeric() && !contains(marks, *byte) {
            return false;
        }
        name = rest;
    }
    true
}

const fn contains(mut bytes: &[u8], wanted: u8) -> bool {
    while let [byte, rest @ ..] = bytes {
        if *byte == wanted {
            return true;
        }
        bytes = rest;
    }
    false
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Method, is_token};

    #[test]
    fn any_token_is_a_method() {
        const COPY: Method = Method::named("COPY");
        assert_eq!(COPY.http().as_str(), "COPY");
        assert_eq!(Method::named("GET").http(), http::Method::GET);
        assert!(Method::named("QUERY").http().is_idempotent());
        assert!(is_token(b"m-search!~") && !is_token(b"") && !is_token(b"A B") && !is_token(b"A:"));
    }
}
