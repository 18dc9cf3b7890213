//! How two JSON values differ.

use serde_json::Value;

/// The end of what is said of a member that isn't there any more.
pub const LOST: &str = "is lost";

/// The end of what is said of a member that wasn't there before.
pub const ADDED: &str = "is new";

/// How many differences of two values are told.
const MOST: usize = 10;

/// Every place where what came out isn't what went in, each as a phrase.
pub fn differences(before: &Value, after: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(before, after, "$", &mut found);
    found
}

/// Phrases in one, the last of many only counted.
pub fn joined(faults: &[String]) -> String {
    let (told, left) = faults.split_at(faults.len().min(MOST));
    match left.len() {
        0 => told.join("; "),
        left => format!("{}; and {left} more", told.join("; ")),
    }
}

fn compare(before: &Value, after: &Value, place: &str, found: &mut Vec<String>) {
    if is_same_json(before, after) {
        return;
    }
    match (before, after) {
        (Value::Object(one), Value::Object(other)) => {
            for (name, value) in one {
                let place = format!("{place}.{name}");
                match other.get(name) {
                    Some(after) => compare(value, after, &place, found),
                    None => found.push(format!("{place} ({}) {LOST}", excerpt(value))),
                }
            }
            let added = other.keys().filter(|name| !one.contains_key(*name));
            found.extend(added.map(|name| format!("{place}.{name} {ADDED}")));
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (before, after)) in one.iter().zip(other).enumerate() {
                compare(before, after, &format!("{place}[{index}]"), found);
            }
        }
        _ => found.push(format!(
            "{place} was {} and is {}",
            excerpt(before),
            excerpt(after)
        )),
    }
}

/// A date-time of RFC 3339 in one spelling of those that it allows.
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
        "Z" | "z" | "+00:00" | "-00:00" => "Z",
        zone => zone,
    };
    Some(format!("{date}T{time}{zone}"))
}

/// Whether two JSON values are the same, however their numbers and instants are spelled.
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

fn excerpt(value: &Value) -> String {
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
        let told = |one, other| differences(&one, &other);
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
    fn of_many_differences_the_last_are_counted() {
        let faults: Vec<_> = (0..12).map(|it| it.to_string()).collect();
        assert_eq!(joined(&faults), "0; 1; 2; 3; 4; 5; 6; 7; 8; 9; and 2 more");
        assert_eq!(joined(&faults[..10]), "0; 1; 2; 3; 4; 5; 6; 7; 8; 9");
    }
}
