//! ID tokens: their signature and claims.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use wiretrue::oauth::{DeviceLoginError, DeviceLoginRequest, SignInError, TokenSet};

use super::support::{Running, json as reply, sign_in};
use crate::api::{BuildApi as _, Client};
use crate::device::support::{Flow, TestClock};
use crate::server::{Server, Step};

/// A key of the issuer.
struct Key {
    algorithm: Algorithm,
    id: &'static str,
    key: EncodingKey,
}

impl Key {
    fn ec(id: &'static str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let der = pair.to_pkcs8v1().expect("a key");
        Self {
            algorithm: Algorithm::ES256,
            id,
            key: EncodingKey::from_ec_der(der.as_ref()),
        }
    }

    fn rsa(id: &'static str) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        let der = pair.as_der().expect("a key");
        Self {
            algorithm: Algorithm::RS256,
            id,
            // The key of PKCS #1 follows the header of PKCS #8.
            key: EncodingKey::from_rsa_der(&der.as_ref()[26..]),
        }
    }

    fn public(&self) -> Value {
        let mut key = Jwk::from_encoding_key(&self.key, self.algorithm).expect("a key");
        key.common.key_id = Some(self.id.to_owned());
        serde_json::to_value(key).expect("JSON")
    }

    fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid = Some(self.id.to_owned());
        encode(&header, claims, &self.key).expect("a token")
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("after 1970").as_secs()
}

/// The claims of a valid token.
fn claims(issuer: &str, nonce: &str) -> Value {
    json!({
        "iss": issuer,
        "sub": "user-1",
        "aud": "app",
        "exp": now() + 600,
        "iat": now(),
        "nonce": nonce,
        "email": "a@example.com",
    })
}

