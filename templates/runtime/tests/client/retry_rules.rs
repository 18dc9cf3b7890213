//! Which responses are retried: by method, status, headers and the caller's rules.

use std::time::Duration;
use wiretrue::retry::RetryDecision;
use wiretrue::transport::Body;
use wiretrue::{Error, RetryPolicy};

use http::StatusCode;

use crate::api::{Described, Fetch, described};
use crate::device::support::TestClock;
use crate::retries::{builder, busy, fine, put, status};
use crate::server::{Server, Step, http_response};

described!(Get, GET, "/text", &[]);
described!(Post, POST, "/text", &[]);

/// The outcome of a call to a server whose first response is given and whose second is a success: the
/// result, the number of requests, and the seconds that the client waited.
async fn outcome<D: Described>(
    first: Vec<Step>,
    policy: RetryPolicy,
) -> (Result<String, Error>, usize, f64) {
    let server = Server::start(vec![first, fine()]).await;
    let clock = TestClock::new();
    let client = builder(&server.url, &clock).retry(policy).build();
    let result = Fetch::<D>::new(&client.expect("a client")).send().await;
    let requests = server.requests();
    assert!(requests.iter().all(|request| *request == requests[0]));
    (result, requests.len(), clock.seconds())
}

/// Asserts that the first response is retried, and returns the seconds that the client waited.
async fn retried<D: Described>(first: Vec<Step>, policy: RetryPolicy) -> f64 {
    let (result, requests, waited) = outcome::<D>(first, policy).await;
    assert_eq!(
        (result.expect("a response").as_str(), requests),
        ("fine", 2)
    );
    waited
}

/// Asserts that the first response is final, and returns the status of the error.
async fn is_final<D: Described>(first: Vec<Step>, policy: RetryPolicy) -> StatusCode {
    let (result, requests, waited) = outcome::<D>(first, policy).await;
    assert_eq!((requests, waited), (1, 0.0));
    let error = result.expect_err("an error");
    error.status().expect("a status")
}

#[tokio::test]
async fn a_429_is_retried_for_any_method() {
    let policy = RetryPolicy::default;
    let waited = retried::<Post>(status("429 Slow", ""), policy()).await;
    assert!((0.25..=0.5).contains(&waited), "{waited}");
    let asked = status("429 Slow", "retry-after: 3\r\n");
    assert_eq!(retried::<Post>(asked, policy()).await, 3.0);
}

#[tokio::test]
async fn a_post_is_retried_after_a_503_only_if_policy_and_server_say_so() {
    let asked = || status("503 Busy", "retry-after: 3\r\n");
    let policy = RetryPolicy::default().any_method_if_unavailable();
    assert_eq!(is_final::<Post>(asked(), RetryPolicy::default()).await, 503);
    assert_eq!(is_final::<Post>(busy(), policy.clone()).await, 503);
    assert_eq!(retried::<Post>(asked(), policy.clone()).await, 3.0);
    let other = status("502 Bad", "retry-after: 3\r\n");
    assert_eq!(is_final::<Post>(other, policy).await, 502);
}

#[tokio::test]
async fn added_statuses_are_retried() {
    let policy = RetryPolicy::default()
        .add_statuses([409, 425, 500])
        .add_statuses(520..=529);
    for line in [
        "409 Conflict",
        "425 Early",
        "500 Oh",
        "520 No",
        "529 Full",
        "503 Busy",
    ] {
        retried::<Get>(status(line, ""), policy.clone()).await;
    }
    for line in ["530 Other", "501 No"] {
        is_final::<Get>(status(line, ""), policy.clone()).await;
    }
    // A server that says 425 didn't process the request.
    retried::<Post>(status("425 Early", ""), policy.clone()).await;
    assert_eq!(is_final::<Post>(status("500 Oh", ""), policy).await, 500);
}

