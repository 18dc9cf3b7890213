use std::collections::BTreeSet;

use serde_json::{Value, json};
use wiretrue_codegen::normalise::resolved::SchemaId;
use wiretrue_codegen::{Generated, Options, Source};

use super::{Extent, Letters, Maker};
use crate::schema::{Direction, SchemaValidator};

/// What is generated for a document with a body of this schema.
fn generated(schema: &str) -> Generated {
    let document = format!(
        r##"{{"openapi": "3.0.3", "info": {{"title": "T", "version": "1"}}, "paths": {{"/": {{"post": {{
            "requestBody": {{"content": {{"application/json": {{"schema": {schema}}}}}}},
            "responses": {{"204": {{"description": "Done."}}}}}}}}}},
            "components": {{"schemas": {{
                "Node": {{"type": "object", "required": ["id"], "properties": {{
                    "id": {{"type": "integer", "minimum": 5}},
                    "next": {{"$ref": "#/components/schemas/Node"}}}}}},
                "Pet": {{"type": "object", "required": ["kind"], "discriminator": {{"propertyName": "kind",
                    "mapping": {{"cat": "#/components/schemas/Cat", "kitten": "#/components/schemas/Cat"}}}},
                    "properties": {{"kind": {{"type": "string"}}}}}},
                "Cat": {{"allOf": [{{"$ref": "#/components/schemas/Pet"}}, {{"type": "object",
                    "required": ["purrs"], "properties": {{"purrs": {{"type": "boolean"}}}}}}]}},
                "Own": {{"type": "object", "required": ["own"], "properties": {{
                    "kind": {{"type": "string", "enum": ["own"]}}, "own": {{"type": "boolean"}}}}}},
                "Loop": {{"type": "object", "required": ["loop"], "properties": {{
                    "loop": {{"$ref": "#/components/schemas/Loop"}}}}}}}}}}}}"##
    );
    let made = wiretrue_codegen::generate(&Source::new("t.json", document), &Options::new("t"));
    made.expect("the document is well")
}

/// The schema of the body.
fn body(made: &Generated) -> SchemaId {
    let body = made.resolved.operations[0].request_body.as_ref();
    let schema = body.and_then(|body| body.content[0].schema);
    schema.expect("there is a schema")
}

/// What is made for a schema, all of it and only what is required.
fn made(schema: &str, direction: Direction) -> [Result<Value, String>; 2] {
    let made = generated(schema);
    let id = body(&made);
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
    let [all, _] = made(schema, Direction::Response);
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
        assert_eq!(none, Err("`loop`: its schema contains itself".to_owned()));
    }
}

/// Many values of a schema, which are all valid.
fn varied(schema: &str) -> Vec<Value> {
    let made = generated(schema);
    let id = body(&made);
    let mut maker = Maker::new(&made.resolved.schemas, Direction::Response);
    let values = (0..300).map(|seed| {
        let value = maker.vary(id, seed).expect("there is a value");
        assert_eq!(Ok(&value), maker.vary(id, seed).as_ref(), "seed {seed}");
        maker.judge.tags_decide = true;
        assert_eq!(maker.judge.fault(id, &value), None, "{value}");
        value
    });
    values.collect()
}

fn has(values: &[Value], what: impl Fn(&Value) -> bool) -> bool {
    values.iter().any(what)
}

#[test]
fn values_of_other_seeds_differ() {
    let values = varied(
        r#"{"type": "object", "required": ["id"], "additionalProperties": {"type": "boolean"}, "properties": {
            "id": {"type": "integer", "format": "int32"}, "note": {"type": "string", "nullable": true},
            "tags": {"type": "array", "maxItems": 2, "items": {"enum": ["a", "b"]}},
            "one": {"oneOf": [{"type": "boolean"}, {"type": "string", "minLength": 3}]}}}"#,
    );
    let texts: BTreeSet<String> = values.iter().map(Value::to_string).collect();
    assert!(texts.len() > 200, "{}", texts.len());
    assert!(has(&values, |it| it["id"] == json!(i32::MIN)));
    assert!(has(&values, |it| it.get("note") == Some(&Value::Null)));
    assert!(has(&values, |it| it.get("note").is_none()));
    assert!(has(&values, |it| it["tags"] == json!([])));
    assert!(has(&values, |it| it["tags"] == json!(["b", "a"])));
    assert!(has(&values, |it| it["one"].is_boolean()));
    assert!(has(&values, |it| it["one"].is_string()));
    assert!(has(&values, |it| it["a/b~c"].is_boolean()));
}

