//! Answers that are taken as they come.

use crate::api::{BuildApi as _, Client};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use wiretrue::codegen::{Call, Downloads, Encoder, Meta, Method, RawResponse, operation};
use wiretrue::error::TransportError;
use wiretrue::streaming::Download;
use wiretrue::transport::{Body, BoxFuture, Transport};
use wiretrue::{CallOptions, Error, Operation};

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::server::{Server, Step, answer};

/// `GET /photo`, a picture; `text/html` is something else.
pub struct Photo {
    call: Call,
}

operation!(Photo -> Bytes);

impl Operation for Photo {
    type Output = Bytes;
    const META: Meta = Meta {
        id: "photo",
        method: Method::GET,
        path: "/photo",
        accept: "image/png",
        security: &[],
        servers: &[],
    };

    fn call(&self) -> &Call {
        &self.call
    }

    fn encode(&self, out: &mut Encoder) {
        out.literal("/photo");
    }

    fn decode(response: RawResponse) -> Result<Bytes, Error> {
        match response.status.as_u16() {
            200 => Ok(response
                .reject_alternates(&[("text/html", "page")])?
                .bytes()),
            _ => Err(response.into_error()),
        }
    }
}

impl Downloads for Photo {
    const OTHERS: &'static [(&'static str, &'static str)] = &[("text/html", "page")];

    fn holds(status: u16) -> bool {
        matches!(status, 200)
    }
}

fn client(url: &str) -> Client {
    let client = Client::builder().base_url(url).response_limit(100);
    client.build().expect("the client is complete")
}

impl Photo {
    pub fn new(client: &Client) -> Self {
        Self {
            call: Call::new(client),
        }
    }
}

fn photo(url: &str) -> Photo {
    Photo::new(&client(url))
}

pub async fn download(
    url: &str,
    set: impl FnOnce(CallOptions) -> CallOptions,
) -> Result<Download, Error> {
    let photo = photo(url).options(set);
    Download::start(&photo).await
}

pub async fn of(steps: Vec<Step>) -> Result<Download, Error> {
    let server = Server::start(vec![steps]).await;
    download(&server.url, |options| options).await
}

/// A folder of a test's own, with nothing in it.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("it is there");
    let names = entries.map(|it| it.expect("an entry").file_name());
    names.map(|it| it.to_string_lossy().into_owned()).collect()
}

fn head(length: usize) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: {length}\r\n\r\n")
        .into_bytes()
}

#[tokio::test]
async fn a_server_gets_no_further_ahead_than_the_buffers_between() {
    const CHUNK: usize = 64 * 1024;
    const CHUNKS: u64 = 4096;
    const TOTAL: u64 = CHUNKS * CHUNK as u64;
    // What sockets and HTTP hold between the two ends: much less than the whole.
    const BETWEEN: u64 = 32 * 1024 * 1024;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let sent = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&sent);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            stream.read_buf(&mut request).await.expect("a request");
        }
        stream.write_all(&head(TOTAL as usize)).await.expect("sent");
        let chunk = vec![7; CHUNK];
        for _ in 0..CHUNKS {
            stream.write_all(&chunk).await.expect("sent");
            count.fetch_add(CHUNK as u64, Ordering::SeqCst);
        }
    });
    let mut download = download(&url, |options| options).await.expect("a photo");
    assert_eq!(download.content_length(), Some(TOTAL));
    // As long as nobody reads, the server gets on for a while and then stands still.
    let mut before = u64::MAX;
    while sent.load(Ordering::SeqCst) != before {
        before = sent.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(before < BETWEEN, "{before} bytes were sent");
    let (mut received, mut ahead) = (0, 0);
    while let Some(bytes) = download.next().await {
        received += bytes.expect("more bytes").len() as u64;
        ahead = ahead.max(sent.load(Ordering::SeqCst).saturating_sub(received));
    }
    assert_eq!(received, TOTAL);
    assert!(ahead < BETWEEN, "{ahead} bytes were ahead");
}

