//! The named schemas of other files: the counterpart of `components.schemas`.

use super::grammar;

/// Returns the name of the schema at or around a place in a file, and the rest of the path.
pub(crate) fn section_of<'t, 's>(steps: &'t [&'s str]) -> Option<(&'s str, &'t [&'s str])> {
    match steps {
        ["components", "schemas", key, rest @ ..]
        | ["definitions" | "$defs" | "schemas", key, rest @ ..] => Some((key, rest)),
        [key, rest @ ..] if !grammar::is_field(key) => Some((key, rest)),
        _ => None,
    }
}

/// Returns the name of the schema at a place in a file: its key, or the name of the file for the
/// file as a whole.
pub(crate) fn key_in_file(file: &str, steps: &[&str]) -> Option<String> {
    match (steps, section_of(steps)) {
        ([], _) => Some(stem(file).to_owned()),
        (_, Some((key, []))) => Some(key.to_owned()),
        _ => None,
    }
}

/// Returns the name of a file without folder and extension.
pub(crate) fn stem(file: &str) -> &str {
    let name = file.rsplit_once('/').map_or(file, |(_, name)| name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    [".schema", ".openapi"]
        .iter()
        .find_map(|kind| stem.strip_suffix(kind))
        .unwrap_or(stem)
}
