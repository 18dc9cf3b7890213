//! The task `corpus`: every document of APIs.guru, or of a folder, through the whole pipeline.

mod crates;
mod fetch;
mod log;
mod progress;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wiretrue_codegen::options::RuntimeSource;
use wiretrue_codegen::{Options, Source};

pub use self::fetch::fetch;
use self::log::Log;
use self::progress::Progress;
use crate::cli::Corpus;
use crate::fuzz::documents_below;
use crate::pool::{JobResult, Limits, Pool};
use crate::trial::{self, Verdict};
use crate::workspace;
use wiretrue_cli::Outcome;
use wiretrue_cli::report::{Refusal, Report, shown};

/// The limits of one document. The largest of APIs.guru has 47 MB.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(300),
    memory: 8_000_000_000,
};

/// A job of a worker.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Job {
    /// The path relative to the folder of the documents.
    pub name: String,
    pub document: PathBuf,
    pub package: String,
    /// Where to write the crate. `None` generates it in memory only.
    pub folder: Option<PathBuf>,
    /// The folder of the runtime that the crate depends on. `None` copies the runtime into it.
    pub runtime: Option<PathBuf>,
}

/// The result of a document.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Record {
    /// The path relative to the folder of the documents.
    document: String,
    #[serde(flatten)]
    result: JobResult,
}

/// Runs a job in a worker.
pub fn examine(job: &Job) -> Verdict {
    let bytes = match fs::read(&job.document) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = format!("can't read {}: {error}", job.document.display());
            return Verdict::Crashed { message };
        }
    };
    let name = job.document.file_name().unwrap_or_default();
    let options = Options {
        document: name.to_string_lossy().into_owned(),
        workspace_member: true,
        runtime: match &job.runtime {
            Some(folder) => RuntimeSource::Path(folder.display().to_string()),
            None => RuntimeSource::Vendored,
        },
        ..Options::new(job.package.clone())
    };
    let source = Source::new(name, String::from_utf8_lossy(&bytes));
    let (verdict, generated) = trial::run(&source, &options);
    match (generated, &job.folder) {
        (Some(generated), Some(folder)) => match generated.tree.write(folder) {
            Ok(_) => verdict,
            Err(error) => Verdict::Crashed {
                message: error.to_string(),
            },
        },
        _ => verdict,
    }
}

/// The documents of a run.
struct Collection {
    folder: PathBuf,
    /// The size of each, by its path below the folder.
    sizes: BTreeMap<String, u64>,
    /// Distinguishes the logs of these documents from those of others. Empty for all of APIs.guru.
    suffix: String,
}

impl Collection {
    /// Collects the documents below the folder, or those whose paths contain a text.
    fn read(folder: PathBuf, only: Option<&str>) -> Result<Self, Refusal> {
        let mut sizes = BTreeMap::new();
        for path in documents_below(&folder)? {
            let name = path.strip_prefix(&folder).unwrap_or(&path);
            let name = name.to_string_lossy().replace('\\', "/");
            if only.is_none_or(|only| name.contains(only)) {
                sizes.insert(name, fs::metadata(&path)?.len());
            }
        }
        if sizes.is_empty() {
            let message = format!("found no document in {}", shown(&folder).display());
            return Err(Refusal::new(message, ""));
        }
        Ok(Self {
            folder,
            sizes,
            suffix: String::new(),
        })
    }

    /// Returns the path of a log of these documents.
    fn log(&self, place: &Path, what: &str) -> PathBuf {
        place.join(format!("{what}{}.jsonl", self.suffix))
    }

    /// Returns an identifier of these documents.
    fn subject(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.sizes.hash(&mut hasher);
        format!("{} {:016x}", self.folder.display(), hasher.finish())
    }
}

