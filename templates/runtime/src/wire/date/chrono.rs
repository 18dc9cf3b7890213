//! Dates and times as types of the crate chrono.

use std::time::SystemTime;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, SecondsFormat, Utc};

use crate::wire::date::{OffsetDateTime, date_types};

date_types!(NaiveDate, DateTime<FixedOffset>);

impl OffsetDateTime for DateTime<FixedOffset> {
    type Date = NaiveDate;

    fn parse_date(text: &str) -> Option<NaiveDate> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
    }

    fn from_rfc3339(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok()
    }

    fn from_rfc2822(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc2822(text).ok()
    }

    fn from_system_time(time: SystemTime) -> Option<Self> {
        Some(DateTime::<Utc>::from(time).fixed_offset())
    }

    fn in_utc(&self) -> Self {
        self.to_utc().fixed_offset()
    }

    fn date(&self) -> NaiveDate {
        self.date_naive()
    }

    fn year(&self) -> i32 {
        Datelike::year(self)
    }

    fn to_rfc3339(&self) -> String {
        self.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }

    fn format(&self, format: &str) -> String {
        DateTime::format(self, format).to_string()
    }
}
