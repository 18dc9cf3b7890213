//! The models of successful calls.

use std::time::{Duration, SystemTime};

use serde_json::json;
use twilio_oauth::models;

use crate::support::{Answer, Server, client};

#[tokio::test]
async fn certs_are_read() {
    let keys = json!([{ "kty": "RSA", "kid": "example-key-1", "n": "AQAB", "e": "AQAB" }]);
    let body = json!({ "keys": keys, "url": "https://oauth.twilio.com/v1/certs" });
    let server = Server::start([Answer::json(200, body.to_string())]).await;
    let certs: models::OauthV1Certs = client(&server)
        .oauth_v1_oauth()
        .fetch_certs()
        .await
        .expect("a success");
    assert_eq!(certs.keys, Some(keys));
    assert_eq!(
        certs.url.as_deref(),
        Some("https://oauth.twilio.com/v1/certs")
    );
}

#[tokio::test]
async fn a_device_code_is_read() {
    let body = json!({
        "device_code": "example-device-code",
        "user_code": "WDJB-MJHT",
        "verification_uri": "https://login.example.com/device",
        "verification_uri_complete": "https://login.example.com/device?user_code=WDJB-MJHT",
        "expires_in": 5_000_000_000_i64,
        "interval": 5,
    });
    let server = Server::start([Answer::json(201, body.to_string())]).await;
    let api = client(&server).oauth_v1_device_code();
    let code: models::OauthV1DeviceCode = api
        .create_device_code("OQ1", ["openid"])
        .await
        .expect("a success");
    assert_eq!(code.device_code.as_deref(), Some("example-device-code"));
    assert_eq!(code.user_code.as_deref(), Some("WDJB-MJHT"));
    assert_eq!(
        code.verification_uri.as_deref(),
        Some("https://login.example.com/device")
    );
    assert_eq!(
        code.verification_uri_complete.as_deref(),
        Some("https://login.example.com/device?user_code=WDJB-MJHT")
    );
    assert_eq!(code.expires_in, Some(5_000_000_000));
    assert_eq!(code.interval, Some(5));
}

#[tokio::test]
async fn discovery_is_read() {
    let body = json!({
        "issuer": "https://a.example",
        "authorization_endpoint": "https://b.example",
        "device_authorization_endpoint": "https://c.example",
        "token_endpoint": "https://d.example",
        "userinfo_endpoint": "https://e.example",
        "revocation_endpoint": "https://f.example",
        "jwk_uri": "https://g.example",
        "response_type_supported": ["code", "token"],
        "subject_type_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email"],
        "claims_supported": [],
        "url": "https://h.example",
    });
    let server = Server::start([Answer::json(200, body.to_string())]).await;
    let api = client(&server).oauth_v1_openid_discovery();
    let found: models::OauthV1OpenidDiscovery =
        api.fetch_openid_discovery().await.expect("a success");
    let strings = |values: &[&str]| Some(values.iter().map(|value| (*value).to_owned()).collect());
    assert_eq!(found.issuer.as_deref(), Some("https://a.example"));
    assert_eq!(
        found.authorization_endpoint.as_deref(),
        Some("https://b.example")
    );
    assert_eq!(
        found.device_authorization_endpoint.as_deref(),
        Some("https://c.example")
    );
    assert_eq!(found.token_endpoint.as_deref(), Some("https://d.example"));
    assert_eq!(
        found.userinfo_endpoint.as_deref(),
        Some("https://e.example")
    );
    assert_eq!(
        found.revocation_endpoint.as_deref(),
        Some("https://f.example")
    );
    assert_eq!(found.jwk_uri.as_deref(), Some("https://g.example"));
    assert_eq!(found.response_type_supported, strings(&["code", "token"]));
    assert_eq!(found.subject_type_supported, strings(&["public"]));
    assert_eq!(
        found.id_token_signing_alg_values_supported,
        strings(&["RS256"])
    );
    assert_eq!(found.scopes_supported, strings(&["openid", "email"]));
    assert_eq!(found.claims_supported, strings(&[]));
    assert_eq!(found.url.as_deref(), Some("https://h.example"));
}

