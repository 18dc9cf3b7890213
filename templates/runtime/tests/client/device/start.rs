//! How a login starts, and how it fails to start.

use http::StatusCode;
use wiretrue::Error;
use wiretrue::oauth::{ClientAuthentication, DeviceLoginError};

use super::support::{Reply, Script, codes, json, typed};

#[tokio::test]
async fn settings_are_sent_to_both_operations() {
    let script = Script::new([codes(""), super::support::tokens()]);
    let request = script
        .login()
        .scopes(["openid  profile", "email"])
        .audiences(["https://api.example"])
        .client_secret("s3cret");
    assert!(!format!("{request:?}").contains("s3cret"));
    let login = request.start().await.expect("a login");
    login.wait().await.expect("tokens");
    assert_eq!(
        script.bodies(),
        [
            "client_id=app&client_secret=s3cret&scope=openid+profile+email\
             &audience=https%3A%2F%2Fapi.example",
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=app\
             &client_secret=s3cret&device_code=d3vice",
        ]
    );
}

#[tokio::test]
async fn settings_without_a_field_are_rejected_before_sending() {
    let mut script = Script::new([]);
    let login = script.login().audiences(["a", "b"]).start().await;
    let message = login.expect_err("an error").to_string();
    assert_eq!(
        message,
        "the login operations of this API have no field for the second audience"
    );
    script.supported.scopes = false;
    script.supported.max_audiences = 0;
    script.supported.client_secret = false;
    for (login, what) in [
        (script.login().scopes(["openid"]), "scope"),
        (script.login().audiences(["a"]), "audience"),
        (script.login().client_secret("s"), "client secret"),
    ] {
        let error = login.start().await.expect_err("an error");
        assert!(
            matches!(error, DeviceLoginError::Request(Error::InvalidRequest(_))),
            "{error:?}"
        );
        assert!(error.to_string().ends_with(what), "{error}");
    }
    assert!(script.bodies().is_empty());
}

#[tokio::test]
async fn an_error_response_is_returned() {
    for status in [200, 400, 401, 403, 429] {
        let response = json(
            status,
            r#"{"error":"unauthorized_client","error_description":"No device grant"}"#,
        );
        // A 429 is retried.
        let script = Script::new(vec![response; 3]);
        let error = script.login().start().await;
        assert_eq!(
            error.expect_err("an error").to_string(),
            "the authorization server rejected the login: unauthorized_client: No device grant"
        );
    }
}

#[tokio::test]
async fn the_request_for_codes_is_retried_after_transient_failures() {
    let busy = typed(503, "text/html", "<h1>Busy</h1>").with("retry-after", "7");
    let script = Script::new([Reply::Unreachable, busy, codes("")]);
    let login = script.login().start().await.expect("codes");
    assert_eq!(login.verification_uri(), "https://a.example/device");
    assert_eq!(script.bodies(), ["client_id=app"; 3]);
    assert!((7.25..=7.5).contains(&script.clock.seconds()));
}

#[tokio::test]
async fn basic_authentication_replaces_both_fields() {
    let poll = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code";
    for (authentication, start, poll) in [
        (
            ClientAuthentication::Basic,
            "",
            format!("{poll}&device_code=d3vice"),
        ),
        (
            ClientAuthentication::BasicWithClientId,
            "client_id=app",
            format!("{poll}&client_id=app&device_code=d3vice"),
        ),
    ] {
        let script = Script::new([codes(""), super::support::tokens()]);
        let request = script.login().client_secret("s3cret");
        let request = request.client_authentication(authentication);
        let login = request.start().await.expect("codes");
        login.wait().await.expect("tokens");
        assert_eq!(script.bodies(), [start, &poll]);
    }
}

#[tokio::test]
async fn an_unreadable_response_is_an_error() {
    // Transient failures are retried.
    let outcome = |response: Reply| async {
        match Script::new(vec![response; 3]).login().start().await {
            Err(DeviceLoginError::Request(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    let error = outcome(typed(502, "text/html", "<h1>Bad gateway</h1>")).await;
    assert_eq!(error.status(), Some(StatusCode::BAD_GATEWAY));
    let error = outcome(json(500, r#"{"error":"internal"}"#)).await;
    assert!(matches!(error, Error::Api(_)), "{error:?}");
    let error = outcome(Reply::Unreachable).await;
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    for (body, text) in [
        ("", "the body is empty"),
        ("{}", "`$.device_code` is missing"),
        (
            r#"{"device_code":"d","user_code":""}"#,
            "`$.user_code`: expected a non-empty string, found a string",
        ),
        (
            r#"{"device_code":"d","user_code":"u"}"#,
            "`$.verification_uri` is missing",
        ),
        (r#"["d3vice"]"#, "expected an object, found an array"),
    ] {
        let error = outcome(json(200, body)).await.to_string();
        assert!(error.contains(text), "{error}");
    }
}

#[tokio::test]
async fn json_and_forms_are_recognised_without_a_media_type() {
    let form = "device_code=d&user_code=a%20b+c&verification_uri=https://a.example&user_code=2";
    let json = "\u{feff} {\"device_code\":\"d\",\"user_code\":\"a b c\",\"verification_uri\":\"https://a.example\"}";
    for response in [
        Reply::Http(200, Vec::new(), form.to_owned()),
        typed(200, "text/plain", form),
        Reply::Http(200, Vec::new(), json.to_owned()),
        typed(200, "text/html", json),
    ] {
        let login = Script::new([response]).start().await;
        assert_eq!(login.user_code().as_str(), "a b c");
        assert_eq!(login.verification_uri(), "https://a.example");
    }
}

#[tokio::test]
async fn a_login_prints_no_secret() {
    let login = Script::new([codes("")])
        .login()
        .client_secret("s3cret")
        .start()
        .await
        .expect("a login");
    let printed = format!("{login:?}");
    assert!(printed.contains("https://a.example/device"), "{printed}");
    for secret in ["d3vice", "s3cret"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
