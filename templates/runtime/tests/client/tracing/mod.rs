//! The span of a call: its fields, events and end, and that it holds no secrets.

pub mod kept;
mod propagation;

use crate::api::{BuildApi as _, BuildWith as _, Client, ClientBuilder};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wiretrue::codegen::{Credential, TokenEndpoint};
use wiretrue::error::TransportError;
use wiretrue::oauth::{ClientAuthentication, ClientCredentials};
use wiretrue::streaming::Download;
use wiretrue::transport::{Body, BoxFuture, Transport};
use wiretrue::{Error, RetryPolicy};

use tokio::net::TcpListener;
use tracing::instrument::Instrument;

use crate::api::{CreateThing, Fetch, described};
use crate::device::support::TestClock;
use crate::downloads::Photo;
use crate::server::{Server, Step, http_response};
use crate::session::support::{Closed, Source, tokens};
use kept::{Fields, Kept, Value};

described!(Get, GET, "/text", &[]);
described!(Keyed, GET, "/keyed", &[&["header", "query", "cookie"]]);

fn builder(url: &str) -> ClientBuilder {
    Client::builder().base_url(url).clock(TestClock::new())
}

fn client(url: &str) -> Client {
    builder(url).build().expect("a client")
}

fn fine() -> Vec<Step> {
    vec![Step::Send(
        http_response("200 OK", "text/plain", "fine").into(),
    )]
}

fn status(status: &str) -> Vec<Step> {
    vec![Step::Send(http_response(status, "text/plain", "no").into())]
}

fn value(value: impl Into<Value>) -> Option<Value> {
    Some(value.into())
}

#[tokio::test]
async fn a_call_is_a_span_with_the_fields_of_opentelemetry() {
    let (kept, _guard) = Kept::start();
    let created = http_response(
        "201 Created",
        "application/json",
        r#"{"id":"1","parent":null}"#,
    );
    let server = Server::once(&created).await;
    let client = builder(&format!("{}/base?v=secret", server.url)).basic_auth("AC1", "pw");
    let mut call = CreateThing::new(&client.build().expect("a client"), "a/b");
    call.page = Some(2);
    let outer = tracing::info_span!("outer");
    let outer_id = outer.id().map(|id| id.into_u64());
    call.send().instrument(outer).await.expect("a response");

    let span = kept.span();
    let port: i64 = server.url["http://127.0.0.1:".len()..].parse().expect("it");
    let url = format!(
        "{}/base/v1/things/a%2Fb?v=REDACTED&Page=REDACTED",
        server.url
    );
    let expected: Fields = [
        ("otel.name", "POST /v1/things/{id}".into()),
        ("otel.kind", "client".into()),
        ("openapi.operation_id", "CreateThing".into()),
        ("http.request.method", "POST".into()),
        ("http.response.status_code", 201.into()),
        ("url.full", url.as_str().into()),
        ("url.template", "/v1/things/{id}".into()),
        ("server.address", "127.0.0.1".into()),
        ("server.port", port.into()),
    ]
    .into();
    assert_eq!(span.fields, expected);
    assert_eq!((span.parent, span.closed), (outer_id, true));
    assert_eq!(span.events, Vec::<Fields>::new());
}

#[tokio::test]
async fn a_retry_is_an_event_of_the_one_span() {
    let (kept, _guard) = Kept::start();
    let slow =
        "HTTP/1.1 429 Slow\r\nretry-after: 7\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let slow = vec![Step::Send(slow.into())];
    let server = Server::start(vec![slow, vec![], fine()]).await;
    let policy = RetryPolicy::default().first_wait(Duration::ZERO);
    let call = Fetch::<Get>::new(&client(&server.url)).options(|options| options.retry(policy));
    assert_eq!(call.send().await.expect("a response"), "fine");

    let span = kept.span();
    assert_eq!(span.outcome(), [value(200), None, None, value(2)]);
    let event = |attempt: i64, kind: &str, wait: i64| -> Fields {
        [
            ("message", "sent again after a wait".into()),
            ("attempt", attempt.into()),
            ("error.type", kind.into()),
            ("wait_ms", wait.into()),
        ]
        .into()
    };
    let expected = [event(1, "429", 7000), event(2, "transport", 0)];
    assert_eq!(span.events, expected);
    assert!(span.closed);
}

