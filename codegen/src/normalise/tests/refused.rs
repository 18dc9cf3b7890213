//! Tests of inputs that are rejected or repaired: the pointer, message and help of each diagnostic.

use super::normalise;
use crate::diagnostic::{Diagnostics, Severity};
use crate::parse::{Source, parse};

/// Returns whether a document is accepted, and its diagnostics as `severity pointer: message; help`.
fn outcome(rest: &str) -> (bool, Vec<String>) {
    let text = format!("openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\n{rest}");
    let mut diagnostics = Diagnostics::default();
    let source = Source::new("test.yaml", text);
    let document = parse(&source, &mut diagnostics).expect("a document");
    normalise(document, &mut diagnostics);
    let accepted = !diagnostics.has_errors();
    let texts = diagnostics.iter().map(|it| {
        let severity = match it.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        format!("{severity} {}: {}; {}", it.pointer, it.message, it.help)
    });
    (accepted, texts.collect())
}

#[track_caller]
fn assert_refused(rest: &str, errors: &[&str]) {
    let (accepted, texts) = outcome(rest);
    assert!(!accepted, "{texts:#?}");
    assert_eq!(texts, errors);
}

#[track_caller]
fn assert_warned(rest: &str, warnings: &[&str]) {
    let (accepted, texts) = outcome(rest);
    assert!(accepted, "{texts:#?}");
    assert_eq!(texts, warnings);
}

/// Returns a document with one operation with these lines.
fn operation(lines: &str) -> String {
    format!(
        "paths:\n  /pets/{{id}}:\n    get:\n{lines}\n      responses: {{204: {{description: d}}}}\n"
    )
}

const ID: &str = "{name: id, in: path, required: true, schema: {type: string}}";

#[test]
fn a_reference_to_nothing_is_an_error() {
    assert_refused(
        "paths: {}
components:
  schemas:
    Pet: {type: object, properties: {a: {$ref: '#/components/schemas/Pets'}, b: {$ref: '#/nowhere'}}}
",
        &[
            "error #/components/schemas/Pet/properties/a/$ref: `#/components/schemas/Pets` doesn't exist; did you mean `#/components/schemas/Pet`?",
            "error #/components/schemas/Pet/properties/b/$ref: `#/nowhere` doesn't exist; add the definition, or correct the `$ref`",
            "warning #/paths: the document has no operations; add operations to `paths`",
        ],
    );
    assert_refused(
        &operation("      parameters: [{$ref: '#/components/parameters/Id'}]"),
        &[
            "error #/paths/~1pets~1{id}/get/parameters/0/$ref: `#/components/parameters/Id` doesn't exist; add the definition, or correct the `$ref`",
            "warning #/paths/~1pets~1{id}/get: no parameter describes `{id}` in the path, so it takes a string; add a parameter with this name and `in: path`",
        ],
    );
}

#[test]
fn a_reference_to_another_kind_of_object_is_an_error() {
    assert_refused(
        "paths:
  /a:
    get:
      parameters: [{$ref: '#/components/schemas/A'}]
      responses: {204: {description: d, content: {application/json: {schema: {$ref: '#/components/responses/B'}}}}}
components:
  schemas: {A: {type: string}}
  responses: {B: {description: d}}
",
        &[
            "error #/paths/~1a/get/responses/204/content/application~1json/schema/$ref: `#/components/responses/B` is a Response Object; refer to a Schema Object instead",
            "error #/paths/~1a/get/parameters/0/$ref: `#/components/schemas/A` is a Schema Object; refer to a Parameter Object instead",
        ],
    );
}

#[test]
fn a_circular_reference_is_an_error() {
    assert_refused(
        "paths:
  /a: {get: {parameters: [{$ref: '#/components/parameters/One'}], responses: {204: {description: d}}}}
components:
  parameters:
    One: {$ref: '#/components/parameters/Two'}
    Two: {$ref: '#/components/parameters/One'}
  schemas:
    Self: {$ref: '#/components/schemas/Self'}
",
        &[
            "error #/components/schemas/Self/$ref: circular `$ref`: #/components/schemas/Self → #/components/schemas/Self; replace one of these `$ref`s with a definition",
            "error #/components/parameters/One/$ref: circular `$ref`: #/components/parameters/One → #/components/parameters/Two → #/components/parameters/One; replace one of these `$ref`s with a definition",
        ],
    );
}

