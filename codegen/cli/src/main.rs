//! The command `wiretrue`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use wiretrue_cli::args::Codegen;
use wiretrue_cli::project::Invocation;
use wiretrue_cli::report::Report;
use wiretrue_cli::{Outcome, generate};

/// Generating a crate makes a million small allocations on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Generates Rust client crates from OpenAPI documents.
#[derive(Debug, Parser)]
#[command(name = "wiretrue", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate client crates from OpenAPI documents
    Generate(Codegen),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let report = Report::new();
    let outcome = match &cli.command {
        Command::Generate(args) => generate::run(
            args,
            &Invocation::new("wiretrue generate", "wiretrue.toml"),
            report,
        ),
    };
    let outcome = outcome.unwrap_or_else(|refusal| {
        report.refusal(&refusal);
        Outcome::Refused
    });
    ExitCode::from(outcome.code())
}
