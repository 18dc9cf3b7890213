//! Derives and attributes of models, and that they change nothing on the wire.

use std::collections::HashSet;

use golden_options_models::{Client, models};
use raw_server::{Answer, Server};

fn line(x: i32) -> models::Line {
    models::Line::new("A-1", 2, models::Place::new(x, 3))
}

#[test]
fn models_implement_the_traits_that_the_options_name() {
    let lines: HashSet<models::Line> = [line(1), line(2), line(1)].into();
    assert_eq!(lines.len(), 2);
    assert!(line(1) < line(2));
    assert_eq!(models::Place::default(), models::Place::new(0, 0));
    let position = models::Place::new(1, 2);
    let copy = position;
    assert_eq!(position, copy);
    let level = models::Level::N1;
    let copy = level;
    assert_eq!(level, copy);
    // By the derive of another crate, from the documentation.
    assert!(line(1).to_string().starts_with("The schema `Line`."));
}

#[tokio::test]
async fn derives_change_nothing_on_the_wire() {
    let json = r#"{"id":"7","status":"open","lines":[{"article":"A-1","count":2,"position":{"x":1,"y":3}}]}"#;
    let server = Server::start([Answer::json(200, json)]).await;
    let client = Client::builder()
        .base_url(server.url())
        .build()
        .expect("a client");
    let order = models::Order::new("7", [line(1)]).with_status(models::Status::Open);
    let answer = client
        .orders()
        .submit(order.clone())
        .await
        .expect("an order");
    assert_eq!(answer, order);
    assert_eq!(server.request().text(), json);
}

#[tokio::test]
async fn renamed_models_and_fields_keep_their_names_on_the_wire() {
    let json = r#"{"id":"7","placed":"2026-01-31T12:00:00Z","lines":[],"parcel":{"sender":{"name":"A"}},"remarks":["x"]}"#;
    let server = Server::start([Answer::json(200, json)]).await;
    let client = Client::builder()
        .base_url(server.url())
        .build()
        .expect("a client");
    let sender = models::OrderParcelSender::new().with_name("A");
    let order = models::Order::new("7", Vec::<models::Line>::new())
        .with_ordered_at("2026-01-31T12:00:00Z".parse().expect("an instant"))
        .with_parcel(models::Package::new().with_sender(sender))
        .with_notes(["x"]);
    let answer = client.orders().submit(order.clone()).await;
    assert_eq!(answer.expect("an order"), order);
    assert_eq!(server.request().text(), json);
}
