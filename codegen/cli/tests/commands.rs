//! `wiretrue new`, `report`, `completions`, the output for programs and Swagger 2.0, with the program itself.

mod workspace;

use std::fs;

use serde_json::Value;

use workspace::{DOCUMENT, Workspace};

/// A folder with a document and no manifest.
fn without_manifest() -> Workspace {
    let workspace = Workspace::new();
    fs::remove_file(workspace.path("wiretrue.toml")).unwrap();
    workspace
}

#[test]
fn a_new_client_has_an_example_that_makes_its_first_call() {
    let workspace = without_manifest();
    workspace
        .wiretrue(&["new", "spec/pets.yaml"])
        .expect_status(0)
        .expect_err(&[
            "Generated pets-client: 1 operation, 2 models, ",
            "Created pets-client/examples/first_call.rs; run it with `cd pets-client && cargo run --example first_call`",
        ]);
    let example = workspace.get("pets-client/examples/first_call.rs");
    for text in [
        "use pets_client::Client;",
        "client.pets().fetch_pet(\"id\").await?;",
        "Some(\"--server\") => arguments.next(),",
    ] {
        assert!(example.contains(text), "{example}");
    }
    let manifest: toml::Table = workspace.get("pets-client/Cargo.toml").parse().unwrap();
    assert!(manifest["dev-dependencies"].get("tokio").is_some());
    assert!(!workspace.path("wiretrue.toml").exists());
    // The crate is that of `generate`, which leaves the example alone.
    let words = ["spec/pets.yaml", "--out", "pets-client"];
    workspace.check(&words).expect_status(0);
    workspace.put("pets-client/examples/first_call.rs", "fn main() {}\n");
    workspace
        .codegen(&words)
        .expect_status(0)
        .expect_err(&["Unchanged pets-client: "]);
    assert_eq!(
        workspace.get("pets-client/examples/first_call.rs"),
        "fn main() {}\n"
    );
    workspace
        .wiretrue(&["new", "spec/pets.yaml"])
        .expect_status(2)
        .expect_err(&["pets-client exists already", "--out DIR"]);
}

#[test]
fn a_new_client_is_added_to_the_manifest() {
    let workspace = Workspace::new();
    workspace.put("spec/shop.v2.yaml", DOCUMENT);
    workspace.put("spec/empty.overlay.yaml", "overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions:\n- target: $.info\n  update: {title: Shop}\n");
    let words = [
        "new",
        "spec/shop.v2.yaml",
        "--out",
        "clients/shop",
        "--package",
        "shop",
        "--overlay",
        "spec/empty.overlay.yaml",
        "--select",
        "tag=pets",
        "--keep-unknown",
    ];
    workspace
        .wiretrue(&words)
        .expect_status(0)
        .expect_err(&["Generated shop: ", "Added shop to wiretrue.toml"]);
    let manifest: toml::Table = workspace.get("wiretrue.toml").parse().unwrap();
    assert!(manifest.contains_key("pet-store"), "{manifest}");
    let shop = manifest["shop"].as_table().unwrap();
    assert_eq!(shop["document"].as_str(), Some("spec/shop.v2.yaml"));
    assert_eq!(shop["folder"].as_str(), Some("clients/shop"));
    assert_eq!(shop["workspace-member"].as_bool(), Some(false));
    assert_eq!(shop["select"]["tags"][0].as_str(), Some("pets"));
    assert_eq!(shop["keep-unknown"].as_bool(), Some(true));
    assert!(
        workspace
            .get("clients/shop/README.md")
            .contains("--example first_call")
    );
    workspace.check(&["--client", "shop"]).expect_status(0);
}

