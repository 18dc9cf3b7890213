//! Reads the document of a golden case, and its options from `options.toml`, if it exists.

use std::fs;
use std::path::Path;

use wiretrue_codegen::{Options, Source, Templates};

/// Returns the options of the case in `folder`, for a package with this name.
pub fn read(folder: &Path, package: &str) -> Options {
    let text = fs::read_to_string(folder.join("options.toml")).unwrap_or_default();
    let mut table: toml::Table = toml::from_str(&text).unwrap();
    table.insert("package".to_owned(), package.into());
    table.insert("document".to_owned(), "openapi.yaml".into());
    table.try_into().unwrap()
}

/// Returns the document of the case in `folder`, with its overlays and templates.
pub fn source(folder: &Path) -> Source {
    let document = folder.join("openapi.yaml");
    let source =
        Source::read(&document).unwrap_or_else(|error| panic!("{}: {error}", document.display()));
    let options = read(folder, "case");
    let source = match options.templates {
        Some(name) => {
            let templates = Templates::read(&folder.join(&name), Path::new(&name));
            source.with_templates(templates.unwrap())
        }
        None => source,
    };
    let overlays = options.overlays.into_iter();
    overlays.fold(source, |source, name| {
        let text = fs::read_to_string(folder.join(&name)).unwrap();
        source.with_overlay(name, text)
    })
}
