//! The requests of a sign-in with a browser, and what it returns.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use wiretrue::oauth::ClientAuthentication;

use super::support::{
    ENDPOINTS, Running, TOKENS, body, fails, fields, json, metadata, server, sign_in, sign_in_at,
};
use crate::server::{Server, header};

#[tokio::test]
async fn a_code_is_redeemed_for_tokens_with_its_verifier() {
    let server = server(vec![json("200 OK", TOKENS)]).await;
    let sign_in = sign_in(&server.url)
        .scopes(["read write", "offline"])
        .audiences(["https://api.example.com"])
        .param("prompt", "login")
        .param("login_hint", "a@example.com & b");
    let running = Running::start(sign_in).await;
    let redirect_uri = running.redirect_uri();
    assert_eq!(redirect_uri.host_str(), Some("127.0.0.1"));
    assert_eq!(redirect_uri.path(), "/callback");
    let state = running.state();
    let challenge = running.parameter("code_challenge").expect("a challenge");
    assert_eq!(
        (state.len(), challenge.len()),
        (43, 43),
        "256 bits as base64url"
    );
    assert_eq!(running.url.path(), "/authorize");
    let pairs: Vec<_> = running.url.query_pairs().into_owned().collect();
    let expected = [
        ("client_id", "app"),
        ("response_type", "code"),
        ("redirect_uri", redirect_uri.as_str()),
        ("state", &state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("scope", "read write offline"),
        ("audience", "https://api.example.com"),
        ("prompt", "login"),
        ("login_hint", "a@example.com & b"),
    ];
    assert_eq!(
        pairs,
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );

    let page = running.approve().await;
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    let tokens = running.end().await.expect("tokens");
    assert_eq!(tokens.access_token().expose_secret(), "a");
    assert_eq!(tokens.refresh_token().expect("one").expose_secret(), "r");

    let request = server.request();
    assert!(request.starts_with("POST /token HTTP/1.1\r\n"), "{request}");
    assert_eq!(header(&request, "authorization"), None);
    let sent = fields(body(&request));
    let verifier = &sent[2].1;
    assert_eq!(verifier.len(), 43);
    assert_eq!(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)), challenge);
    let expected = [
        ("grant_type", "authorization_code"),
        ("code", "c0de"),
        ("code_verifier", verifier),
        ("redirect_uri", redirect_uri.as_str()),
        ("client_id", "app"),
    ];
    assert_eq!(
        sent,
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[tokio::test]
async fn each_sign_in_has_values_of_its_own() {
    let first = Running::start(sign_in("http://127.0.0.1:1")).await;
    let second = Running::start(sign_in("http://127.0.0.1:1")).await;
    for name in ["state", "code_challenge", "redirect_uri"] {
        assert_ne!(first.parameter(name), second.parameter(name), "{name}");
    }
    assert_eq!(first.parameter("nonce"), None, "no ID token is asked for");
    first.cancel().await;
    second.cancel().await;
}

#[tokio::test]
async fn an_issuer_names_the_endpoints_and_the_client_authentication() {
    for (methods, expected_header) in [
        (r#"["client_secret_post"]"#, None),
        (
            r#"["client_secret_basic","client_secret_post"]"#,
            Some("Basic YXBwOnMlMkZ0"),
        ),
    ] {
        let server = Server::start_with(|url| {
            let methods = format!(r#","token_endpoint_auth_methods_supported":{methods}"#);
            vec![
                json("200 OK", &metadata(url, &methods)),
                json("200 OK", TOKENS),
            ]
        })
        .await;
        let sign_in = sign_in("http://127.0.0.1:1")
            .issuer(&server.url)
            .client_secret("s/t");
        let running = Running::start(sign_in).await;
        let url = running.url.as_str();
        let begin = format!("{}/authorize?tenant=1&client_id=app&", server.url);
        assert!(url.starts_with(&begin), "{url}");
        running.approve().await;
        running.end().await.expect("tokens");
        let request = &server.requests()[1];
        assert_eq!(header(request, "authorization"), expected_header);
        let in_body = body(request).contains("client_secret=s%2Ft");
        assert_eq!(in_body, expected_header.is_none());
    }
}

#[tokio::test]
async fn metadata_of_a_document_names_the_endpoints_that_it_lacks() {
    let server =
        Server::start_with(|url| vec![json("200 OK", &metadata(url, "")), json("200 OK", TOKENS)])
            .await;
    let endpoints = wiretrue::codegen::LoginEndpoints {
        authorization: Some("/own"),
        token: None,
        metadata: Some("/metadata"),
        ..ENDPOINTS
    };
    let running = Running::start(sign_in_at(&server.url, endpoints)).await;
    assert_eq!(running.url.path(), "/own");
    running.approve().await;
    running.end().await.expect("tokens");
    let requests = server.requests();
    assert!(requests[0].starts_with("GET /metadata HTTP/1.1"));
    assert!(requests[1].starts_with("POST /token HTTP/1.1"));
}

#[tokio::test]
async fn tokens_are_refreshed_at_the_url_for_it() {
    let server = server(vec![json("200 OK", TOKENS)]).await;
    let endpoints = wiretrue::codegen::LoginEndpoints {
        refresh: Some("/refresh"),
        ..ENDPOINTS
    };
    let old = wiretrue::oauth::TokenSet::new("old").with_refresh_token("r0");
    let login = sign_in_at(&server.url, endpoints);
    let tokens = login.refresh(&old).await.expect("tokens");
    assert_eq!(tokens.access_token().expose_secret(), "a");
    let request = server.request();
    assert!(request.starts_with("POST /refresh HTTP/1.1"), "{request}");
    assert_eq!(
        body(&request),
        "grant_type=refresh_token&refresh_token=r0&client_id=app"
    );
}

#[tokio::test]
async fn an_authorization_request_is_pushed_if_the_server_or_the_caller_asks() {
    for (required, asked) in [(true, false), (false, true)] {
        let server = Server::start_with(|url| {
            let pushed = format!(
                r#","pushed_authorization_request_endpoint":"{url}/par","require_pushed_authorization_requests":{required}"#
            );
            vec![
                json("200 OK", &metadata(url, &pushed)),
                json(
                    "201 Created",
                    r#"{"request_uri":"urn:ietf:params:oauth:request_uri:x&y","expires_in":60}"#,
                ),
                json("200 OK", TOKENS),
            ]
        })
        .await;
        let sign_in = sign_in("http://127.0.0.1:1")
            .issuer(&server.url)
            .client_secret("s3")
            .client_authentication(ClientAuthentication::Post)
            .param("prompt", "login")
            .pushed_authorization(asked);
        // Nothing of the request is in the browser, but the redirect URI is known to the test only
        // from there.
        let (url, task) = {
            let running = Running::start(sign_in).await;
            (running.url.clone(), running)
        };
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        let expected = [
            ("tenant", "1"),
            ("client_id", "app"),
            ("request_uri", "urn:ietf:params:oauth:request_uri:x&y"),
        ];
        assert_eq!(
            pairs,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        let request = &server.requests()[1];
        assert!(request.starts_with("POST /par HTTP/1.1"), "{request}");
        let sent = fields(body(request));
        let value = |name: &str| {
            let mut sent = sent.iter();
            sent.find(|(key, _)| key == name).map(|(_, value)| &**value)
        };
        assert_eq!(value("response_type"), Some("code"));
        assert_eq!(value("code_challenge_method"), Some("S256"));
        assert_eq!(value("prompt"), Some("login"));
        assert_eq!(value("client_id"), Some("app"));
        assert_eq!(value("client_secret"), Some("s3"));
        let mut redirect_uri = url::Url::parse(value("redirect_uri").expect("one")).expect("a URL");
        let state = value("state").expect("a state");
        let pairs = [("code", "c0de"), ("state", state)];
        redirect_uri.query_pairs_mut().extend_pairs(pairs);
        let page = super::support::get(&redirect_uri).await;
        assert!(page.contains("You are signed in"), "{page}");
        task.end().await.expect("tokens");
    }
}

#[tokio::test]
async fn a_request_can_be_pushed_only_to_an_endpoint() {
    let error = fails(sign_in("http://127.0.0.1:1").pushed_authorization(true)).await;
    assert!(
        error
            .to_string()
            .ends_with("has no `pushed_authorization_request_endpoint`"),
        "{error}"
    );
}
