//! Inheritance: which schemas name another in their `allOf`.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};

use super::resolved::{Resolved, SchemaId};

/// The schemas that inherit from others.
#[derive(Default)]
pub(crate) struct Heirs {
    /// The components that name a schema in their `allOf`, in document order.
    of: HashMap<SchemaId, Vec<SchemaId>>,
    /// The schema whose discriminator tells the heirs of a schema apart.
    discriminated_by: HashMap<SchemaId, SchemaId>,
}

impl Heirs {
    /// Finds the heirs of all schemas. `canonical` returns the schema that a schema only refers to, or
    /// the schema itself.
    pub(crate) fn find(resolved: &Resolved, canonical: impl Fn(SchemaId) -> SchemaId) -> Self {
        let mut heirs = Self::default();
        for id in resolved.components.values().copied() {
            if canonical(id) != id {
                continue;
            }
            for part in &resolved.schemas.get(id).all_of {
                let of_base = heirs.of.entry(canonical(*part)).or_default();
                if !of_base.contains(&id) {
                    of_base.push(id);
                }
            }
        }
        let has_discriminator = |id: &SchemaId| resolved.schemas.get(*id).discriminator.is_some();
        let mut bases: Vec<SchemaId> = heirs.of.keys().copied().filter(has_discriminator).collect();
        bases.sort_unstable();
        let mut waiting: VecDeque<_> = bases.into_iter().map(|id| (id, id)).collect();
        while let Some((id, owner)) = waiting.pop_front() {
            if let Entry::Vacant(entry) = heirs.discriminated_by.entry(id) {
                entry.insert(owner);
                let inner = heirs.of.get(&id).into_iter().flatten();
                let inner = inner.filter(|heir| !has_discriminator(heir));
                waiting.extend(inner.map(|heir| (*heir, owner)));
            }
        }
        heirs
    }

    /// Returns the heirs of a schema if a value of it may be any of them: if the schema has a
    /// discriminator or inherits one.
    pub(crate) fn of(&self, id: SchemaId) -> &[SchemaId] {
        match self.discriminated_by.contains_key(&id) {
            true => self.of.get(&id).map_or(&[], Vec::as_slice),
            false => &[],
        }
    }

    /// Returns the schema whose discriminator tells the heirs of a schema apart: the schema itself, or
    /// the nearest of its own bases that has one.
    pub(crate) fn discriminated_by(&self, id: SchemaId) -> Option<SchemaId> {
        self.discriminated_by.get(&id).copied()
    }
}
