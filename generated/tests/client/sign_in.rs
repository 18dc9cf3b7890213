//! A sign-in with a browser, whose code is redeemed with the operation of the document.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;

use percent_encoding::percent_decode_str;
use twilio_oauth::ExposeSecret as _;
use twilio_oauth::oauth::SignInPrompt;

use crate::support::{AUTHORIZATION, Answer, Server, client};

const TOKENS: &str = r#"{"access_token":"example-access-token"}"#;

/// Returns a parameter of a URL.
fn parameter(url: &str, name: &str) -> String {
    let (_, query) = url.split_once('?').expect("a query");
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(key, _)| *key == name).expect("the parameter");
    percent_decode_str(value)
        .decode_utf8()
        .expect("text")
        .into_owned()
}

/// Returns to the redirect URI like a browser.
fn visit(url: &str) -> String {
    let (_, rest) = url.split_once("://").expect("a URL");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = TcpStream::connect(host).expect("a listener");
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("a response");
    response
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_code_and_its_verifier_are_fields_of_the_operation() {
    let server = Server::start([Answer::json(201, TOKENS)]).await;
    let (sender, receiver) = mpsc::channel();
    let login = client(&server)
        .sign_in("OQ0123456789abcdef0123456789abcdef")
        .authorization_url("https://login.example.com/authorize")
        .browser()
        .open_browser(false)
        .on_prompt(move |prompt| {
            if let SignInPrompt::Browser(browser) = prompt {
                sender.send(browser.url().to_owned()).expect("a receiver");
            }
        });
    let waiting = tokio::spawn(login.into_future());
    let visit = move || {
        let url = receiver.recv().expect("a prompt");
        assert!(url.starts_with("https://login.example.com/authorize?client_id=OQ"));
        let (back, state) = (parameter(&url, "redirect_uri"), parameter(&url, "state"));
        visit(&format!("{back}?code=c0de&state={state}"))
    };
    let page = tokio::task::spawn_blocking(visit).await.expect("a page");
    assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
    let tokens = waiting.await.expect("no panic").expect("tokens");
    assert_eq!(
        tokens.access_token().expose_secret(),
        "example-access-token"
    );

    let request = server.request();
    assert_eq!(request.line, "POST /v1/token HTTP/1.1");
    assert!(request.headers.contains(&AUTHORIZATION.to_owned()));
    let body = request.text();
    let (before, verifier) = body.split_once("&CodeVerifier=").expect("a verifier");
    assert_eq!(
        before,
        "GrantType=authorization_code&ClientSid=OQ0123456789abcdef0123456789abcdef&Code=c0de"
    );
    assert_eq!(verifier.len(), 43, "{body}");
}

#[tokio::test]
async fn the_document_names_no_authorization_endpoint() {
    let server = Server::start([Answer::json(201, TOKENS)]).await;
    let login = client(&server).sign_in("OQ0123456789abcdef0123456789abcdef");
    let error = login.browser().await.expect_err("no endpoint");
    assert_eq!(
        error.to_string(),
        "no authorization endpoint is known: set the issuer, or the authorization URL"
    );
    assert!(server.requests().is_empty());
}
