//! Generates client crates from documents.

mod check;
mod command;
mod job;

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use wiretrue_codegen::diagnostic::Severity;
use wiretrue_codegen::output::{self, Change};
use wiretrue_codegen::{Generated, Source};

use self::check::{Drift, check};
use self::job::jobs;
pub use self::job::{DocumentLocation, Job, jobs_of_manifest};
use crate::Outcome;
use crate::args::{Codegen, Form, Stage};
use crate::fallbacks::{self, Summary};
use crate::project::Invocation;
use crate::remote::lock::{Entries, Lock, Written};
use crate::remote::{Documents, Mode};
use crate::report::{Problem, Refusal, Report, Texts, shown};

/// Runs the task. If a document has errors, the crates of the others are still generated.
pub fn run(args: &Codegen, invocation: &Invocation, report: Report) -> Result<Outcome, Refusal> {
    let jobs = jobs(args, invocation)?;
    if let Some(stage) = args.dump {
        return dump(&jobs, stage, report);
    }
    if let Some(form) = args.report {
        return print_report(&jobs, form, report);
    }
    let mut outcome = Outcome::Fine;
    let mut drift = Drift::default();
    for job in &jobs {
        let result = if args.check {
            check(job, &mut drift, report)
        } else {
            write(job, report)
        };
        if let Err(refusal) = result {
            report.refusal(&refusal);
            outcome = Outcome::Refused;
        }
    }
    if args.client.is_none() && args.spec.is_none() {
        forget_other_clients(args, &jobs, &mut drift, report)?;
    }
    if let Some(problem) = drift.problem(args, invocation.command) {
        report.problem(&problem);
        outcome = outcome.max(Outcome::Drift);
    }
    Ok(outcome)
}

/// Returns whether a run needs a build that can download documents. Arguments that are wrong are reported
/// by the run itself.
pub fn may_download(args: &Codegen, invocation: &Invocation) -> bool {
    let jobs = jobs(args, invocation).unwrap_or_default();
    jobs.iter().any(|job| job.remote.may_download(&job.name))
}

/// A crate in memory.
pub struct Made {
    pub generated: Generated,
    /// The document.
    pub source: Source,
    /// The remote documents.
    pub remote: Entries,
}

/// Generates the crate in memory, and prints the warnings.
fn make(job: &Job, report: Report) -> Result<Made, Refusal> {
    let made = generate(job)?;
    let problems = Problem::of_document(&made.generated.diagnostics, job.verbose);
    report.problems(&problems, &Texts::of_document(&made.source, &problems));
    Ok(made)
}

/// Returns the document of a crate. The remote documents are loaded by the last value.
fn open(job: &Job) -> Result<(Source, Option<Arc<Documents>>), Refusal> {
    let documents = if job.remote.is_allowed() {
        let documents = Documents::new(&job.name, &job.remote, job.document.address())?;
        Some(Arc::new(documents))
    } else {
        None
    };
    let mut source = match (&job.document, &documents) {
        (DocumentLocation::File(file), _) => Source::new(shown(file), read(file)?).beside(file)?,
        (DocumentLocation::Remote(address), Some(documents)) => {
            Source::remote(address.clone(), documents.clone()).map_err(|error| {
                Refusal::new(format!("can't load {address}: {error}"), error.help)
            })?
        }
        (DocumentLocation::Remote(address), None) => {
            let message = format!("{address} is remote, and remote documents aren't allowed");
            let help = "allow them with `--allow-remote` (`allow-remote = true` in the manifest)";
            return Err(Refusal::new(message, help));
        }
    };
    if let (DocumentLocation::File(_), Some(documents)) = (&job.document, &documents) {
        source = source.with_remote(documents.clone());
    }
    if let Some(root) = &job.root {
        source = source.within(root)?;
    }
    Ok((source, documents))
}

