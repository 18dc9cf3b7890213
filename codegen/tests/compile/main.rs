//! Checks that the crate of every golden case and of a hostile document compiles without a warning from
//! rustc, clippy or rustdoc. Also compiles the examples in the documentation, and runs the wire test of
//! each case that has one. Each case is a test. So are the snippets in the documentation of this workspace.
//!
//! `cargo xtask ci` runs these tests, `cargo test` doesn't: see `test = false` in the manifest.
//!
//! - `cargo nextest run --workspace --test compile` shows how long each case takes.
//! - `cargo test --workspace --test compile styles::vendored` compiles one case.

#[path = "../golden_options/mod.rs"]
mod golden_options;
#[path = "../hostile/mod.rs"]
mod hostile_document;
#[path = "../pages/mod.rs"]
mod pages;
mod snippets;
#[path = "../umbrella_case/mod.rs"]
mod umbrella_case;
mod workspace;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use wiretrue_codegen::options::RuntimeSource;
use wiretrue_codegen::output::Tree;
use wiretrue_codegen::{Options, Source};

use self::workspace::Workspace;

/// The name of the case with the hostile document.
const HOSTILE: &str = "hostile";

/// The folder of a vendored runtime.
const COPY: &str = "src/runtime/";

/// How a client includes its runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runtime {
    /// As modules of the crate.
    Vendored,
    /// As a dependency on the package in this workspace.
    Dependency,
}

impl Runtime {
    fn name(self) -> &'static str {
        match self {
            Runtime::Vendored => "vendored",
            Runtime::Dependency => "dependency",
        }
    }

    /// Returns the options of a client with this runtime.
    fn apply(self, options: Options) -> Options {
        let runtime = match self {
            Runtime::Vendored => RuntimeSource::Vendored,
            Runtime::Dependency => {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/runtime");
                RuntimeSource::Path(path.display().to_string())
            }
        };
        Options { runtime, ..options }
    }
}

/// Defines a test for each case and runtime, and the list of all cases.
macro_rules! cases {
    ($($case:ident),+ $(,)?) => {
        const CASES: &[&str] = &[$(stringify!($case)),+];
        $(
            mod $case {
                #[test]
                fn dependency() {
                    crate::compile(stringify!($case), crate::Runtime::Dependency);
                }

                #[test]
                fn vendored() {
                    crate::compile(stringify!($case), crate::Runtime::Vendored);
                }
            }
        )+
    };
}

cases!(
    any_values,
    bodies,
    credentials,
    credentials_added,
    dates_jiff,
    device_flow,
    device_login,
    directions,
    documents_3_1,
    documents_3_2,
    edge_schemas,
    event_stream,
    formats,
    forms,
    groups,
    headers,
    hostile,
    keep_unknown,
    layout_by_group,
    media_types,
    mock,
    multipart,
    no_operations,
    oauth,
    objects,
    options_models,
    options_replace,
    options_types_only,
    overlay,
    pagination,
    parameters,
    pattern_properties,
    references,
    relative_server,
    responses,
    schemas,
    security,
    selection,
    servers,
    split,
    styles,
    swagger,
    templates,
    tolerance,
    unions,
    webhooks,
    webhooks_header,
    yaml,
);

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Compiles the crate of a case with all groups of operations and, for golden cases, with each group
/// alone and with none.
fn compile(case: &str, runtime: Runtime) {
    let workspace = Workspace::new(runtime, case);
    let (source, options) = if case == HOSTILE {
        let document = hostile_document::document().to_string();
        let source = Source::new("hostile.json", document);
        (source, Options::new(HOSTILE))
    } else {
        let folder = golden().join(case);
        let options = golden_options::read(&folder, workspace.package());
        let options = Workspace::with_dev_dependencies(&folder, options);
        (golden_options::source(&folder), options)
    };
    let tree = generate(&source, runtime.apply(options.clone()));
    if runtime == Runtime::Vendored {
        let same = generate(&source, Runtime::Dependency.apply(options));
        assert_eq!(own_code(&tree), own_code(&same));
        // So what is left to check is the copy, which many cases have in common.
        if !is_new_copy(&tree) {
            return;
        }
    }
    workspace.write(&tree, &golden().join(case));
    let features = workspace.features();
    let optional = workspace.qualified(&features.optional);
    workspace.lint(&["--features", &optional]);
    workspace.document(&["--features", &optional]);
    if runtime == Runtime::Vendored {
        return;
    }
    workspace.lint(&[]);
    workspace.test(&["--doc", "--features", &optional]);
    if workspace.has_wire_test() {
        workspace.test(&["--test", "wire", "--features", &optional]);
    }
    // The hostile document has too many groups.
    if case != HOSTILE && features.groups.len() > 1 {
        compile_single_groups(&workspace, &features.groups);
    }
}