/// Signs in at an issuer that sends the ID token which `token` makes of the issuer and the nonce.
async fn sign_in_with(
    keys: Value,
    properties: &str,
    token: impl FnOnce(&str, &str) -> String,
) -> (Result<TokenSet, SignInError>, Server) {
    // The endpoints after the browser are on a server that starts when the nonce is known.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let later = format!("http://{}", listener.local_addr().expect("an address"));
    let issuer = Server::start_with(|url| {
        let metadata = format!(
            r#"{{"issuer":"{url}","authorization_endpoint":"{url}/authorize","token_endpoint":"{later}/token","jwks_uri":"{later}/keys"{properties}}}"#
        );
        vec![reply("200 OK", &metadata)]
    })
    .await;
    let login = sign_in("http://127.0.0.1:1").issuer(&issuer.url);
    let running = Running::start(login.scopes(["openid", "email"])).await;
    let nonce = running.parameter("nonce").expect("a nonce");
    assert_eq!(nonce.len(), 43);
    let token = token(&issuer.url, &nonce);
    let tokens = format!(r#"{{"access_token":"a","id_token":"{token}"}}"#);
    let keys = json!({ "keys": keys }).to_string();
    let responses: Vec<Vec<Step>> = vec![reply("200 OK", &tokens), reply("200 OK", &keys)];
    let server = Server::serve(listener, |_| responses);
    running.approve().await;
    (running.end().await, server)
}

#[tokio::test]
async fn claims_of_a_valid_token_are_readable() {
    for key in [Key::ec("k2"), Key::rsa("k2")] {
        // Keys of other kinds and purposes, and those that aren't keys, don't matter.
        let mut encryption = key.public();
        encryption["use"] = "enc".into();
        let keys = json!([
            {"kty": "odd", "kid": "k2"}, 1, encryption, Key::ec("k1").public(), key.public()
        ]);
        let algorithm = format!(
            r#","id_token_signing_alg_values_supported":["{:?}"]"#,
            key.algorithm
        );
        let (outcome, server) = sign_in_with(keys, &algorithm, |issuer, nonce| {
            key.sign(&claims(issuer, nonce))
        })
        .await;
        let tokens = outcome.expect("tokens");
        let claims = tokens.id_token_claims().expect("claims");
        assert_eq!(claims.subject(), "user-1");
        assert!(claims.issuer().starts_with("http://127.0.0.1:"));
        assert_eq!(claims.get("email"), Some(&json!("a@example.com")));
        assert!(!format!("{tokens:?}{claims:?}").contains("a@example.com"));
        assert!(server.requests()[1].starts_with("GET /keys HTTP/1.1"));
    }
}

#[tokio::test]
async fn claims_that_do_not_fit_are_rejected() {
    type Change = fn(&mut Value);
    let cases: [(&str, Change); 16] = [
        ("it is from another issuer", |it| {
            it["iss"] = "https://other.example".into()
        }),
        ("it has no subject", |it| it["sub"] = Value::Null),
        ("it is for another app", |it| it["aud"] = "other".into()),
        ("it is for another app", |it| it["aud"] = json!([])),
        ("it was issued to another app", |it| {
            it["aud"] = json!(["app", "other"])
        }),
        ("it was issued to another app", |it| {
            it["azp"] = "other".into()
        }),
        ("it has expired", |it| it["exp"] = (now() - 61).into()),
        ("it has expired", |it| it["exp"] = Value::Null),
        ("it has expired", |it| it["exp"] = (-1).into()),
        ("it was issued in the future, or doesn't say when", |it| {
            it["iat"] = (now() + 90).into();
        }),
        ("it was issued in the future, or doesn't say when", |it| {
            it["iat"] = Value::Null
        }),
        ("it was issued in the future, or doesn't say when", |it| {
            it["iat"] = 1e300.into()
        }),
        ("it isn't valid yet", |it| it["nbf"] = (now() + 90).into()),
        ("it isn't valid yet", |it| it["nbf"] = "x".into()),
        ("it is that of another sign-in", |it| {
            it["nonce"] = "other".into()
        }),
        ("it is that of another sign-in", |it| {
            it["nonce"] = Value::Null
        }),
    ];
    let key = Key::ec("k1");
    for (expected, change) in cases {
        let (outcome, _) = sign_in_with(json!([key.public()]), "", |issuer, nonce| {
            let mut claims = claims(issuer, nonce);
            change(&mut claims);
            key.sign(&claims)
        })
        .await;
        let error = outcome.expect_err(expected);
        assert!(matches!(error, SignInError::IdToken(_)), "{error:?}");
        assert_eq!(
            error.to_string(),
            format!("the ID token is invalid: {expected}")
        );
    }
}

#[tokio::test]
async fn claims_within_the_leeway_and_of_several_audiences_are_accepted() {
    type Change = fn(&mut Value);
    let cases: [Change; 4] = [
        |it| it["exp"] = (now() - 30).into(),
        |it| it["iat"] = (now() + 30).into(),
        |it| {
            it["aud"] = json!(["other", "app"]);
            it["azp"] = "app".into();
        },
        |it| it["nbf"] = now().into(),
    ];
    let key = Key::ec("k1");
    for change in cases {
        let (outcome, _) = sign_in_with(json!([key.public()]), "", |issuer, nonce| {
            let mut claims = claims(issuer, nonce);
            change(&mut claims);
            key.sign(&claims)
        })
        .await;
        assert!(outcome.expect("tokens").id_token_claims().is_some());
    }
}

#[tokio::test]
async fn signatures_that_prove_nothing_are_rejected() {
    const NO_KEY: &str = "no key of the issuer verifies its signature";
    const ALGORITHM: &str = "its signature has an algorithm that isn't accepted";
    const HEADER: &str = "it has no header with a known algorithm";
    let (key, other) = (Key::ec("k1"), Key::ec("k1"));
    type Make<'a> = Box<dyn FnOnce(&str, &str) -> String + 'a>;
    let valid = |issuer: &str, nonce: &str| key.sign(&claims(issuer, nonce));
    let unsigned = |header: &str, issuer: &str, nonce: &str| {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let claims = claims(issuer, nonce).to_string();
        format!("{}.{}.", encode(header), encode(&claims))
    };
    let cases: Vec<(&str, &str, Make<'_>)> = vec![
        (
            NO_KEY,
            "",
            Box::new(|issuer, nonce| other.sign(&claims(issuer, nonce))),
        ),
        (
            NO_KEY,
            "",
            Box::new(|issuer, nonce| {
                // Other claims under the same signature.
                let token = valid(issuer, nonce);
                let parts: Vec<_> = token.split('.').collect();
                let mut changed = claims(issuer, nonce);
                changed["sub"] = "admin".into();
                let payload = URL_SAFE_NO_PAD.encode(changed.to_string());
                format!("{}.{payload}.{}", parts[0], parts[2])
            }),
        ),
        (
            NO_KEY,
            "",
            Box::new(|issuer, nonce| unsigned(r#"{"alg":"ES256","kid":"k1"}"#, issuer, nonce)),
        ),
        (
            HEADER,
            "",
            Box::new(|issuer, nonce| unsigned(r#"{"alg":"none"}"#, issuer, nonce)),
        ),
        (HEADER, "", Box::new(|_, _| "not a token".to_owned())),
        (
            ALGORITHM,
            "",
            Box::new(|issuer, nonce| {
                // The public key, which everyone knows, as the secret of an HMAC.
                let secret = EncodingKey::from_secret(key.public().to_string().as_bytes());
                let header = Header::new(Algorithm::HS256);
                encode(&header, &claims(issuer, nonce), &secret.expect("a key")).expect("a token")
            }),
        ),
        (
            ALGORITHM,
            r#","id_token_signing_alg_values_supported":["RS256"]"#,
            Box::new(valid),
        ),
    ];
    for (expected, properties, token) in cases {
        let (outcome, _) = sign_in_with(json!([key.public()]), properties, token).await;
        let error = outcome.expect_err(expected);
        assert_eq!(
            error.to_string(),
            format!("the ID token is invalid: {expected}")
        );
    }
}

#[tokio::test]
async fn claims_without_metadata_or_openid_are_not_offered() {
    let token = Key::ec("k1").sign(&claims("https://id.example.com", "n"));
    let tokens = format!(r#"{{"access_token":"a","id_token":"{token}"}}"#);
    for scopes in [&["openid"][..], &[]] {
        let server = super::support::server(vec![reply("200 OK", &tokens)]).await;
        let running = Running::start(sign_in(&server.url).scopes(scopes)).await;
        assert_eq!(running.parameter("nonce").is_some(), !scopes.is_empty());
        running.approve().await;
        let tokens = running.end().await.expect("tokens");
        assert!(tokens.id_token().is_some());
        assert!(tokens.id_token_claims().is_none());
    }
}

/// Runs a device login at an issuer with this ID token.
async fn device_login(
    issuer: &str,
    path: &str,
    token: impl FnOnce(&str) -> String,
    key: &Key,
) -> Result<TokenSet, DeviceLoginError> {
    let keys = json!({ "keys": [key.public()] }).to_string();
    let server = Server::start_with(|url| {
        let metadata = format!(
            r#"{{"issuer":"{url}{issuer}","token_endpoint":"{url}/token","device_authorization_endpoint":"{url}/device","jwks_uri":"{url}/keys"}}"#
        );
        let codes = r#"{"device_code":"d","user_code":"u","verification_uri":"https://a.example","expires_in":60}"#;
        let tokens = format!(r#"{{"access_token":"a","id_token":"{}"}}"#, token(url));
        [&metadata, codes, &tokens, &keys]
            .map(|body| reply("200 OK", body))
            .to_vec()
    })
    .await;
    let client = Client::builder().base_url(&server.url).build();
    let flow = Flow::new(client.expect("a client"));
    let login = DeviceLoginRequest::new(flow, "app")
        .issuer(format!("{}{path}", server.url))
        .scopes(["openid"])
        .clock(TestClock::new());
    login.start().await.expect("codes").wait().await
}

#[tokio::test]
async fn a_device_login_validates_its_token_without_a_nonce() {
    let key = Key::ec("k1");
    let at_test_time = |mut claims: Value| {
        // The clock of the test is not that of the system.
        claims["iat"] = 1_769_860_800.into();
        claims
    };
    let token = |url: &str| key.sign(&at_test_time(claims(url, "")));
    let tokens = device_login("", "", token, &key).await.expect("tokens");
    assert_eq!(
        tokens.id_token_claims().expect("claims").subject(),
        "user-1"
    );

    let token = |_: &str| key.sign(&at_test_time(claims("https://other.example", "")));
    let error = device_login("", "", token, &key)
        .await
        .expect_err("rejected");
    assert!(matches!(error, DeviceLoginError::IdToken(_)), "{error:?}");
}

#[tokio::test]
async fn a_token_of_microsoft_names_its_tenant() {
    let key = Key::ec("k1");
    for (issuer, tenant, is_accepted) in [
        ("/t1/v2.0", "t1", true),
        ("/t1/v2.0", "t2", false),
        ("/a/t1/v2.0", "t1", false),
        ("/{tenantid}/v2.0", "{tenantid}", false),
    ] {
        let token = |url: &str| {
            let mut claims = claims(&format!("{url}{issuer}"), "");
            claims["tid"] = tenant.into();
            claims["iat"] = 1_769_860_800.into();
            key.sign(&claims)
        };
        let outcome = device_login("/{tenantid}/v2.0", "/common/v2.0", token, &key).await;
        assert_eq!(
            outcome.is_ok(),
            is_accepted,
            "{issuer} {tenant}: {outcome:?}"
        );
    }
}
