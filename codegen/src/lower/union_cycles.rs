//! Unions that lead back to themselves.

use std::collections::HashSet;

use super::Lowering;
use super::all_of::MergedSchema;
use crate::graph::strong_components;
use crate::normalise::resolved::SchemaId;

impl Lowering<'_, '_> {
    /// Finds the schemas that may lead back to themselves by unions and `allOf` alone.
    pub(super) fn find_union_cycles(&mut self) {
        let count = self.resolved.schemas.nodes.len();
        let graph: Vec<Vec<usize>> = (0..count)
            .map(|index| {
                let schema = self.resolved.schemas.get(SchemaId(index));
                let parts = schema
                    .one_of
                    .iter()
                    .chain(&schema.any_of)
                    .chain(&schema.all_of);
                parts
                    .chain(self.heirs.of(SchemaId(index)))
                    .map(|part| part.0)
                    .collect()
            })
            .collect();
        self.union_cycles = strong_components(&graph);
    }

    /// Returns the alternatives of a union. One that leads back to the union by unions alone adds no
    /// value: it is replaced by its own alternatives.
    pub(super) fn distinct_alternatives(
        &mut self,
        id: SchemaId,
        merged: &MergedSchema<'_>,
    ) -> Vec<SchemaId> {
        let own = self.canonical(id);
        let mut distinct = Vec::new();
        let mut seen = HashSet::from([own]);
        let mut waiting: Vec<SchemaId> = merged.alternatives.iter().rev().copied().collect();
        while let Some(listed) = waiting.pop() {
            let canonical = self.canonical(listed);
            if !seen.insert(canonical) {
                continue;
            }
            if self.leads_to(canonical, own) {
                waiting.extend(self.merged(canonical).alternatives.iter().rev());
            } else {
                distinct.push(listed);
            }
        }
        distinct
    }

    /// Whether a schema is a union among whose alternatives or heirs, or theirs, is `target`.
    pub(super) fn leads_to(&mut self, id: SchemaId, target: SchemaId) -> bool {
        let group = |this: &Self, id: SchemaId| this.union_cycles.get(id.0).copied();
        let Some(cycle) = group(self, target) else {
            return false;
        };
        let mut seen = HashSet::from([id]);
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            if group(self, id) != Some(cycle) {
                continue;
            }
            let merged = self.merged(id);
            let heirs = if merged.is_base {
                self.heirs.of(id)
            } else {
                &[]
            };
            for next in merged.alternatives.iter().chain(heirs) {
                let next = self.canonical(*next);
                if next == target {
                    return true;
                }
                if seen.insert(next) {
                    waiting.push(next);
                }
            }
        }
        false
    }
}
