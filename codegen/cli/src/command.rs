//! The command `wiretrue`.

use std::path::{Path, PathBuf};

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;
use wiretrue_codegen::options::RuntimeSource;

use crate::args::{Clients, Contract, Form, Inspect, Stage};
use crate::contract::Setup;
use crate::generate::{Action, jobs_of_manifest};
use crate::project::Invocation;
use crate::report::{Refusal, Report};
use crate::{Outcome, contract, generate, new};

/// The name of a manifest.
const MANIFEST: &str = "wiretrue.toml";

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXIT_STATUS: &str = "\
Exit status:
  0  success
  1  a check found a difference, or a test failed
  2  a document was rejected, a file can't be read or written, or the arguments are wrong";

/// Generates Rust client crates from OpenAPI documents
///
/// Documents are OpenAPI 3.0, 3.1 or 3.2, or Swagger 2.0, in YAML or JSON. To start, run `wiretrue new
/// DOCUMENT`. A project with several clients lists them in wiretrue.toml, which commands search for in the
/// current folder and its parents.
#[derive(Debug, Parser)]
#[command(name = "wiretrue", version, styles = STYLES, after_help = EXIT_STATUS)]
#[command(arg_required_else_help = true, subcommand_required = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Use this manifest instead of the nearest wiretrue.toml. Paths in it are relative to its folder
    #[arg(long, global = true, value_name = "FILE")]
    manifest: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create a client crate from a document, with an example that makes a first call
    ///
    /// The crate is complete: the parts of the runtime that it needs are copied into it. The example,
    /// examples/first_call.rs, is yours to change. If the current folder or one of its parents has a
    /// wiretrue.toml, or --manifest names one, the client is added to it.
    #[command(after_help = NEW)]
    #[command(mut_arg("document", |it| it.required(true).help(NEW_DOCUMENT).long_help(None)))]
    #[command(mut_arg("out", |it| it.help("The folder of the crate [default: the name of the package]")))]
    #[command(mut_arg("package", |it| it.help(NEW_PACKAGE)))]
    #[command(mut_arg("client", |it| it.hide(true)), mut_arg("locked", |it| it.hide(true)))]
    #[command(mut_arg("offline", |it| it.hide(true)))]
    New(Run),
    /// Generate the clients of the manifest, or the crate of a document
    ///
    /// In a client's folder, Cargo.toml, README.md, src/ and docs/ belong to the generator; nothing else is
    /// touched. Only files whose text changes are written, each atomically. Generated files that are no
    /// longer needed are deleted; hand-written files never are.
    #[command(after_help = GENERATE)]
    Generate(Run),
    /// Check that the generated files are up to date
    ///
    /// Writes nothing. Prints each difference to standard output, and exits with 1 if there are any.
    #[command(after_help = CHECK)]
    Check(Run),
    /// Count where a client expresses less than its document
    #[command(after_help = REPORT)]
    Report(ReportArgs),
    /// Show what an operation, a model or a group becomes, and why
    ///
    /// Prints its names and types in the client, each with its place in the document, and what the client
    /// expresses less precisely than the document. Without --name, lists all operations and models.
    #[command(after_help = INSPECT)]
    Inspect(Inspect),
    /// Call every operation of a client, and validate the requests with openapi-core
    ///
    /// Generates a client for each document, and a program that calls every operation: once with all
    /// inputs, and once with only the required ones. A server on 127.0.0.1 records the requests and responds with
    /// the document's examples, or with values of its schemas. openapi-core, which is installed below
    /// target/, validates each request against the document. Requires cargo, and Python 3.10 or later.
    Contract(Contract),
    /// Print a completion script for a shell
    #[command(after_help = COMPLETIONS)]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the result of a stage as JSON
    #[command(hide = true)]
    Dump {
        stage: Stage,
        #[command(flatten)]
        clients: Clients,
    },
}

/// The arguments of a command with results for people or programs.
#[derive(Args, Debug)]
struct Run {
    #[command(flatten)]
    clients: Clients,

    /// Print the results as one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
struct ReportArgs {
    #[command(flatten)]
    run: Run,

