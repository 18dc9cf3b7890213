//! Sessions whose tokens are in a store: loaded, refreshed, stored, and shared.

use std::sync::Arc;
use std::time::Duration;

use wiretrue::oauth::{DefaultTokenStore, TokenSet, TokenStore, TokenStoreErrorKind};

use super::support::{Folder, granted, names, pair, rotated, session};
use crate::api::Client;
use crate::device::support::TestClock;
use crate::server::Server;
use crate::session::grants::{hello, lines};
use crate::session::support::{begin, call, sent, tokens};
use crate::session::token_requests::{ASKED, CLOSED, authentication, rejected, status};

fn one(seconds: u64) -> TokenSet {
    tokens("one", seconds).with_refresh_token("r1")
}

/// Both ways to use a store.
fn clients(server: &Server, clock: &TestClock, folder: &Folder) -> [Client; 2] {
    let (_, client) = session(server, clock, folder.store());
    [client, granted(server, clock, folder.store())]
}

#[tokio::test]
async fn a_stored_session_survives_the_program() {
    let folder = Folder::with(&one(3600)).await;
    let server = Server::start(vec![hello(), hello()]).await;
    for client in clients(&server, &TestClock::new(), &folder) {
        call(&client).await.expect("a response");
    }
    assert_eq!(sent(&server), ["Bearer one", "Bearer one"]);
}

#[tokio::test]
async fn refreshed_tokens_are_stored_before_they_are_used() {
    for n in 0..2 {
        let folder = Folder::with(&one(0)).await;
        let replies = vec![
            rotated("two", "r2"),
            hello(),
            rotated("three", "r3"),
            hello(),
        ];
        let server = Server::start(replies).await;
        let clock = TestClock::new();
        let client = &clients(&server, &clock, &folder)[n];
        call(client).await.expect("a response");
        assert_eq!(folder.stored().await, pair("two", "r2"));
        clock.pass(Duration::from_secs(3600));
        call(client).await.expect("a response");
        assert_eq!(folder.stored().await, pair("three", "r3"));
        let requests = server.requests();
        assert!(requests[0].contains("refresh_token=r1"), "{requests:?}");
        assert!(requests[2].contains("refresh_token=r2"), "{requests:?}");
    }
}

#[tokio::test]
async fn tokens_of_another_process_are_used_without_a_request() {
    let folder = Folder::with(&one(3600)).await;
    let server = Server::start(vec![hello(), hello()]).await;
    let clock = TestClock::new();
    let (_, client) = session(&server, &clock, folder.store());
    call(&client).await.expect("a response");
    clock.pass(Duration::from_secs(3550));
    let two = tokens("two", 7200).with_refresh_token("r2");
    folder.store().save(&two).await.expect("saved");
    call(&client).await.expect("a response");
    assert_eq!(sent(&server), ["Bearer one", "Bearer two"]);
}

#[tokio::test]
async fn tokens_that_another_process_stores_while_this_one_waits_are_used() {
    let folder = Folder::with(&one(0)).await;
    let server = Server::start(vec![hello()]).await;
    let (_, client) = session(&server, &TestClock::new(), folder.store());
    let lock = folder.store().lock().await.expect("a lock");
    let mut waiting = call(&client);
    begin(&mut waiting);
    tokio::task::yield_now().await;
    let two = tokens("two", 3600).with_refresh_token("r2");
    folder.store().save(&two).await.expect("saved");
    drop(lock);
    waiting.await.expect("a response");
    assert_eq!(sent(&server), ["Bearer two"]);
}

#[tokio::test]
async fn stale_tokens_of_another_process_are_refreshed_with_its_refresh_token() {
    let folder = Folder::with(&one(3600)).await;
    let server = Server::start(vec![hello(), rotated("three", "r3"), hello()]).await;
    let clock = TestClock::new();
    let (_, client) = session(&server, &clock, folder.store());
    call(&client).await.expect("a response");
    let two = tokens("two", 7200).with_refresh_token("r2");
    folder.store().save(&two).await.expect("saved");
    clock.pass(Duration::from_secs(7200));
    call(&client).await.expect("a response");
    assert!(server.requests()[1].contains("refresh_token=r2"));
    assert_eq!(folder.stored().await, pair("three", "r3"));
}

