//! Tests of the views that templates get, and of the files that templates generate.

use std::fs;
use std::path::{Path, PathBuf};

use boon::{Compiler, Schemas};
use serde_json::Value;
use wiretrue_codegen::Options;
use wiretrue_codegen::extend::inspect::{UnknownName, Wording};
use wiretrue_codegen::extend::view::schema;
use wiretrue_codegen::output::Change;

use crate::golden_options;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn inspection(case: &str) -> wiretrue_codegen::Inspection {
    let folder = golden().join(case);
    let options = golden_options::read(&folder, case);
    wiretrue_codegen::inspect(&golden_options::source(&folder), &options)
        .unwrap_or_else(|refused| panic!("{case}: {refused}"))
}

/// Returns all names in a view that `inspect` can be asked for.
fn names(client: &Value) -> Vec<String> {
    let list = |view: &Value, key: &str| view[key].as_array().cloned().unwrap_or_default();
    let text = |view: &Value, key: &str| view[key].as_str().unwrap_or_default().to_owned();
    let groups = list(client, "groups");
    let operations = groups.iter().flat_map(|group| list(group, "operations"));
    let operations = operations.map(|it| text(&it, "id"));
    let models = list(client, "models");
    let models = models.iter().map(|it| text(it, "ident"));
    operations
        .chain(models)
        .chain(groups.iter().map(|it| text(it, "ident")))
        .collect()
}

#[test]
fn what_inspect_prints_is_valid_for_every_golden_case() {
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    let address = "https://example.com/templates.schema.json";
    compiler.add_resource(address, schema()).unwrap();
    let schema = compiler.compile(address, &mut schemas).unwrap();
    let validate = |case: &str, view: &Value| {
        if let Err(error) = schemas.validate(view, schema) {
            panic!("{case}: {error:#}");
        }
    };
    let wrong = serde_json::json!({"version": 1, "group": {"tag": "x"}});
    schemas
        .validate(&wrong, schema)
        .expect_err("a view without its properties is invalid");
    for entry in fs::read_dir(golden()).unwrap().flatten() {
        let case = entry.file_name().to_string_lossy().into_owned();
        let inspection = inspection(&case);
        let whole = inspection.json(None).unwrap();
        validate(&case, &whole);
        let names = names(&whole["client"]);
        for name in [names.first(), names.last()].into_iter().flatten() {
            validate(&case, &inspection.json(Some(name)).unwrap());
        }
    }
}

/// `UPDATE_GOLDEN=1 cargo test -p wiretrue-codegen --test generation extend` updates the file.
#[test]
fn the_schema_is_the_documented_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/templates.schema.json");
    let text = format!("{:#}\n", schema());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    assert!(committed == text, "update it with UPDATE_GOLDEN=1");
}

