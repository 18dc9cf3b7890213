//! The task `fuzz`: runs mutated documents through the whole pipeline.
//!
//! A mutant depends on the seed, its original and its number only. So a run can be repeated on any
//! machine, and each process can create a mutant by its number.

pub mod bytes;
pub mod tree;
mod words;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::Value;
use wiretrue_codegen::{Options, Source};

use crate::cli::Fuzz;
use crate::pool::{Limits, Pool};
use crate::trial::{self, Verdict};
use crate::workspace;
use wiretrue_cli::Outcome;
use wiretrue_cli::report::{Refusal, Report, shown};

/// The folders whose documents are mutated by default.
const FOLDERS: [&str; 2] = ["spec", "codegen/tests/golden"];
/// The default number of mutants.
const DOCUMENTS: u64 = 10_000;
/// The processor time after which a mutant counts as a hang, and the memory limit.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(10),
    memory: 2_000_000_000,
};
/// The length in bytes from which only a part of a document is used, so that a run examines more mutants.
const LONG_DOCUMENT: usize = 64 * 1024;

/// The documents that are mutated, in the order of their paths.
pub struct Originals(Vec<Original>);

/// A document before its mutation.
struct Original {
    /// The path relative to the folder. It is part of the seed of a mutant, so that an added document
    /// doesn't change the mutants of the others.
    name: String,
    text: String,
    tree: Value,
}

impl Originals {
    /// Reads every document below these folders.
    pub fn read(folders: &[PathBuf]) -> Result<Self, Refusal> {
        let mut originals = Vec::new();
        for folder in folders {
            for path in documents_below(folder)? {
                let name = path.strip_prefix(folder).unwrap_or(&path);
                let text = fs::read_to_string(&path)?;
                // Other files, such as options, are skipped.
                let Ok(tree) = serde_yaml::from_str::<Value>(&text) else {
                    continue;
                };
                if tree.get("openapi").is_some() {
                    originals.push(Original {
                        name: name.to_string_lossy().replace('\\', "/"),
                        text,
                        tree,
                    });
                }
            }
        }
        if originals.is_empty() {
            return Err(Refusal::new("found no OpenAPI document to mutate", ""));
        }
        Ok(Self(originals))
    }

    /// Creates the mutant with this number.
    fn mutant(&self, seed: u64, index: u64) -> Source {
        let count = self.0.len() as u64;
        let original = &self.0[(index % count) as usize];
        let mut rng = Rng::with_seed(mixed(seed, &original.name, index / count));
        let long = original.text.len() > LONG_DOCUMENT;
        let (tree_changes, byte_changes) = match rng.u8(0..8) {
            0 => (false, true),
            1 => (true, true),
            _ => (true, false),
        };
        let text = if !long && !tree_changes {
            original.text.clone()
        } else {
            let mut tree = if long {
                tree::part(&original.tree, &mut rng)
            } else {
                original.tree.clone()
            };
            if tree_changes {
                tree::mutate(&mut tree, &mut rng);
            }
            printed(&tree, &mut rng)
        };
        let text = if byte_changes {
            bytes::mutate(&text, &mut rng)
        } else {
            text
        };
        let extension = if rng.bool() { "json" } else { "yaml" };
        Source::new(format!("mutant.{extension}"), text)
    }
}

/// Formats a tree as JSON or YAML.
fn printed(tree: &Value, rng: &mut Rng) -> String {
    let json = || tree.to_string();
    if rng.bool() {
        json()
    } else {
        serde_yaml::to_string(tree).unwrap_or_else(|_| json())
    }
}

