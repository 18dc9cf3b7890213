//! Dates and times (formats `date`, `date-time`, `date-time-rfc-2822` and `date-time-rfc1123`).

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, SecondsFormat, Utc};
use serde::ser::{Error, Serializer};

use crate::wire::Encode;
use crate::wire::fit::Fit;
use crate::wire::scalar::{FromScalar, Scalar, scalar_wire};

scalar_wire!(NaiveDate);

impl FromScalar for NaiveDate {
    const EXPECTED: &'static str = "a date (YYYY-MM-DD)";
    const HAS_FORMAT: bool = true;

    #[inline]
    fn placeholder() -> Self {
        NaiveDate::default()
    }

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::String(text) => NaiveDate::parse_from_str(&text, "%Y-%m-%d")
                .ok()
                .or_else(|| read(&text).map(|instant| instant.date_naive())),
            _ => None,
        }
    }

    /// A date with a time is an instant or a string first.
    fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
        let Scalar::String(text) = scalar else {
            return None;
        };
        let is_date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").is_ok();
        let fit = if is_date {
            Fit::specific(3)
        } else {
            Fit::DEVIATING
        };
        Self::from_scalar(Scalar::String(text)).map(|_| fit)
    }
}

impl Encode for NaiveDate {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.format("%Y-%m-%d"))
    }
}

scalar_wire!(DateTime<FixedOffset>);

impl FromScalar for DateTime<FixedOffset> {
    const EXPECTED: &'static str = "a date and time (RFC 3339)";
    const HAS_FORMAT: bool = true;

    #[inline]
    fn placeholder() -> Self {
        DateTime::UNIX_EPOCH.fixed_offset()
    }

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::String(text) => read(&text),
            _ => None,
        }
    }

    /// Other forms than those of RFC 3339 and RFC 2822 are a date or a string first.
    fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
        let Scalar::String(text) = scalar else {
            return None;
        };
        let instant = read_standard(&text).map(|_| Fit::specific(3));
        instant.or_else(|| read_iso_8601(&text).map(|_| Fit::DEVIATING))
    }
}

/// Reads an instant in any form that servers use.
fn read(text: &str) -> Option<DateTime<FixedOffset>> {
    read_standard(text).or_else(|| read_iso_8601(text))
}

/// Reads an instant in the form of RFC 3339 or RFC 2822.
fn read_standard(text: &str) -> Option<DateTime<FixedOffset>> {
    let instant = DateTime::parse_from_rfc3339(text);
    instant.or_else(|_| DateTime::parse_from_rfc2822(text)).ok()
}

/// Reads a date, which may be followed by a time and an offset. Defaults to midnight and UTC.
fn read_iso_8601(text: &str) -> Option<DateTime<FixedOffset>> {
    let (date, rest) = text.trim().split_at_checked("YYYY-MM-DD".len())?;
    let rest = rest.trim_start().trim_start_matches(['T', 't']);
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.' | ','));
    let (time, offset) = rest.split_at(end.unwrap_or(rest.len()));
    let mut time = time.replace(',', ".");
    match (time.len(), time.matches(':').count()) {
        (0, _) => time.push_str("00:00:00"),
        (_, 1) => time.push_str(":00"),
        _ => {}
    }
    let offset = offset.trim();
    let offset = match (offset.len(), offset.split_at_checked("+HH".len())) {
        (0, _) => "Z".to_owned(),
        (3, _) if offset.eq_ignore_ascii_case("UTC") || offset.eq_ignore_ascii_case("GMT") => {
            "Z".to_owned()
        }
        (3, _) => format!("{offset}:00"),
        (5, Some((hours, minutes))) => format!("{hours}:{minutes}"),
        _ => offset.to_owned(),
    };
    DateTime::parse_from_rfc3339(&format!("{date}T{time}{offset}")).ok()
}

impl Encode for DateTime<FixedOffset> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

/// A date and time that is written as RFC 2822 describes: `Tue, 01 Jul 2025 10:00:00 +0000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rfc2822(pub DateTime<FixedOffset>);

impl From<DateTime<FixedOffset>> for Rfc2822 {
    fn from(instant: DateTime<FixedOffset>) -> Self {
        Self(instant)
    }
}

impl From<Rfc2822> for DateTime<FixedOffset> {
    fn from(instant: Rfc2822) -> Self {
        instant.0
    }
}

scalar_wire!(Rfc2822);

impl FromScalar for Rfc2822 {
    const EXPECTED: &'static str = "a date and time (RFC 2822)";
    const HAS_FORMAT: bool = true;

    #[inline]
    fn placeholder() -> Self {
        Self(DateTime::UNIX_EPOCH.fixed_offset())
    }

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        DateTime::from_scalar(scalar).map(Self)
    }
}

impl Encode for Rfc2822 {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The day has two digits, as in HTTP (RFC 9110 section 5.6.7) and as servers write it.
        if (0..=9999).contains(&self.0.year()) {
            serializer.collect_str(&self.0.format("%a, %d %b %Y %H:%M:%S %z"))
        } else {
            Err(S::Error::custom("RFC 2822 only has the years 0 to 9999"))
        }
    }
}

/// A date and time that is written as HTTP does (RFC 9110 section 5.6.7): `Tue, 01 Jul 2025
/// 10:00:00 GMT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HttpDate(pub DateTime<FixedOffset>);

impl From<DateTime<FixedOffset>> for HttpDate {
    fn from(instant: DateTime<FixedOffset>) -> Self {
        Self(instant)
    }
}

impl From<HttpDate> for DateTime<FixedOffset> {
    fn from(instant: HttpDate) -> Self {
        instant.0
    }
}

scalar_wire!(HttpDate);

impl FromScalar for HttpDate {
    const EXPECTED: &'static str = "a date and time (RFC 9110)";
    const HAS_FORMAT: bool = true;

    #[inline]
    fn placeholder() -> Self {
        Self(DateTime::UNIX_EPOCH.fixed_offset())
    }

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::String(text) => match httpdate::parse_http_date(&text) {
                // The years 1970 to 9999, which `DateTime` has.
                Ok(time) => Some(Self(DateTime::<Utc>::from(time).fixed_offset())),
                Err(_) => read(&text).map(Self),
            },
            _ => None,
        }
    }
}

impl Encode for HttpDate {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let utc = self.0.to_utc();
        if (0..=9999).contains(&utc.year()) {
            serializer.collect_str(&utc.format("%a, %d %b %Y %H:%M:%S GMT"))
        } else {
            Err(S::Error::custom("HTTP only has the years 0 to 9999"))
        }
    }
}
