//! Generates the umbrella crate of the documents in `tests/umbrella`, with its clients and their runtime.

// Each test program uses a part of this.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use wiretrue_codegen::names::umbrella::{api_name, api_package, runtime_package};
use wiretrue_codegen::options::{Layout, RuntimeSource};
use wiretrue_codegen::umbrella::{self, Member};
use wiretrue_codegen::{Options, Source, Tree};

/// The crates of the case.
pub struct Crates {
    /// The umbrella itself.
    pub tree: Tree,
    /// The clients, each with its package.
    pub clients: Vec<(String, Tree)>,
    /// The runtime that they share.
    pub runtime: Tree,
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/umbrella")
}

/// Generates the crates. `needed` are the dependencies of the umbrella's tests.
pub fn generate(package: &str, needed: toml::Table) -> Crates {
    generate_of(
        &folder(),
        &["accounts", "billing", "search"],
        package,
        needed,
    )
}

/// Generates the crates of other documents in a folder, which are named without `.yaml`.
pub fn generate_of(
    folder: &Path,
    documents: &[&str],
    package: &str,
    needed: toml::Table,
) -> Crates {
    let runtime = |path: &str| RuntimeSource::Shared {
        package: runtime_package(package),
        version: "0.1.0".to_owned(),
        path: format!("{path}/{}", runtime_package(package)),
    };
    let mut clients = Vec::new();
    let mut members = Vec::new();
    for stem in documents {
        let document = format!("{stem}.yaml");
        let source = Source::read(folder.join(&document)).unwrap();
        let name = api_name(stem, package);
        let own = api_package(package, &name);
        let options = Options {
            document,
            runtime: runtime(".."),
            workspace_member: true,
            in_umbrella: true,
            layout: match *stem {
                "billing" => Layout::ByGroup,
                _ => Layout::ByKind,
            },
            ..Options::new(own.clone())
        };
        let generated = wiretrue_codegen::generate(&source, &options)
            .unwrap_or_else(|refused| panic!("{stem}: {refused}"));
        members.push(Member::new(
            name,
            format!("crates/{own}"),
            &options,
            &generated,
        ));
        clients.push((own, generated.tree));
    }
    let options = Options {
        document: "*.yaml".to_owned(),
        runtime: runtime("crates"),
        workspace_member: true,
        dev_dependencies: needed.into_iter().collect(),
        ..Options::new(package)
    };
    Crates {
        tree: umbrella::generate(&members, &options).unwrap(),
        runtime: umbrella::generate_runtime(&runtime_package(package), &options).unwrap(),
        clients,
    }
}

impl Crates {
    /// Writes the crates of an umbrella of this name to its folder.
    pub fn write(&self, package: &str, folder: &Path) {
        self.tree.write(folder).unwrap();
        let crates = folder.join("crates");
        let runtime = crates.join(runtime_package(package));
        self.runtime.write(&runtime).unwrap();
        for (package, tree) in &self.clients {
            tree.write(&crates.join(package)).unwrap();
        }
    }
}
