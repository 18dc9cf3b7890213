//! Tests of properties that a schema doesn't name.

use openapiv3::AdditionalProperties;

use super::super::SchemaObject;
use super::{component, targets};
use crate::fallback::FallbackReason;

#[test]
fn pattern_properties_are_additional_properties() {
    let reference = |schema: SchemaObject| match schema.kind.additional_properties {
        Some(AdditionalProperties::Schema(schema)) => targets(&[*schema]).join(""),
        other => panic!("{other:?}"),
    };
    let (schema, ..) = component(
        "3.1.0",
        "    S: {patternProperties: {^a: {}}, additionalProperties: false}",
    );
    assert_eq!(
        reference(schema),
        "#/components/schemas/S/patternProperties/^a"
    );
    let (schema, document, _) = component(
        "3.1.0",
        "    S: {patternProperties: {^a: {}, ^b: {}}, additionalProperties: {type: string}}",
    );
    assert_eq!(
        reference(schema),
        "#/components/schemas/S/patternProperties"
    );
    assert_eq!(
        targets(
            &super::schema(&document, "/components/schemas/S/patternProperties")
                .kind
                .any_of
        ),
        [
            "#/components/schemas/S/patternProperties/^a",
            "#/components/schemas/S/patternProperties/^b",
            "#/components/schemas/S/additionalProperties",
        ]
    );
    // A pattern for every name covers the others.
    for pattern in [".*", "^.+$", "^.", ""] {
        let text = format!(
            "    S: {{patternProperties: {{^b: {{}}, '{pattern}': {{}}}}, additionalProperties: {{}}}}"
        );
        let place = format!("#/components/schemas/S/patternProperties/{pattern}");
        assert_eq!(reference(component("3.1.0", &text).0), place);
    }
    let (schema, ..) = component("3.1.0", "    S: {unevaluatedProperties: {type: string}}");
    assert_eq!(
        reference(schema),
        "#/components/schemas/S/unevaluatedProperties"
    );
}

#[test]
fn properties_that_match_no_pattern_are_any_value() {
    for text in [
        "{patternProperties: {^a: {type: string}}}",
        "{patternProperties: {^a: {type: string}}, additionalProperties: true}",
        "{patternProperties: {^a: {type: string}}, additionalProperties: {}}",
        "{patternProperties: {^a: {type: string}, ^b: false}, unevaluatedProperties: true}",
        "{patternProperties: {'^$': {type: string}, '^.$': {type: string}}}",
    ] {
        let (schema, document, _) = component("3.1.0", &format!("    S: {text}"));
        assert_eq!(
            schema.kind.additional_properties,
            Some(AdditionalProperties::Any(true)),
            "{text}"
        );
        let reasons: Vec<_> = document.simplified.iter().map(|it| it.reason).collect();
        assert!(
            reasons.contains(&FallbackReason::PatternProperties),
            "{text}"
        );
    }
}

#[test]
fn unevaluated_properties_are_additional_properties() {
    let additional = |text: &str| {
        let (schema, ..) = component("3.1.0", &format!("    T: {{}}\n    S: {text}"));
        match schema.kind.additional_properties {
            Some(AdditionalProperties::Schema(schema)) => targets(&[*schema]).join(""),
            other => format!("{other:?}"),
        }
    };
    let own = "#/components/schemas/S/unevaluatedProperties";
    let part = "allOf: [{$ref: '#/components/schemas/T'}]";
    assert_eq!(
        additional(&format!(
            "{{{part}, unevaluatedProperties: {{type: string}}}}"
        )),
        own
    );
    let closed = format!("{{{part}, properties: {{a: {{}}}}, unevaluatedProperties: false}}");
    assert_eq!(additional(&closed), "Some(Any(false))");
    // Still a reference.
    assert_eq!(
        additional(&format!("{{{part}, unevaluatedProperties: false}}")),
        "None"
    );
    let either =
        "{anyOf: [{$ref: '#/components/schemas/T'}], unevaluatedProperties: {type: string}}";
    assert_eq!(additional(either), "Some(Any(true))");
    let covered = "{additionalProperties: {type: integer}, unevaluatedProperties: {type: string}}";
    assert_eq!(
        additional(covered),
        "#/components/schemas/S/additionalProperties"
    );
}

#[test]
fn the_patterns_of_names_are_kept() {
    let patterns = |text: &str| {
        let (schema, ..) = component("3.1.0", &format!("    S: {text}"));
        let kept = schema.name_patterns;
        kept.map(|it| (it.patterns.join(" "), it.is_closed))
    };
    let both = "{patternProperties: {^a: {}, ^b: {}, ^c: false}, additionalProperties: false}";
    assert_eq!(patterns(both), Some(("^a ^b".to_owned(), true)));
    let open = "{patternProperties: {^a: {}}, additionalProperties: {type: string}}";
    assert_eq!(patterns(open), Some(("^a".to_owned(), false)));
    assert_eq!(patterns("{patternProperties: {^a: {}, '.*': {}}}"), None);
    assert_eq!(patterns("{patternProperties: {^a: false}}"), None);
}
