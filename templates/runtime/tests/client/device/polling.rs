//! Polling (RFC 8628 section 3.5), by the times of the requests.

use std::sync::{Arc, Mutex};
use std::time::Duration;
use wiretrue::oauth::{DeviceLoginError, DeviceLoginProgress};

use http::StatusCode;
use secrecy::ExposeSecret;

use super::support::{Reply, Script, assert_oauth, codes, error, json, status, tokens, typed};

/// Runs a script that ends with tokens. Returns the times of the polls.
pub async fn polls(first: Reply, replies: impl IntoIterator<Item = Reply>) -> Vec<f64> {
    let replies = replies.into_iter().chain([tokens()]);
    let script = Script::new([first].into_iter().chain(replies));
    let tokens = script.run().await.expect("tokens");
    assert_eq!(tokens.access_token().expose_secret(), "t0ken");
    script.polls()
}

pub fn pending() -> Reply {
    error("authorization_pending")
}

#[tokio::test]
async fn each_poll_waits_for_the_interval() {
    for (properties, interval) in [
        ("", 5.0),
        (r#","interval":null"#, 5.0),
        (r#","interval":0"#, 5.0),
        (r#","interval":-3"#, 5.0),
        (r#","interval":"""#, 5.0),
        (r#","interval":"soon""#, 5.0),
        (r#","interval":7"#, 7.0),
        (r#","interval":"7""#, 7.0),
        (r#","interval":2.5"#, 2.5),
        (r#","interval":0.001"#, 1.0),
    ] {
        let times = polls(codes(properties), [pending(), pending()]).await;
        let expected = [interval, 2.0 * interval, 3.0 * interval];
        assert_eq!(times, expected, "{properties}");
    }
}

#[tokio::test]
async fn the_interval_counts_from_the_response() {
    let times = polls(codes("").after(3), [pending().after(2), pending()]).await;
    assert_eq!(times, [8.0, 15.0, 20.0]);
}

#[tokio::test]
async fn waiting_late_polls_at_once() {
    let script = Script::new([codes(""), pending(), tokens()]);
    let login = script.start().await;
    script.clock.pass(Duration::from_secs(60));
    login.wait().await.expect("tokens");
    assert_eq!(script.polls(), [60.0, 65.0]);
}

#[tokio::test]
async fn slow_down_adds_five_seconds_permanently() {
    let replies = [
        pending(),
        error("slow_down"),
        pending(),
        error("slow_down"),
        pending(),
    ];
    let times = polls(codes(r#","interval":2"#), replies).await;
    assert_eq!(times, [2.0, 4.0, 11.0, 18.0, 30.0, 42.0]);
}

#[tokio::test]
async fn a_larger_interval_in_slow_down_wins() {
    let text = |interval| {
        let body = format!(r#"{{"error":"slow_down","interval":{interval}}}"#);
        json(400, &body)
    };
    let times = polls(codes(""), [text("30"), pending(), text("1"), pending()]).await;
    assert_eq!(times, [5.0, 35.0, 65.0, 100.0, 135.0]);
}

#[tokio::test]
async fn a_429_without_a_code_is_slow_down_and_its_retry_after_applies_once() {
    let bare = || typed(429, "text/plain", "Too many requests");
    let times = polls(codes(""), [bare(), pending()]).await;
    assert_eq!(times, [5.0, 15.0, 25.0]);
    let times = polls(codes(""), [bare().with("retry-after", "40"), pending()]).await;
    assert_eq!(times, [5.0, 45.0, 55.0]);
    // The test's clock starts at noon.
    let date = "Sat, 31 Jan 2026 12:01:05 GMT";
    let times = polls(codes(""), [bare().with("retry-after", date), pending()]).await;
    assert_eq!(times, [5.0, 65.0, 75.0]);
    let past = "Sat, 31 Jan 2026 11:00:00 GMT";
    let times = polls(codes(""), [bare().with("retry-after", past)]).await;
    assert_eq!(times, [5.0, 15.0]);
    let foreign = json(429, r#"{"error":"too_many_requests"}"#);
    assert_eq!(polls(codes(""), [foreign]).await, [5.0, 15.0]);
}

#[tokio::test]
async fn a_429_with_authorization_pending_is_pending() {
    let response = json(429, r#"{"error":"authorization_pending"}"#);
    assert_eq!(
        polls(codes(""), [response, pending()]).await,
        [5.0, 10.0, 15.0]
    );
}

#[tokio::test]
async fn failures_double_the_wait_until_a_response() {
    let down = || typed(503, "text/html", "<h1>Down</h1>");
    let spring = json(500, r#"{"status":500,"error":"Internal Server Error"}"#);
    let replies = [Reply::Unreachable, down(), spring, pending(), pending()];
    let times = polls(codes(""), replies).await;
    assert_eq!(times, [5.0, 15.0, 35.0, 75.0, 80.0, 85.0]);
}

#[tokio::test]
async fn the_back_off_is_limited_to_a_minute_or_twice_the_interval() {
    let down = || vec![Reply::Unreachable; 6];
    let times = polls(codes(""), down()).await;
    assert_eq!(times, [5.0, 15.0, 35.0, 75.0, 135.0, 195.0, 255.0]);
    let times = polls(codes(r#","interval":90"#), down()).await;
    assert_eq!(times, [90.0, 270.0, 450.0, 630.0, 810.0, 990.0, 1170.0]);
}

#[tokio::test]
async fn retry_after_of_an_unavailable_server_is_respected() {
    let busy = json(503, r#"{"error":"temporarily_unavailable"}"#).with("retry-after", "120");
    assert_eq!(polls(codes(""), [busy]).await, [5.0, 125.0]);
}

#[tokio::test]
async fn no_poll_is_sent_after_the_code_has_expired() {
    // The device slept: its monotonic clock stood still.
    let script = Script::new([codes(r#","expires_in":12"#), pending(), pending()]);
    let outcome = script.run().await;
    assert!(matches!(outcome, Err(DeviceLoginError::ExpiredToken)));
    assert_eq!(script.polls(), [5.0, 10.0]);
    assert_eq!(script.clock.seconds(), 12.0, "expires at the deadline");

    let script = Script::new([codes(r#","expires_in":10"#), pending()]);
    let outcome = script.run().await;
    assert!(matches!(outcome, Err(DeviceLoginError::ExpiredToken)));
    assert_eq!(script.polls(), [5.0], "not even at its end");

    let script = Script::new([codes(r#","expires_in":0"#)]);
    let outcome = script.run().await;
    assert!(matches!(outcome, Err(DeviceLoginError::ExpiredToken)));
    assert_eq!(script.polls(), [0.0; 0]);
}

#[tokio::test]
async fn the_lifetime_of_the_code_counts_from_the_request() {
    let script = Script::new([codes(r#","expires_in":10"#).after(6)]);
    let outcome = script.run().await;
    assert!(matches!(outcome, Err(DeviceLoginError::ExpiredToken)));
    assert_eq!(script.polls(), [0.0; 0]);
}

#[tokio::test]
async fn a_code_without_a_lifetime_is_valid_for_30_minutes() {
    let down = std::iter::repeat_n(Reply::Unreachable, 100);
    let script = Script::new([codes("")].into_iter().chain(down));
    assert_eq!(script.start().await.expires_in(), Duration::from_secs(1800));
    let script = Script::new([codes(r#","expires_in":"900""#)]);
    assert_eq!(script.start().await.expires_in(), Duration::from_secs(900));
}

#[tokio::test]
async fn absurd_times_are_limited() {
    for properties in [
        r#","expires_in":1e300,"interval":1e300"#,
        r#","expires_in":18446744073709551615,"interval":3"#,
        r#","expires_in":"inf","interval":"-inf""#,
        r#","expires_in":"NaN","interval":"NaN""#,
    ] {
        let login = Script::new([codes(properties)]).start().await;
        assert!(
            login.expires_in() >= Duration::from_secs(1800),
            "{properties}"
        );
        assert!(login.interval() >= Duration::from_secs(1), "{properties}");
    }
    let text = json(400, r#"{"error":"slow_down","interval":1e300}"#);
    let script = Script::new([codes(r#","expires_in":60"#), text]);
    let outcome = script.run().await;
    assert!(matches!(outcome, Err(DeviceLoginError::ExpiredToken)));
    assert_eq!(script.clock.seconds(), 60.0);
}

#[tokio::test]
async fn every_other_error_code_ends_the_login() {
    let rejected = Script::new([codes(""), error("access_denied")]);
    assert!(matches!(
        rejected.run().await,
        Err(DeviceLoginError::AccessDenied)
    ));
    let expired = Script::new([codes(""), error("expired_token")]);
    assert!(matches!(
        expired.run().await,
        Err(DeviceLoginError::ExpiredToken)
    ));
    for code in [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
        "bad_verification_code",
        "something_new",
    ] {
        for status in [200, 400, 401, 403] {
            let response = json(status, &format!(r#"{{"error":"{code}"}}"#));
            assert_oauth(Script::new([codes(""), response]).run().await, code);
        }
    }
    let known = json(500, r#"{"error":"invalid_client"}"#);
    assert_oauth(
        Script::new([codes(""), known]).run().await,
        "invalid_client",
    );
}

#[tokio::test]
async fn each_error_code_of_the_standard_has_a_variant() {
    type Is = fn(&DeviceLoginError) -> bool;
    let table: [(&str, Is); 10] = [
        ("access_denied", |e| {
            matches!(e, DeviceLoginError::AccessDenied)
        }),
        ("expired_token", |e| {
            matches!(e, DeviceLoginError::ExpiredToken)
        }),
        ("invalid_request", |e| {
            matches!(e, DeviceLoginError::InvalidRequest(_))
        }),
        ("invalid_client", |e| {
            matches!(e, DeviceLoginError::InvalidClient(_))
        }),
        ("invalid_grant", |e| {
            matches!(e, DeviceLoginError::InvalidGrant(_))
        }),
        ("unauthorized_client", |e| {
            matches!(e, DeviceLoginError::UnauthorizedClient(_))
        }),
        ("unsupported_grant_type", |e| {
            matches!(e, DeviceLoginError::UnsupportedGrantType(_))
        }),
        ("invalid_scope", |e| {
            matches!(e, DeviceLoginError::InvalidScope(_))
        }),
        ("temporarily_strange", |e| {
            matches!(e, DeviceLoginError::OAuth(_))
        }),
        ("bad_verification_code", |e| {
            matches!(e, DeviceLoginError::OAuth(_))
        }),
    ];
    for (code, is) in table {
        let waited = Script::new([codes(""), error(code)]).run().await;
        let started = Script::new([error(code)]).login().start().await;
        for error in [waited.expect_err(code), started.expect_err(code)] {
            assert!(is(&error), "{code}: {error:?}");
            let message = error.oauth().map(|error| error.error.as_str());
            let ends = matches!(code, "access_denied" | "expired_token");
            assert_eq!(message, (!ends).then_some(code));
        }
    }
}

#[tokio::test]
async fn an_error_keeps_its_details_and_prints_one_line() {
    let body = r#"{"error":"invalid_client","error_description":"no\nsecret","error_uri":"https://e.example"}"#;
    let outcome = Script::new([codes(""), json(401, body)]).run().await;
    let error = outcome.expect_err("an error");
    assert_eq!(
        error.to_string(),
        "the authorization server rejected the login: invalid_client: no secret (https://e.example)"
    );
    let DeviceLoginError::InvalidClient(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!(error.description.as_deref(), Some("no\nsecret"));
    assert_eq!(error.uri.as_deref(), Some("https://e.example"));
}

#[tokio::test]
async fn invalid_grant_after_the_code_has_expired_is_expired_token() {
    let script = Script::new([codes(r#","expires_in":7"#), error("invalid_grant").after(3)]);
    let outcome = script.run().await;
    assert!(matches!(outcome, Err(DeviceLoginError::ExpiredToken)));
    // A device that slept: its clock for waiting stood still.
    let script = Script::new([codes(r#","expires_in":600"#), error("invalid_grant")]);
    let login = script.start().await;
    script.clock.suspend(Duration::from_secs(3600));
    let outcome = login.wait().await;
    assert!(matches!(outcome, Err(DeviceLoginError::ExpiredToken)));
}

#[tokio::test]
async fn a_response_without_tokens_ends_the_login() {
    let spring = json(400, r#"{"status":400,"error":"Bad Request"}"#);
    let outcome = Script::new([codes(""), spring]).run().await;
    assert_eq!(status(outcome), Some(StatusCode::BAD_REQUEST));
    for body in ["{}", "[]", "", r#"{"access_token":7e}"#] {
        let outcome = Script::new([codes(""), json(200, body)]).run().await;
        assert_eq!(status(outcome), Some(StatusCode::OK), "{body}");
    }
}

#[tokio::test]
async fn progress_is_reported_after_each_poll() {
    let progress_log = Arc::<Mutex<Vec<String>>>::default();
    let script = Script::new([
        codes(""),
        pending(),
        error("slow_down"),
        Reply::Unreachable,
        tokens(),
    ]);
    let log = Arc::clone(&progress_log);
    let login = script.start().await.on_progress(move |progress| {
        let line = match progress {
            DeviceLoginProgress::Pending { next } => format!("pending, {next:?}"),
            DeviceLoginProgress::SlowDown { interval, next } => {
                format!("slower, {interval:?}, {next:?}")
            }
            DeviceLoginProgress::Unavailable { error, next } => format!("{error}, {next:?}"),
            other => panic!("unknown progress: {other:?}"),
        };
        log.lock().expect("not poisoned").push(line);
    });
    login.wait().await.expect("tokens");
    let log = progress_log.lock().expect("not poisoned");
    assert_eq!(log[..2], ["pending, 5s", "slower, 10s, 10s"]);
    assert!(log[2].starts_with("CreateToken: POST "), "{log:?}");
    assert!(log[2].ends_with("connection refused, 20s"), "{log:?}");
    assert_eq!(log.len(), 3);
}

#[tokio::test]
async fn dropping_the_future_stops_polling() {
    let script = Script::new([codes("")]);
    let login = script.login().clock(wiretrue::clock::TokioClock);
    let wait = login.start().await.expect("a login").wait();
    let ended = tokio::time::timeout(Duration::from_millis(20), wait).await;
    assert!(ended.is_err(), "it waits for the first poll");
    assert_eq!(script.polls(), [0.0; 0]);
}

#[test]
fn a_login_is_send_and_sync() {
    fn movable<T: Send + 'static>(_: T) {}
    fn shared<T: Sync>() {}
    shared::<wiretrue::oauth::DeviceLogin>();
    let script = Script::new([]);
    movable(script.login().start());
    movable(async move { script.start().await.wait().await });
}
