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

use codegen::{Options, Source};
use serde::{Deserialize, Serialize};

use self::log::Log;
use self::progress::Progress;
use crate::cli::Corpus;
use crate::fuzz::documents_below;
use crate::pool::{Answer, Limits, Pool};
use crate::report::{Refusal, Report, shown};
use crate::trial::{self, Verdict};
use crate::{Outcome, workspace};

/// What one document may take. The largest of APIs.guru has 47 MB.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(300),
    memory: 8_000_000_000,
};

/// What a worker is asked to do.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Job {
    /// The path below the folder of the documents.
    pub name: String,
    pub document: PathBuf,
    pub package: String,
    /// Where to write the crate, if that is wanted.
    pub folder: Option<PathBuf>,
}

/// What came of a document.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Record {
    /// The path below the folder of the documents.
    document: String,
    #[serde(flatten)]
    answer: Answer,
}

/// Does a job, in a worker.
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
    /// Tells the logs of these documents from those of others; empty for all of APIs.guru.
    mark: String,
}

impl Collection {
    /// Those below the folder, or of them those that have a text in their paths.
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
            let message = format!("there is no document in {}", shown(&folder).display());
            return Err(Refusal::new(message, ""));
        }
        Ok(Self {
            folder,
            sizes,
            mark: String::new(),
        })
    }

    /// A log of these documents: a run of others leaves it alone.
    fn log(&self, place: &Path, what: &str) -> PathBuf {
        place.join(format!("{what}{}.jsonl", self.mark))
    }

    /// Tells these documents from others.
    fn subject(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.sizes.hash(&mut hasher);
        format!("{} {:016x}", self.folder.display(), hasher.finish())
    }
}

/// Examines all documents, tells what came of them, and compiles those that are asked for.
pub fn run(args: &Corpus, root: Option<&Path>, report: Report) -> Result<Outcome, Refusal> {
    let place = workspace(root)?.join("target/corpus");
    let folder = match &args.folder {
        Some(folder) => std::path::absolute(folder)?,
        None => fetch::fetch(&place, report)?,
    };
    let mut collection = Collection::read(folder, args.only.as_deref())?;
    if args.folder.is_some() || args.only.is_some() {
        collection.mark = mark(&collection.folder, args.only.as_deref());
    }
    let generator = this_program()?;
    let records = examine_all(&collection, &place, generator, report)?;
    report.print(&table::summary(&records));
    let faulty = records
        .iter()
        .any(|record| record.answer.verdict.fault().is_some());
    let mut outcome = if faulty {
        Outcome::Drift
    } else {
        Outcome::Fine
    };
    if let Some(wanted) = args.compile {
        let sample = sample(&records, wanted.most(), args.seed);
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

/// Examines what hasn't been examined by this build of the generator.
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
    // The largest first, so that no core waits for another in the end.
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
    });
    let mut outcome = Ok(());
    Pool::new(Vec::new(), LIMITS)?.run(jobs, |job, answer| {
        progress.advance(collection.sizes[&job.name]);
        let document = job.name;
        if let Err(error) = log.add(Record { document, answer }) {
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

/// A part of a file's name, for the documents of a folder or some of them: the folder's name, for
/// people, and a number that differs from that of all others.
fn mark(folder: &Path, only: Option<&str>) -> String {
    let mut hasher = DefaultHasher::new();
    (folder, only).hash(&mut hasher);
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = name.chars().filter(is_plain).take(40).collect();
    format!("-{name}-{:016x}", hasher.finish())
}

/// A number of those documents that make a crate, chosen by the seed.
fn sample(records: &[Record], number: usize, seed: u64) -> Vec<String> {
    let mut documents: Vec<String> = records
        .iter()
        .filter(|record| matches!(record.answer.verdict, Verdict::Generated { .. }))
        .map(|record| record.document.clone())
        .collect();
    fastrand::Rng::with_seed(seed).shuffle(&mut documents);
    documents.truncate(number);
    documents
}

/// Tells this build of the program from others: what a build has found, another may find otherwise.
fn this_program() -> Result<u64, Refusal> {
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
                mark: mark(Path::new(folder), only),
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
