//! Tests of a sign-in with a browser: at oidc-provider, and with Twilio's operation at Authlib. The
//! screenshots are for manual inspection.

use std::io::ErrorKind;
use std::time::Duration;

use e2e::{Browser, Peer, app};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use twilio_oauth::oauth::{SignIn, SignInError, SignInPrompt, TokenSet};

use crate::twilio::{client, user_info};

const PEER: Peer = Peer::OidcProvider;

fn sign_in() -> SignIn {
    let login = client(PEER).sign_in(app("desktop").id).issuer(PEER.url());
    login.browser().open_browser(false)
}

/// A sign-in whose browser hasn't returned.
struct Waiting {
    url: String,
    outcome: JoinHandle<Result<TokenSet, SignInError>>,
}

impl Waiting {
    async fn on(login: SignIn) -> Self {
        let (sender, receiver) = oneshot::channel();
        let sender = std::sync::Mutex::new(Some(sender));
        let login = login
            .scopes(["openid", "offline_access"])
            .param("prompt", "consent")
            .on_prompt(move |prompt| {
                let SignInPrompt::Browser(browser) = prompt else {
                    panic!("{prompt:?}");
                };
                let sender = sender.lock().expect("not poisoned").take();
                let sender = sender.expect("one prompt");
                sender.send(browser.url().to_owned()).expect("a receiver");
            });
        let outcome = tokio::spawn(login.into_future());
        let url = receiver.await.expect("a URL");
        Self { url, outcome }
    }

    async fn outcome(self) -> Result<TokenSet, SignInError> {
        self.outcome.await.expect("no panic")
    }
}

/// Signs in, up to the request for consent.
fn at_consent(browser: Browser, url: &str) -> Browser {
    browser
        .open(url)
        .type_into("input[name=login]", "erika")
        .type_into("input[name=password]", "any")
        .screenshot("1-sign-in")
        .click("button[type=submit]")
        .see("the client is asking to have offline access")
        .screenshot("2-consent")
}

#[tokio::test]
async fn approved() {
    for pushed in [false, true] {
        let waiting = Waiting::on(sign_in().pushed_authorization(pushed)).await;
        assert_eq!(waiting.url.contains("code_challenge"), !pushed);
        let name = match pushed {
            true => "sign-in-pushed",
            false => "sign-in",
        };
        at_consent(Browser::new(name), &waiting.url)
            .click("button[type=submit]")
            .see("You are signed in")
            .screenshot("3-success")
            .run()
            .await;
        let tokens = waiting.outcome().await.expect("tokens");
        let claims = tokens.id_token_claims().expect("claims");
        assert_eq!(claims.subject(), "erika");
        assert_eq!(claims.issuer(), PEER.url());

        let signed_in = client(PEER).with_tokens(sign_in().refreshing(tokens.clone()));
        user_info(&signed_in).await.expect("the claims");
        sign_in().revoke(&tokens).await.expect("revoked");
        let error = sign_in().refresh(&tokens).await.expect_err("revoked");
        let code = error.oauth().map(|error| error.error.as_str());
        assert_eq!(code, Some("invalid_grant"), "{error}");
    }
}

#[tokio::test]
async fn denied() {
    let waiting = Waiting::on(sign_in()).await;
    at_consent(Browser::new("sign-in-denied"), &waiting.url)
        .click(".login-help a")
        .see("Sign-in failed")
        .screenshot("3-failure")
        .run()
        .await;
    let error = waiting.outcome().await.expect_err("a refusal");
    assert!(matches!(error, SignInError::AccessDenied), "{error:?}");
}

#[tokio::test]
async fn a_return_from_another_sign_in() {
    let (first, second) = (Waiting::on(sign_in()).await, Waiting::on(sign_in()).await);
    let state = |url: &str| {
        let (_, rest) = url.split_once("state=").expect("a state");
        rest.split('&').next().expect("a state").to_owned()
    };
    let url = first.url.replace(&state(&first.url), &state(&second.url));
    at_consent(Browser::new("sign-in-state"), &url)
        .click("button[type=submit]")
        .see("Sign-in failed")
        .run()
        .await;
    let error = first.outcome().await.expect_err("another state");
    assert!(matches!(error, SignInError::StateMismatch), "{error:?}");
    second.outcome.abort();
}

#[tokio::test]
async fn a_browser_that_is_closed() {
    let waiting = Waiting::on(sign_in().timeout(Duration::from_secs(5))).await;
    let browser = Browser::new("sign-in-closed").open(&waiting.url);
    browser.run().await;
    let error = waiting.outcome().await.expect_err("nobody signs in");
    assert!(matches!(error, SignInError::TimedOut), "{error:?}");
}

#[tokio::test]
async fn a_port_in_use() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let error = sign_in().redirect_port(port).await.expect_err("in use");
    let SignInError::Listen(error) = error else {
        panic!("{error:?}");
    };
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

/// A sign-in whose code is redeemed with Twilio's operation.
fn at_authlib() -> SignIn {
    let peer = Peer::Authlib;
    let login = client(peer).sign_in(app("desktop").id);
    let login = login.authorization_url(format!("{}/authorize", peer.url()));
    login.browser().open_browser(false)
}

#[tokio::test]
async fn approved_at_authlib() {
    let waiting = Waiting::on(at_authlib()).await;
    Browser::new("sign-in-authlib")
        .open(&waiting.url)
        .click("button[value=approve]")
        .see("You are signed in")
        .run()
        .await;
    let tokens = waiting.outcome().await.expect("tokens");
    assert_eq!(tokens.scope(), Some("openid offline_access"));
}

#[tokio::test]
async fn denied_at_authlib() {
    let waiting = Waiting::on(at_authlib()).await;
    Browser::new("sign-in-authlib-denied")
        .open(&waiting.url)
        .click("button[value=deny]")
        .see("Sign-in failed")
        .run()
        .await;
    let error = waiting.outcome().await.expect_err("a refusal");
    assert!(matches!(error, SignInError::AccessDenied), "{error:?}");
}
