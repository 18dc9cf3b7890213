//! Tokens are cached, refreshed before they expire, and replaced when rejected.

use crate::api::{BuildWith as _, Client};
use std::time::Duration;
use wiretrue::codegen::{Encoder, Meta, Method, RawResponse};
use wiretrue::oauth::TokenSet;
use wiretrue::transport::Body;
use wiretrue::{CallOptions, Error};

use http::{HeaderValue, StatusCode};

use super::support::{Closed, Source, WithInitial, begin, call, client, sent, server, tokens};
use crate::api::Described;
use crate::device::support::TestClock;

#[tokio::test]
async fn calls_send_the_token_which_is_fetched_once() {
    let server = server(&["200 OK"; 3]).await;
    let source = Source::new([Some(tokens("one", 3600))]);
    // Expired tokens are sent as well; the server decides.
    let client = client(&server, &TestClock::new(), source.clone());
    for _ in 0..3 {
        assert_eq!(call(&client.clone()).await.expect("a response"), "hello");
    }
    assert_eq!(sent(&server), ["Bearer one"; 3]);
    assert_eq!(source.after(), [None]);
}

#[tokio::test]
async fn a_token_set_is_a_source_that_returns_itself() {
    let server = server(&["200 OK", "401 Unauthorized"]).await;
    let clock = TestClock::new();
    // Even though it ended long ago: the server judges.
    let client = client(&server, &clock, tokens("mine", 0));
    clock.pass(Duration::from_secs(10));
    assert_eq!(call(&client).await.expect("a response"), "hello");
    let error = call(&client).await.expect_err("an error");
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!(
        sent(&server),
        ["Bearer mine"; 2],
        "the same isn't tried twice"
    );
}

#[tokio::test]
async fn a_token_is_refreshed_shortly_before_it_expires() {
    for (lifetime, early) in [(3600, 60), (100, 10), (10, 1)] {
        let server = server(&["200 OK"; 3]).await;
        let clock = TestClock::new();
        let source = Source::new([
            Some(tokens("one", lifetime)),
            Some(tokens("two", 2 * lifetime)),
        ]);
        let client = client(&server, &clock, source.clone());
        call(&client).await.expect("a response");
        clock.pass(Duration::from_secs(lifetime - early) - Duration::from_millis(1));
        call(&client).await.expect("a response");
        clock.pass(Duration::from_millis(1));
        call(&client).await.expect("a response");
        assert_eq!(sent(&server), ["Bearer one", "Bearer one", "Bearer two"]);
        assert_eq!(source.after(), [None, Some("one".to_owned())]);
    }
}

#[tokio::test]
async fn initial_tokens_are_used_until_they_must_be_refreshed() {
    let server = server(&["200 OK"; 2]).await;
    let clock = TestClock::new();
    let source = Source::new([Some(tokens("next", 7200))]);
    let begun = WithInitial(tokens("stored", 3600), source.clone());
    let client = client(&server, &clock, begun);
    call(&client).await.expect("a response");
    assert_eq!(source.fetches(), 0);
    clock.pass(Duration::from_secs(3600));
    call(&client).await.expect("a response");
    assert_eq!(sent(&server), ["Bearer stored", "Bearer next"]);
    assert_eq!(source.after(), [Some("stored".to_owned())]);
}

#[tokio::test]
async fn many_calls_wait_for_one_fetch() {
    let server = server(&["200 OK"; 20]).await;
    let source = Source::gated([Some(tokens("one", 3600))]);
    let client = client(&server, &TestClock::new(), source.clone());
    let mut calls: Vec<_> = (0..20).map(|_| call(&client)).collect();
    calls.iter_mut().for_each(begin);
    assert_eq!(source.fetches(), 1);
    source.open();
    let calls: Vec<_> = calls.into_iter().map(tokio::spawn).collect();
    for call in calls {
        call.await.expect("no panic").expect("a response");
    }
    assert_eq!(sent(&server), vec!["Bearer one"; 20]);
    assert_eq!(source.fetches(), 1);
}

#[tokio::test]
async fn a_fetch_outlives_the_call_that_started_it() {
    let server = server(&["200 OK"; 2]).await;
    let source = Source::gated([Some(tokens("rotated", 3600))]);
    let client = client(&server, &TestClock::new(), source.clone());
    // From here on, no call waits.
    let mut dropped = call(&client);
    begin(&mut dropped);
    drop(dropped);
    source.open();
    call(&client).await.expect("a response");
    assert_eq!(sent(&server), ["Bearer rotated"]);
    assert_eq!(source.fetches(), 1);
}

#[tokio::test]
async fn a_waiting_call_continues_when_the_one_that_fetches_is_dropped() {
    let server = server(&["200 OK"]).await;
    let source = Source::gated([Some(tokens("one", 3600))]);
    let client = client(&server, &TestClock::new(), source.clone());
    let mut first = call(&client);
    // The first call was woken last, and is dropped without another poll.
    begin(&mut first);
    let second = tokio::spawn(call(&client));
    tokio::task::yield_now().await;
    // The first was woken last, and goes without looking.
    begin(&mut first);
    source.open();
    drop(first);
    second.await.expect("no panic").expect("a response");
    assert_eq!((sent(&server).len(), source.fetches()), (1, 1));
}

