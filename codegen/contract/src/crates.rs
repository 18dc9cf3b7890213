//! The crates of a run: one workspace with all clients, each with a program that uses it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use wiretrue_codegen::options::{Codec, Layout, RuntimeSource};
use wiretrue_codegen::{Generated, Options};

use crate::Error;

/// The beginning of the name of each program; the rest is that of its package.
const PROGRAM: &str = "program-";

/// The folder in which the crates of all tasks are built, so that they share
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
    /// Cargo's target folder for these crates.
    target: PathBuf,
    /// The runtime of all clients.
    runtime: RuntimeSource,
    /// The lock file whose versions the crates start with.
    lock: Option<PathBuf>,
}

impl Crates {
    /// Creates the crates of a task below the folder `target`. All clients get the runtime from one
    /// source. The crates start with the versions of `lock`, or with the latest ones.
    pub fn new(
        task: &'static str,
        target: &Path,
        runtime: RuntimeSource,
        lock: Option<PathBuf>,
    ) -> Self {
        Self {
            task,
            folder: target.join(task).join("clients"),
            target: target.join(SHARED_TARGET),
            runtime,
            lock,
        }
    }

    /// Returns the folder of a package.
    pub fn folder(&self, package: &str) -> PathBuf {
        self.folder.join(package)
    }

    /// Returns the options with which a client of this name has to be generated.
    pub fn options(&self, name: &str, options: &Options, codec: Codec) -> Options {
        let package = format!("{}-{}", self.task, slug(name));
        client_options(options, &package, &self.runtime, codec)
    }

    /// Writes a client that was generated with [`Self::options`], with the source of its program.
    ///
    /// `features` are those of the client that the program uses, beside the default ones.
    pub fn write(
        &self,
        options: &Options,
        made: &Generated,
        features: &[&str],
        program: &str,
    ) -> Result<Package, Error> {
        let name = &options.package;
        let folder = self.folder.join(name);
        made.tree.write(&folder)?;
        let programs = folder.join("examples");
        fs::create_dir_all(&programs)?;
        write_changed(&programs.join(format!("{PROGRAM}{name}.rs")), program)?;
        Ok(Package {
            name: name.clone(),
            features: features_of(&folder, features)?,
        })
    }

    /// Builds the programs. Returns the paths of those that compile, by package, and the messages of the
    /// compiler.
    pub fn build(
        &self,
        packages: &[&Package],
    ) -> Result<(BTreeMap<String, PathBuf>, String), Error> {
        let members: Vec<_> = packages.iter().map(|it| format!("{:?}", it.name)).collect();
        let manifest = format!(
            "[workspace]\nmembers = [{}]\nresolver = \"3\"\n\n[profile.dev]\ndebug = false\nincremental = false\n",
            members.join(", ")
        );
        fs::create_dir_all(&self.folder)?;
        write_changed(&self.folder.join("Cargo.toml"), &manifest)?;
        let lock = self.folder.join("Cargo.lock");
        if let Some(original) = &self.lock
            && !lock.exists()
        {
            fs::copy(original, &lock)?;
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
            .env("CARGO_TARGET_DIR", &self.target)
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

/// Returns the options of a client that a program of the workspace of all crates uses.
fn client_options(of: &Options, package: &str, runtime: &RuntimeSource, codec: Codec) -> Options {
    let tokio = toml::Table::from_iter([
        ("version".to_owned(), "1".into()),
        ("features".to_owned(), vec!["net", "rt", "time"].into()),
    ]);
    Options {
        package: package.to_owned(),
        codec,
        // What is sent and received is the same.
        layout: Layout::ByKind,
        runtime: runtime.clone(),
        dev_dependencies: BTreeMap::from([("tokio".to_owned(), tokio.into())]),
        workspace_member: true,
        ..of.clone()
    }
}

/// Returns the default features of a crate without those of TLS, and the wanted ones that it has.
fn features_of(folder: &Path, wanted: &[&str]) -> Result<Vec<String>, Error> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml"))?;
    let manifest: toml::Table = toml::from_str(&manifest)
        .map_err(|error| Error::new(format!("{}: {error}", folder.display()), ""))?;
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
fn write_changed(path: &Path, text: &str) -> Result<(), Error> {
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
