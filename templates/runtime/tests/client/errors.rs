//! Messages and details of errors.

use std::error::Error as StdError;
use std::fmt;
use wiretrue::Error;
use wiretrue::codegen::RawResponse;
use wiretrue::error::{ApiError, TransportError};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::api::{BuildApi as _, Client, Fetch, OnlyRead, Thing, described};
use crate::server::{Server, http_response};

described!(Search, GET, "/search", &[]);

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
fn the_message_is_found_in_the_usual_properties() {
    for (body, message) in [
        // OAuth, RFC 6749 5.2
        (
            r#"{"error":"invalid_grant","error_description":"the device code has expired"}"#,
            "invalid_grant: the device code has expired",
        ),
        (r#"{"error":"slow_down"}"#, "slow_down"),
        (
            r#"{"error":"a","error_description":"b","error_uri":"https://e"}"#,
            "a: b (https://e)",
        ),
        // Twilio
        (
            r#"{"code":20404,"message":"Not found","more_info":"https://t/20404","status":404}"#,
            "20404: Not found (https://t/20404)",
        ),
        // RFC 9457
        (
            r#"{"type":"about:blank","title":"Out of credit","detail":"Your balance is 30"}"#,
            "Out of credit: Your balance is 30",
        ),
        (r#"{"title":"Bad Request","status":400}"#, "Bad Request"),
        // Stripe, Google, Azure
        (
            r#"{"error":{"code":"E1","message":"no such thing"}}"#,
            "E1: no such thing",
        ),
        // JSON:API
        (
            r#"{"errors":[{"title":"Invalid","detail":"too short"}]}"#,
            "Invalid: too short",
        ),
        (
            r#"{"errors":[{"status":"422","title":"Invalid","detail":"too short","source":{"pointer":"/data/name"}}]}"#,
            "/data/name: too short",
        ),
        (r#"{"errors":["first","second"]}"#, "first; second"),
        // FastAPI
        (
            r#"{"detail":[{"type":"missing","loc":["body","pets",0,"name"],"msg":"Field required","input":{"key":"s3cret"}},
                {"loc":["query","page"],"msg":"not an integer","type":"int_parsing"}]}"#,
            "body.pets.0.name: Field required; query.page: not an integer",
        ),
        (r#"{"detail":"Not authenticated"}"#, "Not authenticated"),
        (
            r#"{"detail":{"code":"quota","message":"too many"}}"#,
            "quota: too many",
        ),
        // Rails, Laravel, Jira, Discord
        (
            r#"{"errors":{"name":["can't be blank","is too short"],"title":["is taken"]}}"#,
            "name: can't be blank; name: is too short; title: is taken",
        ),
        (
            r#"{"message":"The given data was invalid.","errors":{"email":["is required"]}}"#,
            "The given data was invalid: email: is required",
        ),
        (
            r#"{"errorMessages":["not allowed"],"errors":{"summary":"is required"}}"#,
            "not allowed; summary: is required",
        ),
        (
            r#"{"code":50035,"message":"Invalid Form Body","errors":{"embed":{"url":{"_errors":[{"code":"X","message":"bad"}]}}}}"#,
            "50035: Invalid Form Body: embed.url._errors: bad",
        ),
        // ASP.NET
        (
            r#"{"type":"https://t","title":"One or more validation errors occurred.","status":400,"errors":{"Name":["The Name field is required."]}}"#,
            "One or more validation errors occurred: Name: The Name field is required.",
        ),
        // RFC 9457 section 3, RFC 7807 section 3
        (
            r##"{"type":"https://t","title":"Invalid.","errors":[{"detail":"must be positive","pointer":"#/age"}]}"##,
            "Invalid: #/age: must be positive",
        ),
        (
            r#"{"title":"Invalid","invalid-params":[{"name":"age","reason":"must be positive"}]}"#,
            "Invalid: age: must be positive",
        ),
        // GraphQL, Cloudflare
        (
            r#"{"errors":[{"message":"no such user","path":["user",1]}],"data":null}"#,
            "user.1: no such user",
        ),
        (
            r#"{"success":false,"errors":[{"code":1003,"message":"bad zone"}],"messages":[]}"#,
            "1003: bad zone",
        ),
        // Google, Azure
        (
            r#"{"error":{"code":400,"message":"Bad","status":"INVALID_ARGUMENT","details":[{"@type":"t","fieldViolations":[{"field":"a.b","description":"empty"}]}]}}"#,
            "INVALID_ARGUMENT: Bad: a.b: empty",
        ),
        (
            r#"{"error":{"code":"E1","message":"no","details":[{"code":"E2","target":"sku","message":"unknown"}]}}"#,
            "E1: no: sku: unknown",
        ),
        // Spring, NestJS, AWS, Apigee
        (
            r#"{"timestamp":"t","status":404,"error":"Not Found","message":"no pet 7","path":"/pets/7"}"#,
            "no pet 7",
        ),
        (
            r#"{"statusCode":400,"message":["name is empty","age is low"],"error":"Bad Request"}"#,
            "name is empty; age is low",
        ),
        (
            r#"{"__type":"ValidationException","message":"no"}"#,
            "ValidationException: no",
        ),
        (
            r#"{"fault":{"faultstring":"Invalid key","detail":{"errorcode":"x"}}}"#,
            "Invalid key",
        ),
        // GitHub
        (
            r#"{"message":"Validation Failed","errors":[{"resource":"Issue","field":"title","code":"missing_field"}],"documentation_url":"https://d"}"#,
            "Validation Failed: title: missing_field (https://d)",
        ),
        // GitHub
        (
            r#"{"message":"Validation Failed","errors":[{"code":"x"}]}"#,
            "Validation Failed",
        ),
        (r#"[{"message":"in a list"}]"#, "in a list"),
        (r#""just a string""#, "just a string"),
    ] {
        let error = api_error(400, &[], body);
        assert_eq!(error.message().as_deref(), Some(message), "{body}");
        assert_eq!(
            error.to_string(),
            format!("CreateToken: 400 Bad Request: {message}")
        );
    }
}

#[tokio::test]
async fn the_problems_of_a_request_are_in_the_error_of_the_call() {
    for (body, message) in [
        (
            r#"{"detail":[{"loc":["body","name"],"msg":"Field required\u0007","type":"missing"}]}"#,
            "body.name: Field required",
        ),
        (
            r#"{"errors":{"name":["can't be blank"],"age":["is low"]}}"#,
            "age: is low; name: can't be blank",
        ),
    ] {
        let response = http_response("422 Unprocessable Content", "application/json", body);
        let server = Server::once(&response).await;
        let client = Client::builder().base_url(&server.url).build();
        let call = Fetch::<Search>::new(&client.expect("a client"));
        let error = call.send().await.expect_err("422");
        assert_eq!(
            error.to_string(),
            format!("Search: 422 Unprocessable Entity: {message}")
        );
    }
}

#[test]
fn json_without_a_known_property_is_not_shown() {
    for body in [
        r#"{"token":"s3cret"}"#,
        r#"{"token":"s3cret""#,
        "[]",
        "{}",
        r#"{"error":{"error":{"error":{"error":{"message":"too deep"}}}}}"#,
        r#"{"detail":[{"token":"s3cret"}],"errors":[{"token":"s3cret"}]}"#,
        r#"{"details":{"token":"s3cret"}}"#,
        r#"{"errors":{"a":7,"b":null,"c":[[[[[["too deep"]]]]]]}}"#,
    ] {
        let error = api_error(400, &[("content-type", "application/json")], body);
        let text = format!(
            "CreateToken: 400 Bad Request ({} bytes, application/json)",
            body.len()
        );
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn a_page_is_reduced_to_its_text() {
    let page = "<!DOCTYPE html><html><head><title>503 Backend</title><style>b{color:red}</style>\n\
                <SCRIPT>if (a<b) {}</SCRIPT><!-- <b>no</b> --></head>\n<body><h1>Service&nbsp;down</h1>\
                try &lt;later&gt; &amp; again</body></html>";
    let error = api_error(503, &[("content-type", "text/html; charset=utf-8")], page);
    assert_eq!(
        error.to_string(),
        "CreateToken: 503 Service Unavailable: 503 Backend Service down try <later> & again"
    );
    let error = api_error(
        502,
        &[("content-type", "text/plain")],
        "upstream\n\tgone\r\n",
    );
    assert_eq!(
        error.to_string(),
        "CreateToken: 502 Bad Gateway: upstream gone"
    );
}

#[test]
fn a_long_message_is_truncated_to_one_line() {
    let body = format!(
        "{{\"message\":\"{}\\n{}\"}}",
        "a b ".repeat(200),
        "é".repeat(100_000)
    );
    let text = api_error(500, &[], body).to_string();
    assert!(text.chars().count() < 400, "{}", text.len());
    assert!(!text.contains('\n') && text.ends_with('…'), "{text}");
}

#[test]
fn a_message_of_many_problems_is_bounded_and_has_no_control_characters() {
    let problem = |at: u32| format!(r#""f{at}\u001b[31m":["\u202E{}\r\n"]"#, "x".repeat(40));
    let problems: Vec<String> = (0..20_000).map(problem).collect();
    let body = format!(r#"{{"errors":{{{}}}}}"#, problems.join(","));
    assert!(body.len() > 1_000_000);
    let text = api_error(422, &[], &body[..]).to_string();
    // Larger than what is searched.
    assert!(text.ends_with("bytes, no content type)"), "{text}");
    let body = format!(r#"{{"errors":{{{}}}}}"#, problems[..1000].join(","));
    let text = api_error(422, &[], body).to_string();
    assert!(text.chars().count() < 400, "{}", text.len());
    assert!(
        text.contains("f0 [31m: xxx") && text.ends_with('…'),
        "{text}"
    );
    let is_hidden = |c: char| c.is_control() || c == '\u{202E}';
    assert!(!text.contains(is_hidden), "{text:?}");
    let field = "f".repeat(1000);
    let text = api_error(422, &[], format!(r#"{{"errors":{{"{field}":["no"]}}}}"#)).to_string();
    assert!(text.ends_with("f: no"), "{text}");
}

#[test]
fn a_binary_body_is_described_by_its_length() {
    let error = api_error(
        500,
        &[("content-type", "image/png")],
        b"\x89PNG\r\n\x1a\n\0\0",
    );
    assert_eq!(
        error.to_string(),
        "CreateToken: 500 Internal Server Error (10 bytes, image/png)"
    );
    let error = api_error(500, &[], b"\xFF\xFE\0");
    assert_eq!(
        error.to_string(),
        "CreateToken: 500 Internal Server Error (3 bytes, no content type)"
    );
    assert_eq!(
        api_error(599, &[], "").to_string(),
        "CreateToken: 599 (no body)"
    );
}

#[test]
fn unclosed_markup_is_tolerated() {
    for page in [
        "<",
        "<script>",
        "<!--",
        "a<b",
        "<style><",
        "<a href='",
        "&lt",
    ] {
        let _ = api_error(500, &[("content-type", "text/html")], page).to_string();
    }
    let page = "<".repeat(500_000);
    let _ = api_error(500, &[("content-type", "text/html")], page).to_string();
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
