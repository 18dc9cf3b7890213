//! Signing out: tokens are revoked.

use wiretrue::Error;
use wiretrue::oauth::{ClientAuthentication, SignInError, TokenSet};

use super::support::{body, json, metadata, sign_in};
use crate::server::{Server, Step, header};

/// Starts an issuer that sends its metadata, and then these responses.
async fn issuer(responses: Vec<Vec<Step>>) -> Server {
    Server::start_with(|url| {
        let revocation = format!(r#","revocation_endpoint":"{url}/revoke""#);
        let metadata = json("200 OK", &metadata(url, &revocation));
        [metadata].into_iter().chain(responses).collect()
    })
    .await
}

fn tokens() -> TokenSet {
    TokenSet::new("acc").with_refresh_token("ref")
}

#[tokio::test]
async fn both_tokens_are_revoked_with_client_authentication() {
    let server = issuer(vec![json("200 OK", ""), json("200 OK", "")]).await;
    let login = sign_in("http://127.0.0.1:1")
        .issuer(&server.url)
        .client_secret("s")
        .client_authentication(ClientAuthentication::Basic);
    login.revoke(&tokens()).await.expect("revoked");
    let requests = server.requests();
    let bodies: Vec<_> = requests[1..].iter().map(|it| body(it)).collect();
    assert_eq!(
        bodies,
        [
            "token=ref&token_type_hint=refresh_token",
            "token=acc&token_type_hint=access_token"
        ]
    );
    for request in &requests[1..] {
        assert!(request.starts_with("POST /revoke HTTP/1.1"), "{request}");
        assert_eq!(header(request, "authorization"), Some("Basic YXBwOnM="));
    }
}

#[tokio::test]
async fn a_set_without_a_refresh_token_takes_one_request() {
    let server = issuer(vec![json("200 OK", "")]).await;
    let login = sign_in("http://127.0.0.1:1").issuer(&server.url);
    login.revoke(&TokenSet::new("acc")).await.expect("revoked");
    let requests = server.requests();
    assert_eq!(
        body(&requests[1]),
        "token=acc&token_type_hint=access_token&client_id=app"
    );
}

#[tokio::test]
async fn an_access_token_that_the_server_cannot_revoke_expires() {
    let unsupported = json("400 Bad Request", r#"{"error":"unsupported_token_type"}"#);
    let server = issuer(vec![json("200 OK", ""), unsupported.clone()]).await;
    let login = sign_in("http://127.0.0.1:1").issuer(&server.url);
    login.revoke(&tokens()).await.expect("revoked");

    let server = issuer(vec![unsupported, json("200 OK", "")]).await;
    let login = sign_in("http://127.0.0.1:1").issuer(&server.url);
    let error = login.revoke(&tokens()).await.expect_err("not revoked");
    let code = error.oauth().map(|error| error.error.as_str());
    assert_eq!(code, Some("unsupported_token_type"));
    assert_eq!(server.requests().len(), 3, "the access token is revoked");
}

#[tokio::test]
async fn a_server_that_fails_is_an_error() {
    let failure = json("404 Not Found", "");
    let server = issuer(vec![failure.clone(), failure]).await;
    let login = sign_in("http://127.0.0.1:1").issuer(&server.url);
    let error = login.revoke(&tokens()).await.expect_err("not revoked");
    assert!(
        matches!(error, SignInError::Request(Error::Api(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_server_without_the_endpoint_is_an_error() {
    let error = sign_in("http://127.0.0.1:1").revoke(&tokens()).await;
    assert_eq!(
        error.expect_err("no endpoint").to_string(),
        "the server's metadata has no `revocation_endpoint`"
    );
}
