//! A server that keeps connections open, and a clock that doesn't wait.

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

/// Responds to requests without a body, many on one connection. Dropping it stops it.
pub struct Server {
    pub url: String,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts a server that passes the first line of each request to a callback and sends what it
    /// returns. `None` closes the connection.
    pub async fn start(
        response: impl Fn(&str) -> Option<String> + Clone + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let connections = Arc::<AtomicUsize>::default();
        let requests = Arc::<AtomicUsize>::default();
        let (made, count) = (Arc::clone(&connections), Arc::clone(&requests));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                made.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, response.clone(), Arc::clone(&count)));
            }
        });
        Self {
            url,
            connections,
            requests,
            task,
        }
    }

    /// Returns the number of connections.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Returns the number of requests.
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
    response: impl Fn(&str) -> Option<String>,
    count: Arc<AtomicUsize>,
) {
    while let Some(head) = head(&mut stream).await {
        count.fetch_add(1, Ordering::SeqCst);
        let Some(text) = response(head.lines().next().unwrap_or_default()) else {
            return;
        };
        if stream.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Reads the head of the next request; `None` if the client closed the connection.
pub async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// A response on a connection that stays open.
pub fn kept(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}")
}

/// A clock that stands still, so that waits take no time.
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
