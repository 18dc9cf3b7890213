//! Middlewares: their order, what they see and change, and that requests are printed without secrets.

use std::sync::{Arc, Mutex};

use http::header::HeaderValue;
use wiretrue::codegen::{Credential, Meta, TokenEndpoint};
use wiretrue::error::TransportError;
use wiretrue::oauth::ClientCredentials;
use wiretrue::transport::{Body, BoxFuture, Middleware, Next, Redacted};
use wiretrue::{Error, RetryPolicy};

use crate::api::{BuildApi as _, BuildWith as _, Client, ClientBuilder, Fetch, described};
use crate::device::support::TestClock;
use crate::server::{Server, Step, header, http_response};
use crate::session::support::{Closed, Source, tokens};

described!(Get, GET, "/text", &[]);
described!(Keyed, GET, "/keyed", &[&["header", "query", "cookie"]]);

type Outcome = Result<http::Response<Body>, TransportError>;
type Log = Arc<Mutex<Vec<String>>>;

/// Notes each request and response under a name, and adds the name to a header.
struct Noted(&'static str, Log);

impl Middleware for Noted {
    fn handle<'a>(
        &'a self,
        mut request: http::Request<Body>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let Self(name, log) = self;
            let id = request.extensions().get::<Meta>().map(|meta| meta.id);
            let uri = request.uri().path();
            note(log, format!("{name} > {} {uri}", id.unwrap_or("?")));
            let value = HeaderValue::from_static(name);
            request.headers_mut().append("x-noted", value);
            let response = next.send(request).await;
            let status = response.as_ref().map(http::Response::status);
            note(log, format!("{name} < {status:?}"));
            response
        })
    }
}

fn note(log: &Log, text: String) {
    log.lock().expect("the log").push(text);
}

/// Prints each request and response.
struct Printed(Log);

impl Middleware for Printed {
    fn handle<'a>(
        &'a self,
        request: http::Request<Body>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            note(&self.0, format!("{:?}", Redacted(&request)));
            let response = next.send(request).await?;
            note(&self.0, format!("{:?}", Redacted(&response)));
            Ok(response)
        })
    }
}

/// Responds in the place of the server.
struct Cached;

impl Middleware for Cached {
    fn handle<'a>(&'a self, _: http::Request<Body>, _: Next<'a>) -> BoxFuture<'a, Outcome> {
        Box::pin(async { Ok(http::Response::new(Body::from("cached"))) })
    }
}

/// Sends each request twice.
struct Twice;

impl Middleware for Twice {
    fn handle<'a>(
        &'a self,
        request: http::Request<Body>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let copy = body.try_clone().expect("bytes");
            next.send(http::Request::from_parts(parts.clone(), copy))
                .await?;
            next.send(http::Request::from_parts(parts, body)).await
        })
    }
}

fn builder(server: &Server) -> ClientBuilder {
    Client::builder()
        .base_url(&server.url)
        .clock(TestClock::new())
}

fn fine() -> Vec<Step> {
    let text = http_response("200 OK", "text/plain", "fine");
    vec![Step::Send(text.into_bytes())]
}

fn busy() -> Vec<Step> {
    let text = http_response("503 Busy", "text/plain", "no");
    vec![Step::Send(text.into_bytes())]
}

