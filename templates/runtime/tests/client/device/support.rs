//! A server that answers from a script, and a clock that goes only while someone waits.

use crate::api::{BuildApi as _, Client};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};
use wiretrue::clock::Clock;
use wiretrue::codegen::{
    AuthorizationRequest, DeviceFlow, Encoder, Meta, Method, RawResponse, Style, Takes,
    TokenRequest,
};
use wiretrue::error::TransportError;
use wiretrue::oauth::{DeviceLogin, DeviceLoginError, DeviceLoginRequest, TokenSet};
use wiretrue::transport::{Body, BoxFuture, Transport};
use wiretrue::{CallOptions, Error};

use http::StatusCode;

/// 2026-01-31T12:00:00Z
pub const NOW: Duration = Duration::from_secs(1_769_860_800);

/// An answer.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A status, headers and a body.
    Http(u16, Vec<(&'static str, String)>, String),
    /// There is no connection.
    Unreachable,
    /// There is an answer after this time.
    After(Duration, Box<Answer>),
}

/// JSON.
pub fn json(status: u16, body: &str) -> Answer {
    typed(status, "application/json", body)
}

/// A body of this media type.
pub fn typed(status: u16, media_type: &str, body: &str) -> Answer {
    let headers = vec![("content-type", media_type.to_owned())];
    Answer::Http(status, headers, body.to_owned())
}

/// An OAuth error with the status that RFC 6749 gives it.
pub fn error(code: &str) -> Answer {
    json(400, &format!(r#"{{"error":"{code}"}}"#))
}

/// Tokens.
pub fn tokens() -> Answer {
    json(200, r#"{"access_token":"t0ken","token_type":"Bearer"}"#)
}

impl Answer {
    /// The same with another header.
    pub fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        match self {
            Self::Http(status, mut headers, body) => {
                headers.push((name, value.into()));
                Self::Http(status, headers, body)
            }
            other => other,
        }
    }

    /// The same, late.
    pub fn after(self, seconds: u64) -> Self {
        Self::After(Duration::from_secs(seconds), Box::new(self))
    }
}

/// A clock that a test can move.
#[derive(Clone)]
pub struct TestClock {
    start: Instant,
    /// How far it has gone, and how much further the time of day has.
    gone: Arc<Mutex<(Duration, Duration)>>,
}

impl TestClock {
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
            gone: Arc::default(),
        }
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.gone.lock().expect("the clock").0.as_secs_f64()
    }

    pub fn pass(&self, time: Duration) {
        self.gone.lock().expect("the clock").0 += time;
    }

    /// The device sleeps: only the time of day goes on.
    pub fn suspend(&self, time: Duration) {
        self.gone.lock().expect("the clock").1 += time;
    }

    /// Someone sets the time of day back, no further than it was ahead.
    pub fn set_back(&self, time: Duration) {
        self.gone.lock().expect("the clock").1 -= time;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        self.start + self.gone.lock().expect("the clock").0
    }

    fn time(&self) -> SystemTime {
        let (gone, more) = *self.gone.lock().expect("the clock");
        SystemTime::UNIX_EPOCH + NOW + gone + more
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        Box::pin(async move { clock.pass(time) })
    }
}

/// What the flow has fields for unless a test says otherwise.
const ALL: Takes = Takes {
    scopes: true,
    audiences: 1,
    client_secret: true,
    refresh_token: true,
};

/// A server that follows a script, and what it received: when, and the body.
#[derive(Clone)]
pub struct Script {
    pub clock: TestClock,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    log: Arc<Mutex<Vec<(f64, String)>>>,
    pub takes: Takes,
}

impl Script {
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self {
            clock: TestClock::new(),
            answers: Arc::new(Mutex::new(answers.into_iter().collect())),
            log: Arc::default(),
            takes: ALL,
        }
    }

    /// A login of the app `app`.
    pub fn login(&self) -> DeviceLoginRequest {
        let client = Client::builder().transport(self.clone()).build();
        let flow = Flow {
            client: client.expect("a client"),
            takes: self.takes,
        };
        DeviceLoginRequest::new(flow, "app").clock(self.clock.clone())
    }

    pub async fn start(&self) -> DeviceLogin {
        self.login().start().await.expect("a login")
    }

    /// Logs in from start to end.
    pub async fn run(&self) -> Result<TokenSet, DeviceLoginError> {
        self.start().await.wait().await
    }

    /// When the server was asked for tokens, in seconds.
    pub fn polls(&self) -> Vec<f64> {
        let log = self.log.lock().expect("the log");
        let polls = log
            .iter()
            .filter(|(_, body)| body.starts_with("grant_type"));
        polls.map(|(at, _)| *at).collect()
    }

    /// The bodies that the server received.
    pub fn bodies(&self) -> Vec<String> {
        let log = self.log.lock().expect("the log");
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
        self.log.lock().expect("the log").push((at, body));
        let answer = self.answers.lock().expect("the script").pop_front();
        let mut answer = answer.expect("an answer for every request");
        Box::pin(async move {
            while let Answer::After(time, late) = answer {
                self.clock.pass(time);
                answer = *late;
            }
            let Answer::Http(status, headers, body) = answer else {
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

/// The flow as generated code has it, with the names of the standards.
pub struct Flow {
    client: Client,
    takes: Takes,
}

impl DeviceFlow for Flow {
    fn client(&self) -> &Client {
        &self.client
    }

    fn takes(&self) -> Takes {
        self.takes
    }

    fn authorize(
        &self,
        request: AuthorizationRequest,
    ) -> BoxFuture<'static, Result<RawResponse, Error>> {
        let options = request.options();
        let scope = (!request.scopes.is_empty()).then(|| request.scopes.join(" "));
        let audience = request.audiences.first().cloned();
        let fields = [
            ("client_id", Some(request.client_id)),
            ("client_secret", request.client_secret),
            ("scope", scope),
            ("audience", audience),
        ];
        self.send("StartDevice", &fields, options)
    }

    fn token(&self, request: TokenRequest) -> BoxFuture<'static, Result<RawResponse, Error>> {
        let options = request.options();
        let fields = [
            ("grant_type", Some(request.grant_type.to_owned())),
            ("client_id", Some(request.client_id)),
            ("client_secret", request.client_secret),
            ("device_code", request.device_code),
            ("refresh_token", request.refresh_token),
        ];
        self.send("CreateToken", &fields, options)
    }
}

impl Flow {
    pub fn new(client: Client) -> Self {
        Self { client, takes: ALL }
    }

    fn send(
        &self,
        id: &'static str,
        fields: &[(&str, Option<String>)],
        options: CallOptions,
    ) -> BoxFuture<'static, Result<RawResponse, Error>> {
        let meta = Meta {
            id,
            method: Method::POST,
            path: "/",
            accept: "application/json",
            security: &[],
            servers: &[],
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

/// An answer with codes: these members beside the required ones.
pub fn codes(members: &str) -> Answer {
    let required = r#""device_code":"d3vice","user_code":"WDJB-MJHT","verification_uri":"https://a.example/device""#;
    json(200, &format!("{{{required}{members}}}"))
}

/// Asserts that a login ended with this OAuth error.
pub fn assert_oauth(outcome: Result<TokenSet, DeviceLoginError>, code: &str) {
    let error = outcome.expect_err(code);
    let said = error.oauth().map(|error| error.error.as_str());
    assert_eq!(said, Some(code), "{error:?}");
}

/// The status of the answer that ended a login as no answer of an authorization server.
pub fn status(outcome: Result<TokenSet, DeviceLoginError>) -> Option<StatusCode> {
    match outcome {
        Err(DeviceLoginError::Request(error)) => error.status(),
        other => panic!("{other:?}"),
    }
}
