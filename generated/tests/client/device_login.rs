//! Device login: both requests byte for byte, and a whole login over a socket.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use twilio_oauth::Error;
use twilio_oauth::clock::Clock;
use twilio_oauth::oauth::{
    ClientAuthentication, DeviceLoginError, DeviceLoginProgress, DeviceLoginRequest,
};
use twilio_oauth::transport::BoxFuture;

use crate::support::{ACCEPT_ENCODING, AUTHORIZATION, Answer, Request, Server, client, nobody};

const CODES: &str = r#"{"device_code":"example-device-code","user_code":"WDJB-MJHT",
    "verification_uri":"https://login.example.com/device",
    "verification_uri_complete":"https://login.example.com/device?user_code=WDJB-MJHT",
    "expires_in":900,"interval":1}"#;
const TOKENS: &str = r#"{"access_token":"example-access-token","refresh_token":"example-refresh-token",
    "id_token":"example-id-token","refresh_token_expires_at":"2023-10-25T12:00:00Z",
    "access_token_expires_at":"Mon, 25 Sep 2023 13:00:00 +0000"}"#;

fn pending() -> Answer {
    Answer::json(400, r#"{"error":"authorization_pending"}"#)
}

/// A clock whose time passes only in sleeps, which end at once.
#[derive(Clone)]
struct Leaping {
    start: Instant,
    gone: Arc<Mutex<Duration>>,
}

impl Leaping {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            gone: Arc::default(),
        }
    }

    fn gone(&self) -> Duration {
        *self.gone.lock().expect("no holder panicked")
    }
}

impl Clock for Leaping {
    fn now(&self) -> Instant {
        self.start + self.gone()
    }

    fn time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.gone()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        *self.gone.lock().expect("no holder panicked") += time;
        Box::pin(async {})
    }
}

fn login(server: &Server) -> DeviceLoginRequest {
    client(server)
        .device_login("OQ1")
        .scopes(["openid", "offline_access"])
}

/// Asserts the request line, all headers and the body of a request.
fn assert_sent(server: &Server, request: &Request, path: &str, body: &str) {
    assert_eq!(request.line, format!("POST {path} HTTP/1.1"));
    assert_eq!(
        request.headers,
        [
            ACCEPT_ENCODING,
            "accept: application/json",
            AUTHORIZATION,
            &format!("content-length: {}", body.len()),
            "content-type: application/x-www-form-urlencoded",
            &server.host(),
            concat!("user-agent: twilio-oauth/", env!("CARGO_PKG_VERSION")),
        ]
    );
    assert_eq!(request.text(), body);
}

#[tokio::test]
async fn a_login_succeeds_whether_the_status_is_200_or_201() {
    for status in [200, 201] {
        let answers = [CODES, TOKENS].map(|body| Answer::json(status, body));
        let server = Server::start(answers).await;
        let login = login(&server).clock(Leaping::new()).start().await;
        login.expect("codes").wait().await.expect("tokens");
    }
}

#[tokio::test]
async fn both_requests_have_these_bytes() {
    let server = Server::start([Answer::json(201, CODES), Answer::json(201, TOKENS)]).await;
    let login = login(&server)
        .audiences(["https://api.example.com", "x y"])
        .client_secret("s&1")
        .clock(Leaping::new());
    let login = login.start().await.expect("codes");
    login.wait().await.expect("tokens");
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_sent(
        &server,
        &requests[0],
        "/v1/device/code",
        "ClientSid=OQ1&Scopes=openid&Scopes=offline_access\
         &Audiences=https%3A%2F%2Fapi.example.com&Audiences=x+y",
    );
    assert_sent(
        &server,
        &requests[1],
        "/v1/token",
        "GrantType=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&ClientSid=OQ1\
         &ClientSecret=s%261&DeviceCode=example-device-code",
    );
}

#[tokio::test]
async fn an_app_may_prove_who_it_is_in_place_of_the_account() {
    let server = Server::start([Answer::json(201, CODES), Answer::json(201, TOKENS)]).await;
    let login = login(&server)
        .client_secret("s&1")
        .client_authentication(ClientAuthentication::Basic)
        .clock(Leaping::new());
    let login = login.start().await.expect("codes");
    login.wait().await.expect("tokens");
    let requests = server.requests();
    for request in &requests {
        // `OQ1:s%261` in base64: both are encoded like a form first (RFC 6749, section 2.3.1).
        let authorization = request.header("authorization");
        assert_eq!(authorization, Some("Basic T1ExOnMlMjYx"));
        assert!(!request.text().contains("Secret"), "{}", request.text());
    }
    assert_eq!(requests.len(), 2);
}

