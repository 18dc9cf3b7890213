//! `wiretrue generate`, run as a person runs it: the binary, in a folder of its own.

mod workspace;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use wiretrue_codegen::output::{MARKER, is_marked};

use workspace::{DOCUMENT, Workspace};

/// The line of `DOCUMENT` that refers to a schema of its own.
const REFERENCE: &str = "        owner: { $ref: \"#/components/schemas/Owner\" }\n";

/// The document with a reference that leads nowhere.
fn broken() -> String {
    DOCUMENT.replace("#/components/schemas/Pet", "#/components/schemas/Gone")
}

#[test]
fn what_is_written_passes_the_check() {
    let workspace = Workspace::new();
    workspace
        .check(&[])
        .expect_status(1)
        .expect_err(&["Missing pets/Cargo.toml"]);
    assert!(!workspace.path("pets").exists(), "a check writes nothing");
    workspace.codegen(&[]).expect_status(0).expect_err(&[
        "Generated pet-store: 1 operation, 2 models, ",
        " created) in ",
    ]);
    let check = workspace
        .check(&[])
        .expect_status(0)
        .expect_err(&["Unchanged pet-store: "]);
    assert_eq!(check.out, "");
}

#[test]
fn every_generated_file_says_so() {
    let workspace = Workspace::written();
    let files = workspace.files("pets");
    assert!(files.len() > 4, "{:?}", files.keys());
    for (path, text) in files {
        assert!(is_marked(&text), "{path} doesn't say {MARKER}");
        assert!(!text.contains('\r'), "{path} has a carriage return");
    }
}

#[test]
fn twice_the_same_document_gives_the_same_bytes() {
    let (one, other) = (Workspace::written(), Workspace::written());
    assert_eq!(one.files("pets"), other.files("pets"));
}

#[test]
fn a_second_run_writes_nothing() {
    let workspace = Workspace::written();
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let files = workspace.files("pets");
    let time = |path: &str| {
        fs::metadata(workspace.path("pets").join(path))
            .unwrap()
            .modified()
            .unwrap()
    };
    for path in files.keys() {
        let file = fs::File::options()
            .write(true)
            .open(workspace.path("pets").join(path))
            .unwrap();
        file.set_modified(long_ago).unwrap();
    }
    workspace.put("pets/README.md", "tampered");
    let run = workspace
        .codegen(&["--verbose"])
        .expect_status(0)
        .expect_err(&["Updated pets/README.md", "(1 changed)"]);
    assert_eq!(run.err.lines().count(), 2, "{}", run.err);
    for path in files.keys().filter(|path| *path != "README.md") {
        assert_eq!(time(path), long_ago, "{path}");
    }
    assert_eq!(workspace.files("pets"), files);
}

#[test]
fn one_check_names_a_tampered_a_deleted_and_a_stray_file() {
    let workspace = Workspace::written();
    let manifest = workspace.get("pets/Cargo.toml");
    workspace.put("pets/Cargo.toml", &manifest.replace("edition", "# edition"));
    fs::remove_file(workspace.path("pets/src/lib.rs")).unwrap();
    workspace.put("pets/docs/Stray.md", "stray");
    let before = workspace.files("pets");
    let run = workspace.check(&[]).expect_status(1).expect_err(&[
        "Changed pets/Cargo.toml",
        "Missing pets/src/lib.rs",
        "Orphaned pets/docs/Stray.md",
        "error: 3 files differ from what the documents generate",
        "help: run `wiretrue generate`",
    ]);
    for header in [
        "--- a/pets/Cargo.toml\n+++ b/pets/Cargo.toml\n",
        "--- /dev/null\n+++ b/pets/src/lib.rs\n",
        "--- a/pets/docs/Stray.md\n+++ /dev/null\n",
    ] {
        assert!(run.out.contains(header), "{header}\n{}", run.out);
    }
    assert_eq!(workspace.files("pets"), before, "a check writes nothing");
}

