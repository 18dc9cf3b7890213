//! Errors with a response have the server's request ID.

use crate::api::{BuildApi as _, BuildWith as _, Client};
use std::time::{Duration, Instant, SystemTime};
use wiretrue::clock::Clock;
use wiretrue::streaming::Download;
use wiretrue::transport::BoxFuture;
use wiretrue::{Error, RetryPolicy};

use crate::api::CreateThing;
use crate::downloads::Photo;
use crate::server::{Server, Step};

/// Returns the head of a response with this `Content-Length`.
fn head(status: &str, length: usize) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\ntwilio-request-id: RQ7\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n"
    )
    .into_bytes()
}

fn client(server: &Server) -> Client {
    let builder = Client::builder()
        .base_url(&server.url)
        .basic_auth("AC1", "pw")
        .response_limit(20);
    builder.build().expect("a client")
}

/// Returns the error of a call to a server with these steps.
async fn error(steps: Vec<Step>) -> Error {
    let server = Server::start(vec![steps]).await;
    let call = CreateThing::new(&client(&server), "t").options(|options| {
        options
            .timeout(Duration::from_secs(1))
            .retry(RetryPolicy::never())
    });
    let error = call.await.expect_err("no response");
    assert_eq!(server.requests().len(), 1);
    error
}

#[tokio::test]
async fn every_error_after_the_head_has_the_request_id() {
    let body = || Step::Send(b"{}".to_vec());
    let forever = Step::Wait(Duration::from_secs(600));
    for (steps, said) in [
        (
            vec![Step::Send(head("201 Created", 2)), body()],
            "CreateThing: 201 Created: the body doesn't match the document: `$.id` is missing",
        ),
        (
            vec![Step::Send(head("404 Not Found", 2)), body()],
            "CreateThing: 404 Not Found (2 bytes, application/json)",
        ),
        (
            vec![Step::Send(head("201 Created", 21))],
            "CreateThing: 201 Created: the body is larger than the limit of 20 bytes",
        ),
        (
            vec![Step::Send(head("201 Created", 9)), body()],
            "the response broke off",
        ),
        (
            vec![Step::Send(head("201 Created", 9)), body(), forever],
            "CreateThing: timed out after 1s",
        ),
    ] {
        let error = error(steps).await;
        let text = error.to_string();
        assert!(text.contains(said), "{text}");
        assert!(text.ends_with(" (request RQ7)"), "{text}");
        assert_eq!(error.request_id(), Some("RQ7"), "{text}");
    }
}

#[tokio::test]
async fn an_attempt_without_a_response_has_no_request_id() {
    let busy = vec![Step::Send(head("503 Busy", 0))];
    let silence = vec![Step::Wait(Duration::from_secs(600))];
    let server = Server::start(vec![busy, silence]).await;
    let call = CreateThing::new(&client(&server), "t").options(|options| {
        let policy = RetryPolicy::default().any_method();
        options
            .timeout(Duration::from_secs(1))
            .retry(policy.first_wait(Duration::from_millis(1)))
    });
    let error = call.await.expect_err("no response");
    assert_eq!(error.request_id(), None);
    assert_eq!(
        error.to_string(),
        "CreateThing: timed out after 1s (2 attempts)"
    );
    assert_eq!(server.requests().len(), 2);
}

/// A clock by which no wait ends.
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn time(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_timeout_before_a_retry_names_the_response_before() {
    let busy = vec![Step::Send(head("503 Busy", 0))];
    let server = Server::start(vec![busy]).await;
    let builder = Client::builder()
        .base_url(&server.url)
        .basic_auth("AC1", "pw")
        .clock(Stopped);
    let client = builder.build().expect("a client");
    let call = CreateThing::new(&client, "t").options(|options| {
        options
            .timeout(Duration::from_secs(1))
            .retry(RetryPolicy::default().any_method())
    });
    let error = call.await.expect_err("no retry");
    assert_eq!(
        error.to_string(),
        "CreateThing: timed out after 1s (request RQ7)"
    );
}

#[tokio::test]
async fn an_error_of_a_download_has_the_request_id() {
    let forever = Step::Wait(Duration::from_secs(600));
    for (more, said) in [
        (None, "the response broke off"),
        (Some(forever), "timed out"),
    ] {
        let mut steps = vec![Step::Send(head("200 OK", 9)), Step::Send(b"short".to_vec())];
        steps.extend(more);
        let server = Server::start(vec![steps]).await;
        let download = Download::start(&Photo::new(&client(&server))).await;
        let download = download.expect("a head");
        let mut download = download.idle_timeout(Duration::from_millis(50));
        let first = download.next().await.expect("bytes").expect("bytes");
        assert_eq!(first.as_ref(), b"short");
        // From here on, time advances whenever all tasks are idle. Without the limit, the server's wait
        // would end first.
        tokio::time::pause();
        let error = download.next().await.expect("an end").expect_err("no more");
        tokio::time::resume();
        let text = error.to_string();
        assert!(text.contains(said), "{text}");
        assert!(text.ends_with(" (request RQ7)"), "{text}");
    }
}
