//! Writes crates and the lock file, and prints what changes.

use std::path::Path;
use std::time::Instant;

use wiretrue_codegen::output::{self, Change, Tree};

use super::in_memory::{Made, Prepared, prepare};
use super::job::Job;
use crate::remote::Mode;
use crate::remote::lock::{Lock, Written};
use crate::report::{ClientOutcome, Files, Problem, Refusal, Report, shown};

/// Generates and writes a crate, and prints the warnings and changes.
pub fn write(job: &Job, report: Report) -> Result<(), Refusal> {
    let made = prepare(job)?;
    report.problems(&made.problems, &made.texts);
    write_prepared(job, made, report)
}

/// Writes a crate that was generated since `begin`, and prints the changes.
pub(crate) fn write_made(
    job: &Job,
    made: Made,
    begin: Instant,
    report: Report,
) -> Result<(), Refusal> {
    write_prepared(job, Prepared::new(job, made, begin), report)
}

/// Writes a crate, and prints the changes.
pub(super) fn write_prepared(job: &Job, made: Prepared, report: Report) -> Result<(), Refusal> {
    refuse_foreign(&job.folder, job.manifest.is_some())?;
    let done = write_tree(&made.tree, &job.folder, job.verbose, report)?;
    if job.remote.mode == Mode::Update {
        let mut lock = Lock::read(&job.remote.lock)?;
        lock.set(&job.name, made.remote);
        write_lock(&lock, &job.remote.lock, report)?;
    }
    let (verb, outcome) = written(&done);
    let seconds = made.begin.elapsed().as_secs_f64();
    let (name, size, changes) = (&job.name, &made.size, changes_phrase(&done));
    report.status(
        verb,
        format_args!("{name}: {size}{changes} in {seconds:.2}s"),
    );
    report.client(|| size.result(name, &job.options.package, &job.folder, outcome, done));
    Ok(())
}

/// Rejects a folder with a crate that isn't generated. The `Cargo.toml` of a client in the manifest may
/// lack the marker, if other files have it.
pub(super) fn refuse_foreign(folder: &Path, in_manifest: bool) -> Result<(), Refusal> {
    if folder.parent().is_none() {
        let message = format!("{} is the root of the file system", folder.display());
        return Err(Refusal::new(message, "choose a folder for the crate"));
    }
    let survey = output::survey(folder)?;
    let ours = match survey.manifest {
        Some(true) => true,
        Some(false) if !in_manifest => false,
        _ => survey.files == 0 || survey.marked > 0,
    };
    if ours {
        return Ok(());
    }
    let message = format!(
        "{} contains files that weren't generated",
        shown(folder).display()
    );
    let help =
        "choose another folder, or remove Cargo.toml, README.md, src/ and docs/ from this one";
    Err(Refusal::new(message, help))
}

/// Writes the files of a crate to its folder. Returns the changes, and prints them if `verbose`.
pub(super) fn write_tree(
    tree: &Tree,
    folder: &Path,
    verbose: bool,
    report: Report,
) -> Result<Files, Refusal> {
    let changes = tree.write(folder)?;
    let done = changed_files(folder, &changes, report);
    for change in &changes {
        let verb = match change {
            Change::Changed { .. } => "Updated",
            Change::Missing { .. } => "Created",
            Change::Orphan {
                generated: true, ..
            } => "Deleted",
            Change::Orphan {
                generated: false, ..
            } => continue,
        };
        if verbose {
            report.status(verb, shown(&folder.join(change.path())).display());
        }
    }
    Ok(done)
}

/// Returns the files that a write or a check changes. Prints those that the generator leaves where they are.
pub(super) fn changed_files(folder: &Path, changes: &[Change], report: Report) -> Files {
    let mut files = Files::default();
    for change in changes {
        let path = change.path().to_owned();
        match change {
            Change::Changed { .. } => files.updated.push(path),
            Change::Missing { .. } => files.created.push(path),
            Change::Orphan {
                generated: true, ..
            } => files.deleted.push(path),
            Change::Orphan {
                generated: false, ..
            } => {
                report.problem(&hand_written(&shown(&folder.join(&path))));
                files.hand_written.push(path);
            }
        }
    }
    files
}

/// Returns the warning about a hand-written file in a folder of the generator.
fn hand_written(path: &Path) -> Problem {
    let message = format!(
        "{} is hand-written, but its folder belongs to the generator",
        path.display()
    );
    Problem::warning(
        message,
        "move it out of src/ and docs/, or delete it; the generator doesn't touch it",
    )
}

/// Returns the word for a crate that was written, and its outcome.
pub(super) fn written(done: &Files) -> (&'static str, ClientOutcome) {
    match done.number() {
        0 => ("Unchanged", ClientOutcome::Unchanged),
        _ => ("Generated", ClientOutcome::Generated),
    }
}

/// Formats the numbers of changed files as ` (3 changed, 1 created)`, without those that are zero.
pub(super) fn changes_phrase(files: &Files) -> String {
    let counts = [
        (files.updated.len(), "changed"),
        (files.created.len(), "created"),
        (files.deleted.len(), "deleted"),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(count, verb)| format!("{count} {verb}"))
        .collect();
    match counts.as_slice() {
        [] => String::new(),
        counts => format!(" ({})", counts.join(", ")),
    }
}

/// Writes the lock file, and prints how it changed.
pub(super) fn write_lock(lock: &Lock, path: &Path, report: Report) -> Result<(), Refusal> {
    let verb = match lock.write(path)? {
        Written::Unchanged => return Ok(()),
        Written::Created => "Created",
        Written::Updated => "Updated",
        Written::Deleted => "Deleted",
    };
    report.status(verb, shown(path).display());
    Ok(())
}
