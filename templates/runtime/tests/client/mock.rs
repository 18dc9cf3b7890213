//! The mock transport.

use crate::api::{BuildApi as _, Client};
use std::time::Duration;
use wiretrue::Error;
use wiretrue::codegen::{Meta, Method, MockReply, Mocked};
use wiretrue::error::TransportError;
use wiretrue::mock::Mock;

use serde_json::json;

use crate::api::{CreateThing, Described, Fetch, Thing, thing};

impl Mocked for CreateThing {
    const STATUS: u16 = 201;

    fn reply(output: Thing) -> MockReply {
        MockReply::json(201, &output)
    }
}

struct Listing;

impl Described for Listing {
    const META: Meta = Meta {
        id: "Listing",
        method: Method::GET,
        path: "/v1/listing",
        accept: "text/csv",
        security: &[],
        servers: &[],
        redirects: &[],
    };
}

/// The same operation with another media type.
struct Printed;

impl Described for Printed {
    const META: Meta = Meta {
        id: "Listing",
        method: Method::GET,
        path: "/v1/listing",
        accept: "text/plain",
        security: &[],
        servers: &[],
        redirects: &[],
    };
}

impl<D: Described> Mocked for Fetch<D> {
    const STATUS: u16 = 200;

    fn reply(output: String) -> MockReply {
        MockReply::text(200, output)
    }
}

fn create(mock: &Mock, id: &str) -> CreateThing {
    CreateThing::new(&crate::api::client_of(mock), id)
}

#[tokio::test]
async fn a_reply_is_returned_and_the_request_recorded() {
    let mock = Mock::new();
    mock.on::<CreateThing>().reply(thing("a"));
    let mut call = create(&mock, "1 2");
    call.scopes = vec!["x".to_owned(), "y&z".to_owned()];
    call.page = Some(7);
    assert_eq!(call.send().await.expect("a thing"), thing("a"));

    let requests = mock.requests::<CreateThing>();
    let request = requests.first().expect("a request");
    assert_eq!(request.operation, "CreateThing");
    assert_eq!(request.method, http::Method::POST);
    assert_eq!(request.path(), "/api/v1/things/1%202");
    assert_eq!(request.query(), [("Page".to_owned(), "7".to_owned())]);
    let fields = [("Id", "1 2"), ("Scopes", "x"), ("Scopes", "y&z")];
    assert_eq!(
        request.form(),
        fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    // `mock:mock`
    assert_eq!(request.header("authorization"), Some("Basic bW9jazptb2Nr"));
    assert_eq!(mock.all_requests().len(), 1);
    mock.verify();
}

#[tokio::test]
async fn replies_are_sent_in_order_and_the_last_one_repeats() {
    let mock = Mock::new();
    mock.on::<CreateThing>()
        .reply_error(503, json!({"message": "busy"}))
        .times(2)
        .then()
        .reply(thing("a"))
        .then()
        .reply_json(json!({"id": "b", "parent": null}));
    for _ in 0..2 {
        let error = create(&mock, "1").send().await.expect_err("it is busy");
        assert_eq!(error.status().map(|it| it.as_u16()), Some(503));
    }
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(create(&mock, "1").send().await.expect("a thing").id);
    }
    assert_eq!(ids, ["a", "b", "b", "b"]);
    assert_eq!(mock.requests::<CreateThing>().len(), 6);
    mock.verify();
}

#[tokio::test]
async fn a_call_without_a_reply_lists_the_configured_replies() {
    let mock = Mock::new();
    let error = Fetch::<Listing>::new(&crate::api::client_of(&mock))
        .send()
        .await;
    let text = error.expect_err("no reply").to_string();
    assert!(
        text.contains("the mock has no reply to `Listing` (GET /api/v1/listing)"),
        "{text}"
    );
    assert!(text.ends_with("no replies are configured"), "{text}");

    mock.on::<CreateThing>().reply(thing("a")).times(1);
    let error = Fetch::<Listing>::new(&crate::api::client_of(&mock))
        .send()
        .await;
    let text = error.expect_err("no reply").to_string();
    assert!(
        text.ends_with("replies are configured for `CreateThing`"),
        "{text}"
    );
    create(&mock, "1").send().await.expect("a thing");
    create(&mock, "1").send().await.expect_err("only one");
}

#[tokio::test]
#[should_panic(expected = "pending reply 1 to `CreateThing` was sent 1 of 3 times")]
async fn verify_reports_unsent_repetitions() {
    let mock = Mock::new();
    mock.on::<CreateThing>().reply(thing("a")).times(3);
    create(&mock, "1").send().await.expect("a thing");
    mock.verify();
}

#[tokio::test]
#[should_panic(expected = "pending reply 2 to `CreateThing` was never sent")]
async fn verify_reports_unsent_replies() {
    let mock = Mock::new();
    mock.on::<CreateThing>()
        .reply(thing("a"))
        .then()
        .reply(thing("b"));
    create(&mock, "1").send().await.expect("a thing");
    mock.verify();
}

