//! What it costs to compile the crates of one document, and a program that makes three calls.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cost::{Cost, Least, measure};
use super::generators::{self, Generator, Other, PACKAGE};
use super::line;
use crate::report::{Refusal, Report, shown};

/// A program that makes three calls of a crate of Twilio's `twilio_api_v2010`, by generator.
const PROGRAMS: [(Option<Other>, &str); 3] = [
    (None, include_str!("programs/ours.rs.txt")),
    (Some(Other::Ploidy), include_str!("programs/ploidy.rs.txt")),
    (
        Some(Other::OpenapiToRust),
        include_str!("programs/openapi_to_rust.rs.txt"),
    ),
];
/// The operations that the programs call.
const CALLED: [&str; 3] = ["FetchAccount", "FetchCall", "FetchMessage"];

/// A crate of the document, with its program.
struct Crate<'a> {
    generator: &'a Generator,
    folder: PathBuf,
    target: PathBuf,
}

/// Measures `cargo check` of the crates, and `cargo build --release` of the programs if the document
/// has the operations that they call. What the crates depend on is built before.
pub fn compare(
    document: &Path,
    generators: &[Generator],
    place: &Path,
    rounds: usize,
    report: Report,
) -> Result<(), Refusal> {
    let text = fs::read_to_string(document)?;
    let with_program = CALLED.iter().all(|operation| text.contains(operation));
    let mut crates = Vec::new();
    for generator in generators {
        crates.push(Crate::make(generator, document, place, with_program)?);
    }
    let name = shown(document).display().to_string();
    let costs = rounds_of(
        &crates,
        rounds,
        PACKAGE,
        &["check", "--package", PACKAGE],
        report,
    )?;
    report.print(&line(
        &format!("cargo check of the crate of {name}"),
        generators,
        &costs,
    ));
    if with_program {
        let build = ["build", "--release", "--package", "program"];
        let costs = rounds_of(&crates, rounds, "program", &build, report)?;
        let what = format!(
            "cargo build --release of a program that makes three calls, with the crate of {name}"
        );
        report.print(&line(&what, generators, &costs));
    } else {
        let missing = CALLED.join(", ");
        report.finding(
            "Skipped",
            format_args!("the program: {name} lacks one of {missing}"),
        );
    }
    Ok(())
}

/// The least of the rounds for each crate: the package, and with a program its crate, is built anew
/// each time, and nothing else.
fn rounds_of(
    crates: &[Crate],
    rounds: usize,
    package: &str,
    task: &[&str],
    report: Report,
) -> Result<Vec<Cost>, Refusal> {
    for made in crates {
        report.status(
            "Building",
            format_args!("what {} depends on", made.generator.name()),
        );
        measure(made.cargo().args(task))?;
    }
    let release: &[&str] = if task.contains(&"--release") {
        &["--release"]
    } else {
        &[]
    };
    let mut least = vec![Least::default(); crates.len()];
    for _ in 0..rounds {
        for (made, least) in crates.iter().zip(&mut least) {
            let mut clean = vec!["clean", "--package", PACKAGE];
            if package != PACKAGE {
                clean.extend(["--package", package]);
            }
            measure(made.cargo().args(clean).args(release))?;
            least.add(measure(made.cargo().args(task))?);
        }
    }
    Ok(least.into_iter().map(Least::cost).collect())
}

impl<'a> Crate<'a> {
    fn make(
        generator: &'a Generator,
        document: &Path,
        place: &Path,
        with_program: bool,
    ) -> Result<Self, Refusal> {
        let name = generator.name().replace(' ', "-");
        let folder = place.join("crates").join(&name);
        generators::remove(&folder)?;
        let out = folder.join(PACKAGE);
        if let Some(above) = out.parent() {
            fs::create_dir_all(above)?;
        }
        measure(&mut generator.command(document, &out))?;
        generator.complete(&out)?;
        // A crate of ours says in its manifest that it stands alone; here it doesn't.
        let manifest = out.join("Cargo.toml");
        let text = fs::read_to_string(&manifest)?.replace("[workspace]\n", "");
        fs::write(&manifest, text)?;
        let members = if with_program {
            "\"compared\", \"program\""
        } else {
            "\"compared\""
        };
        fs::write(
            folder.join("Cargo.toml"),
            format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n"),
        )?;
        if with_program {
            program(generator, &folder.join("program"))?;
        }
        Ok(Self {
            generator,
            folder,
            target: place.join("build").join(&name),
        })
    }

    fn cargo(&self) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "0");
        command
    }
}

/// Writes the program of a generator.
fn program(generator: &Generator, folder: &Path) -> Result<(), Refusal> {
    let (_, text) = PROGRAMS
        .iter()
        .find(|(other, _)| *other == generator.other())
        .ok_or_else(|| Refusal::new(format!("there is no program for {}", generator.name()), ""))?;
    fs::create_dir_all(folder.join("src"))?;
    fs::write(
        folder.join("Cargo.toml"),
        "[package]\nname = \"program\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         compared = { path = \"../compared\" }\n\
         tokio = { version = \"1\", features = [\"macros\", \"rt\"] }\n",
    )?;
    fs::write(folder.join("src/main.rs"), text)?;
    Ok(())
}
