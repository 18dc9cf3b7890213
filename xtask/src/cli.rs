//! What can be asked for on the command line.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use codegen::options::RuntimeSource;

use crate::compare::Other;
use crate::manifest;

/// The tasks of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub struct Cli {
    /// The task; without one, the tasks are listed.
    #[command(subcommand)]
    pub task: Option<Task>,

    /// The folder that holds spec/clients.toml, instead of this workspace.
    #[arg(long, global = true, hide = true, value_name = "DIR")]
    pub root: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Task {
    /// Make client crates of OpenAPI documents
    ///
    /// Without --spec, the clients are those of spec/clients.toml. In a client's folder, Cargo.toml,
    /// README.md, src/ and docs/ belong to this task; nothing else there is touched. A file is
    /// written only if its text changes, and in one step; a generated file that is no longer made
    /// is deleted; a hand-written one never is.
    Codegen(Codegen),
    /// Call every operation of a client, and have openapi-core judge what is sent
    ///
    /// A client is made of each document, with a program that calls every operation: once with all
    /// that it takes, once with what it must have. A server records the requests and answers with
    /// the document's examples, or with what its schemas say. Then openapi-core (Python, installed
    /// below target/) judges each request by the document, and every example of an answer is read
    /// and written.
    Contract(Contract),
    /// Test the clients against real authorization servers, Prism and a browser
    ///
    /// Installs the servers below the target folder, as the lock files in xtask/e2e pin them, starts
    /// them on 127.0.0.1, runs the tests of xtask/e2e, and stops them. Needs Node.js 20 or later
    /// with npm, Python 3.10 or later with venv, and Chromium or Chrome.
    E2e(E2e),
    /// Run everything that CI runs
    Ci,
    /// Send mutated documents through the pipeline: none may make it panic, hang or print what isn't Rust
    ///
    /// A mutant is told by the seed and its number alone. For a long run, `cargo run --release
    /// --package xtask -- fuzz` is faster. What shows a fault is left in target/fuzz/.
    Fuzz(Fuzz),
    /// Send every document of APIs.guru, or of a folder, through the pipeline
    ///
    /// The documents are fetched with npm, once, into target/corpus/. What is found is recorded there
    /// as lines of JSON, so that a run that is interrupted goes on where it was; a new build of the
    /// generator begins anew. A folder, and a choice of documents, has a record of its own.
    Corpus(Corpus),
    /// Measure this generator beside others: making crates, compiling them, decoding with them
    ///
    /// The others are installed at fixed versions below target/compare/.
    Compare(Compare),
    /// Examine documents for another task, one a line of standard input
    #[command(hide = true)]
    Worker(Worker),
}

/// The arguments of `e2e`.
#[derive(Args, Clone, Debug, Default)]
pub struct E2e {
    /// Only tests whose names have one of these texts in them
    #[arg(value_name = "TEXT")]
    pub tests: Vec<String>,
}

const USAGE: &str = "\
cargo xtask codegen [--client NAME] [--check | --dump STAGE | --report[=FORM]]
       cargo xtask codegen --spec FILE --out DIR [--overlay FILE]… [--package NAME] [--check]
                           [--select KIND=ENTRY]… [--exclude KIND=ENTRY]…
       cargo xtask codegen --spec FILE [--overlay FILE]… {--dump STAGE | --report[=FORM]}";

const EXAMPLES: &str = "\
Examples:
  cargo xtask codegen
      write every client of spec/clients.toml
  cargo xtask codegen --check
      show what writing them would change, and fail if that is anything
  cargo xtask codegen --client twilio-oauth --dump names
      print the identifiers chosen for one client
  cargo xtask codegen --report
      count what stays untyped in each client, by reason
  cargo xtask codegen --spec petstore.yaml --out ../petstore --package petstore
      make a crate of any document, ready for cargo build
  cargo xtask codegen --spec petstore.yaml --out ../pets --select tag=pets --select 'path=/owners/**'
      only these operations, and the models that they need

