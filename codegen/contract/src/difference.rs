//! Differences between JSON values.

use std::fmt;

use serde_json::Value;

/// The number of differences that are listed.
const MOST: usize = 10;

/// A difference between a value and its copy.
#[derive(Debug)]
pub enum Difference {
    /// A property is missing.
    Lost { place: String, value: String },
    /// A property is new.
    Added { object: String, name: String },
    /// Any other difference, as a phrase.
    Changed(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost { place, value } => write!(f, "{place} ({value}) is lost"),
            Self::Added { object, name } => write!(f, "{object}.{name} is new"),
            Self::Changed(what) => f.write_str(what),
        }
    }
}

/// Returns all differences between two values.
pub fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(before, after, "$", &mut found);
    found
}

/// Joins differences to one phrase. The last of many are only counted.
pub fn joined<'a>(differences: impl IntoIterator<Item = &'a Difference>) -> String {
    let all: Vec<String> = differences.into_iter().map(Difference::to_string).collect();
    let (told, left) = all.split_at(all.len().min(MOST));
    match left.len() {
        0 => told.join("; "),
        left => format!("{}; and {left} more", told.join("; ")),
    }
}

fn compare(before: &Value, after: &Value, place: &str, found: &mut Vec<Difference>) {
    match (before, after) {
        (Value::Object(one), Value::Object(other)) => {
            for (name, value) in one {
                let place = format!("{place}.{name}");
                match other.get(name) {
                    Some(after) => compare(value, after, &place, found),
                    None => found.push(Difference::Lost {
                        place,
                        value: excerpt(value),
                    }),
                }
            }
            let added = other.keys().filter(|name| !one.contains_key(*name));
            found.extend(added.map(|name| Difference::Added {
                object: place.to_owned(),
                name: name.clone(),
            }));
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (before, after)) in one.iter().zip(other).enumerate() {
                compare(before, after, &format!("{place}[{index}]"), found);
            }
        }
        _ if is_same_json(before, after) => {}
        _ => found.push(Difference::Changed(format!(
            "{place} was {} and is {}",
            excerpt(before),
            excerpt(after)
        ))),
    }
}

/// Normalises a date-time of RFC 3339, or one whose zone has no colon.
pub fn instant(text: &str) -> Option<String> {
    let at = text
        .get(10..11)
        .filter(|at| matches!(*at, "T" | "t" | " "))?;
    let (date, time) = text.split_once(at)?;
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = time.split_at(zone);
    let time = match time.split_once('.') {
        Some((whole, fraction)) => match fraction.trim_end_matches('0') {
            "" => whole.to_owned(),
            fraction => format!("{whole}.{fraction}"),
        },
        None => time.to_owned(),
    };
    let zone = match zone {
        "Z" | "z" | "+00:00" | "-00:00" | "+0000" | "-0000" => "Z".to_owned(),
        zone => match zone.split_at_checked(3) {
            Some((hours, minutes)) if minutes.len() == 2 => format!("{hours}:{minutes}"),
            _ => zone.to_owned(),
        },
    };
    Some(format!("{date}T{time}{zone}"))
}

/// Returns whether two JSON values are equal, whatever the notation of their numbers and date-times.
pub fn is_same_json(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64()
        }
        (Value::String(one), Value::String(other)) => {
            one == other || instant(one).is_some_and(|one| Some(one) == instant(other))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| is_same_json(a, b))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(name, value): (&String, &Value)| {
                other.get(name).is_some_and(|it| is_same_json(value, it))
            };
            one.len() == other.len() && one.iter().all(same)
        }
        _ => one == other,
    }
}

/// Returns the beginning of a value as text.
pub fn excerpt(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_difference_of_two_values_is_told_with_its_place() {
        let told = |one, other| -> Vec<String> {
            let found = differences(&one, &other);
            found.iter().map(Difference::to_string).collect()
        };
        let same = told(json!({"a": [1, {"b": 2.0}]}), json!({"a": [1.0, {"b": 2}]}));
        assert_eq!(same, Vec::<String>::new());
        let different = told(
            json!({"a": [1, {"b": null}, 3], "c": "x", "d": [1]}),
            json!({"a": [1, {}, 4], "c": {}, "d": [1, 2], "e": 5}),
        );
        let expected = [
            "$.a[1].b (null) is lost",
            "$.a[2] was 3 and is 4",
            "$.c was \"x\" and is {}",
            "$.d was [1] and is [1,2]",
            "$.e is new",
        ];
        assert_eq!(different, expected);
    }

    #[test]
    fn a_date_time_may_be_written_in_several_ways() {
        let same = |one: &str, other: &str| is_same_json(&json!(one), &json!(other));
        assert!(same("2018-04-03T02:00:00+0000", "2018-04-03T02:00:00Z"));
        assert!(same(
            "2018-04-03t02:00:00.50+0530",
            "2018-04-03T02:00:00.5+05:30"
        ));
        assert!(!same(
            "2018-04-03T02:00:00+0000",
            "2018-04-03T02:00:00+01:00"
        ));
    }

    #[test]
    fn of_many_differences_the_last_are_counted() {
        let number = |it: u8| Difference::Changed(it.to_string());
        let faults: Vec<_> = (0..12).map(number).collect();
        assert_eq!(joined(&faults), "0; 1; 2; 3; 4; 5; 6; 7; 8; 9; and 2 more");
        assert_eq!(joined(&faults[..10]), "0; 1; 2; 3; 4; 5; 6; 7; 8; 9");
    }
}
