//! Finds the sources of the runtime: beside this package in the workspace, and in it when it is packaged.

use std::env;
use std::path::{Path, PathBuf};

fn main() {
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let workspace = package.join("../templates/runtime");
    // The links `runtime` and `templates` of this package, which cargo follows when it packages it, aren't
    // used in the workspace: Git on Windows may write them as text.
    let (sources, manifest) = match workspace.join("Cargo.toml").is_file() {
        true => (workspace.join("src"), workspace.join("Cargo.toml")),
        false => (
            package.join("runtime/src"),
            package.join("runtime/manifest.toml"),
        ),
    };
    set("RUNTIME_SOURCES", &sources);
    set("RUNTIME_MANIFEST", &manifest);
    println!("cargo::rerun-if-changed=build.rs");
}

fn set(name: &str, path: &Path) {
    println!("cargo::rustc-env={name}={}", path.display());
}