#[tokio::test]
async fn a_callback_decides_by_the_response_or_the_error() {
    let policy = RetryPolicy::default().decide(|result| match result {
        Ok(response) if response.body == "locked" => RetryDecision::RetryAnyMethod,
        Ok(response) if response.status == 404 => RetryDecision::Retry,
        Ok(response) if response.status == 503 => RetryDecision::Stop,
        Err(Error::Transport(_)) => RetryDecision::Stop,
        _ => RetryDecision::ByPolicy,
    });
    let locked = |status| {
        vec![Step::Send(
            http_response(status, "text/plain", "locked").into(),
        )]
    };
    retried::<Post>(locked("409 Conflict"), policy.clone()).await;
    retried::<Post>(locked("200 OK"), policy.clone()).await;
    retried::<Get>(status("404 No", ""), policy.clone()).await;
    retried::<Get>(status("504 Slow", ""), policy.clone()).await;
    assert_eq!(
        is_final::<Post>(status("404 No", ""), policy.clone()).await,
        404
    );
    assert_eq!(is_final::<Get>(busy(), policy.clone()).await, 503);
    let (result, requests, _) = outcome::<Get>(Vec::new(), policy).await;
    assert!(matches!(result, Err(Error::Transport(_))), "{result:?}");
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn the_number_of_attempts_limits_a_callback() {
    let policy = RetryPolicy::default().decide(|_| RetryDecision::RetryAnyMethod);
    let server = Server::start(vec![fine(); 5]).await;
    let client = builder(&server.url, &TestClock::new()).retry(policy);
    let client = client.build().expect("a client");
    let output = Fetch::<Post>::new(&client).send().await;
    assert_eq!(output.expect("the last response"), "fine");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn the_server_asks_for_a_retry_or_for_none() {
    let policy = RetryPolicy::default;
    let asks = |line, text: &str| status(line, &format!("x-should-retry: {text}\r\n"));
    retried::<Post>(asks("500 Oh", "true"), policy()).await;
    retried::<Get>(asks("409 Conflict", "true"), policy()).await;
    is_final::<Get>(asks("503 Busy", "false"), policy()).await;
    is_final::<Post>(asks("429 Slow", "false"), policy()).await;
    // Neither other words nor a success ask for anything.
    is_final::<Post>(asks("500 Oh", "yes"), policy()).await;
    retried::<Get>(asks("503 Busy", "no"), policy()).await;
    let success = http_response("200 OK", "text/plain", "done");
    let success = success.replacen("\r\n", "\r\nx-should-retry: true\r\n", 1);
    let (result, requests, _) = outcome::<Get>(vec![Step::Send(success.into())], policy()).await;
    assert_eq!(
        (result.expect("a response").as_str(), requests),
        ("done", 1)
    );
}

#[tokio::test]
async fn a_wait_is_read_in_milliseconds_and_fractions() {
    for (headers, wait) in [
        ("retry-after: 1.5\r\n", 1.5),
        ("retry-after-ms: 1250\r\n", 1.25),
        // The more precise one counts.
        ("retry-after: 2\r\nretry-after-ms: 1250.5\r\n", 1.2505),
        ("retry-after: 2\r\nretry-after-ms: soon\r\n", 2.0),
    ] {
        let first = status("429 Slow", headers);
        assert_eq!(retried::<Get>(first, RetryPolicy::default()).await, wait);
    }
}

#[tokio::test]
async fn an_absurd_wait_is_never_started() {
    for headers in [
        "retry-after: 1e999\r\nretry-after-ms: 99999999999999999999999\r\n",
        "retry-after: 99999999999.9\r\n",
        "retry-after: Fri, 31 Dec 9999 23:59:59 GMT\r\n",
    ] {
        let first = status("429 Slow", &format!("x-should-retry: true\r\n{headers}"));
        let policy = RetryPolicy::default().total(Duration::from_secs(3600));
        assert_eq!(is_final::<Get>(first, policy).await, 429, "{headers}");
    }
}

#[tokio::test]
async fn the_error_has_the_wait_that_the_server_asks_for() {
    let first = status("429 Slow", "retry-after-ms: 1500\r\n");
    let (result, ..) = outcome::<Get>(first, RetryPolicy::never()).await;
    let error = result.expect_err("429");
    assert_eq!(error.retry_after(), Some(Duration::from_millis(1500)));
    let api = error.as_api().expect("a response");
    assert_eq!(api.retry_after(), error.retry_after());
    let (result, ..) = outcome::<Get>(busy(), RetryPolicy::never()).await;
    assert_eq!(result.expect_err("503").retry_after(), None);
}

#[tokio::test]
async fn a_stream_is_not_repeated_even_if_the_server_asks_for_it() {
    for headers in ["retry-after: 0\r\n", "x-should-retry: true\r\n"] {
        let server = Server::start(vec![status("429 Slow", headers), fine()]).await;
        let policy = RetryPolicy::default().decide(|_| RetryDecision::RetryAnyMethod);
        let client = builder(&server.url, &TestClock::new()).retry(policy);
        let stream = Body::wrap(Body::from("once"));
        let response = put(&client.build().expect("a client"), stream).await;
        let response = response.expect("a response");
        assert_eq!(
            (response.status.as_u16(), server.requests().len()),
            (429, 1)
        );
    }
}
