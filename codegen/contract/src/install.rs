//! Installs packages that a task needs, once for each content of their lock file.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Error, Progress};

/// The number of lines shown of the log of a failed command.
const TAIL: usize = 20;
/// The prefix of the names of incomplete folders.
const SCRATCH: &str = ".scratch-";
const HOUR: Duration = Duration::from_secs(3600);

/// The folders of packages and logs.
#[derive(Clone, Debug)]
pub struct Folders {
    /// The installed packages.
    pub target: PathBuf,
    /// The output of the installers.
    pub logs: PathBuf,
}

impl Folders {
    /// Creates the folders that are written to.
    pub fn make(target: PathBuf) -> Result<Self, Error> {
        let logs = target.join("logs");
        fs::create_dir_all(&logs).map_err(|error| failed("create", &logs, &error))?;
        Ok(Self { target, logs })
    }
}

/// A virtual environment of Python.
pub struct Venv {
    pub python: OsString,
}

/// Installs packages for a Python of this version. `requirements` is the content of a `requirements.txt`.
pub fn venv(
    requirements: &str,
    folders: &Folders,
    (python, version): (&OsStr, &str),
    progress: &dyn Progress,
) -> Result<Venv, Error> {
    let key = [version.to_owned(), requirements.to_owned()];
    let folder = once(folders, "python", &key, progress, |scratch| {
        let mut venv = Command::new(python);
        venv.args(["-m", "venv"]).arg(scratch);
        install(venv, folders, "venv", progress)?;
        let list = scratch.join("requirements.txt");
        fs::write(&list, requirements).map_err(|error| failed("write", &list, &error))?;
        let mut pip = Command::new(python_in(scratch));
        pip.args(["-m", "pip", "install", "--disable-pip-version-check"])
            .args(["--no-input", "--require-hashes", "--only-binary=:all:"])
            .arg("--requirement")
            .arg(&list);
        install(pip, folders, "pip", progress)
    })?;
    Ok(Venv {
        python: python_in(&folder).into(),
    })
}

fn python_in(venv: &Path) -> PathBuf {
    venv.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    })
}

/// Returns a folder that is filled once for a key. The folder gets its name when it is complete, so that
/// an interrupted installation starts over. Folders of other keys are removed.
pub fn once(
    folders: &Folders,
    name: &str,
    key: &[String],
    progress: &dyn Progress,
    fill: impl FnOnce(&Path) -> Result<(), Error>,
) -> Result<PathBuf, Error> {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    let folder = folders
        .target
        .join(format!("{name}-{:016x}", hasher.finish()));
    if folder.is_dir() {
        return Ok(folder);
    }
    remove_others(&folders.target, name)?;
    progress.status("Installing", format_args!("packages of {name}"));
    let begin = Instant::now();
    let scratch = tempfile::Builder::new()
        .prefix(SCRATCH)
        .tempdir_in(&folders.target)?;
    fill(scratch.path())?;
    fs::rename(scratch.path(), &folder)
        .or_else(|error| {
            // Another run may have completed the folder meanwhile.
            if folder.is_dir() { Ok(()) } else { Err(error) }
        })
        .map_err(|error| failed("create", &folder, &error))?;
    progress.status(
        "Installed",
        format_args!(
            "{} in {:.2}s",
            folder.display(),
            begin.elapsed().as_secs_f64()
        ),
    );
    Ok(folder)
}

/// Removes folders of other keys, and those that interrupted runs left behind.
fn remove_others(target: &Path, name: &str) -> Result<(), Error> {
    let prefix = format!("{name}-");
    let entries = fs::read_dir(target).map_err(|error| failed("list", target, &error))?;
    for entry in entries {
        let entry = entry?;
        let file_name = entry.file_name();
        let file_name = file_name.to_string_lossy();
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        // A recent one may be in use by another run.
        let left_behind = file_name.starts_with(SCRATCH) && age > HOUR;
        if left_behind || file_name.starts_with(&prefix) {
            let path = entry.path();
            fs::remove_dir_all(&path).map_err(|error| failed("remove", &path, &error))?;
        }
    }
    Ok(())
}

/// Runs an installer with its output in a log.
pub fn install(
    mut command: Command,
    folders: &Folders,
    name: &str,
    progress: &dyn Progress,
) -> Result<(), Error> {
    let path = folders.logs.join(format!("{name}.log"));
    let log = File::create(&path).map_err(|error| failed("write", &path, &error))?;
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .status()
        .map_err(|error| Error::new(format!("can't run {program}: {error}"), ""))?;
    if status.success() {
        return Ok(());
    }
    print_tail(&path, progress);
    Err(Error::new(
        format!("{name} failed to install the packages ({status})"),
        format!(
            "check that its registry is reachable; the log is {}",
            path.display()
        ),
    ))
}

/// Prints the last lines of a log.
pub fn print_tail(log: &Path, progress: &dyn Progress) {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    for line in &lines[lines.len().saturating_sub(TAIL)..] {
        progress.failure("", format_args!("{line}"));
    }
}

/// Returns the error of an operation on a file.
pub fn failed(what: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::new(format!("can't {what} {}: {error}", path.display()), "")
}
