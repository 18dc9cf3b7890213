//! Values of formats and numbers in the forms that servers use, and the warnings of those that no
//! type can hold.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde_json::{Value, json};
use uuid::Uuid;
use wiretrue::codegen::{Call, Encoder, Meta, Method, RawResponse, model, operation};
use wiretrue::response::Response;
use wiretrue::wire::{AsSerialize, Base64, Decode, Encode, HttpDate, Number, from_value};
use wiretrue::{Error, Operation};

use crate::api::{BuildApi as _, Client, Level};
use crate::server::{Server, http_response};

#[derive(Clone, Debug, PartialEq)]
pub struct Stay {
    pub id: Uuid,
    pub from: Option<NaiveDate>,
    pub paid: Option<Option<DateTime<FixedOffset>>>,
    pub kind: Base64,
    pub guests: Option<Vec<Uuid>>,
    pub next: Option<Box<Stay>>,
}
model!(decode encode Stay {
    required "id" => id,
    optional "from" => from,
    patch "paid" => paid,
    defaulted "kind" => kind = Base64::default(),
    optional "guests" => guests,
    optional "next" => next,
});

const ID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

struct ListStays {
    call: Call,
}

impl Operation for ListStays {
    type Output = BTreeMap<String, Vec<Stay>>;
    const META: Meta = Meta {
        id: "ListStays",
        method: Method::GET,
        path: "/stays",
        accept: "application/json",
        security: &[],
        servers: &[],
        redirects: &[],
    };

    fn call(&self) -> &Call {
        &self.call
    }

    fn encode(&self, out: &mut Encoder) {
        out.literal("/stays");
    }

    fn decode(response: RawResponse) -> Result<Self::Output, Error> {
        response.json()
    }
}
operation!(ListStays -> BTreeMap<String, Vec<Stay>>);

async fn list(stays: Value) -> Result<Response<BTreeMap<String, Vec<Stay>>>, Error> {
    let body = json!({ "stays": stays }).to_string();
    let server = Server::once(&http_response("200 OK", "application/json", &body)).await;
    let client = Client::builder().base_url(&server.url).build()?;
    let call = Call::new(&client);
    ListStays { call }.response().await
}

fn stay(id: Uuid) -> Stay {
    Stay {
        id,
        from: None,
        paid: None,
        kind: Base64::default(),
        guests: None,
        next: None,
    }
}

fn warnings<T>(response: &Response<T>) -> Vec<(&str, &str, &str)> {
    let warnings = response.warnings().iter();
    warnings
        .map(|it| (it.path(), it.expected(), it.text()))
        .collect()
}

#[tokio::test]
async fn a_malformed_optional_property_is_absent_and_a_warning_has_its_text() {
    let id: Uuid = ID.parse().expect("a UUID");
    let stays = json!([
        { "id": ID, "from": "2024-01-02" },
        {
            "from": "0000-00-00", "guests": [ID, "req_1", "", ID], "id": ID, "kind": "*",
            "next": { "from": "", "id": ID }, "paid": "soon",
        },
        { "id": ID, "paid": null },
    ]);
    let response = list(stays).await.expect("a response");
    let date = "a date (YYYY-MM-DD)";
    assert_eq!(
        warnings(&response),
        [
            ("$.stays[1].from", date, "0000-00-00"),
            ("$.stays[1].guests[1]", "a UUID", "req_1"),
            ("$.stays[1].kind", "bytes in base64", "*"),
            ("$.stays[1].next.from", date, ""),
            ("$.stays[1].paid", "a date and time (RFC 3339)", "soon"),
        ]
    );
    let first = Stay {
        from: NaiveDate::from_ymd_opt(2024, 1, 2),
        ..stay(id)
    };
    let second = Stay {
        next: Some(Box::new(stay(id))),
        ..stay(id)
    };
    let third = Stay {
        paid: Some(None),
        ..stay(id)
    };
    assert_eq!(response.body["stays"], [first, second, third]);
    let shown = format!("{response:?} {}", response.warnings()[0]);
    assert!(!shown.contains("0000-00-00"), "{shown}");
}

#[tokio::test]
async fn a_malformed_required_property_is_an_error() {
    let error = list(json!([{ "id": ID, "from": "" }, { "id": "req_1" }])).await;
    let error = error.expect_err("an error").to_string();
    let what = "`$.stays[1].id`: expected a UUID, found a string";
    assert!(error.ends_with(what), "{error}");
    // Nothing of it is left for the next response on this thread.
    let response = list(json!([{ "id": ID }])).await.expect("a response");
    assert!(response.warnings().is_empty());
}