/// Generates the crate in memory.
pub fn generate(job: &Job) -> Result<Made, Refusal> {
    let (mut source, documents) = open(job)?;
    for overlay in &job.overlays {
        source = source.with_overlay(shown(overlay), read(overlay)?);
    }
    match wiretrue_codegen::generate(&source, &job.options) {
        Ok(generated) => Ok(Made {
            generated,
            source,
            remote: documents.map_or_else(Entries::new, |it| it.used()),
        }),
        Err(diagnostics) => {
            let errors = diagnostics
                .iter()
                .filter(|diagnostic| diagnostic.severity == Severity::Error);
            let errors = count(errors.count(), "error", "errors");
            let refused = format!("no crate is made of {}, because of {errors}", job.document);
            let mut problems = Problem::of_document(&diagnostics, job.verbose);
            problems.push(Problem::error(refused, ""));
            let mut texts = Texts::of_document(&source, &problems);
            if let Some(file) = &job.manifest {
                let text = read(file)?;
                for problem in &mut problems {
                    problem.locate_option(&shown(file), &text, &job.name);
                }
                texts.add(&shown(file), text);
            }
            Err(Refusal { problems, texts })
        }
    }
}

/// Reads a document or an overlay.
fn read(file: &Path) -> Result<String, Refusal> {
    let name = shown(file);
    let bytes = fs::read(file)
        .map_err(|error| Refusal::new(format!("can't read {}: {error}", name.display()), ""))?;
    String::from_utf8(bytes).map_err(|error| not_utf8(&name, &error))
}

fn not_utf8(file: &Path, error: &std::string::FromUtf8Error) -> Refusal {
    let valid = error.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
    let problem = Problem::error("the document isn't UTF-8", "save it as UTF-8").at(
        file,
        &text,
        valid..valid,
    );
    Refusal {
        problems: vec![problem],
        texts: Texts::of(file, text),
    }
}

/// Rejects a folder with a crate that isn't generated. The `Cargo.toml` of a client in the manifest may
/// lack the marker, if other files have it.
fn refuse_foreign(job: &Job) -> Result<(), Refusal> {
    if job.folder.parent().is_none() {
        let message = format!("{} is the root of the file system", job.folder.display());
        return Err(Refusal::new(message, "choose a folder for the crate"));
    }
    let survey = output::survey(&job.folder)?;
    let ours = match survey.manifest {
        Some(true) => true,
        Some(false) if job.manifest.is_none() => false,
        _ => survey.files == 0 || survey.marked > 0,
    };
    if ours {
        return Ok(());
    }
    let message = format!(
        "{} holds files that this task didn't make",
        shown(&job.folder).display()
    );
    let help =
        "choose another folder, or remove Cargo.toml, README.md, src/ and docs/ from this one";
    Err(Refusal::new(message, help))
}

/// Writes a crate, and prints the changes.
pub fn write(job: &Job, report: Report) -> Result<(), Refusal> {
    let begin = Instant::now();
    let made = make(job, report)?;
    let tree = made.generated.tree;
    refuse_foreign(job)?;
    let changes = tree.write(&job.folder)?;
    let mut done = Done::default();
    for change in &changes {
        let path = shown(&job.folder.join(change.path()));
        let (verb, counter) = match change {
            Change::Changed { .. } => ("Updated", &mut done.updated),
            Change::Missing { .. } => ("Created", &mut done.created),
            Change::Orphan {
                generated: true, ..
            } => ("Deleted", &mut done.deleted),
            Change::Orphan {
                generated: false, ..
            } => {
                report.problem(&hand_written(&path));
                continue;
            }
        };
        *counter += 1;
        report.status(verb, path.display());
    }
    if job.remote.mode == Mode::Update {
        let mut lock = Lock::read(&job.remote.lock)?;
        lock.set(&job.name, made.remote);
        write_lock(&lock, &job.remote.lock, report)?;
    }
    let verb = if done == Done::default() {
        "Unchanged"
    } else {
        "Generated"
    };
    let files = count(tree.len(), "file", "files");
    report.status(
        verb,
        format_args!(
            "{} ({files}{done}) in {:.2}s",
            job.name,
            begin.elapsed().as_secs_f64()
        ),
    );
    Ok(())
}

