use wiretrue_codegen::{Options, Source};

use super::faults;
use crate::cases::Call;
use crate::planner::cases;
use crate::recorder::RecordedRequest;

const DOCUMENT: &str = r#"
openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /pets/{id}.json?beta=true&by={id}:
    post:
      operationId: feed
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}, example: a b}
        - {name: tags, in: query, schema: {type: array, items: {type: string}}, example: [x, y]}
        - {name: Trace, in: header, schema: {type: integer}, example: 7}
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [Food]
              properties:
                Food: {type: string, example: fish & chips}
                At: {type: string, format: date-time, example: "2026-01-31T12:30:00.500+00:00"}
      responses:
        "204": {description: Fed.}
"#;

/// What is found wrong with a request that was made of the good one.
fn found(spoil: impl FnOnce(&mut RecordedRequest)) -> Vec<String> {
    let made = wiretrue_codegen::generate(&Source::new("t.yaml", DOCUMENT), &Options::new("t"));
    let made = made.expect("the document is well");
    let cases = cases(&made);
    let call: &Call = &cases.calls[0];
    let header = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
    let mut request = RecordedRequest {
        method: "POST".to_owned(),
        target: "/pets/a%20b.json?beta=true&by=a%20b&tags=x&tags=y".to_owned(),
        headers: vec![
            header("content-type", "application/x-www-form-urlencoded"),
            header("trace", "7"),
        ],
        body: b"Food=fish+%26+chips&At=2026-01-31T12%3A30%3A00.5Z".to_vec(),
    };
    spoil(&mut request);
    faults(&made.api.operations[0], &[], call, &request)
}

#[test]
fn a_request_that_holds_what_was_given_is_well() {
    assert_eq!(found(|_| {}), Vec::<String>::new());
}

#[test]
fn whatever_is_missing_added_or_changed_is_found() {
    let spoiled = |text: &str, from: &str, to: &str| text.replace(from, to);
    let form = |from: &'static str, to: &'static str| {
        found(move |it| {
            it.body = spoiled(&String::from_utf8_lossy(&it.body), from, to).into_bytes()
        })
    };
    let target = |from: &'static str, to: &'static str| {
        found(move |it| it.target = spoiled(&it.target, from, to))
    };
    for (found, wanted) in [
        (form("Food=", "Food="), None),
        (
            form("chips", "chips&Drink=tea"),
            Some("the form contains `Drink`, which isn't an argument"),
        ),
        (form("Food", "food"), Some("`Food`: it isn't sent")),
        (
            form("chips", "peas"),
            Some("`Food`: `fish & peas` was sent for `fish & chips`"),
        ),
        (
            form("30%3A00", "31%3A00"),
            Some("`At`: `2026-01-31T12:31:00.5Z` was sent for `2026-01-31T12:30:00.500+00:00`"),
        ),
        (
            target("beta=true&", ""),
            Some("the query lacks `beta=true` of the path"),
        ),
        (
            target("beta=true", "beta=false"),
            Some("the query lacks `beta=true` of the path"),
        ),
        (
            target("tags=x&tags=y", "tags=x,y"),
            Some("`tags`: `x,y` was sent for `x`"),
        ),
        (
            target("?", "?page=1&"),
            Some("the query contains `page`, which isn't an argument"),
        ),
        (
            target("a%20b", "a+b"),
            Some("`id`: `a+b.json` was sent for `a b`"),
        ),
        (
            target(".json", ""),
            Some("`id`: `a%20b` was sent for `a b`"),
        ),
    ] {
        assert_eq!(found.first().map(String::as_str), wanted);
    }
    assert_eq!(
        target("tags=x&tags=y", "tags=z&tags=w&tags=v"),
        [
            "`tags`: `z` was sent for `x`",
            "`tags`: `w` was sent for `y`",
            "the query contains `tags`, which isn't an argument"
        ]
    );
    assert_eq!(
        target("tags=x&tags=y", "tags=x"),
        ["`tags`: `y` wasn't sent"]
    );
    assert_eq!(
        found(|it| drop(it.headers.pop())),
        ["`Trace`: it isn't sent"]
    );
    assert_eq!(
        found(|it| it.method = "PUT".to_owned()),
        ["the method is PUT"]
    );
    assert_eq!(
        found(|it| it.headers[0].1 = b"text/plain".to_vec()),
        ["the media type is `text/plain`"]
    );
}
