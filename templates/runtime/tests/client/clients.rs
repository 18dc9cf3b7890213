//! Building clients, choosing credentials and servers.

use crate::api::{BuildApi as _, BuildWith as _, Client, ClientBuilder};
use std::sync::{Arc, Mutex};
use wiretrue::Error;
use wiretrue::codegen::Server as ApiServer;
use wiretrue::codegen::{Api, Credential, ServerVariable};
use wiretrue::error::TransportError;
use wiretrue::oauth::TokenSet;
use wiretrue::transport::{Body, BoxFuture, Transport};

use http::HeaderMap;

use crate::api::{API, CreateThing, EUROPE, Fetch, TENANT, described};

/// A transport that records the requests and responds with 200.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<(String, HeaderMap)>>>);

impl Transport for Recorder {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let (parts, _) = request.into_parts();
        self.0
            .lock()
            .expect("the log")
            .push((parts.uri.to_string(), parts.headers));
        Box::pin(async { Ok(http::Response::new(Body::from("fine"))) })
    }
}

impl Recorder {
    fn count(&self) -> usize {
        self.0.lock().expect("the log").len()
    }

    /// Returns the URI and headers of the last request.
    fn last(&self) -> (String, HeaderMap) {
        self.0
            .lock()
            .expect("the log")
            .last()
            .cloned()
            .expect("a request")
    }
}

fn build(builder: ClientBuilder) -> (Client, Recorder) {
    let recorder = Recorder::default();
    (
        builder
            .transport(recorder.clone())
            .build()
            .expect("a client"),
        recorder,
    )
}

fn rejection(builder: ClientBuilder) -> String {
    let error = builder.build().expect_err("a rejection");
    assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
    error.to_string()
}

described!(Open, GET, "/x", &[]);
described!(
    Any,
    GET,
    "/x",
    &[&["basic"], &["token"], &["header", "query"]]
);
described!(Optional, GET, "/x", &[&[], &["token"]]);
described!(Both, GET, "/x", &[&["header", "cookie"]]);
described!(Clash, GET, "/x", &[&["basic", "token"]]);
described!(Digest, GET, "/x", &[&["digest"]]);
described!(Strange, GET, "/x", &[&["mutual"]]);
described!(
    Elsewhere,
    GET,
    "/x",
    &[],
    &[
        server("https://{tenant}.other.example/v2", TENANT),
        server("https://third.example", &[]),
    ]
);
described!(Relative, GET, "/x", &[], &[server("../v3", &[])]);
described!(
    EuropeOnly,
    GET,
    "/x",
    &[],
    &[server("https://only.example/{zone}", ZONE), EUROPE]
);

const ZONE: &[ServerVariable] = &[ServerVariable {
    name: "zone",
    default: "a",
    allowed: &["a", "b"],
}];

const fn server(url: &'static str, variables: &'static [ServerVariable]) -> ApiServer {
    ApiServer { url, variables }
}

#[tokio::test]
async fn the_first_alternative_with_all_credentials_is_used() {
    let (client, log) = build(Client::builder().bearer("t0ken"));
    Fetch::<Any>::new(&client).send().await.expect("a response");
    assert_eq!(log.last().1["authorization"], "Bearer t0ken");
    assert!(log.last().1["authorization"].is_sensitive());

    let (client, log) = build(Client::builder().key("header", "h").key("query", "q&r"));
    Fetch::<Any>::new(&client).send().await.expect("a response");
    let (uri, headers) = log.last();
    assert_eq!(uri, "https://acme.example.com/api/x?api%20key=q%26r");
    assert_eq!(headers["x-key"], "h");
    assert!(headers["x-key"].is_sensitive());
    assert!(!headers.contains_key("authorization"));

    let (client, log) = build(Client::builder().bearer("t").basic_auth("u", "p"));
    Fetch::<Any>::new(&client).send().await.expect("a response");
    assert_eq!(log.last().1["authorization"], "Basic dTpw");
}

#[tokio::test]
async fn an_operation_without_security_gets_no_credentials() {
    let (client, log) = build(Client::builder().bearer("t0ken").key("query", "q"));
    Fetch::<Open>::new(&client)
        .send()
        .await
        .expect("a response");
    let (uri, headers) = log.last();
    assert_eq!(uri, "https://acme.example.com/api/x");
    assert!(!headers.contains_key("authorization"));
}

