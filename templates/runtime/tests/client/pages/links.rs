//! Links to the next page.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use wiretrue::transport::{Body, BoxFuture, Transport, TransportError};

use super::{Link, LinkHeader, client, numbers, page, server, targets};
use crate::api::{BuildApi as _, BuildWith as _, Client};
use crate::server::{Server, Step, header};

#[tokio::test]
async fn a_link_to_another_origin_is_an_error() {
    let other = server(&[r#"{"items":[9]}"#]).await;
    let body = format!(r#"{{"items":[1],"next":"{}/numbers?after=1"}}"#, other.url);
    let server = server(&[&body]).await;
    let mut items = numbers::<Link>(&client(&server.url)).items();
    assert_eq!(items.next().await.expect("an item").expect("a number"), 1);
    let error = items.next().await.expect("an end").expect_err("an error");
    assert_eq!(
        error.to_string(),
        format!(
            "ListNumbers: the server gave a link to another origin, {}, which isn't followed",
            other.url
        )
    );
    assert!(items.next().await.is_none());
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn a_link_header_to_another_origin_is_an_error() {
    let other = server(&[r#"{"items":[9]}"#]).await;
    let link = format!("link: <{}/numbers>; rel=next\r\n", other.url);
    let server = Server::start(vec![page(&link, r#"{"items":[1]}"#)]).await;
    let mut items = numbers::<LinkHeader>(&client(&server.url)).items();
    assert_eq!(items.next().await.expect("an item").expect("a number"), 1);
    let error = items.next().await.expect("an end").expect_err("an error");
    assert!(error.to_string().contains("another origin"), "{error}");
    assert!(items.next().await.is_none());
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn a_link_header_may_have_several_links_and_commas_in_quotes() {
    let links = "link: </numbers?page=9>; rel=\"last\"; title=\"a, <b>\", </numbers?page=2>; \
                 title*=UTF-8''x; REL=\"prev Next\"\r\n";
    let replies = vec![
        page(links, r#"{"items":[1]}"#),
        page("link: </numbers?page=1>; rel=first\r\n", r#"{"items":[2]}"#),
    ];
    let server = Server::start(replies).await;
    let items = numbers::<LinkHeader>(&client(&server.url)).items();
    assert_eq!(items.collect().await.expect("two numbers"), [1, 2]);
    assert_eq!(targets(&server)[1], "/numbers?page=2&api%20key=s3cret");
}

#[tokio::test]
async fn other_link_parameters_are_not_relations() {
    for parameter in [
        "title=next",
        "title=\"rel=next\"",
        "title=\"a; rel=next; b\"",
        "title=\"a\\\"; rel=next\"",
    ] {
        let links = format!(
            "link: </numbers?page=9>; {parameter}, </numbers?page=2>; {parameter}; rel=next\r\n"
        );
        let replies = vec![
            page(&links, r#"{"items":[1]}"#),
            page("", r#"{"items":[2]}"#),
        ];
        let server = Server::start(replies).await;
        let items = numbers::<LinkHeader>(&client(&server.url)).items();
        assert_eq!(items.collect().await.expect("two numbers"), [1, 2]);
        let second = &targets(&server)[1];
        assert_eq!(second, "/numbers?page=2&api%20key=s3cret", "{parameter}");
    }
}

fn redirect(to: &str) -> Vec<Step> {
    let head = format!(
        "HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    vec![Step::Send(head.into_bytes())]
}

#[tokio::test]
async fn a_link_is_relative_to_the_request() {
    for link in [
        "?after=1",
        "numbers?after=1",
        "./numbers?after=1",
        "../v1/numbers?after=1",
    ] {
        let header = format!("link: <{link}>; rel=next\r\n");
        let in_header = vec![
            page(&header, r#"{"items":[1]}"#),
            page("", r#"{"items":[2]}"#),
        ];
        let in_header = Server::start(in_header).await;
        let base_url = format!("{}/v1", in_header.url);
        let items = numbers::<LinkHeader>(&client(&base_url)).items();
        assert_eq!(items.collect().await.expect("two numbers"), [1, 2]);
        let body = format!(r#"{{"items":[1],"next":"{link}"}}"#);
        let in_body = server(&[&body, r#"{"items":[2]}"#]).await;
        let base_url = format!("{}/v1", in_body.url);
        let items = numbers::<Link>(&client(&base_url)).items();
        assert_eq!(items.collect().await.expect("two numbers"), [1, 2]);
        for server in [in_header, in_body] {
            assert_eq!(
                targets(&server),
                [
                    "/v1/numbers?api%20key=s3cret",
                    "/v1/numbers?after=1&api%20key=s3cret"
                ],
                "{link}"
            );
        }
    }
}

#[tokio::test]
async fn a_link_is_relative_to_the_target_of_a_redirect() {
    let replies = vec![
        redirect("/v2/lists/numbers?version=2"),
        page("", r#"{"items":[1],"next":"?after=1"}"#),
        page("", r#"{"items":[2],"next":"more"}"#),
        page("", r#"{"items":[3]}"#),
    ];
    let server = Server::start(replies).await;
    let items = numbers::<Link>(&client(&server.url)).items();
    assert_eq!(items.collect().await.expect("three numbers"), [1, 2, 3]);
    assert_eq!(
        targets(&server),
        [
            "/numbers?api%20key=s3cret",
            "/v2/lists/numbers?version=2",
            "/v2/lists/numbers?after=1&api%20key=s3cret",
            "/v2/lists/more?api%20key=s3cret"
        ]
    );
}

#[tokio::test]
async fn a_link_within_the_origin_of_a_redirect_is_followed_without_credentials() {
    let other = server(&[r#"{"items":[1],"next":"?after=1"}"#, r#"{"items":[2]}"#]).await;
    let server = Server::start(vec![redirect(&format!("{}/list", other.url))]).await;
    let client = Client::builder()
        .key("query", "s3cret")
        .base_url(&server.url)
        .default_header("x-tenant", "s3cret")
        .build();
    let call = wiretrue::codegen::Call::new(&client.expect("a client")).options(|options| {
        options
            .header("authorization", "s3cret")
            .query("secret", "s3cret")
    });
    let items = super::starting::<Link>(call, None).items();
    assert_eq!(items.collect().await.expect("two numbers"), [1, 2]);
    assert_eq!(targets(&other), ["/list", "/list?after=1"]);
    let request = &other.requests()[1];
    assert!(!request.contains("s3cret"), "{request}");
    assert_eq!(header(request, "accept"), Some("application/json"));
}

/// A server at any URL, which records the URLs of requests.
struct AnyOrigin {
    urls: Arc<Mutex<Vec<String>>>,
    next: &'static str,
}

impl Transport for AnyOrigin {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let mut urls = self.urls.lock().expect("the log");
        urls.push(request.uri().to_string());
        let body = match urls.len() {
            1 => format!(r#"{{"items":[1],"next":"{}"}}"#, self.next),
            _ => r#"{"items":[2]}"#.to_owned(),
        };
        let response = http::Response::new(Body::from(Bytes::from(body)));
        Box::pin(std::future::ready(Ok(response)))
    }
}

#[tokio::test]
async fn a_link_to_http_on_the_host_of_an_https_client_is_followed_by_https() {
    for (next, second) in [
        (
            "http://api.example.com/numbers?after=1",
            Some("https://api.example.com/numbers?after=1&api%20key=s3cret"),
        ),
        ("http://api.example.com:8080/numbers", None),
        ("http://example.com/numbers", None),
    ] {
        let urls = Arc::new(Mutex::new(Vec::new()));
        let transport = AnyOrigin {
            urls: Arc::clone(&urls),
            next,
        };
        let client = Client::builder()
            .key("query", "s3cret")
            .base_url("https://api.example.com")
            .transport(transport)
            .build();
        let items = numbers::<Link>(&client.expect("a client"))
            .items()
            .collect();
        let items = items.await;
        let urls = urls.lock().expect("the log").clone();
        assert!(urls[0].starts_with("https://api.example.com/numbers"));
        match second {
            Some(second) => {
                assert_eq!(items.expect("two numbers"), [1, 2]);
                assert_eq!(urls[1], second);
            }
            None => {
                let error = items.expect_err("another origin").to_string();
                assert!(error.contains("another origin, http://"), "{error}");
                assert_eq!(urls.len(), 1);
            }
        }
    }
}

#[tokio::test]
async fn a_link_that_is_no_url_of_http_ends_the_list_with_an_error() {
    for (link, problem) in [
        ("http://[", "invalid IPv6 address"),
        ("mailto:a@example.com", "it isn't an http or https URL"),
        ("file:///etc/passwd", "it isn't an http or https URL"),
    ] {
        let server = server(&[&format!(r#"{{"items":[1],"next":"{link}"}}"#)]).await;
        let mut items = numbers::<Link>(&client(&server.url)).items();
        assert_eq!(items.next().await.expect("an item").expect("a number"), 1);
        let error = items.next().await.expect("an end").expect_err("an error");
        assert_eq!(
            error.to_string(),
            format!("ListNumbers: the server gave an invalid link: {problem}")
        );
        assert!(items.next().await.is_none());
    }
}
