use std::path::Path;

use annotate_snippets::Renderer;
use wiretrue_codegen::output::Change;

use super::excerpt::CONTEXT_BYTES;
use super::render::{annotated, plain};
use super::{Problem, difference};

fn bare(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

fn problem(text: &str, at: &str) -> Problem {
    let start = text.find(at).unwrap();
    Problem::error("it is wrong", "mend it").at(
        Path::new("spec/a.yaml"),
        text,
        start..start + at.len(),
    )
}

#[test]
fn a_log_gets_lines_with_file_line_and_column() {
    let text = "ä: 1\nbö: two\n";
    assert_eq!(
        bare(&plain(&problem(text, "two"))),
        "spec/a.yaml:2:5: error: it is wrong\n  help: mend it\n"
    );
    assert_eq!(bare(&plain(&Problem::warning("odd", ""))), "warning: odd\n");
}

#[test]
fn nothing_out_of_a_document_steers_the_terminal_or_breaks_the_line() {
    let told = bare(&plain(&Problem::error(
        "name `a\u{1b}[2J\n::error::x`",
        "x\ry",
    )));
    assert_eq!(
        told,
        "error: name `a\\u{1b}[2J\\n::error::x`\n  help: x\\ry\n"
    );
    let drawn = annotated(
        &Problem::error("a\u{1b}[2Jb", "c\u{1b}d"),
        "",
        &Renderer::plain(),
    );
    assert!(!drawn.contains('\u{1b}'), "{drawn:?}");
}

#[test]
fn a_terminal_gets_the_lines_around_the_place() {
    let text = "one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: 5\nsix: 6\nseven: 7\n";
    let drawn = annotated(&problem(text, "4"), text, &Renderer::plain());
    let expected = "\
error: it is wrong
 --> spec/a.yaml:4:7
  |
2 | two: 2
3 | three: 3
4 | four: 4
  |       ^
5 | five: 5
6 | six: 6
  |
  = help: mend it

";
    assert_eq!(drawn, expected);
}

#[test]
fn the_first_and_the_last_line_and_the_end_can_be_shown() {
    let text = "one\ntwo";
    assert!(
        annotated(&problem(text, "one"), text, &Renderer::plain()).contains("1 | one\n  | ^^^\n")
    );
    assert!(
        annotated(&problem(text, "two"), text, &Renderer::plain()).contains("2 | two\n  | ^^^\n")
    );
    let end = Problem::error("it ends here", "").at(Path::new("a"), text, 7..7);
    assert!(annotated(&end, text, &Renderer::plain()).contains("2 | two\n  |    ^\n"));
    let empty = Problem::error("it is empty", "").at(Path::new("a"), "", 0..0);
    assert!(annotated(&empty, "", &Renderer::plain()).contains("a:1:1"));
}

#[test]
fn of_a_very_long_line_only_the_part_around_the_place_is_shown() {
    let text = format!(
        "{{\"a\":\"{}\",\"here\":1,\"b\":\"{}\"}}",
        "é".repeat(100_000),
        "é".repeat(100_000)
    );
    let drawn = annotated(&problem(&text, "here"), &text, &Renderer::plain());
    assert!(drawn.contains("^^^^"), "{drawn}");
    assert!(drawn.contains("spec/a.yaml:1:100010"), "{drawn}");
    assert!(drawn.len() < 4 * CONTEXT_BYTES, "{} bytes", drawn.len());
}

#[test]
fn a_place_that_is_not_in_the_text_is_named_all_the_same() {
    let elsewhere = problem("one\ntwo", "two");
    assert!(annotated(&elsewhere, "", &Renderer::plain()).contains("spec/a.yaml:2:1"));
    let inside = Problem::error("odd", "").at(Path::new("a"), "é", 1..9);
    assert!(annotated(&inside, "é", &Renderer::plain()).contains("a:1:1"));
}

#[test]
fn a_difference_names_the_file_and_shows_both_sides() {
    let path = "src/lib.rs".to_owned();
    let changed = Change::Changed {
        path: path.clone(),
        old: "a\r\nb\r\n".into(),
        new: "a\nc\n".into(),
    };
    assert_eq!(
        bare(&difference("generated/src/lib.rs", &changed)),
        "--- a/generated/src/lib.rs\n+++ b/generated/src/lib.rs\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
    );
    let missing = Change::Missing {
        path: path.clone(),
        new: "a\n".into(),
    };
    assert!(bare(&difference("x", &missing)).starts_with("--- /dev/null\n+++ b/x\n"));
    let orphan = Change::Orphan {
        path: path.clone(),
        old: "a\n".into(),
        generated: false,
    };
    assert!(bare(&difference("x", &orphan)).starts_with("--- a/x\n+++ /dev/null\n"));
    let empty = Change::Orphan {
        path: path.clone(),
        old: String::new(),
        generated: false,
    };
    assert_eq!(bare(&difference("x", &empty)), "--- a/x\n+++ /dev/null\n");
    let binary = Change::Orphan {
        path,
        old: "a\0b".into(),
        generated: false,
    };
    assert_eq!(difference("x", &binary), "Binary file x differs\n");
}
