//! Where and how a JSON document doesn't match the OpenAPI document.
//!
//! serde's errors can't carry the path of a failure, so decoders record it in a thread-local while
//! they return the error: first the innermost value, then each object and array around it.

use std::cell::Cell;
use std::fmt;

use serde_json::Value;

use crate::error::message::truncate;

/// How many segments of a path are printed, so that a hostile response can't make an endless
/// message.
const MAX_SEGMENTS: usize = 64;
/// How many characters of a property name are printed.
pub(super) const MAX_NAME_CHARS: usize = 64;

/// A JSON value that doesn't match the OpenAPI document.
///
/// Holds the path and the JSON types, never a value: a response may contain secrets.
#[derive(Debug)]
pub struct Mismatch(Box<Details>);

#[derive(Debug)]
struct Details {
    /// From the value outwards.
    segments: Vec<PathSegment>,
    kind: MismatchKind,
}

#[derive(Debug)]
enum PathSegment {
    Property(String),
    Index(usize),
}

#[derive(Debug)]
enum MismatchKind {
    Missing,
    WrongType {
        expected: &'static str,
        /// `None` until it is looked up: see [`Mismatch::with_found_in`].
        found: Option<&'static str>,
    },
}

thread_local! {
    /// The mismatch that the decoder on this thread last failed with.
    static RECORDED: Cell<Option<Mismatch>> = const { Cell::new(None) };
}

/// Records why decoding fails.
#[doc(hidden)]
#[cold]
#[inline(never)]
pub fn record(mismatch: Mismatch) {
    RECORDED.set(Some(mismatch));
}

/// Records that a value of another type was found where `expected` was, unless a mismatch inside
/// the value is recorded already.
#[doc(hidden)]
#[cold]
#[inline(never)]
pub fn record_expected(expected: &'static str) {
    let mismatch = take_recorded().unwrap_or_else(|| {
        Mismatch::with(MismatchKind::WrongType {
            expected,
            found: None,
        })
    });
    record(mismatch);
}

/// Prepends a property to the path of the recorded mismatch.
#[doc(hidden)]
#[cold]
#[inline(never)]
pub fn record_property(name: &str) {
    RECORDED.set(take_recorded().map(|mismatch| mismatch.in_property(name)));
}

/// Prepends an array index to the path of the recorded mismatch.
#[doc(hidden)]
#[cold]
#[inline(never)]
pub fn record_index(index: usize) {
    RECORDED.set(take_recorded().map(|mismatch| mismatch.in_index(index)));
}

/// Returns the recorded mismatch and forgets it.
#[doc(hidden)]
#[must_use]
pub fn take_recorded() -> Option<Mismatch> {
    RECORDED.take()
}

impl Mismatch {
    /// Creates a mismatch: `found` isn't `expected`, a noun such as `a string`.
    #[must_use]
    pub fn new(expected: &'static str, found: &Value) -> Self {
        Self::wrong_type(expected, json_type(found))
    }

    /// Creates a mismatch between two JSON types, both nouns such as `a string`.
    #[must_use]
    pub fn wrong_type(expected: &'static str, found: &'static str) -> Self {
        Self::with(MismatchKind::WrongType {
            expected,
            found: Some(found),
        })
    }

    /// Creates a mismatch: an object lacks a required property.
    #[must_use]
    pub fn missing(property: &str) -> Self {
        Self::with(MismatchKind::Missing).in_property(property)
    }

    fn with(kind: MismatchKind) -> Self {
        Self(Box::new(Details {
            segments: Vec::new(),
            kind,
        }))
    }

    /// Returns the mismatch with a property prepended to its path.
    #[must_use]
    pub fn in_property(mut self, name: &str) -> Self {
        self.prepend_property(name);
        self
    }

    /// Returns the mismatch with an array index prepended to its path.
    #[must_use]
    pub fn in_index(mut self, index: usize) -> Self {
        self.prepend_index(index);
        self
    }

    /// Prepends a property to the path.
    pub(super) fn prepend_property(&mut self, name: &str) {
        self.0.segments.push(PathSegment::Property(name.to_owned()));
    }

    /// Prepends an array index to the path.
    pub(super) fn prepend_index(&mut self, index: usize) {
        self.0.segments.push(PathSegment::Index(index));
    }

    /// Returns the JSON path of the mismatch, such as `$.keys[0].kid`.
    #[must_use]
    pub fn path(&self) -> String {
        let mut path = String::from("$");
        for segment in self.0.segments.iter().rev().take(MAX_SEGMENTS) {
            match segment {
                PathSegment::Index(index) => path.push_str(&format!("[{index}]")),
                PathSegment::Property(name) if is_identifier(name) => {
                    path.push('.');
                    path.push_str(name);
                }
                PathSegment::Property(name) => {
                    let shown = Value::from(truncate(name, MAX_NAME_CHARS));
                    path.push_str(&format!("[{shown}]"));
                }
            }
        }
        if self.0.segments.len() > MAX_SEGMENTS {
            path.push('…');
        }
        path
    }

    /// Returns what the OpenAPI document describes, such as `a string`; `None` if a property is
    /// missing.
    #[must_use]
    pub fn expected(&self) -> Option<&'static str> {
        match self.0.kind {
            MismatchKind::Missing => None,
            MismatchKind::WrongType { expected, .. } => Some(expected),
        }
    }

    /// Returns the JSON type that was found, such as `a number`; `None` if a property is missing.
    #[must_use]
    pub fn found(&self) -> Option<&'static str> {
        match self.0.kind {
            MismatchKind::Missing => None,
            MismatchKind::WrongType { found, .. } => found,
        }
    }

    /// Looks up the JSON type at the path in the whole document. Returns `None` if that type is the
    /// expected one, or if the document has no such path.
    #[must_use]
    pub fn with_found_in(mut self, document: &Value) -> Option<Self> {
        if let MismatchKind::WrongType { expected, found } = &mut self.0.kind
            && found.is_none()
        {
            let mut value = document;
            for segment in self.0.segments.iter().rev() {
                value = match segment {
                    PathSegment::Property(name) => value.get(name.as_str())?,
                    PathSegment::Index(index) => value.get(*index)?,
                };
            }
            let actual = json_type(value);
            if actual == *expected {
                return None;
            }
            *found = Some(actual);
        }
        Some(self)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        match self.0.kind {
            MismatchKind::Missing => write!(f, "`{path}` is missing"),
            MismatchKind::WrongType { expected, found } => {
                let found = found.unwrap_or("something else");
                write!(f, "`{path}`: expected {expected}, found {found}")
            }
        }
    }
}

impl std::error::Error for Mismatch {}

/// Returns whether a path shows the name as `.name`, without quotes.
fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= MAX_NAME_CHARS
        && bytes
            .next()
            .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Returns the type of a JSON value as a noun, such as `an array`.
#[must_use]
pub fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