#[test]
fn writing_mends_what_was_tampered_with_or_lost() {
    let workspace = Workspace::written();
    let files = workspace.files("pets");
    workspace.put("pets/Cargo.toml", "[package]\nname = \"tampered\"\n");
    fs::remove_dir_all(workspace.path("pets/docs")).unwrap();
    fs::remove_file(workspace.path("pets/README.md")).unwrap();
    workspace.codegen(&[]).expect_status(0);
    assert_eq!(workspace.files("pets"), files);
}

#[test]
fn everything_but_the_manifest_can_be_lost_and_comes_back() {
    let workspace = Workspace::written();
    let files = workspace.files("pets");
    for folder in ["pets/src", "pets/docs"] {
        fs::remove_dir_all(workspace.path(folder)).unwrap();
    }
    fs::remove_file(workspace.path("pets/README.md")).unwrap();
    workspace.codegen(&[]).expect_status(0);
    assert_eq!(workspace.files("pets"), files);
}

#[test]
fn hand_written_files_survive_and_are_named_where_they_are_in_the_way() {
    let workspace = Workspace::written();
    let by_hand = [
        "pets/tests/wire.rs",
        "pets/examples/fetch.rs",
        "pets/build.rs",
        "pets/src/helper.rs",
    ];
    for path in by_hand {
        workspace.put(path, path);
    }
    let told = "pets/src/helper.rs is hand-written";
    let run = workspace.codegen(&[]).expect_status(0).expect_err(&[
        "warning: ",
        told,
        "Unchanged pet-store: ",
    ]);
    assert!(!run.err.contains("wire.rs"), "{}", run.err);
    workspace
        .check(&[])
        .expect_status(1)
        .expect_err(&[told, "help: move the hand-written files"]);
    for path in by_hand {
        assert_eq!(workspace.get(path), path);
    }
}

#[test]
fn what_a_document_no_longer_has_is_deleted() {
    let workspace = Workspace::written();
    let before = workspace.files("pets");
    let (start, _) = DOCUMENT.split_once("    Owner:\n").unwrap();
    workspace.put("spec/pets.yaml", &start.replace(REFERENCE, ""));
    workspace
        .check(&[])
        .expect_status(1)
        .expect_err(&["Orphaned pets/"]);
    workspace
        .codegen(&["-v"])
        .expect_status(0)
        .expect_err(&["Deleted pets/", "deleted) in "]);
    let after = workspace.files("pets");
    let gone: Vec<_> = before
        .keys()
        .filter(|path| !after.contains_key(*path))
        .collect();
    assert!(
        !gone.is_empty()
            && gone
                .iter()
                .all(|path| path.to_lowercase().contains("owner")),
        "{gone:?}"
    );
    workspace.check(&[]).expect_status(0);
}

#[test]
fn a_changed_layout_leaves_no_file_of_the_other() {
    const MANIFEST: &str = "[pet-store]\ndocument = \"spec/pets.yaml\"\nfolder = \"pets\"\n";
    let workspace = Workspace::written();
    let by_kind = workspace.files("pets");
    let by_group = format!("{MANIFEST}layout = \"by-group\"\n");
    workspace.put("wiretrue.toml", &by_group);
    workspace.check(&[]).expect_status(1).expect_err(&[
        "Orphaned pets/src/models/pet.rs",
        "Missing pets/src/pets.rs",
    ]);
    workspace.codegen(&[]).expect_status(0);
    for folder in ["pets/src/apis", "pets/src/models"] {
        assert!(!workspace.path(folder).exists(), "{folder}");
    }
    let group = workspace.get("pets/src/pets.rs");
    for item in ["PetsApi", "FetchPet", "Pet", "Owner"] {
        assert!(group.contains(&format!("pub struct {item} {{")), "{item}");
    }
    workspace.check(&[]).expect_status(0);

    workspace.put("wiretrue.toml", MANIFEST);
    workspace.codegen(&[]).expect_status(0);
    assert_eq!(workspace.files("pets"), by_kind);
}

