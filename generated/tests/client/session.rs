//! A client that is signed in: what it sends, how its tokens are refreshed, and how it fails.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use twilio_oauth::clock::Clock;
use twilio_oauth::error::ApiError;
use twilio_oauth::oauth::{DeviceLoginError, StoredTokens, TokenSet, TokenSource};
use twilio_oauth::transport::BoxFuture;
use twilio_oauth::{Client, Error};

use crate::support::{ACCEPT_ENCODING, AUTHORIZATION, Answer, Server, builder, client, nobody};

const USER: &str = r#"{"user_sid":"US1"}"#;

fn user() -> Answer {
    Answer::json(200, USER)
}

fn refused() -> Answer {
    let body = r#"{"code":20003,"message":"Authenticate","status":401}"#;
    Answer::json(401, body)
}

fn rotated(name: &str) -> Answer {
    let body = format!(
        r#"{{"access_token":"{name}","refresh_token":"{name}-refresh","expires_in":3600}}"#
    );
    Answer::json(201, body)
}

/// A clock that a test sets.
#[derive(Clone)]
struct Set {
    start: Instant,
    gone: Arc<Mutex<Duration>>,
}

impl Set {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            gone: Arc::default(),
        }
    }

    fn pass(&self, time: Duration) {
        *self.gone.lock().expect("no holder panicked") += time;
    }
}

impl Clock for Set {
    fn now(&self) -> Instant {
        self.start + *self.gone.lock().expect("no holder panicked")
    }

    fn time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + *self.gone.lock().expect("no holder panicked")
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.pass(time);
        Box::pin(async {})
    }
}

/// A stored token set that expires after an hour of the clock.
fn stored() -> TokenSet {
    let stored = r#"{"access_token":"stored","refresh_token":"stored-refresh",
        "access_token_expires_at":"1970-01-01T01:00:00Z"}"#;
    let stored: StoredTokens = serde_json::from_str(stored).expect("a set");
    stored.into()
}

/// A client that refreshes its tokens, and the token sets that `on_refresh` received.
fn signed_in(server: &Server, clock: &Set) -> (Client, Arc<Mutex<Vec<String>>>) {
    let client = builder(server).clock(clock.clone()).build();
    let client = client.expect("the client is complete");
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let log = Arc::clone(&heard);
    let login = client.device_login("OQ1").clock(clock.clone());
    let tokens = login.refreshing(stored()).on_refresh(move |tokens| {
        let stored = serde_json::to_string(&StoredTokens::from(tokens.clone()));
        let mut log = log.lock().expect("no holder panicked");
        log.push(stored.expect("JSON"));
    });
    (client.with_tokens(tokens), heard)
}

async fn fetch(client: &Client) -> Result<(), Error> {
    let call = client.oauth_v1_user_info().fetch_user_info();
    call.await.map(drop)
}

