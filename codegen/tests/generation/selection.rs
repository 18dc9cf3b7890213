//! Tests of the options `select` and `exclude`: the remaining operations and models, and errors.

use wiretrue_codegen::{Options, Source};

const DOCUMENT: &str = include_str!("../golden/selection/openapi.yaml");

fn options(text: &str) -> Options {
    let mut table: toml::Table = toml::from_str(text).expect("TOML");
    table.insert("package".to_owned(), "shop".into());
    table.try_into().expect("options")
}

/// Returns the remaining operations and models, or the errors as `message; help`.
fn outcome(text: &str) -> Result<(Vec<String>, Vec<String>), Vec<String>> {
    match wiretrue_codegen::generate(&Source::new("shop.yaml", DOCUMENT), &options(text)) {
        Ok(generated) => {
            assert!(
                generated.diagnostics.is_empty(),
                "{}",
                generated.diagnostics
            );
            let operations = generated.api.operations.iter().map(|it| it.id.clone());
            let models = (0..generated.api.types.len()).map(wiretrue_codegen::ir::TypeId);
            let models = models.map(|id| generated.names.of(id).ident.to_string());
            Ok((operations.collect(), models.collect()))
        }
        Err(refused) => Err(refused
            .iter()
            .map(|said| {
                assert_eq!(said.stage.to_string(), "options");
                format!("{}; {}", said.message, said.help)
            })
            .collect()),
    }
}

#[track_caller]
fn assert_kept(text: &str, operations: &[&str], models: &[&str]) {
    let (mut left, mut needed) = outcome(text).expect("a client");
    left.sort();
    needed.sort();
    assert_eq!(left, operations);
    assert_eq!(needed, models);
}

#[track_caller]
fn assert_refused(text: &str, said: &[&str]) {
    assert_eq!(outcome(text).expect_err("a refusal"), said);
}

#[test]
fn operations_are_selected_by_tag_id_or_path_and_models_follow() {
    let of_orders = ["BaseMaker", "Item", "Kind", "Line", "Order"];
    assert_kept(
        "select = { tags = ['orders'] }",
        &["dropOrder", "fetchOrder"],
        &of_orders,
    );
    assert_kept(
        "select = { operations = ['readStock'] }",
        &["readStock"],
        &["Stock"],
    );
    assert_kept(
        "select = { paths = ['/catalogue/*'] }",
        &["listItems"],
        &["Item", "Kind"],
    );
    assert_kept(
        "select = { paths = ['/catalogue/**'], operations = ['addUser'] }",
        &["addUser", "listItems", "readStock"],
        &["Item", "Kind", "Stock", "User"],
    );
}

#[test]
fn exclude_applies_with_and_without_a_selection() {
    assert_kept(
        "select = { tags = ['catalogue'] }\nexclude = { operations = ['listItems'] }",
        &["readStock"],
        &["Stock"],
    );
    assert_kept(
        "exclude = { tags = ['orders', 'catalogue'] }",
        &["addUser"],
        &["User"],
    );
}

#[test]
fn an_entry_that_matches_nothing_is_an_error() {
    assert_refused(
        "select = { tags = ['order', 'stock'], operations = ['listitems'] }",
        &[
            "the entry `order` in `select.tags` matches no operation; did you mean `orders`?",
            "the entry `stock` in `select.tags` matches no operation; correct or remove it in `select.tags`",
            "the entry `listitems` in `select.operations` matches no operation; did you mean `listItems`?",
        ],
    );
    assert_refused(
        "exclude = { paths = ['/v2/**'] }",
        &[
            "the entry `/v2/**` in `exclude.paths` matches no operation; a pattern must match the whole path: `*` matches part of a segment, `**` any number of segments",
        ],
    );
}

#[test]
fn a_client_without_operations_is_an_error() {
    assert_refused(
        "select = { tags = ['admin'] }\nexclude = { paths = ['/admin/**'] }",
        &["the options select no operation; remove an entry from `exclude`"],
    );
}

#[test]
fn the_operations_of_a_device_login_must_be_selected() {
    assert_refused(
        "exclude = { tags = ['admin'] }\n\
         device-login = { authorization = 'addUser', token = 'listItems' }",
        &[
            "`device-login.authorization` names the operation `addUser`, which the selection excludes; add it to `select.operations`, or remove it from `exclude`",
        ],
    );
}

#[test]
fn an_unknown_key_is_rejected() {
    let table = toml::from_str::<toml::Table>("package = 'x'\nselect = { tag = ['pets'] }");
    let refused = table.expect("TOML").try_into::<Options>();
    let error = refused.expect_err("a refusal").to_string();
    assert!(error.contains("unknown field `tag`"), "{error}");
}
