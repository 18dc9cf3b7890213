//! Tests a generated client against its OpenAPI document: calls every operation, and validates the
//! requests with openapi-core.
//!
//! The arguments and the responses are made from the schemas of the document, never from the types of the
//! client. `ARCHITECTURE.md` explains the parts.

mod alternatives;
mod arguments;
mod cases;
pub mod crates;
pub mod difference;
mod error;
mod inputs;
pub mod install;
mod judge;
mod outcomes;
mod pattern;
mod planner;
mod program;
mod recorder;
mod replies;
pub mod sample;
pub mod schema;
pub mod summary;
pub mod tools;
mod trial;
mod wire;

use std::path::{Path, PathBuf};
use std::time::Instant;

use wiretrue_codegen::options::Codec;
use wiretrue_codegen::{Generated, Options, ir};

use self::cases::Cases;
use self::crates::{Crates, Package};
pub use self::error::{Error, Progress};
use self::judge::OpenapiCore;
use self::program::program;
use self::summary::Summary;

/// A test of clients.
pub struct Contract<'a> {
    target: &'a Path,
    crates: Crates,
    clients: Vec<Client>,
    summary: Summary,
    progress: &'a dyn Progress,
}

impl<'a> Contract<'a> {
    /// Creates a test that writes and builds its crates with `crates`, and installs openapi-core below `target`.
    pub fn new(crates: Crates, target: &'a Path, progress: &'a dyn Progress) -> Self {
        Self {
            target,
            crates,
            clients: Vec::new(),
            summary: Summary::default(),
            progress,
        }
    }

    /// Returns the folder of a package.
    pub fn folder(&self, package: &str) -> PathBuf {
        self.crates.folder(package)
    }

    /// Returns the options with which a client has to be generated, so that all its models can be encoded
    /// and decoded.
    pub fn options(&self, name: &str, options: &Options) -> Options {
        self.crates.options(name, options, Codec::Both)
    }

    /// Adds a client that was generated from a document in a file with [`Self::options`].
    ///
    /// # Errors
    ///
    /// Fails if its files can't be written.
    pub fn add(
        &mut self,
        name: &str,
        document: PathBuf,
        options: &Options,
        made: Generated,
    ) -> Result<(), Error> {
        let cases = planner::cases(&made);
        let program = program(&made, &cases, &options.package.replace('-', "_"));
        let package = self.crates.write(options, &made, &[], &program)?;
        let calls = cases.calls.len();
        self.progress
            .status("Generated", format_args!("{name} and {calls} calls"));
        self.clients.push(Client {
            name: name.to_owned(),
            package,
            document,
            api: made.api,
            cases,
        });
        Ok(())
    }

    /// Counts a client whose document is refused as a failure.
    pub fn refuse(&mut self, name: &str) {
        self.summary.refused(name);
    }

    /// Builds and tests the clients. Installs openapi-core, unless it is installed or there is no client.
    ///
    /// # Errors
    ///
    /// Fails without Python, if openapi-core can't be installed, if a program can't be run, or if openapi-core fails.
    pub fn run(mut self) -> Result<Summary, Error> {
        let (clients, progress) = (&self.clients, self.progress);
        if clients.is_empty() {
            return Ok(self.summary);
        }
        let judge = OpenapiCore::install(self.target, progress)?;
        progress.status("Building", format_args!("{} clients", clients.len()));
        let begin = Instant::now();
        let packages: Vec<_> = clients.iter().map(|it| &it.package).collect();
        let (programs, said) = self.crates.build(&packages)?;
        let (count, seconds) = (programs.len(), begin.elapsed().as_secs_f64());
        progress.status("Built", format_args!("{count} programs in {seconds:.0}s"));
        if programs.len() < clients.len() {
            progress.failure("Failed", format_args!("to build:\n{said}"));
        }
        for client in clients {
            let Some(program) = programs.get(&client.package.name) else {
                self.summary.refused(&client.name);
                continue;
            };
            let folder = self.crates.folder(&client.package.name);
            let tried = trial::run(client, program, &folder, &judge)?;
            progress.status("Tested", format_args!("{}: {}", client.name, tried.brief()));
            self.summary.add(tried);
        }
        Ok(self.summary)
    }
}

/// A client whose crate has been written.
struct Client {
    /// The name of the client in the summary.
    name: String,
    package: Package,
    document: PathBuf,
    api: ir::Api,
    cases: Cases,
}
