//! Inheritance: a schema with a discriminator, and the schemas that name it in `allOf`.
//!
//! Where such a base is referred to, the value may be any of its heirs (OpenAPI 3.1, Discriminator
//! Object). It becomes a union of them, with the base's own properties for all other values. The heirs
//! themselves merge the base's properties.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};

use super::Lowering;
use super::naming::inside;
use super::union::Alternative;
use crate::ir::{Docs, VariantRole};
use crate::normalise::resolved::{AdditionalProperties, Discriminator, Schema, SchemaId};

/// What the variant of a base holds.
const BASE: &str = "The base itself, with the properties of any other heir as additional ones.";

/// The schemas that inherit from others.
#[derive(Default)]
pub(super) struct Heirs {
    /// The components that name a schema in their `allOf`, in document order.
    of: HashMap<SchemaId, Vec<SchemaId>>,
    /// The schema whose discriminator tells the heirs of a schema apart: the schema itself, or the
    /// nearest of its own bases that has one.
    discriminated_by: HashMap<SchemaId, SchemaId>,
}

impl Lowering<'_, '_> {
    /// Finds the heirs of all schemas.
    pub(super) fn find_heirs(&mut self) {
        let mut heirs = Heirs::default();
        for id in self.resolved.components.values().copied() {
            if self.alias_of(id).is_some() {
                continue;
            }
            for part in &self.schema(id).all_of {
                let of_base = heirs.of.entry(self.canonical(*part)).or_default();
                if !of_base.contains(&id) {
                    of_base.push(id);
                }
            }
        }
        let bases = heirs.of.keys().copied();
        let mut waiting: VecDeque<(SchemaId, SchemaId)> = bases
            .filter(|id| self.schema(*id).discriminator.is_some())
            .map(|id| (id, id))
            .collect();
        waiting.make_contiguous().sort_unstable();
        while let Some((id, owner)) = waiting.pop_front() {
            if let Entry::Vacant(entry) = heirs.discriminated_by.entry(id) {
                entry.insert(owner);
                let inner = heirs.of.get(&id).into_iter().flatten();
                let inner = inner.filter(|heir| self.schema(**heir).discriminator.is_none());
                waiting.extend(inner.map(|heir| (*heir, owner)));
            }
        }
        self.heirs = heirs;
    }

    /// Returns the heirs of a schema.
    pub(super) fn heirs(&self, id: SchemaId) -> &[SchemaId] {
        self.heirs.of.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Whether a value of a schema may be one of its heirs: it has some, and a discriminator.
    pub(super) fn is_base(&self, id: SchemaId) -> bool {
        !self.heirs(id).is_empty() && self.heirs.discriminated_by.contains_key(&id)
    }

    /// Returns the schema whose discriminator a schema inherits.
    pub(super) fn base_of(&self, id: SchemaId) -> Option<SchemaId> {
        let owner = self.heirs.discriminated_by.get(&self.canonical(id))?;
        (*owner != id).then_some(*owner)
    }

    /// Returns the discriminator that tells the heirs of a base apart.
    pub(super) fn discriminator_of_base(&self, id: SchemaId) -> Option<Discriminator> {
        let owner = self.heirs.discriminated_by.get(&id)?;
        self.schema(*owner).discriminator.clone()
    }

    /// Returns the alternatives of a base: its heirs, and its own properties with any others.
    pub(super) fn alternatives_of_base(&mut self, id: SchemaId) -> Vec<Alternative> {
        let mut alternatives = Vec::new();
        for heir in self.heirs(id).to_vec() {
            if !self.leads_to(heir, id) {
                let ty = self.type_of(heir);
                alternatives.push(Alternative::new(heir, None, Docs::default(), ty));
            }
        }
        let base = self.schema(id);
        let additional_properties = match base.additional_properties {
            AdditionalProperties::Unstated => AdditionalProperties::Any,
            stated => stated,
        };
        let own = Schema {
            discriminator: None,
            additional_properties,
            ..base.into_owned()
        };
        let ty = self.reserved_type(id);
        let name = inside(self.name_of(id), ["base".to_owned()], ty);
        if let Some(own) = self.add_synthetic(own, name) {
            let name = Some("base".to_owned());
            let docs = Docs {
                description: Some(BASE.to_owned()),
                ..Docs::default()
            };
            let mut base = Alternative::new(id, name, docs, self.type_of(own));
            base.variant.role = VariantRole::Default;
            alternatives.push(base);
        }
        alternatives
    }
}
