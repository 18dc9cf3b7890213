//! Tests of properties that a schema doesn't name.

use openapiv3::AdditionalProperties;

use super::super::SchemaObject;
use super::{component, targets};
use crate::fallback::FallbackReason;

#[test]
fn patterns_that_decide_nothing_are_additional_properties() {
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
    // A pattern for every name covers the others.
    for pattern in [".*", "^.+$", "^.", ""] {
        let text = format!(
            "    S: {{patternProperties: {{^b: {{}}, '{pattern}': {{}}}}, additionalProperties: {{}}}}"
        );
        let place = format!("#/components/schemas/S/patternProperties/{pattern}");
        assert_eq!(reference(component("3.1.0", &text).0), place);
    }
    // One map holds all properties if they have the same type anyway.
    for (text, place) in [
        (
            "{patternProperties: {^a: {type: string}, ^b: {type: string}}, additionalProperties: false}",
            "patternProperties/^a",
        ),
        (
            "{patternProperties: {^a: {type: string}}, additionalProperties: {type: string}}",
            "additionalProperties",
        ),
    ] {
        let (schema, document, _) = component("3.1.0", &format!("    S: {text}"));
        assert_eq!(schema.pattern_properties, [], "{text}");
        assert_eq!(reference(schema), format!("#/components/schemas/S/{place}"));
        assert_eq!(document.simplified, [], "{text}");
    }
    let (schema, ..) = component("3.1.0", "    S: {patternProperties: {^a: {}, ^b: true}}");
    assert_eq!(schema.pattern_properties, []);
    assert_eq!(
        schema.kind.additional_properties,
        Some(AdditionalProperties::Any(true))
    );
    let (schema, ..) = component("3.1.0", "    S: {unevaluatedProperties: {type: string}}");
    assert_eq!(
        reference(schema),
        "#/components/schemas/S/unevaluatedProperties"
    );
}

/// Returns the patterns that clients match, what `additionalProperties` is, and whether the report mentions
/// the patterns.
fn matched(text: &str) -> (Vec<String>, String, bool) {
    let (schema, document, _) = component("3.1.0", &format!("    S: {text}"));
    let patterns = schema.pattern_properties.iter();
    let patterns = patterns.map(|(pattern, property)| {
        let place = targets(std::slice::from_ref(property)).join("");
        assert!(place.ends_with(&format!("/patternProperties/{}", pattern.source)));
        pattern.source.clone()
    });
    let patterns = patterns.collect();
    let additional = match schema.kind.additional_properties {
        Some(AdditionalProperties::Schema(schema)) => {
            let place = targets(&[*schema]).join("");
            place.rsplit('/').next().unwrap_or_default().to_owned()
        }
        Some(AdditionalProperties::Any(any)) => any.to_string(),
        None => "absent".to_owned(),
    };
    let mut reasons = document.simplified.iter().map(|it| it.reason);
    let is_reported = reasons.any(|it| it == FallbackReason::PatternProperties);
    (patterns, additional, is_reported)
}

#[test]
fn clients_match_patterns_in_the_order_of_the_document() {
    for (rest, additional) in [
        ("", "true"),
        (", additionalProperties: true", "true"),
        (", additionalProperties: {}", "true"),
        (", unevaluatedProperties: true", "true"),
        (", additionalProperties: false", "false"),
        (
            ", additionalProperties: {type: boolean}",
            "additionalProperties",
        ),
    ] {
        let text = format!(
            "{{patternProperties: {{^b: {{type: string}}, '^a[0-9]': {{type: integer}}, ^c: false}}{rest}}}"
        );
        let patterns = vec!["^b".to_owned(), "^a[0-9]".to_owned()];
        assert_eq!(
            matched(&text),
            (patterns, additional.to_owned(), false),
            "{text}"
        );
    }
    // The schema of a value may also be that of one of several types.
    let text = "{type: [object, string], patternProperties: {^a: {type: string}}}";
    let (schema, document, _) = component("3.1.0", &format!("    S: {text}"));
    assert_eq!(schema.pattern_properties, []);
    let object = super::schema(&document, "/components/schemas/S/type/0");
    assert_eq!(object.pattern_properties.len(), 1);
}

#[test]
fn the_number_of_patterns_that_clients_match_is_limited() {
    let patterns: Vec<String> = (0..200)
        .map(|it| format!("^x{it}-: {{type: string}}"))
        .collect();
    let text = format!("{{patternProperties: {{{}}}}}", patterns.join(", "));
    let (patterns, additional, is_reported) = matched(&text);
    assert_eq!((patterns.len(), patterns[0].as_str()), (128, "^x0-"));
    assert_eq!((additional.as_str(), is_reported), ("true", true));
}

#[test]
fn properties_of_patterns_that_clients_cannot_match_are_additional_properties() {
    let text = |rest: &str| {
        format!(
            "{{patternProperties: {{'^(?!a)': {{type: string}}, ^b: {{type: integer}}}}{rest}}}"
        )
    };
    let matched = |rest: &str| matched(&text(rest));
    let b = vec!["^b".to_owned()];
    // No other names are allowed, so the type is exact.
    let closed = matched(", additionalProperties: false");
    assert_eq!(closed, (b.clone(), "^(?!a)".to_owned(), false));
    assert_eq!(matched(""), (b.clone(), "true".to_owned(), true));
    let typed = matched(", additionalProperties: {type: boolean}");
    assert_eq!(typed, (b, "patternProperties".to_owned(), true));
    let (_, document, _) = component(
        "3.1.0",
        &format!("    S: {}", text(", additionalProperties: {type: boolean}")),
    );
    assert_eq!(
        targets(
            &super::schema(&document, "/components/schemas/S/patternProperties")
                .kind
                .any_of
        ),
        [
            "#/components/schemas/S/patternProperties/^(?!a)",
            "#/components/schemas/S/additionalProperties",
        ]
    );
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
fn the_patterns_that_clients_do_not_match_are_kept() {
    let patterns = |text: &str| {
        let (schema, ..) = component("3.1.0", &format!("    S: {text}"));
        let kept = schema.name_patterns;
        kept.map(|it| (it.patterns.join(" "), it.is_closed))
    };
    let both = "{patternProperties: {^a: {}, ^b: {}, ^c: false}, additionalProperties: false}";
    assert_eq!(patterns(both), Some(("^a ^b".to_owned(), true)));
    let open = "{patternProperties: {^(?!a): {}, ^b: {}}, additionalProperties: {type: string}}";
    assert_eq!(patterns(open), Some(("^(?!a)".to_owned(), false)));
    assert_eq!(patterns("{patternProperties: {^a: {type: string}}}"), None);
    assert_eq!(patterns("{patternProperties: {^a: {}, '.*': {}}}"), None);
    assert_eq!(patterns("{patternProperties: {^a: false}}"), None);
}
