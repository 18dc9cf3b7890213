//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use wiretrue_cli::args::{Clients, Contract, Form, Inspect, Stage};
use wiretrue_cli::generate::Action;

use crate::compare::Peer;

/// The tasks of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub struct Cli {
    /// The task to run. Without one, the tasks are listed
    #[command(subcommand)]
    pub task: Option<Task>,

    /// Use the workspace at this path
    #[arg(long, global = true, hide = true, value_name = "DIR")]
    pub workspace: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Task {
    /// Generate client crates from OpenAPI documents
    ///
    /// Without DOCUMENT, generates the clients of spec/clients.toml. In a client's folder, Cargo.toml,
    /// README.md, src/ and docs/ belong to the generator; nothing else is touched, except wiretrue.lock if
    /// DOCUMENT is remote. Only files whose text changes are written, each atomically. Generated files that
    /// are no longer needed are deleted; hand-written files never are.
    Codegen(Codegen),
    /// Show what an operation, a model or a group becomes, and why
    ///
    /// Prints its names and types in the client, each with its place in the document, and what the client
    /// expresses less precisely than the document. Without --name, lists all operations and models.
    Inspect(Inspect),
    /// Call every operation of a client, and validate the requests with openapi-core
    ///
    /// Generates a client for each document, and a program that calls every operation: once with all
    /// inputs, and once with only the required ones. A server records the requests and responds with the
    /// document's examples, or with values of its schemas. Then openapi-core (Python, installed below
    /// target/) validates each request against the document, and every example of a response is
    /// decoded and encoded again.
    Contract(Contract),
    /// Read and write random values of all schemas, and compare them
    ///
    /// Generates a client for each document, and a program that decodes values with the client's types
    /// and encodes them again. The values are made from the schemas: every valid value must be written as
    /// it was read, and a value of a union must be read as a variant whose schema it matches. Mutated
    /// values and hostile input must cause no panic and no hang. All kinds of differences are written to
    /// target/roundtrip/kinds.jsonl.
    Roundtrip(Roundtrip),
    /// Test the clients against real authorization servers, Prism and a browser
    ///
    /// Installs the servers below target/ at the versions that the lock files in xtask/e2e pin, starts
    /// them on 127.0.0.1, runs the tests of xtask/e2e, and stops the servers. Requires Node.js 20 or
    /// later with npm, Python 3.10 or later with venv, and Chromium or Chrome.
    E2e(E2e),
    /// Build the pages of docs/ as a book with mdBook, in target/book
    ///
    /// Fails on any warning of mdBook and any broken link. Files outside of docs/ that a page links to
    /// become pages of the book.
    Book,
    /// Run every check that CI runs
    ///
    /// This includes checks that `cargo test --workspace` leaves out because they take minutes or need
    /// other programs: the crates of all golden cases are compiled, and the clients are tested with
    /// openapi-core, with native TLS and with real servers.
    Ci,
    /// Generate crates from mutated documents, and report panics, hangs and invalid Rust
    ///
    /// A mutant depends only on the seed, its document and its number. For a long run, `cargo run
    /// --release --package xtask --no-default-features -- fuzz` is faster. Documents that show a fault are written to
    /// target/fuzz/.
    Fuzz(Fuzz),
    /// Generate crates from all documents of APIs.guru or of a folder
    ///
    /// Downloads the documents of APIs.guru once, with npm, into target/corpus/. Records the results
    /// there as JSON Lines: an interrupted run resumes, and another build of the generator starts
    /// over. Each folder and each filter has its own record.
    Corpus(Corpus),
    /// Measure generation, compilation and decoding beside other generators
    ///
    /// Installs the other generators at fixed versions below target/compare/. Each result is the shortest
    /// time of several interleaved rounds. --umbrella measures a product of many documents.
    Compare(Compare),
    /// Process one document for each line of standard input, for another task
    #[command(hide = true)]
    Worker(Worker),
}

/// The arguments of `codegen`.
#[derive(Args, Clone, Debug, Default)]
#[command(after_help = CODEGEN)]
pub struct Codegen {
    #[command(flatten)]
    pub clients: Clients,

    /// Write nothing, print each difference, and exit with 1 if there are any
    #[arg(long)]
    pub check: bool,

    /// Print the result of a stage as JSON, and write nothing
    #[arg(long, value_name = "STAGE", conflicts_with_all = ["check", "out"])]
    pub dump: Option<Stage>,

    /// Count, by reason, where a client expresses less than its document, and write nothing. `full` lists
    /// each place, and `json` is for programs
    #[arg(
        long,
        value_name = "FORM",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "summary",
        conflicts_with_all = ["check", "dump", "out"]
    )]
    pub report: Option<Form>,
}

impl Codegen {
    /// Returns what is done with the clients.
    pub fn action(&self) -> Action {
        match (self.check, self.dump, self.report) {
            (_, Some(stage), _) => Action::Dump(stage),
            (_, _, Some(form)) => Action::Report(form),
            (true, ..) => Action::Check,
            (false, ..) => Action::Write,
        }
    }
}

const CODEGEN: &str = "\
Examples:
  cargo xtask codegen
      write all clients of spec/clients.toml
  cargo xtask codegen --check
      print what that would change, and fail if it would change anything
  cargo xtask codegen --client twilio-oauth --dump names
      print the identifiers of one client
  cargo xtask codegen --report
      count, by reason, what is untyped or simplified in each client
  cargo xtask codegen petstore.yaml --out ../petstore --package petstore
      generate a crate from any document

