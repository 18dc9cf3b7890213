//! Tests of entries of the option `formats`.

use wiretrue_codegen::options::FormatType;
use wiretrue_codegen::{Options, Source};

const DOCUMENT: &str = "
openapi: 3.0.3
info: {title: T, version: '1'}
paths: {}
components:
  schemas:
    Stay:
      type: object
      properties:
        id: {type: string, format: uuid}
        paid: {format: date-time}
        count: {type: integer, format: date}
        days: {type: array, items: {type: string, format: date-time}}
";

fn options(formats: &[&str]) -> Options {
    let formats = formats.iter();
    Options {
        formats: formats
            .map(|&format| (format.to_owned(), FormatType::Text))
            .collect(),
        ..Options::new("stays")
    }
}

#[test]
fn a_format_may_be_text() {
    let options = options(&["date-time"]);
    let generated = wiretrue_codegen::generate(&Source::new("stays.yaml", DOCUMENT), &options);
    let generated = generated.unwrap_or_else(|refused| panic!("{refused}"));
    let stay = generated.tree.get("src/models/stay.rs").expect("a file");
    for field in [
        "id: Option<uuid::Uuid>",
        "paid: Option<String>",
        "count: Option<i64>",
        "days: Option<Vec<String>>",
    ] {
        assert!(stay.contains(field), "{field}: {stay}");
    }
    let manifest = generated.tree.get("Cargo.toml").expect("a manifest");
    assert!(!manifest.contains("chrono"), "{manifest}");
}

#[test]
fn an_entry_without_a_typed_format_of_the_document_is_an_error() {
    let options = options(&["byte", "date", "email", "uuid"]);
    let refused = wiretrue_codegen::generate(&Source::new("stays.yaml", DOCUMENT), &options);
    let refused = refused.map(|_| ()).expect_err("a refusal");
    let messages: Vec<&str> = refused.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "the document has no operations",
            "`formats` lists `email`, which is a string without this option, too",
            "`formats` lists `byte`, but no string in the document has this format",
            "`formats` lists `date`, but no string in the document has this format",
        ]
    );
}
