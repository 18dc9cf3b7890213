//! Compares crates with those that their documents generate.

use std::path::Path;

use wiretrue_codegen::output::{Change, Tree};

use super::command::fixing_command;
use super::in_memory::Prepared;
use super::job::Job;
use super::size::count;
use super::write::{changed_files, refuse_foreign};
use crate::args::Clients;
use crate::remote::lock::Lock;
use crate::report::{ClientOutcome, Files, Problem, Refusal, Report, shown};

/// Prints and counts the changes that writing a crate would make.
pub fn check(job: &Job, made: Prepared, drift: &mut Drift, report: Report) -> Result<(), Refusal> {
    refuse_foreign(&job.folder, job.manifest.is_some())?;
    drift.has_remote |= !made.remote.is_empty();
    let unused = Lock::read(&job.remote.lock)?.of(&job.name) != made.remote;
    if unused {
        drift.lock(&job.remote.lock, report);
    }
    let files = check_tree(&made.tree, &job.folder, drift, report)?;
    let (name, size) = (&job.name, &made.size);
    let mut outcome = ClientOutcome::Differs;
    if files.number() + files.hand_written.len() == 0 && !unused {
        let seconds = made.begin.elapsed().as_secs_f64();
        report.status("Unchanged", format_args!("{name}: {size} in {seconds:.2}s"));
        outcome = ClientOutcome::Unchanged;
    }
    report.client(|| size.result(name, &job.options.package, &job.folder, outcome, files));
    Ok(())
}

/// Prints and counts the changes that writing files to a folder would make, and returns them.
pub fn check_tree(
    tree: &Tree,
    folder: &Path,
    drift: &mut Drift,
    report: Report,
) -> Result<Files, Refusal> {
    let changes = tree.diff(folder)?;
    for change in &changes {
        let path = shown(&folder.join(change.path()));
        let (verb, stays) = match change {
            Change::Changed { .. } => ("Changed", false),
            Change::Missing { .. } => ("Missing", false),
            Change::Orphan { generated, .. } => ("Orphaned", !generated),
        };
        report.finding(verb, path.display());
        report.difference(&path.to_string_lossy(), change);
        drift.files += 1;
        drift.hand_written += usize::from(stays);
    }
    Ok(changed_files(folder, &changes, report))
}

/// The result of checks.
#[derive(Default)]
pub struct Drift {
    /// Whether a client has remote documents.
    has_remote: bool,
    /// Whether the lock file has documents that no client uses.
    lock: bool,
    /// The number of files that are changed, missing, or orphaned.
    files: usize,
    /// The number of orphaned files that are hand-written, which the task never deletes.
    hand_written: usize,
}

impl Drift {
    /// Prints and counts that the lock file has documents that no client uses.
    pub fn lock(&mut self, path: &Path, report: Report) {
        if !self.lock {
            report.finding("Changed", shown(path).display());
            self.files += 1;
            self.lock = true;
        }
    }

    /// Returns the error of a check that found differences, with the command that fixes them.
    pub fn problem(&self, args: &Clients, command: &str) -> Option<Problem> {
        let differ = count(self.files, "file differs", "files differ");
        // The differences may be those from the locked documents, which an update would replace.
        let command = fixing_command(args, self.has_remote && !self.lock, command);
        let help = if self.hand_written == 0 {
            format!("run `{command}`")
        } else if self.hand_written < self.files {
            format!("run `{command}`, and move the hand-written files")
        } else {
            "move the hand-written files".to_owned()
        };
        let message = format!("{differ} from what the documents generate");
        (self.files > 0).then(|| Problem::error(message, help))
    }
}
