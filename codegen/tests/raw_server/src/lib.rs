//! A small HTTP/1.1 server (RFC 9112) that sends predefined responses and records every byte that it
//! receives. The wire tests of the golden cases and of the clients use it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A response.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Sends these bytes, and closes the connection.
    Bytes(Vec<u8>),
    /// Sends these bytes, and keeps the connection open.
    Stalled(Vec<u8>),
}

impl Answer {
    /// Creates a response with a body of this media type.
    pub fn new(status: u16, media_type: &str, body: impl AsRef<[u8]>) -> Self {
        Self::with_headers(status, &[("content-type", media_type)], body)
    }

    /// Creates a response with a JSON body.
    pub fn json(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::new(status, "application/json", body)
    }

    /// Creates a response with headers and a body, and with `Content-Length`.
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

    /// Creates a response with a JSON body in chunks (RFC 9112, section 7.1).
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

    /// Never responds.
    pub fn silence() -> Self {
        Self::Stalled(Vec::new())
    }

    /// Stops sending in the middle of the body.
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
    /// The header lines, sorted, because their order isn't significant (RFC 9110, section 5.3).
    pub headers: Vec<String>,
    /// The body, without the chunked coding (RFC 9112, section 7.1).
    pub body: Vec<u8>,
    /// The head and the body as received, including the chunked coding.
    pub raw: Vec<u8>,
}

impl Request {
    /// Returns the value of a header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// Returns the body as text.
    ///
    /// # Panics
    ///
    /// Panics if the body isn't UTF-8.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is text")
    }
}

/// A server on a free port. It stops when it is dropped.
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
    /// Starts a server that sends one of these responses per connection, and then repeats the last
    /// one.
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

    /// Returns the base URL of the server.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the value of the `Host` header.
    pub fn host(&self) -> String {
        format!("host: {}", self.address)
    }

    /// Returns the number of accepted connections.
    pub fn connections(&self) -> usize {
        self.seen.lock().expect("no holder panicked").connections
    }

    /// Returns the received requests.
    pub fn requests(&self) -> Vec<Request> {
        self.seen
            .lock()
            .expect("no holder panicked")
            .requests
            .clone()
    }

    /// Returns the only received request.
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

/// Returns a URL with a port on which no server listens.
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
        // The client may have closed the connection; its test checks that.
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

/// Reads a request: the head, and a body of the announced length. Returns `None` if the connection is
/// closed before its end.
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

/// Returns the content of a chunked body that begins at `at`.
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

/// Reads up to the first `end` at or after `from`, and returns the position after it.
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

/// Reads until `raw` has `length` bytes.
async fn fill(stream: &mut TcpStream, raw: &mut Vec<u8>, length: usize) -> Option<()> {
    while raw.len() < length {
        if stream.read_buf(raw).await.ok()? == 0 {
            return None;
        }
    }
    Some(())
}
