//! Tests `wiretrue contract` as users run it.

mod workspace;

use std::ffi::OsStr;

use serde_json::{Value, json};

use workspace::{DOCUMENT, Run, Workspace};

/// A document in which a schema doesn't exist.
fn refused() -> String {
    DOCUMENT.replace("#/components/schemas/Pet", "#/components/schemas/Gone")
}

/// Runs the command in an environment in which no program is found.
fn without_programs(workspace: &Workspace, words: &[&str]) -> Run {
    let nowhere = workspace.path("nowhere");
    workspace.wiretrue_with(words, &[("PATH", nowhere.as_os_str())])
}

fn parsed(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.out))
}

#[test]
fn a_refused_document_needs_no_python() {
    let workspace = Workspace::new();
    workspace.put("spec/pets.yaml", &refused());
    for words in [&["contract"][..], &["contract", "spec/pets.yaml"]] {
        without_programs(&workspace, words)
            .expect_status(2)
            .expect_err(&[
                "spec/pets.yaml:23:31: error: `#/components/schemas/Gone` doesn't exist",
                "help: add the definition, or correct the `$ref`",
            ]);
    }
    assert!(!workspace.path("target/contract/clients").exists());
}

#[test]
fn a_missing_python_is_an_error() {
    let workspace = Workspace::new();
    without_programs(&workspace, &["contract"])
        .expect_status(2)
        .expect_err(&[
            "error: Python with venv isn't installed",
            "help: install Python 3.10 or later with venv",
        ]);
    without_programs(&workspace, &["contract", "gone.yaml"])
        .expect_status(2)
        .expect_err(&["gone.yaml"]);
}

#[test]
fn programs_get_one_json_document() {
    let workspace = Workspace::new();
    let run = without_programs(&workspace, &["contract", "--json"]).expect_status(2);
    assert_eq!(run.err, "");
    let output = parsed(&run);
    assert_eq!(output["version"], 1);
    assert_eq!(output["outcome"], "refused");
    assert_eq!(output["exit_code"], 2);
    assert_eq!(
        output["diagnostics"][0]["message"],
        "Python with venv isn't installed"
    );
    workspace.put("spec/pets.yaml", &refused());
    let run = without_programs(&workspace, &["contract", "--json"]).expect_status(2);
    assert_eq!(run.err, "");
    let output = parsed(&run);
    assert_eq!(output["clients"], json!([]));
    assert_eq!(output["diagnostics"][0]["file"], "spec/pets.yaml");
    assert_eq!(output["diagnostics"][0]["line"], 23);
}

/// Needs cargo with its registry, and Python with openapi-core, which is installed below the target folder.
#[test]
#[ignore = "needs Python and minutes: the step `contract` of `cargo xtask ci` runs it"]
fn a_client_is_tested_and_its_document_judged() {
    let workspace = Workspace::new();
    // The second document contradicts itself; a refused one beside it doesn't prevent the others.
    let wrong = DOCUMENT.replace(
        "schema: { $ref: \"#/components/schemas/Pet\" }",
        "example: { name: 7 }\n              schema: { $ref: \"#/components/schemas/Pet\" }",
    );
    workspace.put("spec/wrong.yaml", &wrong);
    workspace.put("spec/refused.yaml", &refused());
    // Other runs have built the dependencies there already.
    let target = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("contract");
    let shared: [(&str, &OsStr); 1] = [("CARGO_TARGET_DIR", target.as_os_str())];
    let words = ["contract", "spec/pets.yaml", "spec/wrong.yaml"];
    let run = workspace.wiretrue_with(&words, &shared).expect_status(0);
    let run = run.expect_err(&[
        "Generated pets and ",
        "Tested pets: 1 of 1 operations called, ",
    ]);
    for text in ["Examples that violate their schema (1):", "2 documents"] {
        assert!(run.out.contains(text), "{}", run.out);
    }

    let words = ["contract", "--json", "spec/wrong.yaml", "spec/refused.yaml"];
    let run = workspace.wiretrue_with(&words, &shared).expect_status(2);
    assert_eq!(run.err, "");
    let output = parsed(&run);
    let [client] = output["clients"].as_array().unwrap().as_slice() else {
        panic!("{output}");
    };
    assert_eq!(client["client"], "wrong");
    assert_eq!(client["outcome"], "passed");
    let contract = &client["contract"];
    assert_eq!(contract["operations"], 1);
    assert_eq!(contract["called"], 1);
    assert_eq!(contract["valid"], contract["requests"]);
    let findings = contract["findings"].as_array().unwrap();
    let contradiction = findings.iter().find(|it| it["kind"] == "contradiction");
    let contradiction = contradiction.unwrap_or_else(|| panic!("{contract}"));
    assert_eq!(contradiction["failure"], false);
    assert!(contradiction["pointer"].is_string() && contradiction["message"].is_string());
    assert_eq!(output["diagnostics"][0]["file"], "spec/refused.yaml");
}
