//! What is generated compiles, without a warning from rustc, clippy or rustdoc, and so do its
//! examples: every golden case, and a document that means harm.
//!
//! A golden case may have a wire test beside its document, `wire.rs`: it becomes `tests/wire.rs`
//! of the crate and runs against a server that keeps every byte (`raw_server`).
//!
//! `GOLDEN=styles,servers cargo test -p codegen --test compile` takes some of the cases only.
//!
//! The crates are members of one workspace below Cargo's target folder, so that what they depend
//! on is built once.

mod golden_options;
mod hostile;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use codegen::{Options, Source};

/// Writes the crate of a document into the workspace.
fn write(workspace: &Path, package: &str, source: &Source, options: Options) {
    let options = Options {
        workspace_member: true,
        ..options
    };
    let generated = codegen::generate(source, &options)
        .unwrap_or_else(|refused| panic!("{package}: {refused}"));
    generated.tree.write(&workspace.join(package)).unwrap();
}

/// Writes the crate of a golden case, and its wire test if it has one, which it tells.
fn write_golden(workspace: &Path, case: &Path, package: &str) -> bool {
    let wire = case.join("wire.rs");
    let mut options = golden_options::read(case, package);
    if wire.exists() {
        let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/raw_server");
        let needs = [
            ("raw-server", format!("{{ path = {server:?} }}")),
            (
                "tokio",
                r#"{ version = "1", features = ["macros", "rt-multi-thread"] }"#.to_owned(),
            ),
        ];
        for (name, value) in needs {
            let table: toml::Table = toml::from_str(&format!("value = {value}")).unwrap();
            options
                .dev_dependencies
                .insert(name.to_owned(), table["value"].clone());
        }
    }
    write(workspace, package, &golden_options::source(case), options);
    let tests = workspace.join(package).join("tests");
    let _ = fs::remove_dir_all(&tests);
    if wire.exists() {
        fs::create_dir_all(&tests).unwrap();
        fs::copy(wire, tests.join("wire.rs")).unwrap();
    }
    tests.exists()
}

/// Runs cargo in the workspace and gives what it says.
fn cargo(workspace: &Path, arguments: &[&str], rustdoc_flags: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .env("RUSTDOCFLAGS", rustdoc_flags)
        .env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(".."),
        )
        .current_dir(workspace)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success(),
        "cargo {}:\n{}\n{said}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stdout),
    );
    said
}

/// The features of a crate that stand for a group of operations each.
fn groups(workspace: &Path, package: &str) -> Vec<String> {
    let manifest = fs::read_to_string(workspace.join(package).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let features = manifest["features"].as_table().unwrap();
    let empty = |value: &toml::Value| value.as_array().is_some_and(Vec::is_empty);
    let groups = features.iter().filter(|(_, value)| empty(value));
    groups.map(|(name, _)| name.clone()).collect()
}

/// Each golden crate with one of its groups alone, and at last with none of them: in every round,
/// each takes its next. (The document that means harm has too many groups for that.)
fn check_single_groups(workspace: &Path, members: &[String]) {
    let groups: Vec<_> = members
        .iter()
        .filter(|it| it.starts_with("golden-"))
        .map(|it| (it, groups(workspace, it)))
        .collect();
    let rounds = groups.iter().map(|(_, groups)| groups.len()).max();
    for round in 0..=rounds.unwrap_or_default() {
        let mut packages = Vec::new();
        let mut features = Vec::new();
        for (package, groups) in groups.iter().filter(|(_, groups)| groups.len() > 1) {
            if round <= groups.len() {
                packages.extend(["-p", package]);
                features.push(format!("{package}/rustls"));
                features.extend(groups.get(round).map(|group| format!("{package}/{group}")));
            }
        }
        if packages.is_empty() {
            continue;
        }
        let features = features.join(",");
        let choice = ["--no-default-features", "--features", &features, "--quiet"];
        if has_clippy() {
            let lint = [
                &["clippy"][..],
                &packages,
                &choice,
                &["--", "-D", "warnings"],
            ]
            .concat();
            cargo(workspace, &lint, "");
        }
        let document = [&["doc", "--no-deps"][..], &packages, &choice].concat();
        cargo(workspace, &document, "-D warnings");
        if round == rounds.unwrap_or_default() {
            let test = [&["test", "--doc"][..], &packages, &choice].concat();
            cargo(workspace, &test, "");
        }
    }
}

/// Whether this toolchain has clippy; a minimal one hasn't.
fn has_clippy() -> bool {
    let version = Command::new(env!("CARGO"))
        .args(["clippy", "--version"])
        .output();
    version.is_ok_and(|output| output.status.success())
}

#[test]
fn generated_crates_compile_without_a_warning() {
    let workspace = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("crates");
    fs::create_dir_all(&workspace).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The versions of the workspace: nothing new to fetch, and the same outcome tomorrow.
    fs::copy(root.join("../Cargo.lock"), workspace.join("Cargo.lock")).unwrap();

    let mut members = vec!["hostile".to_owned()];
    write(
        &workspace,
        "hostile",
        &Source::new("hostile.json", hostile::document().to_string()),
        Options::new("hostile"),
    );
    let mut wired = Vec::new();
    let some = std::env::var("GOLDEN").ok();
    for entry in fs::read_dir(root.join("tests/golden")).unwrap().flatten() {
        let feature = entry.file_name().to_string_lossy().into_owned();
        if some
            .as_ref()
            .is_some_and(|it| !it.split(',').any(|it| it == feature))
        {
            continue;
        }
        let package = format!("golden-{feature}");
        if write_golden(&workspace, &entry.path(), &package) {
            wired.extend(["--package".to_owned(), package.clone()]);
        }
        members.push(package);
    }
    members.sort();
    // With the profiles of the workspace, too, its builds of what the crates depend on are used.
    let own = fs::read_to_string(root.join("../Cargo.toml")).unwrap();
    let profiles = own.find("[profile.").map_or("", |at| &own[at..]);
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n{profiles}");
    fs::write(workspace.join("Cargo.toml"), manifest).unwrap();

    let everything = ["--workspace", "--all-targets", "--quiet"];
    if has_clippy() {
        let lint = [&["clippy"][..], &everything, &["--", "-D", "warnings"]].concat();
        cargo(&workspace, &lint, "");
    } else {
        let said = cargo(&workspace, &[&["check"][..], &everything].concat(), "");
        // Of the profiles, some are for packages that these crates don't need.
        let warned = said
            .lines()
            .find(|line| line.starts_with("warning") && !line.contains("profile"));
        assert_eq!(warned, None, "{said}");
    }
    cargo(
        &workspace,
        &["doc", "--workspace", "--no-deps", "--quiet"],
        "-D warnings",
    );
    cargo(&workspace, &["test", "--workspace", "--doc", "--quiet"], "");
    if !wired.is_empty() {
        let mut wire = vec!["test", "--quiet", "--test", "wire"];
        wire.extend(wired.iter().map(String::as_str));
        cargo(&workspace, &wire, "");
    }
    check_single_groups(&workspace, &members);
}
