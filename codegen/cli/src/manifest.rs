//! Reads a manifest, such as `wiretrue.toml`: the clients with their documents, folders and options.
//!
//! ```toml
//! [twilio-oauth]                              # the client's name, and its package's by default
//! document = "spec/twilio_oauth_v1.yaml"      # relative to the project
//! folder = "generated"                        # relative to the project
//! license = "MIT OR Apache-2.0"               # this and what follows: wiretrue_codegen::Options
//! ```

use std::fs;
use std::ops::Range;
use std::path::{Component, Path};

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use wiretrue_codegen::Options;

use crate::report::{Problem, Refusal, Texts, shown};

mod package;
mod umbrella;

use self::package::is_version;
pub use self::package::package_fault;

/// The crates of a manifest.
#[derive(Debug)]
pub struct Manifest {
    /// The clients, each of one document.
    pub clients: Vec<Client>,
    /// The umbrella crates.
    pub umbrellas: Vec<Umbrella>,
}

/// An umbrella crate in the manifest: one client for several documents.
#[derive(Debug)]
pub struct Umbrella {
    /// The name of its table.
    pub name: String,
    /// The folder, relative to the project.
    pub folder: String,
    /// The options of the crate itself; `document` lists the patterns of its documents.
    pub options: Options,
}

/// An API of an umbrella crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// The name of the umbrella.
    pub umbrella: String,
    /// The name of the API.
    pub name: String,
}

/// A client in the manifest.
#[derive(Debug)]
pub struct Client {
    /// The name of its table.
    pub name: String,
    /// The folder, relative to the project.
    pub folder: String,
    /// All other keys; `document` is relative to the project.
    pub options: Options,
    /// The API that the client is for, if an umbrella crate builds it.
    pub api: Option<Api>,
}

/// Reads the manifest of the project in the folder `root`.
///
/// # Errors
///
/// Returns every error in the manifest, with file and line.
pub fn read(file: &Path, root: &Path) -> Result<Manifest, Refusal> {
    let text = fs::read_to_string(file).map_err(|error| {
        Refusal::new(format!("can't read {}: {error}", shown(file).display()), "")
    })?;
    parse(&text, &shown(file), root)
}

/// Parses a manifest. `file` is its name in errors, and `root` the folder that its paths are relative to.
pub fn parse(text: &str, file: &Path, root: &Path) -> Result<Manifest, Refusal> {
    let mut reader = Reader {
        root,
        faults: Vec::new(),
        places: Vec::new(),
    };
    let manifest = reader.manifest(text);
    reader.refuse_shared_places();
    if reader.faults.is_empty() {
        return Ok(manifest);
    }
    reader.faults.sort_by_key(|fault| fault.span.start);
    let problems = reader.faults.into_iter();
    let problems =
        problems.map(|fault| Problem::error(fault.message, fault.help).at(file, text, fault.span));
    Err(Refusal {
        problems: problems.collect(),
        texts: Texts::of(file, text),
    })
}

/// Returns where a manifest has an option of a client, by the option's keys from the outermost. The place of
/// an entry is that of its key, and the place of a list's item is the item.
pub fn span_of(text: &str, client: &str, keys: &[String]) -> Option<Range<usize>> {
    let table = DeTable::parse(text).ok()?;
    let mut value = table.get_ref().get(client)?;
    let mut span = value.span();
    for key in keys {
        let next = match value.get_ref() {
            DeValue::Table(table) => table.get_key_value(key.as_str()),
            DeValue::Array(items) => {
                value = items.get(key.parse::<usize>().ok()?)?;
                span = value.span();
                continue;
            }
            _ => None,
        };
        // An inner key that isn't written leaves the place of the outer one.
        let Some((key, inner)) = next else { break };
        span = key.span();
        value = inner;
    }
    Some(span)
}

struct Fault {
    span: Range<usize>,
    message: String,
    help: String,
}

/// Reads a manifest, and collects its errors.
struct Reader<'r> {
    root: &'r Path,
    faults: Vec<Fault>,
    /// The folders and packages of all crates.
    places: Vec<CratePlace>,
}

/// Where a crate is written.
struct CratePlace {
    span: Range<usize>,
    name: String,
    folder: String,
    package: String,
    /// The umbrella that the crate is or belongs to.
    umbrella: Option<String>,
}

/// The places of a client's fields, or of its name for those that are missing.
struct FieldPlaces {
    document: Range<usize>,
    root: Range<usize>,
    package: Range<usize>,
    version: Range<usize>,
}

