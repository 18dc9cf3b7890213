//! A workspace with the crate of one case.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wiretrue_codegen::{Options, Source};

use super::Runtime;

/// A package with all dependencies of clients and their wire tests, and all features that any of them
/// enables. It is part of every command, so that cargo builds each dependency once for all cases.
const DEPENDENCIES: &str = r#"[package]
name = "dependencies"
version = "0.1.0"
edition = "2024"

[lib]
path = "lib.rs"

[dependencies]
reqwest = { version = "0.13", default-features = false, features = ["http2", "rustls", "socks"] }
tokio = { version = "1", features = ["fs", "io-util", "macros", "net", "rt-multi-thread", "time"] }
"#;

/// The features that choose a TLS library, and those that are enabled by default without being groups.
const NEITHER: [&str; 7] = [
    "default",
    "reqwest",
    "rustls",
    "rustls-ring",
    "native-tls",
    "gzip",
    "charset",
];

/// The features of a client, without those of [`NEITHER`].
pub struct Features {
    /// The features of groups of operations, which are enabled by default.
    pub groups: Vec<String>,
    /// The features that are disabled by default.
    pub optional: Vec<String>,
}

/// A workspace below Cargo's target folder.
pub struct Workspace {
    runtime: Runtime,
    folder: PathBuf,
    package: String,
}

impl Workspace {
    /// Creates a workspace, and writes its manifests except that of the client.
    pub fn new(runtime: Runtime, case: &str) -> Self {
        let package = if case == super::HOSTILE {
            case.to_owned()
        } else {
            format!("golden-{case}")
        };
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("compile")
            .join(runtime.name())
            .join(case);
        fs::create_dir_all(folder.join("dependencies")).unwrap();
        fs::write(folder.join("dependencies/Cargo.toml"), DEPENDENCIES).unwrap();
        fs::write(folder.join("dependencies/lib.rs"), "").unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        // The locked versions need no network, and make builds reproducible.
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        // With the profiles of the main workspace, its builds of dependencies can be reused.
        let main = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let profiles = main.find("[profile.").map_or("", |at| &main[at..]);
        fs::write(
            folder.join("Cargo.toml"),
            format!(
                "[workspace]\nresolver = \"3\"\nmembers = [\"dependencies\", {package:?}]\n\n{profiles}"
            ),
        )
        .unwrap();
        Self {
            runtime,
            folder,
            package,
        }
    }

    /// Creates a workspace with an umbrella crate, its clients and their runtime, and its wire test.
    pub fn of_umbrella() -> Self {
        let workspace = Self::new(Runtime::Dependency, "umbrella");
        let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/raw_server");
        let needed = toml::from_str(&format!(
            "raw-server = {{ path = {server:?} }}\n\
             tokio = {{ version = \"1\", features = [\"io-util\", \"macros\", \"net\", \"rt-multi-thread\"] }}\n"
        ));
        let crates = super::umbrella_case::generate(workspace.package(), needed.unwrap());
        let folder = workspace.client();
        crates.write(workspace.package(), &folder);
        fs::create_dir_all(folder.join("tests")).unwrap();
        let wire = super::umbrella_case::folder().join("wire.rs");
        fs::copy(wire, folder.join("tests/wire.rs")).unwrap();
        workspace
    }

    pub fn package(&self) -> &str {
        &self.package
    }

    /// Returns the folder of the package.
    pub fn client(&self) -> PathBuf {
        self.folder.join(&self.package)
    }

    /// Writes the client of a document.
    pub fn write(&self, source: &Source, options: Options) {
        let options = Options {
            workspace_member: true,
            ..options
        };
        let generated = wiretrue_codegen::generate(source, &options)
            .unwrap_or_else(|refused| panic!("{}: {refused}", self.package));
        generated.tree.write(&self.client()).unwrap();
    }

