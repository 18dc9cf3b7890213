//! Bodies that exceed the size limit.

#![cfg(target_os = "linux")]

use crate::api::{BuildApi as _, Client};
use std::pin::Pin;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use wiretrue::{Error, RetryPolicy};

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

use super::support::{Get, head};
use crate::api::Fetch;
use crate::downloads::download;

const MIB: u64 = 1024 * 1024;
const GIB: u64 = 1024 * MIB;
/// The default size limit of a response.
const LIMIT: u64 = 16 * MIB;
/// What the buffers of sockets and HTTP may hold.
const BUFFERS: u64 = 32 * MIB;

/// Starts a server that sends 1 GiB in chunks, and counts the bytes that it sent.
async fn server() -> (String, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let sent = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&sent);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let Some(_) = head(&mut stream).await else {
                continue;
            };
            count.store(0, Ordering::SeqCst);
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ntransfer-encoding: chunked\r\n\r\n";
            let chunk = format!("{MIB:x}\r\n{}\r\n", "x".repeat(MIB as usize));
            let mut going = stream.write_all(head.as_bytes()).await;
            for _ in 0..GIB / MIB {
                if going.is_ok() {
                    going = stream.write_all(chunk.as_bytes()).await;
                    count.fetch_add(MIB, Ordering::SeqCst);
                }
            }
            // The client may have closed the connection.
            let _ = stream.write_all(b"0\r\n\r\n").await;
        }
    });
    (url, sent)
}

/// Returns the peak memory of this process, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    let kib = line.and_then(|it| it.trim().strip_suffix(" kB"));
    kib.and_then(|it| it.parse::<u64>().ok()).expect("a number") * 1024
}

/// Counts and discards the bytes that are written.
struct Counted(u64);

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.0 += bytes.len() as u64;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
#[ignore = "measures its process: `large_bodies_are_never_in_memory` runs it in one of its own"]
async fn alone() {
    let (url, sent) = server().await;
    let client = Client::builder()
        .base_url(&url)
        .timeout(None)
        .retry(RetryPolicy::never());
    let client = client.build().expect("a client");
    let before = peak();

    let mut sink = Counted(0);
    let all = download(&url, |options| options.timeout(None)).await;
    let count = all.expect("a head").write_to(&mut sink).await;
    assert_eq!((count.expect("a complete body"), sink.0), (GIB, GIB));
    let grown = peak() - before;
    assert!(grown < BUFFERS, "{grown} bytes for a download");

    let response = Fetch::<Get>::new(&client).send().await;
    // A failed assertion prints the length and not the body.
    let error = response.map(|it| it.len()).expect_err("it is too large");
    assert!(matches!(error, Error::TooLarge(_)), "{error:?}");
    let sent = sent.load(Ordering::SeqCst);
    assert!(sent <= LIMIT + BUFFERS, "{sent} bytes were sent");
    let grown = peak() - before;
    assert!(
        grown < 2 * LIMIT + BUFFERS,
        "{grown} bytes for a limited body"
    );
}

#[test]
fn large_bodies_are_never_buffered() {
    let test = concat!(module_path!(), "::alone");
    let (_, test) = test.split_once("::").expect("a path in a crate");
    let program = std::env::current_exe().expect("a path");
    let output = Command::new(program)
        .args(["--exact", "--ignored", test])
        .output()
        .expect("a process");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("1 passed"), "{text}");
    assert!(output.status.success(), "{text}");
}
