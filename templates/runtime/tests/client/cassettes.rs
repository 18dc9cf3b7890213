//! Cassettes: what they record, what they redact, and what they replay.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response};
use http_body::Body as _;
use tempfile::TempDir;
use wiretrue::cassette::{Cassette, CassetteBuilder};
use wiretrue::codegen::{Credential, TokenEndpoint, exchange_stream};
use wiretrue::error::TransportError;
use wiretrue::oauth::{ClientCredentials, TokenSet};
use wiretrue::transport::{Body, HttpTransport, Transport as _};
use wiretrue::{Error, RetryPolicy};

use crate::api::{BuildApi as _, BuildWith as _, Client, ClientBuilder, Fetch, described};
use crate::device::support::TestClock;
use crate::server::{Server, Step, header, http_response};
use crate::session::support::{Closed, Source};

described!(Get, GET, "/text", &[]);
described!(Keyed, GET, "/keyed", &[&["header", "query", "cookie"]]);
described!(Log, GET, "/log", &[]);

/// A folder for one cassette.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("new/cassette.json")
    }

    fn cassette(&self) -> CassetteBuilder {
        Cassette::builder(self.path())
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).expect("the cassette")
    }

    /// Returns the only file in the folder of the cassette.
    #[track_caller]
    fn assert_single(&self) {
        let entries = fs::read_dir(self.path().parent().expect("a folder"));
        assert_eq!(entries.expect("a folder").count(), 1);
    }
}

fn http() -> HttpTransport {
    HttpTransport::builder().build().expect("a transport")
}

fn reply(media_type: &str, body: &str) -> Vec<Step> {
    let text = http_response("200 OK", media_type, body);
    vec![Step::Send(text.into_bytes())]
}

fn raw(head: &str, body: &[u8]) -> Vec<Step> {
    let mut bytes = format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n").into_bytes();
    bytes.extend_from_slice(body);
    vec![Step::Send(bytes)]
}

fn client(server: &Server, cassette: Cassette) -> ClientBuilder {
    Client::builder()
        .base_url(&server.url)
        .clock(TestClock::new())
        .transport(cassette)
}

/// Sends a request with a transport; returns the complete response.
async fn send(
    cassette: &Cassette,
    request: http::request::Builder,
    body: impl Into<Body>,
) -> Result<(Response<()>, Bytes), TransportError> {
    let request = request.body(body.into()).expect("a request");
    let (parts, body) = cassette.send(request).await?.into_parts();
    Ok((Response::from_parts(parts, ()), read(body).await?))
}

async fn read(mut body: Body) -> Result<Bytes, TransportError> {
    let mut bytes = Vec::new();
    while let Some(frame) =
        std::future::poll_fn(|context| std::pin::Pin::new(&mut body).poll_frame(context)).await
    {
        bytes.extend_from_slice(&frame?.into_data().expect("data"));
    }
    Ok(bytes.into())
}

