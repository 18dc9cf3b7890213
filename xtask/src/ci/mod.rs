//! The task `ci`: everything that a command can show about this workspace.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::cli::Codegen;
use crate::codegen::{self, Job};
use crate::contract;
use crate::report::{Refusal, Report, shown};
use crate::{Outcome, e2e, workspace};

type Step = fn(&Ci) -> Result<(), Refusal>;

/// The steps in their order: what fails soonest comes first.
const STEPS: [(&str, Step); 12] = [
    ("format", format),
    ("drift", drift),
    ("restore", restore),
    ("lint", lint),
    ("test", test),
    ("contract", contract),
    ("mutants", mutants),
    ("document", document),
    ("features", features),
    ("native TLS", native_tls),
    ("fresh crates", fresh_crates),
    ("real peers", real_peers),
];

/// What the steps need to know.
pub struct Ci {
    pub root: PathBuf,
    /// Cargo's folder for what it builds.
    pub target: PathBuf,
    pub report: Report,
}

/// Runs the steps up to the first that fails, and tells how long each took.
pub fn run(root: Option<&Path>, report: Report) -> Result<Outcome, Refusal> {
    let ci = Ci::new(root, report)?;
    let mut times = Vec::new();
    let mut outcome = Outcome::Fine;
    for (at, (name, step)) in STEPS.into_iter().enumerate() {
        report.status(
            "Running",
            format_args!("{name} ({} of {})", at + 1, STEPS.len()),
        );
        let begin = Instant::now();
        let result = step(&ci);
        times.push((name, begin.elapsed(), result.is_ok()));
        if let Err(refusal) = result {
            report.refusal(&refusal);
            outcome = Outcome::Drift;
            break;
        }
    }
    tell_times(&times, report);
    Ok(outcome)
}

fn tell_times(times: &[(&str, Duration, bool)], report: Report) {
    for (name, time, passed) in times {
        let line = format!("{:>7.2}s {name}", time.as_secs_f64());
        if *passed {
            report.status("Passed", line)
        } else {
            report.failure("Failed", line)
        }
    }
    let total: f64 = times.iter().map(|(_, time, _)| time.as_secs_f64()).sum();
    let left = STEPS.len() - times.len();
    match times.iter().find(|(.., passed)| !passed) {
        None => report.status(
            "Finished",
            format_args!("{total:>7.2}s for all {} steps", STEPS.len()),
        ),
        Some((name, ..)) => {
            report.failure(
                "Stopped",
                format_args!("{total:>7.2}s at `{name}`; {left} steps were not run"),
            );
        }
    }
}

impl Ci {
    /// The workspace at `root`, or the one that cargo runs this task for.
    pub fn new(root: Option<&Path>, report: Report) -> Result<Self, Refusal> {
        let root = workspace(root)?;
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |target| root.join(target));
        Ok(Self {
            root,
            target,
            report,
        })
    }

    /// Runs cargo in the workspace.
    fn cargo(&self, words: &[&str]) -> Result<(), Refusal> {
        self.cargo_with(words, &[])
    }

    /// Runs cargo in the workspace with more environment variables.
    pub fn cargo_with(&self, words: &[&str], variables: &[(&str, &OsStr)]) -> Result<(), Refusal> {
        let told: Vec<_> = variables
            .iter()
            .map(|(name, value)| format!("{name}='{}' ", value.display()))
            .collect();
        let line = format!("{}cargo {}", told.concat(), words.join(" "));
        self.report.status("Running", &line);
        let status = self.command(words).envs(variables.iter().copied()).status();
        succeeded(&line, status)
    }

    /// Runs cargo in the workspace, and gives what it has to say to programs.
    pub fn cargo_messages(&self, words: &[&str]) -> Result<Vec<serde_json::Value>, Refusal> {
        let line = format!("cargo {}", words.join(" "));
        self.report.status("Running", &line);
        let output = self
            .command(words)
            .arg("--message-format=json-render-diagnostics")
            .stderr(Stdio::inherit())
            .output();
        let (status, messages) = match output {
            Ok(output) => (Ok(output.status), output.stdout),
            Err(error) => (Err(error), Vec::new()),
        };
        succeeded(&line, status)?;
        let lines = messages.split(|byte| *byte == b'\n');
        Ok(lines
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect())
    }

    fn command(&self, words: &[&str]) -> Command {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(words).current_dir(&self.root);
        command
    }
}