Exit status:
  0  success
  1  --check found a file that differs, is missing or is orphaned
  2  a document was rejected, or a file can't be read or written";

/// The arguments of `e2e`.
#[derive(Args, Clone, Debug, Default)]
pub struct E2e {
    /// Run only tests whose names contain one of these texts
    #[arg(value_name = "TEXT")]
    pub tests: Vec<String>,
}

/// The arguments of `roundtrip`.
#[derive(Args, Clone, Debug)]
#[command(after_help = ROUNDTRIP)]
pub struct Roundtrip {
    /// OpenAPI documents, or folders of them [default: those of spec/clients.toml and the golden cases]
    #[arg(value_name = "FILE|FOLDER")]
    pub documents: Vec<PathBuf>,

    /// Test a random sample of this many documents of APIs.guru, which npm downloads
    #[arg(long, value_name = "N")]
    pub sample: Option<usize>,

    /// The number of valid values, for all documents together
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub values: u64,

    /// Stop testing after about this number of seconds, not counting the build
    #[arg(long, value_name = "SECONDS")]
    pub time: Option<u64>,

    /// The seed of the values and of the sample
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// The number of kinds of differences to print for each reason and document
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub examples: usize,
}

const ROUNDTRIP: &str = "\
Exit status:
  0  every value was written as it was read
  1  a value wasn't, or a document was rejected
  2  the task can't run";

/// The arguments of `fuzz`.
#[derive(Args, Clone, Debug)]
pub struct Fuzz {
    /// Stop after this number of seconds
    #[arg(long, value_name = "N")]
    pub seconds: Option<u64>,

    /// Stop after this number of mutants [default: 10000 without --seconds]
    #[arg(long, value_name = "N")]
    pub documents: Option<u64>,

    /// The seed of the mutations
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// The folders with the documents to mutate [default: spec and codegen/tests/golden]
    #[arg(value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,
}

/// The arguments of `corpus`.
#[derive(Args, Clone, Debug)]
pub struct Corpus {
    /// Compile a random sample of this many crates, or all of them
    #[arg(long, value_name = "N|all")]
    pub compile: Option<Sample>,

    /// The seed of the sample
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// Also run clippy and rustdoc on the sample
    #[arg(long, requires = "compile")]
    pub lint: bool,

    /// Use the documents of this folder instead of those of APIs.guru
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,

    /// Use only documents whose path contains this text
    #[arg(long, value_name = "TEXT")]
    pub only: Option<String>,
}

/// The size of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    Some(usize),
    All,
}

impl Sample {
    /// Returns the largest number of items in the sample.
    pub fn limit(self) -> usize {
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
#[command(after_help = COMPARE_EXAMPLES)]
pub struct Compare {
    /// Measure the generation of these documents, or of all documents in a folder
    #[arg(value_name = "FILE|FOLDER")]
    pub documents: Vec<PathBuf>,

    /// Measure `cargo check` of the crate of a document; may be repeated
    #[arg(long, value_name = "FILE")]
    pub compile: Vec<PathBuf>,

    /// Measure `cargo build --release` of a program that makes three calls; may be repeated. The
    /// document must be Twilio's twilio_api_v2010.yaml
    #[arg(long, value_name = "FILE")]
    pub release: Vec<PathBuf>,

    /// Measure all documents in a folder as one product: generate the umbrella crate (other generators: a
    /// crate for each document), check it with a few APIs and with all, and count the lines of Rust
    #[arg(long, value_name = "FOLDER")]
    pub umbrella: Option<PathBuf>,

    /// The APIs that --umbrella checks first, by the names of their documents [default: the first three]
    #[arg(long, value_name = "API", value_delimiter = ',', requires = "umbrella")]
    pub apis: Vec<String>,

    /// Measure decoding with a generated model and with serde's derive
    #[arg(long)]
    pub decode: bool,

    /// The number of rounds, of which the shortest time counts [default: 3, and 1 for --umbrella]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..)
    )]
    pub rounds: Option<usize>,

    /// The generators to compare with. `openapi-generator` requires Java 11 or later, and Python to install it
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "ploidy,openapi-to-rust"
    )]
    pub with: Vec<Peer>,

    /// Where the clients get their runtime from, as in `cargo xtask codegen`
    /// [default: the package in this workspace]
    #[arg(long, value_name = "SOURCE")]
    pub runtime: Option<String>,
}

const COMPARE_EXAMPLES: &str = "\
Examples:
  cargo xtask compare spec
      measure the generation of every document in a folder
  cargo xtask compare --compile petstore.yaml --compile pets.yaml --rounds 5
      measure `cargo check` of two clients
  cargo xtask compare --compile twilio_api_v2010.yaml --release twilio_api_v2010.yaml
      also measure a release build of a program that makes three calls
  cargo xtask compare --umbrella specs --with ploidy,openapi-to-rust,openapi-generator
      measure a product of many documents";

/// The arguments of `worker`.
#[derive(Args, Clone, Debug)]
pub struct Worker {
    /// Read numbers of mutants, with this seed, of the documents in the folders
    #[arg(long, value_name = "SEED")]
    pub mutate: Option<u64>,

    #[arg(value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,
}
