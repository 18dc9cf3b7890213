//! A server that sends given responses and records the requests.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A step of a server's response.
#[derive(Clone)]
pub enum Step {
    Send(Vec<u8>),
    Wait(Duration),
    /// Resets the connection (TCP RST).
    Reset,
}

/// A server on 127.0.0.1 that closes each connection after one request.
pub struct Server {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server that sends these responses in turn and then accepts no more requests.
    pub async fn start(responses: Vec<Vec<Step>>) -> Self {
        Self::start_with(|_| responses).await
    }

    /// Starts a server whose responses depend on its URL.
    pub async fn start_with(responses: impl FnOnce(&str) -> Vec<Vec<Step>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        Self::serve(listener, responses)
    }

    /// Starts a server on a bound port.
    pub fn serve(listener: TcpListener, responses: impl FnOnce(&str) -> Vec<Vec<Step>>) -> Self {
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let responses = responses(&url);
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        tokio::spawn(async move {
            for response in responses {
                let Ok((mut stream, _)) = listener.accept().await else {
                    return;
                };
                let request = read_request(&mut stream).await;
                log.lock().expect("the log").push(request);
                for step in response {
                    match step {
                        Step::Send(bytes) => {
                            // Some tests close the connection while the server writes.
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

    /// Names a server of another process.
    pub fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            requests: Arc::default(),
        }
    }

    /// Starts a server that sends one response.
    pub async fn once(response: &str) -> Self {
        Self::start(vec![vec![Step::Send(response.into())]]).await
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("the log").clone()
    }

    /// Returns the only request.
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

/// Returns a response with a `Content-Length`.
pub fn http_response(status: &str, media_type: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    )
}

/// Returns the value of a header in a request.
pub fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let head = request.split("\r\n\r\n").next()?;
    head.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}
