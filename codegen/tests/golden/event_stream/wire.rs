//! Streams of events, cut where it hurts, and asked for again.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use golden_event_stream::apis::WatchOutput;
use golden_event_stream::clock::Clock;
use golden_event_stream::streaming::Events;
use golden_event_stream::transport::BoxFuture;
use golden_event_stream::{Client, Error, models};
use raw_server::{Answer, Server};

/// A clock that doesn't wait, and tells for how long it should have.
#[derive(Clone, Default)]
struct NoWait(Arc<Mutex<Vec<Duration>>>);

impl Clock for NoWait {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn time(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.0.lock().expect("the times").push(time);
        Box::pin(std::future::ready(()))
    }
}

fn client(server: &Server, clock: NoWait) -> Client {
    let client = Client::builder().base_url(server.url()).clock(clock);
    client.build().expect("the client is complete")
}

/// A stream in chunks of HTTP of one byte each: every character and every end of a line is cut.
fn stream(text: &str) -> Answer {
    let mut bytes = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n\
        connection: close\r\ntransfer-encoding: chunked\r\n\r\n"
        .to_vec();
    for byte in text.bytes() {
        bytes.extend_from_slice(&[b'1', b'\r', b'\n', byte, b'\r', b'\n']);
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    Answer::Bytes(bytes)
}

/// The same, broken off before its end.
fn broken(text: &str) -> Answer {
    let Answer::Bytes(mut bytes) = stream(text) else {
        panic!("it is bytes");
    };
    bytes.truncate(bytes.len() - b"0\r\n\r\n".len());
    Answer::Bytes(bytes)
}

async fn all<T>(mut events: Events<T>) -> Vec<T> {
    let mut data = Vec::new();
    while let Some(event) = events.next().await {
        data.push(event.expect("an event").data);
    }
    data
}

#[tokio::test]
async fn a_question_is_answered_as_a_whole_or_piece_by_piece() {
    let server = Server::start([
        Answer::json(200, r#"{"text":"whole"}"#),
        stream(
            "\u{feff}: hello\r\ndata: {\"delta\":\"gr\u{fc}n \u{1f600}\",\r\ndata: \"index\":1}\r\n\r\n\
             event: piece\rid: 7\rdata:{\"delta\":\"b\"}\r\r\
             data: [DONE]\n\ndata: {\"delta\":\"never\"}\n\n",
        ),
    ])
    .await;
    let chat = client(&server, NoWait::default()).chat();
    let question = || models::Question::new("Why?").with_stream(true);
    let whole = chat.create_chat(question()).await.expect("an answer");
    assert_eq!(whole.text, "whole");
    let mut events = chat
        .create_chat_event_stream(question())
        .await
        .expect("a stream");
    let first = events.next().await.expect("one").expect("a piece");
    assert_eq!((first.event.as_str(), first.id.as_str()), ("message", ""));
    assert_eq!(first.data.delta, "gr\u{fc}n \u{1f600}");
    assert_eq!(first.data.index, Some(1));
    let second = events.next().await.expect("one").expect("a piece");
    assert_eq!((second.event.as_str(), second.id.as_str()), ("piece", "7"));
    assert_eq!(second.data.delta, "b");
    assert!(events.next().await.is_none());
    assert!(events.next().await.is_none());

    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].header("accept"), Some("application/json"));
    assert_eq!(requests[1].header("accept"), Some("text/event-stream"));
    assert_eq!(requests[1].line, "POST /chat HTTP/1.1");
    assert_eq!(requests[1].text(), r#"{"text":"Why?","stream":true}"#);
    assert_eq!(requests[1].header("last-event-id"), None);
}

#[tokio::test]
async fn data_of_another_type_is_an_error_and_the_stream_goes_on() {
    let server = Server::start([stream(
        "data: {\"delta\":1}\n\ndata: {}\n\ndata: no\n\ndata: {\"delta\":\"a\"}\n\n",
    )])
    .await;
    let chat = client(&server, NoWait::default()).chat();
    let events = chat.create_chat_event_stream(models::Question::new("?"));
    let mut events = events.await.expect("a stream");
    let mut paths = Vec::new();
    for _ in 0..3 {
        let Err(Error::Decode(error)) = events.next().await.expect("one") else {
            panic!("it isn't a piece");
        };
        let said = error.to_string();
        assert!(
            said.starts_with("createChat: 200 OK: the data of an event"),
            "{said}"
        );
        paths.push((error.path(), error.raw_body().clone()));
    }
    assert_eq!(paths[0].0.as_deref(), Some("$.delta"));
    assert_eq!(paths[0].1, r#"{"delta":1}"#);
    assert_eq!(paths[1].1, "{}");
    assert_eq!((&paths[2].0, paths[2].1.as_ref()), (&None, &b"no"[..]));
    let last = events.next().await.expect("one").expect("a piece");
    assert_eq!(last.data.delta, "a");
}

#[tokio::test]
async fn the_text_of_any_stream_can_be_had() {
    let text = "data: [DONE]\n\ndata: {\"delta\":\"a\"}\n\n";
    let server = Server::start([stream(text)]).await;
    let client = client(&server, NoWait::default());
    let log = client.log().follow_log().await.expect("a stream");
    let expected = ["[DONE]", "{\"delta\":\"a\"}"];
    assert_eq!(all(log).await, expected);
    let question = models::Question::new("?");
    let events = client.chat().create_chat_event_stream(question);
    assert_eq!(all(events.await.expect("a stream").text()).await, expected);
    let until = client.log().follow_log().await.expect("a stream");
    assert_eq!(all(until.until("[DONE]")).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_error_inside_a_stream_is_one_unless_the_document_lists_it() {
    let server = Server::start([
        stream("data: {\"delta\":\"a\"}\n\ndata: {\"error\":{\"message\":\"busy\"}}\n\n"),
        stream("data: a\n\nevent: error\ndata: disk full\n\n"),
        stream("data: a\n\nevent: error\ndata: disk full\n\n"),
        Answer::json(200, r#"{"error":{"message":"busy"}}"#),
    ])
    .await;
    let client = client(&server, NoWait::default());
    let ask = || {
        client
            .chat()
            .create_chat_event_stream(models::Question::new("?"))
    };
    let mut events = ask().await.expect("a stream");
    assert_eq!(
        events
            .next()
            .await
            .expect("one")
            .expect("a piece")
            .data
            .delta,
        "a"
    );
    let error = events.next().await.expect("one").expect_err("a report");
    assert_eq!(error.to_string(), "createChat: 200 OK: busy");
    assert!(events.next().await.is_none());

    let mut lines = client.log().follow_log().await.expect("a stream");
    assert!(lines.next().await.expect("one").is_ok());
    let error = lines.next().await.expect("one").expect_err("a report");
    assert_eq!(error.to_string(), "followLog: 200 OK: disk full");

    let messages = client.log().follow_messages().await.expect("a stream");
    assert_eq!(all(messages).await, ["a", "disk full"]);

    let error = ask().await.expect_err("a report");
    assert_eq!(error.to_string(), "createChat: 200 OK: busy");
}

#[tokio::test]
async fn what_is_no_stream_is_an_error() {
    let slowly = || Answer::json(429, r#"{"title":"Slowly"}"#);
    let server = Server::start([
        // Each of the call's attempts.
        slowly(),
        slowly(),
        slowly(),
        Answer::json(200, r#"{"text":"whole"}"#),
    ])
    .await;
    let chat = client(&server, NoWait::default()).chat();
    let ask = || chat.create_chat_event_stream(models::Question::new("?"));
    let error = ask().await.expect_err("too many");
    let problem: models::Problem = error.as_api().expect("an answer").body().expect("it");
    assert_eq!(problem.title, "Slowly");
    let error = ask().await.expect_err("it is JSON");
    assert_eq!(
        error.to_string(),
        "createChat: 200 OK: the body is application/json, which the call doesn't accept; \
         `create_chat` accepts it"
    );
}

#[tokio::test]
async fn good_answers_that_are_no_stream_stand_beside_it() {
    let server = Server::start([
        stream("data: {\"title\":\"t\"}\n\n"),
        Answer::json(202, r#"{"title":"later"}"#),
        Answer::with_headers(204, &[], ""),
    ])
    .await;
    let log = client(&server, NoWait::default()).log();
    let WatchOutput::Ok(events) = log.watch().await.expect("a stream") else {
        panic!("it is a stream");
    };
    let data = all(events).await;
    assert!(
        matches!(&data[..], [models::WatchResponse::Problem(it)] if it.title == "t"),
        "{data:?}"
    );
    let later = log.watch().await.expect("later");
    assert!(matches!(&later, WatchOutput::Accepted(it) if it.title == "later"));
    let never = log.watch().await.expect("never");
    assert!(matches!(never, WatchOutput::NoContent));
}

#[tokio::test]
async fn a_stream_is_asked_for_again_from_the_last_event_on() {
    let server = Server::start([
        stream("id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: not complete"),
        broken("retry: 700\nid: \u{fc}\ndata: c\n\n"),
        Answer::Bytes(Vec::new()),
        stream("data: d\n\n"),
        Answer::with_headers(204, &[], ""),
    ])
    .await;
    let clock = NoWait::default();
    let log = client(&server, clock.clone()).log();
    let events = log.follow_log().await.expect("a stream").reconnect(3);
    assert_eq!(all(events).await, ["a", "b", "c", "d"]);
    let requests = server.requests();
    let ids: Vec<_> = requests
        .iter()
        .map(|it| it.header("last-event-id"))
        .collect();
    let last = Some("\u{fc}");
    assert_eq!(ids, [None, Some("1"), last, last, last]);
    for request in &requests {
        assert_eq!(request.line, "GET /log HTTP/1.1");
        assert_eq!(request.header("accept"), Some("text/event-stream"));
    }
    let waited = clock.0.lock().expect("the times").clone();
    // 3 seconds unless the server says; twice as long behind a failure.
    let expected = [3000, 700, 1400, 700].map(Duration::from_millis);
    assert_eq!(waited, expected);
}

#[tokio::test]
async fn a_request_is_sent_again_only_if_it_is_asked_for_and_only_so_often() {
    let server = Server::start([broken("data: {\"delta\":\"a\"}\n\n"), stream("")]).await;
    let clock = NoWait::default();
    let chat = client(&server, clock.clone()).chat();
    let ask = || chat.create_chat_event_stream(models::Question::new("?"));
    let mut events = ask().await.expect("a stream");
    assert!(events.next().await.expect("one").is_ok());
    let error = events
        .next()
        .await
        .expect("an error")
        .expect_err("it broke off");
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert!(events.next().await.is_none());
    assert_eq!(server.requests().len(), 1);

    // Three streams without an event, the first of them the call's own.
    let events = ask().await.expect("a stream").reconnect(2);
    assert!(all(events).await.is_empty());
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    assert_eq!(requests[3].text(), requests[1].text());
    let waited = clock.0.lock().expect("the times").clone();
    assert_eq!(waited, [3, 6].map(Duration::from_secs));
}

#[tokio::test]
async fn what_comes_in_place_of_a_stream_ends_it() {
    let server = Server::start([
        stream("data: a\n\n"),
        Answer::json(404, r#"{"title":"gone"}"#),
    ])
    .await;
    let log = client(&server, NoWait::default()).log();
    let mut events = log.follow_log().await.expect("a stream").reconnect(5);
    assert_eq!(events.next().await.expect("one").expect("a line").data, "a");
    let error = events
        .next()
        .await
        .expect("an error")
        .expect_err("it is gone");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(404));
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn an_event_over_the_limit_ends_the_stream() {
    let line = "x".repeat(200);
    let server = Server::start([stream(&format!("data: a\n\ndata: {line}\n\n"))]).await;
    let client = Client::builder().base_url(server.url()).response_limit(100);
    let log = client.build().expect("a client").log();
    let mut events = log.follow_log().await.expect("a stream");
    assert_eq!(events.next().await.expect("one").expect("a line").data, "a");
    let error = events
        .next()
        .await
        .expect("an error")
        .expect_err("it is too large");
    assert!(
        matches!(&error, Error::TooLarge(it) if it.limit() == 100),
        "{error:?}"
    );
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn a_stream_that_stalls_ends_if_that_is_asked_for() {
    let Answer::Bytes(bytes) = broken("data: a\n\n") else {
        panic!("it is bytes");
    };
    let server = Server::start([Answer::Stalled(bytes)]).await;
    let log = client(&server, NoWait::default()).log();
    let events = log.follow_log().await.expect("a stream");
    let mut events = events.idle_timeout(Duration::from_millis(50));
    assert_eq!(events.next().await.expect("one").expect("a line").data, "a");
    // The server says nothing more, for however long: a test that hangs would tell less.
    let next = tokio::time::timeout(Duration::from_secs(60), events.next());
    let next = next.await.expect("the limit is kept");
    let error = next.expect("an error").expect_err("it stalls");
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
}

#[cfg(feature = "blocking")]
#[test]
fn events_come_without_an_async_runtime() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime for the server");
    let server = runtime.block_on(Server::start([stream("data: a\n\ndata: b\n\n")]));
    let log = client(&server, NoWait::default()).log();
    let events = log.follow_log().send_blocking().expect("a stream");
    let lines: Result<Vec<_>, _> = events.blocking().map(|it| it.map(|it| it.data)).collect();
    assert_eq!(lines.expect("lines"), ["a", "b"]);
}

#[cfg(feature = "blocking")]
#[test]
fn a_stream_can_be_read_as_it_came_without_an_async_runtime() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime for the server");
    let none = Answer::new(404, "text/plain", "none");
    let server = runtime.block_on(Server::start([stream("data: a\n\n"), none]));
    let log = client(&server, NoWait::default()).log();
    let raw = log.follow_log().raw_blocking().expect("an answer");
    assert_eq!(
        (raw.status.as_u16(), raw.body.as_ref()),
        (200, &b"data: a\n\n"[..])
    );
    assert_eq!(
        raw.headers["content-type"],
        "text/event-stream; charset=utf-8"
    );
    let raw = log.follow_log().raw_blocking().expect("an answer");
    assert_eq!(
        (raw.status.as_u16(), raw.body.as_ref()),
        (404, &b"none"[..])
    );
    assert_eq!(server.requests().len(), 2);
}

#[cfg(feature = "mock")]
#[tokio::test]
async fn a_mock_answers_with_events() {
    let mock = golden_event_stream::mock::Mock::default();
    mock.on::<golden_event_stream::apis::FollowLog>()
        .reply(vec!["a\nb".to_owned(), "c".to_owned()]);
    let client = Client::mocked(&mock);
    let events = client.log().follow_log().await.expect("a stream");
    assert_eq!(all(events).await, ["a\nb", "c"]);
}
