//! Pages on real sockets.

mod bodies;
mod ends;
mod errors;
mod links;

use crate::api::{BuildApi as _, BuildWith as _, Client};
use std::pin::Pin;
use wiretrue::codegen::{
    Advance, Call, Encoder, Meta, Method, PageInput, Paged, RawResponse, Style, list_total,
};
use wiretrue::pagination::Pages;
use wiretrue::{Error, Operation};

use futures_core::Stream;

use crate::server::{Server, Step};

/// Lists numbers: `{"items": […], "next": …, "more": …, "pages": …, "total": …}`.
pub struct ListNumbers<A> {
    call: Call,
    skip: Option<u64>,
    advance: std::marker::PhantomData<A>,
}

pub trait By: Send + Unpin + 'static {
    const ADVANCE: Advance;
    /// Whether lists end at a short page and at the status 404.
    const ENDS: bool;
}

macro_rules! by {
    ($name:ident, $advance:expr) => {
        by!($name, $advance, false);
    };
    ($name:ident, $advance:expr, $ends:literal) => {
        pub struct $name;
        impl By for $name {
            const ADVANCE: Advance = $advance;
            const ENDS: bool = $ends;
        }
    };
}

by!(Link, Advance::Link);
by!(LinkHeader, Advance::LinkHeader);
by!(Cursor, Advance::Cursor(PageInput::Query("page token")));
by!(Offset, Advance::Offset(PageInput::Query("skip")));
by!(Number, Advance::Number(PageInput::Query("page"), 1));
by!(
    EndingNumber,
    Advance::Number(PageInput::Query("page"), 1),
    true
);

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
    const ITEMS: &'static str = "/items";
    const ENDS_AT_SHORT_PAGE: bool = A::ENDS;
    const ENDS_AT_NOT_FOUND: bool = A::ENDS;

    fn next(page: &serde_json::Value) -> Option<String> {
        page.get("next").and_then(wiretrue::codegen::cursor_text)
    }

    fn has_more(page: &serde_json::Value) -> Option<bool> {
        page.get("more")?.as_bool()
    }

    fn count(page: &serde_json::Value) -> usize {
        page["items"].as_array().map_or(0, Vec::len)
    }

    fn total_pages(page: &serde_json::Value) -> Option<u64> {
        list_total(page.get("pages")?)
    }

    fn total_items(page: &serde_json::Value) -> Option<u64> {
        list_total(page.get("total")?)
    }

    fn into_items(page: serde_json::Value) -> Vec<i64> {
        let items = page["items"].as_array().cloned().unwrap_or_default();
        items.iter().filter_map(serde_json::Value::as_i64).collect()
    }
}

pub fn client(url: &str) -> Client {
    Client::builder()
        .key("query", "s3cret")
        .base_url(url)
        .build()
        .expect("a client")
}

pub fn numbers<A: By>(client: &Client) -> Pages<ListNumbers<A>> {
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
