//! A small HTTP/1.1 server (RFC 9112) that gives the answers it is told to give and keeps every
//! byte that it is sent: what the wire tests of golden cases and of the clients run against.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// An answer.
#[derive(Clone, Debug)]
pub enum Answer {
    /// These bytes; then the connection is closed.
    Bytes(Vec<u8>),
    /// These bytes, and then nothing more, on an open connection.
    Stalled(Vec<u8>),
}

impl Answer {
    /// A status with a body of this media type.
    pub fn new(status: u16, media_type: &str, body: impl AsRef<[u8]>) -> Self {
        Self::with_headers(status, &[("content-type", media_type)], body)
    }

    /// A status with a JSON body.
    pub fn json(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::new(status, "application/json", body)
    }

    /// A status with headers and a body, whose length is told.
    pub fn with_headers(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let length = body.len().to_string();
        let headers = headers
            .iter()
            .copied()
            .chain([("content-length", length.as_str())]);
        let mut bytes = head(status, headers);
        bytes.extend_from_slice(body);
        Self::Bytes(bytes)
    }

    /// A status with a JSON body in chunks (RFC 9112, section 7.1): its length isn't told.
    pub fn chunked(status: u16, body: impl AsRef<[u8]>) -> Self {
        let headers = [
            ("content-type", "application/json"),
            ("transfer-encoding", "chunked"),
        ];
        let mut bytes = head(status, headers);
        for chunk in body.as_ref().chunks(64) {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        Self::Bytes(bytes)
    }

    /// No answer at all, for as long as the client waits.
    pub fn silence() -> Self {
        Self::Stalled(Vec::new())
    }

    /// A head and half of the body that it promises, and then nothing.
    pub fn half() -> Self {
        let mut bytes = head(
            200,
            [
                ("content-type", "application/json"),
                ("content-length", "100"),
            ],
        );
        bytes.extend_from_slice(b"{\"url\":");
        Self::Stalled(bytes)
    }
}

fn head<'a>(status: u16, headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Example\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// A request as it was received.
#[derive(Clone, Debug)]
pub struct Request {
    /// Method, target and version.
    pub line: String,
    /// The lines of the headers, in alphabetical order: their order says nothing (RFC 9110, 5.3).
    pub headers: Vec<String>,
    /// The body; of a chunked one (RFC 9112, section 7.1), what is in the chunks.
    pub body: Vec<u8>,
    /// Head and body as they came, chunks and all.
    pub raw: Vec<u8>,
}

impl Request {
    /// The value of a header; its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// The body as text.
    ///
    /// # Panics
    ///
    /// It isn't UTF-8.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is text")
    }
}

/// A server on a port of its own. It stops when it is dropped.
pub struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    connections: usize,
    requests: Vec<Request>,
}

impl Server {
    /// A server that gives these answers, one a connection, the last one again and again.
    pub async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("the socket is bound");
        let seen = Arc::<Mutex<Seen>>::default();
        let answers: Vec<_> = answers.into_iter().collect();
        let task = tokio::spawn(serve(listener, answers, Arc::clone(&seen)));
        Self {
            address,
            seen,
            task,
        }
    }

    /// Its base URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its `host` header.
    pub fn host(&self) -> String {
        format!("host: {}", self.address)
    }

    /// How many connections were made to it.
    pub fn connections(&self) -> usize {
        self.seen.lock().expect("no holder panicked").connections
    }

    /// The requests that it received.
    pub fn requests(&self) -> Vec<Request> {
        self.seen
            .lock()
            .expect("no holder panicked")
            .requests
            .clone()
    }

    /// The only request that it received.
    pub fn request(&self) -> Request {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.into_iter().next().expect("there is one")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The URL of a port at which nobody listens.
pub async fn nobody() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("a port is free");
    format!(
        "http://{}",
        listener.local_addr().expect("the socket is bound")
    )
}

async fn serve(listener: TcpListener, answers: Vec<Answer>, seen: Arc<Mutex<Seen>>) {
    let mut open = Vec::new();
    for index in 0.. {
        let Ok((mut stream, _)) = listener.accept().await else {
            return;
        };
        seen.lock().expect("no holder panicked").connections += 1;
        let Some(answer) = answers.get(index).or(answers.last()).cloned() else {
            continue;
        };
        let Some(request) = receive(&mut stream).await else {
            continue;
        };
        seen.lock()
            .expect("no holder panicked")
            .requests
            .push(request);
        // The client may have hung up, which is for its test to judge.
        match answer {
            Answer::Bytes(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
            }
            Answer::Stalled(bytes) => {
                let _ = stream.write_all(&bytes).await;
                open.push(stream);
            }
        }
    }
}

/// One request: a head, and as much of a body as it announces; `None` if it breaks off.
async fn receive(stream: &mut TcpStream) -> Option<Request> {
    let mut raw = Vec::new();
    let head_end = line_end(stream, &mut raw, 0, b"\r\n\r\n").await?;
    let head = String::from_utf8(raw[..head_end].to_vec()).ok()?;
    let mut lines = head.trim_end().split("\r\n").map(str::to_owned);
    let line = lines.next()?;
    let mut headers: Vec<_> = lines.collect();
    headers.sort();
    let mut request = Request {
        line,
        headers,
        body: Vec::new(),
        raw: Vec::new(),
    };
    if request.header("transfer-encoding") == Some("chunked") {
        request.body = chunks(stream, &mut raw, head_end).await?;
    } else {
        let length = request
            .header("content-length")
            .map_or(Some(0), |value| value.parse::<usize>().ok())?;
        fill(stream, &mut raw, head_end + length).await?;
        request.body = raw[head_end..].to_vec();
    }
    request.raw = raw;
    Some(request)
}

/// The content of a chunked body that begins at `at`.
async fn chunks(stream: &mut TcpStream, raw: &mut Vec<u8>, mut at: usize) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let start = line_end(stream, raw, at, b"\r\n").await?;
        let size = std::str::from_utf8(&raw[at..start]).ok()?;
        let size = size.trim_end().split(';').next()?;
        let size = usize::from_str_radix(size, 16).ok()?;
        fill(stream, raw, start + size + 2).await?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(&raw[start..start + size]);
        at = start + size + 2;
    }
}

/// Reads up to `end`, which is first found at or behind `from`, and gives the place behind it.
async fn line_end(
    stream: &mut TcpStream,
    raw: &mut Vec<u8>,
    from: usize,
    end: &[u8],
) -> Option<usize> {
    loop {
        let found = raw[from..]
            .windows(end.len())
            .position(|window| window == end);
        if let Some(found) = found {
            return Some(from + found + end.len());
        }
        fill(stream, raw, raw.len() + 1).await?;
    }
}

/// Reads until there are `length` bytes.
async fn fill(stream: &mut TcpStream, raw: &mut Vec<u8>, length: usize) -> Option<()> {
    while raw.len() < length {
        if stream.read_buf(raw).await.ok()? == 0 {
            return None;
        }
    }
    Some(())
}
