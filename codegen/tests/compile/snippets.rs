//! Compiles the Rust in README.md and in the pages of `docs/`: each block is a function of one crate, which depends on
//! the clients that the pages speak of. Those are generated from the documents in `tests/pages`.

use std::fs;
use std::path::{Path, PathBuf};

use wiretrue_codegen::{Options, Source};

use super::pages::{self, Code};
use super::workspace::Workspace;
use super::{Runtime, umbrella_case};

/// What a block takes from the program around it.
struct Given {
    page: &'static str,
    /// A text that no other block of the page has.
    text: &'static str,
    /// The arguments of the function.
    arguments: &'static str,
    /// Statements before the block.
    before: &'static str,
}

const fn given(page: &'static str, text: &'static str, arguments: &'static str) -> Given {
    Given {
        page,
        text,
        arguments,
        before: "",
    }
}

const ACCOUNT: &str = "account_sid: String, auth_token: String";
const PETSTORE: &str = "client: petstore_client::Client";
const TWILIO: &str = "client: twilio_oauth::Client";

/// What blocks take from the program around them. Other blocks take nothing.
const GIVEN: [Given; 17] = [
    given("README.md", "use twilio_oauth", ACCOUNT),
    given(
        "docs/client.md",
        "share_connections",
        "sid: String, secret: String",
    ),
    given("docs/client.md", "list_pets().items()", PETSTORE),
    given("docs/client.md", "warnings()", PETSTORE),
    given(
        "docs/from-openapi-generator.md",
        "petstore_client",
        "key: String",
    ),
    given("docs/from-progenitor.md", "petstore_client", "key: String"),
    given(
        "docs/many-documents.md",
        "fetch_service(sid)",
        "account_sid: String, auth_token: String, sid: String",
    ),
    given("docs/many-documents.md", "127.0.0.1", ACCOUNT),
    given(
        "docs/many-documents.md",
        "Mock::new",
        "service: twilio::verify_v2::models::VerifyV2Service, code_under_test: impl AsyncFn(twilio::Client)",
    ),
    given("docs/sign-in.md", "authorization_url(", TWILIO),
    Given {
        before: "fn show_link(url: &str) {}\n\
                 fn show_code(url: &str, code: &twilio_oauth::oauth::UserCode) {}",
        ..given("docs/sign-in.md", "on_prompt", TWILIO)
    },
    given(
        "docs/sign-in.md",
        "id_token_claims",
        "tokens: twilio_oauth::oauth::TokenSet",
    ),
    given(
        "docs/sign-in.md",
        "revoke(",
        "client: twilio_oauth::Client, tokens: twilio_oauth::oauth::TokenSet",
    ),
    given("docs/stored-sessions.md", "for_app", ACCOUNT),
    Given {
        before: "let login = || client.sign_in(CLIENT_ID);\n\
                 let session = login().stored_in(twilio_oauth::oauth::FileTokenStore::new(\"tokens.json\"));",
        ..given("docs/stored-sessions.md", "sign_out", TWILIO)
    },
    given(
        "docs/stored-sessions.md",
        "to_pending",
        "client: twilio_oauth::Client, path: std::path::PathBuf",
    ),
    given(
        "docs/webhooks.md",
        "TwilioVerifier",
        "headers: http::HeaderMap, body: Vec<u8>",
    ),
];

/// The blocks that are marked with `ignore` and aren't compiled: the page, a text of the block, and the reason.
const IGNORED: [(&str, &str, &str); 6] = [
    (
        "docs/build-script.md",
        "OUT_DIR",
        "the program of a build script, which examples/build-script has, too",
    ),
    (
        "docs/client.md",
        "opentelemetry::global",
        "no crate of this workspace depends on OpenTelemetry",
    ),
    (
        "docs/from-openapi-generator.md",
        "petstore::apis",
        "a client of another generator",
    ),
    (
        "docs/from-progenitor.md",
        "generate_api!",
        "a client of another generator",
    ),
    (
        "docs/options.md",
        "jiff::Timestamp",
        "no client of these pages has dates of jiff; the golden cases compile such clients",
    ),
    (
        "docs/templates.md",
        "impl ListPets",
        "a part of a crate, which xtask/src/pages compares with that of the golden case `templates`",
    ),
];

/// The beginning of the crate.
const ROOT: &str = "\
#![allow(dead_code, unused)]
#![deny(deprecated)]