fn generate(source: &Source, options: Options) -> Tree {
    let options = Options {
        workspace_member: true,
        ..options
    };
    let generated = wiretrue_codegen::generate(source, &options);
    generated.unwrap_or_else(|refused| panic!("{refused}")).tree
}

/// Returns the files that don't depend on how the client includes its runtime.
fn own_code(tree: &Tree) -> BTreeMap<&str, &str> {
    let files = tree.iter();
    files
        .filter(|(path, _)| !path.starts_with(COPY) && !["Cargo.toml", "src/lib.rs"].contains(path))
        .collect()
}

/// Returns whether no other case of this process has the same copy of the runtime with the same dependencies.
fn is_new_copy(tree: &Tree) -> bool {
    static COPIES: Mutex<BTreeSet<Vec<(String, String)>>> = Mutex::new(BTreeSet::new());
    let files = tree.iter().filter(|(path, _)| path.starts_with(COPY));
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let manifest: toml::Table = tree.get("Cargo.toml").unwrap().parse().unwrap();
    let dependencies = (
        "Cargo.toml".to_owned(),
        manifest["dependencies"].to_string(),
    );
    COPIES
        .lock()
        .unwrap()
        .insert(files.chain([dependencies]).collect())
}

fn compile_single_groups(workspace: &Workspace, groups: &[String]) {
    let tls = ["rustls".to_owned()];
    let none = workspace.qualified(&tls);
    for group in groups {
        let one = format!(
            "{none},{}",
            workspace.qualified(std::slice::from_ref(group))
        );
        workspace.lint_library(&["--no-default-features", "--features", &one]);
        workspace.document(&["--no-default-features", "--features", &one]);
    }
    let none = ["--no-default-features", "--features", &none];
    workspace.lint_library(&none);
    workspace.document(&none);
    workspace.test(&[&["--doc"][..], &none].concat());
}

/// Compiles the umbrella crate with all of its APIs, with each alone and with none, and runs its wire test.
#[test]
fn umbrella() {
    let workspace = Workspace::of_umbrella();
    let package = workspace.package();
    let all = format!("{package}/full,{package}/mock,{package}/blocking,{package}/tracing");
    workspace.lint(&["--features", &all]);
    workspace.document(&["--features", &all]);
    workspace.test(&["--doc", "--features", &all]);
    workspace.test(&["--test", "wire", "--features", &all]);
    workspace.lint_library(&[
        "--no-default-features",
        "--features",
        &format!("{package}/cassette"),
    ]);
    for api in ["accounts", "billing", "search"] {
        let one = format!("{package}/{api},{package}/rustls,{package}/mock");
        workspace.lint_library(&["--no-default-features", "--features", &one]);
        workspace.document(&["--no-default-features", "--features", &one]);
    }
}

#[test]
fn every_golden_case_is_listed() {
    let entries = fs::read_dir(golden()).unwrap().flatten();
    let mut names: BTreeSet<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.insert(HOSTILE.to_owned());
    let listed: BTreeSet<String> = CASES.iter().map(|&case| case.to_owned()).collect();
    assert_eq!(listed, names);
}
