//! The documentation of types, fields and inputs.

use serde_json::Value;

use super::fields::FieldKind;
use super::limits;
use super::origin::origin;
use super::print::DocLines;
use crate::ir::{Docs, Field, Limit, TypeDef};
use crate::names::RustIdent;
use crate::text;

/// The note about a required property that the options allow to be missing.
pub(super) const TOLERATED: &str = "required, but may be missing from a response";

/// Returns the summary and description, or `or` if both are missing.
pub(crate) fn documented(docs: &Docs, or: impl FnOnce() -> String) -> DocLines {
    let mut lines = DocLines::default();
    if let Some(summary) = &docs.summary {
        let summary = text::sentence(summary);
        if !summary.is_empty() {
            lines.line(summary);
        }
    }
    if let Some(description) = &docs.description {
        lines.block(text::markdown(description));
    }
    if lines == DocLines::default() {
        lines.line(or());
    }
    lines
}

/// Returns the documentation of a type, or a sentence about its place in the document. A title is left out if
/// it is the type's name and a description follows.
pub(crate) fn schema_docs(def: &TypeDef, ident: &RustIdent) -> DocLines {
    let mut docs = def.docs.clone();
    if docs.description.is_some()
        && docs
            .summary
            .as_deref()
            .is_some_and(|title| same_words(title, ident.as_str()))
    {
        docs.summary = None;
    }
    documented(&docs, || origin(&def.pointer))
}

/// Returns whether two names differ only in case and separators.
fn same_words(a: &str, b: &str) -> bool {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|it| it.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    letters(a) == letters(b)
}

/// Describes a property for which the document has no text.
pub(crate) fn property_sentence(name: &str) -> String {
    format!("The property {}.", text::code(name))
}

/// Returns phrases for the constraints, the default and the example.
pub(super) fn facts_about(
    limits: &[Limit],
    default: Option<&Value>,
    example: Option<&Value>,
    sensitive: bool,
) -> Vec<String> {
    let mut notes: Vec<String> = limits
        .iter()
        .map(|limit| text::inline(&limits::phrase(limit)))
        .collect();
    if let Some(default) = default {
        notes.push(format!("default {}", text::code(&short(default))));
    }
    if let Some(example) = example
        && !sensitive
    {
        notes.push(format!("for example {}", text::code(&short(example))));
    }
    notes
}

/// Returns a value for a note. A string has no quotes, and a long value is truncated.
fn short(value: &Value) -> String {
    const LONGEST: usize = 80;
    let text = match value {
        Value::String(text) if !text.is_empty() => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

/// Joins phrases to one sentence: `34 characters; default 1.`
pub(super) fn sentence_of(phrases: &[String]) -> String {
    let mut text = phrases.join("; ");
    if let Some(first) = text.chars().next() {
        text.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
    }
    text.push('.');
    text
}

/// Returns the documentation of a field.
pub(super) fn field_docs(field: &Field, kind: FieldKind, tolerated: bool) -> DocLines {
    let mut docs = documented(&field.docs, || property_sentence(&field.name));
    let mut notes: Vec<String> = Vec::new();
    match kind {
        FieldKind::Required
        | FieldKind::Optional
        | FieldKind::Expected
        | FieldKind::Defaulted
        | FieldKind::ReadOnly
        | FieldKind::WriteOnly
        | FieldKind::ExpectedWriteOnly => {}
        FieldKind::Nullable => notes.push("`None` is `null`".to_owned()),
        FieldKind::Patch
        | FieldKind::ExpectedPatch
        | FieldKind::WriteOnlyPatch
        | FieldKind::ExpectedWriteOnlyPatch => {
            notes.push("`None` omits the property, `Some(None)` is `null`".to_owned())
        }
    }
    if tolerated {
        notes.push(TOLERATED.to_owned());
    }
    notes.extend(facts_about(
        &field.limits,
        field.default.as_ref(),
        field.example.as_ref(),
        field.sensitive,
    ));
    notes.extend(direction_note(field).map(str::to_owned));
    if !notes.is_empty() {
        docs.line(sentence_of(&notes));
    }
    docs
}

/// Returns the note about a property that occurs only in requests or only in responses.
pub(super) fn direction_note(field: &Field) -> impl Iterator<Item = &'static str> {
    let read_only = field.read_only.then_some("only in responses");
    let write_only = field.write_only.then_some("only in requests");
    read_only.into_iter().chain(write_only)
}
