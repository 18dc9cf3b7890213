//! Slow servers.

use crate::api::{BuildApi as _, Client};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use wiretrue::{Error, RetryPolicy};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::support::{Get, head};
use crate::api::Fetch;
use crate::downloads::download;
use crate::server::{Server, Step};

/// A time limit that a test waits for.
const SOON: Duration = Duration::from_millis(100);

/// A response that is sent byte by byte, a tenth of the limit apart.
fn trickle() -> Vec<Step> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 0\r\n\r\n";
    let bytes = head.bytes().map(|byte| Step::Send(vec![byte]));
    bytes
        .flat_map(|send| [send, Step::Wait(SOON / 10)])
        .collect()
}

#[tokio::test]
async fn the_time_limit_covers_a_trickling_head() {
    let server = Server::start(vec![trickle(), trickle()]).await;
    let client = Client::builder().base_url(&server.url).timeout(SOON);
    let call = Fetch::<Get>::new(&client.build().expect("a client"));
    let error = call.send().await.expect_err("a part of a head");
    assert_eq!(error.to_string(), "Get: timed out after 100ms");
    // The time limit of a download isn't extended by received bytes.
    let error = download(&server.url, |options| options.timeout(SOON)).await;
    let error = error.expect_err("a part of a head");
    assert_eq!(error.to_string(), "photo: timed out after 100ms");
}

#[tokio::test]
async fn an_endless_head_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let sending = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        head(&mut stream).await.expect("a request");
        let mut line = "HTTP/1.1 200 OK\r\n".to_owned();
        while stream.write_all(line.as_bytes()).await.is_ok() {
            count.fetch_add(line.len(), Ordering::SeqCst);
            line = format!("x: {}\r\n", "y".repeat(8000));
        }
    });
    let client = Client::builder()
        .base_url(url)
        .timeout(None)
        .retry(RetryPolicy::never());
    let error = Fetch::<Get>::new(&client.build().expect("a client"))
        .send()
        .await;
    assert!(matches!(error, Err(Error::Transport(_))), "{error:?}");
    // The client closed the connection.
    sending.await.expect("no panic");
    let sent = sent.load(Ordering::SeqCst);
    assert!(sent < 32 * 1024 * 1024, "{sent} bytes were sent");
}
