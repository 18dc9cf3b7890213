//! Output of the tasks: status lines like those of cargo, and problems with their location in a file.
//!
//! The output that a task was asked for, such as a dump or a difference, goes to standard output, and
//! everything else to standard error. Colours are used on a terminal, unless `NO_COLOR` is set.

mod difference;
mod excerpt;
mod json;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use annotate_snippets::{Group, Level, Origin, Renderer, normalize_untrusted_str};
use clap::builder::styling::{AnsiColor, Style};
use wiretrue_codegen::Diagnostics;
use wiretrue_codegen::Source;
use wiretrue_codegen::diagnostic::{Diagnostic, Severity, SourceLocation};
use wiretrue_codegen::output::Change;

use crate::manifest;

use self::difference::difference;
use self::excerpt::{Excerpt, boundary};
pub use self::json::{ClientOutcome, ClientResult, Files};
use self::json::{JsonDiagnostic, JsonReport};
use crate::Outcome;

/// The width of the verb in a status line, as in cargo.
const VERB_WIDTH: usize = 12;

/// An error or a warning about a document, a manifest or the machine.
#[derive(Clone, Debug)]
pub struct Problem {
    severity: Severity,
    /// One sentence without a full stop.
    message: String,
    /// What to do about it. May be empty.
    help: String,
    place: Option<SourceLocation>,
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
}