#[test]
fn the_manifest_keeps_all_arguments_of_a_new_client() {
    let workspace = without_manifest();
    let parameter = "{name: price, in: query, schema: {type: string, format: decimal}}";
    let webhook = "{post: {requestBody: {content: {application/json: {schema: {type: object}}}}}}";
    workspace.put(
        "shop.yaml",
        &format!(
            "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\n\
             paths: {{/a: {{get: {{parameters: [{parameter}], responses: {{'204': {{description: No}}}}}}}}}}\n\
             webhooks: {{paid: {webhook}, gone: {webhook}}}\n"
        ),
    );
    let words = [
        "new",
        "shop.yaml",
        "--manifest",
        "wiretrue.toml",
        "--exclude",
        "webhook=gone",
        "--format",
        "decimal=crate::custom::Decimal",
        "--set",
        "version=\"1.2.3\"",
        "--set",
        "dev-dependencies.tokio=\"1.40\"",
    ];
    workspace.wiretrue(&words).expect_status(0);
    let manifest: toml::Table = workspace.get("wiretrue.toml").parse().unwrap();
    let shop = manifest["shop-client"].as_table().unwrap();
    assert_eq!(shop["exclude"]["webhooks"][0].as_str(), Some("gone"));
    let decimal = shop["formats"]["decimal"].as_str();
    assert_eq!(decimal, Some("crate::custom::Decimal"));
    assert_eq!(shop["version"].as_str(), Some("1.2.3"));
    assert_eq!(shop["dev-dependencies"]["tokio"].as_str(), Some("1.40"));
    workspace.wiretrue(&["check"]).expect_status(0);
}

#[test]
fn a_named_manifest_is_created_and_a_refused_document_changes_nothing() {
    let workspace = without_manifest();
    let words = ["new", "spec/pets.yaml", "--manifest", "wiretrue.toml"];
    let good = workspace.get("spec/pets.yaml");
    workspace.put(
        "spec/pets.yaml",
        &good.replace("schemas/Pet\"", "schemas/Gone\""),
    );
    workspace.wiretrue(&words).expect_status(2);
    assert!(!workspace.path("wiretrue.toml").exists());
    assert!(!workspace.path("pets-client").exists());
    workspace.put("spec/pets.yaml", &good);
    workspace.wiretrue(&words).expect_status(0);
    workspace.check(&[]).expect_status(0);
    // Paths in the manifest are relative to it, wherever the command runs.
    let elsewhere = ["check", "--manifest", "../wiretrue.toml"];
    workspace.wiretrue_in("spec", &elsewhere).expect_status(0);
    workspace
        .wiretrue(&[
            "new",
            "spec/pets.yaml",
            "--package",
            "pets-client",
            "--out",
            "other",
        ])
        .expect_status(2)
        .expect_err(&["wiretrue.toml:", "duplicate key"]);
    workspace
        .wiretrue_in("spec", &["new", "pets.yaml", "--out", "../../outside"])
        .expect_status(2)
        .expect_err(&[
            "isn't below",
            "choose a folder in the project with `--out DIR`",
        ]);
}

#[test]
fn a_new_client_in_a_workspace_is_a_member() {
    let workspace = Workspace::new();
    workspace.put("Cargo.toml", "[workspace]\nmembers = []\n");
    workspace
        .wiretrue(&["new", "spec/pets.yaml"])
        .expect_status(0)
        .expect_err(&["\"pets-client\" in the members of Cargo.toml; add it"]);
    let crate_manifest: toml::Table = workspace.get("pets-client/Cargo.toml").parse().unwrap();
    assert!(
        !crate_manifest.contains_key("workspace"),
        "{crate_manifest}"
    );
}

