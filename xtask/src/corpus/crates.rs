//! Compiles the crates of a sample in batches, and summarises the messages of the compiler.
//!
//! The crates of a batch are members of one workspace, and all batches share a target folder, so that
//! dependencies are built once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::log::Log;
use super::progress::Progress;
use super::{Collection, Job, LIMITS};
use crate::pool::Pool;
use wiretrue_cli::Outcome;
use wiretrue_cli::report::{Refusal, Report, shown};

/// The number of crates in a batch.
const BATCH: usize = 16;
/// The number of crates that are listed for one message.
const NAMED: usize = 3;

/// The crates to compile, and the options.
pub struct Plan<'a> {
    pub collection: &'a Collection,
    /// The documents, in the order of compilation.
    pub sample: Vec<String>,
    /// The folder of the task.
    pub place: PathBuf,
    pub generator: u64,
    /// Whether to run clippy and rustdoc as well.
    pub lint: bool,
    pub report: Report,
}

/// The result of compiling a crate.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Compiled {
    document: String,
    package: String,
    /// Whether the compiler finished.
    complete: bool,
    said: Vec<Lint>,
}

/// A warning or an error.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Lint {
    /// The name of the lint or the code of the error, or else the message.
    what: String,
    level: String,
    rendered: String,
}

/// Compiles the sample, and prints a summary of all warnings and errors.
pub fn compile(plan: &Plan) -> Result<Outcome, Refusal> {
    let subject = format!("{} lint {}", plan.collection.subject(), plan.lint);
    let path = plan.collection.log(&plan.place, "compiled");
    let mut log: Log<Compiled> = Log::open(&path, plan.generator, &subject)?;
    let known: BTreeSet<String> = log
        .records
        .iter()
        .map(|record| record.document.clone())
        .collect();
    let left: Vec<&String> = plan
        .sample
        .iter()
        .filter(|name| !known.contains(*name))
        .collect();
    if !known.is_empty() {
        plan.report
            .status("Resuming", format_args!("after {} crates", known.len()));
    }
    let bytes = |names: &[&String]| names.iter().map(|name| plan.collection.sizes[*name]).sum();
    let mut progress = Progress::new(bytes(&left), left.len());
    for batch in left.chunks(BATCH) {
        for compiled in compile_batch(plan, batch)? {
            progress.advance(plan.collection.sizes[&compiled.document]);
            log.add(compiled)?;
        }
    }
    progress.end();
    let mut records = log.records;
    records.retain(|record| plan.sample.contains(&record.document));
    let clean = records.iter().filter(|record| record.clean()).count();
    plan.report.print(&summary(&records));
    plan.report.status(
        "Compiled",
        format_args!(
            "{clean} of {} crates without a message; see {}",
            records.len(),
            shown(&path).display()
        ),
    );
    Ok(if clean == records.len() {
        Outcome::Fine
    } else {
        Outcome::Drift
    })
}

impl Compiled {
    fn clean(&self) -> bool {
        self.complete && self.said.is_empty()
    }
}

/// Returns the name of a document's package, which is unique in the corpus.
fn package(plan: &Plan, document: &str) -> String {
    let number = plan
        .collection
        .sizes
        .keys()
        .take_while(|name| *name != document)
        .count();
    let words: String = document
        .trim_end_matches(".json")
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .take(40)
        .collect();
    let words: Vec<&str> = words.split('-').filter(|word| !word.is_empty()).collect();
    format!("c{number:04}-{}", words.join("-"))
}

/// Writes the crates of these documents, and compiles them.
fn compile_batch(plan: &Plan, documents: &[&String]) -> Result<Vec<Compiled>, Refusal> {
    let workspace = plan.place.join("crates");
    match fs::remove_dir_all(&workspace) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => fs::create_dir_all(&workspace)?,
    }
    // One runtime for all crates, so that it is compiled once.
    let runtime = std::path::absolute(plan.place.join("../../templates/runtime"))?;
    let jobs: Vec<Job> = documents
        .iter()
        .map(|document| {
            let package = package(plan, document);
            Job {
                name: (*document).clone(),
                document: plan.collection.folder.join(document),
                folder: Some(workspace.join(&package)),
                runtime: Some(runtime.clone()),
                package,
            }
        })
        .collect();
    let members: BTreeMap<&str, &str> = jobs
        .iter()
        .map(|job| (job.package.as_str(), job.name.as_str()))
        .collect();
    Pool::new(Vec::new(), LIMITS)?.run(jobs.iter(), |_, _| {})?;
    let names: Vec<&str> = members.keys().copied().collect();
    fs::write(
        workspace.join("Cargo.toml"),
        format!("[workspace]\nresolver = \"3\"\nmembers = {names:?}\n"),
    )?;
    // Use the locked versions of this workspace where the dependencies are the same.
    let lock = plan.place.join("Cargo.lock");
    let own = plan.place.join("../../Cargo.lock");
    fs::copy(
        if lock.is_file() { &lock } else { &own },
        workspace.join("Cargo.lock"),
    )?;

    let mut found: BTreeMap<String, Compiled> = members
        .iter()
        .map(|(package, document)| {
            let compiled = Compiled {
                document: (*document).to_owned(),
                package: (*package).to_owned(),
                complete: false,
                said: Vec::new(),
            };
            ((*package).to_owned(), compiled)
        })
        .collect();
    let target = plan.place.join("build");
    if plan.lint {
        cargo(
            &workspace,
            &target,
            &["clippy", "--all-targets"],
            &mut found,
        )?;
        cargo(&workspace, &target, &["doc", "--no-deps"], &mut found)?;
    } else {
        cargo(&workspace, &target, &["check"], &mut found)?;
    }
    fs::copy(workspace.join("Cargo.lock"), lock)?;
    for package in found.keys() {
        forget(&target, package)?;
    }
    Ok(found.into_values().collect())
}

