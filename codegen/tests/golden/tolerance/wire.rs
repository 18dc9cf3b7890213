//! What the document requires and an answer lacks, and what of that goes back.

use golden_tolerance::{Client, Error, models};
use raw_server::{Answer, Server};

async fn order(body: &str) -> Result<models::Order, Error> {
    let server = Server::start([Answer::json(200, body)]).await;
    let client = Client::builder()
        .base_url(server.url())
        .build()
        .expect("a client");
    client.default().read_order("7").await
}

const PLACED: &str = "2026-01-31T12:00:00Z";

#[tokio::test]
async fn what_is_tolerated_may_be_missing_or_null() {
    for body in [
        format!(r#"{{"id":"7","placed":"{PLACED}"}}"#),
        format!(
            r#"{{"id":"7","placed":"{PLACED}","state":null,"total":null,"lines":null,"buyer.name":null,"closed":null}}"#
        ),
    ] {
        let order = order(&body).await.expect("an order");
        assert_eq!(
            (order.id.as_str(), order.state, order.total),
            ("7", None, None)
        );
        assert_eq!(
            (order.lines, order.buyer_name, order.closed),
            (None, None, None)
        );
    }
}

#[tokio::test]
async fn what_is_there_is_read_and_what_is_unknown_is_no_error() {
    let body = format!(
        r#"{{"id":"7","placed":"{PLACED}","state":"lost","total":5,"new":[1],
            "lines":[{{"article":"a","parts":[{{}}]}},{{"parts":null,"colour":"red"}}],"buyer.name":"Ada","closed":"{PLACED}"}}"#
    );
    let order = order(&body).await.expect("an order");
    assert_eq!(
        order.state,
        Some(models::OrderState::Unknown("lost".to_owned()))
    );
    assert_eq!(
        (order.total, order.buyer_name.as_deref()),
        (Some(5), Some("Ada"))
    );
    let lines = order.lines.expect("lines");
    assert_eq!(lines[0].article.as_deref(), Some("a"));
    let parts = lines[0].parts.as_ref().expect("parts");
    assert_eq!((&parts[0].article, &parts[0].parts), (&None, &None));
    assert_eq!(lines[1].parts, None);
    assert_eq!(
        order.closed.map(|it| it.to_rfc3339()),
        Some("2026-01-31T12:00:00+00:00".to_owned())
    );
}

#[tokio::test]
async fn what_is_not_named_is_still_required_and_of_its_type() {
    for (body, place) in [
        (r#"{"id":"7"}"#.to_owned(), "$.placed"),
        (format!(r#"{{"id":null,"placed":"{PLACED}"}}"#), "$.id"),
        (
            format!(r#"{{"id":"7","placed":"{PLACED}","total":"many"}}"#),
            "$.total",
        ),
        (
            format!(r#"{{"id":"7","placed":"{PLACED}","lines":[{{"article":5}}]}}"#),
            "$.lines[0].article",
        ),
    ] {
        let error = order(&body).await.expect_err("a mismatch");
        assert!(error.to_string().contains(place), "{error}");
    }
}

#[tokio::test]
async fn a_request_has_what_an_answer_may_lack() {
    let server = Server::start([
        Answer::json(200, r#"{"pinned":true}"#),
        Answer::json(200, r#"{"pinned":true,"author":null,"text":null}"#),
        Answer::json(
            200,
            r#"{"id":"1","pinned":false,"author":"Ada","text":"b"}"#,
        ),
    ])
    .await;
    let client = Client::builder()
        .base_url(server.url())
        .build()
        .expect("a client");
    let api = client.default();
    let bare = api
        .write_note(models::Note::new("a", None, true))
        .await
        .expect("a note");
    assert_eq!((&bare.text, &bare.author), (&None, &None));
    let null = api.write_note(bare).await.expect("a note");
    assert_eq!((&null.text, &null.author), (&None, &Some(None)));
    let full = api.write_note(null).await.expect("a note");
    assert_eq!(full.author, Some(Some("Ada".to_owned())));
    let requests = server.requests();
    let bodies: Vec<_> = requests.iter().map(|it| it.text()).collect();
    // What an answer lacked isn't made up when it goes back.
    assert_eq!(
        bodies,
        [
            r#"{"text":"a","author":null,"pinned":true}"#,
            r#"{"pinned":true}"#,
            r#"{"author":null,"pinned":true}"#,
        ]
    );
}

#[tokio::test]
async fn a_page_without_items_is_an_empty_one() {
    let server = Server::start([
        Answer::json(
            200,
            r#"{"data":[{"pinned":true}],"meta":{"next_page_url":"/notes?page=2"}}"#,
        ),
        Answer::json(200, "{}"),
    ])
    .await;
    let client = Client::builder()
        .base_url(server.url())
        .build()
        .expect("a client");
    let notes = client
        .default()
        .list_notes()
        .items()
        .collect()
        .await
        .expect("notes");
    assert_eq!(notes.len(), 1);
    assert_eq!(server.requests().len(), 2);
}
