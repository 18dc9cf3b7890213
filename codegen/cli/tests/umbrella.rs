//! `wiretrue generate` with several documents: an umbrella crate and its clients.

mod workspace;

use std::fs;

use workspace::{DOCUMENT, Workspace};

const MANIFEST: &str = "[acme]\ndocuments = \"specs/*.yaml\"\nfolder = \"acme\"\n";

/// The same, without a copy of the runtime, which takes longer to write than the clients.
const WITHOUT_RUNTIME: &str =
    "[acme]\ndocuments = \"specs/*.yaml\"\nfolder = \"acme\"\nruntime = { path = \"runtime\" }\n";

/// The document with another title.
fn document(title: &str) -> String {
    DOCUMENT.replace("Pet store", title)
}

/// A folder with a manifest of three documents.
fn workspace(manifest: &str) -> Workspace {
    let workspace = Workspace::new();
    workspace.put("wiretrue.toml", manifest);
    workspace.put("specs/acme_cats_v1.yaml", &document("Cats"));
    workspace.put("specs/acme_dogs.yaml", &document("Dogs"));
    workspace.put("specs/fish.yaml", &document("Fish"));
    workspace
}

fn written(manifest: &str) -> Workspace {
    let workspace = workspace(manifest);
    workspace.codegen(&[]).expect_status(0);
    workspace
}

fn manifest_of(workspace: &Workspace, folder: &str) -> toml::Table {
    workspace
        .get(&format!("{folder}/Cargo.toml"))
        .parse()
        .unwrap()
}

#[test]
fn documents_become_crates_with_an_umbrella_and_one_runtime() {
    let workspace = workspace(MANIFEST);
    workspace.check(&[]).expect_status(1).expect_err(&[
        "Missing acme/src/client.rs",
        "Missing acme/crates/acme-cats-v1",
    ]);
    workspace.codegen(&[]).expect_status(0).expect_err(&[
        "Generated acme-cats-v1: 1 operation, 2 models, ",
        "Generated acme-dogs: ",
        "Generated acme-fish: ",
        "Generated acme: 4 files (4 created)",
        "Generated acme-runtime: ",
    ]);
    let check = workspace.check(&[]).expect_status(0);
    assert_eq!(check.out, "");
    check.expect_err(&["Unchanged acme: 4 files in", "Unchanged acme-runtime: "]);

    let umbrella = manifest_of(&workspace, "acme");
    assert_eq!(
        umbrella["features"]["cats-v1"],
        toml::Value::Array(vec!["dep:acme-cats-v1".into()])
    );
    let cats = umbrella["dependencies"]["acme-cats-v1"].as_table().unwrap();
    assert_eq!(cats["path"].as_str(), Some("crates/acme-cats-v1"));
    assert_eq!(cats["version"].as_str(), Some("0.1.0"));
    assert_eq!(cats["optional"].as_bool(), Some(true));
    let client = manifest_of(&workspace, "acme/crates/acme-cats-v1");
    let runtime = client["dependencies"]["wiretrue"].as_table().unwrap();
    assert_eq!(runtime["path"].as_str(), Some("../acme-runtime"));
    let code = workspace.get("acme/src/client.rs");
    assert!(code.contains("pub fn cats_v1(&self) -> crate::cats_v1::Client"));
    assert!(
        !workspace
            .path("acme/crates/acme-cats-v1/src/runtime")
            .exists()
    );
}

#[test]
fn options_apply_to_all_documents_or_to_one() {
    let manifest = format!(
        "{MANIFEST}version = \"1.2.3\"\nlicense = \"MIT\"\nruntime = {{ path = \"runtime\" }}\n\
         [acme.document.acme_cats_v1]\nname = \"felines\"\nlicense = \"Apache-2.0\"\n\
         [acme.document.\"specs/fish.yaml\"]\npackage = \"aquarium\"\n"
    );
    let workspace = written(&manifest);
    let package = |folder: &str| manifest_of(&workspace, folder)["package"].clone();
    let felines = package("acme/crates/acme-felines");
    assert_eq!(felines["license"].as_str(), Some("Apache-2.0"));
    assert_eq!(felines["version"].as_str(), Some("1.2.3"));
    assert_eq!(package("acme")["license"].as_str(), Some("MIT"));
    assert_eq!(
        package("acme/crates/acme-dogs")["license"].as_str(),
        Some("MIT")
    );
    let umbrella = manifest_of(&workspace, "acme");
    assert!(umbrella["features"].get("felines").is_some());
    assert!(umbrella["dependencies"].get("aquarium").is_some());
    let runtime = |folder: &str| {
        let manifest = manifest_of(&workspace, folder);
        manifest["dependencies"]["wiretrue"]["path"]
            .as_str()
            .map(str::to_owned)
    };
    assert_eq!(runtime("acme").as_deref(), Some("../runtime"));
    assert_eq!(
        runtime("acme/crates/aquarium").as_deref(),
        Some("../../../runtime")
    );
    assert!(!workspace.path("acme/crates/acme-runtime").exists());
}

