//! Dates and times (formats `date`, `date-time`, `date-time-rfc-2822` and `date-time-rfc1123`), as types of
//! the crates chrono and jiff.

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;

use std::time::SystemTime;

use serde::ser::{Error, Serializer};

use crate::wire::fit::Fit;
use crate::wire::scalar::{AsScalar, FromScalar, Scalar};
use crate::wire::{DecodeWith, Encode, Wire};

/// The date and time of RFC 2822. The day has two digits, as in HTTP (RFC 9110 section 5.6.7) and as servers
/// write it.
const RFC_2822: &str = "%a, %d %b %Y %H:%M:%S %z";

/// The date and time of RFC 9110 section 5.6.7.
const HTTP: &str = "%a, %d %b %Y %H:%M:%S GMT";

/// A date and time with an offset from UTC, as a type of a crate for dates. The default is the Unix epoch.
pub trait OffsetDateTime: Default {
    /// The type of a date alone.
    type Date;

    /// Parses a date of the form `YYYY-MM-DD`.
    fn parse_date(text: &str) -> Option<Self::Date>;

    /// Parses a date and time of RFC 3339. Digits of a second beyond nanoseconds are ignored.
    fn from_rfc3339(text: &str) -> Option<Self>;

    /// Parses a date and time of RFC 2822.
    fn from_rfc2822(text: &str) -> Option<Self>;

    /// Converts a time of the years 1970 to 9999.
    fn from_system_time(time: SystemTime) -> Option<Self>;

    /// Returns the same time in UTC.
    fn in_utc(&self) -> Self;

    /// Returns the date, at the offset.
    fn date(&self) -> Self::Date;

    /// Returns the year, at the offset.
    fn year(&self) -> i32;

    /// Returns the text of RFC 3339, with `Z` for UTC and no, 3, 6 or 9 digits after the seconds.
    fn to_rfc3339(&self) -> String;

    /// Returns the text of a `strftime` format.
    fn format(&self, format: &str) -> String;
}

/// Implements the traits of values for a type of dates and one of dates with times.
macro_rules! date_types {
    ($date:ty, $date_time:ty) => {
        $crate::wire::scalar::scalar_wire!($date);

        impl $crate::wire::scalar::FromScalar for $date {
            const EXPECTED: &'static str = "a date (YYYY-MM-DD)";
            const HAS_FORMAT: bool = true;

            #[inline]
            fn placeholder() -> Self {
                Self::default()
            }

            fn from_scalar(scalar: $crate::wire::scalar::Scalar<'_>) -> Option<Self> {
                $crate::wire::date::read_date::<$date_time>(scalar)
            }

            fn scalar_fit(
                scalar: $crate::wire::scalar::Scalar<'_>,
            ) -> Option<$crate::wire::fit::Fit> {
                $crate::wire::date::date_fit::<$date_time>(scalar)
            }
        }

        impl $crate::wire::Encode for $date {
            fn encode<S: serde::ser::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        $crate::wire::scalar::scalar_wire!($date_time);

        impl $crate::wire::scalar::FromScalar for $date_time {
            const EXPECTED: &'static str = "a date and time (RFC 3339)";
            const HAS_FORMAT: bool = true;

            #[inline]
            fn placeholder() -> Self {
                Self::default()
            }

            fn from_scalar(scalar: $crate::wire::scalar::Scalar<'_>) -> Option<Self> {
                $crate::wire::date::read_date_time(scalar)
            }

            fn scalar_fit(
                scalar: $crate::wire::scalar::Scalar<'_>,
            ) -> Option<$crate::wire::fit::Fit> {
                $crate::wire::date::date_time_fit::<$date_time>(scalar)
            }
        }

        impl $crate::wire::Encode for $date_time {
            fn encode<S: serde::ser::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&$crate::wire::date::OffsetDateTime::to_rfc3339(self))
            }
        }

        impl From<$crate::wire::date::Rfc2822<$date_time>> for $date_time {
            fn from(instant: $crate::wire::date::Rfc2822<$date_time>) -> Self {
                instant.0
            }
        }

        impl From<$crate::wire::date::HttpDate<$date_time>> for $date_time {
            fn from(instant: $crate::wire::date::HttpDate<$date_time>) -> Self {
                instant.0
            }
        }
    };
}
use date_types;

fn read_date<T: OffsetDateTime>(scalar: Scalar<'_>) -> Option<T::Date> {
    match scalar {
        Scalar::String(text) => {
            T::parse_date(&text).or_else(|| read::<T>(&text).map(|instant| instant.date()))
        }
        _ => None,
    }
}

