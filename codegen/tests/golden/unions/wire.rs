//! Which variant a value becomes, and that a value is written as it was read.

use golden_unions::models::{self, Values};
use golden_unions::Client;
use raw_server::{Answer, Server};
use serde_json::{Value, json};

/// Reads values from a response, sends them back, and asserts that the server receives the same JSON.
async fn exchange(values: Value) -> Values {
    let server = Server::start([Answer::json(200, values.to_string())]).await;
    let client = Client::builder().base_url(server.url()).build();
    let api = client.expect("the client is complete").default();
    let read = api.put_values(Values::new()).await.expect("values");
    api.put_values(read.clone()).await.expect("values");
    let requests = server.requests();
    let sent: Value = serde_json::from_str(requests[1].text()).expect("JSON");
    assert_eq!(sent, values);
    read
}

macro_rules! assert_variant {
    ($field:ident: $value:tt, $pattern:pat) => {
        let read = exchange(json!({ stringify!($field): $value })).await;
        assert!(matches!(read.$field, Some($pattern)), "{:?}", read.$field);
    };
}

#[tokio::test]
async fn a_constant_or_an_enumeration_tells_objects_apart() {
    use models::{Job, Notice, Switch};
    assert_variant!(switch: {"on": false, "note": "n"}, Switch::SwitchedOff(_));
    assert_variant!(switch: {"on": true, "since": "s"}, Switch::SwitchedOn(_));
    assert_variant!(notice: {"data": {"type": "removed", "why": "w"}}, Notice::Removed(_));
    assert_variant!(notice: {"data": {"type": "moved", "by": "b"}}, Notice::Unknown(_));
    assert_variant!(job: {"state": "failed", "result": "r"}, Job::Closed(_));
    assert_variant!(job: {"state": "paused", "worker": "w"}, Job::Unknown(_));
}

#[tokio::test]
async fn the_variant_with_a_place_for_most_of_the_value_is_chosen() {
    use models::{Labels, Lists, Options, Person, Sealed};
    assert_variant!(sealed: {"a": "x"}, Sealed::Tight(_));
    assert_variant!(sealed: {"a": "x", "more": 1}, Sealed::Unknown(_));
    assert_variant!(options: {"far": "f"}, Options::Far(_));
    assert_variant!(options: {"near": "n", "at": 1}, Options::Exact(_));
    assert_variant!(options: {"near": "n", "far": "f"}, Options::Combined(_));
    assert_variant!(person: {"salary": 1, "boss": "b"}, Person::Employee(_));
    assert_variant!(person: {"salary": 1, "orders": ["o"]}, Person::Combined(_));
    assert_variant!(person: {"boss": "b"}, Person::Unknown(_));
    assert_variant!(lists: ["a", "b"], Lists::StringList(_));
    assert_variant!(lists: ["a", 1], Lists::List(_));
    assert_variant!(labels: {"a": "x"}, Labels::StringMap(_));
    assert_variant!(labels: {"a": "x", "b": 1}, Labels::AnyMap(_));
}

#[tokio::test]
async fn a_union_within_a_union_is_selected_by_its_own_values() {
    use models::{Mammal, Pig, Version};
    assert_variant!(mammal: {"class": "basque", "spots": 2}, Mammal::Pig(Pig::Basque(_)));
    assert_variant!(mammal: {"class": "Whale"}, Mammal::Whale(_));
    assert_variant!(mammal: {"class": "cow"}, Mammal::Unknown(_));
    assert_variant!(version: {"v": 2, "b": "b"}, Version::Two(_));
    assert_variant!(version: {"v": 3, "b": "b"}, Version::Unknown(_));
}

#[tokio::test]
async fn a_base_is_a_union_of_its_heirs() {
    use models::{Truck, Vehicle};
    assert_variant!(vehicle: {"kind": "car", "wheels": 4, "seats": 5}, Vehicle::Car(_));
    assert_variant!(vehicle: {"kind": "truck", "wheels": 6, "load": 1.5}, Vehicle::Truck(Truck::Base(_)));
    assert_variant!(vehicle: {"kind": "Tanker", "wheels": 6, "liquid": "l"}, Vehicle::Truck(Truck::Tanker(_)));
    assert_variant!(vehicle: {"kind": "bike", "wheels": 2, "bell": true}, Vehicle::Base(_));
    assert_variant!(vehicle: {"wheels": 2}, Vehicle::Unknown(_));
}

