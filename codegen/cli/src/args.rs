//! The arguments of the commands.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use url::Host;
use wiretrue_codegen::options::{FormatType, RuntimeSource};

use crate::manifest;
use crate::remote::policy;

/// The clients that a command processes: those of the manifest, or one of a document outside it.
#[derive(Args, Clone, Debug, Default)]
pub struct Clients {
    /// Allow documents at `https:` addresses, on any public host or on HOST: DOCUMENT itself, and
    /// documents that it refers to. They are downloaded when a crate is written, and their digests are
    /// recorded in wiretrue.lock. May be repeated
    #[arg(
        long,
        value_name = "HOST",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = policy::ANY_PUBLIC,
        value_parser = host
    )]
    pub allow_remote: Vec<String>,

    /// Use the remote documents whose digests are in wiretrue.lock, as `check` does
    #[arg(long)]
    pub locked: bool,

    /// Like --locked, but download nothing: all remote documents must be in the cache
    #[arg(long)]
    pub offline: bool,

    /// List every file that changes, and every place of a repeated warning
    #[arg(long, short)]
    pub verbose: bool,

    /// Process only this client of the manifest
    #[arg(long, value_name = "NAME", conflicts_with_all = ["document", "out", "package"])]
    pub client: Option<String>,

    /// The OpenAPI document: a file, or an `https:` address with --allow-remote. For several documents, or a
    /// pattern such as 'specs/*.yaml', each gets a crate, and an umbrella crate has one client for all of them
    /// [default: the documents of the manifest]
    #[arg(value_name = "DOCUMENT")]
    pub document: Vec<PathBuf>,

    /// Apply this overlay (OpenAPI Overlay 1.0 or 1.1) to the document. May be repeated; overlays are
    /// applied in order
    #[arg(long, value_name = "FILE", requires = "document")]
    pub overlay: Vec<PathBuf>,

    /// Allow the document to refer to all files below this folder, not only to those below its own
    #[arg(long, value_name = "DIR", requires = "document")]
    pub root: Option<PathBuf>,

    /// The folder of the crate
    #[arg(long, value_name = "DIR", requires = "document")]
    pub out: Option<PathBuf>,

    /// The name of the package [default: the name of the folder]
    #[arg(long, value_name = "NAME", requires = "document", value_parser = package_name)]
    pub package: Option<String>,

    /// Where the crate gets its runtime from: `vendored` copies the modules that it needs into the crate;
    /// with path=DIR, git=URL or version=REQ, the crate depends on the package `wiretrue`
    #[arg(
        long,
        value_name = "SOURCE",
        requires = "document",
        default_value = "vendored",
        value_parser = runtime_source
    )]
    pub runtime: RuntimeSource,

    /// Generate only these operations (tag=TAG, operation=ID or path=PATTERN, where `*` matches part of a
    /// segment and `**` any number of segments), or only these webhooks (webhook=NAME). May be repeated
    #[arg(long, value_name = "KIND=ENTRY", requires = "document", value_parser = entry)]
    pub select: Vec<Entry>,

    /// Don't generate these operations or webhooks, in the same form. May be repeated
    #[arg(long, value_name = "KIND=ENTRY", requires = "document", value_parser = entry)]
    pub exclude: Vec<Entry>,

    /// Extend the crate with your own templates from this folder (docs/templates.md)
    #[arg(long, value_name = "DIR", requires = "document")]
    pub templates: Option<PathBuf>,

    /// Add a dependency for the code that these templates generate, as in Cargo.toml: NAME=VERSION or
    /// NAME={ … }. May be repeated
    #[arg(long, value_name = "NAME=VALUE", requires = "templates", value_parser = dependency)]
    pub dependency: Vec<Dependency>,

    /// Keep undeclared properties in the models of responses, and write them back
    #[arg(long, requires = "document")]
    pub keep_unknown: bool,

    /// Choose the type of a format: FORMAT=text keeps values as strings, FORMAT=PATH reads them as this
    /// type. May be repeated
    #[arg(long, value_name = "FORMAT=TYPE", requires = "document", value_parser = format_type)]
    pub format: Vec<(String, FormatType)>,

    /// Set any other option of docs/options.md, in TOML: `--set types-only=true`, `--set
    /// 'derive.Order=["Hash"]'`. May be repeated
    #[arg(long, value_name = "KEY=VALUE", requires = "document", value_parser = setting)]
    pub set: Vec<Setting>,
}

/// An option of a client.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The whole argument.
    pub text: String,
    /// The option.
    pub table: toml::Table,
}

/// The options that have flags of their own.
const WITH_FLAGS: [&str; 9] = [
    "allow-remote",
    "document",
    "exclude",
    "keep-unknown",
    "overlays",
    "package",
    "root",
    "runtime",
    "select",
];

/// Reads the value of `--set`.
fn setting(text: &str) -> Result<Setting, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let message = error.message();
        format!("expected a key and a value in TOML, such as `version=\"1.2.3\"`: {message}")
    })?;
    let flag = table.keys().find(|key| WITH_FLAGS.contains(&key.as_str()));
    match flag {
        Some(key) => Err(format!("`{key}` has a flag of its own: see `--help`")),
        None => Ok(Setting {
            text: text.to_owned(),
            table,
        }),
    }
}

