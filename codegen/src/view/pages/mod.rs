//! Views of the reference pages in `docs/` and of the front page.

pub mod api;
pub mod model;
pub mod readme;

use super::print::Markdown;
use crate::ir::Operation;
use crate::text;

/// One line about an operation.
fn summary_of(operation: &Operation) -> String {
    match (&operation.docs.summary, &operation.docs.description) {
        (Some(summary), _) => summary.clone(),
        (None, Some(description)) => text::sentence(description),
        (None, None) => operation.id.clone(),
    }
}

fn lines(text: Option<&str>) -> Markdown {
    Markdown::new(text.map_or_else(String::new, |text| text::markdown(text).join("\n")))
}

fn cell(text: Option<&str>) -> Markdown {
    Markdown::new(text.map_or_else(String::new, text::cell))
}
