//! Sessions that end, because the tokens can't be replaced.

use std::error::Error as StdError;
use std::time::Duration;

use wiretrue::Error;
use wiretrue::codegen::Credential;
use wiretrue::oauth::{
    DeviceLoginRequest, OAuthError, RefreshToken, SessionEndedError, TokenSet, TokenSource,
};
use wiretrue::transport::BoxFuture;

use super::grants::{hello, json, lines};
use super::support::{Source, builder, call, client, sent, tokens};
use super::token_requests::{
    ASKED, CLOSED, ENDPOINT, authentication, device, rejected, status, user,
};
use crate::api::{Client, ClientBuilder};
use crate::device::support::{Flow, TestClock};
use crate::server::Server;

#[tokio::test]
async fn invalid_grant_ends_the_session() {
    type Build = fn(ClientBuilder) -> Client;
    let grants: [Build; 2] = [|it| user(it, ENDPOINT), device];
    for build in grants {
        for response in [
            rejected("invalid_grant"),
            // GitHub
            json(
                "200 OK",
                r#"{"error":"bad_refresh_token","error_description":"signed out"}"#,
            ),
        ] {
            let server = Server::start(vec![response, hello()]).await;
            let clock = TestClock::new();
            let client = build(builder(&server, &clock));
            let first = authentication(call(&client).await);
            assert!(first.to_string().ends_with(": signed out"), "{first}");
            for _ in 0..3 {
                clock.pass(Duration::from_secs(86400));
                let error = authentication(call(&client.clone()).await);
                assert!(error.is_session_ended());
                assert_eq!(error.to_string(), first.to_string());
            }
            assert_eq!(server.requests().len(), 1);
            // Another login starts another session.
            let signed_in = client.with_tokens(TokenSet::new("new"));
            call(&signed_in).await.expect("a response");
            assert_eq!(sent(&server)[1], "Bearer new");
        }
    }
}

#[tokio::test]
async fn a_401_whose_refresh_token_is_invalid_ends_the_session() {
    let unauthorized = status("401 Unauthorized", "");
    let server = Server::start(vec![unauthorized, rejected("invalid_grant")]).await;
    let clock = TestClock::new();
    let old = TokenSet::new("old").with_refresh_token("r");
    let grant = RefreshToken::new("my app", old).at(ENDPOINT);
    let builder = builder(&server, &clock).credential("token", Credential::grant(grant));
    let client = builder.build().expect("a client");
    let error = call(&client).await.expect_err("no token");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    assert!(error.is_session_ended());
    clock.pass(Duration::from_secs(86400));
    let error = call(&client).await.expect_err("no token");
    assert!(matches!(error, Error::Authentication(_)), "{error:?}");
    assert!(error.is_session_ended());
    assert_eq!(lines(&server), [CLOSED, ASKED]);
}

#[tokio::test]
async fn the_cause_of_an_ended_session_is_the_response() {
    let server = Server::start(vec![rejected("invalid_grant")]).await;
    let error = authentication(call(&user(builder(&server, &TestClock::new()), ENDPOINT)).await);
    let cause = error.cause().downcast_ref::<OAuthError>();
    assert_eq!(cause.map(|it| it.error.as_str()), Some("invalid_grant"));
}

#[tokio::test]
async fn a_valid_token_is_used_until_it_expires_although_the_session_has_ended() {
    let server = Server::start(vec![rejected("invalid_grant"), hello(), hello()]).await;
    let clock = TestClock::new();
    let old = tokens("old", 3600).with_refresh_token("r");
    let grant = RefreshToken::new("my app", old).at(ENDPOINT);
    let builder = builder(&server, &clock).credential("token", Credential::grant(grant));
    let client = builder.build().expect("a client");
    clock.pass(Duration::from_secs(3540));
    call(&client).await.expect("a response");
    clock.pass(Duration::from_secs(59));
    call(&client).await.expect("a response");
    clock.pass(Duration::from_secs(1));
    assert!(authentication(call(&client).await).is_session_ended());
    assert_eq!(lines(&server), [ASKED, CLOSED, CLOSED]);
}

#[tokio::test]
async fn tokens_that_cannot_be_refreshed_end_the_session() {
    let server = Server::start(Vec::new()).await;
    let clock = TestClock::new();
    let grant = RefreshToken::new("my app", tokens("old", 0)).at(ENDPOINT);
    let builder = builder(&server, &clock).credential("token", Credential::grant(grant));
    let client = builder.build().expect("a client");
    let login = DeviceLoginRequest::new(Flow::new(client.clone()), "my app");
    let refreshing = client.with_tokens(login.refreshing(tokens("old", 0)));
    for client in [client, refreshing] {
        let error = authentication(call(&client).await);
        assert!(error.is_session_ended());
        assert!(error.to_string().ends_with("sign in again"), "{error}");
    }
    assert!(server.requests().is_empty());
}

/// A source that counts its fetches, and ends the session.
struct Ends(Source);

impl TokenSource for Ends {
    fn fetch<'a>(
        &'a self,
        last: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        Box::pin(async move {
            let fetched = self.0.fetch(last).await;
            fetched.map_err(|error| SessionEndedError::new(error).into())
        })
    }
}

#[tokio::test]
async fn a_source_can_end_the_session() {
    let server = Server::start(Vec::new()).await;
    let clock = TestClock::new();
    let source = Source::new([]);
    let client = client(&server, &clock, Ends(source.clone()));
    for _ in 0..3 {
        let error = authentication(call(&client).await);
        assert!(error.is_session_ended());
        assert_eq!(error.cause().to_string(), "the server is on fire");
        assert!(error.cause().downcast_ref::<SessionEndedError>().is_none());
        clock.pass(Duration::from_secs(86400));
    }
    assert_eq!(source.fetches(), 1);
}
