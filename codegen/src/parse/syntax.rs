//! Syntax errors of JSON and YAML.

use super::Source;
use super::locate::place;
use super::text::excerpt;
use crate::diagnostic::{Diagnostic, Severity, Stage};
use crate::pointer::Pointer;

/// How many levels of nesting both parsers accept.
pub(super) const DEEPEST: usize = 128;
/// The message of both parsers for excessive nesting.
const TOO_DEEP: &str = "recursion limit exceeded";
/// The message of `serde_yaml` for aliases that expand without end.
const TOO_REPETITIVE: &str = "repetition limit exceeded";
/// The message for aliases that expand to too much data.
pub(super) const TOO_LARGE: &str = "the aliases of this document expand to too much data";

/// A column, from 1.
#[derive(Clone, Copy)]
enum Column {
    Byte(usize),
    Character(usize),
}

/// A syntax error.
pub(super) struct SyntaxError {
    message: String,
    help: &'static str,
    /// Line and column, if the parser knows them.
    at: Option<(usize, Column)>,
    /// The place in the tree, as far as it was read.
    pointer: Pointer,
}

impl SyntaxError {
    pub(super) fn empty() -> Self {
        let help = "pass an OpenAPI document in JSON or YAML";
        let message = "the file is empty".to_owned();
        Self {
            message,
            help,
            at: Some((1, Column::Byte(1))),
            pointer: Pointer::root(),
        }
    }

    pub(super) fn too_deep(line: usize, column: usize) -> Self {
        let at = Some((line, Column::Character(column)));
        let message = TOO_DEEP.to_owned();
        Self {
            message,
            help: "",
            at,
            pointer: Pointer::root(),
        }
        .in_plain_words(false)
    }

    /// Converts an error of serde_json. `twice`: the pointer leads to a duplicate key.
    pub(super) fn json(error: &serde_json::Error, pointer: Pointer, twice: bool) -> Self {
        // serde_json counts bytes.
        let at = (error.line(), Column::Byte(error.column()));
        let message = error.to_string();
        let message = without_place(message, error.line(), error.column());
        let help = "correct the JSON syntax here";
        Self {
            message,
            help,
            at: Some(at),
            pointer,
        }
        .in_plain_words(twice)
    }

    /// Converts an error of serde_yaml. `twice`: the pointer leads to a duplicate key.
    pub(super) fn yaml(error: &serde_yaml::Error, pointer: Pointer, twice: bool) -> Self {
        let at = error.location().map(|at| (at.line(), at.column()));
        let mut message = error.to_string();
        if let Some((line, column)) = at {
            message = without_place(message, line, column);
        }
        // The message starts with the place in another notation than the pointer's.
        if pointer != Pointer::root()
            && let Some((_, rest)) = message.split_once(": ")
        {
            message = rest.to_owned();
        }
        let help = "correct the YAML syntax here; the cause is often wrong indentation or an unclosed quote just before";
        let at = at.map(|(line, column)| (line, Column::Character(column)));
        Self {
            message,
            help,
            at,
            pointer,
        }
        .in_plain_words(twice)
    }

    fn in_plain_words(mut self, twice: bool) -> Self {
        if twice {
            let key = self.pointer.segments().last().unwrap_or_default();
            self.message = format!("duplicate key `{}`", excerpt(&key));
            self.help = "remove or rename one of the two";
            // The pointer leads to the duplicate, which the parser has passed.
            self.at = None;
        } else if self.message.contains(TOO_DEEP) {
            self.message = format!("the document is nested more than {DEEPEST} levels deep");
            self.help = "move inner schemas into `components` and refer to them with `$ref`";
        } else if self.message.contains(TOO_REPETITIVE) || self.message.contains(TOO_LARGE) {
            self.message = TOO_LARGE.to_owned();
            self.help = "replace the aliases with their content, or use `$ref`";
        }
        self
    }

    /// Returns the diagnostic, with its location if known.
    pub(super) fn describe(self, source: &Source) -> Diagnostic {
        let location = self
            .at
            .map(|(line, column)| place(source, offset_of(&source.text, line, column)));
        Diagnostic {
            severity: Severity::Error,
            stage: Stage::Parse,
            pointer: self.pointer,
            option: Vec::new(),
            location,
            message: self.message,
            help: self.help.to_owned(),
        }
    }
}

/// Removes the place from a message.
fn without_place(message: String, line: usize, column: usize) -> String {
    message.replacen(&format!(" at line {line} column {column}"), "", 1)
}

/// Returns the byte offset of a line and column, at most the end of the line.
fn offset_of(text: &str, line: usize, column: Column) -> usize {
    // The parsers don't see the byte order mark.
    let unmarked = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = unmarked.split_inclusive('\n');
    let before: usize = lines
        .by_ref()
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let this = lines.next().unwrap_or("").trim_end_matches(['\r', '\n']);
    let within = match column {
        Column::Byte(column) => {
            let mut at = column.saturating_sub(1).min(this.len());
            while !this.is_char_boundary(at) {
                at -= 1;
            }
            at
        }
        Column::Character(column) => this
            .char_indices()
            .nth(column.saturating_sub(1))
            .map_or(this.len(), |(at, _)| at),
    };
    text.len() - unmarked.len() + before + within
}
