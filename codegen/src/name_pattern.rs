//! Patterns of property names (`patternProperties`), as clients match them.
//!
//! A pattern is a regular expression of ECMA-262 and isn't anchored (JSON Schema 2020-12, 10.3.2.2).
//! Most are a literal text with an anchor, which a client matches without an engine. The others are
//! matched by the crate regex-lite, whose time is linear in the name. Only `.` and `\s` differ there: `.`
//! also matches `\r`, U+2028 and U+2029, and `\s` is ASCII.

use std::iter::Peekable;
use std::str::Chars;

use regex_lite::{Regex, RegexBuilder};
use serde::Serialize;

/// The maximum length of a regular expression in bytes.
const LONGEST: usize = 1024;

/// The maximum size of a compiled regular expression in bytes, to which the time for each character of
/// a name is proportional.
const LARGEST: usize = 32 * 1024;

/// A pattern that a client can match.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct NamePattern {
    /// The pattern in the document.
    pub source: String,
    /// How a client matches it.
    pub matcher: NameMatcher,
}

/// How a client matches names.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum NameMatcher {
    /// The name is this text.
    Exact(String),
    /// The name starts with this text.
    Prefix(String),
    /// The name ends with this text.
    Suffix(String),
    /// The name contains this text.
    Contains(String),
    /// The name contains a match of this regular expression, in the syntax of regex-lite.
    Regex(String),
}

impl NamePattern {
    /// Returns a pattern of a document; `None` if a client can't match it, as with look-around,
    /// backreferences or a large regular expression.
    pub fn new(source: &str) -> Option<Self> {
        let matcher = literal(source).or_else(|| {
            let text = translated(source)?;
            compiled(&text)?;
            Some(NameMatcher::Regex(text))
        })?;
        Some(Self {
            source: source.to_owned(),
            matcher,
        })
    }

    /// Returns whether a name matches.
    pub fn matches(&self, name: &str) -> bool {
        match &self.matcher {
            NameMatcher::Exact(text) => name == text,
            NameMatcher::Prefix(text) => name.starts_with(text),
            NameMatcher::Suffix(text) => name.ends_with(text),
            NameMatcher::Contains(text) => name.contains(text),
            NameMatcher::Regex(text) => compiled(text).is_some_and(|it| it.is_match(name)),
        }
    }
}

fn compiled(text: &str) -> Option<Regex> {
    if text.len() > LONGEST {
        return None;
    }
    RegexBuilder::new(text).size_limit(LARGEST).build().ok()
}

/// Returns the matcher of a pattern that is a literal text beside anchors and `.*` at its ends.
fn literal(pattern: &str) -> Option<NameMatcher> {
    let (mut from_start, mut rest) = match pattern.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    let (mut to_end, inner) = match rest.strip_suffix('$').filter(|it| !ends_in_escape(it)) {
        Some(inner) => (true, inner),
        None => (false, rest),
    };
    rest = inner;
    if let Some(inner) = rest.strip_prefix(".*") {
        (from_start, rest) = (false, inner);
    }
    if let Some(inner) = rest.strip_suffix(".*").filter(|it| !ends_in_escape(it)) {
        (to_end, rest) = (false, inner);
    }
    let mut text = String::new();
    let mut chars = rest.chars();
    while let Some(c) = chars.next() {
        text.push(match c {
            '\\' => chars.next().filter(char::is_ascii_punctuation)?,
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' => {
                return None;
            }
            c => c,
        });
    }
    Some(match (from_start, to_end) {
        (true, true) => NameMatcher::Exact(text),
        (true, false) => NameMatcher::Prefix(text),
        (false, true) => NameMatcher::Suffix(text),
        (false, false) => NameMatcher::Contains(text),
    })
}

/// Whether the character after a text is escaped.
fn ends_in_escape(text: &str) -> bool {
    let backslashes = text.len() - text.trim_end_matches('\\').len();
    backslashes % 2 == 1
}

/// Converts a pattern to the syntax of regex-lite; `None` if its meaning would be another one.
fn translated(pattern: &str) -> Option<String> {
    let mut text = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => escape(&mut chars, &mut text)?,
            '[' => class(&mut chars, &mut text)?,
            // Flags, which ECMA-262 doesn't have, would also be accepted.
            '(' if chars.next_if_eq(&'?').is_some() => {
                let kind = chars.next_if(|c| [':', '<'].contains(c))?;
                text.extend(['(', '?', kind]);
            }
            c => text.push(c),
        }
    }
    Some(text)
}

/// Converts what follows a backslash outside of a class.
fn escape(chars: &mut Peekable<Chars<'_>>, text: &mut String) -> Option<()> {
    match chars.next()? {
        // Anchors and word boundaries of regex-lite, which are literals or errors in ECMA-262.
        'A' | 'z' | '<' | '>' => return None,
        'b' | 'B' if chars.peek() == Some(&'{') => return None,
        c => text.extend(['\\', c]),
    }
    Some(())
}

