//! Device logins that another process continues.

use std::time::Duration;

use wiretrue::oauth::{DeviceLoginError, PendingDeviceLogin};

use crate::device::support::{Script, codes, error, json as json_reply, tokens};

/// Writes the state of a login as the first process does.
async fn first_process(properties: &str) -> (String, Script) {
    let script = Script::new([codes(properties)]);
    let login = script.start().await;
    let json = serde_json::to_string(&login.to_pending()).expect("JSON");
    (json, script)
}

fn read(json: &str) -> PendingDeviceLogin {
    serde_json::from_str(json).expect("a login")
}

#[tokio::test]
async fn another_process_continues_a_login() {
    let properties = r#","expires_in":600,"interval":7,"message":"Hi","verification_uri_complete":"https://a.example/device?c=1""#;
    let (json, first) = first_process(properties).await;
    let second = Script::new([error("authorization_pending"), tokens()]);
    second.clock.pass(Duration::from_secs(100));
    let login = second.login().resume(read(&json)).expect("a login");
    assert_eq!(login.user_code().as_str(), "WDJB-MJHT");
    assert_eq!(login.verification_uri(), "https://a.example/device");
    let complete = Some("https://a.example/device?c=1");
    assert_eq!(login.verification_uri_complete(), complete);
    assert_eq!(login.message(), Some("Hi"));
    assert_eq!(login.interval(), Duration::from_secs(7));
    assert_eq!(login.expires_in(), Duration::from_secs(500));
    login.wait().await.expect("tokens");
    assert_eq!(second.polls(), [107.0, 114.0]);
    assert!(second.bodies()[0].contains("device_code=d3vice"));
    assert_eq!(first.bodies().len(), 1);
}

#[tokio::test]
async fn another_process_also_validates_the_id_token() {
    let unsigned = r#"{"access_token":"a","token_type":"Bearer","id_token":"e30.e30."}"#;
    let metadata = || {
        let endpoints = r#""token_endpoint":"https://a.example/token","device_authorization_endpoint":"https://a.example/device","jwks_uri":"https://a.example/keys""#;
        json_reply(
            200,
            &format!(r#"{{"issuer":"https://a.example",{endpoints}}}"#),
        )
    };
    for (scopes, is_valid) in [(&[][..], true), (&["openid"], false)] {
        let first = Script::new([metadata(), codes("")]);
        let login = first.login().issuer("https://a.example").scopes(scopes);
        let login = login.start().await.expect("codes");
        let json = serde_json::to_string(&login.to_pending()).expect("JSON");
        let keys = json_reply(200, r#"{"keys":[]}"#);
        let second = Script::new([metadata(), json_reply(200, unsigned), keys]);
        let login = second.login().issuer("https://a.example");
        let login = login.resume(read(&json)).expect("a login");
        let result = login.wait().await;
        assert_eq!(result.is_ok(), is_valid, "{scopes:?}: {result:?}");
    }
}

#[tokio::test]
async fn an_expired_login_is_an_error_at_once() {
    let (json, _) = first_process(r#","expires_in":600"#).await;
    for seconds in [600, 601, 1_000_000] {
        let second = Script::new([]);
        second.clock.pass(Duration::from_secs(seconds));
        let result = second.login().resume(read(&json));
        assert!(matches!(result, Err(DeviceLoginError::ExpiredToken)));
    }
    let second = Script::new([error("authorization_pending")]);
    second.clock.pass(Duration::from_secs(594));
    let login = second.login().resume(read(&json)).expect("a login");
    let result = login.wait().await;
    assert!(matches!(result, Err(DeviceLoginError::ExpiredToken)));
    assert_eq!(second.polls(), [599.0]);
}

#[tokio::test]
async fn a_login_continues_only_at_its_server() {
    let (json, _) = first_process("").await;
    let second = Script::new([]);
    let elsewhere = second.login().issuer("https://other.example");
    let error = elsewhere.resume(read(&json)).expect_err("another server");
    let message = error.to_string();
    assert!(
        message.contains("the login was started at the server"),
        "{message}"
    );
    assert!(
        message.contains("not \"https://other.example\""),
        "{message}"
    );
    let other = json.replace(r#""client_id":"app""#, r#""client_id":"other""#);
    let error = second
        .login()
        .resume(read(&other))
        .expect_err("another app");
    assert!(
        error
            .to_string()
            .contains("by the app \"other\", not \"app\""),
        "{error}"
    );
    assert!(second.bodies().is_empty());
}

#[tokio::test]
async fn the_text_is_read_leniently_and_never_printed() {
    let (json, script) = first_process("").await;
    let newer = json.replacen('{', r#"{"future":[1],"#, 1);
    let printed = format!(
        "{:?} {:?}",
        read(&newer),
        script.login().resume(read(&newer))
    );
    assert!(!printed.contains("d3vice"), "{printed}");
    assert!(!printed.contains("WDJB"), "{printed}");
    for required in [
        "server",
        "client_id",
        "device_code",
        "user_code",
        "verification_uri",
        "expires_at",
    ] {
        let without = json.replace(&format!("\"{required}\":"), "\"nothing\":");
        let error = serde_json::from_str::<PendingDeviceLogin>(&without).expect_err(required);
        assert!(error.to_string().contains(required), "{error}");
        assert!(!format!("{error:?}").contains("d3vice"), "{error:?}");
    }
    for broken in ["", "[]", "\"d3vice\"", "{\"device_code\":\"d3vice"] {
        let error = serde_json::from_str::<PendingDeviceLogin>(broken).expect_err(broken);
        assert!(!format!("{error:?}").contains("d3vice"), "{error:?}");
    }
}
