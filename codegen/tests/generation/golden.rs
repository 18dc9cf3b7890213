//! Compares the crates that are generated from small documents, one per feature, with the expected files.
//!
//! `UPDATE_GOLDEN=1 cargo test -p wiretrue-codegen --test generation golden` updates the expected files; read the
//! diff before committing it.
//!
//! A case is a folder in `golden/` with `openapi.yaml`, `expected/` and possibly `options.toml` and
//! `wire.rs`, a hand-written test of what its client sends and receives. The test target `compile`
//! compiles the crates and runs their wire tests, each as `tests/wire.rs` of the crate `golden_<case>`,
//! with the crates `raw_server` and `tokio` and all that the client depends on.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::golden_options;

/// The cases whose README.md is compared. Most of its text is the same in all cases; the documents of
/// these add or omit a section.
const WITH_README: &[&str] = &[
    "device_flow",
    "device_login",
    "groups",
    "media_types",
    "mock",
    "multipart",
    "no_operations",
    "oauth",
    "pagination",
    "security",
    "servers",
    "templates",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Returns the generated files of a case, without the runtime.
fn generated(case: &str) -> BTreeMap<String, String> {
    let source = golden_options::source(&folder().join(case));
    let options = golden_options::read(&folder().join(case), case);
    let generated = wiretrue_codegen::generate(&source, &options)
        .unwrap_or_else(|refused| panic!("{case}: {refused}"));
    generated
        .tree
        .iter()
        .filter(|(path, _)| !path.starts_with("src/runtime/"))
        .filter(|(path, _)| *path != "README.md" || WITH_README.contains(&case))
        .map(|(path, text)| match path {
            // Cargo searches a repository for manifests if it is a Git dependency.
            "Cargo.toml" => ("Cargo.toml.txt".to_owned(), text.to_owned()),
            _ => (path.to_owned(), text.to_owned()),
        })
        .collect()
}

/// Collects the files below a folder, by their paths from there.
fn committed(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            committed(&entry.path(), &format!("{path}/"), files);
        } else {
            let text = fs::read_to_string(entry.path())
                .unwrap()
                .replace("\r\n", "\n");
            files.insert(path, text);
        }
    }
}

/// Compares the generated files of a case with the expected ones, or updates these with `UPDATE_GOLDEN`.
fn differences(case: &str) -> Vec<String> {
    let expected_folder = folder().join(case).join("expected");
    let generated = generated(case);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let _ = fs::remove_dir_all(&expected_folder);
        for (path, text) in &generated {
            let path = expected_folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        return Vec::new();
    }
    let mut expected = BTreeMap::new();
    committed(&expected_folder, "", &mut expected);
    let mut differences = Vec::new();
    for (path, text) in &generated {
        match expected.get(path) {
            None => differences.push(format!("{case}: {path} is new")),
            Some(expected) if expected != text => {
                differences.push(format!("{case}: {path} differs, and is now\n{text}"));
            }
            Some(_) => {}
        }
    }
    let gone = expected
        .keys()
        .filter(|path| !generated.contains_key(*path));
    differences.extend(gone.map(|path| format!("{case}: {path} is not generated any more")));
    differences
}

#[test]
fn every_case_generates_the_expected_files() {
    let entries = fs::read_dir(folder()).unwrap().flatten();
    let mut cases: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    let differences: Vec<String> = cases.iter().flat_map(|case| differences(case)).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
