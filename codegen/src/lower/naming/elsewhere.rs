//! Names of schemas in places that the walk over the document doesn't record: in another file, in
//! an extension, or in a component that no operation uses. A `$ref` may lead to any of them.

use super::SchemaNamer;
use super::words::{section_word, with, words, words_of_path};
use crate::ir::NameSource;
use crate::parse;
use crate::pointer::Pointer;

impl SchemaNamer<'_> {
    /// Returns the name of a schema `steps` inside the one at `pointer`.
    pub(super) fn name_elsewhere(&self, pointer: &Pointer, steps: Vec<String>) -> NameSource {
        let segments: Vec<String> = pointer.segments().collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let mut base = pointer.clone();
        for depth in (0..segments.len()).rev() {
            let Some(parent) = base.parent() else { break };
            base = parent;
            let rest = &segments[depth..];
            if let Some(id) = self.components.get(&base) {
                return NameSource::Within(*id, with(words_of_path(rest), steps));
            }
            if let Some(id) = self.operations.get(&base) {
                let place = rest.iter().flat_map(|segment| words(segment));
                return NameSource::Operation(*id, with(place.collect(), steps));
            }
        }
        let place = match pointer.file() {
            Some(file) => words_in_file(&file, segments.get(1..).unwrap_or_default()),
            None => match segments.as_slice() {
                ["components", section, key, rest @ ..] => of_component(section, key, rest),
                other => other.iter().flat_map(|segment| words(segment)).collect(),
            },
        };
        NameSource::Place(with(place, steps))
    }
}

/// The words for a place in another file: what the file calls it, or else the file's own name.
fn words_in_file(file: &str, segments: &[&str]) -> Vec<String> {
    match (segments, parse::section_of(segments)) {
        (
            ["components", section, key, rest @ ..]
            | [
                section @ ("parameters" | "requestBodies" | "responses" | "headers"),
                key,
                rest @ ..,
            ],
            _,
        ) if *section != "schemas" => of_component(section, key, rest),
        (_, Some((key, rest))) => with(vec![key.to_owned()], words_of_path(rest)),
        _ => {
            let name = vec![parse::stem(file)];
            with(name, words_of_path(without_schema(segments)))
        }
    }
}

fn of_component(section: &str, key: &str, rest: &[&str]) -> Vec<String> {
    let name = match section {
        "schemas" => vec![key.to_owned()],
        _ => vec![key.to_owned(), section_word(section)],
    };
    with(name, words_of_path(without_schema(rest)))
}

/// The path inside the schema of a parameter, header, body or response.
fn without_schema<'p, 's>(path: &'p [&'s str]) -> &'p [&'s str] {
    match path {
        ["schema", inner @ ..] | ["content", _, "schema", inner @ ..] => inner,
        _ => path,
    }
}
