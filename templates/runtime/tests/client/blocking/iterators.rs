//! Blocking iterators over pages, items, events and JSON documents.

use tokio::task::{block_in_place, spawn_blocking};
use wiretrue::Error;
use wiretrue::codegen::{RawResponse, block_on_call, exchange_stream};

use super::Page;
use crate::api::{Client, Fetch};
use crate::pages::{self, Cursor, numbers};
use crate::server::{Server, Step, http_response};

const EVENTS: (&str, &str) = ("text/event-stream", "data: 1\n\ndata: 2\n\n");
const LINES: (&str, &str) = ("application/jsonl", "1\n2\n");

/// Returns a server of two pages, before the second of which it fails once. Then it has two streams.
async fn server() -> Server {
    let reply = |status, (media_type, body)| {
        vec![Step::Send(http_response(status, media_type, body).into())]
    };
    let page = |body| reply("200 OK", ("application/json", body));
    let list = [
        page(r#"{"items":[1],"next":"a"}"#),
        reply("403 Forbidden", ("text/plain", "no")),
        page(r#"{"items":[2]}"#),
    ];
    let streams = [reply("200 OK", EVENTS), reply("200 OK", LINES)];
    Server::start([&list[..], &list, &streams].concat()).await
}

fn stream(client: &Client) -> Result<RawResponse, Error> {
    block_on_call("Page", exchange_stream(&Fetch::<Page>::new(client)))
}

/// Returns what each iterator returns; `None` for an error.
fn iterate(client: &Client) -> Result<[Vec<Option<i64>>; 4], Error> {
    let pages = numbers::<Cursor>(client).blocking();
    let pages = pages.map(|page| page.ok()?.body["items"][0].as_i64());
    let pages = pages.collect();
    let items = numbers::<Cursor>(client).items().blocking();
    let items = items.map(Result::ok).collect();
    let events = stream(client)?.text_events()?.blocking();
    let events = events.map(|event| event.ok()?.data.parse().ok()).collect();
    let lines = stream(client)?.json_stream::<i64>()?.blocking();
    let lines = lines.map(Result::ok).collect();
    Ok([pages, items, events, lines])
}

fn check(got: Result<[Vec<Option<i64>>; 4], Error>) {
    let around_an_error = vec![Some(1), None, Some(2)];
    let stream = vec![Some(1), Some(2)];
    assert_eq!(
        got.expect("streams"),
        [
            around_an_error.clone(),
            around_an_error,
            stream.clone(),
            stream
        ]
    );
}

#[tokio::test]
async fn iterators_work_on_a_thread_for_blocking_work() {
    let server = server().await;
    let client = pages::client(&server.url);
    let got = spawn_blocking(move || iterate(&client)).await;
    check(got.expect("no panic"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn iterators_work_in_block_in_place() {
    let server = server().await;
    let client = pages::client(&server.url);
    check(block_in_place(|| iterate(&client)));
}

/// Returns the only error of an iterator.
fn only_error<T: std::fmt::Debug>(
    iterator: impl Iterator<Item = Result<T, Error>>,
) -> Option<Error> {
    let mut all: Vec<_> = iterator.take(9).collect();
    assert_eq!(all.len(), 1, "{all:?}");
    all.pop()?.err()
}

#[tokio::test]
async fn iterators_end_after_an_error_in_an_async_function() {
    let reply =
        |(media_type, body)| vec![Step::Send(http_response("200 OK", media_type, body).into())];
    let server = Server::start(vec![reply(EVENTS), reply(LINES)]).await;
    let client = pages::client(&server.url);
    let call = || exchange_stream(&Fetch::<Page>::new(&client));
    let events = call()
        .await
        .and_then(RawResponse::text_events)
        .expect("events");
    let lines = call()
        .await
        .and_then(RawResponse::json_stream::<i64>)
        .expect("lines");
    for error in [
        only_error(numbers::<Cursor>(&client).blocking()),
        only_error(numbers::<Cursor>(&client).items().blocking()),
        only_error(events.blocking()),
        only_error(lines.blocking()),
    ] {
        assert!(matches!(error, Some(Error::InvalidRequest(_))), "{error:?}");
    }
    assert_eq!(server.requests().len(), 2);
}
