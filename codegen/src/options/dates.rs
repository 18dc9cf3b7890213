//! The option `dates`.

use serde::Deserialize;

/// The crate whose types a client uses for dates and times.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum DateCrate {
    /// `chrono`: the format `date` is a `NaiveDate`, and `date-time` a `DateTime<FixedOffset>`.
    #[default]
    Chrono,
    /// `jiff`: the format `date` is a `civil::Date`, and `date-time` a `ZonedDateTime`, whose time zone is the
    /// offset that was read. A `Timestamp` would lose the offset.
    Jiff,
}

impl DateCrate {
    /// Returns the path of the type of a date.
    pub(crate) fn date(self) -> &'static str {
        match self {
            Self::Chrono => "chrono::NaiveDate",
            Self::Jiff => "jiff::civil::Date",
        }
    }

    /// Returns the path of the type of a date with a time and an offset.
    pub(crate) fn date_time(self) -> &'static str {
        match self {
            Self::Chrono => "chrono::DateTime<chrono::FixedOffset>",
            Self::Jiff => "jiff::ZonedDateTime",
        }
    }

    /// Returns whether the type of a date with a time implements `Copy`.
    pub(crate) fn copies_date_times(self) -> bool {
        match self {
            Self::Chrono => true,
            Self::Jiff => false,
        }
    }

    /// Returns a text that the type of a date with a time parses.
    pub(crate) fn sample(self) -> &'static str {
        match self {
            Self::Chrono => "2026-01-31T12:00:00Z",
            Self::Jiff => "2026-01-31T12:00:00Z[UTC]",
        }
    }
}