#[tokio::test]
async fn optional_credentials_are_sent_if_configured() {
    let (client, log) = build(Client::builder());
    Fetch::<Optional>::new(&client)
        .send()
        .await
        .expect("a response");
    assert!(!log.last().1.contains_key("authorization"));
    let (client, log) = build(Client::builder().bearer("t0ken"));
    Fetch::<Optional>::new(&client)
        .send()
        .await
        .expect("a response");
    assert!(log.last().1.contains_key("authorization"));
}

#[tokio::test]
async fn missing_credentials_are_an_error_before_anything_is_sent() {
    let (client, log) = build(Client::builder().key("header", "h"));
    let error = Fetch::<Any>::new(&client)
        .send()
        .await
        .expect_err("no credentials");
    assert!(matches!(error, Error::MissingCredentials(_)));
    assert_eq!(
        error.to_string(),
        "Any: the operation takes credentials that the client doesn't have: set `ClientBuilder::basic_auth`, \
         or `ClientBuilder::bearer`, or `ClientBuilder::header_key` and `ClientBuilder::query_key`"
    );
    let error = Fetch::<Strange>::new(&client)
        .send()
        .await
        .expect_err("no credentials");
    assert!(
        error
            .to_string()
            .contains("`mutual` (which this client can't)"),
        "{error}"
    );
    assert_eq!(log.count(), 0);
}

#[tokio::test]
async fn a_cookie_key_joins_the_cookies_of_the_call() {
    let (client, log) = build(Client::builder().key("header", "h").key("cookie", "c"));
    let call = Fetch::<Both>::new(&client).options(|options| options.header("Cookie", "a=b"));
    call.send().await.expect("a response");
    assert_eq!(log.last().1["cookie"], "a=b; sid=c");
    assert!(log.last().1["cookie"].is_sensitive());
    let call = Fetch::<Both>::new(&client).options(|options| options.header("Cookie", "sid=mine"));
    call.send().await.expect("a response");
    assert_eq!(log.last().1["cookie"], "sid=mine");
}

#[tokio::test]
async fn a_header_of_the_caller_counts_as_a_credential() {
    let (client, log) = build(Client::builder());
    let call = Fetch::<Any>::new(&client);
    let call = call.options(|options| options.header("authorization", "Bearer mine"));
    call.send().await.expect("a response");
    assert_eq!(log.last().1["authorization"], "Bearer mine");
    assert!(log.last().1["authorization"].is_sensitive());

    let builder = Client::builder()
        .bearer("t")
        .default_header("Authorization", "Custom x");
    let (client, log) = build(builder);
    Fetch::<Any>::new(&client).send().await.expect("a response");
    assert_eq!(log.last().1["authorization"], "Custom x");
}

#[tokio::test]
async fn a_printed_request_shows_no_token() {
    let (client, log) = build(Client::builder());
    let client = client.with_tokens(TokenSet::new("t0ken"));
    Fetch::<Any>::new(&client).send().await.expect("a response");
    let (_, headers) = log.last();
    assert_eq!(headers["authorization"], "Bearer t0ken");
    assert!(headers["authorization"].is_sensitive());
    assert!(!format!("{headers:?}").contains("t0ken"));
}

#[tokio::test]
async fn two_credentials_for_one_header_are_rejected() {
    let (client, log) = build(Client::builder().bearer("t").basic_auth("u", "p"));
    let error = Fetch::<Clash>::new(&client)
        .send()
        .await
        .expect_err("a conflict");
    assert_eq!(
        error.to_string(),
        "Clash: the credential for `token` can't be sent: another one goes into the same header"
    );
    assert_eq!(log.count(), 0);
}

#[tokio::test]
async fn other_http_authentication_schemes_send_the_callers_value() {
    let (client, log) = build(Client::builder().key("digest", "username=\"u\""));
    Fetch::<Digest>::new(&client)
        .send()
        .await
        .expect("a response");
    assert_eq!(log.last().1["authorization"], "Digest username=\"u\"");
}

#[test]
fn invalid_credentials_are_rejected_when_the_client_is_built() {
    let refused = [
        (
            Client::builder().bearer(""),
            "the credential for `token` is empty",
        ),
        (
            Client::builder().bearer("t\n"),
            "the credential for `token` has a control character, such as a line break",
        ),
        (
            Client::builder().basic_auth("", ""),
            "the credential for `basic` is empty",
        ),
        (
            Client::builder().basic_auth("a:b", "c"),
            "the credential for `basic` has a colon in the user name, which RFC 7617 forbids",
        ),
        (
            Client::builder().key("cookie", "a;b"),
            "the credential for `cookie` has a character that a cookie doesn't allow",
        ),
        (
            Client::builder().credential("basic", Credential::bearer("t")),
            "the credential for `basic` is of another kind than the scheme takes",
        ),
        (
            Client::builder().key("nobody", "k"),
            "there is no security scheme `nobody`",
        ),
    ];
    for (builder, message) in refused {
        assert_eq!(rejection(builder), message);
    }
}

