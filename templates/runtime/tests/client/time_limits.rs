//! The time limits of attempts, uploads and connections. tokio's clock is paused, so no test waits.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll};
use std::time::Duration;
use wiretrue::codegen::{Call, Encoder, RawResponse};
use wiretrue::error::TimeLimit;
use wiretrue::transport::Body;
use wiretrue::{Error, RetryPolicy};

use bytes::Bytes;
use http::HeaderValue;
use http_body::Frame;
use raw_server::{Answer, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::time::{Instant, Sleep, advance, sleep};

use crate::api::{BuildApi as _, Client, ClientBuilder, Described, Fetch, described};
use crate::faults::support::head;
use crate::session::support::{Source, tokens};

described!(Get, GET, "/text", &[]);
described!(Post, POST, "/text", &[]);
described!(PostClosed, POST, "/text", &[&["token"]]);

const ATTEMPT: Duration = Duration::from_secs(5);

/// A builder whose attempts may take 5 seconds, and whose calls 30.
fn builder(url: &str) -> ClientBuilder {
    Client::builder().base_url(url).attempt_timeout(ATTEMPT)
}

fn build(builder: ClientBuilder) -> Client {
    builder.build().expect("a client")
}

fn fine() -> Answer {
    Answer::new(200, "text/plain", "fine")
}

/// Returns the limit that a call has exceeded, and the error's text.
fn exceeded<T: std::fmt::Debug>(result: Result<T, Error>) -> (TimeLimit, String) {
    let error = result.expect_err("a timeout");
    assert!(error.is_timeout(), "{error:?}");
    let text = error.to_string();
    let Error::Timeout(error) = error else {
        panic!("{error:?}")
    };
    (error.exceeded(), text)
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_retried() {
    for silence in [Answer::silence(), Answer::half()] {
        let server = Server::start([silence, fine()]).await;
        let log = Arc::<Mutex<Vec<_>>>::default();
        let attempts = Arc::clone(&log);
        let client = build(builder(&server.url()).on_attempt(move |attempt| {
            let timed_out = matches!(attempt.result, Err(error) if error.is_timeout());
            let entry = (attempt.number, attempt.took.as_secs(), timed_out);
            attempts.lock().expect("the log").push(entry);
        }));
        let output = Fetch::<Get>::new(&client).send().await;
        assert_eq!(output.expect("a response"), "fine");
        assert_eq!(*log.lock().expect("the log"), [(1, 5, true), (2, 0, false)]);
        let requests = server.requests();
        assert_eq!((requests.len(), &requests[0].raw), (2, &requests[1].raw));
    }
}

#[tokio::test(start_paused = true)]
async fn the_error_names_the_limit() {
    let server = Server::start([Answer::silence()]).await;
    let client = build(builder(&server.url()));
    let output = Fetch::<Get>::new(&client).send().await;
    let text = "Get: the attempt timed out after 5s (3 attempts)".to_owned();
    assert_eq!(exceeded(output), (TimeLimit::Attempt, text));
    assert_eq!(server.requests().len(), 3);

    let call = Fetch::<Get>::new(&client);
    let short = call.options(|options| options.timeout(Duration::from_secs(3)));
    let text = "Get: timed out after 3s".to_owned();
    assert_eq!(exceeded(short.send().await), (TimeLimit::Call, text));

    // The third attempt has 2 seconds left.
    let policy = RetryPolicy::default().first_wait(Duration::ZERO);
    let call = Fetch::<Get>::new(&client);
    let call = call.options(|options| options.timeout(Duration::from_secs(12)).retry(policy));
    let text = "Get: timed out after 12s (3 attempts)".to_owned();
    assert_eq!(exceeded(call.send().await), (TimeLimit::Call, text));
}

#[tokio::test(start_paused = true)]
async fn a_post_that_takes_too_long_is_not_repeated() {
    let server = Server::start([Answer::silence(), fine()]).await;
    let client = build(builder(&server.url()));
    let output = Fetch::<Post>::new(&client).send().await;
    let text = "Post: the attempt timed out after 5s".to_owned();
    assert_eq!(exceeded(output), (TimeLimit::Attempt, text));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_limit_of_a_call_takes_precedence_over_that_of_the_client() {
    let server = Server::start([Answer::silence()]).await;
    let client = build(builder(&server.url()).retry(RetryPolicy::never()));
    for (limit, took) in [(Some(Duration::from_secs(1)), 1), (None, 30)] {
        let begun = Instant::now();
        let call = Fetch::<Get>::new(&client).options(|options| options.attempt_timeout(limit));
        exceeded(call.send().await);
        assert_eq!(begun.elapsed().as_secs(), took);
    }
}

#[tokio::test(start_paused = true)]
async fn a_post_that_waits_for_its_token_is_retried() {
    let server = Server::start([fine()]).await;
    let source = Source::gated([Some(tokens("one", 3600))]);
    let opens = source.clone();
    let client = builder(&server.url()).on_attempt(move |_| opens.open());
    let client = build(client).with_tokens(source.clone());
    let begun = Instant::now();
    let output = Fetch::<PostClosed>::new(&client).send().await;
    assert_eq!(output.expect("a response"), "fine");
    assert_eq!(begun.elapsed().as_secs(), 5);
    let request = server.request();
    assert_eq!(request.header("authorization"), Some("Bearer one"));
    assert_eq!(source.fetches(), 1);
}

/// A body whose chunks come after a wait each. It never ends if `ends` isn't set.
struct Chunks {
    left: VecDeque<Bytes>,
    wait: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    ends: bool,
}

impl Chunks {
    fn new(count: usize, wait: u64) -> Self {
        Self {
            left: (0..count).map(|_| Bytes::from_static(b"chunk ")).collect(),
            wait: Duration::from_secs(wait),
            timer: None,
            ends: true,
        }
    }
}

impl http_body::Body for Chunks {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if self.left.is_empty() {
            return match self.ends {
                true => Poll::Ready(None),
                false => Poll::Pending,
            };
        }
        let wait = self.wait;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(wait)));
        std::task::ready!(timer.as_mut().poll(context));
        self.timer = None;
        Poll::Ready(self.left.pop_front().map(|chunk| Ok(Frame::data(chunk))))
    }
}

