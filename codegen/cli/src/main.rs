//! The command `wiretrue`.

use std::process::ExitCode;

use clap::Parser as _;
use wiretrue_cli::command::Cli;

/// Generating a crate makes a million small allocations on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(Cli::parse().run().code())
}
