//! A client without TLS sends nothing to `https` URLs, least of all to a proxy.
//!
//! Other crates of a workspace may enable TLS, so the tests exist only without these features.

use reqwest::{Proxy, redirect};
use wiretrue::codegen::{Credential, Server as ApiServer, TokenEndpoint};
use wiretrue::oauth::ClientCredentials;
use wiretrue::transport::{Body, BoxFuture, HttpTransport, Transport};
use wiretrue::{CallOptions, Error, RetryPolicy};

use crate::api::{BuildApi as _, BuildWith as _, Client, ClientBuilder, Fetch, described};
use crate::server::{Server, Step, http_response};

const SECURE: &str = "https://api.example.com";
const NO_TLS: &str = "the client is compiled without TLS, which https needs: enable its Cargo \
                      feature `rustls`, `rustls-ring` or `native-tls`";

described!(Get, GET, "/text", &[&["token"]]);
described!(
    Elsewhere,
    GET,
    "/text",
    &[&["token"]],
    &[ApiServer {
        url: "https://files.example.com",
        variables: &[],
    }]
);

/// Starts a proxy that would accept any request.
async fn proxy() -> Server {
    let response = http_response("200 OK", "text/plain", "intercepted").into_bytes();
    Server::start(vec![vec![Step::Send(response)]; 8]).await
}

/// Returns an HTTP client that sends requests for `https` URLs to the proxy.
fn through(proxy: &Server) -> reqwest::Client {
    let proxy = Proxy::https(&proxy.url).expect("a proxy");
    let client = reqwest::Client::builder().proxy(proxy);
    let client = client.redirect(redirect::Policy::none());
    client.build().expect("an HTTP client")
}

fn builder(proxy: &Server) -> ClientBuilder {
    let builder = Client::builder().http_client(through(proxy));
    builder.bearer("s3cret").retry(RetryPolicy::never())
}

fn text_of<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => panic!("the request was sent"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn a_client_for_https_is_not_built() {
    let proxy = proxy().await;
    for builder in [Client::builder(), builder(&proxy)] {
        let built = builder.base_url(SECURE).build();
        assert!(matches!(built, Err(Error::InvalidRequest(_))), "{built:?}");
        assert_eq!(text_of(built), NO_TLS);
    }
    assert!(proxy.requests().is_empty());
}

#[tokio::test]
async fn no_call_is_sent_to_https() {
    let proxy = proxy().await;
    let server = proxy.url.clone();
    let client = builder(&proxy).base_url(&server).build().expect("a client");
    let to = |url: &str| Fetch::<Get>::new(&client).options(|it: CallOptions| it.base_url(url));
    let error = to(SECURE).send().await;
    assert!(matches!(error, Err(Error::InvalidRequest(_))), "{error:?}");
    assert_eq!(text_of(error), format!("Get: {NO_TLS}"));
    // Set by hand, a base URL replaces the servers of operations.
    let client = Client::builder().http_client(through(&proxy));
    let client = client.server(ApiServer {
        url: "http://api.example.com",
        variables: &[],
    });
    let client = client.bearer("s3cret").build().expect("a client");
    let error = Fetch::<Elsewhere>::new(&client).send().await;
    assert_eq!(text_of(error), format!("Elsewhere: {NO_TLS}"));
    assert!(proxy.requests().is_empty());
}

#[tokio::test]
async fn a_redirect_to_https_is_not_followed() {
    let proxy = proxy().await;
    let moved = format!(
        "HTTP/1.1 302 Found\r\nlocation: {SECURE}/a\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    let server = Server::once(&moved).await;
    let client = builder(&proxy).base_url(&server.url);
    let client = client.build().expect("a client");
    assert_eq!(
        text_of(Fetch::<Get>::new(&client).send().await),
        format!("Get: 302 Found: redirects to {SECURE}/a, which isn't followed, because {NO_TLS}")
    );
    assert!(proxy.requests().is_empty());
}

#[tokio::test]
async fn no_token_is_requested_from_https() {
    let proxy = proxy().await;
    let configuration = format!(r#"{{"issuer":"{SECURE}","token_endpoint":"{SECURE}/token"}}"#);
    let server = Server::once(&http_response("200 OK", "application/json", &configuration)).await;
    for endpoint in [
        TokenEndpoint::Url("https://id.example.com/token"),
        TokenEndpoint::Configuration("https://id.example.com/configuration"),
        TokenEndpoint::Configuration("/configuration"),
    ] {
        let app = ClientCredentials::new("app", "s3cret");
        let client = Client::builder().http_client(through(&proxy));
        let client = client.base_url(&server.url).retry(RetryPolicy::never());
        let client = client.credential("token", Credential::grant(app.at(endpoint)));
        let client = client.build().expect("a client");
        let error = text_of(Fetch::<Get>::new(&client).send().await);
        assert!(error.contains(NO_TLS), "{error}");
    }
    assert!(server.request().starts_with("GET /configuration "));
    assert!(proxy.requests().is_empty());
}

/// A transport around the default one.
struct Wrapped(HttpTransport);

impl Transport for Wrapped {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, wiretrue::error::TransportError>> {
        self.0.send(request)
    }
}

#[tokio::test]
async fn a_transport_around_the_default_one_sends_nothing_to_https() {
    let proxy = proxy().await;
    let transport = Wrapped(HttpTransport::new(through(&proxy)));
    let client = Client::builder().transport(transport).base_url(SECURE);
    let client = client.bearer("s3cret").build().expect("a client");
    let error = Fetch::<Get>::new(&client).send().await;
    assert_eq!(
        text_of(error),
        format!("Get: GET {SECURE}/text: couldn't connect: {NO_TLS}")
    );
    assert!(proxy.requests().is_empty());
}
