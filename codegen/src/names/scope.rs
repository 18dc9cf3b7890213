//! A scope hands out identifiers: only it can make a [`RustIdent`], and no two of one scope are
//! the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::case::shortened;
use super::keyword::{has_no_raw_form, is_keyword};

/// A Rust identifier, valid where it stands; raw (`r#type`) if it is a keyword.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct RustIdent(String);

impl RustIdent {
    /// The text as it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text without `r#`, to build other words from.
    pub fn bare(&self) -> &str {
        self.0.strip_prefix("r#").unwrap_or(&self.0)
    }

    /// `prefix` and this identifier as one word, such as `with_type`.
    pub fn prefixed(&self, prefix: &str) -> Self {
        Self(format!("{prefix}{}", self.bare()))
    }
}

impl fmt::Display for RustIdent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that wants a name.
pub struct Candidate {
    /// Who goes first where two want the same: lower before higher.
    pub priority: u8,
    /// The name on the wire, or the place in the document: what tells candidates apart. The order
    /// of the document plays no part, so that moving something renames nothing.
    pub key: String,
    /// The texts that it would take, best first. Not empty.
    pub forms: Vec<String>,
}

/// Whether a scope holds names that differ in case only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matching {
    /// It does.
    Exact,
    /// It doesn't: its names become files, too.
    IgnoreCase,
}

/// A set of names that are taken.
pub struct Scope {
    matching: Matching,
    taken: BTreeSet<String>,
    /// The last number given to each base, so that thousands of equal names stay cheap.
    numbers: BTreeMap<String, u64>,
}

impl Scope {
    /// A scope in which `reserved` are taken already.
    pub fn new(matching: Matching, reserved: &[&str]) -> Self {
        let mut scope = Self {
            matching,
            taken: BTreeSet::new(),
            numbers: BTreeMap::new(),
        };
        for name in reserved {
            let folded = scope.folded(name);
            scope.taken.insert(folded);
        }
        scope
    }

    fn folded(&self, name: &str) -> String {
        match self.matching {
            Matching::Exact => name.to_owned(),
            Matching::IgnoreCase => name.to_ascii_lowercase(),
        }
    }

    /// Names all of `candidates`; the result is in their order.
    ///
    /// Each gets its best form unless another wants the same and goes before it: by priority, then
    /// by whether the wire name is the form itself, then by key. Whoever loses takes its next form
    /// that no one wants or has, and at last a number.
    pub fn assign(&mut self, candidates: &[Candidate]) -> Vec<RustIdent> {
        let forms: Vec<Vec<String>> = candidates
            .iter()
            .map(|candidate| {
                let forms = candidate.forms.iter();
                forms.map(|form| legal(&shortened(form))).collect()
            })
            .collect();
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        order.sort_by_key(|&index| {
            let candidate = &candidates[index];
            let exact = candidate.forms.first() == Some(&candidate.key);
            (candidate.priority, !exact, candidate.key.clone(), index)
        });

        let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
        for &index in &order {
            if let Some(form) = forms[index].first() {
                wanted.entry(self.folded(form)).or_insert(index);
            }
        }

        let mut names: BTreeMap<usize, String> = BTreeMap::new();
        for (form, &index) in &wanted {
            if !self.taken.contains(form)
                && let Some(best) = forms[index].first()
            {
                names.insert(index, best.clone());
            }
        }
        self.taken.extend(wanted.into_keys());

        for index in order {
            names
                .entry(index)
                .or_insert_with(|| self.next_free(&forms[index]));
        }
        names.into_values().map(|text| ident(&text)).collect()
    }

    /// Names one thing.
    pub fn assign_one(&mut self, key: &str, forms: Vec<String>) -> RustIdent {
        let candidate = Candidate {
            priority: 0,
            key: key.to_owned(),
            forms,
        };
        self.assign(std::slice::from_ref(&candidate))
            .pop()
            .unwrap_or_else(|| ident("unnamed"))
    }

