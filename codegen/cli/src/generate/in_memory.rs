//! Generates a crate in memory: opens the document, runs the generator, and explains why a document is rejected.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use wiretrue_codegen::diagnostic::Severity;
use wiretrue_codegen::umbrella::Member;
use wiretrue_codegen::{Diagnostics, Generated, Source, Templates, Tree};

use super::job::{DocumentLocation, Job};
use super::size::{Size, count};
use super::umbrella::CRATES;
use crate::remote::Documents;
use crate::remote::lock::Entries;
use crate::report::{Problem, Refusal, Report, Texts, shown};

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

/// Returns the document of a crate, with its overlays and templates. The remote documents are loaded by the last value.
pub(super) fn open(job: &Job) -> Result<(Source, Option<Arc<Documents>>), Refusal> {
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

/// Explains why no crate was generated from a document.
pub(super) fn refused(job: &Job, source: &Source, diagnostics: &Diagnostics) -> Refusal {
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

/// A crate in memory, without what only dumps and reports need.
pub(super) struct Prepared {
    pub tree: Tree,
    pub size: Size,
    /// Warnings, and the files in which they are located.
    pub problems: Vec<Problem>,
    pub texts: Texts,
    /// The remote documents.
    pub remote: Entries,
    /// The client as its umbrella sees it, if it has one.
    pub member: Option<Member>,
    /// When the generation began.
    pub begin: Instant,
}

/// Generates the crate in memory. Prints nothing.
pub(super) fn prepare(job: &Job) -> Result<Prepared, Refusal> {
    let begin = Instant::now();
    Ok(Prepared::new(job, generate(job)?, begin))
}

impl Prepared {
    pub fn new(job: &Job, made: Made, begin: Instant) -> Self {
        let problems = Problem::of_document(&made.generated.diagnostics, job.verbose);
        let member = job.api.as_ref().map(|api| {
            let path = format!("{}/{}", CRATES, job.options.package);
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
