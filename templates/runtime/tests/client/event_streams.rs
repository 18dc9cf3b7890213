//! Event streams over sockets: how they end and how they reconnect.

use crate::api::{BuildApi as _, Client, ClientBuilder};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use wiretrue::Error;
use wiretrue::codegen::exchange_stream;
use wiretrue::streaming::Events;

use crate::api::{Fetch, described};
use crate::device::support::TestClock;
use crate::faults::support::{head, kept};
use crate::server::{Server, Step, header, http_response};

described!(Log, GET, "/log", &[]);

/// A stream that ends with its connection.
fn stream(text: &str) -> Vec<Step> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    vec![Step::Send(format!("{head}{text}").into_bytes())]
}

/// A stream that breaks off before its first byte.
fn broken() -> Vec<Step> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked";
    vec![Step::Send(format!("{head}\r\n\r\n").into_bytes())]
}

fn no_more() -> Vec<Step> {
    let head = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
    vec![Step::Send(head.to_vec())]
}

fn builder(server: &Server, clock: &TestClock) -> ClientBuilder {
    let builder = Client::builder().base_url(&server.url);
    builder.clock(clock.clone())
}

async fn open(builder: ClientBuilder) -> Events<String> {
    let client = builder.build().expect("a client");
    let response = exchange_stream(&Fetch::<Log>::new(&client)).await;
    let response = response.expect("a head");
    response.text_events().expect("a stream of events")
}

/// Returns the data of all events.
async fn all(mut events: Events<String>) -> Vec<String> {
    let mut data = Vec::new();
    while let Some(event) = events.next().await {
        data.push(event.expect("an event").data);
    }
    data
}

#[tokio::test]
async fn a_stream_reconnects_with_the_last_event_id_after_the_delay() {
    let replies = vec![
        stream("id: 7\nretry: 1500\ndata: a\n\nid: 8\ndata: not complete"),
        broken(),
        stream("data: b\n\n"),
        no_more(),
        stream("data: never\n\n"),
    ];
    let server = Server::start(replies).await;
    let clock = TestClock::new();
    let events = open(builder(&server, &clock)).await;
    assert_eq!(all(events.reconnect(2)).await, ["a", "b"]);
    let requests = server.requests();
    let ids = requests.iter().map(|it| header(it, "last-event-id"));
    let ids: Vec<_> = ids.collect();
    assert_eq!(ids, [None, Some("7"), Some("7"), Some("7")]);
    // The delay doubles after a stream without an event.
    assert_eq!(clock.seconds(), 1.5 + 3.0 + 1.5);
}

