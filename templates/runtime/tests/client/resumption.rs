//! Downloads that break off and are continued.

use std::time::Duration;

use wiretrue::codegen::Downloads;
use wiretrue::streaming::Download;
use wiretrue::{CallOptions, Error, RetryPolicy};

use crate::api::{BuildApi as _, Client, ClientBuilder, Described, Fetch, described};
use crate::device::support::TestClock;
use crate::server::{Server, Step, header};
use crate::session::support::{Closed, Source, sent, tokens};

described!(Photo, GET, "/photo", &[]);
described!(Print, POST, "/photo", &[]);

impl<D: Described> Downloads for Fetch<D> {
    const ALTERNATES: &'static [(&'static str, &'static str)] = &[("text/html", "page")];

    fn is_download(status: u16) -> bool {
        matches!(status, 200)
    }
}

const TAG: &str = "etag: \"v1\"\r\naccept-ranges: bytes\r\n";

/// The bytes of the photo.
fn content() -> Vec<u8> {
    (0..1000).map(|it| (it % 251) as u8).collect()
}

/// A response with these header lines and bytes, after which the connection is closed.
fn response(status: &str, headers: &str, bytes: &[u8]) -> Vec<Step> {
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}\r\n");
    vec![Step::Send(head.into_bytes()), Step::Send(bytes.to_vec())]
}

/// The whole photo, of which the server sends the first bytes.
fn first(headers: &str, count: usize) -> Vec<Step> {
    let headers = format!("content-length: 1000\r\n{headers}");
    response("200 OK", &headers, &content()[..count])
}

/// The photo from a byte on, of which the server sends the bytes before `end`.
fn part(start: usize, end: usize) -> Vec<Step> {
    let length = 1000 - start;
    let headers = format!("content-range: bytes {start}-999/1000\r\ncontent-length: {length}\r\n");
    response(
        "206 Partial Content",
        &format!("{headers}{TAG}"),
        &content()[start..end],
    )
}

fn builder(server: &Server, clock: &TestClock) -> ClientBuilder {
    let builder = Client::builder().base_url(&server.url);
    builder.clock(clock.clone())
}

async fn download<D: Described>(
    builder: ClientBuilder,
    set: impl FnOnce(CallOptions) -> CallOptions,
) -> Download {
    let client = builder.build().expect("a client");
    let download = Download::start(&Fetch::<D>::new(&client).options(set)).await;
    download.expect("a head")
}

/// Reads a download of these responses. Returns the bytes that were handed out, the result, the
/// requests, and the seconds that the client waited.
async fn read(replies: Vec<Vec<Step>>) -> (Vec<u8>, Result<u64, Error>, Vec<String>, f64) {
    let server = Server::start(replies).await;
    let clock = TestClock::new();
    let download = download::<Photo>(builder(&server, &clock), |options| options).await;
    let mut bytes = Vec::new();
    let result = download.write_to(&mut bytes).await;
    (bytes, result, server.requests(), clock.seconds())
}

#[track_caller]
fn assert_broke_off(result: Result<u64, Error>) {
    let error = result.expect_err("an error");
    assert!(matches!(&error, Error::Transport(it) if !it.is_local()));
    let message = error.to_string();
    assert!(message.contains("the response broke off"), "{message}");
}

#[tokio::test]
async fn the_rest_is_requested_and_saved() {
    let server = Server::start(vec![first(TAG, 300), part(300, 1000)]).await;
    let clock = TestClock::new();
    let set = |options: CallOptions| options.header("x-trace", "t").query("size", "l");
    let download = download::<Photo>(builder(&server, &clock), set).await;
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("resumed.png");
    assert_eq!(download.save(&path).await.expect("saved"), 1000);
    assert_eq!(std::fs::read(&path).expect("a file"), content());

    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert!(request.starts_with("GET /photo?size=l HTTP/1.1\r\n"));
        assert_eq!(header(request, "x-trace"), Some("t"));
        assert_eq!(header(request, "accept"), Some("text/plain"));
    }
    assert_eq!(header(&requests[0], "range"), None);
    assert_eq!(header(&requests[0], "if-range"), None);
    assert_eq!(header(&requests[1], "range"), Some("bytes=300-"));
    assert_eq!(header(&requests[1], "if-range"), Some("\"v1\""));
    // The first wait of the policy.
    let waited = clock.seconds();
    assert!((0.25..=0.5).contains(&waited), "{waited}");
}

