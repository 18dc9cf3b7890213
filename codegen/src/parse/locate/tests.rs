use super::*;
use crate::diagnostic::Stage;
use crate::pointer::Pointer;

/// Returns the line, column and text at the location of each pointer.
fn places(text: &str, pointers: &[&str]) -> Vec<(usize, usize, String)> {
    let source = Source::new("test", text);
    let mut diagnostics = Diagnostics::default();
    for pointer in pointers {
        let pointer = Pointer::from_encoded(pointer).expect("a pointer");
        diagnostics.error(Stage::Parse, &pointer, "m", "h");
    }
    locate(&source, &mut diagnostics);
    let place = |location: SourceLocation| {
        let end = location.offset + location.length;
        (
            location.line,
            location.column,
            text[location.offset..end].to_owned(),
        )
    };
    diagnostics
        .into_iter()
        .filter_map(|diagnostic| diagnostic.location.map(place))
        .collect()
}

fn place(text: &str, pointer: &str) -> (usize, usize, String) {
    places(text, &[pointer]).swap_remove(0)
}

#[test]
fn a_scalar_is_located_at_its_value_and_a_collection_at_its_key() {
    let yaml = "é: 1\na:\n  - b: 'ü'\n    \"c d\": {e: [x, y]}\n  - plain text\n";
    assert_eq!(place(yaml, "/a/0/b"), (3, 8, "'ü'".to_owned()));
    assert_eq!(place(yaml, "/a/0/c d"), (4, 5, "\"c d\"".to_owned()));
    assert_eq!(place(yaml, "/a/0/c d/e/1"), (4, 20, "y".to_owned()));
    assert_eq!(place(yaml, "/a/1"), (5, 5, "plain text".to_owned()));
    assert_eq!(place(yaml, "/a/0"), (3, 5, String::new()));
    assert_eq!(place(yaml, ""), (1, 1, String::new()));
}

#[test]
fn json_with_any_strings_is_located() {
    let json = "{\n\t\"a\\u002f\\\"b\": \"\\ud83d\\ude00 }\",\n\t\"c\": [1, {\"d\": true}, \"ü\", -2.5e3]\n}";
    assert_eq!(
        place(json, "/a~1\"b"),
        (2, 16, "\"\\ud83d\\ude00 }\"".to_owned())
    );
    assert_eq!(place(json, "/c/1/d"), (3, 17, "true".to_owned()));
    assert_eq!(place(json, "/c/3"), (3, 29, "-2.5e3".to_owned()));
    assert_eq!(place(json, "/c/1"), (3, 11, String::new()));
}

#[test]
fn a_pointer_without_a_location_gets_that_of_the_nearest_ancestor() {
    let yaml = "base: &base {x: 1}\na:\n  <<: *base\n  b: *base\n";
    assert_eq!(place(yaml, "/a/x"), (2, 1, "a".to_owned()));
    assert_eq!(place(yaml, "/a/b/x"), (4, 6, "*base".to_owned()));
    assert_eq!(place(yaml, "/nothing/here"), (1, 1, String::new()));
}

#[test]
fn null_is_located_at_its_key() {
    assert_eq!(place("a:\n  b:\n  c: ~\n", "/a/b"), (2, 3, "b".to_owned()));
    assert_eq!(place("a:\n  b:\n  c: ~\n", "/a/c"), (3, 6, "~".to_owned()));
}

#[test]
fn complex_keys_and_block_scalars_do_not_shift_later_locations() {
    let yaml = "? [a, {b: c}]\n: d\ne: |\n  text\n\n  more\nf: 'it''s'\n200: x\n";
    assert_eq!(place(yaml, "/f"), (7, 4, "'it''s'".to_owned()));
    assert_eq!(place(yaml, "/200"), (8, 6, "x".to_owned()));
}

#[test]
fn a_byte_order_mark_has_no_column() {
    assert_eq!(place("\u{feff}a: 1\n", "/a"), (1, 4, "1".to_owned()));
    assert_eq!(place("\u{feff}{\"a\": 1}", "/a"), (1, 7, "1".to_owned()));
}

#[test]
fn many_locations_are_found_in_one_pass_even_in_invalid_text() {
    let yaml = "a: 1\nb: [1, 2\nc: 3\n";
    let found = places(yaml, &["/a", "/b/1", "/c", "/b/1"]);
    assert_eq!(found[0], (1, 4, "1".to_owned()));
    assert_eq!((found[1].0, &found[1]), (2, &found[3]));
    assert_eq!(places("\0\t[", &["/a"]).len(), 1);
}

#[test]
fn text_that_only_libyaml_accepts_is_located() {
    let texts = [
        "a:\ttab\nb: 1\n",
        "a: [1,\n2]\nb: 1\n",
        "a: {x: 1,\n}\nb: 1\n",
        "a: \"x\n\ty\"\nb: 1\n",
        "%YAML 1.1\n---\na: x\nb: 1\n",
        "a: !tag x\nb: 1\n",
        "a:\r\n  x: é\r\nb: 1\r\n",
        "? a\n: x\nb: 1\n",
        "a: x\t# comment\nb: 1\n",
        "a: x # \u{e000} 😀\nb: 1\n",
        "a: &anchor\n  x: 1\nb: 1\n",
        "a: 'it''s'\nb: 1\n",
    ];
    for text in texts {
        let read = serde_yaml::from_str::<serde_yaml::Value>(text);
        assert!(read.is_ok(), "{text:?}");
        let line = text.matches('\n').count();
        assert_eq!(place(text, "/b"), (line, 4, "1".to_owned()), "{text:?}");
    }
}
