use std::fs;
use std::path::Path;

use super::module::Module;
use super::{BuildError, Builder, instruction};
use crate::{Options, Source, generate};

const DOCUMENT: &str = r##"
openapi: 3.1.0
info: { title: Paths, version: "1" }
paths:
  /a:
    get:
      operationId: getA
      tags: [a]
      description: See `crate::models`.
      parameters: [{ name: "crate::b", in: query, schema: { type: string, const: "crate::c" } }]
      responses: { "200": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/D" } } } } }
components:
  schemas:
    D: { type: object, properties: { "crate::e": { type: string } } }
"##;

fn client() -> crate::Generated {
    let source = Source::new("openapi.yaml", DOCUMENT);
    generate(&source, &Options::new("client")).unwrap_or_else(|it| panic!("{it}"))
}

#[test]
fn paths_lead_to_the_module_and_text_stays() {
    let client = client();
    let module = Module::new("clients::api").unwrap();
    let tree = module.tree(&client.tree, &["mock"]).unwrap();
    let text = tree.get("src/apis/a.rs").unwrap();
    assert!(text.contains("crate::clients::api::models"), "{text}");
    assert!(text.contains("(crate::clients::api::Error)"), "{text}");
    assert!(text.contains("\"crate::b\""), "{text}");
    assert!(text.contains("#[cfg(feature = \"mock\")]"), "{text}");
    assert!(!text.contains("no_run"), "{text}");
    let model = tree.get("src/models/d.rs").unwrap();
    assert!(model.contains("\"crate::e\""), "{model}");
    for (path, text) in tree.iter() {
        assert!(path != "src/lib.rs" && path.starts_with("src/"), "{path}");
        syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
}

#[test]
fn the_file_to_include_has_no_attributes_of_its_own() {
    let client = client();
    let module = Module::new("clients::api").unwrap();
    let text = module.file(&client.tree, &["mock"]).unwrap();
    let file = syn::parse_file(&text).unwrap();
    assert!(file.attrs.is_empty(), "{text}");
    assert!(text.contains("#[path = \"api/src/apis/mod.rs\"]"), "{text}");
    assert!(text.contains("#[path = \"api/src/client.rs\"]"), "{text}");
    assert!(!text.contains("doctest"), "{text}");
}

#[test]
fn a_module_is_named_by_a_path_or_the_document() {
    for wrong in ["", "::a", "crate::a", "a::self", "a<b>", "a b", "a-b"] {
        assert!(Module::new(wrong).is_err(), "{wrong:?}");
    }
    for (document, name) in [
        ("specs/Pet-Store.v1.yaml", "pet_store_v1"),
        ("1.json", "n1"),
    ] {
        assert_eq!(Module::of_document(Path::new(document)).name(), name);
    }
}

fn build(document: &str, folder: &Path) -> Result<(), BuildError> {
    let path = folder.join("api.yaml");
    fs::write(&path, document).unwrap();
    Builder::new(path).out_dir(folder.join("out")).generate()
}

#[test]
fn errors_name_the_document_and_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    let broken = DOCUMENT.replace("responses: {", "responses: 1 #");
    let error = build(&broken, folder.path())
        .expect_err("an error")
        .to_string();
    assert!(error.contains("api.yaml:11:"), "{error}");
    let missing = Builder::new(folder.path().join("none.yaml")).generate();
    let error = missing.expect_err("an error");
    assert!(error.to_string().contains("can't read"), "{error}");
    assert_eq!(format!("{error:?}"), error.to_string());
    let unknown = Builder::new(folder.path().join("api.yaml")).feature("colour");
    fs::write(folder.path().join("api.yaml"), DOCUMENT).unwrap();
    let error = unknown.generate().expect_err("an error").to_string();
    assert!(error.contains("no feature \"colour\"; it has"), "{error}");
}

#[test]
fn the_files_that_a_document_refers_to_are_known() {
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("api.yaml");
    let text = DOCUMENT.replace("\"#/components/schemas/D\"", "other.yaml#/D");
    fs::write(&document, text).unwrap();
    fs::write(folder.path().join("other.yaml"), "D: { type: string }").unwrap();
    fs::write(folder.path().join("unrelated.yaml"), "").unwrap();
    let source = Source::read(&document).unwrap();
    generate(&source, &Options::new("client")).unwrap_or_else(|it| panic!("{it}"));
    let other = fs::canonicalize(folder.path().join("other.yaml")).unwrap();
    assert_eq!(Vec::from_iter(source.files_read()), [other]);
}

#[test]
fn an_instruction_is_one_line() {
    let text = instruction("warning", "a\r\ncargo::rustc-cfg=b\u{85}");
    assert_eq!(text, "cargo::warning=a  cargo::rustc-cfg=b ");
}
