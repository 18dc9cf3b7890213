//! Retries: of which failures, when, and with which final error.

use crate::api::{BuildApi as _, BuildWith as _, Client, ClientBuilder};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};
use wiretrue::clock::Clock;
use wiretrue::codegen::{Call, Encoder, Meta, RawResponse};
use wiretrue::error::TransportError;
use wiretrue::transport::{Body, BoxFuture, Transport};
use wiretrue::{Error, RetryPolicy};

use http::{HeaderValue, StatusCode};
use tokio::net::TcpListener;

use crate::api::{CreateThing, Described, Fetch, described};
use crate::device::support::TestClock;
use crate::server::{Server, Step, header, http_response};
use crate::session::support::{Closed, Source, sent, tokens};

described!(Get, GET, "/text", &[]);
described!(Post, POST, "/text", &[]);

pub fn builder(url: &str, clock: &(impl Clock + Clone)) -> ClientBuilder {
    Client::builder().base_url(url).clock(clock.clone())
}

pub fn client(server: &Server, clock: &TestClock) -> Client {
    builder(&server.url, clock).build().expect("a client")
}

/// Returns a response with this status and these header lines.
pub fn status(status: &str, headers: &str) -> Vec<Step> {
    let text =
        format!("HTTP/1.1 {status}\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n");
    vec![Step::Send(text.into_bytes())]
}

pub fn fine() -> Vec<Step> {
    vec![Step::Send(
        http_response("200 OK", "text/plain", "fine").into_bytes(),
    )]
}

pub fn busy() -> Vec<Step> {
    status("503 Service Unavailable", "")
}

#[tokio::test]
async fn a_transient_status_is_retried_after_a_wait() {
    for line in [
        "408 Request Timeout",
        "429 Too Many Requests",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "504 Gateway Timeout",
    ] {
        let server = Server::start(vec![status(line, ""), fine()]).await;
        let clock = TestClock::new();
        let output = Fetch::<Get>::new(&client(&server, &clock)).send().await;
        assert_eq!(output.expect(line), "fine");
        let requests = server.requests();
        assert_eq!((requests.len(), &requests[0]), (2, &requests[1]));
        let waited = clock.seconds();
        assert!((0.25..=0.5).contains(&waited), "{line}: {waited}");
    }
}

#[tokio::test]
async fn any_other_status_is_not_retried() {
    for line in [
        "400 Bad Request",
        "404 Not Found",
        "409 Conflict",
        "500 Oh",
        "501 No",
        "507 Full",
    ] {
        let server = Server::start(vec![status(line, ""), fine()]).await;
        let clock = TestClock::new();
        let error = Fetch::<Get>::new(&client(&server, &clock)).send().await;
        let Err(Error::Api(error)) = error else {
            panic!("{line}: {error:?}")
        };
        assert_eq!((error.attempts(), server.requests().len()), (1, 1));
        assert!(!error.to_string().contains("attempt"), "{error}");
    }
}

#[tokio::test]
async fn the_last_failure_has_the_number_of_attempts() {
    let named = status("503 Service Unavailable", "x-request-id: r3\r\n");
    let server = Server::start(vec![busy(), busy(), named, fine()]).await;
    let clock = TestClock::new();
    let error = Fetch::<Get>::new(&client(&server, &clock)).send().await;
    let error = error.expect_err("three failures");
    assert_eq!(
        error.to_string(),
        "Get: 503 Service Unavailable (no body) (request r3, 3 attempts)"
    );
    assert_eq!(
        error.as_api().map(wiretrue::error::ApiError::attempts),
        Some(3)
    );
    assert_eq!(server.requests().len(), 3);
    let waited = clock.seconds();
    assert!((0.75..=1.5).contains(&waited), "{waited}");
}

#[tokio::test]
async fn retry_after_is_read_in_seconds_and_as_a_date() {
    // The clock of the test starts at noon.
    for (asked, wait) in [
        ("7", 7.0),
        ("Sat, 31 Jan 2026 12:00:20 GMT", 20.0),
        ("Saturday, 31-Jan-26 12:00:20 GMT", 20.0),
        ("Sat Jan 31 12:00:20 2026", 20.0),
    ] {
        let busy = status("429 Slow", &format!("retry-after: {asked}\r\n"));
        let server = Server::start(vec![busy, fine()]).await;
        let clock = TestClock::new();
        let output = Fetch::<Get>::new(&client(&server, &clock))
            .options(|options| options.timeout(None))
            .send()
            .await;
        assert_eq!(output.expect("a response"), "fine");
        assert_eq!(clock.seconds(), wait, "{asked}");
    }
}

