//! The JSON in the pages, and the overlays.

use serde_json::Value;
use wiretrue_codegen::{Options, Source};

use super::source;

#[test]
fn json_is_valid() {
    for code in source::blocks("json") {
        let value: Result<Value, _> = serde_json::from_str(&code.text);
        assert!(value.is_ok(), "{}: {value:?}", code.place());
    }
}

#[test]
fn overlays_apply_to_the_pet_store() {
    let document = source::root().join("codegen/tests/pages/petstore.yaml");
    for code in source::blocks("yaml") {
        let source = Source::read(&document).unwrap();
        let source = source.with_overlay(code.place(), code.text.clone());
        if let Err(refused) = wiretrue_codegen::generate(&source, &Options::new("petstore")) {
            panic!("{}: {refused}", code.place());
        }
    }
}
