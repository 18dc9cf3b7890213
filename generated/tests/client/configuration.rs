//! The settings of the client and of one call.

use std::time::Duration;

use twilio_oauth::error::TransportError;
use twilio_oauth::transport::http;
use twilio_oauth::{Client, Error, transport};

use crate::support::{Answer, SID, Server, TOKEN, builder, client};

/// A server for any number of calls of `fetch_user_info`.
async fn server() -> Server {
    Server::start([Answer::json(200, r#"{"email":"a@b.c"}"#)]).await
}

#[tokio::test]
async fn a_base_url_may_have_a_path() {
    for end in ["", "/"] {
        let server = server().await;
        let base = format!("{}/proxy/twilio%20oauth{end}", server.url());
        let client = builder(&server)
            .base_url(base)
            .build()
            .expect("the client is complete");
        client
            .oauth_v1_user_info()
            .fetch_user_info()
            .await
            .expect("a success");
        assert_eq!(
            server.request().line,
            "GET /proxy/twilio%20oauth/v1/userinfo HTTP/1.1"
        );
    }
}

#[test]
fn a_base_url_that_is_none_is_refused() {
    for url in [
        "",
        "oauth.twilio.com",
        "/v1",
        "ftp://oauth.twilio.com",
        "http://",
        "not a url",
    ] {
        let client = Client::builder()
            .basic_auth(SID, TOKEN)
            .base_url(url)
            .build();
        assert!(
            matches!(client, Err(Error::InvalidRequest(_))),
            "{url}: {client:?}"
        );
    }
}

#[tokio::test]
async fn the_user_agent_can_be_set() {
    let server = server().await;
    let client = builder(&server)
        .user_agent("example/1.0")
        .build()
        .expect("the client is complete");
    client
        .oauth_v1_user_info()
        .fetch_user_info()
        .await
        .expect("a success");
    assert_eq!(server.request().header("user-agent"), Some("example/1.0"));
}

/// Adds a header, with the types that the client re-exports.
struct Marked;

impl transport::Middleware for Marked {
    fn handle<'a>(
        &'a self,
        mut request: http::Request<transport::Body>,
        next: transport::Next<'a>,
    ) -> transport::BoxFuture<'a, Result<http::Response<transport::Body>, TransportError>> {
        let value = http::HeaderValue::from_static("marked");
        request.headers_mut().insert("x-example", value);
        next.send(request)
    }
}

#[tokio::test]
async fn a_transport_and_a_middleware_are_set_on_the_builder() {
    let server = server().await;
    let address: std::net::SocketAddr =
        server.url()["http://".len()..].parse().expect("an address");
    let transport = transport::HttpTransport::builder()
        .resolve("oauth.invalid", &[address])
        .configure(|client| client.redirect(transport::reqwest::redirect::Policy::none()))
        .build()
        .expect("the transport is complete");
    let client = builder(&server)
        .base_url(format!("http://oauth.invalid:{}", address.port()))
        .transport(transport)
        .middleware(Marked)
        .build()
        .expect("the client is complete");
    client
        .oauth_v1_user_info()
        .fetch_user_info()
        .await
        .expect("a success");
    assert_eq!(server.request().header("x-example"), Some("marked"));
}

#[tokio::test]
async fn calls_go_through_the_http_client_that_is_given() {
    let server = server().await;
    // Only this client connects to the server, whatever the host.
    let address = server
        .url()
        .trim_start_matches("http://")
        .parse()
        .expect("it is an address");
    let http = twilio_oauth::transport::reqwest::Client::builder()
        .resolve("twilio.example", address)
        .build()
        .expect("nothing is wrong with it");
    let client = builder(&server)
        .http_client(http)
        .base_url(format!("http://twilio.example:{}", address.port()))
        .build()
        .expect("the client is complete");
    client
        .oauth_v1_user_info()
        .fetch_user_info()
        .await
        .expect("a success");
    let host = format!("twilio.example:{}", address.port());
    assert_eq!(server.request().header("host"), Some(host.as_str()));
}

#[tokio::test]
async fn a_clone_has_all_that_was_set() {
    let server = server().await;
    let client = client(&server);
    for api in [
        client.clone().oauth_v1_user_info(),
        client.oauth_v1_user_info(),
    ] {
        api.fetch_user_info().await.expect("a success");
    }
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_call_can_add_a_header_and_a_query() {
    let server = server().await;
    let call = client(&server).oauth_v1_user_info().fetch_user_info();
    call.options(|options| {
        options
            .header("X-Trace", "t 1")
            .query("a b", "c&d")
            .query("e", "é")
    })
    .await
    .expect("a success");
    let request = server.request();
    assert_eq!(
        request.line,
        "GET /v1/userinfo?a%20b=c%26d&e=%C3%A9 HTTP/1.1"
    );
    assert_eq!(request.header("x-trace"), Some("t 1"));
}

#[tokio::test]
async fn a_header_that_is_none_is_refused_before_anything_is_sent() {
    let server = server().await;
    for (name, value) in [("X Y", "a"), ("X-Y", "a\r\nX-Z: b"), ("", "a")] {
        let call = client(&server).oauth_v1_user_info().fetch_user_info();
        let result = call.options(|options| options.header(name, value)).await;
        assert!(
            matches!(result, Err(Error::InvalidRequest(_))),
            "{name:?}: {result:?}"
        );
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_call_can_have_its_own_time_and_place() {
    let (silent, server) = (Server::start([Answer::silence()]).await, server().await);
    let client = builder(&silent)
        .timeout(Duration::from_secs(60))
        .build()
        .expect("the client is complete");
    let api = client.oauth_v1_user_info();

    let soon = Duration::from_millis(100);
    let result = api
        .fetch_user_info()
        .options(|options| options.timeout(soon))
        .await;
    assert!(
        matches!(&result, Err(Error::Timeout(timeout)) if timeout.limit() == soon),
        "{result:?}"
    );

    let url = format!("{}/elsewhere", server.url());
    let call = api
        .fetch_user_info()
        .options(|options| options.base_url(url));
    call.await.expect("a success");
    assert_eq!(server.request().line, "GET /elsewhere/v1/userinfo HTTP/1.1");
}

#[tokio::test]
async fn nothing_that_is_printed_shows_a_secret() {
    let secrets = [
        "example-secret",
        "example-code",
        "example-verifier",
        "example-device",
        "example-refresh",
    ];
    let body = r#"{"access_token":"example-access","refresh_token":"example-refresh","id_token":"example-id"}"#;
    let server = Server::start([Answer::json(201, body)]).await;
    let client = client(&server);
    let api = client.oauth_v1_token();
    let call = || {
        let [secret, code, verifier, device, refresh] = secrets;
        let call = api
            .create_token("authorization_code", "OQ1")
            .client_secret(secret)
            .code(code);
        call.code_verifier(verifier)
            .device_code(device)
            .refresh_token(refresh)
    };
    let printed = [
        format!("{:?}", builder(&server)),
        format!("{client:?}"),
        format!("{api:?}"),
        format!("{:?}", call()),
        format!("{:#?}", call().await.expect("a success")),
        format!("{:?}", call().response().await.expect("a success")),
    ];
    for text in &printed {
        assert!(
            !text.contains(TOKEN) && !text.contains("example-"),
            "{text}"
        );
    }
    assert!(
        printed[4].contains("access_token: [redacted]"),
        "{}",
        printed[4]
    );
    assert!(
        printed[4].contains("access_token_expires_at: None"),
        "{}",
        printed[4]
    );
}

#[tokio::test]
async fn a_device_code_is_not_printed_but_what_the_user_needs_is() {
    let body = r#"{"device_code":"example-device-code","user_code":"WDJB-MJHT"}"#;
    let server = Server::start([Answer::json(201, body)]).await;
    let call = client(&server)
        .oauth_v1_device_code()
        .create_device_code("OQ1", ["openid"]);
    let code = call.await.expect("a success");
    assert_eq!(code.device_code.as_deref(), Some("example-device-code"));
    let printed = format!("{code:?}");
    assert!(
        printed.contains("WDJB-MJHT") && !printed.contains("example-device-code"),
        "{printed}"
    );
}

#[tokio::test]
async fn a_call_can_be_moved_to_another_task() {
    fn is_free<T: Send + 'static>(value: T) -> T {
        value
    }
    fn is_shared<T: Clone + Send + Sync + 'static>(value: T) -> T {
        value
    }
    let server = server().await;
    let client = is_shared(client(&server));
    let api = is_shared(client.oauth_v1_user_info());
    for call in [
        api.fetch_user_info(),
        client.oauth_v1_user_info().fetch_user_info(),
    ] {
        let future = is_free(is_free(call).into_future());
        tokio::spawn(future)
            .await
            .expect("it doesn't panic")
            .expect("a success");
    }
    tokio::spawn(is_free(api.fetch_user_info().send()))
        .await
        .expect("it doesn't panic")
        .expect("a success");
    tokio::spawn(is_free(api.fetch_user_info().response()))
        .await
        .expect("it doesn't panic")
        .expect("a success");
    drop(is_free(client.oauth_v1_oauth().fetch_certs().send()));
    drop(is_free(
        client
            .oauth_v1_device_code()
            .create_device_code("OQ1", ["a"])
            .send(),
    ));
    drop(is_free(
        client
            .oauth_v1_openid_discovery()
            .fetch_openid_discovery()
            .send(),
    ));
    drop(is_free(
        client
            .oauth_v1_token()
            .create_token("refresh_token", "OQ1")
            .send(),
    ));
    fn is_error<T: std::error::Error + Send + Sync + 'static>() {}
    is_error::<Error>();
}
