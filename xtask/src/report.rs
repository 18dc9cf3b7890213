//! How the tasks speak: status lines like cargo's, and problems with their place in a file.
//!
//! What a task was asked to print (a dump, a difference) goes to standard output, everything
//! else to standard error. Colours are used on a terminal, unless `NO_COLOR` is set.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use clap::builder::styling::{AnsiColor, Style};
use codegen::Source;
use codegen::diagnostic::{Diagnostic, Severity, SourceLocation};
use codegen::output::Change;
use similar::TextDiff;

/// How wide the verb of a status line is, as cargo has it.
const VERB_WIDTH: usize = 12;
/// How many lines around a place are shown.
const CONTEXT_LINES: usize = 2;
/// How many bytes of a line around a place are shown: a document may be one line of megabytes.
const CONTEXT_BYTES: usize = 200;
/// How long a difference is made minimal before it is shown as it is.
const DIFF_PATIENCE: Duration = Duration::from_secs(2);

/// One thing that is the matter, with a document, a manifest or the machine.
#[derive(Clone, Debug)]
pub struct Problem {
    severity: Severity,
    /// One sentence without a full stop.
    message: String,
    /// What to do about it; may be empty.
    help: String,
    place: Option<SourceLocation>,
}

impl Problem {
    pub fn error(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            message: message.into(),
            help: help.into(),
            place: None,
        }
    }

    pub fn warning(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(message, help)
        }
    }

    /// The same problem, at these bytes of `text`, which is that of `file`.
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

impl From<&Diagnostic> for Problem {
    fn from(diagnostic: &Diagnostic) -> Self {
        Self {
            severity: diagnostic.severity,
            message: format!("{} ({})", diagnostic.message, diagnostic.pointer),
            help: diagnostic.help.clone(),
            place: diagnostic.location.clone(),
        }
    }
}

/// The texts of the files that the places of problems are in.
#[derive(Debug, Default)]
pub struct Texts(BTreeMap<PathBuf, String>);

impl Texts {
    /// The text of one file.
    pub fn of(file: &Path, text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(file.to_owned(), text.into())]))
    }

    /// Those of the files that a document is made of, as far as there is something to tell of them.
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

/// Why a task can't be done: all problems, and the texts that their places are in.
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
    /// The message of an error of ours names the place already.
    fn from(error: io::Error) -> Self {
        Self::new(error.to_string(), "")
    }
}

/// Speaks to the person who runs a task.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// Whether problems are drawn with an excerpt of the file; plain lines suit a log better.
    drawn: bool,
    /// Whether what goes well isn't told.
    quiet: bool,
}

impl Report {
    pub fn new() -> Self {
        Self {
            drawn: io::stderr().is_terminal(),
            quiet: false,
        }
    }

    /// One that tells problems only.
    pub fn quiet(self) -> Self {
        Self {
            quiet: true,
            ..self
        }
    }

    /// What was done: a verb in the past tense, and to what.
    pub fn status(&self, verb: &str, what: impl Display) {
        if !self.quiet {
            self.line(AnsiColor::Green, verb, &what);
        }
    }

    /// What was found that shouldn't be so.
    pub fn finding(&self, verb: &str, what: impl Display) {
        self.line(AnsiColor::Yellow, verb, &what);
    }

    /// What didn't go well.
    pub fn failure(&self, verb: &str, what: impl Display) {
        self.line(AnsiColor::Red, verb, &what);
    }

    fn line(&self, colour: AnsiColor, verb: &str, what: &dyn Display) {
        let style = Style::new().bold().fg_color(Some(colour.into()));
        say(&format!("{style}{verb:>VERB_WIDTH$}{style:#} {what}\n"));
    }

    /// All problems, with excerpts of the texts that their places are in.
    pub fn problems(&self, problems: &[Problem], texts: &Texts) {
        for problem in problems {
            say(&if self.drawn {
                draw(problem, texts.at(problem), &Renderer::styled())
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

    /// A text that the task was asked for, on standard output.
    pub fn print(&self, text: &str) {
        let _ = anstream::stdout().lock().write_all(text.as_bytes());
    }

    /// What a file would become, as a unified difference on standard output.
    pub fn difference(&self, shown: &str, change: &Change) {
        let mut out = anstream::stdout().lock();
        // A reader that has seen enough and closed the pipe is no error.
        let _ = out.write_all(difference(shown, change).as_bytes());
    }
}

fn say(text: &str) {
    // Nobody is left to be told that standard error is closed.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// A problem as lines for a log: `file:line:column: error: message`, then the help.
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
        one_line(&problem.message)
    );
    if !problem.help.is_empty() {
        text += &format!("  help: {}\n", one_line(&problem.help));
    }
    text
}

/// Text that may come out of a document, without what would end the line or steer a terminal.
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

/// A problem as rustc draws one.
fn draw(problem: &Problem, text: &str, renderer: &Renderer) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(one_line(&problem.message)));
    if let Some(place) = &problem.place {
        let file = one_line(&place.file.to_string_lossy());
        let origin = Origin::path(file.clone())
            .line(place.line)
            .char_column(place.column);
        group = match Excerpt::of(text, place) {
            None => group.element(origin),
            // Where a line is cut off in front, the column can't be told from the excerpt.
            Some(excerpt) if excerpt.cut => group.element(origin).element(excerpt.snippet()),
            Some(excerpt) => group.element(excerpt.snippet().path(file)),
        };
    }
    if !problem.help.is_empty() {
        group = group.element(Level::HELP.message(normalize_untrusted_str(&problem.help)));
    }
    format!("{}\n\n", renderer.render(&[group]))
}

/// The lines around a place.
struct Excerpt<'a> {
    text: &'a str,
    /// The number of the first of them, from 1.
    first_line: usize,
    /// The bytes of the place in `text`.
    marked: Range<usize>,
    /// Whether it starts in the middle of a line.
    cut: bool,
}

