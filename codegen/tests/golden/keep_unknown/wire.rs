//! A read, change, write cycle with properties that the document doesn't name.

use golden_keep_unknown::{Client, models};
use raw_server::{Answer, Server};
use serde_json::json;

#[tokio::test]
async fn unknown_properties_are_written_back() {
    let received =
        r#"{"id":1,"name":"a","password":"p","owner":{"name":"o","since":1},"new":{"x":[null]}}"#;
    let server = Server::start([
        Answer::json(200, received),
        Answer::with_headers(204, &[], ""),
    ])
    .await;
    let api = Client::builder()
        .base_url(server.url())
        .build()
        .expect("the client is complete")
        .pets();
    let mut pet = api.read_pet("1").await.expect("a pet");
    assert_eq!(pet.id, Some(1));
    assert_eq!(pet.extra["new"], json!({"x": [null]}));
    pet.name = "b".to_owned();
    api.replace_pet("1", pet).await.expect("success");
    // Read-only properties aren't written, and write-only ones aren't read.
    assert_eq!(
        server.requests()[1].text(),
        r#"{"name":"b","owner":{"name":"o","since":1},"new":{"x":[null]}}"#
    );
}

#[test]
fn models_of_requests_alone_have_no_such_map() {
    let models::Search { name, .. } = models::Search::new();
    assert_eq!(name, None);
}
