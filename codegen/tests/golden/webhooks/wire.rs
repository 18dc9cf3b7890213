//! Webhooks and callbacks as a server receives them.
#![cfg(feature = "webhooks")]

use std::time::{Duration, Instant, SystemTime};

use golden_webhooks::clock::Clock;
use golden_webhooks::models;
use golden_webhooks::transport::BoxFuture;
use golden_webhooks::webhook::{SignatureError, WebhookError, WebhookRequest};
use golden_webhooks::webhooks::{self, SubscribeCallback, Webhook};
use http::HeaderMap;
use serde_json::json;

const PAID: &[u8] = br#"{"type":"order.paid","order":{"id":"o1"},"amount":{"value":5}}"#;
/// The signature of [`PAID`] at 1700000000 with the secret `secret`.
const SIGNATURE: &str =
    "t=1700000000,v1=b87c8c5a726c5e9c9c505afb917de4de683a06fd1de3bf35c9dc3acf938c1b04";

/// A stopped clock.
struct At(u64);

impl Clock for At {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.0)
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(*name, value.parse().expect("a header"));
    }
    headers
}

fn parse(media_type: &str, body: &str) -> Result<Webhook, WebhookError> {
    let headers = headers(&[("content-type", media_type)]);
    Webhook::parse_unverified(&WebhookRequest::new(&headers, body.as_bytes()))
}

fn callback(body: &str) -> SubscribeCallback {
    let headers = headers(&[("content-type", "application/json")]);
    let request = WebhookRequest::new(&headers, body.as_bytes());
    SubscribeCallback::parse_unverified(&request).expect("a callback")
}

fn message(error: &WebhookError) -> String {
    error.to_string()
}

#[test]
fn a_signed_request_is_verified_and_parsed() {
    let verifier = webhooks::verifier("secret").expect("a verifier");
    let verifier = verifier.clock(At(1_700_000_060));
    let signed = headers(&[
        ("x-shop-signature", SIGNATURE),
        ("content-type", "application/json"),
    ]);
    let request = WebhookRequest::new(&signed, PAID);
    let verified = request.verify(&verifier).expect("a signed request");
    let Webhook::OrderPaid(paid) = Webhook::parse(&verified).expect("a webhook") else {
        panic!("another webhook");
    };
    assert_eq!((paid.order.id.as_str(), paid.amount.value), ("o1", 5));

    let changed = WebhookRequest::new(&signed, b"{}").verify(&verifier);
    assert_eq!(changed.unwrap_err(), SignatureError::Mismatch);
    let late = verifier.clock(At(1_700_000_061));
    let expired = request.verify(&late).unwrap_err();
    assert!(
        matches!(expired, SignatureError::Expired { tolerance, .. } if tolerance.as_secs() == 60)
    );
}

#[test]
fn the_property_type_selects_the_payload() {
    let cancelled = parse(
        "application/json; charset=utf-8",
        r#"{"type": "order.cancelled", "order": {"id": "o2"}}"#,
    );
    assert!(matches!(cancelled, Ok(Webhook::OrderCancelled(it)) if it.order.id == "o2"));
    let new = parse("application/json", r#"{"type": "order.lost", "where": 1}"#);
    assert_eq!(
        new.expect("an unknown webhook"),
        Webhook::Unknown(json!({"type": "order.lost", "where": 1}))
    );
}

#[test]
fn a_form_is_read_like_an_object() {
    let form = "type=order.delivered&parcels=2&codes=a%20b&codes=%C3%BC&order=%7B%22id%22%3A%22o3%22%7D&x=y";
    let Ok(Webhook::OrderShipped(shipped)) = parse("application/x-www-form-urlencoded", form)
    else {
        panic!("another webhook");
    };
    assert_eq!(shipped.r#type, models::OrderShippedType::OrderDelivered);
    assert_eq!(shipped.parcels, 2);
    assert_eq!(
        shipped.codes.as_deref(),
        Some(&["a b".to_owned(), "ü".to_owned()][..])
    );
    assert_eq!(shipped.order.map(|it| it.id).as_deref(), Some("o3"));
}

#[test]
fn errors_name_what_is_wrong() {
    let wrong = [
        (
            "application/json",
            r#"{"type": "order.paid", "order": {"id": "o"}, "amount": {"value": "much"}}"#,
            "the body of the webhook doesn't match the document: `$.amount.value`: expected a 64-bit integer, found a string",
        ),
        (
            "application/x-www-form-urlencoded",
            "type=order.shipped&parcels=1&parcels=2",
            "the body of the webhook doesn't match the document: `$.parcels`: expected a 64-bit integer, found an array",
        ),
        (
            "text/plain",
            "type=order.shipped",
            "the body of the webhook is `text/plain`, which the document doesn't describe",
        ),
        (
            "application/json",
            "",
            "the body of the webhook is empty, expected JSON",
        ),
    ];
    for (media_type, body, expected) in wrong {
        let error = parse(media_type, body).expect_err(body);
        assert_eq!(message(&error), expected);
    }
    let large = "x".repeat(golden_webhooks::webhook::MAX_BODY + 1);
    let error = parse("application/json", &large).expect_err("a limit");
    assert!(matches!(error, WebhookError::TooLarge { .. }));
}

#[test]
fn callbacks_without_a_tag_are_told_apart_by_fit() {
    let data = callback(r#"{"data": {"value": 1.5}}"#);
    assert!(matches!(data, SubscribeCallback::OnData(it) if it.data.value == Some(1.5)));
    let end = callback(r#"{"ended_at": "2024-01-01T00:00:00Z"}"#);
    assert!(matches!(end, SubscribeCallback::OnEnd(_)));
    assert_eq!(callback("{}"), SubscribeCallback::Unknown(json!({})));
}
