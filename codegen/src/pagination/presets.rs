//! The rules of the presets.

use crate::options::{PageStyle, PaginationPreset, PaginationRule};

/// Returns the rules of a preset, in the order in which they are tried.
pub(super) fn rules(preset: PaginationPreset) -> Vec<PaginationRule> {
    let link = |next: &str| PaginationRule {
        next: Some(next.to_owned()),
        ..PaginationRule::new(PageStyle::Link)
    };
    match preset {
        PaginationPreset::Twilio => vec![link("/meta/next_page_url"), link("/next_page_uri")],
        PaginationPreset::LinkHeader => vec![PaginationRule::new(PageStyle::LinkHeader)],
    }
}
