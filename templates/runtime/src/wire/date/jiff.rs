//! Dates and times as types of the crate jiff. A `ZonedDateTime` that is read has the offset of its text as
//! its time zone.

use std::time::SystemTime;

use jiff::civil::{self, Date};
use jiff::fmt::{rfc2822, temporal};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Unit, ZonedDateTime};

use crate::wire::date::{OffsetDateTime, date_types};

date_types!(Date, ZonedDateTime);

impl OffsetDateTime for ZonedDateTime {
    type Date = Date;

    fn parse_date(text: &str) -> Option<Date> {
        Date::strptime("%Y-%m-%d", text).ok()
    }

    /// Jiff's own parser takes more forms than RFC 3339, and no more than 9 digits after the seconds.
    fn from_rfc3339(text: &str) -> Option<Self> {
        let (seconds, rest) = text.split_at_checked("YYYY-MM-DDTHH:MM:SS".len())?;
        let (fraction, offset) = rest.split_at(rest.find(['Z', 'z', '+', '-'])?);
        let digits = fraction.strip_prefix('.');
        let is_fraction = digits.map_or(fraction.is_empty(), |digits| {
            !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit())
        });
        if !has_form(seconds, "0000-00-00T00:00:00") || !is_fraction {
            return None;
        }
        let end = seconds.len() + fraction.len().min(".123456789".len());
        let local: civil::DateTime = text.get(..end)?.parse().ok()?;
        let offset = parse_offset(offset)?;
        let timestamp = offset.to_timestamp(local).ok()?;
        Some(timestamp.to_zoned_datetime(offset.to_time_zone()))
    }

    fn from_rfc2822(text: &str) -> Option<Self> {
        let parser = rfc2822::DateTimeParser::new();
        parser.parse_zoned_datetime(text).ok()
    }

    fn from_system_time(time: SystemTime) -> Option<Self> {
        let timestamp = Timestamp::try_from(time).ok()?;
        Some(timestamp.to_zoned_datetime(TimeZone::UTC))
    }

    fn in_utc(&self) -> Self {
        self.with_time_zone(TimeZone::UTC)
    }

    fn date(&self) -> Date {
        ZonedDateTime::date(self)
    }

    fn year(&self) -> i32 {
        ZonedDateTime::year(self).into()
    }

    fn to_rfc3339(&self) -> String {
        let digits = match self.subsec_nanosecond() {
            0 => 0,
            it if it % 1_000_000 == 0 => 3,
            it if it % 1_000 == 0 => 6,
            _ => 9,
        };
        let printer = temporal::DateTimePrinter::new().precision(Some(digits));
        match written_offset(self) {
            Offset::UTC => printer.timestamp_to_string(&self.timestamp()),
            offset => printer.timestamp_with_offset_to_string(&self.timestamp(), offset),
        }
    }

    fn format(&self, format: &str) -> String {
        let time_zone = written_offset(self).to_time_zone();
        let written = self.with_time_zone(time_zone);
        written.strftime(format).to_string()
    }
}

/// Returns the offset in whole minutes, which is what RFC 3339 and RFC 2822 have. The early offsets of many
/// time zones have seconds.
fn written_offset(instant: &ZonedDateTime) -> Offset {
    let offset = instant.offset();
    offset.round(Unit::Minute).unwrap_or(Offset::UTC)
}

/// Parses an offset of RFC 3339: `Z`, or a sign, hours and minutes.
fn parse_offset(text: &str) -> Option<Offset> {
    if text.eq_ignore_ascii_case("Z") {
        return Some(Offset::UTC);
    }
    let (sign, time) = text.split_at_checked(1)?;
    let (hours, minutes) = time.split_once(':')?;
    if !has_form(time, "00:00") {
        return None;
    }
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let seconds = (hours * 60 + minutes) * 60;
    let seconds = if sign == "-" { -seconds } else { seconds };
    let offset = Offset::from_seconds(seconds).ok();
    offset.filter(|_| minutes < 60)
}

/// Returns whether a text has digits and separators at the same places as `form`.
fn has_form(text: &str, form: &str) -> bool {
    let mut pairs = text.bytes().zip(form.bytes());
    text.len() == form.len()
        && pairs.all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            b'T' => matches!(byte, b'T' | b't' | b' '),
            separator => byte == separator,
        })
}
