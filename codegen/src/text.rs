//! Makes texts of a document safe to print.
//!
//! Descriptions are CommonMark from an untrusted author, printed in rustdoc and on Markdown pages.
//! A text is parsed and written anew, so that its code fences, HTML tags, brackets and headings
//! can't affect the page around it. rustdoc's and Clippy's lints accept the result, and no example
//! in it is run.
//!
//! [`read`] parses blocks, [`nest`] and [`spans`] write inline content, and [`blocks`] lays the
//! blocks out.

mod blocks;
mod clean;
#[cfg(test)]
mod hostile_tests;
mod html;
mod nest;
mod read;
mod spans;
#[cfg(test)]
mod tests;
mod url;

use spans::Mode;

/// Returns the text as lines of Markdown for rustdoc or a page, without line ends.
///
/// Paragraphs are wrapped at about 92 columns. Headings become bold paragraphs, code blocks are
/// fenced and marked `text`. HTML is translated to Markdown where possible, otherwise shown as it
/// is written. The result is empty if the text shows nothing.
pub fn markdown(text: &str) -> Vec<String> {
    blocks::lines(&read::read(text))
}

/// Returns the text as one line of Markdown. Its blocks follow each other.
pub fn inline(text: &str) -> String {
    blocks::line(&read::read(text), Mode::Inline)
}

/// Like [`inline`], for a table cell: `|` is escaped.
pub fn cell(text: &str) -> String {
    blocks::line(&read::read(text), Mode::Cell)
}

/// Returns the first sentence of the text, with a full stop. The result is Markdown without
/// emphasis and links, apart from bare URLs, and is cut with an ellipsis at about 200 characters.
pub fn sentence(text: &str) -> String {
    blocks::sentence(&read::read(text))
}

/// Returns the text as one line without markup.
pub fn plain(text: &str) -> String {
    blocks::line(&read::read(text), Mode::Plain)
}

/// Returns the text on one line, in a code span.
pub fn code(text: &str) -> String {
    let text: String = clean::text(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if text.is_empty() {
        "` `".to_owned()
    } else {
        spans::code(&text, Mode::Inline)
    }
}

/// Escapes a line of Markdown for a table cell.
pub fn escape_cell(markdown: &str) -> String {
    let mut cell = String::with_capacity(markdown.len());
    let mut escaped = false;
    for c in markdown.chars() {
        if c == '|' && !escaped {
            cell.push('\\');
        }
        escaped = c == '\\' && !escaped;
        cell.push(c);
    }
    cell
}