#[tokio::test]
async fn the_stream_goes_on_where_it_broke_off() {
    let server = Server::start(vec![first(TAG, 300), part(300, 1000)]).await;
    let clock = TestClock::new();
    let mut download = download::<Photo>(builder(&server, &clock), |it| it).await;
    assert_eq!(download.content_length(), Some(1000));
    let mut bytes = Vec::new();
    while let Some(chunk) = download.next().await {
        bytes.extend_from_slice(&chunk.expect("no error"));
    }
    assert_eq!(bytes, content());
    assert_eq!(download.status, 200);
    assert!(!download.headers.contains_key("content-range"));
}

#[tokio::test]
async fn attempts_are_counted_anew_with_each_byte() {
    let cuts = [300, 301, 302, 400, 500, 1000];
    let mut replies = vec![first(TAG, 300)];
    replies.extend(cuts.windows(2).map(|it| part(it[0], it[1])));
    let (bytes, result, requests, _) = read(replies).await;
    assert_eq!(result.expect("the whole"), 1000);
    assert_eq!(bytes, content());
    let ranges: Vec<_> = requests.iter().map(|it| header(it, "range")).collect();
    let expected = cuts[..5].iter().map(|start| format!("bytes={start}-"));
    let expected: Vec<_> = expected.collect();
    assert_eq!(ranges[0], None);
    assert_eq!(
        ranges[1..],
        expected
            .iter()
            .map(|it| Some(it.as_str()))
            .collect::<Vec<_>>()
    );

    // Three failures without a byte in between: the policy's three attempts.
    let replies = vec![
        first(TAG, 300),
        part(300, 300),
        part(300, 300),
        part(300, 1000),
    ];
    let (bytes, result, requests, waited) = read(replies).await;
    assert_broke_off(result);
    assert_eq!((bytes.len(), requests.len()), (300, 3));
    assert!((0.75..=1.5).contains(&waited), "{waited}");
}

#[tokio::test]
async fn a_temporary_failure_of_the_server_is_survived() {
    let unavailable = |headers: &str| {
        let headers = format!("{headers}content-length: 0\r\n");
        response("503 Service Unavailable", &headers, b"")
    };
    let replies = vec![
        first(TAG, 300),
        unavailable("retry-after: 7\r\n"),
        part(300, 1000),
    ];
    let (bytes, result, requests, waited) = read(replies).await;
    assert_eq!(result.expect("the whole"), 1000);
    assert_eq!((bytes, requests.len()), (content(), 3));
    assert!((7.25..=7.5).contains(&waited), "{waited}");

    let replies = vec![
        first(TAG, 300),
        unavailable(""),
        unavailable(""),
        part(300, 1000),
    ];
    let (_, result, requests, _) = read(replies).await;
    assert_broke_off(result);
    assert_eq!(requests.len(), 3);

    // A connection that is closed without a response.
    let (bytes, result, ..) = read(vec![first(TAG, 300), Vec::new(), part(300, 1000)]).await;
    assert_eq!(result.expect("the whole"), 1000);
    assert_eq!(bytes, content());
}

