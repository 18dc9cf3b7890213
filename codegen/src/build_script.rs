//! Generates a client in a build script, as a module of the crate that uses it.

mod dependencies;
mod module;

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fmt, fs, io};

use crate::diagnostic::{Diagnostics, Severity};
use crate::options::RuntimeSource;
use crate::{Options, Source, Tree, generate, runtime};

use self::module::Module;

/// Generates a client in a build script.
///
/// ```no_run
/// // build.rs
/// fn main() -> Result<(), wiretrue_codegen::BuildError> {
///     wiretrue_codegen::Builder::new("api.yaml").generate()
/// }
/// ```
///
/// The client is a module of the crate, by default named after the document:
///
/// ```ignore
/// // src/main.rs or src/lib.rs
/// mod api {
///     include!(concat!(env!("OUT_DIR"), "/api.rs"));
/// }
/// ```
///
/// The crate depends on `wiretrue` and on the crates whose types the client uses. If one of them or one of
/// their features is missing, the build fails with the lines to add to `Cargo.toml`.
///
/// Cargo runs the build script again when the document, an overlay, or a file that the document refers to changes.
#[derive(Debug)]
#[must_use = "a builder does nothing until `generate` is called"]
pub struct Builder {
    document: PathBuf,
    root: Option<PathBuf>,
    overlays: Vec<PathBuf>,
    module: Option<String>,
    features: BTreeSet<String>,
    options: Options,
    out_dir: Option<PathBuf>,
}

impl Builder {
    /// Creates a builder for a document. The path is relative to the package, as Cargo runs a build script in its
    /// folder.
    pub fn new(document: impl Into<PathBuf>) -> Self {
        let package = env::var("CARGO_PKG_NAME").unwrap_or_else(|_| "client".to_owned());
        Self {
            document: document.into(),
            root: None,
            overlays: Vec::new(),
            module: None,
            features: BTreeSet::from(["reqwest".to_owned()]),
            options: Options::new(package),
            out_dir: None,
        }
    }

    /// Sets the path of the module that includes the client, such as `api` or `clients::petstore`. Its last
    /// name is that of the file in `OUT_DIR`. Defaults to the name of the document.
    pub fn module(mut self, path: impl Into<String>) -> Self {
        self.module = Some(path.into());
        self
    }

    /// Allows the document to refer to files in a folder above its own. Defaults to the document's folder.
    pub fn root(mut self, folder: impl Into<PathBuf>) -> Self {
        self.root = Some(folder.into());
        self
    }

    /// Adds an overlay (OpenAPI Overlay 1.0 or 1.1), which is applied after those before it.
    pub fn overlay(mut self, file: impl Into<PathBuf>) -> Self {
        self.overlays.push(file.into());
        self
    }

    /// Enables an optional feature of clients, such as `blocking`, `mock` or `tracing`. Defaults to `reqwest` alone,
    /// the default transport.
    ///
    /// If the package declares a feature of this name, such as `mock = ["wiretrue/mock"]`, that one decides in place of
    /// this method.
    pub fn feature(mut self, name: impl Into<String>) -> Self {
        self.features.insert(name.into());
        self
    }

    /// Leaves out the default transport. The client then needs a `Transport` of its user.
    pub fn without_default_transport(mut self) -> Self {
        self.features.remove("reqwest");
        self
    }

    /// Changes the options of the client. Those of its package and its runtime have no effect.
    pub fn options(mut self, change: impl FnOnce(&mut Options)) -> Self {
        change(&mut self.options);
        self
    }

