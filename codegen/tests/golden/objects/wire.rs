//! Constants, undeclared properties, patterns, combined declarations, and types of themselves.

use golden_objects::{Client, models};
use raw_server::{Answer, Server};
use serde_json::{Value, json};

fn client(server: &Server) -> Client {
    Client::builder()
        .base_url(server.url())
        .build()
        .expect("the client is complete")
}

/// Returns the model that the client reads, and the JSON that it then sends.
async fn exchange_bag(received: &Value) -> (models::Bag, Value) {
    let server = Server::start([
        Answer::json(200, received.to_string()),
        Answer::json(200, "{}"),
    ])
    .await;
    let api = client(&server).objects();
    let bag = api.exchange_bag(models::Bag::new()).await.expect("a bag");
    api.exchange_bag(bag.clone()).await.expect("a bag");
    let sent = serde_json::from_str(server.requests()[1].text()).expect("JSON");
    (bag, sent)
}

#[tokio::test]
async fn an_absent_constant_stays_absent() {
    let server = Server::start([Answer::json(200, r#"{"id":1,"kind":"other"}"#)]).await;
    let event = client(&server)
        .objects()
        .read_event()
        .await
        .expect("an event");
    assert_eq!(
        (event.deleted, event.level, event.label),
        (None, None, None)
    );
    // Another value than the documented one is kept.
    assert_eq!(event.kind.as_str(), "other");
}

#[tokio::test]
async fn the_client_writes_constants_itself() {
    let full = r#"{"kind":"event","version":2,"live":true,"ratio":0.5,"state":null,"open":"unusual","label":"special","level":3,"meta":{"a":[1]}}"#;
    let server = Server::start([Answer::json(200, full), Answer::json(200, full)]).await;
    let api = client(&server).objects();
    let event = models::Event::new(None, json!({"a": [1]}))
        .with_open("unusual")
        .with_label()
        .with_level();
    let received = api.exchange_event(event.clone()).await.expect("an event");
    assert_eq!(received, event);
    api.exchange_event(models::Event::new(Some(models::EventState::Open), 1))
        .await
        .expect("an event");
    let requests = server.requests();
    assert_eq!(requests[0].text(), full);
    assert_eq!(
        requests[1].text(),
        r#"{"kind":"event","version":2,"live":true,"ratio":0.5,"state":"open","meta":1}"#
    );
}

#[tokio::test]
async fn no_property_is_lost_or_changed() {
    let received = json!({
        "level": -1, "narrowed": 1, "size": "m", "factor": 1.5, "odd": 2, "short": 7,
        "settings": {"id": 1, "x-a": "b", "other": [null]},
        "labels": {"x-a": "b"},
        "mixed": {"a": 1, "x-a": "b", "d-a": {"v": "w"}, "c": true},
        "parts": {"id": "i", "n": 1, "more": "m"},
        "problem": {
            "details": [{"issue": "i", "hint": "h"}],
            "tags": ["a", "z"],
            "grid": [[{"issue": "i", "hint": "h"}]],
            "by_name": {"n": {"issue": "i", "hint": "h"}},
        },
        "tree": {"a": {"b": {}}, "c": {}},
        "nested": [[], [[]]],
        "rows": [{"a": null, "b": [{}]}],
        "letter": [[]],
        "inline": [[[]], []],
        "defined": {"count": 3},
    });
    let (bag, sent) = exchange_bag(&received).await;
    assert_eq!(sent, received);

    assert_eq!(bag.level, Some(models::Level::Minus));
    assert_eq!(bag.narrowed, Some(models::BagNarrowed::Plus));
    assert_eq!(bag.size, Some(models::BagSize::Medium));
    assert_eq!(bag.factor, Some(models::BagFactor::MORE_THAN_ONE));
    assert_eq!(bag.short, Some(models::BagShort::Unknown(7)));
    let settings = bag.settings.expect("settings");
    assert_eq!(settings.extra["other"], json!([null]));
    assert_eq!(bag.labels.expect("labels")["x-a"], "b");
    assert_eq!(bag.parts.expect("parts").extra["more"], "m");
    let problem = bag.problem.expect("a problem");
    let details = problem.details.expect("details");
    assert_eq!(
        (details[0].issue.as_str(), details[0].hint.as_deref()),
        ("i", Some("h"))
    );
    let tags = problem.tags.expect("tags");
    assert_eq!(tags[0], models::ProblemTagsItem::A);
    assert_eq!(tags[1].as_str(), "z");
    assert_eq!(
        problem.grid.expect("a grid")[0][0].hint.as_deref(),
        Some("h")
    );
    assert_eq!(
        problem.by_name.expect("a map")["n"].hint.as_deref(),
        Some("h")
    );
}

#[tokio::test]
async fn a_type_of_itself_is_used_like_a_list_or_map() {
    let tree: models::Tree = [("a".to_owned(), models::Tree::default())]
        .into_iter()
        .collect();
    let nested = models::Nested::from(vec![models::Nested::default()]);
    assert_eq!((tree.len(), nested.iter().count()), (1, 1));
    for (name, inner) in &tree {
        assert_eq!((name.as_str(), inner.is_empty()), ("a", true));
    }
    let server = Server::start([Answer::json(200, "{}")]).await;
    let bag = models::Bag::new()
        .with_tree(tree)
        .with_nested(nested)
        .with_marker(models::Marker::default());
    client(&server)
        .objects()
        .exchange_bag(bag)
        .await
        .expect("a bag");
    assert_eq!(
        server.requests()[0].text(),
        r#"{"tree":{"a":{}},"nested":[[]],"marker":{"kind":"marker"}}"#
    );
}