/// Sends a body by POST.
async fn upload(url: &str, body: Body) -> Result<RawResponse, Error> {
    let client = build(Client::builder().base_url(url));
    let mut out = Encoder::default();
    out.literal("/text");
    out.body = Some((HeaderValue::from_static("text/plain"), body));
    Call::new(&client).execute(Post::META, Ok(out)).await
}

#[tokio::test(start_paused = true)]
async fn an_upload_may_take_longer_than_the_limit_of_the_call() {
    let server = Server::start([fine()]).await;
    let begun = Instant::now();
    let response = upload(&server.url(), Body::wrap(Chunks::new(5, 20))).await;
    assert_eq!(response.expect("a response").status, 200);
    assert_eq!(begun.elapsed().as_secs(), 100);
    assert_eq!(server.request().text(), "chunk ".repeat(5));
}

#[tokio::test(start_paused = true)]
async fn an_upload_must_not_stall() {
    let server = Server::start([fine()]).await;
    let begun = Instant::now();
    let mut chunks = Chunks::new(3, 20);
    chunks.ends = false;
    let (limit, text) = exceeded(upload(&server.url(), Body::wrap(chunks)).await);
    assert_eq!(
        (limit, &*text),
        (TimeLimit::Call, "Post: timed out after 30s")
    );
    assert_eq!(begun.elapsed().as_secs(), 3 * 20 + 30);
    assert_eq!(server.requests().len(), 0);
}

const MIB: usize = 1024 * 1024;
/// The part of a body that the slow server reads at once: more than the buffers of both sockets hold.
const PORTION: usize = 8 * MIB;
const LARGE: usize = 4 * PORTION;

/// Keeps tokio's paused clock from advancing by itself until it is dropped, because the runtime may be
/// idle while the kernel moves many bytes: the clock doesn't advance while a blocking task runs.
struct Frozen {
    _end: mpsc::Sender<()>,
}

impl Frozen {
    fn new() -> Self {
        let (end, ended) = mpsc::channel();
        // The limit ends a test that hangs.
        tokio::task::spawn_blocking(move || ended.recv_timeout(Duration::from_secs(60)));
        Self { _end: end }
    }
}

/// Starts a server that reads some portions of a body, 20 seconds apart, and then, if that is the whole
/// body, responds. Otherwise, it reads no more.
fn slow_reader(portions: usize) -> String {
    let socket = TcpSocket::new_v4().expect("a socket");
    let buffer = MIB.try_into().expect("a small number");
    socket.set_recv_buffer_size(buffer).expect("a socket");
    let any = "127.0.0.1:0".parse().expect("an address");
    socket.bind(any).expect("a port");
    let listener = socket.listen(1).expect("a listener");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let frozen = Frozen::new();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let head = head(&mut stream).await.expect("a request");
        assert!(
            head.contains(&format!("content-length: {LARGE}\r\n")),
            "{head}"
        );
        let mut portion = vec![0; PORTION];
        for _ in 0..portions {
            advance(Duration::from_secs(20)).await;
            stream.read_exact(&mut portion).await.expect("a portion");
            assert!(portion.iter().all(|byte| *byte == b'x'));
        }
        if portions * PORTION == LARGE {
            let fine = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(fine).await.expect("the client reads");
        }
        drop(frozen);
        std::future::pending::<()>().await;
    });
    url
}

#[tokio::test(start_paused = true)]
async fn bytes_are_sent_as_long_as_the_server_reads() {
    let begun = Instant::now();
    let bytes = || Body::from(vec![b'x'; LARGE]);
    let response = upload(&slow_reader(4), bytes()).await;
    assert_eq!(response.expect("a response").status, 200);
    assert_eq!(begun.elapsed().as_secs(), 4 * 20);

    let begun = Instant::now();
    let (limit, _) = exceeded(upload(&slow_reader(2), bytes()).await);
    assert_eq!(limit, TimeLimit::Call);
    assert_eq!(begun.elapsed().as_secs(), 2 * 20 + 30);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_is_limited_like_a_call_while_it_uploads() {
    let server = Server::start([fine()]).await;
    let client = build(builder(&server.url()));
    let mut out = Encoder::default();
    out.literal("/text");
    let body = Body::wrap(Chunks::new(4, 4));
    out.body = Some((HeaderValue::from_static("text/plain"), body));
    let response = Call::new(&client).execute(Post::META, Ok(out)).await;
    assert_eq!(response.expect("a response").status, 200);
}
