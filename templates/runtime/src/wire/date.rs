//! Dates and times (formats `date`, `date-time` and `date-time-rfc-2822`).

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, SecondsFormat};
use serde::ser::{Error, Serializer};

use crate::wire::Encode;
use crate::wire::scalar::{FromScalar, Scalar, scalar_wire};

scalar_wire!(NaiveDate);

impl FromScalar for NaiveDate {
    const EXPECTED: &'static str = "a date (YYYY-MM-DD)";

    #[inline]
    fn placeholder() -> Self {
        NaiveDate::default()
    }

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::String(text) => NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok(),
            _ => None,
        }
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

    #[inline]
    fn placeholder() -> Self {
        DateTime::UNIX_EPOCH.fixed_offset()
    }

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::String(text) => DateTime::parse_from_rfc3339(&text)
                .or_else(|_| DateTime::parse_from_rfc2822(&text))
                .ok(),
            _ => None,
        }
    }
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