#[tokio::test]
async fn other_content_is_not_mixed_with_the_first() {
    let with = |status: &str, headers: &str| {
        let headers = format!("content-length: 700\r\n{headers}");
        response(status, &headers, &content()[300..])
    };
    let range = "content-range: bytes 300-999/1000\r\n";
    for other in [
        // The content has changed, or the server ignores the range.
        response("200 OK", "content-length: 3\r\netag: \"v2\"\r\n", b"new"),
        first(TAG, 1000),
        // A server that ignores `If-Range`.
        with("206 Partial Content", &format!("{range}etag: \"v2\"\r\n")),
        with("206 Partial Content", &format!("{range}etag: W/\"v1\"\r\n")),
        // Other parts.
        with("206 Partial Content", TAG),
        with(
            "206 Partial Content",
            &format!("content-range: bytes 301-1000/1001\r\n{TAG}"),
        ),
        with(
            "206 Partial Content",
            &format!("content-range: bytes 299-998/1000\r\n{TAG}"),
        ),
        with(
            "206 Partial Content",
            &format!("content-range: bytes 300-999/1001\r\n{TAG}"),
        ),
        with(
            "206 Partial Content",
            &format!("content-range: bytes 300-1000/*\r\n{TAG}"),
        ),
        with(
            "206 Partial Content",
            &format!("content-range: items 300-999/1000\r\n{TAG}"),
        ),
        with(
            "206 Partial Content",
            &format!("content-range: bytes */1000\r\n{TAG}"),
        ),
        with(
            "206 Partial Content",
            &format!("{range}content-encoding: gzip\r\n{TAG}"),
        ),
        // No part.
        response(
            "416 Range Not Satisfiable",
            "content-range: bytes */100\r\ncontent-length: 0\r\n",
            b"",
        ),
        response("404 Not Found", "content-length: 4\r\n", b"gone"),
        response("204 No Content", "", b""),
        response(
            "200 OK",
            "content-type: text/html\r\ncontent-length: 4\r\n",
            b"page",
        ),
    ] {
        let head = other.first().cloned();
        let (bytes, result, requests, _) =
            read(vec![first(TAG, 300), other, part(300, 1000)]).await;
        assert_broke_off(result);
        assert_eq!(bytes, content()[..300]);
        let Some(Step::Send(head)) = head else {
            continue;
        };
        assert_eq!(requests.len(), 2, "{}", String::from_utf8_lossy(&head));
    }
}

#[tokio::test]
async fn a_part_of_the_rest_is_followed_by_the_rest() {
    let headers = format!("content-range: bytes 300-499/*\r\ncontent-length: 200\r\n{TAG}");
    let short = response("206 Partial Content", &headers, &content()[300..500]);
    let (bytes, result, requests, _) = read(vec![first(TAG, 300), short, part(500, 1000)]).await;
    assert_eq!(result.expect("the whole"), 1000);
    assert_eq!(bytes, content());
    assert_eq!(header(&requests[2], "range"), Some("bytes=500-"));
}

#[tokio::test]
async fn a_date_of_last_modification_identifies_the_content_if_it_is_old() {
    let modified = "Sat, 31 Jan 2026 11:00:00 GMT";
    // The clock of the test: 12:00.
    for (date, is_strong) in [
        (Some("Sat, 31 Jan 2026 12:00:00 GMT"), true),
        (Some("Sat, 31 Jan 2026 11:01:00 GMT"), true),
        (Some("Sat, 31 Jan 2026 11:00:59 GMT"), false),
        (Some("Sat, 31 Jan 2026 10:00:00 GMT"), false),
        (None, true),
    ] {
        let date = date.map(|it| format!("date: {it}\r\n")).unwrap_or_default();
        let headers = format!("last-modified: {modified}\r\naccept-ranges: bytes\r\n{date}");
        let rest = format!("last-modified: {modified}\r\ncontent-range: bytes 300-999/1000\r\n");
        let rest = response("206 Partial Content", &rest, &content()[300..]);
        let (bytes, result, requests, _) = read(vec![first(&headers, 300), rest]).await;
        if is_strong {
            assert_eq!(result.expect("the whole"), 1000, "{date}");
            assert_eq!(bytes, content());
            assert_eq!(header(&requests[1], "if-range"), Some(modified));
        } else {
            assert_broke_off(result);
            assert_eq!(requests.len(), 1, "{date}");
        }
    }
    // Another date in the part.
    let headers = format!("last-modified: {modified}\r\naccept-ranges: bytes\r\n");
    let rest =
        "last-modified: Sat, 31 Jan 2026 11:30:00 GMT\r\ncontent-range: bytes 300-999/1000\r\n";
    let rest = response("206 Partial Content", rest, &content()[300..]);
    assert_broke_off(read(vec![first(&headers, 300), rest]).await.1);
}