fn succeeded(line: &str, status: io::Result<ExitStatus>) -> Result<(), Refusal> {
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Refusal::new(format!("`{line}` failed ({status})"), "")),
        Err(error) => Err(Refusal::new(format!("can't run `{line}`: {error}"), "")),
    }
}

fn format(ci: &Ci) -> Result<(), Refusal> {
    ci.cargo(&["fmt", "--all", "--check"])
}

fn lint(ci: &Ci) -> Result<(), Refusal> {
    ci.cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "-D",
        "warnings",
    ])
}

fn test(ci: &Ci) -> Result<(), Refusal> {
    ci.cargo(&["test", "--workspace"])
}

/// A minute of mutants, always the same: a slow machine does fewer of them, none does others.
///
/// By a program that cargo starts: the one that runs this step may have been built anew since, and
/// can't start itself as a worker then.
fn mutants(ci: &Ci) -> Result<(), Refusal> {
    ci.cargo(&[
        "xtask",
        "fuzz",
        "--seconds",
        "60",
        "--documents",
        "10000",
        "--seed",
        "1",
    ])
}

fn document(ci: &Ci) -> Result<(), Refusal> {
    ci.cargo_with(
        &["doc", "--workspace", "--no-deps"],
        &[("RUSTDOCFLAGS", "-D warnings".as_ref())],
    )
}

/// What is committed is what the documents make.
fn drift(ci: &Ci) -> Result<(), Refusal> {
    let check = Codegen {
        check: true,
        ..Codegen::default()
    };
    match codegen::run(&check, Some(&ci.root), ci.report)? {
        Outcome::Fine => Ok(()),
        _ => Err(Refusal::new(
            "what is committed isn't what the documents make",
            "",
        )),
    }
}

/// A client whose generated files are lost, but for its manifest, comes back byte for byte.
fn restore(ci: &Ci) -> Result<(), Refusal> {
    for job in codegen::jobs_of_manifest(&ci.root)? {
        let scratch = tempfile::tempdir()?;
        let copy = scratch.path().join("client");
        copy_folder(&job.folder, &copy)?;
        for lost in ["src", "docs"] {
            remove_folder(&copy.join(lost))?;
        }
        remove_file(&copy.join("README.md"))?;
        let into_copy = Job {
            folder: copy.clone(),
            ..job.clone()
        };
        codegen::write(&into_copy, ci.report.quiet())?;
        expect_same(&job.folder, &copy)?;
    }
    Ok(())
}

/// Every client sends what its document says, and reads what it says.
fn contract(ci: &Ci) -> Result<(), Refusal> {
    let jobs = codegen::jobs_of_manifest(&ci.root)?;
    match contract::try_all(&jobs, ci)? {
        Outcome::Fine => Ok(()),
        _ => Err(Refusal::new(
            "a client doesn't do what its document says",
            "",
        )),
    }
}

/// Every client compiles without its default features, and with each of the others alone.
fn features(ci: &Ci) -> Result<(), Refusal> {
    for job in codegen::jobs_of_manifest(&ci.root)?
        .iter()
        .filter(|job| job.options.workspace_member)
    {
        let package = &job.options.package;
        let bare = ["build", "--package", package, "--no-default-features"];
        ci.cargo(&bare)?;
        for feature in optional_features(&job.folder)? {
            ci.cargo(&[&bare[..], &["--features", &feature]].concat())?;
        }
    }
    Ok(())
}

/// TLS by the platform's library does what rustls does, which is tested with the workspace.
fn native_tls(ci: &Ci) -> Result<(), Refusal> {
    ci.cargo(&[
        "test",
        "--package",
        "tls",
        "--no-default-features",
        "--features",
        "native-tls",
    ])
}

/// The features of a client that are off unless they are asked for.
fn optional_features(folder: &Path) -> Result<Vec<String>, Refusal> {
    let path = folder.join("Cargo.toml");
    let text = fs::read_to_string(&path).map_err(|error| failed("read", &path, &error))?;
    let manifest: toml::Table = toml::from_str(&text).map_err(|error| {
        Refusal::new(
            format!("{} isn't TOML: {error}", shown(&path).display()),
            "",
        )
    })?;
    let features = manifest.get("features").and_then(toml::Value::as_table);
    let default = features.and_then(|it| it.get("default")?.as_array());
    let is_on =
        |name: &str| default.is_some_and(|it| it.iter().any(|on| on.as_str() == Some(name)));
    let names = features.into_iter().flat_map(toml::Table::keys);
    Ok(names
        .filter(|name| *name != "default" && !is_on(name))
        .cloned()
        .collect())
}

