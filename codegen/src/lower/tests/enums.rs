use serde_json::{Value, json};

use super::{components, components_31};
use crate::ir::{Docs, Shape};

#[test]
fn strings_are_listed_once_in_order() {
    let lowered = components("A: {type: string, enum: [b, a, b, '', '+1']}");
    assert_eq!(lowered.shape("A"), r#""b" | "a" | "" | "+1""#);
}

#[test]
fn null_in_an_enumeration_makes_the_use_nullable() {
    let lowered = components(
        "
A: {type: string, nullable: true, enum: [a, null]}
B: {type: object, properties: {a: {$ref: '#/components/schemas/A'}, b: {type: integer, enum: [1, null]}}}
",
    );
    assert_eq!(lowered.shape("A"), r#""a""#);
    assert_eq!(lowered.shape("B"), "struct {a: A?, b: B.b?}");
    assert_eq!(lowered.shape("B.b"), "1");
}

#[test]
fn the_values_imply_a_missing_type() {
    let lowered = components(
        "
A: {enum: [a, b]}
B: {enum: [1, 2]}
C: {enum: [true, false]}
D: {enum: [0.5, 1.5]}
E: {enum: [a, 1]}
F: {enum: [null]}
",
    );
    assert_eq!(lowered.shape("A"), r#""a" | "b""#);
    assert_eq!(lowered.shape("B"), "1 | 2");
    assert_eq!(lowered.shape("C"), "= Bool");
    assert_eq!(lowered.shape("D"), "0.5 | 1.5");
    assert_eq!(lowered.shape("E"), "= Any");
    assert_eq!(lowered.shape("F"), "= Any");
    assert_eq!(
        lowered.fallbacks(),
        [
            "MixedEnum @ /components/schemas/E",
            "OnlyNull @ /components/schemas/F"
        ]
    );
}

#[test]
fn the_stated_type_decides_how_values_are_read() {
    let lowered = components(
        "
A: {type: string, enum: [2019, true, x]}
B: {type: number, enum: [1, 2.0]}
C: {type: integer, enum: [18446744073709551615]}
D: {enum: [-1, 18446744073709551615]}
",
    );
    assert_eq!(lowered.shape("A"), r#""2019" | "true" | "x""#);
    assert_eq!(lowered.shape("B"), "1 | 2");
    assert_eq!(lowered.shape("C"), "= U64");
    assert_eq!(lowered.shape("D"), "= I128");
}

#[test]
fn an_enumeration_without_values_is_ignored() {
    assert_eq!(
        components("A: {type: string, enum: []}").shape("A"),
        "= String"
    );
}

#[test]
fn values_are_described_by_index_or_by_value() {
    let lowered = components(
        "
A: {type: string, enum: [a, b], x-enum-descriptions: [First, Second]}
B: {type: integer, enum: [1, 2], x-enumDescriptions: {'2': Two}}
",
    );
    let Shape::StringEnum(strings) = &lowered.def("A").shape else {
        panic!()
    };
    assert_eq!(strings[1].docs.description.as_deref(), Some("Second"));
    let Shape::IntegerEnum(numbers) = &lowered.def("B").shape else {
        panic!()
    };
    assert_eq!(numbers[0].docs.description, None);
    assert_eq!(numbers[1].docs.description.as_deref(), Some("Two"));
}

#[test]
fn constant_alternatives_are_a_documented_enumeration() {
    let lowered = components_31(
        "
A:
  oneOf:
    - {const: a, description: The first}
    - {const: b, title: Second}
",
    );
    assert_eq!(lowered.shape("A"), r#""a" | "b""#);
    let Shape::StringEnum(values) = &lowered.def("A").shape else {
        panic!()
    };
    assert_eq!(values[0].docs.description.as_deref(), Some("The first"));
    assert_eq!(values[1].docs.summary.as_deref(), Some("Second"));
}

#[test]
fn a_string_or_an_enumeration_is_the_enumeration() {
    let lowered = components(
        "
Colour: {type: string, enum: [red]}
A:
  type: object
  properties:
    a: {anyOf: [{type: string}, {type: string, enum: [x, y]}]}
    b: {anyOf: [{type: string}, {$ref: '#/components/schemas/Colour'}]}
    c: {anyOf: [{type: string, enum: [z]}, {$ref: '#/components/schemas/Colour'}]}
    d: {anyOf: [{type: string, format: date}, {type: string, format: date-time}]}
    e: {oneOf: [{type: string, format: uuid}, {type: string, format: uuid, maxLength: 36}]}
",
    );
    assert_eq!(
        lowered.shape("A"),
        "struct {a: A.a, b: Colour, c: A.c, d: String, e: Uuid}"
    );
    assert_eq!(lowered.shape("A.a"), r#""x" | "y""#);
    assert_eq!(lowered.shape("A.c"), r#""z" | "red""#);
}

#[test]
fn an_enumeration_beside_all_of_narrows_it() {
    let lowered = components(
        "
Colour: {type: string, enum: [red, green, blue]}
A: {allOf: [{$ref: '#/components/schemas/Colour'}], enum: [green, red]}
",
    );
    assert_eq!(lowered.shape("A"), r#""red" | "green""#);
}

#[test]
fn inline_enumerations_with_the_same_values_are_one_type() {
    let lowered = components(
        "
B: {type: object, properties: {method: {type: string, enum: [GET, POST]}}}
A: {type: object, properties: {method: {type: string, enum: [GET, POST]}, other: {type: string, enum: [POST, GET]}}}
Named: {type: string, enum: [GET, POST]}
Documented: {type: object, properties: {method: {type: string, enum: [GET, POST], x-enum-descriptions: [Reads., Writes.]}}}
",
    );
    // The first one by pointer, regardless of the order of the document.
    assert_eq!(lowered.shape("A.method"), r#""GET" | "POST""#);
    assert_eq!(lowered.shape("B.method"), "= A.method");
    assert_eq!(lowered.shape("A.other"), r#""POST" | "GET""#);
    assert_eq!(lowered.shape("Named"), r#""GET" | "POST""#);
    assert_eq!(lowered.shape("Documented.method"), r#""GET" | "POST""#);
}

/// Returns the name and description of each value.
fn texts(lowered: &super::Lowered, called: &str) -> Vec<(String, Option<String>, Option<String>)> {
    let text = |value: String, name: &Option<String>, docs: &Docs| {
        (value, name.clone(), docs.description.clone())
    };
    match &lowered.def(called).shape {
        Shape::StringEnum(values) => {
            let values = values.iter();
            values
                .map(|it| text(it.value.clone(), &it.name, &it.docs))
                .collect()
        }
        Shape::IntegerEnum(values) => {
            let values = values.iter();
            values
                .map(|it| text(it.value.to_string(), &it.name, &it.docs))
                .collect()
        }
        Shape::NumberEnum(values) => {
            let values = values.iter();
            values
                .map(|it| text(it.value.to_string(), &it.name, &it.docs))
                .collect()
        }
        other => panic!("{other:?}"),
    }
}

fn names(lowered: &super::Lowered, called: &str) -> Vec<Option<String>> {
    texts(lowered, called)
        .into_iter()
        .map(|(_, name, _)| name)
        .collect()
}

#[test]
fn extensions_name_the_values() {
    let lowered = components(
        "
A: {type: string, enum: [a, b], x-enum-varnames: [First, Second]}
B: {type: integer, enum: [-1, 1], x-enumNames: [Minus, Plus]}
C: {type: number, enum: [0.5, 1.5], x-enum-varnames: {'0.5': Half}}
D: {type: string, nullable: true, enum: [null, a, b], x-enum-varnames: [First, Second]}
",
    );
    let named = |names: [&str; 2]| names.map(|it| Some(it.to_owned())).to_vec();
    assert_eq!(names(&lowered, "A"), named(["First", "Second"]));
    assert_eq!(names(&lowered, "B"), named(["Minus", "Plus"]));
    assert_eq!(names(&lowered, "C"), [Some("Half".to_owned()), None]);
    assert_eq!(names(&lowered, "D"), named(["First", "Second"]));
    assert_eq!(lowered.warnings(), Vec::<&str>::new());
}

#[test]
fn names_of_another_number_than_the_values_are_ignored() {
    let lowered = components(
        "
A: {type: integer, enum: [1, 2], x-enum-varnames: [One]}
B: {type: string, enum: [a, b], x-enum-varnames: [1, ' ', x], x-enum-descriptions: Text}
C: {type: string, enum: [a, a, b], x-enum-varnames: [X, Y, ' ']}
",
    );
    assert_eq!(names(&lowered, "A"), [None, None]);
    assert_eq!(names(&lowered, "B"), [None, None]);
    assert_eq!(names(&lowered, "C"), [Some("X".to_owned()), None]);
    assert_eq!(
        lowered.warnings(),
        ["`x-enum-varnames` doesn't have one entry for each value of `enum`, so it is ignored"; 2]
    );
}

#[test]
fn merged_enumerations_keep_the_texts_of_their_values() {
    let lowered = components(
        "
Base: {type: integer, enum: [1, 2, 3], x-enum-varnames: [One, Two, Three], x-enum-descriptions: [a, b, c]}
A: {allOf: [{$ref: '#/components/schemas/Base'}], enum: [3, 2]}
B: {allOf: [{$ref: '#/components/schemas/Base'}], enum: [3, 2], x-enum-varnames: [Drei, Zwei]}
",
    );
    let row = |value: &str, name: &str, description: &str| {
        (
            value.to_owned(),
            Some(name.to_owned()),
            Some(description.to_owned()),
        )
    };
    assert_eq!(
        texts(&lowered, "A"),
        [row("2", "Two", "b"), row("3", "Three", "c")]
    );
    assert_eq!(
        texts(&lowered, "B"),
        [row("2", "Zwei", "b"), row("3", "Drei", "c")]
    );
}

#[test]
fn only_a_single_value_is_a_constant() {
    let lowered = components_31(
        "
Word: {type: string, enum: [w, w]}
A:
  type: object
  properties:
    text: {const: t}
    number: {type: integer, enum: [7.0]}
    fraction: {const: 0.5}
    truth: {type: boolean, enum: [true, null]}
    written: {type: string, enum: [2019]}
    alias: {$ref: '#/components/schemas/Word', description: d}
    two: {enum: [a, b]}
    any: {anyOf: [{type: string}, {const: a}]}
    map: {const: {a: 1}}
    nothing: {const: null}
",
    );
    let Shape::Struct(object) = &lowered.def("A").shape else {
        panic!()
    };
    let constants: Vec<Option<Value>> = object
        .fields
        .iter()
        .map(|it| it.constant().cloned())
        .collect();
    assert_eq!(
        constants,
        [
            Some(json!("t")),
            Some(json!(7)),
            Some(json!(0.5)),
            Some(json!(true)),
            Some(json!("2019")),
            Some(json!("w")),
            None,
            None,
            None,
            None,
        ]
    );
    assert!(object.fields.iter().all(|it| it.default.is_none()));
}