impl Reader<'_> {
    fn fault(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.faults.push(Fault {
            span,
            message: message.into(),
            help: help.into(),
        });
    }

    fn toml(&mut self, error: &toml::de::Error, otherwise: Range<usize>) {
        self.fault(
            error.span().unwrap_or(otherwise),
            error.message().trim_end().replace('\n', "; "),
            "",
        );
    }

    /// Returns the crates without errors.
    fn manifest(&mut self, text: &str) -> Manifest {
        let mut manifest = Manifest {
            clients: Vec::new(),
            umbrellas: Vec::new(),
        };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            self.toml(error, 0..0);
        }
        if !errors.is_empty() {
            return manifest;
        }
        let tables = table.into_inner();
        if tables.is_empty() {
            self.fault(
                0..0,
                "the manifest has no clients",
                "add a table such as [petstore] with its document and folder",
            );
        }
        for (name, value) in tables {
            self.table(
                name.span(),
                name.into_inner().into_owned(),
                value,
                &mut manifest,
            );
        }
        manifest
    }

    /// Reads a table: a client, or an umbrella crate with its clients.
    fn table(
        &mut self,
        at: Range<usize>,
        name: String,
        value: Spanned<DeValue<'_>>,
        manifest: &mut Manifest,
    ) {
        let span = value.span();
        let DeValue::Table(fields) = value.into_inner() else {
            self.fault(
                at,
                format!("`{name}` isn't a table"),
                "a client is a table with its document and folder",
            );
            return;
        };
        if !fields.contains_key("documents") {
            if let Some(client) = self.client(name, &at, span, fields) {
                self.place(&at, &client.name, &client.folder, &client.options, None);
                manifest.clients.push(client);
            }
        } else if let Some((umbrella, clients)) = self.umbrella(name, &at, span, fields) {
            let name = Some(&umbrella.name);
            self.place(
                &at,
                &umbrella.name,
                &umbrella.folder,
                &umbrella.options,
                name,
            );
            for client in &clients {
                self.place(&at, &client.name, &client.folder, &client.options, name);
            }
            manifest.clients.extend(clients);
            manifest.umbrellas.push(umbrella);
        }
    }

    fn place(
        &mut self,
        span: &Range<usize>,
        name: &str,
        folder: &str,
        options: &Options,
        umbrella: Option<&String>,
    ) {
        self.places.push(CratePlace {
            span: span.clone(),
            name: name.to_owned(),
            folder: folder.to_owned(),
            package: options.package.clone(),
            umbrella: umbrella.cloned(),
        });
    }

    fn client(
        &mut self,
        name: String,
        at: &Range<usize>,
        span: Range<usize>,
        mut fields: DeTable<'_>,
    ) -> Option<Client> {
        if !fields.contains_key("document") {
            self.fault(
                at.clone(),
                format!("`{name}` has no document"),
                "add document = \"spec/….yaml\"",
            );
        }
        let folder = self.folder(&name, at, &mut fields);
        let options = self.options(&name, at, span, fields)?;
        Some(Client {
            name,
            folder: folder?,
            options,
            api: None,
        })
    }

    fn places(&self, fields: &DeTable<'_>, at: &Range<usize>) -> FieldPlaces {
        let place = |key: &str| fields.get(key).map_or(at.clone(), Spanned::span);
        FieldPlaces {
            document: place("document"),
            root: place("root"),
            package: place("package"),
            version: place("version"),
        }
    }

    /// Refuses options that no package can have, and absolute paths.
    fn refuse_options(&mut self, options: &Options, places: FieldPlaces) {
        if let Some(fault) = package_fault(&options.package) {
            self.fault(places.package, fault, "");
        }
        if !is_version(&options.version) {
            self.fault(places.version, "the version isn't of the form 1.2.3", "");
        }
        if Path::new(&options.document).is_absolute() {
            self.fault(
                places.document,
                "the document's path is absolute",
                "make it relative to the workspace",
            );
        }
        if options
            .root
            .as_ref()
            .is_some_and(|it| Path::new(it).is_absolute())
        {
            self.fault(
                places.root,
                "the root folder's path is absolute",
                "make it relative to the workspace",
            );
        }
    }

    /// Removes the folder from a client's table. It is the only key that isn't an option.
    fn folder(
        &mut self,
        name: &str,
        at: &Range<usize>,
        fields: &mut DeTable<'_>,
    ) -> Option<String> {
        let Some(value) = fields.remove("folder") else {
            self.fault(
                at.clone(),
                format!("`{name}` has no folder"),
                "add folder = \"…\"",
            );
            return None;
        };
        let span = value.span();
        let Some(folder) = value.get_ref().as_str() else {
            self.fault(span, "the folder isn't a string", "");
            return None;
        };
        let steps = Path::new(folder)
            .components()
            .filter(|step| *step != Component::CurDir);
        let steps: Option<Vec<&str>> = steps
            .map(|step| {
                if let Component::Normal(step) = step {
                    step.to_str()
                } else {
                    None
                }
            })
            .collect();
        match steps {
            Some(steps) if !steps.is_empty() && !folder.contains('\\') => Some(steps.join("/")),
            _ => {
                self.fault(
                    span,
                    "the folder isn't below the workspace",
                    "make it relative to the workspace",
                );
                None
            }
        }
    }

    /// Rejects crates with the same folder or the same package. Those of an umbrella are in its folder.
    fn refuse_shared_places(&mut self) {
        let mut faults = Vec::new();
        for (at, place) in self.places.iter().enumerate() {
            for other in &self.places[..at] {
                let (one, two) = (&other.name, &place.name);
                let together = place.umbrella.is_some() && place.umbrella == other.umbrella;
                let within = is_within(&place.folder, &other.folder)
                    || is_within(&other.folder, &place.folder);
                if within && !together {
                    let message = format!("`{one}` and `{two}` share a folder");
                    faults.push((place, message, "give each a folder of its own"));
                }
                if place.package == other.package {
                    let message = format!("`{one}` and `{two}` have the same package name");
                    faults.push((place, message, "give each a package name of its own"));
                }
            }
        }
        let faults = faults.into_iter().map(|(place, message, help)| Fault {
            span: place.span.clone(),
            message,
            help: help.to_owned(),
        });
        let faults: Vec<Fault> = faults.collect();
        self.faults.extend(faults);
    }
}

fn is_within(folder: &str, other: &str) -> bool {
    folder
        .strip_prefix(other)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