#[test]
fn the_crate_of_a_removed_document_is_reported_and_deleted() {
    let workspace = written(WITHOUT_RUNTIME);
    workspace.put("acme/crates/acme-fish/tests/wire.rs", "// by hand");
    workspace.put(
        "acme/crates/by-hand/Cargo.toml",
        "[package]\nname = \"by-hand\"\n",
    );
    fs::remove_file(workspace.path("specs/fish.yaml")).unwrap();
    workspace.check(&[]).expect_status(1).expect_err(&[
        "Orphaned acme/crates/acme-fish/Cargo.toml",
        "Orphaned acme/crates/acme-fish/src/lib.rs",
        "Changed acme/src/client.rs",
        "help: run `wiretrue generate`",
    ]);
    assert!(workspace.path("acme/crates/acme-fish/Cargo.toml").exists());
    workspace
        .codegen(&["--verbose"])
        .expect_status(0)
        .expect_err(&[
            "Deleted acme/crates/acme-fish/Cargo.toml",
            "Deleted acme/crates/acme-fish (",
        ]);
    assert!(!workspace.path("acme/crates/acme-fish/Cargo.toml").exists());
    assert!(!workspace.path("acme/crates/acme-fish/src").exists());
    assert_eq!(
        workspace.get("acme/crates/acme-fish/tests/wire.rs"),
        "// by hand"
    );
    assert!(workspace.path("acme/crates/by-hand/Cargo.toml").exists());
    workspace.check(&[]).expect_status(0);
}

#[test]
fn an_added_document_is_a_new_api() {
    let workspace = written(WITHOUT_RUNTIME);
    workspace.put("specs/birds.yaml", &document("Birds"));
    let run = workspace
        .codegen(&["--verbose"])
        .expect_status(0)
        .expect_err(&[
            "Created acme/crates/acme-birds/src/lib.rs",
            "Updated acme/src/client.rs",
            "Unchanged acme-fish: ",
        ]);
    assert!(!run.err.contains("Deleted"), "{}", run.err);
}

#[test]
fn one_client_or_the_whole_umbrella_can_be_chosen() {
    let workspace = workspace(WITHOUT_RUNTIME);
    workspace
        .codegen(&["--client", "acme-dogs"])
        .expect_status(0);
    assert!(workspace.path("acme/crates/acme-dogs").exists());
    assert!(!workspace.path("acme/Cargo.toml").exists());
    workspace.codegen(&["--client", "acme"]).expect_status(0);
    assert!(workspace.path("acme/Cargo.toml").exists());
    assert!(workspace.path("acme/crates/acme-fish").exists());
    workspace
        .codegen(&["--client", "cats"])
        .expect_status(2)
        .expect_err(&["the manifest has acme"]);
}

#[test]
fn a_refused_document_keeps_its_umbrella_and_not_the_others_from_being_written() {
    let workspace = workspace(WITHOUT_RUNTIME);
    let broken = DOCUMENT.replace("#/components/schemas/Pet", "#/components/schemas/Gone");
    workspace.put("specs/fish.yaml", &broken);
    workspace.codegen(&[]).expect_status(2).expect_err(&[
        "specs/fish.yaml",
        "`acme` wasn't generated because of the errors in `acme-fish`",
    ]);
    assert!(workspace.path("acme/crates/acme-dogs/Cargo.toml").exists());
    assert!(!workspace.path("acme/Cargo.toml").exists());
}