    fn next_free(&mut self, forms: &[String]) -> String {
        for form in forms.iter().skip(1) {
            let folded = self.folded(form);
            if self.taken.insert(folded) {
                return form.clone();
            }
        }
        // With a number it is no keyword, so the underscore of one would only be in the way.
        let base = forms
            .last()
            .map_or("unnamed", |form| form.trim_end_matches('_'));
        let joint = if base.ends_with(|c: char| c.is_ascii_digit()) {
            "N"
        } else {
            ""
        };
        loop {
            let number = self.numbers.entry(base.to_owned()).or_insert(1);
            *number += 1;
            let text = if base.starts_with(|c: char| c.is_ascii_uppercase()) {
                format!("{base}{joint}{number}")
            } else {
                format!("{base}_{number}")
            };
            let folded = self.folded(&text);
            if self.taken.insert(folded) {
                return text;
            }
        }
    }
}

/// The text itself, or with an underscore if it is one of the keywords that have no raw form.
fn legal(text: &str) -> String {
    if has_no_raw_form(text) {
        format!("{text}_")
    } else {
        text.to_owned()
    }
}

/// Makes an identifier of ASCII text in the right case; a keyword becomes raw.
fn ident(text: &str) -> RustIdent {
    RustIdent(if is_keyword(text) {
        format!("r#{text}")
    } else {
        text.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Matching, Scope};

    fn candidate(priority: u8, key: &str, forms: &[&str]) -> Candidate {
        Candidate {
            priority,
            key: key.to_owned(),
            forms: forms.iter().map(|&form| form.to_owned()).collect(),
        }
    }

    fn assign(scope: &mut Scope, candidates: &[Candidate]) -> Vec<String> {
        scope
            .assign(candidates)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn the_order_of_the_document_changes_no_name() {
        let candidates = || {
            vec![
                candidate(0, "Id", &["id", "id"]),
                candidate(0, "id", &["id", "id"]),
                candidate(0, "_id", &["id", "underscore_id"]),
            ]
        };
        let forward = assign(&mut Scope::new(Matching::Exact, &[]), &candidates());
        assert_eq!(forward, ["id_2", "id", "underscore_id"]);
        let mut turned = candidates();
        turned.reverse();
        let mut backward = assign(&mut Scope::new(Matching::Exact, &[]), &turned);
        backward.reverse();
        assert_eq!(forward, backward);
    }

    #[test]
    fn a_second_choice_never_takes_what_another_wants_most() {
        let names = assign(
            &mut Scope::new(Matching::Exact, &[]),
            &[
                candidate(0, "a", &["id"]),
                candidate(1, "b", &["id", "query_id"]),
                candidate(2, "c", &["query_id", "other"]),
            ],
        );
        assert_eq!(names, ["id", "query_id_2", "query_id"]);
    }

    #[test]
    fn keywords_and_reserved_words_are_avoided() {
        let mut scope = Scope::new(Matching::Exact, &["send"]);
        let names = assign(
            &mut scope,
            &[
                candidate(0, "type", &["type"]),
                candidate(0, "self", &["self"]),
                candidate(0, "send", &["send", "query_send"]),
            ],
        );
        assert_eq!(names, ["r#type", "self_", "query_send"]);
    }

    #[test]
    fn a_number_takes_the_place_of_a_keyword_s_underscore() {
        let names = assign(
            &mut Scope::new(Matching::Exact, &[]),
            &[
                candidate(0, "Self", &["Self"]),
                candidate(0, "self", &["Self"]),
                candidate(0, "super", &["super"]),
                candidate(0, "Super", &["super"]),
            ],
        );
        assert_eq!(names, ["Self_", "Self2", "super_", "super_2"]);
    }

    #[test]
    fn names_of_files_differ_in_more_than_case() {
        let mut scope = Scope::new(Matching::IgnoreCase, &[]);
        let names = assign(
            &mut scope,
            &[
                candidate(0, "FooBar", &["FooBar"]),
                candidate(0, "Foobar", &["Foobar"]),
            ],
        );
        assert_eq!(names, ["FooBar", "Foobar2"]);
    }
}
