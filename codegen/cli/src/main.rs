//! The command `wiretrue`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use wiretrue_cli::args::{Codegen, Inspect};
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
    /// Show what an operation, a model or a group becomes, and why
    ///
    /// Prints the names and types that it has in the client, each with its place in the document, and what
    /// the client expresses less precisely than the document. Without NAME, lists all operations and
    /// models.
    Inspect(Inspect),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let report = Report::new();
    let invocation = Invocation::new("wiretrue generate", "wiretrue.toml");
    let outcome = match &cli.command {
        Command::Generate(args) => generate::run(args, &invocation, report),
        Command::Inspect(args) => generate::inspect(args, &invocation),
    };
    let outcome = outcome.unwrap_or_else(|refusal| {
        report.refusal(&refusal);
        Outcome::Refused
    });
    ExitCode::from(outcome.code())
}
