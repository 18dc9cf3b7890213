//! The named schemas of other files: the counterpart of `components.schemas`.

use super::grammar;
use super::reference::percent_decoded;
use super::source::remote;

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
        ([], _) => Some(stem(file)),
        (_, Some((key, []))) => Some(key.to_owned()),
        _ => None,
    }
}

/// Returns the path of a file. That of an address is decoded, or the host if it is empty.
pub(crate) fn path_of(file: &str) -> String {
    let Some(address) = remote::address(file) else {
        return file.to_owned();
    };
    match percent_decoded(address.path().trim_matches('/')) {
        path if path.is_empty() => address.host_str().unwrap_or_default().to_owned(),
        path => path,
    }
}

/// Returns the name of a file without folder and extension.
pub(crate) fn stem(file: &str) -> String {
    let path = path_of(file);
    let name = path.rsplit_once('/').map_or(&*path, |(_, name)| name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    [".schema", ".openapi"]
        .iter()
        .find_map(|kind| stem.strip_suffix(kind))
        .unwrap_or(stem)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn a_file_is_named_without_folder_extension_and_query() {
        for (file, name) in [
            ("models/pet.schema.yaml", "pet"),
            ("pet", "pet"),
            ("what?.yaml", "what?"),
            ("https://example.com/a/pet.json?v=1/2", "pet"),
            ("https://example.com/my%20pet.yaml", "my pet"),
            ("https://example.com/", "example"),
        ] {
            assert_eq!(stem(file), name, "{file}");
        }
    }
}