impl<'a> Excerpt<'a> {
    /// `None` if the place isn't in the text.
    fn of(text: &'a str, place: &SourceLocation) -> Option<Self> {
        let (before, after) = text.split_at_checked(place.offset)?;
        let (start, lines_before) = lines_back(before);
        let end = place.offset + lines_ahead(after);
        let excerpt = &text[start..end];
        let from = place.offset - start;
        let to = boundary(excerpt, from.saturating_add(place.length));
        let to = excerpt[from..to].find('\n').map_or(to, |at| from + at);
        Some(Self {
            text: excerpt,
            first_line: place.line.saturating_sub(lines_before).max(1),
            marked: from..to.max(from),
            cut: start > 0 && !text[..start].ends_with('\n'),
        })
    }

    fn snippet(self) -> Snippet<'a, Annotation<'a>> {
        Snippet::source(self.text)
            .line_start(self.first_line)
            .fold(false)
            .annotation(AnnotationKind::Primary.span(self.marked))
    }
}

/// Where the excerpt starts in the text before a place, and how many lines that is back.
fn lines_back(before: &str) -> (usize, usize) {
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    if before.len() - line > CONTEXT_BYTES {
        return (boundary(before, before.len() - CONTEXT_BYTES), 0);
    }
    let mut start = line;
    for back in 0..CONTEXT_LINES {
        let Some(above) = before[..start].strip_suffix('\n') else {
            return (start, back);
        };
        let next = above.rfind('\n').map_or(0, |at| at + 1);
        if above.len() - next > CONTEXT_BYTES {
            return (start, back);
        }
        start = next;
    }
    (start, CONTEXT_LINES)
}

/// Where the excerpt ends in the text from a place on.
fn lines_ahead(after: &str) -> usize {
    let mut end = 0;
    for line in after.split_inclusive('\n').take(CONTEXT_LINES + 1) {
        if line.len() > CONTEXT_BYTES {
            return if end == 0 {
                boundary(line, CONTEXT_BYTES)
            } else {
                end
            };
        }
        end += line.len();
    }
    end
}

/// The last place in a text, up to this byte, that isn't inside a character.
fn boundary(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len()))
        .rev()
        .find(|&byte| text.is_char_boundary(byte))
        .unwrap_or(0)
}

/// A unified difference between a file and what it should be.
fn difference(shown: &str, change: &Change) -> String {
    let (old_name, new_name) = (format!("a/{shown}"), format!("b/{shown}"));
    let (old_name, old, new_name, new) = match change {
        Change::Changed { old, new, .. } => (
            old_name.as_str(),
            old.as_str(),
            new_name.as_str(),
            new.as_str(),
        ),
        Change::Missing { new, .. } => ("/dev/null", "", new_name.as_str(), new.as_str()),
        Change::Orphan { old, .. } => (old_name.as_str(), old.as_str(), "/dev/null", ""),
    };
    if old.contains('\0') {
        return format!("Binary file {shown} differs\n");
    }
    let old = old.replace("\r\n", "\n");
    let diff = TextDiff::configure()
        .timeout(DIFF_PATIENCE)
        .diff_lines(old.as_str(), new);
    let mut text = diff.unified_diff().header(old_name, new_name).to_string();
    if text.is_empty() {
        // An empty file that shouldn't be there, or should.
        text = format!("--- {old_name}\n+++ {new_name}\n");
    }
    coloured(&text)
}

/// The colours that a reader of differences is used to.
fn coloured(diff: &str) -> String {
    let mut text = String::with_capacity(diff.len());
    for line in diff.split_inclusive('\n') {
        let style = match line.as_bytes() {
            [b'-', b'-', b'-', ..] | [b'+', b'+', b'+', ..] => Style::new().bold(),
            [b'@', ..] => AnsiColor::Cyan.on_default(),
            [b'-', ..] => AnsiColor::Red.on_default(),
            [b'+', ..] => AnsiColor::Green.on_default(),
            _ => Style::new(),
        };
        let (line, end) = line
            .strip_suffix('\n')
            .map_or((line, ""), |line| (line, "\n"));
        text += &format!("{style}{line}{style:#}{end}");
    }
    text
}

/// A path as a person in the current folder would write it.
pub fn shown(path: &Path) -> PathBuf {
    std::env::current_dir()
        .ok()
        .and_then(|here| path.strip_prefix(here).ok())
        .filter(|relative| !relative.as_os_str().is_empty())
        .unwrap_or(path)
        .to_owned()
}

/// A refusal as a log has it, without colours.
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
