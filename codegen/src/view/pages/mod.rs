//! Views of the reference pages in `docs/` and of the front page.

pub mod api;
pub mod model;
pub mod readme;

use super::operation_docs::media_type_phrase;
use super::print::Markdown;
use crate::ir::Operation;
use crate::text;

/// Returns one line about an operation, for a cell of a table. It distinguishes the calls of one
/// operation by their media types.
fn summary_cell(operation: &Operation) -> Markdown {
    let summary = match (&operation.docs.summary, &operation.docs.description) {
        (Some(summary), _) => text::cell(summary),
        (None, Some(description)) => text::cell(&text::sentence(description)),
        (None, None) => text::cell(&operation.id),
    };
    match &operation.alternative {
        None => Markdown::new(summary),
        Some(alternative) => {
            let media_type = text::escape_cell(&media_type_phrase(alternative));
            Markdown::new(format!("{summary} ({media_type})"))
        }
    }
}

fn lines(text: Option<&str>) -> Markdown {
    Markdown::new(text.map_or_else(String::new, |text| text::markdown(text).join("\n")))
}

fn cell(text: Option<&str>) -> Markdown {
    Markdown::new(text.map_or_else(String::new, text::cell))
}
