//! The example `webhook`: its responses to requests on a socket.

#[path = "../../examples/webhook/receiver.rs"]
mod receiver;

use receiver::{BODY_LIMIT, router};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use twilio_oauth::webhook::TwilioVerifier;

const BODY: &str = "From=%2B14158675310&Body=Hello%2C+%C3%BCn%C3%AF%21&To=%2B18005551212";
/// The signature of [`BODY`], sent to `https://shop.example.com/sms?shop=7`, with the auth token `12345`.
const SIGNATURE: &str = "uoSm45DbTz9drAaXVOFXQlk73D4=";

/// Sends a request to a server behind a proxy, and returns the response.
async fn send(head: &str, body: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = router(TwilioVerifier::new(["12345"]), "https://shop.example.com");
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{head}\r\nHost: 10.0.0.1\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}

fn head(target: &str, length: usize, signature: &str) -> String {
    format!(
        "POST {target} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {length}\r\nX-Twilio-Signature: {signature}"
    )
}

#[tokio::test]
async fn a_signed_request_is_answered() {
    let response = send(&head("/sms?shop=7", BODY.len(), SIGNATURE), BODY).await;
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert!(
        response.contains("content-type: text/xml\r\n"),
        "{response}"
    );
    assert!(response.ends_with("<Response><Message>Thank you!</Message></Response>"));
}

#[tokio::test]
async fn a_wrong_signature_is_refused() {
    let changed = BODY.replace("Hello", "Hallo");
    let requests = [
        (head("/sms?shop=7", BODY.len(), SIGNATURE), changed.as_str()),
        (head("/sms?shop=8", BODY.len(), SIGNATURE), BODY),
        (head("/sms?shop=7", BODY.len(), "AAAA"), BODY),
        // Whatever the body is: no form is read.
        (head("/sms?shop=7", 3, SIGNATURE), "%%%"),
    ];
    for (head, body) in requests {
        let response = send(&head, body).await;
        assert!(
            response.starts_with("HTTP/1.1 403 Forbidden\r\n"),
            "{response}"
        );
        assert!(
            response.ends_with("the signature of the webhook is wrong"),
            "{response}"
        );
    }
    let unsigned = format!(
        "POST /sms?shop=7 HTTP/1.1\r\nContent-Length: {}",
        BODY.len()
    );
    let response = send(&unsigned, BODY).await;
    assert!(
        response.starts_with("HTTP/1.1 403 Forbidden\r\n"),
        "{response}"
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let body = "x".repeat(BODY_LIMIT + 1);
    let response = send(&head("/sms?shop=7", body.len(), SIGNATURE), &body).await;
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");
}
