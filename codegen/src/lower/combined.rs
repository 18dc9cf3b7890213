//! The variant of values that fit several alternatives of a union.
//!
//! A value may fulfil several alternatives at once: `anyOf` allows it, and the alternatives of a
//! `oneOf` often don't exclude each other. Whichever is chosen, it has no place for the properties of
//! the others. So such a union gets one more variant, with the properties of all.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::Lowering;
use super::naming::inside;
use super::schema::SchemaKind;
use super::union::Alternative;
use crate::ir::{Docs, NameSource, TypeRef, VariantRole};
use crate::normalise::resolved::{AdditionalProperties, Schema, SchemaId, SchemaType};

/// How many properties the combined variant may have.
const MAX_PROPERTIES: usize = 200;

impl Lowering<'_, '_> {
    /// Returns the combined variant of a union without a tag; `None` if no value needs one.
    pub(super) fn combined(
        &mut self,
        id: SchemaId,
        alternatives: &[SchemaId],
    ) -> Option<Alternative> {
        let mut objects = Vec::new();
        for alternative in alternatives {
            let merged = self.merged(self.canonical(*alternative));
            let is_open = merged.schema.additional_properties != AdditionalProperties::Forbidden;
            if self.kind(&merged) == SchemaKind::Struct && is_open {
                objects.push(merged);
            }
        }
        let mut properties: IndexMap<String, Vec<SchemaId>> = IndexMap::new();
        for object in &objects {
            for (name, property) in &object.schema.properties {
                let declared = properties.entry(name.clone()).or_default();
                if declared
                    .iter()
                    .all(|it| self.canonical(*it) != self.canonical(*property))
                {
                    declared.push(*property);
                }
            }
        }
        let has_all = |it: &Schema| it.properties.len() == properties.len();
        let keeps_all =
            |it: &Schema| has_all(it) || it.additional_properties != AdditionalProperties::Unstated;
        if objects.len() < 2
            || properties.len() > MAX_PROPERTIES
            || objects.iter().any(|it| keeps_all(&it.schema))
        {
            return None;
        }
        let demanded: Vec<HashSet<&String>> = objects
            .iter()
            .map(|it| it.schema.required.iter().collect())
            .collect();
        let required: Vec<String> = properties
            .keys()
            .filter(|name| demanded.iter().all(|it| it.contains(*name)))
            .cloned()
            .collect();
        let ty = match self.uses.get(&id) {
            Some(TypeRef::Named(id)) => Some(*id),
            _ => None,
        };
        let name = inside(self.name_of(id), ["combined".to_owned()], ty);
        let mut chosen = IndexMap::new();
        for (property, declared) in properties {
            chosen.insert(property.clone(), self.either(&name, &property, declared)?);
        }
        let schema = Schema {
            pointer: self.schema(id).pointer.clone(),
            schema_type: Some(SchemaType::Object),
            properties: chosen,
            required,
            description: Some("The properties of all alternatives.".to_owned()),
            ..Schema::default()
        };
        let combined = self.add_synthetic(schema, name)?;
        let docs = Docs {
            summary: None,
            description: Some("A value that fits several of the others.".to_owned()),
        };
        let name = Some("combined".to_owned());
        let ty = self.type_of(combined);
        let mut alternative = Alternative::new(combined, name, docs, ty);
        alternative.variant.role = VariantRole::Combined;
        Some(alternative)
    }

    /// Returns the schema of a property that may have any of the declared schemas.
    fn either(
        &mut self,
        owner: &NameSource,
        property: &str,
        declared: Vec<SchemaId>,
    ) -> Option<SchemaId> {
        if let [only] = declared.as_slice() {
            return Some(*only);
        }
        let place = declared.first()?;
        let schema = Schema {
            pointer: self.schema(*place).pointer.clone(),
            any_of: declared,
            ..Schema::default()
        };
        let name = inside(owner.clone(), [property.to_owned()], None);
        self.add_synthetic(schema, name)
    }
}
