//! The steps of `cargo xtask ci`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use wiretrue_cli::args::Clients;
use wiretrue_cli::generate::{self, Action, Job};
use wiretrue_cli::project::Invocation;
use wiretrue_cli::report::{Refusal, shown};
use wiretrue_cli::{Outcome, contract, new};
use wiretrue_codegen::runtime::{Feature, PACKAGE};

use super::Ci;
use super::files::{copy_file, copy_folder, expect_same, failed, remove_file, remove_folder};
use crate::cli::Roundtrip;
use crate::{e2e, roundtrip};

pub fn format(ci: &Ci) -> Result<(), Refusal> {
    ci.cargo(&["fmt", "--all", "--check"])
}

/// Lints all targets, and the commands without their features; `--all-targets` leaves out those that `cargo test` skips.
pub fn lint(ci: &Ci) -> Result<(), Refusal> {
    for targets in [&["--all-targets"][..], &["--test", "compile"]] {
        let clippy = ["clippy", "--workspace", "--all-features"];
        ci.cargo(&[&clippy, targets, &["--", "-D", "warnings"]].concat())?;
    }
    // The build that `cargo xtask` runs.
    ci.cargo(&[
        "clippy",
        "-p",
        "xtask",
        "-p",
        "wiretrue-cli",
        "--no-default-features",
        "--",
        "-D",
        "warnings",
    ])
}

pub fn test(ci: &Ci) -> Result<(), Refusal> {
    ci.cargo(&["test", "--workspace"])
}

/// Compiles the crates of all golden cases.
///
/// With the features of the whole workspace, so that nothing is built again.
pub fn golden_crates(ci: &Ci) -> Result<(), Refusal> {
    ci.cargo(&["test", "--workspace", "--test", "compile"])
}

/// Examines mutants for a minute, the same in each run; a slow machine examines fewer of them.
///
/// The task runs in a process of its own: cargo may have replaced the program that runs this step, so
/// that it can't start itself as a worker.
pub fn mutants(ci: &Ci) -> Result<(), Refusal> {
    ci.cargo(&[
        "xtask",
        "fuzz",
        "--seconds",
        "60",
        "--documents",
        "10000",
        "--seed",
        "1",
    ])
}

pub fn document(ci: &Ci) -> Result<(), Refusal> {
    ci.cargo_with(
        &["doc", "--workspace", "--no-deps"],
        &[("RUSTDOCFLAGS", "-D warnings".as_ref())],
    )
}

/// Tests the task `book`, and builds the book, in a process that is built with mdBook.
pub fn book(ci: &Ci) -> Result<(), Refusal> {
    let package = ["--package", "xtask", "--no-default-features"];
    ci.cargo(&[&["test"], &package[..], &["--features", "book", "book::"]].concat())?;
    ci.cargo(&["xtask", "book"])
}

/// Checks that the committed clients are those that the documents generate.
pub fn drift(ci: &Ci) -> Result<(), Refusal> {
    match generate::run(
        &Clients::default(),
        Action::Check,
        &ci.invocation,
        ci.report,
    )? {
        Outcome::Fine => Ok(()),
        _ => Err(Refusal::new(
            "the committed clients differ from those that the documents generate",
            "run `cargo xtask codegen`",
        )),
    }
}

/// Checks that a client without its generated files, except its manifest, is restored byte for byte.
pub fn restore(ci: &Ci) -> Result<(), Refusal> {
    for job in ci.jobs()? {
        let scratch = tempfile::tempdir()?;
        let copy = scratch.path().join("client");
        copy_folder(&job.folder, &copy)?;
        for lost in ["src", "docs"] {
            remove_folder(&copy.join(lost))?;
        }
        remove_file(&copy.join("README.md"))?;
        let restoring = Job {
            folder: copy.clone(),
            ..job.clone()
        };
        generate::write(&restoring, ci.report.quiet())?;
        expect_same(&job.folder, &copy)?;
    }
    Ok(())
}

/// Checks that every client sends and accepts what its document describes, and tests `wiretrue contract`.
pub fn contract(ci: &Ci) -> Result<(), Refusal> {
    let test = ["test", "--package", "wiretrue-cli", "--test", "contract"];
    ci.cargo(&[&test[..], &["--", "--ignored"]].concat())?;
    let jobs = ci.jobs()?;
    match contract::try_all(&jobs, &ci.setup(), ci.report)? {
        Outcome::Fine => Ok(()),
        _ => Err(Refusal::new("a client violates its document", "")),
    }
}

