//! How the client gets its tokens, and which it sends where.

use golden_oauth::oauth::{ClientAuthentication, ClientCredentials, TokenSet};
use golden_oauth::{Client, Error};
use raw_server::{Answer, Server};

fn done() -> Answer {
    Answer::with_headers(204, &[], "")
}

fn token() -> Answer {
    Answer::json(200, r#"{"access_token":"machine-token","expires_in":3600}"#)
}

fn lines(server: &Server) -> Vec<String> {
    let requests = server.requests();
    requests.into_iter().map(|request| request.line).collect()
}

#[tokio::test]
async fn an_app_gets_its_token_where_the_document_says() {
    let server = Server::start([token(), done(), done()]).await;
    let client = Client::builder()
        .base_url(format!("{}/v1", server.url()))
        .client_credentials("an app", "s&1")
        .build()
        .expect("the client is complete");
    client.things().by_machine().await.expect("an answer");
    client.things().by_machine().await.expect("an answer");
    assert_eq!(
        lines(&server),
        [
            "POST /token HTTP/1.1",
            "GET /v1/machine HTTP/1.1",
            "GET /v1/machine HTTP/1.1",
        ]
    );
    let requests = server.requests();
    assert_eq!(
        requests[0].text(),
        "grant_type=client_credentials"
    );
    // `an+app:s%261` in base64 (RFC 6749 section 2.3.1).
    assert_eq!(
        requests[0].header("authorization"),
        Some("Basic YW4rYXBwOnMlMjYx")
    );
    for request in &requests[1..] {
        assert_eq!(
            request.header("authorization"),
            Some("Bearer machine-token")
        );
    }
}

#[tokio::test]
async fn an_app_may_say_more_of_what_it_wants() {
    let server = Server::start([token(), done()]).await;
    let app = ClientCredentials::new("app", "s")
        .scopes(["read"])
        .audience("https://api.example.com")
        .client_authentication(ClientAuthentication::Post);
    let client = Client::builder()
        .base_url(server.url())
        .client_credentials_with(app)
        .build()
        .expect("the client is complete");
    client.things().by_machine().await.expect("an answer");
    let request = &server.requests()[0];
    assert_eq!(
        request.text(),
        "grant_type=client_credentials&scope=read&audience=https%3A%2F%2Fapi.example.com\
         &client_id=app&client_secret=s"
    );
    assert_eq!(request.header("authorization"), None);
}

#[tokio::test]
async fn a_user_s_tokens_renew_themselves_when_they_are_refused() {
    let server = Server::start([
        Answer::json(401, "{}"),
        Answer::json(200, r#"{"access_token":"next"}"#),
        done(),
    ])
    .await;
    let tokens = TokenSet::new("old").with_refresh_token("r");
    let client = Client::builder()
        .base_url(server.url())
        .refresh_token("app", tokens)
        .build()
        .expect("the client is complete");
    client.things().by_user().await.expect("an answer");
    assert_eq!(
        lines(&server),
        [
            "GET /user HTTP/1.1",
            "POST /refresh HTTP/1.1",
            "GET /user HTTP/1.1",
        ]
    );
    let requests = server.requests();
    assert_eq!(
        requests[1].text(),
        "grant_type=refresh_token&refresh_token=r&client_id=app"
    );
    assert_eq!(requests[2].header("authorization"), Some("Bearer next"));
}

#[tokio::test]
async fn a_grant_of_another_scheme_is_no_credential_for_the_operation() {
    let server = Server::start([done()]).await;
    let client = Client::builder()
        .base_url(server.url())
        .client_credentials("app", "s")
        .build()
        .expect("the client is complete");
    let error = client.things().by_user().await.expect_err("no credentials");
    assert!(matches!(error, Error::MissingCredentials(_)), "{error}");
    assert!(server.requests().is_empty());
}

#[cfg(feature = "browser-login")]
#[tokio::test]
async fn a_person_signs_in_at_the_endpoints_of_the_document() {
    use std::time::Duration;

    use golden_oauth::oauth::{SignInError, SignInPrompt};

    let server = Server::start([token()]).await;
    let client = Client::builder()
        .base_url(format!("{}/v1", server.url()))
        .build()
        .expect("the client is complete");
    let (sender, receiver) = std::sync::mpsc::channel();
    let login = client.sign_in("app").browser().open_browser(false);
    let login = login.timeout(Duration::ZERO).on_prompt(move |prompt| {
        if let SignInPrompt::Browser(browser) = prompt {
            sender.send(browser.url().to_owned()).expect("a receiver");
        }
    });
    let error = login.await.expect_err("nobody signs in");
    assert!(matches!(error, SignInError::TimedOut), "{error}");
    let url = receiver.recv().expect("a prompt");
    let begin = format!("{}/authorize?client_id=app&response_type=code&", server.url());
    assert!(url.starts_with(&begin), "{url}");

    let old = TokenSet::new("old").with_refresh_token("r");
    client.sign_in("app").refresh(&old).await.expect("tokens");
    let request = server.request();
    assert_eq!(request.line, "POST /refresh HTTP/1.1");
    assert_eq!(
        request.text(),
        "grant_type=refresh_token&refresh_token=r&client_id=app"
    );
}
