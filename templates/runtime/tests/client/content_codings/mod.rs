//! Which content codings a call offers, and how responses with one are read.

mod damage;
mod downloads;

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::StatusCode;
use wiretrue::codegen::{Encoder, Operation, RawResponse};
use wiretrue::error::DecodeError;
use wiretrue::{CallOptions, Error, RetryPolicy};

use crate::api::{BuildApi as _, Client, Fetch, described};
use crate::server::{Server, Step, header};

described!(Get, GET, "/text", &[]);
described!(Head, HEAD, "/text", &[]);

const TEXT: &str = "what the document says, what the document says, what the document says";
/// `hello`, compressed with Brotli.
const BROTLI_HELLO: &[u8] = b"\x0b\x02\x80hello\x03";

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).expect("memory");
    encoder.finish().expect("memory")
}

fn zstd(content: &[u8]) -> Vec<u8> {
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    ruzstd::encoding::compress_to_vec(content, level)
}

/// The codings, each with a name, a content and the encoded content.
fn samples() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    // More than a block of zstd and a window of gzip.
    let large: Vec<u8> = (0..200_000_u32)
        .flat_map(|it| (it / 7 % 251).to_le_bytes())
        .collect();
    vec![
        ("gzip", TEXT.into(), gzip(TEXT.as_bytes())),
        ("gzip", large.clone(), gzip(&large)),
        ("br", b"hello".to_vec(), BROTLI_HELLO.to_vec()),
        ("zstd", TEXT.into(), zstd(TEXT.as_bytes())),
        ("zstd", large.clone(), zstd(&large)),
    ]
}

fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn encoded(coding: &str, body: &[u8]) -> Vec<u8> {
    let headers = format!("content-type: text/plain\r\ncontent-encoding: {coding}\r\n");
    response("200 OK", &headers, body)
}

async fn serve(response: Vec<u8>) -> Server {
    Server::start(vec![vec![Step::Send(response)]; 4]).await
}

fn client(url: &str) -> Client {
    let client = Client::builder().base_url(url).retry(RetryPolicy::never());
    client.response_limit(1_000_000).build().expect("a client")
}

fn get(server: &Server) -> Fetch<Get> {
    Fetch::new(&client(&server.url))
}

/// Returns the raw result of a call to a server that sends this response.
async fn raw(response: Vec<u8>) -> Result<RawResponse, Error> {
    let server = serve(response).await;
    get(&server).exchange().await
}

async fn text(response: Vec<u8>) -> Result<String, Error> {
    let server = serve(response).await;
    get(&server).send().await
}

async fn decode_error(response: Vec<u8>) -> DecodeError {
    match raw(response).await {
        Err(Error::Decode(error)) => error,
        other => panic!("{other:?}"),
    }
}

async fn accepted(call: Fetch<impl crate::api::Described>, server: &Server) -> String {
    call.send().await.expect("a response");
    let requests = server.requests();
    let last = requests.last().expect("a request");
    header(last, "accept-encoding")
        .expect("a header")
        .to_owned()
}

#[tokio::test]
async fn a_call_offers_the_codings_that_it_decodes() {
    let server = serve(response("200 OK", "", b"")).await;
    let client = client(&server.url);
    let get = || Fetch::<Get>::new(&client);
    assert_eq!(accepted(get(), &server).await, "gzip, br, zstd");
    // Ranges of encoded content, and the length of it, would be of no use.
    let range = |it: CallOptions| it.header("Range", "bytes=0-3");
    assert_eq!(accepted(get().options(range), &server).await, "identity");
    let head = Fetch::<Head>::new(&client);
    assert_eq!(accepted(head, &server).await, "identity");
    let own = |it: CallOptions| it.header("Accept-Encoding", "gzip;q=0.5");
    assert_eq!(accepted(get().options(own), &server).await, "gzip;q=0.5");
}

