//! Tokens that the client asks for itself: client credentials, a refresh token, a configuration.

use crate::api::{BuildWith as _, Client, ClientBuilder};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use wiretrue::Error;
use wiretrue::codegen::{Credential, TokenEndpoint};
use wiretrue::oauth::{
    ClientAuthentication, ClientCredentials, OAuthError, RefreshToken, TokenSet,
};

use secrecy::ExposeSecret;

use super::support::{Closed, builder, call, sent};
use crate::api::{Fetch, described};
use crate::device::support::{NOW, TestClock};
use crate::server::{Server, Step, answer, header};

fn json(status: &str, body: &str) -> Vec<Step> {
    vec![Step::Send(
        answer(status, "application/json", body).into_bytes(),
    )]
}

fn token(name: &str) -> Vec<Step> {
    let body = format!(r#"{{"access_token":"{name}","token_type":"Bearer","expires_in":3600}}"#);
    json("200 OK", &body)
}

fn hello() -> Vec<Step> {
    vec![Step::Send(
        answer("200 OK", "text/plain", "hello").into_bytes(),
    )]
}

fn app() -> ClientCredentials {
    ClientCredentials::new("my app", "s3cret:ü")
}

/// As a generated method does it.
fn with(builder: ClientBuilder, app: ClientCredentials, endpoint: TokenEndpoint) -> ClientBuilder {
    builder.credential("token", Credential::grant(app.at(endpoint)))
}

/// First lines, `Authorization` headers and bodies.
fn seen(server: &Server) -> Vec<(String, String, String)> {
    let requests = server.requests();
    let parts = requests.iter().map(|request| {
        let (head, body) = request.split_once("\r\n\r\n").expect("a head");
        let line = head.lines().next().unwrap_or_default();
        let authorization = header(request, "authorization").unwrap_or_default();
        (line.to_owned(), authorization.to_owned(), body.to_owned())
    });
    parts.collect()
}

fn parts(line: &str, authorization: &str, body: &str) -> (String, String, String) {
    (
        format!("{line} HTTP/1.1"),
        authorization.to_owned(),
        body.to_owned(),
    )
}

/// `my+app:s3cret%3A%C3%BC` in base64 (RFC 6749 section 2.3.1).
const PROOF: &str = "Basic bXkrYXBwOnMzY3JldCUzQSVDMyVCQw==";

#[tokio::test]
async fn an_app_asks_for_its_token_once_and_again_when_it_is_due() {
    let server = Server::start(vec![token("one"), hello(), hello(), token("two"), hello()]).await;
    let clock = TestClock::new();
    let app = app()
        .scopes(["read write", "admin"])
        .audience("https://api");
    // Relative to the base URL, as OpenAPI says.
    let builder = builder(&server, &clock).base_url(format!("{}/v1/", server.url));
    let builder = builder.default_header("X-Tenant", "t");
    let client = with(builder, app, TokenEndpoint::Url("../token?x=1"));
    let client = client.build().expect("a client");
    assert!(
        server.requests().is_empty(),
        "nothing is asked until it is needed"
    );
    call(&client).await.expect("an answer");
    call(&client).await.expect("an answer");
    clock.pass(Duration::from_secs(3540));
    call(&client).await.expect("an answer");
    let body = "grant_type=client_credentials&scope=read+write+admin&audience=https%3A%2F%2Fapi&client_id=my+app";
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
async fn a_token_endpoint_elsewhere_gets_nothing_of_the_client_s_own() {
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
    call(&client).await.expect("an answer");
    let body = "grant_type=client_credentials&client_id=my+app&client_secret=s3cret%3A%C3%BC";
    assert_eq!(seen(&login), [parts("POST /token", "", body)]);
    assert!(!login.requests()[0].contains("t0p"));
    assert_eq!(sent(&server), ["Bearer one"]);
}

#[tokio::test]
async fn a_configuration_tells_the_endpoint_and_what_it_takes() {
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
        .expect("an answer");
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

/// A configuration whose token endpoint is at this URL.
fn configuration(endpoint: &str) -> Vec<Step> {
    let body = format!(r#"{{"issuer":"https://id.example.com","token_endpoint":"{endpoint}"}}"#);
    json("200 OK", &body)
}

/// A client whose tokens come from where the configuration of its server says.
fn configured(server: &Server, clock: &TestClock) -> Client {
    let client = with(
        builder(server, clock),
        app(),
        TokenEndpoint::Configuration("/c"),
    );
    client.build().expect("a client")
}

/// Methods and paths of the requests.
fn lines(server: &Server) -> Vec<String> {
    let lines = seen(server).into_iter().map(|(line, ..)| line);
    lines.map(|line| line.replace(" HTTP/1.1", "")).collect()
}

/// When a token of [`token`] is renewed, and still holds.
const DUE: Duration = Duration::from_secs(3540);
/// How long a failure holds.
const PAUSE: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_configuration_is_asked_for_once_however_often_tokens_are_renewed() {
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
        call(&client).await.expect("an answer");
        clock.pass(DUE);
    }
    let (asked, closed) = ("POST /t", "GET /closed");
    assert_eq!(
        lines(&server),
        ["GET /c", asked, closed, asked, closed, asked, closed]
    );
    assert_eq!(sent(&server)[6], "Bearer three");
}

/// Calls with tokens from a configured endpoint: the first call fails so, the next gets an answer.
async fn fail_once(server: &Server, failure: &str) {
    let clock = TestClock::new();
    let client = configured(server, &clock);
    let error = call(&client).await.expect_err("no token").to_string();
    assert!(error.contains(failure), "{error}");
    clock.pass(PAUSE);
    call(&client).await.expect("an answer");
}

#[tokio::test]
async fn a_configuration_that_was_not_there_is_asked_for_again() {
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

/// What is asked when the token endpoint answers so at a renewal, and a second after that; `next` is what the
/// configuration is then, if it is asked for.
async fn after(answer: Vec<Step>, next: Option<fn(&str) -> Vec<Step>>) -> Vec<String> {
    let server = Server::start_with(|url| {
        let mut answers = vec![
            configuration(&format!("{url}/old")),
            token("one"),
            hello(),
            answer,
            hello(),
        ];
        answers.extend(next.map(|next| next(url)));
        answers.extend([token("two"), hello()]);
        answers
    })
    .await;
    let clock = TestClock::new();
    let client = configured(&server, &clock);
    call(&client).await.expect("an answer");
    clock.pass(DUE);
    // With the token that still holds.
    call(&client).await.expect("an answer");
    clock.pass(PAUSE);
    call(&client).await.expect("an answer");
    let tokens: Vec<_> = sent(&server)
        .into_iter()
        .filter(|sent| sent.starts_with("Bearer"))
        .collect();
    assert_eq!(tokens, ["Bearer one", "Bearer one", "Bearer two"]);
    let lines = lines(&server);
    assert_eq!(lines[3..5], ["POST /old", "GET /closed"]);
    lines[5..].to_vec()
}

#[tokio::test]
async fn an_endpoint_that_is_not_as_it_was_told_is_asked_for_again() {
    for status in [
        "308 Permanent Redirect",
        "401 Unauthorized",
        "404 Not Found",
        "410 Gone",
    ] {
        let moved = after(
            json(status, "{}"),
            Some(|url| configuration(&format!("{url}/new"))),
        );
        assert_eq!(
            moved.await,
            ["GET /c", "POST /new", "GET /closed"],
            "{status}"
        );
    }
    for status in ["400 Bad Request", "429 Slow Down", "503 Busy"] {
        let same = after(json(status, "{}"), None);
        assert_eq!(same.await, ["POST /old", "GET /closed"], "{status}");
    }
}

#[tokio::test]
async fn what_a_configuration_told_holds_until_it_tells_something_else() {
    let gone = || json("404 Not Found", "{}");
    let same = after(gone(), Some(|_| json("404 Not Found", "{}")));
    assert_eq!(same.await, ["GET /c", "POST /old", "GET /closed"]);
}

#[tokio::test]
async fn an_endpoint_where_nobody_listens_any_more_is_asked_for_again() {
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
async fn a_configuration_that_others_could_read_along_with_is_not_asked_for() {
    let server = Server::start(Vec::new()).await;
    let endpoint = TokenEndpoint::Configuration("http://id.invalid/openid-configuration");
    let client = with(builder(&server, &TestClock::new()), app(), endpoint);
    let client = client.build().expect("a client");
    let error = call(&client).await.expect_err("no token");
    assert_eq!(
        error.to_string(),
        "Closed: no access token: the configuration must begin with https://, unless it is on this machine"
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_refresh_token_renews_what_a_user_approved() {
    let rotated = r#"{"access_token":"two","refresh_token":"r2","expires_in":3600}"#;
    let server = Server::start(vec![hello(), json("200 OK", rotated), hello()]).await;
    let clock = TestClock::new();
    let end = SystemTime::UNIX_EPOCH + NOW + Duration::from_secs(600);
    let tokens = TokenSet::new("one")
        .with_refresh_token("r1")
        .with_expires_at(end);
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let log = Arc::clone(&heard);
    let token = RefreshToken::new("my app", tokens).on_refresh(move |tokens| {
        let token = tokens.refresh_token().expect("a refresh token");
        log.lock()
            .expect("the log")
            .push(token.expose_secret().to_owned());
    });
    let grant = Credential::grant(token.at(TokenEndpoint::Url("/refresh")));
    let client = builder(&server, &clock).credential("token", grant);
    let client = client.build().expect("a client");
    call(&client).await.expect("an answer");
    clock.pass(Duration::from_secs(600));
    call(&client).await.expect("an answer");
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
    assert_eq!(*heard.lock().expect("the log"), ["r2"]);
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
async fn a_grant_is_a_credential_like_others() {
    let server = Server::start(vec![token("one"), hello(), hello(), hello(), hello()]).await;
    let builder = builder(&server, &TestClock::new()).key("header", "k");
    let client = with(builder, app(), TokenEndpoint::Url("/token"));
    let client = client.build().expect("a client");
    Fetch::<Either>::new(&client)
        .send()
        .await
        .expect("an answer");
    Fetch::<Both>::new(&client).send().await.expect("an answer");
    Fetch::<Optional>::new(&client)
        .send()
        .await
        .expect("an answer");
    let signed_in = client.with_tokens(TokenSet::new("user"));
    call(&signed_in).await.expect("an answer");
    assert_eq!(
        sent(&server),
        [PROOF, "Bearer one", "Bearer one", "", "Bearer user"]
    );
    let requests = server.requests();
    let keys: Vec<_> = requests.iter().map(|it| header(it, "x-key")).collect();
    assert_eq!(keys, [None, None, Some("k"), None, None]);
}

#[tokio::test]
async fn what_the_server_says_of_a_refusal_is_told_and_no_secret() {
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
async fn an_endpoint_that_takes_no_connection_is_tried_once() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let address = closed.expect("a port").local_addr().expect("an address");
    let server = Server::start(Vec::new()).await;
    let clock = TestClock::new();
    let endpoint = TokenEndpoint::Url(format!("http://{address}/token").leak());
    let client = with(builder(&server, &clock), app(), endpoint);
    let error = call(&client.build().expect("a client")).await;
    let error = error.expect_err("no token").to_string();
    assert!(error.contains("couldn't connect"), "{error}");
    assert!(!error.contains("attempts"), "{error}");
    assert_eq!((clock.seconds(), sent(&server).len()), (0.0, 0));
}

#[tokio::test]
async fn an_endpoint_that_never_answers_ends_calls_by_their_time_limit_and_is_asked_once() {
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

/// As many calls at once, each on a task of its own.
async fn at_once(client: &Client) -> Vec<Result<String, Error>> {
    let calls: Vec<_> = (0..64).map(|_| tokio::spawn(call(client))).collect();
    let mut results = Vec::new();
    for call in calls {
        results.push(call.await.expect("no panic"));
    }
    results
}

#[tokio::test]
async fn however_many_calls_wait_the_endpoint_is_asked_once() {
    let login = Server::start(vec![token("one"), token("two")]).await;
    let server = Server::start(vec![hello(); 128]).await;
    let url = format!("{}/token", login.url);
    let clock = TestClock::new();
    let endpoint = TokenEndpoint::Url(url.leak());
    let client = with(builder(&server, &clock), app(), endpoint);
    let client = client.build().expect("a client");
    for (asked, token) in [(1, "Bearer one"), (2, "Bearer two")] {
        for result in at_once(&client).await {
            assert_eq!(result.expect("an answer"), "hello");
        }
        assert_eq!(login.requests().len(), asked);
        let sent = sent(&server);
        assert_eq!(sent[64 * (asked - 1)..], [token; 64]);
        clock.pass(Duration::from_secs(3600));
    }
}

#[tokio::test]
async fn an_endpoint_that_is_down_is_asked_once_for_all_and_again_after_a_pause() {
    let page = answer("503 Down", "text/html", "<title>Back at noon</title>");
    let down = vec![Step::Send(page.into_bytes())];
    let login = Server::start(vec![down, token("one")]).await;
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
            "Closed: no access token: token request: 503 Service Unavailable: Back at noon"
        );
    }
    assert_eq!((login.requests().len(), sent(&server).len()), (1, 0));
    clock.pass(Duration::from_secs(1));
    assert_eq!(call(&client).await.expect("an answer"), "hello");
    assert_eq!(login.requests().len(), 2);
    assert_eq!(sent(&server), ["Bearer one"]);
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_one_is_refused_when_the_client_is_built() {
    let server = Server::start(Vec::new()).await;
    for url in [
        "ftp://example.com/token",
        "https://u:p@example.com/token",
        "/{nowhere}",
    ] {
        let builder = builder(&server, &TestClock::new());
        let refused = with(builder, app(), TokenEndpoint::Url(url)).build();
        assert!(matches!(refused, Err(Error::InvalidRequest(_))), "{url}");
    }
    let none = app().client_authentication(ClientAuthentication::None);
    let builder = builder(&server, &TestClock::new());
    let refused = with(builder, none, TokenEndpoint::Url("/token")).build();
    assert!(matches!(refused, Err(Error::InvalidRequest(_))));
}
