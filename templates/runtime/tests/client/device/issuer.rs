//! A login at an issuer: discovery and client authentication.

use super::support::{NOW, TestClock};
use crate::api::{BuildApi as _, BuildWith as _, Client};
use crate::server::{Server, Step, header, http_response};
use wiretrue::Error;
use wiretrue::oauth::{ClientAuthentication, DeviceLoginError, DeviceLoginRequest, TokenSet};

const CODES: &str =
    r#"{"device_code":"d","user_code":"u","verification_uri":"https://a.example","expires_in":60}"#;
const TOKENS: &str = r#"{"access_token":"a","refresh_token":"r","token_type":"Bearer"}"#;

fn json(status: &str, body: &str) -> Vec<Step> {
    vec![Step::Send(
        http_response(status, "application/json", body).into_bytes(),
    )]
}

fn missing() -> Vec<Step> {
    vec![Step::Send(
        http_response("404 Not Found", "text/html", "<h1>no</h1>").into_bytes(),
    )]
}

/// The metadata of an issuer. `properties` starts with a comma.
fn metadata(issuer: &str, base: &str, properties: &str) -> String {
    format!(
        r#"{{"issuer":"{issuer}","token_endpoint":"{base}/t?x=1","device_authorization_endpoint":"{base}/d"{properties}}}"#
    )
}

/// A login by a client of another API, whose credentials must not be sent.
fn login(issuer: impl Into<String>, clock: &TestClock) -> DeviceLoginRequest {
    let client = Client::builder()
        .base_url("http://127.0.0.1:1")
        .basic_auth("AC1", "s3cret")
        .default_header("X-Tenant", "s3cret")
        .clock(clock.clone())
        .build()
        .expect("a client");
    let flow = super::support::Flow::new(client);
    DeviceLoginRequest::new(flow, "app").issuer(issuer)
}

/// Starts a server whose replies depend on its URL.
async fn server(replies: impl FnOnce(&str) -> Vec<Vec<Step>>) -> Server {
    Server::start_with(replies).await
}

fn lines(server: &Server) -> Vec<String> {
    let first = |request: &String| request.lines().next().unwrap_or_default().to_owned();
    server.requests().iter().map(first).collect()
}

/// Returns the bodies and `Authorization` headers of the requests to the endpoints.
fn forms(server: &Server) -> Vec<(String, Option<String>)> {
    let requests = server.requests();
    let posts = requests.iter().filter(|it| it.starts_with("POST"));
    let forms = posts.map(|request| {
        let (_, body) = request.split_once("\r\n\r\n").expect("a body");
        let authorization = header(request, "authorization").map(str::to_owned);
        (body.to_owned(), authorization)
    });
    forms.collect()
}

