//! Tests of the verification pages in a browser, while a client polls. The screenshots are for manual
//! inspection.

use e2e::{Browser, Peer, app};
use tokio::task::JoinHandle;
use twilio_oauth::oauth::{DeviceLogin, DeviceLoginError, TokenSet};

use crate::twilio;

/// A login with a task that polls for its tokens.
struct Waiting {
    code: String,
    uri: String,
    uri_complete: String,
    outcome: JoinHandle<Result<TokenSet, DeviceLoginError>>,
}

impl Waiting {
    async fn at(peer: Peer) -> Self {
        let request = twilio::client(peer).device_login(app("public").id);
        let login = request.scopes(["openid", "offline_access"]).start().await;
        let login: DeviceLogin = login.expect("codes");
        let complete = login.verification_uri_complete();
        Self {
            code: login.user_code().to_string(),
            uri: login.verification_uri().to_owned(),
            uri_complete: complete.expect("an address with the code").to_owned(),
            outcome: tokio::spawn(login.wait()),
        }
    }

    async fn outcome(self) -> Result<TokenSet, DeviceLoginError> {
        self.outcome.await.expect("no panic")
    }
}

mod oidc_provider {
    use super::*;

    const PEER: Peer = Peer::OidcProvider;

    /// Checks that the page shows the code, and asks to confirm it.
    fn at_confirmation(browser: Browser, waiting: &Waiting) -> Browser {
        browser
            .see("Confirm Device")
            .see("Television")
            .see(&waiting.code)
            .screenshot("2-confirm")
    }

    /// Confirms the code and signs in, up to the request for consent.
    fn at_consent(browser: Browser, waiting: &Waiting) -> Browser {
        at_confirmation(browser, waiting)
            .click("button[autofocus]")
            .type_into("input[name=login]", "erika")
            .type_into("input[name=password]", "any")
            .screenshot("3-sign-in")
            .click("button[type=submit]")
            .see("the client is asking to have offline access")
            .screenshot("4-consent")
    }

    #[tokio::test]
    async fn approved_with_the_typed_code() {
        let waiting = Waiting::at(PEER).await;
        let browser = Browser::new("oidc-provider-typed")
            .open(&waiting.uri)
            .see("Enter the code displayed on your device")
            // Case and hyphens are ignored.
            .type_into("input[name=user_code]", &waiting.code.to_lowercase())
            .screenshot("1-code")
            .press("Enter");
        at_consent(browser, &waiting)
            .click("button[type=submit]")
            .see("Sign-in Success")
            .see("Television was successful")
            .screenshot("5-success")
            .run()
            .await;
        let tokens = waiting.outcome().await.expect("tokens");
        assert!(tokens.refresh_token().is_some());
    }

    #[tokio::test]
    async fn approved_with_the_complete_uri() {
        let waiting = Waiting::at(PEER).await;
        let browser = Browser::new("oidc-provider-complete").open(&waiting.uri_complete);
        at_consent(browser, &waiting)
            .click("button[type=submit]")
            .see("Sign-in Success")
            .run()
            .await;
        waiting.outcome().await.expect("tokens");
    }

    #[tokio::test]
    async fn denied_at_the_code_confirmation() {
        let waiting = Waiting::at(PEER).await;
        let browser = Browser::new("oidc-provider-refused-code").open(&waiting.uri_complete);
        at_confirmation(browser, &waiting)
            .click("button[name=abort]")
            .see("The Sign-in request was interrupted")
            .screenshot("3-refused")
            .run()
            .await;
        let error = waiting.outcome().await.expect_err("a refusal");
        assert!(matches!(error, DeviceLoginError::AccessDenied), "{error:?}");
    }

    #[tokio::test]
    async fn denied_at_the_consent() {
        let waiting = Waiting::at(PEER).await;
        let browser = Browser::new("oidc-provider-refused-consent").open(&waiting.uri_complete);
        at_consent(browser, &waiting)
            .click(".login-help a")
            .see("The Sign-in request was interrupted")
            .run()
            .await;
        let error = waiting.outcome().await.expect_err("a refusal");
        assert!(matches!(error, DeviceLoginError::AccessDenied), "{error:?}");
    }
}

mod example {
    use e2e::{Example, Person, account};

    use super::*;

    /// Types the code, up to the request for consent.
    fn at_consent(browser: Browser, example: &Example) -> Browser {
        browser
            .open(&example.uri)
            .see("Code on your device")
            // Case and hyphens are ignored.
            .type_into("#user_code", &example.code.to_lowercase().replace('-', " "))
            .screenshot("1-code")
            .click("button[type=submit]")
            .see("Connect Example app?")
            .see(&example.code)
            .see("offline_access")
            .screenshot("2-consent")
    }

    #[tokio::test]
    async fn approved_on_the_page_of_the_example_server() {
        let example = Example::start(&[]);
        at_consent(Browser::new("example-approved"), &example)
            .click("button[value=approve]")
            .see("Device connected")
            .screenshot("3-success")
            .run()
            .await;
        let (success, said) = example.end();
        assert!(success && said.contains("Signed in."), "{said}");
    }

    #[tokio::test]
    async fn denied_on_the_page_of_the_example_server() {
        let example = Example::start(&["--no-qr"]);
        at_consent(Browser::new("example-refused"), &example)
            .click("button[value=deny]")
            .see("Access denied")
            .screenshot("3-refused")
            .run()
            .await;
        let (success, said) = example.end();
        assert!(!success && said.contains("the user denied"), "{said}");
    }

    #[tokio::test]
    async fn approved_with_the_complete_uri_after_a_wrong_code() {
        let example = Example::start(&["--no-qr"]);
        let complete = format!("{}?user_code={}", example.uri, example.code);
        Browser::new("example-complete")
            .open(&format!("{}?user_code=BCDF", example.uri))
            .click("button[type=submit]")
            .see("No device waits with this code")
            .screenshot("1-slip")
            .open(&complete)
            .screenshot("2-code")
            .click("button[type=submit]")
            .see("Connect Example app?")
            .click("button[value=approve]")
            .see("Device connected")
            .run()
            .await;
        let (success, said) = example.end();
        assert!(success, "{said}");
    }

    #[tokio::test]
    async fn approved_at_oidc_provider() {
        let (account, url) = (account(), Peer::OidcProvider.url());
        let example = Example::start(&[
            "--account-sid",
            &account.sid,
            "--auth-token",
            &account.auth_token,
            "--client-sid",
            &app("public").id,
            "--base-url",
            &url,
        ]);
        Person::at(&example.uri).await.approves(&example.code).await;
        let (success, said) = example.end();
        assert!(success && said.contains("Signed in."), "{said}");
    }
}
