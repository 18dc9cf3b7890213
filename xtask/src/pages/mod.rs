//! Checks the code in README.md and in the pages of `docs/`: commands, manifests, templates and data. The compile tests
//! of `wiretrue-codegen` compile the Rust.

mod commands;
mod data;
mod manifests;
#[path = "../../../codegen/tests/pages/mod.rs"]
mod source;
mod templates;

use std::path::Path;

use self::source::Code;

/// The languages of blocks that are checked, and `text`, which is output.
const LANGUAGES: [&str; 7] = ["jinja", "json", "rust", "sh", "text", "toml", "yaml"];

#[test]
fn every_block_has_a_language_that_is_checked() {
    for code in source::all() {
        let language = code.language.as_deref().map(|it| it.split(',').next());
        if let Some(language) = language {
            let language = language.unwrap_or_default();
            assert!(
                LANGUAGES.contains(&language),
                "{}: `{language}`",
                code.place()
            );
        }
    }
}

#[test]
fn blocks_and_code_in_texts_are_found() {
    let text = "Run `wiretrue`:\n\n1. As here:\n\n   ```sh\n   wiretrue new\n\n   wiretrue\n   ```\n\n| a |\n| --- |\n| `b` |\n";
    let found: Vec<_> = source::code_of(Path::new("page.md"), text)
        .into_iter()
        .map(
            |Code {
                 line,
                 language,
                 text,
                 ..
             }| (line, language, text),
        )
        .collect();
    let expected = [
        (1, None, "wiretrue"),
        (5, Some("sh"), "wiretrue new\n\nwiretrue\n"),
        (13, None, "b"),
    ];
    let expected =
        expected.map(|(line, language, text)| (line, language.map(str::to_owned), text.to_owned()));
    assert_eq!(found, expected);
}

/// Fails with the problems of code, each with its place.
#[track_caller]
fn expect_none(problems: Vec<(String, String)>) {
    let lines: Vec<_> = problems
        .iter()
        .map(|(place, problem)| format!("{place}: {problem}"))
        .collect();
    assert!(lines.is_empty(), "\n{}", lines.join("\n"));
}
