//! Documents, manifests and arguments that are rejected.

use std::fs;

use super::broken;
use super::workspace::{DOCUMENT, Workspace};

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
fn an_unknown_client_is_refused_and_the_known_ones_are_named() {
    let run = Workspace::new()
        .codegen(&["--client", "pets"])
        .expect_status(2);
    run.expect_err(&["there is no client `pets`", "the manifest has pet-store"]);
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
