//! Where and how a JSON document isn't what the OpenAPI document says.

use std::cell::Cell;
use std::fmt;

use serde_json::Value;

use crate::error::message::cut;

/// How deep [`Mismatch::path`] is shown; a hostile answer doesn't make an endless message.
const STEPS_SHOWN: usize = 64;
/// How much of a member's name is shown, in characters.
const NAME_SHOWN: usize = 64;

/// A JSON value that isn't what the OpenAPI document says.
///
/// It tells the place and the kinds, never a value: an answer may hold secrets.
#[derive(Debug)]
pub struct Mismatch(Box<Inner>);

#[derive(Debug)]
struct Inner {
    /// From the value outwards.
    steps: Vec<Step>,
    problem: DecodeProblem,
}

#[derive(Debug)]
enum Step {
    PropertyReader(String),
    Item(usize),
}

#[derive(Debug)]
enum DecodeProblem {
    Missing,
    Kind {
        expected: &'static str,
        /// `None` until it is looked up: see [`Mismatch::found_in`].
        found: Option<&'static str>,
    },
}

thread_local! {
    /// Why what is read from a stream doesn't match the document. The stream's own error has no room for
    /// a place.
    static NOTED: Cell<Option<Mismatch>> = const { Cell::new(None) };
}

/// Notes why reading a stream fails.
#[cold]
#[inline(never)]
pub fn note(mismatch: Mismatch) {
    NOTED.set(Some(mismatch));
}

/// Notes that reading a stream for `expected` failed: because something else stands there, unless it
/// is noted already that something inside is wrong.
#[cold]
#[inline(never)]
pub fn note_unless_inside(expected: &'static str) {
    let noted = take_noted().unwrap_or_else(|| {
        Mismatch::with(DecodeProblem::Kind {
            expected,
            found: None,
        })
    });
    note(noted);
}

/// What is noted lies in this member of an object.
#[cold]
#[inline(never)]
pub fn note_member(name: &str) {
    NOTED.set(take_noted().map(|noted| noted.in_member(name)));
}

/// What is noted lies in this item of an array.
#[cold]
#[inline(never)]
pub fn note_item(index: usize) {
    NOTED.set(take_noted().map(|noted| noted.in_item(index)));
}

/// What is noted; from now on, nothing is.
#[must_use]
pub fn take_noted() -> Option<Mismatch> {
    NOTED.take()
}

impl Mismatch {
    /// `found` isn't `expected`, a noun such as `a string`.
    #[must_use]
    pub fn new(expected: &'static str, found: &Value) -> Self {
        Self::of_kinds(expected, kind(found))
    }

    /// The same, of the kind of what was found.
    #[must_use]
    pub fn of_kinds(expected: &'static str, found: &'static str) -> Self {
        Self::with(DecodeProblem::Kind {
            expected,
            found: Some(found),
        })
    }

    /// An object lacks a member.
    #[must_use]
    pub fn missing(member: &str) -> Self {
        Self::with(DecodeProblem::Missing).in_member(member)
    }

    fn with(problem: DecodeProblem) -> Self {
        Self(Box::new(Inner {
            steps: Vec::new(),
            problem,
        }))
    }

    /// The same, seen from the object that holds it.
    #[must_use]
    pub fn in_member(mut self, name: &str) -> Self {
        self.0.steps.push(Step::PropertyReader(name.to_owned()));
        self
    }

    /// The same, seen from the array that holds it.
    #[must_use]
    pub fn in_item(mut self, index: usize) -> Self {
        self.0.steps.push(Step::Item(index));
        self
    }

    /// Where, as a JSON path: `$.keys[0].kid`.
    #[must_use]
    pub fn path(&self) -> String {
        let mut path = String::from("$");
        for step in self.0.steps.iter().rev().take(STEPS_SHOWN) {
            match step {
                Step::Item(index) => path.push_str(&format!("[{index}]")),
                Step::PropertyReader(name) if is_plain(name) => {
                    path.push('.');
                    path.push_str(name);
                }
                Step::PropertyReader(name) => {
                    let shown = Value::from(cut(name, NAME_SHOWN));
                    path.push_str(&format!("[{shown}]"));
                }
            }
        }
        if self.0.steps.len() > STEPS_SHOWN {
            path.push('…');
        }
        path
    }

    /// What the OpenAPI document says, such as `a string`; `None` for a member that is missing.
    #[must_use]
    pub fn expected(&self) -> Option<&'static str> {
        match self.0.problem {
            DecodeProblem::Missing => None,
            DecodeProblem::Kind { expected, .. } => Some(expected),
        }
    }

    /// The kind of JSON that was found, such as `a number`; `None` for a member that is missing.
    #[must_use]
    pub fn found(&self) -> Option<&'static str> {
        match self.0.problem {
            DecodeProblem::Missing => None,
            DecodeProblem::Kind { found, .. } => found,
        }
    }

    /// The same, with the kind of what stands at the place in the whole document; `None` if that is
    /// what was expected, or isn't there.
    #[must_use]
    pub fn found_in(mut self, document: &Value) -> Option<Self> {
        if let DecodeProblem::Kind { expected, found } = &mut self.0.problem
            && found.is_none()
        {
            let mut value = document;
            for step in self.0.steps.iter().rev() {
                value = match step {
                    Step::PropertyReader(name) => value.get(name.as_str())?,
                    Step::Item(index) => value.get(*index)?,
                };
            }
            let kind = kind(value);
            if kind == *expected {
                return None;
            }
            *found = Some(kind);
        }
        Some(self)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        match self.0.problem {
            DecodeProblem::Missing => write!(f, "`{path}` is missing"),
            DecodeProblem::Kind { expected, found } => {
                let found = found.unwrap_or("something else");
                write!(f, "`{path}`: expected {expected}, found {found}")
            }
        }
    }
}

impl std::error::Error for Mismatch {}

/// Whether a name stands behind a dot as it is.
fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= NAME_SHOWN
        && bytes
            .next()
            .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// The kind of a JSON value, as a noun.
#[must_use]
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