/// A crate made of a document outside the manifest stands alone, compiles, and is free of warnings.
fn fresh_crates(ci: &Ci) -> Result<(), Refusal> {
    for job in codegen::jobs_of_manifest(&ci.root)? {
        let package = format!("fresh-{}", job.options.package);
        let folder = ci.target.join("xtask").join(&package);
        remove_folder(&folder)?;
        let args = Codegen {
            spec: Some(job.document.clone()),
            out: Some(folder.clone()),
            package: Some(package),
            ..Codegen::default()
        };
        if codegen::run(&args, None, ci.report.quiet())? != Outcome::Fine {
            let message = format!("no crate is made of {}", shown(&job.document).display());
            return Err(Refusal::new(message, ""));
        }
        // The same versions as in the workspace: nothing new to fetch, and the same outcome tomorrow.
        copy_file(&ci.root.join("Cargo.lock"), &folder.join("Cargo.lock"))?;
        let manifest = folder.join("Cargo.toml");
        let manifest = manifest.to_string_lossy();
        let shared = [("CARGO_TARGET_DIR", ci.target.as_os_str())];
        ci.cargo_with(
            &["check", "--all-targets", "--manifest-path", &manifest],
            &shared,
        )?;
        ci.cargo_with(
            &[
                "clippy",
                "--all-targets",
                "--manifest-path",
                &manifest,
                "--",
                "-D",
                "warnings",
            ],
            &shared,
        )?;
    }
    Ok(())
}

/// The generated clients work with servers that others wrote.
fn real_peers(ci: &Ci) -> Result<(), Refusal> {
    e2e::test(ci, &[])
}

/// Everything below a folder that isn't a folder, relative to it. What cargo built is left out.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Refusal> {
    let mut files = Vec::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(relative) = pending.pop() {
        let path = folder.join(&relative);
        let entries = fs::read_dir(&path).map_err(|error| failed("list", &path, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| failed("list", &path, &error))?;
            let relative = relative.join(entry.file_name());
            if !entry
                .file_type()
                .map_err(|error| failed("look at", &entry.path(), &error))?
                .is_dir()
            {
                files.push(relative);
            } else if relative != Path::new("target") {
                pending.push(relative);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn expect_same(folder: &Path, copy: &Path) -> Result<(), Refusal> {
    let read = |path: PathBuf| fs::read(&path).map_err(|error| failed("read", &path, &error));
    let (files, copies) = (files_below(folder)?, files_below(copy)?);
    let odd = files
        .iter()
        .find(|file| !copies.contains(file))
        .or(copies.iter().find(|file| !files.contains(file)));
    if let Some(odd) = odd {
        let message = format!(
            "{} is not in both the client and its restored copy",
            shown(&folder.join(odd)).display()
        );
        return Err(Refusal::new(message, ""));
    }
    for file in files {
        if read(folder.join(&file))? != read(copy.join(&file))? {
            let message = format!(
                "{} is not restored byte for byte",
                shown(&folder.join(file)).display()
            );
            return Err(Refusal::new(
                message,
                "does the checkout change line endings?",
            ));
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Refusal> {
    files_below(from)?
        .iter()
        .try_for_each(|file| copy_file(&from.join(file), &to.join(file)))
}

fn copy_file(from: &Path, to: &Path) -> Result<(), Refusal> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(|error| failed("make the folder", folder, &error))?;
    }
    fs::copy(from, to)
        .map(drop)
        .map_err(|error| failed("copy", from, &error))
}

fn remove_folder(path: &Path) -> Result<(), Refusal> {
    gone(fs::remove_dir_all(path), path)
}

fn remove_file(path: &Path) -> Result<(), Refusal> {
    gone(fs::remove_file(path), path)
}

/// What a removal gave, where nothing to remove is fine too.
fn gone(result: io::Result<()>, path: &Path) -> Result<(), Refusal> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(failed("remove", path, &error))
        }
        _ => Ok(()),
    }
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Refusal {
    Refusal::new(format!("can't {what} {}: {error}", path.display()), "")
}
