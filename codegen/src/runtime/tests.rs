use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Feature, INTERFACE, cfg, manifest, sources, vendored};

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn every_source_of_the_runtime_is_embedded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/runtime/src");
    let mut files = Vec::new();
    rust_files(&folder, &mut files);
    let mut files: Vec<String> = files
        .iter()
        .map(|file| file.strip_prefix(&folder).unwrap().to_str().unwrap())
        .filter(|path| !path.ends_with("tests.rs") && !path.contains("tests/"))
        .map(|path| path.replace("lib.rs", "mod.rs"))
        .collect();
    files.sort();
    let mut known: Vec<_> = sources::SOURCES.iter().map(|(path, _)| *path).collect();
    known.sort_unstable();
    assert_eq!(known, files);
}

#[test]
fn generator_and_runtime_have_the_same_interface() {
    let text = sources::find("codegen.rs").unwrap();
    assert!(text.contains(&format!("pub const INTERFACE: u32 = {INTERFACE};")));
    assert!(text.contains(&format!("    ({INTERFACE}) => {{}};")));
}

#[test]
fn a_copy_with_all_features_has_every_file_and_parses() {
    let files = vendored(&Feature::ALL.into(), "things", true);
    assert_eq!(files.len(), sources::SOURCES.len());
    for file in files {
        syn::parse_file(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path));
        assert!(!file.text.contains("feature = \"oauth\""), "{}", file.path);
    }
}

#[test]
fn examples_name_items_as_users_of_the_client_do() {
    let paths = |has_client| -> Vec<String> {
        let files = vendored(&Feature::ALL.into(), "things", has_client);
        let text: String = files.into_iter().map(|file| file.text).collect();
        let paths = text.split("use things::").skip(1);
        let paths = paths.filter_map(|it| it.split_once(':').map(|(name, _)| name.to_owned()));
        paths.collect()
    };
    let public = paths(true);
    assert!(public.iter().any(|it| it == "oauth"), "{public:?}");
    // Only what generated code uses has no other path.
    assert!(public.iter().any(|it| it == "runtime"), "{public:?}");
    assert!(paths(false).iter().all(|it| it == "runtime"));
}

#[test]
fn a_copy_without_features_has_no_conditions_on_them() {
    let files = vendored(&BTreeSet::new(), "things", true);
    for file in &files {
        syn::parse_file(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path));
        for feature in Feature::ALL {
            let condition = format!("feature = \"{}\"", feature.name());
            assert!(!file.text.contains(&condition), "{}", file.path);
        }
        assert!(!file.text.contains(" crate::error"), "{}", file.path);
    }
    let has = |path: &str| files.iter().any(|file| file.path == path);
    assert!(has("mod.rs") && has("mock/mod.rs") && has("blocking/mod.rs"));
    assert!(
        !files
            .iter()
            .any(|file| file.text.contains("feature = \"qr\""))
    );
    assert!(!has("oauth/mod.rs") && !has("blocking/pages.rs") && !has("wire/uuid.rs"));
}

