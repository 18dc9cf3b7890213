use super::operation;
use crate::ir::OperationId;

/// Returns the lines of an operation's example that use the client.
fn example(text: &str, schemas: &str) -> Vec<String> {
    let it = operation(
        &format!("{text}\nresponses: {{'200': {{description: ok}}}}"),
        schemas,
    );
    let example = it.context().example(OperationId(0), &it.api.operations[0]);
    example.map(|it| it.call()).unwrap_or_default()
}

#[test]
fn an_example_sets_required_inputs_and_some_of_the_others() {
    let lines = example(
        "
parameters:
  - {name: id, in: path, required: true, schema: {type: string}, example: p-1}
  - {name: a, in: query, schema: {type: integer, default: 5}}
  - {name: b, in: query, deprecated: true, schema: {type: string}}
  - {name: c, in: query, schema: {type: boolean}}
  - {name: d, in: query, schema: {type: string, format: date}}
  - {name: e, in: query, schema: {type: string}}
  - {name: f, in: query, schema: {type: string}}
",
        "",
    );
    assert_eq!(
        lines,
        [
            "# use client::Client;",
            "# async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {",
            "client",
            "    .default()",
            "    .op(\"p-1\")",
            "    .a(5)",
            "    .c(true)",
            "    .d(\"2026-01-31\".parse()?)",
            "    .e(\"e\")",
            "    .await?;",
            "# Ok(())",
            "# }",
        ]
    );
}

#[test]
fn a_body_consists_of_required_properties_and_examples() {
    let lines = example(
        "
requestBody:
  required: true
  content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
",
        "
Pet:
  type: object
  required: [name, kind, owner]
  properties:
    name: {type: string, example: Rex}
    kind: {type: string, enum: [cat, dog]}
    owner: {$ref: '#/components/schemas/Owner'}
    age: {type: integer}
Owner: {type: object, required: [id], properties: {id: {type: integer}}}
",
    );
    assert_eq!(lines[0], "# use client::{Client, models};");
    assert_eq!(
        lines[4..7],
        [
            "    .op(",
            "        models::Pet::new(\"Rex\", models::PetKind::Cat, models::Owner::new(1)),",
            "    )",
        ]
    );
}

#[test]
fn an_example_of_a_form_chooses_the_fields() {
    let lines = example(
        "
requestBody:
  content:
    application/x-www-form-urlencoded:
      schema: {type: object, properties: {a: {type: string}, b: {type: string}}}
      example: {b: x}
",
        "",
    );
    assert_eq!(lines[4..6], ["    .op()", "    .b(\"x\")"]);
}

#[test]
fn an_example_that_is_too_long_is_omitted() {
    let properties: Vec<String> = (0..80)
        .map(|at| format!("p{at}: {{type: string}}"))
        .collect();
    let required: Vec<String> = (0..80).map(|at| format!("p{at}")).collect();
    let lines = example(
        "
requestBody:
  required: true
  content: {application/json: {schema: {$ref: '#/components/schemas/Long'}}}
",
        &format!(
            "Long: {{type: object, required: [{}], properties: {{{}}}}}",
            required.join(", "),
            properties.join(", ")
        ),
    );
    assert!(lines.is_empty(), "{lines:?}");
}
