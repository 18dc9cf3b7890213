//! The task `contract`: calls every operation of a generated client, and validates the requests
//! against its document with openapi-core.

mod alternatives;
mod answers;
mod cases;
pub mod crates;
pub mod difference;
mod judge;
mod outcomes;
mod pattern;
mod program;
mod recorder;
pub mod sample;
pub mod schema;
mod summary;
mod trial;
mod wire;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use codegen::options::Codec;
use codegen::{Options, ir};

use self::cases::Cases;
use self::crates::{Crates, Package};
use self::judge::OpenapiCore;
use self::program::program;
use self::summary::Summary;
use crate::Outcome;
use crate::ci::Ci;
use crate::cli::Contract;
use crate::codegen::{self as task, DocumentLocation, Job};
use crate::remote::Access;
use crate::report::{Refusal, Report};

/// Tests the clients of the documents on the command line, or those of the manifest.
pub fn run(args: &Contract, root: Option<&Path>, report: Report) -> Result<Outcome, Refusal> {
    let ci = Ci::new(root, report)?;
    let jobs = if args.documents.is_empty() {
        task::jobs_of_manifest(&ci.root)?
    } else {
        jobs_of(&args.documents)?
    };
    try_all(&jobs, &ci)
}

/// Tests clients. They pass if every call is made and valid, and every example is kept.
pub fn try_all(jobs: &[Job], ci: &Ci) -> Result<Outcome, Refusal> {
    let (root, target, report) = (&ci.root, &ci.target, ci.report);
    let judge = OpenapiCore::install(root, target, report)?;
    let crates = Crates::new("contract", target, root);
    let mut summary = Summary::default();
    let mut clients = Vec::new();
    for job in jobs {
        match Client::write(job, &crates) {
            Ok(client) => {
                let calls = client.cases.calls.len();
                report.status("Generated", format_args!("{} and {calls} calls", job.name));
                clients.push(client);
            }
            Err(refusal) => {
                report.refusal(&refusal);
                summary.refused(&job.name);
            }
        }
    }
    report.status("Building", format_args!("{} clients", clients.len()));
    let begin = Instant::now();
    let packages: Vec<_> = clients.iter().map(|it| &it.package).collect();
    let (programs, said) = crates.build(&packages, root, target)?;
    report.status(
        "Built",
        format_args!(
            "{} programs in {:.0}s",
            programs.len(),
            begin.elapsed().as_secs_f64()
        ),
    );
    if programs.len() < clients.len() {
        report.failure("Failed", format_args!("to build:\n{said}"));
    }
    for client in &clients {
        let Some(program) = programs.get(&client.package.name) else {
            summary.refused(&client.name);
            continue;
        };
        let tried = trial::run(client, program, &crates.of(&client.package), &judge)?;
        report.status("Tested", format_args!("{}: {}", client.name, tried.brief()));
        summary.add(tried);
    }
    summary.print()?;
    Ok(if summary.passed() {
        Outcome::Fine
    } else {
        Outcome::Drift
    })
}

/// A client whose crate has been written.
struct Client {
    /// The name of the client in the summary.
    name: String,
    package: Package,
    document: PathBuf,
    api: ir::Api,
    cases: Cases,
}

impl Client {
    /// Generates a client whose models can all be encoded and decoded, and writes it with the program
    /// that makes its calls.
    fn write(job: &Job, crates: &Crates) -> Result<Self, Refusal> {
        let (package, made, cases) = crates.write(job, Codec::Both, &[], |made, library| {
            let cases = cases::cases(made);
            (program(made, &cases, library), cases)
        })?;
        Ok(Self {
            name: job.name.clone(),
            package,
            document: job.document.file()?.to_owned(),
            api: made.api,
            cases,
        })
    }
}

/// Creates jobs for documents outside the manifest, each named after its file.
pub fn jobs_of(documents: &[PathBuf]) -> Result<Vec<Job>, Refusal> {
    let mut names = BTreeSet::new();
    let mut jobs = Vec::new();
    for document in documents {
        let stem = document
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut name = stem.clone();
        let mut number = 1;
        while !names.insert(name.to_ascii_lowercase()) {
            number += 1;
            name = format!("{stem}-{number}");
        }
        let options = Options {
            document: name.replace(char::is_control, "_"),
            ..Options::new("client")
        };
        jobs.push(Job {
            name,
            document: DocumentLocation::File(std::path::absolute(document)?),
            root: None,
            overlays: Vec::new(),
            folder: PathBuf::new(),
            manifest: None,
            verbose: false,
            options,
            remote: Access::default(),
        });
    }
    Ok(jobs)
}
