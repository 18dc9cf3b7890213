//! Requests on the wire, and limits.

use crate::api::{BuildApi as _, BuildWith as _, Client};
use std::error::Error as _;
use std::time::Duration;
use wiretrue::codegen::{Call, Encoder};
use wiretrue::error::TransportError;
use wiretrue::transport::{Body, BoxFuture, Transport};
use wiretrue::{Error, RetryPolicy};

use bytes::Bytes;
use http::StatusCode;

use crate::api::{CreateThing, Described, Fetch, Status, described, thing};
use crate::server::{Server, Step, header, http_response};

fn client(url: &str) -> Client {
    let builder = Client::builder()
        .basic_auth("AC1", "pässword")
        .base_url(url);
    builder
        .timeout(Duration::from_secs(10))
        .retry(RetryPolicy::never())
        .build()
        .expect("a client")
}

fn created() -> String {
    http_response(
        "201 Created",
        "application/json",
        r#"{"id":"t1","parent":null}"#,
    )
}

described!(GetText, GET, "/text", &[]);
described!(PostNothing, POST, "/post", &[]);
described!(HeadText, HEAD, "/text", &[]);
described!(GetSecured, GET, "/secured", &[&["query"]]);

#[tokio::test]
async fn a_call_sends_every_argument_in_its_place() {
    let server = Server::once(&created()).await;
    let mut call = CreateThing::new(&client(&server.url), "a/b ü");
    call.page = Some(2);
    call.trace = Some("grün".to_owned());
    call.session = Some("s;1".to_owned());
    call.scopes = vec!["a b".to_owned(), "c".to_owned()];
    call.filter = Some(thing("x"));
    let output = call.await.expect("a response");
    assert_eq!(output, thing("t1"));

    let request = server.request();
    let (head, body) = request.split_once("\r\n\r\n").expect("a body");
    assert_eq!(
        head.lines().next(),
        Some(
            "POST /v1/things/a%2Fb%20%C3%BC?Page=2&filter=%7B%22id%22%3A%22x%22%2C%22parent%22%3Anull%7D HTTP/1.1"
        )
    );
    // base64 of `AC1:pässword` in UTF-8
    assert_eq!(
        header(&request, "authorization"),
        Some("Basic QUMxOnDDpHNzd29yZA==")
    );
    assert_eq!(header(&request, "accept"), Some("application/json"));
    assert_eq!(header(&request, "user-agent"), Some("things/1.2.3"));
    assert_eq!(
        header(&request, "content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(header(&request, "x-trace"), Some("grün"));
    assert_eq!(header(&request, "cookie"), Some("session=s%3B1"));
    assert_eq!(body, "Id=a%2Fb+%C3%BC&Scopes=a+b&Scopes=c");
}

#[tokio::test]
async fn response_returns_status_and_headers_with_the_output() {
    let server = Server::once(&created()).await;
    let response = CreateThing::new(&client(&server.url), "t")
        .response()
        .await
        .expect("a response");
    assert_eq!(response.status, StatusCode::CREATED);
    assert_eq!(response.headers["content-type"], "application/json");
    assert_eq!(response.body, thing("t1"));
    assert!(!format!("{response:?}").contains("application/json"));
}

#[tokio::test]
async fn call_options_take_precedence() {
    let server = Server::once(&created()).await;
    let elsewhere = client("http://127.0.0.1:1");
    let url = format!("{}/base/?v=1", server.url);
    let call = CreateThing::new(&elsewhere, "t").options(|options| {
        options
            .base_url(url)
            .header("Authorization", "Bearer by-hand")
            .header("Accept", "application/hal+json")
            .header("user-agent", "me")
            .query("q", "a b&c")
    });
    call.await.expect("a response");
    let request = server.request();
    assert!(
        request.starts_with("POST /base/v1/things/t?v=1&q=a%20b%26c HTTP/1.1\r\n"),
        "{request}"
    );
    assert_eq!(header(&request, "authorization"), Some("Bearer by-hand"));
    assert_eq!(header(&request, "accept"), Some("application/hal+json"));
    assert_eq!(header(&request, "user-agent"), Some("me"));
}

#[tokio::test]
async fn a_post_without_a_body_has_content_length_zero() {
    let server = Server::once(&http_response("200 OK", "text/plain", "fine")).await;
    let output = Fetch::<PostNothing>::new(&client(&server.url)).send().await;
    assert_eq!(output.expect("a response"), "fine");
    assert_eq!(header(&server.request(), "content-length"), Some("0"));
    assert_eq!(header(&server.request(), "content-type"), None);
}

#[tokio::test]
async fn a_form_without_fields_has_content_length_zero() {
    let server = Server::once(&http_response("200 OK", "text/plain", "fine")).await;
    let mut out = Encoder::default();
    out.literal("/post");
    out.form();
    let call = Call::new(&client(&server.url));
    let sent = call.execute(PostNothing::META, Ok(out)).await;
    assert_eq!(sent.expect("a response").status, StatusCode::OK);
    assert_eq!(header(&server.request(), "content-length"), Some("0"));
    assert_eq!(
        header(&server.request(), "content-type"),
        Some("application/x-www-form-urlencoded")
    );
}

#[tokio::test]
async fn a_get_has_no_content_length_and_no_content_type() {
    let server = Server::once(&http_response("200 OK", "text/plain", "fine")).await;
    Fetch::<GetText>::new(&client(&server.url))
        .send()
        .await
        .expect("a response");
    assert_eq!(header(&server.request(), "content-length"), None);
    assert_eq!(header(&server.request(), "transfer-encoding"), None);
    assert_eq!(header(&server.request(), "content-type"), None);
}

#[tokio::test]
async fn a_refused_connection_is_a_connect_error() {
    let client = Client::builder()
        .key("query", "s3cret")
        .base_url("http://127.0.0.1:1/x?y=z")
        .retry(RetryPolicy::never());
    let client = client.build().expect("a client");
    let error = Fetch::<GetSecured>::new(&client)
        .send()
        .await
        .expect_err("nobody listens");
    let Error::Transport(transport) = &error else {
        panic!("{error:?}")
    };
    assert!(transport.is_connect());
    assert_eq!(transport.operation(), Some("GetSecured"));
    assert!(error.source().is_some());
    let text = error.to_string();
    assert!(
        text.starts_with(
            "GetSecured: GET http://127.0.0.1:1/x/secured: couldn't connect: Connection refused"
        ),
        "{text}"
    );
    assert!(!format!("{text}{error:?}").contains("s3cret"));
}

#[tokio::test]
async fn the_time_limit_covers_a_server_that_never_responds() {
    let server = Server::start(vec![vec![Step::Wait(Duration::from_secs(60))]]).await;
    let call = CreateThing::new(&client(&server.url), "t");
    let error = call
        .options(|options| options.timeout(Duration::from_millis(50)))
        .await;
    let error = error.expect_err("no response");
    assert!(matches!(error, Error::Timeout(_)));
    assert_eq!(error.to_string(), "CreateThing: timed out after 50ms");
}

#[tokio::test]
async fn the_time_limit_covers_a_body_that_trickles() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n";
    let mut steps = vec![Step::Send(head.into())];
    for _ in 0..1000 {
        steps.push(Step::Send(b"x".to_vec()));
        steps.push(Step::Wait(Duration::from_millis(10)));
    }
    let server = Server::start(vec![steps]).await;
    let call = Fetch::<GetText>::new(&client(&server.url));
    let call = call.options(|options| options.timeout(Duration::from_millis(100)));
    assert!(matches!(call.send().await, Err(Error::Timeout(_))));
}

#[tokio::test]
async fn a_truncated_body_is_a_transport_error() {
    let server = Server::once("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await;
    let error = Fetch::<GetText>::new(&client(&server.url))
        .send()
        .await
        .expect_err("half a body");
    let Error::Transport(transport) = &error else {
        panic!("{error:?}")
    };
    assert!(!transport.is_connect());
    assert!(
        error.to_string().contains("the response broke off"),
        "{error}"
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_rejected_by_its_length_or_by_its_bytes() {
    let declared = "HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n".to_owned();
    let chunk = format!("32\r\n{}\r\n", "x".repeat(50));
    let undeclared = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunk}{chunk}{chunk}0\r\n\r\n"
    );
    for response in [declared, undeclared] {
        let server = Server::once(&response).await;
        let client = Client::builder().base_url(&server.url).response_limit(100);
        let client = client.build().expect("a client");
        let error = Fetch::<GetText>::new(&client)
            .send()
            .await
            .expect_err("too large");
        assert_eq!(
            error.to_string(),
            "GetText: 200 OK: the body is larger than the limit of 100 bytes"
        );
    }
}

#[tokio::test]
async fn a_chunked_body_up_to_the_limit_is_joined() {
    let chunk = format!("32\r\n{}\r\n", "x".repeat(50));
    let response =
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n");
    let server = Server::once(&response).await;
    let client = Client::builder().base_url(&server.url).response_limit(100);
    let output = Fetch::<GetText>::new(&client.build().expect("a client"))
        .send()
        .await;
    assert_eq!(output.expect("a response"), "x".repeat(100));
}

#[tokio::test]
async fn the_response_to_a_head_request_has_no_body() {
    let server = Server::once("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n").await;
    let output = Fetch::<HeadText>::new(&client(&server.url)).send().await;
    assert_eq!(output.expect("a response"), "");
}

#[tokio::test]
async fn an_empty_body_where_json_is_expected_is_an_error() {
    let server = Server::once("HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n").await;
    let error = CreateThing::new(&client(&server.url), "t")
        .await
        .expect_err("no body");
    assert_eq!(
        error.to_string(),
        "CreateThing: 201 Created: the body is empty, expected JSON"
    );
}

#[tokio::test]
async fn a_future_can_move_between_threads_and_outlive_the_client() {
    let server = Server::once(&created()).await;
    let call = {
        let client = client(&server.url);
        CreateThing::new(&client, "t").into_future()
    };
    let output = tokio::spawn(call)
        .await
        .expect("no panic")
        .expect("a response");
    assert_eq!(output.status, None::<Status>);
}

/// A transport that responds without tokio.
struct Canned;

impl Transport for Canned {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let path = request.uri().path().to_owned();
        Box::pin(async move { Ok(http::Response::new(Body::from(path))) })
    }
}

#[test]
fn another_transport_needs_no_runtime_without_a_time_limit() {
    let client = Client::builder()
        .transport(Canned)
        .timeout(None)
        .build()
        .expect("a client");
    let mut call = Box::pin(Fetch::<GetText>::new(&client).send());
    let waker = std::task::Waker::noop();
    let polled = call
        .as_mut()
        .poll(&mut std::task::Context::from_waker(waker));
    assert!(matches!(polled, std::task::Poll::Ready(Ok(path)) if path == "/api/text"));
}

#[tokio::test]
async fn a_body_of_many_frames_can_be_wrapped() {
    struct Frames(u8);
    impl http_body::Body for Frames {
        type Data = Bytes;
        type Error = std::io::Error;
        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
            self.0 += 1;
            std::task::Poll::Ready(match self.0 {
                1 | 2 => Some(Ok(http_body::Frame::data(Bytes::from_static(b"ab")))),
                _ => Some(Err(std::io::Error::other("cable cut"))),
            })
        }
    }
    struct Breaking;
    impl Transport for Breaking {
        fn send(
            &self,
            _: http::Request<Body>,
        ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
            Box::pin(async { Ok(http::Response::new(Body::wrap(Frames(0)))) })
        }
    }
    let client = Client::builder()
        .transport(Breaking)
        .retry(RetryPolicy::never())
        .build()
        .expect("a client");
    let error = Fetch::<GetText>::new(&client)
        .send()
        .await
        .expect_err("a cut");
    assert_eq!(
        error.to_string(),
        "GetText: GET https://acme.example.com/api/text: the response broke off: cable cut"
    );
}