#[tokio::test]
async fn every_coding_is_decoded_wherever_chunks_are_split() {
    for (coding, content, body) in samples() {
        let raw = raw(encoded(coding, &body)).await.expect("a response");
        assert!(raw.body == content, "{coding}");
        assert!(!raw.headers.contains_key("content-encoding"));
        assert!(!raw.headers.contains_key("content-length"));
    }
    for (coding, content, body) in samples() {
        let size = if body.len() < 200 { 1 } else { 999 };
        let mut chunked = format!(
            "HTTP/1.1 200 OK\r\ncontent-encoding: {coding}\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        .into_bytes();
        for chunk in body.chunks(size) {
            chunked.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            chunked.extend_from_slice(chunk);
            chunked.extend_from_slice(b"\r\n");
        }
        chunked.extend_from_slice(b"0\r\n\r\n");
        let raw = raw(chunked).await.expect("a response");
        assert!(raw.body == content, "{coding}");
    }
}

#[tokio::test]
async fn codings_are_removed_in_the_reverse_of_their_order() {
    let twice = zstd(&gzip(TEXT.as_bytes()));
    for names in ["gzip, zstd", "x-GZIP,Zstd", "identity, gzip, , zstd"] {
        let text = text(encoded(names, &twice)).await;
        assert_eq!(text.expect("a response"), TEXT, "{names}");
    }
    let lines = "gzip\r\ncontent-encoding: zstd";
    assert_eq!(
        text(encoded(lines, &twice)).await.expect("a response"),
        TEXT
    );
    let error = decode_error(encoded("zstd, gzip", &twice)).await;
    assert!(error.to_string().contains("isn't valid gzip"), "{error}");
}

#[tokio::test]
async fn names_that_are_no_codings_change_nothing() {
    for name in ["identity", "none", "UTF-8", "aws-chunked"] {
        let text = text(encoded(name, b"plain")).await;
        assert_eq!(text.expect("a response"), "plain");
    }
}

#[tokio::test]
async fn several_members_and_frames_are_one_content() {
    let (one, two) = (b"one, ".as_slice(), b"two".as_slice());
    // A skippable frame of zstd has 2 bytes.
    let skipped = b"\x5a\x2a\x4d\x18\x02\0\0\0ab".to_vec();
    for (coding, body) in [
        ("gzip", [gzip(one), gzip(two)].concat()),
        ("zstd", [zstd(one), skipped, zstd(two)].concat()),
    ] {
        let text = text(encoded(coding, &body)).await;
        assert_eq!(text.expect("a response"), "one, two", "{coding}");
    }
}

#[tokio::test]
async fn an_unknown_coding_is_named() {
    for (coding, end) in [
        ("compress", "`compress`, which the client doesn't know"),
        ("gzip, Dcb", "`dcb`, which the client doesn't know"),
        ("a\tb", "`a\\tb`, which the client doesn't know"),
    ] {
        let error = decode_error(encoded(coding, b"encoded")).await;
        let text = format!("Get: 200 OK: the body has the content coding {end}");
        assert_eq!(error.to_string(), text);
        assert_eq!(error.raw_body(), "encoded");
        assert_eq!(error.headers()["content-encoding"], coding);
    }
    let many = ["gzip"; 6].join(", ");
    let error = decode_error(encoded(&many, b"encoded")).await.to_string();
    assert!(error.contains("coding `gzip`"), "{error}");
}

#[tokio::test]
async fn the_body_of_an_error_is_decoded() {
    let body = gzip(br#"{"message":"no such thing"}"#);
    let headers = "content-type: application/json\r\ncontent-encoding: gzip\r\n";
    let error = text(response("404 Not Found", headers, &body)).await;
    let error = error.expect_err("a 404");
    assert_eq!(error.to_string(), "Get: 404 Not Found: no such thing");
}

#[tokio::test]
async fn an_error_whose_body_cannot_be_decoded_keeps_its_status() {
    let cut = &gzip(TEXT.as_bytes())[..30];
    for (coding, body, end) in [
        ("gzip", cut, " (30 bytes, text/plain, gzip)"),
        ("gzip", b"not compressed".as_slice(), ": not compressed"),
        ("compress", b"\x1f\x9d", " (2 bytes, text/plain, compress)"),
    ] {
        let headers = format!("content-type: text/plain\r\ncontent-encoding: {coding}\r\n");
        let error = text(response("502 Bad Gateway", &headers, body)).await;
        let error = error.expect_err("a 502");
        assert_eq!(error.to_string(), format!("Get: 502 Bad Gateway{end}"));
        let error = error.as_api().expect("a response");
        assert_eq!(error.raw_body(), body);
        assert_eq!(error.headers()["content-encoding"], coding);
    }
}

#[tokio::test]
async fn a_response_without_content_has_none_to_decode() {
    let headers = "content-encoding: gzip\r\n";
    let head = response("200 OK", headers, b"").to_vec();
    assert_eq!(text(head.clone()).await.expect("a response"), "");
    for status in ["204 No Content", "304 Not Modified", "200 OK"] {
        let head = format!("HTTP/1.1 {status}\r\ncontent-encoding: compress\r\n\r\n");
        let server = serve(head.into_bytes()).await;
        let raw = match status {
            "200 OK" => Fetch::<Head>::new(&client(&server.url)).exchange().await,
            _ => get(&server).exchange().await,
        };
        let raw = raw.expect("a response");
        assert_eq!(raw.headers["content-encoding"], "compress");
        assert!(raw.body.is_empty());
    }
}

#[tokio::test]
async fn a_range_and_a_compressed_file_stay_as_they_are() {
    let body = gzip(TEXT.as_bytes());
    for (status, media_type) in [
        ("206 Partial Content", "text/plain"),
        ("200 OK", "application/gzip"),
        ("200 OK", "application/X-Gzip"),
    ] {
        let headers = format!("content-type: {media_type}\r\ncontent-encoding: gzip\r\n");
        let raw = raw(response(status, &headers, &body)).await;
        let raw = raw.expect("a response");
        assert_eq!(raw.body, body);
        assert_eq!(raw.headers["content-encoding"], "gzip");
    }
    let file = response("200 OK", "content-type: application/gzip\r\n", &body);
    assert_eq!(raw(file).await.expect("a response").body, body);
    let headers = "content-type: application/gzip\r\ncontent-encoding: zstd\r\n";
    let compressed = response("200 OK", headers, &zstd(&body));
    assert_eq!(raw(compressed).await.expect("a response").body, body);
}

#[tokio::test]
async fn content_keeps_a_coding_that_the_document_describes() {
    let body = gzip(TEXT.as_bytes());
    for (status, expected) in [
        ("200 OK", body.as_slice()),
        ("404 Not Found", TEXT.as_bytes()),
    ] {
        let headers = "content-encoding: gzip\r\n";
        let server = serve(response(status, headers, &body)).await;
        let mut out = Encoder::default();
        out.literal("/text");
        out.keep_content_coding();
        let client = client(&server.url);
        let call = wiretrue::codegen::Call::new(&client);
        let raw = call
            .execute(<Get as crate::api::Described>::META, Ok(out))
            .await;
        let raw = raw.expect("a response");
        assert_eq!(raw.body, expected);
        assert_eq!(
            raw.headers.contains_key("content-encoding"),
            raw.status == StatusCode::OK
        );
        assert_eq!(
            header(&server.request(), "accept-encoding"),
            Some("identity")
        );
    }
}
