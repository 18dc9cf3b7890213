//! Uploads whose token is rejected.

use crate::api::{BuildApi as _, Client};
use std::collections::VecDeque;
use std::error::Error as StdError;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use wiretrue::codegen::{Call, Encoder, Meta, Method, PartHeaders, RawResponse};
use wiretrue::oauth::{TokenSet, TokenSource};
use wiretrue::streaming::{FilePart, Upload};
use wiretrue::transport::BoxFuture;

use futures_core::Stream;
use http::StatusCode;
use raw_server::{Answer, Request, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::support::{Still, head};

/// `POST /files`, which accepts a bearer token.
const META: Meta = Meta {
    id: "upload",
    method: Method::POST,
    path: "/files",
    accept: "text/plain",
    security: &[&["token"]],
    servers: &[],
    redirects: &[],
};

/// Returns the tokens `t1`, `t2`, …, and writes the number into a file each time.
struct Tokens {
    file: PathBuf,
    results: std::sync::atomic::AtomicUsize,
}

impl TokenSource for Tokens {
    fn fetch<'a>(
        &'a self,
        _: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        let before = self
            .results
            .fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let number = before + 1;
        let written = std::fs::write(&self.file, content(number));
        Box::pin(async move {
            written?;
            Ok(TokenSet::new(format!("t{number}")))
        })
    }
}

/// More than one read of a file.
fn content(number: usize) -> String {
    format!("content {number} ").repeat(20_000)
}

fn client(url: &str, file: &Path) -> Client {
    let client = Client::builder().base_url(url).clock(Still::new());
    let client = client.build().expect("a client");
    client.with_tokens(Tokens {
        file: file.to_owned(),
        results: std::sync::atomic::AtomicUsize::new(0),
    })
}

/// Creates a file for a test, with the content before the first token.
fn file(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content(0)).expect("a file");
    path
}

async fn server() -> Server {
    let rejected = Answer::new(401, "text/plain", "no");
    Server::start([rejected, Answer::new(200, "text/plain", "yes")]).await
}

async fn send(client: &Client, write: impl FnOnce(&mut Encoder)) -> RawResponse {
    let mut out = Encoder::default();
    out.literal("/files");
    write(&mut out);
    let sent = Call::new(client).execute(META, out.finish()).await;
    sent.expect("a response")
}

fn multipart(out: &mut Encoder, file: &FilePart) {
    let mut form = out.multipart("multipart/form-data");
    form.files("file", PartHeaders::NONE, file);
    form.finish();
}

/// Asserts that the second request is the first with another token and the current content of the
/// file.
fn assert_again(requests: &[Request]) {
    let [first, second] = requests else {
        panic!("{} requests", requests.len())
    };
    for (number, request) in [(1, first), (2, second)] {
        let token = format!("Bearer t{number}");
        assert_eq!(request.header("authorization"), Some(&*token));
        let length = request.body.len().to_string();
        assert_eq!(request.header("content-length"), Some(&*length));
        assert!(request.text().contains(&content(number)));
    }
    let expected = first.text().replace(&content(1), &content(2));
    assert_eq!(second.text(), expected);
    assert_eq!(first.header("content-type"), second.header("content-type"));
    assert_eq!(first.line, second.line);
}

#[tokio::test]
async fn files_are_read_again_for_the_next_token() {
    let path = file("part.txt");
    let server_of_parts = server().await;
    let parts = client(&server_of_parts.url(), &path);
    let part = FilePart::path(&path);
    let response = send(&parts, |out| multipart(out, &part)).await;
    assert_eq!((response.status, response.attempts), (StatusCode::OK, 1));
    assert_again(&server_of_parts.requests());

    let path = file("whole.txt");
    let server_of_files = server().await;
    let files = client(&server_of_files.url(), &path);
    let upload = Upload::path(&path);
    let response = send(&files, |out| out.upload("text/plain", &upload)).await;
    assert_eq!(response.status, StatusCode::OK);
    assert_again(&server_of_files.requests());
    assert_eq!(server_of_files.requests()[1].text(), content(2));
}

/// The chunks of a stream.
struct Chunks(VecDeque<&'static str>);

impl Stream for Chunks {
    type Item = Result<&'static str, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

#[tokio::test]
async fn a_stream_is_sent_once_and_the_401_is_returned() {
    let chunks = || Chunks(["one ", "two ", "three"].into());
    let path = file("beside.txt");
    for is_part in [true, false] {
        let server = server().await;
        let client = client(&server.url(), &path);
        let response = if is_part {
            let part = FilePart::from(Upload::stream(chunks()));
            send(&client, |out| multipart(out, &part)).await
        } else {
            // The next call has another token.
            let upload = Upload::stream(chunks());
            send(&client, |out| out.upload("text/plain", &upload)).await
        };
        assert_eq!(response.status, StatusCode::UNAUTHORIZED);
        let request = server.request();
        assert_eq!(request.header("transfer-encoding"), Some("chunked"));
        assert_eq!(request.header("authorization"), Some("Bearer t1"));
        assert!(request.text().contains("one two three"));

        // What comes next has another token.
        let upload = Upload::from("again");
        let response = send(&client, |out| out.upload("text/plain", &upload)).await;
        assert_eq!(response.status, StatusCode::OK);
        let [_, next] = &server.requests()[..] else {
            panic!("two requests")
        };
        assert_eq!(next.header("authorization"), Some("Bearer t2"));
    }
}

#[tokio::test]
async fn a_401_before_the_body_was_read_resends_the_complete_body() {
    let path = file("early.txt");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let serving = tokio::spawn(async move {
        let (mut first, _) = listener.accept().await.expect("a connection");
        head(&mut first).await.expect("a request");
        // The connection can't be reused, because nobody reads the rest of the body.
        let rejected =
            b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        first.write_all(rejected).await.expect("the client reads");
        let (mut second, _) = listener.accept().await.expect("another");
        let head = head(&mut second).await.expect("a request");
        let mut body = vec![0; content(2).len()];
        second.read_exact(&mut body).await.expect("a complete body");
        let fine = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        second.write_all(fine).await.expect("the client reads");
        (head, body)
    });
    let upload = Upload::path(&path);
    let response = send(&client(&url, &path), |out| {
        out.upload("text/plain", &upload)
    })
    .await;
    assert_eq!(response.status, StatusCode::OK);
    let (head, body) = serving.await.expect("no panic");
    assert!(head.contains("authorization: Bearer t2\r\n"), "{head}");
    assert_eq!(body, content(2).as_bytes());
}
