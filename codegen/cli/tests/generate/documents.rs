//! What a crate is generated from: documents in several files, overlays, options and selections.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::workspace::{DOCUMENT, Workspace};

#[test]
fn any_option_can_be_set_on_the_command_line() {
    let workspace = Workspace::new();
    let words = |settings: &[&'static str]| {
        let sets = settings.iter().flat_map(|it| ["--set", it]);
        let all = ["spec/pets.yaml", "--out", "out/pets"];
        all.into_iter().chain(sets).collect::<Vec<_>>()
    };
    let given = [
        "types-only=true",
        "derive.Pet=[\"Hash\"]",
        "derive.Pet = [\"Ord\"]",
        "version='2.0.0'",
    ];
    workspace.codegen(&words(&given)).expect_status(0);
    let files = workspace.files("out/pets");
    let file = |name: &str| {
        let mut files = files.iter();
        let (_, text) = files
            .find(|(path, _)| path.ends_with(name))
            .expect("a file");
        text.clone()
    };
    assert!(file("src/models/pet.rs").contains("PartialOrd, Ord"));
    assert!(file("Cargo.toml").contains("version = \"2.0.0\""));
    assert!(!files.keys().any(|path| path.ends_with("client.rs")));
    for (setting, message) in [
        (
            "colour=1",
            "the options of `--set` are invalid: unknown field `colour`",
        ),
        ("version=2.0.0", "expected a key and a value in TOML"),
        ("root='a'", "`root` has a flag of its own"),
    ] {
        workspace
            .codegen(&words(&[setting]))
            .expect_status(2)
            .expect_err(&[message]);
    }
}

/// A document with something for each option of a crate.
const SHOP: &str = r##"openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
security: [{main: []}]
paths:
  /orders/{id}:
    get:
      operationId: fetchOrder
      tags: [orders]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: d, content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
components:
  securitySchemes: {main: {type: http, scheme: bearer}}
  schemas:
    Order:
      type: object
      required: [id, price]
      properties:
        id: {type: string, format: order-id}
        price: {$ref: "#/components/schemas/Money"}
        paid: {type: string, format: date-time}
        note: {type: string}
    Money: {type: string}
"##;

#[test]
fn the_manifest_sets_the_options_of_a_crate() {
    let workspace = Workspace::new();
    workspace.put("spec/shop.yaml", SHOP);
    let make = |options: &str| {
        let entry = "[shop]\ndocument = \"spec/shop.yaml\"\nfolder = \"shop\"\nruntime = { version = '0.1.0' }\n";
        workspace.put("wiretrue.toml", &format!("{entry}{options}\n"));
        workspace.codegen(&[]).expect_status(0);
    };
    let cases = [
        (
            "",
            "src/models/order.rs",
            "pub paid: Option<chrono::DateTime<chrono::FixedOffset>>",
        ),
        (
            "dates = 'jiff'",
            "src/models/order.rs",
            "pub paid: Option<jiff::ZonedDateTime>",
        ),
        (
            "formats = { date-time = 'text' }",
            "src/models/order.rs",
            "pub paid: Option<String>",
        ),
        (
            "formats = { order-id = 'crate::custom::OrderId' }",
            "src/models/order_id.rs",
            "pub type OrderId = crate::runtime::wire::Custom<crate::custom::OrderId>;",
        ),
        (
            "replace = { Money = 'rust_decimal::Decimal' }\ndependencies = { rust_decimal = '1' }",
            "src/models/money.rs",
            "pub type Money = crate::runtime::wire::Custom<rust_decimal::Decimal>;",
        ),
        (
            "derive = { Order = ['schemars::JsonSchema'] }\ndependencies = { schemars = '1' }",
            "src/models/order.rs",
            "PartialEq, Eq, schemars::JsonSchema)]",
        ),
        (
            "attributes = { 'Order.note' = ['#[deprecated]'] }",
            "src/models/order.rs",
            "#[deprecated]\n    pub note: Option<String>",
        ),
        ("keep-unknown = true", "src/models/order.rs", "pub extra: "),
        (
            "tolerate-missing = ['Order.id']",
            "src/models/order.rs",
            "pub id: Option<String>",
        ),
        (
            "names.models = { Order = 'Purchase' }",
            "src/models/purchase.rs",
            "pub struct Purchase {",
        ),
        (
            "names.properties = { 'Order.note' = 'memo' }",
            "src/models/order.rs",
            "pub memo: Option<String>",
        ),
        (
            "names.operations = { fetchOrder = 'order' }",
            "src/apis/orders.rs",
            "pub fn order(",
        ),
        (
            "names.groups = { orders = 'purchases' }",
            "src/client.rs",
            "pub fn purchases(",
        ),
        (
            "names.credentials = { main = 'token' }",
            "src/client.rs",
            "pub fn token(",
        ),
        ("layout = 'by-group'", "src/orders.rs", "pub struct Order {"),
        (
            "version = '2.1.0'\nkeywords = ['shop']\nrepository = 'https://example.com/shop'\n\
             docs-rs = { all-features = true }",
            "Cargo.toml",
            "keywords = [\"shop\"]",
        ),
        (
            "dependencies = { either = '1' }",
            "Cargo.toml",
            "either = \"1\"",
        ),
        ("types-only = true", "src/lib.rs", "pub mod models;"),
    ];
    for (options, file, expected) in cases {
        make(options);
        let text = workspace.get(&format!("shop/{file}"));
        assert!(
            text.contains(expected),
            "{options}: {expected} isn't in\n{text}"
        );
    }
    // The last of them leaves out the operations.
    assert!(!workspace.path("shop/src/client.rs").exists());
}