#[test]
fn a_long_chain_of_references_is_an_error() {
    let mut document = String::from(
        "paths:
  /a: {get: {parameters: [{$ref: '#/components/parameters/P0'}], responses: {204: {description: d}}}}
components:
  parameters:
",
    );
    for index in 0..200 {
        document.push_str(&format!(
            "    P{index}: {{$ref: '#/components/parameters/P{}'}}\n",
            index + 1
        ));
    }
    document.push_str("    P200: {name: p, in: query, schema: {type: string}}\n");
    assert_refused(
        &document,
        &[
            "error #/components/parameters/P98/$ref: more than 100 `$ref`s refer to each other in a chain; refer to the target directly",
        ],
    );
}

#[test]
fn a_parameter_that_is_ignored_is_a_warning() {
    let lines = format!(
        "      parameters:
        - {ID}
        - {{name: Accept, in: header, schema: {{type: string}}}}
        - {{name: page, in: query, schema: {{type: string}}}}
        - {{name: page, in: query, schema: {{type: integer}}}}
        - {{name: other, in: path, required: true, schema: {{type: string}}}}"
    );
    assert_warned(
        &operation(&lines),
        &[
            "warning #/paths/~1pets~1{id}/get/parameters/1: OpenAPI ignores the header parameter `Accept`; the client sets it from the media types and the security schemes",
            "warning #/paths/~1pets~1{id}/get/parameters/3: the parameter `page` is declared twice; this declaration is ignored; remove one of the two",
            "warning #/paths/~1pets~1{id}/get/parameters/4: the path `/pets/{id}` doesn't contain `{other}`, so this parameter is ignored; add it to the path, or remove the parameter",
        ],
    );
}

#[test]
fn a_header_that_frames_the_request_is_no_parameter() {
    for name in ["Content-Length", "host", "Transfer-Encoding", "CONNECTION"] {
        let lines = format!(
            "      parameters:
        - {ID}
        - {{name: {name}, in: header, required: true, schema: {{type: string}}}}"
        );
        let warning = format!(
            "warning #/paths/~1pets~1{{id}}/get/parameters/1: the client ignores the header parameter `{name}`; HTTP sets it from the URL, the body and the connection, and another value would break the request"
        );
        assert_warned(&operation(&lines), &[&warning]);
    }
}

#[test]
fn an_unknown_security_scheme_is_a_warning() {
    let lines = format!("      parameters: [{ID}]\n      security: [{{missing: []}}]");
    assert_warned(
        &operation(&lines),
        &[
            "warning #/paths/~1pets~1{id}/get/security/0/missing: no security scheme is named `missing`, so this alternative is ignored; declare it in `components.securitySchemes`",
        ],
    );
}

#[test]
fn a_duplicate_operation_id_is_a_warning() {
    assert_warned(
        "paths:
  /a: {get: {operationId: same, responses: {204: {description: d}}}}
  /b: {get: {operationId: same, responses: {204: {description: d}}}}
",
        &[
            "warning #/paths/~1b/get/operationId: the operationId `same` also belongs to GET /a (#/paths/~1a/get), so this operation is named `same_get_b`; give each operation a unique `operationId`",
        ],
    );
}

#[test]
fn a_document_without_operations_is_a_warning() {
    assert_warned(
        "paths: {}",
        &["warning #/paths: the document has no operations; add operations to `paths`"],
    );
}

#[test]
fn errors_of_parsing_do_not_hide_errors_of_references() {
    // References to an object that parsing rejected cause no further errors.
    assert_refused(
        "paths: {}
components:
  schemas:
    Bad: 5
    A: {type: object, properties: {bad: {$ref: '#/components/schemas/Bad'}, gone: {$ref: '#/components/schemas/Gone'}}}
",
        &[
            "error #/components/schemas/Bad: expected an object, found a number; use a Schema Object here",
            "error #/components/schemas/A/properties/gone/$ref: `#/components/schemas/Gone` doesn't exist; add the definition, or correct the `$ref`",
            "warning #/paths: the document has no operations; add operations to `paths`",
        ],
    );
}
