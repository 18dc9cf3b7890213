//! The listener that a browser returns to, and requests that aren't a browser's return.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::support::{Running, TOKENS, connect, exchange, get, json, server, sign_in};

/// Returns a port that nobody uses.
async fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("an address").port()
}

#[tokio::test]
async fn the_redirect_uri_is_the_one_that_is_set() {
    let port = free_port().await;
    let server = server(vec![
        json("200 OK", TOKENS),
        json("200 OK", TOKENS),
        json("200 OK", TOKENS),
        json("200 OK", TOKENS),
    ])
    .await;
    let login = || sign_in(&server.url);
    for (sign_in, expected) in [
        (
            login().redirect_port(port),
            format!("http://127.0.0.1:{port}/callback"),
        ),
        (
            login().redirect_uri(format!("http://localhost:{port}/a/b?c=1")),
            format!("http://localhost:{port}/a/b?c=1"),
        ),
        (
            login().redirect_uri(format!("http://127.0.0.1:{port}")),
            format!("http://127.0.0.1:{port}"),
        ),
    ] {
        let running = Running::start(sign_in).await;
        let sent = running.parameter("redirect_uri");
        assert_eq!(sent.as_deref(), Some(&*expected));
        running.approve().await;
        running.end().await.expect("tokens");
    }
    let running = Running::start(login().redirect_uri("http://127.0.0.1/cb")).await;
    let redirect_uri = running.redirect_uri();
    assert_eq!(redirect_uri.path(), "/cb");
    assert!(redirect_uri.port().is_some_and(|port| port != 80));
    running.approve().await;
    running.end().await.expect("tokens");
}

#[tokio::test]
async fn the_page_contains_nothing_of_the_request() {
    let server = server(vec![json("200 OK", TOKENS)]).await;
    let running = Running::start(sign_in(&server.url)).await;
    let page = running.approve().await;
    for secret in ["c0de", &running.state(), "127.0.0.1"] {
        assert!(!page.contains(secret), "{page}");
    }
    let (head, html) = page.split_once("\r\n\r\n").expect("a body");
    for expected in [
        "Content-Type: text/html; charset=utf-8",
        "Content-Security-Policy: default-src 'none';",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
        "Connection: close",
        &format!("Content-Length: {}\r\n", html.len()),
    ] {
        assert!(head.contains(expected), "{head}");
    }
    assert!(html.contains("<h1>You are signed in</h1>"), "{html}");
    running.end().await.expect("tokens");
}

