//! Tests of `$ref`s in places where the specification has none.

use super::{ids, resolved};
use crate::diagnostic::Diagnostics;
use crate::normalise::normalise;
use crate::parse::{Source, parse};
use crate::pointer::Pointer;

#[test]
fn an_operation_and_maps_may_be_referenced() {
    let (resolved, said) = resolved(
        "3.0.3",
        "paths: {$ref: '#/x-paths'}
x-paths:
  /pets/{id}:
    get: {$ref: '#/x-operations/getPet', deprecated: true}
x-operations:
  getPet:
    operationId: getPet
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    responses: {$ref: '#/x-responses'}
x-responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}
components: {schemas: {$ref: '#/x-schemas'}}
x-schemas: {Pet: {type: object, properties: {$ref: '#/x-properties'}}}
x-properties: {name: {type: string}}
",
    );
    let operation = &resolved.operations[0];
    assert_eq!(
        (operation.id.as_str(), operation.deprecated),
        ("getPet", true)
    );
    assert_eq!(operation.parameters.len(), 1);
    let schema = operation.responses[0].content[0].schema.expect("a schema");
    let pet = resolved.schemas.get(schema);
    assert_eq!(pet.pointer.to_string(), "#/components/schemas/Pet");
    assert_eq!(pet.properties.keys().collect::<Vec<_>>(), ["name"]);
    let places: Vec<&str> = said.iter().filter_map(|it| it.split(' ').next()).collect();
    assert_eq!(
        places,
        [
            "#/paths/$ref",
            "#/x-paths/~1pets~1{id}/get/$ref",
            "#/x-operations/getPet/responses/$ref",
            "#/components/schemas/$ref",
            "#/x-schemas/Pet/properties/$ref",
        ]
    );
}

#[test]
fn references_of_another_file_stay_relative_to_it() {
    let source = Source::new(
        "api.yaml",
        "openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /pets: {get: {$ref: 'parts/operations.yaml#/listPets', requestBody: {$ref: '#/components/requestBodies/Body'}}}
components:
  schemas: {$ref: parts/schemas.yaml, Own: {allOf: {$ref: 'parts/schemas.yaml#/Pet'}}}
  requestBodies: {Body: {content: {application/json: {schema: {$ref: '#/components/schemas/Own'}}}}}
",
    );
    let source = source.with_file(
        "parts/operations.yaml",
        "listPets:
  operationId: listPets
  parameters: [{name: kind, in: query, schema: {$ref: 'schemas.yaml#/Kind'}}]
  responses: {'200': {description: d, content: {application/json: {schema: {$ref: 'schemas.yaml#/Pet'}}}}}
",
    );
    let source = source.with_file(
        "parts/schemas.yaml",
        "Pet: {type: object, properties: {kind: {$ref: '#/Kind'}}}\nKind: {type: string}\n",
    );
    let mut diagnostics = Diagnostics::default();
    let document = parse(&source, &mut diagnostics).expect("a document");
    let resolved = normalise(document, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{diagnostics}");
    assert_eq!(ids(&resolved), ["listPets"]);
    let operation = &resolved.operations[0];
    assert_eq!(operation.parameters[0].name, "kind");
    let schema = operation.responses[0].content[0].schema.expect("a schema");
    // One schema, whichever way leads to it.
    assert_eq!(
        resolved.schemas.get(schema).pointer.to_string(),
        "parts/schemas.yaml#/Pet"
    );
    let component = Pointer::root()
        .child("components")
        .child("schemas")
        .child("Pet");
    assert_eq!(resolved.components[&component], schema);
}

#[test]
fn a_reference_in_place_of_a_list_may_be_its_element() {
    let (resolved, said) = resolved(
        "3.0.3",
        "paths: {}
components:
  schemas:
    Pet: {allOf: {$ref: '#/components/schemas/Base'}, required: {$ref: '#/x-names'}}
    Base: {type: object, properties: {name: {type: string}}}
x-names: [name]
",
    );
    let schema = |name: &str| {
        let place = Pointer::root()
            .child("components")
            .child("schemas")
            .child(name);
        resolved.components[&place]
    };
    let pet = resolved.schemas.get(schema("Pet"));
    assert_eq!(pet.all_of, [schema("Base")]);
    assert_eq!(pet.required, ["name"]);
    // And one for the document without operations.
    assert_eq!(said.len(), 3, "{said:?}");
}
