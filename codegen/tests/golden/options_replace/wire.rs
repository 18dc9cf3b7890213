//! Values of types that take the place of schemas, in requests and responses.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use golden_options_replace::custom::Money;
use golden_options_replace::{Client, Error, models};
use raw_server::{Answer, Server};

fn cents(cents: u64) -> Money {
    Money { cents }
}

async fn create(answer: &str) -> (Server, Result<models::Order, Error>) {
    let server = Server::start([Answer::json(200, answer)]).await;
    let client = Client::builder()
        .base_url(server.url())
        .build()
        .expect("a client");
    let home = Ipv4Addr::LOCALHOST;
    let order = models::Order::new(cents(1250), home)
        .with_discount(cents(5))
        .with_mirrors([home, Ipv4Addr::BROADCAST])
        .with_size(BTreeMap::from([("width".to_owned(), 3)]))
        .with_weights(BTreeMap::from([("a".to_owned(), cents(1).into())]))
        .with_either(models::Money::from(cents(7)));
    let call = client.default().create_order(home, order);
    let order = call.limit(cents(100)).hosts([home, home]).await;
    (server, order)
}

const ORDER: &str = r#"{"total":"12.50 EUR","discount":"0.05 EUR","host":"127.0.0.1","mirrors":["127.0.0.1","255.255.255.255"],"size":{"width":3},"weights":{"a":"0.01 EUR"},"either":"0.07 EUR"}"#;

#[tokio::test]
async fn values_are_written_and_read_by_their_types() {
    let (server, order) = create(ORDER).await;
    let request = server.request();
    assert_eq!(
        request.line,
        "POST /orders/127.0.0.1?limit=1.00%20EUR&hosts=127.0.0.1&hosts=127.0.0.1 HTTP/1.1"
    );
    assert_eq!(request.text(), ORDER);
    let order = order.expect("an order");
    assert_eq!((order.total.cents, order.host), (1250, Ipv4Addr::LOCALHOST.into()));
    assert_eq!(order.total, cents(1250));
    assert_eq!(order.discount.flatten().map(|it| it.into_inner()), Some(cents(5)));
    let either = order.either.expect("a value");
    assert_eq!(either, models::OrderEither::Money(cents(7).into()));
}

#[tokio::test]
async fn a_required_value_that_its_type_does_not_read_is_an_error_with_its_place() {
    let (_, order) = create(r#"{"total":"a lot","host":"127.0.0.1"}"#).await;
    let error = order.expect_err("an error").to_string();
    assert!(error.contains("total") && error.contains("custom::Money"), "{error}");
    let (_, order) = create(r#"{"total":"1.00 EUR"}"#).await;
    let error = order.expect_err("an error").to_string();
    assert!(error.contains("host"), "{error}");
}

#[tokio::test]
async fn an_optional_text_that_its_type_does_not_read_is_absent() {
    let json = r#"{"total":"1.00 EUR","host":"127.0.0.1","gateway":"::1","mirrors":["x"],"discount":null}"#;
    let (_, order) = create(json).await;
    let order = order.expect("an order");
    assert_eq!((order.gateway, order.mirrors, order.discount.flatten()), (None, None, None));
}
