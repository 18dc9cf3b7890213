//! Inheritance: a schema with a discriminator, and the schemas that name it in `allOf`.
//!
//! Where such a base is referred to, the value may be any of its heirs (OpenAPI 3.1, Discriminator
//! Object). It becomes a union of them, with the base's own properties for all other values. The heirs
//! themselves merge the base's properties.

use super::Lowering;
use super::naming::inside;
use super::union::Alternative;
use crate::ir::{Docs, VariantRole};
use crate::normalise::heirs::Heirs;
use crate::normalise::resolved::{AdditionalProperties, Discriminator, Schema, SchemaId};

/// What the variant of a base holds.
const BASE: &str = "The base itself, with the properties of any other heir as additional ones.";

impl Lowering<'_, '_> {
    /// Finds the heirs of all schemas.
    pub(super) fn find_heirs(&mut self) {
        self.heirs = Heirs::find(self.resolved, |id| self.canonical(id));
    }

    /// Whether a value of a schema may be one of its heirs.
    pub(super) fn is_base(&self, id: SchemaId) -> bool {
        !self.heirs.of(id).is_empty()
    }

    /// Returns the schema whose discriminator a schema inherits.
    pub(super) fn base_of(&self, id: SchemaId) -> Option<SchemaId> {
        let owner = self.heirs.discriminated_by(self.canonical(id))?;
        (owner != id).then_some(owner)
    }

    /// Returns the discriminator that tells the heirs of a base apart.
    pub(super) fn discriminator_of_base(&self, id: SchemaId) -> Option<Discriminator> {
        let owner = self.heirs.discriminated_by(id)?;
        self.schema(owner).discriminator.clone()
    }

    /// Returns the alternatives of a base: its heirs, and its own properties with any others.
    pub(super) fn alternatives_of_base(&mut self, id: SchemaId) -> Vec<Alternative> {
        let mut alternatives = Vec::new();
        for heir in self.heirs.of(id).to_vec() {
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
