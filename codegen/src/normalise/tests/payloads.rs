//! Tests of bodies, encodings and examples.

use serde_json::json;

use super::resolved;
use crate::normalise::resolved::{Operation, Style};

fn operation(rest: &str) -> Operation {
    let document =
        format!("paths:\n  /a:\n    post:\n{rest}\n      responses: {{204: {{description: d}}}}\n");
    let (resolved, warnings) = resolved("3.0.3", &document);
    assert_eq!(warnings, [""; 0]);
    resolved
        .operations
        .into_iter()
        .next()
        .expect("an operation")
}

#[test]
fn a_request_body_keeps_its_media_types_in_order() {
    let operation = operation(
        "      requestBody:
        description: b
        required: true
        content:
          application/xml: {schema: {type: string}}
          application/json: {}",
    );
    let body = operation.request_body.expect("a body");
    assert_eq!(
        (body.description.as_deref(), body.required),
        (Some("b"), true)
    );
    let names: Vec<_> = body
        .content
        .iter()
        .map(|media| (media.name.as_str(), media.schema.is_some()))
        .collect();
    assert_eq!(
        names,
        [("application/xml", true), ("application/json", false)]
    );
    assert_eq!(
        body.content[1].pointer.as_str(),
        "/paths/~1a/post/requestBody/content/application~1json"
    );
}

#[test]
fn an_encoding_has_the_defaults_of_its_style() {
    let operation = operation(
        "      requestBody:
        content:
          multipart/form-data:
            schema: {type: object, properties: {a: {}, b: {}, c: {}, d: {}}}
            encoding:
              a: {contentType: text/csv, headers: {X-A: {schema: {type: string}}, Content-Type: {schema: {type: string}}}}
              b: {style: spaceDelimited}
              c: {allowReserved: true}
              d: {explode: false}",
    );
    let body = operation.request_body.expect("a body");
    let encodings = &body.content[0].encoding;
    let of = |name: &str| {
        let encoding = &encodings[name];
        (encoding.style, encoding.explode, encoding.allow_reserved)
    };
    assert_eq!(of("a"), (None, true, false));
    assert_eq!(of("b"), (Some(Style::SpaceDelimited), false, false));
    assert_eq!(of("c"), (Some(Style::Form), true, true));
    assert_eq!(of("d"), (Some(Style::Form), false, false));
    assert_eq!(encodings["a"].content_type.as_deref(), Some("text/csv"));
    let headers: Vec<_> = encodings["a"].headers.iter().map(|it| &it.name).collect();
    assert_eq!(headers, ["X-A"], "`contentType` decides");
}

#[test]
fn examples_follow_references_and_the_single_example_comes_first() {
    let operation = operation(
        "      requestBody:
        content:
          application/json:
            example: 1
            examples: {two: {value: 2}, empty: {summary: s}, three: {$ref: '#/paths/~1a/post/requestBody/content/application~1json/examples/two'}}",
    );
    let body = operation.request_body.expect("a body");
    let values: Vec<_> = body.content[0]
        .examples
        .iter()
        .map(|it| &it.value)
        .collect();
    assert_eq!(values, [&json!(1), &json!(2), &json!(2)]);
}
