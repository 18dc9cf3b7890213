//! Reads the features and dependencies from the runtime's manifest.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use super::Feature;

/// The manifest of the runtime.
const MANIFEST: &str = include_str!(env!("RUNTIME_MANIFEST"));

/// The features that a client exposes to its user, each with its comment.
const USER_FEATURES: [(&str, &str); 21] = [
    (
        "reqwest",
        "The default transport; without it, a client needs one of your own.",
    ),
    ("rustls", "TLS with rustls and the platform's certificates."),
    (
        "rustls-ring",
        "TLS with rustls on ring in place of aws-lc, which compiles faster.",
    ),
    ("native-tls", "TLS with the platform's library."),
    ("http2", "HTTP/2, where a server supports it."),
    ("socks", "SOCKS proxies."),
    (
        "cassette",
        "A transport for tests: it records exchanges in a file and replays them.",
    ),
    ("gzip", "Responses that are compressed with gzip."),
    ("brotli", "Responses that are compressed with Brotli."),
    ("zstd", "Responses that are compressed with Zstandard."),
    ("charset", "Text in other charsets than UTF-8."),
    (
        "blocking",
        "Blocking calls, for programs without an async runtime.",
    ),
    (
        "mock",
        "A transport for tests: it sends nothing and replies as configured.",
    ),
    (
        "browser-login",
        "Signing in with a browser on the same machine.",
    ),
    (
        "id-token",
        "The claims of ID tokens (OpenID Connect), after their validation.",
    ),
    (
        "qr",
        "The URL of a device login as a QR code, for terminals.",
    ),
    (
        "token-file",
        "Sessions that a file keeps between two runs of a program.",
    ),
    (
        "keyring",
        "Sessions that the keyring of the operating system keeps; a file where there is none.",
    ),
    (
        "tracing",
        "A `tracing` span for each call, with the fields that OpenTelemetry names.",
    ),
    (
        "webhook-signatures",
        "Verifies the signatures of requests that the API sends.",
    ),
    (
        "webhooks",
        "The requests that the API sends: their payloads as types.",
    ),
];

/// A Cargo feature of a client that its user can enable.
#[derive(Debug, PartialEq, Eq)]
pub struct ClientFeature {
    /// The name.
    pub name: &'static str,
    /// The purpose, as a comment of one line.
    pub comment: &'static str,
    /// The features that it enables in a client that depends on the runtime.
    pub of_dependency: Vec<String>,
    /// The features that it enables in a client with a vendored runtime.
    pub of_copy: Vec<String>,
}

/// Dependencies by name, each with its value in a manifest.
pub type Dependencies = BTreeMap<String, Value>;

fn manifest() -> Table {
    // The manifest is compiled in, and cargo has parsed it already.
    MANIFEST.parse().unwrap_or_default()
}

/// Returns the entries of a feature's list in the manifest.
fn entries(manifest: &Table, feature: &str) -> Vec<String> {
    let features = manifest.get("features").and_then(Value::as_table);
    let list = features.and_then(|it| it.get(feature)?.as_array());
    let list = list.into_iter().flatten();
    list.filter_map(|it| Some(it.as_str()?.to_owned()))
        .collect()
}

/// Returns whether a user can enable a feature of this name.
fn is_offered(feature: &str) -> bool {
    USER_FEATURES.iter().any(|(name, _)| *name == feature)
}

/// Returns the names of these features and of those that they enable.
pub(super) fn closure(features: &BTreeSet<Feature>) -> BTreeSet<String> {
    let manifest = manifest();
    let mut pending: Vec<String> = features.iter().map(|it| it.name().to_owned()).collect();
    let mut closed = BTreeSet::new();
    while let Some(feature) = pending.pop() {
        if closed.contains(&feature) {
            continue;
        }
        let turned_on = entries(&manifest, &feature).into_iter();
        pending.extend(turned_on.filter(|it| !it.contains([':', '/'])));
        closed.insert(feature);
    }
    closed
}

/// Returns the feature that a client has to have so that its user can enable a feature.
fn required(feature: &str) -> Option<Feature> {
    match feature {
        "browser-login" | "id-token" => Some(Feature::SignIn),
        "qr" => Some(Feature::DeviceLogin),
        "keyring" | "token-file" => Some(Feature::OAuth),
        "webhooks" => Some(Feature::Webhooks),
        _ => None,
    }
}

/// Returns the Cargo features that the user of a client can enable.
pub fn user_features(features: &BTreeSet<Feature>) -> Vec<ClientFeature> {
    let manifest = manifest();
    let on = entries_of(features, &manifest);
    let offered = USER_FEATURES.iter();
    let offered =
        offered.filter(|(name, _)| required(name).is_none_or(|it| features.contains(&it)));
    offered
        .map(|&(name, comment)| ClientFeature {
            name,
            comment,
            of_dependency: {
                let mut enabled = entries(&manifest, name);
                enabled.retain(|it| is_offered(it));
                enabled.push(format!("{}/{name}", super::PACKAGE));
                enabled
            },
            of_copy: {
                let mut enabled = entries(&manifest, name);
                enabled.retain(|it| it.contains([':', '/']) || is_offered(it));
                // A dependency that the document needs isn't optional.
                enabled.retain(|it| !it.starts_with("dep:") || !on.contains(it));
                enabled
            },
        })
        .collect()
}

