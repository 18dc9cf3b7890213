//! The task `e2e`: tests the generated clients against servers of other authors.

mod server;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wiretrue_cli::Outcome;
use wiretrue_cli::report::{Problem, Refusal, Report, shown};
use wiretrue_contract::install::{self, Venv, failed};

use crate::ci::Ci;
use crate::cli::E2e;
use crate::install::{NodeModules, node_modules};
use crate::tools::Tools;

use self::server::{Server, Servers};

/// More than the number of tests: they mostly wait for servers, so all run at once.
const THREADS: &str = "--test-threads=64";

/// The example that logs in at a server of its own.
const EXAMPLE: &str = "device_login";

/// Runs all tests, or those whose names contain one of the texts.
pub fn run(args: &E2e, root: Option<&Path>, report: Report) -> Result<Outcome, Refusal> {
    match test(&Ci::new(root, report)?, &args.tests) {
        Ok(()) => Ok(Outcome::Fine),
        Err(refusal) => {
            report.refusal(&refusal);
            Ok(Outcome::Drift)
        }
    }
}

/// Installs and starts the servers, runs the tests, and stops the servers whatever the result.
pub fn test(ci: &Ci, filters: &[String]) -> Result<(), Refusal> {
    let folders = Folders::make(ci)?;
    let tools = Tools::find()?;
    let modules = node_modules(&folders.source, &folders.packages, &tools, ci.report)?;
    let requirements = folders.source.join("requirements.txt");
    let requirements =
        fs::read_to_string(&requirements).map_err(|error| failed("read", &requirements, &error))?;
    let venv = install::venv(
        &requirements,
        &folders.packages,
        (&tools.python, &tools.python_version),
        &ci.report,
    )?;
    let example = example(ci)?;
    let servers = start(&folders, &tools, &modules, &venv, ci.report)?;
    let result = cargo_test(ci, &servers, &example, filters);
    servers.stop();
    let logs = shown(&folders.packages.logs);
    match result {
        Ok(()) => {
            let pictures = shown(&folders.screenshots);
            ci.report.status(
                "Saved",
                format_args!("screenshots in {}", pictures.display()),
            );
            Ok(())
        }
        Err(mut refusal) => {
            refusal.problems.push(Problem::error(
                "the tests with real servers failed",
                format!("the logs of the servers are in {}", logs.display()),
            ));
            Err(refusal)
        }
    }
}

/// Builds the example of the device login, and returns the path of its program.
fn example(ci: &Ci) -> Result<PathBuf, Refusal> {
    let words = ["build", "--workspace", "--example", EXAMPLE];
    let messages = ci.cargo_messages(&words)?;
    let mut programs = messages
        .iter()
        .filter(|message| message["target"]["name"] == EXAMPLE)
        .filter_map(|message| message["executable"].as_str());
    programs.next_back().map(PathBuf::from).ok_or_else(|| {
        let message = format!("this workspace has no example {EXAMPLE}");
        Refusal::new(message, "")
    })
}

fn cargo_test(
    ci: &Ci,
    servers: &Servers,
    example: &Path,
    filters: &[String],
) -> Result<(), Refusal> {
    // With the features of the whole workspace, so that nothing is built again.
    let mut words = vec!["test", "--workspace", "--features", "e2e/peers"];
    words.extend(["--test", "peers", "--", THREADS]);
    words.extend(filters.iter().map(String::as_str));
    let addresses = servers.addresses();
    let variables: Vec<_> = addresses
        .iter()
        .map(|(name, address)| (*name, OsStr::new(*address)))
        .chain([("E2E_EXAMPLE", example.as_os_str())])
        .collect();
    ci.cargo_with(&words, &variables)
}

/// The folders of sources, packages and results.
struct Folders {
    /// The workspace.
    root: PathBuf,
    /// Lock files, and scripts in `servers`.
    source: PathBuf,
    /// Installed packages and logs.
    packages: install::Folders,
    screenshots: PathBuf,
}

impl Folders {
    fn make(ci: &Ci) -> Result<Self, Refusal> {
        let packages = install::Folders::make(ci.target.join("e2e"))?;
        let screenshots = packages.target.join("screenshots");
        // Screenshots of an earlier run must not remain.
        if screenshots.exists() {
            fs::remove_dir_all(&screenshots)
                .map_err(|error| failed("remove", &screenshots, &error))?;
        }
        fs::create_dir_all(&screenshots).map_err(|error| failed("create", &screenshots, &error))?;
        Ok(Self {
            root: ci.root.clone(),
            source: ci.root.join("xtask/e2e"),
            packages,
            screenshots,
        })
    }
}

/// Starts all servers, and waits until each has printed its address.
fn start(
    folders: &Folders,
    tools: &Tools,
    modules: &NodeModules,
    venv: &Venv,
    report: Report,
) -> Result<Servers, Refusal> {
    let document = folders.root.join("spec/twilio_oauth_v1.yaml");
    let node = |script: &str| command(&tools.node, modules.script(script));
    let python = |script: &str| {
        let mut python = command(&venv.python, folders.source.join("servers").join(script));
        // Python must not write into the source folder.
        python.env("PYTHONDONTWRITEBYTECODE", "1");
        python.env("PYTHONUTF8", "1");
        python
    };
    let mut authlib = python("authlib_flask.py");
    authlib.env("AUTHLIB_INSECURE_TRANSPORT", "1");
    let mut prism = node("prism.mjs");
    prism.arg(&document);
    let mut judge = python("judge.py");
    judge.arg(&document).arg("https://oauth.twilio.com");
    let mut browser = node("browser.mjs");
    browser.arg(&tools.chromium).arg(&folders.screenshots);
    let commands = [
        (
            "oidc-provider",
            "E2E_OIDC_PROVIDER",
            node("oidc_provider.mjs"),
        ),
        ("Authlib", "E2E_AUTHLIB", authlib),
        ("Prism", "E2E_PRISM", prism),
        ("openapi-core", "E2E_JUDGE", judge),
        ("Chromium", "E2E_BROWSER", browser),
        ("Python-signer", "E2E_PYTHON_SIGNER", python("signer.py")),
        ("Node-signer", "E2E_NODE_SIGNER", node("signer.mjs")),
    ];
    let mut servers = Servers::default();
    for (name, variable, command) in commands {
        let log = folders
            .packages
            .logs
            .join(format!("{}.log", name.to_lowercase()));
        servers.add(Server::spawn(name, variable, command, log)?);
    }
    servers.wait_for_addresses(report)?;
    Ok(servers)
}

fn command(program: &OsStr, script: PathBuf) -> Command {
    let mut command = Command::new(program);
    command.arg(OsString::from(script));
    command
}
