//! The words that names consist of.

use crate::ir::{NameSource, TypeId};
use crate::normalise::resolved::SchemaType;

/// Returns `name` with further steps; `id` is the type of that name, if it has one.
pub(in crate::lower) fn inside(
    name: NameSource,
    steps: impl IntoIterator<Item = String>,
    id: Option<TypeId>,
) -> NameSource {
    match (name, id) {
        (NameSource::Within(id, base), _) => NameSource::Within(id, with(base, steps)),
        (NameSource::Operation(id, base), _) => NameSource::Operation(id, with(base, steps)),
        (NameSource::Place(base), _) => NameSource::Place(with(base, steps)),
        (NameSource::Component(_), Some(id)) => NameSource::Within(id, steps.into_iter().collect()),
        (NameSource::Webhooks, _) => NameSource::Place(with(vec!["webhook".to_owned()], steps)),
        (NameSource::Component(key), None) => NameSource::Place(with(vec![key], steps)),
    }
}

/// Returns the words for keywords of a schema that lead to a schema inside it.
pub(super) fn words_of_path<S: AsRef<str>>(path: &[S]) -> Vec<String> {
    let mut words = Vec::new();
    let mut segments = path.iter().map(AsRef::as_ref);
    while let Some(keyword) = segments.next() {
        match keyword {
            "items" => words.push("item".to_owned()),
            "additionalProperties" => words.push("value".to_owned()),
            "patternProperties" => {
                segments.next();
                words.push("value".to_owned());
            }
            "properties" | "$defs" | "definitions" => {
                words.extend(segments.next().map(str::to_owned))
            }
            "allOf" => {
                segments.next();
            }
            "prefixItems" => {
                words.push("item".to_owned());
                words.extend(segments.next().map(counted));
            }
            "oneOf" | "anyOf" | "type" => {
                let index = segments.next().map(counted);
                words.extend(index.map(|index| format!("variant {index}")));
            }
            other => words.push(other.to_owned()),
        }
    }
    words
}

/// An index in a path, counted from 1.
fn counted(index: &str) -> String {
    index
        .parse()
        .map_or_else(|_| index.to_owned(), |index: usize| position(index))
}

/// An index, counted from 1.
pub(super) fn position(index: usize) -> String {
    index.saturating_add(1).to_string()
}

/// A text, if it can serve as a name.
pub(super) fn short(text: &str) -> Option<String> {
    (!text.trim().is_empty() && text.len() <= 80).then(|| text.to_owned())
}

/// A type as a word of a name.
pub(super) fn type_word(schema_type: SchemaType) -> &'static str {
    match schema_type {
        SchemaType::String => "string",
        SchemaType::Number => "number",
        SchemaType::Integer => "integer",
        SchemaType::Boolean => "boolean",
        SchemaType::Array => "list",
        SchemaType::Object => "object",
    }
}

/// The word that a component that isn't a schema adds to the names of its types.
pub(super) fn section_word(section: &str) -> String {
    match section {
        "parameters" => "parameter",
        "requestBodies" => "request",
        "responses" => "response",
        "headers" => "header",
        "callbacks" => "callback",
        "mediaTypes" => "content",
        other => other,
    }
    .to_owned()
}

/// The words of a path or key, which other characters separate.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
}

pub(super) fn with(mut base: Vec<String>, steps: impl IntoIterator<Item = String>) -> Vec<String> {
    base.extend(steps);
    base
}
