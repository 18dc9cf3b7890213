//! The course of things: tokens are kept, renewed when due, and replaced when refused.

use crate::api::{BuildWith as _, Client};
use std::time::Duration;
use wiretrue::codegen::{Encoder, Meta, Method, RawResponse};
use wiretrue::oauth::TokenSet;
use wiretrue::transport::Body;
use wiretrue::{CallOptions, Error};

use http::{HeaderValue, StatusCode};

use super::support::{Begun, Closed, Source, begin, call, client, sent, server, tokens};
use crate::api::Described;
use crate::device::support::TestClock;

#[tokio::test]
async fn calls_carry_the_token_which_is_asked_for_once() {
    let server = server(&["200 OK"; 3]).await;
    let source = Source::new([Some(tokens("one", 3600))]);
    let client = client(&server, &TestClock::new(), source.clone());
    for _ in 0..3 {
        assert_eq!(call(&client.clone()).await.expect("an answer"), "hello");
    }
    assert_eq!(sent(&server), ["Bearer one"; 3]);
    assert_eq!(source.after(), [None]);
}

#[tokio::test]
async fn a_set_of_tokens_is_a_source_that_gives_itself() {
    let server = server(&["200 OK", "401 Unauthorized"]).await;
    let clock = TestClock::new();
    // Even though it ended long ago: the server judges.
    let client = client(&server, &clock, tokens("mine", 0));
    clock.pass(Duration::from_secs(10));
    assert_eq!(call(&client).await.expect("an answer"), "hello");
    let error = call(&client).await.expect_err("a refusal");
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!(
        sent(&server),
        ["Bearer mine"; 2],
        "the same isn't tried twice"
    );
}

#[tokio::test]
async fn a_token_is_renewed_shortly_before_its_end() {
    for (lifetime, early) in [(3600, 60), (100, 10), (10, 1)] {
        let server = server(&["200 OK"; 3]).await;
        let clock = TestClock::new();
        let source = Source::new([
            Some(tokens("one", lifetime)),
            Some(tokens("two", 2 * lifetime)),
        ]);
        let client = client(&server, &clock, source.clone());
        call(&client).await.expect("an answer");
        clock.pass(Duration::from_secs(lifetime - early) - Duration::from_millis(1));
        call(&client).await.expect("an answer");
        clock.pass(Duration::from_millis(1));
        call(&client).await.expect("an answer");
        assert_eq!(sent(&server), ["Bearer one", "Bearer one", "Bearer two"]);
        assert_eq!(source.after(), [None, Some("one".to_owned())]);
    }
}

#[tokio::test]
async fn tokens_from_the_start_are_used_until_they_are_due() {
    let server = server(&["200 OK"; 2]).await;
    let clock = TestClock::new();
    let source = Source::new([Some(tokens("next", 7200))]);
    let begun = Begun(tokens("stored", 3600), source.clone());
    let client = client(&server, &clock, begun);
    call(&client).await.expect("an answer");
    assert_eq!(source.asked(), 0);
    clock.pass(Duration::from_secs(3600));
    call(&client).await.expect("an answer");
    assert_eq!(sent(&server), ["Bearer stored", "Bearer next"]);
    assert_eq!(source.after(), [Some("stored".to_owned())]);
}

#[tokio::test]
async fn many_calls_wait_for_one_question() {
    let server = server(&["200 OK"; 20]).await;
    let source = Source::held([Some(tokens("one", 3600))]);
    let client = client(&server, &TestClock::new(), source.clone());
    let mut calls: Vec<_> = (0..20).map(|_| call(&client)).collect();
    calls.iter_mut().for_each(begin);
    assert_eq!(source.asked(), 1);
    source.open();
    let calls: Vec<_> = calls.into_iter().map(tokio::spawn).collect();
    for call in calls {
        call.await.expect("no panic").expect("an answer");
    }
    assert_eq!(sent(&server), vec!["Bearer one"; 20]);
    assert_eq!(source.asked(), 1);
}

#[tokio::test]
async fn a_question_outlives_the_call_that_asked() {
    let server = server(&["200 OK"; 2]).await;
    let source = Source::held([Some(tokens("rotated", 3600))]);
    let client = client(&server, &TestClock::new(), source.clone());
    // Nobody waits any more.
    let mut dropped = call(&client);
    begin(&mut dropped);
    drop(dropped);
    source.open();
    call(&client).await.expect("an answer");
    assert_eq!(sent(&server), ["Bearer rotated"]);
    assert_eq!(source.asked(), 1);
}

