//! Details of errors.

mod messages;

use std::error::Error as StdError;
use std::fmt;
use wiretrue::Error;
use wiretrue::codegen::RawResponse;
use wiretrue::error::{ApiError, TransportError};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::api::{OnlyRead, Thing};

fn response(status: u16, headers: &[(&'static str, &'static str)], body: &[u8]) -> RawResponse {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        })
        .collect();
    let status = StatusCode::from_u16(status).expect("a status");
    RawResponse::new("CreateToken", status, headers, Bytes::copy_from_slice(body))
}

fn api_error(
    status: u16,
    headers: &[(&'static str, &'static str)],
    body: impl AsRef<[u8]>,
) -> ApiError {
    match response(status, headers, body.as_ref()).into_error() {
        Error::Api(error) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_request_id_is_found_and_shown() {
    for name in [
        "x-request-id",
        "twilio-request-id",
        "request-id",
        "x-amzn-requestid",
    ] {
        let error = api_error(429, &[(name, "RQ1")], "");
        assert_eq!(error.request_id(), Some("RQ1"));
        assert_eq!(
            error.to_string(),
            "CreateToken: 429 Too Many Requests (no body) (request RQ1)"
        );
    }
}

#[test]
fn the_documented_body_of_an_error_is_decoded_on_demand() {
    let error = api_error(404, &[], r#"{"code":20404,"message":"gone"}"#);
    let body = error.body::<OnlyRead>().expect("the documented body");
    assert_eq!(
        body,
        OnlyRead {
            code: 20404,
            message: Some("gone".to_owned())
        }
    );
    assert_eq!(error.status(), 404);
    assert_eq!(error.operation(), "CreateToken");
    assert_eq!(&error.raw_body()[..], br#"{"code":20404,"message":"gone"}"#);
    let error = api_error(503, &[("content-type", "text/html")], "<h1>down</h1>");
    let error = error.body::<OnlyRead>().expect_err("a page");
    assert_eq!(
        error.to_string(),
        "CreateToken: 503 Service Unavailable: the body (text/html) isn't JSON: \
         expected value at line 1 column 1"
    );
}

#[test]
fn a_mismatch_names_the_path_and_types_but_no_value() {
    let body = br#"{"id":"s3cret","parent":null,"child":{"id":["s3cret"],"parent":null}}"#;
    let error = response(200, &[], body)
        .json::<Thing>()
        .expect_err("a mismatch");
    assert_eq!(
        error.to_string(),
        "CreateToken: 200 OK: the body doesn't match the document: \
         `$.child.id`: expected a string, found an array"
    );
    let Error::Decode(decode) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(decode.path().as_deref(), Some("$.child.id"));
    assert_eq!(&decode.raw_body()[..], body);
    let mut source: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = source {
        assert!(!format!("{error} {error:?}").contains("s3cret"));
        source = error.source();
    }
}

#[test]
fn a_body_that_is_not_json_is_described() {
    let html = [("content-type", "text/html; charset=utf-8")];
    let error = response(200, &html, b"<html>")
        .json::<Thing>()
        .expect_err("a page");
    assert_eq!(
        error.to_string(),
        "CreateToken: 200 OK: the body (text/html) isn't JSON: expected value at line 1 column 1"
    );
    let error = response(200, &[], br#"{"id":"s3cret"#)
        .json::<Thing>()
        .expect_err("incomplete JSON");
    assert_eq!(
        error.to_string(),
        "CreateToken: 200 OK: the body (no content type) isn't JSON: \
         EOF while parsing a string at line 1 column 13"
    );
    let error = response(200, &[], b"{} {}")
        .json::<serde_json::Value>()
        .expect_err("two documents");
    assert!(error.to_string().contains("trailing characters"), "{error}");
}

#[test]
fn a_repeated_property_that_is_wrong_at_first_is_reported_without_its_value() {
    let body = br#"{"code":"s3cret","code":2}"#;
    let error = response(200, &[], body)
        .json::<OnlyRead>()
        .expect_err("wrong at first");
    assert_eq!(
        error.to_string(),
        "CreateToken: 200 OK: the body doesn't match the document: \
         `$.code`: expected a 32-bit integer, found a string"
    );
    assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
    // The type that the first value had instead of an object isn't known any more.
    let body = br#"{"id":"a","parent":null,"child":"s3cret","child":{"id":"b","parent":null}}"#;
    let error = response(200, &[], body)
        .json::<Thing>()
        .expect_err("wrong at first");
    let text = format!("{error} {error:?}");
    assert!(
        text.contains("a repeated property doesn't match at line 1 column 40"),
        "{text}"
    );
    assert!(!text.contains("s3cret"), "{text}");
}

#[test]
fn an_error_has_its_own_path_after_earlier_failures() {
    // A decoder whose caller doesn't take the recorded mismatch.
    serde_json::from_str::<Thing>(r#"{"id":[]}"#).expect_err("a mismatch");
    let error = response(200, &[], b"[]")
        .json::<Thing>()
        .expect_err("a mismatch");
    assert_eq!(
        error.to_string(),
        "CreateToken: 200 OK: the body doesn't match the document: \
         `$`: expected an object, found an array"
    );
    let body = br#"{"id":"a","parent":null,"child":{"id":"b","parent":null,"child":{"id":"c"}}}"#;
    let error = response(200, &[], body)
        .json::<Thing>()
        .expect_err("a missing property");
    assert_eq!(
        error.to_string(),
        "CreateToken: 200 OK: the body doesn't match the document: `$.child.child.parent` is missing"
    );
}

#[test]
fn text_that_is_not_utf_8_is_an_error() {
    let latin = [("content-type", "text/plain")];
    let error = response(200, &latin, b"gr\xFCn")
        .text()
        .expect_err("Latin-1");
    assert_eq!(
        error.to_string(),
        "CreateToken: 200 OK: the body (text/plain) isn't UTF-8: \
         invalid utf-8 sequence of 1 bytes from index 2"
    );
}

#[test]
fn debug_prints_no_body_and_no_header_value() {
    let headers = [("set-cookie", "s3cret"), ("content-type", "text/plain")];
    let raw = response(400, &headers, b"s3cret");
    assert!(!format!("{raw:?}").contains("s3cret"));
    let error = api_error(400, &headers, "s3cret");
    assert!(!format!("{error:?}").contains("s3cret"));
    assert!(!format!("{:?}", error.body::<Thing>()).contains("s3cret"));
}

/// An error with these texts, the outermost first.
#[derive(Debug)]
struct Chain(&'static [&'static str], Option<Box<Chain>>);

impl Chain {
    fn new(texts: &'static [&'static str]) -> Self {
        let inner = &texts[1..];
        Self(
            texts,
            (!inner.is_empty()).then(|| Box::new(Self::new(inner))),
        )
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0[0])
    }
}

impl StdError for Chain {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.1.as_deref().map(|inner| inner as _)
    }
}

#[test]
fn a_transport_error_prints_its_innermost_cause() {
    let shown = |texts| TransportError::connect(Chain::new(texts)).to_string();
    assert_eq!(
        shown(&["client error", "no route", "no route to host"]),
        "couldn't connect: no route to host"
    );
    assert_eq!(
        shown(&["client error", "verify failed: (expired)", "verify failed:"]),
        "couldn't connect: verify failed: (expired)"
    );
}
