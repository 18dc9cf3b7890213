//! Tests of pagination rules and presets, and of rules that don't match the document.

use wiretrue_codegen::{Options, Source};

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

/// Returns the paginated operations, or the errors as `line:column: message; help`.
fn outcome(document: &str, rules: &str) -> Result<Vec<String>, Vec<String>> {
    let table: toml::Table =
        toml::from_str(&format!("package = \"lists\"\n{rules}")).expect("TOML");
    let options: Options = table.try_into().expect("options");
    match wiretrue_codegen::generate(&Source::new("lists.yaml", document), &options) {
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
fn a_rule_must_match_the_operations_that_it_names() {
    let table = [
        (
            "style = 'number'\nparameter = 'page'",
            "the response of `listRows` has several arrays, so its items aren't known; \
             name the array in `pagination.items`, such as `/data`",
        ),
        (
            "style = 'number'\nparameter = 'token'\nitems = '/rows'",
            "`listRows` has no query parameter `token`, and no string or number `token` in a JSON body; \
             correct `parameter`, or list only operations that have this parameter",
        ),
        (
            "style = 'number'\nitems = '/rows'",
            "`pagination.parameter` is missing for `listRows`; \
             name the query parameter, or the property of the JSON body, that requests the next page",
        ),
        (
            "style = 'link'\nitems = '/rows'",
            "`pagination.next` is missing for `listRows`; \
             set it to the JSON pointer of the next page's URL or cursor, such as `/meta/next`",
        ),
        (
            "style = 'link'\nitems = '/rows'\nnext = '/last/at'",
            "`pagination.next` is `/last/at`, which isn't a string or an integer in the response of \
             `listRows`; correct the pointer, or name only operations that have this property",
        ),
        (
            "style = 'link'\nitems = '/next'\nnext = '/next'",
            "`pagination.items` is `/next`, which isn't an array in the response of `listRows`; \
             correct the pointer, or name only operations that have this property",
        ),
        (
            "style = 'link'\nitems = '/rows'\nnext = '/none'",
            "`pagination.next` is `/none`, which doesn't exist in the response of `listRows`; \
             correct the pointer, or name only operations that have this property",
        ),
        (
            "style = 'link'\nitems = '/rows'\nnext = 'next'",
            "`pagination.next` isn't a JSON pointer: `next`; \
             start it with a slash, such as `/meta/next`",
        ),
        (
            "style = 'link'\nitems = '/rows'\nnext = '/next'\nmore = '/next'",
            "`pagination.more` is `/next`, which isn't a boolean in the response of `listRows`; \
             correct the pointer, or name only operations that have this property",
        ),
        (
            "style = 'number'\nparameter = 'page'\nitems = '/rows'\ntotal-pages = '/last/at'",
            "`pagination.total-pages` is `/last/at`, which isn't a number or a string in the response \
             of `listRows`; correct the pointer, or name only operations that have this property",
        ),
        (
            "style = 'offset'\nparameter = 'page'\nitems = '/rows'\ntotal-pages = '/next'",
            "`pagination.total-pages` has no meaning for this `style`; \
             remove it, or choose another `style`",
        ),
        (
            "style = 'link'\nitems = '/rows'\nnext = '/next'\ntotal-items = '/next'",
            "`pagination.total-items` has no meaning for this `style`; \
             remove it, or choose another `style`",
        ),
        (
            "style = 'link'\nitems = '/rows'\nnext = '/next'\nend-at = ['short-page']",
            "`pagination.end-at` has no meaning for this `style`; \
             remove it, or choose another `style`",
        ),
        (
            "style = 'link-header'\nitems = '/rows'\nparameter = 'page'",
            "`pagination.parameter` has no meaning for this `style`; \
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

/// Replaces the body of a search, whose rule names `parameter`.
fn search(body: &str, parameter: &str) -> Result<Vec<String>, Vec<String>> {
    let document = DOCUMENT.replace(
        "  /rows:\n    get:",
        &format!("  /rows:\n    post:\n      requestBody: {{content: {{{body}}}}}"),
    );
    let rule = format!(
        "[[pagination]]\noperations = ['listRows']\nstyle = 'cursor'\nitems = '/rows'\n\
         next = '/next'\nparameter = '{parameter}'"
    );
    outcome(&document, &rule)
}

#[test]
fn a_parameter_may_be_a_property_of_a_json_body() {
    let json = "application/json: {schema: {type: object, properties: {cursor: {type: string}, \
                at: {type: object, properties: {n: {type: number}}}, on: {type: boolean}}}}";
    let list = Ok(vec!["ListRows".to_owned()]);
    for parameter in ["page", "cursor", "/cursor", "/at/n"] {
        assert_eq!(search(json, parameter), list, "{parameter}");
    }
    for parameter in ["on", "at", "n", "/at", "/at/m", "/cursor/x", "at/n"] {
        let refused = search(json, parameter).expect_err("no such input");
        assert!(refused[0].contains("has no query parameter"), "{refused:?}");
    }
    let form = json.replace("application/json", "application/x-www-form-urlencoded");
    for body in [form.as_str(), "text/plain: {schema: {type: string}}"] {
        assert!(search(body, "cursor").is_err(), "{body}");
    }
}

#[test]
fn an_operation_without_a_json_response_cannot_be_paginated() {
    let rules = "[[pagination]]\noperations = ['get*']\nstyle = 'link-header'";
    assert_eq!(
        outcome(DOCUMENT, rules),
        Err(vec![
            "24:5: `getText` can't be paginated: it has no single successful response with a JSON body; \
             name only operations that return a list"
                .to_owned()
        ])
    );
}

#[test]
fn a_rule_that_matches_nothing_is_an_error() {
    let rules = "[[pagination]]\nstyle = 'offset'\nparameter = 'skip'\n\
                 [[pagination]]\noperations = ['listCols', 'x*y']\nstyle = 'link-header'";
    let help = "use the `operationId`s, properties and parameters of the document";
    assert_eq!(
        outcome(DOCUMENT, rules),
        Err(vec![
            format!("1:1: a rule of `pagination` matches no operation; {help}"),
            format!(
                "1:1: a rule of `pagination` matches no operation of the document: `listCols`, `x*y`; {help}"
            ),
        ])
    );
}

#[test]
fn the_first_rule_that_matches_applies() {
    let rules = "[[pagination]]\nstyle = 'number'\nparameter = 'page'\nitems = '/rows'";
    assert_eq!(outcome(DOCUMENT, rules), Ok(vec!["ListRows".to_owned()]));
    assert_eq!(outcome(DOCUMENT, ""), Ok(vec![]));
}

/// Extensions of this name that other programs read, or that don't match the operation.
#[test]
fn an_extension_of_another_form_is_ignored_with_a_warning() {
    let extensions = [
        ("{style: links}", "unknown variant `links`"),
        (
            "{limitParam: page_size, pageParam: page}",
            "unknown field `limitParam`",
        ),
        ("[page]", "invalid type"),
        ("true", "invalid type"),
        (
            "{style: cursor, parameter: page}",
            "the response of `listRows` has several arrays",
        ),
    ];
    for (extension, reason) in extensions {
        let document = DOCUMENT.replace(
            "operationId: listRows",
            &format!("operationId: listRows\n      x-pagination: {extension}"),
        );
        let source = Source::new("lists.yaml", document);
        let generated = wiretrue_codegen::generate(&source, &Options::new("lists"));
        let generated = generated.unwrap_or_else(|refused| panic!("{extension}: {refused}"));
        let said: Vec<String> = generated
            .diagnostics
            .iter()
            .map(|it| it.to_string())
            .collect();
        assert_eq!(said.len(), 1, "{said:?}");
        let start = "warning: `x-pagination` is ignored: ";
        assert!(said[0].contains(&format!("{start}{reason}")), "{said:?}");
        // A rule applies instead.
        let rule = "[[pagination]]\nstyle = 'number'\nparameter = 'page'\nitems = '/rows'";
        assert_eq!(outcome(&source.text, rule), Ok(vec!["ListRows".to_owned()]));
    }
}

const LISTS: &str = r#"openapi: 3.0.3
info: {title: Lists, version: 1.0.0}
servers: [{url: https://lists.example.com}]
paths:
  /calls:
    get:
      operationId: listCalls
      responses:
        "200":
          description: Calls.
          content:
            application/json:
              schema:
                type: object
                properties: {calls: {type: array, items: {type: string}}, next_page_uri: {type: string}}
  /repositories:
    get:
      operationId: listRepositories
      responses:
        "200":
          description: Repositories.
          headers: {Link: {schema: {type: string}}}
          content: {application/json: {schema: {type: array, items: {type: string}}}}
"#;

#[test]
fn presets_apply_unless_the_options_choose_others() {
    let both = ["ListCalls".to_owned(), "ListRepositories".to_owned()];
    assert_eq!(outcome(LISTS, ""), Ok(both.to_vec()));
    for (presets, expected) in [
        ("['twilio', 'link-header']", &both[..]),
        ("['twilio']", &both[..1]),
        ("['link-header']", &both[1..]),
        ("[]", &[]),
    ] {
        let options = format!("pagination-presets = {presets}");
        assert_eq!(outcome(LISTS, &options), Ok(expected.to_vec()), "{presets}");
    }
}