#[tokio::test]
async fn the_rest_is_not_requested_unless_the_server_allows_it() {
    let date = "last-modified: Thu, 01 Jan 2026 11:00:00 GMT\r\n";
    for headers in [
        String::new(),
        "accept-ranges: bytes\r\n".to_owned(),
        "etag: \"v1\"\r\n".to_owned(),
        "etag: \"v1\"\r\naccept-ranges: none\r\n".to_owned(),
        "etag: W/\"v1\"\r\naccept-ranges: bytes\r\n".to_owned(),
        format!("{date}etag: W/\"v1\"\r\naccept-ranges: bytes\r\n"),
        "last-modified: yesterday\r\naccept-ranges: bytes\r\n".to_owned(),
    ] {
        let (bytes, result, requests, _) = read(vec![first(&headers, 300), part(300, 1000)]).await;
        assert_broke_off(result);
        assert_eq!((bytes.len(), requests.len()), (300, 1), "{headers}");
    }
    // Without a length.
    let headers = format!("transfer-encoding: chunked\r\n{TAG}");
    let chunked = response("200 OK", &headers, b"3\r\nabc\r\n");
    let (bytes, result, requests, _) = read(vec![chunked, part(3, 1000)]).await;
    assert_broke_off(result);
    assert_eq!((bytes.as_slice(), requests.len()), (&b"abc"[..], 1));
}

#[tokio::test]
async fn encoded_content_is_not_continued() {
    // The head of a gzip file and the begin of a block.
    let gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x4b\x4c";
    let headers = format!("content-encoding: gzip\r\ncontent-length: 1000\r\n{TAG}");
    let replies = vec![response("200 OK", &headers, gzip), part(12, 1000)];
    let (_, result, requests, _) = read(replies).await;
    assert_broke_off(result);
    assert_eq!(requests.len(), 1);
}

