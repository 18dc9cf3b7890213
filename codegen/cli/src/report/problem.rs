//! Errors and warnings, with their location in a file.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use wiretrue_codegen::diagnostic::{Diagnostic, Severity, SourceLocation};
use wiretrue_codegen::{Diagnostics, Source};

use super::excerpt::boundary;
use super::json::JsonDiagnostic;
use super::render::one_line;
use crate::manifest;

/// An error or a warning about a document, a manifest or the machine.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(super) severity: Severity,
    /// One sentence without a full stop.
    message: String,
    /// What to do about it. May be empty.
    pub(super) help: String,
    pub(super) place: Option<SourceLocation>,
    /// The keys of the option that is wrong, from the outermost.
    option: Vec<String>,
    /// The place in a document, as a JSON pointer.
    pointer: Option<String>,
    /// The number of equal problems in other places.
    others: usize,
}

impl Problem {
    pub fn error(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            message: message.into(),
            help: help.into(),
            place: None,
            option: Vec::new(),
            pointer: None,
            others: 0,
        }
    }

    pub fn warning(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(message, help)
        }
    }

    /// Locates the problem at these bytes of `text`, the content of `file`.
    pub fn at(self, file: &Path, text: &str, span: Range<usize>) -> Self {
        let offset = boundary(text, span.start);
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let place = SourceLocation {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            offset,
            length: span.len(),
        };
        Self {
            place: Some(place),
            ..self
        }
    }

    /// Returns the problems of a document. Unless `verbose`, equal warnings are one problem.
    pub fn of_document(diagnostics: &Diagnostics, verbose: bool) -> Vec<Self> {
        if verbose {
            return diagnostics.iter().map(|it| Self::of_group(it, 0)).collect();
        }
        let groups = diagnostics.grouped().into_iter();
        groups
            .map(|(first, others)| Self::of_group(first, others))
            .collect()
    }

    /// Returns the problem of a diagnostic and `others` that are equal.
    fn of_group(diagnostic: &Diagnostic, others: usize) -> Self {
        Self {
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            place: diagnostic.location.clone(),
            // The place of an option isn't in the document.
            pointer: diagnostic
                .option
                .is_empty()
                .then(|| diagnostic.pointer.to_string()),
            option: diagnostic.option.clone(),
            others,
        }
    }

    /// Returns the message with the place in the document.
    pub(super) fn title(&self) -> String {
        let Some(pointer) = &self.pointer else {
            return one_line(&self.message);
        };
        let more = match self.others {
            0 => String::new(),
            1 => " and 1 more place, see --verbose".to_owned(),
            others => format!(" and {others} more places, see --verbose"),
        };
        one_line(&format!("{} ({pointer}{more})", self.message))
    }

    /// Locates the problem of an option in a manifest: `text`, the content of `file`. `client` is the name
    /// of the table.
    pub fn locate_option(&mut self, file: &Path, text: &str, client: &str) {
        if !self.option.is_empty()
            && let Some(span) = manifest::span_of(text, client, &self.option)
        {
            *self = self.clone().at(file, text, span);
        }
    }

    /// Returns the problem for programs.
    pub(super) fn for_programs(&self) -> JsonDiagnostic {
        let place = self.place.as_ref();
        JsonDiagnostic {
            severity: self.severity.to_string(),
            message: self.message.clone(),
            help: self.help.clone(),
            file: place.map(|it| it.file.to_string_lossy().into_owned()),
            line: place.map(|it| it.line),
            column: place.map(|it| it.column),
            pointer: self.pointer.clone(),
        }
    }
}

/// The content of the files in which problems are located.
#[derive(Debug, Default)]
pub struct Texts(BTreeMap<PathBuf, String>);

impl Texts {
    /// Creates the content of one file.
    pub fn of(file: &Path, text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(file.to_owned(), text.into())]))
    }

    /// Adds the content of another file.
    pub fn add(&mut self, file: &Path, text: String) {
        self.0.insert(file.to_owned(), text);
    }

    /// Reads those files of a document in which problems are located.
    pub fn of_document(source: &Source, problems: &[Problem]) -> Self {
        let mut texts = BTreeMap::new();
        for place in problems.iter().filter_map(|problem| problem.place.as_ref()) {
            if !texts.contains_key(&place.file)
                && let Some(text) = source.text_of(&place.file)
            {
                texts.insert(place.file.clone(), text.into_owned());
            }
        }
        Self(texts)
    }

    pub(super) fn at(&self, problem: &Problem) -> &str {
        let place = problem.place.as_ref();
        place
            .and_then(|place| self.0.get(&place.file))
            .map_or("", String::as_str)
    }
}

/// The error of a task: all problems, and the content of the files in which they are located.
#[derive(Debug, Default)]
pub struct Refusal {
    pub problems: Vec<Problem>,
    pub texts: Texts,
}

impl Refusal {
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            problems: vec![Problem::error(message, help)],
            texts: Texts::default(),
        }
    }
}

impl From<io::Error> for Refusal {
    /// Keeps the message as it is: errors of this program name the file already.
    fn from(error: io::Error) -> Self {
        Self::new(error.to_string(), "")
    }
}
