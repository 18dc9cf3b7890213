//! Excerpts of files around a location.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Snippet};
use wiretrue_codegen::diagnostic::SourceLocation;

/// The number of lines shown before and after a location.
const CONTEXT_LINES: usize = 2;
/// The number of bytes shown of a line: a document may be one line of megabytes.
pub const CONTEXT_BYTES: usize = 200;

/// The lines around a location.
pub struct Excerpt<'a> {
    text: &'a str,
    /// The number of the first line, from 1.
    first_line: usize,
    /// The range of the location in `text`.
    marked: Range<usize>,
    /// Whether the excerpt starts in the middle of a line.
    pub cut: bool,
}

impl<'a> Excerpt<'a> {
    /// Returns `None` if the location is outside the text.
    pub fn of(text: &'a str, place: &SourceLocation) -> Option<Self> {
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

    pub fn snippet(self) -> Snippet<'a, Annotation<'a>> {
        Snippet::source(self.text)
            .line_start(self.first_line)
            .fold(false)
            .annotation(AnnotationKind::Primary.span(self.marked))
    }
}

/// Returns where the excerpt starts in the text before a location, and how many lines before it.
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

/// Returns where the excerpt ends in the text after a location.
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

/// Returns the last character boundary at or before this byte.
pub fn boundary(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len()))
        .rev()
        .find(|&byte| text.is_char_boundary(byte))
        .unwrap_or(0)
}
