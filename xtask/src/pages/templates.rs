//! The templates in the pages are those of the golden case `templates`, whose output is compiled.

use std::fs;
use std::path::PathBuf;

use super::{expect_none, source};

/// The blocks that no golden case has: the page, a text of the block, and the reason.
const OTHERS: [(&str, &str, &str); 1] = [(
    "README.md",
    "operation.meta.path",
    "a change of a built-in template",
)];

#[test]
fn templates_are_those_of_a_golden_case() {
    let texts = texts(case().join("my"));
    let mut problems = Vec::new();
    for code in source::blocks("jinja") {
        let is_listed = OTHERS.iter().any(|(page, text, _)| code.is(page, text));
        if !is_listed && !texts.contains(&code.text) {
            let problem = "no template of the golden case `templates` has this text".to_owned();
            problems.push((code.place(), problem));
        }
    }
    expect_none(problems);
}

#[test]
fn output_of_a_template_is_that_of_a_golden_case() {
    let expected = fs::read_to_string(case().join("expected/src/apis/pets.rs")).unwrap();
    let mut blocks = source::blocks("rust").into_iter();
    let block = blocks.find(|it| it.is("docs/templates.md", "impl ListPets"));
    assert!(expected.contains(&block.unwrap().text));
}

fn case() -> PathBuf {
    source::root().join("codegen/tests/golden/templates")
}

/// Returns the texts of all files below a folder.
fn texts(folder: PathBuf) -> Vec<String> {
    let mut folders = vec![folder];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                texts.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    texts
}