const CLIENT_ID: &str = \"client-id\";
";

/// The features of `twilio-oauth` that the pages use.
const TWILIO_FEATURES: [&str; 9] = [
    "blocking",
    "browser-login",
    "cassette",
    "id-token",
    "mock",
    "qr",
    "token-file",
    "tracing",
    "webhook-signatures",
];

#[test]
fn snippets() {
    let workspace = Workspace::new(Runtime::Dependency, "pages");
    let folder = workspace.client();
    write_clients(&folder);
    let mut source = ROOT.to_owned();
    let mut used = vec![false; GIVEN.len()];
    for code in pages::blocks("rust") {
        let language = code.language.as_deref();
        let reason = IGNORED.iter().any(|(page, text, _)| code.is(page, text));
        assert_eq!(
            language,
            Some(if reason { "rust,ignore" } else { "rust" }),
            "{} is marked with `ignore` if this test lists the reason",
            code.place()
        );
        if !reason {
            let is_it = |given: &Given| code.is(given.page, given.text);
            let given = GIVEN.iter().position(is_it);
            given.inspect(|&at| used[at] = true);
            source += &function(&code, given.map(|at| &GIVEN[at]));
        }
    }
    for (given, used) in GIVEN.iter().zip(used) {
        assert!(used, "{} has no block with `{}`", given.page, given.text);
    }
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("src/lib.rs"), source).unwrap();
    fs::write(folder.join("Cargo.toml"), manifest(workspace.package())).unwrap();
    workspace.check();
}

/// Returns a module with a function of the code. Its name tells the page and the line.
fn function(code: &Code, given: Option<&Given>) -> String {
    let place = code.place();
    let module: String = place
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect();
    let (arguments, before) = given.map_or(("", ""), |it| (it.arguments, it.before));
    format!(
        "\n// {place}\nmod {module} {{\n    use super::CLIENT_ID;\n\n    \
         async fn snippet({arguments}) -> Result<(), Box<dyn std::error::Error>> {{\n{before}\n{}\nOk(())\n    }}\n}}\n",
        code.text
    )
}

/// Writes the clients that the pages speak of, except those of this workspace.
fn write_clients(folder: &Path) {
    let documents = documents();
    for (name, options) in [
        ("petstore", toml::Table::new()),
        ("shop", options("shop.toml")),
    ] {
        let mut options = options;
        let package = format!("{name}-client");
        options.insert("package".to_owned(), package.clone().into());
        options.insert("workspace-member".to_owned(), true.into());
        let options: Options = options.try_into().unwrap();
        let source = Source::read(documents.join(format!("{name}.yaml"))).unwrap();
        let generated = wiretrue_codegen::generate(&source, &Runtime::Dependency.apply(options))
            .unwrap_or_else(|refused| panic!("{name}: {refused}"));
        generated.tree.write(&folder.join(package)).unwrap();
    }
    let custom = folder.join("shop-client/src/custom.rs");
    fs::copy(documents.join("custom.rs"), custom).unwrap();
    let apis = ["twilio_messaging_v1", "twilio_verify_v2"];
    let umbrella = umbrella_case::generate_of(&documents, &apis, "twilio", Default::default());
    umbrella.write("twilio", &folder.join("twilio"));
}

fn documents() -> PathBuf {
    pages::root().join("codegen/tests/pages")
}

fn options(file: &str) -> toml::Table {
    let text = fs::read_to_string(documents().join(file)).unwrap();
    text.parse().unwrap()
}

fn manifest(package: &str) -> String {
    let root = pages::root();
    let at = |path: &str| root.join(path);
    format!(
        r#"[package]
name = "{package}"
version = "0.1.0"
edition = "2024"

[dependencies]
auth0-device = {{ path = {:?} }}
http = "1"
petstore-client = {{ path = "petstore-client" }}
serde_json = "1.0"
shop-client = {{ path = "shop-client", features = ["webhooks"] }}
tokio = {{ version = "1", features = ["macros", "rt-multi-thread"] }}
twilio = {{ path = "twilio", features = ["full", "mock"] }}
twilio-oauth = {{ path = {:?}, features = {TWILIO_FEATURES:?} }}
wiretrue-codegen = {{ path = {:?} }}
"#,
        at("examples/auth0-device"),
        at("generated"),
        at("codegen"),
    )
}
