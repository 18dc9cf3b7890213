//! Messages in the bodies of errors.

use super::api_error;
use crate::api::{BuildApi as _, Client, Fetch, described};
use crate::server::{Server, http_response};

described!(Search, GET, "/search", &[]);

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
            r#"{"errors":{"age":["is low"],"name":["can't be blank"]}}"#,
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
