//! The crates that a run generates: clients of the manifest, or one that the command line describes.

use std::fmt;
use std::path::{Path, PathBuf};

use url::Url;
use wiretrue_codegen::Options;
use wiretrue_codegen::options::{RuntimeSource, Selection};

use super::Action;
use super::command::fixing_command;
use crate::args::{Clients, Entry, EntryKind};
use crate::manifest;
use crate::project::{Invocation, Project};
use crate::remote::{self, Access, Mode, policy};
use crate::report::{Refusal, shown};

/// A crate to generate.
#[derive(Clone, Debug)]
pub struct Job {
    /// The name of the client in messages and in the lock file.
    pub name: String,
    /// Where the document is.
    pub document: DocumentLocation,
    /// The folder whose files the document may refer to; its own folder if `None`.
    pub root: Option<PathBuf>,
    /// The files of the overlays.
    pub overlays: Vec<PathBuf>,
    /// The folder of the crate.
    pub folder: PathBuf,
    /// The manifest that has the client; `None` for a crate that the command line describes.
    pub manifest: Option<PathBuf>,
    /// Whether equal warnings are printed for each place.
    pub verbose: bool,
    pub options: Options,
    pub remote: Access,
}

/// Where a document is.
#[derive(Clone, Debug)]
pub enum DocumentLocation {
    File(PathBuf),
    Remote(Url),
}

impl DocumentLocation {
    /// Reads an address, or a path relative to a folder.
    pub fn new(folder: &Path, text: &Path) -> Result<Self, Refusal> {
        match text.to_str().filter(|text| text.contains("://")) {
            None => Ok(Self::File(std::path::absolute(folder.join(text))?)),
            Some(address) => match Url::parse(address) {
                Ok(address) if policy::has_credentials(&address) => {
                    let message = "the address of the document has credentials";
                    let help = "remove them: no credentials are sent for documents";
                    Err(Refusal::new(message, help))
                }
                Ok(address) => Ok(Self::Remote(address)),
                Err(error) => {
                    let message = format!("`{address}` isn't the address of a document: {error}");
                    Err(Refusal::new(message, "give an `https:` address or a path"))
                }
            },
        }
    }

    /// Returns the file, for a task that needs one.
    ///
    /// # Errors
    ///
    /// Fails if the document is remote.
    pub fn file(&self) -> Result<&Path, Refusal> {
        match self {
            Self::File(file) => Ok(file),
            Self::Remote(address) => Err(Refusal::new(
                format!("this task needs a document in a file, not {address}"),
                "save the document in a file",
            )),
        }
    }

    /// Returns the argument of a command for this document.
    pub fn argument(&self) -> PathBuf {
        match self {
            Self::File(file) => file.clone(),
            Self::Remote(address) => address.as_str().into(),
        }
    }

    /// Returns the address of a remote document.
    pub fn address(&self) -> Option<&Url> {
        match self {
            Self::File(_) => None,
            Self::Remote(address) => Some(address),
        }
    }
}

impl fmt::Display for DocumentLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => shown(file).display().fmt(f),
            Self::Remote(address) => address.fmt(f),
        }
    }
}

/// Returns the crates that the command line selects: one of a document, and clients of the manifest
/// otherwise.
pub fn jobs(args: &Clients, action: Action, invocation: &Invocation) -> Result<Vec<Job>, Refusal> {
    let mode = match (args.offline, action == Action::Check || args.locked) {
        (true, _) => Mode::Offline,
        (false, true) => Mode::Locked,
        (false, false) => Mode::Update,
    };
    let update = fixing_command(args, false, invocation.command);
    if let Some(document) = &args.document {
        let mut job = job_outside(document, args)?;
        job.remote = Access {
            allowed: args.allow_remote.clone(),
            mode,
            lock: remote::lock_in(&job.folder),
            cache: invocation
                .project()
                .ok()
                .map(|project| remote::cache_in(&project.root)),
            update,
        };
        return Ok(vec![job]);
    }
    let project = invocation.project()?;
    let mut jobs = jobs_of_manifest(&project)?;
    for job in &mut jobs {
        job.verbose = args.verbose;
        job.remote.allowed.extend(args.allow_remote.iter().cloned());
        job.remote.mode = mode;
        job.remote.update.clone_from(&update);
    }
    if let Some(wanted) = &args.client {
        let names: Vec<_> = jobs.iter().map(|job| job.name.clone()).collect();
        jobs.retain(|job| job.name == *wanted);
        if jobs.is_empty() {
            let message = format!(
                "there is no client `{wanted}` in {}",
                shown(&project.manifest).display()
            );
            return Err(Refusal::new(
                message,
                format!("there is {}", names.join(", ")),
            ));
        }
    }
    Ok(jobs)
}

/// Returns every client in the manifest of a project, with the remote documents that the
/// lock file has.
pub fn jobs_of_manifest(project: &Project) -> Result<Vec<Job>, Refusal> {
    jobs_in(manifest::read(&project.manifest)?, project)
}

