//! Python programs that tasks call: their packages live in virtual environments below `target/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::report::{Refusal, Report};

/// What is said where Python can't do what a task needs.
const HELP: &str =
    "install Python 3.9 or later with the module venv (Debian: apt-get install python3-venv)";

/// The Python of a virtual environment that holds exactly the pinned packages of `requirements`
/// (in pip's form); it is made below `target` if it isn't there yet.
///
/// An environment is made beside its place and then moved there in one step, so that none is ever
/// half made, whoever else makes it at the same time.
pub fn environment(
    target: &Path,
    name: &str,
    requirements: &str,
    report: Report,
) -> Result<PathBuf, Refusal> {
    let folder = target.join("python");
    let place = folder.join(format!("{name}-{:016x}", fingerprint(requirements)));
    let python = python_of(&place);
    if python.exists() {
        return Ok(python);
    }
    report.status(
        "Installing",
        format_args!("the Python packages of `{name}` into {}", place.display()),
    );
    fs::create_dir_all(&folder)?;
    let scratch = tempfile::Builder::new()
        .prefix(&format!("{name}-"))
        .tempdir_in(&folder)?;
    let list = scratch.path().join("requirements.txt");
    fs::write(&list, requirements)?;
    run(
        interpreter()
            .args(["-m", "venv", "--clear"])
            .arg(scratch.path().join("environment")),
        "make a virtual environment",
    )?;
    let made = scratch.path().join("environment");
    run(
        Command::new(python_of(&made))
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .args(["--no-deps", "--requirement"])
            .arg(&list),
        "install the packages",
    )?;
    match fs::rename(&made, &place) {
        // Another run was faster.
        Err(_) if python.exists() => Ok(python),
        Err(error) => Err(Refusal::new(
            format!("can't move {} into place: {error}", made.display()),
            "",
        )),
        Ok(()) => Ok(python),
    }
}

/// The system's Python 3.
fn interpreter() -> Command {
    Command::new(if cfg!(windows) { "python" } else { "python3" })
}

fn python_of(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    })
}

fn run(command: &mut Command, what: &str) -> Result<(), Refusal> {
    let done = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Refusal::new(format!("can't run Python to {what}: {error}"), HELP))?;
    if done.status.success() {
        return Ok(());
    }
    // The standard library's venv tells on standard output what is missing.
    let said = [done.stdout, done.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let message = format!("Python can't {what} ({}): {}", done.status, said.trim());
    Err(Refusal::new(message, HELP))
}

/// A number that tells texts apart (FNV-1a).
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}
