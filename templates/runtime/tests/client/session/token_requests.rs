//! Token requests: what they send, and which are repeated after a failure.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use wiretrue::codegen::{Credential, TokenEndpoint};
use wiretrue::error::AuthenticationError;
use wiretrue::oauth::{ClientAuthentication, DeviceLoginRequest, RefreshToken, TokenSet};
use wiretrue::{Error, RetryPolicy};

use super::grants::{PROOF, app, hello, json, lines, parts, seen, token, with};
use super::support::{builder, call, tokens};
use crate::api::{BuildApi as _, Client, ClientBuilder};
use crate::device::support::{Flow, TestClock};
use crate::server::{Server, Step, http_response};

pub const ENDPOINT: TokenEndpoint = TokenEndpoint::Url("/token");
pub const ASKED: &str = "POST /token";
pub const CLOSED: &str = "GET /closed";

/// Builds a client whose app requests tokens for itself.
fn machine(builder: ClientBuilder) -> Client {
    with(builder, app(), ENDPOINT).build().expect("a client")
}

/// Builds a client whose tokens have expired.
pub fn user(builder: ClientBuilder, endpoint: TokenEndpoint) -> Client {
    let grant = RefreshToken::new("my app", expired()).at(endpoint);
    let builder = builder.credential("token", Credential::grant(grant));
    builder.build().expect("a client")
}

/// Builds a client whose tokens of a device login have expired. They are refreshed at the same server.
pub fn device(builder: ClientBuilder) -> Client {
    let client = builder.build().expect("a client");
    let login = DeviceLoginRequest::new(Flow::new(client.clone()), "my app");
    client.with_tokens(login.refreshing(expired()))
}

pub fn expired() -> TokenSet {
    tokens("old", 0).with_refresh_token("r")
}

/// A response without a body, with this header line.
pub fn status(status: &str, header: &str) -> Vec<Step> {
    let head =
        format!("HTTP/1.1 {status}\r\n{header}connection: close\r\ncontent-length: 0\r\n\r\n");
    vec![Step::Send(head.into_bytes())]
}

