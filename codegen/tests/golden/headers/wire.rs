//! Headers of answers, with the types that the document gives them.

use golden_headers::{Client, Error, headers};
use raw_server::{Answer, Server};

async fn answered(status: u16, headers: &[(&str, &str)], body: &str) -> Client {
    let server = Server::start([Answer::with_headers(status, headers, body)]).await;
    let client = Client::builder()
        .base_url(server.url())
        .build()
        .expect("the client is complete");
    // It answers as long as the test runs.
    std::mem::forget(server);
    client
}

#[tokio::test]
async fn each_header_has_its_type() {
    let sent = [
        ("X-Total-Count", "12"),
        ("X-Rate-Limit-Reset", "2026-01-31T12:00:00Z"),
        ("X-Cached", "true"),
        ("Allow", "GET, DELETE"),
        ("X-Sizes", "1,2"),
        ("X-Mode", "fast"),
        ("X-Mixed", "7"),
        ("Link", "<https://a.example>; rel=next"),
        ("Link", "<https://b.example>; rel=last"),
    ];
    let client = answered(200, &sent, "[]").await;
    let answer = client.things().list_things().response().await;
    let answer = answer.expect("an answer");
    assert_eq!(
        answer.header(headers::X_TOTAL_COUNT).expect("a number"),
        Some(12)
    );
    let reset = answer.header(headers::X_RATE_LIMIT_RESET).expect("a time");
    assert_eq!(reset.map(|it| it.timestamp()), Some(1_769_860_800));
    assert_eq!(
        answer.header(headers::X_CACHED).expect("a boolean"),
        Some(true)
    );
    let allow = answer.header(headers::ALLOW).expect("a list");
    assert_eq!(allow, Some(vec!["GET".to_owned(), "DELETE".to_owned()]));
    assert_eq!(
        answer.header(headers::X_SIZES).expect("a list"),
        Some(vec![1, 2])
    );
    assert_eq!(
        answer.header(headers::X_MODE).expect("text").as_deref(),
        Some("fast")
    );
    assert_eq!(
        answer.header(headers::X_MIXED).expect("text").as_deref(),
        Some("7")
    );
    let link = answer.header(headers::LINK).expect("text");
    let both = "<https://a.example>; rel=next, <https://b.example>; rel=last";
    assert_eq!(link.as_deref(), Some(both));
    assert_eq!(answer.header(headers::ETAG).expect("nothing"), None);
}

#[tokio::test]
async fn a_list_may_have_one_item() {
    let client = answered(200, &[("X-Sizes", "1"), ("Allow", "GET")], "[]").await;
    let answer = client.things().list_things().response().await;
    let answer = answer.expect("an answer");
    assert_eq!(
        answer.header(headers::X_SIZES).expect("a list"),
        Some(vec![1])
    );
    let allow = answer.header(headers::ALLOW).expect("a list");
    assert_eq!(allow, Some(vec!["GET".to_owned()]));
}

#[tokio::test]
async fn a_header_that_is_something_else_does_not_spoil_the_answer() {
    let client = answered(200, &[("X-Total-Count", "many")], r#"["a"]"#).await;
    let answer = client.things().list_things().response().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.body, ["a"]);
    let error = answer
        .header(headers::X_TOTAL_COUNT)
        .expect_err("it is a word");
    assert_eq!(
        error.to_string(),
        "the header `x-total-count` doesn't match the document"
    );
    assert_eq!(answer.headers["x-total-count"], "many");
}

#[tokio::test]
async fn an_error_has_headers_too() {
    let client = answered(429, &[("Retry-After", "30")], "").await;
    let error = client.things().list_things().await;
    let error = error.expect_err("too many requests");
    let error = error.as_api().expect("an answer");
    assert_eq!(
        error.header(headers::RETRY_AFTER).expect("a number"),
        Some(30)
    );
}

#[tokio::test]
async fn each_line_of_set_cookie_is_a_value() {
    let (first, second) = ("sid=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "theme=dark");
    let client = answered(204, &[("Set-Cookie", first), ("Set-Cookie", second)], "").await;
    let response = client.things().clear_things().response().await;
    let cookies = response.expect("a response").header(headers::SET_COOKIE);
    let expected = vec![first.to_owned(), second.to_owned()];
    assert_eq!(cookies.expect("a list"), Some(expected));
}

#[tokio::test]
async fn a_list_in_a_header_has_no_item_with_a_comma() {
    let server = Server::start([Answer::with_headers(204, &[], "")]).await;
    let client = Client::builder().base_url(server.url());
    let client = client.build().expect("the client is complete");
    let clear = |tags: [&str; 2]| client.things().clear_things().x_tags(tags.map(str::to_owned));
    clear(["a", "b c"]).await.expect("a response");
    let error = clear(["a", "b,c"]).await.expect_err("a comma");
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].header("x-tags"), Some("a,b c"));
    // The document's parameter of this name doesn't exist for the client.
    assert_eq!(requests[0].header("content-length"), None);
}

#[tokio::test]
async fn bytes_keep_the_content_coding_that_the_document_describes() {
    let stored = b"\x1f\x8bas it was stored";
    let sent = [("Content-Encoding", "gzip")];
    let server = Server::start([Answer::with_headers(200, &sent, stored)]).await;
    let client = Client::builder().base_url(server.url());
    let client = client.build().expect("the client is complete");
    let archive = client.things().get_archive().response().await;
    let archive = archive.expect("a response");
    let coding = archive.header(headers::CONTENT_ENCODING).expect("text");
    assert_eq!(coding.as_deref(), Some("gzip"));
    assert_eq!(archive.body, stored.as_slice());
    let request = server.request();
    assert_eq!(request.header("accept-encoding"), Some("identity"));
}