/// Returns the `Authorization` header of each request.
fn authorizations(server: &Server) -> Vec<String> {
    let requests = server.requests();
    let headers = requests.iter().map(|it| it.header("authorization"));
    headers
        .map(|it| it.unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn the_token_goes_in_place_of_the_account() {
    let server = Server::start([user()]).await;
    let signed_in = client(&server).with_tokens(stored());
    fetch(&signed_in).await.expect("a response");
    let request = server.request();
    assert_eq!(request.line, "GET /v1/userinfo HTTP/1.1");
    assert_eq!(
        request.headers,
        [
            ACCEPT_ENCODING,
            "accept: application/json",
            "authorization: Bearer stored",
            &server.host(),
            concat!("user-agent: twilio-oauth/", env!("CARGO_PKG_VERSION")),
        ]
    );
    assert!(!format!("{signed_in:?}").contains("stored"));
}

#[tokio::test]
async fn due_tokens_are_renewed_with_the_account_and_told() {
    let server = Server::start([user(), rotated("next"), user(), rotated("last"), user()]).await;
    let clock = Set::new();
    let (client, heard) = signed_in(&server, &clock);
    fetch(&client).await.expect("a response");
    for _ in 0..2 {
        clock.pass(Duration::from_secs(3540));
        fetch(&client).await.expect("a response");
    }
    let account = AUTHORIZATION.trim_start_matches("authorization: ");
    assert_eq!(
        authorizations(&server),
        [
            "Bearer stored",
            account,
            "Bearer next",
            account,
            "Bearer last"
        ]
    );
    let requests = server.requests();
    assert_eq!(requests[1].line, "POST /v1/token HTTP/1.1");
    assert_eq!(
        requests[1].text(),
        "GrantType=refresh_token&ClientSid=OQ1&RefreshToken=stored-refresh"
    );
    assert_eq!(
        requests[3].text(),
        "GrantType=refresh_token&ClientSid=OQ1&RefreshToken=next-refresh"
    );
    assert_eq!(
        *heard.lock().expect("no holder panicked"),
        [
            r#"{"access_token":"next","access_token_expires_at":"1970-01-01T01:59:00Z","refresh_token":"next-refresh","token_type":"Bearer"}"#,
            r#"{"access_token":"last","access_token_expires_at":"1970-01-01T02:58:00Z","refresh_token":"last-refresh","token_type":"Bearer"}"#,
        ]
    );
}

#[tokio::test]
async fn a_refused_call_is_sent_once_more_with_new_tokens() {
    let server = Server::start([refused(), rotated("next"), user(), user()]).await;
    let (client, heard) = signed_in(&server, &Set::new());
    fetch(&client).await.expect("a response");
    fetch(&client).await.expect("a response");
    let lines: Vec<_> = server.requests().into_iter().map(|it| it.line).collect();
    assert_eq!(
        lines,
        [
            "GET /v1/userinfo HTTP/1.1",
            "POST /v1/token HTTP/1.1",
            "GET /v1/userinfo HTTP/1.1",
            "GET /v1/userinfo HTTP/1.1",
        ]
    );
    assert_eq!(authorizations(&server)[2..], ["Bearer next", "Bearer next"]);
    assert_eq!(heard.lock().expect("no holder panicked").len(), 1);
}

#[tokio::test]
async fn calls_at_once_renew_once() {
    let server = Server::start([rotated("next"), user()]).await;
    let clock = Set::new();
    let (client, heard) = signed_in(&server, &clock);
    clock.pass(Duration::from_secs(3600));
    let calls: Vec<_> = (0..16)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { fetch(&client).await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("a response");
    }
    let requests = server.requests();
    let asked = requests.iter().filter(|it| it.line.starts_with("POST"));
    assert_eq!((asked.count(), requests.len()), (1, 17));
    assert_eq!(heard.lock().expect("no holder panicked").len(), 1);
}

#[tokio::test]
async fn a_refresh_token_that_is_void_ends_the_call_with_the_server_s_reason() {
    let void = r#"{"error":"invalid_grant","error_description":"the token was revoked"}"#;
    let server = Server::start([refused(), Answer::json(400, void)]).await;
    let clock = Set::new();
    let (client, heard) = signed_in(&server, &clock);
    let error = fetch(&client).await.expect_err("no token");
    assert!(error.is_session_ended());
    assert_eq!(
        error.to_string(),
        "FetchUserInfo: 401 Unauthorized: 20003: Authenticate; no access token: the authorization \
         server rejected the login: invalid_grant: the token was revoked"
    );
    let cause = error.as_api().and_then(ApiError::cause);
    let Some(Error::Authentication(error)) = cause else {
        panic!("{error:?}")
    };
    let cause = error.cause().downcast_ref::<DeviceLoginError>();
    assert!(matches!(cause, Some(DeviceLoginError::InvalidGrant(_))));
    // No other token request is ever sent.
    clock.pass(Duration::from_secs(86400));
    let error = fetch(&client).await.expect_err("no token");
    assert!(matches!(error, Error::Authentication(_)), "{error:?}");
    assert!(error.is_session_ended());
    assert_eq!(server.requests().len(), 2);
    assert!(heard.lock().expect("no holder panicked").is_empty());
}

#[tokio::test]
async fn a_token_endpoint_that_is_not_there_ends_the_call() {
    let server = Server::start([user()]).await;
    let lost = Client::builder()
        .base_url(nobody().await)
        .basic_auth("AC1", "t");
    let lost = lost.build().expect("the client is complete");
    let clock = Set::new();
    let login = lost.device_login("OQ1").clock(clock.clone());
    let client = builder(&server).clock(clock.clone()).build();
    let client = client.expect("the client is complete");
    let client = client.with_tokens(login.refreshing(stored()));
    clock.pass(Duration::from_secs(7200));
    let error = fetch(&client).await.expect_err("no token");
    let text = error.to_string();
    assert!(
        text.starts_with("FetchUserInfo: no access token: CreateToken: POST http://"),
        "{text}"
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_login_with_a_client_that_is_signed_in_does_not_wait_for_its_tokens() {
    struct Never;
    impl TokenSource for Never {
        fn fetch<'a>(
            &'a self,
            _last: Option<&'a TokenSet>,
        ) -> BoxFuture<'a, Result<TokenSet, Box<dyn std::error::Error + Send + Sync>>> {
            Box::pin(std::future::pending())
        }
    }
    let codes = r#"{"device_code":"d","user_code":"u","verification_uri":"https://a.example"}"#;
    let server = Server::start([Answer::json(201, codes)]).await;
    let client = client(&server).with_tokens(Never);
    let _started = client
        .device_login("OQ1")
        .scopes(["openid"])
        .start()
        .await
        .expect("codes");
    assert_eq!(
        format!("authorization: {}", authorizations(&server)[0]),
        AUTHORIZATION
    );
}
