//! A server that answers with given bytes and keeps what it was sent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a server does with a request, step by step.
#[derive(Clone)]
pub enum Step {
    Send(Vec<u8>),
    Wait(Duration),
    /// The connection ends in the middle of what it does (TCP RST).
    Reset,
}

/// A server on 127.0.0.1; each connection takes one request and is closed.
pub struct Server {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers the requests in turn, and then no more.
    pub async fn start(answers: Vec<Vec<Step>>) -> Self {
        Self::start_with(|_| answers).await
    }

    /// The same with answers that depend on the server's URL.
    pub async fn start_with(answers: impl FnOnce(&str) -> Vec<Vec<Step>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        Self::serve(listener, answers)
    }

    /// The same at a port that is bound already.
    pub fn serve(listener: TcpListener, answers: impl FnOnce(&str) -> Vec<Vec<Step>>) -> Self {
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let answers = answers(&url);
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        tokio::spawn(async move {
            for answer in answers {
                let Ok((mut stream, _)) = listener.accept().await else {
                    return;
                };
                let request = read_request(&mut stream).await;
                log.lock().expect("the log").push(request);
                for step in answer {
                    match step {
                        Step::Send(bytes) => {
                            // The client may be gone: that is what some tests are about.
                            if stream.write_all(&bytes).await.is_err() {
                                break;
                            }
                        }
                        Step::Wait(time) => tokio::time::sleep(time).await,
                        Step::Reset => stream.set_zero_linger().expect("a socket"),
                    }
                }
            }
        });
        Self { url, requests }
    }

    /// Answers one request.
    pub async fn once(answer: &str) -> Self {
        Self::start(vec![vec![Step::Send(answer.into())]]).await
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("the log").clone()
    }

    /// The only request.
    pub fn request(&self) -> String {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.into_iter().next().expect("a request")
    }
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.unwrap_or(0);
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            assert!(count > 0, "the request broke off: {text}");
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().expect("a length"));
        if body.len() >= length || count == 0 {
            return text;
        }
    }
}

/// A response with a length.
pub fn answer(status: &str, media_type: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    )
}

/// The value of a header in a request.
pub fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let head = request.split("\r\n\r\n").next()?;
    head.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}
