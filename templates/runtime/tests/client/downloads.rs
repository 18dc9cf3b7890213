//! Responses that are read as they are received.

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

use crate::server::{Server, Step, http_response};

/// `GET /photo`, which returns an image; `text/html` is another content.
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
        redirects: &[],
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
    const ALTERNATES: &'static [(&'static str, &'static str)] = &[("text/html", "page")];

    fn is_download(status: u16) -> bool {
        matches!(status, 200)
    }
}

fn client(url: &str) -> Client {
    let client = Client::builder().base_url(url).response_limit(100);
    client.build().expect("a client")
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

/// Creates an empty directory for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names = entries.map(|it| it.expect("an entry").file_name());
    names.map(|it| it.to_string_lossy().into_owned()).collect()
}

fn head(length: usize) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: {length}\r\n\r\n")
        .into_bytes()
}

#[tokio::test]
async fn back_pressure_limits_the_server() {
    const CHUNK: usize = 64 * 1024;
    const CHUNKS: u64 = 4096;
    const TOTAL: u64 = CHUNKS * CHUNK as u64;
    // What the buffers of sockets and HTTP may hold: much less than the body.
    const BUFFERS: u64 = 32 * 1024 * 1024;
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
    // While nobody reads, the server fills the buffers and then blocks.
    let mut before = u64::MAX;
    while sent.load(Ordering::SeqCst) != before {
        before = sent.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(before < BUFFERS, "{before} bytes were sent");
    let (mut received, mut ahead) = (0, 0);
    while let Some(bytes) = download.next().await {
        received += bytes.expect("more bytes").len() as u64;
        ahead = ahead.max(sent.load(Ordering::SeqCst).saturating_sub(received));
    }
    assert_eq!(received, TOTAL);
    assert!(ahead < BUFFERS, "{ahead} bytes were ahead");
}

#[tokio::test]
async fn a_download_may_exceed_the_size_limit_and_is_saved() {
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
async fn a_truncated_download_leaves_no_file() {
    let folder = folder("broken");
    let path = folder.join("photo.png");
    std::fs::write(&path, "old").expect("a file");
    let steps = vec![Step::Send(head(1000)), Step::Send(vec![7; 300])];
    let download = of(steps).await.expect("a head");
    let error = download.save(&path).await.expect_err("an error");
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
async fn a_body_shorter_than_its_length_is_an_error_with_any_transport() {
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
    let error = error.expect_err("an error").to_string();
    assert!(
        error.ends_with("the response broke off: the body ended after 5 of 10 bytes"),
        "{error}"
    );
    assert_eq!(bytes, b"short");
}

#[tokio::test]
async fn a_write_error_is_distinguished_from_a_network_error() {
    let path = folder("nowhere").join("no/such/folder/photo.png");
    let download = of(vec![Step::Send(
        http_response("200 OK", "image/png", "png").into(),
    )])
    .await;
    let error = download.expect("a photo").save(&path).await;
    let Err(Error::Transport(error)) = error else {
        panic!("{error:?}");
    };
    assert!(error.is_local());
    let message = error.to_string();
    assert!(
        message.contains("couldn't be written") && message.contains("photo.png"),
        "{message}"
    );
}

#[tokio::test]
async fn a_dropped_download_leaves_no_file() {
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
async fn a_slow_download_completes_and_a_stalled_one_fails() {
    let wait = || Step::Wait(Duration::from_millis(400));
    let chunk = || Step::Send(vec![7; 10]);
    let steps = vec![
        Step::Send(head(40)),
        chunk(),
        wait(),
        chunk(),
        wait(),
        chunk(),
        wait(),
        chunk(),
    ];
    let server = Server::start(vec![steps]).await;
    // The complete body takes longer than the limit, but no chunk does.
    let limit = Duration::from_secs(1);
    let slow = download(&server.url, |options| options.timeout(limit)).await;
    let slow = slow.expect("a head");
    let mut bytes = Vec::new();
    assert_eq!(
        slow.write_to(&mut bytes).await.expect("a complete body"),
        40
    );
    assert_eq!(bytes, [7; 40]);

    // With its own limit and with that of the call. The server waits longer than both.
    for own in [Some(Duration::from_secs(2)), None] {
        let steps = vec![
            Step::Send(head(40)),
            chunk(),
            Step::Wait(Duration::from_secs(600)),
        ];
        let mut stalled = of(steps).await.expect("a head");
        if let Some(limit) = own {
            stalled = stalled.idle_timeout(limit);
        }
        let chunk = stalled.next().await.expect("bytes").expect("no error");
        assert_eq!(chunk.len(), 10);
        // From here on, time passes when all tasks are idle.
        tokio::time::pause();
        let error = stalled.next().await.expect("an error");
        let error = error.expect_err("an error");
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
async fn other_responses_are_read_within_the_size_limit() {
    let send = |text: String| vec![Step::Send(text.into_bytes())];
    let missing = of(send(http_response("404 Not Found", "text/html", "none"))).await;
    let missing = missing.expect_err("not found");
    let missing = missing.as_api().expect("a response");
    assert_eq!(missing.raw_body().as_ref(), b"none");

    let page = of(send(http_response(
        "200 OK",
        "text/html; charset=utf-8",
        "<img>",
    )))
    .await;
    let Err(Error::Decode(page)) = page else {
        panic!("{page:?}");
    };
    assert_eq!(page.raw_body().as_ref(), b"<img>");

    let server = Server::once(&http_response("404 Not Found", "text/html", "none")).await;
    let raw = photo(&server.url).raw().await.expect("a response");
    assert_eq!(
        (raw.status.as_u16(), raw.body.as_ref()),
        (404, &b"none"[..])
    );

    let large = of(send(http_response(
        "500 No",
        "text/plain",
        &"x".repeat(101),
    )))
    .await;
    let large = large.expect_err("a failure");
    let large = large.as_api().expect("a response");
    assert_eq!(
        (large.status().as_u16(), large.raw_body().len()),
        (500, 100)
    );
    assert!(matches!(large.cause(), Some(Error::TooLarge(_))));
}

#[tokio::test]
async fn a_file_name_is_decoded_and_must_not_be_a_path() {
    for (written, expected) in [
        ("attachment; filename=\"a b.png\"", Some("a b.png")),
        ("attachment; FileName=a.png; size=3", Some("a.png")),
        ("attachment; filename=\"a\\\"b;c.png\"", Some("a\"b;c.png")),
        (
            "attachment; filename=e.png; filename*=UTF-8''%E2%82%AC.png",
            Some("\u{20ac}.png"),
        ),
        ("inline", None),
        ("attachment; xfilename=a.png", None),
        ("attachment; foo=\"; filename=a.png\"", None),
        ("attachment; filename=\"../../etc/passwd\"", None),
        ("attachment; filename*=UTF-8''..%2Fa.png", None),
        ("attachment; filename=..", None),
        ("attachment; filename=\"c:x\"", None),
    ] {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-disposition: {written}\r\ncontent-length: 0\r\n\r\n"
        );
        let download = of(vec![Step::Send(head.into_bytes())]).await;
        let download = download.expect("an empty photo");
        assert_eq!(download.file_name().as_deref(), expected, "{written}");
    }
}

async fn saved(path: &Path) -> Result<u64, Error> {
    let reply = http_response("200 OK", "image/png", "new");
    let download = of(vec![Step::Send(reply.into())]).await;
    download.expect("a photo").save(path).await
}

#[tokio::test]
async fn a_name_may_be_as_long_as_the_file_system_allows() {
    let folder = folder("long");
    let path = folder.join("\u{fc}".repeat(127) + "x");
    for _ in 0..2 {
        assert_eq!(saved(&path).await.expect("saved"), 3);
        assert_eq!(std::fs::read(&path).expect("a file"), b"new");
    }
    assert_eq!(names(&folder).len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn the_mode_of_an_existing_file_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder("modes");
    let path = folder.join("photo.png");
    for mode in [0o600, 0o640, 0o755, 0o666] {
        std::fs::write(&path, "old").expect("a file");
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&path, permissions).expect("a mode");
        assert_eq!(saved(&path).await.expect("saved"), 3);
        let found = std::fs::metadata(&path).expect("a file").permissions();
        assert_eq!(found.mode() & 0o7777, mode, "{mode:o}");
        assert_eq!(std::fs::read(&path).expect("a file"), b"new");
    }
    assert_eq!(names(&folder), ["photo.png"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_symbolic_link_is_followed_and_stays() {
    use std::os::unix::fs::symlink;
    let folder = folder("links");
    let (links, files) = (folder.join("links"), folder.join("files"));
    for folder in [&links, &files] {
        std::fs::create_dir(folder).expect("a folder");
    }
    let (file, link) = (files.join("photo.png"), links.join("relative"));
    symlink("../files/photo.png", &link).expect("a link");
    symlink(&link, links.join("absolute")).expect("a link");
    // The file doesn't exist at first.
    for name in ["relative", "absolute"] {
        assert_eq!(saved(&links.join(name)).await.expect("saved"), 3);
        assert_eq!(std::fs::read(&file).expect("a file"), b"new");
        assert!(!std::fs::symlink_metadata(&file).expect("it").is_symlink());
        std::fs::write(&file, "old").expect("a file");
    }
    assert!(std::fs::read_link(&link).is_ok());
    assert_eq!((names(&links).len(), names(&files).len()), (2, 1));

    symlink("loop", links.join("loop")).expect("a link");
    let error = saved(&links.join("loop")).await.expect_err("a loop");
    assert!(error.to_string().contains("symbolic links"), "{error}");
    assert_eq!(names(&links).len(), 3);
}

#[cfg(unix)]
#[tokio::test]
async fn anything_but_a_file_is_refused() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    let folder = folder("refused");
    let inner = folder.join("folder");
    std::fs::create_dir(&inner).expect("a folder");
    let socket = folder.join("socket");
    let _listener = UnixListener::bind(&socket).expect("a socket");
    let fifo = folder.join("fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.expect("mkfifo runs").success());
    let null = folder.join("null");
    symlink("/dev/null", &null).expect("a link");
    for path in [&inner, &socket, &fifo, &null, Path::new("/dev/null")] {
        let Err(Error::Transport(error)) = saved(path).await else {
            panic!("{path:?} was replaced");
        };
        assert!(error.is_local());
        let message = error.to_string();
        assert!(message.contains("it isn't a regular file"), "{message}");
    }
    assert_eq!(names(&folder).len(), 4);
}