#[test]
fn a_refused_document_is_shown_with_its_places_and_nothing_is_written() {
    let workspace = Workspace::new();
    workspace.put("spec/pets.yaml", &broken());
    let at = broken()
        .lines()
        .position(|line| line.contains("Gone"))
        .unwrap()
        + 1;
    let place = format!("spec/pets.yaml:{at}:");
    for words in [&["generate"][..], &["check"], &["report"], &["dump", "api"]] {
        let run = workspace
            .wiretrue(words)
            .expect_status(2)
            .expect_err(&[&place, "error: ", "(#/", "  help: "]);
        assert_eq!(run.out, "");
        assert!(!workspace.path("pets").exists());
    }
}

#[test]
fn a_refused_document_leaves_its_crate_as_it_is_and_the_others_are_made() {
    let workspace = Workspace::written();
    let before = workspace.files("pets");
    workspace.put("spec/pets.yaml", &broken());
    workspace.put("spec/other.yaml", DOCUMENT);
    let manifest = workspace.get("wiretrue.toml");
    workspace.put(
        "wiretrue.toml",
        &format!("{manifest}[zebra]\ndocument = \"spec/other.yaml\"\nfolder = \"zebra\"\n"),
    );
    workspace.codegen(&[]).expect_status(2).expect_err(&[
        "no crate was generated from spec/pets.yaml",
        "Generated zebra: ",
    ]);
    assert_eq!(workspace.files("pets"), before);
    assert!(workspace.path("zebra/src/lib.rs").exists());
    workspace.codegen(&["--client", "zebra"]).expect_status(0);
    workspace
        .wiretrue(&["dump", "api"])
        .expect_status(2)
        .expect_err(&["choose one of pet-store, zebra"]);
}

#[test]
fn equal_warnings_are_one_with_the_number_of_places_unless_verbose() {
    let workspace = Workspace::new();
    let optional = DOCUMENT.replace("          required: true\n", "");
    let second = optional
        .split_once("paths:\n")
        .and_then(|(_, rest)| rest.split_once("components:"))
        .map(|(paths, _)| {
            paths
                .replace("/pets/", "/cats/")
                .replace("FetchPet", "FetchCat")
        })
        .unwrap();
    let text = optional.replace("components:", &format!("{second}components:"));
    workspace.put("spec/pets.yaml", &text);
    let message = "warning: a path parameter is always required";
    let run = workspace.codegen(&[]).expect_status(0);
    assert_eq!(run.err.matches(message).count(), 1, "{}", run.err);
    run.expect_err(&[
        "spec/pets.yaml:14:11: warning",
        "/get/parameters/0 and 1 more place, see --verbose)",
    ]);
    let run = workspace.codegen(&["--verbose"]).expect_status(0);
    assert_eq!(run.err.matches(message).count(), 2, "{}", run.err);
    let run = run.expect_err(&["spec/pets.yaml:29:11: warning"]);
    assert!(!run.err.contains("more place"), "{}", run.err);
}

#[test]
fn a_document_that_can_not_be_read_is_named() {
    let workspace = Workspace::new();
    fs::write(
        workspace.path("spec/pets.yaml"),
        b"openapi: 3.0.3\ninfo: \xff\n",
    )
    .unwrap();
    workspace
        .codegen(&[])
        .expect_status(2)
        .expect_err(&["spec/pets.yaml:2:7: error: the document isn't UTF-8"]);
    fs::remove_file(workspace.path("spec/pets.yaml")).unwrap();
    workspace
        .codegen(&[])
        .expect_status(2)
        .expect_err(&["can't read spec/pets.yaml"]);
}

#[test]
fn a_wrong_signature_of_webhooks_is_refused_with_file_and_line() {
    let workspace = Workspace::new();
    let client = "[pet-store]\ndocument = \"spec/pets.yaml\"\nfolder = \"pets\"\n";
    let signature = "[pet-store.webhooks.signature]\nheader = \"X-Signature\"\n";
    workspace.put(
        "wiretrue.toml",
        &format!("{client}\n{signature}algorithm = \"md5\"\n"),
    );
    workspace
        .codegen(&[])
        .expect_status(2)
        .expect_err(&["wiretrue.toml:7:", "error: unknown variant `md5`"]);
}