/// The arguments of `inspect`.
#[derive(Args, Clone, Debug, Default)]
pub struct Inspect {
    #[command(flatten)]
    pub clients: Clients,

    /// The operation, model or group to inspect: an operationId, or the name of a type, method, component
    /// schema or tag [default: list all]
    #[arg(long, short, value_name = "NAME")]
    pub name: Option<String>,

    /// Print the values that templates get, as JSON (docs/templates.schema.json)
    #[arg(long)]
    pub json: bool,
}

/// Reads the value of `--allow-remote`.
fn host(text: &str) -> Result<String, String> {
    let fault = |error| format!("expected the name or address of a host: {error}");
    Host::parse(text).map(|_| text.to_owned()).map_err(fault)
}

/// Reads the value of `--format`.
fn format_type(text: &str) -> Result<(String, FormatType), String> {
    match text.split_once('=') {
        Some((format, ty)) if !format.is_empty() => {
            Ok((format.to_owned(), FormatType::try_from(ty.to_owned())?))
        }
        _ => Err("expected FORMAT=TYPE, such as `date-time=text`".to_owned()),
    }
}

/// Reads the value of `--runtime`.
fn runtime_source(text: &str) -> Result<RuntimeSource, String> {
    let value = |value: &str| match value {
        "" => Err(format!("`{text}` has no value after the `=`")),
        value => Ok(value.to_owned()),
    };
    match text.split_once('=') {
        None if text == "vendored" => Ok(RuntimeSource::Vendored),
        Some(("path", path)) => value(path).map(RuntimeSource::Path),
        Some(("git", url)) => value(url).map(RuntimeSource::Git),
        Some(("version", requirement)) => value(requirement).map(RuntimeSource::Version),
        _ => Err("expected `vendored`, path=DIR, git=URL or version=REQ".to_owned()),
    }
}

/// A dependency of a client.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The whole argument.
    pub text: String,
    /// The name of the crate.
    pub name: String,
    /// Its value in Cargo.toml.
    pub value: toml::Value,
}

/// Reads the value of `--dependency`.
fn dependency(text: &str) -> Result<Dependency, String> {
    let wrong = || format!("expected NAME=VERSION or NAME={{ … }}, not `{text}`");
    let (name, value) = text.split_once('=').ok_or_else(wrong)?;
    let (name, value) = (name.trim(), value.trim());
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || !name.chars().all(is_name) || value.is_empty() {
        return Err(wrong());
    }
    let value = if value.starts_with('{') {
        let parsed: Result<toml::Table, _> = toml::from_str(&format!("value = {value}"));
        parsed
            .ok()
            .and_then(|mut it| it.remove("value"))
            .ok_or_else(wrong)?
    } else {
        value.into()
    };
    Ok(Dependency {
        text: text.to_owned(),
        name: name.to_owned(),
        value,
    })
}

/// An entry of a selection of operations.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The whole argument.
    pub text: String,
    /// The key of the selection.
    pub kind: EntryKind,
    /// The text after the `=`.
    pub value: String,
}

#[derive(Clone, Copy, Debug)]
pub enum EntryKind {
    Tag,
    Operation,
    Path,
    Webhook,
}

fn entry(text: &str) -> Result<Entry, String> {
    let (kind, value) = text.split_once('=').unwrap_or((text, ""));
    let kind = match kind {
        "tag" => EntryKind::Tag,
        "operation" => EntryKind::Operation,
        "path" => EntryKind::Path,
        "webhook" => EntryKind::Webhook,
        _ => return Err("expected tag=TAG, operation=ID, path=PATTERN or webhook=NAME".to_owned()),
    };
    Ok(Entry {
        text: text.to_owned(),
        kind,
        value: value.to_owned(),
    })
}

/// The arguments of `contract`.
#[derive(Args, Clone, Debug, Default)]
#[command(after_help = CONTRACT)]
pub struct Contract {
    /// The OpenAPI documents [default: those of the manifest]
    #[arg(value_name = "DOCUMENT")]
    pub documents: Vec<PathBuf>,

    /// Print the results as one JSON document
    #[arg(long)]
    pub json: bool,
}

const CONTRACT: &str = "\
Exit status:
  0  every call, request, response and example passed
  1  a check failed; the output lists all failures
  2  Python isn't available, or a document was rejected";

/// A stage of the pipeline whose result can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// The client as data: operations, types and authentication
    Api,
    /// The identifiers of the client
    Names,
    /// The input of the templates
    Views,
}

/// How a report is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// One line for each reason
    #[default]
    Summary,
    /// Also one line for each place
    Full,
    /// JSON, with every place
    Json,
}

fn package_name(name: &str) -> Result<String, String> {
    match manifest::package_fault(name) {
        None => Ok(name.to_owned()),
        Some(fault) => Err(fault),
    }
}
