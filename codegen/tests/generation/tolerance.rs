//! Tests of entries of the option `tolerate-missing` that don't match the document.

use wiretrue_codegen::{Options, Source};

const DOCUMENT: &str = include_str!("../golden/tolerance/openapi.yaml");

#[track_caller]
fn assert_refused(entries: &[&str], said: &[&str]) {
    let options = Options {
        tolerate_missing: entries.iter().map(|&entry| entry.to_owned()).collect(),
        ..Options::new("notes")
    };
    let refused = wiretrue_codegen::generate(&Source::new("notes.yaml", DOCUMENT), &options);
    let refused = refused.map(|_| ()).expect_err("a refusal");
    let refused: Vec<_> = refused
        .iter()
        .map(|it| format!("{}: {}; {}", it.stage, it.message, it.help))
        .collect();
    assert_eq!(refused, said);
}

#[test]
fn an_entry_without_a_required_property_is_an_error() {
    // A misspelt property, a misspelt model, an optional property, and the name of a field.
    assert_refused(
        &[
            "Order.stat",
            "Ordr",
            "Line.count",
            "Order.buyer_name",
            "Order",
        ],
        &[
            "options: `tolerate-missing` lists `Order.stat`, but no response requires it; did you mean `Order.state`?",
            "options: `tolerate-missing` lists `Ordr`, but no response requires it; did you mean `Order`?",
            "options: `tolerate-missing` lists `Line.count`, but no response requires it; \
             use `Model` or `Model.property`, with the property's name in JSON; `*` matches any text",
            "options: `tolerate-missing` lists `Order.buyer_name`, but no response requires it; \
             did you mean `Order.buyer.name`?",
        ],
    );
}

#[test]
fn a_single_star_matches_every_property() {
    let options = Options {
        tolerate_missing: vec!["*".to_owned()],
        ..Options::new("notes")
    };
    let generated = wiretrue_codegen::generate(&Source::new("notes.yaml", DOCUMENT), &options);
    let generated = generated.unwrap_or_else(|refused| panic!("{refused}"));
    let order = generated.tree.get("src/models/order.rs").expect("a file");
    let count = |kind: &str| order.matches(&format!("{kind} \"")).count();
    let counts = ["optional", "optional_or_null", "required", "nullable"].map(count);
    assert_eq!(counts, [6, 1, 0, 0]);
}
