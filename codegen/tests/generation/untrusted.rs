//! Tests that text of a document stays text, and never becomes code, a path outside the crate, or a doctest.

use std::sync::LazyLock;

use serde_json::{Value, json};
use wiretrue_codegen::{Options, Source, Tree};

use crate::hostile;

fn tree() -> &'static Tree {
    static TREE: LazyLock<Tree> = LazyLock::new(|| {
        let source = Source::new("hostile.json", hostile::document().to_string());
        match wiretrue_codegen::generate(&source, &Options::new("hostile")) {
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
                let words = call.mac.path.segments.iter();
                let words: Vec<_> = words.map(|it| it.ident.to_string()).collect();
                let name = words.join("::");
                let known = [
                    "codegen::client_methods",
                    "codegen::token_methods",
                    "crate::runtime::codegen::mock_setters",
                    "model",
                    "operation",
                    "redacted_debug",
                    "runtime::codegen::generated_for",
                    "string_enum",
                ];
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
                "allow(dead_code",
                "allow(deprecated)]",
                "cfg(all(feature = \"",
                "cfg(any(feature = \"",
                "cfg(feature = \"",
                "cfg(doctest)]",
                "cfg_attr(feature = \"mock\", derive(Default))]",
                "derive(",
                "deprecated]",
                "doc = include_str!(",
                "doc(hidden)]",
                "doc(inline)]",
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
fn no_path_escapes_the_crate() {
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

/// Returns the paths of a client's files. Every name in the document becomes a file.
fn files(document: &Value) -> Vec<String> {
    let source = Source::new("names.json", document.to_string());
    match wiretrue_codegen::generate(&source, &Options::new("names")) {
        Ok(generated) => generated
            .tree
            .iter()
            .map(|(path, _)| path.to_owned())
            .collect(),
        Err(refused) => panic!("{refused}"),
    }
}

#[test]
fn a_name_without_words_is_named_after_its_kind() {
    let silent = [
        "\u{202e}\u{2069}",
        "\u{7}",
        "\u{200b}\u{feff}",
        "\u{1b}\u{7f}",
    ];
    let body = |schema: Value| json!({ "content": { "application/json": { "schema": schema } } });
    let answer = |schema: Value| {
        let mut answer = body(schema);
        answer["description"] = json!("");
        answer
    };
    let object = || {
        let members = silent.map(|name| (name.to_owned(), json!({ "type": "string" })));
        json!({ "type": "object", "properties": serde_json::Map::from_iter(members) })
    };
    let webhook = |name: &str| {
        let post =
            json!({ "requestBody": body(object()), "responses": { "200": { "description": "" } } });
        (name.to_owned(), json!({ "post": post }))
    };
    let operation = |name: &str| {
        let post = json!({
            "operationId": name, "tags": [name], "requestBody": body(object()),
            "parameters": [{ "name": name, "in": "query", "schema": { "type": "string", "enum": [name] } }],
            "responses": { "200": answer(object()) },
        });
        (format!("/{name}"), json!({ "post": post }))
    };
    let names = silent.iter().chain(hostile::HARM).copied();
    let files = files(&json!({
        "openapi": "3.1.0",
        "info": { "title": "Names", "version": "1" },
        "webhooks": serde_json::Map::from_iter(names.map(webhook)),
        "paths": serde_json::Map::from_iter(silent.map(operation)),
        "components": { "schemas": serde_json::Map::from_iter(silent.map(|name| (name.to_owned(), object()))) },
    }));
    for path in [
        "src/models/webhook.rs",
        "src/models/webhook_model.rs",
        "src/models/model.rs",
        "src/apis/group.rs",
        "src/models/operation_call_request.rs",
    ] {
        assert!(files.iter().any(|file| file == path), "{path}: {files:#?}");
    }
}

/// eCryptfs limits names to 143 bytes, and rustdoc's file names are longer than the identifiers.
#[test]
fn no_file_name_exceeds_the_limits_of_file_systems() {
    let deep = (0..60).fold(json!({ "type": "object", "properties": { "end": {} } }), |inner, step| {
        match step % 3 {
            0 => json!({ "type": "object", "additionalProperties": inner }),
            1 => json!({ "type": "array", "items": inner }),
            _ => json!({ "type": "object", "properties": { "aVeryTellingName": inner, "other": {} } }),
        }
    });
    let long = |letters: &str| letters.repeat(100);
    let get = |id: String| {
        json!({ "get": {
            "operationId": id, "tags": [id],
            "responses": { "200": { "description": "", "content": { "application/json": { "schema": deep } } } },
        } })
    };
    let files = files(&json!({
        "openapi": "3.0.3",
        "info": { "title": "Names", "version": "1" },
        "paths": { "/a": get(long("aB")), "/b": get(long("aB") + "C"), "/c": get(long("word")) },
        "components": { "schemas": { "Deep": deep, long("Xy"): deep, long("long"): deep } },
    }));
    assert!(files.len() > 200, "{files:#?}");
    for file in files {
        for step in file.split('/') {
            assert!("struct.".len() + step.len() + "html".len() < 143, "{file}");
        }
    }
}

/// The only code blocks that rustdoc would run are those of the templates. Each begins with `use`, which
/// may be hidden.
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
                            matches!(language, "no_run" | "rust,no_run" | "rust,ignore"),
                            "{path}:{}: {line:?}",
                            index + 1
                        );
                        let mut code = lines[index + 1..]
                            .iter()
                            .map(|it| it.trim_start_matches("# "));
                        // The condition of the code is hidden.
                        let first = code.find(|line| !line.starts_with("#[cfg("));
                        assert!(
                            first.is_some_and(|line| line.starts_with("use hostile::")),
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
