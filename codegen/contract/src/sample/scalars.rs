//! Numbers, and texts of formats.

use serde_json::{Value, json};
use wiretrue_codegen::normalise::resolved::Schema;

/// Returns a number within the limits of a schema; `nth` selects one of several.
pub fn number(schema: &Schema, nth: usize, whole: bool) -> Value {
    let limits = &schema.constraints;
    let step = limits.multiple_of.filter(|&step| step > 0.0);
    let unit = step.unwrap_or(1.0);
    let mut number = unit * (nth as f64 + 1.0);
    if let Some((least, excluded)) = limits.minimum
        && (number < least || (excluded && number <= least))
    {
        number = (least / unit).ceil() * unit;
        if excluded && number <= least {
            number += unit;
        }
    }
    if let Some((most, excluded)) = limits.maximum
        && (number > most || (excluded && number >= most))
    {
        number = (most / unit).floor() * unit;
        if excluded && number >= most {
            number -= unit;
        }
    }
    if whole {
        json!(number as i64)
    } else if number.fract() == 0.0 && step.is_none() && limits.maximum.is_none() {
        json!(number + 0.5)
    } else {
        json!(number)
    }
}

/// Returns a text of a format, as the libraries behind the types of clients print it.
pub fn of_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "date" => "2026-01-31",
        "date-time" => "2026-01-31T12:30:00Z",
        "date-time-rfc-2822" => "Sat, 31 Jan 2026 12:30:00 +0000",
        "date-time-rfc-1123" | "date-time-rfc1123" | "http-date" => "Sat, 31 Jan 2026 12:30:00 GMT",
        "time" => "12:30:00Z",
        "duration" => "PT1H",
        "uuid" => "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "uri" | "url" | "uri-reference" | "iri" => "https://example.com/way?a=b",
        "email" | "idn-email" => "someone@example.com",
        "hostname" | "idn-hostname" => "host.example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "byte" => "dGV4dA==",
        "base64url" => "dGV4dA",
        "int32" | "int64" | "uint32" | "uint64" => "42",
        "float" | "double" | "decimal" => "1.5",
        _ => return None,
    })
}
