//! A server that fails the first request of a tenth of the calls.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::calls::SECRET;
use crate::faults::{Fault, fault};

/// Of so many connections, one is reset before a request is read.
const RESET_CONNECTIONS: usize = 41;
/// After so many responses, one connection is reset that the client may have kept.
const RESET_KEPT: usize = 61;

pub struct Server {
    pub url: String,
    seen: Arc<Seen>,
}

/// What the server has seen: for each call the number of requests, and of those on which it acted.
struct Seen {
    received: Vec<AtomicU8>,
    processed: Vec<AtomicU8>,
    requests: AtomicUsize,
    resets: AtomicUsize,
}

impl Server {
    /// Starts a server for this many calls.
    pub async fn start(calls: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let zeros = || (0..calls).map(|_| AtomicU8::new(0)).collect();
        let seen = Arc::new(Seen {
            received: zeros(),
            processed: zeros(),
            requests: AtomicUsize::new(0),
            resets: AtomicUsize::new(0),
        });
        tokio::spawn(accept(listener, Arc::clone(&seen)));
        Self { url, seen }
    }

    /// Returns the number of requests of a call, and of those on which the server acted.
    pub fn counts(&self, number: usize) -> (u8, u8) {
        let of = |counts: &[AtomicU8]| counts[number].load(Ordering::SeqCst);
        (of(&self.seen.received), of(&self.seen.processed))
    }

    pub fn requests(&self) -> usize {
        self.seen.requests.load(Ordering::SeqCst)
    }

    /// Returns the number of connections that were reset before a request was read.
    pub fn resets(&self) -> usize {
        self.seen.resets.load(Ordering::SeqCst)
    }
}

async fn accept(listener: TcpListener, seen: Arc<Seen>) {
    for number in 1_usize.. {
        let (stream, _) = listener.accept().await.expect("a connection");
        if number.is_multiple_of(RESET_CONNECTIONS) {
            reset(&stream, &seen);
        } else {
            tokio::spawn(serve(stream, Arc::clone(&seen)));
        }
    }
}

/// Prepares a reset (TCP RST) for when the connection is dropped.
fn reset(stream: &TcpStream, seen: &Seen) {
    stream.set_zero_linger().expect("a socket");
    seen.resets.fetch_add(1, Ordering::SeqCst);
}

/// Responds to the requests of a connection until one ends it.
async fn serve(stream: TcpStream, seen: Arc<Seen>) {
    let mut stream = BufReader::new(stream);
    while let Some(number) = request(&mut stream).await {
        let total = seen.requests.fetch_add(1, Ordering::SeqCst);
        let is_first = seen.received[number].fetch_add(1, Ordering::SeqCst) == 0;
        let fault = fault(number).filter(|_| is_first);
        let refused = matches!(
            fault,
            Some(Fault::Slow | Fault::SlowFor | Fault::SlowBreaks)
        );
        if !refused {
            seen.processed[number].fetch_add(1, Ordering::SeqCst);
        }
        let stream = stream.get_mut();
        let kept = match fault {
            Some(fault) => fail(stream, fault).await,
            None => {
                let body = format!("{{\"id\":{number}}}");
                send(stream, response("200 OK", "", &body).as_bytes()).await
            }
        };
        if !kept {
            return;
        }
        if total.is_multiple_of(RESET_KEPT) {
            return reset(stream, &seen);
        }
    }
}

/// Reads the head of a request, which has no body, and returns the number of its call.
async fn request(stream: &mut BufReader<TcpStream>) -> Option<usize> {
    let (mut number, mut is_signed) = (None, 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        is_signed += usize::from(line.contains(SECRET));
        if let Some(value) = line.strip_prefix("x-call: ") {
            number = value.trim().parse().ok();
        }
        if line == "\r\n" {
            assert_eq!(is_signed, 2, "the token and the key");
            return number;
        }
    }
}

fn response(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    let media_type = match body.starts_with('<') {
        true => "text/html",
        false => "application/json",
    };
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\n{headers}\
         content-length: {length}\r\n\r\n{body}"
    )
}

/// Sends a response, and returns whether the connection can be kept.
async fn send(stream: &mut TcpStream, bytes: &[u8]) -> bool {
    stream.write_all(bytes).await.is_ok()
}

/// Returns a response with half of a compressed body, whose `Content-Length` is longer by `missing`.
fn half_of_gzip(missing: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(b"{\"id\":").expect("a vector");
    let body = encoder.finish().expect("a vector");
    let half = &body[..body.len() / 2];
    let length = half.len() + missing;
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n\
         content-length: {length}\r\n\r\n"
    );
    [head.as_bytes(), half].concat()
}

const PAGE: &str = "<html><head><title>Oh no</title></head><body>The backend is down</body></html>";

/// Responds with a fault, and returns whether the connection can be kept.
async fn fail(stream: &mut TcpStream, fault: Fault) -> bool {
    let json = "content-type: application/json\r\n";
    let half = format!("{json}content-length: 100\r\n\r\n{{\"id\":");
    let text = match fault {
        Fault::TruncatedGzip => return send(stream, &half_of_gzip(0)).await,
        Fault::GzipBreaks => {
            send(stream, &half_of_gzip(100)).await;
            return false;
        }
        Fault::Reset | Fault::Closed | Fault::Stall => String::new(),
        Fault::HeadBreaks => "HTTP/1.1 200 OK\r\ncontent-".to_owned(),
        Fault::Slow => response("429 Slow", "", "{}"),
        Fault::SlowFor => response("429 Slow", "retry-after: 0\r\n", "{}"),
        Fault::SlowBreaks => format!("HTTP/1.1 429 Slow\r\n{half}"),
        Fault::Busy => response("503 Busy", "", "{}"),
        Fault::BusyFor => response("503 Busy", "retry-after: 0.001\r\n", "{}"),
        Fault::BusyStalls => format!("HTTP/1.1 503 Busy\r\n{half}"),
        Fault::Page => response("502 Bad Gateway", "", PAGE),
        Fault::FinalPage => response("500 Oh", "", PAGE),
        Fault::LengthBreaks | Fault::BodyStalls => format!("HTTP/1.1 200 OK\r\n{half}"),
        Fault::ChunksBreak => {
            format!("HTTP/1.1 200 OK\r\n{json}transfer-encoding: chunked\r\n\r\n3\r\n{{\"i\r\n")
        }
        Fault::TruncatedJson => response("200 OK", "", "{\"id\":"),
    };
    let sent = send(stream, text.as_bytes()).await;
    match fault {
        Fault::Reset | Fault::HeadBreaks => {
            stream.set_zero_linger().expect("a socket");
            false
        }
        Fault::Closed | Fault::SlowBreaks | Fault::LengthBreaks | Fault::ChunksBreak => false,
        Fault::Stall | Fault::BusyStalls | Fault::BodyStalls => {
            tokio::time::sleep(Duration::from_secs(10)).await;
            false
        }
        _ => sent,
    }
}