#[test]
fn errors_in_the_manifest_have_a_line() {
    for (added, expected) in [
        (
            "",
            "wiretrue.toml:2:13: error: `specs/dogs.yaml` and `specs/acme_dogs.yaml` are all named `dogs`",
        ),
        (
            "[acme.document.dogs]\nname = 1\n",
            "wiretrue.toml:5:8: error: the name isn't a string",
        ),
        (
            "[acme.document.horses]\nname = \"x\"\n",
            "wiretrue.toml:4:16: error: no document is named `horses`",
        ),
        (
            "[acme.document.dogs]\nlicence = \"MIT\"\n",
            "unknown field `licence`",
        ),
        (
            "document = \"specs/fish.yaml\"\n",
            "wiretrue.toml:4:12: error: `document` is set beside `documents`",
        ),
        (
            "[pets]\ndocument = \"spec/pets.yaml\"\nfolder = \"acme/crates/pets\"\n",
            "wiretrue.toml:4:2: error: `acme` and `pets` share a folder",
        ),
        (
            "[pets]\ndocument = \"spec/pets.yaml\"\nfolder = \"pets\"\npackage = \"acme-fish\"\n",
            "`acme-fish` and `pets` have the same package name",
        ),
    ] {
        let workspace = workspace(
            "[acme]\ndocuments = [\"specs/dogs.yaml\", \"specs/*.yaml\"]\nfolder = \"acme\"\n",
        );
        let manifest = workspace.get("wiretrue.toml");
        workspace.put("wiretrue.toml", &format!("{manifest}{added}"));
        workspace.put("specs/dogs.yaml", &document("Other dogs"));
        workspace
            .codegen(&[])
            .expect_status(2)
            .expect_err(&[expected]);
    }
    for (documents, expected) in [
        ("\"nothing/*.yaml\"", "`nothing/*.yaml` matches no file"),
        ("\"specs/***\"", "`specs/***` isn't a pattern"),
        ("\"/specs/*.yaml\"", "the path of the documents is absolute"),
        (
            "[]",
            "`documents` is neither a string nor a list of strings",
        ),
        ("[1]", "the document isn't a string"),
    ] {
        let workspace = workspace(&format!(
            "[acme]\ndocuments = {documents}\nfolder = \"acme\"\n"
        ));
        let run = workspace.codegen(&[]).expect_status(2);
        run.expect_err(&["wiretrue.toml:2:", expected]);
    }
}

#[test]
fn the_command_line_takes_a_pattern_or_several_documents() {
    let workspace = workspace(MANIFEST);
    let pattern = ["specs/*.yaml", "--out", "one/acme"];
    workspace.codegen(&pattern).expect_status(0);
    let listed = [
        "specs/acme_cats_v1.yaml",
        "specs/acme_dogs.yaml",
        "specs/fish.yaml",
        "--out",
        "two/acme",
    ];
    workspace.codegen(&listed).expect_status(0);
    let (mut one, mut two) = (workspace.files("one"), workspace.files("two"));
    // The umbrella's files name the documents.
    for files in [&mut one, &mut two] {
        files.retain(|path, _| path.starts_with("acme/crates/"));
    }
    assert!(one.len() > 100);
    assert_eq!(one, two);
    let umbrella = manifest_of(&workspace, "one/acme");
    assert_eq!(
        umbrella["workspace"]["members"],
        toml::Value::Array(vec!["crates/*".into()])
    );
    workspace.check(&pattern).expect_status(0);
    fs::remove_file(workspace.path("one/acme/README.md")).unwrap();
    workspace
        .check(&pattern)
        .expect_status(1)
        .expect_err(&["help: run `wiretrue generate 'specs/*.yaml' --out one/acme`"]);
    workspace
        .codegen(&["none/*.yaml", "--out", "none"])
        .expect_status(2)
        .expect_err(&["`none/*.yaml` matches no file"]);
    workspace.put("more/fish.yaml", DOCUMENT);
    workspace
        .codegen(&["specs/fish.yaml", "more/fish.yaml", "--out", "none"])
        .expect_status(2)
        .expect_err(&["`specs/fish.yaml` and `more/fish.yaml` are all named `fish`"]);
}

#[test]
fn a_new_client_is_of_one_document() {
    let workspace = workspace(MANIFEST);
    workspace
        .wiretrue(&["new", "specs/fish.yaml", "specs/acme_dogs.yaml"])
        .expect_status(2)
        .expect_err(&["`new` takes a single document", "wiretrue generate"]);
}
