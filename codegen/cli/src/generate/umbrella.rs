//! Umbrella crates: the crate itself, the runtime that its clients share, and the clients that it no longer has.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use wiretrue_codegen::options::RuntimeSource;
use wiretrue_codegen::output::{self, Tree};
use wiretrue_codegen::umbrella::{self, Member};
use wiretrue_codegen::{Diagnostics, Options};

use super::check::{Drift, check_tree};
use super::size::{Size, count};
use super::write::{changes_phrase, refuse_foreign, write_tree, written};
use crate::documents;
use crate::report::{ClientOutcome, Problem, Refusal, Report, Texts, shown};

/// The folder of an umbrella's other crates.
pub const CRATES: &str = "crates";

/// An umbrella crate to generate.
#[derive(Clone, Debug)]
pub struct UmbrellaJob {
    /// The name in messages.
    pub name: String,
    /// The folder of the crate.
    pub folder: PathBuf,
    /// Whether the umbrella is in the manifest.
    pub in_manifest: bool,
    pub options: Options,
    /// The names of its clients' jobs, in their order.
    pub clients: Vec<String>,
}

/// A package that an umbrella consists of.
struct Package {
    name: String,
    folder: PathBuf,
    tree: Tree,
}

impl UmbrellaJob {
    /// Returns the folder of one of its crates.
    pub fn crate_folder(&self, package: &str) -> PathBuf {
        self.folder.join(CRATES).join(package)
    }

    /// Returns the package of the runtime that the crates share, if they share a copy.
    fn runtime_package(&self) -> Option<&str> {
        match &self.options.runtime {
            RuntimeSource::Shared { package, .. } => Some(package),
            _ => None,
        }
    }

    /// Generates the umbrella and the runtime in memory. `members` has the clients that could be generated.
    fn packages(&self, members: &BTreeMap<String, Member>) -> Result<Vec<Package>, Refusal> {
        let mut all = Vec::new();
        for client in &self.clients {
            match members.get(client) {
                Some(member) => all.push(member.clone()),
                None => {
                    let message = format!(
                        "`{}` wasn't generated because of the errors in `{client}`",
                        self.name
                    );
                    return Err(Refusal::new(message, ""));
                }
            }
        }
        let mut packages = vec![Package {
            name: self.options.package.clone(),
            folder: self.folder.clone(),
            tree: umbrella::generate(&all, &self.options).map_err(refusal)?,
        }];
        if let Some(package) = self.runtime_package() {
            packages.push(Package {
                name: package.to_owned(),
                folder: self.crate_folder(package),
                tree: umbrella::generate_runtime(package, &self.options).map_err(refusal)?,
            });
        }
        Ok(packages)
    }

    /// Returns the folders of generated crates that the umbrella no longer has. `folders` are those of its
    /// clients.
    fn orphans(&self, folders: &[PathBuf]) -> Result<Vec<PathBuf>, Refusal> {
        let runtime = self.runtime_package().map(|it| self.crate_folder(it));
        let mut orphans = Vec::new();
        let entries = match std::fs::read_dir(self.folder.join(CRATES)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(orphans),
            Err(error) => return Err(error.into()),
        };
        for entry in entries {
            let entry = entry?;
            let folder = entry.path();
            let is_known = folders.contains(&folder) || runtime.as_ref() == Some(&folder);
            if entry.file_type()?.is_dir()
                && !is_known
                && output::survey(&folder)?.manifest == Some(true)
            {
                orphans.push(folder);
            }
        }
        orphans.sort();
        Ok(orphans)
    }
}

/// Writes an umbrella crate with its runtime, and deletes the crates of former documents. With `drift`, prints
/// and counts the changes instead that this would make.
pub fn run(
    job: &UmbrellaJob,
    members: &BTreeMap<String, Member>,
    folders: &[PathBuf],
    mut drift: Option<&mut Drift>,
    verbose: bool,
    report: Report,
) -> Result<(), Refusal> {
    let begin = Instant::now();
    for package in job.packages(members)? {
        let Package { name, folder, tree } = &package;
        refuse_foreign(folder, job.in_manifest)?;
        let (verb, outcome, files) = match drift.as_deref_mut() {
            Some(drift) => {
                let files = check_tree(tree, folder, drift, report)?;
                match files.number() + files.hand_written.len() {
                    0 => ("Unchanged", ClientOutcome::Unchanged, files),
                    _ => ("", ClientOutcome::Differs, files),
                }
            }
            None => {
                let files = write_tree(tree, folder, verbose, report)?;
                let (verb, outcome) = written(&files);
                (verb, outcome, files)
            }
        };
        if !verb.is_empty() {
            let (number, changes) = (count(tree.len(), "file", "files"), changes_phrase(&files));
            let seconds = begin.elapsed().as_secs_f64();
            report.status(
                verb,
                format_args!("{name}: {number}{changes} in {seconds:.2}s"),
            );
        }
        let size = Size {
            operations: 0,
            models: 0,
            files: tree.len(),
        };
        report.client(|| size.result(name, name, folder, outcome, files));
    }
    for folder in job.orphans(folders)? {
        match drift.as_deref_mut() {
            Some(drift) => {
                check_tree(&Tree::default(), &folder, drift, report)?;
            }
            None => {
                let files = write_tree(&Tree::default(), &folder, verbose, report)?;
                if files.number() > 0 {
                    let folder = shown(&folder);
                    let number = count(files.deleted.len(), "file", "files");
                    report.status("Deleted", format_args!("{} ({number})", folder.display()));
                }
            }
        }
    }
    Ok(())
}

fn refusal(diagnostics: Diagnostics) -> Refusal {
    Refusal {
        problems: Problem::of_document(&diagnostics, false),
        texts: Texts::default(),
    }
}

/// Returns the documents that the command line names, if they make an umbrella crate: a pattern or several
/// documents. `folder` is the current one.
pub fn documents_of(specs: &[PathBuf], folder: &Path) -> Result<Option<Vec<String>>, Refusal> {
    let texts: Vec<_> = specs.iter().map(|it| it.to_string_lossy()).collect();
    let is_pattern = |text: &str| documents::is_pattern(text) && !folder.join(text).exists();
    if texts.len() < 2 && !texts.iter().any(|it| is_pattern(it)) {
        return Ok(None);
    }
    let mut all: Vec<String> = Vec::new();
    for text in texts {
        let found = match is_pattern(&text) {
            true => documents::matching(folder, &text).map_err(|it| Refusal::new(it, ""))?,
            false => vec![text.into_owned()],
        };
        for document in found {
            if !all.contains(&document) {
                all.push(document);
            }
        }
    }
    Ok(Some(all))
}
