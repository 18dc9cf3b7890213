//! Plans the crates of documents that the command line names.

use std::path::{Path, PathBuf};

use wiretrue_codegen::Options;
use wiretrue_codegen::names::umbrella::api_package;
use wiretrue_codegen::options::Selection;

use super::Work;
use super::runtime::{runtime_in, share_runtime, with_shared_runtime};
use crate::args::{Clients, Entry, EntryKind};
use crate::documents;
use crate::generate::job::{DocumentLocation, Job};
use crate::generate::umbrella::{self, UmbrellaJob};
use crate::manifest::{self, Api};
use crate::remote::Access;
use crate::report::Refusal;

/// Returns the crates of the documents: a client, or an umbrella crate with a client for each document. `access`
/// returns the access to remote documents of a project in a folder.
pub(super) fn work(args: &Clients, access: impl Fn(&Path) -> Access) -> Result<Work, Refusal> {
    let here = std::env::current_dir()?;
    if let Some(documents) = umbrella::documents_of(&args.document, &here)? {
        return umbrella_work(args, &documents, access);
    }
    let mut work = Work::default();
    for document in &args.document {
        let mut job = client(document, args)?;
        job.remote = access(&job.folder);
        work.jobs.push(job);
    }
    Ok(work)
}

/// Returns an umbrella crate and its clients.
fn umbrella_work(
    args: &Clients,
    documents: &[String],
    access: impl Fn(&Path) -> Access,
) -> Result<Work, Refusal> {
    let mut umbrella = umbrella_job(args)?;
    let mut work = Work::default();
    for document in documents {
        let name = documents::name_of(document, &umbrella.name);
        let mut job = member(document, name, args, &umbrella)?;
        job.remote = access(&umbrella.folder);
        umbrella.clients.push(job.name.clone());
        work.jobs.push(job);
    }
    let names = work
        .jobs
        .iter()
        .zip(documents)
        .filter_map(|(job, document)| Some((document.as_str(), job.api.as_ref()?.name.as_str())));
    let collisions = documents::collisions(names);
    if !collisions.is_empty() {
        let help = "rename a document, or use a manifest, which can name the APIs";
        return Err(Refusal::new(collisions.join("; "), help));
    }
    work.umbrellas.push(umbrella);
    Ok(work)
}

/// Returns an umbrella crate, without its clients.
fn umbrella_job(args: &Clients) -> Result<UmbrellaJob, Refusal> {
    let here = std::env::current_dir()?;
    let folder = folder(args)?;
    let package = match (&args.package, &args.out) {
        (Some(package), _) => package.clone(),
        (None, Some(_)) => package_of(&folder)?,
        // A report or a dump generates no crate.
        (None, None) => "client".to_owned(),
    };
    let specs = args.document.iter();
    let specs = specs.map(|it| Ok(name_in_crate(&DocumentLocation::new(&here, it)?)));
    let specs: Vec<String> = specs.collect::<Result<_, Refusal>>()?;
    Ok(UmbrellaJob {
        name: package.clone(),
        in_manifest: false,
        options: with_shared_runtime(Options {
            document: specs.join(", "),
            runtime: runtime_in(&folder, &here, &args.runtime),
            ..Options::new(package)
        }),
        clients: Vec::new(),
        folder,
    })
}

/// Returns a client of an umbrella crate, for the API with this name.
fn member(
    document: &str,
    name: String,
    args: &Clients,
    umbrella: &UmbrellaJob,
) -> Result<Job, Refusal> {
    let package = api_package(&umbrella.name, &name);
    if let Some(fault) = manifest::package_fault(&package) {
        let help = "rename the document, or use a manifest";
        return Err(Refusal::new(fault, help));
    }
    let args = Clients {
        out: Some(umbrella.crate_folder(&package)),
        package: Some(package),
        ..args.clone()
    };
    let mut job = client(Path::new(document), &args)?;
    share_runtime(&mut job.options.runtime, &umbrella.options, "..");
    job.options.workspace_member = true;
    job.options.dev_dependencies.clear();
    job.options.in_umbrella = true;
    job.api = Some(Api {
        umbrella: umbrella.name.clone(),
        name,
    });
    Ok(job)
}

/// Returns the client of a document, which is never a member of a workspace.
fn client(document: &Path, args: &Clients) -> Result<Job, Refusal> {
    let here = std::env::current_dir()?;
    let folder = folder(args)?;
    let package = match (&args.package, &args.out) {
        (Some(package), _) => package.clone(),
        (None, Some(_)) => package_of(&folder)?,
        (None, None) => package_of(&document.with_extension(""))?,
    };
    let document = DocumentLocation::new(&here, document)?;
    let mut options = Options {
        document: name_in_crate(&document),
        runtime: runtime_in(&folder, &here, &args.runtime),
        select: selection(&args.select),
        exclude: selection(&args.exclude),
        keep_unknown: args.keep_unknown,
        ..set_options(args, &package)?
    };
    options.formats.extend(args.format.iter().cloned());
    let dependencies = args.dependency.iter();
    let dependencies = dependencies.map(|it| (it.name.clone(), it.value.clone()));
    options.dependencies.extend(dependencies);
    for (name, value) in example_dependencies() {
        options.dev_dependencies.entry(name).or_insert(value);
    }
    let absolute = |path: &PathBuf| std::path::absolute(path);
    Ok(Job {
        name: package,
        document,
        root: args.root.as_ref().map(absolute).transpose()?,
        overlays: args
            .overlay
            .iter()
            .map(absolute)
            .collect::<Result<_, _>>()?,
        templates: args.templates.as_ref().map(absolute).transpose()?,
        folder,
        manifest: None,
        verbose: args.verbose,
        options,
        remote: Access::default(),
        api: None,
    })
}

/// Returns the folder of the crate: the current one if the command line names none, for a report or a dump,
/// which generates no crate.
fn folder(args: &Clients) -> std::io::Result<PathBuf> {
    std::path::absolute(args.out.as_deref().unwrap_or(Path::new(".")))
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
pub fn merge(all: &mut toml::Table, more: toml::Table) {
    for (key, value) in more {
        match (all.get_mut(&key), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(value)) => merge(inner, value),
            (_, value) => drop(all.insert(key, value)),
        }
    }
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

/// Returns the default name of the package: the last component of a path, as with `cargo init`.
pub fn package_of(path: &Path) -> Result<String, Refusal> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match manifest::package_fault(&name) {
        None => Ok(name.into_owned()),
        Some(fault) => Err(Refusal::new(fault, "name the package with --package NAME")),
    }
}
