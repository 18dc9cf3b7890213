//! Headers by which a server asks for a retry, or for none.

use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderName};

use crate::retry::LONGEST;

/// The wait in milliseconds. Azure and OpenAI send it.
static RETRY_AFTER_MS: HeaderName = HeaderName::from_static("retry-after-ms");
/// Whether the request is to be sent again. The servers of Stainless's SDKs send it.
static SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

/// Returns the wait that the server asks for, by `retry-after-ms` or `Retry-After`.
///
/// The first is in milliseconds, the second in seconds or a date (RFC 9110 section 10.2.3).
/// Both numbers may have a fraction. At most ten years; `None` if the headers are missing or
/// malformed.
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let milliseconds = text(headers, &RETRY_AFTER_MS).and_then(decimal);
    if let Some(milliseconds) = milliseconds {
        return Some(seconds(milliseconds / 1000.0));
    }
    let text = text(headers, &RETRY_AFTER)?;
    if let Some(number) = decimal(text) {
        return Some(seconds(number));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default().min(LONGEST))
}

/// Returns whether the server asks for a retry (`x-should-retry`); `None` if it doesn't say.
pub(super) fn should_retry(headers: &HeaderMap) -> Option<bool> {
    let text = text(headers, &SHOULD_RETRY)?;
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else {
        text.eq_ignore_ascii_case("false").then_some(false)
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}

/// Reads a decimal number, which has no sign and no exponent.
fn decimal(text: &str) -> Option<f64> {
    let is_decimal = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|_| is_decimal)
}

fn seconds(number: f64) -> Duration {
    Duration::try_from_secs_f64(number).map_or(LONGEST, |wait| wait.min(LONGEST))
}
