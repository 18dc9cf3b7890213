//! A scripted server, and a clock that advances only while someone waits.

use crate::api::{BuildApi as _, Client};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};
use wiretrue::CallOptions;
use wiretrue::clock::Clock;
use wiretrue::codegen::{
    AuthorizationRequest, DeviceFlow, Encoder, LoginFlow, Meta, Method, RawResponse,
    ResponseFuture, Style, SupportedFields, TokenRequest,
};
use wiretrue::error::TransportError;
use wiretrue::oauth::{DeviceLogin, DeviceLoginError, DeviceLoginRequest, TokenSet};
use wiretrue::transport::{Body, BoxFuture, Transport};

use http::StatusCode;

/// 2026-01-31T12:00:00Z
pub const NOW: Duration = Duration::from_secs(1_769_860_800);

/// A reply.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A status, headers and a body.
    Http(u16, Vec<(&'static str, String)>, String),
    /// No connection.
    Unreachable,
    /// A delayed reply.
    After(Duration, Box<Reply>),
}

/// A JSON reply.
pub fn json(status: u16, body: &str) -> Reply {
    typed(status, "application/json", body)
}

/// A reply with this media type.
pub fn typed(status: u16, media_type: &str, body: &str) -> Reply {
    let headers = vec![("content-type", media_type.to_owned())];
    Reply::Http(status, headers, body.to_owned())
}

/// An OAuth error with the status of RFC 6749.
pub fn error(code: &str) -> Reply {
    json(400, &format!(r#"{{"error":"{code}"}}"#))
}

/// A reply with tokens.
pub fn tokens() -> Reply {
    json(200, r#"{"access_token":"t0ken","token_type":"Bearer"}"#)
}

impl Reply {
    /// Sets a header.
    pub fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        match self {
            Self::Http(status, mut headers, body) => {
                headers.push((name, value.into()));
                Self::Http(status, headers, body)
            }
            other => other,
        }
    }

    /// Delays the reply.
    pub fn after(self, seconds: u64) -> Self {
        Self::After(Duration::from_secs(seconds), Box::new(self))
    }
}

/// A clock that a test advances.
#[derive(Clone)]
pub struct TestClock {
    start: Instant,
    /// How far the monotonic clock has advanced, and how far the time of day is ahead of it.
    elapsed: Arc<Mutex<(Duration, Duration)>>,
}

impl TestClock {
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
            elapsed: Arc::default(),
        }
    }

    /// Returns the seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.elapsed.lock().expect("not poisoned").0.as_secs_f64()
    }

    pub fn pass(&self, time: Duration) {
        self.elapsed.lock().expect("not poisoned").0 += time;
    }

    /// Suspends the device: only the time of day continues.
    pub fn suspend(&self, time: Duration) {
        self.elapsed.lock().expect("not poisoned").1 += time;
    }

    /// Sets the time of day back, by no more than it was ahead.
    pub fn set_back(&self, time: Duration) {
        self.elapsed.lock().expect("not poisoned").1 -= time;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        self.start + self.elapsed.lock().expect("not poisoned").0
    }

    fn time(&self) -> SystemTime {
        let (elapsed, more) = *self.elapsed.lock().expect("not poisoned");
        SystemTime::UNIX_EPOCH + NOW + elapsed + more
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        Box::pin(async move { clock.pass(time) })
    }
}

/// The fields of the flow unless a test changes them.
const ALL: SupportedFields = SupportedFields {
    scopes: true,
    max_audiences: 1,
    client_secret: true,
    refresh_token: true,
    authorization_code: true,
};

/// A scripted server, which records the time and body of each request.
#[derive(Clone)]
pub struct Script {
    pub clock: TestClock,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    log: Arc<Mutex<Vec<(f64, String)>>>,
    pub supported: SupportedFields,
}

