//! Tests of the five operations of Twilio's OAuth API. Prism mocks the document and validates the
//! requests against it; openapi-core validates them as well.
//!
//! Prism validates only the last of several fields with the same name, openapi-core all of them.

use e2e::{Log, Peer, Record, judged};
use serde_json::{Value, json};
use twilio_oauth::models::{OauthV1Error, OauthV1TokenError, OauthV1TokenErrorCode};
use twilio_oauth::{Client, Error, Response};

use crate::twilio;

/// The header that identifies the requests of each test.
const MARK: &str = "x-test";

fn client() -> Client {
    twilio::client(Peer::Prism)
}

/// Returns the request with this mark that Prism received.
async fn received(mark: &str) -> Record {
    let log = Log::of(Peer::Prism).await;
    let mut records = log
        .records()
        .filter(|record| record.header(MARK) == Some(mark));
    let record = records.next().expect("the request arrived").clone();
    assert!(records.next().is_none(), "{record:?} isn't the only one");
    record
}

/// Asserts that Prism and openapi-core accept a call. Returns its output, and the request body as
/// openapi-core decodes it.
async fn accepted<T>(mark: &str, answer: Result<Response<T>, Error>) -> (T, Value) {
    let request = received(mark).await;
    let answer = answer.unwrap_or_else(|error| panic!("{error}: {request:?}"));
    let violations = answer.headers.get("sl-violations");
    assert_eq!(violations, None, "{request:?}");
    (answer.body, judged(&request).await)
}

#[tokio::test]
async fn fetch_certs() {
    let call = client().oauth_v1_oauth().fetch_certs();
    let call = call.options(|options| options.header(MARK, "certs"));
    let (certs, body) = accepted("certs", call.response().await).await;
    assert_eq!(body, Value::Null);
    let keys = certs.keys.expect("keys");
    assert_eq!(keys[0]["kid"], "example-key-1");
    let url = certs.url.expect("an address");
    assert_eq!(url, "https://oauth.twilio.com/v1/certs");
}

#[tokio::test]
async fn create_device_code() {
    let call = client()
        .oauth_v1_device_code()
        .create_device_code("OQ&=+ 1", ["a b", "c,d", "&=+%é"])
        .audiences(["https://api.example.com", ""]);
    let call = call.options(|options| options.header(MARK, "device-code"));
    let (code, body) = accepted("device-code", call.response().await).await;
    assert_eq!(
        body,
        json!({
            "ClientSid": "OQ&=+ 1",
            "Scopes": ["a b", "c,d", "&=+%é"],
            "Audiences": ["https://api.example.com", ""],
        })
    );
    assert_eq!(code.device_code.as_deref(), Some("example-device-code"));
    assert_eq!(code.user_code.as_deref(), Some("WDJB-MJHT"));
    assert_eq!((code.expires_in, code.interval), (Some(900), Some(5)));
}

#[tokio::test]
async fn create_device_code_with_one_scope() {
    let call = client()
        .oauth_v1_device_code()
        .create_device_code("OQ1", ["openid"]);
    let call = call.options(|options| options.header(MARK, "one-scope"));
    let (_, body) = accepted("one-scope", call.response().await).await;
    assert_eq!(body, json!({ "ClientSid": "OQ1", "Scopes": ["openid"] }));
}

#[tokio::test]
async fn fetch_openid_discovery() {
    let call = client()
        .oauth_v1_openid_discovery()
        .fetch_openid_discovery();
    let call = call.options(|options| options.header(MARK, "discovery"));
    let (found, body) = accepted("discovery", call.response().await).await;
    assert_eq!(body, Value::Null);
    let issuer = found.issuer.expect("an issuer");
    assert_eq!(issuer, "https://oauth.example.com");
    let scopes = found.scopes_supported.expect("scopes");
    assert_eq!(scopes, ["openid", "email"]);
}

#[tokio::test]
async fn create_token() {
    let call = client()
        .oauth_v1_token()
        .create_token("urn:ietf:params:oauth:grant-type:device_code", "OQ1")
        .client_secret("s&=+ %é")
        .code("c")
        .code_verifier("v")
        .device_code("d")
        .refresh_token("r")
        .device_id("i");
    let call = call.options(|options| options.header(MARK, "token"));
    let (tokens, body) = accepted("token", call.response().await).await;
    assert_eq!(
        body,
        json!({
            "GrantType": "urn:ietf:params:oauth:grant-type:device_code",
            "ClientSid": "OQ1",
            "ClientSecret": "s&=+ %é",
            "Code": "c",
            "CodeVerifier": "v",
            "DeviceCode": "d",
            "RefreshToken": "r",
            "DeviceId": "i",
        })
    );
    assert_eq!(tokens.access_token.as_deref(), Some("example-access-token"));
    let expiry = tokens.access_token_expires_at.expect("an end");
    assert_eq!(expiry.to_rfc3339(), "2023-09-25T13:00:00+00:00");
}

#[tokio::test]
async fn fetch_user_info() {
    let call = client().oauth_v1_user_info().fetch_user_info();
    let call = call.options(|options| options.header(MARK, "user-info"));
    let (claims, body) = accepted("user-info", call.response().await).await;
    assert_eq!(body, Value::Null);
    assert_eq!(claims.email.as_deref(), Some("ada@example.com"));
}

/// Returns the error of a call for which Prism is told to send this response of the document.
async fn refused(prefer: &str) -> twilio_oauth::error::ApiError {
    let call = client().oauth_v1_token().create_token("g", "OQ1");
    let call = call.options(|options| options.header("prefer", prefer));
    match call.await {
        Err(Error::Api(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_error_of_create_token_is_decoded() {
    use OauthV1TokenErrorCode as Code;
    for (prefer, status, code) in [
        (
            "code=400, example=authorization-pending",
            400,
            Code::AuthorizationPending,
        ),
        ("code=400, example=slow-down", 400, Code::SlowDown),
        ("code=400, example=expired-token", 400, Code::ExpiredToken),
        ("code=400, example=invalid-grant", 400, Code::InvalidGrant),
        ("code=401", 401, Code::InvalidClient),
    ] {
        let error = refused(prefer).await;
        assert_eq!(error.status().as_u16(), status, "{prefer}");
        let body: OauthV1TokenError = error.body().expect("the documented error");
        assert_eq!(body.error, code, "{prefer}");
    }
    let error = refused("code=503").await;
    assert_eq!(error.status().as_u16(), 503);
    let body: OauthV1Error = error.body().expect("the documented error");
    assert_eq!(body.code, Some(20003));
}

/// Checks that both validators report an invalid request.
#[tokio::test]
async fn an_invalid_request_is_rejected() {
    let call = client()
        .oauth_v1_device_code()
        .create_device_code("OQ1", Vec::<String>::new());
    let call = call.options(|options| options.header(MARK, "wrong"));
    match call.await {
        Err(Error::Api(error)) => assert_eq!(error.status().as_u16(), 422),
        other => panic!("{other:?}"),
    }
    let request = received("wrong").await;
    let verdict = tokio::spawn(async move { judged(&request).await }).await;
    assert!(verdict.is_err(), "{verdict:?}");
}
