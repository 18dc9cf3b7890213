use super::{components, components_31};
use crate::ir::Shape;

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