/// Examines all documents, prints a summary, and compiles the requested sample.
pub fn run(args: &Corpus, root: Option<&Path>, report: Report) -> Result<Outcome, Refusal> {
    let place = workspace(root)?.join("target/corpus");
    let folder = match &args.folder {
        Some(folder) => std::path::absolute(folder)?,
        None => fetch(&place, report)?,
    };
    let mut collection = Collection::read(folder, args.only.as_deref())?;
    if args.folder.is_some() || args.only.is_some() {
        collection.suffix = log_suffix(&collection.folder, args.only.as_deref());
    }
    let generator = program_hash()?;
    let records = examine_all(&collection, &place, generator, report)?;
    report.print(&table::summary(&records));
    let faulty = records
        .iter()
        .any(|record| record.result.verdict.fault().is_some());
    let mut outcome = if faulty {
        Outcome::Drift
    } else {
        Outcome::Fine
    };
    if let Some(wanted) = args.compile {
        let generated = records
            .into_iter()
            .filter(|record| matches!(record.result.verdict, Verdict::Generated { .. }))
            .map(|record| record.document)
            .collect();
        let sample = sample(generated, wanted.limit(), args.seed);
        let compiled = crates::compile(&crates::Plan {
            collection: &collection,
            sample,
            place,
            generator,
            lint: args.lint,
            report,
        })?;
        outcome = outcome.max(compiled);
    }
    Ok(outcome)
}

/// Examines the documents that this build of the generator hasn't examined yet.
fn examine_all(
    collection: &Collection,
    place: &Path,
    generator: u64,
    report: Report,
) -> Result<Vec<Record>, Refusal> {
    let path = collection.log(place, "results");
    let mut log: Log<Record> = Log::open(&path, generator, &collection.subject())?;
    let known: BTreeSet<String> = log
        .records
        .iter()
        .map(|record| record.document.clone())
        .collect();
    let mut left: Vec<(&String, u64)> = collection
        .sizes
        .iter()
        .filter(|(name, _)| !known.contains(*name))
        .map(|(name, size)| (name, *size))
        .collect();
    // Largest first, so that no core is idle at the end.
    left.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    if !known.is_empty() {
        let done = format_args!("{} of {} documents", known.len(), collection.sizes.len());
        report.status("Resuming", format_args!("after {done}"));
    }
    let mut progress = Progress::new(left.iter().map(|(_, size)| size).sum(), left.len());
    let jobs = left.iter().map(|(name, _)| Job {
        name: (*name).clone(),
        document: collection.folder.join(name),
        package: "corpus".to_owned(),
        folder: None,
        runtime: None,
    });
    let mut outcome = Ok(());
    Pool::new(Vec::new(), LIMITS)?.run(jobs, |job, result| {
        progress.advance(collection.sizes[&job.name]);
        let document = job.name;
        if let Err(error) = log.add(Record { document, result }) {
            outcome = Err(error);
        }
    })?;
    outcome?;
    progress.end();
    report.status("Recorded", format_args!("in {}", shown(&path).display()));
    let mut records = log.records;
    records.sort_by(|a, b| a.document.cmp(&b.document));
    Ok(records)
}

/// Returns the suffix of a log's file name: the name of the folder, and a hash of the folder and the
/// filter.
fn log_suffix(folder: &Path, only: Option<&str>) -> String {
    let mut hasher = DefaultHasher::new();
    (folder, only).hash(&mut hasher);
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = name.chars().filter(is_plain).take(40).collect();
    format!("-{name}-{:016x}", hasher.finish())
}

/// Chooses documents by the seed.
pub fn sample<T>(mut documents: Vec<T>, number: usize, seed: u64) -> Vec<T> {
    fastrand::Rng::with_seed(seed).shuffle(&mut documents);
    documents.truncate(number);
    documents
}

/// Returns a hash of this program: another build may have other results.
fn program_hash() -> Result<u64, Refusal> {
    let mut hasher = DefaultHasher::new();
    fs::read(std::env::current_exe()?)?.hash(&mut hasher);
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_of_documents_has_a_log_of_its_own() {
        let of = |folder: &str, only| {
            let collection = Collection {
                folder: PathBuf::from(folder),
                sizes: BTreeMap::new(),
                suffix: log_suffix(Path::new(folder), only),
            };
            collection.log(Path::new("place"), "results")
        };
        let logs = [
            of("/a/wild", None),
            of("/b/wild", None),
            of("/a/wild", Some("pets")),
            of("/a/w i/l:d", None),
        ];
        let names: BTreeSet<_> = logs.iter().collect();
        assert_eq!(names.len(), logs.len(), "{logs:?}");
        for log in &logs {
            let name = log.file_name().unwrap().to_string_lossy();
            assert!(name.starts_with("results-"), "{name}");
            assert_eq!(log.parent(), Some(Path::new("place")));
        }
        assert_eq!(of("/a/wild", None), of("/a/wild", None));
    }
}
