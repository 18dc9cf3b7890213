//! The endpoints for apps, and requests that violate HTTP.

use serde_json::json;

use crate::support::{ACCOUNT, APP, DEVICE_CODE, Peer};

#[tokio::test]
async fn codes_have_the_members_of_the_standard() {
    let peer = Peer::start().await;
    for (path, headers, form, status) in [
        ("/device_authorization", "", "client_id=OQ-example", 200),
        (
            "/v1/device/code",
            ACCOUNT,
            "ClientSid=OQ-example&Scopes=a",
            201,
        ),
    ] {
        let answer = peer.post(path, headers, form).await;
        assert_eq!(answer.status, status);
        let codes = answer.json();
        let user_code = codes["user_code"].as_str().expect("a user code");
        assert_eq!(
            twilio_oauth::oauth::UserCode::new(user_code).check(),
            Ok(())
        );
        let url = peer.server.url();
        let expected = json!({
            "device_code": codes["device_code"],
            "user_code": user_code,
            "verification_uri": format!("{url}/device"),
            "verification_uri_complete": format!("{url}/device?user_code={user_code}"),
            "expires_in": 600,
            "interval": 5,
        });
        assert_eq!(codes, expected);
        assert_eq!(codes["device_code"].as_str().map(str::len), Some(43));
    }
}

#[tokio::test]
async fn scopes_are_separated_by_spaces_or_repeated_and_kept_once() {
    let peer = Peer::start().await;
    let twilio = "ClientSid=OQ-example&Scopes=email&Scopes=a%3Ab&Scopes=email&Scopes=openid";
    let standard = "client_id=OQ-example&scope=openid+email%20a:b++email";
    for (path, headers, form) in [
        ("/v1/device/code", ACCOUNT, twilio),
        ("/device_authorization", "", standard),
    ] {
        let codes = peer.post(path, headers, form).await.json();
        let user_code = codes["user_code"].as_str().expect("a user code");
        peer.decide(user_code, "approve").await;
        let device_code = codes["device_code"].as_str().expect("a device code");
        let tokens = peer.poll(device_code).await.json();
        // The server issues no ID tokens, so it doesn't grant `openid`.
        assert_eq!(tokens["scope"], "email a:b", "{form}");
        assert_eq!(tokens.get("refresh_token"), None);
    }
}

#[tokio::test]
async fn twilio_s_tokens_come_with_201_and_an_absolute_time() {
    let peer = Peer::start().await;
    let login = peer.authorize("&scope=offline_access").await;
    peer.decide(&login.user_code, "approve").await;
    let form = format!(
        "GrantType={DEVICE_CODE}&ClientSid={APP}&DeviceCode={}",
        login.device_code
    );
    let answer = peer.post("/v1/token", ACCOUNT, &form).await;
    assert_eq!(answer.status, 201);
    let tokens = answer.json();
    assert_eq!(tokens["access_token_expires_at"], "2026-01-31T13:00:00Z");
    assert!(tokens["refresh_token"].is_string());
}

