//! What other files of a document give names to: the counterpart of `components.schemas`.

use super::grammar;

/// The name that a file gives to the schema at or around a place in it, and the rest of the way.
pub(crate) fn section_of<'t, 's>(steps: &'t [&'s str]) -> Option<(&'s str, &'t [&'s str])> {
    match steps {
        ["components", "schemas", key, rest @ ..]
        | ["definitions" | "$defs" | "schemas", key, rest @ ..] => Some((key, rest)),
        [key, rest @ ..] if !grammar::is_field(key) => Some((key, rest)),
        _ => None,
    }
}

/// What the schema at a place in a file is called: by what the file has as its name, or, if it is
/// the file as a whole, by the name of the file.
pub(crate) fn key_in_file(file: &str, steps: &[&str]) -> Option<String> {
    match (steps, section_of(steps)) {
        ([], _) => Some(stem(file).to_owned()),
        (_, Some((key, []))) => Some(key.to_owned()),
        _ => None,
    }
}

/// What a file is called, without its folder and what tells its format.
pub(crate) fn stem(file: &str) -> &str {
    let name = file.rsplit_once('/').map_or(file, |(_, name)| name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    [".schema", ".openapi"]
        .iter()
        .find_map(|kind| stem.strip_suffix(kind))
        .unwrap_or(stem)
}
