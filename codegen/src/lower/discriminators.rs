//! Discriminator values of the alternatives of a union.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Lowering;
use super::schema::SchemaKind;
use super::union::Alternative;
use crate::ir::{Docs, UnionTag, Variant};
use crate::normalise::resolved::{Discriminator, SchemaId};

impl Lowering<'_, '_> {
    /// Assigns discriminator values to the alternatives.
    ///
    /// They come from the mapping (OpenAPI 3.0, Discriminator Object), or else from the values that
    /// the alternative allows for its discriminator, or else from its component key. A value that
    /// several alternatives allow selects all of them, and the client uses the best match: choosing
    /// one would lose the properties of the others.
    pub(super) fn tag(
        &mut self,
        discriminator: &Discriminator,
        alternatives: &mut Vec<Alternative>,
    ) -> UnionTag {
        let mut claimed: HashMap<String, usize> = HashMap::new();
        self.tag_by_mapping(discriminator, alternatives, &mut claimed);
        let mut conflicts = Vec::new();
        for (index, alternative) in alternatives.iter_mut().enumerate() {
            let mapped = !alternative.variant.tags.is_empty();
            for tag in self.own_tags(alternative.listed, &discriminator.property, mapped) {
                let shared = *claimed.entry(tag.clone()).or_insert(index) != index;
                if shared && mapped || alternative.variant.tags.contains(&tag) {
                    continue;
                }
                if shared && !conflicts.contains(&tag) {
                    conflicts.push(tag.clone());
                }
                alternative.variant.tags.push(tag);
            }
        }
        if alternatives.iter().any(|it| it.variant.tags.is_empty()) {
            let message = "the discriminator doesn't distinguish all alternatives, so the best match is used instead";
            let help = "make each alternative a component, and map a different value to each";
            self.warn(&discriminator.pointer, message, help);
            for alternative in alternatives {
                alternative.variant.tags.clear();
            }
            return UnionTag::Fit;
        }
        for tag in conflicts {
            let message = format!(
                "the discriminator value `{tag}` selects several alternatives; the best match among them is used"
            );
            self.warn(
                &discriminator.pointer,
                message,
                "map each value to one schema",
            );
        }
        UnionTag::Discriminator(discriminator.property.clone())
    }

    /// Returns the values that an alternative declares itself. With a mapping, only its key counts.
    fn own_tags(&mut self, listed: SchemaId, property: &str, mapped: bool) -> Vec<String> {
        let declared = if mapped {
            Vec::new()
        } else {
            self.declared_values(listed, property)
        };
        if !declared.is_empty() || !self.can_have_properties(listed) {
            return declared;
        }
        self.namer
            .component_key(&self.schema(listed).pointer)
            .into_iter()
            .collect()
    }

    fn tag_by_mapping(
        &mut self,
        discriminator: &Discriminator,
        alternatives: &mut Vec<Alternative>,
        claimed: &mut HashMap<String, usize>,
    ) {
        for (value, target) in &discriminator.mapping {
            let target = self.canonical(*target);
            let index = alternatives.iter().position(|it| it.listed == target);
            let index = index.unwrap_or_else(|| {
                let message = format!(
                    "the discriminator maps `{value}` to a schema that isn't an alternative of the union"
                );
                self.warn(
                    &discriminator.pointer,
                    message,
                    "add the schema to the union",
                );
                let ty = self.type_of(target);
                let variant = Variant {
                    name: None,
                    tags: Vec::new(),
                    ty,
                    docs: Docs::default(),
                };
                alternatives.push(Alternative {
                    listed: target,
                    variant,
                });
                alternatives.len() - 1
            });
            if let Some(alternative) = alternatives.get_mut(index) {
                claimed.insert(value.clone(), index);
                alternative.variant.tags.push(value.clone());
            }
        }
    }

    /// Returns the values that a schema or its own alternatives allow for a property.
    fn declared_values(&mut self, id: SchemaId, property: &str) -> Vec<String> {
        let key = (self.canonical(id), property.to_owned());
        if let Some(known) = self.tag_values.get(&key) {
            return known.clone();
        }
        let mut values = Vec::new();
        let mut seen = HashSet::from([key.0]);
        let mut waiting = vec![key.0];
        while let Some(id) = waiting.pop() {
            let merged = self.merged(id);
            if let Some(property_schema) = merged.schema.properties.get(property) {
                let property_schema = self.merged(self.canonical(*property_schema));
                let strings = property_schema
                    .schema
                    .enumeration
                    .iter()
                    .filter_map(Value::as_str);
                values.extend(strings.map(str::to_owned));
                continue;
            }
            // The list is a stack, so the first alternative is pushed last.
            for nested in merged.alternatives.iter().rev() {
                let nested = self.canonical(*nested);
                if seen.insert(nested) {
                    waiting.push(nested);
                }
            }
        }
        self.tag_values.insert(key, values.clone());
        values
    }

    /// Whether a value of a schema can be an object. Only objects have a discriminator.
    fn can_have_properties(&mut self, id: SchemaId) -> bool {
        let merged = self.merged(id);
        matches!(
            self.kind(&merged),
            SchemaKind::Struct | SchemaKind::Map(_) | SchemaKind::Union | SchemaKind::Any(_)
        )
    }
}
