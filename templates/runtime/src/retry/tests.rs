use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};

use super::*;

const NOW: Duration = Duration::from_secs(1_769_860_800);

fn secs(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

#[test]
fn retry_after_is_read_as_the_standard_has_it_and_never_overflows() {
    let now = SystemTime::UNIX_EPOCH + NOW;
    let read = |name: &'static str, text: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(text));
        retry_after(&headers, now).map(|wait| wait.as_secs_f64())
    };
    let ten_years = Some(315_360_000.0);
    for (text, wait) in [
        ("0", Some(0.0)),
        (" 120 ", Some(120.0)),
        ("1.5", Some(1.5)),
        ("Sat, 31 Jan 2026 11:00:00 GMT", Some(0.0)),
        ("99999999999999999999999", ten_years),
        ("Fri, 31 Dec 9999 23:59:59 GMT", ten_years),
    ] {
        assert_eq!(read("retry-after", text), wait, "{text}");
    }
    assert_eq!(read("retry-after-ms", "1500"), Some(1.5));
    assert_eq!(read("retry-after-ms", "0.5"), Some(0.0005));
    assert_eq!(read("retry-after-ms", "99999999999999999999"), ten_years);
    for wrong in [
        "",
        "-1",
        "+1",
        "1e3",
        "1.5.",
        ".",
        "inf",
        "NaN",
        "soon",
        "31 Jan 2026",
    ] {
        assert_eq!(read("retry-after", wrong), None, "{wrong}");
        assert_eq!(read("retry-after-ms", wrong), None, "{wrong}");
    }
    let long = HeaderValue::try_from("9".repeat(4000)).expect("a value");
    let headers = HeaderMap::from_iter([(http::header::RETRY_AFTER, long)]);
    let wait = retry_after(&headers, now).map(|wait| wait.as_secs_f64());
    assert_eq!(wait, ten_years);
    assert_eq!(retry_after(&HeaderMap::new(), now), None);
}

/// A failure of a server that asks for no wait.
fn failure() -> RetryableError {
    let response = RawResponse::new(
        "Get",
        StatusCode::SERVICE_UNAVAILABLE,
        HeaderMap::new(),
        Bytes::new(),
    );
    RetryableError::of(
        &Ok(response),
        &RetryPolicy::default(),
        SystemTime::UNIX_EPOCH,
    )
    .expect("it may pass")
}

#[test]
fn waits_double_up_to_the_longest_and_chance_takes_half_of_each_at_most() {
    let policy = RetryPolicy::default().attempts(100).total(Duration::MAX);
    let wait = |policy: &RetryPolicy, number, chance| {
        let state = RetryState {
            number,
            elapsed: Duration::ZERO,
            timeout: None,
            repeats: true,
        };
        policy.wait(&failure(), &state, chance)
    };
    for (number, whole) in [
        (1, 0.5),
        (2, 1.0),
        (3, 2.0),
        (4, 4.0),
        (5, 8.0),
        (6, 8.0),
        (99, 8.0),
    ] {
        assert_eq!(wait(&policy, number, 1.0), Some(secs(whole)));
        assert_eq!(wait(&policy, number, 0.0), Some(secs(whole / 2.0)));
    }
    assert_eq!(wait(&policy, 100, 1.0), None);
    let endless = policy.first_wait(Duration::MAX).longest_wait(Duration::MAX);
    let years = wait(&endless, 99, 1.0).expect("a wait");
    assert_eq!(years, Duration::from_secs(315_360_000));
}

#[test]
fn a_policy_ends_when_the_next_wait_would_pass_its_time() {
    let policy = RetryPolicy::default();
    let wait = |elapsed, timeout: Option<f64>| {
        let state = RetryState {
            number: 1,
            elapsed: secs(elapsed),
            timeout: timeout.map(secs),
            repeats: true,
        };
        policy.wait(&failure(), &state, 1.0)
    };
    assert!(wait(59.4, None).is_some());
    assert!(wait(59.5, None).is_none());
    assert!(wait(9.4, Some(10.0)).is_some());
    assert!(wait(9.5, Some(10.0)).is_none());
    assert!(wait(59.5, Some(100.0)).is_none());
}
