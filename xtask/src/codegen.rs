//! The task `codegen`: generates client crates from documents.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use codegen::diagnostic::Severity;
use codegen::options::{FormatType, RuntimeSource, Selection};
use codegen::output::{self, Change};
use codegen::{Generated, Options, Source};

use crate::cli::{Codegen, Entry, EntryKind, Form, Stage};
use crate::fallbacks::{self, Summary};
use crate::report::{Problem, Refusal, Report, Texts, shown};
use crate::{Outcome, manifest, workspace};

/// A crate to generate.
#[derive(Clone, Debug)]
pub struct Job {
    /// The name of the client in messages.
    pub name: String,
    /// The file of the document.
    pub document: PathBuf,
    /// The folder whose files the document may refer to; its own folder if `None`.
    pub root: Option<PathBuf>,
    /// The files of the overlays.
    pub overlays: Vec<PathBuf>,
    /// The folder of the crate.
    pub folder: PathBuf,
    /// Whether the client is in the manifest.
    pub in_manifest: bool,
    /// Whether equal warnings are printed for each place.
    pub verbose: bool,
    pub options: Options,
}

/// Runs the task. If a document has errors, the crates of the others are still generated.
pub fn run(args: &Codegen, root: Option<&Path>, report: Report) -> Result<Outcome, Refusal> {
    let jobs = jobs(args, root)?;
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
    if let Some(problem) = drift.problem(args) {
        report.problem(&problem);
        outcome = outcome.max(Outcome::Drift);
    }
    Ok(outcome)
}

/// Returns the crates that the command line selects: one with `--spec`, and clients of the manifest
/// otherwise.
fn jobs(args: &Codegen, root: Option<&Path>) -> Result<Vec<Job>, Refusal> {
    if let Some(document) = &args.spec {
        return Ok(vec![job_outside(document, args)?]);
    }
    let mut jobs = jobs_of_manifest(&workspace(root)?)?;
    for job in &mut jobs {
        job.verbose = args.verbose;
    }
    if let Some(wanted) = &args.client {
        let names: Vec<_> = jobs.iter().map(|job| job.name.clone()).collect();
        jobs.retain(|job| job.name == *wanted);
        if jobs.is_empty() {
            let message = format!("there is no client `{wanted}` in {}", manifest::FILE);
            return Err(Refusal::new(
                message,
                format!("there is {}", names.join(", ")),
            ));
        }
    }
    Ok(jobs)
}

/// Returns every client in the manifest of the workspace at `root`.
pub fn jobs_of_manifest(root: &Path) -> Result<Vec<Job>, Refusal> {
    let clients = manifest::read(root)?;
    let job = |mut client: manifest::Client| {
        let folder = root.join(&client.folder);
        if let RuntimeSource::Path(path) = &mut client.options.runtime {
            *path = relative(&folder, &root.join(&path));
        }
        let overlays = client.options.overlays.iter();
        Job {
            document: root.join(&client.options.document),
            root: client.options.root.as_ref().map(|it| root.join(it)),
            overlays: overlays.map(|it| root.join(it)).collect(),
            folder,
            in_manifest: true,
            verbose: false,
            name: client.name,
            options: client.options,
        }
    };
    Ok(clients.into_iter().map(job).collect())
}

/// Returns the crate of a document outside the manifest, which is never a member of a workspace.
fn job_outside(document: &Path, args: &Codegen) -> Result<Job, Refusal> {
    // A dump generates no crate, so it needs no folder.
    let folder = std::path::absolute(args.out.as_deref().unwrap_or(Path::new(".")))?;
    let package = match &args.package {
        Some(package) => package.clone(),
        None => package_of(
            args.out
                .as_deref()
                .map_or(document.with_extension(""), |_| folder.clone())
                .as_path(),
        )?,
    };
    // The crate contains only the name of the file, since its folders exist only on this machine.
    let name = document
        .file_name()
        .map(|name| name.to_string_lossy().replace(char::is_control, "_"));
    let runtime = match &args.runtime {
        RuntimeSource::Path(path) => {
            RuntimeSource::Path(relative(&folder, &std::path::absolute(path)?))
        }
        runtime => runtime.clone(),
    };
    let options = Options {
        document: name.unwrap_or_default(),
        runtime,
        select: selection(&args.select),
        exclude: selection(&args.exclude),
        keep_unknown: args.keep_unknown,
        formats: args.format.iter().cloned().collect(),
        ..Options::new(package.clone())
    };
    Ok(Job {
        name: package,
        document: std::path::absolute(document)?,
        root: args.root.as_ref().map(std::path::absolute).transpose()?,
        overlays: args
            .overlay
            .iter()
            .map(std::path::absolute)
            .collect::<Result<_, _>>()?,
        folder,
        in_manifest: false,
        verbose: args.verbose,
        options,
    })
}