#[test]
fn a_password_may_be_empty_and_a_user_name_too() {
    let builder = || Client::builder().base_url("http://h");
    assert!(builder().basic_auth("key", "").build().is_ok());
    assert!(builder().basic_auth("", "token").build().is_ok());
}

#[test]
fn an_invalid_base_url_is_rejected_without_being_printed() {
    for (url, message) in [
        (
            "example.com",
            "the base URL is invalid: relative URL without a base",
        ),
        (
            "ftp://h/",
            "the base URL must begin with http:// or https://",
        ),
        (
            "https://user:s3cret@h/",
            "the base URL must not hold a user name or password: set credentials on the builder",
        ),
        ("https://h/#s3cret", "the base URL must not have a fragment"),
        ("https://s3cret@:x/", "the base URL is invalid: empty host"),
    ] {
        assert_eq!(rejection(Client::builder().base_url(url)), message);
    }
    static RELATIVE: Api = Api {
        servers: &[server("/v1", &[])],
        ..API
    };
    assert_eq!(
        rejection(ClientBuilder::new(&RELATIVE)),
        "Things names no host: set `ClientBuilder::base_url`, which ends in `/v1`"
    );
    assert!(
        ClientBuilder::new(&RELATIVE)
            .base_url("http://h")
            .build()
            .is_ok()
    );
}

#[test]
fn invalid_headers_are_rejected_when_the_client_is_built() {
    assert!(rejection(Client::builder().default_header("a b", "c")).contains("no header name"));
    assert!(rejection(Client::builder().default_header("a", "b\nc")).contains("`a`"));
    assert!(rejection(Client::builder().user_agent("x\r\n")).contains("`user-agent`"));
}

#[tokio::test]
async fn server_variables_have_defaults_and_cannot_change_the_host() {
    let (client, log) = build(Client::builder().tenant("zeta"));
    Fetch::<Open>::new(&client)
        .send()
        .await
        .expect("a response");
    assert_eq!(log.last().0, "https://zeta.example.com/api/x");
    for tenant in [
        "evil.test/",
        "evil.test#",
        "a@evil.test",
        "evil.test?",
        "evil.test\\",
    ] {
        assert_eq!(
            rejection(Client::builder().tenant(tenant)),
            "the server variable `tenant` holds more than a part of a host"
        );
    }
}

#[tokio::test]
async fn a_chosen_server_has_its_own_variables() {
    let (client, log) = build(Client::builder().server(EUROPE));
    Fetch::<Open>::new(&client)
        .send()
        .await
        .expect("a response");
    assert_eq!(log.last().0, "https://ie1.example.eu/api/x");
    let germany = Client::builder()
        .server(EUROPE)
        .server_variable("region", "de1");
    let (client, log) = build(germany);
    Fetch::<Open>::new(&client)
        .send()
        .await
        .expect("a response");
    assert_eq!(log.last().0, "https://de1.example.eu/api/x");
    // The variable belongs to another server.
    assert_eq!(
        rejection(Client::builder().server_variable("region", "de1")),
        "the server `https://{tenant}.example.com/api` has no variable `region`"
    );
    assert_eq!(
        rejection(
            Client::builder()
                .server(EUROPE)
                .server_variable("region", "us1")
        ),
        "the server variable `region` is `us1`, and may be ie1, de1"
    );
}

#[tokio::test]
async fn an_operation_uses_the_chosen_server_if_it_is_among_its_own() {
    let (client, log) = build(Client::builder());
    Fetch::<EuropeOnly>::new(&client)
        .send()
        .await
        .expect("a response");
    assert_eq!(log.last().0, "https://only.example/a/x");
    let (client, log) = build(Client::builder().server(EUROPE));
    Fetch::<EuropeOnly>::new(&client)
        .send()
        .await
        .expect("a response");
    assert_eq!(log.last().0, "https://ie1.example.eu/api/x");
}