    /// List each place, not only the number of places for each reason
    #[arg(long)]
    full: bool,
}

const NEW_DOCUMENT: &str =
    "The OpenAPI or Swagger document: a file, or an `https:` address with --allow-remote";
const NEW_PACKAGE: &str =
    "The name of the package [default: the name of the folder, or of the document with `-client`]";

const NEW: &str = "\
Examples:
  wiretrue new petstore.yaml
      create the crate petstore-client in a folder of the same name
  wiretrue new petstore.yaml --manifest wiretrue.toml
      also add it to a manifest, which is created if it doesn't exist
  wiretrue new https://example.com/petstore.yaml --allow-remote --out clients/petstore
      download the document";

const GENERATE: &str = "\
Examples:
  wiretrue generate
      write all clients of wiretrue.toml
  wiretrue generate --client petstore-client
      write only this client
  wiretrue generate petstore.yaml --out petstore-client
      write the crate of a document without a manifest
  wiretrue generate specs/*.yaml --out acme
      write a crate for each document, and one client for all of them
  wiretrue generate petstore.yaml --out pets --select tag=pets --select 'path=/owners/**'
      generate only these operations, and the models that they need";

const CHECK: &str = "\
Examples:
  wiretrue check
      check all clients of wiretrue.toml, for example in CI
  wiretrue check petstore.yaml --out petstore-client
      check the crate of a document without a manifest";

const REPORT: &str = "\
Examples:
  wiretrue report
      count, by reason, what is untyped or simplified in the clients of wiretrue.toml
  wiretrue report petstore.yaml --full
      list each place in a document";

const INSPECT: &str = "\
Examples:
  wiretrue inspect petstore.yaml
      list all operations and models of a document
  wiretrue inspect petstore.yaml --name listPets
      show what an operation becomes
  wiretrue inspect petstore.yaml --name listPets --json
      print the values that templates get for it";

const COMPLETIONS: &str = "\
Examples:
  wiretrue completions bash > ~/.local/share/bash-completion/completions/wiretrue
  wiretrue completions fish > ~/.config/fish/completions/wiretrue.fish
  wiretrue completions zsh > \"${fpath[1]}/_wiretrue\"";

impl Cli {
    /// Runs the command. Errors are printed.
    pub fn run(&self) -> Outcome {
        let report = match &self.command {
            Command::New(run) | Command::Generate(run) | Command::Check(run) if run.json => {
                Report::json()
            }
            Command::Report(args) if args.run.json => Report::json(),
            Command::Contract(args) if args.json => Report::json(),
            _ => Report::text(),
        };
        let outcome = self.execute(report).unwrap_or_else(|refusal| {
            report.refusal(&refusal);
            Outcome::Refused
        });
        if report.is_json()
            && let Err(error) = report.print_json(outcome)
        {
            Report::text().refusal(&error.into());
            return Outcome::Refused;
        }
        outcome
    }

    fn execute(&self, report: Report) -> Result<Outcome, Refusal> {
        let invocation = self.invocation()?;
        let run = |clients, action| generate::run(clients, action, &invocation, report);
        match &self.command {
            Command::New(args) => {
                let manifest = self.manifest.as_deref();
                new::run(&args.clients, manifest, &invocation, report)
            }
            Command::Generate(args) => run(&args.clients, Action::Write),
            Command::Check(args) => run(&args.clients, Action::Check),
            Command::Report(args) => {
                let form = if args.full { Form::Full } else { Form::Summary };
                run(&args.run.clients, Action::Report(form))
            }
            Command::Inspect(args) => generate::inspect(args, &invocation),
            Command::Dump { stage, clients } => run(clients, Action::Dump(*stage)),
            Command::Contract(args) => {
                let target = target(&invocation)?;
                let setup = Setup {
                    target: &target,
                    runtime: RuntimeSource::Vendored,
                    lock: None,
                };
                let clients = || jobs_of_manifest(&invocation.project()?);
                contract::run(args, clients, &setup, report)
            }
            Command::Completions { shell } => {
                clap_complete::generate(
                    *shell,
                    &mut Cli::command(),
                    "wiretrue",
                    &mut std::io::stdout(),
                );
                Ok(Outcome::Fine)
            }
        }
    }

    fn invocation(&self) -> Result<Invocation, Refusal> {
        const COMMAND: &str = "wiretrue generate";
        let Some(manifest) = &self.manifest else {
            return Ok(Invocation::new(COMMAND, MANIFEST));
        };
        let manifest = std::path::absolute(manifest)?;
        let folder = manifest.parent().unwrap_or(Path::new("/"));
        let name = manifest.file_name().unwrap_or(MANIFEST.as_ref());
        Ok(Invocation::new(COMMAND, name).in_folder(folder)?)
    }
}

/// Returns the folder for the crates of tests: Cargo's target folder, by default that of the project or of
/// the current folder.
fn target(invocation: &Invocation) -> Result<PathBuf, Refusal> {
    let root = match invocation.project() {
        Ok(project) => project.root,
        Err(_) => std::env::current_dir()?,
    };
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    Ok(root.join(target))
}