/// Converts a class, of which the opening bracket has been read.
fn class(chars: &mut Peekable<Chars<'_>>, text: &mut String) -> Option<()> {
    text.push('[');
    text.extend(chars.next_if_eq(&'^'));
    // Without characters, the class is empty in ECMA-262; here, the bracket would be one of them.
    if chars.peek() == Some(&']') {
        return None;
    }
    // Whether the last element is a set such as `\w`, with which no range starts.
    let mut after_set = false;
    loop {
        let c = chars.next()?;
        let is_set = match c {
            ']' => break,
            '\\' => {
                let escaped = chars.next()?;
                text.extend(['\\', escaped]);
                ['d', 'D', 's', 'S', 'w', 'W'].contains(&escaped)
            }
            // Set operations and nested classes of the crate.
            '[' | '&' | '~' => {
                text.extend(['\\', c]);
                false
            }
            '-' if after_set || chars.peek() == Some(&'\\') && leads_to_set(chars) => {
                text.push_str(r"\-");
                false
            }
            c => {
                text.push(c);
                false
            }
        };
        after_set = is_set;
    }
    text.push(']');
    Some(())
}

/// Whether the next two characters are a set such as `\w`.
fn leads_to_set(chars: &Peekable<Chars<'_>>) -> bool {
    let mut ahead = chars.clone();
    ahead.next() == Some('\\')
        && ahead
            .next()
            .is_some_and(|c| ['d', 'D', 's', 'S', 'w', 'W'].contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matcher(pattern: &str) -> Option<NameMatcher> {
        NamePattern::new(pattern).map(|it| it.matcher)
    }

    #[test]
    fn literal_texts_need_no_regular_expression() {
        let text = |it: &str| it.to_owned();
        for (pattern, expected) in [
            ("^x-", NameMatcher::Prefix(text("x-"))),
            ("^x-.*$", NameMatcher::Prefix(text("x-"))),
            (r"^x\-", NameMatcher::Prefix(text("x-"))),
            (r"^\/", NameMatcher::Prefix(text("/"))),
            (r"^\$", NameMatcher::Prefix(text("$"))),
            ("_id$", NameMatcher::Suffix(text("_id"))),
            ("^.*_id$", NameMatcher::Suffix(text("_id"))),
            (r"a\\$", NameMatcher::Suffix(text(r"a\"))),
            (r"\$", NameMatcher::Contains(text("$"))),
            (r"a\.*", NameMatcher::Regex(text(r"a\.*"))),
            ("^größe$", NameMatcher::Exact(text("größe"))),
            ("^$", NameMatcher::Exact(text(""))),
        ] {
            assert_eq!(matcher(pattern), Some(expected), "{pattern}");
        }
    }

    #[test]
    fn regular_expressions_match_as_in_ecma_262() {
        for (pattern, matching, other) in [
            ("^[a-z]+$", "abc", "abc1"),
            // `$` matches at the end only.
            ("^[a-z]+$", "abc", "abc\n"),
            // ASCII only.
            (r"^\d+$", "12", "١٢"),
            (r"^\w+$", "a_1", "é"),
            // Not anchored.
            (r"\d", "a1b", "ab"),
            (r"^a\/\d", "a/1", "a1"),
            (r"^\u0061+$", "aa", "b"),
            (r"^[\w-.]+$", "a-b.c", "a,b"),
            (r"^[.-\d]+$", ".-1", "/"),
            ("^[a[&&~~b]+$", "a[&~", "c"),
            (r"^[\]\-]$", "-", "\\"),
            (r"^(?:a|b)(?<n>c)?$", "bc", "c"),
            ("^S_(a|b)$", "S_a", "S_c"),
            ("^.{2}$", "éé", "é"),
        ] {
            let compiled = NamePattern::new(pattern).expect(pattern);
            assert!(
                matches!(compiled.matcher, NameMatcher::Regex(_)),
                "{pattern}"
            );
            assert!(compiled.matches(matching), "{pattern} {matching}");
            assert!(!compiled.matches(other), "{pattern} {other}");
        }
    }

    #[test]
    fn some_patterns_have_no_equivalent() {
        let long = format!("^[a-z]{}", "a".repeat(LONGEST));
        for pattern in [
            "^(?!x-)",
            "(?<=a)b",
            r"^(a)\1$",
            r"^(?<n>a)\k<n>$",
            r"^\p{L}+$",
            r"\cA[a]",
            "^[^]$",
            "^[]$",
            "^[]a]",
            r"\Aa[b]",
            r"[a]\z",
            r"[a]\b{start}",
            "(?i)a",
            "^a{2",
            "(",
            "[a",
            r"[a]\",
            r"\uD83D\uDE00",
            "((a{99}){99}){99}",
            &long,
        ] {
            assert_eq!(matcher(pattern), None, "{pattern}");
        }
    }
}
