//! Models are read and written by serde, in both directions.

use golden_options_types_only::models;

#[test]
fn every_property_is_read_and_written() {
    let json = r#"{"id":"7","placed":"2026-01-31T12:00:00Z","status":"lost","lines":[{"article":"A-1","count":2,"level":3,"position":{"x":1,"y":3}}],"remarks":["x"]}"#;
    let order: models::Order = serde_json::from_str(json).expect("an order");
    assert_eq!(order.status, Some("lost".into()));
    assert_eq!(serde_json::to_string(&order).expect("JSON"), json);
}
