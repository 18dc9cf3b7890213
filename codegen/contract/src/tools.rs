//! Finds programs that must be installed on the machine.

use std::ffi::{OsStr, OsString};
use std::process::{Command, Stdio};

use crate::Error;

const PYTHON: (u32, u32) = (3, 10);

/// A program and its version.
pub type FoundTool = Result<(OsString, String), Error>;

/// Finds Python 3 with venv.
pub fn python() -> FoundTool {
    let (major, minor) = PYTHON;
    let help = format!(
        "install Python {major}.{minor} or later with venv (Debian: python3, python3-venv)"
    );
    let script = "import ensurepip, sys, venv; print(*sys.version_info[:3], sys.executable)";
    let Some((python, version)) = first(&["python3", "python"], &["-c", script]) else {
        return Err(Error::new("Python with venv isn't installed", help));
    };
    let mut parts = version
        .split(' ')
        .map_while(|part| part.parse::<u32>().ok());
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if found < PYTHON {
        let message = format!("Python {}.{} is too old", found.0, found.1);
        return Err(Error::new(message, help));
    }
    Ok((python, version))
}

/// Returns the first program that runs with these arguments, and its output.
pub fn first(programs: &[&str], arguments: &[&str]) -> Option<(OsString, String)> {
    programs.iter().find_map(|program| {
        let output = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let works = output.status.success() && !text.is_empty();
        works.then(|| (OsStr::new(program).to_owned(), text))
    })
}