#[tokio::test]
async fn a_login_goes_from_its_codes_to_its_tokens() {
    let server = Server::start([
        Answer::json(201, CODES),
        pending(),
        Answer::json(400, r#"{"error":"slow_down"}"#),
        Answer::new(502, "text/html", "<h1>Bad gateway</h1>"),
        pending(),
        Answer::json(201, TOKENS),
    ])
    .await;
    let clock = Leaping::new();
    let request = login(&server).clock(clock.clone());
    let login = request.start().await.expect("codes");
    assert_eq!(login.verification_uri(), "https://login.example.com/device");
    assert_eq!(
        login.verification_uri_complete(),
        Some("https://login.example.com/device?user_code=WDJB-MJHT")
    );
    assert_eq!(login.user_code().to_string(), "WDJB-MJHT");
    assert_eq!(login.user_code().check(), Ok(()));
    let (expires_in, interval) = (login.expires_in(), login.interval());
    assert_eq!((expires_in.as_secs(), interval.as_secs()), (900, 1));

    let waits = Arc::<Mutex<Vec<u64>>>::default();
    let heard = Arc::clone(&waits);
    let login = login.on_progress(move |progress| {
        let next = match progress {
            DeviceLoginProgress::Pending { next }
            | DeviceLoginProgress::SlowDown { next, .. }
            | DeviceLoginProgress::Unavailable { next, .. } => next,
            other => panic!("{other:?}"),
        };
        heard
            .lock()
            .expect("no holder panicked")
            .push(next.as_secs());
    });
    let tokens = login.wait().await.expect("tokens");
    assert_eq!(*waits.lock().expect("no holder panicked"), [1, 6, 12, 6]);
    assert_eq!(clock.gone(), Duration::from_secs(1 + 1 + 6 + 12 + 6));
    assert!(tokens.refresh_token().is_some() && tokens.id_token().is_some());
    let expiry = SystemTime::UNIX_EPOCH + Duration::from_secs(1_695_646_800);
    assert_eq!(tokens.expires_at(), Some(expiry));
    assert!(!format!("{tokens:?}").contains("example"));
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn by_the_real_clock_the_first_question_waits_for_the_interval() {
    let server = Server::start([Answer::json(201, CODES), Answer::json(201, TOKENS)]).await;
    let login = login(&server).start().await.expect("codes");
    let started = Instant::now();
    login.wait().await.expect("tokens");
    // The interval runs from the response, which came a moment before.
    assert!(started.elapsed() > Duration::from_millis(900));
}

#[tokio::test]
async fn a_refresh_sends_the_refresh_token() {
    let refreshed = r#"{"access_token":"next"}"#;
    let server = Server::start([
        Answer::json(201, CODES),
        Answer::json(201, TOKENS),
        Answer::json(201, refreshed),
    ])
    .await;
    let login = login(&server).clock(Leaping::new());
    let tokens = login.start().await.expect("codes").wait().await;
    let tokens = tokens.expect("tokens");
    let app = client(&server).device_login("OQ1");
    let refreshed = app.refresh(&tokens).await.expect("tokens");
    assert!(refreshed.refresh_token().is_some(), "the old one is kept");
    let requests = server.requests();
    assert_sent(
        &server,
        &requests[2],
        "/v1/token",
        "GrantType=refresh_token&ClientSid=OQ1&RefreshToken=example-refresh-token",
    );
}

#[tokio::test]
async fn a_refusal_of_twilio_s_own_form_is_an_error_of_the_api() {
    let body = r#"{"code":20003,"message":"Authenticate","status":401}"#;
    let server = Server::start([Answer::json(401, body)]).await;
    let error = login(&server).start().await.expect_err("a refusal");
    assert_eq!(
        error.to_string(),
        "CreateDeviceCode: 401 Unauthorized: 20003: Authenticate"
    );
    let DeviceLoginError::Request(Error::Api(error)) = error else {
        panic!("{error:?}")
    };
    assert_eq!(error.raw_body(), body);
}

#[tokio::test]
async fn a_server_that_is_not_there_ends_the_start() {
    let client = twilio_oauth::Client::builder()
        .basic_auth("AC1", "token")
        .base_url(nobody().await)
        .build()
        .expect("the client is complete");
    let error = client.device_login("OQ1").start().await;
    assert!(matches!(
        error,
        Err(DeviceLoginError::Request(Error::Transport(_)))
    ));
}
