//! Phrases for constraints on values in the documentation.

use serde_json::Value;

use crate::ir::{Bound, Counts, Limit, TextFormat};
use crate::text;

/// The maximum number of values of an enumeration that are listed.
const MOST_NUMBERS: usize = 51;

/// Returns a constraint as Markdown, such as `at most 34 characters`.
pub(super) fn phrase(limit: &Limit) -> String {
    match limit {
        Limit::Text(format) => text_format(*format),
        Limit::Always(Value::String(value)) | Limit::Tag(Value::String(value)) => {
            format!("always {}", text::code(value))
        }
        Limit::Always(value) | Limit::Tag(value) => format!("always {value}"),
        Limit::OneOf(numbers) => {
            let listed: Vec<String> = numbers
                .iter()
                .take(MOST_NUMBERS)
                .map(ToString::to_string)
                .collect();
            format!("one of {}", listed.join(", "))
        }
        Limit::Characters(counts) => count(*counts, "character"),
        Limit::Range { minimum, maximum } => range(*minimum, *maximum),
        Limit::MultipleOf(step) => format!("a multiple of {step}"),
        Limit::Items(counts) => count(*counts, "item"),
        Limit::UniqueItems => "no item twice".to_owned(),
        Limit::Pattern(pattern) => format!("matches {}", text::code(pattern)),
        Limit::Names(patterns) => format!("names match {}", any_of(patterns)),
        Limit::SomeNames(patterns) => format!(
            "names that match {} have types of their own, which aren't checked",
            any_of(patterns)
        ),
    }
}

/// Returns a list of regular expressions, such as `^a` or `^b`.
fn any_of(patterns: &[String]) -> String {
    let patterns: Vec<String> = patterns.iter().map(|it| text::code(it)).collect();
    patterns.join(" or ")
}

fn text_format(format: TextFormat) -> String {
    match format {
        TextFormat::Integer(bits) => format!("a {bits}-bit integer in decimal"),
        TextFormat::UnsignedInteger(bits) => format!("an unsigned {bits}-bit integer in decimal"),
        TextFormat::Number => "a number in decimal".to_owned(),
        TextFormat::Base64Url => "bytes in base64url".to_owned(),
    }
}

fn count(counts: Counts, unit: &str) -> String {
    let counted = |number: u64| match number {
        1 => format!("1 {unit}"),
        _ => format!("{number} {unit}s"),
    };
    match (counts.least, counts.most) {
        (None, None) => format!("any number of {unit}s"),
        (Some(least), None) => format!("at least {}", counted(least)),
        (None, Some(most)) => format!("at most {}", counted(most)),
        (Some(least), Some(most)) if least == most => counted(least),
        (Some(least), Some(most)) => format!("{least} to {}", counted(most)),
    }
}

fn range(minimum: Option<Bound>, maximum: Option<Bound>) -> String {
    let low = |bound: Bound| match bound.exclusive {
        true => format!("more than {}", bound.value),
        false => format!("at least {}", bound.value),
    };
    let high = |bound: Bound| match bound.exclusive {
        true => format!("less than {}", bound.value),
        false => format!("at most {}", bound.value),
    };
    match (minimum, maximum) {
        (None, None) => "any number".to_owned(),
        (Some(minimum), None) => low(minimum),
        (None, Some(maximum)) => high(maximum),
        (Some(minimum), Some(maximum)) if !minimum.exclusive && !maximum.exclusive => {
            format!("{} to {}", minimum.value, maximum.value)
        }
        (Some(minimum), Some(maximum)) => format!("{} and {}", low(minimum), high(maximum)),
    }
}

#[cfg(test)]
mod tests {
    use super::phrase;
    use crate::ir::{Bound, Counts, Limit, TextFormat};

    fn counts(least: Option<u64>, most: Option<u64>) -> Counts {
        Counts { least, most }
    }

    fn bound(value: f64, exclusive: bool) -> Option<Bound> {
        Some(Bound { value, exclusive })
    }

    #[test]
    fn limits_are_short_phrases() {
        let numbers = |values: &[f64]| {
            let numbers = values
                .iter()
                .copied()
                .filter_map(serde_json::Number::from_f64);
            Limit::OneOf(numbers.collect())
        };
        let range = |minimum, maximum| Limit::Range { minimum, maximum };
        let table = [
            (
                Limit::Text(TextFormat::Integer(64)),
                "a 64-bit integer in decimal",
            ),
            (
                Limit::Text(TextFormat::UnsignedInteger(32)),
                "an unsigned 32-bit integer in decimal",
            ),
            (
                Limit::Characters(counts(Some(1), None)),
                "at least 1 character",
            ),
            (
                Limit::Characters(counts(None, Some(34))),
                "at most 34 characters",
            ),
            (
                Limit::Characters(counts(Some(2), Some(5))),
                "2 to 5 characters",
            ),
            (
                Limit::Characters(counts(Some(34), Some(34))),
                "34 characters",
            ),
            (Limit::Items(counts(None, Some(1))), "at most 1 item"),
            (range(bound(1.0, false), bound(100.0, false)), "1 to 100"),
            (range(bound(0.0, true), None), "more than 0"),
            (
                range(bound(0.0, true), bound(1.5, false)),
                "more than 0 and at most 1.5",
            ),
            (range(None, bound(2.0, true)), "less than 2"),
            (Limit::MultipleOf(5.0), "a multiple of 5"),
            (Limit::UniqueItems, "no item twice"),
            (Limit::Always(true.into()), "always true"),
            (Limit::Always("cat".into()), "always `cat`"),
            (numbers(&[0.5, 1.5]), "one of 0.5, 1.5"),
            (Limit::Pattern("^US".to_owned()), "matches `^US`"),
            (
                Limit::Names(vec!["^a".to_owned(), "`".to_owned()]),
                "names match `^a` or `` ` ``",
            ),
            (
                Limit::SomeNames(vec!["^x-".to_owned()]),
                "names that match `^x-` have types of their own, which aren't checked",
            ),
        ];
        for (limit, expected) in table {
            assert_eq!(phrase(&limit), expected);
        }
    }

    #[test]
    fn a_long_enumeration_is_truncated() {
        let numbers = (0..100).map(serde_json::Number::from);
        let phrase = phrase(&Limit::OneOf(numbers.collect()));
        assert!(phrase.ends_with(", 50"), "{phrase}");
    }
}
