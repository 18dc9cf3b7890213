//! Errors, and streams after them.

use wiretrue::Error;

use super::{Cursor, Link, Number, client, numbers, page, server, targets};
use crate::api::{BuildApi as _, Client};
use crate::server::{Server, Step, http_response};

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

fn refusal(status: &str) -> Vec<Step> {
    vec![Step::Send(http_response(status, "text/plain", "no").into())]
}

#[tokio::test]
async fn after_an_error_the_same_page_is_requested_again() {
    let replies = vec![
        refusal("403 Forbidden"),
        page("", r#"{"items":[1],"next":"2"}"#),
        refusal("403 Forbidden"),
        page("", r#"{"items":"#),
        page("", r#"{"items":[2],"next":"3"}"#),
        page("", r#"{"items":[3]}"#),
    ];
    let server = Server::start(replies).await;
    let mut items = numbers::<Cursor>(&client(&server.url)).items();
    let mut got = Vec::new();
    while let Some(item) = items.next().await {
        got.push(item.map_err(|error| error.status().map(|it| it.as_u16())));
    }
    assert_eq!(
        got,
        [
            Err(Some(403)),
            Ok(1),
            Err(Some(403)),
            Err(Some(200)),
            Ok(2),
            Ok(3)
        ]
    );
    let (first, second) = (
        "/numbers?api%20key=s3cret",
        "/numbers?page%20token=2&api%20key=s3cret",
    );
    let third = "/numbers?page%20token=3&api%20key=s3cret";
    assert_eq!(
        targets(&server),
        [first, first, second, second, second, third]
    );
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn a_list_by_link_or_number_goes_on_after_an_error() {
    let replies = vec![
        page("", r#"{"items":[1],"next":"/numbers?p=2"}"#),
        refusal("403 Forbidden"),
        page("", r#"{"items":[2]}"#),
    ];
    let server = Server::start(replies.clone()).await;
    let mut pages = numbers::<Link>(&client(&server.url));
    assert!(pages.next().await.expect("a page").is_ok());
    assert!(pages.next().await.expect("a page").is_err());
    assert!(pages.next().await.expect("a page").is_ok());
    assert!(pages.next().await.is_none());
    let repeated = "/numbers?p=2&api%20key=s3cret";
    assert_eq!(targets(&server)[1..], [repeated, repeated]);

    // An error is no page, so it doesn't count towards the limit.
    let server = Server::start(replies).await;
    let mut pages = numbers::<Number>(&client(&server.url)).limit(2);
    assert!(pages.next().await.expect("a page").is_ok());
    assert!(pages.next().await.expect("a page").is_err());
    assert!(pages.next().await.expect("a page").is_ok());
    assert!(pages.next().await.is_none());
    let repeated = "/numbers?page=2&api%20key=s3cret";
    assert_eq!(targets(&server)[1..], [repeated, repeated]);
}

#[tokio::test]
async fn an_error_that_no_request_can_overcome_ends_the_stream() {
    let client = Client::builder().base_url("http://127.0.0.1:9").build();
    let mut items = numbers::<Cursor>(&client.expect("a client")).items();
    let error = items.next().await.expect("an end").expect_err("no key");
    assert!(matches!(error, Error::MissingCredentials(_)), "{error:?}");
    assert!(items.next().await.is_none());
}
