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

#[test]
fn only_a_client_with_tokens_can_store_them() {
    let names = |document: &str| {
        let manifest = manifest(document);
        let features = manifest["features"].as_table().expect("features");
        let names = features
            .keys()
            .filter(|it| ["keyring", "token-file"].contains(&it.as_str()));
        names.cloned().collect::<Vec<_>>()
    };
    let without = include_str!("../golden/groups/openapi.yaml");
    assert_eq!(names(without), [""; 0]);
    let with = include_str!("../golden/oauth/openapi.yaml");
    assert_eq!(names(with), ["token-file", "keyring"]);
    let manifest = manifest(with);
    // A vendored runtime has the optional dependencies.
    let keyring = manifest["features"]["keyring"].to_string();
    assert!(keyring.contains("\"token-file\""), "{keyring}");
    assert!(
        keyring.contains("dep:zbus-secret-service-keyring-store"),
        "{keyring}"
    );
    let unix = &manifest["target"]["cfg(all(unix, not(target_os = \"macos\")))"]["dependencies"];
    let store = &unix["zbus-secret-service-keyring-store"];
    assert_eq!(store["optional"].as_bool(), Some(true));
}

#[test]
fn a_client_that_signs_nobody_in_has_no_features_for_it() {
    let scheme = |scheme: &str| {
        format!(
            "openapi: 3.0.3\ninfo: {{title: One, version: 1.0.0}}\npaths: {{}}\ncomponents: \
             {{securitySchemes: {{s: {scheme}}}}}\n"
        )
    };
    for (document, expected) in [
        (scheme("{type: http, scheme: bearer}"), false),
        (
            scheme("{type: openIdConnect, openIdConnectUrl: 'https://id.example.com/metadata'}"),
            true,
        ),
        (
            scheme(
                "{type: oauth2, flows: {authorizationCode: {authorizationUrl: \
                 'https://id.example.com/a', tokenUrl: 'https://id.example.com/t', scopes: {}}}}",
            ),
            true,
        ),
    ] {
        let manifest = manifest(&document);
        let features = manifest["features"].as_table().expect("features");
        for name in ["browser-login", "id-token"] {
            assert_eq!(features.contains_key(name), expected, "{document}");
        }
    }
}