#[tokio::test]
async fn the_policy_sets_the_wait_if_retry_after_is_zero_or_past() {
    // A date in the past: the clock of the server is slow.
    for asked in ["0", "Sat, 31 Jan 2026 11:00:00 GMT"] {
        let busy = status("503 Busy", &format!("retry-after: {asked}\r\n"));
        let server = Server::start(vec![busy, fine()]).await;
        let clock = TestClock::new();
        let output = Fetch::<Get>::new(&client(&server, &clock)).send().await;
        assert_eq!(output.expect("a response"), "fine");
        let waited = clock.seconds();
        assert!((0.25..=0.5).contains(&waited), "{asked}: {waited}");
    }
}

#[tokio::test]
async fn a_wait_beyond_a_limit_is_not_started() {
    type Options = fn(wiretrue::CallOptions) -> wiretrue::CallOptions;
    let cases: [(&str, Options); 4] = [
        // The client's time limit of a call is 30 seconds, the policy's 60.
        ("31", |options| options),
        ("61", |options| options.timeout(None)),
        ("18446744073709551616", |options| options.timeout(None)),
        ("5", |options| {
            options.retry(RetryPolicy::default().total(Duration::from_secs(4)))
        }),
    ];
    for (asked, set) in cases {
        let busy = status("503 Busy", &format!("retry-after: {asked}\r\n"));
        let server = Server::start(vec![busy, fine()]).await;
        let clock = TestClock::new();
        let call = Fetch::<Get>::new(&client(&server, &clock)).options(set);
        let error = call.send().await.expect_err(asked);
        assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
        assert_eq!((server.requests().len(), clock.seconds()), (1, 0.0));
    }
}

#[tokio::test]
async fn the_limits_cover_the_sum_of_all_waits() {
    let total = RetryPolicy::default().attempts(100);
    let of_policy = total.clone().total(Duration::from_secs(25));
    // What the policy allows, and what the call.
    for (policy, timeout) in [(of_policy, None), (total, Some(Duration::from_secs(25)))] {
        let busy = status("503 Busy", "retry-after: 10\r\n");
        let server = Server::start(vec![busy; 9]).await;
        let clock = TestClock::new();
        let call = Fetch::<Get>::new(&client(&server, &clock));
        let call = call.options(|options| options.retry(policy).timeout(timeout));
        let error = call.send().await.expect_err("busy");
        assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
        assert_eq!((server.requests().len(), clock.seconds()), (3, 20.0));
    }
}

#[tokio::test]
async fn the_jitter_differs_between_calls() {
    let mut waits = Vec::new();
    for _ in 0..8 {
        let server = Server::start(vec![busy(), fine()]).await;
        let clock = TestClock::new();
        let output = Fetch::<Get>::new(&client(&server, &clock)).send().await;
        output.expect("a response");
        waits.push(clock.seconds().to_bits());
    }
    waits.sort_unstable();
    waits.dedup();
    assert!(waits.len() > 1);
}

#[tokio::test]
async fn a_post_that_the_server_may_have_received_is_not_retried() {
    for first in [
        busy(),
        Vec::new(),
        vec![Step::Send(b"HTTP/1.1 200 OK\r\ncont".to_vec())],
    ] {
        let server = Server::start(vec![first, fine(), fine()]).await;
        let clock = TestClock::new();
        let output = Fetch::<Post>::new(&client(&server, &clock)).send().await;
        output.expect_err("a failure");
        assert_eq!((server.requests().len(), clock.seconds()), (1, 0.0));
    }
}

/// A clock that starts a server during the first wait.
#[derive(Clone)]
struct Opens {
    clock: TestClock,
    port: std::net::SocketAddr,
    server: Arc<Mutex<Option<Server>>>,
}

impl Clock for Opens {
    fn now(&self) -> Instant {
        self.clock.now()
    }

    fn time(&self) -> SystemTime {
        self.clock.time()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.clock.pass(time);
        let (port, server) = (self.port, Arc::clone(&self.server));
        Box::pin(async move {
            let listener = TcpListener::bind(port).await.expect("the same port");
            let opened = Server::serve(listener, |_| vec![fine()]);
            server.lock().expect("the server").replace(opened);
        })
    }
}

#[tokio::test]
async fn a_post_whose_connection_was_refused_is_retried() {
    let closed = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = closed.local_addr().expect("an address");
    drop(closed);
    let clock = Opens {
        clock: TestClock::new(),
        port,
        server: Arc::default(),
    };
    let client = builder(&format!("http://{port}"), &clock).build();
    let output = Fetch::<Post>::new(&client.expect("a client")).send().await;
    assert_eq!(output.expect("a response"), "fine");
    let server = clock.server.lock().expect("the server").take();
    let request = server.expect("it was opened").request();
    assert!(request.starts_with("POST /text HTTP/1.1\r\n"), "{request}");
}