Exit status:
  0  all is well
  1  --check found a file that is changed, missing, or shouldn't be there
  2  a document is refused, or something can't be read or written";

/// The arguments of `codegen`.
#[derive(Args, Clone, Debug, Default)]
#[command(override_usage = USAGE, after_help = EXAMPLES)]
#[command(group = ArgGroup::new("target").args(["out", "dump", "report"]).multiple(true))]
pub struct Codegen {
    /// Write nothing: show each difference, and exit with 1 if there is one
    #[arg(long)]
    pub check: bool,

    /// Only this client of spec/clients.toml
    #[arg(long, value_name = "NAME", conflicts_with_all = ["spec", "out", "package"])]
    pub client: Option<String>,

    /// Print what a stage made of the document, as JSON, and write nothing
    #[arg(long, value_name = "STAGE", conflicts_with_all = ["check", "out"])]
    pub dump: Option<Stage>,

    /// Print where a client says less than its document, and why, counted by reason, and write
    /// nothing; `full` names each place, `json` is for programs
    #[arg(
        long,
        value_name = "FORM",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "summary",
        conflicts_with_all = ["check", "dump", "out"]
    )]
    pub report: Option<Form>,

    /// An OpenAPI document that isn't in spec/clients.toml
    #[arg(long, value_name = "FILE", requires = "target")]
    pub spec: Option<PathBuf>,

    /// An overlay that repairs the document (OpenAPI Overlay 1.0 or 1.1), before the crate is made;
    /// may be given several times, and they are applied in this order
    #[arg(long, value_name = "FILE", requires = "spec")]
    pub overlay: Vec<PathBuf>,

    /// The folder to make its crate in
    #[arg(long, value_name = "DIR", requires = "spec")]
    pub out: Option<PathBuf>,

    /// The name of its package [default: that of the folder]
    #[arg(long, value_name = "NAME", requires = "spec", value_parser = package_name)]
    pub package: Option<String>,

    /// Where the runtime of the crate comes from: `vendored` copies the modules it needs into the
    /// crate; path=DIR, git=URL and version=REQ depend on the package `wiretrue`
    #[arg(
        long,
        value_name = "SOURCE",
        requires = "spec",
        default_value = "vendored",
        value_parser = runtime_source
    )]
    pub runtime: RuntimeSource,

    /// Only these operations: tag=TAG, operation=ID or path=PATTERN, where `*` stands for a part
    /// of a segment and `**` for any number of segments; may be given several times
    #[arg(long, value_name = "KIND=ENTRY", requires = "spec", value_parser = entry)]
    pub select: Vec<Entry>,

    /// Not these operations, in the same words
    #[arg(long, value_name = "KIND=ENTRY", requires = "spec", value_parser = entry)]
    pub exclude: Vec<Entry>,
}

/// Reads the value of `--runtime`.
fn runtime_source(text: &str) -> Result<RuntimeSource, String> {
    let value = |value: &str| match value {
        "" => Err(format!("`{text}` has nothing after the `=`")),
        value => Ok(value.to_owned()),
    };
    match text.split_once('=') {
        None if text == "vendored" => Ok(RuntimeSource::Vendored),
        Some(("path", path)) => value(path).map(RuntimeSource::Path),
        Some(("git", url)) => value(url).map(RuntimeSource::Git),
        Some(("version", requirement)) => value(requirement).map(RuntimeSource::Version),
        _ => Err("expected `vendored`, path=DIR, git=URL or version=REQ".to_owned()),
    }
}

/// An entry of a selection of operations.
#[derive(Clone, Debug)]
pub struct Entry {
    /// As it was given.
    pub text: String,
    /// What it is: the key of a selection.
    pub kind: EntryKind,
    /// What follows the `=`.
    pub value: String,
}

#[derive(Clone, Copy, Debug)]
pub enum EntryKind {
    Tag,
    Operation,
    Path,
}

