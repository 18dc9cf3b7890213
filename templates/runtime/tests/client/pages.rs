//! Pages on real sockets.

use crate::api::{BuildApi as _, BuildWith as _, Client};
use std::pin::Pin;
use wiretrue::codegen::{Advance, Call, Encoder, Meta, Method, Paged, RawResponse, Style};
use wiretrue::pagination::Pages;
use wiretrue::{Error, Operation};

use futures_core::Stream;

use crate::server::{Server, Step};

/// Lists numbers: `{"items": […], "next": …, "more": …}`.
struct ListNumbers<A> {
    call: Call,
    skip: Option<u64>,
    advance: std::marker::PhantomData<A>,
}

trait By: Send + Unpin + 'static {
    const ADVANCE: Advance;
}

macro_rules! by {
    ($name:ident, $advance:expr) => {
        struct $name;
        impl By for $name {
            const ADVANCE: Advance = $advance;
        }
    };
}

by!(Link, Advance::Link);
by!(LinkHeader, Advance::LinkHeader);
by!(Cursor, Advance::Cursor("page token"));
by!(Offset, Advance::Offset("skip"));
by!(Number, Advance::Number("page", 1));

impl<A: By> Operation for ListNumbers<A> {
    type Output = serde_json::Value;
    const META: Meta = Meta {
        id: "ListNumbers",
        method: Method::GET,
        path: "/numbers",
        accept: "application/json",
        security: &[&["query"]],
        servers: &[],
        redirects: &[],
    };

    fn call(&self) -> &Call {
        &self.call
    }

    fn encode(&self, out: &mut Encoder) {
        out.literal("/numbers");
        out.query("skip", Style::Form.exploded(), &self.skip);
    }

    fn decode(response: RawResponse) -> Result<serde_json::Value, Error> {
        match response.status.as_u16() {
            200 => response.json(),
            _ => Err(response.into_error()),
        }
    }
}

impl<A: By> Paged for ListNumbers<A> {
    type Item = i64;
    const ADVANCE: Advance = A::ADVANCE;

    fn next(page: &serde_json::Value) -> Option<String> {
        page.get("next").and_then(wiretrue::codegen::cursor_text)
    }

    fn has_more(page: &serde_json::Value) -> Option<bool> {
        page.get("more")?.as_bool()
    }

    fn count(page: &serde_json::Value) -> usize {
        page["items"].as_array().map_or(0, Vec::len)
    }

    fn into_items(page: serde_json::Value) -> Vec<i64> {
        let items = page["items"].as_array().cloned().unwrap_or_default();
        items.iter().filter_map(serde_json::Value::as_i64).collect()
    }
}

fn client(url: &str) -> Client {
    Client::builder()
        .key("query", "s3cret")
        .base_url(url)
        .build()
        .expect("a client")
}

fn numbers<A: By>(client: &Client) -> Pages<ListNumbers<A>> {
    starting(Call::new(client), None)
}

fn starting<A: By>(call: Call, skip: Option<u64>) -> Pages<ListNumbers<A>> {
    Pages::new(ListNumbers {
        call,
        skip,
        advance: std::marker::PhantomData,
    })
}

fn page(headers: &str, body: &str) -> Vec<Step> {
    let length = body.len();
    vec![Step::Send(
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\
             connection: close\r\n\r\n{body}"
        )
        .into_bytes(),
    )]
}

async fn server(pages: &[&str]) -> Server {
    Server::start(pages.iter().map(|body| page("", body)).collect()).await
}

fn targets(server: &Server) -> Vec<String> {
    let requests = server.requests();
    let target = |request: &String| request.split(' ').nth(1).unwrap_or_default().to_owned();
    requests.iter().map(target).collect()
}

#[tokio::test]
async fn a_link_in_the_body_is_followed_with_the_credentials() {
    let server = server(&[
        r#"{"items":[1,2],"next":"/numbers?after=2&PageSize=50"}"#,
        r#"{"items":[3],"next":null}"#,
    ])
    .await;
    let items = numbers::<Link>(&client(&server.url))
        .items()
        .collect()
        .await;
    assert_eq!(items.expect("three numbers"), [1, 2, 3]);
    assert_eq!(
        targets(&server),
        [
            "/numbers?api%20key=s3cret",
            "/numbers?after=2&PageSize=50&api%20key=s3cret"
        ]
    );
}

#[tokio::test]
async fn query_parameters_of_a_link_are_not_sent_twice() {
    let server = server(&[
        r#"{"items":[1],"next":"/numbers?skip=1&lang=de&api%20key=s3cret"}"#,
        r#"{"items":[2]}"#,
    ])
    .await;
    let call = Call::new(&client(&server.url)).options(|options| options.query("lang", "de"));
    let items = starting::<Link>(call, Some(0)).items();
    assert_eq!(items.collect().await.expect("two numbers"), [1, 2]);
    assert_eq!(
        targets(&server),
        [
            "/numbers?skip=0&lang=de&api%20key=s3cret",
            "/numbers?skip=1&lang=de&api%20key=s3cret"
        ]
    );
}

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

