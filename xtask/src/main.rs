//! `cargo xtask`: the tasks of this workspace.

#[cfg(feature = "book")]
mod book;
mod ci;
mod cli;
mod compare;
mod corpus;
mod e2e;
mod fuzz;
mod install;
#[cfg(test)]
mod pages;
mod pool;
mod roundtrip;
mod tools;
mod trial;
mod worker;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use wiretrue_cli::project::Invocation;
use wiretrue_cli::report::{Refusal, Report};
use wiretrue_cli::{Outcome, contract, generate};

use crate::ci::Ci;
use crate::cli::{Cli, Task};

/// Generating a crate makes a million small allocations on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let report = match &cli.task {
        Some(Task::Contract(args)) if args.json => Report::json(),
        _ => Report::text(),
    };
    let outcome = match &cli.task {
        None => list_tasks(),
        Some(Task::Codegen(args)) => invocation(cli.workspace.as_deref()).and_then(|invocation| {
            let (clients, action) = (&args.clients, args.action());
            if !cfg!(feature = "download") && generate::may_download(clients, action, &invocation) {
                rebuilt(&[], "with downloads", report)
            } else {
                generate::run(clients, action, &invocation, report)
            }
        }),
        Some(Task::Inspect(args)) => invocation(cli.workspace.as_deref())
            .and_then(|invocation| generate::inspect(args, &invocation)),
        Some(Task::Contract(args)) => Ci::new(cli.workspace.as_deref(), report)
            .and_then(|ci| contract::run(args, || ci.jobs(), &ci.setup(), report)),
        Some(Task::Roundtrip(args)) => roundtrip::run(args, cli.workspace.as_deref(), report),
        Some(Task::E2e(args)) => e2e::run(args, cli.workspace.as_deref(), report),
        #[cfg(feature = "book")]
        Some(Task::Book) => book::run(cli.workspace.as_deref(), report),
        #[cfg(not(feature = "book"))]
        Some(Task::Book) => rebuilt(
            &["--no-default-features", "--features", "book"],
            "with mdBook",
            report,
        ),
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
    if report.is_json()
        && let Err(error) = report.print_json(outcome)
    {
        Report::text().refusal(&error.into());
        return ExitCode::from(Outcome::Refused.code());
    }
    ExitCode::from(outcome.code())
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

/// The path of the manifest in this workspace.
const MANIFEST: &str = "spec/clients.toml";

/// Uses the given workspace, or the one that cargo runs this task for, or the nearest one at or above the
/// current folder.
fn invocation(given: Option<&Path>) -> Result<Invocation, Refusal> {
    let invocation = Invocation::new("cargo xtask codegen", MANIFEST);
    let of_cargo = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let of_cargo = of_cargo.as_deref().and_then(Path::parent);
    let of_cargo = of_cargo.filter(|folder| folder.join(MANIFEST).is_file());
    Ok(match given.or(of_cargo) {
        Some(root) => invocation.in_folder(root)?,
        None => invocation,
    })
}

/// Returns the folder of the workspace.
fn workspace(given: Option<&Path>) -> Result<PathBuf, Refusal> {
    Ok(invocation(given)?.project()?.root)
}
