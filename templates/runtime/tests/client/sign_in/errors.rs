//! The ends of a sign-in that fails, and what its errors, pages and logs tell.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::net::TcpListener;
use wiretrue::Error;
use wiretrue::oauth::SignInError;

use super::support::{Running, TOKENS, connect, fails, json, metadata, server, sign_in};
use crate::server::Server;

#[tokio::test]
async fn the_user_denies() {
    let running = Running::start(sign_in("http://127.0.0.1:1")).await;
    let state = running.state();
    let error = [("error", "access_denied"), ("state", &state)];
    let page = running.visit(&error).await;
    assert!(page.starts_with("HTTP/1.1 400 "), "{page}");
    assert!(page.contains("<title>Sign-in failed</title>"), "{page}");
    let error = running.end().await.expect_err("denied");
    assert!(matches!(error, SignInError::AccessDenied), "{error:?}");
    assert_eq!(error.to_string(), "the user denied the sign-in");
}

#[tokio::test]
async fn an_error_of_the_server_is_one_line_without_control_characters() {
    let running = Running::start(sign_in("http://127.0.0.1:1")).await;
    let state = running.state();
    let page = running
        .visit(&[
            ("error", "invalid_scope"),
            ("error_description", "no <b>such</b>\r\n\u{1b}[31mscope"),
            ("error_uri", "https://id.example.com/help"),
            ("state", &state),
        ])
        .await;
    for of_request in ["invalid_scope", "such", "help", state.as_str()] {
        assert!(!page.contains(of_request), "{page}");
    }
    let error = running.end().await.expect_err("rejected");
    assert_eq!(
        error.to_string(),
        "the authorization server rejected the sign-in: invalid_scope: no <b>such</b> [31mscope \
         (https://id.example.com/help)"
    );
    let code = error.oauth().map(|error| error.error.as_str());
    assert_eq!(code, Some("invalid_scope"));
}

#[tokio::test]
async fn a_return_with_another_state_or_none_is_rejected() {
    for (result, state) in [
        ("code", Some("other")),
        ("code", None),
        ("code", Some("")),
        ("error", Some("other")),
    ] {
        // The server would fail the test: it accepts no connection.
        let running = Running::start(sign_in("http://127.0.0.1:1")).await;
        let state = state.map(|state| ("state", state));
        let parameters: Vec<_> = [(result, "x")].into_iter().chain(state).collect();
        let page = running.visit(&parameters).await;
        assert!(page.contains("Sign-in failed"), "{page}");
        let error = running.end().await.expect_err("rejected");
        assert!(matches!(error, SignInError::StateMismatch), "{error:?}");
    }
}

#[tokio::test]
async fn the_issuer_of_a_return_is_checked() {
    const SENDS: &str = r#","authorization_response_iss_parameter_supported":true"#;
    for (named, sends, returned, is_accepted) in [
        ("{url}", SENDS, Some("{url}"), true),
        ("{url}", "", Some("{url}"), true),
        ("{url}", "", None, true),
        ("{url}", SENDS, None, false),
        ("{url}", SENDS, Some("{url}/"), false),
        ("{url}", "", Some("https://other.example"), false),
    ] {
        let server = Server::start_with(|url| {
            let named = named.replace("{url}", url);
            vec![
                json("200 OK", &metadata(&named, sends)),
                json("200 OK", TOKENS),
            ]
        })
        .await;
        let running = Running::start(sign_in("http://127.0.0.1:1").issuer(&server.url)).await;
        let state = running.state();
        let returned = returned.map(|it| it.replace("{url}", &server.url));
        let mut parameters = vec![("code", "c"), ("state", state.as_str())];
        parameters.extend(returned.as_deref().map(|issuer| ("iss", issuer)));
        running.visit(&parameters).await;
        match running.end().await {
            Ok(_) => assert!(is_accepted, "{returned:?}"),
            Err(error) => {
                assert!(!is_accepted, "{error}");
                assert!(matches!(error, SignInError::IssuerMismatch), "{error:?}");
                assert_eq!(server.requests().len(), 1, "the code isn't sent");
            }
        }
    }
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let error = fails(sign_in("http://127.0.0.1:1").redirect_port(address.port())).await;
    let SignInError::Listen(cause) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(cause.address(), address);
    assert_eq!(cause.kind(), ErrorKind::AddrInUse);
    assert_eq!(
        error.to_string(),
        format!(
            "the browser can't return to {address}: another program uses this port, or another \
             sign-in is in progress"
        )
    );
}