#[tokio::test]
async fn a_refresh_token_is_used_once_and_gives_no_more_than_was_approved() {
    let peer = Peer::start().await;
    let login = peer.authorize("&scope=email+profile+offline_access").await;
    peer.decide(&login.user_code, "approve").await;
    let tokens = peer.poll(&login.device_code).await.json();
    let first = tokens["refresh_token"].as_str().expect("a refresh token");
    let refresh = async |token: &str, more: &str| {
        let form = format!("grant_type=refresh_token&client_id={APP}&refresh_token={token}{more}");
        peer.post("/token", "", &form).await
    };
    let more = refresh(first, "&scope=email+phone").await;
    assert_eq!(more.error(), (400, "invalid_scope".to_owned()));
    let tokens = refresh(first, "&scope=email+offline_access").await.json();
    assert_eq!(tokens["scope"], "email offline_access");
    let second = tokens["refresh_token"].as_str().expect("a refresh token");
    assert_ne!(first, second);
    let again = refresh(first, "").await;
    assert_eq!(again.error(), (400, "invalid_grant".to_owned()));
    assert_eq!(
        refresh(second, "").await.json()["scope"],
        "email offline_access"
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_told_by_the_standard_s_errors() {
    let peer = Peer::start().await;
    for (path, form, status, error) in [
        ("/device_authorization", "", 401, "invalid_client"),
        ("/device_authorization", "client_id=", 401, "invalid_client"),
        (
            "/device_authorization",
            "client_id=other",
            401,
            "invalid_client",
        ),
        (
            "/device_authorization",
            "client_id=OQ-example&client_secret=s",
            401,
            "invalid_client",
        ),
        (
            "/device_authorization",
            "client_id=OQ-example&client_id=OQ-example",
            400,
            "invalid_request",
        ),
        (
            "/device_authorization",
            "client_id=OQ-example&scope=a&scope=b",
            400,
            "invalid_request",
        ),
        (
            "/device_authorization",
            "client_id=OQ-example&scope=%22",
            400,
            "invalid_scope",
        ),
        (
            "/device_authorization",
            "client_id=OQ-example&scope=%C3%BC",
            400,
            "invalid_scope",
        ),
        (
            "/device_authorization",
            "client_id=OQ-example&scope=a%0Ab",
            400,
            "invalid_scope",
        ),
        ("/token", "", 401, "invalid_client"),
        ("/token", "client_id=OQ-example", 400, "invalid_request"),
        (
            "/token",
            "client_id=OQ-example&grant_type=password",
            400,
            "unsupported_grant_type",
        ),
        (
            "/token",
            "client_id=OQ-example&grant_type=refresh_token",
            400,
            "invalid_request",
        ),
        (
            "/token",
            "client_id=OQ-example&grant_type=refresh_token&refresh_token=r",
            400,
            "invalid_grant",
        ),
        (
            "/token",
            "client_id=OQ-example&grant_type=urn:ietf:params:oauth:grant-type:device_code",
            400,
            "invalid_request",
        ),
        (
            "/token",
            "client_id=OQ-example&grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=d",
            400,
            "invalid_grant",
        ),
        (
            "/token",
            "client_id=OQ-example&grant_type=urn:ietf:params:oauth:grant-type:device_code\
             &device_code=d&device_code=e",
            400,
            "invalid_request",
        ),
    ] {
        let answer = peer.post(path, "", form).await;
        assert_eq!(answer.error(), (status, error.to_owned()), "{path}: {form}");
        assert_eq!(answer.header("www-authenticate").is_some(), status == 401);
    }
}

#[tokio::test]
async fn twilio_s_endpoints_ask_for_the_account() {
    let peer = Peer::start().await;
    for path in ["/v1/device/code", "/v1/token"] {
        for headers in [
            "",
            "authorization: Basic QUMtZXhhbXBsZTp3cm9uZw==\r\n",
            "authorization: Bearer QUMtZXhhbXBsZTpleGFtcGxlLWF1dGgtdG9rZW4=\r\n",
            "authorization: Basic ****\r\n",
        ] {
            let answer = peer.post(path, headers, "ClientSid=OQ-example").await;
            assert_eq!(answer.status, 401, "{headers}");
            assert_eq!(answer.json()["code"], 20003);
        }
    }
}

#[tokio::test]
async fn an_app_with_a_secret_proves_it_in_the_header_or_in_the_form() {
    let peer = Peer::with_secret(Some("a+b:ü%")).await;
    // `OQ-example:a%2Bb%3A%C3%BC%25` and `OQ-example:wrong` in base64 (RFC 6749 section 2.3.1).
    let basic = "authorization: Basic T1EtZXhhbXBsZTphJTJCYiUzQSVDMyVCQyUyNQ==\r\n";
    let wrong = "authorization: Basic T1EtZXhhbXBsZTp3cm9uZw==\r\n";
    for (headers, form, status) in [
        (basic, "", 200),
        (basic, "client_id=OQ-example", 200),
        (basic, "client_id=other", 401),
        (wrong, "", 401),
        (
            wrong,
            "client_id=OQ-example&client_secret=a%2Bb%3A%C3%BC%25",
            401,
        ),
        (
            "",
            "client_id=OQ-example&client_secret=a%2Bb%3A%C3%BC%25",
            200,
        ),
        ("", "client_id=OQ-example&client_secret=a", 401),
        ("", "client_id=OQ-example", 401),
    ] {
        let answer = peer.post("/device_authorization", headers, form).await;
        assert_eq!(answer.status, status, "{headers}{form}");
    }
}

#[tokio::test]
async fn the_metadata_names_the_endpoints() {
    for (secret, methods) in [
        (None, json!(["none"])),
        (
            Some("s"),
            json!(["client_secret_basic", "client_secret_post"]),
        ),
    ] {
        let peer = Peer::with_secret(secret).await;
        let url = peer.server.url();
        for path in [
            "/.well-known/oauth-authorization-server",
            "/.well-known/openid-configuration",
            "/v1/.well-known/openid-configuration",
        ] {
            let metadata = peer.get(path).await.json();
            assert_eq!(metadata["issuer"], url);
            assert_eq!(metadata["token_endpoint"], format!("{url}/token"));
            let endpoint = &metadata["device_authorization_endpoint"];
            assert_eq!(*endpoint, format!("{url}/device_authorization"));
            assert_eq!(metadata["token_endpoint_auth_methods_supported"], methods);
        }
    }
}

#[tokio::test]
async fn what_isn_t_there_or_isn_t_allowed_is_refused() {
    let peer = Peer::start().await;
    for (line, status, allow) in [
        ("GET /nothing", 404, None),
        ("GET /device/", 404, None),
        ("DELETE /device", 405, Some("GET, POST")),
        ("GET /token", 405, Some("POST")),
        ("POST /style.css", 405, Some("GET")),
        ("HEAD /token", 405, Some("POST")),
        ("HEAD /device", 200, None),
        ("GET /", 303, None),
    ] {
        let answer = peer.send(line, "", "").await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (status, allow),
            "{line}"
        );
        assert!(
            !line.starts_with("HEAD") || answer.body.is_empty(),
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_body_is_a_form_of_16_kib_at_most() {
    let peer = Peer::start().await;
    let long = format!("user_code={}", "a".repeat(16 * 1024));
    assert_eq!(peer.post("/device", "", &long).await.status, 413);
    let longest = &long[..16 * 1024];
    assert_eq!(peer.post("/device", "", longest).await.status, 422);
    let chunked = format!(
        "POST /device HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\
         content-type: application/x-www-form-urlencoded\r\n\r\n{:x}\r\n{long}\r\n0\r\n\r\n",
        peer.host(),
        long.len(),
    );
    assert_eq!(peer.raw(&chunked).await.status, 413);
    let json = "content-type: application/json\r\n";
    assert_eq!(peer.send("POST /device", json, "{}").await.status, 415);
    assert_eq!(peer.send("POST /token", "", "a=b").await.status, 415);
}

#[tokio::test]
async fn only_its_own_name_is_answered() {
    let peer = Peer::start().await;
    let (_, port) = peer
        .host()
        .split_once(':')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .expect("a port");
    for (host, status) in [
        (format!("127.0.0.1:{port}"), 200),
        (format!("LOCALHOST:{port}"), 200),
        (format!("attacker.example:{port}"), 421),
        ("127.0.0.1".to_owned(), 421),
    ] {
        let request = format!("GET /device HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        assert_eq!(peer.raw(&request).await.status, status, "{host}");
    }
}