    /// Writes the client of a golden case, and its wire test if it has one.
    pub fn write_golden(&self, case: &Path, mut options: Options) {
        let wire = case.join("wire.rs");
        if wire.exists() {
            let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/raw_server");
            let needed: toml::Table = toml::from_str(&format!(
                "http = \"1\"\nhttp-body = \"1.1\"\nraw-server = {{ path = {server:?} }}\n\
                 tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n"
            ))
            .unwrap();
            options.dev_dependencies.extend(needed);
        }
        self.write(&super::golden_options::source(case), options);
        let custom = case.join("custom.rs");
        if custom.exists() {
            fs::copy(custom, self.client().join("src/custom.rs")).unwrap();
        }
        let tests = self.client().join("tests");
        let _ = fs::remove_dir_all(&tests);
        if wire.exists() {
            fs::create_dir_all(&tests).unwrap();
            fs::copy(wire, tests.join("wire.rs")).unwrap();
        }
    }

    pub fn has_wire_test(&self) -> bool {
        self.client().join("tests/wire.rs").exists()
    }

    /// Returns the paths of the files of a vendored runtime.
    pub fn runtime_modules(&self) -> BTreeSet<PathBuf> {
        let root = self.client().join("src/runtime");
        let mut folders = vec![root.clone()];
        let mut files = BTreeSet::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => drop(files.insert(path.strip_prefix(&root).unwrap().to_owned())),
                }
            }
        }
        files
    }

    /// Reads the features of the client from its manifest.
    pub fn features(&self) -> Features {
        let manifest = fs::read_to_string(self.client().join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        let features = manifest["features"].as_table().unwrap();
        let default = features["default"].as_array().unwrap();
        let is_default = |it: &String| default.iter().any(|name| name.as_str() == Some(it));
        let (groups, optional) = features
            .keys()
            .filter(|it| !NEITHER.contains(&it.as_str()))
            .cloned()
            .partition(is_default);
        Features { groups, optional }
    }

    /// Returns features of the client as a value for `--features`.
    pub fn qualified(&self, features: &[String]) -> String {
        let names = features.iter().map(|it| format!("{}/{it}", self.package));
        names.collect::<Vec<_>>().join(",")
    }

    /// Lints all targets. Clients have no unit tests, so their library isn't compiled as a test.
    pub fn lint(&self, choice: &[&str]) {
        let tests: &[&str] = if self.has_wire_test() {
            &["--test", "wire"]
        } else {
            &[]
        };
        self.lint_library(&[&["--lib", "--examples"], tests, choice].concat());
    }

    pub fn lint_library(&self, choice: &[&str]) {
        self.cargo("clippy", choice, &["--", "-D", "warnings"]);
    }

    pub fn document(&self, choice: &[&str]) {
        self.cargo("doc", &[&["--no-deps"], choice].concat(), &[]);
    }

    pub fn check(&self) {
        self.cargo("check", &[], &[]);
    }

    pub fn test(&self, choice: &[&str]) {
        self.cargo("test", choice, &[]);
    }

    /// Returns the build folder, which all workspaces with the same runtime share. Cargo locks it, so a second one
    /// lets cases with different runtimes compile at the same time. That of the main workspace has dependencies already.
    fn build_folder(&self) -> PathBuf {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
        match self.runtime {
            Runtime::Dependency => scratch.join(".."),
            Runtime::Vendored => scratch.join("compile/build"),
        }
    }

    /// Runs a command of cargo, which must succeed.
    fn cargo(&self, command: &str, choice: &[&str], rest: &[&str]) {
        let packages = ["--quiet", "-p", "dependencies", "-p", &self.package];
        let arguments = [&[command][..], &packages, choice, rest].concat();
        let output = Command::new(env!("CARGO"))
            .args(&arguments)
            // No crate is compiled twice, so incremental builds would only use gigabytes of disk space.
            .env("CARGO_INCREMENTAL", "0")
            .env(
                "RUSTDOCFLAGS",
                if command == "doc" { "-D warnings" } else { "" },
            )
            .env("CARGO_TARGET_DIR", self.build_folder())
            .current_dir(&self.folder)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "cargo {}:\n{}\n{}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
    }
}
