//! How the fields of forms are written.

use std::collections::BTreeMap;

use golden_forms::apis::SendForm;
use golden_forms::{Client, models};
use raw_server::{Answer, Server};

/// The body of a form with the required field and what `set` adds.
async fn sent(set: impl FnOnce(SendForm) -> SendForm) -> String {
    let server = Server::start([Answer::with_headers(204, &[], "")]).await;
    let client = Client::builder()
        .base_url(server.url())
        .build()
        .expect("the client is complete");
    set(client.forms().send_form("t"))
        .await
        .expect("it is sent");
    let request = server.request();
    let form = Some("application/x-www-form-urlencoded");
    assert_eq!(request.header("content-type"), form);
    let body = request.text().strip_prefix("text=t").expect("the text");
    body.strip_prefix('&').unwrap_or(body).to_owned()
}

fn item() -> models::Item {
    models::Item::new(1).with_note("a b")
}

#[tokio::test]
async fn a_list_repeats_its_name() {
    assert_eq!(
        sent(|it| it.texts(["a b", "c&d"])).await,
        "texts=a+b&texts=c%26d"
    );
    assert_eq!(sent(|it| it.numbers([1, 2])).await, "numbers=1&numbers=2");
    let objects = sent(|it| it.objects([models::Item::new(1), item()])).await;
    assert_eq!(
        objects,
        "objects=%7B%22id%22%3A1%7D&objects=%7B%22id%22%3A1%2C%22note%22%3A%22a+b%22%7D"
    );
}

#[tokio::test]
async fn a_list_is_joined_where_its_style_says_so() {
    assert_eq!(sent(|it| it.joined(["a", "b"])).await, "joined=a,b");
    assert_eq!(sent(|it| it.spaced(["a", "b"])).await, "spaced=a+b");
    assert_eq!(sent(|it| it.piped(["a", "b"])).await, "piped=a%7Cb");
    assert_eq!(
        sent(|it| it.json(["a", "b"])).await,
        "json=%5B%22a%22%2C%22b%22%5D"
    );
}

#[tokio::test]
async fn an_object_is_json_unless_it_has_a_style() {
    let json = "%7B%22id%22%3A1%2C%22note%22%3A%22a+b%22%7D";
    assert_eq!(sent(|it| it.object(item())).await, format!("object={json}"));
    assert_eq!(sent(|it| it.spread(item())).await, "id=1&note=a+b");
    let nested = models::Nested::new()
        .with_item(item())
        .with_tags(["x", "y"]);
    assert_eq!(
        sent(|it| it.deep(nested)).await,
        "deep%5Bitem%5D%5Bid%5D=1&deep%5Bitem%5D%5Bnote%5D=a+b\
         &deep%5Btags%5D%5B0%5D=x&deep%5Btags%5D%5B1%5D=y"
    );
}

#[tokio::test]
async fn so_is_a_map() {
    let map = BTreeMap::from([("a".to_owned(), 1)]);
    assert_eq!(sent(|it| it.map(map)).await, "map=%7B%22a%22%3A1%7D");
    let map = BTreeMap::from([("a b".to_owned(), "c".to_owned())]);
    assert_eq!(sent(|it| it.deep_map(map)).await, "deepMap%5Ba+b%5D=c");
}

#[tokio::test]
async fn reserved_characters_stay_where_they_may() {
    let text = "a/b?c=d&e f";
    assert_eq!(
        sent(|it| it.reserved(text)).await,
        "reserved=a/b?c=d%26e%20f"
    );
}

#[tokio::test]
async fn other_values_are_text() {
    assert_eq!(sent(|it| it.flag(true)).await, "flag=true");
    assert_eq!(sent(|it| it.amount(1.5)).await, "amount=1.5");
    let day = "2026-01-31".parse().expect("a day");
    assert_eq!(sent(|it| it.day(day)).await, "day=2026-01-31");
    assert_eq!(sent(|it| it.two_words("&")).await, "two+words=%26");
}

#[tokio::test]
async fn a_form_that_may_be_left_out_is_sent_with_a_field_alone() {
    let server = Server::start([Answer::with_headers(204, &[], "")]).await;
    let client = Client::builder()
        .base_url(server.url())
        .build()
        .expect("the client is complete");
    client.forms().may_send_form().await.expect("it is sent");
    let call = client.forms().may_send_form().text("");
    call.await.expect("it is sent");
    let requests = server.requests();
    assert_eq!(requests[0].header("content-type"), None);
    assert_eq!(requests[0].header("content-length"), Some("0"));
    let form = Some("application/x-www-form-urlencoded");
    assert_eq!(requests[1].header("content-type"), form);
    assert_eq!(requests[1].text(), "text=");
}
