//! Schemas that only refer to another schema.

use super::predicates::{is_null, is_unconstrained};
use super::{Lowering, MAX_DEPTH};
use crate::normalise::resolved::{AdditionalProperties, Schema, SchemaId, SchemaType};

impl Lowering<'_, '_> {
    /// Returns the schema that this one only refers to: it is a reference with annotations.
    pub(super) fn alias_of(&self, id: SchemaId) -> Option<SchemaId> {
        let schema = self.schema(id);
        let open = schema.format.is_none()
            && schema.enumeration.is_empty()
            && schema.properties.is_empty()
            && schema.required.is_empty()
            && schema.items.is_none()
            && schema.additional_properties == AdditionalProperties::Unstated;
        if !open {
            return None;
        }
        let target = match (
            schema.all_of.as_slice(),
            schema.one_of.as_slice(),
            schema.any_of.as_slice(),
        ) {
            ([], [], []) => return None,
            // A discriminator makes the schema a base, whose heirs aren't those of the other schema.
            (_, [], []) if schema.discriminator.is_some() => return None,
            (all_of, [], []) => only(
                all_of
                    .iter()
                    .filter(|it| !is_unconstrained(&self.schema(**it))),
            )?,
            ([], alternatives, []) | ([], [], alternatives) => only(
                alternatives
                    .iter()
                    .filter(|it| !is_null(&self.schema(**it))),
            )
            .or_else(|| self.open_enumeration(alternatives))?,
            _ => return None,
        };
        let aim = self.schema(target);
        let fits = schema.schema_type.is_none() || schema.schema_type == aim.schema_type;
        (fits && target != id && !aim.pointer.is_within(&schema.pointer)).then_some(target)
    }

    /// Returns the enumeration of a union such as `string | Colour`. Enumerations accept unknown
    /// values, so the plain string adds nothing.
    fn open_enumeration(&self, alternatives: &[SchemaId]) -> Option<SchemaId> {
        let mut found = None;
        for id in alternatives {
            let schema = self.schema(*id);
            if is_null(&schema) {
                continue;
            }
            if schema.schema_type != Some(SchemaType::String) || !is_single(&schema) {
                return None;
            }
            if !schema.enumeration.is_empty()
                && found.replace(*id).is_some_and(|other| other != *id)
            {
                return None;
            }
        }
        found
    }

    /// Returns the end of a chain of references with annotations.
    pub(super) fn canonical(&self, id: SchemaId) -> SchemaId {
        self.chain(id).last().copied().unwrap_or(id)
    }

    /// Returns a schema and the schemas that it refers to in turn.
    pub(super) fn chain(&self, id: SchemaId) -> Vec<SchemaId> {
        let mut chain = vec![id];
        while let Some(next) = chain.last().and_then(|last| self.alias_of(*last)) {
            if chain.contains(&next) || chain.len() >= MAX_DEPTH {
                break;
            }
            chain.push(next);
        }
        chain
    }
}

/// Whether a schema has neither `allOf` nor a union.
pub(super) fn is_single(schema: &Schema) -> bool {
    schema.all_of.is_empty() && schema.one_of.is_empty() && schema.any_of.is_empty()
}

/// Returns the id that all ids are equal to.
fn only<'i>(mut ids: impl Iterator<Item = &'i SchemaId>) -> Option<SchemaId> {
    let first = *ids.next()?;
    ids.all(|id| *id == first).then_some(first)
}