impl Problem {
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
    fn title(&self) -> String {
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
}

impl Problem {
    /// Returns the problem for programs.
    fn for_programs(&self) -> JsonDiagnostic {
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

    fn at(&self, problem: &Problem) -> &str {
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

/// Prints the output of a task.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// Whether problems are printed with an excerpt of the file; logs get plain lines.
    drawn: bool,
    /// Whether status lines are left out.
    quiet: bool,
    /// The document for programs, if results are collected instead of printed.
    json: Option<&'static Mutex<JsonReport>>,
}

impl Report {
    /// Creates a report for people.
    pub fn text() -> Self {
        Self {
            drawn: io::stderr().is_terminal(),
            quiet: false,
            json: None,
        }
    }

    /// Creates a report that collects results for programs, and prints nothing before
    /// [`Self::print_json`].
    pub fn json() -> Self {
        Self {
            // A program has one report, which lasts as long as it does.
            json: Some(Box::leak(Box::default())),
            ..Self::text()
        }
    }

    /// Returns whether results are collected for programs.
    pub fn is_json(&self) -> bool {
        self.json.is_some()
    }

    /// Adds to the document for programs.
    fn collect(&self, add: impl FnOnce(&mut JsonReport)) {
        if let Some(json) = self.json {
            add(&mut json.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// Adds the result of a client to the document for programs.
    pub fn client(&self, result: impl FnOnce() -> ClientResult) {
        self.collect(|json| json.clients.push(result()));
    }

    /// Prints the document for programs.
    ///
    /// # Errors
    ///
    /// Fails if standard output can't be written.
    pub fn print_json(&self, outcome: Outcome) -> io::Result<()> {
        let mut text = String::new();
        self.collect(|json| text = json.text(outcome));
        print(&text)
    }

    /// Returns a report that prints problems only.
    pub fn quiet(self) -> Self {
        Self {
            quiet: true,
            ..self
        }
    }

    /// Prints a status line: a verb and its object.
    pub fn status(&self, verb: &str, what: impl Display) {
        if !self.quiet {
            self.line(AnsiColor::Green, verb, &what);
        }
    }

    /// Prints a status line for a finding.
    pub fn finding(&self, verb: &str, what: impl Display) {
        self.line(AnsiColor::Yellow, verb, &what);
    }

    /// Prints a status line for a failure.
    pub fn failure(&self, verb: &str, what: impl Display) {
        self.line(AnsiColor::Red, verb, &what);
    }

    fn line(&self, colour: AnsiColor, verb: &str, what: &dyn Display) {
        if self.is_json() {
            return;
        }
        let style = Style::new().bold().fg_color(Some(colour.into()));
        say(&format!("{style}{verb:>VERB_WIDTH$}{style:#} {what}\n"));
    }

    /// Prints problems, with excerpts of the files in which they are located.
    pub fn problems(&self, problems: &[Problem], texts: &Texts) {
        self.collect(|json| {
            json.diagnostics
                .extend(problems.iter().map(Problem::for_programs))
        });
        if self.is_json() {
            return;
        }
        for problem in problems {
            say(&if self.drawn {
                annotated(problem, texts.at(problem), &Renderer::styled())
            } else {
                plain(problem)
            });
        }
    }

    pub fn problem(&self, problem: &Problem) {
        self.problems(std::slice::from_ref(problem), &Texts::default());
    }

    pub fn refusal(&self, refusal: &Refusal) {
        self.problems(&refusal.problems, &refusal.texts);
    }

    /// Prints a text to standard output.
    pub fn print(&self, text: &str) {
        let _ = anstream::stdout().lock().write_all(text.as_bytes());
    }

    /// Prints a change of a file as a unified difference to standard output.
    pub fn difference(&self, shown: &str, change: &Change) {
        if self.is_json() {
            return;
        }
        let mut out = anstream::stdout().lock();
        // A reader may close the pipe early; that isn't an error.
        let _ = out.write_all(difference(shown, change).as_bytes());
    }
}

/// Prints text to standard output.
///
/// # Errors
///
/// Fails if it can't be written. It is no error if the reader has closed the pipe.
pub fn print(text: &str) -> io::Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

fn say(text: &str) {
    // If standard error is closed, there is nowhere to report it.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Formats a problem as lines for a log: `file:line:column: error: message`, then the help.
fn plain(problem: &Problem) -> String {
    let mut text = String::new();
    if let Some(place) = &problem.place {
        text += &format!(
            "{}:{}:{}: ",
            one_line(&place.file.to_string_lossy()),
            place.line,
            place.column
        );
    }
    let style = match problem.severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
    };
    let style = Style::new().bold().fg_color(Some(style.into()));
    text += &format!(
        "{style}{}{style:#}: {}\n",
        problem.severity,
        problem.title()
    );
    if !problem.help.is_empty() {
        text += &format!("  help: {}\n", one_line(&problem.help));
    }
    text
}

/// Escapes control characters: text of a document must not end the line or control the terminal.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() {
                c.escape_default().to_string()
            } else {
                c.to_string()
            }
        })
        .collect()
}

/// Formats a problem as rustc does.
fn annotated(problem: &Problem, text: &str, renderer: &Renderer) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(problem.title()));
    if let Some(place) = &problem.place {
        let file = one_line(&place.file.to_string_lossy());
        let origin = Origin::path(file.clone())
            .line(place.line)
            .char_column(place.column);
        group = match Excerpt::of(text, place) {
            None => group.element(origin),
            // If the start of the line is cut off, the excerpt doesn't show the column.
            Some(excerpt) if excerpt.cut => group.element(origin).element(excerpt.snippet()),
            Some(excerpt) => group.element(excerpt.snippet().path(file)),
        };
    }
    if !problem.help.is_empty() {
        group = group.element(Level::HELP.message(normalize_untrusted_str(&problem.help)));
    }
    format!("{}\n\n", renderer.render(&[group]))
}

/// Returns a path relative to the current folder, if it is below.
pub fn shown(path: &Path) -> PathBuf {
    std::env::current_dir()
        .ok()
        .and_then(|here| path.strip_prefix(here).ok())
        .filter(|relative| !relative.as_os_str().is_empty())
        .unwrap_or(path)
        .to_owned()
}

/// Formats a refusal as lines for a log, without colours.
#[cfg(test)]
pub fn plain_lines(refusal: &Refusal) -> String {
    refusal
        .problems
        .iter()
        .map(|problem| anstream::adapter::strip_str(&plain(problem)).to_string())
        .collect()
}

#[cfg(test)]
mod tests;
