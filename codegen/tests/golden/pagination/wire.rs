//! What is asked for, page by page, in each of the ways in which a list names its next page.

use golden_pagination::{Client, models};
use raw_server::{Answer, Server};

/// A server that gives these pages, each with a header `Link` unless that is empty.
async fn server(pages: &[(&str, &str)]) -> (Server, Client) {
    let answers = pages.iter().map(|(link, body)| {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend((!link.is_empty()).then_some(("link", *link)));
        Answer::with_headers(200, &headers, body)
    });
    let server = Server::start(answers).await;
    let client = Client::builder()
        .base_url(server.url())
        .api_key("s3cret")
        .build();
    (server, client.expect("a client"))
}

/// The request targets, in their order.
fn targets(server: &Server) -> Vec<String> {
    let target = |line: &str| {
        line.split_once(' ')?
            .1
            .strip_suffix(" HTTP/1.1")
            .map(str::to_owned)
    };
    server
        .requests()
        .iter()
        .filter_map(|it| target(&it.line))
        .collect()
}

#[tokio::test]
async fn a_link_in_meta_is_followed_as_it_is() {
    let (server, client) = server(&[
        (
            "",
            r#"{"keys":[{"id":"a"},{"id":"b"}],"meta":{"key":"keys","next_page_url":"/keys?PageSize=2&Page=1&PageToken=PAb%2F"}}"#,
        ),
        ("", r#"{"keys":[{"id":"c"}],"meta":{"key":"keys","next_page_url":null}}"#),
    ])
    .await;
    let keys = client
        .default()
        .list_keys()
        .page_size(2)
        .items()
        .collect()
        .await;
    let ids: Vec<_> = keys.expect("keys").into_iter().map(|key| key.id).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    assert_eq!(
        targets(&server),
        [
            "/keys?PageSize=2&api_key=s3cret",
            "/keys?PageSize=2&Page=1&PageToken=PAb%2F&api_key=s3cret"
        ]
    );
}

#[tokio::test]
async fn a_link_beside_the_items_is_followed_as_it_is() {
    let (server, client) = server(&[
        (
            "",
            r#"{"calls":[{"id":"a"}],"next_page_uri":"/accounts/AC1/calls.json?Page=1"}"#,
        ),
        ("", r#"{"calls":[],"next_page_uri":null}"#),
    ])
    .await;
    let mut pages = client.default().list_calls("AC1").pages();
    let first = pages.next().await.expect("a page").expect("calls");
    assert_eq!((first.status.as_u16(), first.body.calls.len()), (200, 1));
    let second = pages.next().await.expect("a page").expect("calls");
    assert!(second.body.calls.is_empty());
    assert!(pages.next().await.is_none());
    assert_eq!(
        targets(&server),
        [
            "/accounts/AC1/calls.json?api_key=s3cret",
            "/accounts/AC1/calls.json?Page=1&api_key=s3cret"
        ]
    );
}

#[tokio::test]
async fn a_link_header_is_followed_as_it_is() {
    let (server, client) = server(&[
        (
            r#"</issues?page=1>; rel="prev", </issues?page=3>; rel="next""#,
            r#"[{"id":"a"}]"#,
        ),
        (r#"</issues?page=1>; rel="first""#, r#"[{"id":"b"}]"#),
    ])
    .await;
    let issues = client.default().list_issues().items().collect().await;
    assert_eq!(issues.expect("issues").len(), 2);
    assert_eq!(
        targets(&server),
        ["/issues?api_key=s3cret", "/issues?page=3&api_key=s3cret"]
    );
}

#[tokio::test]
async fn a_cursor_goes_into_its_parameter_for_as_long_as_there_is_more() {
    let (server, client) = server(&[
        (
            "",
            r#"{"data":[{"id":"a"}],"more":true,"paging":{"cursors":{"after":17}}}"#,
        ),
        (
            "",
            r#"{"data":[{"id":"b"}],"more":false,"paging":{"cursors":{"after":18}}}"#,
        ),
    ])
    .await;
    let events = client.default().list_events().items().collect().await;
    assert_eq!(events.expect("events").len(), 2);
    assert_eq!(
        targets(&server),
        ["/events?api_key=s3cret", "/events?cursor=17&api_key=s3cret"]
    );
}

#[tokio::test]
async fn the_last_item_is_the_cursor_where_the_document_says_so() {
    let (server, client) = server(&[
        (
            "",
            r#"{"charges":[{"id":"a"},{"id":"ch 1&2"}],"has_more":true}"#,
        ),
        ("", r#"{"charges":[{"id":"z"}],"has_more":false}"#),
    ])
    .await;
    let charges = client.default().list_charges().items().collect().await;
    assert_eq!(charges.expect("charges").len(), 3);
    assert_eq!(
        targets(&server),
        [
            "/charges?api_key=s3cret",
            "/charges?starting_after=ch%201%262&api_key=s3cret"
        ]
    );
}

#[tokio::test]
async fn an_offset_grows_by_what_came_until_nothing_comes() {
    let (server, client) = server(&[("", "[[1],[2],[3]]"), ("", "[[4]]"), ("", "[]")]).await;
    let rows = client
        .default()
        .list_rows()
        .skip(10)
        .items()
        .collect()
        .await;
    assert_eq!(rows.expect("rows").len(), 4);
    assert_eq!(
        targets(&server),
        [
            "/rows?skip=10&api_key=s3cret",
            "/rows?skip=13&api_key=s3cret",
            "/rows?skip=14&api_key=s3cret"
        ]
    );
}

#[tokio::test]
async fn a_page_number_grows_by_one_from_the_first() {
    let (server, client) = server(&[
        ("", r#"{"result":{"sheets":[{"id":"a"}]}}"#),
        ("", r#"{"result":{"sheets":[{"id":"b"}]}}"#),
        ("", r#"{"result":{"sheets":[]}}"#),
    ])
    .await;
    let sheets = client
        .default()
        .list_sheets()
        .items()
        .limit(2)
        .collect()
        .await;
    assert_eq!(sheets.expect("sheets").len(), 2);
    assert_eq!(
        targets(&server),
        ["/sheets?api_key=s3cret", "/sheets?page=1&api_key=s3cret"]
    );
}

#[tokio::test]
async fn page_numbers_end_at_a_short_page_and_at_404() {
    let two = r#"{"result":{"sheets":[{"id":"a"},{"id":"b"}]}}"#;
    let short = r#"{"result":{"sheets":[{"id":"c"}]}}"#;
    let (server, client) = server(&[("", two), ("", short)]).await;
    let sheets = client.default().list_sheets().items().collect().await;
    assert_eq!(sheets.expect("sheets").len(), 3);
    assert_eq!(targets(&server).len(), 2);

    let answers = [
        Answer::with_headers(200, &[("content-type", "application/json")], two),
        Answer::with_headers(404, &[], ""),
    ];
    let server = Server::start(answers).await;
    let client = Client::builder().base_url(server.url()).api_key("s3cret");
    let client = client.build().expect("a client");
    let sheets = client.default().list_sheets().items().collect().await;
    assert_eq!(sheets.expect("sheets").len(), 2);
    assert_eq!(targets(&server).len(), 2);
}

/// The JSON bodies, in their order.
fn bodies(server: &Server) -> Vec<String> {
    let text = |body: &[u8]| String::from_utf8_lossy(body).into_owned();
    server.requests().iter().map(|it| text(&it.body)).collect()
}

#[tokio::test]
async fn a_cursor_goes_into_the_body_of_a_search() {
    let (server, client) = server(&[
        ("", r#"{"results":[{"id":"a"}],"paging":{"after":"x\"y"}}"#),
        ("", r#"{"results":[{"id":"b"}],"paging":{}}"#),
    ])
    .await;
    let page = models::SearchPage::new().with_limit(1);
    let search = models::Search::new("name = 'a'").with_page(page);
    let found = client.default().search_contacts(search).items().collect();
    assert_eq!(found.await.expect("contacts").len(), 2);
    assert_eq!(
        bodies(&server),
        [
            r#"{"filter":"name = 'a'","page":{"limit":1}}"#,
            r#"{"filter":"name = 'a'","page":{"limit":1,"after":"x\"y"}}"#
        ]
    );
    assert_eq!(targets(&server)[1], "/contacts/search?api_key=s3cret");
}

#[tokio::test]
async fn a_page_number_goes_into_a_body_that_the_call_lacks() {
    let order = |id: &str| {
        format!(r#"{{"orders":[{{"id":"{id}"}}],"total_pages":2,"total":2.0}}"#)
    };
    let (server, client) = server(&[("", &order("a")), ("", &order("b"))]).await;
    let orders = client.default().search_orders().items().collect().await;
    assert_eq!(orders.expect("orders").len(), 2);
    assert_eq!(bodies(&server), ["", r#"{"page":2}"#]);
    let second = &server.requests()[1];
    assert_eq!(second.header("content-type"), Some("application/json"));
}
