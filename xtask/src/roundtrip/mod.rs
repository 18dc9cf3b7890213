//! The task `roundtrip`: reads and writes values of each schema with the client's types, and compares
//! them.

mod compare;
mod hostile;
mod known;
mod program;
mod reason;
mod subjects;
mod summary;
mod tally;
mod trial;
mod variant;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use wiretrue_cli::Outcome;
use wiretrue_cli::contract::jobs_of;
use wiretrue_cli::generate::{self, DocumentLocation, Job};
use wiretrue_cli::remote::Access;
use wiretrue_cli::report::{Refusal, Report};
use wiretrue_codegen::normalise::Resolved;
use wiretrue_codegen::options::{Codec, FormatType, Layout};
use wiretrue_codegen::{Options, ir};
use wiretrue_contract::crates::{Crates, Package};

use self::known::KnownDifferences;
use self::program::program;
use self::subjects::Subjects;
use self::tally::Tally;
use self::trial::Extent;
use crate::ci::Ci;
use crate::cli::Roundtrip;
use crate::corpus;
use crate::fuzz::documents_below;

/// A client whose crate has been written.
struct Client {
    name: String,
    package: Package,
    resolved: Resolved,
    api: ir::Api,
    subjects: Subjects,
}

/// Tests the clients of the documents on the command line, or of all committed documents.
pub fn run(args: &Roundtrip, root: Option<&Path>, report: Report) -> Result<Outcome, Refusal> {
    let ci = Ci::new(root, report)?;
    let jobs = if args.documents.is_empty() && args.sample.is_none() {
        committed(&ci)?
    } else {
        jobs_of(&documents(args, &ci)?)?
    };
    try_all(&jobs, args, &ci)
}

/// Returns the paths of the documents on the command line and of the sample.
fn documents(args: &Roundtrip, ci: &Ci) -> Result<Vec<PathBuf>, Refusal> {
    let mut documents = Vec::new();
    for path in &args.documents {
        match path.is_dir() {
            true => documents.extend(documents_below(path)?),
            false => documents.push(path.clone()),
        }
    }
    if let Some(number) = args.sample {
        let folder = corpus::fetch(&ci.target.join("corpus"), ci.report)?;
        documents.extend(corpus::sample(documents_below(&folder)?, number, args.seed));
    }
    Ok(documents)
}

/// Returns the clients of the manifest, and those of the golden cases.
fn committed(ci: &Ci) -> Result<Vec<Job>, Refusal> {
    let mut jobs = ci.jobs()?;
    let mut folders: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(ci.root.join("codegen/tests/golden"))? {
        folders.push(entry?.path());
    }
    folders.sort();
    for folder in folders {
        jobs.push(golden(&folder)?);
    }
    Ok(jobs)
}

/// Returns the client of a golden case, with its options.
fn golden(folder: &Path) -> Result<Job, Refusal> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let options = folder.join("options.toml");
    let text = match options.exists() {
        true => fs::read_to_string(&options)?,
        false => String::new(),
    };
    let invalid =
        |error: toml::de::Error| Refusal::new(format!("{}: {error}", options.display()), "");
    let mut table: toml::Table = toml::from_str(&text).map_err(invalid)?;
    table.insert("package".to_owned(), "golden".into());
    let mut options: Options = table.try_into().map_err(invalid)?;
    options.layout = Layout::ByKind;
    // Properties that may be missing don't distinguish null from absence, so they lose it.
    options.tolerate_missing.clear();
    // The hand-written types of a case aren't those of its document.
    options.replace.clear();
    options.formats.retain(|_, ty| *ty == FormatType::Text);
    Ok(Job {
        name: format!("golden {name}"),
        document: DocumentLocation::File(folder.join("openapi.yaml")),
        root: None,
        overlays: options.overlays.iter().map(|it| folder.join(it)).collect(),
        templates: options.templates.as_ref().map(|it| folder.join(it)),
        folder: PathBuf::new(),
        manifest: None,
        verbose: false,
        options,
        remote: Access::default(),
        api: None,
    })
}