#[tokio::test]
async fn a_replayed_client_gets_what_was_recorded_and_the_file_has_no_secret() {
    let token = r#"{"access_token":"t0ken-of-mine","token_type":"Bearer","expires_in":3600}"#;
    let login = |cassette, server: &Server, secret: &str, key: &str| {
        let grant = ClientCredentials::new("app", secret).at(TokenEndpoint::Url("/token"));
        client(server, cassette)
            .credential("token", Credential::grant(grant))
            .key("header", key)
            .key("query", key)
            .key("cookie", key)
            .build()
            .expect("a client")
    };
    let folder = Folder::new();
    let server = Server::start(vec![
        reply("application/json", token),
        reply("text/plain", "your token is t0ken-of-mine"),
        reply("text/plain", "first"),
        reply("text/plain", "second"),
    ])
    .await;
    let recording = login(
        folder.cassette().record(http()),
        &server,
        "s3cret-of-app",
        "k3y-of-mine",
    );
    let closed = Fetch::<Closed>::new(&recording).send().await;
    assert_eq!(closed.expect("it"), "your token is t0ken-of-mine");
    for text in ["first", "second"] {
        let keyed = Fetch::<Keyed>::new(&recording).send().await;
        assert_eq!(keyed.expect("it"), text);
    }
    assert!(server.requests()[1].contains("Bearer t0ken-of-mine"));

    let text = folder.text();
    // `app:s3cret-of-app` in base64 begins with this.
    for secret in ["t0ken", "s3cret", "k3y-of", "YXBwOnMzY3JldC"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(
        text.contains(r#""body": "your token is REDACTED-"#),
        "{text}"
    );
    assert!(text.contains("/keyed?api%20key=REDACTED\""), "{text}");
    folder.assert_single();

    // Other credentials, and no server.
    let cassette = folder.cassette().replay().expect("a cassette");
    let replaying = login(cassette.clone(), &server, "none", "none");
    assert_eq!(cassette.unused(), 4);
    for expected in ["first", "second"] {
        let keyed = Fetch::<Keyed>::new(&replaying).send().await;
        assert_eq!(keyed.expect("it"), expected);
    }
    let closed = Fetch::<Closed>::new(&replaying).send().await.expect("it");
    assert!(closed.starts_with("your token is REDACTED-"), "{closed}");
    assert_eq!(cassette.unused(), 0);
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_replaced_token_is_another_one_in_the_replay() {
    let folder = Folder::new();
    let token = |name| {
        let body = format!(r#"{{"access_token":"{name}","token_type":"Bearer"}}"#);
        reply("application/json", &body)
    };
    let no = http_response("401 No", "text/plain", "no").into_bytes();
    let server = Server::start(vec![
        token("one"),
        vec![Step::Send(no)],
        token("two"),
        reply("text/plain", "fine"),
    ])
    .await;
    let login = |cassette| {
        let grant = ClientCredentials::new("app", "pw").at(TokenEndpoint::Url("/token"));
        let builder = client(&server, cassette);
        let builder = builder.credential("token", Credential::grant(grant));
        builder.build().expect("a client")
    };
    let recorded = Fetch::<Closed>::new(&login(folder.cassette().record(http()))).send();
    assert_eq!(recorded.await.expect("a response"), "fine");
    let cassette = folder.cassette().replay().expect("a cassette");
    let replayed = Fetch::<Closed>::new(&login(cassette.clone())).send();
    assert_eq!(replayed.await.expect("a response"), "fine");
    assert_eq!(cassette.unused(), 0);
}

#[tokio::test]
async fn a_request_that_was_not_recorded_is_an_error_that_says_what_differs() {
    let folder = Folder::new();
    let server = Server::start(vec![reply("text/plain", "fine")]).await;
    let url = format!("{}/a?b=1", server.url);
    let recording = folder.cassette().record(http());
    let post = |url: &str| Request::post(url).header("x-kind", "one");
    let sent = send(&recording, post(&url), "the same beginning, then one").await;
    assert_eq!(sent.expect("a response").1, "fine");

    let path = folder.path();
    let builder = folder.cassette();
    let builder = builder.match_header(HeaderName::from_static("x-kind"));
    let cassette = builder.replay().expect("a cassette");
    let error = |request, body: &'static str| {
        let (cassette, path) = (cassette.clone(), path.clone());
        async move {
            let error = send(&cassette, request, body).await.expect_err("it");
            assert!(error.is_permanent());
            let text = error.to_string();
            let start = format!(
                "the exchange failed: the cassette {} has no response to ",
                path.display()
            );
            text.strip_prefix(&start).expect("the path").to_owned()
        }
    };
    let other = format!("{}/a?b=2", server.url);
    let request = Request::put(&other).header("x-kind", "two");
    assert_eq!(
        error(request, "the same beginning, then two").await,
        format!(
            "PUT {other}: unlike in exchange 0, the next one, the method is `PUT` instead of `POST`; \
             the URL is `{other}` instead of `{url}`; the header `x-kind` is `two` instead of `one`; \
             the body differs from byte 25 on: `…ame beginning, then one` was recorded, and `…ame \
             beginning, then two` is sent"
        )
    );
    // The exchange is still there, and then no more.
    let sent = send(&cassette, post(&url), "the same beginning, then one").await;
    assert_eq!(sent.expect("a response").1, "fine");
    let text = error(post(&url), "the same beginning, then one").await;
    assert_eq!(text, format!("POST {url}: all 1 exchanges were replayed"));
}

#[tokio::test]
async fn an_unmatched_call_is_not_retried_and_shows_no_secret() {
    let folder = Folder::new();
    let server = Server::start(vec![reply("text/plain", "fine")]).await;
    let recording = folder.cassette().record(http());
    send(&recording, Request::get(&server.url), "")
        .await
        .expect("it");
    let cassette = folder.cassette().replay().expect("a cassette");
    let client = client(&server, cassette).key("query", "s3cret");
    let client = client.key("header", "s3cret").key("cookie", "s3cret");
    let error = Fetch::<Keyed>::new(&client.build().expect("a client")).send();
    let Error::Transport(error) = error.await.expect_err("it") else {
        panic!("another error");
    };
    assert_eq!(error.attempts(), 1);
    let text = error.to_string();
    assert!(text.contains("/keyed?api%20key=REDACTED"), "{text}");
    assert!(!format!("{text}{error:?}").contains("s3cret"), "{text}");
}

#[tokio::test]
async fn hosts_queries_and_bodies_can_be_ignored() {
    let folder = Folder::new();
    let server = Server::start(vec![reply("text/plain", "fine")]).await;
    let recording = folder.cassette().record(http());
    let url = format!("{}/a?now=1&b=2", server.url);
    send(&recording, Request::post(&url), "one")
        .await
        .expect("it");
    let builder = folder.cassette().ignore_host().ignore_query("now");
    let cassette = builder.ignore_body().replay().expect("a cassette");
    let request = Request::post("https://other.example/a?b=2&now=7");
    assert_eq!(send(&cassette, request, "two").await.expect("it").1, "fine");
}

/// A body that arrives in several chunks and has no length.
struct Chunks(Vec<&'static [u8]>);

impl http_body::Body for Chunks {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        let next = (!self.0.is_empty()).then(|| self.0.remove(0));
        std::task::Poll::Ready(next.map(|it| Ok(http_body::Frame::data(Bytes::from_static(it)))))
    }
}

#[tokio::test]
async fn text_is_text_and_other_bytes_are_base64_also_of_streams() {
    let folder = Folder::new();
    let binary: &[u8] = &[0, 255, 1, 254];
    let server = Server::start(vec![
        raw("200 OK\r\ncontent-length: 4", binary),
        reply("text/plain", "naïve \"text\""),
    ])
    .await;
    let cassette = folder.cassette().record(http());
    let chunks = || Body::wrap(Chunks(vec![b"one ", b"two"]));
    let put = || Request::put(&server.url);
    let sent = send(&cassette, put(), chunks()).await.expect("it");
    assert_eq!(sent.1, binary);
    assert!(server.requests()[0].ends_with("\r\n\r\none two"));
    send(&cassette, put(), binary.to_vec()).await.expect("it");
    let text = folder.text();
    assert!(text.contains(r#""body": "one two""#), "{text}");
    assert!(text.contains(r#""body": "naïve \"text\"""#), "{text}");
    assert_eq!(text.matches(r#""base64": "AP8B/g==""#).count(), 2, "{text}");

    let cassette = folder.cassette().replay().expect("a cassette");
    let second = send(&cassette, put(), binary.to_vec()).await.expect("it");
    assert_eq!(second.1, "naïve \"text\"");
    assert_eq!(
        send(&cassette, put(), chunks()).await.expect("it").1,
        binary
    );
}

#[tokio::test]
async fn a_stream_of_events_is_recorded_while_it_is_read() {
    let folder = Folder::new();
    let events = b"data: {\"access_token\": \"s3cret-token\"}\n\ndata: b\n\n";
    let head = "200 OK\r\ncontent-type: text/event-stream";
    let server = Server::start(vec![
        raw(head, events),
        raw(head, b"data: c\n\ndata: d\n\n"),
    ])
    .await;
    let read = |cassette: Cassette, count: usize| {
        let client = client(&server, cassette).build().expect("a client");
        async move {
            let response = exchange_stream(&Fetch::<Log>::new(&client)).await;
            let mut events = response.expect("a head").text_events().expect("events");
            let mut data = Vec::new();
            while data.len() < count
                && let Some(event) = events.next().await
            {
                data.push(event.expect("an event").data);
            }
            data
        }
    };
    let recording = folder.cassette().record(http());
    let first = read(recording.clone(), 9).await;
    assert_eq!(first, ["{\"access_token\": \"s3cret-token\"}", "b"]);
    // A reader that stops early.
    assert_eq!(read(recording, 1).await, ["c"]);
    assert!(!folder.text().contains("s3cret"));
    let cassette = folder.cassette().replay().expect("a cassette");
    let first = read(cassette.clone(), 9).await;
    assert_eq!(first, ["{\"access_token\": \"REDACTED-1\"}", "b"]);
    assert_eq!(read(cassette, 1).await, ["c"]);
}

#[tokio::test]
async fn a_response_that_breaks_off_does_so_again() {
    let folder = Folder::new();
    let server = Server::start(vec![raw("200 OK\r\ncontent-length: 9", b"half")]).await;
    let cassette = folder.cassette().record(http());
    let get = || Request::get(&server.url);
    send(&cassette, get(), "").await.expect_err("it breaks off");
    let cassette = folder.cassette().replay().expect("a cassette");
    let error = send(&cassette, get(), "").await.expect_err("it breaks off");
    assert!(!error.is_permanent(), "{error}");
}

#[tokio::test]
async fn a_file_is_kept_until_the_first_exchange_is_complete() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path().parent().expect("a folder")).expect("a folder");
    fs::write(folder.path(), "old").expect("a file");
    let server = Server::start(vec![vec![], reply("text/plain", "fine")]).await;
    let cassette = folder.cassette().record(http());
    let get = || Request::get(&server.url);
    send(&cassette, get(), "").await.expect_err("no response");
    assert_eq!(folder.text(), "old");
    send(&cassette, get(), "").await.expect("a response");
    assert!(folder.text().starts_with("{\n  \"version\": 1,\n"));
    folder.assert_single();
}

#[tokio::test]
async fn a_file_that_cannot_be_written_fails_the_response() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path()).expect("a folder in the place of the file");
    let server = Server::start(vec![raw("200 OK", b"fine"), reply("text/plain", "fine")]).await;
    let cassette = folder.cassette().record(http());
    let get = || Request::get(&server.url);
    let error = send(&cassette, get(), "").await.expect_err("no file");
    assert!(error.is_local(), "{error:?}");
    folder.assert_single();
}

#[tokio::test]
async fn compressed_responses_are_not_asked_for_and_not_recorded() {
    let folder = Folder::new();
    let gzip = "200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2";
    let server = Server::start(vec![raw(gzip, b"\x1f\x8b")]).await;
    let cassette = folder.cassette().record(http());
    let get = Request::get(&server.url).header("accept-encoding", "gzip");
    let error = send(&cassette, get, "").await.expect_err("gzip");
    assert!(error.is_permanent());
    assert!(error.to_string().contains("compressed"), "{error}");
    assert_eq!(header(&server.request(), "accept-encoding"), None);
    assert!(!folder.path().exists());
}

/// Records one exchange; returns the text of the cassette.
async fn recorded(
    set: impl FnOnce(CassetteBuilder) -> CassetteBuilder,
    request: impl FnOnce(http::request::Builder) -> http::request::Builder,
    body: &str,
    response: Vec<Step>,
) -> String {
    let folder = Folder::new();
    let server = Server::start(vec![response]).await;
    let cassette = set(folder.cassette()).record(http());
    let request = request(Request::post(format!("{}/p?sig=s3cret-sig", server.url)));
    send(&cassette, request, body.to_owned()).await.expect("it");
    folder.text()
}

#[tokio::test]
async fn secrets_are_found_by_their_names() {
    let reply = raw(
        "200 OK\r\nset-cookie: sid=s3cret-a; Path=/; HttpOnly\r\nset-cookie: b=s3cret-b\r\n\
         location: /cb?code=s3cret-code&state=x#access_token=s3cret-h\r\ncontent-type: application/json\r\n\
         content-length: 240",
        br#"{"refreshToken" : "s3cret\u002dtoken", "n": 12345678901234567890.10, "id_token":["s3cret-c"], "code": "shown", "password": 987654321, "token": null, "url": "https://h/x?a=1\u0026X-Amz-Signature=s3cret-d", "\u0073ecret": {"a": ["s3cret-e"]}}"#,
    );
    let text = recorded(
        |it| it,
        |it| {
            it.header("x-api-key", "s3cret-key")
                .header("content-type", "application/x-www-form-urlencoded")
        },
        "grant_type=authorization_code&code=s3cret-f&client%5Fsecret=s3cret-g&scope=a+b&password=",
        reply,
    )
    .await;
    assert!(!text.contains("s3cret"), "{text}");
    assert!(!text.contains("987654321"), "{text}");
    for kept in [
        "/p?sig=REDACTED\"",
        "grant_type=authorization_code&code=REDACTED&client%5Fsecret=REDACTED&scope=a+b&password=\"",
        r#"sid=REDACTED-"#,
        r#"; Path=/; HttpOnly""#,
        r#"&state=x#access_token=REDACTED-"#,
        r#"\"refreshToken\" : \"REDACTED-"#,
        r#"\"n\": 12345678901234567890.10"#,
        r#"\"code\": \"shown\""#,
        r#"\"password\": 0,"#,
        r#"\"token\": null"#,
        r"a=1\\u0026X-Amz-Signature=REDACTED-",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
}

#[tokio::test]
async fn a_user_names_more_secrets() {
    let text = recorded(
        |it| {
            it.redact_header(HeaderName::from_static("x-trace"))
                .redact_query("Q")
                .redact_property("SSN")
                .redact_value("an0ther")
        },
        |it| {
            it.header("x-trace", "s3cret-a")
                .header("x-other", "an0ther-b")
        },
        r#"{"ssn":"s3cret-c","link":"https://h/?q=s3cret-d","x":"an0ther"}"#,
        reply("application/xml", "<x>an0ther s3cret-c</x>"),
    )
    .await;
    assert!(
        !text.contains("s3cret") && !text.contains("an0ther"),
        "{text}"
    );
    assert!(text.contains("<x>REDACTED REDACTED-"), "{text}");
}

#[tokio::test]
async fn tokens_in_forms_are_redacted_whatever_their_label() {
    let text = recorded(
        |it| it,
        |it| it.header("authorization", "Basic YXBwOnMzY3JldC1wdw=="),
        "",
        reply(
            "text/plain",
            "access_token=s3cret-t&scope=repo%2Cuser&note=s3cret-pw",
        ),
    )
    .await;
    assert!(!text.contains("s3cret"), "{text}");
    assert!(text.contains("&scope=repo%2Cuser&note=REDACTED-"), "{text}");
}

#[tokio::test]
async fn half_a_secret_is_redacted() {
    let folder = Folder::new();
    let half = br#"{"id":1,"access_token":"s3cret-to"#;
    let server = Server::start(vec![raw("200 OK\r\ncontent-length: 99", half)]).await;
    let cassette = folder.cassette().record(http());
    let sent = send(&cassette, Request::get(&server.url), "").await;
    sent.expect_err("it breaks off");
    let text = folder.text();
    assert!(
        text.contains(r#"{\"id\":1,\"access_token\":\"REDACTED-1""#),
        "{text}"
    );
}

#[tokio::test]
async fn secrets_in_parts_and_in_json_in_strings_are_redacted() {
    let part = |name: &str, value: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = format!(
        "{}{}{}--b--\r\n",
        part("client_secret", "s3cret-a"),
        part("note", "kept"),
        part("password", "s3cret-b\r\ns3cret-c"),
    );
    let text = recorded(
        |it| it,
        |it| it.header("content-type", "multipart/form-data; boundary=b"),
        &body,
        reply(
            "application/json",
            r#"{"message": "{\"token\": \"s3cret-d\", \"a\": \"{\\\"token\\\":\\\"s3cret-e\\\"}\"}"}"#,
        ),
    )
    .await;
    assert!(!text.contains("s3cret"), "{text}");
    assert!(text.contains(r"\r\n\r\nkept\r\n"), "{text}");
    assert_eq!(text.matches(r"\r\n\r\nREDACTED\r\n").count(), 2, "{text}");
}

#[tokio::test]
async fn hostile_bodies_are_redacted_quickly() {
    // Time that is quadratic in the length would be minutes.
    let (many, begun) = (50_000, std::time::Instant::now());
    for body in [
        "&".repeat(many),
        "?a".repeat(many),
        format!("\"{}", "\\\"".repeat(many)),
        "{".repeat(many),
        r#"{"token":["#.repeat(many / 10),
        (0..5_000)
            .map(|it| format!(r#"{{"token":"secret-{it}"}}"#))
            .collect(),
    ] {
        let text = recorded(|it| it, |it| it, "", reply("application/json", &body)).await;
        assert!(!text.contains("secret-4"), "redacted");
    }
    assert!(begun.elapsed() < std::time::Duration::from_secs(30));
}

#[tokio::test]
async fn the_random_boundary_of_a_multipart_body_is_ignored() {
    let folder = Folder::new();
    let server = Server::start(vec![reply("text/plain", "fine")]).await;
    let form = |boundary: &str| {
        let media_type = format!("multipart/form-data; boundary={boundary}");
        let body = format!("--{boundary}\r\n\r\nx\r\n--{boundary}--\r\n");
        (
            Request::post(&server.url).header("content-type", media_type),
            body,
        )
    };
    let (request, body) = form("one");
    let recording = folder.cassette().record(http());
    send(&recording, request, body).await.expect("it");
    let (request, body) = form("two");
    let builder = folder.cassette();
    let builder = builder.match_header(HeaderName::from_static("content-type"));
    let cassette = builder.replay().expect("a cassette");
    assert_eq!(send(&cassette, request, body).await.expect("it").1, "fine");
}

#[tokio::test]
async fn headers_keep_their_values_and_order() {
    let folder = Folder::new();
    let head = "418 Odd\r\nx-list: a\r\nx-list: b\r\nx-latin: caf\u{e9}\r\ncontent-length: 0";
    let mut bytes = raw(head, b"");
    let Some(Step::Send(sent)) = bytes.first_mut() else {
        panic!("bytes");
    };
    // A byte that isn't UTF-8.
    let at = sent.iter().position(|it| *it == 0xc3).expect("the letter");
    sent.splice(at..at + 2, [0xe9]);
    let server = Server::start(vec![bytes]).await;
    let get = || Request::get(&server.url);
    let recording = folder.cassette().record(http());
    let (recorded, _) = send(&recording, get(), "").await.expect("it");
    let cassette = folder.cassette().replay().expect("a cassette");
    let (replayed, _) = send(&cassette, get(), "").await.expect("it");
    assert_eq!(replayed.status(), 418);
    assert_eq!(replayed.headers(), recorded.headers());
    let latin = HeaderValue::from_bytes(b"caf\xe9").expect("a value");
    assert_eq!(replayed.headers()["x-latin"], latin);
}

#[tokio::test]
async fn exchanges_are_in_the_order_of_their_requests() {
    let folder = Folder::new();
    let server = Server::start(vec![reply("text/plain", "1"), reply("text/plain", "2")]).await;
    let cassette = folder.cassette().record(http());
    let open = async |path: &str| {
        let request = Request::get(format!("{}/{path}", server.url));
        let request = request.body(Body::empty()).expect("a request");
        cassette.send(request).await.expect("a head").into_body()
    };
    let (first, second) = (open("first").await, open("second").await);
    read(second).await.expect("the second");
    read(first).await.expect("the first");
    let text = folder.text();
    let at = |name: &str| text.find(name).expect("the exchange");
    assert!(at("/first") < at("/second"), "{text}");
}

#[test]
fn a_file_that_is_no_cassette_is_an_error() {
    let folder = Folder::new();
    let read = |text: &str| {
        fs::create_dir_all(folder.path().parent().expect("it")).expect("a folder");
        fs::write(folder.path(), text).expect("a file");
        let error = folder.cassette().replay().expect_err(text).to_string();
        let start = format!("the cassette {} can't be read: ", folder.path().display());
        error.strip_prefix(&start).expect("the path").to_owned()
    };
    let exchange = |request: &str, response: &str| {
        format!(r#"{{"version":1,"exchanges":[{{"request":{request},"response":{response}}}]}}"#)
    };
    assert_eq!(read("{}"), "its version isn't 1");
    assert_eq!(read(r#"{"version":1}"#), "`exchanges` is no array");
    assert!(read("{").contains("EOF"));
    let fine = r#"{"method":"GET","url":"/","headers":{}}"#;
    for (request, response, what) in [
        ("1", "2", "the method"),
        (r#"{"method":"GET"}"#, r#"{"status":200}"#, "the URL"),
        (fine, r#"{"status":99999}"#, "the status"),
        (
            fine,
            r#"{"status":200,"headers":{"a\n":"b"}}"#,
            "a header of the response",
        ),
        (
            fine,
            r#"{"status":200,"headers":{"a":"b\n"}}"#,
            "a header of the response",
        ),
        (
            fine,
            r#"{"status":200,"headers":{},"body":{"base64":"?"}}"#,
            "the body of the response",
        ),
    ] {
        let text = read(&exchange(request, response));
        assert_eq!(text, format!("{what} of exchange 0 is invalid"));
    }
    let missing = Cassette::builder(Path::new("/nowhere/at/all.json")).replay();
    assert!(missing.is_err());
}

#[tokio::test]
async fn a_recording_shares_its_state_and_prints_no_secret() {
    let folder = Folder::new();
    let builder = folder.cassette().redact_value("s3cret-value");
    assert!(!format!("{builder:?}").contains("s3cret"));
    let cassette = Arc::new(builder.record(http()));
    assert!(format!("{cassette:?}").contains("records: true"));
    assert_eq!(cassette.unused(), 0);
    let source = Source::new([Some(TokenSet::new("s3cret"))]);
    let server = Server::start(vec![reply("text/plain", "fine")]).await;
    let client = client(&server, Cassette::clone(&cassette));
    let client = client
        .retry(RetryPolicy::never())
        .build()
        .expect("a client");
    let call = Fetch::<Get>::new(&client.with_tokens(source));
    assert_eq!(call.send().await.expect("a response"), "fine");
    assert!(folder.text().contains("/text"));
}
