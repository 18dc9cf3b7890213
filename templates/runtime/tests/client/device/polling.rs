//! RFC 8628 section 3.5, by the times at which the server was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;
use wiretrue::oauth::{DeviceLoginError, DeviceLoginProgress};

use http::StatusCode;
use secrecy::ExposeSecret;

use super::support::{Answer, Script, assert_oauth, codes, error, json, status, tokens, typed};

/// Runs a script that ends with tokens, and gives the times of the polls.
async fn polls(first: Answer, answers: impl IntoIterator<Item = Answer>) -> Vec<f64> {
    let answers = answers.into_iter().chain([tokens()]);
    let script = Script::new([first].into_iter().chain(answers));
    let tokens = script.run().await.expect("tokens");
    assert_eq!(tokens.access_token().expose_secret(), "t0ken");
    script.polls()
}

fn pending() -> Answer {
    error("authorization_pending")
}

#[tokio::test]
async fn the_first_poll_and_each_one_after_it_wait_for_the_interval() {
    for (members, interval) in [
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
        let times = polls(codes(members), [pending(), pending()]).await;
        let expected = [interval, 2.0 * interval, 3.0 * interval];
        assert_eq!(times, expected, "{members}");
    }
}

#[tokio::test]
async fn the_interval_counts_from_the_answer() {
    let times = polls(codes("").after(3), [pending().after(2), pending()]).await;
    assert_eq!(times, [8.0, 15.0, 20.0]);
}

#[tokio::test]
async fn a_login_that_is_waited_for_late_is_asked_for_at_once() {
    let script = Script::new([codes(""), pending(), tokens()]);
    let login = script.start().await;
    script.clock.pass(Duration::from_secs(60));
    login.wait().await.expect("tokens");
    assert_eq!(script.polls(), [60.0, 65.0]);
}