/// Returns the crates of clients in the manifest of a project.
pub fn jobs_in(clients: Vec<manifest::Client>, project: &Project) -> Result<Vec<Job>, Refusal> {
    let root = &project.root;
    let lock = remote::lock_in(project.manifest.parent().unwrap_or(root));
    let job = |mut client: manifest::Client| {
        let folder = root.join(&client.folder);
        if let RuntimeSource::Path(path) = &mut client.options.runtime {
            *path = relative(&folder, &root.join(&path));
        }
        let overlays = client.options.overlays.iter();
        Ok(Job {
            document: DocumentLocation::new(root, Path::new(&client.options.document))?,
            root: client.options.root.as_ref().map(|it| root.join(it)),
            overlays: overlays.map(|it| root.join(it)).collect(),
            folder,
            manifest: Some(project.manifest.clone()),
            verbose: false,
            remote: Access {
                allowed: client.options.allow_remote.hosts().to_vec(),
                mode: Mode::Locked,
                lock: lock.clone(),
                cache: Some(remote::cache_in(root)),
                update: project.command.to_owned(),
            },
            name: client.name,
            options: client.options,
        })
    };
    clients.into_iter().map(job).collect()
}

/// Returns the crate of a document outside the manifest, which is never a member of a workspace.
fn job_outside(document: &Path, args: &Clients) -> Result<Job, Refusal> {
    // A dump generates no crate, so it needs no folder.
    let folder = std::path::absolute(args.out.as_deref().unwrap_or(Path::new(".")))?;
    let package = match &args.package {
        Some(package) => package.clone(),
        None => package_of(
            args.out
                .as_deref()
                .map_or(document.with_extension(""), |_| folder.clone())
                .as_path(),
        )?,
    };
    let document = DocumentLocation::new(&std::env::current_dir()?, document)?;
    let runtime = match &args.runtime {
        RuntimeSource::Path(path) => {
            RuntimeSource::Path(relative(&folder, &std::path::absolute(path)?))
        }
        runtime => runtime.clone(),
    };
    let mut options = Options {
        document: name_in_crate(&document),
        runtime,
        select: selection(&args.select),
        exclude: selection(&args.exclude),
        keep_unknown: args.keep_unknown,
        ..set_options(args, &package)?
    };
    options.formats.extend(args.format.iter().cloned());
    for (name, value) in example_dependencies() {
        options.dev_dependencies.entry(name).or_insert(value);
    }
    Ok(Job {
        name: package,
        document,
        root: args.root.as_ref().map(std::path::absolute).transpose()?,
        overlays: args
            .overlay
            .iter()
            .map(std::path::absolute)
            .collect::<Result<_, _>>()?,
        folder,
        manifest: None,
        verbose: args.verbose,
        options,
        remote: Access::default(),
    })
}

/// Returns the options of a package that `--set` gives, and the defaults of the others.
fn set_options(args: &Clients, package: &str) -> Result<Options, Refusal> {
    let mut all = toml::Table::new();
    for setting in &args.set {
        merge(&mut all, setting.table.clone());
    }
    all.insert("package".to_owned(), package.into());
    all.try_into().map_err(|error: toml::de::Error| {
        let message = error.message().trim_end().replace('\n', "; ");
        Refusal::new(
            format!("`--set` gives options that don't hold: {message}"),
            "docs/options.md lists all options",
        )
    })
}

/// Adds the entries of a table to another, also those of inner tables.
fn merge(all: &mut toml::Table, more: toml::Table) {
    for (key, value) in more {
        match (all.get_mut(&key), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(value)) => merge(inner, value),
            (_, value) => drop(all.insert(key, value)),
        }
    }
}

/// Returns the dev-dependencies of a client's examples.
pub fn example_dependencies() -> [(String, toml::Value); 1] {
    let tokio = toml::Table::from_iter([
        ("version".to_owned(), "1".into()),
        (
            "features".to_owned(),
            vec!["macros", "rt-multi-thread"].into(),
        ),
    ]);
    [("tokio".to_owned(), tokio.into())]
}

/// Returns the name of a document in its crate: that of the file, since its folders exist only on this
/// machine, or the address without the query, which may contain a key.
fn name_in_crate(document: &DocumentLocation) -> String {
    match document {
        DocumentLocation::File(file) => {
            let name = file.file_name().unwrap_or_default();
            name.to_string_lossy().replace(char::is_control, "_")
        }
        DocumentLocation::Remote(address) => {
            let mut address = address.clone();
            address.set_query(None);
            address.set_fragment(None);
            address.into()
        }
    }
}

/// Returns the path from one absolute folder to another, with `/`. Returns the absolute path if they have
/// no common root.
pub fn relative(from: &Path, to: &Path) -> String {
    let (mut from, mut target) = (from.components().peekable(), to.components().peekable());
    if from.peek() != target.peek() {
        return to.display().to_string();
    }
    while from.peek().is_some() && from.peek() == target.peek() {
        from.next();
        target.next();
    }
    let up = from.map(|_| "..".to_owned());
    let down = target.map(|it| it.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Converts the entries of the command line into a selection.
pub fn selection(entries: &[Entry]) -> Selection {
    let mut selection = Selection::default();
    for entry in entries {
        let list = match entry.kind {
            EntryKind::Tag => &mut selection.tags,
            EntryKind::Operation => &mut selection.operations,
            EntryKind::Path => &mut selection.paths,
        };
        list.push(entry.value.clone());
    }
    selection
}

/// Returns the default name of the package: the last component of a path, as with `cargo init`.
pub fn package_of(path: &Path) -> Result<String, Refusal> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match manifest::package_fault(&name) {
        None => Ok(name.into_owned()),
        Some(fault) => Err(Refusal::new(fault, "name the package with --package NAME")),
    }
}
