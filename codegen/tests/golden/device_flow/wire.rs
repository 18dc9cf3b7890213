//! A device login by the flow of a security scheme: one request by an operation, with its own fields,
//! the other as the standard has it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use golden_device_flow::Client;
use golden_device_flow::clock::Clock;
use golden_device_flow::oauth::{ClientAuthentication, DeviceLoginError, DeviceLoginRequest};
use golden_device_flow::transport::BoxFuture;
use raw_server::{Answer, Server};

/// A clock that goes only while someone waits, and then at once.
#[derive(Clone)]
struct Leaping(Instant, Arc<Mutex<Duration>>);

impl Clock for Leaping {
    fn now(&self) -> Instant {
        self.0 + *self.1.lock().expect("the clock")
    }

    fn time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + *self.1.lock().expect("the clock")
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        *self.1.lock().expect("the clock") += time;
        Box::pin(async {})
    }
}

const CODES: &str =
    r#"{"device_code":"d&1","user_code":"WDJB-MJHT","verification_uri":"https://a.example"}"#;

fn login(server: &Server) -> DeviceLoginRequest {
    let client = Client::builder()
        .base_url(format!("{}/v1", server.url()))
        .bearer_auth("a token that is for the API alone")
        .build()
        .expect("the client is complete");
    client
        .device_login("example app")
        .client_secret("s+3cret".to_owned())
        .scopes(["things", "offline_access"])
        .clock(Leaping(Instant::now(), Arc::default()))
}

#[tokio::test]
async fn an_operation_has_its_own_fields_and_the_standard_those_of_the_standard() {
    let server = Server::start([
        Answer::json(200, CODES),
        Answer::json(400, r#"{"error":"authorization_pending"}"#),
        Answer::json(200, r#"{"access_token":"a","refresh_token":"r/1"}"#),
        Answer::json(200, r#"{"access_token":"b"}"#),
    ])
    .await;
    let started = login(&server).start().await.expect("codes");
    let tokens = started.wait().await.expect("tokens");
    login(&server).refresh(&tokens).await.expect("tokens");

    let requests = server.requests();
    assert_eq!(requests[0].line, "POST /v1/device HTTP/1.1");
    assert_eq!(
        requests[0].text(),
        "client_id=example+app&scope=things&scope=offline_access"
    );
    let poll = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code\
                &device_code=d%261&client_id=example+app&client_secret=s%2B3cret";
    let refresh = "grant_type=refresh_token&refresh_token=r%2F1\
                   &client_id=example+app&client_secret=s%2B3cret";
    assert_eq!(requests.len(), 4);
    for (request, body) in requests[1..].iter().zip([poll, poll, refresh]) {
        assert_eq!(request.line, "POST /oauth/token HTTP/1.1");
        assert_eq!(request.text(), body);
        assert_eq!(
            request.header("content-type"),
            Some("application/x-www-form-urlencoded")
        );
        assert_eq!(request.header("accept"), Some("application/json"));
        assert_eq!(request.header("authorization"), None);
    }
}

#[tokio::test]
async fn basic_authentication_replaces_the_fields_of_both_requests() {
    let server = Server::start([
        Answer::json(200, CODES),
        Answer::json(200, r#"{"access_token":"a"}"#),
    ])
    .await;
    let login = login(&server).client_authentication(ClientAuthentication::Basic);
    let started = login.start().await.expect("codes");
    started.wait().await.expect("tokens");

    let poll = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=d%261";
    let requests = server.requests();
    let bodies: Vec<_> = requests.iter().map(|request| request.text()).collect();
    assert_eq!(bodies, ["scope=things&scope=offline_access", poll]);
    for request in requests {
        // `example+app:s%2B3cret` in base64 (RFC 6749 section 2.3.1).
        let proof = Some("Basic ZXhhbXBsZSthcHA6cyUyQjNjcmV0");
        assert_eq!(request.header("authorization"), proof);
    }
}

#[tokio::test]
async fn an_error_of_the_standard_s_endpoint_is_told() {
    let server = Server::start([
        Answer::json(200, CODES),
        Answer::json(401, r#"{"error":"invalid_client"}"#),
    ])
    .await;
    let started = login(&server).start().await.expect("codes");
    let outcome = started.wait().await;
    assert!(
        matches!(outcome, Err(DeviceLoginError::InvalidClient(_))),
        "{outcome:?}"
    );
}
