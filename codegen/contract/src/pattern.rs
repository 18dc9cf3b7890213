//! Regular expressions of schemas (`pattern`): matches texts, and generates a matching text.

use std::collections::HashMap;

use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Compiled patterns. `None` for patterns that the regex crate doesn't support, such as look-ahead.
#[derive(Default)]
pub struct Patterns {
    compiled: HashMap<String, Option<Regex>>,
}

/// The length in characters of generated texts whose pattern allows any length.
const LONGEST: usize = 4096;

impl Patterns {
    /// Returns whether a text matches, or `None` if the pattern isn't supported.
    pub fn matches(&mut self, pattern: &str, text: &str) -> Option<bool> {
        let compiled = self
            .compiled
            .entry(pattern.to_owned())
            .or_insert_with(|| Regex::new(&rust_syntax(pattern)).ok());
        Some(compiled.as_ref()?.is_match(text))
    }

    /// Returns a matching text of the right length, or `None` if none is found.
    pub fn sample(&mut self, pattern: &str, shortest: usize, longest: usize) -> Option<String> {
        let tree = regex_syntax::parse(&rust_syntax(pattern)).ok()?;
        let counts = [1, 0, 2, 3].into_iter().chain(4..=shortest.min(LONGEST));
        for count in counts {
            let mut text = String::new();
            write(&tree, count, &mut text);
            let length = text.chars().count();
            let fits = (shortest..=longest).contains(&length) && !text.is_empty();
            if fits && self.matches(pattern, &text) == Some(true) {
                return Some(text);
            }
        }
        None
    }
}

/// Converts an ECMA-262 pattern to the syntax of the regex crate, which has fewer escapes and whose `\d`
/// and `\w` match more than ASCII.
fn rust_syntax(pattern: &str) -> String {
    let mut text = String::new();
    let mut chars = pattern.chars();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('d') if in_class => text.push_str("0-9"),
                Some('d') => text.push_str("[0-9]"),
                Some('w') if in_class => text.push_str("0-9A-Za-z_"),
                Some('w') => text.push_str("[0-9A-Za-z_]"),
                Some(c) if c.is_ascii_alphanumeric() || regex_syntax::is_meta_character(c) => {
                    text.extend(['\\', c]);
                }
                Some(c) => text.push(c),
                None => text.push_str("\\\\"),
            },
            '[' if in_class => text.push_str("\\["),
            '[' => {
                in_class = true;
                text.push('[');
            }
            ']' => {
                in_class = false;
                text.push(']');
            }
            // The regex crate has set operations in classes.
            '&' | '~' if in_class => text.extend(['\\', c]),
            c => text.push(c),
        }
    }
    text
}

/// Appends a text that matches the expression, with `count` repetitions where the number is free.
fn write(tree: &Hir, count: usize, text: &mut String) {
    match tree.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => text.extend(letter(class)),
        HirKind::Repetition(repetition) => {
            let least = repetition.min as usize;
            let most = repetition.max.map_or(usize::MAX, |most| most as usize);
            for _ in 0..count.clamp(least, most.max(least)) {
                if text.len() < LONGEST {
                    write(&repetition.sub, count, text);
                }
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, count, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, count, text)),
        HirKind::Alternation(parts) => {
            if let Some(first) = parts.first() {
                write(first, count, text);
            }
        }
    }
}

/// Returns a character of a class, preferably an alphanumeric one.
fn letter(class: &Class) -> Option<char> {
    let plain = ('a'..='z')
        .chain('0'..='9')
        .chain('A'..='Z')
        .chain('!'..='~');
    match class {
        Class::Unicode(class) => {
            let has = |c: &char| {
                class
                    .ranges()
                    .iter()
                    .any(|range| (range.start()..=range.end()).contains(c))
            };
            let first = class.ranges().first().map(|range| range.start());
            plain.into_iter().find(has).or(first)
        }
        Class::Bytes(class) => {
            let has = |c: &char| {
                class
                    .ranges()
                    .iter()
                    .any(|range| (range.start()..=range.end()).contains(&(*c as u8)))
            };
            plain.into_iter().find(has)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Patterns;

    #[test]
    fn a_text_is_made_for_a_pattern_and_its_length() {
        let mut patterns = Patterns::default();
        for (pattern, shortest, longest) in [
            (r"^AC[0-9a-fA-F]{32}$", 34, 34),
            (r"^\+[1-9]\d{1,14}$", 0, 16),
            (r"^(open|closed)$", 0, 10),
            (r"^[\w\-]+\/[a-z]*$", 10, 40),
            (r"^[^\s@]+@[^\s@]+\.\w+$", 0, 100),
        ] {
            let text = patterns.sample(pattern, shortest, longest);
            let text = text.unwrap_or_else(|| panic!("nothing for {pattern}"));
            assert_eq!(patterns.matches(pattern, &text), Some(true), "{pattern}");
            assert!(
                (shortest..=longest).contains(&text.chars().count()),
                "{text}"
            );
        }
        assert_eq!(patterns.sample(r"^(?!a)b$", 0, 9), None, "it looks ahead");
        assert_eq!(patterns.sample("^a{3}$", 5, 9), None, "no such length");
    }
}