#[tokio::test]
async fn the_client_sets_the_variables_of_an_operations_server() {
    let (client, log) = build(Client::builder().server_variable("zone", "b"));
    Fetch::<EuropeOnly>::new(&client)
        .send()
        .await
        .expect("a response");
    assert_eq!(log.last().0, "https://only.example/b/x");
    let (client, _) = build(Client::builder().server_variable("zone", "c"));
    let call = Fetch::<EuropeOnly>::new(&client).send();
    let error = call
        .await
        .expect_err("a zone that isn't allowed")
        .to_string();
    assert!(error.contains("`zone` is `c`, and may be a, b"), "{error}");
}

#[tokio::test]
async fn the_path_and_query_of_a_base_url_are_kept() {
    for (base, expected) in [
        ("https://h", "https://h/x"),
        ("https://h/", "https://h/x"),
        ("https://h/api", "https://h/api/x"),
        ("https://h/api/", "https://h/api/x"),
        ("https://h:8443/api?v=1", "https://h:8443/api/x?v=1"),
        ("http://[::1]:80/", "http://[::1]/x"),
        ("https://bücher.example", "https://xn--bcher-kva.example/x"),
    ] {
        let (client, log) = build(Client::builder().base_url(base));
        Fetch::<Open>::new(&client)
            .send()
            .await
            .expect("a response");
        assert_eq!(log.last().0, expected);
    }
}

#[tokio::test]
async fn the_base_url_of_the_caller_replaces_the_server_of_an_operation() {
    let (client, log) = build(Client::builder().tenant("zeta"));
    Fetch::<Elsewhere>::new(&client)
        .send()
        .await
        .expect("a response");
    assert_eq!(log.last().0, "https://zeta.other.example/v2/x");
    Fetch::<Relative>::new(&client)
        .send()
        .await
        .expect("a response");
    assert_eq!(log.last().0, "https://zeta.example.com/v3/x");
    let (client, log) = build(Client::builder().base_url("http://localhost:1"));
    Fetch::<Elsewhere>::new(&client)
        .send()
        .await
        .expect("a response");
    assert_eq!(log.last().0, "http://localhost:1/x");
    // A relative server replaces only the path of the base URL.
    Fetch::<Relative>::new(&client)
        .send()
        .await
        .expect("a response");
    assert_eq!(log.last().0, "http://localhost:1/v3/x");
}

#[tokio::test]
async fn an_argument_that_forms_a_dot_segment_is_rejected_before_anything_is_sent() {
    let (client, log) = build(Client::builder().basic_auth("u", "p"));
    let error = CreateThing::new(&client, "..")
        .await
        .expect_err("a dot segment");
    assert_eq!(
        error.to_string(),
        "CreateThing: the path parameter `id` makes a segment `.` or `..`"
    );
    assert_eq!(log.count(), 0);
}

#[tokio::test]
async fn a_query_too_long_for_a_uri_is_rejected() {
    let (client, log) = build(Client::builder());
    let long = "x".repeat(70_000);
    let call = Fetch::<Open>::new(&client).options(|options| options.query("q", long));
    let error = call.send().await.expect_err("too long");
    assert_eq!(
        error.to_string(),
        "Open: the address is invalid: uri too long"
    );
    assert_eq!(log.count(), 0);
}

#[tokio::test]
async fn nothing_prints_a_secret() {
    let builder = Client::builder()
        .basic_auth("user", "s3cret")
        .bearer("s3cret")
        .key("query", "s3cret")
        .default_header("X-Secret", "s3cret")
        .base_url("https://h/?key=s3cret");
    let mut printed = format!("{builder:?}");
    let client = builder
        .transport(Recorder::default())
        .build()
        .expect("a client");
    printed += &format!("{client:?}");
    let call = CreateThing::new(&client, "s3cret").options(|options| {
        let options = options
            .header("Authorization", "s3cret")
            .query("q", "s3cret");
        printed += &format!("{options:?}");
        options.base_url("https://h?key=s3cret")
    });
    printed += &format!("{call:?}");
    assert!(call.await.is_err());
    printed += &format!("{:?}", Body::from("s3cret"));
    assert!(!printed.contains("s3cret"), "{printed}");
    assert!(
        printed.contains("CreateThing (POST /v1/things/{id})"),
        "{printed}"
    );
}

#[test]
fn clients_and_errors_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Client>();
    shared::<ClientBuilder>();
    shared::<Error>();
    assert!(size_of::<Error>() <= 64, "{}", size_of::<Error>());
}
