//! The crates that a run generates: clients of the manifest, or one that the command line describes.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use url::Url;
use wiretrue_codegen::Options;
use wiretrue_codegen::names::umbrella::{api_package, runtime_package};
use wiretrue_codegen::options::{RuntimeSource, Selection};

use super::Action;
use super::command::fixing_command;
use super::umbrella::{self, UmbrellaJob};
use crate::args::{Clients, Entry, EntryKind};
use crate::documents;
use crate::manifest::{self, Api, Manifest};
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
    /// The folder of the client's own templates.
    pub templates: Option<PathBuf>,
    /// The folder of the crate.
    pub folder: PathBuf,
    /// The manifest that has the client; `None` for a crate that the command line describes.
    pub manifest: Option<PathBuf>,
    /// Whether equal warnings are printed for each place.
    pub verbose: bool,
    pub options: Options,
    pub remote: Access,
    /// The API that the client is for, if an umbrella crate builds it.
    pub api: Option<Api>,
}

impl Job {
    /// Returns the size of the document in bytes; 0 if it isn't a file.
    pub(super) fn size(&self) -> u64 {
        let file = match &self.document {
            DocumentLocation::File(file) => fs::metadata(file).ok(),
            DocumentLocation::Remote(_) => None,
        };
        file.map_or(0, |it| it.len())
    }
}

