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

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use wiretrue_codegen::Options;
use wiretrue_codegen::options::RuntimeSource;

use self::workspace::Workspace;

/// The name of the case with the hostile document.
const HOSTILE: &str = "hostile";

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
    if case == HOSTILE {
        let document = hostile_document::document().to_string();
        let source = wiretrue_codegen::Source::new("hostile.json", document);
        workspace.write(&source, runtime.apply(Options::new(HOSTILE)));
    } else {
        let folder = golden().join(case);
        let options = golden_options::read(&folder, workspace.package());
        workspace.write_golden(&folder, runtime.apply(options));
    }
    let features = workspace.features();
    let optional = workspace.qualified(&features.optional);
    workspace.lint(&["--features", &optional]);
    // The generated code is the same in both modes: the other features, the documentation, the examples and the wire
    // tests need only one. A vendored runtime is documented once for each choice of its modules.
    if runtime == Runtime::Vendored {
        if is_new_copy(workspace.runtime_modules()) {
            workspace.document(&["--features", &optional]);
        }
        return;
    }
    workspace.document(&["--features", &optional]);
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

/// Returns whether no other case of this process has a vendored runtime with these modules.
fn is_new_copy(modules: BTreeSet<PathBuf>) -> bool {
    static COPIES: Mutex<BTreeSet<BTreeSet<PathBuf>>> = Mutex::new(BTreeSet::new());
    COPIES.lock().unwrap().insert(modules)
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
