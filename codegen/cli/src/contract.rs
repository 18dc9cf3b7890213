//! The command `contract`: calls every operation of a client, and validates the requests with openapi-core.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use wiretrue_codegen::Options;
use wiretrue_codegen::options::RuntimeSource;
use wiretrue_contract::crates::Crates;
use wiretrue_contract::summary::Summary;
use wiretrue_contract::{Contract, Error, Progress};

use crate::generate::{self, DocumentLocation, Job, Size};
use crate::remote::Access;
use crate::report::{ClientOutcome, ClientResult, Files, Problem, Refusal, Report};
use crate::{Outcome, args};

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::new(error.message, error.help)
    }
}

impl Progress for Report {
    fn status(&self, verb: &str, what: fmt::Arguments<'_>) {
        Report::status(self, verb, what);
    }

    fn failure(&self, verb: &str, what: fmt::Arguments<'_>) {
        if self.is_json() {
            self.problem(&Problem::error(format!("{verb} {what}").trim_start(), ""));
        }
        Report::failure(self, verb, what);
    }
}

/// Where the crates of a test are built, and what they depend on.
pub struct Setup<'a> {
    /// Cargo's target folder.
    pub target: &'a Path,
    /// The runtime of all clients.
    pub runtime: RuntimeSource,
    /// The lock file whose versions the crates start with.
    pub lock: Option<PathBuf>,
}

impl Setup<'_> {
    /// Returns the crates of a task.
    pub fn crates(&self, task: &'static str) -> Crates {
        Crates::new(task, self.target, self.runtime.clone(), self.lock.clone())
    }
}

/// Tests the clients of the documents on the command line, or `others` if there is none.
pub fn run(
    args: &args::Contract,
    others: impl FnOnce() -> Result<Vec<Job>, Refusal>,
    setup: &Setup<'_>,
    report: Report,
) -> Result<Outcome, Refusal> {
    let jobs = match args.documents.as_slice() {
        [] => others()?,
        documents => jobs_of(documents)?,
    };
    try_all(&jobs, setup, report)
}

/// Tests clients. They pass if every call is made and valid, and every example is kept.
pub fn try_all(jobs: &[Job], setup: &Setup<'_>, report: Report) -> Result<Outcome, Refusal> {
    let mut contract = Contract::new(setup.crates("contract"), setup.target, &report);
    let mut results = Vec::new();
    for job in jobs {
        let job = Job {
            options: contract.options(&job.name, &job.options),
            ..job.clone()
        };
        let made = generate::generate(&job)
            .and_then(|made| Ok((job.document.file()?.to_owned(), made.generated)));
        match made {
            Ok((document, made)) => {
                let package = &job.options.package;
                let (folder, failed) = (contract.folder(package), ClientOutcome::Failed);
                let size = Size::of(&made);
                results.push(size.result(&job.name, package, &folder, failed, Files::default()));
                contract.add(&job.name, document, &job.options, made)?;
            }
            Err(refusal) => {
                report.refusal(&refusal);
                contract.refuse(&job.name);
            }
        }
    }
    let is_refused = results.len() < jobs.len();
    let summary = contract.run()?;
    if report.is_json() {
        for result in results {
            report.client(|| with_summary(result, &summary));
        }
    } else {
        summary.print()?;
    }
    Ok(match summary.passed() {
        _ if is_refused => Outcome::Refused,
        true => Outcome::Fine,
        false => Outcome::Drift,
    })
}

/// Adds what was found about a client. A client that doesn't compile has no summary, and fails.
fn with_summary(result: ClientResult, summary: &Summary) -> ClientResult {
    let mut clients = summary.clients().iter();
    let Some(tried) = clients.find(|it| it.name() == result.client) else {
        return result;
    };
    ClientResult {
        outcome: match tried.passed() {
            true => ClientOutcome::Passed,
            false => ClientOutcome::Failed,
        },
        contract: serde_json::to_value(tried).ok(),
        ..result
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
            templates: None,
            folder: PathBuf::new(),
            manifest: None,
            verbose: false,
            options,
            remote: Access::default(),
            api: None,
        });
    }
    Ok(jobs)
}