#[tokio::test]
async fn rejected_tokens_are_replaced_by_stored_ones_or_refreshed() {
    let unauthorized = || status("401 Unauthorized", "");
    let folder = Folder::with(&one(3600)).await;
    let replies = vec![
        hello(),
        unauthorized(),
        hello(),
        unauthorized(),
        rotated("three", "r3"),
        hello(),
    ];
    let server = Server::start(replies).await;
    let (_, client) = session(&server, &TestClock::new(), folder.store());
    call(&client).await.expect("a response");
    let two = tokens("two", 3600).with_refresh_token("r2");
    folder.store().save(&two).await.expect("saved");
    call(&client).await.expect("a response");
    call(&client).await.expect("a response");
    let used = sent(&server);
    assert_eq!(used[..3], ["Bearer one", "Bearer one", "Bearer two"]);
    assert_eq!([&used[3], &used[5]], ["Bearer two", "Bearer three"]);
    assert!(server.requests()[4].contains("refresh_token=r2"));
}

#[tokio::test]
async fn a_refresh_completes_although_its_call_is_dropped() {
    let folder = Folder::with(&one(0)).await;
    let server = Server::start(vec![rotated("two", "r2"), hello()]).await;
    let (_, client) = session(&server, &TestClock::new(), folder.store());
    let mut dropped = call(&client);
    begin(&mut dropped);
    drop(dropped);
    // The lock is free once the refresh is complete.
    while folder.stored().await != pair("two", "r2") {
        tokio::task::yield_now().await;
    }
    drop(folder.store().lock().await.expect("a lock"));
    call(&client).await.expect("a response");
    assert_eq!(lines(&server), ["POST /", CLOSED]);
}

#[tokio::test]
async fn all_calls_of_a_process_share_one_refresh() {
    let folder = Folder::with(&one(0)).await;
    let server = Server::start(vec![rotated("two", "r2"), hello(), hello(), hello()]).await;
    let client = granted(&server, &TestClock::new(), folder.store());
    let (a, b, c) = tokio::join!(call(&client), call(&client), call(&client));
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!(lines(&server), [ASKED, CLOSED, CLOSED, CLOSED]);
}

#[tokio::test]
async fn a_login_is_saved_and_a_sign_out_deletes_it() {
    let folder = Folder::new();
    let server = Server::start(vec![hello()]).await;
    let (session, client) = session(&server, &TestClock::new(), folder.store());
    assert!(!session.is_signed_in().await.expect("no error"));
    let error = authentication(call(&client).await);
    assert!(error.is_session_ended());
    assert!(
        error.to_string().ends_with("no tokens are stored: sign in"),
        "{error}"
    );

    session.save(&one(3600)).await.expect("saved");
    assert!(session.is_signed_in().await.expect("no error"));
    call(&client)
        .await
        .expect("the same client is signed in now");

    let tokens = session
        .sign_out()
        .await
        .expect("signed out")
        .expect("tokens");
    assert_eq!(Some(names(&tokens)), pair("one", "r1"));
    assert!(!session.is_signed_in().await.expect("no error"));
    assert!(!folder.path().exists());
    assert!(session.sign_out().await.expect("no error").is_none());
    assert_eq!(sent(&server), ["Bearer one"]);
}

#[tokio::test]
async fn tokens_that_cannot_be_refreshed_count_until_they_expire() {
    let folder = Folder::with(&tokens("one", 10)).await;
    let server = Server::start(Vec::new()).await;
    let clock = TestClock::new();
    let (session, client) = session(&server, &clock, folder.store());
    assert!(session.is_signed_in().await.expect("no error"));
    clock.pass(Duration::from_secs(10));
    assert!(!session.is_signed_in().await.expect("no error"));
    assert!(authentication(call(&client).await).is_session_ended());
}

