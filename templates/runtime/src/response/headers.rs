//! Headers of answers that the OpenAPI document names, with the types that it gives them.

use std::fmt;
use std::marker::PhantomData;

use http::HeaderMap;
use http::header::SET_COOKIE;
use serde_json::Value;

use crate::error::api_error::ApiError;
use crate::response::Response;
use crate::wire::Decode;

/// A header of an answer, and the type of its value.
///
/// [`Response::header`] and [`ApiError::header`] read it.
pub struct Header<T> {
    name: &'static str,
    of: PhantomData<fn() -> T>,
}

impl<T> Header<T> {
    /// A header by its name in lower case.
    #[must_use]
    #[inline]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            of: PhantomData,
        }
    }

    /// Its name in lower case.
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

/// The value of a header isn't what the OpenAPI document says. The answer is there all the same.
#[derive(Debug)]
pub struct InvalidHeader {
    name: &'static str,
}

impl InvalidHeader {
    /// The header's name in lower case.
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
    /// The value of a header that the OpenAPI document names; `None` if it isn't there.
    ///
    /// # Errors
    ///
    /// The value isn't what the document says; `self.headers` has it as it came.
    #[inline]
    pub fn header<H: Decode>(&self, header: Header<H>) -> Result<Option<H>, InvalidHeader> {
        read(&self.headers, header)
    }
}

impl ApiError {
    /// The value of a header that the OpenAPI document names; `None` if it isn't there.
    ///
    /// # Errors
    ///
    /// The value isn't what the document says; [`headers`](Self::headers) has it as it came.
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
    let mut readings = readings(&lines).into_iter();
    let read = readings.find_map(|value| T::from_value(value).ok());
    read.map(Some).ok_or(InvalidHeader { name: header.name })
}

/// The lines of a header; `None` if one isn't text.
#[inline]
fn lines<'h>(headers: &'h HeaderMap, name: &str) -> Option<Vec<&'h str>> {
    let lines = headers.get_all(name).iter();
    let text = |value: &'h http::HeaderValue| std::str::from_utf8(value.as_bytes()).ok();
    // Only cookies can't be told apart once their lines are joined (RFC 9110, 5.3).
    let only = if name == SET_COOKIE { 1 } else { usize::MAX };
    lines.take(only).map(text).collect()
}

/// What a header can mean, the likeliest first: text, a number or a document, a list of texts, a
/// list of numbers (OpenAPI's style `simple`).
#[inline]
fn readings(lines: &[&str]) -> Vec<Value> {
    let whole = lines.join(", ");
    let items: Vec<&str> = whole.split(',').map(str::trim).collect();
    let texts = items.iter().map(|item| Value::from(*item)).collect();
    let documents: Option<Vec<Value>> = items.iter().map(|item| json(item)).collect();
    let mut readings = vec![Value::from(whole.trim())];
    readings.extend(json(&whole));
    readings.push(Value::Array(texts));
    readings.extend(documents.map(Value::Array));
    readings
}

#[inline]
fn json(text: &str) -> Option<Value> {
    text.parse().ok()
}
