//! A workspace with the crate of one case.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use wiretrue_codegen::Options;
use wiretrue_codegen::output::Tree;

use super::Runtime;

/// The names of the packages beside the client. See [`write_shared_packages`].
const DEPENDENCIES: &str = "dependencies";
const RUNTIME: &str = "runtime";

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
    build: BuildFolder,
}

/// A build folder, which all cases share that are compiled one after another. Cargo locks it, so two cases that are
/// compiled at the same time have two.
struct BuildFolder(usize);

/// The number of cases that use each build folder.
static USES: Mutex<[usize; 2]> = Mutex::new([0; 2]);

impl BuildFolder {
    fn least_used() -> Self {
        let mut uses = USES.lock().unwrap();
        let index = usize::from(uses[1] < uses[0]);
        uses[index] += 1;
        Self(index)
    }

    fn path(&self) -> PathBuf {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
        match self.0 {
            // That of the main workspace has dependencies already.
            0 => scratch.join(".."),
            _ => scratch.join("compile/build"),
        }
    }
}

impl Drop for BuildFolder {
    fn drop(&mut self) {
        USES.lock().unwrap()[self.0] -= 1;
    }
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
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        write_shared_packages(&folder, &root.join("templates/runtime"));
        // The locked versions need no network, and make builds reproducible.
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        // With the profiles of the main workspace, its builds of dependencies can be reused.
        let main = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let profiles = main.find("[profile.").map_or("", |at| &main[at..]);
        fs::write(
            folder.join("Cargo.toml"),
            format!(
                "[workspace]\nresolver = \"3\"\nmembers = [{DEPENDENCIES:?}, {RUNTIME:?}, {package:?}]\n\n{profiles}"
            ),
        )
        .unwrap();
        Self {
            runtime,
            folder,
            package,
            build: BuildFolder::least_used(),
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

    /// Adds what the wire test of a case depends on, if it has one.
    pub fn with_dev_dependencies(case: &Path, mut options: Options) -> Options {
        if case.join("wire.rs").exists() {
            let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/raw_server");
            let needed: toml::Table = toml::from_str(&format!(
                "http = \"1\"\nhttp-body = \"1.1\"\nraw-server = {{ path = {server:?} }}\n\
                 tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n"
            ))
            .unwrap();
            options.dev_dependencies.extend(needed);
        }
        options
    }

    /// Writes the client, and the hand-written files of the case.
    pub fn write(&self, client: &Tree, case: &Path) {
        client.write(&self.client()).unwrap();
        let tests = self.client().join("tests");
        let _ = fs::remove_dir_all(&tests);
        for (written, place) in [("custom.rs", "src"), ("wire.rs", "tests")] {
            let source = case.join(written);
            if source.exists() {
                let folder = self.client().join(place);
                fs::create_dir_all(&folder).unwrap();
                fs::copy(source, folder.join(written)).unwrap();
            }
        }
    }

    pub fn has_wire_test(&self) -> bool {
        self.client().join("tests/wire.rs").exists()
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

    /// Lints the library. The runtime has exactly the features that the client enables.
    pub fn lint_library(&self, choice: &[&str]) {
        self.cargo("clippy", choice, &["--", "-D", "warnings"]);
    }

    pub fn document(&self, choice: &[&str]) {
        let shared = self.shared_runtime();
        self.cargo("doc", &[&["--no-deps"], shared, choice].concat(), &[]);
    }

    pub fn check(&self) {
        self.cargo("check", self.shared_runtime(), &[]);
    }

    pub fn test(&self, choice: &[&str]) {
        self.cargo("test", &[self.shared_runtime(), choice].concat(), &[]);
    }

    /// Selects the runtime with all of its features, which cargo compiles once for all clients that depend on it.
    fn shared_runtime(&self) -> &'static [&'static str] {
        match self.runtime {
            Runtime::Dependency => &["-p", RUNTIME],
            Runtime::Vendored => &[],
        }
    }

    /// Runs a command of cargo, which must succeed.
    fn cargo(&self, command: &str, choice: &[&str], rest: &[&str]) {
        let packages = ["--quiet", "-p", DEPENDENCIES, "-p", &self.package];
        let arguments = [&[command][..], &packages, choice, rest].concat();
        let output = Command::new(env!("CARGO"))
            .args(&arguments)
            // No crate is compiled twice, so incremental builds would only use gigabytes of disk space.
            .env("CARGO_INCREMENTAL", "0")
            .env(
                "RUSTDOCFLAGS",
                if command == "doc" { "-D warnings" } else { "" },
            )
            .env("CARGO_TARGET_DIR", self.build.path())
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

/// Writes two packages without code, which select features for all cases alike, so that cargo builds what the cases share
/// once.
///
/// - `dependencies` has the dependencies of the runtime, with all features that a client or a wire test may enable. It is
///   part of every command.
/// - `runtime` depends on the runtime with all of its features.
fn write_shared_packages(folder: &Path, runtime: &Path) {
    let manifest = fs::read_to_string(runtime.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let mut features = manifest["features"].as_table().unwrap().clone();
    features.remove("default");
    // Needs OpenSSL, and has a step of its own.
    features.remove("native-tls");
    let all: Vec<_> = features.keys().cloned().map(toml::Value::from).collect();

    let mut dependencies = manifest["dependencies"].as_table().unwrap().clone();
    let tokio = toml::toml! {
        version = "1"
        features = ["fs", "io-util", "macros", "net", "rt-multi-thread", "sync", "time"]
    };
    dependencies.insert("tokio".to_owned(), tokio.into());
    features.insert("default".to_owned(), all.clone().into());
    let tables = [
        ("features".to_owned(), features.into()),
        ("dependencies".to_owned(), dependencies.into()),
        ("target".to_owned(), manifest["target"].clone()),
    ];
    write_package(folder, DEPENDENCIES, toml::Table::from_iter(tables));

    let runtime = runtime.display().to_string();
    let dependencies = toml::toml! {
        [dependencies.wiretrue]
        path = runtime
        features = all
    };
    write_package(folder, RUNTIME, dependencies);
}

/// Writes a package without code.
fn write_package(folder: &Path, name: &str, tables: toml::Table) {
    let mut manifest = toml::toml! {
        [package]
        version = "0.1.0"
        edition = "2024"
        [lib]
        path = "lib.rs"
        doc = false
    };
    let package = manifest["package"].as_table_mut().unwrap();
    package.insert("name".to_owned(), name.into());
    manifest.extend(tables);
    let folder = folder.join(name);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("Cargo.toml"), manifest.to_string()).unwrap();
    fs::write(folder.join("lib.rs"), "").unwrap();
}
