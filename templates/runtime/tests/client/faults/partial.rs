//! Error responses whose bodies are incomplete keep their status.

use std::error::Error as _;
use std::time::Duration;

use raw_server::{Answer, Server};
use wiretrue::error::{ApiError, TimeLimit};
use wiretrue::{Error, RetryPolicy};

use super::support::{Get, Post};
use crate::api::{BuildApi as _, Client, ClientBuilder, Described, Fetch};
use crate::server::{Server as Scripted, Step};

/// The head of an error response with a body of 100 bytes, and the beginning of the body.
const BROKEN: &str = "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\n\
                      x-request-id: r1\r\ncontent-length: 100\r\n\r\nname is missing";

fn broken(status: &str) -> Vec<u8> {
    BROKEN.replace("400 Bad Request", status).into()
}

fn fine() -> Answer {
    Answer::new(200, "text/plain", "fine")
}

fn builder(url: &str) -> ClientBuilder {
    Client::builder().base_url(url)
}

async fn send<D: Described>(builder: ClientBuilder) -> Result<String, Error> {
    Fetch::<D>::new(&builder.build().expect("a client"))
        .send()
        .await
}

/// Asserts that an error is that of the broken response, with this body.
fn assert_kept(error: Error, body: &str, says: &str) -> ApiError {
    let text = error.to_string();
    let Error::Api(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!(error.status(), 400);
    assert_eq!(error.headers()["content-type"], "text/plain");
    assert_eq!(
        (
            error.request_id(),
            &*String::from_utf8_lossy(error.raw_body())
        ),
        (Some("r1"), body)
    );
    let shown = format!("Post: 400 Bad Request: {body}; {says}");
    assert!(text.starts_with(&shown), "{text}");
    assert!(text.ends_with(" (request r1)"), "{text}");
    let source = error.source().expect("the cause");
    assert!(source.is::<Error>() && error.cause().is_some());
    error
}

#[tokio::test]
async fn the_status_of_a_body_that_breaks_off_is_kept() {
    let server = Server::start([Answer::Bytes(broken("400 Bad Request"))]).await;
    let error = send::<Post>(builder(&server.url())).await;
    let error = error.expect_err("an error");
    let error = assert_kept(error, "name is missing", "the response broke off: ");
    assert!(matches!(error.cause(), Some(Error::Transport(_))));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_status_of_a_body_that_stalls_is_kept() {
    let server = Server::start([Answer::Stalled(broken("400 Bad Request"))]).await;
    let begun = tokio::time::Instant::now();
    let error = send::<Post>(builder(&server.url())).await;
    let says = "timed out after 10s without data";
    let error = assert_kept(error.expect_err("an error"), "name is missing", says);
    // A third of the call's limit.
    assert_eq!(begun.elapsed().as_secs(), 10);
    let Some(Error::Timeout(cause)) = error.cause() else {
        panic!("{error:?}")
    };
    assert_eq!(cause.exceeded(), TimeLimit::Stall);
}

#[tokio::test(start_paused = true)]
async fn the_status_of_a_body_that_trickles_is_kept() {
    let mut steps = vec![Step::Send(broken("400 Bad Request"))];
    for _ in 0..20 {
        steps.extend([Step::Wait(Duration::from_secs(4)), Step::Send(b"!".into())]);
    }
    let server = Scripted::start(vec![steps]).await;
    let error = send::<Post>(builder(&server.url)).await;
    let says = "timed out after 30s";
    let error = assert_kept(error.expect_err("an error"), "name is missing!!!!!!!", says);
    let Some(Error::Timeout(cause)) = error.cause() else {
        panic!("{error:?}")
    };
    assert_eq!(cause.exceeded(), TimeLimit::Call);
}

#[tokio::test]
async fn the_status_of_a_body_that_is_too_large_is_kept() {
    let head = "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nx-request-id: r1\r\n";
    for rest in [
        "content-length: 30\r\n\r\nname is missing, age is wrong!",
        "transfer-encoding: chunked\r\n\r\n9\r\nname is m\r\n9\r\nissing, a\r\n",
    ] {
        let server = Server::start([Answer::Stalled(format!("{head}{rest}").into())]).await;
        let builder = builder(&server.url()).response_limit(15);
        let error = send::<Post>(builder).await.expect_err("an error");
        let says = "the body is larger than the limit of 15 bytes";
        let error = assert_kept(error, "name is missing", says);
        assert!(matches!(error.cause(), Some(Error::TooLarge(_))));
    }
}

#[tokio::test(start_paused = true)]
async fn a_transient_status_is_retried_even_if_its_body_is_incomplete() {
    let busy = || broken("503 Service Unavailable");
    for first in [Answer::Bytes(busy()), Answer::Stalled(busy())] {
        let server = Server::start([first, fine()]).await;
        let output = send::<Get>(builder(&server.url())).await;
        assert_eq!(output.expect("a response"), "fine");
        assert_eq!(server.requests().len(), 2);
    }
    // The server refused it.
    let slow = Answer::Stalled(broken("429 Too Many Requests"));
    let server = Server::start([slow, fine()]).await;
    let output = send::<Post>(builder(&server.url())).await;
    assert_eq!(output.expect("a response"), "fine");
    let server = Server::start([Answer::Stalled(busy()), fine()]).await;
    let error = send::<Post>(builder(&server.url())).await;
    let status = error.expect_err("the server may have acted").status();
    assert_eq!(status.map(|it| it.as_u16()), Some(503));
}

#[tokio::test]
async fn a_success_is_not_kept_without_its_body() {
    let success = Answer::Bytes(broken("200 OK"));
    let server = Server::start([success]).await;
    let error = send::<Get>(builder(&server.url()).retry(RetryPolicy::never())).await;
    assert!(matches!(error, Err(Error::Transport(_))), "{error:?}");
}
