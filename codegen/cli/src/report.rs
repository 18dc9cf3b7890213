//! Output of the tasks: status lines like those of cargo, and problems with their location in a file.
//!
//! The output that a task was asked for, such as a dump or a difference, goes to standard output, and
//! everything else to standard error. Colours are used on a terminal, unless `NO_COLOR` is set.

mod difference;
mod excerpt;
mod json;
mod problem;
mod render;

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use annotate_snippets::Renderer;
use clap::builder::styling::{AnsiColor, Style};
use wiretrue_codegen::output::Change;

use self::difference::difference;
use self::json::JsonReport;
pub use self::json::{ClientOutcome, ClientResult, Files};
pub use self::problem::{Problem, Refusal, Texts};
use self::render::{annotated, plain};
use crate::Outcome;

/// The width of the verb in a status line, as in cargo.
const VERB_WIDTH: usize = 12;

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
