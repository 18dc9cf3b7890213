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

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};
use wiretrue_codegen::Options;

use crate::report::{Problem, Refusal, Texts, shown};

/// A client in the manifest.
#[derive(Debug)]
pub struct Client {
    /// The name of its table.
    pub name: String,
    /// The folder, relative to the project.
    pub folder: String,
    /// All other keys; `document` is relative to the project.
    pub options: Options,
}

/// Reads a manifest.
///
/// # Errors
///
/// Returns every error in the manifest, with file and line.
pub fn read(file: &Path) -> Result<Vec<Client>, Refusal> {
    let text = fs::read_to_string(file).map_err(|error| {
        Refusal::new(format!("can't read {}: {error}", shown(file).display()), "")
    })?;
    parse(&text, &shown(file))
}

/// Parses a manifest. `file` is its name in errors.
pub fn parse(text: &str, file: &Path) -> Result<Vec<Client>, Refusal> {
    let mut reader = Reader { faults: Vec::new() };
    let clients = reader.clients(text);
    reader.refuse_shared_places(&clients);
    if reader.faults.is_empty() {
        return Ok(clients.into_iter().map(|(client, _)| client).collect());
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
struct Reader {
    faults: Vec<Fault>,
}

impl Reader {
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

    /// Returns the clients without errors, each with the location of its name.
    fn clients(&mut self, text: &str) -> Vec<(Client, Range<usize>)> {
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            self.toml(error, 0..0);
        }
        if !errors.is_empty() {
            return Vec::new();
        }
        let tables = table.into_inner();
        if tables.is_empty() {
            self.fault(
                0..0,
                "it names no client",
                "add a table such as [petstore] with its document and folder",
            );
        }
        let mut clients = Vec::new();
        for (name, value) in tables {
            let span = name.span();
            let name = name.into_inner().into_owned();
            clients.extend(
                self.client(name, span.clone(), value)
                    .map(|client| (client, span)),
            );
        }
        clients
    }

    fn client(
        &mut self,
        name: String,
        at: Range<usize>,
        value: Spanned<DeValue<'_>>,
    ) -> Option<Client> {
        let span = value.span();
        let DeValue::Table(mut fields) = value.into_inner() else {
            self.fault(
                at,
                format!("`{name}` isn't a table"),
                "a client is a table with its document and folder",
            );
            return None;
        };
        let place =
            |fields: &DeTable<'_>, key: &str| fields.get(key).map_or(at.clone(), Spanned::span);
        let (document_at, root_at, package_at, version_at) = (
            place(&fields, "document"),
            place(&fields, "root"),
            place(&fields, "package"),
            place(&fields, "version"),
        );
        if !fields.contains_key("document") {
            self.fault(
                at.clone(),
                format!("`{name}` has no document"),
                "add document = \"spec/….yaml\"",
            );
        }
        let folder = self.folder(&name, &at, &mut fields);
        let default = |key: &'static str, value| {
            (
                Spanned::new(at.clone(), key.into()),
                Spanned::new(at.clone(), value),
            )
        };
        if !fields.contains_key("package") {
            fields.extend([default("package", DeValue::String(name.clone().into()))]);
        }
        if !fields.contains_key("workspace-member") {
            fields.extend([default("workspace-member", DeValue::Boolean(true))]);
        }
        let value = Spanned::new(span.clone(), DeValue::Table(fields));
        let options = Options::deserialize(ValueDeserializer::from(value))
            .map_err(|error| self.toml(&error, span))
            .ok()?;
        if let Some(fault) = package_fault(&options.package) {
            self.fault(package_at, fault, "");
        }
        if !is_version(&options.version) {
            self.fault(version_at, "the version isn't of the form 1.2.3", "");
        }
        if Path::new(&options.document).is_absolute() {
            self.fault(
                document_at,
                "the document's path is absolute",
                "give it relative to the workspace",
            );
        }
        if options
            .root
            .as_ref()
            .is_some_and(|it| Path::new(it).is_absolute())
        {
            self.fault(
                root_at,
                "the root folder's path is absolute",
                "give it relative to the workspace",
            );
        }
        Some(Client {
            name,
            folder: folder?,
            options,
        })
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
                    "the folder isn't one below the workspace",
                    "give it relative to the workspace",
                );
                None
            }
        }
    }

    /// Rejects clients with the same folder or the same package.
    fn refuse_shared_places(&mut self, clients: &[(Client, Range<usize>)]) {
        for (at, (client, span)) in clients.iter().enumerate() {
            for (other, _) in &clients[..at] {
                if is_within(&client.folder, &other.folder)
                    || is_within(&other.folder, &client.folder)
                {
                    let message =
                        format!("`{}` and `{}` are in one folder", other.name, client.name);
                    self.fault(span.clone(), message, "give each a folder of its own");
                }
                if client.options.package == other.options.package {
                    let message = format!("`{}` and `{}` are one package", other.name, client.name);
                    self.fault(span.clone(), message, "give each a package name of its own");
                }
            }
        }
    }
}

fn is_within(folder: &str, other: &str) -> bool {
    folder
        .strip_prefix(other)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns why a name can't be the name of a package; `None` if it can.
///
/// The rules are those of cargo and of crates.io, so that the client can be published.
pub fn package_fault(name: &str) -> Option<String> {
    let reason = if name.is_empty() {
        "it is empty"
    } else if name.len() > 64 {
        "it is longer than 64 characters"
    } else if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        "it doesn't start with an ASCII letter"
    } else if !name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    {
        "it has characters other than ASCII letters, digits, `-` and `_`"
    } else if wiretrue_codegen::names::is_keyword(name) {
        "it is a keyword of Rust"
    } else if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
        "cargo, Rust or Windows has another use for it"
    } else {
        return None;
    };
    Some(format!(
        "`{}` can't be the name of a package: {reason}",
        name.escape_debug()
    ))
}

/// The names of cargo's folders, Rust's crates, and Windows devices.
const RESERVED: [&str; 33] = [
    "alloc",
    "build",
    "com0",
    "com1",
    "com2",
    "com3",
    "com4",
    "com5",
    "com6",
    "com7",
    "com8",
    "com9",
    "core",
    "deps",
    "examples",
    "incremental",
    "lpt0",
    "lpt1",
    "lpt2",
    "lpt3",
    "lpt4",
    "lpt5",
    "lpt6",
    "lpt7",
    "lpt8",
    "lpt9",
    "nul",
    "prn",
    "aux",
    "con",
    "proc_macro",
    "std",
    "test",
];

/// Returns whether a text is a semantic version (semver.org), as cargo requires.
fn is_version(text: &str) -> bool {
    let (version, build) = text
        .split_once('+')
        .map_or((text, None), |(version, build)| (version, Some(build)));
    let (core, pre) = version
        .split_once('-')
        .map_or((version, None), |(core, pre)| (core, Some(pre)));
    let number = |part: &str| {
        part.parse::<u64>().is_ok()
            && part.bytes().all(|b| b.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    let identifier = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    core.split('.').count() == 3
        && core.split('.').all(number)
        && pre.is_none_or(|pre| {
            pre.split('.').all(|part| {
                if all_digits(part) {
                    number(part)
                } else {
                    identifier(part)
                }
            })
        })
        && build.is_none_or(|build| build.split('.').all(identifier))
}

#[cfg(test)]
mod tests;