#[tokio::test]
async fn a_base_may_only_add_a_discriminator() {
    use models::Setting;
    assert_variant!(setting: {"kind": "Export", "enabled": true}, Setting::Export(_));
    assert_variant!(setting: {"kind": "Import", "from": "f"}, Setting::Base(_));
    let read = exchange(json!({"item": {"id": "i", "type": "t"}})).await;
    let item = read.item.expect("the response has an item");
    assert_eq!(item.r#type.as_deref(), Some("t"));
}

#[tokio::test]
async fn additional_properties_beside_a_union_are_kept() {
    use models::Extras;
    assert_variant!(extras: {"card": "c", "bin": "b", "more": "m"}, Extras::Card(_));
    assert_variant!(extras: {"card": "c", "bank": "b", "more": "m"}, Extras::Card(_) | Extras::Bank(_));
    let read = exchange(json!({"extras": {"bank": "b", "ключ": "m"}})).await;
    let Some(Extras::Bank(bank)) = read.extras else {
        panic!("{:?}", read.extras);
    };
    assert_eq!(bank.extra["ключ"], "m");
}

#[tokio::test]
async fn the_discriminator_is_written_as_it_was_read() {
    use models::{Crossed, Device};
    assert_variant!(device: {"type": "vent", "speed": 1, "status": "on"}, Device::Vent(_));
    assert_variant!(device: {"type": "fan", "speed": 1}, Device::Fan(_));
    assert_variant!(crossed: {"left": "l", "down": "d"}, Crossed::LeftDown(_));
    // A wrong value can't be sent.
    let server = Server::start([Answer::json(200, "{}")]).await;
    let client = Client::builder().base_url(server.url()).build();
    let api = client.expect("the client is complete").default();
    let mut car = models::Car::new(4, 5);
    car.kind = "boat".to_owned();
    let values = Values::new().with_vehicle(car);
    api.put_values(values).await.expect("values");
    let sent: Value = serde_json::from_str(server.requests()[0].text()).expect("JSON");
    assert_eq!(sent, json!({"vehicle": {"kind": "car", "wheels": 4, "seats": 5}}));
}

#[tokio::test]
async fn a_discriminator_is_written_as_the_type_that_it_has() {
    use models::{Back, Bar, Closed, Dial, Front, Gauge, Opened, Panel, Relay};
    assert_variant!(gauge: {"unit": 1, "angle": 3}, Gauge::Dial(_));
    assert_variant!(gauge: {"unit": 3, "length": "l", "more": "m"}, Gauge::N3(_));
    assert_variant!(relay: {"closed": false, "gap": 1}, Relay::Opened(_));
    assert_variant!(panel: {"layer": 2, "socket": "s"}, Panel::Back(_));
    assert_variant!(panel: {"layer": 7, "more": true}, Panel::Base(_));
    let mut back = Back::new().with_socket("s");
    back.layer = 1;
    let made = [
        Values::new().with_gauge(Dial::new().with_angle(3)),
        Values::new().with_gauge(Gauge::N3(Bar::new())),
        Values::new().with_relay(Closed::new()),
        Values::new().with_relay(Opened::new()),
        Values::new().with_panel(Front::new()),
        Values::new().with_panel(back),
    ];
    let wanted = [
        json!({"gauge": {"unit": 1, "angle": 3}}),
        json!({"gauge": {"unit": 3}}),
        json!({"relay": {"closed": true}}),
        json!({"relay": {"closed": false}}),
        json!({"panel": {"layer": 1}}),
        json!({"panel": {"layer": 2, "socket": "s"}}),
    ];
    let server = Server::start([Answer::json(200, "{}")]).await;
    let client = Client::builder().base_url(server.url()).build();
    let api = client.expect("the client is complete").default();
    for values in made {
        api.put_values(values).await.expect("values");
    }
    let requests = server.requests();
    let sent = requests.iter().map(|it| serde_json::from_str::<Value>(it.text()).expect("JSON"));
    assert_eq!(sent.collect::<Vec<_>>(), wanted);
}

#[tokio::test]
async fn values_of_one_property_tell_alternatives_apart() {
    use models::{Memo, Slot};
    assert_variant!(slot: {"at": 2, "row": 1}, Slot::Counted(_));
    assert_variant!(slot: {"at": "2", "row": 1}, Slot::Named(_));
    assert_variant!(memo: {"sort": "task", "text": "t"}, Memo::Task(_));
    assert_variant!(memo: {"sort": "draft", "text": "t"}, Memo::Unknown(_));
}

#[tokio::test]
async fn properties_of_other_variants_are_kept() {
    use models::{Badge, Parcel, Person};
    assert_variant!(badge: {"kind": "round", "id": 1, "side": 2}, Badge::Round(_));
    assert_variant!(parcel: {"form": "tube", "size": {"height": 3}}, Parcel::Tube(_));
    assert_variant!(parcel: {"form": "box", "size": {}, "labels": [{"code": null}]}, Parcel::Box(_));
    // The value is no list, so it isn't the other variant's property.
    assert_variant!(person: {"salary": 1, "orders": null}, Person::Employee(_));
    let read = exchange(json!({"badge": {"kind": "square", "id": 1, "radius": [2]}})).await;
    let Some(Badge::Square(square)) = read.badge else {
        panic!("{:?}", read.badge);
    };
    assert_eq!(square.extra["radius"], json!([2]));
}

#[tokio::test]
async fn null_stays_null() {
    use models::{Check, Margin};
    assert_variant!(margin: {"note": null}, Margin::Maybe(_));
    assert_variant!(margin: {"note": null, "maybe": null}, Margin::Maybe(_));
    assert_variant!(margin: {"note": "n"}, Margin::Never(_));
    // Null isn't allowed here, but it is no reason to lose another property.
    let answer = json!({"margin": {"note": null, "never": "n"}, "notice": null});
    let checks = json!([
        {"result": "failed", "until": null, "by": null},
        {"result": "failed"},
        {"result": "passed", "until": null},
    ]);
    let answers = [answer.to_string(), checks.to_string()];
    let server = Server::start(answers.map(|text| Answer::json(200, text))).await;
    let client = Client::builder().base_url(server.url()).build();
    let api = client.expect("the client is complete").default();
    let read = api.put_values(Values::new()).await.expect("values");
    assert!(
        matches!(read.margin, Some(Margin::Never(_))),
        "{:?}",
        read.margin
    );
    assert_eq!(read.notice, None);
    let checks = api.list_checks().await.expect("checks");
    let [
        Check::Failed(null),
        Check::Failed(absent),
        Check::Passed(passed),
    ] = checks.as_slice()
    else {
        panic!("{checks:?}");
    };
    assert_eq!(
        (null.until, absent.until, passed.until),
        (Some(None), None, None)
    );
    // Absence tells nothing of this one.
    assert_eq!((&null.by, &absent.by), (&None::<String>, &None));
}

#[tokio::test]
async fn another_value_than_the_constant_is_unknown() {
    use models::{ValuesFlag, ValuesLimit, ValuesSwitched};
    assert_variant!(flag: true, ValuesFlag::Boolean(true));
    assert_variant!(flag: "on", ValuesFlag::String(_));
    assert_variant!(flag: false, ValuesFlag::Unknown(_));
    assert_variant!(switched: false, ValuesSwitched::Boolean(false));
    assert_variant!(limit: {"most": 1}, ValuesLimit::Variant2(_));
    assert_variant!(limit: "some", ValuesLimit::Unknown(_));
}

#[tokio::test]
async fn constants_of_one_type_are_an_enumeration_and_cycles_end() {
    use models::{Chain, Filter, Level};
    assert_variant!(level: 1, Level::Low);
    assert_variant!(level: 7, Level::Unknown(7));
    assert_variant!(level: 18446744073709551615_u64, Level::Unknown(18446744073709551615));
    assert_variant!(chain: 5, Chain::Integer(5));
    assert_variant!(filter: {"all": [{"any": []}, {"field": "f", "value": "v"}]}, Filter::All(_));
    // Each union is asked once for each value, so depth doesn't multiply.
    let mut deep = json!({"field": "f", "value": "v"});
    for _ in 0..40 {
        deep = json!({"all": [deep], "any": [{"any": []}]});
    }
    exchange(json!({"filter": deep})).await;
}
