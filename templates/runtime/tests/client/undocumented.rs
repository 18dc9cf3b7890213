//! Successes that the document doesn't describe.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use wiretrue::Error;
use wiretrue::response::RawResponse;

use crate::api::{Thing, thing};

fn response(status: u16, media_type: &str, body: &'static str) -> RawResponse {
    let mut headers = HeaderMap::new();
    let media_type = HeaderValue::from_str(media_type).expect("a header");
    headers.insert("content-type", media_type);
    let status = StatusCode::from_u16(status).expect("a status");
    RawResponse::new("Op", status, headers, Bytes::from_static(body.as_bytes()))
}

#[derive(Debug, PartialEq)]
enum Output {
    Thing(Thing),
    Text(String),
    Nothing,
}

/// Reads a response as an operation that describes text, JSON and, if `empty`, no body.
fn read(response: RawResponse, empty: bool) -> Result<Output, Error> {
    response.undocumented_as(
        &[
            ("text/plain", |it| it.text().map(Output::Text)),
            ("application/json", |it| it.json().map(Output::Thing)),
        ],
        empty.then_some(|_| Ok(Output::Nothing)),
    )
}

#[test]
fn a_body_is_read_by_its_media_type() {
    let text = r#"{"id":"a","parent":null}"#;
    let as_json = read(
        response(203, "application/json; charset=utf-8", text),
        false,
    );
    assert_eq!(as_json.expect("JSON"), Output::Thing(thing("a")));
    let as_text = read(response(203, "text/plain", text), false);
    assert_eq!(as_text.expect("text"), Output::Text(text.to_owned()));
    let other = read(response(203, "text/html", text), false);
    assert_eq!(other.expect("the first"), Output::Text(text.to_owned()));
}

#[test]
fn a_body_that_does_not_match_its_media_type_is_read_as_another() {
    let output = read(response(203, "application/json", "plain"), false);
    assert_eq!(output.expect("text"), Output::Text("plain".to_owned()));
}

#[test]
fn an_empty_body_is_the_documented_one_or_an_error() {
    let output = read(response(205, "text/plain", ""), true);
    assert_eq!(output.expect("nothing"), Output::Nothing);
    let error = read(response(204, "text/plain", ""), false).expect_err("no body");
    assert_eq!(
        error.to_string(),
        "Op: 204 No Content, a body was documented"
    );
    assert!(error.as_api().is_none());
}

#[test]
fn a_part_that_was_not_asked_for_is_an_error() {
    let error = read(response(206, "text/plain", "half"), false).expect_err("a part");
    assert_eq!(
        error.to_string(),
        "Op: 206 Partial Content: the body is a part that the request didn't ask for"
    );
}

#[test]
fn no_error_prints_the_body_of_a_success() {
    for media_type in ["application/json", "text/plain", "text/html"] {
        let error = response(200, media_type, "\"s3cret\"").into_error();
        let text = error.to_string();
        assert_eq!(text, "Op: 200 OK (8 bytes)");
    }
    let error = response(202, "application/json", "\"s3cret\"").json::<Thing>();
    let text = error.expect_err("no thing").to_string();
    assert!(!text.contains("s3cret"), "{text}");
}
