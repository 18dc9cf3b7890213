//! A document's text stays text: it becomes no code, no path outside the crate, no doctest.

mod hostile;

use std::sync::LazyLock;

use codegen::{Options, Source, Tree};

fn tree() -> &'static Tree {
    static TREE: LazyLock<Tree> = LazyLock::new(|| {
        let source = Source::new("hostile.json", hostile::document().to_string());
        match codegen::generate(&source, &Options::new("hostile")) {
            Ok(generated) => generated.tree,
            Err(refused) => panic!("{refused}"),
        }
    });
    &TREE
}

#[test]
fn no_text_becomes_code() {
    for (path, text) in tree()
        .iter()
        .filter(|(path, _)| path.ends_with(".rs") && !path.starts_with("src/runtime/"))
    {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        for item in &file.items {
            assert!(!matches!(item, syn::Item::Fn(_)), "{path}: a free function");
            if let syn::Item::Macro(call) = item {
                let name = call
                    .mac
                    .path
                    .get_ident()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                let known = ["object", "operation", "redacted_debug", "string_enum"];
                assert!(known.contains(&name.as_str()), "{path}: {name}!");
            }
        }
        for attribute in text
            .lines()
            .map(str::trim_start)
            .filter(|line| line.starts_with("#"))
        {
            let known = [
                "allow(clippy::",
                "allow(deprecated)]",
                "cfg(all(feature = \"",
                "cfg(any(feature = \"",
                "cfg(feature = \"",
                "cfg(doctest)]",
                "derive(",
                "deprecated]",
                "doc = include_str!(",
                "doc(hidden)]",
                "inline]",
                "must_use = ",
                "non_exhaustive]",
                "rustfmt::skip]",
            ];
            let name = attribute.trim_start_matches(['#', '!', '[']);
            assert!(
                known.iter().any(|known| name.starts_with(known)),
                "{path}: {attribute}"
            );
        }
    }
}

#[test]
fn no_path_leads_out_of_the_crate() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("a/b/c/d/e/crate");
    tree().write(&inside).unwrap();
    let mut outside: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    outside.sort();
    assert_eq!(outside, ["a"]);
    for (path, _) in tree().iter() {
        assert!(
            path.is_ascii() && !path.contains("harm:") && !path.contains(".."),
            "{path}"
        );
    }
}

/// Code blocks that rustdoc would run are only those of the templates: each begins with `use`.
#[test]
fn no_text_becomes_a_doctest() {
    for (path, text) in tree()
        .iter()
        .filter(|(path, _)| !path.starts_with("src/runtime/"))
    {
        let lines: Vec<&str> = text
            .lines()
            .map(|line| {
                line.trim_start()
                    .trim_start_matches("///")
                    .trim_start_matches("//!")
                    .trim_start()
            })
            .collect();
        let mut fence: Option<String> = None;
        for (index, line) in lines.iter().enumerate() {
            let ticks: String = line.chars().take_while(|&c| c == '`').collect();
            match &fence {
                Some(open) if line.trim() == ticks && ticks.len() >= open.len() => fence = None,
                None if ticks.len() >= 3 && !line[ticks.len()..].contains('`') => {
                    let language = line[ticks.len()..].trim();
                    if !matches!(language, "text" | "json" | "toml" | "sh") {
                        assert!(
                            matches!(language, "no_run" | "rust,no_run"),
                            "{path}:{}: {line:?}",
                            index + 1
                        );
                        assert!(
                            lines[index + 1].starts_with("use hostile::"),
                            "{path}:{}",
                            index + 2
                        );
                    }
                    fence = Some(ticks);
                }
                _ => {}
            }
        }
        assert_eq!(fence, None, "{path}: a code block isn't closed");
    }
}
