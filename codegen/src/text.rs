//! Texts of a document, made safe to print.
//!
//! Descriptions are CommonMark that anybody may have written, and they end up in rustdoc and on
//! Markdown pages. So a text is parsed and written anew, from its meaning alone: what a code
//! fence, an HTML tag, a bracket or a heading could do to the page around it, it can't do in
//! what comes out. rustdoc's and Clippy's lints find nothing in it, and no example in it is run.
//!
//! [`read`] gives blocks, [`nest`] and [`spans`] write what is inside of one, [`blocks`] lays
//! them out.

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

/// The text in block form: lines of Markdown for rustdoc or a page, without line ends.
///
/// Paragraphs are wrapped at about 92 columns. Headings become bold paragraphs, code blocks
/// are fenced and marked `text`, HTML is translated where Markdown has a word for it and shown as
/// it is written where not. Empty for a text that shows nothing.
pub fn markdown(text: &str) -> Vec<String> {
    blocks::lines(&read::read(text))
}

/// The text as one line of Markdown: its blocks follow each other.
pub fn inline(text: &str) -> String {
    blocks::line(&read::read(text), Mode::Inline)
}

/// As [`inline`], for a cell of a table: `|` is escaped.
pub fn cell(text: &str) -> String {
    blocks::line(&read::read(text), Mode::Cell)
}

/// The first sentence of the text, with a full stop: Markdown without emphasis and links, apart
/// from bare URLs. Cut, with an ellipsis, where it would be longer than about 200 characters.
pub fn sentence(text: &str) -> String {
    blocks::sentence(&read::read(text))
}

/// The text as one line without any markup, for places that know no Markdown.
pub fn plain(text: &str) -> String {
    blocks::line(&read::read(text), Mode::Plain)
}

/// Code: the text as it is, on one line, in a code span.
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

/// Markdown of one line, as it must be written in a cell of a table.
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
