//! Typed response headers: those that the OpenAPI document describes.

use std::fmt;
use std::marker::PhantomData;

use http::HeaderMap;
use serde_json::Value;

use crate::error::api_error::ApiError;
use crate::response::Response;
use crate::wire::{Decode, from_value};

/// The header that has one value in each of its lines.
const SET_COOKIE: &str = "set-cookie";

/// The name of a response header, and the type of its value.
///
/// The module `headers` of a client has a constant for each documented header. [`Response::header`] and
/// [`ApiError::header`] read its value.
pub struct Header<T> {
    name: &'static str,
    value: PhantomData<fn() -> T>,
}

impl<T> Header<T> {
    /// Creates a header from its name in lower case.
    #[must_use]
    #[inline]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            value: PhantomData,
        }
    }

    /// Returns the name in lower case.
    #[must_use]
    #[inline]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<T> Clone for Header<T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Header<T> {}

impl<T> fmt::Debug for Header<T> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Header({})", self.name)
    }
}

/// The value of a header doesn't match the OpenAPI document.
///
/// The rest of the response is unaffected.
#[derive(Debug)]
pub struct InvalidHeader {
    name: &'static str,
}

impl InvalidHeader {
    /// Returns the header's name in lower case.
    #[must_use]
    #[inline]
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl fmt::Display for InvalidHeader {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the header `{}` doesn't match the document", self.name)
    }
}

impl std::error::Error for InvalidHeader {}

impl<T> Response<T> {
    /// Returns the value of a documented header; `None` if the response doesn't have the header.
    ///
    /// The module `headers` of a client has a constant for each documented header, with the type of its
    /// value: `response.header(headers::X_RATELIMIT_REMAINING)?`.
    ///
    /// # Errors
    ///
    /// Returns an error if the value doesn't match the document; `self.headers` has the value as it
    /// was received.
    #[inline]
    pub fn header<H: Decode>(&self, header: Header<H>) -> Result<Option<H>, InvalidHeader> {
        read(&self.headers, header)
    }
}

impl ApiError {
    /// Returns the value of a documented header; `None` if the response doesn't have the header.
    ///
    /// # Errors
    ///
    /// Returns an error if the value doesn't match the document; [`headers`](Self::headers) has the
    /// value as it was received.
    #[inline]
    pub fn header<H: Decode>(&self, header: Header<H>) -> Result<Option<H>, InvalidHeader> {
        read(self.headers(), header)
    }
}

#[inline]
fn read<T: Decode>(headers: &HeaderMap, header: Header<T>) -> Result<Option<T>, InvalidHeader> {
    let lines = lines(headers, header.name).ok_or(InvalidHeader { name: header.name })?;
    if lines.is_empty() {
        return Ok(None);
    }
    let candidates = match header.name {
        SET_COOKIE => set_cookie_candidates(&lines),
        _ => candidates(&lines),
    };
    let mut candidates = candidates.into_iter();
    let value = candidates.find_map(|value| from_value(&value).ok());
    value.map(Some).ok_or(InvalidHeader { name: header.name })
}

/// Returns the field lines of a header; `None` if one isn't UTF-8.
#[inline]
fn lines<'h>(headers: &'h HeaderMap, name: &str) -> Option<Vec<&'h str>> {
    let lines = headers.get_all(name).iter();
    let text = |value: &'h http::HeaderValue| std::str::from_utf8(value.as_bytes()).ok();
    lines.map(text).collect()
}

/// Returns the values that a header may stand for, the most likely first: a string, a number or
/// JSON document, an array of strings, an array of numbers (OpenAPI's style `simple`).
#[inline]
fn candidates(lines: &[&str]) -> Vec<Value> {
    let joined = lines.join(", ");
    let items: Vec<&str> = joined.split(',').map(str::trim).collect();
    let parsed: Option<Vec<Value>> = items.iter().map(|item| parse_json(item)).collect();
    let mut candidates = vec![Value::from(joined.trim())];
    candidates.extend(parse_json(&joined));
    candidates.push(strings(&items));
    candidates.extend(parsed.map(Value::Array));
    candidates
}

/// Returns the candidates for the value of `Set-Cookie`: the first line, and an array of all lines.
/// Commas separate nothing in them (RFC 9110 section 5.3).
#[inline]
fn set_cookie_candidates(lines: &[&str]) -> Vec<Value> {
    let first = lines.first().copied().map(Value::from);
    first.into_iter().chain([strings(lines)]).collect()
}

#[inline]
fn strings(items: &[&str]) -> Value {
    items.iter().copied().map(Value::from).collect()
}

#[inline]
fn parse_json(text: &str) -> Option<Value> {
    text.parse().ok()
}
