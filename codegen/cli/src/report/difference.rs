//! Unified differences.

use std::time::Duration;

use clap::builder::styling::{AnsiColor, Style};
use similar::TextDiff;
use wiretrue_codegen::output::Change;

/// The time limit for finding a minimal difference.
const DIFF_TIMEOUT: Duration = Duration::from_secs(2);

/// Formats a change of a file as a unified difference.
pub fn difference(shown: &str, change: &Change) -> String {
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
        .timeout(DIFF_TIMEOUT)
        .diff_lines(old.as_str(), new);
    let mut text = diff.unified_diff().header(old_name, new_name).to_string();
    if text.is_empty() {
        // The change is an empty file that is added or removed.
        text = format!("--- {old_name}\n+++ {new_name}\n");
    }
    coloured(&text)
}

/// Colours a unified difference.
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
