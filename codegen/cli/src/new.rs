//! The command `new`: creates a client with an example, and adds it to the manifest.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::time::Instant;

use wiretrue_codegen::options::RuntimeSource;
use wiretrue_codegen::render;

use crate::Outcome;
use crate::args::Clients;
use crate::generate::{self, Action, DocumentLocation, Job, package_of, relative, work, work_in};
use crate::manifest;
use crate::project::{Invocation, Project};
use crate::report::{Refusal, Report, shown};

/// The path of the example in a crate.
const EXAMPLE: &str = "examples/first_call.rs";

/// Creates a client. `manifest` is the manifest that the command line names, which may not exist yet.
pub fn run(
    args: &Clients,
    manifest: Option<&Path>,
    invocation: &Invocation,
    report: Report,
) -> Result<Outcome, Refusal> {
    let begin = Instant::now();
    let [document] = args.document.as_slice() else {
        let help = "use `wiretrue generate` for several documents";
        return Err(Refusal::new("`new` takes a single document", help));
    };
    let (package, folder) = match (&args.package, &args.out) {
        (Some(package), Some(folder)) => (package.clone(), folder.clone()),
        (Some(package), None) => (package.clone(), package.into()),
        (None, Some(folder)) => (package_of(&std::path::absolute(folder)?)?, folder.clone()),
        (None, None) => {
            let package = package_of(Path::new(&format!("{}-client", stem(document))))?;
            (package.clone(), package.into())
        }
    };
    let folder = std::path::absolute(folder)?;
    if fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) {
        let message = format!("{} exists already", shown(&folder).display());
        return Err(Refusal::new(
            message,
            "choose another folder with `--out DIR`",
        ));
    }
    let args = Clients {
        package: Some(package.clone()),
        out: Some(folder.clone()),
        ..args.clone()
    };
    let project = match (manifest, invocation.project()) {
        (Some(_), project) => Some(project?),
        (None, project) => project.ok(),
    };
    let Some(project) = project else {
        for job in work(&args, Action::Write, invocation)?.jobs {
            create(&job, begin, report)?;
        }
        return Ok(Outcome::Fine);
    };
    let client = NewClient {
        name: &package,
        folder: &folder,
        args: &args,
        project: &project,
    };
    client.create(begin, report)?;
    Ok(Outcome::Fine)
}

/// Writes the crate and its example.
fn create(job: &Job, begin: Instant, report: Report) -> Result<(), Refusal> {
    let made = generate::make(job, report)?;
    let example = render::first_call(&made.generated.views).map_err(|it| Refusal::new(it, ""))?;
    generate::write_made(job, made, begin, report)?;
    let Some(example) = example else {
        return Ok(());
    };
    let path = job.folder.join(EXAMPLE);
    fs::create_dir_all(job.folder.join("examples"))?;
    fs::write(&path, example)?;
    let folder = shown(&job.folder);
    report.status(
        "Created",
        format_args!(
            "{}; run it with `cd {} && cargo run --example first_call`",
            shown(&path).display(),
            folder.display()
        ),
    );
    Ok(())
}

/// A client that is added to a manifest.
struct NewClient<'a> {
    name: &'a str,
    folder: &'a Path,
    args: &'a Clients,
    project: &'a Project,
}

