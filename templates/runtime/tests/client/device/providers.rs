//! How providers deviate from the standard. Each table is a dialogue: the replies, and the outcome
//! of the login.

use std::time::Duration;
use wiretrue::oauth::DeviceLoginError;

use secrecy::ExposeSecret;

use super::support::{Reply, Script, assert_oauth, json, typed};

/// How a login ends.
enum End {
    /// Returns this access token.
    Tokens(&'static str),
    Denied,
    Expired,
    OAuth(&'static str),
}

/// Runs a dialogue after `start`: the replies, the times of the polls, and the outcome.
async fn assert_dialogue(start: &Reply, polls: &[(f64, Reply)], end: End) {
    let replies = polls.iter().map(|(_, response)| response.clone());
    let script = Script::new([start.clone()].into_iter().chain(replies));
    let outcome = script.run().await;
    let times: Vec<f64> = polls.iter().map(|(at, _)| *at).collect();
    assert_eq!(script.polls(), times, "{polls:?}");
    match end {
        End::Tokens(expected) => {
            let tokens = outcome.expect("tokens");
            assert_eq!(tokens.access_token().expose_secret(), expected);
        }
        End::Denied => assert!(
            matches!(outcome, Err(DeviceLoginError::AccessDenied)),
            "{outcome:?}"
        ),
        End::Expired => assert!(
            matches!(outcome, Err(DeviceLoginError::ExpiredToken)),
            "{outcome:?}"
        ),
        End::OAuth(code) => assert_oauth(outcome, code),
    }
}

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

#[tokio::test]
async fn github_responds_with_200_and_forms() {
    let start = typed(
        200,
        FORM,
        "device_code=3584d83530557fdd1f46af8289938c8ef79f9dc5&expires_in=899&interval=5\
         &user_code=WDJB-MJHT&verification_uri=https%3A%2F%2Fgithub.com%2Flogin%2Fdevice",
    );
    let login = Script::new([start.clone()]).start().await;
    assert_eq!(login.verification_uri(), "https://github.com/login/device");
    assert_eq!(login.expires_in(), Duration::from_secs(899));

    let pending = || {
        typed(
            200,
            FORM,
            "error=authorization_pending&error_description=The+authorization+request+is+still+pending.",
        )
    };
    let slow_down = || json(200, r#"{"error":"slow_down","interval":10}"#);
    let slow_down_form = || typed(200, FORM, "error=slow_down&interval=15");
    let tokens = || {
        typed(
            200,
            FORM,
            "access_token=gho_16C7e42F&scope=repo%2Cgist&token_type=bearer",
        )
    };
    let dialogue = [
        (5.0, pending()),
        (10.0, slow_down()),
        (20.0, slow_down_form()),
        (35.0, pending()),
        (50.0, tokens()),
    ];
    assert_dialogue(&start, &dialogue, End::Tokens("gho_16C7e42F")).await;
    for (body, end) in [
        ("error=access_denied", End::Denied),
        ("error=expired_token", End::Expired),
        (
            "error=incorrect_device_code",
            End::OAuth("incorrect_device_code"),
        ),
        (
            "error=device_flow_disabled",
            End::OAuth("device_flow_disabled"),
        ),
    ] {
        assert_dialogue(&start, &[(5.0, typed(200, FORM, body))], end).await;
    }
}

#[tokio::test]
async fn google_sends_verification_url_and_428_and_403() {
    let start = json(
        200,
        r#"{"device_code":"4/4-GMMhmHCXhWEzkobqIHGG_EnNYYsAkukHspeYUk9E8",
            "user_code":"GQVQ-JKEC","verification_url":"https://www.google.com/device",
            "expires_in":1800,"interval":5}"#,
    );
    let login = Script::new([start.clone()]).start().await;
    assert_eq!(login.verification_uri(), "https://www.google.com/device");

    let pending = json(
        428,
        r#"{"error":"authorization_pending","error_description":"Precondition Required"}"#,
    );
    let slow_down = json(
        403,
        r#"{"error":"slow_down","error_description":"Forbidden"}"#,
    );
    let tokens = json(
        200,
        r#"{"access_token":"1/fFAGRNJru1FTz70BzhT3Zg","expires_in":3920,"scope":"openid email",
            "token_type":"Bearer","refresh_token":"1/xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C"}"#,
    );
    let dialogue = [
        (5.0, pending.clone()),
        (10.0, slow_down),
        (20.0, pending),
        (30.0, tokens),
    ];
    assert_dialogue(&start, &dialogue, End::Tokens("1/fFAGRNJru1FTz70BzhT3Zg")).await;
    for (status, body, end) in [
        (
            403,
            r#"{"error":"access_denied","error_description":"Forbidden"}"#,
            End::Denied,
        ),
        (
            401,
            r#"{"error":"invalid_client"}"#,
            End::OAuth("invalid_client"),
        ),
        (
            400,
            r#"{"error":"invalid_grant","error_description":"Bad Request"}"#,
            End::OAuth("invalid_grant"),
        ),
    ] {
        assert_dialogue(&start, &[(5.0, json(status, body))], end).await;
    }
}

#[tokio::test]
async fn microsoft_sends_its_own_codes_and_a_message() {
    let start = json(
        200,
        r#"{"user_code":"FJC3WCNEA","device_code":"FAQABAAEAAAD","verification_uri":"https://microsoft.com/devicelogin",
            "expires_in":"900","interval":"5",
            "message":"Öffnen Sie https://microsoft.com/devicelogin und geben Sie FJC3WCNEA ein."}"#,
    );
    let login = Script::new([start.clone()]).start().await;
    assert!(
        login
            .message()
            .is_some_and(|text| text.starts_with("Öffnen"))
    );
    assert_eq!(login.expires_in(), Duration::from_secs(900));
    assert!(
        login.user_code().check().is_err(),
        "it goes on all the same"
    );

