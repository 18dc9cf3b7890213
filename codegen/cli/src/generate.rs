//! Generates client crates from documents: plans the run, generates each crate in memory, then writes, checks or
//! describes it.

mod ahead;
mod check;
mod command;
mod in_memory;
mod inspect;
mod job;
mod plan;
mod show;
mod size;
mod umbrella;
mod write;

use std::collections::BTreeMap;

use self::check::{Drift, check};
use self::in_memory::prepare;
pub use self::in_memory::{Made, generate};
pub use self::inspect::inspect;
pub use self::job::{DocumentLocation, Job};
use self::plan::Work;
pub use self::plan::jobs_of_manifest;
pub use self::write::write;
use self::write::{write_lock, write_prepared};
pub(crate) use self::{
    in_memory::make,
    plan::{example_dependencies, merge, package_of, relative, selection, work, work_in},
    size::Size,
    write::write_made,
};
use crate::Outcome;
use crate::args::{Clients, Form, Stage};
use crate::project::Invocation;
use crate::remote::lock::Lock;
use crate::report::{Refusal, Report};

/// What is done with clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The crates are written.
    Write,
    /// The crates are compared with those that the documents generate.
    Check,
    /// Where the clients are less precise than their documents is printed.
    Report(Form),
    /// The result of a stage is printed.
    Dump(Stage),
}

/// Runs an action on the clients that the command line selects.
pub fn run(
    args: &Clients,
    action: Action,
    invocation: &Invocation,
    report: Report,
) -> Result<Outcome, Refusal> {
    let needs_folder = matches!(action, Action::Write | Action::Check);
    if needs_folder && !args.document.is_empty() && args.out.is_none() {
        let help = "pass `--out DIR`, or create a client with `wiretrue new DOCUMENT`";
        return Err(Refusal::new("the folder of the crate is missing", help));
    }
    let mut work = work(args, action, invocation)?;
    for job in &mut work.jobs {
        // Programs get every place.
        job.verbose |= report.is_json();
    }
    match action {
        Action::Dump(stage) => show::dump(&work.jobs, stage, report),
        Action::Report(form) => show::print_report(&work.jobs, form, report),
        Action::Write => write_or_check(&work, None, args, invocation, report),
        Action::Check => write_or_check(&work, Some(Drift::default()), args, invocation, report),
    }
}

/// Writes crates, or with `drift` checks them. If a document has errors, the crates of the others are still
/// generated.
fn write_or_check(
    work: &Work,
    mut drift: Option<Drift>,
    args: &Clients,
    invocation: &Invocation,
    report: Report,
) -> Result<Outcome, Refusal> {
    let mut outcome = Outcome::Fine;
    let mut fail = |refusal| {
        report.refusal(&refusal);
        outcome = Outcome::Refused;
    };
    let mut members = BTreeMap::new();
    ahead::in_order(&work.jobs, Job::size, prepare, |job, made| {
        let result = made.and_then(|mut made| {
            report.problems(&made.problems, &made.texts);
            let member = made.member.take();
            match &mut drift {
                Some(drift) => check(job, made, drift, report)?,
                None => write_prepared(job, made, report)?,
            }
            Ok(member)
        });
        match result {
            Ok(member) => members.extend(member.map(|it| (job.name.clone(), it))),
            Err(refusal) => fail(refusal),
        }
    });
    let folders: Vec<_> = work.jobs.iter().map(|job| job.folder.clone()).collect();
    for job in &work.umbrellas {
        let drift = drift.as_mut();
        let result = umbrella::run(job, &members, &folders, drift, args.verbose, report);
        result.unwrap_or_else(&mut fail);
    }
    if args.client.is_none() && args.document.is_empty() {
        forget_other_clients(args, &work.jobs, drift.as_mut(), report)?;
    }
    if let Some(problem) = drift.and_then(|it| it.problem(args, invocation.command)) {
        report.problem(&problem);
        outcome = outcome.max(Outcome::Drift);
    }
    Ok(outcome)
}

/// Removes clients that the manifest no longer has from the lock file, or with `drift` counts the change. `jobs`
/// are all clients of the manifest.
fn forget_other_clients(
    args: &Clients,
    jobs: &[Job],
    drift: Option<&mut Drift>,
    report: Report,
) -> Result<(), Refusal> {
    let Some(path) = jobs.first().map(|job| &job.remote.lock) else {
        return Ok(());
    };
    let before = Lock::read(path)?;
    let mut lock = before.clone();
    lock.retain_clients(&jobs.iter().map(|job| job.name.as_str()).collect::<Vec<_>>());
    match drift {
        Some(drift) if lock != before => drift.lock(path, report),
        Some(_) => {}
        None if args.locked || args.offline => {}
        None => write_lock(&lock, path, report)?,
    }
    Ok(())
}

/// Returns whether a run needs a build that can download documents. Arguments that are wrong are reported
/// by the run itself.
pub fn may_download(args: &Clients, action: Action, invocation: &Invocation) -> bool {
    let work = work(args, action, invocation).unwrap_or_default();
    work.jobs
        .iter()
        .any(|job| job.remote.may_download(&job.name))
}
