//! Errors and warnings about a document. Stages collect them; the caller prints them.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;

use crate::pointer::Pointer;

/// The severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The crate can be generated, but part of the document is not what it seems.
    Warning,
    /// No crate can be generated from the document.
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

/// The stage that reports a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Parsing: syntax, version, the structure of every object.
    Parse,
    /// Resolving references, and applying defaults to operations.
    Normalise,
    /// Choosing the Rust shape of each part of the document.
    Lower,
    /// Applying the options to the document.
    Options,
    /// Choosing identifiers.
    Names,
    /// Rendering templates outside of this workspace.
    Extend,
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
            Stage::Extend => "extend",
            Stage::Render => "render",
        })
    }
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLocation {
    /// The file, as the caller named it.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The byte offset.
    pub offset: usize,
    /// The length in bytes; 0 for a single point.
    pub length: usize,
}

/// An error or a warning about the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The severity.
    pub severity: Severity,
    /// The stage that reports it.
    pub stage: Stage,
    /// The place in the document.
    pub pointer: Pointer,
    /// The place in the file; filled in at the end of the pipeline.
    pub location: Option<SourceLocation>,
    /// The message: a sentence without a full stop.
    pub message: String,
    /// How to fix it.
    pub help: String,
}

impl fmt::Display for Diagnostic {
    /// Writes one line for a log: `file:line:column: error: message (#/pointer); help: …`.
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

/// The diagnostics of a run, in the order in which they were reported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds an error. No crate is generated if there is one.
    pub fn error(
        &mut self,
        stage: Stage,
        pointer: &Pointer,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(Severity::Error, stage, pointer, message.into(), help.into());
    }

    /// Adds a warning.
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

    /// Adds a complete diagnostic.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Returns whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Returns all diagnostics.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// Returns all diagnostics, to complete their locations.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Diagnostic> {
        self.0.iter_mut()
    }

    /// Returns whether there are no diagnostics.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the diagnostics, of warnings with the same message only the first. The number is that of
    /// the others.
    pub fn grouped(&self) -> Vec<(&Diagnostic, usize)> {
        let mut first: HashMap<(&str, &str), usize> = HashMap::new();
        let mut groups: Vec<(&Diagnostic, usize)> = Vec::new();
        for diagnostic in &self.0 {
            let key = (diagnostic.message.as_str(), diagnostic.help.as_str());
            match first.get(&key).and_then(|&at| groups.get_mut(at)) {
                Some((_, others)) if diagnostic.severity == Severity::Warning => *others += 1,
                _ => {
                    if diagnostic.severity == Severity::Warning {
                        first.insert(key, groups.len());
                    }
                    groups.push((diagnostic, 0));
                }
            }
        }
        groups
    }

    /// Keeps only the diagnostics for which `keep` returns true.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.0.retain(keep);
    }

    /// Returns the number of diagnostics.
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

#[cfg(test)]
mod tests {
    use super::{Diagnostics, Stage};
    use crate::pointer::Pointer;

    #[test]
    fn equal_warnings_are_one_group_and_errors_are_not() {
        let mut all = Diagnostics::default();
        let place = |name: &str| Pointer::root().child(name);
        all.warning(Stage::Parse, &place("a"), "odd", "help");
        all.error(Stage::Parse, &place("b"), "odd", "help");
        all.error(Stage::Parse, &place("c"), "odd", "help");
        all.warning(Stage::Parse, &place("d"), "odd", "other help");
        all.warning(Stage::Lower, &place("e"), "odd", "help");
        let groups = all.grouped();
        let shown: Vec<_> = groups
            .iter()
            .map(|(it, others)| (it.pointer.to_string(), *others))
            .collect();
        let expected = [("#/a", 1), ("#/b", 0), ("#/c", 0), ("#/d", 0)];
        assert_eq!(
            shown,
            expected.map(|(place, others)| (place.to_owned(), others))
        );
    }
}