/// Returns how well a scalar fits a date. A date with a time is an instant or a string first.
fn date_fit<T: OffsetDateTime>(scalar: Scalar<'_>) -> Option<Fit> {
    match scalar {
        Scalar::String(text) if T::parse_date(&text).is_some() => Some(Fit::specific(3)),
        Scalar::String(text) => read::<T>(&text).map(|_| Fit::DEVIATING),
        _ => None,
    }
}

fn read_date_time<T: OffsetDateTime>(scalar: Scalar<'_>) -> Option<T> {
    match scalar {
        Scalar::String(text) => read(&text),
        _ => None,
    }
}

/// Returns how well a scalar fits an instant. Other forms than those of RFC 3339 and RFC 2822 are a date or
/// a string first.
fn date_time_fit<T: OffsetDateTime>(scalar: Scalar<'_>) -> Option<Fit> {
    let Scalar::String(text) = scalar else {
        return None;
    };
    let instant = read_standard::<T>(&text).map(|_| Fit::specific(3));
    instant.or_else(|| read_iso_8601::<T>(&text).map(|_| Fit::DEVIATING))
}

/// Reads an instant in any form that servers use.
fn read<T: OffsetDateTime>(text: &str) -> Option<T> {
    read_standard(text).or_else(|| read_iso_8601(text))
}

/// Reads an instant in the form of RFC 3339 or RFC 2822.
fn read_standard<T: OffsetDateTime>(text: &str) -> Option<T> {
    T::from_rfc3339(text).or_else(|| T::from_rfc2822(text))
}

/// Reads a date, which may be followed by a time and an offset. Defaults to midnight and UTC.
fn read_iso_8601<T: OffsetDateTime>(text: &str) -> Option<T> {
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
    T::from_rfc3339(&format!("{date}T{time}{offset}"))
}

/// A date and time that is written as RFC 2822 describes: `Tue, 01 Jul 2025 10:00:00 +0000`.
///
/// `T` is the type of the format `date-time`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rfc2822<T>(pub T);

impl<T> From<T> for Rfc2822<T> {
    fn from(instant: T) -> Self {
        Self(instant)
    }
}

#[doc(hidden)]
impl<T: OffsetDateTime> Wire for Rfc2822<T> {}

#[doc(hidden)]
impl<T: OffsetDateTime> DecodeWith for Rfc2822<T> {
    type Strategy = AsScalar;
}

impl<T: OffsetDateTime> FromScalar for Rfc2822<T> {
    const EXPECTED: &'static str = "a date and time (RFC 2822)";
    const HAS_FORMAT: bool = true;

    #[inline]
    fn placeholder() -> Self {
        Self(T::default())
    }

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        read_date_time(scalar).map(Self)
    }
}

impl<T: OffsetDateTime> Encode for Rfc2822<T> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if (0..=9999).contains(&self.0.year()) {
            serializer.serialize_str(&self.0.format(RFC_2822))
        } else {
            Err(S::Error::custom("RFC 2822 only has the years 0 to 9999"))
        }
    }
}

/// A date and time that is written as HTTP does (RFC 9110 section 5.6.7): `Tue, 01 Jul 2025
/// 10:00:00 GMT`.
///
/// `T` is the type of the format `date-time`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HttpDate<T>(pub T);

impl<T> From<T> for HttpDate<T> {
    fn from(instant: T) -> Self {
        Self(instant)
    }
}

#[doc(hidden)]
impl<T: OffsetDateTime> Wire for HttpDate<T> {}

#[doc(hidden)]
impl<T: OffsetDateTime> DecodeWith for HttpDate<T> {
    type Strategy = AsScalar;
}

impl<T: OffsetDateTime> FromScalar for HttpDate<T> {
    const EXPECTED: &'static str = "a date and time (RFC 9110)";
    const HAS_FORMAT: bool = true;

    #[inline]
    fn placeholder() -> Self {
        Self(T::default())
    }

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        let Scalar::String(text) = scalar else {
            return None;
        };
        let instant = match httpdate::parse_http_date(&text) {
            Ok(time) => T::from_system_time(time),
            Err(_) => read(&text),
        };
        instant.map(Self)
    }
}

impl<T: OffsetDateTime> Encode for HttpDate<T> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let utc = self.0.in_utc();
        if (0..=9999).contains(&utc.year()) {
            serializer.serialize_str(&utc.format(HTTP))
        } else {
            Err(S::Error::custom("HTTP only has the years 0 to 9999"))
        }
    }
}
