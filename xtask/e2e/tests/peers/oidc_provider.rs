//! Device logins with oidc-provider.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use e2e::{App, Log, Peer, Person, app};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tokio::sync::mpsc;

use super::api::oauth::{
    ClientAuthentication, DeviceLogin, DeviceLoginError, DeviceLoginProgress, DeviceLoginRequest,
    TokenSet,
};
use super::{client, redeem};

const PEER: Peer = Peer::OidcProvider;
/// The default polling interval. This server never sends one.
const INTERVAL: Duration = Duration::from_secs(5);

fn login(app: &App) -> DeviceLoginRequest {
    client(PEER)
        .device_login(&app.id)
        .scopes(["openid", "offline_access"])
}

async fn started(request: DeviceLoginRequest) -> DeviceLogin {
    let login = request.start().await.expect("codes");
    assert_eq!(login.user_code().check(), Ok(()));
    login
}

async fn person(login: &DeviceLogin) -> Person {
    Person::at(login.verification_uri()).await
}

/// Starts a login, approves it, and then waits for the tokens.
async fn approved(request: DeviceLoginRequest) -> (String, TokenSet) {
    let login = started(request).await;
    let code = login.user_code().to_string();
    person(&login).await.approves(&code).await;
    (code, login.wait().await.expect("tokens"))
}

/// Returns the claims of a JWT without verifying its signature.
fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).expect("a JWT");
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).expect("base64url");
    serde_json::from_slice(&claims).expect("claims are JSON")
}

#[tokio::test]
async fn a_public_app_signs_in_if_the_user_approves_while_it_polls() {
    let app = app("public");
    let login = started(login(&app)).await;
    let code = login.user_code().to_string();
    let person = person(&login).await;
    let (pending, mut heard) = mpsc::unbounded_channel();
    let login = login.on_progress(move |progress| {
        assert!(
            matches!(progress, DeviceLoginProgress::Pending { .. }),
            "{progress:?}"
        );
        pending.send(()).expect("someone hears");
    });
    let waiting = tokio::spawn(login.wait());
    heard.recv().await.expect("the login is pending");
    person.approves(&code).await;
    let tokens = waiting.await.expect("no panic").expect("tokens");

    assert_eq!(tokens.token_type(), "Bearer");
    assert_eq!(tokens.scope(), Some("openid offline_access"));
    assert!(tokens.refresh_token().is_some() && tokens.expires_at().is_some());
    let id_token = tokens.id_token().expect("an id token");
    let claims = claims(id_token.expose_secret());
    assert_eq!(claims["sub"], "erika");
    assert_eq!(claims["aud"], app.id);

    let log = Log::of(PEER).await;
    let polls = log.polls(&code);
    assert!(polls.len() >= 2, "{polls:?}");
    let mut last = log.authorization(&code);
    for poll in polls {
        let since = poll.received().saturating_sub(last.answered());
        assert!(
            since + e2e::TICK >= INTERVAL,
            "{since:?} between {last:?} and {poll:?}"
        );
        last = poll;
    }
}

#[tokio::test]
async fn a_public_app_sends_no_secret() {
    let (code, _) = approved(login(&app("public"))).await;
    let log = Log::of(PEER).await;
    let polls = log.polls(&code);
    for request in polls.into_iter().chain([log.authorization(&code)]) {
        let secret = |(name, _): (&str, &str)| name.to_ascii_lowercase().contains("secret");
        assert!(!request.fields().any(secret), "{request:?}");
    }
}

#[tokio::test]
async fn denied_at_the_code_confirmation() {
    let login = started(login(&app("public"))).await;
    let code = login.user_code().to_string();
    person(&login).await.denies_at_the_code(&code).await;
    let error = login.wait().await.expect_err("a refusal");
    assert!(matches!(error, DeviceLoginError::AccessDenied), "{error:?}");
}

#[tokio::test]
async fn denied_at_the_consent() {
    let login = started(login(&app("public"))).await;
    let code = login.user_code().to_string();
    person(&login).await.denies_at_the_consent(&code).await;
    let error = login.wait().await.expect_err("a refusal");
    assert!(matches!(error, DeviceLoginError::AccessDenied), "{error:?}");
}

#[tokio::test]
async fn a_code_that_expires_before_the_first_poll_is_never_sent() {
    let login = started(login(&app("short_lived"))).await;
    assert_eq!(login.expires_in(), Duration::from_secs(2));
    let code = login.user_code().to_string();
    let error = login.wait().await.expect_err("the end");
    assert!(matches!(error, DeviceLoginError::ExpiredToken), "{error:?}");
    assert_eq!(Log::of(PEER).await.polls(&code).len(), 0);
}

