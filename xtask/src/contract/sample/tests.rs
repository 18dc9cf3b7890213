use codegen::{Options, Source};
use serde_json::{Value, json};

use super::{Extent, Letters, Maker};
use crate::contract::schema::Direction;

/// What is made for a schema, all of it and only what is required.
fn made(schema: &str, direction: Direction) -> [Result<Value, String>; 2] {
    let document = format!(
        r##"{{"openapi": "3.0.3", "info": {{"title": "T", "version": "1"}}, "paths": {{"/": {{"post": {{
            "requestBody": {{"content": {{"application/json": {{"schema": {schema}}}}}}},
            "responses": {{"204": {{"description": "Done."}}}}}}}}}},
            "components": {{"schemas": {{
                "Node": {{"type": "object", "required": ["id"], "properties": {{
                    "id": {{"type": "integer", "minimum": 5}},
                    "next": {{"$ref": "#/components/schemas/Node"}}}}}},
                "Loop": {{"type": "object", "required": ["loop"], "properties": {{
                    "loop": {{"$ref": "#/components/schemas/Loop"}}}}}}}}}}}}"##
    );
    let made = codegen::generate(&Source::new("t.json", document), &Options::new("t"));
    let made = made.expect("the document is well");
    let body = made.resolved.operations[0].request_body.as_ref();
    let id = body
        .and_then(|body| body.content[0].schema)
        .expect("there is a schema");
    let mut maker = Maker::new(&made.resolved.schemas, direction);
    [Extent::All, Extent::Required].map(|extent| maker.make(id, extent, Letters::Plain))
}

#[test]
fn values_are_examples_or_what_the_schema_allows() {
    let one = |schema: &str| made(schema, Direction::Request)[0].clone();
    for (schema, value) in [
        (r#"{"type": "string", "example": "x"}"#, json!("x")),
        (
            r#"{"type": "string", "example": "too long", "maxLength": 3}"#,
            json!("tex"),
        ),
        (r#"{"type": "string", "enum": ["b", "a"]}"#, json!("b")),
        (
            r#"{"type": "string", "pattern": "^AC[0-9a-f]{4}$"}"#,
            json!("ACaaaa"),
        ),
        (
            r#"{"type": "string", "format": "date"}"#,
            json!("2026-01-31"),
        ),
        (
            r#"{"type": "integer", "minimum": 10, "exclusiveMinimum": true}"#,
            json!(11),
        ),
        (
            r#"{"type": "number", "multipleOf": 0.25, "maximum": 0.6}"#,
            json!(0.25),
        ),
        (
            r#"{"type": "array", "items": {"type": "string"}, "minItems": 3}"#,
            json!(["text", "text1", "text2"]),
        ),
        (
            r#"{"type": "array", "uniqueItems": true, "items": {"enum": [1, 2, 3]}}"#,
            json!([1, 2]),
        ),
        (
            r#"{"oneOf": [{"type": "integer", "maximum": 5, "minimum": 6}, {"type": "boolean"}]}"#,
            json!(true),
        ),
        (
            r#"{"type": "object", "additionalProperties": false, "properties": {"a": {"type": "boolean"}, "b": {"type": "boolean"}},
                "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}"#,
            json!({"a": true, "b": true}),
        ),
        (
            r#"{"type": "object", "additionalProperties": {"type": "boolean"}}"#,
            json!({"key": true}),
        ),
    ] {
        assert_eq!(one(schema), Ok(value), "{schema}");
    }
}

#[test]
fn what_may_be_left_out_is_there_only_where_all_is_wanted() {
    let schema = r#"{"allOf": [
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "boolean"}, "b": {"type": "boolean"}}},
        {"type": "object", "required": ["r"], "properties": {"r": {"type": "boolean", "readOnly": true}}}]}"#;
    assert_eq!(
        made(schema, Direction::Request),
        [Ok(json!({"a": true, "b": true})), Ok(json!({"a": true}))]
    );
    let [all, _] = made(schema, Direction::Answer);
    assert_eq!(all, Ok(json!({"a": true, "b": true, "r": true})));
}

#[test]
fn a_schema_that_leads_back_to_itself_is_followed_only_where_it_must() {
    let node = r##"{"$ref": "#/components/schemas/Node"}"##;
    assert_eq!(
        made(node, Direction::Request),
        [Ok(json!({"id": 5})), Ok(json!({"id": 5}))]
    );
    let looped = r##"{"$ref": "#/components/schemas/Loop"}"##;
    for none in made(looped, Direction::Request) {
        assert_eq!(
            none,
            Err("`loop`: its schema leads back to itself".to_owned())
        );
    }
}
