//! The rules of pagination against the document: what is refused, where, and what to do.

use codegen::{Options, Source};

const DOCUMENT: &str = r#"openapi: 3.0.3
info: {title: Lists, version: 1.0.0}
servers: [{url: https://lists.example.com}]
paths:
  /rows:
    get:
      operationId: listRows
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: token, in: header, schema: {type: string}}
      responses:
        "200":
          description: Rows.
          content:
            application/json:
              schema:
                type: object
                properties:
                  rows: {type: array, items: {type: string}}
                  columns: {type: array, items: {type: string}}
                  next: {type: string}
                  last: {type: object, properties: {at: {type: boolean}}}
  /text:
    get:
      operationId: getText
      responses:
        "200": {description: Text., content: {text/plain: {schema: {type: string}}}}
"#;

/// What is said of these rules: `line:column: message; help`, or the operations that answer in pages.
fn outcome(document: &str, rules: &str) -> Result<Vec<String>, Vec<String>> {
    let table: toml::Table =
        toml::from_str(&format!("package = \"lists\"\n{rules}")).expect("TOML");
    let options: Options = table.try_into().expect("options");
    match codegen::generate(&Source::new("lists.yaml", document), &options) {
        Ok(generated) => {
            let files = generated.tree.iter();
            let paged = files.flat_map(|(_, text)| {
                text.lines()
                    .filter_map(|line| line.strip_prefix("impl Paged for "))
                    .map(|rest| rest.trim_end_matches(" {").to_owned())
            });
            Ok(paged.collect())
        }
        Err(refused) => Err(refused
            .iter()
            .map(|said| {
                assert_eq!(said.stage.to_string(), "options");
                let place = said.location.as_ref().expect("a place");
                let (line, column) = (place.line, place.column);
                format!("{line}:{column}: {}; {}", said.message, said.help)
            })
            .collect()),
    }
}

#[test]
fn a_rule_that_names_an_operation_must_fit_it() {
    let table = [
        (
            "style = 'number'\nparameter = 'page'",
            "the answer of `listRows` has none or several lists, and nothing says which has the items; \
             name it in `pagination.items`, such as `/data`",
        ),
        (
            "style = 'number'\nparameter = 'token'\nitems = '/rows'",
            "`listRows` has no query parameter `token`, which `pagination` names; \
             mend the name, or name only operations that have it",
        ),
        (
            "style = 'number'\nitems = '/rows'",
            "`pagination.parameter` is missing for `listRows`; \
             name the query parameter that asks for the next page",
        ),
        (
            "style = 'link'\nitems = '/rows'",
            "`pagination.next` is missing for `listRows`; \
             say where the answer tells the next page, such as `/meta/next`",
        ),
        (
            "style = 'link'\nitems = '/rows'\nnext = '/last/at'",
            "`pagination.next` says `/last/at`, which in the answer of `listRows` isn't a text or a \
             whole number; mend the pointer, or name only operations that have it",
        ),
        (
            "style = 'link'\nitems = '/next'\nnext = '/next'",
            "`pagination.items` says `/next`, which in the answer of `listRows` isn't a list; \
             mend the pointer, or name only operations that have it",
        ),
        (
            "style = 'link'\nitems = '/rows'\nnext = '/none'",
            "`pagination.next` says `/none`, which in the answer of `listRows` isn't there; \
             mend the pointer, or name only operations that have it",
        ),
        (
            "style = 'link'\nitems = '/rows'\nnext = 'next'",
            "`pagination.next` is no JSON pointer: `next`; \
             begin it with a slash, such as `/meta/next`",
        ),
        (
            "style = 'link'\nitems = '/rows'\nnext = '/next'\nmore = '/next'",
            "`pagination.more` says `/next`, which in the answer of `listRows` isn't a boolean; \
             mend the pointer, or name only operations that have it",
        ),
        (
            "style = 'link-header'\nitems = '/rows'\nparameter = 'page'",
            "`pagination.parameter` means nothing for this style of paging; \
             remove it, or choose another `style`",
        ),
    ];
    for (rule, said) in table {
        let rules = format!("[[pagination]]\noperations = ['listRows']\n{rule}");
        assert_eq!(
            outcome(DOCUMENT, &rules),
            Err(vec![format!("6:5: {said}")]),
            "{rule}"
        );
    }
}

#[test]
fn an_operation_without_an_answer_in_json_cannot_answer_in_pages() {
    let rules = "[[pagination]]\noperations = ['get*']\nstyle = 'link-header'";
    assert_eq!(
        outcome(DOCUMENT, rules),
        Err(vec![
            "24:5: `getText` can't answer in pages: it has no single good answer in JSON; \
             name only operations that answer with a list"
                .to_owned()
        ])
    );
}

#[test]
fn a_rule_that_fits_nothing_is_an_error() {
    let rules = "[[pagination]]\nstyle = 'offset'\nparameter = 'skip'\n\
                 [[pagination]]\noperations = ['listCols', 'x*y']\nstyle = 'link-header'";
    let help = "name operationIds of the document, and members and parameters that they have";
    assert_eq!(
        outcome(DOCUMENT, rules),
        Err(vec![
            format!("1:1: a rule of `pagination` doesn't fit any operation; {help}"),
            format!(
                "1:1: a rule of `pagination` doesn't fit an operation that one of `listCols`, `x*y` \
                 names; {help}"
            ),
        ])
    );
}

#[test]
fn the_first_rule_that_fits_holds_and_the_rest_of_the_operations_are_left_alone() {
    let rules = "[[pagination]]\nstyle = 'number'\nparameter = 'page'\nitems = '/rows'";
    assert_eq!(outcome(DOCUMENT, rules), Ok(vec!["ListRows".to_owned()]));
    assert_eq!(outcome(DOCUMENT, ""), Ok(vec![]));
}

#[test]
fn an_extension_that_is_no_rule_is_refused() {
    let document = DOCUMENT.replace(
        "operationId: listRows",
        "operationId: listRows\n      x-pagination: {style: links}",
    );
    let said = outcome(&document, "").expect_err("a refusal");
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with("6:5: `x-pagination` can't be read: unknown variant `links`"),
        "{said:?}"
    );
}
