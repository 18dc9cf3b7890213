//! Installs packages of npm and Python that tasks need, once for each content of the lock files.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::report::{Refusal, Report, shown};

use crate::tools::Tools;

/// The number of lines shown of the log of a failed command.
const TAIL: usize = 20;
/// The prefix of the names of incomplete folders.
const SCRATCH: &str = ".scratch-";
const HOUR: Duration = Duration::from_secs(3600);

/// The folders of lock files, packages and logs.
#[derive(Clone, Debug)]
pub struct Folders {
    /// The lock files, and scripts in `servers`.
    pub source: PathBuf,
    /// The installed packages.
    pub target: PathBuf,
    /// The output of the installers.
    pub logs: PathBuf,
}

impl Folders {
    /// Creates the folders that are written to.
    pub fn make(source: PathBuf, target: PathBuf) -> Result<Self, Refusal> {
        let logs = target.join("logs");
        fs::create_dir_all(&logs).map_err(|error| failed("create", &logs, &error))?;
        Ok(Self {
            source,
            target,
            logs,
        })
    }
}

/// A folder with npm packages and the scripts that use them.
pub struct NodeModules(PathBuf);

impl NodeModules {
    /// Returns the path of a script, from which Node.js finds the packages.
    pub fn script(&self, name: &str) -> PathBuf {
        self.0.join("servers").join(name)
    }
}

/// A virtual environment of Python.
pub struct Venv {
    pub python: OsString,
}

/// Installs the packages of `package-lock.json`, and copies the scripts beside them.
pub fn node_modules(
    folders: &Folders,
    tools: &Tools,
    report: Report,
) -> Result<NodeModules, Refusal> {
    let (manifest, lock) = (
        folders.source.join("package.json"),
        folders.source.join("package-lock.json"),
    );
    let key = [tools.node_version.clone(), read(&manifest)?, read(&lock)?];
    let folder = once(folders, "npm", &key, report, |scratch| {
        for file in [&manifest, &lock] {
            copy(file, scratch)?;
        }
        let mut npm = Command::new(&tools.npm);
        // Packages must not run install scripts.
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(scratch);
        install(npm, folders, "npm", report)
    })?;
    // Node.js looks for packages beside a script and above it. Scripts change more often than packages,
    // so they are copied in each run.
    let scripts = folder.join("servers");
    fs::create_dir_all(&scripts).map_err(|error| failed("create", &scripts, &error))?;
    let source = folders.source.join("servers");
    let entries = fs::read_dir(&source).map_err(|error| failed("list", &source, &error))?;
    for entry in entries {
        copy(&entry?.path(), &scripts)?;
    }
    Ok(NodeModules(folder))
}

/// Installs the packages of `requirements.txt` for a Python of this version.
pub fn venv(
    folders: &Folders,
    (python, version): (&OsStr, &str),
    report: Report,
) -> Result<Venv, Refusal> {
    let requirements = folders.source.join("requirements.txt");
    let key = [version.to_owned(), read(&requirements)?];
    let folder = once(folders, "python", &key, report, |scratch| {
        let mut venv = Command::new(python);
        venv.args(["-m", "venv"]).arg(scratch);
        install(venv, folders, "venv", report)?;
        let mut pip = Command::new(python_in(scratch));
        pip.args(["-m", "pip", "install", "--disable-pip-version-check"])
            .args(["--no-input", "--require-hashes", "--only-binary=:all:"])
            .arg("--requirement")
            .arg(&requirements);
        install(pip, folders, "pip", report)
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
fn once(
    folders: &Folders,
    name: &str,
    key: &[String],
    report: Report,
    fill: impl FnOnce(&Path) -> Result<(), Refusal>,
) -> Result<PathBuf, Refusal> {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    let folder = folders
        .target
        .join(format!("{name}-{:016x}", hasher.finish()));
    if folder.is_dir() {
        return Ok(folder);
    }
    remove_others(&folders.target, name)?;
    report.status("Installing", format_args!("packages of {name}"));
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
    report.status(
        "Installed",
        format_args!(
            "{} in {:.2}s",
            shown(&folder).display(),
            begin.elapsed().as_secs_f64()
        ),
    );
    Ok(folder)
}

/// Removes folders of other keys, and those that interrupted runs left behind.
fn remove_others(target: &Path, name: &str) -> Result<(), Refusal> {
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
fn install(
    mut command: Command,
    folders: &Folders,
    name: &str,
    report: Report,
) -> Result<(), Refusal> {
    let path = folders.logs.join(format!("{name}.log"));
    let log = File::create(&path).map_err(|error| failed("write", &path, &error))?;
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .status()
        .map_err(|error| Refusal::new(format!("can't run {program}: {error}"), ""))?;
    if status.success() {
        return Ok(());
    }
    print_tail(&path, report);
    Err(Refusal::new(
        format!("{name} failed to install the packages ({status})"),
        format!(
            "check that its registry is reachable; the log is {}",
            shown(&path).display()
        ),
    ))
}

/// Prints the last lines of a log.
pub fn print_tail(log: &Path, report: Report) {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    for line in &lines[lines.len().saturating_sub(TAIL)..] {
        report.failure("", line);
    }
}

fn read(path: &Path) -> Result<String, Refusal> {
    fs::read_to_string(path).map_err(|error| failed("read", path, &error))
}

fn copy(file: &Path, folder: &Path) -> Result<(), Refusal> {
    let name = file.file_name().unwrap_or_default();
    fs::copy(file, folder.join(name))
        .map(drop)
        .map_err(|error| failed("copy", file, &error))
}

pub fn failed(what: &str, path: &Path, error: &std::io::Error) -> Refusal {
    Refusal::new(format!("can't {what} {}: {error}", path.display()), "")
}
