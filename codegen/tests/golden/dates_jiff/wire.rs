//! Dates and times as types of jiff, in every place of a request and of a response.

use golden_dates_jiff::response::Response;
use golden_dates_jiff::wire::HttpDate;
use golden_dates_jiff::{Client, Error, headers, models};
use jiff::civil::{Date, date};
use jiff::tz::{Offset, TimeZone, offset};
use jiff::{Timestamp, ZonedDateTime};
use raw_server::{Answer, Server};

const NOON: &str = r#""at":"2024-07-01T12:00:00+02:00""#;

fn client(server: &Server) -> Client {
    let builder = Client::builder().base_url(server.url());
    builder.build().expect("a client")
}

/// Noon in a zone two hours ahead of UTC.
fn noon() -> ZonedDateTime {
    let zone = offset(2).to_time_zone();
    let noon = date(2024, 7, 1).at(12, 0, 0, 0).to_zoned_datetime(zone);
    noon.expect("an instant")
}

async fn visits(body: &str) -> Result<Response<Vec<models::Visit>>, Error> {
    let headers = [
        ("content-type", "application/json"),
        ("x-next", "2024-07-01 12:00:00 -0330"),
    ];
    let server = Server::start([Answer::with_headers(200, &headers, body)]).await;
    let api = client(&server).default();
    api.list_visits(date(2024, 7, 1), noon()).response().await
}

async fn visit(properties: &str) -> models::Visit {
    let mut response = visits(&format!("[{{{properties}}}]")).await.expect("visits");
    assert!(response.warnings().is_empty());
    response.body.pop().expect("a visit")
}

/// Reads a visit and sends it back; returns what the server received, without braces.
async fn round_trip(properties: &str) -> String {
    let visit = visit(properties).await;
    let server = Server::start([Answer::with_headers(204, &[], "")]).await;
    let stored = client(&server).default().store_visit(visit).await;
    stored.expect("a success");
    let request = server.request();
    request.text().trim_matches(['{', '}']).to_owned()
}

#[tokio::test]
async fn parameters_keep_the_offset() {
    let server = Server::start([Answer::json(200, "[]")]).await;
    let call = client(&server)
        .default()
        .list_visits(date(2024, 7, 1), noon())
        .until(date(2024, 7, 31))
        .since(Timestamp::UNIX_EPOCH.to_zoned_datetime(TimeZone::UTC))
        .mailed(noon())
        .days([date(2024, 7, 2), date(2024, 7, 3)])
        .x_at(noon())
        .if_modified_since(noon());
    call.await.expect("visits");
    let request = server.request();
    assert_eq!(
        request.line,
        "GET /visits/2024-07-01/2024-07-01T12%3A00%3A00%2B02%3A00?until=2024-07-31\
         &since=1970-01-01T00%3A00%3A00Z&mailed=Mon%2C%2001%20Jul%202024%2012%3A00%3A00%20%2B0200\
         &days=2024-07-02,2024-07-03 HTTP/1.1"
    );
    assert_eq!(request.header("x-at"), Some("2024-07-01T12:00:00+02:00"));
    assert_eq!(
        request.header("if-modified-since"),
        Some("Mon, 01 Jul 2024 10:00:00 GMT")
    );
}

#[tokio::test]
async fn fields_of_a_form_keep_the_offset() {
    let server = Server::start([Answer::with_headers(204, &[], "")]).await;
    let call = client(&server).default().submit_visit(noon());
    let call = call.day(date(2024, 7, 1)).mailed(noon()).changed(noon());
    call.await.expect("a success");
    assert_eq!(
        server.request().text(),
        "at=2024-07-01T12%3A00%3A00%2B02%3A00&day=2024-07-01\
         &mailed=Mon%2C+01+Jul+2024+12%3A00%3A00+%2B0200\
         &changed=Mon%2C+01+Jul+2024+10%3A00%3A00+GMT"
    );
}

#[tokio::test]
async fn values_of_a_response_are_types_of_jiff() {
    let visit = visit(
        r#""at":"2024-07-01T12:00:00.5+02:00","day":"2024-07-01","ended":null,
           "mailed":"Mon, 01 Jul 2024 12:00:00 +0200","changed":"Mon, 01 Jul 2024 10:00:00 GMT",
           "history":["2024-07-01T09:00:00Z"],"byDay":{"a":"2024-07-02"},
           "span":{"first":"2024-07-01"}"#,
    )
    .await;
    assert_eq!(visit.at.offset(), offset(2));
    assert_eq!(visit.at.datetime(), date(2024, 7, 1).at(12, 0, 0, 500_000_000));
    assert_eq!(visit.day, Some(date(2024, 7, 1)));
    assert_eq!(visit.ended, Some(None));
    let mailed: ZonedDateTime = visit.mailed.expect("a date").into();
    assert_eq!((mailed.timestamp(), mailed.offset()), (noon().timestamp(), offset(2)));
    assert_eq!(visit.changed, Some(HttpDate(noon())));
    let history = visit.history.expect("a list");
    assert_eq!(history[0].offset(), Offset::UTC);
    let by_day = visit.by_day.expect("a map");
    assert_eq!(by_day["a"], date(2024, 7, 2));
    // A copy: a model of dates alone implements the trait.
    let span: models::Span = visit.span.expect("a span");
    let copy = span;
    assert_eq!(copy.first.map(Date::year), span.first.map(|it| it.year()));
}

