//! The documents of an umbrella crate: the files that a pattern matches, and the names of their APIs.

use std::collections::BTreeMap;
use std::path::Path;

use glob::{MatchOptions, Pattern};
use wiretrue_codegen::names::umbrella::api_name;

/// `*` matches neither `/` nor a dot at the beginning of a name.
const MATCHING: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// Returns whether a text is a pattern of paths, such as `specs/*.yaml`, and not an address or a path.
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[']) && !text.contains("://")
}

/// Returns the files that a pattern matches, relative to `folder` and sorted.
///
/// # Errors
///
/// Returns why, if the pattern is invalid, matches no file, or a folder can't be read.
pub fn matching(folder: &Path, pattern: &str) -> Result<Vec<String>, String> {
    let root = Pattern::escape(&folder.to_string_lossy());
    let absolute = match Path::new(pattern).is_absolute() {
        true => pattern.to_owned(),
        false => format!("{root}/{pattern}"),
    };
    let paths = glob::glob_with(&absolute, MATCHING)
        .map_err(|error| format!("`{pattern}` isn't a pattern: {}", error.msg))?;
    let mut files = Vec::new();
    for path in paths {
        let path = path.map_err(|error| error.to_string())?;
        if path.is_file() {
            let path = path.strip_prefix(folder).unwrap_or(&path);
            files.push(path.to_string_lossy().replace('\\', "/"));
        }
    }
    if files.is_empty() {
        return Err(format!("`{pattern}` matches no file"));
    }
    files.sort();
    Ok(files)
}

/// Returns the name of a document: that of its file, without folders and extension.
pub fn stem(document: &str) -> &str {
    let path = document.split(['?', '#']).next().unwrap_or(document);
    let file = path.trim_end_matches('/').rsplit('/').next();
    let file = file.unwrap_or(path);
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    }
}

/// Returns the name of the API of a document in the umbrella `package`.
pub fn name_of(document: &str, package: &str) -> String {
    api_name(stem(document), package)
}

/// Returns a message for each API name that several documents have. `apis` are the documents and names.
pub fn collisions<'a>(apis: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (document, name) in apis {
        let documents = names.entry(name).or_default();
        documents.push(format!("`{document}`"));
    }
    let shared = names.into_iter().filter(|(_, all)| all.len() > 1);
    shared
        .map(|(name, all)| format!("{} are all named `{name}`", all.join(" and ")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn a_document_is_named_after_its_file() {
        for (document, expected) in [
            ("specs/pets.v1.yaml", "pets.v1"),
            ("https://example.com/api/pets.json?key=1", "pets"),
            ("https://example.com/pets/", "pets"),
            ("pets", "pets"),
            (".yaml", ".yaml"),
        ] {
            assert_eq!(stem(document), expected, "{document}");
        }
    }
}
