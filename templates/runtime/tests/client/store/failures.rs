//! Failures of a store.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use wiretrue::oauth::{TokenSet, TokenStoreError, TokenStoreErrorKind};

use super::support::{Folder, Memory, names, pair, rotated, session};
use crate::device::support::TestClock;
use crate::server::Server;
use crate::session::grants::hello;
use crate::session::support::{call, sent, tokens};
use crate::session::token_requests::authentication;

fn one(seconds: u64) -> TokenSet {
    tokens("one", seconds).with_refresh_token("r1")
}

#[tokio::test]
async fn a_call_succeeds_with_tokens_that_cannot_be_stored() {
    let memory = Memory::with(one(0));
    let replies = vec![
        rotated("two", "r2"),
        hello(),
        rotated("three", "r3"),
        hello(),
    ];
    let server = Server::start(replies).await;
    let clock = TestClock::new();
    let (session, client) = session(&server, &clock, memory.clone());
    let reported = Arc::<Mutex<Vec<_>>>::default();
    let log = Arc::clone(&reported);
    let session = session.on_store_error(move |error, tokens| {
        log.lock()
            .expect("a log")
            .push((error.to_string(), names(tokens)));
    });
    let client = client.with_tokens(session);
    memory.set(|it| it.saves_fail = true);
    call(&client).await.expect("a response");
    assert_eq!(memory.stored(), pair("one", "r1"));
    let two = ("two".to_owned(), "r2".to_owned());
    assert_eq!(
        *reported.lock().expect("a log"),
        [("the disk is full".to_owned(), two)]
    );

    // Before the next refresh, they are stored: the stored refresh token is used up.
    memory.set(|it| it.saves_fail = false);
    clock.pass(Duration::from_secs(3600));
    call(&client).await.expect("a response");
    assert!(server.requests()[2].contains("refresh_token=r2"));
    assert_eq!(memory.stored(), pair("three", "r3"));
    assert_eq!(reported.lock().expect("a log").len(), 1);
}

#[tokio::test]
async fn unsaved_tokens_survive_several_failures() {
    let memory = Memory::with(one(0));
    let replies = (2..=4).flat_map(|n| [rotated(&format!("a{n}"), &format!("r{n}")), hello()]);
    let server = Server::start(replies.collect()).await;
    let clock = TestClock::new();
    let (_, client) = session(&server, &clock, memory.clone());
    memory.set(|it| it.saves_fail = true);
    for _ in 0..3 {
        call(&client).await.expect("a response");
        clock.pass(Duration::from_secs(3600));
    }
    let requests = server.requests();
    for (request, token) in [(0, "r1"), (2, "r2"), (4, "r3")] {
        assert!(
            requests[request].contains(&format!("refresh_token={token}")),
            "{requests:?}"
        );
    }
}

#[tokio::test]
async fn a_later_login_takes_precedence_over_unsaved_tokens() {
    let memory = Memory::with(one(0));
    let server = Server::start(vec![rotated("two", "r2"), hello(), hello()]).await;
    let clock = TestClock::new();
    let (_, client) = session(&server, &clock, memory.clone());
    memory.set(|it| it.saves_fail = true);
    call(&client).await.expect("a response");
    // Another process signs in as somebody else.
    let other = tokens("other", 7200).with_refresh_token("o1");
    memory.set(|it| it.tokens = Some(other));
    clock.pass(Duration::from_secs(3600));
    call(&client).await.expect("a response");
    assert_eq!(sent(&server)[2], "Bearer other");
    assert_eq!(memory.stored(), pair("other", "o1"));
}

#[tokio::test]
async fn nothing_is_refreshed_if_the_store_cannot_be_locked_or_read() {
    type Break = fn(&Memory, bool);
    let problems: [(Break, &str); 2] = [
        (
            |it, fail| it.set(|it| it.locks_fail = fail),
            "the lock is jammed",
        ),
        (
            |it, fail| it.set(|it| it.loads_fail = fail),
            "the disk can't be read",
        ),
    ];
    for (set, message) in problems {
        let memory = Memory::with(one(3600));
        let server = Server::start(vec![hello(), hello(), rotated("two", "r2"), hello()]).await;
        let clock = TestClock::new();
        let (_, client) = session(&server, &clock, memory.clone());
        call(&client).await.expect("a response");
        set(&memory, true);
        clock.pass(Duration::from_secs(3599));
        call(&client).await.expect("the token is still valid");
        clock.pass(Duration::from_secs(1));
        let error = authentication(call(&client).await);
        assert!(!error.is_session_ended());
        assert!(error.to_string().ends_with(message), "{error}");
        let cause = error.cause().downcast_ref::<TokenStoreError>();
        assert_eq!(
            cause.map(TokenStoreError::kind),
            Some(TokenStoreErrorKind::Unavailable)
        );
        assert_eq!(server.requests().len(), 2);
        set(&memory, false);
        clock.pass(Duration::from_secs(60));
        call(&client).await.expect("a response");
        assert_eq!(memory.stored(), pair("two", "r2"));
    }
}

#[tokio::test]
async fn corrupt_tokens_fail_calls_and_are_replaced_by_a_login() {
    let folder = Folder::with(&one(0)).await;
    std::fs::write(folder.path(), "{\"access_token\":1").expect("written");
    let server = Server::start(Vec::new()).await;
    let (session, client) = session(&server, &TestClock::new(), folder.store());
    let error = authentication(call(&client).await);
    assert!(
        error.to_string().contains("doesn't contain tokens"),
        "{error}"
    );
    assert!(!error.is_session_ended());
    session.is_signed_in().await.expect_err("corrupt");
    assert!(session.sign_out().await.expect("deleted").is_none());
    assert!(!session.is_signed_in().await.expect("no error"));
}