#[tokio::test]
async fn another_json_type_is_an_error() {
    assert!(list(json!([{ "id": ID, "from": 5 }])).await.is_err());
    assert!(
        list(json!([{ "id": ID, "guests": ["", 5] }]))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn the_number_of_warnings_is_limited() {
    let malformed = |count| vec![json!({ "id": ID, "from": "" }); count].into();
    let response = list(malformed(1000)).await.expect("a response");
    assert_eq!(response.warnings().len(), 1000);
    assert_eq!(response.warnings()[999].path(), "$.stays[999].from");
    assert!(list(malformed(1001)).await.is_err());
}

#[test]
fn a_malformed_property_is_an_error_where_nobody_would_hear_of_it() {
    let text = format!(r#"{{"id":"{ID}","from":""}}"#);
    assert!(serde_json::from_str::<Stay>(&text).is_err());
    let value = text.parse::<Value>().expect("JSON");
    assert!(from_value::<Stay>(&value).is_err());
}

/// Reads a value, streamed and buffered.
fn read<T: Decode + PartialEq + std::fmt::Debug>(text: &str) -> Option<T> {
    let streamed = T::decode(&mut serde_json::Deserializer::from_str(text)).ok();
    if let Ok(value) = text.parse::<Value>() {
        assert_eq!(from_value::<T>(&value).ok(), streamed, "{text}");
    }
    streamed
}

fn write<T: Encode>(value: &T) -> String {
    serde_json::to_string(&AsSerialize(value)).expect("JSON")
}

#[test]
fn instants_are_read_by_what_they_say() {
    for (text, instant) in [
        ("2024-01-02T03:04:05", "2024-01-02T03:04:05Z"),
        ("2024-01-02 03:04:05", "2024-01-02T03:04:05Z"),
        ("2024-01-02T03:04:05.000+0000", "2024-01-02T03:04:05Z"),
        ("2024-01-02T03:04:05+0530", "2024-01-02T03:04:05+05:30"),
        ("2024-01-02 03:04:05.5+00", "2024-01-02T03:04:05.500Z"),
        ("2024-01-02 03:04:05 -0800", "2024-01-02T03:04:05-08:00"),
        ("2024-01-02 03:04:05 UTC", "2024-01-02T03:04:05Z"),
        ("2024-01-02t03:04:05z", "2024-01-02T03:04:05Z"),
        ("2024-01-02T03:04", "2024-01-02T03:04:00Z"),
        ("2024-01-02T03:04Z", "2024-01-02T03:04:00Z"),
        ("2024-01-02", "2024-01-02T00:00:00Z"),
        ("2024-01-02T03:04:05.1Z", "2024-01-02T03:04:05.100Z"),
        ("2024-01-02T03:04:05,25", "2024-01-02T03:04:05.250Z"),
        (
            "2024-01-02T03:04:05.123456789012Z",
            "2024-01-02T03:04:05.123456789Z",
        ),
    ] {
        let read: Option<DateTime<FixedOffset>> = read(&json!(text).to_string());
        let read = read.unwrap_or_else(|| panic!("{text}"));
        assert_eq!(write(&read), format!("\"{instant}\""), "{text}");
    }
    for text in [
        "",
        "soon",
        "0000-00-00",
        "2024-13-02T03:04:05",
        "12:00",
        "2024-01-0ä1",
        "T::::",
    ] {
        let read: Option<DateTime<FixedOffset>> = read(&json!(text).to_string());
        assert_eq!(read, None, "{text}");
    }
}

#[test]
fn a_date_with_a_time_is_the_date() {
    let date = NaiveDate::from_ymd_opt(2024, 1, 2);
    for text in [
        "2024-01-02",
        "2024-01-02T23:04:05Z",
        "2024-01-02T23:04:05-08:00",
        "2024-01-02 00:00:00",
        "Tue, 02 Jan 2024 23:04:05 -0800",
    ] {
        assert_eq!(read(&json!(text).to_string()), date, "{text}");
    }
}

#[test]
fn dates_of_http_are_read_in_its_three_forms_and_written_in_gmt() {
    let instant = DateTime::parse_from_rfc3339("2024-01-02T04:04:05+01:00").expect("an instant");
    let written = "\"Tue, 02 Jan 2024 03:04:05 GMT\"";
    assert_eq!(write(&HttpDate(instant)), written);
    for text in [
        "Tue, 02 Jan 2024 03:04:05 GMT",
        "Tuesday, 02-Jan-24 03:04:05 GMT",
        "Tue Jan  2 03:04:05 2024",
        "Tue, 02 Jan 2024 03:04:05 +0000",
        "2024-01-02T03:04:05Z",
    ] {
        assert_eq!(read(&json!(text).to_string()), Some(HttpDate(instant)));
    }
    let far = DateTime::<FixedOffset>::MAX_UTC.fixed_offset();
    assert!(serde_json::to_string(&AsSerialize(&HttpDate(far))).is_err());
}

#[test]
fn numbers_and_booleans_are_read_from_quotes() {
    assert_eq!(read("\"1.5\""), Some(1.5_f64));
    assert_eq!(read("\"-1e3\""), Some(-1000.0_f32));
    assert_eq!(read("\"true\""), Some(true));
    assert_eq!(read("\"False\""), Some(false));
    for text in [
        "\"\"",
        "\"NaN\"",
        "\"inf\"",
        "\"1e400\"",
        "\"1,5\"",
        "1e400",
    ] {
        assert_eq!(read::<f64>(text), None, "{text}");
    }
    for text in ["\"\"", "\"yes\"", "\"1\"", "1"] {
        assert_eq!(read::<bool>(text), None, "{text}");
    }
}

#[test]
fn large_integers_stay_exact() {
    for text in ["-9223372036854775808", "18446744073709551615"] {
        assert_eq!(
            read::<i128>(text).map(|it| write(&it)).as_deref(),
            Some(text)
        );
        let number = read::<Number>(text);
        assert_eq!(number.map(|it| write(&it)).as_deref(), Some(text));
    }
    assert_eq!(
        read("\"18446744073709551616\""),
        Some(18_446_744_073_709_551_616_i128)
    );
    assert_eq!(write(&i128::from(u64::MAX)), "18446744073709551615");
    assert_eq!(read("1.0"), Some(1_i128));
}

#[test]
fn integers_of_more_than_64_bits_stay_exact() {
    let max = i128::MAX.to_string();
    let min = i128::MIN.to_string();
    for text in ["18446744073709551617", "-9223372036854775809", &max, &min] {
        let integer = wire_text::<i128>(text);
        assert_eq!(integer.as_deref(), Ok(text));
        assert_eq!(wire_text::<Number>(text).as_deref(), Ok(text));
        assert_eq!(
            wire_text::<Vec<Option<Level>>>(&format!("[ {text} , null]")),
            Ok(format!("[{text},null]"))
        );
    }
    assert_eq!(wire_text::<Number>("1e20").as_deref(), Ok("1e+20"));
    assert_eq!(wire_text::<Number>("0.1").as_deref(), Ok("0.1"));
    assert_eq!(wire_text::<Option<Number>>("null").as_deref(), Ok("null"));
    let number = Number::from(1_i128 << 70);
    assert_eq!(number, Number::I128(1 << 70));
    assert_eq!((number.as_i64(), number.as_f64()), (None, 2_f64.powi(70)));
    assert_eq!(Number::from(7_i128), Number::I64(7));
}

#[test]
fn a_number_that_no_type_can_hold_is_an_error_that_says_so() {
    let larger = format!("{}0", i128::MAX);
    let out_of_range = |result: Result<String, String>, expected: &str| {
        let error = result.expect_err("an error");
        assert_eq!(
            error,
            format!("`$`: expected {expected}, found a number out of range")
        );
    };
    out_of_range(wire_text::<i128>(&larger), "a 128-bit integer");
    out_of_range(wire_text::<Level>(&larger), "a 128-bit integer");
    out_of_range(wire_text::<Number>(&larger), "a number");
    out_of_range(wire_text::<i64>("9223372036854775808"), "a 64-bit integer");
    out_of_range(wire_text::<u32>("-1"), "an unsigned 32-bit integer");
    assert_eq!(
        wire_text::<i64>("1.5"),
        Err("`$`: expected a 64-bit integer, found a number with a fraction".to_owned())
    );
    for (text, found) in [
        ("{}", "an object"),
        ("[1]", "an array"),
        ("true", "a boolean"),
    ] {
        let error = format!("`$`: expected a number, found {found}");
        assert_eq!(wire_text::<Number>(text), Err(error));
    }
}

#[test]
fn large_integers_are_numbers_in_every_other_type() {
    // Exact beside strings that look like numbers, in lists, maps and unions.
    let text =
        r#"{"a":[-18446744073709551617,0.5],"b \"18446744073709551617":[18446744073709551617]}"#;
    assert_eq!(
        wire_text::<BTreeMap<String, Vec<Number>>>(text).as_deref(),
        Ok(text)
    );
    let union = "[18446744073709551617,18446744073709551615,\"18446744073709551617\",1.5]";
    assert_eq!(wire_text::<Vec<Amount>>(union).as_deref(), Ok(union));
    // Types that can't hold them read them as before, also if the document is decoded once more.
    for (text, expected) in [
        (
            r#"{"n":18446744073709551617,"x":[18446744073709551617]}"#,
            r#"{"n":18446744073709551617,"x":[1.8446744073709552e+19]}"#,
        ),
        (
            r#"{"n":18446744073709551617,"x":{"$serde_json::private::Number":"x"}}"#,
            r#"{"n":18446744073709551617,"x":{"$serde_json::private::Number":"x"}}"#,
        ),
        (
            r#"{"f":18446744073709551617,"n":1}"#,
            r#"{"n":1,"f":1.8446744073709552e+19}"#,
        ),
        (
            r#"{"n":18446744073709551617,"u":18446744073709551617}"#,
            r#"{"n":18446744073709551617,"u":1.8446744073709552e+19}"#,
        ),
    ] {
        assert_eq!(wire_text::<Ledger>(text).as_deref(), Ok(expected));
    }
    assert_eq!(
        wire_text::<Ledger>(r#"{"n":18446744073709551617,"i":18446744073709551617}"#),
        Err("`$.i`: expected a 64-bit integer, found a number out of range".to_owned())
    );
    assert_eq!(
        wire_text::<Ledger>(r#"{"n":18446744073709551617,"l":18446744073709551617}"#),
        Err("`$.l`: expected an object, found a number".to_owned())
    );
    assert!(wire_text::<i64>("-9223372036854775809").is_err());
}

/// A union that a large integer is a value of, beside a union that it isn't.
#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    Integer(i128),
    Text(String),
    Unknown(Value),
}
wiretrue::codegen::union!(decode encode Amount: Unknown, [] { [] => Integer(i128), [] => Text(String) });

#[derive(Clone, Debug, PartialEq)]
pub enum Small {
    Integer(i64),
    Ledger(Box<Ledger>),
    Map(BTreeMap<String, String>),
    Unknown(Value),
}
wiretrue::codegen::union!(decode encode Small: Unknown, [] {
    [] => Integer(i64),
    [] => Ledger(Box<Ledger>),
    [] => Map(BTreeMap<String, String>),
});

#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    pub number: Option<Number>,
    pub float: Option<f64>,
    pub integer: Option<i64>,
    pub ledger: Option<Box<Ledger>>,
    pub small: Option<Small>,
    pub any: Option<Value>,
}
model!(decode encode Ledger {
    optional "n" => number,
    optional "f" => float,
    optional "i" => integer,
    optional "l" => ledger,
    optional "u" => small,
    optional "x" => any,
});

/// Reads a response's body and returns it as it is written.
fn wire_text<T: Decode + Encode>(text: &str) -> Result<String, String> {
    let body = bytes::Bytes::copy_from_slice(text.as_bytes());
    let response = RawResponse::new("Op", http::StatusCode::OK, http::HeaderMap::new(), body);
    match response.json::<T>() {
        Ok(value) => Ok(write(&value)),
        Err(error) => {
            let text = error.to_string();
            let start = text.find('`').unwrap_or(0);
            Err(text[start..].to_owned())
        }
    }
}

#[test]
fn a_number_keeps_integers_exact() {
    assert_eq!(
        read("9007199254740993"),
        Some(Number::from(9_007_199_254_740_993_i64))
    );
    assert_eq!(read("-3"), Some(Number::I64(-3)));
    assert_eq!(read("\"3\""), Some(Number::I64(3)));
    assert_eq!(read("1.0"), Some(Number::F64(1.0)));
    assert_eq!(write(&Number::from(1.0)), "1.0");
    assert_eq!(Number::from(u64::MAX).to_string(), "18446744073709551615");
    assert_eq!(Number::from(2.0).as_i64(), Some(2));
    assert_eq!(Number::from(u64::MAX).as_i64(), None);
    assert_eq!(Number::from(3).as_f64(), 3.0);
    assert!(serde_json::to_string(&AsSerialize(&Number::F64(f64::NAN))).is_err());
}
