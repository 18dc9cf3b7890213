//! Both crates of dates read and write the same texts.

use std::fmt::Debug;

use chrono::{DateTime, FixedOffset, NaiveDate};
use jiff::ZonedDateTime;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde_json::json;
use wiretrue::codegen::Fit;
use wiretrue::wire::fit::Matcher;
use wiretrue::wire::{AsSerialize, Decode, Encode, HttpDate, Rfc2822, from_value};

type Chrono = DateTime<FixedOffset>;

/// Forms that servers use, and texts that are almost one of them.
const TEXTS: &[&str] = &[
    "2024-01-02T03:04:05Z",
    "2024-01-02t03:04:05z",
    "2024-01-02 03:04:05Z",
    "2024-01-02T03:04:05-00:00",
    "2024-01-02T03:04:05+05:30",
    "2024-01-02T03:04:05.5-08:00",
    "2024-01-02T03:04:05.000000001Z",
    "2024-01-02T03:04:05.1234567Z",
    "2024-01-02T03:04:05.123456789012Z",
    "2024-01-02T03:04:05.Z",
    "2024-01-02T03:04:05.1.2Z",
    "2024-01-02T03:04:05,25Z",
    "2024-01-02T03:04:05",
    "2024-01-02T03:04:05+0000",
    "2024-01-02T03:04:05+05",
    "2024-01-02T03:04:05+5:30",
    "2024-01-02T03:04:05+05:60",
    "2024-01-02T03:04:05+05:3",
    "2024-01-02T03:04:05+05:30:15",
    "2024-01-02T03:04:05+01:00[Europe/Paris]",
    "2024-01-02T03:04:05Z[UTC]",
    "2024-01-02T03:04:05 UTC",
    "2024-01-02T03:04:05 GMT",
    "2024-01-02T03:04:05 CET",
    "2024-01-02T03:04",
    "2024-01-02T03:04Z",
    "2024-01-02T03",
    "2024-01-02T24:00:00Z",
    "2024-01-02T23:60:00Z",
    "2024-01-02T23:59:61Z",
    "20240102T030405Z",
    "2024-1-2T03:04:05Z",
    "2024-02-30T03:04:05Z",
    "2024-00-01",
    "2024-01-02",
    " 2024-01-02 ",
    "2024-1-2",
    "9999-12-30T21:59:59Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01",
    "2024-W01-2",
    "2024-002",
    "Tue, 02 Jan 2024 03:04:05 GMT",
    "Tue, 2 Jan 2024 03:04:05 +0000",
    "tue, 02 jan 2024 03:04:05 -0330",
    "02 Jan 2024 03:04 EST",
    "Tue, 02 Jan 24 03:04:05 +0000",
    "Mon, 02 Jan 2024 03:04:05 +0000",
    "Tue, 32 Jan 2024 03:04:05 +0000",
    "Tuesday, 02-Jan-24 03:04:05 GMT",
    "Tue Jan  2 03:04:05 2024",
    "1704164645",
    "03:04:05",
    "2024-01-0ä1",
    "ä",
    "T::::",
    "soon",
    "",
];

/// Returns the text that is written for a value that is read from a text.
fn rewritten<T: Decode + Encode>(text: &str) -> Option<String> {
    let value = from_value::<T>(&json!(text)).ok()?;
    serde_json::to_string(&AsSerialize(&value)).ok()
}

fn fit<T: Decode>(text: &str) -> Option<Fit> {
    T::fit(&json!(text), &mut Matcher::default())
}

fn assert_same<A: Decode + Encode, B: Decode + Encode>() {
    let values = |text| {
        (
            (rewritten::<A>(text), fit::<A>(text)),
            (rewritten::<B>(text), fit::<B>(text)),
        )
    };
    let different = TEXTS.iter().map(|&text| (text, values(text)));
    let different: Vec<_> = different.filter(|(_, (a, b))| a != b).collect();
    assert!(different.is_empty(), "{different:#?}");
}

#[test]
fn dates_are_the_same() {
    assert_same::<NaiveDate, Date>();
}

#[test]
fn dates_with_times_are_the_same() {
    assert_same::<Chrono, ZonedDateTime>();
    assert_same::<Rfc2822<Chrono>, Rfc2822<ZonedDateTime>>();
    assert_same::<HttpDate<Chrono>, HttpDate<ZonedDateTime>>();
}

fn write<T: Encode + Debug>(value: &T) -> String {
    serde_json::to_string(&AsSerialize(value)).unwrap_or_else(|error| panic!("{value:?}: {error}"))
}

#[test]
fn the_last_26_hours_of_the_year_9999_are_no_instants_of_jiff() {
    for text in ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.9999999Z"] {
        assert_eq!(rewritten::<ZonedDateTime>(text), None, "{text}");
    }
    assert_eq!(
        rewritten::<Date>("9999-12-31").as_deref(),
        Some("\"9999-12-31\"")
    );
}

#[test]
fn jiff_has_no_leap_seconds() {
    let text = "2016-12-31T23:59:60Z";
    let written = rewritten::<ZonedDateTime>(text);
    assert_eq!(written.as_deref(), Some("\"2016-12-31T23:59:59Z\""));
}

#[test]
fn an_offset_with_seconds_is_written_in_minutes_for_the_same_instant() {
    // Amsterdam until 1937.
    let zone = Offset::from_seconds(1_172)
        .expect("an offset")
        .to_time_zone();
    let local = jiff::civil::date(1936, 1, 1).at(12, 0, 0, 0);
    let instant = local.to_zoned_datetime(zone).expect("an instant");
    assert_eq!(write(&instant), "\"1936-01-01T12:00:28+00:20\"");
    let mailed = write(&Rfc2822(instant.clone()));
    assert_eq!(mailed, "\"Wed, 01 Jan 1936 12:00:28 +0020\"");
    let read: ZonedDateTime = from_value(&json!("1936-01-01T12:00:28+00:20")).expect("an instant");
    assert_eq!(read, instant);
}

#[test]
fn a_year_without_a_form_is_an_error() {
    let utc = |year| {
        let local = jiff::civil::date(year, 1, 1).at(0, 0, 0, 0);
        local.to_zoned_datetime(TimeZone::UTC).expect("an instant")
    };
    assert!(serde_json::to_string(&AsSerialize(&Rfc2822(utc(-1)))).is_err());
    assert!(serde_json::to_string(&AsSerialize(&HttpDate(utc(-1)))).is_err());
    assert_eq!(
        write(&HttpDate(utc(0))),
        "\"Sat, 01 Jan 0000 00:00:00 GMT\""
    );
}

#[test]
fn the_limits_of_jiff_are_no_panics() {
    for text in [
        "9999-12-31T23:59:59.999999999-23:59",
        "9999-12-31T23:59:59Z",
        "0000-01-01T00:00:00+23:59",
        "2024-01-02T03:04:05+99:59",
        "2024-01-02T03:04:05-25:59",
    ] {
        rewritten::<ZonedDateTime>(text);
        rewritten::<HttpDate<ZonedDateTime>>(text);
        rewritten::<Date>(text);
    }
    for instant in [jiff::Timestamp::MIN, jiff::Timestamp::MAX] {
        for offset in [Offset::MIN, Offset::MAX] {
            let instant = instant.to_zoned_datetime(offset.to_time_zone());
            write(&instant);
            let _ = serde_json::to_string(&AsSerialize(&Rfc2822(instant.clone())));
            let _ = serde_json::to_string(&AsSerialize(&HttpDate(instant)));
        }
    }
}