#[tokio::test]
async fn a_sign_out_in_one_process_ends_the_session_of_the_others() {
    let folder = Folder::with(&one(3600)).await;
    let server = Server::start(vec![hello()]).await;
    let clock = TestClock::new();
    let (_, client) = session(&server, &clock, folder.store());
    call(&client).await.expect("a response");
    folder.store().delete().await.expect("deleted");
    clock.pass(Duration::from_secs(3600));
    let error = authentication(call(&client).await);
    assert!(error.is_session_ended());
    assert_eq!(
        sent(&server).len(),
        1,
        "the refresh token isn't used any more"
    );
    assert!(!folder.path().exists());
}

#[tokio::test]
async fn an_ended_session_continues_after_a_login_elsewhere() {
    let folder = Folder::with(&one(0)).await;
    let server = Server::start(vec![rejected("invalid_grant"), hello()]).await;
    let clock = TestClock::new();
    let (_, client) = session(&server, &clock, folder.store());
    for _ in 0..3 {
        let error = authentication(call(&client).await);
        assert!(error.is_session_ended());
        assert!(error.to_string().ends_with(": signed out"), "{error}");
        clock.pass(Duration::from_secs(3600));
    }
    assert_eq!(
        lines(&server),
        ["POST /"],
        "a rejected refresh token is sent once"
    );
    assert_eq!(
        folder.stored().await,
        pair("one", "r1"),
        "nothing is deleted"
    );
    folder
        .store()
        .save(&tokens("two", 99_999))
        .await
        .expect("saved");
    call(&client).await.expect("a response");
    assert_eq!(sent(&server)[1], "Bearer two");
}

#[tokio::test]
async fn the_lock_has_a_time_limit() {
    let folder = Folder::with(&one(0)).await;
    let server = Server::start(Vec::new()).await;
    let limit = Duration::from_millis(20);
    let store = folder.store().lock_timeout(limit);
    let (_, client) = session(&server, &TestClock::new(), store.clone());
    let _lock = folder.store().lock().await.expect("a lock");
    let error = store.lock().await.expect_err("locked");
    assert_eq!(error.kind(), TokenStoreErrorKind::Locked);
    let error = authentication(call(&client).await);
    assert!(!error.is_session_ended());
    assert!(
        error
            .to_string()
            .contains("another process has held the lock of"),
        "{error}"
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn any_store_can_be_shared_as_a_trait_object() {
    let folder = Folder::with(&one(3600)).await;
    let store: Arc<dyn TokenStore> = Arc::new(folder.store());
    let server = Server::start(vec![hello()]).await;
    let client = granted(&server, &TestClock::new(), Arc::clone(&store));
    call(&client).await.expect("a response");
    assert!(store.load().await.expect("no error").is_some());
}

#[tokio::test]
async fn without_a_keyring_the_default_is_the_file() {
    let store = DefaultTokenStore::for_app("my-app").await.expect("a store");
    assert!(store.to_string().starts_with("the file /"), "{store}");
    assert!(
        store.to_string().ends_with("/my-app/tokens.json"),
        "{store}"
    );
    let error = DefaultTokenStore::for_app("../x")
        .await
        .expect_err("a path");
    assert_eq!(error.to_string(), "\"../x\" can't be the name of a folder");
}

#[test]
fn stored_sessions_work_without_an_async_runtime() {
    let folder = Folder::new();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let replies = vec![rotated("two", "r2"), hello()];
    let server = runtime.block_on(Server::start(replies));
    let (session, client) = session(&server, &TestClock::new(), folder.store());
    assert!(!session.is_signed_in_blocking().expect("no error"));
    session.save_blocking(&one(0)).expect("saved");
    assert!(session.is_signed_in_blocking().expect("no error"));
    let response = wiretrue::blocking::wait(call(&client)).expect("waited");
    response.expect("a response");
    let tokens = session
        .sign_out_blocking()
        .expect("signed out")
        .expect("tokens");
    assert_eq!(Some(names(&tokens)), pair("two", "r2"));
    assert!(!folder.path().exists());
}
