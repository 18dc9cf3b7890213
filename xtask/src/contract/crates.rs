//! The crates of a run: one workspace with all clients, each with a program that uses it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use codegen::options::{Codec, RuntimeSource};
use codegen::{Generated, Options};
use serde_json::Value;

use crate::codegen::{self as task, Job};
use crate::report::Refusal;

/// The beginning of the name of each program; the rest is that of its package.
const PROGRAM: &str = "program-";

/// The folder below Cargo's target folder in which the crates of all tasks are built, so that they share
/// their dependencies.
const SHARED_TARGET: &str = "contract/target";

/// A crate with a program, which has been written.
pub struct Package {
    pub name: String,
    /// The Cargo features that its program needs.
    features: Vec<String>,
}

/// The crates of a run.
pub struct Crates {
    /// The beginning of the name of each package.
    task: &'static str,
    folder: PathBuf,
    /// The folder of the runtime that all clients depend on.
    runtime: PathBuf,
}

impl Crates {
    /// Creates the crates of a task below Cargo's target folder; `root` is the folder of the workspace.
    pub fn new(task: &'static str, target: &Path, root: &Path) -> Self {
        Self {
            task,
            folder: target.join(task).join("clients"),
            runtime: root.join("templates/runtime"),
        }
    }

    /// Returns the folder of a package.
    pub fn of(&self, package: &Package) -> PathBuf {
        self.folder.join(&package.name)
    }

    /// Generates a client, and writes it with its program.
    ///
    /// `features` are those of the client that the program uses, beside the default ones. `program`
    /// receives the client and the name of its library. It returns the source of the program, and a
    /// value that is passed on to the caller.
    pub fn write<T>(
        &self,
        job: &Job,
        codec: Codec,
        features: &[&str],
        program: impl FnOnce(&Generated, &str) -> (String, T),
    ) -> Result<(Package, Generated, T), Refusal> {
        let name = format!("{}-{}", self.task, slug(&job.name));
        let job = Job {
            folder: self.folder.join(&name),
            options: options(&job.options, &name, &self.runtime, codec),
            ..job.clone()
        };
        let made = task::generate(&job)?.generated;
        made.tree.write(&job.folder)?;
        let library = name.replace('-', "_");
        let programs = job.folder.join("examples");
        fs::create_dir_all(&programs)?;
        let (text, value) = program(&made, &library);
        write_changed(&programs.join(format!("{PROGRAM}{name}.rs")), &text)?;
        let features = features_of(&job.folder, features)?;
        Ok((Package { name, features }, made, value))
    }

    /// Builds the programs; `target` is Cargo's target folder of the workspace. Returns the paths of those that compile, by package, and the messages of the
    /// compiler.
    pub fn build(
        &self,
        packages: &[&Package],
        root: &Path,
        target: &Path,
    ) -> Result<(BTreeMap<String, PathBuf>, String), Refusal> {
        let members: Vec<_> = packages.iter().map(|it| format!("{:?}", it.name)).collect();
        let manifest = format!(
            "[workspace]\nmembers = [{}]\nresolver = \"3\"\n\n[profile.dev]\ndebug = false\nincremental = false\n",
            members.join(", ")
        );
        fs::create_dir_all(&self.folder)?;
        write_changed(&self.folder.join("Cargo.toml"), &manifest)?;
        let lock = self.folder.join("Cargo.lock");
        if !lock.exists() {
            fs::copy(root.join("Cargo.lock"), &lock)?;
        }
        let features: Vec<_> = packages
            .iter()
            .flat_map(|it| {
                it.features
                    .iter()
                    .map(|feature| format!("{}/{feature}", it.name))
            })
            .collect();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .args([
                "build",
                "--workspace",
                "--examples",
                "--keep-going",
                "--quiet",
            ])
            .args([
                "--no-default-features",
                "--message-format=json-render-diagnostics",
            ])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target.join(SHARED_TARGET))
            .stdin(Stdio::null());
        if !features.is_empty() {
            command.arg("--features").arg(features.join(","));
        }
        let done = command.output()?;
        let mut programs = BTreeMap::new();
        for line in String::from_utf8_lossy(&done.stdout).lines() {
            let Ok(message) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            let name = message["target"]["name"].as_str().unwrap_or_default();
            if let (Some(package), Some(path)) =
                (name.strip_prefix(PROGRAM), message["executable"].as_str())
            {
                programs.insert(package.to_owned(), PathBuf::from(path));
            }
        }
        Ok((programs, String::from_utf8_lossy(&done.stderr).into_owned()))
    }
}

/// Returns the options of a client that depends on the runtime of this workspace.
fn options(of: &Options, package: &str, runtime: &Path, codec: Codec) -> Options {
    let tokio = toml::Table::from_iter([
        ("version".to_owned(), "1".into()),
        ("features".to_owned(), vec!["net", "rt", "time"].into()),
    ]);
    Options {
        package: package.to_owned(),
        codec,
        runtime: RuntimeSource::Path(runtime.display().to_string()),
        dev_dependencies: BTreeMap::from([("tokio".to_owned(), tokio.into())]),
        workspace_member: true,
        ..of.clone()
    }
}

/// Returns the default features of a crate without those of TLS, and the wanted ones that it has.
fn features_of(folder: &Path, wanted: &[&str]) -> Result<Vec<String>, Refusal> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml"))?;
    let manifest: toml::Table = toml::from_str(&manifest)
        .map_err(|error| Refusal::new(format!("{}: {error}", folder.display()), ""))?;
    let all = manifest.get("features").and_then(toml::Value::as_table);
    let default = all.and_then(|it| it.get("default")?.as_array());
    let default = default.into_iter().flatten();
    let default = default.filter_map(toml::Value::as_str);
    let default = default.filter(|name| !name.contains("tls"));
    let wanted = wanted.iter().copied();
    let wanted = wanted.filter(|name| all.is_some_and(|it| it.contains_key(*name)));
    Ok(default.chain(wanted).map(str::to_owned).collect())
}

/// Writes a file unless it has this content already, so that cargo builds nothing again.
fn write_changed(path: &Path, text: &str) -> Result<(), Refusal> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    Ok(fs::write(path, text)?)
}

/// Converts a name to a part of a package name.
fn slug(name: &str) -> String {
    let letter = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    name.chars().take(40).map(letter).collect()
}
