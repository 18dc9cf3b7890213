//! The client over TLS: which certificates it trusts, and what it sends to servers that it doesn't trust.
//!
//! `cargo test --package tls` tests the feature `rustls`; with `--no-default-features --features native-tls`
//! or `rustls-ring`, it tests another one.

#![cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]

#[cfg(target_os = "linux")]
mod platform;
mod server;

use std::time::Duration;

use raw_server::Answer;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use twilio_oauth::error::TransportError;
use twilio_oauth::transport::{HttpTransport, HttpTransportBuilder, reqwest};
use twilio_oauth::{Client, ClientBuilder, Error, RetryPolicy};

use crate::server::{Authority, Https};

/// The host of the servers.
const HERE: &str = "127.0.0.1";
const ELSEWHERE: &str = "other.example";

/// The messages of rustls and OpenSSL for a certificate of an unknown authority, and for one of another host. Other
/// platforms have other messages. With several features, reqwest uses the platform's library if that is one of them.
const REASONS: [&str; 2] = if cfg!(not(target_os = "linux")) {
    ["certificate"; 2]
} else if cfg!(feature = "native-tls") {
    [
        "unable to get local issuer certificate",
        "IP address mismatch",
    ]
} else {
    [
        "UnknownIssuer",
        "certificate not valid for name \"127.0.0.1\"",
    ]
};

/// Returns the builder of a default client that retries without a delay.
fn builder(server: &Https) -> ClientBuilder {
    Client::builder()
        .basic_auth("AC-example", "example-auth-token")
        .base_url(server.url())
        .retry(
            RetryPolicy::default()
                .attempts(2)
                .first_wait(Duration::ZERO),
        )
}

/// Returns a client that trusts an authority.
fn trusting(authority: &Authority, server: &Https) -> Client {
    // With `rustls-ring`, a default client gives reqwest its cryptography.
    builder(server).build().expect("the client is complete");
    let certificate = reqwest::Certificate::from_pem(authority.pem.as_bytes());
    let transport = HttpTransport::builder().root_certificate(certificate.expect("a certificate"));
    let transport = transport.build().expect("a transport");
    let client = builder(server).transport(transport).build();
    client.expect("the client is complete")
}

async fn sign_in(client: &Client) -> Result<(), Error> {
    let call = client.oauth_v1_token().create_token("refresh_token", "OQ1");
    call.refresh_token("example-refresh-token").await.map(drop)
}