#[test]
fn inspect_shows_what_an_operation_and_a_model_become() {
    let inspection = inspection("templates");
    let wording = Wording {
        locate: &|_| Some("openapi.yaml:1".to_owned()),
        reason: &|reason| format!("{reason:?}"),
    };
    let text = inspection.text(Some("listPets"), &wording).unwrap();
    for line in [
        "operation listPets\n",
        "  document    openapi.yaml:1 (#/paths/~1pets/get)\n",
        "  request     GET /pets\n",
        "  call        client.pets().list_pets(…)\n",
        "  type        crate::apis::ListPets\n",
        "  output      Vec<crate::models::Pet>\n",
        "  setter      r#type: String  ← query type, openapi.yaml:1 (#/paths/~1pets/get/parameters/1)\n",
        "  success     200: Vec<crate::models::Pet>  ← openapi.yaml:1 (#/paths/~1pets/get/responses/200)\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    let text = inspection.text(Some("Pet"), &wording).unwrap();
    for line in [
        "model Pet\n",
        "  type        crate::models::Pet (struct)\n",
        "  used in     responses\n",
        "  field       owner: Option<crate::models::Owner>  ← owner, optional, openapi.yaml:1 (#/components/schemas/Pet/properties/owner)\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    let patterns = self::inspection("pattern_properties");
    let text = patterns.text(Some("Settings"), &wording).unwrap();
    for line in [
        "  map         x_properties: BTreeMap<String, i64>  ← ^x-\n",
        "  map         extra: BTreeMap<String, serde_json::Value>  ← other properties\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    let list = inspection.text(None, &wording).unwrap();
    assert!(
        list.contains("PetsApi (client.pets())\n  list_pets "),
        "{list}"
    );
    let unknown = UnknownName {
        name: "listPet".to_owned(),
        nearest: Some("listPets".to_owned()),
    };
    assert_eq!(inspection.json(Some("listPet")), Err(unknown));
}

#[test]
fn inspect_gives_the_reasons_of_a_part() {
    let inspection = inspection("any_values");
    let wording = Wording {
        locate: &|_| None,
        reason: &|reason| format!("{reason:?}"),
    };
    let whole = inspection.json(None).unwrap();
    let texts = names(&whole["client"]).into_iter();
    let texts: String = texts
        .map(|name| inspection.text(Some(&name), &wording).unwrap())
        .collect();
    assert!(
        texts.contains("  untyped     NoType  ← #/components/schemas/"),
        "{texts}"
    );
}

#[test]
fn a_changed_template_is_drift_and_a_removed_one_leaves_an_orphan() {
    let folder = golden().join("templates");
    let options = golden_options::read(&folder, "case");
    let generate = |templates: wiretrue_codegen::Templates, options: &Options| {
        let source = golden_options::source(&folder).with_templates(templates);
        wiretrue_codegen::generate(&source, options)
            .unwrap_or_else(|it| panic!("{it}"))
            .tree
    };
    let with =
        |text: &str| wiretrue_codegen::Templates::default().with("src/ext/{group}.rs.jinja", text);
    let scratch = tempfile::tempdir().unwrap();
    generate(with("pub struct A;"), &options)
        .write(scratch.path())
        .unwrap();
    let paths = |changes: Vec<Change>| -> Vec<String> {
        changes
            .iter()
            .map(|it| {
                format!("{it:?}")
                    .split([' ', '{'])
                    .next()
                    .unwrap_or_default()
                    .to_owned()
                    + " "
                    + it.path()
            })
            .collect()
    };
    let changed = generate(with("pub struct B;"), &options)
        .diff(scratch.path())
        .unwrap();
    assert_eq!(
        paths(changed),
        ["Changed src/ext/owners.rs", "Changed src/ext/pets.rs"]
    );
    let removed = generate(wiretrue_codegen::Templates::default(), &options)
        .write(scratch.path())
        .unwrap();
    assert_eq!(
        paths(removed),
        [
            "Orphan src/ext/mod.rs",
            "Orphan src/ext/owners.rs",
            "Orphan src/ext/pets.rs",
            "Changed src/lib.rs"
        ]
    );
    assert!(!scratch.path().join("src/ext").exists());
}

#[test]
fn a_hand_written_file_is_not_overwritten() {
    let folder = golden().join("templates");
    let options = golden_options::read(&folder, "case");
    let generated = wiretrue_codegen::generate(&golden_options::source(&folder), &options);
    let tree = generated.unwrap_or_else(|it| panic!("{it}")).tree;
    let scratch = tempfile::tempdir().unwrap();
    fs::create_dir_all(scratch.path().join("src/ext")).unwrap();
    let mine = scratch.path().join("src/ext/named.rs");
    fs::write(&mine, "// Mine.").unwrap();
    let error = tree
        .write(scratch.path())
        .expect_err("the file is hand-written")
        .to_string();
    assert!(
        error.contains("src/ext/named.rs is hand-written"),
        "{error}"
    );
    assert_eq!(fs::read_to_string(&mine).unwrap(), "// Mine.");
    assert!(
        !scratch.path().join("src/lib.rs").exists(),
        "nothing is written"
    );
}
