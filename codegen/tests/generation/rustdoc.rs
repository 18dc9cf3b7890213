//! Tests of the documentation of generated clients.

use wiretrue_codegen::{Options, Source, Tree};

const DOCUMENT: &str = "
openapi: 3.0.3
info: {title: Pets, version: '1'}
servers: [{url: 'https://pets.example'}]
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      parameters:
        - {name: status, in: query, schema: {type: string}}
      responses:
        '200':
          description: ok
          headers: {X-Left: {schema: {type: integer}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
        '429':
          description: too many
          headers: {Retry-After: {schema: {type: integer}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Problem'}}}
        default:
          description: failed
          content: {application/json: {schema: {$ref: '#/components/schemas/Problem'}}}
components:
  schemas:
    Pet:
      type: object
      properties:
        name: {type: string}
        home: {type: object, properties: {street: {type: string}}}
    Problem: {title: PROBLEM, description: Why a request failed., type: object, properties: {code: {type: string}}}
";

fn tree(document: &str) -> Tree {
    let source = Source::new("pets.yaml", document);
    let generated = wiretrue_codegen::generate(&source, &Options::new("pets-client"));
    generated.unwrap_or_else(|refused| panic!("{refused}")).tree
}

/// Returns the documentation in a file, without comment markers and hidden lines.
fn docs(tree: &Tree, path: &str) -> String {
    let text = tree
        .get(path)
        .unwrap_or_else(|| panic!("{path} is missing"));
    let lines = text.lines().map(str::trim_start).filter_map(|line| {
        let line = line
            .strip_prefix("//!")
            .or_else(|| line.strip_prefix("///"))?;
        let line = line.strip_prefix(' ').unwrap_or(line);
        (!line.starts_with("# #") && !line.starts_with("# async")).then_some(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn contains(docs: &str, parts: &[&str]) {
    for part in parts {
        assert!(docs.contains(part), "{part}\nisn't in\n{docs}");
    }
}

#[test]
fn the_front_page_tells_errors_apart_and_reads_a_header() {
    let docs = docs(&tree(DOCUMENT), "src/lib.rs");
    contains(
        &docs,
        &[
            "use pets_client::{Client, Error, models};\n\nlet result = client\n    .pets()\n    .list_pets()\n    .await;",
            "Err(Error::Api(error)) if error.status() == 404 =>",
            "match error.body::<models::Problem>() {",
            "Err(error) if error.is_timeout() =>",
            "use pets_client::{Client, headers};\n\nlet response = client\n    .pets()\n    .list_pets()\n    \
             .response()\n    .await?;\nprintln!(\"{:?}\", response.header(headers::X_LEFT)?);",
            "| `rustls` | yes | TLS with rustls and the platform's certificates. |",
            "| `tracing` |  | ",
        ],
    );
}

#[test]
fn without_documented_headers_the_front_page_reads_any_header() {
    let document = DOCUMENT
        .replace(
            "          headers: {X-Left: {schema: {type: integer}}}\n",
            "",
        )
        .replace(
            "          headers: {Retry-After: {schema: {type: integer}}}\n",
            "",
        );
    let docs = docs(&tree(&document), "src/lib.rs");
    contains(&docs, &["response.headers.get(\"x-request-id\")"]);
    assert!(!docs.contains("[`headers`]"), "{docs}");
}

#[test]
fn a_call_names_its_request_its_headers_and_its_errors() {
    let docs = docs(&tree(DOCUMENT), "src/apis/pets.rs");
    let (_, call) = docs
        .split_once("Created by [`PetsApi::list_pets`]")
        .unwrap();
    contains(
        call,
        &[
            "Sends `GET /pets` with `Accept: application/json`.",
            "- 200: [`X_LEFT`](crate::headers::X_LEFT)",
            "- 429: [`models::Problem`], with the header [`RETRY_AFTER`](crate::headers::RETRY_AFTER)",
            "- any other status: [`models::Problem`]",
            "Sets the query parameter `status`.",
        ],
    );
}

#[test]
fn headers_and_models_without_a_description_are_introduced_in_words() {
    let tree = tree(DOCUMENT);
    contains(
        &docs(&tree, "src/headers.rs"),
        &[
            "response.header(headers::X_LEFT)?",
            "The response header `x-left`.\n\nResponses of the operation `listPets` have the header `x-left`.",
        ],
    );
    contains(
        &docs(&tree, "src/models/pet.rs"),
        &["The schema `Pet`.", "The property `name`."],
    );
    let home = docs(&tree, "src/models/pet_home.rs");
    contains(&home, &["The property `home` of the schema `Pet`."]);
    // The title says no more than the name.
    let problem = docs(&tree, "src/models/problem.rs");
    assert!(problem.starts_with("Why a request failed."), "{problem}");
}
