//! Compares the umbrella crate of three small documents with the expected files. The test target `compile`
//! compiles it with its clients, and runs its wire test.

use std::fs;
use std::path::{Path, PathBuf};

use wiretrue_codegen::options::RuntimeSource;
use wiretrue_codegen::umbrella::Member;
use wiretrue_codegen::{Options, Source};

use crate::umbrella_case;

fn expected() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/umbrella/expected")
}

/// The name of a file among the expected ones. Cargo searches a repository for manifests.
fn name(path: &str) -> String {
    path.replace("Cargo.toml", "Cargo.toml.txt")
}

#[test]
fn the_umbrella_has_the_expected_files() {
    let umbrella = umbrella_case::generate("golden-umbrella", toml::Table::new());
    let tree = &umbrella.tree;
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let _ = fs::remove_dir_all(expected());
        for (path, text) in tree.iter() {
            let path = expected().join(name(path));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        return;
    }
    for (path, text) in tree.iter() {
        let committed = fs::read_to_string(expected().join(name(path))).unwrap_or_default();
        assert_eq!(committed.replace("\r\n", "\n"), text, "{path}");
    }
}

#[test]
fn a_client_outside_an_umbrella_has_none_of_its_code() {
    let source = Source::read(&umbrella_case::folder().join("search.yaml"));
    let options = Options::new("search");
    let generated = wiretrue_codegen::generate(&source.unwrap(), &options).unwrap();
    for (path, text) in generated.tree.iter() {
        let mut code = text.lines().filter(|it| !it.trim_start().starts_with("//"));
        let line = code.find(|it| it.contains("mbrella"));
        assert_eq!(line, None, "{path}");
    }
}

#[test]
fn the_copy_of_the_runtime_has_every_source_file() {
    let runtime = umbrella_case::generate("golden-umbrella", toml::Table::new()).runtime;
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/runtime/src");
    let lib = fs::read_to_string(source.join("lib.rs")).unwrap();
    let copied = runtime.get("src/lib.rs").unwrap().replace("\r\n", "\n");
    assert!(copied.ends_with(&lib.replace("\r\n", "\n")));
    assert!(runtime.get("src/client/umbrella.rs").is_some());
    let manifest: toml::Table = runtime.get("Cargo.toml").unwrap().parse().unwrap();
    assert_eq!(
        manifest["package"]["name"].as_str(),
        Some("golden-umbrella-runtime")
    );
    assert!(manifest["features"].get("umbrella").is_some());
}

#[test]
fn titles_and_names_of_schemes_never_become_code() {
    let text = fs::read_to_string(umbrella_case::folder().join("accounts.yaml")).unwrap();
    let text = text
        .replace(
            "title: Accounts",
            r#"title: "A\n[dependencies]\nevil = '1' \" ]] */ | `x`""#,
        )
        .replace("key:", r#""k\") ;evil(\n":"#)
        .replace("[{oauth: []}]", r#"[{oauth: [], "k\") ;evil(\n": []}]"#);
    let source = Source::new("accounts.yaml", text);
    let options = Options {
        runtime: RuntimeSource::Version("1".to_owned()),
        in_umbrella: true,
        ..Options::new("acme-accounts")
    };
    let generated = wiretrue_codegen::generate(&source, &options).unwrap();
    let path = "crates/acme-accounts".to_owned();
    let member = Member::new("accounts".to_owned(), path, &options, &generated);
    let options = Options {
        runtime: RuntimeSource::Version("1".to_owned()),
        ..Options::new("acme")
    };
    // Code that doesn't parse would be refused.
    let tree = wiretrue_codegen::umbrella::generate(&[member], &options).unwrap();
    let manifest: toml::Table = tree.get("Cargo.toml").unwrap().parse().unwrap();
    let dependencies: Vec<_> = manifest["dependencies"]
        .as_table()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(dependencies, ["acme-accounts", "wiretrue"]);
    let client = tree.get("src/client.rs").unwrap();
    assert!(client.contains(r#"name: "k\") ;evil(\n""#), "{client}");
    let row = tree.get("README.md").unwrap().lines().last().unwrap();
    assert_eq!(row.matches(" | ").count(), 4, "{row}");
}