/// Hashes all three with FNV-1a (64 bits).
pub fn mixed(seed: u64, name: &str, round: u64) -> u64 {
    let bytes = seed.to_le_bytes().into_iter().chain(name.bytes());
    bytes
        .chain(round.to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

/// Returns all JSON and YAML files below a folder, in the order of their paths.
pub fn documents_below(folder: &Path) -> Result<Vec<PathBuf>, Refusal> {
    let failed = |path: &Path, error: std::io::Error| {
        Refusal::new(format!("can't list {}: {error}", path.display()), "")
    };
    let mut documents = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(path) = pending.pop() {
        for entry in fs::read_dir(&path).map_err(|error| failed(&path, error))? {
            let entry = entry.map_err(|error| failed(&path, error))?;
            let kind = entry.file_type().map_err(|error| failed(&path, error))?;
            let extension = entry.path().extension().map(std::ffi::OsStr::to_owned);
            if kind.is_dir() {
                pending.push(entry.path());
            } else if extension.is_some_and(|of| of == "json" || of == "yaml" || of == "yml") {
                documents.push(entry.path());
            }
        }
    }
    documents.sort();
    Ok(documents)
}

/// Creates the mutant with this number, and generates its crate.
pub fn examine(originals: &Originals, seed: u64, index: u64) -> Verdict {
    trial::run(&originals.mutant(seed, index), &Options::new("mutant")).0
}

/// The results of a run.
#[derive(Default)]
struct Tally {
    generated: u64,
    refused: u64,
    /// Bugs of the generator: a word and a message, how often each occurred, and the first mutant.
    faults: BTreeMap<(&'static str, String), (u64, u64)>,
}

impl Tally {
    fn add(&mut self, index: u64, verdict: &Verdict) {
        match verdict {
            Verdict::Generated { .. } => self.generated += 1,
            Verdict::Refused { .. } => self.refused += 1,
            Verdict::Invalid { .. }
            | Verdict::Panicked { .. }
            | Verdict::Crashed { .. }
            | Verdict::Hung { .. } => {}
        }
        if let Some((word, message)) = verdict.fault() {
            let message = message.lines().next().unwrap_or_default().to_owned();
            let (count, first) = self.faults.entry((word, message)).or_insert((0, index));
            *count += 1;
            *first = index.min(*first);
        }
    }

    fn total(&self) -> u64 {
        let faults: u64 = self.faults.values().map(|(count, _)| count).sum();
        self.generated + self.refused + faults
    }
}

/// Examines mutants until their number or the time is reached.
pub fn run(args: &Fuzz, root: Option<&Path>, report: Report) -> Result<Outcome, Refusal> {
    let root = workspace(root)?;
    let folders = if args.folders.is_empty() {
        FOLDERS.map(|folder| root.join(folder)).to_vec()
    } else {
        args.folders.clone()
    };
    let originals = Originals::read(&folders)?;
    let documents = match (args.documents, args.seconds) {
        (Some(documents), _) => documents,
        (None, Some(_)) => u64::MAX,
        (None, None) => DOCUMENTS,
    };
    let end = args.seconds.map(Duration::from_secs);
    let begin = Instant::now();
    let jobs = (0..documents).take_while(|_| end.is_none_or(|end| begin.elapsed() < end));

    let mut arguments = vec!["--mutate".to_owned(), args.seed.to_string()];
    arguments.extend(
        folders
            .iter()
            .map(|folder| folder.to_string_lossy().into_owned()),
    );
    let pool = Pool::new(arguments, LIMITS)?;
    report.status(
        "Mutating",
        format_args!(
            "{} documents, with the seed {}",
            originals.0.len(),
            args.seed
        ),
    );
    let mut tally = Tally::default();
    let mut slowest = (0.0, 0);
    pool.run(jobs, |index, reply| {
        tally.add(index, &reply.verdict);
        if reply.seconds > slowest.0 {
            slowest = (reply.seconds, index);
        }
    })?;
    report.status(
        "Examined",
        format_args!(
            "{} mutants in {:.0} s: {} generated, {} refused; the slowest, {}, took {:.1} s",
            tally.total(),
            begin.elapsed().as_secs_f64(),
            tally.generated,
            tally.refused,
            slowest.1,
            slowest.0,
        ),
    );
    print_faults(
        &originals,
        args.seed,
        &tally,
        &root.join("target/fuzz"),
        report,
    )
}

/// Prints each bug once, and writes a document that shows it.
fn print_faults(
    originals: &Originals,
    seed: u64,
    tally: &Tally,
    folder: &Path,
    report: Report,
) -> Result<Outcome, Refusal> {
    if tally.faults.is_empty() {
        return Ok(Outcome::Fine);
    }
    fs::create_dir_all(folder)?;
    for ((word, message), (count, first)) in &tally.faults {
        let mutant = originals.mutant(seed, *first);
        let extension = mutant
            .name
            .extension()
            .unwrap_or_default()
            .to_string_lossy();
        let file = folder.join(format!("{word}-{seed}-{first}.{extension}"));
        fs::write(&file, &mutant.text)?;
        report.failure(
            "Found",
            format_args!(
                "{word}, {count} times: {message}; see {}",
                shown(&file).display()
            ),
        );
    }
    Ok(Outcome::Drift)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn originals() -> Originals {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        Originals::read(&FOLDERS.map(|folder| root.join(folder))).unwrap()
    }

    #[test]
    fn a_seed_and_a_number_make_the_same_mutant() {
        let (one, other) = (originals(), originals());
        for index in 0..50 {
            let (one, other) = (one.mutant(7, index), other.mutant(7, index));
            assert_eq!((one.name, one.text), (other.name, other.text));
        }
        assert_ne!(one.mutant(7, 0).text, one.mutant(8, 0).text);
    }

    #[test]
    fn an_added_document_keeps_the_mutants_of_the_others() {
        let (few, mut more) = (originals(), originals());
        let first = few.mutant(1, 0);
        let text = more.0[0].text.clone();
        let tree = more.0[0].tree.clone();
        more.0.push(Original {
            name: "zoo.yaml".to_owned(),
            text,
            tree,
        });
        assert_eq!(more.mutant(1, 0).text, first.text);
        let round = more.0.len() as u64;
        assert_eq!(
            more.mutant(1, round).text,
            few.mutant(1, few.0.len() as u64).text
        );
    }
}