#[test]
fn programs_get_one_json_document() {
    let workspace = Workspace::new();
    let json = |words: &[&str], status: i32| -> Value {
        let run = workspace.wiretrue(words).expect_status(status);
        assert_eq!(run.err, "", "{words:?}");
        serde_json::from_str(&run.out).unwrap()
    };
    let written = json(&["generate", "--json"], 0);
    assert_eq!(written["version"], 1);
    assert_eq!(written["outcome"], "success");
    assert_eq!(written["exit_code"], 0);
    let client = &written["clients"][0];
    assert_eq!(client["client"], "pet-store");
    assert_eq!(client["outcome"], "generated");
    assert_eq!(
        (&client["operations"], &client["models"]),
        (&1.into(), &2.into())
    );
    let created = client["files"]["created"].as_array().unwrap();
    assert_eq!(
        created.len() as u64,
        client["files"]["total"].as_u64().unwrap()
    );
    assert!(created.contains(&"src/lib.rs".into()), "{created:?}");

    workspace.put("pets/README.md", "tampered");
    let checked = json(&["check", "--json"], 1);
    assert_eq!(checked["outcome"], "difference");
    assert_eq!(checked["clients"][0]["outcome"], "differs");
    assert_eq!(
        checked["clients"][0]["files"]["updated"],
        serde_json::json!(["README.md"])
    );

    let text = DOCUMENT.replace("#/components/schemas/Pet", "#/components/schemas/Gone");
    workspace.put("spec/pets.yaml", &text);
    let refused = json(&["generate", "--json"], 2);
    assert_eq!(refused["outcome"], "refused");
    assert_eq!(
        refused["diagnostics"][0],
        serde_json::json!({
            "severity": "error",
            "message": "`#/components/schemas/Gone` doesn't exist",
            "help": "add the definition, or correct the `$ref`",
            "file": "spec/pets.yaml",
            "line": 23,
            "column": 31,
            "pointer": "#/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/$ref"
        })
    );
    let lost = json(&["check", "--json", "--client", "nobody"], 2);
    assert_eq!(lost["clients"], serde_json::json!([]));
    assert_eq!(
        lost["diagnostics"][0]["message"],
        "there is no client `nobody` in wiretrue.toml"
    );
}

#[test]
fn every_shell_gets_completions() {
    let workspace = Workspace::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = workspace.wiretrue(&["completions", shell]).expect_status(0);
        for text in ["wiretrue", "generate", "allow-remote"] {
            assert!(run.out.contains(text), "{shell}: {text}");
        }
    }
}

#[test]
fn every_command_describes_itself() {
    let workspace = Workspace::new();
    for command in [
        "new",
        "generate",
        "check",
        "report",
        "contract",
        "completions",
    ] {
        let run = workspace.wiretrue(&[command, "--help"]).expect_status(0);
        assert!(
            run.out.contains(&format!("Usage: wiretrue {command}")),
            "{}",
            run.out
        );
        assert!(workspace.wiretrue(&["help"]).out.contains(command));
    }
}

/// A document of Swagger 2.0.
const SWAGGER: &str = r##"swagger: "2.0"
info: {title: Library, version: "1"}
host: library.example.com
paths:
  /books:
    get:
      operationId: listBooks
      parameters:
        - {name: tag, in: query, type: array, items: {type: string}}
      responses:
        "200":
          description: The books.
          schema: {type: array, items: {$ref: "#/definitions/Book"}}
definitions:
  Book: {type: object, properties: {title: {type: string}}}
"##;

#[test]
fn swagger_2_is_converted_and_the_report_says_so() {
    let workspace = without_manifest();
    workspace.put("library.yaml", SWAGGER);
    workspace
        .wiretrue(&["new", "library.yaml"])
        .expect_status(0)
        .expect_err(&["Generated library-client: 1 operation, 1 model, "]);
    assert!(workspace.path("library-client/src/models/book.rs").exists());
    let report = workspace
        .wiretrue(&["report", "library.yaml", "--full"])
        .expect_status(0);
    let reason = "1  simplified  the document is Swagger 2.0, converted to OpenAPI 3.0\n";
    assert!(report.out.contains(reason), "{}", report.out);
    assert!(report.out.contains(" #/swagger\n"), "{}", report.out);
}

#[test]
fn errors_in_swagger_2_are_where_the_document_has_them() {
    let workspace = without_manifest();
    workspace.put(
        "library.yaml",
        &SWAGGER.replace("{type: string}}}\n", "{type: text}}}\n"),
    );
    workspace
        .wiretrue(&["check", "library.yaml", "--out", "library"])
        .expect_err(&[
            "library.yaml:15:51: ",
            "(#/definitions/Book/properties/title/type",
        ]);
    workspace.put(
        "library.yaml",
        &SWAGGER.replace("definitions/Book\"", "definitions/Gone\""),
    );
    workspace
        .wiretrue(&["check", "library.yaml", "--out", "library"])
        .expect_status(2)
        .expect_err(&[
            "library.yaml:13:47: error: ",
            "(#/paths/~1books/get/responses/200/schema/items/$ref)",
        ]);
}