#[tokio::test]
#[should_panic(expected = "the mock has no reply to `Listing`")]
async fn verify_reports_calls_without_a_reply() {
    let mock = Mock::new();
    // The caller may ignore the error.
    let _ = Fetch::<Listing>::new(&crate::api::client_of(&mock))
        .send()
        .await;
    mock.verify();
}

#[tokio::test]
async fn calls_are_distinguished_by_media_type() {
    let mock = Mock::new();
    mock.on::<Fetch<Listing>>().reply("a,b");
    mock.on::<Fetch<Printed>>().reply("a and b");
    let client = crate::api::client_of(&mock);
    let listing = Fetch::<Listing>::new(&client).send().await;
    let printed = Fetch::<Printed>::new(&client).send().await;
    assert_eq!(listing.expect("text"), "a,b");
    assert_eq!(printed.expect("text"), "a and b");
    assert_eq!(mock.requests::<Fetch<Printed>>().len(), 1);
    assert_eq!(mock.requests_of("Listing").len(), 2);
}

#[tokio::test]
async fn an_exchange_fails_as_often_as_configured() {
    let mock = Mock::new();
    let rejected = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
    mock.on::<CreateThing>()
        .fail(TransportError::connect(rejected));
    for _ in 0..2 {
        let error = create(&mock, "1").send().await.expect_err("no connection");
        let Error::Transport(error) = error else {
            panic!("{error:?}");
        };
        assert!(error.is_connect());
        assert!(
            error
                .to_string()
                .ends_with("couldn't connect: connection refused"),
            "{error}"
        );
    }
    mock.on::<CreateThing>()
        .fail(TransportError::other("the cable is cut"));
    let error = create(&mock, "1").send().await.expect_err("no response");
    let text = error.to_string();
    assert!(
        text.ends_with("the exchange failed: the cable is cut"),
        "{text}"
    );
}

#[tokio::test]
async fn status_and_headers_of_a_reply_can_be_set() {
    let mock = Mock::new();
    mock.on::<CreateThing>()
        .reply_error(400, json!({}))
        .status(429)
        .header("retry-after", "7")
        .header("content-type", "application/problem+json");
    let error = create(&mock, "1").send().await.expect_err("too many");
    let api = error.as_api().expect("a response");
    assert_eq!(api.status().as_u16(), 429);
    assert_eq!(api.headers()["retry-after"], "7");
    assert_eq!(api.headers()["content-type"], "application/problem+json");

    mock.on::<CreateThing>().reply_raw(200, [("x-a", "1")], "{");
    let error = create(&mock, "1").send().await.expect_err("another status");
    let api = error.as_api().expect("a response");
    assert_eq!(
        (api.status().as_u16(), &api.raw_body()[..]),
        (200, &b"{"[..])
    );
    assert_eq!(api.headers()["x-a"], "1");
}

#[tokio::test]
async fn an_invalid_reply_is_an_error() {
    let mock = Mock::new();
    mock.on::<CreateThing>()
        .reply(thing("a"))
        .header("x y", "1");
    let error = create(&mock, "1").send().await.expect_err("no header");
    assert!(
        error.to_string().contains("the mock's reply is invalid"),
        "{error}"
    );
    mock.on::<CreateThing>().reply_error(1000, json!(null));
    let error = create(&mock, "1").send().await.expect_err("no status");
    assert!(
        error.to_string().ends_with("1000 isn't an HTTP status"),
        "{error}"
    );
}

#[tokio::test]
async fn a_callback_can_create_the_reply() {
    let mock = Mock::new();
    let other = mock.clone();
    mock.on::<CreateThing>().reply_with(move |request| {
        // The callback may use the mock.
        let count = other.requests::<CreateThing>().len();
        let id = request.path().rsplit('/').next().unwrap_or_default();
        MockReply::json(201, &thing(&format!("{id} of {count}")))
    });
    create(&mock, "a").send().await.expect("a thing");
    let second = create(&mock, "b").send().await.expect("a thing");
    assert_eq!(second.id, "b of 2");
}

#[tokio::test]
async fn a_delayed_reply_exceeds_the_time_limit() {
    let mock = Mock::new();
    let day = Duration::from_secs(86_400);
    mock.on::<CreateThing>().reply(thing("a")).delay(day);
    let client = Client::builder()
        .mock(&mock)
        .timeout(Duration::from_millis(1));
    let client = client.build().expect("a client");
    let error = CreateThing::new(&client, "1").send().await;
    assert!(matches!(error, Err(Error::Timeout(_))), "{error:?}");
    mock.on::<CreateThing>()
        .reply(thing("b"))
        .delay(Duration::from_millis(1));
    let client = crate::api::client_of(&mock);
    let late = CreateThing::new(&client, "1").send().await;
    assert_eq!(late.expect("a thing").id, "b");
}

#[test]
fn debug_output_contains_no_secret() {
    let mock = Mock::new();
    let text = mock
        .on::<CreateThing>()
        .reply_raw(200, [("x", "s3cret")], "s3cret");
    assert!(!format!("{text:?}{mock:?}").contains("s3cret"));
    let reply = MockReply::text(200, "s3cret").header("x", "s3cret");
    assert!(!format!("{reply:?}").contains("s3cret"));
}