pub fn rejected(code: &str) -> Vec<Step> {
    let body = format!(r#"{{"error":"{code}","error_description":"signed out"}}"#);
    json("400 Bad Request", &body)
}

/// A transient failure after which the server may have issued tokens.
fn ambiguous() -> Vec<Vec<Step>> {
    let broken = "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"access_token\":";
    vec![
        vec![Step::Reset],
        vec![Step::Send(broken.as_bytes().to_vec())],
        status("408 Slow", ""),
        status("502 Bad Gateway", ""),
        status("503 Busy", ""),
        status("504 Late", ""),
    ]
}

pub fn authentication(result: Result<String, Error>) -> AuthenticationError {
    match result.expect_err("no token") {
        Error::Authentication(error) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn client_credentials_are_repeated_after_every_transient_failure() {
    for failure in ambiguous() {
        let server = Server::start(vec![failure.clone(), failure, token("one"), hello()]).await;
        let clock = TestClock::new();
        let client = machine(builder(&server, &clock));
        assert_eq!(call(&client).await.expect("a response"), "hello");
        assert_eq!(lines(&server), [ASKED, ASKED, ASKED, CLOSED]);
        let requests = server.requests();
        assert_eq!(requests[0], requests[1]);
        assert_eq!(requests[0], requests[2]);
        assert!((0.75..=1.5).contains(&clock.seconds()));
    }
}

#[tokio::test]
async fn a_refresh_is_repeated_only_if_the_server_has_not_processed_it() {
    type Build = fn(ClientBuilder) -> Client;
    let grants: [(Build, &str); 2] = [(|it| user(it, ENDPOINT), ASKED), (device, "POST /")];
    for (build, asked) in grants {
        for failure in ambiguous() {
            let server = Server::start(vec![failure, token("one"), hello()]).await;
            let clock = TestClock::new();
            // The rules that are made for the API don't count.
            let any = RetryPolicy::default().any_method().add_statuses([500]);
            let client = build(builder(&server, &clock).retry(any));
            assert!(!authentication(call(&client).await).is_session_ended());
            assert_eq!(lines(&server), [asked]);
            // The next call has no other token either.
            clock.pass(Duration::from_secs(1));
            call(&client).await.expect("a response");
            assert_eq!(lines(&server), [asked, asked, CLOSED]);
        }
        let server = Server::start(vec![
            status("429 Slow Down", "retry-after: 7\r\n"),
            token("one"),
            hello(),
        ])
        .await;
        let clock = TestClock::new();
        let client = build(builder(&server, &clock));
        assert_eq!(call(&client).await.expect("a response"), "hello");
        assert_eq!(lines(&server), [asked, asked, CLOSED]);
        assert_eq!(clock.seconds(), 7.0);
    }
}

#[tokio::test]
async fn a_refused_connection_is_retried_for_every_grant() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let address = closed.expect("a port").local_addr().expect("an address");
    let url = &*format!("http://{address}").leak();
    type Build = fn(ClientBuilder) -> Client;
    let grants: [Build; 3] = [machine, |it| user(it, ENDPOINT), device];
    for build in grants {
        let clock = TestClock::new();
        let attempts = Arc::<Mutex<Vec<u32>>>::default();
        let log = Arc::clone(&attempts);
        let builder = Client::builder().base_url(url).clock(clock.clone());
        let client = build(builder.on_attempt(move |attempt| {
            if attempt.operation != "Closed" {
                log.lock().expect("not poisoned").push(attempt.number);
            }
        }));
        let error = authentication(call(&client).await).to_string();
        assert!(error.ends_with("(3 attempts)"), "{error}");
        assert_eq!(*attempts.lock().expect("not poisoned"), [1, 2, 3]);
    }
}

#[tokio::test]
async fn token_requests_share_the_retry_budget() {
    let server = Server::start(vec![status("503 Busy", ""), token("one")]).await;
    let client = machine(builder(&server, &TestClock::new()).retry_budget(0));
    let error = authentication(call(&client).await).to_string();
    assert!(error.contains("503 Service Unavailable"), "{error}");
    assert_eq!(lines(&server), [ASKED]);
}

#[tokio::test]
async fn retry_after_of_a_token_endpoint_is_heeded() {
    let soon = status("503 Busy", "retry-after: 7\r\n");
    let server = Server::start(vec![soon, token("one"), hello()]).await;
    let clock = TestClock::new();
    call(&machine(builder(&server, &clock)))
        .await
        .expect("a response");
    assert_eq!(
        (lines(&server), clock.seconds()),
        (vec![ASKED.into(), ASKED.into(), CLOSED.into()], 7.0)
    );

    // With an error code of the standard.
    let busy = http_response(
        "400 Bad Request",
        "application/json",
        r#"{"error":"temporarily_unavailable"}"#,
    );
    let busy = busy
        .replacen("\r\n", "\r\nretry-after: 90\r\n", 1)
        .into_bytes();
    let server = Server::start(vec![vec![Step::Send(busy)], token("one"), hello()]).await;
    let clock = TestClock::new();
    let client = machine(builder(&server, &clock));
    for _ in 0..90 {
        authentication(call(&client).await);
        clock.pass(Duration::from_secs(1));
    }
    assert_eq!(lines(&server), [ASKED]);
    call(&client).await.expect("a response");

    // Longer than a call may take, in seconds, as a date, and absurd.
    for (header, pause) in [
        ("retry-after: 120", 120),
        ("retry-after: Sat, 31 Jan 2026 12:02:00 GMT", 120),
        ("retry-after: 99999999999999999999", 3600),
    ] {
        let later = status("429 Slow Down", &format!("{header}\r\n"));
        let server = Server::start(vec![later, token("one"), hello()]).await;
        let clock = TestClock::new();
        let client = machine(builder(&server, &clock));
        authentication(call(&client).await);
        clock.pass(Duration::from_secs(pause) - Duration::from_millis(1));
        authentication(call(&client).await);
        assert_eq!(lines(&server), [ASKED], "{header}");
        clock.pass(Duration::from_millis(1));
        call(&client).await.expect(header);
        assert_eq!(lines(&server), [ASKED, ASKED, CLOSED]);
    }
}

#[tokio::test]
async fn a_token_without_a_lifetime_is_used_until_it_is_rejected() {
    for expires_in in ["0", "-1", r#""0""#, "null", r#""""#] {
        let first = format!(r#"{{"access_token":"one","expires_in":{expires_in}}}"#);
        let server = Server::start(vec![
            json("200 OK", &first),
            hello(),
            hello(),
            hello(),
            status("401 Unauthorized", ""),
            token("two"),
            hello(),
        ])
        .await;
        let clock = TestClock::new();
        let client = machine(builder(&server, &clock));
        for _ in 0..4 {
            call(&client).await.expect(expires_in);
            clock.pass(Duration::from_secs(86400));
        }
        assert_eq!(
            lines(&server),
            [ASKED, CLOSED, CLOSED, CLOSED, CLOSED, ASKED, CLOSED]
        );
    }
}

#[tokio::test]
async fn other_rejections_are_asked_again_after_a_pause() {
    type Build = fn(ClientBuilder) -> Client;
    // Client credentials have no session that could end.
    let cases: [(Build, &str); 4] = [
        (machine, "invalid_grant"),
        (machine, "invalid_client"),
        (|it| user(it, ENDPOINT), "invalid_client"),
        (|it| user(it, ENDPOINT), "temporarily_unavailable"),
    ];
    for (build, code) in cases {
        let server = Server::start(vec![rejected(code), token("one"), hello()]).await;
        let clock = TestClock::new();
        let client = build(builder(&server, &clock));
        assert!(!authentication(call(&client).await).is_session_ended());
        authentication(call(&client).await);
        assert_eq!(lines(&server), [ASKED], "{code}");
        clock.pass(Duration::from_secs(1));
        call(&client).await.expect(code);
    }
}

#[tokio::test]
async fn the_client_id_is_in_the_body_unless_basic_authentication_replaces_it() {
    let form = |more: &str| format!("grant_type=client_credentials{more}");
    let refresh = |more: &str| format!("grant_type=refresh_token&refresh_token=r{more}");
    let secret = "&client_id=my+app&client_secret=s3cret%3A%C3%BC";
    for (authentication, header, fields) in [
        (None, PROOF, ""),
        (Some(ClientAuthentication::Basic), PROOF, ""),
        (
            Some(ClientAuthentication::BasicWithClientId),
            PROOF,
            "&client_id=my+app",
        ),
        (Some(ClientAuthentication::Post), "", secret),
    ] {
        let server = Server::start(vec![token("one"), hello(), token("two"), hello()]).await;
        let clock = TestClock::new();
        let (mut app, old) = (app(), RefreshToken::new("my app", expired()));
        let mut old = old.client_secret("s3cret:ü");
        if let Some(authentication) = authentication {
            app = app.client_authentication(authentication);
            old = old.client_authentication(authentication);
        }
        let machine = with(builder(&server, &clock), app, ENDPOINT).build();
        call(&machine.expect("a client")).await.expect("a response");
        let user = Credential::grant(old.at(ENDPOINT));
        let user = builder(&server, &clock).credential("token", user).build();
        call(&user.expect("a client")).await.expect("a response");
        let seen = seen(&server);
        assert_eq!(seen[0], parts("POST /token", header, &form(fields)));
        assert_eq!(seen[2], parts("POST /token", header, &refresh(fields)));
    }
}

#[tokio::test]
async fn a_page_in_place_of_tokens_is_no_token_and_isn_t_printed() {
    let page = "<title>Hotel</title><p>s3cret-of-the-portal";
    let portal = vec![Step::Send(
        http_response("200 OK", "text/html", page).into_bytes(),
    )];
    let server = Server::start(vec![portal, token("one"), hello()]).await;
    let clock = TestClock::new();
    let client = user(builder(&server, &clock), ENDPOINT);
    let error = authentication(call(&client).await);
    assert!(!error.is_session_ended());
    let printed = format!("{error} {error:?}");
    assert!(!printed.contains("s3cret"), "{printed}");
    clock.pass(Duration::from_secs(1));
    call(&client).await.expect("a response");
    assert_eq!(lines(&server), [ASKED, ASKED, CLOSED]);
}