#[tokio::test]
async fn who_waits_goes_on_when_the_one_who_asked_gives_up() {
    let server = server(&["200 OK"]).await;
    let source = Source::held([Some(tokens("one", 3600))]);
    let client = client(&server, &TestClock::new(), source.clone());
    let mut first = call(&client);
    begin(&mut first);
    let second = tokio::spawn(call(&client));
    tokio::task::yield_now().await;
    // The first was woken last, and goes without looking.
    begin(&mut first);
    source.open();
    drop(first);
    second.await.expect("no panic").expect("an answer");
    assert_eq!((sent(&server).len(), source.asked()), (1, 1));
}

#[tokio::test]
async fn a_refused_token_is_replaced_and_the_call_sent_once_more() {
    let server = server(&["401 Unauthorized", "200 OK", "200 OK"]).await;
    let source = Source::new([Some(tokens("old", 3600)), Some(tokens("new", 3600))]);
    let client = client(&server, &TestClock::new(), source.clone());
    assert_eq!(call(&client).await.expect("an answer"), "hello");
    assert_eq!(call(&client).await.expect("an answer"), "hello");
    assert_eq!(sent(&server), ["Bearer old", "Bearer new", "Bearer new"]);
    assert_eq!(source.after(), [None, Some("old".to_owned())]);
    let [first, second, _] = &server.requests()[..] else {
        panic!("three requests")
    };
    assert_eq!(first.replace("old", "new"), *second, "else the same bytes");
}

/// Sends a body to where a bearer token is taken.
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
async fn a_body_is_sent_once_more_if_it_can_come_again() {
    let server = server(&["401 Unauthorized", "200 OK"]).await;
    let source = Source::new(["old", "new"].map(|name| Some(TokenSet::new(name))));
    let client = client(&server, &TestClock::new(), source);
    let response = send(&client, Body::from("some text")).await;
    assert_eq!(response.expect("an answer").status, StatusCode::OK);
    assert_eq!(sent(&server), ["Bearer old", "Bearer new"]);
    for request in server.requests() {
        assert!(request.ends_with("\r\n\r\nsome text"), "{request}");
    }
}

#[tokio::test]
async fn a_body_that_comes_only_once_is_not_but_the_next_call_has_another_token() {
    let server = server(&["401 Unauthorized", "200 OK"]).await;
    let source = Source::new(["old", "new"].map(|name| Some(TokenSet::new(name))));
    let client = client(&server, &TestClock::new(), source);
    let response = send(&client, Body::wrap(Body::from("some text"))).await;
    assert_eq!(
        response.expect("an answer").status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(call(&client).await.expect("an answer"), "hello");
    assert_eq!(sent(&server), ["Bearer old", "Bearer new"]);
}

#[tokio::test]
async fn a_second_refusal_is_the_answer() {
    let refused = "401 Unauthorized";
    let server = server(&[refused, refused, refused, refused, "200 OK"]).await;
    let source = Source::new((0..9).map(|n| Some(tokens(&format!("t{n}"), 3600))));
    let clock = TestClock::new();
    let client = client(&server, &clock, source.clone());
    let error = call(&client).await.expect_err("a refusal");
    assert!(matches!(&error, Error::Api(_)), "{error:?}");
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!(sent(&server), ["Bearer t0", "Bearer t1"]);
    // It isn't the token: a third isn't asked for so soon.
    call(&client).await.expect_err("a refusal");
    assert_eq!(sent(&server), ["Bearer t0", "Bearer t1", "Bearer t1"]);
    assert_eq!(source.asked(), 2);
    // After a while, it may be the token again.
    clock.pass(Duration::from_secs(30));
    call(&client).await.expect("an answer");
    assert_eq!(sent(&server)[3..], ["Bearer t1", "Bearer t2"]);
    assert_eq!(source.asked(), 3);
}

#[tokio::test]
async fn a_token_that_was_taken_once_is_replaced_whenever_it_is_refused() {
    let statuses = ["401 Unauthorized", "200 OK", "401 Unauthorized", "200 OK"];
    let server = server(&statuses).await;
    let source = Source::new(["a", "b", "c"].map(|name| Some(TokenSet::new(name))));
    let client = client(&server, &TestClock::new(), source);
    call(&client).await.expect("an answer");
    call(&client).await.expect("an answer");
    assert_eq!(
        sent(&server),
        ["Bearer a", "Bearer b", "Bearer b", "Bearer c"]
    );
}

#[tokio::test]
async fn a_401_without_tokens_is_what_it_was() {
    let server = server(&["401 Unauthorized"]).await;
    let client = super::support::builder(&server, &TestClock::new())
        .bearer("by-hand")
        .build()
        .expect("a client");
    let error = call(&client).await.expect_err("a refusal");
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!(sent(&server), ["Bearer by-hand"]);
}