/// Writes the lock file, and prints how it changed.
fn write_lock(lock: &Lock, path: &Path, report: Report) -> Result<(), Refusal> {
    let verb = match lock.write(path)? {
        Written::Unchanged => return Ok(()),
        Written::Created => "Created",
        Written::Updated => "Updated",
        Written::Deleted => "Deleted",
    };
    report.status(verb, shown(path).display());
    Ok(())
}

/// Removes the documents of clients from the lock file that the manifest no longer has. `jobs` are all
/// clients of the manifest.
fn forget_other_clients(
    args: &Codegen,
    jobs: &[Job],
    drift: &mut Drift,
    report: Report,
) -> Result<(), Refusal> {
    let Some(path) = jobs.first().map(|job| &job.remote.lock) else {
        return Ok(());
    };
    let before = Lock::read(path)?;
    let mut lock = before.clone();
    lock.retain_clients(&jobs.iter().map(|job| job.name.as_str()).collect::<Vec<_>>());
    if args.check && lock != before {
        drift.lock(path, report);
    } else if !args.check && !args.locked && !args.offline {
        write_lock(&lock, path, report)?;
    }
    Ok(())
}

fn hand_written(path: &Path) -> Problem {
    let message = format!(
        "{} is hand-written, in a place that belongs to the generator",
        path.display()
    );
    Problem::warning(
        message,
        "it is left where it is: move it out of src/ and docs/, or delete it",
    )
}

/// Prints the result of a stage for one document.
fn dump(jobs: &[Job], stage: Stage, report: Report) -> Result<Outcome, Refusal> {
    let [job] = jobs else {
        let names: Vec<_> = jobs.iter().map(|job| job.name.as_str()).collect();
        let help = format!("pick one of {} with --client NAME", names.join(", "));
        return Err(Refusal::new(
            "--dump prints one client, and there are several",
            help,
        ));
    };
    let made = make(job, report)?.generated;
    let json = match stage {
        Stage::Api => serde_json::to_string_pretty(&made.api),
        Stage::Names => serde_json::to_string_pretty(&made.names),
        Stage::Views => serde_json::to_string_pretty(&made.views),
    };
    let json =
        json.map_err(|error| Refusal::new(format!("can't print this stage as JSON: {error}"), ""))?;
    print(&(json + "\n"))?;
    Ok(Outcome::Fine)
}

/// Prints where clients are less precise than their documents.
fn print_report(jobs: &[Job], form: Form, report: Report) -> Result<Outcome, Refusal> {
    let mut outcome = Outcome::Fine;
    let mut made = Vec::new();
    for job in jobs {
        match make(job, report.quiet()) {
            Ok(it) => made.push((job, it.generated)),
            Err(refusal) => {
                report.refusal(&refusal);
                outcome = Outcome::Refused;
            }
        }
    }
    let summaries = made
        .iter()
        .map(|(job, generated)| Summary::new(&job.name, generated));
    let text = fallbacks::render(&summaries.collect::<Vec<_>>(), form);
    let text =
        text.map_err(|error| Refusal::new(format!("can't print the report: {error}"), ""))?;
    print(&text)?;
    Ok(outcome)
}

/// Prints text to standard output.
fn print(text: &str) -> io::Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        // It is no error if the reader has closed the pipe.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// The number of files that a run wrote and deleted.
#[derive(Default, PartialEq, Eq)]
struct Done {
    updated: usize,
    created: usize,
    deleted: usize,
}

impl std::fmt::Display for Done {
    /// Formats the numbers as `: 3 updated, 1 created`, without those that are zero.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = [
            (self.updated, "updated"),
            (self.created, "created"),
            (self.deleted, "deleted"),
        ];
        let mut separator = ": ";
        for (count, verb) in counts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{separator}{count} {verb}")?;
            separator = ", ";
        }
        Ok(())
    }
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
