//! The crates of a run: one workspace with all clients, each with a program that calls it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use codegen::options::{Codec, RuntimeSource};
use codegen::{Options, ir};
use serde_json::Value;

use super::cases::{self, Cases};
use super::program::program;
use crate::codegen::{self as task, Job};
use crate::report::Refusal;

/// A client whose crate has been written.
pub struct Client {
    /// The name of the client in the summary.
    pub name: String,
    pub package: String,
    pub document: PathBuf,
    pub api: ir::Api,
    pub cases: Cases,
    /// Its Cargo features, without those of TLS.
    features: Vec<String>,
}

/// The crates of a run.
pub struct Crates {
    folder: PathBuf,
    /// The folder of the runtime that all clients depend on.
    runtime: PathBuf,
}

impl Crates {
    /// Creates crates in `folder`; `root` is that of the workspace.
    pub fn new(folder: PathBuf, root: &Path) -> Self {
        Self {
            folder,
            runtime: root.join("templates/runtime"),
        }
    }

    /// Returns the folder of a client.
    pub fn of(&self, client: &Client) -> PathBuf {
        self.folder.join(&client.package)
    }

    /// Generates a client, and writes it with its program.
    pub fn write(&self, job: &Job) -> Result<Client, Refusal> {
        let package = format!("contract-{}", slug(&job.name));
        let job = Job {
            folder: self.folder.join(&package),
            options: options(&job.options, &package, &self.runtime),
            ..job.clone()
        };
        let (made, _) = task::generate(&job)?;
        let cases = cases::cases(&made);
        made.tree.write(&job.folder)?;
        let library = package.replace('-', "_");
        let programs = job.folder.join("examples");
        fs::create_dir_all(&programs)?;
        write_changed(
            &programs.join(format!("call-{package}.rs")),
            &program(&made, &cases, &library),
        )?;
        Ok(Client {
            name: job.name,
            features: features(&job.folder)?,
            package,
            document: job.document,
            api: made.api,
            cases,
        })
    }

    /// Builds the programs. Returns the paths of those that compile, by package, and the messages of the
    /// compiler.
    pub fn build(
        &self,
        clients: &[Client],
        root: &Path,
        target: &Path,
    ) -> Result<(BTreeMap<String, PathBuf>, String), Refusal> {
        let members: Vec<_> = clients
            .iter()
            .map(|it| format!("{:?}", it.package))
            .collect();
        let manifest = format!(
            "[workspace]\nmembers = [{}]\nresolver = \"3\"\n\n[profile.dev]\ndebug = false\nincremental = false\n",
            members.join(", ")
        );
        write_changed(&self.folder.join("Cargo.toml"), &manifest)?;
        let lock = self.folder.join("Cargo.lock");
        if !lock.exists() {
            fs::copy(root.join("Cargo.lock"), &lock)?;
        }
        let features: Vec<_> = clients
            .iter()
            .flat_map(|it| {
                it.features
                    .iter()
                    .map(|feature| format!("{}/{feature}", it.package))
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
            .env("CARGO_TARGET_DIR", target)
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
                (name.strip_prefix("call-"), message["executable"].as_str())
            {
                programs.insert(package.to_owned(), PathBuf::from(path));
            }
        }
        Ok((programs, String::from_utf8_lossy(&done.stderr).into_owned()))
    }
}

/// Returns the options of a client whose models can all be encoded and decoded.
fn options(of: &Options, package: &str, runtime: &Path) -> Options {
    let tokio = toml::Table::from_iter([
        ("version".to_owned(), "1".into()),
        ("features".to_owned(), vec!["net", "rt", "time"].into()),
    ]);
    Options {
        package: package.to_owned(),
        codec: Codec::Both,
        runtime: RuntimeSource::Path(runtime.display().to_string()),
        dev_dependencies: BTreeMap::from([("tokio".to_owned(), tokio.into())]),
        workspace_member: true,
        ..of.clone()
    }
}

/// Returns the default features of a crate, without those of TLS.
fn features(folder: &Path) -> Result<Vec<String>, Refusal> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml"))?;
    let manifest: toml::Table = toml::from_str(&manifest)
        .map_err(|error| Refusal::new(format!("{}: {error}", folder.display()), ""))?;
    let default = manifest.get("features").and_then(|it| it.get("default"));
    let default = default
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten();
    let names = default.filter_map(toml::Value::as_str);
    Ok(names
        .filter(|name| !name.contains("tls"))
        .map(str::to_owned)
        .collect())
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
