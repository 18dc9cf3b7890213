//! Generates client crates from documents.

mod ahead;
mod check;
mod command;
mod inspect;
mod job;
mod umbrella;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use wiretrue_codegen::diagnostic::Severity;
use wiretrue_codegen::output::{self, Change};
use wiretrue_codegen::umbrella::Member;
use wiretrue_codegen::{Diagnostics, Generated, Source, Templates, Tree};

use self::check::{Drift, check};
pub use self::inspect::inspect;
pub use self::job::{DocumentLocation, Job, jobs_of_manifest};
pub(crate) use self::job::{
    Work, example_dependencies, package_of, relative, selection, work, work_in,
};
use crate::Outcome;
use crate::args::{Clients, Form, Stage};
use crate::fallbacks::{self, Summary};
use crate::project::Invocation;
use crate::remote::lock::{Entries, Lock, Written};
use crate::remote::{Documents, Mode};
use crate::report::{
    ClientOutcome, ClientResult, Files, Problem, Refusal, Report, Texts, print, shown,
};

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

/// Generates clients. If a document has errors, those of the others are still generated.
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
    let Work {
        mut jobs,
        umbrellas,
    } = work(args, action, invocation)?;
    for job in &mut jobs {
        // Programs get every place.
        job.verbose |= report.is_json();
    }
    let is_check = match action {
        Action::Dump(stage) => return dump(&jobs, stage, report),
        Action::Report(form) => return print_report(&jobs, form, report),
        Action::Check => true,
        Action::Write => false,
    };
    let mut outcome = Outcome::Fine;
    let mut drift = Drift::default();
    let mut fail = |refusal| {
        report.refusal(&refusal);
        outcome = Outcome::Refused;
    };
    let mut members = BTreeMap::new();
    ahead::in_order(&jobs, Job::size, prepare, |job, made| {
        let result = made.and_then(|mut made| {
            report.problems(&made.problems, &made.texts);
            let member = made.member.take();
            if is_check {
                check(job, made, &mut drift, report)?;
            } else {
                write_prepared(job, made, report)?;
            }
            Ok(member)
        });
        match result {
            Ok(member) => members.extend(member.map(|it| (job.name.clone(), it))),
            Err(refusal) => fail(refusal),
        }
    });
    let folders: Vec<PathBuf> = jobs.iter().map(|job| job.folder.clone()).collect();
    for umbrella in &umbrellas {
        let drift = is_check.then_some(&mut drift);
        let result = umbrella::run(umbrella, &members, &folders, drift, args.verbose, report);
        result.unwrap_or_else(&mut fail);
    }
    if args.client.is_none() && args.document.is_empty() {
        forget_other_clients(args, is_check, &jobs, &mut drift, report)?;
    }
    if let Some(problem) = drift.problem(args, invocation.command) {
        report.problem(&problem);
        outcome = outcome.max(Outcome::Drift);
    }
    Ok(outcome)
}

/// Returns whether a run needs a build that can download documents. Arguments that are wrong are reported
/// by the run itself.
pub fn may_download(args: &Clients, action: Action, invocation: &Invocation) -> bool {
    let work = work(args, action, invocation).unwrap_or_default();
    work.jobs
        .iter()
        .any(|job| job.remote.may_download(&job.name))
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
pub(crate) fn make(job: &Job, report: Report) -> Result<Made, Refusal> {
    let made = generate(job)?;
    let problems = Problem::of_document(&made.generated.diagnostics, job.verbose);
    report.problems(&problems, &Texts::of_document(&made.source, &problems));
    Ok(made)
}

/// A crate in memory, without what only dumps and reports need.
struct Prepared {
    tree: Tree,
    size: Size,
    /// Warnings, and the files in which they are located.
    problems: Vec<Problem>,
    texts: Texts,
    /// The remote documents.
    remote: Entries,
    /// The client as its umbrella sees it, if it has one.
    member: Option<Member>,
    /// When the generation began.
    begin: Instant,
}

/// Generates the crate in memory. Prints nothing.
fn prepare(job: &Job) -> Result<Prepared, Refusal> {
    let begin = Instant::now();
    Ok(Prepared::new(job, generate(job)?, begin))
}

impl Prepared {
    fn new(job: &Job, made: Made, begin: Instant) -> Self {
        let problems = Problem::of_document(&made.generated.diagnostics, job.verbose);
        let member = job.api.as_ref().map(|api| {
            let path = format!("{}/{}", umbrella::CRATES, job.options.package);
            Member::new(api.name.clone(), path, &job.options, &made.generated)
        });
        Self {
            size: Size::of(&made.generated),
            texts: Texts::of_document(&made.source, &problems),
            problems,
            tree: made.generated.tree,
            remote: made.remote,
            member,
            begin,
        }
    }
}

/// Returns the document of a crate, with its overlays and templates. The remote documents are loaded by the last value.
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
    for overlay in &job.overlays {
        source = source.with_overlay(shown(overlay), read(overlay)?);
    }
    if let Some(folder) = &job.templates {
        source = source.with_templates(Templates::read(folder, &shown(folder))?);
    }
    Ok((source, documents))
}