#[tokio::test]
async fn a_rejected_and_replaced_token_is_an_event() {
    let (kept, _guard) = Kept::start();
    let server = Server::start(vec![status("401 No"), fine()]).await;
    let source = Source::new([Some(tokens("one", 600)), Some(tokens("two", 600))]);
    let client = client(&server.url).with_tokens(source);
    assert_eq!(
        Fetch::<Closed>::new(&client).send().await.expect("it"),
        "fine"
    );
    let span = kept.span();
    assert_eq!(span.outcome(), [value(200), None, None, value(1)]);
    let expected: Fields = [
        ("message", "sent again with another token".into()),
        ("attempt", 1.into()),
        ("error.type", "401".into()),
        ("wait_ms", 0.into()),
    ]
    .into();
    assert_eq!(span.events, [expected]);
}

#[tokio::test]
async fn a_status_from_400_is_an_error_and_a_redirect_is_not() {
    for (line, number, failed) in [
        ("404 Not Found", 404, true),
        ("503 Busy", 503, true),
        ("304 Not Modified", 304, false),
    ] {
        let (kept, _guard) = Kept::start();
        let server = Server::start(vec![status(line)]).await;
        let call = Fetch::<Get>::new(&client(&server.url));
        let call = call.options(|options| options.retry(RetryPolicy::never()));
        call.send().await.expect_err(line);
        let text = number.to_string();
        let [kind, code] = [text.as_str(), "ERROR"].map(|it| failed.then(|| it.into()));
        let span = kept.span();
        assert_eq!(span.outcome(), [value(number), kind, code, None], "{line}");
        assert!(span.closed);
    }
}

#[tokio::test]
async fn a_timeout_ends_the_span() {
    let (kept, _guard) = Kept::start();
    let forever = vec![Step::Wait(Duration::from_secs(600))];
    let server = Server::start(vec![status("503 Busy"), forever]).await;
    let policy = RetryPolicy::default().first_wait(Duration::ZERO);
    let call = Fetch::<Get>::new(&client(&server.url)).options(|options| {
        let options = options.timeout(Duration::from_secs(1));
        options.retry(policy)
    });
    let error = call.send().await.expect_err("no response");
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
    let span = kept.span();
    assert_eq!(
        span.outcome(),
        [None, value("timeout"), value("ERROR"), value(1)]
    );
    assert_eq!((span.events.len(), span.closed), (1, true));
}

#[tokio::test]
async fn a_connect_error_has_its_own_error_type() {
    let (kept, _guard) = Kept::start();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let error = Fetch::<Get>::new(&client(&url)).send().await;
    error.expect_err("nobody is there");
    let span = kept.span();
    assert_eq!(
        span.outcome(),
        [None, value("connection"), value("ERROR"), value(2)]
    );
    let kinds: Vec<_> = span.events.iter().map(|it| &it["error.type"]).collect();
    assert_eq!(kinds, [&Value::from("connection"); 2]);
    assert!(span.closed);
}

#[tokio::test]
async fn a_truncated_body_has_a_status_and_is_an_error() {
    let head = |length: usize| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
        Step::Send(head.into_bytes())
    };
    let forever = Step::Wait(Duration::from_secs(600));
    for (steps, kind) in [
        (vec![head(9)], "transport"),
        (vec![head(9), forever], "timeout"),
        (vec![head(10)], "response_too_large"),
    ] {
        let (kept, _guard) = Kept::start();
        let server = Server::start(vec![steps]).await;
        let client = builder(&server.url).response_limit(9).build();
        let call = Fetch::<Get>::new(&client.expect("a client")).options(|options| {
            let options = options.timeout(Duration::from_secs(1));
            options.retry(RetryPolicy::never())
        });
        call.send().await.expect_err("no body");
        let outcome = [value(200), value(kind), value("ERROR"), None];
        assert_eq!(kept.span().outcome(), outcome);
    }
}

