//! The task `ci`: runs every check that CI runs.

pub mod files;
mod steps;

use std::env;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use wiretrue_cli::Outcome;
use wiretrue_cli::contract::Setup;
use wiretrue_cli::generate::{Job, jobs_of_manifest};
use wiretrue_cli::project::Invocation;
use wiretrue_cli::report::{Refusal, Report};
use wiretrue_codegen::options::RuntimeSource;

use crate::invocation;

type CiStep = fn(&Ci) -> Result<(), Refusal>;

/// The steps in their order, quick ones first.
const STEPS: [(&str, CiStep); 21] = [
    ("format", steps::format),
    ("drift", steps::drift),
    ("restore", steps::restore),
    ("lint", steps::lint),
    ("test", steps::test),
    ("golden crates", steps::golden_crates),
    ("contract", steps::contract),
    ("round trips", steps::round_trips),
    ("mutants", steps::mutants),
    ("document", steps::document),
    ("book", steps::book),
    ("features", steps::features),
    ("runtime features", steps::runtime_features),
    ("WebAssembly", steps::web_assembly),
    ("native TLS", steps::native_tls),
    ("ring TLS", steps::ring_tls),
    ("no TLS", steps::no_tls),
    ("fresh crates", steps::fresh_crates),
    ("build script", steps::build_script),
    ("packages", steps::packages),
    ("real peers", steps::real_peers),
];

/// What the steps share.
pub struct Ci {
    pub root: PathBuf,
    pub invocation: Invocation,
    /// Cargo's target folder.
    pub target: PathBuf,
    pub report: Report,
}

/// Runs the steps up to the first that fails, and prints how long each took.
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
    print_times(&times, report);
    Ok(outcome)
}

fn print_times(times: &[(&str, Duration, bool)], report: Report) {
    for (name, time, passed) in times {
        let line = format!("{:>7.2}s {name}", time.as_secs_f64());
        if *passed {
            report.status("Passed", line)
        } else {
            report.failure("Failed", line)
        }
    }
    let total: f64 = times.iter().map(|(_, time, _)| time.as_secs_f64()).sum();
    let skipped = STEPS.len() - times.len();
    match times.iter().find(|(.., passed)| !passed) {
        None => report.status(
            "Finished",
            format_args!("{total:>7.2}s for all {} steps", STEPS.len()),
        ),
        Some((name, ..)) => {
            report.failure(
                "Stopped",
                format_args!("{total:>7.2}s at `{name}`; {skipped} steps were not run"),
            );
        }
    }
}

impl Ci {
    /// Uses the workspace at `root`, or the one that cargo runs this task for.
    pub fn new(root: Option<&Path>, report: Report) -> Result<Self, Refusal> {
        let invocation = invocation(root)?;
        let root = invocation.project()?.root;
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |target| root.join(target));
        Ok(Self {
            root,
            invocation,
            target,
            report,
        })
    }

    /// Returns the clients of the manifest.
    pub fn jobs(&self) -> Result<Vec<Job>, Refusal> {
        jobs_of_manifest(&self.invocation.project()?)
    }

    /// Returns where the crates of tests are built. They depend on the runtime of the workspace.
    pub fn setup(&self) -> Setup<'_> {
        let runtime = self.root.join("templates/runtime");
        Setup {
            target: &self.target,
            runtime: RuntimeSource::Path(runtime.display().to_string()),
            lock: Some(self.root.join("Cargo.lock")),
        }
    }

    /// Runs cargo in the workspace.
    fn cargo(&self, arguments: &[&str]) -> Result<(), Refusal> {
        self.cargo_with(arguments, &[])
    }

    /// Runs cargo in the workspace with additional environment variables.
    pub fn cargo_with(
        &self,
        arguments: &[&str],
        variables: &[(&str, &OsStr)],
    ) -> Result<(), Refusal> {
        let assignments: Vec<_> = variables
            .iter()
            .map(|(name, value)| format!("{name}='{}' ", value.display()))
            .collect();
        let line = format!("{}cargo {}", assignments.concat(), arguments.join(" "));
        self.report.status("Running", &line);
        let status = self
            .command(arguments)
            .envs(variables.iter().copied())
            .status();
        succeeded(&line, status)
    }

    /// Runs cargo in the workspace, and returns its messages for programs.
    pub fn cargo_messages(&self, arguments: &[&str]) -> Result<Vec<serde_json::Value>, Refusal> {
        let line = format!("cargo {}", arguments.join(" "));
        self.report.status("Running", &line);
        let output = self
            .command(arguments)
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

    /// Returns whether the standard library of a target is installed.
    pub fn has_target(&self, target: &str) -> bool {
        let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let mut command = Command::new(rustc);
        let folder = command.args(["--print", "target-libdir", "--target", target]);
        folder.current_dir(&self.root).output().is_ok_and(|output| {
            let folder = String::from_utf8_lossy(&output.stdout);
            output.status.success() && Path::new(folder.trim()).is_dir()
        })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).current_dir(&self.root);
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