    let pending = json(
        400,
        r#"{"error":"authorization_pending","error_description":"AADSTS70016: pending","error_codes":[70016],
            "error_uri":"https://login.microsoftonline.com/error?code=70016"}"#,
    );
    let tokens = json(
        200,
        r#"{"token_type":"Bearer","expires_in":"3599","access_token":"eyJ0eXAi","id_token":"eyJ1c2Vy"}"#,
    );
    let dialogue = [(5.0, pending), (10.0, tokens)];
    assert_dialogue(&start, &dialogue, End::Tokens("eyJ0eXAi")).await;
    for (body, end) in [
        (r#"{"error":"authorization_declined"}"#, End::Denied),
        (
            r#"{"error":"bad_verification_code"}"#,
            End::OAuth("bad_verification_code"),
        ),
        (r#"{"error":"expired_token"}"#, End::Expired),
        (r#"{"error":"code_expired"}"#, End::Expired),
    ] {
        assert_dialogue(&start, &[(5.0, json(400, body))], end).await;
    }
}

#[tokio::test]
async fn auth0_sends_403_for_pending_and_429_for_slow_down() {
    let start = json(
        200,
        r#"{"device_code":"Ag_EE","user_code":"QTZL-MCBW","verification_uri":"https://acme.us.auth0.com/activate",
            "verification_uri_complete":"https://acme.us.auth0.com/activate?user_code=QTZL-MCBW",
            "expires_in":60,"interval":5}"#,
    );
    let login = Script::new([start.clone()]).start().await;
    assert_eq!(
        login.verification_uri_complete(),
        Some("https://acme.us.auth0.com/activate?user_code=QTZL-MCBW")
    );
    assert_eq!(login.user_code().check(), Ok(()));

    let pending = json(
        403,
        r#"{"error":"authorization_pending","error_description":"User has yet to authorize device code."}"#,
    );
    let slow_down = json(
        429,
        r#"{"error":"slow_down","error_description":"You are polling faster than the specified interval of 5 seconds."}"#,
    );
    let limit = json(
        429,
        r#"{"error":"too_many_requests","error_description":"Global limit has been reached"}"#,
    );
    let tokens = json(
        200,
        r#"{"access_token":"eyJz93a","refresh_token":"GEbRxBN","id_token":"eyJ0XAi","token_type":"Bearer","expires_in":86400}"#,
    );
    let dialogue = [
        (5.0, pending.clone()),
        (10.0, slow_down),
        (20.0, limit.with("retry-after", "1")),
        (35.0, pending),
        (50.0, tokens),
    ];
    assert_dialogue(&start, &dialogue, End::Tokens("eyJz93a")).await;
    let grant = || {
        json(
            403,
            r#"{"error":"invalid_grant","error_description":"Invalid or expired device code."}"#,
        )
    };
    for (response, end) in [
        (
            json(
                403,
                r#"{"error":"access_denied","error_description":"User cancelled the confirmation prompt."}"#,
            ),
            End::Denied,
        ),
        (
            json(
                403,
                r#"{"error":"expired_token","error_description":"The device code has expired."}"#,
            ),
            End::Expired,
        ),
        (grant(), End::OAuth("invalid_grant")),
        (grant().after(55), End::Expired),
    ] {
        assert_dialogue(&start, &[(5.0, response)], end).await;
    }
}

#[tokio::test]
async fn okta_follows_the_standard() {
    let start = json(
        200,
        r#"{"device_code":"1a521d9f-0922-4e6d-8db9-8b654297435a","user_code":"GDLMZQCT",
            "verification_uri":"https://acme.okta.com/activate",
            "verification_uri_complete":"https://acme.okta.com/activate?user_code=GDLMZQCT",
            "expires_in":600,"interval":5}"#,
    );
    assert_eq!(
        Script::new([start.clone()])
            .start()
            .await
            .user_code()
            .check(),
        Ok(())
    );
    let response = |code: &str| {
        json(
            400,
            &format!(
                r#"{{"error":"{code}","error_description":"The device authorization is pending."}}"#
            ),
        )
    };
    let tokens = json(
        200,
        r#"{"token_type":"Bearer","expires_in":3600,"access_token":"eyJhbGc","scope":"openid profile offline_access",
            "refresh_token":"yk4SdXn","id_token":"eyJraWQ"}"#,
    );
    let dialogue = [
        (5.0, response("authorization_pending")),
        (10.0, response("slow_down")),
        (20.0, tokens),
    ];
    assert_dialogue(&start, &dialogue, End::Tokens("eyJhbGc")).await;
    for (code, end) in [
        ("access_denied", End::Denied),
        ("expired_token", End::Expired),
        ("invalid_grant", End::OAuth("invalid_grant")),
    ] {
        assert_dialogue(&start, &[(5.0, response(code))], end).await;
    }
}