#[tokio::test]
async fn dropping_a_call_ends_its_span() {
    let (kept, _guard) = Kept::start();
    let forever = vec![Step::Wait(Duration::from_secs(600))];
    let server = Server::start(vec![status("503 Busy"), forever]).await;
    let client = client(&server.url);
    let mut call = Box::pin(Fetch::<Get>::new(&client).send());
    // Polls the call until the server has received the second request.
    tokio::select! {
        biased;
        output = &mut call => panic!("{output:?}"),
        () = async {
            while server.requests().len() < 2 {
                tokio::task::yield_now().await;
            }
        } => {}
    }
    assert!(!kept.span().closed);
    // The span is exited while the call waits.
    assert!(tracing::Span::current().is_none());
    drop(call);
    let span = kept.span();
    assert!(span.closed);
    assert_eq!(
        span.outcome(),
        [None, value("cancelled"), value("ERROR"), value(1)]
    );
}

#[tokio::test]
async fn a_call_that_is_not_sent_has_no_url() {
    let (kept, _guard) = Kept::start();
    let call = CreateThing::new(&client("http://127.0.0.1:1"), "t");
    call.await.expect_err("it lacks credentials");
    let span = kept.span();
    assert_eq!(
        span.outcome(),
        [None, value("missing_credentials"), value("ERROR"), None]
    );
    assert_eq!(span.field("otel.name"), value("POST /v1/things/{id}"));
    for name in ["url.full", "server.address", "server.port"] {
        assert_eq!(span.field(name), None, "{name}");
    }
    assert!(span.closed);
}

#[tokio::test]
async fn the_transport_is_inside_the_span() {
    struct Current(Arc<Mutex<Option<u64>>>);
    impl Transport for Current {
        fn send(
            &self,
            _: http::Request<Body>,
        ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
            let current = tracing::Span::current().id().map(|id| id.into_u64());
            *self.0.lock().expect("the span") = current;
            let response = http::Response::new(Body::from("fine"));
            Box::pin(std::future::ready(Ok(response)))
        }
    }
    let (kept, _guard) = Kept::start();
    for (url, address, port) in [
        ("https://example.com", "example.com", 443),
        ("http://example.com", "example.com", 80),
        ("https://[2001:db8::1]:8443", "2001:db8::1", 8443),
    ] {
        let seen = Arc::new(Mutex::new(None));
        let client = builder(url).transport(Current(Arc::clone(&seen)));
        let call = Fetch::<Get>::new(&client.build().expect("a client"));
        call.send().await.expect("a response");
        let span = kept.spans().pop().expect("a span");
        assert_eq!(span.field("server.address"), value(address));
        assert_eq!(span.field("server.port"), value(port));
        let url = format!("{url}/text");
        assert_eq!(span.field("url.full"), value(url.as_str()));
        assert_eq!(*seen.lock().expect("the span"), Some(span.id));
    }
}

#[tokio::test]
async fn the_span_of_a_download_ends_with_the_head() {
    let (kept, _guard) = Kept::start();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 9\r\n\r\n";
    let steps = vec![
        Step::Send(head.into()),
        Step::Wait(Duration::from_secs(600)),
    ];
    let server = Server::start(vec![steps]).await;
    let download = Download::start(&Photo::new(&client(&server.url))).await;
    let span = kept.span();
    assert_eq!(span.outcome(), [value(200), None, None, None]);
    assert!(span.closed);
    drop(download.expect("a head"));
}

#[test]
fn a_blocking_call_has_a_span() {
    let (kept, _guard) = Kept::start();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime for the server");
    let server = runtime.block_on(Server::start(vec![fine()]));
    let call = Fetch::<Get>::new(&client(&server.url)).send();
    wiretrue::codegen::block_on_call("Get", call).expect("a response");
    let span = kept.span();
    assert_eq!(span.outcome(), [value(200), None, None, None]);
    assert!(span.closed);
}