/// Tests clients. They pass if every valid value comes out as it went in.
fn try_all(jobs: &[Job], args: &Roundtrip, ci: &Ci) -> Result<Outcome, Refusal> {
    let report = ci.report;
    let known = KnownDifferences::read(&ci.root)?;
    let crates = ci.setup().crates("roundtrip");
    let (mut clients, mut refused) = write_all(jobs, &crates, report);
    let programs = build(&clients, &crates, report)?;
    let is_built = |client: &Client| programs.contains_key(&client.package.name);
    let failed = clients.iter().filter(|client| !is_built(client));
    refused.extend(failed.map(|client| client.name.clone()));
    clients.retain(is_built);
    let tallies = test(&clients, &programs, args, report)?;
    let lines: String = tallies.iter().map(Tally::lines).collect();
    let file = ci.target.join("roundtrip/kinds.jsonl");
    fs::write(&file, lines)?;
    report.print(&summary::text(&tallies, &refused, &known, args.examples));
    report.status("Recorded", format_args!("every kind in {}", file.display()));
    let has_failed = |tally: &Tally| tally.failures(&known).next().is_some();
    Ok(
        match refused.is_empty() && !tallies.iter().any(has_failed) {
            true => Outcome::Fine,
            false => Outcome::Drift,
        },
    )
}

/// Generates and writes the clients. Also returns the names of those whose document is refused.
fn write_all(jobs: &[Job], crates: &Crates, report: Report) -> (Vec<Client>, Vec<String>) {
    let (mut clients, mut refused) = (Vec::new(), Vec::new());
    for job in jobs {
        match Client::write(job, crates) {
            Ok(client) => {
                let types = client.subjects.read.len();
                report.status("Generated", format_args!("{} with {types} types", job.name));
                clients.push(client);
            }
            Err(refusal) => {
                report.refusal(&refusal);
                refused.push(job.name.clone());
            }
        }
    }
    (clients, refused)
}

/// Builds the programs. Returns the paths of those that compile, by package.
fn build(
    clients: &[Client],
    crates: &Crates,
    report: Report,
) -> Result<BTreeMap<String, PathBuf>, Refusal> {
    report.status("Building", format_args!("{} clients", clients.len()));
    let begin = Instant::now();
    let packages: Vec<_> = clients.iter().map(|it| &it.package).collect();
    let (programs, said) = crates.build(&packages)?;
    let (count, time) = (programs.len(), begin.elapsed().as_secs_f64());
    report.status("Built", format_args!("{count} programs in {time:.0}s"));
    if count < clients.len() {
        report.failure("Failed", format_args!("to build:\n{said}"));
    }
    Ok(programs)
}

/// Tests the clients, one on each core. Each has a share of values and time by the number of its types.
fn test(
    clients: &[Client],
    programs: &BTreeMap<String, PathBuf>,
    args: &Roundtrip,
    report: Report,
) -> Result<Vec<Tally>, Refusal> {
    let types: usize = clients.iter().map(|it| it.subjects.read.len()).sum();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut order: Vec<_> = clients.iter().enumerate().collect();
    // Largest first, so that no core is idle at the end.
    order.sort_by_key(|(_, client)| std::cmp::Reverse(client.subjects.read.len()));
    let waiting = Mutex::new(order.into_iter());
    let results = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .next();
            let Some((index, client)) = next else { break };
            let Some(program) = programs.get(&client.package.name) else {
                continue;
            };
            let share = client.subjects.read.len() as f64 / types.max(1) as f64;
            let seconds = args.time.map(|it| it as f64 * cores as f64 * share);
            let extent = Extent {
                values: (args.values as f64 * share).ceil() as u64,
                time: seconds.map(Duration::from_secs_f64),
                seed: args.seed,
            };
            let result = trial::run(client, program, extent);
            if let Ok(tally) = &result {
                let (values, equal) = (tally.values, tally.equal);
                report.status(
                    "Tested",
                    format_args!("{}: {equal} of {values} values equal", client.name),
                );
            }
            let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
            results.push((index, result));
        }
    };
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(work);
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

impl Client {
    /// Generates a client as its users do, and writes it with the program that reads and writes values.
    /// Mocks write the models of responses.
    fn write(job: &Job, crates: &Crates) -> Result<Self, Refusal> {
        let write = |codec| {
            let job = Job {
                options: crates.options(&job.name, &job.options, codec),
                ..job.clone()
            };
            let made = generate::generate(&job)?.generated;
            let subjects = subjects::subjects(&made);
            let library = job.options.package.replace('-', "_");
            let program = program(&made, &subjects, &library);
            let package = crates.write(&job.options, &made, &["mock", "webhooks"], &program)?;
            Ok::<_, Refusal>((package, made, subjects))
        };
        let (mut package, mut made, mut subjects) = write(job.options.codec)?;
        if made.api.operations.is_empty() {
            // A document of webhooks alone. Nothing is mocked, so the option has to make models encodable.
            (package, made, subjects) = write(Codec::Both)?;
        }
        Ok(Self {
            name: job.name.clone(),
            package,
            resolved: made.resolved,
            api: made.api,
            subjects,
        })
    }
}
