//! What the client puts on the wire, as a server received it.

use auth0_device::{Client, Error, models};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A server on this machine that answers once: its address, and what it will have received.
async fn server(status: &'static str, body: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let received = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut request = Vec::new();
        let mut chunk = [0; 4096];
        while !complete(&request) {
            let length = stream.read(&mut chunk).await.expect("a request");
            assert!(length > 0, "the request broke off");
            request.extend_from_slice(&chunk[..length]);
        }
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        stream
            .write_all(head.as_bytes())
            .await
            .expect("the head is sent");
        stream
            .write_all(body.as_bytes())
            .await
            .expect("the body is sent");
        String::from_utf8(request).expect("a request of text")
    });
    (format!("http://{address}"), received)
}

/// Whether a request has its head and all of its body.
fn complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    body.len() >= length.unwrap_or(0)
}

fn client(url: &str) -> Client {
    Client::builder()
        .bearer_auth("example-access-token")
        .base_url(url)
        .build()
        .expect("the client is complete")
}

#[tokio::test]
async fn scopes_are_one_field_and_their_operation_carries_no_credentials() {
    let answer = r#"{"device_code":"d","user_code":"QTZL-MCBW","verification_uri":"https://example.com/activate","expires_in":900,"interval":5}"#;
    let (url, received) = server("200 OK", answer).await;
    let codes = client(&url)
        .device()
        .request_device_code("client-1")
        .scope("openid offline_access")
        .audience("https://api.example.com")
        .await
        .expect("codes");
    assert_eq!(codes.user_code, "QTZL-MCBW");
    let request = received.await.expect("a request");
    assert!(
        request.starts_with("POST /oauth/device/code HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request.contains("\r\ncontent-type: application/x-www-form-urlencoded\r\n"),
        "{request}"
    );
    assert!(!request.contains("authorization:"), "{request}");
    let body = "\r\n\r\nclient_id=client-1&scope=openid+offline_access&audience=https%3A%2F%2Fapi.example.com";
    assert!(request.ends_with(body), "{request}");
}

#[tokio::test]
async fn an_error_of_the_token_endpoint_is_read_whatever_its_status() {
    let (url, received) = server("403 Forbidden", r#"{"error":"authorization_pending"}"#).await;
    let result = client(&url)
        .token()
        .request_token("urn:ietf:params:oauth:grant-type:device_code", "client-1")
        .device_code("d/1")
        .await;
    let Err(Error::Api(error)) = result else {
        panic!("{result:?}");
    };
    let body = error
        .body::<models::OauthError>()
        .expect("the documented body");
    assert_eq!(body.error, models::OauthErrorError::AuthorizationPending);
    let request = received.await.expect("a request");
    let body = "\r\n\r\ngrant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=client-1&device_code=d%2F1";
    assert!(request.ends_with(body), "{request}");
}

#[tokio::test]
async fn the_claims_are_asked_for_with_the_access_token() {
    let (url, received) = server(
        "200 OK",
        r#"{"sub":"auth0|1","https://example.com/roles":["a"]}"#,
    )
    .await;
    let user = client(&url).user().get_user_info().await.expect("claims");
    assert_eq!(user.sub, "auth0|1");
    assert!(user.extra.contains_key("https://example.com/roles"));
    let request = received.await.expect("a request");
    assert!(
        request.starts_with("GET /userinfo HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request.contains("\r\nauthorization: Bearer example-access-token\r\n"),
        "{request}"
    );
}
