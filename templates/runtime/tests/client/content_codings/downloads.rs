//! Bodies that are decoded while they are read.

use std::io::Write as _;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use wiretrue::Error;
use wiretrue::streaming::Download;

use super::{TEXT, client, gzip, response, serve};
use crate::downloads::Photo;
use crate::server::{Server, Step, header};

async fn download(server: &Server) -> Result<Download, Error> {
    Download::start(&Photo::new(&client(&server.url))).await
}

#[tokio::test]
async fn a_download_is_decoded_while_it_is_read() {
    let headers = "content-type: image/png\r\ncontent-encoding: gzip\r\n";
    // Larger than the client's limit, which doesn't apply to downloads.
    let content = vec![7; 2_000_000];
    let server = serve(response("200 OK", headers, &gzip(&content))).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("photo.png");
    let download = download(&server).await.expect("a response");
    assert_eq!(download.content_length(), None);
    let count = download.save(&path).await.expect("the file");
    assert_eq!(count, 2_000_000);
    assert!(std::fs::read(&path).expect("the file") == content);
    // zstd would hold content back.
    let offered = header(&server.request(), "accept-encoding").map(str::to_owned);
    assert_eq!(offered.as_deref(), Some("gzip, br"));
}

#[tokio::test]
async fn a_download_that_is_cut_off_in_its_coding_is_an_error() {
    let headers = "content-type: image/png\r\ncontent-encoding: gzip\r\n";
    let body = gzip(TEXT.as_bytes());
    let server = serve(response("200 OK", headers, &body[..body.len() - 4])).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("photo.png");
    let download = download(&server).await.expect("a response");
    let error = download.save(&path).await.expect_err("it is cut off");
    let text = error.to_string();
    let start = format!("photo: GET {}/photo: the response broke off: ", server.url);
    assert!(text.starts_with(&start), "{text}");
    assert!(text.contains("the body isn't valid gzip"), "{text}");
    assert!(!path.exists());
}

#[tokio::test]
async fn a_download_with_an_unknown_coding_is_an_error() {
    let headers = "content-type: image/png\r\ncontent-encoding: compress\r\n";
    let server = serve(response("200 OK", headers, b"encoded")).await;
    let error = download(&server).await.expect_err("an unknown coding");
    assert!(matches!(error, Error::Decode(_)), "{error:?}");
    assert!(error.to_string().contains("`compress`"), "{error}");
}

#[tokio::test]
async fn what_has_been_received_is_not_held_back() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(b"the first event").expect("memory");
    encoder.flush().expect("memory");
    let head = "HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-encoding: gzip\r\n\r\n";
    let sent = [head.as_bytes(), encoder.get_ref()].concat();
    let stalled = vec![Step::Send(sent), Step::Wait(Duration::from_secs(600))];
    let server = Server::start(vec![stalled]).await;
    let mut download = download(&server).await.expect("a response");
    let first = download.next().await.expect("bytes").expect("bytes");
    assert_eq!(first, "the first event");
}
