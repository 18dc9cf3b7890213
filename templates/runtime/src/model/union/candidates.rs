//! Which variants of a union a value may belong to, and which of them it fits best.

use std::borrow::Cow;
use std::cmp::Reverse;

use serde_json::Value;

use super::{Union, UnionVariant};
use crate::wire::fit::{Choice, Matcher};

/// The variants of a union that a value may belong to.
pub(super) enum Candidates {
    /// The one that the tag selects.
    Selected(usize),
    /// Several, of which the value's fit selects one.
    Among(Vec<usize>),
    /// All, of which the value's fit selects one.
    All,
}

impl Candidates {
    /// Returns the variants that the tag of a value leaves.
    pub(super) fn by_tag<T: Union>(value: &Value) -> Self {
        if T::TAG.is_empty() {
            return Self::All;
        }
        let Some(tag) = tag(value, T::TAG) else {
            let default: Vec<usize> = positions::<T>(|it| it.is_default).collect();
            return match default.is_empty() {
                true => Self::All,
                false => Self::Among(default),
            };
        };
        let mut selected = positions::<T>(|it| it.tags.contains(&&*tag));
        match (selected.next(), selected.next()) {
            (None, _) => {
                let others = positions::<T>(|it| it.is_default || it.tags.is_empty());
                Self::Among(others.collect())
            }
            (Some(only), None) => Self::Selected(only),
            (Some(first), Some(second)) => {
                Self::Among([first, second].into_iter().chain(selected).collect())
            }
        }
    }

    /// Returns those that a value fits, in the order of the variants.
    fn fitting<T: Union>(
        &self,
        value: &Value,
        matcher: &mut Matcher,
    ) -> impl Iterator<Item = Choice> {
        let (range, listed) = match self {
            Self::Selected(variant) => (*variant..variant.saturating_add(1), &[][..]),
            Self::Among(indices) => (0..0, &indices[..]),
            Self::All => (0..T::VARIANTS.len(), &[][..]),
        };
        let indices = range.chain(listed.iter().copied());
        indices.filter_map(|variant| {
            let fit = T::VARIANTS.get(variant)?.fit_of(value, matcher)?;
            Some(Choice { variant, fit })
        })
    }

    /// Returns the best choice: the first of equals, or the combined variant if it has a place for more of
    /// the value.
    pub(super) fn best<T: Union>(&self, value: &Value, matcher: &mut Matcher) -> Option<Choice> {
        let mut fitting = self.fitting::<T>(value, matcher);
        let mut best = fitting.next()?;
        let mut is_alone = true;
        for other in fitting {
            is_alone = false;
            if other.fit > best.fit {
                best = other;
            }
        }
        if is_alone || best.fit.is_complete() {
            return Some(best);
        }
        let combined = T::COMBINED.and_then(|it| it.fit_of(value, matcher));
        match combined {
            Some(fit) if fit.places_more_than(best.fit) => Some(Choice {
                variant: T::VARIANTS.len(),
                fit,
            }),
            _ => Some(best),
        }
    }

    /// Returns those that a value fits, the best first and equals in order.
    pub(super) fn ranked<T: Union>(&self, value: &Value, matcher: &mut Matcher) -> Vec<Choice> {
        let mut fitting: Vec<Choice> = self.fitting::<T>(value, matcher).collect();
        fitting.sort_by_key(|choice| Reverse(choice.fit));
        fitting
    }
}

/// Returns the indices of the variants that pass a test.
fn positions<T: Union>(test: impl Fn(&UnionVariant<T>) -> bool) -> impl Iterator<Item = usize> {
    let variants = T::VARIANTS.iter().enumerate();
    variants
        .filter(move |(_, it)| test(it))
        .map(|(index, _)| index)
}

/// Returns the tag of a value as text: the string, number or boolean at the path.
pub(super) fn tag<'v>(value: &'v Value, path: &[&str]) -> Option<Cow<'v, str>> {
    let value = path
        .iter()
        .try_fold(value, |value, name| value.get(*name))?;
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
        Value::Number(number) => Some(Cow::Owned(match (number.as_i64(), number.as_f64()) {
            // `1.0` is the integer 1 (JSON Schema 2020-12 section 4.2.3).
            (None, Some(float)) => float.to_string(),
            _ => number.to_string(),
        })),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