#[tokio::test]
async fn a_token_is_read_with_either_form_of_date() {
    let body = json!({
        "access_token": "example-access-token",
        "refresh_token": "example-refresh-token",
        "id_token": "example-id-token",
        "refresh_token_expires_at": "Thu, 01 Jan 1970 01:00:10 +0100",
        "access_token_expires_at": "1970-01-01T00:00:20Z",
    });
    let server = Server::start([Answer::json(201, body.to_string())]).await;
    let api = client(&server).oauth_v1_token();
    let token: models::OauthV1Token = api
        .create_token("refresh_token", "OQ1")
        .await
        .expect("a success");
    let after = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    assert_eq!(token.access_token.as_deref(), Some("example-access-token"));
    assert_eq!(
        token.refresh_token.as_deref(),
        Some("example-refresh-token")
    );
    assert_eq!(token.id_token.as_deref(), Some("example-id-token"));
    assert_eq!(
        token.refresh_token_expires_at.map(SystemTime::from),
        Some(after(10))
    );
    assert_eq!(
        token.access_token_expires_at.map(SystemTime::from),
        Some(after(20))
    );
}

#[tokio::test]
async fn user_info_is_read() {
    let body = json!({
        "user_sid": "US0123456789abcdef0123456789abcdef",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "friendly_name": "Countess",
        "email": "ada@example.com",
        "url": "https://oauth.twilio.com/v1/userinfo",
    });
    let server = Server::start([Answer::json(200, body.to_string())]).await;
    let api = client(&server).oauth_v1_user_info();
    let user: models::OauthV1UserInfo = api.fetch_user_info().await.expect("a success");
    assert_eq!(
        user.user_sid.as_deref(),
        Some("US0123456789abcdef0123456789abcdef")
    );
    assert_eq!(user.first_name.as_deref(), Some("Ada"));
    assert_eq!(user.last_name.as_deref(), Some("Lovelace"));
    assert_eq!(user.friendly_name.as_deref(), Some("Countess"));
    assert_eq!(user.email.as_deref(), Some("ada@example.com"));
    assert_eq!(
        user.url.as_deref(),
        Some("https://oauth.twilio.com/v1/userinfo")
    );
}

#[tokio::test]
async fn null_and_absent_read_alike_and_unknown_members_do_no_harm() {
    let body = r#"{"email":null,"first_name":"Ada","added_later":{"deep":[1,null]}}"#;
    let server = Server::start([Answer::json(200, body), Answer::json(200, "{}")]).await;
    let api = client(&server).oauth_v1_user_info();
    let user = api.fetch_user_info().await.expect("a success");
    assert_eq!(
        (user.first_name.as_deref(), user.email, user.url),
        (Some("Ada"), None, None)
    );
    let user = api.fetch_user_info().await.expect("a success");
    assert_eq!(user.first_name, None);
}

#[tokio::test]
async fn a_response_carries_its_status_and_headers() {
    let headers = [
        ("content-type", "application/json; charset=utf-8"),
        ("twilio-request-id", "RQ1"),
    ];
    let server = Server::start([Answer::with_headers(200, &headers, r#"{"email":"a@b.c"}"#)]).await;
    let call = client(&server).oauth_v1_user_info().fetch_user_info();
    let response = call.response().await.expect("a success");
    assert_eq!(response.status, 200);
    assert_eq!(response.headers["twilio-request-id"], "RQ1");
    assert_eq!(response.body.email.as_deref(), Some("a@b.c"));
}

#[tokio::test]
async fn a_body_in_chunks_is_read_whole() {
    let email = "a".repeat(1000);
    let server = Server::start([Answer::chunked(200, format!(r#"{{"email":"{email}"}}"#))]).await;
    let call = client(&server).oauth_v1_user_info().fetch_user_info();
    assert_eq!(call.send().await.expect("a success").email, Some(email));
}