impl Script {
    pub fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self {
            clock: TestClock::new(),
            replies: Arc::new(Mutex::new(replies.into_iter().collect())),
            log: Arc::default(),
            supported: ALL,
        }
    }

    /// Creates a login of the app `app`.
    pub fn login(&self) -> DeviceLoginRequest {
        let client = Client::builder()
            .transport(self.clone())
            .clock(self.clock.clone())
            .build();
        let flow = Flow {
            client: client.expect("a client"),
            supported: self.supported,
        };
        DeviceLoginRequest::new(flow, "app").clock(self.clock.clone())
    }

    pub async fn start(&self) -> DeviceLogin {
        self.login().start().await.expect("a login")
    }

    /// Runs a complete login.
    pub async fn run(&self) -> Result<TokenSet, DeviceLoginError> {
        self.start().await.wait().await
    }

    /// Returns the times of the token requests, in seconds.
    pub fn polls(&self) -> Vec<f64> {
        let log = self.log.lock().expect("not poisoned");
        let polls = log
            .iter()
            .filter(|(_, body)| body.starts_with("grant_type"));
        polls.map(|(at, _)| *at).collect()
    }

    /// Returns the bodies of the requests.
    pub fn bodies(&self) -> Vec<String> {
        let log = self.log.lock().expect("not poisoned");
        log.iter().map(|(_, body)| body.clone()).collect()
    }
}

impl Transport for Script {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let body = request.body().as_bytes().cloned().unwrap_or_default();
        let body = String::from_utf8(body.to_vec()).expect("text");
        let at = self.clock.seconds();
        self.log.lock().expect("not poisoned").push((at, body));
        let reply = self.replies.lock().expect("not poisoned").pop_front();
        let mut reply = reply.expect("a response for each request");
        Box::pin(async move {
            while let Reply::After(time, late) = reply {
                self.clock.pass(time);
                reply = *late;
            }
            let Reply::Http(status, headers, body) = reply else {
                return Err(TransportError::connect("connection refused"));
            };
            let mut response = http::Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            Ok(response.body(Body::from(body)).expect("a response"))
        })
    }
}

/// The flow of generated code, with the field names of the standards.
pub struct Flow {
    client: Client,
    supported: SupportedFields,
}

impl LoginFlow for Flow {
    fn client(&self) -> &Client {
        &self.client
    }

    fn supported_fields(&self) -> SupportedFields {
        self.supported
    }

    fn token(&self, request: TokenRequest) -> ResponseFuture<RawResponse> {
        let options = request.options();
        let fields = [
            ("grant_type", Some(request.grant_type.to_owned())),
            ("client_id", request.optional_client_id),
            ("client_secret", request.client_secret),
            ("device_code", request.device_code),
            ("refresh_token", request.refresh_token),
            ("code", request.code),
            ("code_verifier", request.code_verifier),
            ("redirect_uri", request.redirect_uri),
        ];
        self.send("CreateToken", &fields, options)
    }
}

impl DeviceFlow for Flow {
    fn authorize(&self, request: AuthorizationRequest) -> ResponseFuture<RawResponse> {
        let options = request.options();
        let scope = (!request.scopes.is_empty()).then(|| request.scopes.join(" "));
        let audience = request.audiences.first().cloned();
        let fields = [
            ("client_id", request.optional_client_id),
            ("client_secret", request.client_secret),
            ("scope", scope),
            ("audience", audience),
        ];
        self.send("StartDevice", &fields, options)
    }
}

impl Flow {
    pub fn new(client: Client) -> Self {
        Self {
            client,
            supported: ALL,
        }
    }

    fn send(
        &self,
        id: &'static str,
        fields: &[(&str, Option<String>)],
        options: CallOptions,
    ) -> ResponseFuture<RawResponse> {
        let meta = Meta {
            id,
            method: Method::POST,
            path: "/",
            accept: "application/json",
            security: &[],
            servers: &[],
            redirects: &[],
        };
        let mut out = Encoder::default();
        out.literal("/");
        let mut form = out.form();
        for (name, value) in fields {
            form.field(name, Style::Form.exploded(), value);
        }
        self.client.execute(meta, out.finish(), &options)
    }
}

/// A device authorization response with these properties beside the required ones.
pub fn codes(properties: &str) -> Reply {
    let required = r#""device_code":"d3vice","user_code":"WDJB-MJHT","verification_uri":"https://a.example/device""#;
    json(200, &format!("{{{required}{properties}}}"))
}

/// Asserts that a login failed with this OAuth error.
pub fn assert_oauth(outcome: Result<TokenSet, DeviceLoginError>, code: &str) {
    let error = outcome.expect_err(code);
    let message = error.oauth().map(|error| error.error.as_str());
    assert_eq!(message, Some(code), "{error:?}");
}

/// Returns the status of the response if it isn't that of an authorization server.
pub fn status(outcome: Result<TokenSet, DeviceLoginError>) -> Option<StatusCode> {
    match outcome {
        Err(DeviceLoginError::Request(error)) => error.status(),
        other => panic!("{other:?}"),
    }
}