#[tokio::test]
async fn a_download_is_larger_than_the_limit_and_becomes_a_file() {
    let folder = folder("saved");
    let path = folder.join("photo.png");
    std::fs::write(&path, "old").expect("a file");
    let content: Vec<u8> = (0..1000).map(|it| (it % 251) as u8).collect();
    let (one, other) = content.split_at(300);
    let steps = [head(1000), one.to_vec(), other.to_vec()].map(Step::Send);
    let server = Server::start(vec![steps.to_vec(); 3]).await;
    let whole = photo(&server.url).send().await;
    assert!(matches!(whole, Err(Error::TooLarge(_))), "{whole:?}");
    let whole = photo(&server.url).response().await;
    assert!(matches!(whole, Err(Error::TooLarge(_))), "{whole:?}");
    let download = download(&server.url, |options| options).await;
    let download = download.expect("a photo");
    assert_eq!(download.status, 200);
    assert_eq!(download.headers["content-type"], "image/png");
    assert_eq!(download.save(&path).await.expect("saved"), 1000);
    assert_eq!(std::fs::read(&path).expect("a file"), content);
    assert_eq!(names(&folder), ["photo.png"]);
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_no_file() {
    let folder = folder("broken");
    let path = folder.join("photo.png");
    std::fs::write(&path, "old").expect("a file");
    let steps = vec![Step::Send(head(1000)), Step::Send(vec![7; 300])];
    let download = of(steps).await.expect("a head");
    let error = download.save(&path).await.expect_err("it broke off");
    let Error::Transport(error) = &error else {
        panic!("{error:?}");
    };
    assert!(!error.is_local());
    assert!(
        error.to_string().contains("the response broke off"),
        "{error}"
    );
    assert_eq!(std::fs::read(&path).expect("a file"), b"old");
    assert_eq!(names(&folder), ["photo.png"]);
}

#[tokio::test]
async fn a_body_that_is_shorter_than_was_said_is_an_error_whatever_the_transport() {
    struct Short;
    impl Transport for Short {
        fn send(
            &self,
            _: http::Request<Body>,
        ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
            let mut response = http::Response::new(Body::from("short"));
            let length = http::HeaderValue::from_static("10");
            response.headers_mut().insert("content-length", length);
            Box::pin(std::future::ready(Ok(response)))
        }
    }
    let client = Client::builder()
        .base_url("http://127.0.0.1")
        .transport(Short);
    let photo = Photo {
        call: Call::new(&client.build().expect("a client")),
    };
    let download = Download::start(&photo).await;
    let mut bytes = Vec::new();
    let error = download.expect("a head").write_to(&mut bytes).await;
    let error = error.expect_err("it is shorter").to_string();
    assert!(
        error.ends_with("the response broke off: 5 of 10 bytes came"),
        "{error}"
    );
    assert_eq!(bytes, b"short");
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_told_apart_from_the_network() {
    let path = folder("nowhere").join("no/such/folder/photo.png");
    let download = of(vec![Step::Send(
        answer("200 OK", "image/png", "png").into(),
    )])
    .await;
    let error = download.expect("a photo").save(&path).await;
    let Err(Error::Transport(error)) = error else {
        panic!("{error:?}");
    };
    assert!(error.is_local());
    let said = error.to_string();
    assert!(
        said.contains("couldn't be written") && said.contains("photo.png"),
        "{said}"
    );
}

#[tokio::test]
async fn a_download_that_is_dropped_leaves_no_file() {
    let folder = folder("dropped");
    let steps = vec![
        Step::Send(head(1000)),
        Step::Send(vec![7; 300]),
        Step::Wait(Duration::from_secs(600)),
    ];
    let download = of(steps).await.expect("a head");
    let path = folder.join("photo.png");
    let saving = tokio::spawn(download.save(path));
    while names(&folder).is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    saving.abort();
    assert!(saving.await.expect_err("it is aborted").is_cancelled());
    assert_eq!(names(&folder), Vec::<String>::new());
}

#[tokio::test]
async fn a_slow_download_lives_and_a_stalled_one_ends() {
    let wait = || Step::Wait(Duration::from_millis(400));
    let piece = || Step::Send(vec![7; 10]);
    let steps = vec![
        Step::Send(head(40)),
        piece(),
        wait(),
        piece(),
        wait(),
        piece(),
        wait(),
        piece(),
    ];
    let server = Server::start(vec![steps]).await;
    // All of it takes longer than the call may, each piece doesn't.
    let limit = Duration::from_secs(1);
    let slow = download(&server.url, |options| options.timeout(limit)).await;
    let slow = slow.expect("a head");
    let mut bytes = Vec::new();
    assert_eq!(slow.write_to(&mut bytes).await.expect("all"), 40);
    assert_eq!(bytes, [7; 40]);

    // Limits of its own, and that of the call where it has none; the server waits for longer.
    for own in [Some(Duration::from_secs(2)), None] {
        let steps = vec![
            Step::Send(head(40)),
            piece(),
            Step::Wait(Duration::from_secs(600)),
        ];
        let mut stalled = of(steps).await.expect("a head");
        if let Some(limit) = own {
            stalled = stalled.idle_timeout(limit);
        }
        let piece = stalled.next().await.expect("a piece").expect("it");
        assert_eq!(piece.len(), 10);
        // From here on, time passes when nothing else happens.
        tokio::time::pause();
        let error = stalled.next().await.expect("an error");
        let error = error.expect_err("no more");
        tokio::time::resume();
        let limit = own.unwrap_or(Duration::from_secs(30));
        assert!(
            matches!(&error, Error::Timeout(it) if it.limit() == limit),
            "{error:?}"
        );
        assert!(stalled.next().await.is_none());
    }
}

#[tokio::test]
async fn what_is_no_download_is_an_error_and_read_within_the_limit() {
    let send = |text: String| vec![Step::Send(text.into_bytes())];
    let missing = of(send(answer("404 Not Found", "text/html", "none"))).await;
    let missing = missing.expect_err("it isn't there");
    let missing = missing.as_api().expect("an answer");
    assert_eq!(missing.raw_body().as_ref(), b"none");

    let page = of(send(answer("200 OK", "text/html; charset=utf-8", "<img>"))).await;
    let Err(Error::Decode(page)) = page else {
        panic!("{page:?}");
    };
    assert_eq!(page.raw_body().as_ref(), b"<img>");

    let server = Server::once(&answer("404 Not Found", "text/html", "none")).await;
    let raw = photo(&server.url).raw().await.expect("an answer");
    assert_eq!(
        (raw.status.as_u16(), raw.body.as_ref()),
        (404, &b"none"[..])
    );

    let large = of(send(answer("500 No", "text/plain", &"x".repeat(101)))).await;
    assert!(matches!(large, Err(Error::TooLarge(_))), "{large:?}");
}

#[tokio::test]
async fn the_name_of_a_file_is_taken_only_if_it_is_a_name() {
    for (written, expected) in [
        ("attachment; filename=\"a b.png\"", Some("a b.png")),
        ("attachment; FileName=a.png; size=3", Some("a.png")),
        ("inline", None),
        ("attachment; filename=\"../../etc/passwd\"", None),
        ("attachment; filename=..", None),
        ("attachment; filename=\"c:x\"", None),
        ("attachment; filename*=UTF-8''a.png", None),
    ] {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-disposition: {written}\r\ncontent-length: 0\r\n\r\n"
        );
        let download = of(vec![Step::Send(head.into_bytes())]).await;
        let download = download.expect("an empty photo");
        assert_eq!(download.file_name(), expected, "{written}");
    }
}
