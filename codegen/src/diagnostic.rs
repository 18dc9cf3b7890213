//! What a stage has to say about a document: collected, never printed here.

use std::fmt;
use std::path::PathBuf;

use crate::pointer::Pointer;

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The crate is made, but something in the document is not as it seems.
    Warning,
    /// No crate can be made from the document as it is.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// The stage of the pipeline that speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading the text: syntax, version, the form of every object.
    Parse,
    /// Resolving references and filling in what operations leave out.
    Normalise,
    /// Deciding which Rust shape each part of the document takes.
    Lower,
    /// Finding in the document what the options name.
    Options,
    /// Choosing identifiers.
    Names,
    /// Printing Rust.
    Render,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Parse => "parse",
            Stage::Normalise => "normalise",
            Stage::Lower => "lower",
            Stage::Options => "options",
            Stage::Names => "names",
            Stage::Render => "render",
        })
    }
}

/// Where in a file a diagnostic points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLocation {
    /// The file as the caller named it.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Byte offset of the place in the file.
    pub offset: usize,
    /// Length of the place in bytes; 0 if only a point is known.
    pub length: usize,
}

/// One thing to tell the person who wrote or chose the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// The stage that found it.
    pub stage: Stage,
    /// The place in the document.
    pub pointer: Pointer,
    /// The same place in the file; filled in when the pipeline ends.
    pub location: Option<SourceLocation>,
    /// What is the matter, as one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for Diagnostic {
    /// One line for a log: `file:line:column: error: message (#/pointer); help: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.location {
            write!(
                f,
                "{}:{}:{}: ",
                place.file.display(),
                place.line,
                place.column
            )?;
        }
        write!(f, "{}: {} ({})", self.severity, self.message, self.pointer)?;
        if !self.help.is_empty() {
            write!(f, "; help: {}", self.help)?;
        }
        Ok(())
    }
}

/// The diagnostics of one run, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Records something that keeps the crate from being made.
    pub fn error(
        &mut self,
        stage: Stage,
        pointer: &Pointer,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(Severity::Error, stage, pointer, message.into(), help.into());
    }

    /// Records something that a person should know, though the crate is made.
    pub fn warning(
        &mut self,
        stage: Stage,
        pointer: &Pointer,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(
            Severity::Warning,
            stage,
            pointer,
            message.into(),
            help.into(),
        );
    }

    fn push(
        &mut self,
        severity: Severity,
        stage: Stage,
        pointer: &Pointer,
        message: String,
        help: String,
    ) {
        self.0.push(Diagnostic {
            severity,
            stage,
            pointer: pointer.clone(),
            location: None,
            message,
            help,
        });
    }

    /// Adds a diagnostic that is complete already.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// All of them, to complete their locations.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Diagnostic> {
        self.0.iter_mut()
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|diagnostic| writeln!(f, "{diagnostic}"))
    }
}

impl std::error::Error for Diagnostics {}