#[tokio::test]
async fn a_cursor_is_escaped_and_replaces_the_previous_one() {
    let server = server(&[
        r#"{"items":[1],"next":"a b&c"}"#,
        r#"{"items":[2],"next":77}"#,
        r#"{"items":[3],"next":""}"#,
    ])
    .await;
    let items = numbers::<Cursor>(&client(&server.url)).items();
    assert_eq!(items.collect().await.expect("three numbers"), [1, 2, 3]);
    assert_eq!(
        targets(&server),
        [
            "/numbers?api%20key=s3cret",
            "/numbers?page%20token=a%20b%26c&api%20key=s3cret",
            "/numbers?page%20token=77&api%20key=s3cret"
        ]
    );
}

#[tokio::test]
async fn has_more_takes_precedence_over_the_cursor() {
    let server = server(&[r#"{"items":[1],"next":"x","more":false}"#]).await;
    let items = numbers::<Cursor>(&client(&server.url)).items();
    assert_eq!(items.collect().await.expect("a number"), [1]);
}

#[tokio::test]
async fn an_offset_starts_at_that_of_the_call_and_ends_at_an_empty_page() {
    let server = server(&[r#"{"items":[1,2]}"#, r#"{"items":[3]}"#, r#"{"items":[]}"#]).await;
    let items = starting::<Offset>(Call::new(&client(&server.url)), Some(10)).items();
    assert_eq!(items.collect().await.expect("three numbers"), [1, 2, 3]);
    assert_eq!(
        targets(&server),
        [
            "/numbers?skip=10&api%20key=s3cret",
            "/numbers?skip=12&api%20key=s3cret",
            "/numbers?skip=13&api%20key=s3cret"
        ]
    );
}

#[tokio::test]
async fn page_numbers_start_at_the_first_page() {
    let server = server(&[r#"{"items":[1]}"#, r#"{"items":[2]}"#, r#"{"items":[]}"#]).await;
    let items = numbers::<Number>(&client(&server.url)).items();
    assert_eq!(items.collect().await.expect("two numbers"), [1, 2]);
    assert_eq!(
        targets(&server),
        [
            "/numbers?api%20key=s3cret",
            "/numbers?page=2&api%20key=s3cret",
            "/numbers?page=3&api%20key=s3cret"
        ]
    );
}

#[tokio::test]
async fn a_cycle_of_links_is_an_error() {
    let server = server(&[
        r#"{"items":[1],"next":"/numbers?p=2"}"#,
        r#"{"items":[2],"next":"/numbers?p=3"}"#,
        r#"{"items":[3],"next":"/numbers?p=2"}"#,
    ])
    .await;
    let mut items = numbers::<Link>(&client(&server.url)).items();
    for number in 1..=3 {
        assert_eq!(
            items.next().await.expect("an item").expect("a number"),
            number
        );
    }
    let error = items.next().await.expect("an end").expect_err("an error");
    assert_eq!(
        error.to_string(),
        "ListNumbers: the server returned a link or cursor to a page that was already requested"
    );
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_repeated_cursor_is_an_error() {
    let same = r#"{"items":[1],"next":"x"}"#;
    let server = server(&[same; 5]).await;
    let mut items = numbers::<Cursor>(&client(&server.url)).items();
    for _ in 1..=2 {
        assert_eq!(items.next().await.expect("an item").expect("a number"), 1);
    }
    let error = items.next().await.expect("an end").expect_err("an error");
    assert!(error.to_string().ends_with("already requested"), "{error}");
    assert!(items.next().await.is_none());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn limits_request_no_unneeded_page() {
    let endless: Vec<String> = (1..=9)
        .map(|n| format!(r#"{{"items":[{n},{n}],"next":"{n}"}}"#))
        .collect();
    let endless: Vec<&str> = endless.iter().map(String::as_str).collect();
    let all = server(&endless).await;
    let items = numbers::<Cursor>(&client(&all.url)).items().limit(4);
    assert_eq!(items.collect().await.expect("numbers"), [1, 1, 2, 2]);
    assert_eq!(all.requests().len(), 2);

    let all = server(&endless).await;
    let mut pages = numbers::<Cursor>(&client(&all.url)).limit(3);
    let mut count = 0;
    while let Some(page) = pages.next().await {
        let page = page.expect("a page");
        assert_eq!(page.status, 200);
        assert_eq!(page.headers["content-type"], "application/json");
        count += 1;
    }
    assert_eq!((count, all.requests().len()), (3, 3));
}

#[tokio::test]
async fn an_error_ends_the_stream() {
    let refusal = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let replies = vec![
        page("", r#"{"items":[1],"next":"2"}"#),
        vec![Step::Send(refusal.to_vec())],
    ];
    let server = Server::start(replies).await;
    let mut pages = numbers::<Cursor>(&client(&server.url));
    assert!(pages.next().await.expect("a page").is_ok());
    let error = pages.next().await.expect("an end").expect_err("an error");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(403));
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn pages_and_items_are_send_streams() {
    fn is_stream<S: Stream + Send + Unpin + 'static>(stream: S) -> S {
        stream
    }
    let server = server(&[r#"{"items":[1]}"#]).await;
    let mut items = is_stream(is_stream(numbers::<Cursor>(&client(&server.url))).items());
    let first = std::future::poll_fn(|context| Pin::new(&mut items).poll_next(context)).await;
    assert_eq!(first.expect("an item").expect("a number"), 1);
    assert!(!format!("{items:?}").contains("s3cret"));
}
