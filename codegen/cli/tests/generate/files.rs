//! The files of a crate: what is written, compared, deleted and left alone.

use std::fs;
use std::time::{Duration, SystemTime};

use wiretrue_codegen::output::{MARKER, is_marked};

use super::workspace::{DOCUMENT, Workspace};

/// The line of `DOCUMENT` that refers to a schema of its own.
const REFERENCE: &str = "        owner: { $ref: \"#/components/schemas/Owner\" }\n";

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