fn entry(text: &str) -> Result<Entry, String> {
    let (kind, value) = text.split_once('=').unwrap_or((text, ""));
    let kind = match kind {
        "tag" => EntryKind::Tag,
        "operation" => EntryKind::Operation,
        "path" => EntryKind::Path,
        _ => return Err("give tag=TAG, operation=ID or path=PATTERN".to_owned()),
    };
    Ok(Entry {
        text: text.to_owned(),
        kind,
        value: value.to_owned(),
    })
}

/// The arguments of `contract`.
#[derive(Args, Clone, Debug, Default)]
#[command(after_help = CONTRACT)]
pub struct Contract {
    /// OpenAPI documents [default: those of spec/clients.toml]
    #[arg(value_name = "DOCUMENT")]
    pub documents: Vec<PathBuf>,
}

const CONTRACT: &str = "\
Exit status:
  0  every operation is called, every request valid, every answer read, every example kept
  1  something isn't as it should be; it is named
  2  Python or a document can't be used";

/// A stage of the pipeline whose result can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// The client as data: operations, types, authentication
    Api,
    /// The identifiers chosen for them
    Names,
    /// What the templates are given
    Views,
}

/// How a report is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// A line for each reason
    Summary,
    /// With a line for each place
    Full,
    /// JSON, with every place
    Json,
}

fn package_name(name: &str) -> Result<String, String> {
    match manifest::package_fault(name) {
        None => Ok(name.to_owned()),
        Some(fault) => Err(fault),
    }
}

/// The arguments of `fuzz`.
#[derive(Args, Clone, Debug)]
pub struct Fuzz {
    /// Stop after this time
    #[arg(long, value_name = "N")]
    pub seconds: Option<u64>,

    /// Stop after this number of mutants [default: 10000, unless a time is told]
    #[arg(long, value_name = "N")]
    pub documents: Option<u64>,

    /// What the choice of mutations begins with
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// Where the documents are that are mutated [default: spec/ and the golden cases]
    #[arg(value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,
}

/// The arguments of `corpus`.
#[derive(Args, Clone, Debug)]
pub struct Corpus {
    /// Compile a random sample of the crates too, or all
    #[arg(long, value_name = "N|all")]
    pub compile: Option<Sample>,

    /// What the choice of the sample begins with
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// Have clippy and rustdoc look at what is compiled
    #[arg(long, requires = "compile")]
    pub lint: bool,

    /// The documents of this folder instead of those of APIs.guru
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,

    /// Only documents whose path has this in it
    #[arg(long, value_name = "TEXT")]
    pub only: Option<String>,
}

/// How many of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    Some(usize),
    All,
}

impl Sample {
    /// The most that it can be.
    pub fn most(self) -> usize {
        match self {
            Sample::Some(number) => number,
            Sample::All => usize::MAX,
        }
    }
}

impl std::str::FromStr for Sample {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" => Ok(Sample::All),
            number => number.parse().map(Sample::Some),
        }
    }
}

/// The arguments of `compare`.
#[derive(Args, Clone, Debug)]
pub struct Compare {
    /// Documents, and folders of documents, to make crates of
    #[arg(value_name = "FILE|FOLDER")]
    pub documents: Vec<PathBuf>,

    /// A document whose crates are compiled; with Twilio's twilio_api_v2010, also a program that makes
    /// three calls
    #[arg(long, value_name = "FILE")]
    pub compile: Option<PathBuf>,

    /// Decode JSON with a generated model and with serde's derive
    #[arg(long)]
    pub decode: bool,

    /// How often each is measured; the least counts
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub rounds: usize,

    /// The other generators
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "ploidy,openapi-to-rust"
    )]
    pub with: Vec<Other>,
}

/// The arguments of `worker`.
#[derive(Args, Clone, Debug)]
pub struct Worker {
    /// A job is the number of a mutant with this seed, of the documents in the folders
    #[arg(long, value_name = "SEED")]
    pub mutate: Option<u64>,

    #[arg(value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,
}