#[tokio::test]
async fn slow_down_adds_five_seconds_for_good() {
    let answers = [
        pending(),
        error("slow_down"),
        pending(),
        error("slow_down"),
        pending(),
    ];
    let times = polls(codes(r#","interval":2"#), answers).await;
    assert_eq!(times, [2.0, 4.0, 11.0, 18.0, 30.0, 42.0]);
}

#[tokio::test]
async fn a_larger_interval_in_slow_down_wins() {
    let told = |interval| {
        let body = format!(r#"{{"error":"slow_down","interval":{interval}}}"#);
        json(400, &body)
    };
    let times = polls(codes(""), [told("30"), pending(), told("1"), pending()]).await;
    assert_eq!(times, [5.0, 35.0, 65.0, 100.0, 135.0]);
}

#[tokio::test]
async fn a_bare_429_is_slow_down_and_its_retry_after_holds_once() {
    let bare = || typed(429, "text/plain", "Too many requests");
    let times = polls(codes(""), [bare(), pending()]).await;
    assert_eq!(times, [5.0, 15.0, 25.0]);
    let times = polls(codes(""), [bare().with("retry-after", "40"), pending()]).await;
    assert_eq!(times, [5.0, 45.0, 55.0]);
    // The clock of the test starts at noon.
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
async fn a_429_that_says_pending_is_pending() {
    let answer = json(429, r#"{"error":"authorization_pending"}"#);
    assert_eq!(
        polls(codes(""), [answer, pending()]).await,
        [5.0, 10.0, 15.0]
    );
}

#[tokio::test]
async fn failures_double_the_wait_and_an_answer_ends_that() {
    let down = || typed(503, "text/html", "<h1>Down</h1>");
    let spring = json(500, r#"{"status":500,"error":"Internal Server Error"}"#);
    let answers = [Answer::Unreachable, down(), spring, pending(), pending()];
    let times = polls(codes(""), answers).await;
    assert_eq!(times, [5.0, 15.0, 35.0, 75.0, 80.0, 85.0]);
}

#[tokio::test]
async fn doubling_ends_at_a_minute_or_after_the_first() {
    let down = || vec![Answer::Unreachable; 6];
    let times = polls(codes(""), down()).await;
    assert_eq!(times, [5.0, 15.0, 35.0, 75.0, 135.0, 195.0, 255.0]);
    let times = polls(codes(r#","interval":90"#), down()).await;
    assert_eq!(times, [90.0, 270.0, 450.0, 630.0, 810.0, 990.0, 1170.0]);
}

#[tokio::test]
async fn a_busy_server_says_when_to_come_back() {
    let busy = json(503, r#"{"error":"temporarily_unavailable"}"#).with("retry-after", "120");
    assert_eq!(polls(codes(""), [busy]).await, [5.0, 125.0]);
}

#[tokio::test]
async fn nothing_is_asked_after_the_code_has_expired() {
    let script = Script::new([codes(r#","expires_in":12"#), pending(), pending()]);
    let outcome = script.run().await;
    assert!(matches!(outcome, Err(DeviceLoginError::ExpiredToken)));
    assert_eq!(script.polls(), [5.0, 10.0]);
    assert_eq!(script.clock.seconds(), 12.0, "told when it expires");

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
async fn the_code_holds_from_the_request_not_from_the_answer() {
    let script = Script::new([codes(r#","expires_in":10"#).after(6)]);
    let outcome = script.run().await;
    assert!(matches!(outcome, Err(DeviceLoginError::ExpiredToken)));
    assert_eq!(script.polls(), [0.0; 0]);
}

#[tokio::test]
async fn a_code_whose_end_is_not_told_holds_half_an_hour() {
    let down = std::iter::repeat_n(Answer::Unreachable, 100);
    let script = Script::new([codes("")].into_iter().chain(down));
    assert_eq!(script.start().await.expires_in(), Duration::from_secs(1800));
    let script = Script::new([codes(r#","expires_in":"900""#)]);
    assert_eq!(script.start().await.expires_in(), Duration::from_secs(900));
}

#[tokio::test]
async fn absurd_times_do_no_harm() {
    for members in [
        r#","expires_in":1e300,"interval":1e300"#,
        r#","expires_in":18446744073709551615,"interval":3"#,
        r#","expires_in":"inf","interval":"-inf""#,
        r#","expires_in":"NaN","interval":"NaN""#,
    ] {
        let login = Script::new([codes(members)]).start().await;
        assert!(login.expires_in() >= Duration::from_secs(1800), "{members}");
        assert!(login.interval() >= Duration::from_secs(1), "{members}");
    }
    let told = json(400, r#"{"error":"slow_down","interval":1e300}"#);
    let script = Script::new([codes(r#","expires_in":60"#), told]);
    let outcome = script.run().await;
    assert!(matches!(outcome, Err(DeviceLoginError::ExpiredToken)));
    assert_eq!(script.clock.seconds(), 60.0);
}

#[tokio::test]
async fn every_other_error_ends_the_login_as_itself() {
    let refused = Script::new([codes(""), error("access_denied")]);
    assert!(matches!(
        refused.run().await,
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
            let answer = json(status, &format!(r#"{{"error":"{code}"}}"#));
            assert_oauth(Script::new([codes(""), answer]).run().await, code);
        }
    }
    let known = json(500, r#"{"error":"invalid_client"}"#);
    assert_oauth(
        Script::new([codes(""), known]).run().await,
        "invalid_client",
    );
}

#[tokio::test]
async fn each_error_of_the_standard_is_a_variant_of_its_own() {
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
            let said = error.oauth().map(|error| error.error.as_str());
            let ends = matches!(code, "access_denied" | "expired_token");
            assert_eq!(said, (!ends).then_some(code));
        }
    }
}

#[tokio::test]
async fn the_details_of_an_error_are_kept_and_shown_on_one_line() {
    let body = r#"{"error":"invalid_client","error_description":"no\nsecret","error_uri":"https://e.example"}"#;
    let outcome = Script::new([codes(""), json(401, body)]).run().await;
    let error = outcome.expect_err("a refusal");
    assert_eq!(
        error.to_string(),
        "the authorization server refuses the login: invalid_client: no secret (https://e.example)"
    );
    let DeviceLoginError::InvalidClient(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!(error.description.as_deref(), Some("no\nsecret"));
    assert_eq!(error.uri.as_deref(), Some("https://e.example"));
}

#[tokio::test]
async fn invalid_grant_once_the_code_has_expired_is_expiry() {
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
async fn an_answer_of_something_else_ends_the_login() {
    let page = typed(404, "text/html", "<h1>Not Found</h1>");
    let outcome = Script::new([codes(""), page]).run().await;
    assert_eq!(status(outcome), Some(StatusCode::NOT_FOUND));
    let spring = json(404, r#"{"status":404,"error":"Not Found"}"#);
    let outcome = Script::new([codes(""), spring]).run().await;
    assert_eq!(status(outcome), Some(StatusCode::NOT_FOUND));
    for body in ["{}", "[]", "<p>Hello</p>", "", r#"{"access_token":7e}"#] {
        let outcome = Script::new([codes(""), json(200, body)]).run().await;
        assert_eq!(status(outcome), Some(StatusCode::OK), "{body}");
    }
}

#[tokio::test]
async fn progress_is_told_after_each_answer() {
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let script = Script::new([
        codes(""),
        pending(),
        error("slow_down"),
        Answer::Unreachable,
        tokens(),
    ]);
    let log = Arc::clone(&heard);
    let login = script.start().await.on_progress(move |progress| {
        let line = match progress {
            DeviceLoginProgress::Pending { next } => format!("pending, {next:?}"),
            DeviceLoginProgress::SlowDown { interval, next } => {
                format!("slower, {interval:?}, {next:?}")
            }
            DeviceLoginProgress::Unavailable { error, next } => format!("{error}, {next:?}"),
            other => panic!("unknown progress: {other:?}"),
        };
        log.lock().expect("the log").push(line);
    });
    login.wait().await.expect("tokens");
    let heard = heard.lock().expect("the log");
    assert_eq!(heard[..2], ["pending, 5s", "slower, 10s, 10s"]);
    assert!(heard[2].starts_with("CreateToken: POST "), "{heard:?}");
    assert!(heard[2].ends_with("connection refused, 20s"), "{heard:?}");
    assert_eq!(heard.len(), 3);
}

#[tokio::test]
async fn dropping_the_future_ends_the_polling() {
    let script = Script::new([codes("")]);
    let login = script.login().clock(wiretrue::clock::TokioClock);
    let wait = login.start().await.expect("a login").wait();
    let ended = tokio::time::timeout(Duration::from_millis(20), wait).await;
    assert!(ended.is_err(), "it waits for the first poll");
    assert_eq!(script.polls(), [0.0; 0]);
}

#[test]
fn a_login_can_be_waited_for_on_any_thread() {
    fn movable<T: Send + 'static>(_: T) {}
    fn shared<T: Sync>() {}
    shared::<wiretrue::oauth::DeviceLogin>();
    let script = Script::new([]);
    movable(script.login().start());
    movable(async move { script.start().await.wait().await });
}
