//! Counts the instructions of a call with valgrind's callgrind.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::calls::{Caller, Result};

/// A program makes the smaller number of calls, and another the larger. The difference is the cost of
/// the calls alone, without that of starting the program and of its first connection.
const CALLS: [u32; 2] = [100, 1100];

/// Returns whether valgrind is installed.
pub fn is_available() -> bool {
    let version = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    version.is_ok_and(|status| status.success())
}

/// Returns the instructions of one call in user space, and the profile of the longer run.
pub fn count(caller: Caller, address: &str) -> Result<(u64, PathBuf)> {
    let [few, many] = CALLS;
    let (less, _) = run(caller, address, few)?;
    let (more, profile) = run(caller, address, many)?;
    let calls = u64::from(many - few);
    Ok((more.saturating_sub(less) / calls, profile))
}

/// Makes calls in a process of their own under callgrind; returns all instructions and the profile.
fn run(caller: Caller, address: &str, calls: u32) -> Result<(u64, PathBuf)> {
    let profile =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("callgrind.{}.{calls}", caller.name()));
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(std::env::current_exe()?)
        .args(["call", caller.name(), address, &calls.to_string()])
        .output()?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("valgrind failed ({}):\n{stderr}", output.status).into());
    }
    let collected = stderr
        .lines()
        .find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    let instructions = collected.ok_or_else(|| format!("callgrind counted nothing:\n{stderr}"))?;
    Ok((instructions, profile))
}
