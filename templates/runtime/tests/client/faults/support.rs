//! A server that keeps connections, and a clock that stands still.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};
use wiretrue::clock::Clock;
use wiretrue::transport::BoxFuture;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::api::described;
use crate::device::support::NOW;

described!(Get, GET, "/text", &[]);
described!(Post, POST, "/text", &[]);

/// Answers requests without a body, many on one connection. It stops when it is dropped.
pub struct Server {
    pub url: String,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Server {
    /// Answers each request, given by its first line, with what comes of it; `None` closes the
    /// connection.
    pub async fn start(
        answer: impl Fn(&str) -> Option<String> + Clone + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let connections = Arc::<AtomicUsize>::default();
        let requests = Arc::<AtomicUsize>::default();
        let (made, count) = (Arc::clone(&connections), Arc::clone(&requests));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                made.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, answer.clone(), Arc::clone(&count)));
            }
        });
        Self {
            url,
            connections,
            requests,
            task,
        }
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How many requests came.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    answer: impl Fn(&str) -> Option<String>,
    count: Arc<AtomicUsize>,
) {
    while let Some(head) = head(&mut stream).await {
        count.fetch_add(1, Ordering::SeqCst);
        let Some(text) = answer(head.lines().next().unwrap_or_default()) else {
            return;
        };
        if stream.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The head of the next request; `None` if the client has left.
pub async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// An answer on a connection that stays.
pub fn kept(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}")
}

/// A clock that stands still, so that no number of waits takes time from another call.
#[derive(Clone)]
pub struct Still(Instant);

impl Still {
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl Clock for Still {
    fn now(&self) -> Instant {
        self.0
    }

    fn time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + NOW
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::task::yield_now())
    }
}
