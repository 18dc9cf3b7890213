//! Webhooks that a header tells apart, as a server receives them.
#![cfg(feature = "webhooks")]

use golden_webhooks_header::webhook::{WebhookError, WebhookRequest};
use golden_webhooks_header::webhooks::{self, Webhook};
use http::HeaderMap;
use serde_json::json;

fn parse(event: &str, body: &str) -> Result<Webhook, WebhookError> {
    let mut headers = HeaderMap::new();
    if !event.is_empty() {
        headers.insert("x-event", event.parse().expect("a header"));
    }
    Webhook::parse_unverified(&WebhookRequest::new(&headers, body.as_bytes()))
}

#[test]
fn the_header_selects_the_payload() {
    let repository = r#"{"repository": "a/b"}"#;
    assert!(matches!(parse("push", repository), Ok(Webhook::Push(it)) if it.repository == "a/b"));
    assert!(matches!(parse("ping", repository), Ok(Webhook::Ping(_))));
    for event in ["star", "watch"] {
        assert!(matches!(parse(event, r#"{"stars": 3}"#), Ok(Webhook::Star(it)) if it.stars == 3));
    }
}

#[test]
fn the_body_tells_payloads_with_the_same_header_apart() {
    let closed = parse("issues", r#"{"action": "closed", "issue": 1}"#);
    assert!(matches!(closed, Ok(Webhook::IssuesClosed(it)) if it.issue == 1));
    let opened = parse("issues", r#"{"action": "opened", "issue": 2}"#);
    assert!(matches!(opened, Ok(Webhook::IssuesOpened(it)) if it.issue == 2));
}

#[test]
fn a_header_that_the_document_does_not_know_selects_nothing() {
    let body = json!({"stars": 3});
    assert_eq!(
        parse("fork", &body.to_string()).expect("JSON"),
        Webhook::Unknown(body)
    );
    let error = parse("", "{}").expect_err("a header");
    assert_eq!(
        error.to_string(),
        "the webhook has no header `X-Event`, which tells what it is"
    );
}

#[test]
fn a_payload_of_another_event_is_an_error() {
    let error = parse("star", r#"{"repository": "a/b"}"#).expect_err("a mismatch");
    assert!(error.to_string().contains("stars"), "{error}");
}

#[test]
fn secrets_of_standard_webhooks_are_base64() {
    assert!(webhooks::verifier("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").is_ok());
    assert!(webhooks::verifier("whsec_!").is_err());
}
