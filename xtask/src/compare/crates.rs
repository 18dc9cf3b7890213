//! Crates that are compiled to compare their costs, each in a workspace of its own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use super::compile::Measure;
use super::cost::{Cost, measure};
use super::generators::{self, Generator, PACKAGE, Peer};
use wiretrue_cli::report::{Refusal, shown};

/// The name of the package of a program.
pub const PROGRAM: &str = "program";

/// A program that makes three calls of the client of Twilio's `twilio_api_v2010`, by generator.
const PROGRAMS: [(Option<Peer>, &str); 3] = [
    (None, include_str!("programs/ours.rs.txt")),
    (Some(Peer::Ploidy), include_str!("programs/ploidy.rs.txt")),
    (
        Some(Peer::OpenapiToRust),
        include_str!("programs/openapi_to_rust.rs.txt"),
    ),
];
/// The operations that the programs call.
const CALLED_OPERATIONS: [&str; 3] = ["FetchAccount", "FetchCall", "FetchMessage"];

/// Refuses a document without the operations that the programs call.
pub fn require_called_operations(document: &Path) -> Result<(), Refusal> {
    let name = shown(document);
    let text = fs::read_to_string(document)
        .map_err(|error| Refusal::new(format!("can't read {}: {error}", name.display()), ""))?;
    match CALLED_OPERATIONS.iter().find(|it| !text.contains(**it)) {
        None => Ok(()),
        Some(missing) => Err(Refusal::new(
            format!("{} has no operation {missing}", name.display()),
            "`--release` takes Twilio's twilio_api_v2010.yaml; use `--compile` for other documents",
        )),
    }
}

/// A generated crate in a workspace of its own, and its program if one is built.
pub struct Crate {
    workspace: PathBuf,
    /// Cargo's target folder. Crates of one generator share it, so that dependencies are built once.
    target: PathBuf,
}

impl Crate {
    /// Generates the crate of a document and compiles it once.
    pub fn prepare(
        generator: &Generator,
        document: &Path,
        measure: Measure,
        folder: &Path,
    ) -> Result<Self, Refusal> {
        let generator_name = generator.name().replace(' ', "-");
        let stem = document.file_stem().unwrap_or_default().to_string_lossy();
        let kind = match measure {
            Measure::Check => "check",
            Measure::Release => "release",
        };
        let prepared = Self {
            workspace: folder
                .join("crates")
                .join(&generator_name)
                .join(format!("{stem}-{kind}")),
            target: folder.join("build").join(&generator_name),
        };
        prepared.generate(generator, document, measure)?;
        prepared.cargo(measure.task())?;
        Ok(prepared)
    }

    fn generate(
        &self,
        generator: &Generator,
        document: &Path,
        measured: Measure,
    ) -> Result<(), Refusal> {
        generators::remove(&self.workspace)?;
        fs::create_dir_all(&self.workspace)?;
        let client = self.workspace.join(PACKAGE);
        measure(&mut generator.command(document, PACKAGE, &client))?;
        generator.complete(PACKAGE, &client)?;
        join_workspace(&client)?;
        let members = match measured {
            Measure::Check => format!("{PACKAGE:?}"),
            Measure::Release => format!("{PACKAGE:?}, {PROGRAM:?}"),
        };
        fs::write(
            self.workspace.join("Cargo.toml"),
            format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n"),
        )?;
        match measured {
            Measure::Check => Ok(()),
            Measure::Release => write_program(generator, &self.workspace.join(PROGRAM)),
        }
    }

    /// Compiles the crate, and its program if it has one, but none of their dependencies again.
    pub fn compile(&self, measure: Measure) -> Result<Cost, Refusal> {
        touch(&self.workspace.join(PACKAGE))?;
        self.cargo(measure.task())
    }

    fn cargo(&self, arguments: &[&str]) -> Result<Cost, Refusal> {
        measure(cargo(&self.workspace, &self.target).args(arguments))
    }
}

/// Returns a command of cargo in a workspace, with this target folder.
pub fn cargo(workspace: &Path, target: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(workspace)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0");
    command
}

/// Lets cargo compile the library of a package again. Cargo does so if one of its files is newer than the
/// last compilation.
pub fn touch(package: &Path) -> Result<(), Refusal> {
    let library = File::options()
        .append(true)
        .open(package.join("src/lib.rs"))?;
    Ok(library.set_modified(SystemTime::now())?)
}

/// Makes a generated crate a member of the workspace around it: the manifest of a client from this
/// generator begins a workspace of its own.
pub fn join_workspace(package: &Path) -> Result<(), Refusal> {
    let manifest = package.join("Cargo.toml");
    let text = fs::read_to_string(&manifest)?.replace("[workspace]\n", "");
    Ok(fs::write(&manifest, text)?)
}

/// Writes the program that calls the crate of this generator.
fn write_program(generator: &Generator, folder: &Path) -> Result<(), Refusal> {
    let (_, text) = PROGRAMS
        .iter()
        .find(|(peer, _)| *peer == generator.peer())
        .ok_or_else(|| Refusal::new(format!("no program calls {}", generator.name()), ""))?;
    fs::create_dir_all(folder.join("src"))?;
    fs::write(
        folder.join("Cargo.toml"),
        format!(
            "[package]\nname = {PROGRAM:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             {PACKAGE} = {{ path = \"../{PACKAGE}\" }}\n\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n"
        ),
    )?;
    fs::write(folder.join("src/main.rs"), text)?;
    Ok(())
}