impl NewClient<'_> {
    /// Creates the client, then adds it to the manifest.
    fn create(&self, begin: Instant, report: Report) -> Result<(), Refusal> {
        let file = &self.project.manifest;
        let old = match file.exists() {
            true => fs::read_to_string(file)?,
            false => String::new(),
        };
        let separator = if old.is_empty() { "" } else { "\n" };
        let text = format!("{old}{separator}{}", self.entry()?);
        let manifest = manifest::parse(&text, &shown(file), &self.project.root)?;
        let mut jobs = work_in(manifest, self.project)?.jobs;
        jobs.retain(|job| job.name == self.name);
        for mut job in jobs {
            job.verbose = self.args.verbose;
            job.remote.mode = crate::remote::Mode::Update;
            create(&job, begin, report)?;
        }
        fs::write(file, text)?;
        let (name, file) = (self.name, shown(file));
        report.status("Added", format_args!("{name} to {}", file.display()));
        if let Some(workspace) = self.workspace() {
            let manifest = shown(&workspace.join("Cargo.toml"));
            let member = relative(&workspace, self.folder);
            report.finding(
                "Missing",
                format_args!(
                    "{member:?} in the members of {}; add it",
                    manifest.display()
                ),
            );
        }
        Ok(())
    }

    /// Returns the client's table for the manifest.
    fn entry(&self) -> Result<String, Refusal> {
        let root = &self.project.root;
        let folder = relative(root, self.folder);
        if Path::new(&folder)
            .components()
            .any(|it| it == Component::ParentDir)
        {
            let message = format!(
                "{} isn't below {}",
                shown(self.folder).display(),
                root.display()
            );
            let help = "choose a folder in the project with `--out DIR`";
            return Err(Refusal::new(message, help));
        }
        let path = |path: &Path| -> Result<toml::Value, Refusal> {
            Ok(relative(root, &std::path::absolute(path)?).into())
        };
        let paths = |paths: &[PathBuf]| -> Result<toml::Value, Refusal> {
            paths
                .iter()
                .map(|it| path(it))
                .collect::<Result<Vec<_>, _>>()
                .map(Into::into)
        };
        let args = self.args;
        let mut table = toml::Table::new();
        let document = args.document.first().cloned().unwrap_or_default();
        let document = match DocumentLocation::new(&std::env::current_dir()?, &document)? {
            DocumentLocation::File(file) => path(&file)?,
            DocumentLocation::Remote(address) => address.to_string().into(),
        };
        table.insert("document".to_owned(), document);
        table.insert("folder".to_owned(), folder.into());
        if self.workspace().is_none() {
            table.insert("workspace-member".to_owned(), false.into());
        }
        if let Some(root) = &args.root {
            table.insert("root".to_owned(), path(root)?);
        }
        if !args.overlay.is_empty() {
            table.insert("overlays".to_owned(), paths(&args.overlay)?);
        }
        if let Some(templates) = &args.templates {
            table.insert("templates".to_owned(), path(templates)?);
        }
        if !args.dependency.is_empty() {
            let dependencies = args.dependency.iter();
            let dependencies = dependencies.map(|it| (it.name.clone(), it.value.clone()));
            let dependencies = toml::Table::from_iter(dependencies);
            table.insert("dependencies".to_owned(), dependencies.into());
        }
        match args.allow_remote.as_slice() {
            [] => {}
            hosts
                if hosts
                    .iter()
                    .any(|it| it == crate::remote::policy::ANY_PUBLIC) =>
            {
                table.insert("allow-remote".to_owned(), true.into());
            }
            hosts => {
                table.insert("allow-remote".to_owned(), hosts.to_vec().into());
            }
        }
        if let Some((key, value)) = args.runtime.dependency() {
            let value = match &args.runtime {
                RuntimeSource::Path(folder) => path(Path::new(folder))?,
                _ => value.into(),
            };
            let source = toml::Table::from_iter([(key.to_owned(), value)]);
            table.insert("runtime".to_owned(), source.into());
        }
        for (key, entries) in [("select", &args.select), ("exclude", &args.exclude)] {
            if !entries.is_empty() {
                table.insert(key.to_owned(), selection(entries).into());
            }
        }
        if args.keep_unknown {
            table.insert("keep-unknown".to_owned(), true.into());
        }
        if !args.format.is_empty() {
            let formats = args.format.iter();
            let formats = formats.map(|(format, ty)| (format.clone(), ty.to_string().into()));
            table.insert("formats".to_owned(), toml::Table::from_iter(formats).into());
        }
        table.insert(
            "dev-dependencies".to_owned(),
            toml::Table::from_iter(generate::example_dependencies()).into(),
        );
        let purpose = "makes a first call".into();
        let examples = toml::Table::from_iter([("first_call".to_owned(), purpose)]);
        table.insert("examples".to_owned(), examples.into());
        for setting in &args.set {
            generate::merge(&mut table, setting.table.clone());
        }
        let lines = table
            .iter()
            .map(|(key, value)| format!("{key} = {value}\n"));
        Ok(format!("[{}]\n{}", self.name, lines.collect::<String>()))
    }

    /// Returns the folder of Cargo's workspace that the client's folder is in, if there is one.
    fn workspace(&self) -> Option<PathBuf> {
        let is_workspace = |folder: &&Path| {
            let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
            toml::from_str::<toml::Table>(&manifest).is_ok_and(|it| it.contains_key("workspace"))
        };
        let above = self.folder.ancestors().skip(1);
        above.into_iter().find(is_workspace).map(Path::to_owned)
    }
}

/// Returns the table of a selection.
fn selection(entries: &[crate::args::Entry]) -> toml::Table {
    let selection = generate::selection(entries);
    let lists = [
        ("tags", selection.tags),
        ("operations", selection.operations),
        ("paths", selection.paths),
        ("webhooks", selection.webhooks),
    ];
    let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
    lists
        .map(|(key, list)| (key.to_owned(), list.into()))
        .collect()
}

/// Returns the name of a document as the beginning of a package's name: lower case, and dashes in place of
/// other characters.
fn stem(document: &Path) -> String {
    let name = document.file_stem().unwrap_or_default().to_string_lossy();
    let mut slug = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}
