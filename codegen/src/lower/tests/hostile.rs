//! Tests of hostile documents, which must not take long, overflow the stack or panic.

use std::fmt::Write;

use super::{components, lower};

/// Lowers `count` components. `line` returns each from its number and that of the next one.
fn chain(count: usize, line: impl Fn(usize, usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, index| {
        writeln!(text, "S{index}: {}", line(index, (index + 1) % count)).unwrap();
        text
    })
}

#[test]
fn a_cycle_of_all_of_ends() {
    let lowered = components(&chain(3000, |index, next| {
        format!(
            "{{allOf: [{{$ref: '#/components/schemas/S{next}'}}, {{properties: {{p{index}: {{type: string}}}}}}]}}"
        )
    }));
    assert_eq!(lowered.api.types.len(), 3000);
    assert!(!lowered.warnings().is_empty());
}

#[test]
fn a_cycle_of_references_ends() {
    for form in ["allOf", "oneOf"] {
        let lowered = components(&chain(3000, |_, next| {
            format!("{{{form}: [{{$ref: '#/components/schemas/S{next}'}}], description: x}}")
        }));
        let untyped = lowered.api.fallbacks.len();
        assert_eq!((lowered.api.types.len(), untyped), (3000, 1), "{form}");
    }
}

#[test]
fn a_cycle_of_arrays_ends() {
    let lowered = components(&chain(3000, |_, next| {
        format!("{{type: array, items: {{$ref: '#/components/schemas/S{next}'}}}}")
    }));
    assert_eq!(lowered.fallbacks(), Vec::<String>::new());
}

#[test]
fn deeply_nested_arrays_become_untyped() {
    let depth = 100;
    let text = format!(
        "A: {}{{type: string}}{}",
        "{type: array, items: ".repeat(depth),
        "}".repeat(depth)
    );
    let lowered = components(&text);
    assert!(
        lowered.fallbacks()[0].starts_with("TooDeep @ "),
        "{:?}",
        lowered.fallbacks()
    );
}

#[test]
fn a_union_of_a_thousand_objects_and_itself_is_quick() {
    let mut text = chain(1000, |index, _| {
        format!("{{type: object, properties: {{p{index}: {{type: string}}}}}}")
    });
    text.push_str("U:\n  type: object\n  properties: {shared: {type: string}}\n  oneOf:\n");
    text.push_str("  - $ref: '#/components/schemas/U'\n");
    for index in 0..1000 {
        writeln!(text, "  - $ref: '#/components/schemas/S{index}'").unwrap();
    }
    let lowered = components(&text);
    assert_eq!(lowered.api.types.len(), 2001);
}

#[test]
fn unions_that_contain_each_other_are_quick() {
    let all: String = (0..60)
        .map(|index| format!("{{$ref: '#/components/schemas/S{index}'}}, "))
        .collect();
    let lowered = components(&chain(60, |_, _| {
        format!("{{oneOf: [{all}], discriminator: {{propertyName: kind}}}}")
    }));
    assert_eq!(lowered.api.types.len(), 60);
}

#[test]
fn ten_thousand_required_properties_are_quick() {
    let properties: String = (0..10_000)
        .map(|index| format!("p{index}: {{type: string}}, "))
        .collect();
    let names: String = (0..10_000).map(|index| format!("p{index}, ")).collect();
    let object = format!("{{type: object, required: [{names}], properties: {{{properties}}}}}");
    let lowered = components(&format!(
        "A: {object}\nB: {{allOf: [{{$ref: '#/components/schemas/A'}}, {object}]}}"
    ));
    assert!(lowered.warnings().is_empty());
}

#[test]
fn combinations_of_properties_are_bounded() {
    // Each `x` combines the previous one with one more object, so new combinations arise endlessly.
    let lowered = components(
        "
A: {allOf: [{properties: {x: {$ref: '#/components/schemas/A'}}}, {properties: {x: {$ref: '#/components/schemas/B'}}}]}
B: {allOf: [{properties: {x: {$ref: '#/components/schemas/A'}}}, {properties: {x: {$ref: '#/components/schemas/C'}}}]}
C: {allOf: [{properties: {x: {$ref: '#/components/schemas/B'}}}, {properties: {x: {$ref: '#/components/schemas/A'}}}]}
",
    );
    assert!(lowered.api.types.len() < 30_000);
}

#[test]
fn names_may_contain_any_characters() {
    let lowered = lower(
        "
paths:
  \"/a b/{\\\"x}/{}/{{y}}/%zz\\u0000\":
    get:
      operationId: \"\\\"; drop\\n\"
      tags: [\"\"]
      responses: {'200': {description: '*/'}}
components:
  schemas:
    \"\": {type: object, required: [\"\"], properties: {\"\": {type: string, enum: [\"\\u0000\", \"#\"]}}}
    \"a/b~c\": {type: object, properties: {\"x/y~z\": {type: object, properties: {\"\": {type: object, properties: {a: {type: string}}}}}}}
",
    );
    assert_eq!(lowered.shape(""), "struct {!: .}");
    assert_eq!(lowered.shape("a/b~c"), "struct {x/y~z: a/b~c.x/y~z}");
    assert_eq!(lowered.api.operations[0].path_parts.len(), 7);
}
