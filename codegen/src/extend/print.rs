//! The values that a template printed. Its output contains a mark for each, so that no text of a document is
//! in the output before the places of all values are known.

use std::ops::Range;

use super::value::Kind;

/// The start of a mark, which is an identifier.
const PREFIX: &str = "WiretrueValue";
/// The end of a mark.
const SUFFIX: char = 'Q';

/// A value that a template printed.
#[derive(Clone, Debug)]
pub enum Printed {
    /// A text, which becomes a literal in Rust and is escaped in Markdown.
    Literal(String),
    /// A value that prints itself.
    Typed(Kind, String),
}

impl Printed {
    fn text(&self) -> &str {
        match self {
            Self::Literal(text) | Self::Typed(_, text) => text,
        }
    }
}

/// The values that a template printed.
#[derive(Debug, Default)]
pub struct Values(Vec<Printed>);

/// What is wrong with the output of a template, and where in the output.
#[derive(Debug)]
pub struct Fault {
    pub at: usize,
    pub message: String,
    pub help: String,
}

impl Fault {
    pub fn new(at: usize, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
            help: help.into(),
        }
    }

    /// Documentation of several lines needs the whole line.
    pub fn docs_share_a_line(at: usize) -> Self {
        let message = "documentation isn't alone on its line";
        Self::new(at, message, "print it on a line of its own")
    }
}

impl Values {
    /// Adds a value, and returns its mark.
    pub fn add(&mut self, value: Printed) -> String {
        let mark = format!("{PREFIX}{}{SUFFIX}", self.0.len());
        self.0.push(value);
        mark
    }

    /// Returns the value of a mark.
    pub fn of(&self, mark: &str) -> Option<&Printed> {
        let number = mark.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
        self.0.get(number.parse::<usize>().ok()?)
    }

    /// Returns the places of the marks in a text, with their values.
    pub fn marks(&self, text: &str) -> Result<Vec<(Range<usize>, &Printed)>, Fault> {
        let mark = |(at, _): (usize, &str)| {
            let digits = at + PREFIX.len();
            let end = text[digits..]
                .find(SUFFIX)
                .map_or(text.len(), |end| digits + end + 1);
            let value = self.of(&text[at..end]).ok_or_else(|| {
                let message = format!(
                    "the output contains `{PREFIX}`, which is reserved for marks of values"
                );
                Fault::new(
                    at,
                    message,
                    "don't change a printed value; use another word",
                )
            });
            Ok((at..end, value?))
        };
        text.match_indices(PREFIX).map(mark).collect()
    }

    /// Replaces the marks in a text with the plain texts of their values.
    pub fn plain(&self, text: &str) -> Result<String, Fault> {
        let mut plain = String::with_capacity(text.len());
        let mut at = 0;
        for (mark, printed) in self.marks(text)? {
            plain.extend([&text[at..mark.start], printed.text()]);
            at = mark.end;
        }
        plain.push_str(&text[at..]);
        Ok(plain)
    }
}