#[tokio::test]
async fn no_credential_is_in_any_span_or_event() {
    let (kept, _guard) = Kept::start();
    let secret = |what: &str| format!("s3cret-{what}");
    let denied = || status("503 Busy");
    let responses = |statuses: usize| (0..statuses).map(|_| denied()).collect::<Vec<_>>();

    // Credentials in headers, query and cookie, and in the options of the call.
    let server = Server::start(responses(3)).await;
    let client = builder(&server.url)
        .key("header", secret("header"))
        .key("query", secret("query"))
        .key("cookie", secret("cookie"))
        .build()
        .expect("a client");
    let call = Fetch::<Keyed>::new(&client).options(|options| {
        let options = options.query("code", secret("code"));
        options.header("x-auth-token", secret("by-hand"))
    });
    call.send().await.expect_err("it is busy");
    let request = server.requests().pop().expect("a request");
    for what in ["header", "query", "cookie", "code", "by-hand"] {
        assert!(request.contains(&secret(what)), "{what}: {request}");
    }

    // User name and password in the header, and a secret in the base URL's query.
    let server = Server::start(responses(3)).await;
    let url = format!("{}/?s3cret-bare&sig={}", server.url, secret("sig"));
    let client = builder(&url).basic_auth("AC1", secret("password"));
    let call = CreateThing::new(&client.build().expect("a client"), "t");
    let policy = RetryPolicy::default().any_method();
    let call = call.options(|options| options.retry(policy));
    call.await.expect_err("it is busy");
    let request = server.requests().pop().expect("a request");
    assert!(request.contains("Basic QUMxOnMzY3JldC1wYXNzd29yZA=="));
    assert!(request.contains("?s3cret-bare&sig=s3cret-sig"));

    // A token that is obtained, rejected and obtained again.
    let token = |name: &str| {
        let body = format!(
            r#"{{"access_token":"{}","token_type":"Bearer"}}"#,
            secret(name)
        );
        vec![Step::Send(
            http_response("200 OK", "application/json", &body).into(),
        )]
    };
    let server = Server::start(vec![
        token("one"),
        status("401 No"),
        token("two"),
        status("400 No"),
    ])
    .await;
    let endpoint = TokenEndpoint::Url("token");
    let app = ClientCredentials::new("app", secret("app"))
        .client_authentication(ClientAuthentication::Post);
    let client = builder(&server.url).credential("token", Credential::grant(app.at(endpoint)));
    let call = Fetch::<Closed>::new(&client.build().expect("a client")).send();
    call.await.expect_err("it is refused");
    let requests = server.requests().concat();
    for what in ["one", "two", "app"] {
        assert!(requests.contains(&secret(what)), "{what}: {requests}");
    }

    let spans = kept.spans();
    let names: Vec<_> = spans.iter().map(|span| &span.fields["otel.name"]).collect();
    assert_eq!(
        names,
        [
            "GET /keyed",
            "POST /v1/things/{id}",
            "GET /closed",
            "POST",
            "POST"
        ]
        .map(|name| Value::Text(name.to_owned()))
        .each_ref()
    );
    // A request for a token belongs to the call that waits for it.
    let call = Some(spans[2].id);
    assert_eq!((spans[3].parent, spans[4].parent), (call, call));
    let events: usize = spans.iter().map(|span| span.events.len()).sum();
    assert_eq!(events, 2 + 2 + 1);
    let urls: Vec<_> = spans.iter().map(|span| &span.fields["url.full"]).collect();
    let urls = format!("{urls:?}");
    for query in [
        "/keyed?code=REDACTED&api%20key=REDACTED",
        "?REDACTED&sig=REDACTED",
    ] {
        assert!(urls.contains(query), "{urls}");
    }
    let all = format!("{spans:?}");
    for secret in ["s3cret", "QUMxOnMz", "AC1"] {
        assert!(!all.contains(secret), "{secret} is in {all}");
    }
}
