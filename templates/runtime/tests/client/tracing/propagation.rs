//! The context of a trace is sent, with each request as the parent.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use wiretrue::RetryPolicy;
use wiretrue::codegen::Credential;
use wiretrue::codegen::TokenEndpoint;
use wiretrue::oauth::ClientCredentials;

use super::kept::{Kept, Span};
use super::{Get, builder, fine, status, value};
use crate::api::{Client, ClientBuilder, Fetch};
use crate::server::{Server, Step, header, http_response};
use crate::session::support::Closed;

/// Writes the ID of the span as OpenTelemetry's propagator does.
fn traceparent(span: &tracing::Span, headers: &mut HeaderMap) {
    assert!(headers.is_empty(), "credentials aren't shown");
    let id = span.id().map_or(0, |id| id.into_u64());
    let text = format!("00-0af7651916cd43dd8448eb211c80319c-{id:016x}-01");
    let text = HeaderValue::try_from(text).expect("a header");
    headers.insert("traceparent", text);
    headers.insert("tracestate", HeaderValue::from_static("vendor=1"));
    headers.append("tracestate", HeaderValue::from_static("other=2"));
}

fn propagating(url: &str) -> ClientBuilder {
    let policy = RetryPolicy::default().first_wait(Duration::ZERO);
    builder(url).propagator(traceparent).retry(policy)
}

fn client(url: &str) -> Client {
    propagating(url).build().expect("a client")
}

/// Returns the header that makes a span the parent.
fn parent(span: &Span) -> String {
    format!("00-0af7651916cd43dd8448eb211c80319c-{:016x}-01", span.id)
}

fn redirect(location: &str) -> Vec<Step> {
    let text = format!(
        "HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    vec![Step::Send(text.into_bytes())]
}

#[tokio::test]
async fn each_attempt_sends_its_own_span_as_the_parent() {
    let (kept, _guard) = Kept::start();
    let server = Server::start(vec![status("503 Busy"), fine()]).await;
    let client = client(&format!("{}/base?v=secret", server.url));
    let text = Fetch::<Get>::new(&client).send().await;
    assert_eq!(text.expect("a response"), "fine");

    let spans = kept.spans();
    let [call, first, second] = spans.as_slice() else {
        panic!("{spans:#?}");
    };
    let requests = server.requests();
    for (request, span) in requests.iter().zip([first, second]) {
        assert_eq!(header(request, "traceparent"), Some(&*parent(span)));
        assert!(request.contains("\r\ntracestate: vendor=1\r\ntracestate: other=2\r\n"));
        assert_eq!((span.parent, span.closed), (Some(call.id), true));
        assert_eq!(span.field("otel.kind"), value("client"));
        let url = format!("{}/base/text?v=REDACTED", server.url);
        assert_eq!(span.field("url.full"), value(&*url));
    }
    assert_eq!(call.field("otel.kind"), value("internal"));
    assert_eq!(
        first.outcome(),
        [value(503), value("503"), value("ERROR"), None]
    );
    assert_eq!(second.outcome(), [value(200), None, None, value(1)]);
    assert_eq!(call.outcome(), [value(200), None, None, value(1)]);
}

#[tokio::test]
async fn a_failed_connection_has_a_span_with_its_error() {
    let (kept, _guard) = Kept::start();
    let client = propagating("http://127.0.0.1:1").retry(RetryPolicy::never());
    let client = client.build().expect("a client");
    Fetch::<Get>::new(&client)
        .send()
        .await
        .expect_err("no server");
    let spans = kept.spans();
    let failed = [None, value("connection"), value("ERROR"), None];
    assert_eq!(spans[1].outcome(), failed);
}

#[tokio::test]
async fn another_origin_is_not_sent_the_context() {
    let (kept, _guard) = Kept::start();
    let other = Server::start(vec![fine()]).await;
    let location = format!("{}/there", other.url);
    let server = Server::start(vec![redirect("/here"), redirect(&location)]).await;
    let client = client(&server.url);
    Fetch::<Get>::new(&client).send().await.expect("a response");
    let spans = kept.spans();
    let sent: Vec<_> = server.requests();
    assert_eq!(header(&sent[0], "traceparent"), Some(&*parent(&spans[1])));
    assert_eq!(header(&sent[1], "traceparent"), Some(&*parent(&spans[2])));
    assert_eq!(header(&other.request(), "traceparent"), None);
    assert_eq!(header(&other.request(), "tracestate"), None);
    let url = format!("{}/there", other.url);
    assert_eq!(spans[3].field("url.full"), value(&*url));
}

#[tokio::test]
async fn an_authorization_server_elsewhere_is_not_sent_the_context() {
    let (_kept, _guard) = Kept::start();
    let token = r#"{"access_token":"one","token_type":"Bearer"}"#;
    let token = http_response("200 OK", "application/json", token).into_bytes();
    let login = Server::start(vec![vec![Step::Send(token)]]).await;
    let server = Server::start(vec![fine()]).await;
    let endpoint = TokenEndpoint::Url(format!("{}/token", login.url).leak());
    let grant = ClientCredentials::new("app", "pw").at(endpoint);
    let client = propagating(&server.url).credential("token", Credential::grant(grant));
    let client = client.build().expect("a client");
    Fetch::<Closed>::new(&client)
        .send()
        .await
        .expect("a response");
    assert_eq!(header(&login.request(), "traceparent"), None);
    assert!(header(&server.request(), "traceparent").is_some());
}

#[tokio::test]
async fn a_header_of_the_call_is_kept() {
    let (_kept, _guard) = Kept::start();
    let server = Server::start(vec![fine()]).await;
    let client = client(&server.url);
    let call = Fetch::<Get>::new(&client).options(|it| it.header("traceparent", "mine"));
    call.send().await.expect("a response");
    let request = server.request();
    assert_eq!(header(&request, "traceparent"), Some("mine"));
    assert_eq!(header(&request, "tracestate"), Some("vendor=1"));
}

#[tokio::test]
async fn without_a_propagator_nothing_is_sent() {
    let (kept, _guard) = Kept::start();
    let server = Server::start(vec![fine()]).await;
    let client = builder(&server.url).build().expect("a client");
    Fetch::<Get>::new(&client).send().await.expect("a response");
    assert_eq!(header(&server.request(), "traceparent"), None);
    assert_eq!(kept.span().field("otel.kind"), value("client"));
}
