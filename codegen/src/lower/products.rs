//! Schemas that demand an alternative of several unions at once.

use std::collections::HashSet;

use super::Lowering;
use super::inferred_types::implied_type;
use super::naming::inside;
use crate::fallback::FallbackReason;
use crate::normalise::resolved::{Schema, SchemaId, SchemaType};

/// How many combinations of the alternatives of several unions become types.
const MAX_PRODUCT: usize = 64;

impl Lowering<'_, '_> {
    /// Returns the alternatives of a schema that demands one alternative of each list: every
    /// combination of them.
    pub(super) fn product(
        &mut self,
        owner: SchemaId,
        lists: Vec<Vec<SchemaId>>,
    ) -> (Vec<SchemaId>, Option<FallbackReason>) {
        let mut lists = lists.into_iter();
        let mut product = lists.next().unwrap_or_default();
        for list in lists {
            if product.len().saturating_mul(list.len()) > MAX_PRODUCT {
                return (product, Some(FallbackReason::SeveralUnions));
            }
            let mut combined = Vec::new();
            let mut seen = HashSet::new();
            for (first, one) in product.iter().enumerate() {
                for (second, other) in list.iter().enumerate() {
                    if self.exclude_each_other(*one, *other) {
                        continue;
                    }
                    let ends = [self.canonical(*one), self.canonical(*other)];
                    if !seen.insert([ends[0].min(ends[1]), ends[0].max(ends[1])]) {
                        continue;
                    }
                    match self.both(owner, (first, *one), (second, *other)) {
                        Some(both) => combined.push(both),
                        None => return (product, Some(FallbackReason::TooManyCombinations)),
                    }
                }
            }
            if combined.is_empty() {
                return (product, Some(FallbackReason::SeveralUnions));
            }
            product = combined;
        }
        (product, None)
    }

    /// Whether no value can fulfil both schemas, because their types differ.
    fn exclude_each_other(&mut self, one: SchemaId, other: SchemaId) -> bool {
        let [one, other] = [one, other].map(|id| {
            let merged = self.merged(self.canonical(id));
            implied_type(&merged.schema)
        });
        match (one, other) {
            (Some(SchemaType::Integer), Some(SchemaType::Number))
            | (Some(SchemaType::Number), Some(SchemaType::Integer)) => false,
            (Some(one), Some(other)) => one != other,
            _ => false,
        }
    }

    /// Returns the schema that demands an alternative of one union and one of another.
    fn both(
        &mut self,
        owner: SchemaId,
        one: (usize, SchemaId),
        other: (usize, SchemaId),
    ) -> Option<SchemaId> {
        let ty = self.reserved_type(owner);
        let word = |(index, part): (usize, SchemaId)| {
            let declared = self.namer.declared_name(&self.schema(part), None);
            declared.unwrap_or_else(|| format!("variant {}", index + 1))
        };
        let title = format!("{} {}", word(one), word(other));
        let name = inside(self.name_of(owner), [title.clone()], ty);
        let about = Schema {
            pointer: self.schema(owner).pointer.child("allOf"),
            title: Some(title),
            ..Schema::default()
        };
        let parts = vec![self.canonical(one.1), self.canonical(other.1)];
        self.synthesise(parts, about, name)
    }
}