/// Checks that values of the schemas of all committed documents come out as they went in, the same
/// values in each run.
pub fn round_trips(ci: &Ci) -> Result<(), Refusal> {
    let args = Roundtrip {
        sample: None,
        documents: Vec::new(),
        values: 100_000,
        time: Some(60),
        seed: 1,
        examples: 3,
    };
    match roundtrip::run(&args, Some(&ci.root), ci.report)? {
        Outcome::Fine => Ok(()),
        _ => Err(Refusal::new(
            "a client changes values that its document allows",
            "",
        )),
    }
}

/// Checks that every client compiles without its default features, and with each other feature alone.
pub fn features(ci: &Ci) -> Result<(), Refusal> {
    for job in ci.jobs()?.iter().filter(|job| job.options.workspace_member) {
        let package = &job.options.package;
        let bare = ["check", "--package", package, "--no-default-features"];
        ci.cargo(&bare)?;
        for feature in optional_features(&job.folder)? {
            ci.cargo(&[&bare[..], &["--features", &feature]].concat())?;
        }
    }
    Ok(())
}

/// Lints the runtime without the default transport: with no feature, with each feature that a document
/// turns on alone, and with all that don't need it. Tests another transport, and the features of the
/// default one that no other step turns on.
pub fn runtime_features(ci: &Ci) -> Result<(), Refusal> {
    let of_documents: Vec<_> = Feature::ALL.iter().map(|it| it.name()).collect();
    let others = [
        "blocking",
        "brotli",
        "cassette",
        "charset",
        "gzip",
        "mock",
        "qr",
        "tracing",
        "webhook-signatures",
        "zstd",
    ];
    let all = [&of_documents[..], &others].concat().join(",");
    let without = ["--package", PACKAGE, "--no-default-features", "--features"];
    for features in ["", "reqwest", &all].iter().chain(&of_documents) {
        let clippy = ["clippy", "--lib"];
        ci.cargo(&[&clippy[..], &without, &[features, "--", "-D", "warnings"]].concat())?;
    }
    let test = ["test", "--test", "without_reqwest"];
    ci.cargo(&[&test[..], &without, &[""]].concat())?;
    let test = ["test", "--test", "client", "--package", PACKAGE];
    ci.cargo(
        &[
            &test[..],
            &["--features", "http2,rustls,socks", "transports::"],
        ]
        .concat(),
    )
}

/// Checks the first client for WebAssembly, where the target is installed.
pub fn web_assembly(ci: &Ci) -> Result<(), Refusal> {
    const TARGET: &str = "wasm32-unknown-unknown";
    if !ci.has_target(TARGET) {
        ci.report.status(
            "Skipping",
            format_args!("{TARGET} isn't installed: `rustup target add {TARGET}`"),
        );
        return Ok(());
    }
    let job = ci.jobs()?.into_iter().next();
    let package = job.map(|job| job.options.package).unwrap_or_default();
    let check = ["check", "--lib", "--target", TARGET, "--package", &package];
    ci.cargo(&[&check[..], &["--features", "cassette,mock,tracing"]].concat())?;
    let runtime = ["check", "--lib", "--target", TARGET, "--package", PACKAGE];
    let features: Vec<_> = Feature::ALL.iter().map(|it| it.name()).collect();
    ci.cargo(&[&runtime[..], &["--features", &features.join(",")]].concat())
}

/// Runs the TLS tests with the platform's library. The step `test` runs them with rustls.
pub fn native_tls(ci: &Ci) -> Result<(), Refusal> {
    tls(ci, "native-tls")
}

/// Runs the TLS tests with rustls on ring.
pub fn ring_tls(ci: &Ci) -> Result<(), Refusal> {
    tls(ci, "rustls-ring")
}

fn tls(ci: &Ci, feature: &str) -> Result<(), Refusal> {
    let bare = ["test", "--package", "tls", "--no-default-features"];
    ci.cargo(&[&bare[..], &["--features", feature]].concat())
}

/// Tests that the runtime sends nothing to https if it is compiled without TLS, which other crates of
/// the workspace enable.
pub fn no_tls(ci: &Ci) -> Result<(), Refusal> {
    ci.cargo(&["test", "--package", PACKAGE, "--test", "client", "tls::"])
}

