//! Members of any type: absent, null and a value are three things.

use golden_any_values::{Client, models};
use raw_server::{Answer, Server};
use serde_json::{Value, json};

fn client(server: &Server) -> Client {
    Client::builder()
        .base_url(server.url())
        .build()
        .expect("the client is complete")
}

/// Every member in one of its states.
const ALERTS: [&str; 4] = [
    r#"{"subject":null,"reason":null,"cause":null,"instances":null,"state":null,"named":null,"fallback":null}"#,
    r#"{"subject":1,"reason":"x"}"#,
    r#"{"subject":[null],"reason":{"a":null},"cause":false,"instances":[],"state":0,"named":{},"fallback":1}"#,
    r#"{"subject":"x","reason":true,"cause":"y","title":"z"}"#,
];

#[tokio::test]
async fn an_answer_is_kept_as_it_came() {
    let server = Server::start(ALERTS.map(|it| Answer::json(200, it))).await;
    let api = client(&server).alerts();
    for sent in ALERTS {
        let alert = api.read_alert().await.expect("an alert");
        let kept = serde_json::to_string(&alert).expect("JSON");
        assert_eq!(kept, sent);
    }
}

#[tokio::test]
async fn a_request_tells_null_from_absence() {
    let absent = r#"{"subject":null,"reason":null}"#;
    let null = r#"{"subject":1,"reason":2,"instances":null,"state":null,"named":null,"stamp":null,"secret":3}"#;
    let server = Server::start([Answer::json(200, absent), Answer::json(200, null)]).await;
    let api = client(&server).alerts();
    let nothing = models::Note::new(Value::Null, Value::Null);
    let nulls = models::Note::new(1, 2)
        .with_instances(Value::Null)
        .with_state(Value::Null)
        .with_named(Value::Null)
        .with_secret(Value::Null);
    let note = api.add_note(nothing).await.expect("a note");
    assert_eq!((note.instances, note.state, note.named), (None, None, None));
    let note = api.add_note(nulls).await.expect("a note");
    assert_eq!(note.instances, Some(Value::Null));
    assert_eq!(note.state, Some(Value::Null));
    assert_eq!(note.named, Some(Value::Null));
    assert_eq!(note.stamp, Some(Value::Null));
    // Only requests have it.
    assert_eq!(note.secret, None);
    assert_eq!(note.reason, json!(2));

    let requests = server.requests();
    assert_eq!(requests[0].text(), absent);
    assert_eq!(
        requests[1].text(),
        r#"{"subject":1,"reason":2,"instances":null,"state":null,"named":null,"secret":null}"#
    );
}
