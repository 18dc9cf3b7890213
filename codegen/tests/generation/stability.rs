//! Tests that the output is deterministic, and that a small change of a document causes a small change of
//! the output.

use std::collections::BTreeMap;

use wiretrue_codegen::{Options, Source};

const DOCUMENT: &str = r#"
openapi: 3.0.3
info: {title: Pets, version: 1.0.0}
servers: [{url: https://api.example.com}]
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      parameters:
        - {name: status, in: query, schema: {type: string, enum: [old, new]}}
      responses:
        "200":
          description: Pets.
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}
components:
  schemas:
    Pet:
      type: object
      properties:
        owner: {type: object, properties: {name: {type: string}}}
        pet_kind: {type: string, enum: [cat, dog]}
    pet_kind: {type: string, enum: [a]}
    PetKind: {type: string, enum: [b]}
"#;

fn made(text: &str) -> BTreeMap<String, String> {
    let generated =
        match wiretrue_codegen::generate(&Source::new("pets.yaml", text), &Options::new("pets")) {
            Ok(generated) => generated,
            Err(refused) => panic!("{refused}"),
        };
    generated
        .tree
        .iter()
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .collect()
}

#[test]
fn the_output_is_deterministic() {
    assert_eq!(made(DOCUMENT), made(DOCUMENT));
}

#[test]
fn moving_a_schema_renames_nothing() {
    let line = "    PetKind: {type: string, enum: [b]}\n";
    let moved = DOCUMENT
        .replace(line, "")
        .replace("  schemas:\n", &format!("  schemas:\n{line}"));
    assert_ne!(moved, DOCUMENT);
    let (before, after) = (made(DOCUMENT), made(&moved));
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>()
    );
    for (path, text) in before.iter().filter(|(path, _)| path.starts_with("src/")) {
        assert_eq!(text, &after[path], "{path}");
    }
}

#[test]
fn adding_a_schema_renames_nothing() {
    let added = format!(
        "{DOCUMENT}    Toy: {{type: object, properties: {{pet_kind: {{type: string, enum: [c]}}}}}}\n"
    );
    let (before, after) = (made(DOCUMENT), made(&added));
    let changed: Vec<_> = before
        .iter()
        .filter(|(path, text)| after.get(*path) != Some(text))
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(
        changed,
        ["README.md", "src/models/mod.rs"],
        "only the lists of models grow"
    );
}