#[test]
fn conditions_are_removed_with_the_code_that_they_exclude() {
    let source = r#"/// One.
#[cfg(feature = "on")]
mod a;
/// Two.
#[cfg(feature = "off")]
mod b { fn c() {} }
#[cfg(all(feature = "on", feature = "open"))]
struct D {
    e: u8,
    /// Three.
    #[cfg(feature = "off")]
    f: Vec<u8>,
    #[cfg(not(feature = "off"))]
    g: u8,
}
#[cfg(feature = "off")]
fn o(p: Map<Q, R>) -> Result<S, T> { u }
fn h() {
    match i {
        #[cfg(feature = "off")]
        1 => { j() }
        #[cfg(feature = "off")]
        2 => k(match l { _ => 1 }),
        _ => D { #[cfg(feature = "off")] f: m { n }, g: 1 },
    }
}
"#;
    let expected = r#"/// One.
mod a;
#[cfg(feature = "open")]
struct D {
    e: u8,
    g: u8,
}
fn h() {
    match i {
        _ => D {  g: 1 },
    }
}
"#;
    let decide = |name: &str| match name {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    };
    assert_eq!(cfg::resolve(source, &decide), expected);
}

#[test]
fn a_copy_has_the_dependencies_of_its_features() {
    let plain = manifest::dependencies(&BTreeSet::new());
    assert!(plain.contains_key("reqwest") && plain.contains_key("tracing"));
    assert!(!plain.contains_key("chrono") && !plain.contains_key("qrcode"));
    let login = manifest::dependencies(&[Feature::DeviceLogin, Feature::Streaming].into());
    assert!(login["chrono"].get("optional").is_none());
    assert_eq!(
        login["qrcode"]
            .get("optional")
            .and_then(toml::Value::as_bool),
        Some(true)
    );
    let tokio = login["tokio"]["features"].as_array().unwrap();
    assert!(
        ["io-util", "time"]
            .iter()
            .all(|it| tokio.contains(&(*it).into()))
    );
}

#[test]
fn a_client_can_do_without_the_default_transport() {
    let plain = manifest::dependencies(&BTreeSet::new());
    assert_eq!(plain["reqwest"]["optional"].as_bool(), Some(true));
    let features = manifest::user_features(&BTreeSet::new());
    let find = |name: &str| features.iter().find(|it| it.name == name).unwrap();
    assert!(find("reqwest").of_copy.contains(&"dep:reqwest".to_owned()));
    assert_eq!(find("reqwest").of_dependency, ["wiretrue/reqwest"]);
    assert_eq!(find("rustls").of_copy, ["reqwest", "reqwest/rustls"]);
    assert_eq!(find("rustls").of_dependency, ["reqwest", "wiretrue/rustls"]);
    assert!(find("mock").of_copy.is_empty());
}

#[test]
fn a_copy_has_the_dependencies_of_its_targets() {
    let plain = manifest::target_dependencies(&BTreeSet::new());
    let (native, web) = (
        r#"cfg(not(target_family = "wasm"))"#,
        r#"cfg(target_family = "wasm")"#,
    );
    assert!(!plain.contains_key(native));
    assert_eq!(plain[web]["send_wrapper"]["optional"].as_bool(), Some(true));
    assert!(plain[web].contains_key("wasmtimer"));
    // tokio has no files on WebAssembly.
    let streaming = manifest::target_dependencies(&[Feature::Streaming].into());
    let tokio = &streaming[native]["tokio"];
    assert!(tokio.get("optional").is_none());
    assert!(tokio["features"].as_array().unwrap().contains(&"fs".into()));
    let tokio = &manifest::dependencies(&[Feature::Streaming].into())["tokio"];
    assert!(!tokio["features"].as_array().unwrap().contains(&"fs".into()));
}

#[test]
fn the_methods_of_clients_and_builders_are_known() {
    let client = super::client_methods();
    assert!(
        ["mocked", "with_tokens"]
            .iter()
            .all(|it| client.contains(it)),
        "{client:?}"
    );
    let builder = super::builder_methods();
    let expected = [
        "base_url",
        "build",
        "mock",
        "share_connections",
        "share_tokens",
        "timeout",
    ];
    assert!(
        expected.iter().all(|it| builder.contains(it)),
        "{builder:?}"
    );
    assert!(!builder.contains(&"mocked") && !builder.contains(&"fmt"));
}

#[test]
fn a_declared_dependency_keeps_the_features_that_the_runtime_needs() {
    let merged = |needed: &str, declared: &str, expected: &str| {
        let text = format!("a = {needed}\nb = {declared}\nc = {expected}");
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(
            manifest::merged(table["a"].clone(), &table["b"]),
            table["c"]
        );
    };
    merged(
        r#"{ version = "1", features = ["std"], default-features = false, optional = true }"#,
        r#"{ version = "1.2", features = ["derive"], default-features = true }"#,
        r#"{ version = "1.2", features = ["derive", "std"], default-features = true, optional = true }"#,
    );
    merged(r#""1""#, r#""1.2""#, r#""1.2""#);
}

#[test]
fn the_features_of_a_copy_enable_only_optional_dependencies() {
    let pairs = Feature::ALL
        .iter()
        .flat_map(|a| Feature::ALL.iter().map(|b| BTreeSet::from([*a, *b])));
    for features in pairs {
        let own = manifest::dependencies(&features);
        let targets = manifest::target_dependencies(&features);
        let all = [own].into_iter().chain(targets.into_values());
        let optional: BTreeSet<String> = all
            .flatten()
            .filter(|(_, value)| value.get("optional").is_some())
            .map(|(name, _)| format!("dep:{name}"))
            .collect();
        for feature in manifest::user_features(&features) {
            let enabled = feature.of_copy.iter();
            for entry in enabled.filter(|it| it.starts_with("dep:")) {
                assert!(
                    optional.contains(entry),
                    "{features:?}: {} enables {entry}",
                    feature.name
                );
            }
        }
    }
}
