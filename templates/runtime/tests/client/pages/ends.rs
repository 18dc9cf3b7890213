//! Where lists by offset or page number end.

use wiretrue::codegen::Call;

use super::{By, Cursor, EndingNumber, Number, Offset, client, numbers, page, server, starting};
use super::{ListNumbers, targets};
use crate::server::{Server, Step, http_response};
use wiretrue::pagination::Pages;

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

/// Returns the items of the list that a server with these pages has, and the number of requests.
async fn walk<A: By>(bodies: &[&str]) -> (Vec<i64>, usize) {
    let server = server(bodies).await;
    walk_of(&server, numbers::<A>(&client(&server.url))).await
}

async fn walk_of<A: By>(server: &Server, pages: Pages<ListNumbers<A>>) -> (Vec<i64>, usize) {
    let items = pages.items().collect().await;
    (items.expect("no error"), server.requests().len())
}

#[tokio::test]
async fn the_number_of_pages_ends_a_list() {
    let two = [r#"{"items":[1],"pages":2}"#, r#"{"items":[2],"pages":2}"#];
    assert_eq!(walk::<Number>(&two).await, (vec![1, 2], 2));
    // As text; and a server that doesn't know.
    let text = [r#"{"items":[1],"pages":"1"}"#];
    assert_eq!(walk::<Number>(&text).await, (vec![1], 1));
    for unknown in ["0", "-1", "null", "\"many\""] {
        let first = format!(r#"{{"items":[1],"pages":{unknown}}}"#);
        let bodies = [first.as_str(), r#"{"items":[]}"#];
        assert_eq!(walk::<Number>(&bodies).await, (vec![1], 2), "{unknown}");
    }
}

#[tokio::test]
async fn the_number_of_items_ends_a_list() {
    let bodies = [
        r#"{"items":[1,2],"total":5}"#,
        r#"{"items":[3,4],"total":5}"#,
        r#"{"items":[5],"total":5}"#,
    ];
    assert_eq!(walk::<Number>(&bodies).await, (vec![1, 2, 3, 4, 5], 3));
    assert_eq!(walk::<Offset>(&bodies).await, (vec![1, 2, 3, 4, 5], 3));
    // A page in the middle that the server has filtered doesn't end it too early.
    let filtered = [
        r#"{"items":[1,2],"total":5}"#,
        r#"{"items":[3],"total":5}"#,
        r#"{"items":[5],"total":5}"#,
    ];
    assert_eq!(walk::<Number>(&filtered).await, (vec![1, 2, 3, 5], 3));
    // The call's own offset counts.
    let server = server(&[r#"{"items":[5],"total":5}"#]).await;
    let pages = starting::<Offset>(Call::new(&client(&server.url)), Some(4));
    assert_eq!(walk_of(&server, pages).await, (vec![5], 1));
}

#[tokio::test]
async fn a_flag_ends_a_list_and_an_empty_page_does_despite_it() {
    let flag = [
        r#"{"items":[1],"more":true}"#,
        r#"{"items":[2],"more":false}"#,
    ];
    assert_eq!(walk::<Number>(&flag).await, (vec![1, 2], 2));
    let empty = [
        r#"{"items":[1],"more":true}"#,
        r#"{"items":[],"more":true}"#,
    ];
    assert_eq!(walk::<Number>(&empty).await, (vec![1], 2));
    assert_eq!(walk::<Offset>(&empty).await, (vec![1], 2));
}

#[tokio::test]
async fn an_empty_page_does_not_end_a_list_by_cursor() {
    let bodies = [
        r#"{"items":[1],"next":"a"}"#,
        r#"{"items":[],"next":"b"}"#,
        r#"{"items":[],"next":"c"}"#,
        r#"{"items":[2]}"#,
    ];
    assert_eq!(walk::<Cursor>(&bodies).await, (vec![1, 2], 4));
}

#[tokio::test]
async fn a_short_page_ends_a_list_if_the_rule_says_so() {
    let bodies = [
        r#"{"items":[1,2]}"#,
        r#"{"items":[3,4]}"#,
        r#"{"items":[5]}"#,
        r#"{"items":[]}"#,
    ];
    assert_eq!(
        walk::<EndingNumber>(&bodies).await,
        (vec![1, 2, 3, 4, 5], 3)
    );
    assert_eq!(walk::<Number>(&bodies).await, (vec![1, 2, 3, 4, 5], 4));
}

#[tokio::test]
async fn a_404_behind_the_first_page_ends_a_list_if_the_rule_says_so() {
    let not_found = || {
        let response = http_response("404 Not Found", "application/json", "{}");
        vec![Step::Send(response.into())]
    };
    let replies = || vec![page("", r#"{"items":[1]}"#), not_found()];
    let server = Server::start(replies()).await;
    let pages = numbers::<EndingNumber>(&client(&server.url));
    assert_eq!(walk_of(&server, pages).await, (vec![1], 2));

    let server = Server::start(replies()).await;
    let items = numbers::<Number>(&client(&server.url)).items();
    let error = items.collect().await.expect_err("404");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(404));

    let server = Server::start(vec![not_found()]).await;
    let items = numbers::<EndingNumber>(&client(&server.url)).items();
    let error = items.collect().await.expect_err("no list");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(404));
}

#[tokio::test]
async fn a_server_that_repeats_its_last_page_ends_a_list() {
    let last = |page: u8| format!(r#"{{"page":{page},"items":[2,3],"at":{}}}"#, page * 7);
    let pages: Vec<String> = (2..9).map(last).collect();
    let mut bodies = vec![r#"{"items":[1,2]}"#];
    bodies.extend(pages.iter().map(String::as_str));
    assert_eq!(walk::<Number>(&bodies).await, (vec![1, 2, 2, 3], 3));
    assert_eq!(walk::<Offset>(&bodies).await, (vec![1, 2, 2, 3], 3));
}

#[tokio::test]
async fn a_repeated_page_that_claims_more_is_an_error() {
    for claim in [r#""more":true"#, r#""pages":9"#, r#""total":9"#] {
        let body = format!(r#"{{"items":[1,2],{claim}}}"#);
        let server = server(&[body.as_str(); 5]).await;
        let mut pages = numbers::<Number>(&client(&server.url));
        assert!(pages.next().await.expect("a page").is_ok());
        let error = pages.next().await.expect("an end").expect_err("an error");
        assert_eq!(
            error.to_string(),
            "ListNumbers: the server returned the items of the previous page again, and says that there are more"
        );
        assert!(pages.next().await.is_none());
        assert_eq!(server.requests().len(), 2, "{claim}");
    }
}