#[test]
fn a_stage_is_printed_as_json() {
    let workspace = Workspace::new();
    for stage in ["api", "names", "views"] {
        for words in [&["dump", stage][..], &["dump", stage, "spec/pets.yaml"]] {
            let run = workspace.wiretrue(words).expect_status(0);
            let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
            assert!(json.is_object() || json.is_array(), "{json}");
        }
    }
    let api = workspace.wiretrue(&["dump", "api"]);
    assert!(api.out.contains("FetchPet"), "{}", api.out);
    assert!(!workspace.path("pets").exists());
}

#[test]
fn any_document_makes_a_crate_that_stands_alone() {
    let workspace = Workspace::new();
    workspace.put("Cargo.toml", "[workspace]\nmembers = []\n");
    let words = [
        "spec/pets.yaml",
        "--out",
        "out/deep",
        "--package",
        "my-pets",
    ];
    workspace
        .codegen(&words)
        .expect_status(0)
        .expect_err(&["Generated my-pets: "]);
    let manifest: toml::Table = workspace.get("out/deep/Cargo.toml").parse().unwrap();
    assert_eq!(manifest["package"]["name"].as_str(), Some("my-pets"));
    assert!(manifest.contains_key("workspace"), "{manifest}");
    let here = workspace.path("");
    let here = here.to_str().unwrap();
    for (path, text) in workspace.files("out/deep") {
        assert!(!text.contains(here), "{path} tells where it was made");
    }
    workspace.check(&words).expect_status(0);
    fs::remove_file(workspace.path("out/deep/README.md")).unwrap();
    let mending = "help: run `wiretrue generate spec/pets.yaml --out out/deep --package my-pets`";
    workspace
        .check(&words)
        .expect_status(1)
        .expect_err(&[mending]);
}

#[test]
fn a_document_may_be_split_over_files_and_each_is_named_by_what_is_wrong_in_it() {
    let workspace = Workspace::new();
    let whole = "type: object\n      properties:\n        name: { type: string }\n        owner: { $ref: \"#/components/schemas/Owner\" }\n";
    assert!(DOCUMENT.contains(whole));
    let split = DOCUMENT.replace(whole, "$ref: models/pet.yaml\n");
    workspace.put("split/api.yaml", &split);
    let pet =
        "type: object\nproperties:\n  owner: { $ref: '../api.yaml#/components/schemas/Owner' }\n";
    workspace.put("split/models/pet.yaml", pet);
    let words = ["split/api.yaml", "--out", "pet-client"];
    workspace.codegen(&words).expect_status(0);
    assert!(
        workspace
            .get("pet-client/src/models/pet.rs")
            .contains("super::Owner")
    );
    workspace.put("split/models/pet.yaml", &pet.replace("Owner", "Owners"));
    let run = workspace.codegen(&words).expect_status(2);
    let place = Path::new("split").join("models/pet.yaml");
    let said = format!("{}:3:18: error: ", place.display());
    assert!(run.err.contains(&said), "{}", run.err);
}

#[test]
fn a_root_above_the_document_lets_it_refer_to_more_files() {
    let workspace = Workspace::new();
    let owner = "{ $ref: \"#/components/schemas/Owner\" }";
    let document = DOCUMENT.replace(owner, "{ $ref: \"../common/keeper.yaml\" }");
    workspace.put("spec/v1/pets.yaml", &document);
    workspace.put(
        "spec/common/keeper.yaml",
        "type: object\nproperties: {age: {type: integer}}\n",
    );
    let words = ["spec/v1/pets.yaml", "--out", "pet-client"];
    let run = workspace.codegen(&words).expect_status(2);
    run.expect_err(&[
        "`../common/keeper.yaml` is outside of the document's folder",
        "--root DIR",
    ]);
    let with_root = [&words[..], &["--root", "spec"]].concat();
    workspace.codegen(&with_root).expect_status(0);
    let model = workspace.get("pet-client/src/models/keeper.rs");
    assert!(model.contains("pub age: Option<i64>"), "{model}");
    // The same in the manifest.
    let client = "[pets]\ndocument = \"spec/v1/pets.yaml\"\nfolder = \"pets\"\n";
    workspace.put("wiretrue.toml", client);
    workspace.codegen(&[]).expect_status(2);
    workspace.put("wiretrue.toml", &format!("{client}root = \"spec\"\n"));
    workspace.codegen(&[]).expect_status(0);
    workspace.put("wiretrue.toml", &format!("{client}root = \"pets\"\n"));
    fs::create_dir_all(workspace.path("pets")).unwrap();
    let run = workspace.codegen(&[]).expect_status(2);
    run.expect_err(&["isn't in the root folder"]);
}