/// Generates the crate in memory.
pub fn generate(job: &Job) -> Result<Made, Refusal> {
    let (source, documents) = open(job)?;
    match wiretrue_codegen::generate(&source, &job.options) {
        Ok(generated) => Ok(Made {
            generated,
            source,
            remote: documents.map_or_else(Entries::new, |it| it.used()),
        }),
        Err(diagnostics) => Err(refused(job, &source, &diagnostics)),
    }
}

/// Explains why no crate is made of a document.
fn refused(job: &Job, source: &Source, diagnostics: &Diagnostics) -> Refusal {
    let errors = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error);
    let errors = count(errors.count(), "error", "errors");
    let refused = format!(
        "no crate was generated from {} because of {errors}",
        job.document
    );
    let mut problems = Problem::of_document(diagnostics, job.verbose);
    problems.push(Problem::error(refused, ""));
    let mut texts = Texts::of_document(source, &problems);
    if let Some(file) = &job.manifest {
        let text = match read(file) {
            Ok(text) => text,
            Err(unreadable) => return unreadable,
        };
        for problem in &mut problems {
            problem.locate_option(&shown(file), &text, &job.name);
        }
        texts.add(&shown(file), text);
    }
    Refusal { problems, texts }
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
fn refuse_foreign(folder: &Path, in_manifest: bool) -> Result<(), Refusal> {
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
fn write_prepared(job: &Job, made: Prepared, report: Report) -> Result<(), Refusal> {
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

/// Returns the word for a crate that was written, and its outcome.
fn written(done: &Files) -> (&'static str, ClientOutcome) {
    match done.number() {
        0 => ("Unchanged", ClientOutcome::Unchanged),
        _ => ("Generated", ClientOutcome::Generated),
    }
}

/// Writes the files of a crate to its folder. Returns the changes, and prints them if `verbose`.
fn write_tree(tree: &Tree, folder: &Path, verbose: bool, report: Report) -> Result<Files, Refusal> {
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
fn changed_files(folder: &Path, changes: &[Change], report: Report) -> Files {
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

/// The size of a client.
pub(crate) struct Size {
    operations: usize,
    models: usize,
    files: usize,
}

impl Size {
    pub(crate) fn of(generated: &Generated) -> Self {
        let operations = generated.api.operations.iter();
        Self {
            // Each other media type of a body is a call of its own.
            operations: operations.filter(|it| it.alternative.is_none()).count(),
            models: generated.api.types.len(),
            files: generated.tree.len(),
        }
    }

    pub(crate) fn result(
        &self,
        name: &str,
        package: &str,
        folder: &Path,
        outcome: ClientOutcome,
        files: Files,
    ) -> ClientResult {
        ClientResult {
            client: name.to_owned(),
            package: package.to_owned(),
            folder: folder.to_string_lossy().into_owned(),
            outcome,
            operations: self.operations,
            models: self.models,
            files: Files {
                total: self.files,
                ..files
            },
            report: None,
            contract: None,
        }
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let operations = count(self.operations, "operation", "operations");
        let models = count(self.models, "model", "models");
        let files = count(self.files, "file", "files");
        write!(f, "{operations}, {models}, {files}")
    }
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
    args: &Clients,
    is_check: bool,
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
    if is_check && lock != before {
        drift.lock(path, report);
    } else if !is_check && !args.locked && !args.offline {
        write_lock(&lock, path, report)?;
    }
    Ok(())
}

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

/// Prints the result of a stage for one document.
fn dump(jobs: &[Job], stage: Stage, report: Report) -> Result<Outcome, Refusal> {
    let [job] = jobs else {
        let names: Vec<_> = jobs.iter().map(|job| job.name.as_str()).collect();
        let help = format!("choose one of {} with `--client NAME`", names.join(", "));
        return Err(Refusal::new(
            "only one client can be printed, but there are several",
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
    for (job, generated) in &made {
        report.client(|| ClientResult {
            report: serde_json::to_value(Summary::new(&job.name, generated)).ok(),
            ..Size::of(generated).result(
                &job.name,
                &job.options.package,
                &job.folder,
                ClientOutcome::Reported,
                Files::default(),
            )
        });
    }
    if report.is_json() {
        return Ok(outcome);
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

/// Formats the numbers of changed files as ` (3 changed, 1 created)`, without those that are zero.
fn changes_phrase(files: &Files) -> String {
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

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
