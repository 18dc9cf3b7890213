//! The TOML in the pages: the manifests of clients, and `Cargo.toml`.

use std::fs;
use std::path::Path;

use toml::{Table, Value};
use wiretrue_cli::manifest;

use super::{expect_none, source};

/// The tables by which a `Cargo.toml` differs from a manifest of clients.
const OF_CARGO: [&str; 3] = ["build-dependencies", "dependencies", "features"];

/// The documents that the manifests of umbrella crates name.
const DOCUMENTS: [&str; 3] = [
    "specs/legacy/api.yaml",
    "specs/twilio_messaging_v1.yaml",
    "specs/twilio_verify_v2.yaml",
];

#[test]
fn manifests_are_accepted() {
    let mut problems = Vec::new();
    for code in source::blocks("toml") {
        if let Err(problem) = accept(&code.text) {
            problems.push((code.place(), problem));
        }
    }
    expect_none(problems);
}

#[test]
fn wrong_manifests_are_found() {
    for text in [
        "[petstore",
        "[petstore]\nnothing = true",
        "types-only = \"yes\"",
        "[petstore.names]\nmodel = { Pet = \"Animal\" }",
        "[[petstore.pagination]]\nstyle = \"curser\"",
        "[dependencies]\ntwilio-oauth = { version = \"0.1\", features = [\"nothing\"] }",
        "[features]\nmock = [\"wiretrue/nothing\"]",
    ] {
        assert!(accept(text).is_err(), "{text}");
    }
}

/// Reads a manifest. One of clients may leave out their documents and folders, or be a part of a client's table.
fn accept(text: &str) -> Result<(), String> {
    let table: Table = text
        .parse()
        .map_err(|error: toml::de::Error| error.to_string())?;
    if OF_CARGO.iter().any(|key| table.contains_key(*key)) {
        return cargo(&table);
    }
    let part = Table::from_iter([("petstore".to_owned(), Value::Table(table.clone()))]);
    clients(table).or_else(|whole| {
        clients(part).map_err(|part| format!("{whole}\nor as a part of a table: {part}"))
    })
}

fn clients(mut table: Table) -> Result<(), String> {
    for (name, client) in &mut table {
        if let Value::Table(client) = client {
            if client.get("document").is_some_and(Value::is_table) {
                client
                    .entry("documents")
                    .or_insert(DOCUMENTS.to_vec().into());
            } else if !client.contains_key("documents") {
                client.entry("document").or_insert("petstore.yaml".into());
            }
            client
                .entry("folder")
                .or_insert(format!("clients/{name}").into());
        }
    }
    // The documents of an umbrella crate have to exist, because their names may be patterns.
    let root = tempfile::tempdir().unwrap();
    for document in DOCUMENTS {
        let path = root.path().join(document);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    match manifest::parse(&table.to_string(), Path::new("wiretrue.toml"), root.path()) {
        Ok(_) => Ok(()),
        Err(refusal) => Err(format!("{:?}", refusal.problems)),
    }
}

/// Checks the features of this workspace's packages that a `Cargo.toml` names.
fn cargo(table: &Table) -> Result<(), String> {
    let mut named: Vec<(&str, &str)> = Vec::new();
    for key in ["build-dependencies", "dependencies"] {
        for (name, value) in table
            .get(key)
            .and_then(Value::as_table)
            .into_iter()
            .flatten()
        {
            let features = value.get("features").and_then(Value::as_array);
            let features = features.into_iter().flatten().filter_map(Value::as_str);
            named.extend(features.map(|feature| (name.as_str(), feature)));
        }
    }
    let features = table.get("features").and_then(Value::as_table);
    for value in features.into_iter().flat_map(|it| it.values()) {
        let items = value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        named.extend(items.filter_map(|it| it.split_once('/')));
    }
    for (name, feature) in named {
        let folder = match name {
            "twilio-oauth" => "generated",
            "wiretrue" => "templates/runtime",
            _ => continue,
        };
        let path = source::root().join(folder).join("Cargo.toml");
        let manifest: Table = fs::read_to_string(path).unwrap().parse().unwrap();
        if manifest["features"].get(feature).is_none() {
            return Err(format!("`{name}` has no feature `{feature}`"));
        }
    }
    Ok(())
}