const OVERLAY: &str = "overlay: 1.0.0
info: { title: Repair, version: 1.0.0 }
actions:
  - target: $.components.schemas.Pet.properties
    update:
      age: { type: integer }
";

#[test]
fn an_overlay_of_the_manifest_or_the_command_line_repairs_the_document() {
    let workspace = Workspace::new();
    workspace.put("spec/pets.overlay.yaml", OVERLAY);
    let manifest = workspace.get("wiretrue.toml") + "overlays = [\"spec/pets.overlay.yaml\"]\n";
    workspace.put("wiretrue.toml", &manifest);
    workspace.codegen(&[]).expect_status(0);
    let age = "pub age: Option<i64>";
    assert!(workspace.get("pets/src/models/pet.rs").contains(age));
    let overlay = ["--overlay", "spec/pets.overlay.yaml"];
    let words = ["spec/pets.yaml", "--out", "made"];
    workspace
        .codegen(&[&words[..], &overlay].concat())
        .expect_status(0);
    assert!(workspace.get("made/src/models/pet.rs").contains(age));
    workspace.put("spec/pets.overlay.yaml", &OVERLAY.replace("Pet.", "Pets."));
    let place = Path::new("spec").join("pets.overlay.yaml");
    workspace.codegen(&[]).expect_status(2).expect_err(&[
        &format!(
            "{}:4:13: error: the action selects nothing",
            place.display()
        ),
        "x-optional",
    ]);
}

#[test]
fn a_report_counts_what_stays_untyped_by_reason() {
    let workspace = Workspace::new();
    let open = DOCUMENT.replace("name: { type: string }", "name: {}");
    workspace.put("spec/pets.yaml", &open);
    let run = workspace.wiretrue(&["report"]).expect_status(0);
    assert!(
        run.out
            .contains("pet-store: 1 operations, 2 types, 2 untyped, 0 simplified"),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("2  untyped     a schema without a type"),
        "{}",
        run.out
    );
    assert!(!run.out.contains("#/components"), "{}", run.out);
    let run = workspace.wiretrue(&["report", "--full"]).expect_status(0);
    assert!(
        run.out
            .contains(" #/components/schemas/Pet/properties/name\n"),
        "{}",
        run.out
    );
    let run = workspace
        .wiretrue(&["report", "--json", "--client", "pet-store"])
        .expect_status(0);
    let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["clients"][0]["report"]["untyped"][0]["count"], 2);
    assert!(!workspace.path("pets").exists());
}

#[test]
fn a_crate_of_some_operations_has_no_others() {
    let workspace = Workspace::new();
    let two = DOCUMENT.replace(
        "components:",
        "  /owners:\n    delete:\n      operationId: DropOwners\n      tags: [owners]\n      \
         responses: {\"204\": {description: Gone.}}\ncomponents:",
    );
    workspace.put("spec/pets.yaml", &two);
    let words = [
        "spec/pets.yaml",
        "--out",
        "out/some",
        "--select",
        "path=/pets/*",
        "--select",
        "tag=owners",
        "--exclude",
        "operation=FetchPet",
    ];
    workspace.codegen(&words).expect_status(0);
    let files = workspace.files("out/some");
    assert!(
        files
            .keys()
            .any(|path| path.ends_with("src/apis/owners.rs"))
    );
    assert!(!files.keys().any(|path| path.contains("pet")));
    fs::remove_file(workspace.path("out/some/README.md")).unwrap();
    workspace
        .check(&words)
        .expect_err(&["--select 'path=/pets/*' --select tag=owners --exclude operation=FetchPet"]);
    workspace
        .codegen(&[&words[..8], &["operation=FetchPets"]].concat())
        .expect_status(2)
        .expect_err(&["did you mean `FetchPet`?"]);
}

#[test]
fn a_package_is_named_after_its_folder_unless_told() {
    let workspace = Workspace::new();
    workspace
        .codegen(&["spec/pets.yaml", "--out", "out/animals"])
        .expect_status(0);
    assert!(
        workspace
            .get("out/animals/Cargo.toml")
            .contains("name = \"animals\"")
    );
    let run = workspace
        .codegen(&["spec/pets.yaml", "--out", "out/1 2"])
        .expect_status(2);
    run.expect_err(&["`1 2` can't be the name of a package", "--package NAME"]);
    assert!(!workspace.path("out/1 2").exists());
}

#[test]
fn paths_are_shown_as_seen_from_the_current_folder() {
    let workspace = Workspace::written();
    workspace.put("pets/README.md", "tampered");
    let output = Command::new(env!("CARGO_BIN_EXE_wiretrue"))
        .arg("check")
        .current_dir(workspace.path("pets"))
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(1),
        "the workspace is found from a folder in it"
    );
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("Changed README.md\n"), "{told}");
    assert!(Path::new(&workspace.path("pets/README.md")).exists());
}
