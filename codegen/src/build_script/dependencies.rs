//! Checks that a package has the dependencies of the client that its build script generates.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{env, fs};

use toml::{Table, Value};

use super::BuildError;
use crate::runtime::PACKAGE;

/// The default feature of the runtime.
const DEFAULT_FEATURE: &str = "reqwest";

/// Checks the manifest of the package that is built, and returns the names of its features. `client` is the
/// manifest that the client has as a crate, and `chosen` are the optional features that it is generated with.
pub(super) fn check(
    client: &str,
    chosen: &BTreeSet<String>,
) -> Result<BTreeSet<String>, BuildError> {
    let Some(folder) = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from) else {
        return Ok(BTreeSet::new());
    };
    let path = folder.join("Cargo.toml");
    let text = fs::read_to_string(&path).map_err(|error| super::failed("read", &path, &error))?;
    let package = parse(&text)?;
    let own = package.get("features").and_then(Value::as_table);
    let own: BTreeSet<String> = own.into_iter().flat_map(Table::keys).cloned().collect();
    let missing = missing(&parse(client)?, &package, &(chosen - &own));
    if missing.is_empty() {
        return Ok(own);
    }
    Err(BuildError(format!(
        "the generated client needs these dependencies; change {}:\n\n[dependencies]\n{}",
        path.display(),
        missing.join("\n")
    )))
}

/// Returns the lines that the manifest of a package lacks.
fn missing(client: &Table, package: &Table, chosen: &BTreeSet<String>) -> Vec<String> {
    let declared = package.get("dependencies").and_then(Value::as_table);
    let needed = client.get("dependencies").and_then(Value::as_table);
    let mut lines = Vec::new();
    for (name, value) in needed.into_iter().flatten() {
        let (mut needed, mut proposed) = (value.clone(), value.clone());
        if name == PACKAGE {
            let chosen = chosen.iter().map(String::as_str);
            enable(&mut needed, &features_of(client, chosen.clone()));
            // TLS and the like are a choice of the package.
            let all = chosen.chain(["default"]);
            enable(&mut proposed, &features_of(client, all));
        }
        let is_optional = value.get("optional").and_then(Value::as_bool) == Some(true);
        let declared = declared.and_then(|all| all.get(name));
        if !is_optional && !declared.is_some_and(|own| covers(own, &needed)) {
            lines.push(format!("{name} = {proposed}"));
        }
    }
    lines
}

fn parse(text: &str) -> Result<Table, BuildError> {
    text.parse()
        .map_err(|error| BuildError(format!("a manifest isn't TOML: {error}")))
}

/// Returns the features of the runtime that these features of the client enable.
fn features_of<'a>(client: &Table, chosen: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let features = client.get("features").and_then(Value::as_table);
    let list = |name: &str| {
        let list = features.and_then(|all| all.get(name)?.as_array());
        let names = list.into_iter().flatten().filter_map(Value::as_str);
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut found = BTreeSet::new();
    let mut waiting: Vec<String> = chosen.map(str::to_owned).collect();
    while let Some(name) = waiting.pop() {
        match name
            .strip_prefix(PACKAGE)
            .and_then(|it| it.strip_prefix('/'))
        {
            Some(feature) => drop(found.insert(feature.to_owned())),
            None => waiting.extend(list(&name)),
        }
    }
    found
}

/// Adds features to a dependency.
fn enable(dependency: &mut Value, more: &BTreeSet<String>) {
    if let Some(table) = dependency.as_table_mut() {
        let mut all: BTreeSet<String> = features(table).collect();
        all.extend(more.iter().cloned());
        let all = all.into_iter().map(Value::String).collect();
        table.insert("features".to_owned(), Value::Array(all));
    }
}

fn features(table: &Table) -> impl Iterator<Item = String> {
    let list = table.get("features").and_then(Value::as_array);
    let names = list.into_iter().flatten().filter_map(Value::as_str);
    names.map(str::to_owned)
}

/// Returns whether a declared dependency has the features that are needed. One that is inherited from the
/// workspace may have them there.
fn covers(declared: &Value, needed: &Value) -> bool {
    let Some(needed) = needed.as_table() else {
        return true;
    };
    let own = match declared.as_table() {
        Some(table) if table.get("workspace").and_then(Value::as_bool) == Some(true) => {
            return true;
        }
        Some(table) => features(table).collect(),
        None => BTreeSet::new(),
    };
    let has_default = declared.get("default-features").and_then(Value::as_bool) != Some(false);
    features(needed).all(|it| own.contains(&it) || has_default && it == DEFAULT_FEATURE)
}

#[cfg(test)]
mod tests {
    use super::{missing, parse};

    const CLIENT: &str = r#"
[features]
default = ["reqwest", "rustls", "pets"]
reqwest = ["wiretrue/reqwest"]
rustls = ["wiretrue/rustls"]
mock = ["wiretrue/mock"]
pets = []

[dependencies]
bytes = "1"
serde_json = { version = "1", features = ["float_roundtrip"] }
uuid = { version = "1", optional = true }
wiretrue = { version = "0.1", default-features = false, features = ["oauth"] }
"#;

    #[test]
    fn dependencies_and_features_that_a_package_lacks_are_listed() {
        let missing = |package: &str, chosen: &[&str]| {
            let chosen = chosen.iter().map(|it| (*it).to_owned()).collect();
            let (client, package) = (parse(CLIENT).unwrap(), parse(package).unwrap());
            missing(&client, &package, &chosen).join("\n")
        };
        let all = missing("[package]\nname = \"a\"", &["reqwest", "mock"]);
        let wiretrue = r#"wiretrue = { version = "0.1", default-features = false, features = ["mock", "oauth", "reqwest", "rustls"] }"#;
        assert_eq!(
            all,
            format!(
                "bytes = \"1\"\nserde_json = {{ version = \"1\", features = [\"float_roundtrip\"] }}\n{wiretrue}"
            )
        );
        let others =
            "[dependencies]\nbytes = \"1\"\nserde_json = { workspace = true }\nwiretrue = ";
        let of = |wiretrue: &str, chosen: &[&str]| missing(&format!("{others}{wiretrue}"), chosen);
        assert_eq!(
            of(r#"{ path = "x", features = ["oauth"] }"#, &["reqwest"]),
            ""
        );
        let lacking = r#"{ path = "x", features = ["oauth"], default-features = false }"#;
        assert!(of(lacking, &["reqwest"]).starts_with("wiretrue = "));
        assert_eq!(of(lacking, &[]), "");
        assert!(of(r#""0.1""#, &[]).starts_with("wiretrue = "));
        assert!(
            of(r#"{ path = "x", features = ["oauth"] }"#, &["mock"]).starts_with("wiretrue = ")
        );
    }
}