#[test]
fn a_bad_manifest_is_refused_with_file_and_line() {
    let workspace = Workspace::new();
    workspace.put(
        "wiretrue.toml",
        "[pet-store]\ndocument = \"spec/pets.yaml\"\nfolder = \"../pets\"\ncolour = 1\n",
    );
    workspace.codegen(&[]).expect_status(2).expect_err(&[
        "wiretrue.toml:3:10: error: the folder isn't below the workspace",
        "wiretrue.toml:4:1: error: unknown field `colour`",
    ]);
    fs::remove_file(workspace.path("wiretrue.toml")).unwrap();
    workspace
        .codegen(&[])
        .expect_status(2)
        .expect_err(&["found no wiretrue.toml in ", " or above\n"]);
}

#[test]
fn an_option_that_does_not_match_the_document_is_located_in_the_manifest() {
    let workspace = Workspace::new();
    workspace.put(
        "wiretrue.toml",
        "[pet-store]\ndocument = \"spec/pets.yaml\"\nfolder = \"pets\"\n[pet-store.derive]\n\
         \"Pet\" = [\"Clone\", \"a::B\"]\nPett = [\"Hash\"]\n",
    );
    workspace.codegen(&[]).expect_status(2).expect_err(&[
        "wiretrue.toml:5:19: error: `a::B` is in the crate `a`, which isn't in `dependencies`\n",
        "wiretrue.toml:6:1: error: `derive` lists `Pett`, but no model of the client matches\n  help: did you mean `Pet`?\n",
    ]);
}

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

#[test]
fn an_unknown_client_is_refused_and_the_known_ones_are_named() {
    let run = Workspace::new()
        .codegen(&["--client", "pets"])
        .expect_status(2);
    run.expect_err(&["there is no client `pets`", "the manifest has pet-store"]);
}

#[test]
fn a_folder_with_a_crate_that_is_not_generated_is_refused() {
    let workspace = Workspace::new();
    workspace.put("pets/Cargo.toml", "[package]\nname = \"by-hand\"\n");
    workspace.put("pets/src/lib.rs", "//! By hand.\n");
    let before = workspace.files("pets");
    for words in [
        &["generate"][..],
        &["check"],
        &["generate", "spec/pets.yaml", "--out", "pets"],
    ] {
        workspace
            .wiretrue(words)
            .expect_status(2)
            .expect_err(&["pets contains files that weren't generated"]);
    }
    assert_eq!(workspace.files("pets"), before);
}

#[test]
fn the_root_of_the_file_system_is_no_folder_for_a_crate() {
    let words = ["spec/pets.yaml", "--out", "/", "--package", "pets"];
    Workspace::new()
        .check(&words)
        .expect_status(2)
        .expect_err(&["is the root of the file system"]);
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
        run.out.contains("2  untyped     the schema states no type"),
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
fn arguments_that_do_not_go_together_are_refused() {
    let workspace = Workspace::new();
    for words in [
        &["--out", "out"][..],
        &["--package", "pets"],
        &["--json", "--colour"],
        &["--client", "pet-store", "spec/pets.yaml", "--out", "out"],
        &["spec/pets.yaml", "--out", "out", "--package", "no/name"],
        &["--select", "tag=pets"],
        &["spec/pets.yaml", "--out", "out", "--select", "pets"],
    ] {
        let run = workspace
            .codegen(words)
            .expect_status(2)
            .expect_err(&["error: ", "--help"]);
        assert_eq!(run.out, "", "{words:?}");
    }
    assert!(!workspace.path("pets").exists() && !workspace.path("out").exists());
}

#[test]
fn a_document_needs_a_folder() {
    let workspace = Workspace::new();
    for words in [
        &["generate", "spec/pets.yaml"][..],
        &["check", "spec/pets.yaml"],
        &["generate", "spec/pets.yaml", "another.yaml"],
    ] {
        workspace.wiretrue(words).expect_status(2).expect_err(&[
            "error: the folder of the crate is missing",
            "help: pass `--out DIR`, or create a client with `wiretrue new DOCUMENT`",
        ]);
    }
}

#[test]
fn without_a_command_the_help_is_shown() {
    let run = Workspace::new().wiretrue(&[]).expect_status(2);
    for text in ["Usage: wiretrue", "generate"] {
        assert!(run.err.contains(text), "{}", run.err);
    }
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