/// Returns the path from one absolute folder to another, with `/`. Returns the absolute path if they have
/// no common root.
fn relative(from: &Path, to: &Path) -> String {
    let (mut from, mut target) = (from.components().peekable(), to.components().peekable());
    if from.peek() != target.peek() {
        return to.display().to_string();
    }
    while from.peek().is_some() && from.peek() == target.peek() {
        from.next();
        target.next();
    }
    let up = from.map(|_| "..".to_owned());
    let down = target.map(|it| it.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Converts the entries of the command line into a selection.
fn selection(entries: &[Entry]) -> Selection {
    let mut selection = Selection::default();
    for entry in entries {
        let list = match entry.kind {
            EntryKind::Tag => &mut selection.tags,
            EntryKind::Operation => &mut selection.operations,
            EntryKind::Path => &mut selection.paths,
        };
        list.push(entry.value.clone());
    }
    selection
}

/// Returns the default name of the package: the last component of a path, as with `cargo init`.
fn package_of(path: &Path) -> Result<String, Refusal> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match manifest::package_fault(&name) {
        None => Ok(name.into_owned()),
        Some(fault) => Err(Refusal::new(fault, "name the package with --package NAME")),
    }
}

/// Generates the crate in memory, and prints the warnings.
fn make(job: &Job, report: Report) -> Result<Generated, Refusal> {
    let (generated, source) = generate(job)?;
    let problems = Problem::of_document(&generated.diagnostics, job.verbose);
    report.problems(&problems, &Texts::of_document(&source, &problems));
    Ok(generated)
}

/// Generates the crate in memory. Also returns the document.
pub fn generate(job: &Job) -> Result<(Generated, Source), Refusal> {
    let name = shown(&job.document);
    let mut source = Source::new(name.clone(), read(&job.document)?).beside(&job.document)?;
    if let Some(root) = &job.root {
        source = source.within(root)?;
    }
    for overlay in &job.overlays {
        source = source.with_overlay(shown(overlay), read(overlay)?);
    }
    match codegen::generate(&source, &job.options) {
        Ok(generated) => Ok((generated, source)),
        Err(diagnostics) => {
            let errors = diagnostics
                .iter()
                .filter(|diagnostic| diagnostic.severity == Severity::Error);
            let errors = count(errors.count(), "error", "errors");
            let refused = format!(
                "no crate is made of {}, because of {errors}",
                name.display()
            );
            let mut problems = Problem::of_document(&diagnostics, job.verbose);
            problems.push(Problem::error(refused, ""));
            let texts = Texts::of_document(&source, &problems);
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
        Some(false) if !job.in_manifest => false,
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
    let tree = make(job, report)?.tree;
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

/// Prints and counts the changes that writing a crate would make.
fn check(job: &Job, drift: &mut Drift, report: Report) -> Result<(), Refusal> {
    let begin = Instant::now();
    let tree = make(job, report)?.tree;
    refuse_foreign(job)?;
    let changes = tree.diff(&job.folder)?;
    for change in &changes {
        let path = shown(&job.folder.join(change.path()));
        let (verb, stays) = match change {
            Change::Changed { .. } => ("Changed", false),
            Change::Missing { .. } => ("Missing", false),
            Change::Orphan { generated, .. } => ("Orphaned", !generated),
        };
        report.finding(verb, path.display());
        report.difference(&path.to_string_lossy(), change);
        if stays {
            report.problem(&hand_written(&path));
        }
        drift.files += 1;
        drift.hand_written += usize::from(stays);
    }
    if changes.is_empty() {
        let files = count(tree.len(), "file", "files");
        let seconds = begin.elapsed().as_secs_f64();
        report.status(
            "Unchanged",
            format_args!("{} ({files}) in {seconds:.2}s", job.name),
        );
    }
    Ok(())
}

/// The result of checks.
#[derive(Default)]
struct Drift {
    /// The number of files that are changed, missing, or orphaned.
    files: usize,
    /// The number of orphaned files that are hand-written, which the task never deletes.
    hand_written: usize,
}

impl Drift {
    /// Returns the error of a check that found differences, with the command that fixes them.
    fn problem(&self, args: &Codegen) -> Option<Problem> {
        let differ = count(self.files, "file differs", "files differ");
        let command = fixing_command(args);
        let help = if self.hand_written == 0 {
            format!("run `{command}`")
        } else if self.hand_written < self.files {
            format!("run `{command}`, and move what is hand-written")
        } else {
            "move what is hand-written".to_owned()
        };
        let message = format!("{differ} from what the documents make");
        (self.files > 0).then(|| Problem::error(message, help))
    }
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
    let made = make(job, report)?;
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
            Ok(generated) => made.push((job, generated)),
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

/// Returns the command that fixes the differences found by a check with these arguments.
fn fixing_command(args: &Codegen) -> String {
    let mut command = "cargo xtask codegen".to_owned();
    let overlays = args
        .overlay
        .iter()
        .map(|overlay| ("--overlay", Some(overlay)));
    let paths = [
        ("--spec", args.spec.as_ref()),
        ("--root", args.root.as_ref()),
        ("--out", args.out.as_ref()),
    ];
    let paths = paths
        .into_iter()
        .chain(overlays)
        .filter_map(|(flag, path)| Some((flag, path?.to_string_lossy())));
    let names = [("--client", &args.client), ("--package", &args.package)];
    let names = names
        .into_iter()
        .filter_map(|(flag, name)| Some((flag, name.as_ref()?.into())));
    let selections = [("--select", &args.select), ("--exclude", &args.exclude)];
    let selections = selections.into_iter().flat_map(|(flag, entries)| {
        let entry = move |entry: &Entry| (flag, entry.text.clone().into());
        entries.iter().map(entry)
    });
    let formats = args.format.iter().map(|(format, FormatType::Text)| {
        let value = format!("{format}=text");
        ("--format", value.into())
    });
    for (flag, value) in paths.chain(names).chain(selections).chain(formats) {
        command += &format!(" {flag} {}", quoted(&value));
    }
    if args.keep_unknown {
        command += " --keep-unknown";
    }
    command
}

/// Quotes a word for a POSIX shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-./:@%+=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
