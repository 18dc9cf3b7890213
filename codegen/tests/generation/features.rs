//! Tests of the Cargo features of groups of operations.

use wiretrue_codegen::{Options, Source};

fn manifest(document: &str) -> toml::Table {
    let source = Source::new("openapi.yaml", document);
    let generated = wiretrue_codegen::generate(&source, &Options::new("client"))
        .unwrap_or_else(|refused| panic!("{refused}"));
    let (_, text) = generated
        .tree
        .iter()
        .find(|(path, _)| *path == "Cargo.toml")
        .expect("a manifest");
    text.parse().expect("TOML")
}

#[test]
fn each_group_is_a_feature_that_is_on_by_default() {
    let manifest = manifest(include_str!("../golden/groups/openapi.yaml"));
    let features = manifest["features"].as_table().expect("features");
    let mut names: Vec<&str> = features.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "blocking",
            "brotli",
            "cassette",
            "charset",
            "default",
            "default-api",
            "gzip",
            "http2",
            "mock",
            "native-tls",
            "reqwest",
            "rustls",
            "rustls-api",
            "rustls-ring",
            "socks",
            "star",
            "strasse-and-wege",
            "tracing",
            "user-accounts",
            "user-accounts-api2",
            "webhook-signatures",
            "yuza",
            "zstd",
        ]
    );
    let default = features["default"].as_array().expect("a list");
    let mut default: Vec<&str> = default.iter().filter_map(toml::Value::as_str).collect();
    default.sort_unstable();
    names.retain(|name| {
        !matches!(
            *name,
            "blocking"
                | "brotli"
                | "cassette"
                | "default"
                | "http2"
                | "mock"
                | "native-tls"
                | "rustls-ring"
                | "socks"
                | "tracing"
                | "webhook-signatures"
                | "zstd"
        )
    });
    assert_eq!(default, names);
}

#[test]
fn a_single_group_needs_no_feature() {
    let manifest = manifest(
        "openapi: 3.0.3\ninfo: {title: One, version: 1.0.0}\npaths:\n  /a: {get: {tags: [one], \
         responses: {'204': {description: None.}}}}\n",
    );
    let features = manifest["features"].as_table().expect("features");
    let names: Vec<&str> = features.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "default",
            "reqwest",
            "rustls",
            "rustls-ring",
            "native-tls",
            "http2",
            "socks",
            "cassette",
            "gzip",
            "brotli",
            "zstd",
            "charset",
            "blocking",
            "mock",
            "tracing",
            "webhook-signatures"
        ]
    );
}
