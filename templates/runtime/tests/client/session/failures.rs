//! Failing token sources, clocks that jump, and sources that panic.

use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use wiretrue::Error;
use wiretrue::error::ApiError;
use wiretrue::oauth::{DeviceLoginError, DeviceLoginRequest, TokenSet, TokenSource};
use wiretrue::transport::BoxFuture;

use super::support::{Source, WithInitial, begin, builder, call, client, sent, server, tokens};
use crate::device::support::{Flow, TestClock};

#[tokio::test]
async fn all_waiting_calls_fail_with_the_same_cause() {
    let server = server(&[]).await;
    let source = Source::gated([None]);
    let client = client(&server, &TestClock::new(), source.clone());
    let mut calls: Vec<_> = (0..5).map(|_| call(&client)).collect();
    calls.iter_mut().for_each(begin);
    source.open();
    for call in calls {
        let error = call.await.expect_err("no token");
        assert_eq!(
            error.to_string(),
            "Closed: no access token: the server is on fire"
        );
        let Error::Authentication(error) = error else {
            panic!("{error:?}")
        };
        assert_eq!(error.operation(), Some("Closed"));
        assert_eq!(error.cause().to_string(), "the server is on fire");
    }
    assert_eq!((source.fetches(), sent(&server).len()), (1, 0));
}

#[tokio::test]
async fn the_pause_after_a_failure_grows() {
    let server = server(&["200 OK"]).await;
    let clock = TestClock::new();
    let mut results = vec![None; 7];
    results.push(Some(tokens("last", 3600)));
    let source = Source::new(results);
    let client = client(&server, &clock, source.clone());
    for (asked, pause) in [1, 2, 4, 8, 16, 30, 30].into_iter().enumerate() {
        for _ in 0..50 {
            call(&client).await.expect_err("no token");
        }
        assert_eq!(source.fetches(), asked + 1);
        let shortly = Duration::from_millis(1);
        clock.pass(Duration::from_secs(pause) - shortly);
        call(&client).await.expect_err("no token");
        assert_eq!(source.fetches(), asked + 1, "not before {pause} s");
        clock.pass(shortly);
    }
    call(&client).await.expect("a response");
    assert_eq!(source.fetches(), 8);
}

#[tokio::test]
async fn a_valid_token_is_used_if_the_refresh_fails() {
    let server = server(&["200 OK"; 3]).await;
    let clock = TestClock::new();
    let source = Source::new([None, None]);
    let client = client(
        &server,
        &clock,
        WithInitial(tokens("old", 3600), source.clone()),
    );
    clock.pass(Duration::from_secs(3550));
    for _ in 0..3 {
        call(&client).await.expect("a response");
    }
    assert_eq!(
        (source.fetches(), sent(&server)),
        (1, vec!["Bearer old".to_owned(); 3])
    );
    clock.pass(Duration::from_secs(50));
    call(&client).await.expect_err("an error");
    assert_eq!(source.fetches(), 2);
}

#[tokio::test]
async fn a_rejected_token_that_cannot_be_replaced_gives_the_401() {
    let server = server(&["401 Unauthorized"]).await;
    let source = Source::new([]);
    let client = client(
        &server,
        &TestClock::new(),
        WithInitial(TokenSet::new("s3cret"), source),
    );
    let error = call(&client).await.expect_err("no token");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    assert_eq!(
        error.to_string(),
        "Closed: 401 Unauthorized: hello; no access token: the server is on fire"
    );
    let cause = error.source().and_then(|it| it.downcast_ref::<Error>());
    assert!(matches!(cause, Some(Error::Authentication(_))), "{error:?}");
    assert!(!format!("{error:?}").contains("s3cret"));
    // Nothing is sent until there is another token.
    for _ in 0..2 {
        let error = call(&client).await.expect_err("no token");
        assert!(matches!(error, Error::Authentication(_)), "{error}");
    }
    assert_eq!(sent(&server), ["Bearer s3cret"]);
}

#[tokio::test(start_paused = true)]
async fn a_rejected_token_whose_replacement_takes_too_long_gives_the_401() {
    let server = server(&["401 Unauthorized"]).await;
    let source = Source::gated([]);
    let client = client(
        &server,
        &TestClock::new(),
        WithInitial(TokenSet::new("old"), source),
    );
    let error = call(&client).await.expect_err("no token");
    assert_eq!(
        error.to_string(),
        "Closed: 401 Unauthorized: hello; timed out after 60s"
    );
    let cause = error.as_api().and_then(ApiError::cause);
    assert!(cause.is_some_and(Error::is_timeout), "{error:?}");
    assert_eq!(sent(&server), ["Bearer old"]);
}