#[tokio::test]
async fn a_rejected_token_is_replaced_and_the_call_resent() {
    let server = server(&["401 Unauthorized", "200 OK", "200 OK"]).await;
    let source = Source::new([Some(tokens("old", 3600)), Some(tokens("new", 3600))]);
    let client = client(&server, &TestClock::new(), source.clone());
    assert_eq!(call(&client).await.expect("a response"), "hello");
    assert_eq!(call(&client).await.expect("a response"), "hello");
    assert_eq!(sent(&server), ["Bearer old", "Bearer new", "Bearer new"]);
    assert_eq!(source.after(), [None, Some("old".to_owned())]);
    let [first, second, _] = &server.requests()[..] else {
        panic!("three requests")
    };
    assert_eq!(first.replace("old", "new"), *second, "else the same bytes");
}

/// Sends a body to an operation that accepts a bearer token.
async fn send(client: &Client, body: Body) -> Result<RawResponse, Error> {
    let mut out = Encoder::default();
    out.literal("/closed");
    out.body = Some((HeaderValue::from_static("text/plain"), body));
    let meta = Meta {
        method: Method::POST,
        ..Closed::META
    };
    let options = CallOptions::default();
    client.execute(meta, Ok(out), &options).await
}

#[tokio::test]
async fn a_repeatable_body_is_resent() {
    let server = server(&["401 Unauthorized", "200 OK"]).await;
    let source = Source::new(["old", "new"].map(|name| Some(TokenSet::new(name))));
    let client = client(&server, &TestClock::new(), source);
    let response = send(&client, Body::from("some text")).await;
    assert_eq!(response.expect("a response").status, StatusCode::OK);
    assert_eq!(sent(&server), ["Bearer old", "Bearer new"]);
    for request in server.requests() {
        assert!(request.ends_with("\r\n\r\nsome text"), "{request}");
    }
}

#[tokio::test]
async fn a_stream_is_not_resent_but_the_next_call_has_a_new_token() {
    let server = server(&["401 Unauthorized", "200 OK"]).await;
    let source = Source::new(["old", "new"].map(|name| Some(TokenSet::new(name))));
    let client = client(&server, &TestClock::new(), source);
    let response = send(&client, Body::wrap(Body::from("some text"))).await;
    assert_eq!(
        response.expect("a response").status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(call(&client).await.expect("a response"), "hello");
    assert_eq!(sent(&server), ["Bearer old", "Bearer new"]);
}

#[tokio::test]
async fn a_second_rejection_is_returned() {
    let rejected = "401 Unauthorized";
    let server = server(&[rejected, rejected, rejected, rejected, "200 OK"]).await;
    let source = Source::new((0..9).map(|n| Some(tokens(&format!("t{n}"), 3600))));
    let clock = TestClock::new();
    let client = client(&server, &clock, source.clone());
    // The token isn't the cause, so a third one isn't fetched yet.
    let error = call(&client).await.expect_err("an error");
    assert!(matches!(&error, Error::Api(_)), "{error:?}");
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!(sent(&server), ["Bearer t0", "Bearer t1"]);
    // It isn't the token: a third isn't asked for so soon.
    call(&client).await.expect_err("an error");
    assert_eq!(sent(&server), ["Bearer t0", "Bearer t1", "Bearer t1"]);
    assert_eq!(source.fetches(), 2);
    // Later, the token may be the cause again.
    clock.pass(Duration::from_secs(30));
    call(&client).await.expect("a response");
    assert_eq!(sent(&server)[3..], ["Bearer t1", "Bearer t2"]);
    assert_eq!(source.fetches(), 3);
}

#[tokio::test]
async fn a_token_that_was_accepted_is_replaced_whenever_it_is_rejected() {
    let statuses = ["401 Unauthorized", "200 OK", "401 Unauthorized", "200 OK"];
    let server = server(&statuses).await;
    let source = Source::new(["a", "b", "c"].map(|name| Some(TokenSet::new(name))));
    let client = client(&server, &TestClock::new(), source);
    call(&client).await.expect("a response");
    call(&client).await.expect("a response");
    assert_eq!(
        sent(&server),
        ["Bearer a", "Bearer b", "Bearer b", "Bearer c"]
    );
}

#[tokio::test]
async fn a_401_without_a_token_source_is_returned() {
    let server = server(&["401 Unauthorized"]).await;
    let client = super::support::builder(&server, &TestClock::new())
        .bearer("by-hand")
        .build()
        .expect("a client");
    let error = call(&client).await.expect_err("an error");
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!(sent(&server), ["Bearer by-hand"]);
}