#[tokio::test]
async fn a_stream_reconnects_only_if_configured_and_within_the_limit() {
    for (allowed, requests, waited) in [(0, 1, 0.0), (1, 2, 3.0), (3, 4, 3.0 + 6.0 + 12.0)] {
        let server = Server::start(vec![stream(": nothing\n\n"); 9]).await;
        let clock = TestClock::new();
        let events = open(builder(&server, &clock)).await;
        assert!(all(events.reconnect(allowed)).await.is_empty());
        assert_eq!(server.requests().len(), requests);
        assert_eq!(clock.seconds(), waited);
    }
    let server = Server::start(vec![broken(); 9]).await;
    let mut events = open(builder(&server, &TestClock::new())).await.reconnect(1);
    let error = events.next().await.expect("an end").expect_err("an error");
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert!(events.next().await.is_none());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_oversized_event_and_a_stall_end_the_stream() {
    let long = format!("data: a\n\ndata: {}", "x".repeat(200));
    let mut stalled = stream("data: a\n\n");
    stalled.push(Step::Wait(Duration::from_secs(600)));
    let server = Server::start(vec![stream(&long), stalled]).await;
    let limited = || builder(&server, &TestClock::new()).response_limit(100);

    let mut events = open(limited()).await;
    assert_eq!(
        events
            .next()
            .await
            .expect("an event")
            .expect("no error")
            .data,
        "a"
    );
    let error = events.next().await.expect("an end").expect_err("too large");
    assert!(
        matches!(&error, Error::TooLarge(it) if it.limit() == 100),
        "{error:?}"
    );
    assert!(events.next().await.is_none());

    let limit = Duration::from_millis(50);
    let mut events = open(limited()).await;
    assert_eq!(
        events
            .next()
            .await
            .expect("an event")
            .expect("no error")
            .data,
        "a"
    );
    events = events.idle_timeout(limit);
    // From here on, time passes when all tasks are idle. Without a limit, that would be the
    // server's delay.
    tokio::time::pause();
    let error = events.next().await.expect("an end").expect_err("a timeout");
    assert!(
        matches!(&error, Error::Timeout(it) if it.limit() == limit),
        "{error:?}"
    );
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn a_server_cannot_set_a_delay_that_is_too_short_or_too_long() {
    for (retry, waited) in [("0", 0.5), ("700", 0.7), ("99999999999999", 3600.0)] {
        let first = stream(&format!("retry: {retry}\ndata: a\n\n"));
        let server = Server::start(vec![first, stream("data: b\n\n"), no_more()]).await;
        let clock = TestClock::new();
        let events = open(builder(&server, &clock)).await;
        assert_eq!(all(events.reconnect(1)).await, ["a", "b"]);
        assert_eq!(clock.seconds(), waited + waited, "retry: {retry}");
    }
}

fn failure(status: &str, headers: &str) -> Vec<Step> {
    let text = http_response(status, "application/json", "{\"detail\":\"later\"}");
    let head = format!("HTTP/1.1 {status}\r\n");
    vec![Step::Send(
        text.replacen(&head, &format!("{head}{headers}"), 1)
            .into_bytes(),
    )]
}

#[tokio::test]
async fn a_reconnection_survives_temporary_failures() {
    let replies = vec![
        stream("id: 7\ndata: a\n\n"),
        failure("503 Service Unavailable", ""),
        failure("429 Too Many Requests", "retry-after: 100\r\n"),
        failure("500 Internal Server Error", "retry-after: 999999\r\n"),
        stream("data: b\n\n"),
        no_more(),
    ];
    let server = Server::start(replies).await;
    let clock = TestClock::new();
    let events = open(builder(&server, &clock)).await;
    assert_eq!(all(events.reconnect(4)).await, ["a", "b"]);
    let requests = server.requests();
    assert_eq!(requests.len(), 6);
    for request in &requests[1..] {
        assert_eq!(header(request, "last-event-id"), Some("7"));
    }
    // 3 seconds and their double; the times of `Retry-After`, within an hour; 3 seconds once more.
    assert_eq!(clock.seconds(), 3.0 + 6.0 + 100.0 + 3600.0 + 3.0);
}

#[tokio::test]
async fn a_reconnection_fails_after_the_last_attempt_or_an_error_of_the_request() {
    let unavailable = || failure("503 Service Unavailable", "");
    let bad = || failure("400 Bad Request", "");
    for (replies, status) in [
        (vec![unavailable(), unavailable(), stream("")], 503),
        (vec![bad(), stream("data: never\n\n")], 400),
        (vec![unavailable(), bad(), stream("data: never\n\n")], 400),
    ] {
        let count = replies.len();
        let replies = [vec![stream("data: a\n\n")], replies].concat();
        let server = Server::start(replies).await;
        let mut events = open(builder(&server, &TestClock::new())).await.reconnect(2);
        assert!(events.next().await.expect("an event").is_ok());
        let error = events.next().await.expect("an end").expect_err("an error");
        assert_eq!(error.status().map(|it| it.as_u16()), Some(status));
        assert!(error.to_string().contains("later"), "{error}");
        assert!(events.next().await.is_none());
        assert_eq!(server.requests().len(), count);
    }
}

#[tokio::test]
async fn a_reported_error_is_no_reason_to_reconnect() {
    for report in [
        "event: error\ndata: busy\n\n",
        "{\"error\":\"busy\"}\n\n",
        "{\"error\":\"busy\"}",
    ] {
        let server = Server::start(vec![stream(report), stream("data: never\n\n")]).await;
        let mut events = open(builder(&server, &TestClock::new())).await.reconnect(2);
        let error = events.next().await.expect("an end").expect_err("an error");
        assert_eq!(error.to_string(), "Log: 200 OK: busy");
        assert!(events.next().await.is_none());
        assert_eq!(server.requests().len(), 1);
    }
}

/// Serves a stream on a connection that stays open: `before`, and `after` a moment later. Any other
/// request receives text. Returns the URL, and a function that returns the numbers of the connections
/// that the requests came on.
async fn kept_stream(
    before: &'static str,
    after: &'static str,
) -> (String, impl Fn() -> Vec<usize>) {
    use std::sync::{Arc, Mutex};
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let seen = Arc::<Mutex<Vec<usize>>>::default();
    let log = Arc::clone(&seen);
    tokio::spawn(async move {
        for connection in 0.. {
            let (mut socket, _) = listener.accept().await.expect("a connection");
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                while let Some(request) = head(&mut socket).await {
                    log.lock().expect("the log").push(connection);
                    if request.starts_with("GET /text ") {
                        let reply = kept("200 OK", "content-type: text/plain\r\n", "text");
                        socket.write_all(reply.as_bytes()).await.expect("sent");
                        continue;
                    }
                    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                                transfer-encoding: chunked\r\n\r\n";
                    let chunk = format!("{head}{:x}\r\n{before}\r\n", before.len());
                    socket.write_all(chunk.as_bytes()).await.expect("sent");
                    // The client would close the connection if it didn't wait.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    let _ = socket.write_all(after.as_bytes()).await;
                }
            });
        }
    });
    (url, move || seen.lock().expect("the log").clone())
}

#[tokio::test]
async fn the_connection_of_a_stream_that_is_done_is_used_again() {
    let over_limit = format!("100000\r\n{}\r\n0\r\n\r\n", "x".repeat(0x10_0000)).leak();
    for (before, after, connections) in [
        ("data: 1\n\ndata: [DONE]\n\n", "0\r\n\r\n", [0, 0]),
        (
            "data: 1\n\ndata:  [DONE]\t\n\n",
            "3\r\n: x\r\n0\r\n\r\n",
            [0, 0],
        ),
        // A body that goes on for long isn't read.
        ("data: 1\n\ndata: [DONE]\n\n", "", [0, 1]),
        ("data: 1\n\ndata: [DONE]\n\n", over_limit, [0, 1]),
    ] {
        let (url, seen) = kept_stream(before, after).await;
        let client = Client::builder().base_url(&url).build();
        let client = client.expect("a client");
        let response = exchange_stream(&Fetch::<Log>::new(&client)).await;
        let mut events = response
            .expect("a head")
            .events::<i64>()
            .expect("a stream of events");
        assert_eq!(events.next().await.expect("one").expect("a number").data, 1);
        assert!(events.next().await.is_none());
        drop(events);
        let text = Fetch::<crate::faults::support::Get>::new(&client).send();
        assert_eq!(text.await.expect("text"), "text");
        assert_eq!(seen(), connections, "{before:?}");
    }
}
