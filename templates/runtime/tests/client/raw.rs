//! Raw responses, whatever their status.

use crate::api::{BuildApi as _, BuildWith as _, Client};
use http::StatusCode;
use wiretrue::codegen::RawResponse;
use wiretrue::{Error, RetryPolicy};

use crate::api::CreateThing;
use crate::device::support::TestClock;
use crate::server::{Server, Step, header, http_response};

/// Returns the raw response of a call to a server that sends `response`.
async fn raw(response: &str) -> RawResponse {
    let server = Server::once(response).await;
    let raw = CreateThing::new(&client(&server), "t").raw().await;
    let raw = raw.expect("a response");
    assert_eq!((raw.operation, raw.attempts), ("CreateThing", 1));
    let request = server.request();
    assert!(request.starts_with("POST /v1/things/t HTTP/1.1\r\n"));
    assert_eq!(header(&request, "authorization"), Some("Basic QUMxOnB3"));
    assert_eq!(header(&request, "accept"), Some("application/json"));
    assert!(request.ends_with("\r\n\r\nId=t"), "{request}");
    raw
}

fn client(server: &Server) -> Client {
    let builder = Client::builder().base_url(&server.url);
    let builder = builder.basic_auth("AC1", "pw").clock(TestClock::new());
    builder.build().expect("a client")
}

#[tokio::test]
async fn a_success_is_not_decoded() {
    // Neither status nor body are documented.
    let raw = raw(&http_response("200 OK", "text/plain", "no JSON")).await;
    assert_eq!(raw.status, StatusCode::OK);
    assert_eq!(raw.headers["content-type"], "text/plain");
    assert_eq!(raw.body.as_ref(), b"no JSON");
}

#[tokio::test]
async fn every_status_is_returned() {
    let raw = raw(&http_response("404 Not Found", "text/html", "<p>none</p>")).await;
    assert_eq!(raw.status, StatusCode::NOT_FOUND);
    assert_eq!(raw.headers["content-type"], "text/html");
    assert_eq!(raw.body.as_ref(), b"<p>none</p>");
}

#[tokio::test]
async fn a_response_without_a_body_is_complete() {
    let raw = raw("HTTP/1.1 204 No Content\r\nx-left: 3\r\nconnection: close\r\n\r\n").await;
    assert_eq!(raw.status, StatusCode::NO_CONTENT);
    assert_eq!(raw.headers["x-left"], "3");
    assert!(raw.body.is_empty());
}

#[tokio::test]
async fn a_redirect_that_is_not_followed_is_returned() {
    let raw = raw(
        "HTTP/1.1 302 Found\r\nlocation: https://elsewhere.example/?key=1\r\n\
         content-length: 5\r\nconnection: close\r\n\r\nthere",
    )
    .await;
    assert_eq!(raw.status, StatusCode::FOUND);
    assert_eq!(raw.headers["location"], "https://elsewhere.example/?key=1");
    assert_eq!(raw.body.as_ref(), b"there");
}

#[tokio::test]
async fn the_retry_policy_applies() {
    let busy = || {
        vec![Step::Send(
            http_response("503 Busy", "text/plain", "later").into(),
        )]
    };
    let server = Server::start(vec![busy(), busy(), busy()]).await;
    let call = CreateThing::new(&client(&server), "t");
    let call = call.options(|options| {
        let policy = RetryPolicy::default().any_method().attempts(2);
        options.retry(policy).header("x-once", "1")
    });
    let raw = call.raw().await.expect("a response");
    assert_eq!(raw.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!((raw.body.as_ref(), raw.attempts), (&b"later"[..], 2));
    let requests = server.requests();
    assert_eq!((requests.len(), &requests[0]), (2, &requests[1]));
    assert_eq!(header(&requests[0], "x-once"), Some("1"));
}

#[tokio::test]
async fn a_missing_response_is_an_error() {
    let server = Server::once("HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\nshort").await;
    let broken = CreateThing::new(&client(&server), "t").raw().await;
    assert!(matches!(broken, Err(Error::Transport(_))), "{broken:?}");
    let nobody = Client::builder().base_url(&server.url);
    let nobody = nobody.build().expect("a client");
    let refused = CreateThing::new(&nobody, "t").raw().await;
    let Err(Error::MissingCredentials(_)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_incomplete_error_response_has_its_cause() {
    let server = Server::once("HTTP/1.1 404 Not Found\r\ncontent-length: 9\r\n\r\nshort").await;
    let raw = CreateThing::new(&client(&server), "t").raw().await;
    let raw = raw.expect("a response");
    assert_eq!(
        (raw.status.as_u16(), raw.body.as_ref()),
        (404, &b"short"[..])
    );
    assert!(matches!(raw.cause(), Some(Error::Transport(_))), "{raw:?}");
}
