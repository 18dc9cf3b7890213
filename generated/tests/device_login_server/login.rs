//! Whole logins of the client, with one clock for client and server.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use twilio_oauth::ExposeSecret as _;
use twilio_oauth::clock::Clock;
use twilio_oauth::oauth::{DeviceLoginError, DeviceLoginProgress, DeviceLoginRequest, TokenSet};
use twilio_oauth::transport::BoxFuture;
use twilio_oauth::{Client, SecretString};

use crate::screen::{self, QrCode};
use crate::support::{APP, Peer, TestClock};

/// An action while the client waits.
type Deed = BoxFuture<'static, ()>;

/// A clock that runs an action at each sleep.
#[derive(Clone)]
struct Eventful {
    clock: TestClock,
    deeds: Arc<Mutex<VecDeque<Deed>>>,
}

impl Clock for Eventful {
    fn now(&self) -> Instant {
        self.clock.now()
    }

    fn time(&self) -> SystemTime {
        self.clock.time()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.clock.pass(time);
        let deed = self.deeds.lock().expect("the deeds").pop_front();
        deed.unwrap_or_else(|| Box::pin(async {}))
    }
}

fn request(peer: &Peer) -> DeviceLoginRequest {
    let client = Client::builder()
        .basic_auth("AC-example", "example-auth-token")
        .base_url(peer.server.url())
        .build()
        .expect("a client");
    client
        .device_login(APP)
        .scopes(["email", "offline_access"])
        .audiences(["https://api.example.com"])
}

/// Logs in. At the third wait, the user decides, if there is a decision.
async fn log_in(
    peer: Arc<Peer>,
    request: DeviceLoginRequest,
    decision: Option<&'static str>,
) -> Result<TokenSet, DeviceLoginError> {
    let clock = Eventful {
        clock: peer.clock.clone(),
        deeds: Arc::default(),
    };
    let deeds = Arc::clone(&clock.deeds);
    let login = request.clock(clock).start().await?;
    let user_code = login.user_code().to_string();
    if let Some(decision) = decision {
        let idle = || -> Deed { Box::pin(async {}) };
        let decide: Deed = Box::pin(async move {
            let end = peer.decide(&user_code, decision).await;
            assert_eq!(end.status, 200);
        });
        *deeds.lock().expect("the deeds") = [idle(), idle(), decide].into();
    }
    login.wait().await
}

#[tokio::test]
async fn an_approved_login_gives_tokens_that_can_be_refreshed() {
    let peer = Arc::new(Peer::start().await);
    let tokens = log_in(Arc::clone(&peer), request(&peer), Some("approve")).await;
    let tokens = tokens.expect("tokens");
    assert_eq!(peer.clock.gone(), Duration::from_secs(15));
    assert_eq!(tokens.token_type(), "Bearer");
    assert_eq!(tokens.scope(), Some("email offline_access"));
    let lifetime = tokens
        .expires_at()
        .expect("an end")
        .duration_since(peer.clock.time());
    assert_eq!(lifetime.expect("later"), Duration::from_secs(3600));

    let refreshed = request(&peer).refresh(&tokens).await.expect("tokens");
    assert_eq!(refreshed.scope(), Some("email offline_access"));
    let again = request(&peer).refresh(&tokens).await;
    assert!(
        matches!(again, Err(DeviceLoginError::InvalidGrant(_))),
        "{again:?}"
    );
}

#[tokio::test]
async fn a_denied_login_says_so() {
    let peer = Arc::new(Peer::start().await);
    let outcome = log_in(Arc::clone(&peer), request(&peer), Some("deny")).await;
    assert!(
        matches!(outcome, Err(DeviceLoginError::AccessDenied)),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_login_that_nobody_decides_expires() {
    let peer = Arc::new(Peer::start().await);
    let outcome = log_in(Arc::clone(&peer), request(&peer), None).await;
    assert!(
        matches!(outcome, Err(DeviceLoginError::ExpiredToken)),
        "{outcome:?}"
    );
    assert_eq!(peer.clock.gone(), Duration::from_secs(600));
}

#[tokio::test]
async fn an_app_with_a_secret_proves_it_when_it_asks_for_tokens() {
    let peer = Arc::new(Peer::with_secret(Some("s3cret")).await);
    let secret = |text: &str| SecretString::from(text.to_owned());
    let right = request(&peer).client_secret(secret("s3cret"));
    let outcome = log_in(Arc::clone(&peer), right, Some("approve")).await;
    // Twilio's device authorization request has no field for a secret, so the server can't require one.
    assert!(outcome.is_ok(), "{outcome:?}");
    let wrong = request(&peer).client_secret(secret("guess"));
    let outcome = log_in(Arc::clone(&peer), wrong, None).await;
    assert!(
        matches!(outcome, Err(DeviceLoginError::InvalidClient(_))),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn an_issuer_tells_where_the_standard_s_requests_go() {
    for secret in [None, Some("s+3cret ü")] {
        let peer = Arc::new(Peer::with_secret(secret).await);
        // Neither an account nor Twilio's URLs are needed.
        let client = Client::builder().build().expect("a client");
        let mut request = client
            .device_login(APP)
            .issuer(peer.server.url())
            .scopes(["email", "offline_access"])
            .audiences(["https://api.example.com", "urn:b"]);
        if let Some(secret) = secret {
            request = request.client_secret(SecretString::from(secret.to_owned()));
        }
        let tokens = log_in(Arc::clone(&peer), request, Some("approve")).await;
        let tokens = tokens.expect("tokens");
        assert_eq!(tokens.scope(), Some("email offline_access"));
    }
}

#[tokio::test]
async fn the_example_shows_address_code_and_qr_code_and_no_token() {
    let peer = Arc::new(Peer::start().await);
    let login = request(&peer).start().await.expect("codes");
    let shown = screen::invitation(&login, QrCode::Plain);
    let (address, code) = (login.verification_uri(), login.user_code().as_str());
    for text in [
        address,
        code,
        "10 minutes",
        &format!("{:#}", login.qr_code().expect("a code")),
    ] {
        assert!(shown.contains(text), "{shown}");
    }
    assert!(!screen::invitation(&login, QrCode::Hidden).contains('█'));
    assert!(screen::invitation(&login, QrCode::Coloured).contains("\x1b[0m"));

    let tokens = log_in(Arc::clone(&peer), request(&peer), Some("approve")).await;
    let tokens = tokens.expect("tokens");
    let summary = screen::summary(&tokens, &[], peer.clock.time());
    for line in [
        "token type      Bearer",
        "scope           email offline_access",
        "lifetime        1 hour",
        "refresh token   yes",
        "ID token        no",
    ] {
        assert!(summary.contains(line), "{summary}");
    }
    let refresh_token = tokens.refresh_token().expect("a refresh token");
    for secret in [tokens.access_token(), refresh_token] {
        assert!(!summary.contains(secret.expose_secret()));
    }
}

#[test]
fn the_example_tells_what_holds_a_login_up() {
    let (interval, next) = (Duration::from_secs(10), Duration::from_secs(30));
    assert_eq!(
        screen::progress(&DeviceLoginProgress::SlowDown { interval, next }).as_deref(),
        Some("The server asked for less polling: now every 10 seconds.")
    );
    assert_eq!(
        screen::progress(&DeviceLoginProgress::Pending { next }),
        None
    );
}