#[tokio::test]
async fn the_error_of_a_refused_connection_has_the_number_of_attempts() {
    let closed = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", closed.local_addr().expect("an address"));
    drop(closed);
    let client = builder(&url, &TestClock::new()).build().expect("a client");
    let error = Fetch::<Post>::new(&client).send().await;
    let error = error.expect_err("nobody listens");
    let text = error.to_string();
    assert!(text.ends_with(" (3 attempts)"), "{text}");
    let Error::Transport(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!((error.is_connect(), error.attempts()), (true, 3));
}

#[tokio::test]
async fn a_post_with_an_idempotency_key_is_retried_with_the_same_key_and_body() {
    let created = http_response(
        "201 Created",
        "application/json",
        r#"{"id":"t1","parent":null}"#,
    );
    let responses = vec![busy(), Vec::new(), vec![Step::Send(created.into_bytes())]];
    let server = Server::start(responses).await;
    let client = builder(&server.url, &TestClock::new()).basic_auth("AC1", "t");
    let call = CreateThing::new(&client.build().expect("a client"), "t")
        .options(|options| options.idempotency_key("\"8e03978e\""));
    call.await.expect("a response");
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(
        header(&requests[0], "idempotency-key"),
        Some("\"8e03978e\"")
    );
    assert!(requests[0].ends_with("\r\n\r\nId=t"), "{}", requests[0]);
    assert!(requests.iter().all(|request| *request == requests[0]));
}

#[tokio::test]
async fn a_post_is_retried_if_the_policy_allows_any_method() {
    let server = Server::start(vec![busy(), fine()]).await;
    let client = builder(&server.url, &TestClock::new()).retry(RetryPolicy::default().any_method());
    let output = Fetch::<Post>::new(&client.build().expect("a client"))
        .send()
        .await;
    assert_eq!(output.expect("a response"), "fine");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn the_policy_of_a_call_takes_precedence_over_that_of_the_client() {
    let server = Server::start(vec![busy(); 6]).await;
    let clock = TestClock::new();
    let once = builder(&server.url, &clock).retry(RetryPolicy::never());
    let once = once.build().expect("a client");
    Fetch::<Get>::new(&once).send().await.expect_err("busy");
    assert_eq!((server.requests().len(), clock.seconds()), (1, 0.0));
    let call = Fetch::<Get>::new(&once);
    let call = call.options(|options| options.retry(RetryPolicy::default().attempts(5)));
    call.send().await.expect_err("busy");
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn a_truncated_response_is_retried() {
    let half = || {
        vec![Step::Send(
            b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec(),
        )]
    };
    let server = Server::start(vec![half(), fine()]).await;
    let output = Fetch::<Get>::new(&client(&server, &TestClock::new()))
        .send()
        .await;
    assert_eq!(output.expect("a response"), "fine");
    let server = Server::start(vec![half(), fine()]).await;
    let output = Fetch::<Post>::new(&client(&server, &TestClock::new()))
        .send()
        .await;
    let error = output.expect_err("half");
    assert!(
        error.to_string().contains("the response broke off"),
        "{error}"
    );
    assert_eq!(server.requests().len(), 1);
}

described!(Put, PUT, "/text", &[]);

/// Sends a body by PUT, which is idempotent.
pub async fn put(client: &Client, body: Body) -> Result<RawResponse, Error> {
    let mut out = Encoder::default();
    out.literal("/text");
    out.body = Some((HeaderValue::from_static("text/plain"), body));
    Call::new(client).execute(Put::META, Ok(out)).await
}

#[tokio::test]
async fn a_streamed_body_is_not_retried() {
    let stream = |text: &'static str| Body::wrap(Body::from(text));
    let server = Server::start(vec![busy(), busy(), fine()]).await;
    let clock = TestClock::new();
    let response = put(&client(&server, &clock), stream("once")).await;
    assert_eq!(
        response.expect("a response").status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!((server.requests().len(), clock.seconds()), (1, 0.0));

    let again = Body::repeatable(stream("again"), move || stream("again"));
    let response = put(&client(&server, &clock), again).await;
    let response = response.expect("a response");
    assert_eq!((response.status, response.attempts), (StatusCode::OK, 2));
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[1], requests[2]);
    assert!(requests[2].contains("again"), "{}", requests[2]);
}

#[tokio::test]
async fn the_callback_runs_after_every_attempt_and_gets_no_credential() {
    let asked = status("429 Slow", "retry-after: 3\r\n");
    let server = Server::start(vec![Vec::new(), asked, fine()]).await;
    let attempts = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&attempts);
    let client = builder(&server.url, &TestClock::new())
        .key("query", "s3cret")
        .bearer("s3cret")
        .on_attempt(move |attempt| {
            assert!(!format!("{attempt:?}").contains("s3cret"));
            let result = match attempt.result {
                Ok(status) => status.to_string(),
                Err(Error::Transport(_)) => "transport".to_owned(),
                Err(error) => panic!("{error}"),
            };
            let wait = attempt.next.map(|wait| wait.as_secs_f64());
            let entry = (attempt.operation, attempt.number, result, wait);
            log.lock().expect("the log").push(entry);
        });
    let output = Fetch::<Closed>::new(&client.build().expect("a client"))
        .send()
        .await;
    output.expect("a response");
    let attempts = attempts.lock().expect("the log");
    let [(_, _, broken, Some(wait)), second, third] = &attempts[..] else {
        panic!("{attempts:?}")
    };
    assert_eq!(
        (&**broken, (0.25..=0.5).contains(wait)),
        ("transport", true)
    );
    let slow = "429 Too Many Requests".to_owned();
    assert_eq!(*second, ("Closed", 2, slow, Some(3.0)));
    assert_eq!(*third, ("Closed", 3, "200 OK".to_owned(), None));
}

#[tokio::test]
async fn the_time_limit_covers_all_attempts_and_the_callback_gets_the_timeout() {
    let silent = vec![Step::Wait(Duration::from_secs(60))];
    let server = Server::start(vec![busy(), silent]).await;
    let attempts = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&attempts);
    let client = builder(&server.url, &TestClock::new()).on_attempt(move |attempt| {
        let timed_out = matches!(attempt.result, Err(Error::Timeout(_)));
        let entry = (attempt.number, timed_out, attempt.next.is_some());
        log.lock().expect("the log").push(entry);
    });
    let call = Fetch::<Get>::new(&client.build().expect("a client"));
    let call = call.options(|options| options.timeout(Duration::from_secs(1)));
    let error = call.send().await.expect_err("silence");
    assert_eq!(error.to_string(), "Get: timed out after 1s (2 attempts)");
    let attempts = attempts.lock().expect("the log").clone();
    assert_eq!(attempts, [(1, false, true), (2, true, false)]);
}

#[tokio::test]
async fn a_replaced_token_is_not_counted_as_a_retry() {
    let refused = status("401 Unauthorized", "");
    let server = Server::start(vec![busy(), refused, fine()]).await;
    let clock = TestClock::new();
    let source = Source::new([Some(tokens("one", 3600)), Some(tokens("two", 3600))]);
    let client = builder(&server.url, &clock).retry(RetryPolicy::default().attempts(2));
    let client = client.build().expect("a client").with_tokens(source);
    let output = Fetch::<Closed>::new(&client).send().await;
    assert_eq!(output.expect("a response"), "fine");
    assert_eq!(sent(&server), ["Bearer one", "Bearer one", "Bearer two"]);
}

#[tokio::test]
async fn a_redirect_loop_is_not_retried() {
    let redirect = status("302 Found", "location: /text\r\n");
    let server = Server::start(vec![redirect; 40]).await;
    let clock = TestClock::new();
    let error = Fetch::<Get>::new(&client(&server, &clock)).send().await;
    let error = error.expect_err("a loop");
    assert!(error.to_string().ends_with("too many redirects"), "{error}");
    assert_eq!((server.requests().len(), clock.seconds()), (11, 0.0));
}

/// A transport that fails once and records the operation of each request.
#[derive(Clone, Default)]
struct OperationRecorder(Arc<Mutex<Vec<Option<&'static str>>>>);

impl Transport for OperationRecorder {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let mut told = self.0.lock().expect("the log");
        told.push(request.extensions().get::<Meta>().map(|meta| meta.id));
        let mut response = http::Response::new(Body::from("fine"));
        if told.len() == 1 {
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        }
        Box::pin(std::future::ready(Ok(response)))
    }
}

#[tokio::test]
async fn the_transport_gets_the_operation_at_each_attempt() {
    let told = OperationRecorder::default();
    let client = builder("http://127.0.0.1", &TestClock::new()).transport(told.clone());
    let client = client.build().expect("a client");
    let response = Fetch::<Get>::new(&client).send().await;
    assert_eq!(response.expect("a response"), "fine");
    assert_eq!(*told.0.lock().expect("the log"), [Some("Get"), Some("Get")]);
}
