//! Tests the names of the builder's methods for credentials: what a document adds at its end renames
//! nothing that was there.

use wiretrue_codegen::{Options, Source};

const DOCUMENT: &str = r#"
openapi: 3.0.3
info: {title: Keys, version: 1.0.0}
servers:
  - url: https://{region}.example.com/{client_credentials_backup}
    variables: {region: {default: eu}, client_credentials_backup: {default: x}}
paths:
  /used:
    get:
      operationId: used
      security: [SECURITY]
      responses: {"204": {description: Done.}}
components:
  securitySchemes:
"#;

/// A scheme of each kind.
const FIRST: &[(&str, &str)] = &[
    ("main", "{type: apiKey, in: header, name: X-Main}"),
    ("login", "{type: http, scheme: basic}"),
    ("token", "{type: http, scheme: bearer}"),
    ("signed", "{type: http, scheme: custom}"),
    (
        "service",
        "{type: oauth2, flows: {clientCredentials: {tokenUrl: https://example.com/token, scopes: {}}}}",
    ),
];

/// Returns the builder's methods that take credentials or server variables, in the order of the document.
/// All schemes but those in `unused` are required by an operation.
fn methods(schemes: &[(&str, &str)], unused: &[&str], options: &str) -> Vec<String> {
    let used = schemes.iter().filter(|(name, _)| !unused.contains(name));
    let used: Vec<_> = used.map(|(name, _)| format!("{{'{name}': []}}")).collect();
    let mut text = DOCUMENT.replace("SECURITY", &used.join(", "));
    for (name, scheme) in schemes {
        text.push_str(&format!("    '{name}': {scheme}\n"));
    }
    let options: toml::Table = toml::from_str(options).expect("the options are TOML");
    let options = Options {
        names: options
            .get("names")
            .map(|it| it.clone().try_into().expect("names"))
            .unwrap_or_default(),
        ..Options::new("keys")
    };
    let generated = wiretrue_codegen::generate(&Source::new("keys.yaml", text), &options)
        .unwrap_or_else(|refused| panic!("{refused}"));
    let client = generated.tree.get("src/client.rs").expect("a file");
    let builder = client.split("impl ClientBuilder {").last().expect("a text");
    let names = builder.split("    pub fn ").skip(1);
    let names = names.filter_map(|it| it.split(['(', '<']).next());
    let names = names.map(str::to_owned);
    names.collect()
}

#[test]
fn the_first_scheme_of_a_kind_has_the_short_name() {
    let methods = methods(FIRST, &[], "");
    assert_eq!(
        methods,
        [
            "api_key",
            "basic_auth",
            "bearer_auth",
            "authorization",
            "service",
            "client_credentials",
            "client_credentials_with",
            "region",
            "client_credentials_backup",
        ]
    );
}

#[test]
fn schemes_at_the_end_rename_nothing() {
    let before = methods(FIRST, &[], "");
    let grant = FIRST[4].1;
    // The names of these are those of what the document has, or might have.
    let added = [
        ("AdminKey", FIRST[0].1, vec!["admin_key"]),
        ("apiKey", FIRST[0].1, vec!["api_key_api_key"]),
        ("region", FIRST[1].1, vec!["basic_auth_region"]),
        ("MAIN", FIRST[2].1, vec!["main"]),
        ("Main", FIRST[2].1, vec!["bearer_auth_main"]),
        (
            "refreshToken",
            FIRST[3].1,
            vec!["authorization_refresh_token"],
        ),
        (
            "backup",
            grant,
            vec![
                "backup",
                "client_credentials_backup_2",
                "client_credentials_backup_with",
            ],
        ),
        ("timeout", FIRST[0].1, vec!["api_key_timeout"]),
    ];
    let mut schemes = FIRST.to_vec();
    let mut expected = before[..7].to_vec();
    for (name, scheme, names) in added {
        schemes.push((name, scheme));
        expected.extend(names.into_iter().map(str::to_owned));
        let all = [&expected, &before[7..]].concat();
        assert_eq!(methods(&schemes, &[], ""), all, "with {name}");
    }
}

#[test]
fn kinds_at_the_end_have_their_short_names() {
    let schemes = [FIRST[0], ("basic_auth", FIRST[0].1), FIRST[1]];
    assert_eq!(
        methods(&schemes, &[], "")[..3],
        ["api_key", "api_key_basic_auth", "basic_auth"]
    );
}

#[test]
fn schemes_that_no_operation_requires_rename_no_other() {
    let used = FIRST[0];
    let unused = [("old", used.1), ("main_", used.1)];
    let schemes = [unused[0], used, unused[1]];
    let names = methods(&schemes, &["old", "main_"], "");
    assert_eq!(names[..3], ["old", "api_key", "main"]);
    // Without another scheme of the kind, such a scheme has the short name.
    assert_eq!(methods(&unused[..1], &["old"], "")[..1], ["api_key"]);
}

#[test]
fn the_options_choose_names_before_all_others() {
    let schemes = [FIRST[0], ("other", FIRST[0].1), ("third", FIRST[0].1)];
    let other = r#"names.credentials = { main = "primary", other = "api_key" }"#;
    let names = methods(&schemes, &[], other);
    assert_eq!(names[..3], ["primary", "api_key", "third"]);
    let main = r#"names.credentials = { main = "primary" }"#;
    let names = methods(&schemes, &[], main);
    assert_eq!(names[..3], ["primary", "other", "third"]);
}