fn moved(location: &str) -> Vec<Step> {
    let text = format!(
        "HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    vec![Step::Send(text.into_bytes())]
}

fn lines(log: &Log) -> Vec<String> {
    log.lock().expect("the log").clone()
}

#[tokio::test]
async fn the_first_middleware_is_the_outermost() {
    let server = Server::start(vec![fine()]).await;
    let log = Log::default();
    let client = builder(&server)
        .middleware(Noted("outer", Arc::clone(&log)))
        .middleware(Noted("inner", Arc::clone(&log)))
        .build()
        .expect("a client");
    let text = Fetch::<Get>::new(&client).send().await;
    assert_eq!(text.expect("a response"), "fine");
    let expected = [
        "outer > Get /text",
        "inner > Get /text",
        "inner < Ok(200)",
        "outer < Ok(200)",
    ];
    assert_eq!(lines(&log), expected);
    let request = server.request();
    let noted = request.lines().filter(|it| it.starts_with("x-noted"));
    let noted: Vec<_> = noted.collect();
    assert_eq!(noted, ["x-noted: outer", "x-noted: inner"]);
    assert_eq!(header(&request, "user-agent"), Some("things/1.2.3"));
}

#[tokio::test]
async fn a_middleware_runs_for_each_attempt_and_each_redirect() {
    let server = Server::start(vec![busy(), moved("/other"), fine()]).await;
    let log = Log::default();
    let client = builder(&server).middleware(Noted("it", Arc::clone(&log)));
    let client = client.build().expect("a client");
    Fetch::<Get>::new(&client).send().await.expect("a response");
    let expected = [
        "it > Get /text",
        "it < Ok(503)",
        "it > Get /text",
        "it < Ok(302)",
        "it > Get /other",
        "it < Ok(200)",
    ];
    assert_eq!(lines(&log), expected);
}

#[tokio::test]
async fn a_middleware_sees_tokens_and_the_requests_for_them() {
    let token = r#"{"access_token":"t0ken-of-mine","token_type":"Bearer","expires_in":3600}"#;
    let token = http_response("200 OK", "application/json", token).into_bytes();
    let server = Server::start(vec![vec![Step::Send(token)], fine()]).await;
    let log = Log::default();
    let grant = ClientCredentials::new("app", "s3cret").at(TokenEndpoint::Url("/token"));
    let client = builder(&server)
        .credential("token", Credential::grant(grant))
        .middleware(Noted("it", Arc::clone(&log)))
        .middleware(Printed(Arc::clone(&log)))
        .build()
        .expect("a client");
    Fetch::<Closed>::new(&client)
        .send()
        .await
        .expect("a response");
    let lines = lines(&log);
    assert_eq!(lines[0], "it > token request /token");
    assert_eq!(lines[4], "it > Closed /closed");
    let printed = lines.join("\n");
    assert!(
        printed.contains(r#""authorization": REDACTED"#),
        "{printed}"
    );
    for secret in ["t0ken", "s3cret", "YXBwOnMzY3JldA"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    assert!(server.requests()[1].contains("authorization: Bearer t0ken-of-mine"));
}

#[tokio::test]
async fn a_middleware_sees_the_replaced_token() {
    let no = http_response("401 No", "text/plain", "no").into_bytes();
    let server = Server::start(vec![vec![Step::Send(no)], fine()]).await;
    let log = Log::default();
    let client = builder(&server).middleware(Noted("it", Arc::clone(&log)));
    let source = Source::new([Some(tokens("one", 600)), Some(tokens("two", 600))]);
    let client = client.build().expect("a client").with_tokens(source);
    Fetch::<Closed>::new(&client)
        .send()
        .await
        .expect("a response");
    let statuses: Vec<_> = lines(&log).into_iter().skip(1).step_by(2).collect();
    assert_eq!(statuses, ["it < Ok(401)", "it < Ok(200)"]);
}

#[tokio::test]
async fn a_middleware_can_respond_itself_or_send_twice() {
    let server = Server::start(vec![fine(), fine()]).await;
    let cached = builder(&server).middleware(Cached).build().expect("it");
    let text = Fetch::<Get>::new(&cached).send().await;
    assert_eq!(text.expect("a response"), "cached");
    assert!(server.requests().is_empty());

    let twice = builder(&server).middleware(Twice).build().expect("it");
    let text = Fetch::<Get>::new(&twice).send().await;
    assert_eq!(text.expect("a response"), "fine");
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0], requests[1]);
}

/// Fails before anything is sent.
struct Failing(bool);

impl Middleware for Failing {
    fn handle<'a>(&'a self, _: http::Request<Body>, _: Next<'a>) -> BoxFuture<'a, Outcome> {
        let error = TransportError::connect("not allowed");
        let error = if self.0 { error.permanent() } else { error };
        Box::pin(std::future::ready(Err(error)))
    }
}

#[tokio::test]
async fn the_error_of_a_middleware_is_that_of_the_attempt() {
    let server = Server::start(Vec::new()).await;
    for (is_permanent, attempts) in [(true, 1), (false, 3)] {
        let client = builder(&server).middleware(Failing(is_permanent));
        let client = client.build().expect("a client");
        let error = Fetch::<Get>::new(&client).send().await.expect_err("it");
        let Error::Transport(error) = error else {
            panic!("{error:?}");
        };
        assert_eq!(error.attempts(), attempts);
        assert!(error.to_string().contains("not allowed"), "{error}");
    }
}

#[tokio::test]
async fn requests_and_responses_are_printed_without_secrets() {
    let reply = "HTTP/1.1 200 OK\r\nset-cookie: sid=s3cret\r\n\
                 content-location: http://u:s3cret@h/p?code=s3cret#s3cret\r\nx-plain: shown\r\n\
                 content-type: text/plain\r\ncontent-length: 6\r\nconnection: close\r\n\r\ns3cret";
    let server = Server::start(vec![vec![Step::Send(reply.into())]]).await;
    let log = Log::default();
    let client = builder(&server)
        .key("header", "s3cret")
        .key("query", "s3cret")
        .key("cookie", "s3cret")
        .retry(RetryPolicy::never())
        .middleware(Forgetful)
        .middleware(Printed(Arc::clone(&log)))
        .build()
        .expect("a client");
    let call = Fetch::<Keyed>::new(&client).options(|it| it.query("other", "s3cret"));
    assert_eq!(call.send().await.expect("a response"), "s3cret");
    assert_eq!(server.request().matches("s3cret").count(), 4);
    let lines = lines(&log);
    let expected = format!(
        "Request {{ method: GET, url: {}/keyed?other=REDACTED&api%20key=REDACTED, headers: {{",
        server.url
    );
    assert!(lines[0].starts_with(&expected), "{}", lines[0]);
    for shown in [
        r#""x-key": REDACTED"#,
        r#""cookie": REDACTED"#,
        r#""accept": "text/plain""#,
        "body: Body(0 bytes)",
    ] {
        assert!(lines[0].contains(shown), "{}", lines[0]);
    }
    for shown in [
        "Response { status: 200",
        r#""set-cookie": REDACTED"#,
        r#""content-location": "http://h/p?code=REDACTED""#,
        r#""x-plain": "shown""#,
    ] {
        assert!(lines[1].contains(shown), "{}", lines[1]);
    }
    assert!(!lines.concat().contains("s3cret"), "{lines:#?}");
}

/// Sets a credential again, without marking it as sensitive.
struct Forgetful;

impl Middleware for Forgetful {
    fn handle<'a>(
        &'a self,
        mut request: http::Request<Body>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Outcome> {
        let key = HeaderValue::from_static("s3cret");
        request.headers_mut().insert("x-key", key);
        next.send(request)
    }
}
