//! Formats problems as lines for a log, or with an excerpt of the file, as rustc does.

use annotate_snippets::{Group, Level, Origin, Renderer, normalize_untrusted_str};
use clap::builder::styling::{AnsiColor, Style};
use wiretrue_codegen::diagnostic::Severity;

use super::excerpt::Excerpt;
use super::problem::Problem;

/// Formats a problem as lines for a log: `file:line:column: error: message`, then the help.
pub(super) fn plain(problem: &Problem) -> String {
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

/// Formats a problem as rustc does.
pub(super) fn annotated(problem: &Problem, text: &str, renderer: &Renderer) -> String {
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

/// Escapes control characters: text of a document must not end the line or control the terminal.
pub(super) fn one_line(text: &str) -> String {
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