#[tokio::test]
async fn the_text_of_a_value_is_sent_back() {
    for properties in [
        r#""at":"2024-07-01T12:00:00+05:30""#,
        r#""at":"2024-07-01T12:00:00.120-03:30""#,
        r#""at":"2024-07-01T12:00:00.123456789Z""#,
        r#""at":"0001-01-01T00:00:00Z","ended":null"#,
        r#""at":"2024-07-01T12:00:00Z","mailed":"Mon, 01 Jul 2024 12:00:00 -0700""#,
        r#""at":"2024-07-01T12:00:00Z","changed":"Mon, 01 Jul 2024 12:00:00 GMT""#,
        r#""at":"2024-07-01T12:00:00Z","either":"2024-07-01""#,
        r#""at":"2024-07-01T12:00:00Z","either":"2024-07-01T12:00:00+02:00""#,
    ] {
        assert_eq!(round_trip(properties).await, properties);
    }
}

#[tokio::test]
async fn instants_and_dates_are_read_by_what_they_say() {
    for (came, sent) in [
        ("2024-07-01T12:00:00", "2024-07-01T12:00:00Z"),
        ("2024-07-01 12:00:00.000+0000", "2024-07-01T12:00:00Z"),
        ("2024-07-01T12:00:00+0200", "2024-07-01T12:00:00+02:00"),
        ("2024-07-01", "2024-07-01T00:00:00Z"),
        ("Mon, 01 Jul 2024 12:00:00 +0200", "2024-07-01T12:00:00+02:00"),
    ] {
        let at = |text: &str| format!(r#""at":"{text}""#);
        assert_eq!(round_trip(&at(came)).await, at(sent));
    }
    let day = format!(r#"{NOON},"day":"2024-07-01T23:00:00-08:00""#);
    assert_eq!(visit(&day).await.day, Some(date(2024, 7, 1)));
}

#[tokio::test]
async fn a_malformed_optional_date_is_absent_with_a_warning() {
    let properties = r#""day":"2024-02-30","ended":"soon","mailed":"never","changed":"""#;
    let response = visits(&format!("[{{{NOON},{properties}}}]")).await;
    let response = response.expect("visits");
    let visit = &response.body[0];
    assert_eq!((&visit.day, &visit.ended), (&None, &None));
    assert_eq!((&visit.mailed, &visit.changed), (&None, &None));
    let warnings = response.warnings().iter();
    let warnings: Vec<_> = warnings.map(|it| (it.expected(), it.text())).collect();
    assert_eq!(
        warnings,
        [
            ("a date (YYYY-MM-DD)", "2024-02-30"),
            ("a date and time (RFC 3339)", "soon"),
            ("a date and time (RFC 2822)", "never"),
            ("a date and time (RFC 9110)", ""),
        ]
    );
}

#[tokio::test]
async fn a_malformed_required_date_is_an_error() {
    let error = visits(r#"[{"at":"soon"}]"#).await.expect_err("an error");
    let error = error.to_string();
    let expected = "`$[0].at`: expected a date and time (RFC 3339), found a string";
    assert!(error.ends_with(expected), "{error}");
}

#[tokio::test]
async fn a_header_of_a_response_is_a_type_of_jiff() {
    let response = visits("[]").await.expect("visits");
    let next = response.header(headers::X_NEXT).expect("an instant");
    let next = next.expect("the header");
    assert_eq!(next.to_string(), "2024-07-01T12:00:00-03:30[-03:30]");
}

#[cfg(feature = "mock")]
#[tokio::test]
async fn a_mock_replies_with_dates() {
    use golden_dates_jiff::apis::ListVisits;
    use golden_dates_jiff::mock::Mock;

    let mock = Mock::new();
    let visit = models::Visit::new(noon()).with_day(date(2024, 7, 1));
    mock.on::<ListVisits>().reply(vec![visit.clone()]);
    let call = Client::mocked(&mock).default().list_visits(date(2024, 7, 1), noon());
    let visits = call.await.expect("visits");
    assert_eq!(visits[0].at.offset(), offset(2));
    assert_eq!(visits, [visit]);
    let uri = mock.requests::<ListVisits>()[0].uri.path().to_owned();
    assert_eq!(uri, "/visits/2024-07-01/2024-07-01T12%3A00%3A00%2B02%3A00");
}
