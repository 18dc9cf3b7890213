//! The generators that are compared: this one, and its peers at fixed versions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::ValueEnum;

use super::openapi_generator;
use crate::cli::Compare;
use wiretrue_cli::report::{Refusal, Report};

/// The name of the package of each generated crate.
pub const PACKAGE: &str = "compared";

/// Another generator of Rust clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Peer {
    Ploidy,
    OpenapiToRust,
    OpenapiGenerator,
}

impl Peer {
    fn package(self) -> (&'static str, &'static str) {
        match self {
            Peer::Ploidy => ("ploidy", "0.15.0"),
            Peer::OpenapiToRust => ("openapi-to-rust", "0.23.0"),
            Peer::OpenapiGenerator => ("openapi-generator", "7.26.0"),
        }
    }
}

/// An installed generator.
#[derive(Clone, Debug)]
pub struct Generator {
    /// `None` for this generator.
    peer: Option<Peer>,
    /// A program, or a JAR file.
    program: PathBuf,
    /// The value of `--runtime`, for this generator only.
    runtime: Option<String>,
}

impl Generator {
    pub fn is_ours(&self) -> bool {
        self.peer.is_none()
    }

    pub fn peer(&self) -> Option<Peer> {
        self.peer
    }

    pub fn name(&self) -> String {
        match self.peer.map(Peer::package) {
            None => "this generator".to_owned(),
            Some((package, version)) => format!("{package} {version}"),
        }
    }

    /// Returns the command without arguments.
    pub fn program(&self) -> Command {
        if self.peer == Some(Peer::OpenapiGenerator) {
            return openapi_generator::program(&self.program);
        }
        Command::new(&self.program)
    }

    /// Returns the command that generates the crate of a document in a folder that doesn't exist yet.
    pub fn command(&self, document: &Path, package: &str, out: &Path) -> Command {
        let mut command = self.program();
        match self.peer {
            None => self.codegen(&[document], package, out, &mut command),
            Some(Peer::Ploidy) => command
                .args(["generate", "rust", "--name", package])
                .arg(document)
                .arg("--output")
                .arg(out),
            // It generates modules; `complete` adds the rest of the crate.
            Some(Peer::OpenapiToRust) => command
                .args(["generate", "--quiet"])
                .arg(document)
                .arg("--output-dir")
                .arg(out.join("src").join("generated")),
            Some(Peer::OpenapiGenerator) => {
                openapi_generator::generate(document, package, out, &mut command)
            }
        };
        command
    }

    /// Adds the arguments with which this generator makes the crate of a document, or the umbrella crate
    /// of several.
    pub fn codegen<'c>(
        &self,
        documents: &[&Path],
        package: &str,
        out: &Path,
        command: &'c mut Command,
    ) -> &'c mut Command {
        command
            .args(["codegen", "--package", package])
            .args(documents)
            .arg("--out")
            .arg(out)
            .args(self.runtime.iter().flat_map(|it| ["--runtime", it]))
    }

    /// Adds the manifest and the crate root if the generator leaves them to its user.
    pub fn complete(&self, package: &str, out: &Path) -> Result<(), Refusal> {
        match self.peer {
            None | Some(Peer::Ploidy | Peer::OpenapiGenerator) => Ok(()),
            Some(Peer::OpenapiToRust) => {
                let needs = fs::read_to_string(out.join("src/generated/REQUIRED_DEPS.toml"))?;
                let manifest = format!(
                    "[package]\nname = \"{package}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n{needs}"
                );
                fs::write(out.join("Cargo.toml"), manifest)?;
                fs::write(out.join("src/lib.rs"), "pub mod generated;\n")?;
                Ok(())
            }
        }
    }
}

/// Returns this generator and the peers that the command line names, and installs those that are
/// missing below Cargo's target folder.
///
/// `runtime` is where the clients of this generator get their runtime from.
pub fn install(
    folder: &Path,
    args: &Compare,
    runtime: String,
    report: Report,
) -> Result<Vec<Generator>, Refusal> {
    let mut generators = vec![Generator {
        peer: None,
        program: std::env::current_exe()?,
        runtime: Some(runtime),
    }];
    for &peer in &args.with {
        let (package, version) = peer.package();
        let root = folder.join("tools").join(format!("{package}-{version}"));
        let program = match peer {
            Peer::OpenapiGenerator => openapi_generator::jar(&root)?,
            _ => root
                .join("bin")
                .join(package)
                .with_extension(std::env::consts::EXE_EXTENSION),
        };
        if !program.is_file() {
            report.status("Installing", format_args!("{package} {version}"));
            install_peer(peer, &root)?;
        }
        generators.push(Generator {
            peer: Some(peer),
            program,
            runtime: None,
        });
    }
    Ok(generators)
}

fn install_peer(peer: Peer, root: &Path) -> Result<(), Refusal> {
    let (package, version) = peer.package();
    let mut command = match peer {
        Peer::OpenapiGenerator => openapi_generator::installation(version, root)?,
        _ => {
            let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let mut command = Command::new(cargo);
            command
                .args(["install", "--quiet", "--locked", package])
                .args(["--version", version, "--root"])
                .arg(root);
            command
        }
    };
    let status = command.status()?;
    if status.success() {
        return Ok(());
    }
    let message = format!("can't install {package} {version} ({status})");
    Err(Refusal::new(
        message,
        "leave the generator out with `--with`",
    ))
}

/// Removes a folder if it exists.
pub fn remove(folder: &Path) -> Result<(), Refusal> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