#[tokio::test]
async fn other_requests_are_refused_and_change_nothing() {
    let server = server(vec![json("200 OK", TOKENS)]).await;
    let running = Running::start(sign_in(&server.url)).await;
    let (uri, state) = (running.redirect_uri(), running.state());
    let host = format!("127.0.0.1:{}", uri.port().expect("a port"));
    let query = format!("code=evil&state={state}");
    let request = |line: &str, host: &str| format!("{line}\r\n{host}\r\n\r\n");
    let right = format!("Host: {host}");
    for (request, expected) in [
        (request("GET /favicon.ico HTTP/1.1", &right), "404 "),
        (
            request(&format!("GET /callback/?{query} HTTP/1.1"), &right),
            "404 ",
        ),
        (
            request(&format!("GET //callback?{query} HTTP/1.1"), &right),
            "404 ",
        ),
        // A page that makes its own name point to this machine.
        (
            request(
                &format!("GET /callback?{query} HTTP/1.1"),
                "Host: evil.example",
            ),
            "421 ",
        ),
        (
            request(
                &format!("GET /callback?{query} HTTP/1.1"),
                "Host: 127.0.0.1",
            ),
            "421 ",
        ),
        (
            request(
                &format!("GET /callback?{query} HTTP/1.1"),
                "Host: localhost:1",
            ),
            "421 ",
        ),
        (
            request(&format!("GET /callback?{query} HTTP/1.1"), "X-Host: a"),
            "400 ",
        ),
        (
            request(
                &format!("GET /callback?{query} HTTP/1.1"),
                &format!("{right}\r\n{right}"),
            ),
            "400 ",
        ),
        (
            request(&format!("POST /callback?{query} HTTP/1.1"), &right),
            "405 ",
        ),
        (
            request(&format!("HEAD /callback?{query} HTTP/1.1"), &right),
            "405 ",
        ),
        (
            request(&format!("GET /callback?{query} HTTP/2.0"), &right),
            "400 ",
        ),
        (
            request(&format!("GET  /callback?{query} HTTP/1.1"), &right),
            "400 ",
        ),
        (
            request(
                &format!("GET http://{host}/callback?{query} HTTP/1.1"),
                &right,
            ),
            "400 ",
        ),
        (request("GET /callback HTTP/1.1", &right), "400 "),
        (
            request(&format!("GET /callback?state={state} HTTP/1.1"), &right),
            "400 ",
        ),
        (
            request(
                &format!("GET /callback?{query}&code=other HTTP/1.1"),
                &right,
            ),
            "400 ",
        ),
        (
            request(&format!("GET /callback?{query}&error=e HTTP/1.1"), &right),
            "400 ",
        ),
        (format!("GET /{} HTTP/1.1", "x".repeat(40_000)), "400 "),
        // TLS.
        ("\u{16}\u{3}\u{1}\r\n\r\n".to_owned(), "400 "),
    ] {
        let response = exchange(&uri, &request).await;
        let line = response.lines().next().unwrap_or_default();
        // A request that isn't read to its end may reset the connection.
        let is_reset = response.is_empty() && request.len() > 40_000;
        let is_refused = line.starts_with(&format!("HTTP/1.1 {expected}"));
        assert!(is_refused || is_reset, "{request:.80}: {line}");
        assert!(!response.contains("evil"), "{response}");
    }
    running.approve().await;
    running.end().await.expect("tokens");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn slow_connections_do_not_delay_the_browser() {
    let server = server(vec![json("200 OK", TOKENS)]).await;
    let running = Running::start(sign_in(&server.url)).await;
    let uri = running.redirect_uri();
    let mut open = Vec::new();
    // More than may be open at once.
    for at in 0..100 {
        let mut stream = connect(&uri).await;
        if at % 2 == 0 {
            stream.write_all(b"GET /callback").await.expect("sent");
        }
        open.push(stream);
    }
    let visit = tokio::time::timeout(Duration::from_secs(5), running.approve());
    let page = visit.await.expect("no delay");
    assert!(page.contains("You are signed in"), "{page}");
    running.end().await.expect("tokens");
}

#[tokio::test]
async fn a_request_may_arrive_in_pieces() {
    let server = server(vec![json("200 OK", TOKENS)]).await;
    let running = Running::start(sign_in(&server.url)).await;
    let uri = running.redirect_uri();
    let (port, state) = (uri.port().expect("a port"), running.state());
    let request =
        format!("GET /callback?code=c&state={state} HTTP/1.1\r\nhOST: 127.0.0.1:{port}\r\n\r\n");
    let mut stream = connect(&uri).await;
    stream.set_nodelay(true).expect("a socket");
    for byte in request.as_bytes() {
        stream.write_all(&[*byte]).await.expect("sent");
        tokio::task::yield_now().await;
    }
    running.end().await.expect("tokens");
}

#[tokio::test]
async fn a_second_return_finds_nobody() {
    let server = server(vec![json("200 OK", TOKENS)]).await;
    let running = Running::start(sign_in(&server.url)).await;
    let uri = running.redirect_uri();
    running.approve().await;
    running.end().await.expect("tokens");
    let address = uri.socket_addrs(|| None).expect("an address");
    assert!(tokio::net::TcpStream::connect(&*address).await.is_err());
}

#[tokio::test]
async fn localhost_is_served_at_both_of_its_addresses() {
    let server = server(vec![json("200 OK", TOKENS)]).await;
    let running = Running::start(sign_in(&server.url).redirect_uri("http://localhost/cb")).await;
    let port = running.redirect_uri().port().expect("a port");
    let mut reached = 0;
    for address in ["127.0.0.1", "[::1]"] {
        // A machine may have no IPv6.
        let Ok(mut stream) = tokio::net::TcpStream::connect(format!("{address}:{port}")).await
        else {
            continue;
        };
        stream.write_all(b"x").await.expect("sent");
        reached += 1;
    }
    assert!(reached >= 1);
    let favicon = running.redirect_uri().join("/favicon.ico").expect("a URL");
    assert!(get(&favicon).await.starts_with("HTTP/1.1 404 "));
    running.approve().await;
    running.end().await.expect("tokens");
}
