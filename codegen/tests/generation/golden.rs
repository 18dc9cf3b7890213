//! One small document a feature, and the models and operations that it must make.
//!
//! `UPDATE_GOLDEN=1 cargo test -p codegen --test golden` writes what is expected anew; read the
//! diff before committing it.
//!
//! A case is a folder in `golden/`: `openapi.yaml`, perhaps `options.toml`, what is `expected/`, and
//! perhaps `wire.rs`, a hand-written test of what its client puts on the wire. `compile.rs` shows
//! that the crates compile and runs their wire tests, each as `tests/wire.rs` of the crate
//! `golden_<case>`, with the crates `raw_server` and `tokio` and all that the client depends on.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

mod golden_options;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// The part of a crate that tells one document from another: not the runtime, not the manifest.
fn made(feature: &str) -> BTreeMap<String, String> {
    let source = golden_options::source(&folder().join(feature));
    let options = golden_options::read(&folder().join(feature), feature);
    let generated = codegen::generate(&source, &options)
        .unwrap_or_else(|refused| panic!("{feature}: {refused}"));
    generated
        .tree
        .iter()
        .filter(|(path, _)| {
            path.starts_with("src/models/")
                || path.starts_with("src/apis/")
                || matches!(
                    *path,
                    "src/client.rs" | "src/device_login.rs" | "src/headers.rs"
                )
        })
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .collect()
}

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

/// What is wrong with the code of a case.
fn faults(feature: &str) -> Vec<String> {
    let expected_folder = folder().join(feature).join("expected");
    let made = made(feature);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let _ = fs::remove_dir_all(&expected_folder);
        for (path, text) in &made {
            let path = expected_folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        return Vec::new();
    }
    let mut expected = BTreeMap::new();
    committed(&expected_folder, "", &mut expected);
    let mut faults = Vec::new();
    for (path, text) in &made {
        match expected.get(path) {
            None => faults.push(format!("{feature}: {path} is new")),
            Some(expected) if expected != text => {
                faults.push(format!("{feature}: {path} differs, and is now\n{text}"));
            }
            Some(_) => {}
        }
    }
    let gone = expected.keys().filter(|path| !made.contains_key(*path));
    faults.extend(gone.map(|path| format!("{feature}: {path} is not made any more")));
    faults
}

#[test]
fn every_case_makes_the_code_that_is_expected() {
    let entries = fs::read_dir(folder()).unwrap().flatten();
    let mut cases: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    let faults: Vec<String> = cases.iter().flat_map(|case| faults(case)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