    /// Sets the folder of the generated files. Defaults to `OUT_DIR`, which Cargo sets for build scripts.
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Generates the client, and tells Cargo on which files it depends. Warnings about the document are
    /// warnings of the build. Files that don't change aren't written.
    ///
    /// # Errors
    ///
    /// Fails if a file can't be read or written, if the document has errors, or if the package lacks a
    /// dependency. `Debug`, which `main` prints, is the same text as `Display`.
    pub fn generate(self) -> Result<(), BuildError> {
        let module = match &self.module {
            Some(path) => Module::new(path)?,
            None => Module::of_document(&self.document),
        };
        let source = self.source()?;
        let options = Options {
            runtime: RuntimeSource::Version(env!("CARGO_PKG_VERSION").to_owned()),
            document: self.document.display().to_string(),
            ..self.options.clone()
        };
        let generated = generate(&source, &options).map_err(BuildError::document)?;
        let offered = offered_features(&generated.views.features);
        let unknown = self
            .features
            .iter()
            .find(|it| !offered.contains(&it.as_str()));
        if let Some(unknown) = unknown {
            return Err(BuildError(format!(
                "the client has no feature {unknown:?}; it has {}",
                offered.join(", ")
            )));
        }
        let client = generated.tree.get("Cargo.toml").unwrap_or_default();
        let own_features = dependencies::check(client, &self.features)?;
        self.write(&module, &generated.tree, &offered)?;
        // The runtime's macros have conditions on the features of the crate that they are used in.
        let values: Vec<String> = offered.iter().map(|name| format!("{name:?}")).collect();
        tell_cargo(
            "rustc-check-cfg",
            &format!("cfg(feature, values({}))", values.join(", ")),
        );
        for name in self.features.difference(&own_features) {
            tell_cargo("rustc-cfg", &format!("feature={name:?}"));
        }
        for (warning, others) in generated.diagnostics.grouped() {
            if warning.severity == Severity::Warning {
                let others = match others {
                    0 => String::new(),
                    count => format!(" (and at {count} other places)"),
                };
                tell_cargo("warning", &format!("{warning}{others}"));
            }
        }
        let own = [self.document].into_iter().chain(self.overlays);
        for file in own.chain(source.files_read()) {
            tell_cargo("rerun-if-changed", &file.display().to_string());
        }
        Ok(())
    }

    /// Writes the files of the module below the output folder, and the file to include into it.
    fn write(&self, module: &Module, client: &Tree, offered: &[&str]) -> Result<(), BuildError> {
        let out = self.out_dir.clone();
        let out = out.or_else(|| env::var_os("OUT_DIR").map(PathBuf::from));
        let out = out.ok_or_else(|| {
            let message = "OUT_DIR isn't set: generate in a build script, or set `out_dir`";
            BuildError(message.to_owned())
        })?;
        let folder = out.join(module.name());
        fs::create_dir_all(&folder).map_err(|error| failed("create", &folder, &error))?;
        let tree = module.tree(client, offered)?;
        tree.write(&folder)
            .map_err(|error| failed("write", &folder, &error))?;
        let file = out.join(format!("{}.rs", module.name()));
        let text = module.file(client, offered)?;
        if fs::read_to_string(&file).is_ok_and(|old| old == text) {
            return Ok(());
        }
        fs::write(&file, text).map_err(|error| failed("write", &file, &error))
    }

    fn source(&self) -> Result<Source, BuildError> {
        let read = |file: &Path| fs::read_to_string(file).map_err(|it| failed("read", file, &it));
        let document = &self.document;
        let mut source = Source::new(document, read(document)?)
            .beside(document)
            .map_err(|error| failed("read", document, &error))?;
        if let Some(root) = &self.root {
            source = source
                .within(root)
                .map_err(|it| failed("read", root, &it))?;
        }
        for overlay in &self.overlays {
            source = source.with_overlay(overlay, read(overlay)?);
        }
        Ok(source)
    }
}

/// Prints an instruction to Cargo, on one line: a text of the document must not become another instruction.
fn tell_cargo(key: &str, value: &str) {
    println!("{}", instruction(key, value));
}

fn instruction(key: &str, value: &str) -> String {
    format!("cargo::{key}={}", value.replace(char::is_control, " "))
}

/// Returns the features of clients that their users choose.
fn offered_features(features: &BTreeSet<runtime::Feature>) -> Vec<&'static str> {
    let all = runtime::user_features(features).into_iter();
    all.map(|feature| feature.name).collect()
}

fn failed(action: &str, path: &Path, error: &io::Error) -> BuildError {
    BuildError(format!("can't {action} {}: {error}", path.display()))
}

/// Explains why a build script generated no client.
pub struct BuildError(String);

impl BuildError {
    fn document(diagnostics: Diagnostics) -> Self {
        let errors = diagnostics
            .iter()
            .filter(|it| it.severity == Severity::Error);
        let lines: Vec<String> = errors.map(ToString::to_string).collect();
        Self(format!("the document has errors:\n{}", lines.join("\n")))
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Prints the same as `Display`, because `main` prints errors with `Debug`.
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for BuildError {}

#[cfg(test)]
mod tests;
