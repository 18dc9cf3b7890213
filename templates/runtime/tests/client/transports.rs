//! The default transport and its builder, and clients without one.

use std::net::SocketAddr;

use wiretrue::transport::{Body, HttpTransport, HttpTransportBuilder, Transport as _, reqwest};
use wiretrue::{Error, RetryPolicy};

use crate::api::{BuildApi as _, Client, Fetch, described};
use crate::server::{Server, header, http_response};

described!(Get, GET, "/text", &[]);

fn fine() -> String {
    http_response("200 OK", "text/plain", "fine")
}

/// Calls `base_url` with a transport.
async fn call(base_url: &str, transport: HttpTransportBuilder) -> Result<String, Error> {
    let client = Client::builder()
        .base_url(base_url)
        .retry(RetryPolicy::never())
        .transport(transport.build()?)
        .build()?;
    Fetch::<Get>::new(&client).send().await
}

/// Returns the first bytes that a transport sends to an address.
#[cfg(any(feature = "http2", all(feature = "socks", feature = "rustls")))]
async fn first_bytes(
    base_url: &str,
    transport: impl FnOnce(SocketAddr) -> HttpTransportBuilder,
) -> Vec<u8> {
    use tokio::io::AsyncReadExt as _;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut bytes = vec![0; 24];
        let count = stream.read(&mut bytes).await.expect("the first bytes");
        bytes.truncate(count);
        bytes
    });
    let base_url = base_url.replace("{address}", &address.to_string());
    let error = call(&base_url, transport(address)).await;
    let error = error.expect_err("the connection is closed");
    assert!(server.is_finished(), "nothing was sent: {error:?}");
    server.await.expect("the bytes")
}

#[tokio::test]
async fn a_proxy_receives_the_request() {
    let proxy = Server::once(&fine()).await;
    let setting = reqwest::Proxy::http(&proxy.url).expect("a URL");
    let transport = HttpTransport::builder().proxy(setting);
    let text = call("http://things.invalid/api", transport).await;
    assert_eq!(text.expect("a response"), "fine");
    let request = proxy.request();
    let line = "GET http://things.invalid/api/text HTTP/1.1";
    assert_eq!(request.lines().next(), Some(line));
}

/// Without TLS, reqwest refuses the URL of a SOCKS proxy.
#[cfg(all(feature = "socks", feature = "rustls"))]
#[tokio::test]
async fn a_socks_proxy_is_greeted_by_its_protocol() {
    let bytes = first_bytes("http://things.invalid", |address| {
        let proxy = reqwest::Proxy::all(format!("socks5h://{address}"));
        HttpTransport::builder().proxy(proxy.expect("a URL"))
    });
    // Version 5, one method: no authentication (RFC 1928 section 3).
    assert_eq!(bytes.await, [5, 1, 0]);
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn http_2_is_spoken_from_the_first_byte_on_request() {
    let bytes = first_bytes("http://{address}", |_| {
        HttpTransport::builder().http2_prior_knowledge()
    });
    assert_eq!(bytes.await, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
}

#[tokio::test]
async fn a_host_has_the_addresses_that_are_set() {
    let server = Server::once(&fine()).await;
    let address: SocketAddr = server.url["http://".len()..].parse().expect("an address");
    let transport = HttpTransport::builder().resolve("things.invalid", &[address]);
    let base_url = format!("http://things.invalid:{}", address.port());
    assert_eq!(
        call(&base_url, transport).await.expect("a response"),
        "fine"
    );
    let host = format!("things.invalid:{}", address.port());
    assert_eq!(header(&server.request(), "host"), Some(&*host));
}

#[tokio::test]
async fn other_settings_of_reqwest_apply() {
    let server = Server::once(&fine()).await;
    let transport = HttpTransport::builder().configure(|client| client.https_only(true));
    let error = call(&server.url, transport).await.expect_err("it is http");
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn the_transport_returns_redirects() {
    let moved = "HTTP/1.1 302 Found\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n";
    let server = Server::once(moved).await;
    let transport = HttpTransport::builder().build().expect("a transport");
    let request = http::Request::get(&server.url);
    let request = request.body(Body::empty()).expect("a request");
    let response = transport.send(request).await.expect("a response");
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()["location"], "/other");
}

#[test]
fn an_invalid_setting_is_an_error() {
    let transport = HttpTransport::builder().configure(|client| client.user_agent("a\nb"));
    let error = transport.build().expect_err("a line break").to_string();
    assert!(
        error.starts_with("the HTTP client can't be set up: "),
        "{error}"
    );
}
