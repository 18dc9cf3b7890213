//! The options of a golden case: those in its `options.toml`, if it has one.

use std::fs;
use std::path::Path;

use codegen::Options;

/// The options of the case in `folder`, for a package of this name.
pub fn read(folder: &Path, package: &str) -> Options {
    let text = fs::read_to_string(folder.join("options.toml")).unwrap_or_default();
    let mut table: toml::Table = toml::from_str(&text).unwrap();
    table.insert("package".to_owned(), package.into());
    table.insert("document".to_owned(), "openapi.yaml".into());
    table.try_into().unwrap()
}
