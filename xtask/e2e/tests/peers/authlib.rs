//! The polling intervals of a login, according to the log of Authlib on Flask. This server sends an
//! interval and the error `slow_down`.

use std::time::Duration;

use e2e::{Log, Peer, Record, app};
use tokio::sync::mpsc;

use super::api::oauth::{DeviceLogin, DeviceLoginError, DeviceLoginProgress};
use super::client;

const PEER: Peer = Peer::Authlib;

async fn started(name: &str) -> DeviceLogin {
    let login = client(PEER).device_login(&app(name).id).scopes(["openid"]);
    let login = login.start().await.expect("codes");
    assert_eq!(login.user_code().check(), Ok(()));
    login
}

/// Submits the user's decision.
async fn decide(code: &str, decision: &str) {
    let answer = reqwest::Client::new()
        .post(format!("{}/device", PEER.url()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("user_code={code}&decision={decision}"))
        .send()
        .await
        .expect("the server answers");
    assert!(answer.status().is_success(), "{answer:?}");
}

/// Waits for the tokens of a login that the user approves after this number of unsuccessful polls.
/// Returns the device authorization request, followed by the token requests.
async fn approved_after(login: DeviceLogin, questions: usize) -> Vec<Record> {
    let code = login.user_code().to_string();
    let (asked, mut heard) = mpsc::unbounded_channel();
    let login = login.on_progress(move |progress| {
        let fine = !matches!(progress, DeviceLoginProgress::Unavailable { .. });
        assert!(fine, "{progress:?}");
        // The receiver is dropped after the approval.
        let _ = asked.send(());
    });
    let waiting = tokio::spawn(login.wait());
    for _ in 0..questions {
        heard.recv().await.expect("the login goes on");
    }
    decide(&code, "approve").await;
    waiting.await.expect("no panic").expect("tokens");
    let log = Log::of(PEER).await;
    let polls = log.polls(&code).into_iter().cloned();
    [log.authorization(&code).clone()]
        .into_iter()
        .chain(polls)
        .collect()
}

/// Asserts the minimum number of seconds between each response and the next request. The last number
/// applies to all further requests.
fn assert_pauses(requests: &[Record], seconds: &[u64]) {
    assert!(requests.len() > seconds.len(), "{requests:?}");
    for (at, pair) in requests.windows(2).enumerate() {
        let least = seconds
            .get(at)
            .or(seconds.last())
            .copied()
            .unwrap_or_default();
        let pause = pair[1].received().saturating_sub(pair[0].answered());
        assert!(
            pause + e2e::TICK >= Duration::from_secs(least),
            "{pause:?} instead of {least} s before {:?}",
            pair[1]
        );
    }
}

fn errors(requests: &[Record]) -> Vec<Option<&str>> {
    requests[1..]
        .iter()
        .map(|poll| poll.answer("error"))
        .collect()
}

#[tokio::test]
async fn the_login_respects_the_interval_of_the_server() {
    let login = started("steady").await;
    assert_eq!(login.interval(), Duration::from_secs(1));
    let requests = approved_after(login, 3).await;
    assert_pauses(&requests, &[1, 1, 1, 1]);
    // The server also measures the intervals, and would have sent `slow_down`.
    assert!(
        !errors(&requests).contains(&Some("slow_down")),
        "{requests:?}"
    );
}

#[tokio::test]
async fn slow_down_permanently_adds_five_seconds() {
    let requests = approved_after(started("slowed").await, 2).await;
    assert_pauses(&requests, &[1, 6, 6]);
    let errors = errors(&requests);
    assert_eq!(
        errors[..2],
        [Some("slow_down"), Some("authorization_pending")]
    );
    assert!(!errors[1..].contains(&Some("slow_down")), "{requests:?}");
}

#[tokio::test]
async fn the_default_interval_is_five_seconds() {
    let requests = approved_after(started("unspecified").await, 1).await;
    assert_pauses(&requests, &[5, 5]);
    assert!(
        !errors(&requests).contains(&Some("slow_down")),
        "{requests:?}"
    );
}

#[tokio::test]
async fn a_refusal_ends_the_login() {
    let login = started("steady").await;
    decide(login.user_code().as_str(), "deny").await;
    let error = login.wait().await.expect_err("a refusal");
    assert!(matches!(error, DeviceLoginError::AccessDenied), "{error:?}");
}

#[tokio::test]
async fn an_expired_code_ends_the_login() {
    let login = started("withdrawn").await;
    let code = login.user_code().to_string();
    let error = login.wait().await.expect_err("the end");
    assert!(matches!(error, DeviceLoginError::ExpiredToken), "{error:?}");
    let log = Log::of(PEER).await;
    let polls = log.polls(&code);
    assert_eq!(polls.len(), 1, "{polls:?}");
    assert_eq!(polls[0].answer("error"), Some("expired_token"));
}