/// The crates of a run: clients, and the umbrella crates that build some of them.
#[derive(Default)]
pub struct Work {
    pub jobs: Vec<Job>,
    pub umbrellas: Vec<UmbrellaJob>,
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
                    Err(Refusal::new(message, "use an `https:` address or a path"))
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
                format!("this command needs a document in a file, but {address} is remote"),
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

/// Returns the crates that the command line selects: those of documents, and those of the manifest otherwise.
pub fn work(args: &Clients, action: Action, invocation: &Invocation) -> Result<Work, Refusal> {
    let mode = match (args.offline, action == Action::Check || args.locked) {
        (true, _) => Mode::Offline,
        (false, true) => Mode::Locked,
        (false, false) => Mode::Update,
    };
    let update = fixing_command(args, false, invocation.command);
    if !args.document.is_empty() {
        let cache = invocation.project().ok();
        let access = |folder: &Path| Access {
            allowed: args.allow_remote.clone(),
            mode,
            lock: remote::lock_in(folder),
            cache: cache
                .as_ref()
                .map(|project| remote::cache_in(&project.root)),
            update: update.clone(),
        };
        return work_outside(args, access);
    }
    let project = invocation.project()?;
    let mut work = work_in(manifest::read(&project.manifest, &project.root)?, &project)?;
    for job in &mut work.jobs {
        job.verbose = args.verbose;
        job.remote.allowed.extend(args.allow_remote.iter().cloned());
        job.remote.mode = mode;
        job.remote.update.clone_from(&update);
    }
    if let Some(wanted) = &args.client {
        let umbrellas = work.umbrellas.iter().map(|it| it.name.clone());
        let alone = work.jobs.iter().filter(|job| job.api.is_none());
        let names: Vec<_> = umbrellas.chain(alone.map(|it| it.name.clone())).collect();
        let of_umbrella = |job: &Job| job.api.as_ref().is_some_and(|it| it.umbrella == *wanted);
        work.jobs
            .retain(|job| job.name == *wanted || of_umbrella(job));
        work.umbrellas.retain(|it| it.name == *wanted);
        if work.jobs.is_empty() {
            let message = format!(
                "there is no client `{wanted}` in {}",
                shown(&project.manifest).display()
            );
            return Err(Refusal::new(
                message,
                format!("the manifest has {}", names.join(", ")),
            ));
        }
    }
    Ok(work)
}

/// Returns every client in the manifest of a project, with the remote documents that the
/// lock file has.
pub fn jobs_of_manifest(project: &Project) -> Result<Vec<Job>, Refusal> {
    Ok(work_in(manifest::read(&project.manifest, &project.root)?, project)?.jobs)
}

/// Returns the crates in the manifest of a project.
pub fn work_in(manifest: Manifest, project: &Project) -> Result<Work, Refusal> {
    let root = &project.root;
    let Manifest { clients, umbrellas } = manifest;
    let lock = remote::lock_in(project.manifest.parent().unwrap_or(root));
    let mut work = Work::default();
    for mut client in clients {
        let folder = root.join(&client.folder);
        let options = &mut client.options;
        options.runtime = runtime_in(&folder, root, &options.runtime);
        if let Some(api) = &client.api
            && let Some(umbrella) = umbrellas.iter().find(|it| it.name == api.umbrella)
        {
            share_runtime(&mut options.runtime, &umbrella.options, "..");
        }
        let overlays = options.overlays.iter();
        work.jobs.push(Job {
            document: DocumentLocation::new(root, Path::new(&options.document))?,
            root: options.root.as_ref().map(|it| root.join(it)),
            overlays: overlays.map(|it| root.join(it)).collect(),
            templates: options.templates.as_ref().map(|it| root.join(it)),
            folder,
            manifest: Some(project.manifest.clone()),
            verbose: false,
            remote: Access {
                allowed: options.allow_remote.hosts().to_vec(),
                mode: Mode::Locked,
                lock: lock.clone(),
                cache: Some(remote::cache_in(root)),
                update: project.command.to_owned(),
            },
            name: client.name,
            options: client.options,
            api: client.api,
        });
    }
    for umbrella in umbrellas {
        let folder = root.join(&umbrella.folder);
        let mut options = umbrella.options;
        options.runtime = runtime_in(&folder, root, &options.runtime);
        let of_umbrella = |job: &&Job| {
            let api = job.api.as_ref();
            api.is_some_and(|api| api.umbrella == umbrella.name)
        };
        let clients = work.jobs.iter().filter(of_umbrella);
        work.umbrellas.push(UmbrellaJob {
            clients: clients.map(|job| job.name.clone()).collect(),
            folder,
            in_manifest: true,
            options: with_shared_runtime(options),
            name: umbrella.name,
        });
    }
    Ok(work)
}

/// Returns the runtime for a crate in a folder. `base` is the folder that the path of the runtime is relative
/// to.
fn runtime_in(folder: &Path, base: &Path, runtime: &RuntimeSource) -> RuntimeSource {
    match runtime {
        RuntimeSource::Path(path) => RuntimeSource::Path(relative(folder, &base.join(path))),
        runtime => runtime.clone(),
    }
}

/// Replaces a vendored runtime by the copy that the crates of an umbrella share. `options` are those of the
/// umbrella, and `folder` is the folder of its crates.
fn share_runtime(runtime: &mut RuntimeSource, options: &Options, folder: &str) {
    if *runtime == RuntimeSource::Vendored {
        let package = runtime_package(&options.package);
        *runtime = RuntimeSource::Shared {
            path: format!("{folder}/{package}"),
            version: options.version.clone(),
            package,
        };
    }
}

/// Returns the options of an umbrella with the runtime that its crates share.
fn with_shared_runtime(mut options: Options) -> Options {
    let mut runtime = std::mem::take(&mut options.runtime);
    share_runtime(&mut runtime, &options, umbrella::CRATES);
    Options { runtime, ..options }
}

/// Returns the crates of the documents that the command line names: one client, or an umbrella crate with
/// several.
fn work_outside(args: &Clients, access: impl Fn(&Path) -> Access) -> Result<Work, Refusal> {
    let here = std::env::current_dir()?;
    let mut work = Work::default();
    let Some(documents) = umbrella::documents_of(&args.document, &here)? else {
        for document in &args.document {
            let mut job = job_outside(document, args)?;
            job.remote = access(&job.folder);
            work.jobs.push(job);
        }
        return Ok(work);
    };
    let folder = std::path::absolute(args.out.as_deref().unwrap_or(Path::new(".")))?;
    let package = match (&args.package, &args.out) {
        (Some(package), _) => package.clone(),
        (None, Some(_)) => package_of(&folder)?,
        // A report or a dump generates no crate.
        (None, None) => "client".to_owned(),
    };
    let specs = args.document.iter();
    let specs = specs.map(|it| Ok(name_in_crate(&DocumentLocation::new(&here, it)?)));
    let specs: Vec<String> = specs.collect::<Result<_, Refusal>>()?;
    let mut umbrella = UmbrellaJob {
        name: package.clone(),
        in_manifest: false,
        options: with_shared_runtime(Options {
            document: specs.join(", "),
            runtime: runtime_in(&folder, &here, &args.runtime),
            ..Options::new(package.clone())
        }),
        clients: Vec::new(),
        folder,
    };
    for document in &documents {
        let name = documents::name_of(document, &package);
        let own = api_package(&package, &name);
        if let Some(fault) = manifest::package_fault(&own) {
            return Err(Refusal::new(
                fault,
                "rename the document, or use a manifest",
            ));
        }
        let one = Clients {
            out: Some(umbrella.crate_folder(&own)),
            package: Some(own.clone()),
            ..args.clone()
        };
        let mut job = job_outside(Path::new(document), &one)?;
        share_runtime(&mut job.options.runtime, &umbrella.options, "..");
        job.options.workspace_member = true;
        job.options.dev_dependencies.clear();
        job.options.in_umbrella = true;
        job.remote = access(&umbrella.folder);
        job.api = Some(Api {
            umbrella: package.clone(),
            name,
        });
        umbrella.clients.push(own);
        work.jobs.push(job);
    }
    let names = work
        .jobs
        .iter()
        .zip(&documents)
        .filter_map(|(job, document)| {
            let api = job.api.as_ref()?;
            Some((document.as_str(), api.name.as_str()))
        });
    let collisions = documents::collisions(names);
    if !collisions.is_empty() {
        let help = "rename a document, or use a manifest, which can name the APIs";
        return Err(Refusal::new(collisions.join("; "), help));
    }
    work.umbrellas.push(umbrella);
    Ok(work)
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
    let runtime = runtime_in(&folder, &std::env::current_dir()?, &args.runtime);
    let mut options = Options {
        document: name_in_crate(&document),
        runtime,
        select: selection(&args.select),
        exclude: selection(&args.exclude),
        keep_unknown: args.keep_unknown,
        ..set_options(args, &package)?
    };
    options.formats.extend(args.format.iter().cloned());
    for it in &args.dependency {
        options
            .dependencies
            .insert(it.name.clone(), it.value.clone());
    }
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
        templates: args
            .templates
            .as_ref()
            .map(std::path::absolute)
            .transpose()?,
        folder,
        manifest: None,
        verbose: args.verbose,
        options,
        remote: Access::default(),
        api: None,
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
            format!("the options of `--set` are invalid: {message}"),
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
            EntryKind::Webhook => &mut selection.webhooks,
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
