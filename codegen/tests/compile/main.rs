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

/// The features of a crate, those that stand for a group of operations each and those that are off
/// unless they are asked for, but for another TLS.
fn features(workspace: &Path, package: &str) -> (Vec<String>, Vec<String>) {
    let manifest = fs::read_to_string(workspace.join(package).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let features = manifest["features"].as_table().unwrap();
    let default = features["default"].as_array().unwrap();
    let known = ["default", "rustls", "native-tls"];
    let names = features.keys().filter(|it| !known.contains(&it.as_str()));
    let is_default = |it: &String| default.iter().any(|name| name.as_str() == Some(it));
    names.cloned().partition(is_default)
}

fn groups(workspace: &Path, package: &str) -> Vec<String> {
    features(workspace, package).0
}

/// Words for cargo that turn on what is off unless it is asked for, in all crates.
fn optional_features(workspace: &Path, members: &[String]) -> [String; 2] {
    let of = |package: &String| {
        let features = features(workspace, package).1.into_iter();
        features
            .map(|name| format!("{package}/{name}"))
            .collect::<Vec<_>>()
    };
    let all: Vec<_> = members.iter().flat_map(of).collect();
    ["--features".to_owned(), all.join(",")]
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

/// All crates with these features, without a warning.
fn check(workspace: &Path, features: &[&str]) {
    let everything = [&["--workspace", "--all-targets", "--quiet"], features].concat();
    if has_clippy() {
        let lint = [&["clippy"][..], &everything, &["--", "-D", "warnings"]].concat();
        cargo(workspace, &lint, "");
        return;
    }
    let said = cargo(workspace, &[&["check"][..], &everything].concat(), "");
    // Of the profiles, some are for packages that these crates don't need.
    let warned = said
        .lines()
        .find(|line| line.starts_with("warning") && !line.contains("profile"));
    assert_eq!(warned, None, "{said}");
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
    let mut wired = false;
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
        wired |= write_golden(&workspace, &entry.path(), &package);
        members.push(package);
    }
    members.sort();
    // With the profiles of the workspace, too, its builds of what the crates depend on are used.
    let own = fs::read_to_string(root.join("../Cargo.toml")).unwrap();
    let profiles = own.find("[profile.").map_or("", |at| &own[at..]);
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n{profiles}");
    fs::write(workspace.join("Cargo.toml"), manifest).unwrap();

    let optional = optional_features(&workspace, &members);
    let optional = [optional[0].as_str(), optional[1].as_str()];
    for features in [&[][..], &optional] {
        check(&workspace, features);
    }
    cargo(
        &workspace,
        &[
            &["doc", "--workspace", "--no-deps", "--quiet"],
            &optional[..],
        ]
        .concat(),
        "-D warnings",
    );
    cargo(
        &workspace,
        &[&["test", "--workspace", "--doc", "--quiet"], &optional[..]].concat(),
        "",
    );
    if wired {
        let mut wire = vec!["test", "--quiet", "--test", "wire", "--workspace"];
        wire.extend(optional);
        cargo(&workspace, &wire, "");
    }
    check_single_groups(&workspace, &members);
}
