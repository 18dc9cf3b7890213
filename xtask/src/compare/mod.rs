//! The task `compare`: measures the costs of this generator and of its peers in one run.
//!
//! Rounds are interleaved, so that other load on the machine affects all generators, and the least of
//! all rounds counts, since noise only adds.

mod compile;
mod cost;
mod crates;
mod decode;
mod generation;
mod generators;
mod openapi_generator;
mod table;
mod umbrella;

use std::fs;
use std::path::{Path, PathBuf};

pub use self::generators::Peer;
use self::umbrella::Product;
use crate::cli::Compare;
use crate::workspace;
use wiretrue_cli::Outcome;
use wiretrue_cli::report::{Refusal, Report};

/// The default number of rounds.
const ROUNDS: usize = 3;
/// The same for the crates of a whole product, which take minutes.
const ROUNDS_OF_UMBRELLA: usize = 1;

/// Measures what the command line asks for.
pub fn run(args: &Compare, root: Option<&Path>, report: Report) -> Result<Outcome, Refusal> {
    let workspace = workspace(root)?;
    let folder = workspace.join("target/compare");
    fs::create_dir_all(&folder)?;
    let runtime = args.runtime.clone().unwrap_or_else(|| {
        let runtime = workspace.join("templates/runtime");
        format!("path={}", runtime.display())
    });
    let generators = generators::install(&folder, args, runtime, report)?;
    let rounds = args.rounds.unwrap_or(ROUNDS);
    if !args.documents.is_empty() {
        generation::compare(&args.documents, &generators, &folder, rounds, report)?;
    }
    let (checked, released) = (absolute(&args.compile)?, absolute(&args.release)?);
    if !checked.is_empty() || !released.is_empty() {
        let documents = (checked.as_slice(), released.as_slice());
        compile::compare(documents, &generators, &folder, rounds, report)?;
    }
    if let Some(product) = &args.umbrella {
        let product = Product::read(product, &args.apis)?;
        let rounds = args.rounds.unwrap_or(ROUNDS_OF_UMBRELLA);
        umbrella::compare(&product, &generators, &folder, rounds, report)?;
    }
    if args.decode
        && let Some(ours) = generators.iter().find(|it| it.is_ours())
    {
        decode::compare(ours, &folder, report)?;
    }
    Ok(Outcome::Fine)
}

fn absolute(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Refusal> {
    let paths: Result<_, _> = paths.iter().map(std::path::absolute).collect();
    Ok(paths?)
}