#[tokio::test]
async fn the_rest_is_not_requested_if_the_caller_or_the_request_forbids_it() {
    let start = || async {
        let server = Server::start(vec![first(TAG, 300), part(300, 1000)]).await;
        let builder = builder(&server, &TestClock::new());
        (server, builder)
    };
    let (server, builder) = start().await;
    let off = download::<Photo>(builder, |it| it).await.resume(false);
    assert_broke_off(off.write_to(&mut Vec::new()).await);
    assert_eq!(server.requests().len(), 1);

    let (server, builder) = start().await;
    let never = |it: CallOptions| it.retry(RetryPolicy::never());
    let download_once = download::<Photo>(builder, never).await;
    assert_broke_off(download_once.write_to(&mut Vec::new()).await);
    assert_eq!(server.requests().len(), 1);

    let (server, builder) = start().await;
    let poor = download::<Photo>(builder.retry_budget(Some(0)), |it| it).await;
    assert_broke_off(poor.write_to(&mut Vec::new()).await);
    assert_eq!(server.requests().len(), 1);

    let (server, builder) = start().await;
    let ranged = |it: CallOptions| it.header("range", "bytes=0-");
    let ranged = download::<Photo>(builder, ranged).await;
    assert_broke_off(ranged.write_to(&mut Vec::new()).await);
    assert_eq!(server.requests().len(), 1);

    let (server, builder) = start().await;
    let posted = download::<Print>(builder, |it| it).await;
    assert_broke_off(posted.write_to(&mut Vec::new()).await);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn content_of_which_nothing_was_received_is_requested_as_a_whole() {
    // Even without a validator, and though the content is another one now.
    let new = "content-length: 3\r\netag: \"v2\"\r\n";
    let server = Server::start(vec![first("", 0), response("200 OK", new, b"new")]).await;
    let clock = TestClock::new();
    let mut download = download::<Photo>(builder(&server, &clock), |it| it).await;
    let bytes = download.next().await.expect("bytes").expect("no error");
    assert_eq!(bytes, "new");
    assert_eq!(download.content_length(), Some(3));
    assert_eq!(download.headers["etag"], "\"v2\"");
    assert!(download.next().await.is_none());
    let requests = server.requests();
    assert_eq!(header(&requests[1], "range"), None);
    assert_eq!(header(&requests[1], "if-range"), None);

    for other in [
        response("206 Partial Content", new, b"new"),
        response("404 Not Found", "content-length: 4\r\n", b"gone"),
    ] {
        let (bytes, result, requests, _) = read(vec![first(TAG, 0), other]).await;
        assert_broke_off(result);
        assert_eq!((bytes.len(), requests.len()), (0, 2));
    }
}

#[tokio::test]
async fn the_token_is_sent_again_and_replaced_if_it_is_rejected() {
    let rejected = response("401 Unauthorized", "content-length: 0\r\n", b"");
    let server = Server::start(vec![first(TAG, 300), rejected, part(300, 1000)]).await;
    let clock = TestClock::new();
    let source = Source::new([Some(tokens("one", 3600)), Some(tokens("two", 3600))]);
    let client = builder(&server, &clock).build().expect("a client");
    let call = Fetch::<Closed>::new(&client.with_tokens(source));
    let download = Download::start(&call).await.expect("a head");
    let mut bytes = Vec::new();
    assert_eq!(download.write_to(&mut bytes).await.expect("all"), 1000);
    assert_eq!(bytes, content());
    assert_eq!(sent(&server), ["Bearer one", "Bearer one", "Bearer two"]);
    let requests = server.requests();
    assert_eq!(header(&requests[2], "range"), Some("bytes=300-"));
}

#[tokio::test]
async fn a_redirect_is_followed_again() {
    let moved = || response("302 Found", "location: /file\r\ncontent-length: 0\r\n", b"");
    let (bytes, result, requests, _) =
        read(vec![moved(), first(TAG, 300), moved(), part(300, 1000)]).await;
    assert_eq!(result.expect("the whole"), 1000);
    assert_eq!(bytes, content());
    let paths = ["/photo", "/file", "/photo", "/file"];
    for (request, path) in requests.iter().zip(paths) {
        assert!(request.starts_with(&format!("GET {path} HTTP/1.1\r\n")));
    }
    let ranges: Vec<_> = requests.iter().map(|it| header(it, "range")).collect();
    assert_eq!(ranges, [None, None, Some("bytes=300-"), Some("bytes=300-")]);
    assert_eq!(header(&requests[3], "if-range"), Some("\"v1\""));
}

#[tokio::test]
async fn the_limit_on_stalls_is_kept() {
    let limit = Duration::from_secs(2);
    let forever = || Step::Wait(Duration::from_secs(600));
    let stalls_in_body = [part(300, 400), vec![forever()]].concat();
    // A stall before the response is one, too, also without a time limit of the call.
    for (stalled, received) in [(stalls_in_body, 400), (vec![forever()], 300)] {
        let server = Server::start(vec![first(TAG, 300), stalled]).await;
        let without_limit = |it: CallOptions| it.timeout(None);
        let clock = TestClock::new();
        let download = download::<Photo>(builder(&server, &clock), without_limit).await;
        let mut download = download.idle_timeout(limit);
        let mut bytes = 0;
        while bytes < 300 {
            bytes += download.next().await.expect("bytes").expect("bytes").len();
        }
        // The server has received the second request once it is logged.
        let next = tokio::spawn(async move {
            let mut error = None;
            while let Some(chunk) = download.next().await {
                match chunk {
                    Ok(chunk) => bytes += chunk.len(),
                    Err(other) => error = Some(other),
                }
            }
            (bytes, error)
        });
        while server.requests().len() < 2 {
            tokio::task::yield_now().await;
        }
        // From here on, time passes when all tasks are idle.
        tokio::time::pause();
        let (bytes, error) = next.await.expect("an end");
        tokio::time::resume();
        let error = error.expect("an error");
        assert!(
            matches!(&error, Error::Timeout(it) if it.limit() == limit),
            "{error:?}"
        );
        assert_eq!(bytes, received);
    }
}
