use serde_json::json;

use super::*;
use crate::diagnostic::Diagnostic;

fn tree(text: &str) -> Value {
    let mut diagnostics = Diagnostics::default();
    read(&Source::new("test.yaml", text), &mut diagnostics)
        .unwrap_or_else(|| panic!("{diagnostics}"))
}

fn refused(text: &str) -> Diagnostic {
    let mut diagnostics = Diagnostics::default();
    assert_eq!(
        read(&Source::new("test.yaml", text), &mut diagnostics),
        None
    );
    diagnostics.into_iter().next().expect("a diagnostic")
}

#[test]
fn a_key_is_a_string_as_the_document_writes_it() {
    assert_eq!(
        tree("200: a\n0x10: b\nnull: c\ntrue: d\n1.50: e"),
        json!({
            "200": "a", "0x10": "b", "null": "c", "true": "d", "1.50": "e"
        })
    );
}

#[test]
fn aliases_and_merge_keys_are_applied_and_own_keys_win() {
    let text = "base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\none: {<<: *base, a: 9}\ntwo: {<<: [*base, *more]}\nthree: *base";
    let tree = tree(text);
    assert_eq!(tree["one"], json!({"a": 9, "b": 2}));
    assert_eq!(tree["two"], json!({"a": 1, "b": 2, "c": 4}));
    assert_eq!(tree["three"], json!({"a": 1, "b": 2}));
}

#[test]
fn text_that_begins_like_json_may_be_yaml() {
    assert_eq!(
        tree("{a: [1, 2,], # yes\n b: c}"),
        json!({"a": [1, 2], "b": "c"})
    );
    assert_eq!(tree("\u{feff}{\"a\": 1}"), json!({"a": 1}));
}

#[test]
fn a_tag_is_dropped_and_its_value_kept() {
    assert_eq!(
        tree("a: !mine {b: 1}\nc: !!str 5"),
        json!({"a": {"b": 1}, "c": "5"})
    );
}

#[test]
fn a_syntax_error_has_a_location() {
    let error = refused("{\n  \"a\": 1,\n  \"ü\": 'nope\n}");
    let place = error.location.expect("a place");
    assert_eq!(
        (place.line, place.column, place.offset),
        (3, 8, 20),
        "{}",
        error.message
    );
    assert_eq!(error.message, "expected value");
    let error = refused("a: 1\nb: [1\nc: 2\n");
    assert_eq!(
        error.location.map(|place| place.line),
        Some(3),
        "{}",
        error.message
    );
}

#[test]
fn a_duplicate_key_is_an_error_in_json_and_yaml() {
    for text in ["{\"x\": {\"a\": 1, \"a\": 2}}", "x:\n  a: 1\n  a: 2\n"] {
        let error = refused(text);
        assert_eq!(error.message, "duplicate key `a`");
        assert_eq!(error.pointer.as_str(), "/x/a");
    }
}

#[test]
fn deep_nesting_is_rejected() {
    for text in [
        "[".repeat(1_000_000),
        format!("a: {}", "{".repeat(1_000_000)),
        format!("a: {}\n", "[{b: ".repeat(1_000_000)),
        format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000)),
        format!("{}1{}", "[".repeat(300), "]".repeat(300)),
        (0..300)
            .map(|level| format!("{}a:\n", " ".repeat(level)))
            .collect(),
    ] {
        let error = refused(&text);
        assert!(
            error
                .message
                .starts_with("the document is nested more than"),
            "{}",
            error.message
        );
    }
    assert_eq!(
        refused(&format!("{}1{}", "{\"a\":".repeat(300), "}".repeat(300))).message,
        "the document is nested more than 128 levels deep"
    );
}

#[test]
fn aliases_that_expand_without_bound_are_rejected() {
    let levels: String = (1..12)
        .map(|level| {
            format!(
                "l{level}: &l{level} [{}]\n",
                vec![format!("*l{}", level - 1); 10].join(", ")
            )
        })
        .collect();
    assert_eq!(refused(&format!("l0: &l0 x\n{levels}")).message, TOO_LARGE);
    let wide = format!(
        "a: &a [{}]\nb: [{}]\n",
        "x, ".repeat(10_000),
        "*a, ".repeat(10_000)
    );
    assert_eq!(refused(&wide).message, TOO_LARGE);
}