/// Returns the entries of these features and of those that they enable.
fn entries_of(features: &BTreeSet<Feature>, manifest: &Table) -> Vec<String> {
    let on = closure(features).into_iter();
    on.flat_map(|it| entries(manifest, &it)).collect()
}

/// Returns the dependencies of a vendored runtime with these features.
pub fn dependencies(features: &BTreeSet<Feature>) -> Dependencies {
    Activation::of(features).dependencies(&manifest())
}

/// Returns the dependencies of a vendored runtime that only some targets have, by target.
pub fn target_dependencies(features: &BTreeSet<Feature>) -> BTreeMap<String, Dependencies> {
    let activation = Activation::of(features);
    let manifest = manifest();
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flatten();
    let tables = targets.filter_map(|(target, table)| Some((target.clone(), table.as_table()?)));
    tables
        .map(|(target, table)| (target, activation.dependencies(table)))
        .filter(|(_, dependencies)| !dependencies.is_empty())
        .collect()
}

/// The parts of the runtime's manifest that a copy of the package needs.
pub struct PackageManifest {
    /// The features.
    pub features: Table,
    /// The dependencies.
    pub dependencies: Table,
    /// The dependencies that only some targets have, by target.
    pub target_dependencies: BTreeMap<String, Table>,
}

/// Returns the manifest of a copy of the runtime as a package of its own.
pub fn package() -> PackageManifest {
    let manifest = manifest();
    let table = |table: &Table, key: &str| {
        let table = table.get(key).and_then(Value::as_table);
        table.cloned().unwrap_or_default()
    };
    let targets = table(&manifest, "target").into_iter();
    let targets = targets.map(|(target, it)| {
        let all = it.as_table().map(|it| table(it, "dependencies"));
        (target, all.unwrap_or_default())
    });
    PackageManifest {
        features: table(&manifest, "features"),
        dependencies: table(&manifest, "dependencies"),
        target_dependencies: targets.collect(),
    }
}

/// What features activate.
struct Activation {
    /// The entries of the features that the document enables.
    on: Vec<String>,
    /// The entries of those that the user can enable.
    offered: Vec<String>,
}

impl Activation {
    fn of(features: &BTreeSet<Feature>) -> Self {
        let manifest = manifest();
        let offered = user_features(features).into_iter();
        Self {
            on: entries_of(features, &manifest),
            offered: offered.flat_map(|it| it.of_copy).collect(),
        }
    }

    /// Returns the activated dependencies of a table, which is a manifest or a target in it.
    fn dependencies(&self, table: &Table) -> Dependencies {
        let Self { on, offered } = self;
        let table = table.get("dependencies").and_then(Value::as_table);
        let mut dependencies = Dependencies::new();
        for (name, value) in table.into_iter().flatten() {
            let mut value = value.clone();
            let activation = format!("dep:{name}");
            let is_optional = value.get("optional").is_some();
            if is_optional && !on.contains(&activation) && !offered.contains(&activation) {
                continue;
            }
            if let Some(table) = value.as_table_mut() {
                if on.contains(&activation) {
                    table.remove("optional");
                }
                let prefix = format!("{name}/");
                let more = on.iter().filter_map(|it| it.strip_prefix(&prefix));
                let known = table.get("features").and_then(Value::as_array).cloned();
                let mut all = known.unwrap_or_default();
                all.extend(more.map(Value::from));
                all.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
                all.dedup();
                if !all.is_empty() {
                    table.insert("features".to_owned(), all.into());
                }
            }
            dependencies.insert(name.clone(), shortened(value));
        }
        dependencies
    }
}

/// Returns a dependency of the runtime, for a client whose own code uses it as well.
pub fn dependency(name: &str) -> Option<Value> {
    let manifest = manifest();
    let mut value = manifest.get("dependencies")?.get(name)?.clone();
    if let Some(table) = value.as_table_mut() {
        table.remove("optional");
    }
    Some(shortened(value))
}

/// Returns a dependency of the runtime as the options of a client declare it: with what they say, and with
/// the features that the runtime needs.
pub fn merged(needed: Value, declared: &Value) -> Value {
    let (mut merged, declared) = (table(needed), table(declared.clone()));
    let features = |table: &Table| -> Vec<Value> {
        let features = table.get("features").and_then(Value::as_array);
        features.cloned().unwrap_or_default()
    };
    let mut all = features(&merged);
    all.extend(features(&declared));
    all.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    all.dedup();
    merged.extend(declared);
    if !all.is_empty() {
        merged.insert("features".to_owned(), all.into());
    }
    shortened(merged.into())
}

/// Returns the table of a dependency, which may be given as a version alone.
fn table(value: Value) -> Table {
    match value {
        Value::Table(table) => table,
        version => Table::from_iter([("version".to_owned(), version)]),
    }
}

/// Replaces a table that has only a version by the version.
fn shortened(value: Value) -> Value {
    match value
        .as_table()
        .map(|table| (table.len(), table.get("version")))
    {
        Some((1, Some(version))) => version.clone(),
        _ => value,
    }
}
