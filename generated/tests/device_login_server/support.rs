//! A server with a clock that the test sets, and raw requests to it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use twilio_oauth::clock::Clock;
use twilio_oauth::transport::BoxFuture;

use crate::server::{App, AuthorizationServer, Config};

/// The app that the server knows.
pub const APP: &str = "OQ-example";
pub const LIFETIME: Duration = Duration::from_secs(600);
pub const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// `AC-example:example-auth-token` in base64 (RFC 7617).
pub const ACCOUNT: &str = "authorization: Basic QUMtZXhhbXBsZTpleGFtcGxlLWF1dGgtdG9rZW4=\r\n";

/// A clock that the test advances.
#[derive(Clone)]
pub struct TestClock {
    start: Instant,
    gone: Arc<Mutex<Duration>>,
}

impl TestClock {
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
            gone: Arc::default(),
        }
    }

    pub fn pass(&self, time: Duration) {
        *self.gone.lock().expect("the clock") += time;
    }

    pub fn gone(&self) -> Duration {
        *self.gone.lock().expect("the clock")
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        self.start + self.gone()
    }

    fn time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_769_860_800) + self.gone()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.pass(time);
        Box::pin(async {})
    }
}

/// A response.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub fn json(&self) -> serde_json::Value {
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(self.header("cache-control"), Some("no-store"));
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// The status, and the `error` of OAuth.
    pub fn error(&self) -> (u16, String) {
        let error = self.json()["error"].clone();
        (self.status, error.as_str().unwrap_or_default().to_owned())
    }

    /// Returns the cookie that the response sets, as a header line of a request.
    pub fn cookie(&self) -> String {
        let set = self.header("set-cookie").expect("a cookie");
        let pair = set.split(';').next().unwrap_or_default();
        format!("cookie: {pair}\r\n")
    }

    /// Returns the ticket of a page that asks for a decision.
    pub fn ticket(&self) -> &str {
        let (_, rest) = self
            .body
            .split_once(r#"name="ticket" value=""#)
            .expect("a ticket");
        rest.split('"').next().unwrap_or_default()
    }
}

/// The codes of a login.
pub struct Codes {
    pub device_code: String,
    pub user_code: String,
}

/// A server with its clock.
pub struct Peer {
    pub server: AuthorizationServer,
    pub clock: TestClock,
}

impl Peer {
    pub async fn start() -> Self {
        Self::with_secret(None).await
    }

    /// A server whose app has a secret.
    pub async fn with_secret(secret: Option<&str>) -> Self {
        let clock = TestClock::new();
        let config = Config {
            port: 0,
            app: App {
                id: APP.to_owned(),
                name: "Tom & Jerry's <TV>".to_owned(),
                secret: secret.map(str::to_owned),
            },
            account: ("AC-example".to_owned(), "example-auth-token".to_owned()),
            lifetime: LIFETIME,
            interval: Duration::from_secs(5),
            clock: Arc::new(clock.clone()),
            state: None,
            on_request: Box::new(|_| ()),
        };
        let server = AuthorizationServer::start(config).await;
        Self {
            server: server.expect("a free port"),
            clock,
        }
    }

    pub fn host(&self) -> String {
        self.server.url().replace("http://", "")
    }

    /// Sends bytes, and reads until the server closes the connection.
    pub async fn raw(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.host()).await.expect("a connection");
        // A server that rejects a long body may close before it has received all of it.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        let text = String::from_utf8(bytes).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        Answer {
            status: status.expect("a status"),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    /// Sends a request with these header lines, each with its line end.
    pub async fn send(&self, line: &str, headers: &str, body: &str) -> Answer {
        self.raw(&format!(
            "{line} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}",
            self.host(),
            body.len()
        ))
        .await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), "", "").await
    }

    /// Posts a form.
    pub async fn post(&self, path: &str, headers: &str, body: &str) -> Answer {
        let headers = format!("{headers}content-type: application/x-www-form-urlencoded\r\n");
        self.send(&format!("POST {path}"), &headers, body).await
    }

    /// Starts a login at the standard's endpoint.
    pub async fn authorize(&self, more: &str) -> Codes {
        let form = format!("client_id={APP}{more}");
        let answer = self.post("/device_authorization", "", &form).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let codes = answer.json();
        let text = |name: &str| codes[name].as_str().expect(name).to_owned();
        Codes {
            device_code: text("device_code"),
            user_code: text("user_code"),
        }
    }

    /// Polls for the tokens of a login.
    pub async fn poll(&self, device_code: &str) -> Answer {
        let form = format!("grant_type={DEVICE_CODE}&client_id={APP}&device_code={device_code}");
        self.post("/token", "", &form).await
    }

    /// Enters a code and decides, like a user with a browser.
    pub async fn decide(&self, user_code: &str, decision: &str) -> Answer {
        let page = self.get("/device").await;
        let cookie = page.cookie();
        let form = format!("user_code={user_code}");
        let consent = self.post("/device", &cookie, &form).await;
        if consent.status != 200 {
            return consent;
        }
        let ticket = consent.ticket();
        let form = format!("user_code={user_code}&ticket={ticket}&decision={decision}");
        self.post("/device/decision", &cookie, &form).await
    }

    pub fn pass(&self, seconds: u64) {
        self.clock.pass(Duration::from_secs(seconds));
    }
}