#[tokio::test]
async fn a_clock_that_jumps_forward_refreshes_once() {
    let server = server(&["200 OK"; 4]).await;
    let clock = TestClock::new();
    let day = 24 * 3600;
    let source = Source::new([Some(tokens("one", 3600)), Some(tokens("two", day + 3600))]);
    let client = client(&server, &clock, source.clone());
    call(&client).await.expect("a response");
    // The device slept, or its time of day was set. The monotonic clock stood still.
    clock.suspend(Duration::from_secs(day));
    for _ in 0..3 {
        call(&client).await.expect("a response");
    }
    assert_eq!(source.fetches(), 2);
}

#[tokio::test]
async fn a_clock_that_jumps_back_extends_no_lifetime() {
    let server = server(&["200 OK"; 3]).await;
    let clock = TestClock::new();
    clock.suspend(Duration::from_secs(7200));
    let source = Source::new([Some(tokens("one", 7200 + 3600)), Some(tokens("two", 7200))]);
    let client = client(&server, &clock, source.clone());
    call(&client).await.expect("a response");
    clock.set_back(Duration::from_secs(7200));
    call(&client).await.expect("a response");
    assert_eq!(source.fetches(), 1);
    clock.pass(Duration::from_secs(3600));
    call(&client).await.expect("a response");
    assert_eq!(sent(&server), ["Bearer one", "Bearer one", "Bearer two"]);
}

#[tokio::test]
async fn a_clock_ahead_of_the_server_does_not_fetch_for_each_call() {
    let server = server(&["200 OK", "200 OK", "401 Unauthorized", "200 OK"]).await;
    let clock = TestClock::new();
    clock.suspend(Duration::from_secs(7200));
    let source = Source::new([Some(tokens("one", 3600)), Some(tokens("two", 3600))]);
    let client = client(&server, &clock, source.clone());
    for _ in 0..3 {
        call(&client).await.expect("a response");
    }
    assert_eq!(
        sent(&server),
        ["Bearer one", "Bearer one", "Bearer one", "Bearer two"]
    );
}

/// A source that panics.
struct Panics;

impl TokenSource for Panics {
    fn fetch<'a>(
        &'a self,
        _last: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        Box::pin(async { panic!("on purpose") })
    }
}

#[tokio::test]
async fn a_panicking_source_fails_the_waiting_calls() {
    let server = server(&[]).await;
    let client = client(&server, &TestClock::new(), Panics);
    let panicked = tokio::spawn(call(&client)).await;
    assert!(panicked.expect_err("a panic").is_panic());
    let error = call(&client).await.expect_err("no token");
    assert!(error.to_string().ends_with("the token source panicked"));
}

#[tokio::test]
async fn a_token_endpoint_that_is_down_causes_no_request_storm() {
    // A server that accepts connections and closes them.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            drop(stream);
        }
    });
    let server = server(&[]).await;
    let clock = TestClock::new();
    let endpoint = builder(&server, &clock).base_url(format!("http://{address}"));
    let flow = Flow::new(endpoint.build().expect("a client"));
    let stored = tokens("old", 0).with_refresh_token("r");
    let login = DeviceLoginRequest::new(flow, "app").clock(clock.clone());
    let client = client(&server, &clock, login.refreshing(stored));
    let calls: Vec<_> = (0..64).map(|_| tokio::spawn(call(&client))).collect();
    for call in calls {
        let error = call.await.expect("no panic").expect_err("no token");
        let Error::Authentication(error) = error else {
            panic!("{error:?}")
        };
        let cause = error.cause().downcast_ref::<DeviceLoginError>();
        assert!(matches!(
            cause,
            Some(DeviceLoginError::Request(Error::Transport(_)))
        ));
        assert!(error.to_string().contains(&address.to_string()), "{error}");
    }
    // hyper connects again if a new connection is closed before a response.
    assert!((1..=2).contains(&connections.load(Ordering::SeqCst)));
    assert_eq!(sent(&server).len(), 0);
}
