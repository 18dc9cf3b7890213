//! Scopes of identifiers. Only a scope creates a [`RustIdent`], and those of one scope are distinct.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::case::shortened;
use super::keyword::{has_no_raw_form, is_keyword};

/// A valid Rust identifier; raw (`r#type`) if it is a keyword.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct RustIdent(String);

impl RustIdent {
    /// Returns the text as it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text without `r#`.
    pub fn bare(&self) -> &str {
        self.0.strip_prefix("r#").unwrap_or(&self.0)
    }

    /// Returns the identifier with this text; `None` if the text is none. A keyword becomes raw.
    pub fn checked(text: &str) -> Option<Self> {
        let raw = format!("r#{text}");
        let text = if is_keyword(text) { &raw } else { text };
        let is_ident = syn::parse_str::<syn::Ident>(text).is_ok_and(|ident| ident == text);
        is_ident.then(|| Self(text.to_owned()))
    }

    /// Returns the identifier in upper case, for a constant.
    pub fn shouted(&self) -> Self {
        Self(self.bare().to_ascii_uppercase())
    }

    /// Returns an identifier with a prefix, such as `with_type`.
    pub fn prefixed(&self, prefix: &str) -> Self {
        Self(format!("{prefix}{}", self.bare()))
    }
}

impl fmt::Display for RustIdent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something to be named.
pub struct Candidate {
    /// The precedence if several candidates want the same name: the lowest number wins.
    pub priority: i8,
    /// The wire name, or the location in the document. It distinguishes candidates with the same
    /// priority. The order of the document doesn't matter, so moving something renames nothing.
    pub key: String,
    /// The names in order of preference; never empty.
    pub forms: Vec<String>,
}

impl Candidate {
    /// Returns the candidate of something whose name the options choose: it wins over all others.
    pub fn chosen(self, is_chosen: bool) -> Self {
        Self {
            priority: if is_chosen { -1 } else { self.priority },
            ..self
        }
    }
}

/// Whether a scope may contain names that differ only in case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matching {
    /// It may.
    Exact,
    /// It may not, because its names are also file names.
    IgnoreCase,
}

/// A set of used names.
pub struct Scope {
    matching: Matching,
    taken: BTreeSet<String>,
    /// The last number appended to each base, so that thousands of equal names cost little.
    numbers: BTreeMap<String, u64>,
}

impl Scope {
    /// Creates a scope in which the reserved names are used already.
    pub fn new(matching: Matching, reserved: &[&str]) -> Self {
        let mut scope = Self {
            matching,
            taken: BTreeSet::new(),
            numbers: BTreeMap::new(),
        };
        scope.reserve(reserved);
        scope
    }

    /// Marks names as used.
    pub fn reserve(&mut self, names: &[&str]) {
        for name in names {
            let folded = self.folded(name);
            self.taken.insert(folded);
        }
    }

    fn folded(&self, name: &str) -> String {
        match self.matching {
            Matching::Exact => name.to_owned(),
            Matching::IgnoreCase => name.to_ascii_lowercase(),
        }
    }

    /// Names all candidates. The result is in their order.
    ///
    /// Each candidate gets its preferred form, unless another one with precedence wants the same form:
    /// by priority, then by whether the wire name equals the form, then by key. The others get their
    /// next form that is nobody's preference and not used yet, or else a number.
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

    /// Names a single candidate.
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
        // With a number, the name is no keyword, so it needs no underscore.
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

/// Returns the text, with an underscore appended if it is a keyword without a raw form.
fn legal(text: &str) -> String {
    if has_no_raw_form(text) {
        format!("{text}_")
    } else {
        text.to_owned()
    }
}

/// Creates an identifier from ASCII text in the right case. A keyword becomes a raw identifier.
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

    fn candidate(priority: i8, key: &str, forms: &[&str]) -> Candidate {
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
    fn a_second_choice_never_takes_the_first_choice_of_another() {
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
    fn a_number_replaces_the_underscore_of_a_keyword() {
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
    fn file_names_do_not_differ_only_in_case() {
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
