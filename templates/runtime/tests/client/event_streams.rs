//! Event streams over sockets: how they end and how they reconnect.

use crate::api::{BuildApi as _, Client, ClientBuilder};
use std::time::Duration;
use wiretrue::Error;
use wiretrue::codegen::exchange_stream;
use wiretrue::streaming::Events;

use crate::api::{Fetch, described};
use crate::device::support::TestClock;
use crate::server::{Server, Step, header};

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
