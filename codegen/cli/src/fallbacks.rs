//! The report of `codegen --report`: where a client is less precise than its document, and why.

mod phrases;
pub use self::phrases::phrase;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use wiretrue_codegen::Generated;
use wiretrue_codegen::fallback::Fallback;

use crate::args::Form;

/// The locations of one reason.
#[derive(Debug, Serialize)]
struct Reason<'a> {
    reason: &'a str,
    count: usize,
    /// JSON pointers as in a `$ref`.
    places: Vec<String>,
}

/// The report of one client.
#[derive(Debug, Serialize)]
pub struct Summary<'a> {
    client: &'a str,
    operations: usize,
    types: usize,
    /// Values that have the type of any JSON value.
    untyped: Vec<Reason<'a>>,
    /// Values and bodies whose type is less precise than the document.
    simplified: Vec<Reason<'a>>,
    /// Warnings about the document.
    warnings: usize,
}

impl<'a> Summary<'a> {
    pub fn new(client: &'a str, generated: &'a Generated) -> Self {
        let api = &generated.api;
        Self {
            client,
            operations: api.operations.len(),
            types: api.types.len(),
            untyped: by_reason(api.fallbacks.iter().filter(|it| it.reason.leaves_untyped())),
            simplified: by_reason(
                api.fallbacks
                    .iter()
                    .filter(|it| !it.reason.leaves_untyped()),
            ),
            warnings: generated.diagnostics.len(),
        }
    }

    /// Formats the report as text: a line for the client, one for each reason and, with [`Form::Full`],
    /// one for each location.
    fn text(&self, form: Form) -> String {
        let total = |reasons: &[Reason<'_>]| reasons.iter().map(|it| it.count).sum::<usize>();
        let mut text = format!(
            "{}: {} operations, {} types, {} untyped, {} simplified, {} warnings\n",
            self.client,
            self.operations,
            self.types,
            total(&self.untyped),
            total(&self.simplified),
            self.warnings,
        );
        for (word, reasons) in [("untyped", &self.untyped), ("simplified", &self.simplified)] {
            for Reason {
                reason,
                count,
                places,
            } in reasons
            {
                // Writing to a string can't fail.
                let _ = writeln!(text, "{count:8}  {word:<10}  {reason}");
                if form == Form::Full {
                    for place in places {
                        let _ = writeln!(text, "              {place}");
                    }
                }
            }
        }
        text
    }
}

/// Formats the reports of all clients.
pub fn render(summaries: &[Summary<'_>], form: Form) -> Result<String, serde_json::Error> {
    match form {
        Form::Summary | Form::Full => Ok(summaries.iter().map(|it| it.text(form)).collect()),
        Form::Json => serde_json::to_string_pretty(summaries).map(|json| json + "\n"),
    }
}

/// Groups fallbacks by reason, the most frequent first.
fn by_reason<'a>(fallbacks: impl Iterator<Item = &'a Fallback>) -> Vec<Reason<'a>> {
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for fallback in fallbacks {
        let places = by_reason.entry(phrase(fallback.reason)).or_default();
        places.push(fallback.pointer.to_string());
    }
    let mut reasons: Vec<Reason<'a>> = by_reason
        .into_iter()
        .map(|(reason, places)| Reason {
            reason,
            count: places.len(),
            places,
        })
        .collect();
    reasons.sort_by_key(|it| std::cmp::Reverse(it.count));
    reasons
}