/// Returns the features of a client that are off by default.
fn optional_features(folder: &Path) -> Result<Vec<String>, Refusal> {
    let path = folder.join("Cargo.toml");
    let text = fs::read_to_string(&path).map_err(|error| failed("read", &path, &error))?;
    let manifest: toml::Table = toml::from_str(&text).map_err(|error| {
        Refusal::new(
            format!("{} isn't TOML: {error}", shown(&path).display()),
            "",
        )
    })?;
    let features = manifest.get("features").and_then(toml::Value::as_table);
    let default = features.and_then(|it| it.get("default")?.as_array());
    let is_on =
        |name: &str| default.is_some_and(|it| it.iter().any(|on| on.as_str() == Some(name)));
    let names = features.into_iter().flat_map(toml::Table::keys);
    Ok(names
        .filter(|name| *name != "default" && !is_on(name))
        .cloned()
        .collect())
}

/// Checks that a crate of a document outside the manifest compiles by itself, without a warning.
pub fn fresh_crates(ci: &Ci) -> Result<(), Refusal> {
    for job in ci.jobs()? {
        let package = format!("fresh-{}", job.options.package);
        let folder = ci.target.join("xtask").join(&package);
        remove_folder(&folder)?;
        let args = Clients {
            document: vec![job.document.argument()],
            allow_remote: job.remote.allowed.clone(),
            out: Some(folder.clone()),
            package: Some(package),
            ..Clients::default()
        };
        // As a user of the command does, with an example.
        let user = Invocation::new("wiretrue generate", "wiretrue.toml");
        if new::run(&args, None, &user, ci.report.quiet())? != Outcome::Fine {
            let message = format!("no crate was generated from {}", job.document);
            return Err(Refusal::new(message, ""));
        }
        // The locked versions need no network, and compile the same tomorrow.
        copy_file(&ci.root.join("Cargo.lock"), &folder.join("Cargo.lock"))?;
        let manifest = folder.join("Cargo.toml");
        let manifest = manifest.to_string_lossy();
        let shared = [("CARGO_TARGET_DIR", ci.target.as_os_str())];
        ci.cargo_with(
            &["check", "--all-targets", "--manifest-path", &manifest],
            &shared,
        )?;
        // Without reqwest, too.
        for features in [&["--all-targets"][..], &["--no-default-features"]] {
            let clippy = ["clippy", "--manifest-path", &manifest];
            let clippy = [&clippy, features, &["--", "-D", "warnings"]].concat();
            ci.cargo_with(&clippy, &shared)?;
        }
    }
    Ok(())
}

/// Packages the runtime, the generator and the command as they would be published, and compiles the packages.
pub fn packages(ci: &Ci) -> Result<(), Refusal> {
    let packages = ["wiretrue-codegen", "wiretrue-contract", "wiretrue-cli"];
    // Cargo knows a package by its version alone, and would use what it unpacked and compiled of another commit.
    remove_unpacked(&packages)?;
    let target = ci.target.join("packages");
    remove_folder(&target)?;
    let mut words = vec!["package", "--allow-dirty", "--package", PACKAGE];
    words.extend(packages.iter().flat_map(|it| ["--package", it]));
    ci.cargo_with(&words, &[("CARGO_TARGET_DIR", target.as_os_str())])
}

/// Removes what cargo unpacked of these packages in an earlier run.
fn remove_unpacked(packages: &[&str]) -> Result<(), Refusal> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let sources = home.unwrap_or_default().join("registry/src");
    for registry in fs::read_dir(sources).into_iter().flatten().flatten() {
        // Registries with a host are named after it.
        if !registry.file_name().to_string_lossy().starts_with('-') {
            continue;
        }
        for package in packages {
            let unpacked = format!("{package}-{}", env!("CARGO_PKG_VERSION"));
            remove_folder(&registry.path().join(unpacked))?;
        }
    }
    Ok(())
}

/// Tests the program whose build script generates its client.
pub fn build_script(ci: &Ci) -> Result<(), Refusal> {
    let folder = ci.root.join("examples/build-script");
    // The locked versions need no network, and compile the same tomorrow.
    copy_file(&ci.root.join("Cargo.lock"), &folder.join("Cargo.lock"))?;
    let manifest = folder.join("Cargo.toml");
    let manifest = manifest.to_string_lossy();
    let shared = [("CARGO_TARGET_DIR", ci.target.as_os_str())];
    ci.cargo(&["fmt", "--manifest-path", &manifest, "--", "--check"])?;
    let clippy = ["clippy", "--all-targets", "--manifest-path", &manifest];
    ci.cargo_with(&[&clippy[..], &["--", "-D", "warnings"]].concat(), &shared)?;
    ci.cargo_with(&["test", "--manifest-path", &manifest], &shared)
}

/// Tests the clients against servers of other authors.
pub fn real_peers(ci: &Ci) -> Result<(), Refusal> {
    e2e::test(ci, &[])
}
