//! Values in other forms than the document's, and large numbers.

use golden_formats::response::Response;
use golden_formats::wire::Number;
use golden_formats::{Client, Error, models};
use raw_server::{Answer, Server};

const ID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

fn client(server: &Server) -> Client {
    let builder = Client::builder().base_url(server.url());
    builder.build().expect("a client")
}

async fn stay(properties: &str) -> Result<Response<models::Stay>, Error> {
    let body = format!(r#"{{"id":"{ID}",{properties}}}"#);
    let server = Server::start([Answer::json(200, &body)]).await;
    client(&server).default().read_stay().response().await
}

/// Reads a stay and sends it back; returns what the server received, without the ID.
async fn round_trip(properties: &str) -> String {
    let stay = stay(properties).await.expect("a stay");
    assert!(stay.warnings().is_empty());
    let server = Server::start([Answer::with_headers(204, &[], "")]).await;
    let stored = client(&server).default().store_stay(stay.body).await;
    stored.expect("a success");
    let request = server.request();
    let body = String::from_utf8(request.body.to_vec()).expect("UTF-8");
    let start = format!(r#"{{"id":"{ID}","#);
    let rest = body
        .strip_prefix(&start)
        .and_then(|it| it.strip_suffix('}'));
    rest.unwrap_or_else(|| panic!("{body}")).to_owned()
}

#[tokio::test]
async fn instants_and_dates_are_read_by_what_they_say() {
    for (came, sent) in [
        (
            r#""paid":"2024-01-02T03:04:05.000+0000""#,
            r#""paid":"2024-01-02T03:04:05Z""#,
        ),
        (
            r#""paid":"2024-01-02 03:04:05""#,
            r#""paid":"2024-01-02T03:04:05Z""#,
        ),
        (r#""from":"2024-01-02T03:04:05Z""#, r#""from":"2024-01-02""#),
        (
            r#""changed":"Tuesday, 02-Jan-24 03:04:05 GMT""#,
            r#""changed":"Tue, 02 Jan 2024 03:04:05 GMT""#,
        ),
    ] {
        assert_eq!(round_trip(came).await, sent);
    }
}

#[tokio::test]
async fn what_no_type_can_hold_is_absent_with_a_warning() {
    let properties = format!(r#""from":"","paid":"soon","guests":["{ID}","req_1"],"photo":"*""#);
    let stay = stay(&properties).await.expect("a stay");
    assert_eq!(stay.body.id.to_string(), ID);
    assert_eq!(
        (stay.body.from, stay.body.paid, &stay.body.guests),
        (None, None, &None)
    );
    // Text by the option.
    assert_eq!(stay.body.photo.as_deref(), Some("*"));
    let warnings: Vec<_> = stay
        .warnings()
        .iter()
        .map(|it| (it.path(), it.text()))
        .collect();
    assert_eq!(
        warnings,
        [("$.from", ""), ("$.paid", "soon"), ("$.guests[1]", "req_1")]
    );
}

#[tokio::test]
async fn a_malformed_required_property_is_an_error() {
    let server = Server::start([Answer::json(200, r#"{"id":"req_1"}"#)]).await;
    let error = client(&server).default().read_stay().await;
    let error = error.expect_err("an error").to_string();
    assert!(error.contains("`$.id`: expected a UUID"), "{error}");
}

#[tokio::test]
async fn integers_beyond_64_bits_stay_exact_or_are_an_error() {
    const LARGE: &str = "18446744073709551617";
    for property in ["balance", "measure", "grade"] {
        let sent = format!(r#""{property}":{LARGE}"#);
        assert_eq!(round_trip(&sent).await, sent);
    }
    let grade = stay(&format!(r#""grade":{LARGE}"#)).await.expect("a stay").body.grade;
    let Some(models::StayGrade::Unknown(number)) = grade else {
        panic!("{grade:?}");
    };
    assert_eq!(number.to_string(), LARGE);
    let error = stay(&format!(r#""nights_ever":{LARGE}"#)).await.expect_err("an error");
    let expected = "`$.nights_ever`: expected a 64-bit integer, found a number out of range";
    assert!(error.to_string().contains(expected), "{error}");
}

#[tokio::test]
async fn numbers_are_read_from_quotes_and_written_as_numbers() {
    assert_eq!(
        round_trip(r#""nights":"7","price":"1.5""#).await,
        r#""nights":7,"price":1.5"#
    );
    assert_eq!(
        round_trip(r#""nights":7,"price":null"#).await,
        r#""nights":7,"price":null"#
    );
    assert_eq!(round_trip(r#""room":"12a""#).await, r#""room":"12a""#);
    assert_eq!(round_trip(r#""beds":2"#).await, r#""beds":2"#);
    assert_eq!(round_trip(r#""beds":2.0"#).await, r#""beds":2"#);
    for number in ["NaN", "", "1e400"] {
        assert!(stay(&format!(r#""price":"{number}""#)).await.is_err());
    }
}

#[tokio::test]
async fn large_integers_stay_exact() {
    for properties in [
        r#""counter":18446744073709551615"#,
        r#""balance":18446744073709551615"#,
        r#""balance":-9223372036854775808"#,
        r#""measure":9007199254740993"#,
        r#""measure":18446744073709551615"#,
        r#""measure":1.0"#,
        r#""flags":9223372036854775808"#,
        r#""flags":7"#,
        r#""any":{"n":[18446744073709551615]}"#,
    ] {
        assert_eq!(round_trip(properties).await, properties);
    }
}

#[tokio::test]
async fn an_enumeration_keeps_the_text() {
    let level = r#""level":"2024-01-01T00:00:00""#;
    assert_eq!(round_trip(level).await, level);
}

#[tokio::test]
async fn defaults_of_numbers_are_values() {
    let server = Server::start([Answer::json(200, "{}")]).await;
    let rates = client(&server).default().read_rates().await.expect("rates");
    assert_eq!(
        (rates.factor, rates.offset),
        (Number::from(2), i128::from(u64::MAX))
    );
}

#[tokio::test]
async fn a_date_of_http_is_written_in_gmt() {
    let server = Server::start([Answer::json(200, format!(r#"{{"id":"{ID}"}}"#))]).await;
    let since = chrono::DateTime::parse_from_rfc3339("2024-01-02T04:04:05+01:00");
    let call = client(&server).default().read_stay();
    let call = call.if_modified_since(since.expect("an instant"));
    call.await.expect("a stay");
    let request = server.request();
    assert_eq!(
        request.header("if-modified-since"),
        Some("Tue, 02 Jan 2024 03:04:05 GMT")
    );
}
