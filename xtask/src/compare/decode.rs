//! Compares decoding with a generated model and with a model that derives serde's `Deserialize`.

use std::fs;
use std::path::Path;
use std::process::Command;

use wiretrue_cli::report::{Refusal, Report};

use super::cost::measure;
use super::crates::join_workspace;
use super::generators::{self, Generator, PACKAGE};

const DOCUMENT: &str = include_str!("decode/openapi.yaml");
const PROGRAM: &str = include_str!("decode/main.rs.txt");

/// Builds and runs a program that decodes the same text in both ways by turns, and prints the least
/// time of each. The models are those of `ours`, this generator.
pub fn compare(ours: &Generator, folder: &Path, report: Report) -> Result<(), Refusal> {
    let workspace = folder.join("decode");
    generators::remove(&workspace)?;
    fs::create_dir_all(&workspace)?;
    let document = workspace.join("openapi.yaml");
    fs::write(&document, DOCUMENT)?;
    let client = workspace.join(PACKAGE);
    measure(&mut ours.command(&document, PACKAGE, &client))?;
    join_workspace(&client)?;
    fs::create_dir_all(workspace.join("program/src"))?;
    fs::write(
        workspace.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"compared\", \"program\"]\n",
    )?;
    fs::write(
        workspace.join("program/Cargo.toml"),
        "[package]\nname = \"program\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         compared = { path = \"../compared\" }\nserde = { version = \"1\", features = [\"derive\"] }\n\
         serde_json = \"1\"\n",
    )?;
    fs::write(workspace.join("program/src/main.rs"), PROGRAM)?;
    report.status("Building", "the decoding program");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--release", "--package", "program"])
        .env("CARGO_TARGET_DIR", folder.join("build/decode"))
        .current_dir(&workspace)
        .output()?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = String::from("decoding a value: least time, and its ratio to serde's derive\n");
    for line in stdout.lines() {
        let mut words = line.splitn(3, ' ');
        let number = |word: Option<&str>| word.and_then(|it| it.parse::<f64>().ok());
        let (ours, derived) = (number(words.next()), number(words.next()));
        let (Some(ours), Some(derived), Some(label)) = (ours, derived, words.next()) else {
            continue;
        };
        let ratio = ours / derived;
        lines += &format!("  {ours:>6} ns  {derived:>6} ns  {ratio:.2}  {label}\n");
    }
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(Refusal::new(format!("the program failed: {error}"), ""));
    }
    report.print(&lines);
    Ok(())
}