#[test]
fn a_value_of_a_base_may_be_one_of_an_heir() {
    let values = varied(r##"{"$ref": "#/components/schemas/Pet"}"##);
    for tag in ["cat", "kitten"] {
        assert!(
            has(&values, |it| it["kind"] == tag && it["purrs"].is_boolean()),
            "{tag}"
        );
    }
    assert!(has(&values, |it| it.get("purrs").is_none()));
}

#[test]
fn the_tag_decides_between_alternatives_that_fit() {
    let cat = r##"{"$ref": "#/components/schemas/Cat"}"##;
    let union = format!(
        r#"{{"oneOf": [{cat}, {{"type": "object", "title": "Other"}}], "discriminator": {{"propertyName": "kind"}}}}"#
    );
    assert!(has(&varied(&union), |it| it["kind"] == "Cat"));
}

#[test]
fn a_value_of_any_of_may_fulfil_several() {
    let part = |name| {
        format!(
            r#"{{"type": "object", "required": ["{name}"], "properties": {{"{name}": {{"type": "integer"}}}}}}"#
        )
    };
    let values = varied(&format!(r#"{{"anyOf": [{}, {}]}}"#, part("a"), part("b")));
    assert!(has(&values, |it| it["a"].is_number() && it["b"].is_number()));
    assert!(has(&values, |it| it.get("a").is_none()));
}

#[test]
fn a_number_with_a_format_of_integers_is_whole() {
    let values = varied(r#"{"type": "number", "format": "int32", "minimum": 0}"#);
    let is_int32 = |value: &Value| {
        value
            .as_f64()
            .is_some_and(|it| it.fract() == 0.0 && it < 3e9)
    };
    assert!(values.iter().all(is_int32), "{values:?}");
}

#[test]
fn only_a_component_names_itself_in_a_discriminator() {
    let values = varied(
        r##"{"discriminator": {"propertyName": "tag"}, "oneOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "boolean"}}},
            {"allOf": [{"$ref": "#/components/schemas/Node"}], "description": "A node."}]}"##,
    );
    assert!(has(&values, |it| it["tag"] == "Node" && it["id"].is_number()));
    assert!(has(&values, |it| it.get("tag").is_none()
        && it["a"].is_boolean()));
    assert!(
        values
            .iter()
            .all(|it| it["tag"] == "Node" || it.get("tag").is_none())
    );
}

#[test]
fn a_tag_names_an_alternative_that_a_schema_refers_to() {
    // An object with this tag would be an `Own`, whose property allows only another value.
    let values = varied(
        r##"{"discriminator": {"propertyName": "kind"}, "oneOf": [
            {"type": "object", "properties": {"kind": {"type": "string"}}},
            {"allOf": [{"$ref": "#/components/schemas/Own"}], "description": "Its own."}]}"##,
    );
    assert!(has(&values, |it| it["kind"].is_string()));
    assert!(values.iter().all(|it| it["kind"] != "Own"), "{values:?}");
}

#[test]
fn the_patterns_of_names_decide_about_properties() {
    let schema = r#"{"type": "object", "properties": {"id": {"type": "integer"}},
        "patternProperties": {"^x-": {"type": "integer"}, "^[yz]$": {"type": "string"}, "^(?!a)b": {"type": "array"}},
        "additionalProperties": {"type": "boolean"}}"#;
    let made = generated(schema);
    let id = body(&made);
    let mut maker = Maker::new(&made.resolved.schemas, Direction::Request);
    let value = maker
        .make(id, Extent::All, Letters::Plain)
        .expect("a value");
    let members = value.as_object().expect("an object");
    let mut names: Vec<&str> = members.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["id", "x-", "y"]);

    let mut judge = SchemaValidator::new(&made.resolved.schemas, Direction::Request);
    assert_eq!(judge.fault(id, &value), None);
    let valid = json!({"x-a": 1, "z": "text", "other": true});
    assert_eq!(judge.fault(id, &valid), None);
    for (name, wrong) in [
        ("x-a", json!("text")),
        ("z", json!(1)),
        ("zz", json!("text")),
    ] {
        let fault = judge.fault(id, &json!({name: wrong}));
        assert!(fault.is_some_and(|it| it.contains(name)), "{name}");
    }
}
