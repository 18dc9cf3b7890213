//! The option `tolerate-missing` against the document: what no entry may be.

use codegen::{Options, Source};

const DOCUMENT: &str = include_str!("../golden/tolerance/openapi.yaml");

#[track_caller]
fn assert_refused(entries: &[&str], said: &[&str]) {
    let options = Options {
        tolerate_missing: entries.iter().map(|&entry| entry.to_owned()).collect(),
        ..Options::new("notes")
    };
    let refused = codegen::generate(&Source::new("notes.yaml", DOCUMENT), &options);
    let refused = refused.map(|_| ()).expect_err("a refusal");
    let refused: Vec<_> = refused
        .iter()
        .map(|it| format!("{}: {}; {}", it.stage, it.message, it.help))
        .collect();
    assert_eq!(refused, said);
}

#[test]
fn an_entry_that_names_no_required_member_of_an_answer_is_an_error() {
    // A slip in the member, one in the model, a member that isn't required, and the name of a field.
    assert_refused(
        &[
            "Order.stat",
            "Ordr",
            "Line.count",
            "Order.buyer_name",
            "Order",
        ],
        &[
            "options: `tolerate-missing` names `Order.stat`, which no answer requires; did you mean `Order.state`?",
            "options: `tolerate-missing` names `Ordr`, which no answer requires; did you mean `Order`?",
            "options: `tolerate-missing` names `Line.count`, which no answer requires; \
             an entry is a model of the client, or `Model.member` with the member's name in JSON; \
             `*` stands for any text",
            "options: `tolerate-missing` names `Order.buyer_name`, which no answer requires; \
             did you mean `Order.buyer.name`?",
        ],
    );
}

#[test]
fn a_star_alone_is_every_member() {
    let options = Options {
        tolerate_missing: vec!["*".to_owned()],
        ..Options::new("notes")
    };
    let generated = codegen::generate(&Source::new("notes.yaml", DOCUMENT), &options);
    let generated = generated.unwrap_or_else(|refused| panic!("{refused}"));
    let order = generated.tree.get("src/models/order.rs").expect("a file");
    let lenient = order.matches("optional \"").count();
    assert_eq!((lenient, order.matches("required \"").count()), (7, 0));
}