fn token() -> Answer {
    Answer::json(201, r#"{"access_token":"example-access-token"}"#)
}

/// Asserts that a server received the request of [`sign_in`] once, and nothing else.
#[track_caller]
fn assert_signed_in(server: &Https) {
    let request = server.request();
    assert_eq!(request.line, "POST /v1/token HTTP/1.1");
    // Features of other crates of the workspace decide which codings the client decodes.
    let headers = request.headers.iter();
    let headers: Vec<_> = headers
        .filter(|line| !line.starts_with("accept-encoding: "))
        .collect();
    assert_eq!(
        headers,
        [
            "accept: application/json",
            "authorization: Basic QUMtZXhhbXBsZTpleGFtcGxlLWF1dGgtdG9rZW4=",
            "content-length: 72",
            "content-type: application/x-www-form-urlencoded",
            &format!("host: {}", server.address),
            concat!("user-agent: twilio-oauth/", env!("CARGO_PKG_VERSION")),
        ]
    );
    assert_eq!(
        request.text(),
        "GrantType=refresh_token&ClientSid=OQ1&RefreshToken=example-refresh-token"
    );
}

/// Asserts that the connection failed because of the certificate.
#[track_caller]
fn assert_refused(error: Error, server: &Https, reason: &str) {
    let text = error.to_string();
    let place = format!(
        "CreateToken: POST {}/v1/token: couldn't connect: ",
        server.url()
    );
    assert!(text.starts_with(&place), "{text}");
    assert!(text.contains("certificate"), "{text}");
    assert!(text.contains(reason), "{text}");
    let Error::Transport(error) = error else {
        panic!("{error:?}");
    };
    assert!(TransportError::is_connect(&error), "{error:?}");
    assert_eq!(error.attempts(), 2);
}

#[tokio::test]
async fn an_untrusted_certificate_is_rejected_before_anything_is_sent() {
    let authority = Authority::new("ours");
    let server = Https::start(&authority, HERE, [token()]).await;
    let stranger = builder(&server).build().expect("the client is complete");
    let error = sign_in(&stranger).await.expect_err("nobody vouches for it");
    assert_refused(error, &server, REASONS[0]);

    // The server accepts one connection at a time, so none of the previous client is left after this one.
    let acquainted = trusting(&authority, &server);
    sign_in(&acquainted).await.expect("the server is known");
    // The client retries as often as its policy allows.
    let made: Vec<_> = server.handshakes().iter().map(Result::is_ok).collect();
    assert_eq!(made, [false, false, true]);
    assert_eq!(server.connections(), 1);
    assert_signed_in(&server);
}

#[tokio::test]
async fn a_certificate_for_another_host_is_rejected_before_anything_is_sent() {
    let authority = Authority::new("ours");
    let server = Https::start(&authority, ELSEWHERE, [token()]).await;
    let error = sign_in(&trusting(&authority, &server)).await;
    assert_refused(error.expect_err("it is another's"), &server, REASONS[1]);
    assert_eq!(server.connections(), 0);
}

/// Returns a certificate with its key, as the TLS library of the client takes it.
fn identity(certificate: &str, key: &str) -> reqwest::Identity {
    #[cfg(feature = "native-tls")]
    let identity = reqwest::Identity::from_pkcs8_pem(certificate.as_bytes(), key.as_bytes());
    #[cfg(not(feature = "native-tls"))]
    let identity = reqwest::Identity::from_pem(format!("{key}{certificate}").as_bytes());
    identity.expect("a certificate and its key")
}

#[tokio::test]
async fn a_client_certificate_is_sent_to_a_server_that_asks_for_one() {
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let clients = theirs.client_verifier();
    let server = Https::start_for(clients, &ours, HERE, [token()]).await;
    let trusted = || {
        let certificate = reqwest::Certificate::from_pem(ours.pem.as_bytes());
        HttpTransport::builder().only_root_certificates([certificate.expect("a certificate")])
    };
    let client = |transport: HttpTransportBuilder| {
        let transport = transport.build().expect("a transport");
        let client = builder(&server).transport(transport).build();
        client.expect("the client is complete")
    };
    let stranger = client(trusted());
    sign_in(&stranger).await.expect_err("it has no certificate");
    assert_eq!(server.connections(), 0);

    let (certificate, key) = theirs.certify_client("client.example");
    let known = client(trusted().client_certificate(identity(&certificate, &key)));
    sign_in(&known).await.expect("the server knows the client");
    assert_signed_in(&server);
}

#[tokio::test]
async fn an_authority_that_the_http_client_trusts_is_trusted() {
    let authority = Authority::new("ours");
    let server = Https::start(&authority, HERE, [token()]).await;
    let answer = sign_in(&trusting(&authority, &server)).await;
    answer.expect("the certificate is good");
    assert_eq!(server.handshakes(), [Ok(())]);
    assert_signed_in(&server);
}

/// A program that has chosen no cryptography gets that of the feature.
#[cfg(not(feature = "native-tls"))]
#[test]
fn the_cryptography_is_that_of_the_feature() {
    let client = Client::builder().basic_auth("AC-example", "example-auth-token");
    client.build().expect("the client is complete");
    let provider = tokio_rustls::rustls::crypto::CryptoProvider::get_default();
    let provider = provider.map(|it| format!("{:?}", it.secure_random));
    // reqwest takes its own, aws-lc, unless the process has a default.
    let expected = (!cfg!(feature = "rustls")).then(|| "Ring".to_owned());
    assert_eq!(provider, expected);
}

/// The clock is tokio's, and advances when the runtime is idle.
#[tokio::test(start_paused = true)]
async fn a_stalled_handshake_times_out_regardless_of_the_request_timeout() {
    let listener = TcpListener::bind((HERE, 0)).await.expect("a port is free");
    let address = listener.local_addr().expect("the socket is bound");
    let client = Client::builder()
        .basic_auth("AC-example", "example-auth-token")
        .base_url(format!("https://{address}"))
        .timeout(None)
        .retry(RetryPolicy::never());
    let client = client.build().expect("the client is complete");
    let hour = Duration::from_secs(3600);
    let result = tokio::time::timeout(hour, sign_in(&client)).await;
    let error = result.expect("the call ends").expect_err("there is no TLS");
    let Error::Transport(error) = error else {
        panic!("{error:?}");
    };
    assert!(error.is_connect(), "{error:?}");
    let (mut stream, _) = listener.accept().await.expect("a connection was made");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("it hung up");
    // The client sent one handshake record, its ClientHello, and waited.
    let length = usize::from(u16::from_be_bytes([bytes[3], bytes[4]]));
    assert_eq!((bytes[0], bytes.len()), (22, 5 + length));
}

#[tokio::test(start_paused = true)]
async fn a_stalled_handshake_leaves_time_for_other_attempts() {
    let listener = TcpListener::bind((HERE, 0)).await.expect("a port is free");
    let address = listener.local_addr().expect("the socket is bound");
    let client = Client::builder()
        .basic_auth("AC-example", "example-auth-token")
        .base_url(format!("https://{address}"));
    let client = client.build().expect("the client is complete");
    let error = sign_in(&client).await.expect_err("there is no TLS");
    let Error::Timeout(error) = error else {
        panic!("{error:?}");
    };
    // Each attempt but the last takes a third of the time limit.
    assert_eq!((error.attempts(), error.limit().as_secs()), (3, 30));
    for _ in 0..3 {
        listener.accept().await.expect("a connection was made");
    }
}
