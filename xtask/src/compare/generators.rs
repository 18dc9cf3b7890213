//! The generators that are compared: this one, and others at fixed versions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::ValueEnum;

use crate::report::{Refusal, Report};

/// What the package of a crate is called here, whoever makes it.
pub const PACKAGE: &str = "compared";

/// Another generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Other {
    Ploidy,
    OpenapiToRust,
}

impl Other {
    fn package(self) -> (&'static str, &'static str) {
        match self {
            Other::Ploidy => ("ploidy", "0.15.0"),
            Other::OpenapiToRust => ("openapi-to-rust", "0.23.0"),
        }
    }
}

/// A generator that is at hand.
#[derive(Clone, Debug)]
pub struct Generator {
    other: Option<Other>,
    program: PathBuf,
}

impl Generator {
    pub fn is_ours(&self) -> bool {
        self.other.is_none()
    }

    pub fn other(&self) -> Option<Other> {
        self.other
    }

    pub fn name(&self) -> String {
        match self.other.map(Other::package) {
            None => "this generator".to_owned(),
            Some((package, version)) => format!("{package} {version}"),
        }
    }

    /// Makes the crate of a document in a folder that isn't there yet.
    pub fn command(&self, document: &Path, out: &Path) -> Command {
        let mut command = Command::new(&self.program);
        match self.other {
            None => command
                .args(["codegen", "--package", PACKAGE, "--spec"])
                .arg(document)
                .arg("--out")
                .arg(out),
            Some(Other::Ploidy) => command
                .args(["generate", "rust", "--name", PACKAGE])
                .arg(document)
                .arg("--output")
                .arg(out),
            // It makes modules, not a crate: see `complete`.
            Some(Other::OpenapiToRust) => command
                .args(["generate", "--quiet"])
                .arg(document)
                .arg("--output-dir")
                .arg(out.join("src").join("generated")),
        };
        command
    }

    /// Adds what a generator leaves to its user: a manifest, and the root of the crate.
    pub fn complete(&self, out: &Path) -> Result<(), Refusal> {
        match self.other {
            None | Some(Other::Ploidy) => Ok(()),
            Some(Other::OpenapiToRust) => {
                let needs = fs::read_to_string(out.join("src/generated/REQUIRED_DEPS.toml"))?;
                let manifest = format!(
                    "[package]\nname = \"{PACKAGE}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n{needs}"
                );
                fs::write(out.join("Cargo.toml"), manifest)?;
                fs::write(out.join("src/lib.rs"), "pub mod generated;\n")?;
                Ok(())
            }
        }
    }
}

/// This generator first, then the others; what isn't installed yet is, below Cargo's target folder.
pub fn install(place: &Path, others: &[Other], report: Report) -> Result<Vec<Generator>, Refusal> {
    let mut generators = vec![Generator {
        other: None,
        program: std::env::current_exe()?,
    }];
    for &other in others {
        let (package, version) = other.package();
        let root = place.join("tools").join(format!("{package}-{version}"));
        let program = root.join("bin").join(package);
        let program = program.with_extension(std::env::consts::EXE_EXTENSION);
        if !program.is_file() {
            report.status("Installing", format_args!("{package} {version}"));
            let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let status = Command::new(cargo)
                .args([
                    "install",
                    "--quiet",
                    "--locked",
                    package,
                    "--version",
                    version,
                ])
                .arg("--root")
                .arg(&root)
                .status()?;
            if !status.success() {
                let message = format!("can't install {package} {version} ({status})");
                return Err(Refusal::new(message, "leave it out with --with"));
            }
        }
        generators.push(Generator {
            other: Some(other),
            program,
        });
    }
    Ok(generators)
}

/// Removes a folder, if it is there.
pub fn remove(folder: &Path) -> Result<(), Refusal> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
