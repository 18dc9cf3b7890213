//! Templates of one's own and `wiretrue inspect`, run as a person runs them.

mod workspace;

use std::fs;

use workspace::Workspace;

const PATH: &str = "impl {{ operation.ident }} {
    /// The path.
    pub const PATH: &'static str = {{ operation.path }};
}
";

/// A workspace whose client has a template.
fn with_template() -> Workspace {
    let workspace = Workspace::new();
    let manifest = fs::read_to_string(workspace.path("wiretrue.toml")).unwrap();
    workspace.put("wiretrue.toml", &format!("{manifest}templates = \"my\"\n"));
    workspace.put("my/operation.impl.jinja", PATH);
    workspace
}

#[test]
fn a_template_extends_a_client_and_a_change_of_it_is_drift() {
    let workspace = with_template();
    workspace.codegen(&[]).expect_status(0);
    let code = fs::read_to_string(workspace.path("pets/src/apis/pets.rs")).unwrap();
    assert!(
        code.contains("pub const PATH: &'static str = \"/pets/{id}\";"),
        "{code}"
    );
    workspace.wiretrue(&["check"]).expect_status(0);
    workspace.put("my/operation.impl.jinja", &PATH.replace("PATH", "TEMPLATE"));
    let check = workspace.wiretrue(&["check"]).expect_status(1);
    let check = check.expect_err(&["Changed pets/src/apis/pets.rs", "run `wiretrue generate`"]);
    assert!(
        check.out.contains("+    pub const TEMPLATE: &'static str"),
        "{}",
        check.out
    );
}

#[test]
fn an_error_is_located_in_the_template() {
    let workspace = with_template();
    workspace.put("my/operation.impl.jinja", &PATH.replace(".path", ".pth"));
    workspace.codegen(&[]).expect_status(2).expect_err(&[
        "my/operation.impl.jinja:3:39: error: the value `operation.pth` doesn't exist (#/paths/~1pets~1{id}/get)",
        "no crate was generated from spec/pets.yaml because of 1 error",
    ]);
    assert!(!workspace.path("pets").exists());
}

#[test]
fn a_document_outside_the_manifest_takes_templates_and_their_dependencies() {
    let workspace = Workspace::new();
    workspace.put("my/src/ext/{group}_cli.rs.jinja", "pub struct Command;\n");
    let args = ["spec/pets.yaml", "--out", "out", "--templates", "my"];
    let clap = "clap={ version = \"4.6\", features = [\"derive\"] }";
    let all = [
        &args[..],
        &["--dependency", clap, "--dependency", "regex=1"],
    ]
    .concat();
    workspace.codegen(&all).expect_status(0);
    assert!(workspace.path("out/src/ext/pets_cli.rs").exists());
    let manifest = fs::read_to_string(workspace.path("out/Cargo.toml")).unwrap();
    for line in [
        "clap = { version = \"4.6\", features = [\"derive\"] }\n",
        "regex = \"1\"\n",
    ] {
        assert!(manifest.contains(line), "{manifest}");
    }
    let wrong = [&args[..], &["--dependency", "clap"]].concat();
    workspace
        .codegen(&wrong)
        .expect_status(2)
        .expect_err(&["NAME=VERSION"]);
}

#[test]
fn a_hand_written_file_where_a_template_writes_stays() {
    let workspace = with_template();
    workspace.codegen(&[]).expect_status(0);
    workspace.put("pets/src/ext/mine.rs", "// Mine.\n");
    workspace.put("my/src/ext/mine.rs.jinja", "pub struct Theirs;\n");
    workspace
        .codegen(&[])
        .expect_status(2)
        .expect_err(&["src/ext/mine.rs is hand-written"]);
    assert_eq!(
        fs::read_to_string(workspace.path("pets/src/ext/mine.rs")).unwrap(),
        "// Mine.\n"
    );
}

#[test]
fn inspect_shows_a_part_with_its_places_and_prints_what_templates_get() {
    let workspace = Workspace::new();
    let text = workspace
        .wiretrue(&["inspect", "--name", "FetchPet"])
        .expect_status(0)
        .out;
    for line in [
        "operation FetchPet\n",
        "  document    spec/pets.yaml:9 (#/paths/~1pets~1{id}/get)\n",
        "  argument    id: String  ← path id, spec/pets.yaml:14 (#/paths/~1pets~1{id}/get/parameters/0)\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let json = workspace
        .wiretrue(&["inspect", "--name", "FetchPet", "--json"])
        .expect_status(0)
        .out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["operation"]["path"], "/pets/{id}");
    let list = workspace
        .wiretrue(&["inspect", "spec/pets.yaml"])
        .expect_status(0)
        .out;
    assert!(
        list.starts_with("PetsApi (client.pets())\n  fetch_pet "),
        "{list}"
    );
    workspace
        .wiretrue(&["inspect", "--name", "FetchPets"])
        .expect_status(2)
        .expect_err(&[
            "no operation, model or group `FetchPets`",
            "did you mean `FetchPet`?",
        ]);
}