#[tokio::test(start_paused = true)]
async fn a_browser_that_never_returns_ends_at_the_time_limit() {
    for (limit, expected) in [(None, 300), (Some(7), 7)] {
        let mut sign_in = sign_in("http://127.0.0.1:1");
        if let Some(limit) = limit {
            sign_in = sign_in.timeout(Duration::from_secs(limit));
        }
        let started = tokio::time::Instant::now();
        let running = Running::start(sign_in).await;
        let redirect_uri = running.redirect_uri();
        let error = running.end().await.expect_err("nobody signed in");
        assert!(matches!(error, SignInError::TimedOut), "{error:?}");
        assert_eq!(started.elapsed().as_secs(), expected);
        let address = redirect_uri.socket_addrs(|| None).expect("an address");
        let refused = tokio::net::TcpStream::connect(&*address).await;
        assert!(refused.is_err(), "the listener is closed");
    }
}

#[tokio::test]
async fn a_dropped_sign_in_closes_its_listener() {
    let running = Running::start(sign_in("http://127.0.0.1:1")).await;
    let redirect_uri = running.redirect_uri();
    // A connection that is still open doesn't keep the port.
    let _open = connect(&redirect_uri).await;
    running.cancel().await;
    let address = redirect_uri.socket_addrs(|| None).expect("an address");
    let refused = tokio::net::TcpStream::connect(&*address).await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn the_page_waits_for_the_token_endpoint() {
    let rejected = r#"{"error":"invalid_grant","error_description":"the code is used up"}"#;
    let server1 = server(vec![json("400 Bad Request", rejected)]).await;
    let running = Running::start(sign_in(&server1.url)).await;
    let page = running.approve().await;
    assert!(page.contains("Sign-in failed"), "{page}");
    assert!(!page.contains("used up"), "{page}");
    let error = running.end().await.expect_err("rejected");
    assert_eq!(
        error.to_string(),
        "the authorization server rejected the sign-in: invalid_grant: the code is used up"
    );

    let server2 = server(vec![json("500 Internal Server Error", "{}")]).await;
    let running = Running::start(sign_in(&server2.url)).await;
    running.approve().await;
    let error = running.end().await.expect_err("failed");
    let SignInError::Request(error) = error else {
        panic!("{error:?}");
    };
    assert_eq!(error.status().map(|status| status.as_u16()), Some(500));
    assert_eq!(server2.requests().len(), 1, "a code is sent once");

    let server3 = server(vec![json("200 OK", r#"{"token_type":"Bearer"}"#)]).await;
    let running = Running::start(sign_in(&server3.url)).await;
    running.approve().await;
    let error = running.end().await.expect_err("no token");
    assert!(matches!(error, SignInError::Request(Error::Decode(_))));
}

#[tokio::test]
async fn settings_that_cannot_work_fail_before_the_browser_opens() {
    let local = "http://127.0.0.1:1";
    for (sign_in, expected) in [
        (
            sign_in(local).param("state", "mine"),
            "the client sets the parameter `state` itself",
        ),
        (
            sign_in(local).authorization_url("http://id.example.com/authorize"),
            "the authorization URL must begin with https://, unless it is on this machine",
        ),
        (
            sign_in(local).authorization_url("file:///bin/sh"),
            "the base URL must begin with http:// or https://",
        ),
        (
            super::support::sign_in_at(local, wiretrue::codegen::LoginEndpoints::default()),
            "no authorization endpoint is known: set the issuer, or the authorization URL",
        ),
    ] {
        let error = fails(sign_in).await;
        assert_eq!(error.to_string(), expected);
    }
    for uri in [
        "https://127.0.0.1/callback",
        "http://192.0.2.1/callback",
        "http://localhost.example.com/callback",
        "http://user@localhost/callback",
        "http://localhost/callback#x",
        "app:/callback",
    ] {
        let error = fails(sign_in(local).redirect_uri(uri)).await;
        let message = error.to_string();
        assert!(
            message.starts_with("the redirect URI must be that of this machine"),
            "{uri}: {message}"
        );
    }
}
