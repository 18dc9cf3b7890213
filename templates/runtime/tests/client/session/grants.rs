//! Tokens that the client requests itself: client credentials, refresh token, and metadata.

use crate::api::{BuildWith as _, Client, ClientBuilder};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use wiretrue::codegen::{Credential, TokenEndpoint};
use wiretrue::oauth::{
    ClientAuthentication, ClientCredentials, OAuthError, RefreshToken, TokenSet,
};
use wiretrue::{Error, RetryPolicy};

use secrecy::ExposeSecret;

use super::support::{Closed, builder, call, sent};
use crate::api::{Fetch, described};
use crate::device::support::{NOW, TestClock};
use crate::server::{Server, Step, header, http_response};

pub fn json(status: &str, body: &str) -> Vec<Step> {
    vec![Step::Send(
        http_response(status, "application/json", body).into_bytes(),
    )]
}

pub fn token(name: &str) -> Vec<Step> {
    let body = format!(r#"{{"access_token":"{name}","token_type":"Bearer","expires_in":3600}}"#);
    json("200 OK", &body)
}

pub fn hello() -> Vec<Step> {
    vec![Step::Send(
        http_response("200 OK", "text/plain", "hello").into_bytes(),
    )]
}

pub fn app() -> ClientCredentials {
    ClientCredentials::new("my app", "s3cret:ü")
}

/// Sets the credential as a generated method does.
pub fn with(
    builder: ClientBuilder,
    app: ClientCredentials,
    endpoint: TokenEndpoint,
) -> ClientBuilder {
    builder.credential("token", Credential::grant(app.at(endpoint)))
}

/// Returns the first lines, `Authorization` headers and bodies of the requests.
pub fn seen(server: &Server) -> Vec<(String, String, String)> {
    let requests = server.requests();
    let parts = requests.iter().map(|request| {
        let (head, body) = request.split_once("\r\n\r\n").expect("a head");
        let line = head.lines().next().unwrap_or_default();
        let authorization = header(request, "authorization").unwrap_or_default();
        (line.to_owned(), authorization.to_owned(), body.to_owned())
    });
    parts.collect()
}

pub fn parts(line: &str, authorization: &str, body: &str) -> (String, String, String) {
    (
        format!("{line} HTTP/1.1"),
        authorization.to_owned(),
        body.to_owned(),
    )
}

/// `my+app:s3cret%3A%C3%BC` in base64 (RFC 6749 section 2.3.1).
pub const PROOF: &str = "Basic bXkrYXBwOnMzY3JldCUzQSVDMyVCQw==";

#[tokio::test]
async fn client_credentials_are_requested_once_and_again_before_expiry() {
    let server = Server::start(vec![token("one"), hello(), hello(), token("two"), hello()]).await;
    let clock = TestClock::new();
    let app = app()
        .scopes(["read write", "admin"])
        .audience("https://api");
    // Relative to the base URL, as OpenAPI defines.
    let builder = builder(&server, &clock).base_url(format!("{}/v1/", server.url));
    let builder = builder.default_header("X-Tenant", "t");
    let client = with(builder, app, TokenEndpoint::Url("../token?x=1"));
    let client = client.build().expect("a client");
    assert!(
        server.requests().is_empty(),
        "nothing is asked until it is needed"
    );
    call(&client).await.expect("a response");
    call(&client).await.expect("a response");
    clock.pass(Duration::from_secs(3540));
    call(&client).await.expect("a response");
    let body = "grant_type=client_credentials&scope=read+write+admin&audience=https%3A%2F%2Fapi";
    let asked = parts("POST /token?x=1", PROOF, body);
    let closed = |token| parts("GET /v1/closed", token, "");
    assert_eq!(
        seen(&server),
        [
            asked.clone(),
            closed("Bearer one"),
            closed("Bearer one"),
            asked,
            closed("Bearer two"),
        ]
    );
    let requests = server.requests();
    assert_eq!(
        header(&requests[0], "x-tenant"),
        Some("t"),
        "the same origin"
    );
    assert_eq!(header(&requests[0], "accept"), Some("application/json"));
}

#[tokio::test]
async fn a_token_endpoint_on_another_host_gets_no_api_credentials() {
    let login = Server::start(vec![token("one")]).await;
    let server = Server::start(vec![hello()]).await;
    let url = format!("{}/token", login.url);
    let endpoint = TokenEndpoint::Url(url.leak());
    let builder = builder(&server, &TestClock::new())
        .default_header("X-Tenant", "t0p")
        .default_header("Cookie", "sid=t0p")
        .key("header", "t0p");
    let app = app().client_authentication(ClientAuthentication::Post);
    let client = with(builder, app, endpoint).build().expect("a client");
    call(&client).await.expect("a response");
    let body = "grant_type=client_credentials&client_id=my+app&client_secret=s3cret%3A%C3%BC";
    assert_eq!(seen(&login), [parts("POST /token", "", body)]);
    assert!(!login.requests()[0].contains("t0p"));
    assert_eq!(sent(&server), ["Bearer one"]);
}

#[tokio::test]
async fn metadata_names_the_endpoint_and_its_authentication() {
    let server = Server::start_with(|url| {
        let configuration = format!(
            r#"{{"issuer":"https://id.example.com","token_endpoint":"{url}/t","token_endpoint_auth_methods_supported":["client_secret_post"]}}"#
        );
        vec![json("200 OK", &configuration), token("one"), hello()]
    })
    .await;
    let endpoint = TokenEndpoint::Configuration("/.well-known/openid-configuration");
    let client = with(builder(&server, &TestClock::new()), app(), endpoint);
    call(&client.build().expect("a client"))
        .await
        .expect("a response");
    let body = "grant_type=client_credentials&client_id=my+app&client_secret=s3cret%3A%C3%BC";
    assert_eq!(
        seen(&server),
        [
            parts("GET /.well-known/openid-configuration", "", ""),
            parts("POST /t", "", body),
            parts("GET /closed", "Bearer one", ""),
        ]
    );
}

/// Metadata with this token endpoint.
fn configuration(endpoint: &str) -> Vec<Step> {
    let body = format!(r#"{{"issuer":"https://id.example.com","token_endpoint":"{endpoint}"}}"#);
    json("200 OK", &body)
}

/// A client that reads the token endpoint from the metadata of its server.
fn configured(server: &Server, clock: &TestClock) -> Client {
    let client = with(
        builder(server, clock),
        app(),
        TokenEndpoint::Configuration("/c"),
    );
    client.build().expect("a client")
}

/// Returns the methods and paths of the requests.
pub fn lines(server: &Server) -> Vec<String> {
    let lines = seen(server).into_iter().map(|(line, ..)| line);
    lines.map(|line| line.replace(" HTTP/1.1", "")).collect()
}

/// When a token of [`token`] is refreshed while it is still valid.
const DUE: Duration = Duration::from_secs(3540);
/// The pause after a failed fetch.
const PAUSE: Duration = Duration::from_secs(1);

#[tokio::test]
async fn metadata_is_requested_once_for_all_refreshes() {
    let server = Server::start_with(|url| {
        vec![
            configuration(&format!("{url}/t")),
            token("one"),
            hello(),
            token("two"),
            hello(),
            token("three"),
            hello(),
        ]
    })
    .await;
    let clock = TestClock::new();
    let client = configured(&server, &clock);
    for _ in 0..3 {
        call(&client).await.expect("a response");
        clock.pass(DUE);
    }
    let (asked, closed) = ("POST /t", "GET /closed");
    assert_eq!(
        lines(&server),
        ["GET /c", asked, closed, asked, closed, asked, closed]
    );
    assert_eq!(sent(&server)[6], "Bearer three");
}

/// Asserts that the first call fails with this message and the next one succeeds.
async fn fail_once(server: &Server, failure: &str) {
    let clock = TestClock::new();
    let client = configured(server, &clock);
    let error = call(&client).await.expect_err("no token").to_string();
    assert!(error.contains(failure), "{error}");
    clock.pass(PAUSE);
    call(&client).await.expect("a response");
}

#[tokio::test]
async fn failed_metadata_requests_are_repeated() {
    let server = Server::start_with(|url| {
        vec![
            json("404 Not Found", "{}"),
            configuration(&format!("{url}/t")),
            token("one"),
            hello(),
        ]
    })
    .await;
    fail_once(&server, "discovery: 404 Not Found").await;
    assert_eq!(
        lines(&server),
        ["GET /c", "GET /c", "POST /t", "GET /closed"]
    );
}

/// Returns the requests if the token endpoint responds so to each attempt at a refresh, and the next
/// refresh follows after a second. `next` is the metadata by then.
async fn after(
    response: Vec<Step>,
    attempts: usize,
    next: Option<fn(&str) -> Vec<Step>>,
) -> Vec<String> {
    let server = Server::start_with(|url| {
        let mut replies = vec![configuration(&format!("{url}/old")), token("one"), hello()];
        replies.extend(vec![response; attempts]);
        replies.push(hello());
        replies.extend(next.map(|next| next(url)));
        replies.extend([token("two"), hello()]);
        replies
    })
    .await;
    let clock = TestClock::new();
    let client = configured(&server, &clock);
    // With the token that is still valid.
    call(&client).await.expect("a response");
    clock.pass(DUE);
    // With the token that still holds.
    call(&client).await.expect("a response");
    clock.pass(PAUSE);
    call(&client).await.expect("a response");
    let tokens: Vec<_> = sent(&server)
        .into_iter()
        .filter(|sent| sent.starts_with("Bearer"))
        .collect();
    assert_eq!(tokens, ["Bearer one", "Bearer one", "Bearer two"]);
    let lines = lines(&server);
    let (failed, rest) = lines[3..].split_at(attempts);
    assert_eq!(failed, vec!["POST /old"; attempts]);
    assert_eq!(rest[0], "GET /closed");
    rest[1..].to_vec()
}

#[tokio::test]
async fn a_failing_endpoint_makes_the_metadata_stale() {
    for status in [
        "308 Permanent Redirect",
        "401 Unauthorized",
        "404 Not Found",
        "410 Gone",
    ] {
        let moved = after(
            json(status, "{}"),
            1,
            Some(|url| configuration(&format!("{url}/new"))),
        );
        assert_eq!(
            moved.await,
            ["GET /c", "POST /new", "GET /closed"],
            "{status}"
        );
    }
    for (status, attempts) in [
        ("400 Bad Request", 1),
        ("429 Slow Down", 3),
        ("503 Busy", 3),
    ] {
        let same = after(json(status, "{}"), attempts, None);
        assert_eq!(same.await, ["POST /old", "GET /closed"], "{status}");
    }
}

#[tokio::test]
async fn stale_metadata_is_used_until_it_is_replaced() {
    let elapsed = || json("404 Not Found", "{}");
    let same = after(elapsed(), 1, Some(|_| json("404 Not Found", "{}")));
    assert_eq!(same.await, ["GET /c", "POST /old", "GET /closed"]);
}

#[tokio::test]
async fn an_unreachable_endpoint_makes_the_metadata_stale() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let address = closed.expect("a port").local_addr().expect("an address");
    let server = Server::start_with(|url| {
        vec![
            configuration(&format!("http://{address}/old")),
            configuration(&format!("{url}/new")),
            token("one"),
            hello(),
        ]
    })
    .await;
    fail_once(&server, "couldn't connect").await;
    assert_eq!(
        lines(&server),
        ["GET /c", "GET /c", "POST /new", "GET /closed"]
    );
}

#[tokio::test]
async fn metadata_without_https_is_not_requested() {
    let server = Server::start(Vec::new()).await;
    let endpoint = TokenEndpoint::Configuration("http://id.invalid/openid-configuration");
    let client = with(builder(&server, &TestClock::new()), app(), endpoint);
    let client = client.build().expect("a client");
    // The next call doesn't send another token request.
    let error = call(&client).await.expect_err("no token");
    assert_eq!(
        error.to_string(),
        "Closed: no access token: the configuration must begin with https://, unless it is on this machine"
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_refresh_token_refreshes_the_tokens() {
    let rotated = r#"{"access_token":"two","refresh_token":"r2","expires_in":3600}"#;
    let server = Server::start(vec![hello(), json("200 OK", rotated), hello()]).await;
    let clock = TestClock::new();
    let end = SystemTime::UNIX_EPOCH + NOW + Duration::from_secs(600);
    let tokens = TokenSet::new("one")
        .with_refresh_token("r1")
        .with_expires_at(end);
    let refreshed = Arc::<Mutex<Vec<String>>>::default();
    let log = Arc::clone(&refreshed);
    let token = RefreshToken::new("my app", tokens).on_refresh(move |tokens| {
        let token = tokens.refresh_token().expect("a refresh token");
        log.lock()
            .expect("not poisoned")
            .push(token.expose_secret().to_owned());
    });
    let grant = Credential::grant(token.at(TokenEndpoint::Url("/refresh")));
    let client = builder(&server, &clock).credential("token", grant);
    let client = client.build().expect("a client");
    call(&client).await.expect("a response");
    clock.pass(Duration::from_secs(600));
    call(&client).await.expect("a response");
    assert_eq!(
        seen(&server),
        [
            parts("GET /closed", "Bearer one", ""),
            parts(
                "POST /refresh",
                "",
                "grant_type=refresh_token&refresh_token=r1&client_id=my+app"
            ),
            parts("GET /closed", "Bearer two", ""),
        ]
    );
    assert_eq!(*refreshed.lock().expect("not poisoned"), ["r2"]);
}

described!(
    Either,
    GET,
    "/closed",
    &[&["digest"], &["token"], &["header"]]
);
described!(Both, GET, "/closed", &[&["header", "token"]]);
described!(Optional, GET, "/closed", &[&["basic"], &[]]);

#[tokio::test]
async fn a_grant_is_used_like_other_credentials() {
    let server = Server::start(vec![token("one"), hello(), hello(), hello(), hello()]).await;
    let builder = builder(&server, &TestClock::new()).key("header", "k");
    let client = with(builder, app(), TokenEndpoint::Url("/token"));
    let client = client.build().expect("a client");
    Fetch::<Either>::new(&client)
        .send()
        .await
        .expect("a response");
    Fetch::<Both>::new(&client)
        .send()
        .await
        .expect("a response");
    Fetch::<Optional>::new(&client)
        .send()
        .await
        .expect("a response");
    let signed_in = client.with_tokens(TokenSet::new("user"));
    call(&signed_in).await.expect("a response");
    assert_eq!(
        sent(&server),
        [PROOF, "Bearer one", "Bearer one", "", "Bearer user"]
    );
    let requests = server.requests();
    let keys: Vec<_> = requests.iter().map(|it| header(it, "x-key")).collect();
    assert_eq!(keys, [None, None, Some("k"), None, None]);
}

#[tokio::test]
async fn an_error_response_is_printed_without_secrets() {
    let refusal = r#"{"error":"invalid_client","error_description":"unknown app"}"#;
    let server = Server::start(vec![json("401 Unauthorized", refusal)]).await;
    let builder = builder(&server, &TestClock::new());
    let client = with(builder, app(), TokenEndpoint::Url("/token"));
    let client = client.build().expect("a client");
    let error = call(&client).await.expect_err("no token");
    assert_eq!(
        error.to_string(),
        "Closed: no access token: invalid_client: unknown app"
    );
    let printed = format!("{error:?} {client:?} {:?}", app());
    assert!(!printed.contains("s3cret"), "{printed}");
    let Error::Authentication(error) = error else {
        panic!("{error:?}")
    };
    assert!(error.cause().downcast_ref::<OAuthError>().is_some());
    // It isn't asked again by each call.
    call(&client).await.expect_err("no token");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_unreachable_endpoint_is_tried_as_often_as_the_policy_says() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let address = closed.expect("a port").local_addr().expect("an address");
    let server = Server::start(Vec::new()).await;
    let clock = TestClock::new();
    let endpoint = TokenEndpoint::Url(format!("http://{address}/token").leak());
    let client = with(builder(&server, &clock), app(), endpoint);
    let error = call(&client.build().expect("a client")).await;
    let error = error.expect_err("no token").to_string();
    assert!(error.contains("couldn't connect"), "{error}");
    assert!(error.ends_with("(3 attempts)"), "{error}");
    assert!((0.75..=1.5).contains(&clock.seconds()));

    let never = builder(&server, &clock).retry(RetryPolicy::never());
    let error = call(&with(never, app(), endpoint).build().expect("a client")).await;
    let error = error.expect_err("no token").to_string();
    assert!(!error.contains("attempts"), "{error}");
    assert_eq!(sent(&server).len(), 0);
}

#[tokio::test]
async fn calls_time_out_while_one_token_request_hangs() {
    let silent = vec![Step::Wait(Duration::from_secs(600))];
    let login = Server::start(vec![silent]).await;
    let server = Server::start(vec![hello()]).await;
    let url = format!("{}/token", login.url);
    let builder = builder(&server, &TestClock::new());
    let client = with(builder, app(), TokenEndpoint::Url(url.leak()));
    let client = client.build().expect("a client");
    for _ in 0..3 {
        let call = Fetch::<Closed>::new(&client);
        let call = call.options(|options| options.timeout(Duration::from_millis(100)));
        let error = call.send().await.expect_err("no token");
        assert_eq!(error.to_string(), "Closed: timed out after 100ms");
    }
    assert_eq!((login.requests().len(), sent(&server).len()), (1, 0));
}

/// Sends many calls concurrently, each on its own task.
async fn at_once(client: &Client) -> Vec<Result<String, Error>> {
    let calls: Vec<_> = (0..64).map(|_| tokio::spawn(call(client))).collect();
    let mut results = Vec::new();
    for call in calls {
        results.push(call.await.expect("no panic"));
    }
    results
}

#[tokio::test]
async fn many_calls_share_one_token_request() {
    let login = Server::start(vec![token("one"), token("two")]).await;
    let server = Server::start(vec![hello(); 128]).await;
    let url = format!("{}/token", login.url);
    let clock = TestClock::new();
    let endpoint = TokenEndpoint::Url(url.leak());
    let client = with(builder(&server, &clock), app(), endpoint);
    let client = client.build().expect("a client");
    for (asked, token) in [(1, "Bearer one"), (2, "Bearer two")] {
        for result in at_once(&client).await {
            assert_eq!(result.expect("a response"), "hello");
        }
        assert_eq!(login.requests().len(), asked);
        let sent = sent(&server);
        assert_eq!(sent[64 * (asked - 1)..], [token; 64]);
        clock.pass(Duration::from_secs(3600));
    }
}

#[tokio::test]
async fn a_failed_token_request_is_shared_and_repeated_after_a_pause() {
    let page = http_response("503 Down", "text/html", "<title>Back at noon</title>");
    let down = vec![Step::Send(page.into_bytes())];
    let login = Server::start(vec![down.clone(), down.clone(), down, token("one")]).await;
    let server = Server::start(vec![hello()]).await;
    let url = format!("{}/token", login.url);
    let clock = TestClock::new();
    let endpoint = TokenEndpoint::Url(url.leak());
    let client = with(builder(&server, &clock), app(), endpoint);
    let client = client.build().expect("a client");
    for result in at_once(&client).await {
        let error = result.expect_err("no token");
        assert!(matches!(error, Error::Authentication(_)), "{error:?}");
        assert_eq!(
            error.to_string(),
            "Closed: no access token: token request: 503 Service Unavailable: Back at noon (3 attempts)"
        );
    }
    assert_eq!((login.requests().len(), sent(&server).len()), (3, 0));
    clock.pass(Duration::from_secs(1));
    assert_eq!(call(&client).await.expect("a response"), "hello");
    assert_eq!(login.requests().len(), 4);
    assert_eq!(sent(&server), ["Bearer one"]);
}

#[tokio::test]
async fn an_invalid_endpoint_is_rejected_when_the_client_is_built() {
    let server = Server::start(Vec::new()).await;
    for url in [
        "ftp://example.com/token",
        "https://u:p@example.com/token",
        "/{nowhere}",
    ] {
        let builder = builder(&server, &TestClock::new());
        let rejected = with(builder, app(), TokenEndpoint::Url(url)).build();
        assert!(matches!(rejected, Err(Error::InvalidRequest(_))), "{url}");
    }
    let none = app().client_authentication(ClientAuthentication::None);
    let builder = builder(&server, &TestClock::new());
    let rejected = with(builder, none, TokenEndpoint::Url("/token")).build();
    assert!(matches!(rejected, Err(Error::InvalidRequest(_))));
}
