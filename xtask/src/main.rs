//! `cargo xtask`: the tasks of this workspace.

mod ci;
mod cli;
mod codegen;
mod compare;
mod contract;
mod corpus;
mod e2e;
mod fallbacks;
mod fuzz;
mod install;
mod manifest;
mod pool;
mod remote;
mod report;
mod roundtrip;
mod tools;
mod trial;
mod worker;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::cli::{Cli, Task};
use crate::report::{Refusal, Report};

/// Generating a crate makes a million small allocations on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a task ended, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The task succeeded.
    Fine,
    /// A check found a difference or a failure.
    Drift,
    /// A document was refused, or the task can't run.
    Refused,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let report = Report::new();
    let outcome = match &cli.task {
        None => list_tasks(),
        Some(Task::Codegen(args)) => {
            let root = cli.workspace.as_deref();
            if !cfg!(feature = "download") && codegen::may_download(args, root) {
                rebuilt(&[], "with downloads", report)
            } else {
                codegen::run(args, root, report)
            }
        }
        Some(Task::Inspect(args)) => codegen::inspect(args, cli.workspace.as_deref()),
        Some(Task::Contract(args)) => contract::run(args, cli.workspace.as_deref(), report),
        Some(Task::Roundtrip(args)) => roundtrip::run(args, cli.workspace.as_deref(), report),
        Some(Task::E2e(args)) => e2e::run(args, cli.workspace.as_deref(), report),
        Some(Task::Ci) => ci::run(cli.workspace.as_deref(), report),
        Some(Task::Fuzz(args)) => fuzz::run(args, cli.workspace.as_deref(), report),
        Some(Task::Corpus(args)) => optimised(
            || corpus::run(args, cli.workspace.as_deref(), report),
            report,
        ),
        Some(Task::Compare(args)) => optimised(
            || compare::run(args, cli.workspace.as_deref(), report),
            report,
        ),
        Some(Task::Worker(args)) => worker::run(args),
    };
    let outcome = outcome.unwrap_or_else(|refusal| {
        report.refusal(&refusal);
        Outcome::Refused
    });
    ExitCode::from(match outcome {
        Outcome::Fine => 0,
        Outcome::Drift => 1,
        Outcome::Refused => 2,
    })
}

/// Runs a long task. A program without optimisations starts an optimised one for it.
fn optimised(
    task: impl FnOnce() -> Result<Outcome, Refusal>,
    report: Report,
) -> Result<Outcome, Refusal> {
    if !cfg!(debug_assertions) {
        return task();
    }
    // No such task downloads documents.
    let options = ["--release", "--no-default-features"];
    rebuilt(&options, "with optimisations", report)
}

/// Builds this program with other options of cargo, and runs it with the same arguments.
fn rebuilt(options: &[&str], how: &str, report: Report) -> Result<Outcome, Refusal> {
    report.status("Building", format_args!("xtask {how}"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = std::process::Command::new(cargo)
        .args(["run", "--quiet", "--package", "xtask"])
        .args(options)
        .arg("--")
        .args(std::env::args_os().skip(1))
        .status()?;
    Ok(match status.code() {
        Some(0) => Outcome::Fine,
        Some(1) => Outcome::Drift,
        _ => Outcome::Refused,
    })
}

fn list_tasks() -> Result<Outcome, Refusal> {
    Cli::command().print_help()?;
    Ok(Outcome::Fine)
}

/// Returns the workspace: the given one, or the one that cargo runs this task for, or the nearest one at
/// or above the current folder.
fn workspace(given: Option<&Path>) -> Result<PathBuf, Refusal> {
    if let Some(root) = given {
        return Ok(std::path::absolute(root)?);
    }
    let here = std::env::current_dir()?;
    let of_cargo = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let of_cargo = of_cargo.as_deref().and_then(Path::parent);
    of_cargo
        .into_iter()
        .chain(here.ancestors())
        .find(|folder| folder.join(manifest::FILE).is_file())
        .map(Path::to_owned)
        .ok_or_else(|| {
            let message = format!("found no {} in {} or above", manifest::FILE, here.display());
            Refusal::new(
                message,
                "run the task in the workspace, or pass a document with `--spec`",
            )
        })
}
