//! Tests of clients with the tokens of a login with oidc-provider, which rotates refresh tokens and
//! rejects old ones.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use e2e::{App, Log, Peer, Person, Record, app};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::api::oauth::{DeviceLoginRequest, StoredTokens, TokenSet};
use super::api::{Client, Error};
use super::{client, user_info};

const PEER: Peer = Peer::OidcProvider;

fn login(app: &App) -> DeviceLoginRequest {
    client(PEER).device_login(&app.id)
}

async fn tokens(app: &App) -> TokenSet {
    let request = login(app).scopes(["openid", "offline_access"]);
    let login = request.start().await.expect("codes");
    let person = Person::at(login.verification_uri()).await;
    person.approves(login.user_code().as_str()).await;
    login.wait().await.expect("tokens")
}

fn access_token(tokens: &TokenSet) -> String {
    tokens.access_token().expose_secret().to_owned()
}

fn refresh_token(tokens: &TokenSet) -> String {
    let token = tokens.refresh_token().expect("a refresh token");
    token.expose_secret().to_owned()
}

/// Returns the status of each call with this access token.
fn statuses(log: &Log, token: &str) -> Vec<u64> {
    let bearer = format!("Bearer {token}");
    let carried = |record: &&Record| record.header("authorization") == Some(&bearer);
    log.records().filter(carried).map(Record::status).collect()
}

/// Returns the only request with this refresh token, with its response.
fn refresh<'a>(log: &'a Log, token: &str) -> &'a Record {
    let gave = |record: &&Record| record.fields().any(|(_, value)| value == token);
    let refreshes: Vec<_> = log.records().filter(gave).collect();
    assert_eq!(refreshes.len(), 1, "{refreshes:?}");
    refreshes[0]
}

#[tokio::test]
async fn calls_send_the_access_token() {
    let tokens = tokens(&app("public")).await;
    let client = client(PEER).with_tokens(tokens.clone());
    user_info(&client).await.expect("the claims");
    let log = Log::of(PEER).await;
    assert_eq!(statuses(&log, &access_token(&tokens)), [200]);
}

#[tokio::test]
async fn concurrent_calls_refresh_the_tokens_once() {
    let app = app("fleeting");
    let first = tokens(&app).await;
    let heard = Arc::<Mutex<Vec<TokenSet>>>::default();
    let hear = {
        let heard = Arc::clone(&heard);
        move |tokens: &TokenSet| heard.lock().expect("no panic").push(tokens.clone())
    };
    let source = login(&app).refreshing(first.clone()).on_refresh(hear);
    let client = client(PEER).with_tokens(source);
    let mut rounds = 0;
    while heard.lock().expect("no panic").len() < 2 {
        rounds += 1;
        assert!(rounds < 1000, "the tokens end within seconds");
        let mut calls = JoinSet::new();
        for _ in 0..8 {
            let client = client.clone();
            calls.spawn(async move { user_info(&client).await });
        }
        for outcome in calls.join_all().await {
            outcome.expect("the claims");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // One request for each refresh, with the refresh token of the previous response.
    let log = Log::of(PEER).await;
    let mut token = refresh_token(&first);
    for tokens in heard.lock().expect("no panic").iter() {
        let refresh = refresh(&log, &token);
        assert_eq!(
            refresh.answer("access_token"),
            Some(access_token(tokens).as_str())
        );
        token = refresh_token(tokens);
        assert_eq!(refresh.answer("refresh_token"), Some(token.as_str()));
    }
}

/// Returns the same tokens with an expiry in a thousand years, as if the clock had been wrong.
fn long_lived(tokens: &TokenSet) -> TokenSet {
    let stored = StoredTokens::from(tokens.clone());
    let mut stored = serde_json::to_value(stored).expect("JSON");
    stored["access_token_expires_at"] = json!("3000-01-01T00:00:00Z");
    let stored: StoredTokens = serde_json::from_value(stored).expect("tokens");
    stored.into()
}

/// Repeats a call until the server rejects the access token.
async fn until_refused(client: &Client) {
    // The token expires within seconds.
    for _ in 0..1000 {
        match user_info(client).await {
            Ok(()) => tokio::time::sleep(Duration::from_millis(200)).await,
            Err(Error::Api(error)) if error.status().as_u16() == 401 => return,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the server takes the token for ever");
}

#[tokio::test]
async fn a_call_with_a_rejected_token_is_retried_with_a_new_one() {
    let app = app("fleeting");
    let tokens = long_lived(&tokens(&app).await);
    until_refused(&client(PEER).with_tokens(tokens.clone())).await;
    let source = login(&app).refreshing(tokens.clone());
    let client = client(PEER).with_tokens(source);
    user_info(&client).await.expect("the claims");
    let log = Log::of(PEER).await;
    let old = statuses(&log, &access_token(&tokens));
    assert_eq!(old[old.len() - 2..], [401, 401], "{old:?}");
    let refresh = refresh(&log, &refresh_token(&tokens));
    let new = refresh.answer("access_token").expect("a new token");
    assert_eq!(statuses(&log, new), [200]);
}

#[tokio::test]
async fn calls_fail_after_the_grant_is_revoked() {
    let app = app("public");
    let tokens = tokens(&app).await;
    // Reusing a refresh token revokes all tokens of the grant.
    let next = login(&app).refresh(&tokens).await.expect("tokens");
    login(&app).refresh(&tokens).await.expect_err("a refusal");
    let client = client(PEER).with_tokens(login(&app).refreshing(next.clone()));
    let error = user_info(&client).await.expect_err("no tokens");
    assert!(error.to_string().contains("invalid_grant"), "{error}");
    let log = Log::of(PEER).await;
    assert_eq!(statuses(&log, &access_token(&next)), [401]);
    let refresh = refresh(&log, &refresh_token(&next)).json();
    assert_eq!(refresh["answer"]["error"], Value::from("invalid_grant"));
}
