//! Properties whose names match patterns, read from responses and written to requests.

use golden_pattern_properties::error::Error;
use golden_pattern_properties::{Client, models};
use raw_server::{Answer, Server};
use serde_json::{Value, json};

fn client(server: &Server) -> Client {
    Client::builder()
        .base_url(server.url())
        .build()
        .expect("the client is complete")
}

/// Returns the bag that the client reads, and the JSON that it then sends.
async fn exchange(received: &Value) -> (models::Bag, Value) {
    let server = Server::start([
        Answer::json(200, received.to_string()),
        Answer::json(200, "{}"),
    ])
    .await;
    let api = client(&server).patterns();
    let bag = api.exchange_bag(models::Bag::new()).await.expect("a bag");
    api.exchange_bag(bag.clone()).await.expect("a bag");
    let sent = serde_json::from_str(server.requests()[1].text()).expect("JSON");
    (bag, sent)
}

/// Returns the text of the error with which the client rejects a bag.
async fn rejection(received: Value) -> String {
    let server = Server::start([Answer::json(200, received.to_string())]).await;
    let api = client(&server).patterns();
    let error = api.exchange_bag(models::Bag::new()).await;
    match error.expect_err("a wrong value") {
        Error::Decode(error) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_name_that_matches_has_the_type_of_its_pattern() {
    let received = json!({
        "settings": {"id": 1, "x-a": 2, "x-b": -3, "other": [null], "y": "z"},
        "moments": {
            "made_at": "2026-01-02T03:04:05Z",
            // The first pattern of the document decides.
            "is_draft_at": "2026-01-02T03:04:05Z",
            "is_new": true, "is_old": null, "total": 1.5, "a draft": {"v": "w"}, "totals": "text",
        },
        "texts": {"de": "a", "de-AT": "b", "12": ["c"], "DE": true, "de-": false, "1a": true},
        "heir": {"id": 1, "x-a": 2, "y-a": "b", "free": {}},
        "tree": {"t-a": {"t-b": {}, "n": 1}, "m": 2},
    });
    let (bag, sent) = exchange(&received).await;
    assert_eq!(sent, received);

    let settings = bag.settings.expect("settings");
    assert_eq!(
        (settings.x_properties["x-a"], settings.x_properties.len()),
        (2, 2)
    );
    assert_eq!(settings.extra["other"], json!([null]));
    let moments = bag.moments.expect("moments");
    assert!(moments.at_properties.keys().eq(["is_draft_at", "made_at"]));
    assert_eq!(moments.is_properties["is_new"], Some(true));
    assert_eq!(moments.is_properties["is_old"], None);
    assert_eq!(moments.total_properties["total"], 1.5);
    assert_eq!(moments.draft_properties["a draft"].v.as_deref(), Some("w"));
    assert_eq!(moments.extra["totals"], "text");
    let texts = bag.texts.expect("texts");
    assert!(texts.pattern_properties.keys().eq(["de", "de-AT"]));
    assert_eq!(texts.pattern_properties_2["12"], ["c"]);
    assert!(texts.extra.keys().eq(["1a", "DE", "de-"]));
    let heir = bag.heir.expect("an heir");
    assert_eq!(
        (heir.x_properties["x-a"], heir.y_properties["y-a"].as_str()),
        (2, "b")
    );
    assert_eq!(heir.extra["free"], json!({}));
    let tree = bag.tree.expect("a tree");
    assert_eq!(tree.t_properties["t-a"].extra["n"], 1);
}

#[tokio::test]
async fn the_map_of_a_pattern_gives_way_to_a_property_of_its_name() {
    let received = json!({"named": {
        "x_properties": "a", "pattern_properties": "b", "extra": "c", "x-a": 1, "x.a": true, "b": 2, "`": 3, "ab": [4],
    }});
    let (bag, sent) = exchange(&received).await;
    assert_eq!(sent, received);
    let named = bag.named.expect("a bag with names");
    assert_eq!(named.x_properties.as_deref(), Some("a"));
    assert_eq!(named.additional_properties["ab"], json!([4]));
}

#[tokio::test]
async fn a_wrong_value_is_an_error_that_names_the_property() {
    for (received, place) in [
        (
            json!({"settings": {"id": 1, "x-a": "text"}}),
            "$.settings.x-a",
        ),
        (json!({"moments": {"total": true}}), "$.moments.total"),
        (json!({"moments": {"totals": 1}}), "$.moments.totals"),
        (json!({"texts": {"12": "c"}}), r#"$.texts["12"]"#),
        (json!({"tree": {"t-a": {"t-b": 1}}}), "$.tree.t-a.t-b"),
    ] {
        let text = rejection(received).await;
        assert!(text.contains(&format!("`{place}`")), "{text}");
    }
}

#[tokio::test]
async fn a_closed_object_has_only_names_that_match() {
    let received = json!({"closed": {"a": "b", "x-a": "c", "y-a": 1, "z": true}});
    let (bag, sent) = exchange(&received).await;
    assert_eq!(sent, json!({"closed": {"a": "b", "x-a": "c", "y-a": 1}}));
    let closed = bag.closed.expect("a closed object");
    assert_eq!(
        (
            closed.x_properties["x-a"].as_str(),
            closed.y_properties["y-a"]
        ),
        ("c", 1)
    );
}

#[tokio::test]
async fn the_values_of_patterns_choose_the_variant_of_a_union() {
    let counts = json!({"either": {"n-a": 1, "w-a": 2}});
    let (bag, sent) = exchange(&counts).await;
    assert_eq!(sent, counts);
    assert!(matches!(bag.either, Some(models::Either::Counts(it)) if it.n_properties["n-a"] == 1));
    let words = json!({"either": {"n-a": "b", "w-a": "c"}});
    let (bag, sent) = exchange(&words).await;
    assert_eq!(sent, words);
    assert!(matches!(bag.either, Some(models::Either::Words(it)) if it.w_properties["w-a"] == "c"));
}

#[tokio::test]
async fn a_pattern_that_a_client_cannot_match_leaves_values_untyped() {
    let received = json!({"guarded": {"x-a": "b", "c": 1, "d": {}}});
    let (bag, sent) = exchange(&received).await;
    assert_eq!(sent, received);
    let guarded = bag.guarded.expect("a guarded object");
    assert_eq!(guarded.x_properties["x-a"], "b");
    assert_eq!(
        (&guarded.extra["c"], &guarded.extra["d"]),
        (&json!(1), &json!({}))
    );
}

#[tokio::test]
async fn a_name_in_several_maps_is_written_once() {
    let server = Server::start([Answer::json(200, "{}")]).await;
    let mut settings = models::Settings::new(1);
    settings.x_properties.insert("x-a".to_owned(), 2);
    // No pattern is enforced: a name is written as it is, wherever it was put.
    settings.x_properties.insert("other".to_owned(), 3);
    for name in ["x-a", "other", "x-b", "free"] {
        settings.extra.insert(name.to_owned(), json!("extra"));
    }
    let bag = models::Bag::new().with_settings(settings);
    let api = client(&server).patterns();
    api.exchange_bag(bag).await.expect("a bag");
    assert_eq!(
        server.requests()[0].text(),
        r#"{"settings":{"id":1,"other":3,"x-a":2,"free":"extra","x-b":"extra"}}"#
    );
}

#[tokio::test]
async fn maps_of_patterns_are_part_of_query_strings_and_reports() {
    let server = Server::start([Answer::json(200, r#"{"id":1,"x-a":2,"b":"c"}"#)]).await;
    let mut filter = models::Filter::new().with_q("a b");
    filter.x_properties.insert("x-a".to_owned(), 1);
    filter.extra.insert("c".to_owned(), "d".to_owned());
    let api = client(&server).patterns();
    let report = api.read_report().filter(filter).await.expect("a report");
    assert_eq!(
        server.requests()[0].line,
        "GET /reports?q=a%20b&x-a=1&c=d HTTP/1.1"
    );
    assert_eq!((report.id, report.x_properties["x-a"]), (Some(1), 2));
    assert_eq!(report.extra["b"], "c");
}

#[tokio::test]
async fn the_fields_of_a_form_are_text_whatever_their_names() {
    let server = Server::start([Answer::new(204, "", "")]).await;
    let fields =
        [("x-a", "1"), ("b", "true")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let api = client(&server).patterns();
    api.send_form()
        .id(1)
        .additional_fields(std::collections::BTreeMap::from(fields))
        .await
        .expect("a form");
    assert_eq!(server.requests()[0].text(), "id=1&b=true&x-a=1");
}