/// A message of cargo with `--message-format=json`.
#[derive(Deserialize)]
struct Line {
    reason: String,
    #[serde(default)]
    package_id: String,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    message: String,
    code: Option<Code>,
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

/// Runs cargo on all crates, and adds its messages to each.
fn cargo(
    workspace: &Path,
    target: &Path,
    task: &[&str],
    found: &mut BTreeMap<String, Compiled>,
) -> Result<(), Refusal> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(task)
        .args([
            "--workspace",
            "--keep-going",
            "--quiet",
            "--message-format=json",
        ])
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .current_dir(workspace)
        .output()?;
    for compiled in found.values_mut() {
        compiled.complete = false;
    }
    let lines = String::from_utf8_lossy(&output.stdout);
    for line in lines
        .lines()
        .filter_map(|line| serde_json::from_str::<Line>(line).ok())
    {
        // Such as `path+file:///…/crates/c0001-pets#0.1.0`.
        let package = line
            .package_id
            .rsplit_once('#')
            .map_or("", |(path, _)| path);
        let package = package.rsplit('/').next().unwrap_or_default();
        let Some(compiled) = found.get_mut(package) else {
            continue;
        };
        match (line.reason.as_str(), line.message) {
            ("compiler-artifact", _) => compiled.complete = true,
            // `aborting due to …` and `… warnings emitted` are summaries.
            ("compiler-message", Some(message))
                if message.level != "failure-note"
                    && !(message.code.is_none() && is_sum(&message.message)) =>
            {
                compiled.said.push(Lint {
                    what: message.code.map_or(message.message, |code| code.code),
                    level: message.level,
                    rendered: message.rendered.unwrap_or_default(),
                });
            }
            _ => {}
        }
    }
    if !output.status.success() && found.values().all(Compiled::clean) {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Refusal::new(
            format!("cargo {} failed: {}", task.join(" "), said.trim()),
            "",
        ));
    }
    Ok(())
}

fn is_sum(message: &str) -> bool {
    message.starts_with("aborting due to") || message.ends_with("emitted")
}

/// Removes the build of a crate, to save disk space.
fn forget(target: &Path, package: &str) -> Result<(), Refusal> {
    let library = package.replace('-', "_");
    for folder in [
        "debug/deps",
        "debug/.fingerprint",
        "debug/build",
        "debug/incremental",
        "doc",
    ] {
        for entry in fs::read_dir(target.join(folder))
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.contains(package) || name.contains(&library) {
                if entry.file_type()?.is_dir() {
                    fs::remove_dir_all(entry.path())?;
                } else {
                    fs::remove_file(entry.path())?;
                }
            }
        }
    }
    Ok(())
}

/// Formats the messages of the compiler, the most frequent first, each with a full example.
fn summary(records: &[Compiled]) -> String {
    let mut kinds: BTreeMap<(&str, &str), Vec<(&Compiled, &str)>> = BTreeMap::new();
    for record in records {
        if !record.complete && record.said.is_empty() {
            let kind = ("error", "the compiler didn't finish");
            kinds.entry(kind).or_default().push((record, ""));
        }
        for said in &record.said {
            let kind = (said.level.as_str(), said.what.as_str());
            kinds
                .entry(kind)
                .or_default()
                .push((record, &said.rendered));
        }
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, places)| std::cmp::Reverse(places.len()));
    let mut text = String::new();
    for ((level, what), places) in kinds {
        let documents: BTreeSet<&str> = places
            .iter()
            .map(|(record, _)| record.document.as_str())
            .collect();
        let named: Vec<&str> = documents.iter().copied().take(NAMED).collect();
        text += &format!(
            "\n{:>6} × {level}: {what} in {} crates, such as {}\n",
            places.len(),
            documents.len(),
            named.join(", ")
        );
        if let Some((_, rendered)) = places.first() {
            text += rendered;
        }
    }
    text
}