#[tokio::test]
async fn a_login_at_an_issuer_sends_the_requests_of_the_standard() {
    let server = server(|url| {
        let issuer = format!("{url}/tenant");
        vec![
            json("200 OK", &metadata(&issuer, url, "")),
            json("200 OK", CODES),
            json("400 Bad Request", r#"{"error":"authorization_pending"}"#),
            json("200 OK", TOKENS),
            json("200 OK", TOKENS),
        ]
    })
    .await;
    let clock = TestClock::new();
    let issuer = format!("{}/tenant", server.url);
    let request = login(&issuer, &clock)
        .scopes(["openid", "offline_access"])
        .audiences(["https://api.example.com", "b"]);
    let tokens = request.start().await.expect("codes").wait().await;
    let tokens = tokens.expect("tokens");
    let refreshed = login(&issuer, &clock).refresh(&tokens);
    // The second login requests the metadata again.
    assert!(refreshed.await.is_err(), "a token response isn't metadata");
    assert_eq!(
        lines(&server),
        [
            "GET /.well-known/oauth-authorization-server/tenant HTTP/1.1",
            "POST /d HTTP/1.1",
            "POST /t?x=1 HTTP/1.1",
            "POST /t?x=1 HTTP/1.1",
            "GET /.well-known/oauth-authorization-server/tenant HTTP/1.1",
        ]
    );
    let poll = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=d&client_id=app";
    assert_eq!(
        forms(&server),
        [
            (
                "scope=openid+offline_access&audience=https%3A%2F%2Fapi.example.com&audience=b&client_id=app".to_owned(),
                None
            ),
            (poll.to_owned(), None),
            (poll.to_owned(), None),
        ]
    );
    for request in server.requests() {
        assert!(!request.contains("s3cret"), "{request}");
        assert_eq!(header(&request, "user-agent"), Some("things/1.2.3"));
    }
}

#[tokio::test]
async fn openid_connect_discovery_is_the_fallback() {
    for first in [
        missing(),
        vec![Step::Send(
            http_response("200 OK", "text/html", "<h1>hi</h1>").into_bytes(),
        )],
    ] {
        let server = server(|url| {
            // A trailing slash makes no difference.
            let issuer = format!("{url}/tenant/");
            vec![
                first,
                json("200 OK", &metadata(&issuer, url, "")),
                json("200 OK", CODES),
            ]
        })
        .await;
        let clock = TestClock::new();
        let login = login(format!("{}/tenant", server.url), &clock);
        let _started = login.start().await.expect("codes");
        assert_eq!(
            lines(&server)[1],
            "GET /tenant/.well-known/openid-configuration HTTP/1.1"
        );
    }
}

#[tokio::test]
async fn the_issuer_chooses_the_client_authentication_unless_it_is_set() {
    let (basic, post) = (
        r#","token_endpoint_auth_methods_supported":["client_secret_post","client_secret_basic"]"#,
        r#","token_endpoint_auth_methods_supported":["client_secret_post","none"]"#,
    );
    // RFC 6749 section 2.3.1: `app:s+%26%3A%C3%A9` in base64.
    let header = Some("Basic YXBwOnMrJTI2JTNBJUMzJUE5".to_owned());
    let field = (
        "client_id=app&client_secret=s+%26%3A%C3%A9".to_owned(),
        None,
    );
    for (properties, authentication, expected) in [
        ("", None, (String::new(), header.clone())),
        (basic, None, (String::new(), header.clone())),
        (post, None, field.clone()),
        (basic, Some(ClientAuthentication::Post), field),
        (
            post,
            Some(ClientAuthentication::Basic),
            (String::new(), header.clone()),
        ),
        (
            "",
            Some(ClientAuthentication::BasicWithClientId),
            ("client_id=app".to_owned(), header),
        ),
    ] {
        let server = server(|url| {
            vec![
                json("200 OK", &metadata(url, url, properties)),
                json("200 OK", CODES),
            ]
        })
        .await;
        let mut login = login(&server.url, &TestClock::new()).client_secret("s &:é");
        if let Some(authentication) = authentication {
            login = login.client_authentication(authentication);
        }
        let _started = login.start().await.expect("codes");
        assert_eq!(
            forms(&server),
            [expected],
            "{properties} {authentication:?}"
        );
    }
}

/// Returns the metadata of the server at a URL.
type Metadata = fn(&str) -> String;

async fn start_error(issuer: &str) -> String {
    let login = login(issuer, &TestClock::new());
    login.start().await.expect_err("an error").to_string()
}

#[tokio::test]
async fn an_issuer_without_https_is_rejected() {
    for issuer in [
        "http://id.example.com",
        "http://10.0.0.1",
        "http://127.0.0.1.example.com",
    ] {
        assert!(
            start_error(issuer)
                .await
                .ends_with("the issuer must begin with https://, unless it is on this machine"),
            "{issuer}"
        );
    }
    assert!(start_error("id.example.com").await.contains("invalid"));
    assert!(
        start_error("https://id.example.com?x=1")
            .await
            .ends_with("must not have a query")
    );
}

#[tokio::test]
async fn untrustworthy_metadata_is_rejected() {
    let other = |_: &str| metadata("https://other.example", "https://other.example", "");
    let open = |url: &str| metadata(url, "http://id.example.com", "");
    let none = |url: &str| format!(r#"{{"issuer":"{url}"}}"#);
    let cases: [(&str, Metadata); 3] = [
        ("$.issuer", other),
        ("$.token_endpoint", open),
        ("$.token_endpoint", none),
    ];
    for (path, metadata) in cases {
        let server = server(|url| vec![json("200 OK", &metadata(url))]).await;
        let login = login(&server.url, &TestClock::new());
        match login.start().await.expect_err("an error") {
            DeviceLoginError::Request(Error::Decode(error)) => {
                assert_eq!(error.path().as_deref(), Some(path));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn microsoft_s_issuers_for_several_tenants_may_name_a_template() {
    const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
    for (requested, named, is_accepted) in [
        ("common/v2.0", "{tenantid}/v2.0", true),
        ("organizations/v2.0", "{tenantid}/v2.0", true),
        ("consumers/v2.0/", "{tenantid}/v2.0", true),
        ("consumers/v2.0", &format!("{PERSONAL}/v2.0"), true),
        ("common", "{tenantid}", true),
        ("common/v2.0", &format!("{PERSONAL}/v2.0"), false),
        ("common/v2.0", "contoso/v2.0", false),
        ("common/v2.0", "organizations/v2.0", false),
        ("common/v2.0", "{tenantid}/v1.0", false),
        ("common/v2.0", "{tenantid}", false),
        ("contoso/v2.0", "{tenantid}/v2.0", false),
        ("a/common", "a/{tenantid}", false),
        ("commons/v2.0", "{tenantid}/v2.0", false),
        ("{tenantid}/v2.0", "common/v2.0", false),
    ] {
        let server = server(|url| {
            let metadata = metadata(&format!("{url}/{named}"), url, "");
            vec![missing(), json("200 OK", &metadata), json("200 OK", CODES)]
        })
        .await;
        let login = login(format!("{}/{requested}", server.url), &TestClock::new());
        let started = login.start().await;
        assert_eq!(started.is_ok(), is_accepted, "{requested} {named}");
        let requests = if is_accepted { 3 } else { 2 };
        assert_eq!(lines(&server).len(), requests, "{requested} {named}");
    }
    // The same path on another host.
    let server = server(|url| {
        let metadata = metadata("https://login.example/{tenantid}/v2.0", url, "");
        vec![missing(), json("200 OK", &metadata)]
    })
    .await;
    let error = start_error(&format!("{}/common/v2.0", server.url)).await;
    assert!(error.contains("$.issuer"), "{error}");
}

#[tokio::test]
async fn an_issuer_without_metadata_or_device_endpoint_is_an_error() {
    let server1 = server(|_| vec![missing(), missing()]).await;
    assert_eq!(
        start_error(&server1.url).await,
        "discovery: 404 Not Found: no"
    );
    let server2 = server(|url| {
        let body = format!(r#"{{"issuer":"{url}","token_endpoint":"{url}/t"}}"#);
        vec![json("200 OK", &body)]
    })
    .await;
    assert!(
        start_error(&server2.url)
            .await
            .ends_with("the issuer's metadata has no `device_authorization_endpoint`")
    );
}

#[tokio::test]
async fn client_authentication_and_secret_must_fit_together() {
    for (authentication, secret, expected) in [
        (
            ClientAuthentication::Basic,
            None,
            "this client authentication requires a client secret",
        ),
        (
            ClientAuthentication::BasicWithClientId,
            None,
            "this client authentication requires a client secret",
        ),
        (
            ClientAuthentication::Post,
            None,
            "this client authentication requires a client secret",
        ),
        (
            ClientAuthentication::None,
            Some("s"),
            "a client secret is set, but `ClientAuthentication::None` doesn't send it",
        ),
    ] {
        let mut login = login("https://id.example.com", &TestClock::new());
        login = login.client_authentication(authentication);
        if let Some(secret) = secret {
            login = login.client_secret(secret);
        }
        let error = login.start().await.expect_err("an error");
        assert_eq!(error.to_string(), expected);
    }
}

/// A client with expired tokens, which are refreshed at the server as issuer.
fn refreshing_client(server: &Server, clock: &TestClock) -> Client {
    let old = TokenSet::new("old").with_refresh_token("r");
    let old = old.with_expires_at(std::time::SystemTime::UNIX_EPOCH + NOW);
    let login = login(&server.url, clock);
    let client = Client::builder().base_url(&server.url).clock(clock.clone());
    let client = client.build().expect("a client");
    client.with_tokens(login.refreshing(old))
}

#[tokio::test]
async fn tokens_of_an_issuer_are_refreshed_there() {
    let server = server(|url| {
        vec![
            json("200 OK", &metadata(url, url, "")),
            json("200 OK", TOKENS),
            vec![Step::Send(
                http_response("200 OK", "text/plain", "hello").into_bytes(),
            )],
            json("200 OK", TOKENS),
        ]
    })
    .await;
    let clock = TestClock::new();
    let client = refreshing_client(&server, &clock);
    let call = crate::api::Fetch::<crate::session::support::Closed>::new(&client);
    assert_eq!(call.send().await.expect("a response"), "hello");
    assert_eq!(
        forms(&server),
        [(
            "grant_type=refresh_token&refresh_token=r&client_id=app".to_owned(),
            None
        )]
    );
}

#[tokio::test]
async fn metadata_is_cached_until_its_endpoint_is_gone() {
    let tokens = || {
        let body = r#"{"access_token":"a","refresh_token":"r","expires_in":3600}"#;
        json("200 OK", body)
    };
    let hello = || {
        let text = http_response("200 OK", "text/plain", "hello");
        vec![Step::Send(text.into_bytes())]
    };
    let server = server(|url| {
        vec![
            json("200 OK", &metadata(url, url, "")),
            tokens(),
            hello(),
            tokens(),
            hello(),
            missing(),
            hello(),
            json("200 OK", &metadata(url, &format!("{url}/new"), "")),
            tokens(),
            hello(),
        ]
    })
    .await;
    let clock = TestClock::new();
    let client = refreshing_client(&server, &clock);
    // The tokens must be refreshed but are still valid. The last step is the pause after a failure.
    for seconds in [3540, 3540, 1, 0] {
        let call = crate::api::Fetch::<crate::session::support::Closed>::new(&client);
        assert_eq!(call.send().await.expect("a response"), "hello");
        clock.pass(std::time::Duration::from_secs(seconds));
    }
    let lines = lines(&server);
    let lines = lines.iter().map(|line| line.replace(" HTTP/1.1", ""));
    let lines: Vec<_> = lines.filter(|line| line != "GET /closed").collect();
    let metadata = "GET /.well-known/oauth-authorization-server";
    let asked = "POST /t?x=1";
    assert_eq!(
        lines,
        [metadata, asked, asked, asked, metadata, "POST /new/t?x=1"]
    );
}