#[tokio::test]
async fn the_server_reports_an_expired_code() {
    let app = app("short_lived");
    let login = started(login(&app)).await;
    let code = login.user_code().as_str();
    let log = Log::of(PEER).await;
    let device_code = log.authorization(code).answer("device_code");
    let device_code = device_code.expect("a device code");
    let error = loop {
        let error = redeem(PEER, &app, device_code)
            .await
            .expect_err("no approval");
        if error != "authorization_pending" {
            break error;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!(error, "expired_token");
}

#[tokio::test]
async fn a_device_code_can_be_exchanged_only_once() {
    let app = app("public");
    let (code, tokens) = approved(login(&app)).await;
    let log = Log::of(PEER).await;
    let device_code = log.authorization(&code).answer("device_code");
    let device_code = device_code.expect("a device code");
    let error = redeem(PEER, &app, device_code).await;
    assert_eq!(error, Err("invalid_grant".to_owned()));
    // Its reuse also revokes the tokens that it obtained.
    let error = login(&app).refresh(&tokens).await.expect_err("a refusal");
    assert!(
        matches!(error, DeviceLoginError::InvalidGrant(_)),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_app_with_a_secret_signs_in() {
    let app = app("post");
    let secret = app.secret.clone().expect("a secret");
    let (code, _) = approved(login(&app).client_secret(secret.as_str())).await;
    let log = Log::of(PEER).await;
    let polls = log.polls(&code);
    assert!(
        polls[0].fields().any(|(_, value)| value == secret),
        "{polls:?}"
    );
}

#[tokio::test]
async fn a_wrong_secret_is_rejected() {
    let app = app("post");
    let login = started(login(&app).client_secret("wrong")).await;
    let error = login.wait().await.expect_err("a refusal");
    assert!(
        matches!(error, DeviceLoginError::InvalidClient(_)),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_refresh_rotates_the_refresh_token() {
    let app = app("public");
    let (_, first) = approved(login(&app)).await;
    let secret = |tokens: &TokenSet| tokens.refresh_token().map(|t| t.expose_secret().to_owned());
    let second = login(&app).refresh(&first).await.expect("tokens");
    let third = login(&app).refresh(&second).await.expect("tokens");
    assert_ne!(secret(&first), secret(&second));
    assert_ne!(secret(&second), secret(&third));
    // A refresh token that was rotated is invalid, and its reuse revokes all tokens.
    for void in [&first, &third] {
        let error = login(&app).refresh(void).await.expect_err("a refusal");
        assert!(
            matches!(error, DeviceLoginError::InvalidGrant(_)),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn tokens_are_for_the_requested_audience() {
    let request = client(PEER)
        .device_login(&app("public").id)
        .scopes(["calls:read"])
        .audiences(["https://calls.example.com"]);
    let (_, tokens) = approved(request).await;
    let claims = claims(tokens.access_token().expose_secret());
    assert_eq!(claims["aud"], "https://calls.example.com");
    assert_eq!(claims["scope"], "calls:read");
}

/// The client ID and the secret contain characters that forms and URLs escape.
#[tokio::test]
async fn an_app_signs_in_with_basic_authentication() {
    let app = app("basic");
    let secret = app.secret.clone().expect("a secret");
    let login = |secret: &str| {
        login(&app)
            .client_secret(secret)
            .client_authentication(ClientAuthentication::Basic)
    };
    let (code, tokens) = approved(login(&secret)).await;
    login(&secret).refresh(&tokens).await.expect("tokens");
    let log = Log::of(PEER).await;
    let polls = log.polls(&code);
    for request in polls.into_iter().chain([log.authorization(&code)]) {
        let header = request.header("authorization").unwrap_or_default();
        assert!(header.starts_with("Basic "), "{request:?}");
        assert!(
            request.fields().all(|(_, value)| value != secret),
            "{request:?}"
        );
    }
    let error = login("wrong").start().await.expect_err("a refusal");
    assert!(
        matches!(error, DeviceLoginError::InvalidClient(_)),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_issuer_metadata_provides_the_endpoints() {
    for name in ["public", "basic"] {
        let app = app(name);
        let mut request = login(&app).issuer(PEER.url());
        if let Some(secret) = &app.secret {
            request = request.client_secret(secret.as_str());
        }
        let (code, _) = approved(request).await;
        let log = Log::of(PEER).await;
        let request = log.authorization(&code);
        assert_eq!(request.path(), "/device/auth");
        // With a secret, the ID is in the header.
        let id = app.secret.is_none().then_some(app.id.as_str());
        assert_eq!(request.field("client_id"), id);
        assert_eq!(log.polls(&code)[0].path(), "/token");
    }
}
