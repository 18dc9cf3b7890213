//! Merges `allOf`: what several schemas require together becomes one schema.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use indexmap::IndexMap;
use serde_json::Value;

use super::enum_texts::by_value;
use super::naming::inside;
use super::predicates::{describes_no_value, is_null};
use super::schema::SchemaKind;
use super::{Lowering, MAX_DEPTH};
use crate::fallback::FallbackReason;
use crate::normalise::resolved::{AdditionalProperties, Constraints, Schema, SchemaId, SchemaType};
use crate::pointer::Pointer;

/// A schema with its `allOf` merged in.
#[derive(Clone, Debug)]
pub(super) struct MergedSchema<'a> {
    /// Everything but the alternatives. `all_of`, `one_of` and `any_of` are meaningless here.
    pub(super) schema: Cow<'a, Schema>,
    /// At least two alternatives (`oneOf` or `anyOf`), or none. Null is never among them.
    pub(super) alternatives: Vec<SchemaId>,
    /// Where each property is declared, if not in the schema itself.
    pub(super) property_places: HashMap<String, Pointer>,
    /// The properties of which an alternative may require some, beside those that all values have.
    pub(super) demanded: Vec<String>,
    /// Whether a value may be one of the schemas that name this one in their `allOf`.
    pub(super) is_base: bool,
    /// Why the schema can't be expressed.
    pub(super) unsupported: Option<FallbackReason>,
}

impl MergedSchema<'_> {
    /// Returns where a property is declared.
    pub(super) fn property_place(&self, name: &str) -> Pointer {
        match self.property_places.get(name) {
            Some(place) => place.clone(),
            None => self.schema.pointer.child("properties").child(name),
        }
    }
}

/// The unions (`oneOf`, `anyOf`) of a schema.
#[derive(Default)]
struct UnionParts {
    /// The alternatives of unions with one alternative. They apply like parts of an `allOf`.
    single: Vec<SchemaId>,
    /// The alternatives of the others.
    lists: Vec<Vec<SchemaId>>,
    /// The properties that alternatives require which describe nothing else.
    demanded: Vec<String>,
}

impl<'a> Lowering<'a, '_> {
    /// Returns a schema with its `allOf` merged in.
    pub(super) fn merged(&mut self, id: SchemaId) -> Rc<MergedSchema<'a>> {
        if let Some(merged) = self.merged_schemas.get(&id) {
            return Rc::clone(merged);
        }
        let schema = self.schema(id);
        let UnionParts {
            single,
            lists,
            demanded,
        } = self.unions(&schema);
        let parts: Vec<SchemaId> = schema.all_of.iter().copied().chain(single).collect();
        let (alternatives, unsupported) = self.product(id, lists);
        let own = MergedSchema {
            schema,
            alternatives,
            property_places: HashMap::new(),
            demanded,
            is_base: false,
            unsupported,
        };
        let mut merged = if parts.is_empty() {
            own
        } else {
            self.merging.push(id);
            let merged = self.merge(id, &own, &parts);
            self.merging.pop();
            merged
        };
        merged.is_base = merged.alternatives.is_empty() && self.is_base(id);
        self.declare_discriminator(id, &mut merged);
        let merged = Rc::new(merged);
        self.merged_schemas.insert(id, Rc::clone(&merged));
        merged
    }

    /// Declares the property of a discriminator that tells no schemas apart, if the document doesn't: the
    /// schema has neither alternatives nor heirs, but its values have the property.
    fn declare_discriminator(&mut self, id: SchemaId, merged: &mut MergedSchema<'a>) {
        let Some(discriminator) = merged.schema.discriminator.clone() else {
            return;
        };
        let is_plain = !merged.is_base && self.kind(merged) == SchemaKind::Struct;
        let name = discriminator.property;
        if !is_plain || merged.schema.properties.contains_key(&name) {
            return;
        }
        let property = Schema {
            pointer: discriminator.pointer.clone(),
            schema_type: Some(SchemaType::String),
            ..Schema::default()
        };
        let owner = inside(self.name_of(id), [name.clone()], None);
        if let Some(property) = self.add_synthetic(property, owner) {
            let schema = merged.schema.to_mut();
            schema.properties.insert(name.clone(), property);
            merged.property_places.insert(name, discriminator.pointer);
        }
    }

    /// Reads `oneOf` and `anyOf`.
    fn unions(&self, schema: &Schema) -> UnionParts {
        let mut unions = UnionParts::default();
        for list in [&schema.one_of, &schema.any_of] {
            let mut distinct: Vec<SchemaId> = Vec::new();
            let mut seen = HashSet::new();
            for id in list.iter().filter(|id| !is_null(&self.schema(**id))) {
                if seen.insert(self.canonical(*id)) {
                    distinct.push(*id);
                }
            }
            if distinct.iter().all(|id| only_demands(&self.schema(*id))) {
                // Such a union only says that one of several properties is required, which a type
                // can't.
                let required = distinct.iter().map(|id| self.schema(*id));
                let required = required.flat_map(|it| it.required.clone());
                unions.demanded.extend(required);
                continue;
            }
            match distinct.as_slice() {
                [single] => unions.single.push(*single),
                _ => unions.lists.push(distinct),
            }
        }
        unions
    }

    /// Merges `parts`, then the schema's own keywords, which are the most specific.
    fn merge(
        &mut self,
        id: SchemaId,
        own_part: &MergedSchema<'a>,
        parts: &[SchemaId],
    ) -> MergedSchema<'a> {
        let own = own_part.schema.as_ref();
        let mut merged = MergedSchema {
            schema: Cow::Owned(annotations_of(own)),
            alternatives: Vec::new(),
            property_places: HashMap::new(),
            demanded: Vec::new(),
            is_base: false,
            unsupported: None,
        };
        for part_id in parts {
            let keyword = keyword_of(own);
            if self.merging.contains(part_id) {
                let help = format!("remove the reference from one of the `{keyword}` lists");
                let message =
                    format!("`{keyword}` refers back to the schema itself; this part is ignored");
                self.warn(&own.pointer, message, help);
                continue;
            }
            if self.merging.len() >= MAX_DEPTH {
                let help = "shorten the chain of references";
                let message = format!("`{keyword}` nests too deeply; deeper parts are ignored");
                self.warn(&own.pointer, message, help);
                continue;
            }
            let part = self.merged(*part_id);
            self.merge_part(id, &mut merged, &part, own);
        }
        self.merge_part(id, &mut merged, own_part, own);
        merged
    }

    fn merge_part(
        &mut self,
        id: SchemaId,
        merged: &mut MergedSchema<'a>,
        part: &MergedSchema<'_>,
        own: &Schema,
    ) {
        let from = &part.schema;
        let is_own = from.pointer == own.pointer;
        self.merge_alternatives(id, merged, part, is_own);
        self.merge_type(merged, from, own);
        self.merge_properties(merged, part);
        self.merge_patterns(merged, from);
        let into = merged.schema.to_mut();
        if from.pointer.is_within(&own.pointer) {
            // This part is spelled out in the schema's own `allOf`, so it describes the schema
            // itself.
            inherit_annotations(into, from);
        }
        let known: HashSet<String> = into.required.iter().cloned().collect();
        let further = from.required.iter().filter(|name| !known.contains(*name));
        into.required.extend(further.cloned());
        merge_constraints(&mut into.constraints, &from.constraints);
        for (name, value) in &from.extensions {
            into.extensions
                .entry(name.clone())
                .or_insert_with(|| by_value(from, name, value));
        }
        into.not = into.not.or(from.not);
        if from.name_patterns.is_some() {
            into.name_patterns.clone_from(&from.name_patterns);
        }
        merged.demanded.extend(part.demanded.iter().cloned());
        merged.unsupported = merged.unsupported.or(part.unsupported);
    }

    /// Merges the union of a part. The union of a base that lists its own derived schemas is
    /// ignored: `Pet` with `oneOf: [Cat, Dog]` says nothing about the `Cat` that is made of it.
    fn merge_alternatives(
        &mut self,
        id: SchemaId,
        merged: &mut MergedSchema<'a>,
        part: &MergedSchema<'_>,
        is_own: bool,
    ) {
        let heirs = !is_own
            && part
                .alternatives
                .iter()
                .any(|id| self.merging.contains(&self.canonical(*id)));
        let into = merged.schema.to_mut();
        if part.alternatives.is_empty() || heirs {
            if is_own && into.discriminator.is_none() {
                into.discriminator = part.schema.discriminator.clone();
            }
            return;
        }
        if merged.alternatives.is_empty() {
            merged.alternatives = part.alternatives.clone();
            into.discriminator = part.schema.discriminator.clone();
        } else if merged.alternatives != part.alternatives {
            if into.discriminator.is_none() {
                into.discriminator = part.schema.discriminator.clone();
            }
            let lists = vec![
                std::mem::take(&mut merged.alternatives),
                part.alternatives.clone(),
            ];
            let (product, unsupported) = self.product(id, lists);
            merged.alternatives = product;
            merged.unsupported = merged.unsupported.or(unsupported);
        }
    }

    fn merge_type(&mut self, merged: &mut MergedSchema<'a>, from: &Schema, own: &Schema) {
        let into = merged.schema.to_mut();
        let conflict = match (into.schema_type, from.schema_type) {
            (None, theirs) => {
                into.schema_type = theirs;
                None
            }
            (Some(SchemaType::Number), Some(SchemaType::Integer)) => {
                into.schema_type = Some(SchemaType::Integer);
                into.format = None;
                None
            }
            (Some(SchemaType::Integer), Some(SchemaType::Number)) => None,
            (Some(ours), Some(theirs)) if ours != theirs => Some((ours, theirs)),
            _ => None,
        };
        if let Some((ours, theirs)) = conflict {
            let keyword = keyword_of(own);
            let message = format!(
                "`{keyword}` requires both {} and {}; the first is used",
                type_word(ours),
                type_word(theirs)
            );
            let help = format!("give all parts of `{keyword}` and the schema itself the same type");
            self.warn(&own.pointer, message, help);
            return;
        }
        if from.format.is_some() {
            into.format.clone_from(&from.format);
        }
        if from.content_media_type.is_some() {
            into.content_media_type.clone_from(&from.content_media_type);
        }
        merge_enumeration(into, from);
        match (into.additional_properties, from.additional_properties) {
            (AdditionalProperties::Schema(ours), AdditionalProperties::Schema(theirs))
                if ours != theirs =>
            {
                let place = from.pointer.child("additionalProperties");
                let chosen = self.combine(&place, "value", ours, theirs);
                merged.schema.to_mut().additional_properties = AdditionalProperties::Schema(chosen);
            }
            (AdditionalProperties::Schema(_), _) | (_, AdditionalProperties::Unstated) => {}
            (AdditionalProperties::Any, AdditionalProperties::Forbidden) => {}
            (_, theirs) => into.additional_properties = theirs,
        }
        match (merged.schema.items, from.items) {
            (Some(ours), Some(theirs)) if ours != theirs => {
                let place = from.pointer.child("items");
                let chosen = self.combine(&place, "item", ours, theirs);
                merged.schema.to_mut().items = Some(chosen);
            }
            (None, Some(theirs)) => merged.schema.to_mut().items = Some(theirs),
            _ => {}
        }
    }

    /// Merges the patterns of `patternProperties` that clients match.
    fn merge_patterns(&mut self, merged: &mut MergedSchema<'a>, from: &Schema) {
        for (pattern, theirs) in &from.pattern_properties {
            let known = &merged.schema.pattern_properties;
            match known.iter().position(|(known, _)| known == pattern) {
                Some(index) => {
                    let ours = known[index].1;
                    let place = from.pointer.child("patternProperties");
                    let chosen = self.combine(&place, "value", ours, *theirs);
                    merged.schema.to_mut().pattern_properties[index].1 = chosen;
                }
                None => {
                    let schema = merged.schema.to_mut();
                    schema.pattern_properties.push((pattern.clone(), *theirs));
                }
            }
        }
    }

    fn merge_properties(&mut self, merged: &mut MergedSchema<'a>, part: &MergedSchema<'_>) {
        for (name, theirs) in &part.schema.properties {
            let place = part.property_place(name);
            let chosen = match merged.schema.properties.get(name) {
                Some(ours) => self.combine(&place, name, *ours, *theirs),
                None => *theirs,
            };
            merged
                .schema
                .to_mut()
                .properties
                .insert(name.clone(), chosen);
            merged.property_places.insert(name.clone(), place);
        }
    }
}

/// Returns the keyword whose schemas are merged into a schema, for messages.
fn keyword_of(own: &Schema) -> &'static str {
    if !own.all_of.is_empty() {
        "allOf"
    } else if own.any_of.is_empty() {
        "oneOf"
    } else {
        "anyOf"
    }
}

/// Whether an alternative only requires properties declared elsewhere, or forbids something.
fn only_demands(schema: &Schema) -> bool {
    (!schema.required.is_empty() || schema.not.is_some())
        && matches!(schema.schema_type, None | Some(SchemaType::Object))
        && describes_no_value(schema)
}

/// Returns a schema with the annotations of `own` and no constraints.
fn annotations_of(own: &Schema) -> Schema {
    Schema {
        pointer: own.pointer.clone(),
        nullable: own.nullable,
        title: own.title.clone(),
        description: own.description.clone(),
        deprecated: own.deprecated,
        read_only: own.read_only,
        write_only: own.write_only,
        default: own.default.clone(),
        example: own.example.clone(),
        extensions: own
            .extensions
            .iter()
            .map(|(name, value)| (name.clone(), by_value(own, name, value)))
            .collect(),
        properties: IndexMap::new(),
        ..Schema::default()
    }
}

fn inherit_annotations(into: &mut Schema, from: &Schema) {
    let missing = |ours: &Option<String>| ours.as_deref().is_none_or(str::is_empty);
    if missing(&into.title) {
        into.title.clone_from(&from.title);
    }
    if missing(&into.description) {
        into.description.clone_from(&from.description);
    }
    if into.example.is_none() {
        into.example.clone_from(&from.example);
    }
    if into.default.is_none() {
        into.default.clone_from(&from.default);
    }
    into.deprecated |= from.deprecated;
    into.read_only |= from.read_only;
    into.write_only |= from.write_only;
}

/// Keeps the values that both allow, or all values if they have none in common.
fn merge_enumeration(into: &mut Schema, from: &Schema) {
    if from.enumeration.is_empty() {
        return;
    }
    if into.enumeration.is_empty() {
        into.enumeration.clone_from(&from.enumeration);
        return;
    }
    let theirs: HashSet<&Value> = from.enumeration.iter().collect();
    let both: Vec<_> = into
        .enumeration
        .iter()
        .filter(|value| theirs.contains(value))
        .cloned()
        .collect();
    if both.is_empty() {
        into.enumeration.extend(from.enumeration.iter().cloned());
    } else {
        into.enumeration = both;
    }
}

/// Later limits replace earlier ones, because the later definition is the more specific one.
fn merge_constraints(into: &mut Constraints, from: &Constraints) {
    *into = Constraints {
        pattern: from.pattern.clone().or_else(|| into.pattern.take()),
        min_length: from.min_length.or(into.min_length),
        max_length: from.max_length.or(into.max_length),
        minimum: from.minimum.or(into.minimum),
        maximum: from.maximum.or(into.maximum),
        multiple_of: from.multiple_of.or(into.multiple_of),
        min_items: from.min_items.or(into.min_items),
        max_items: from.max_items.or(into.max_items),
        unique_items: from.unique_items || into.unique_items,
    };
}

fn type_word(schema_type: SchemaType) -> &'static str {
    match schema_type {
        SchemaType::String => "a string",
        SchemaType::Number => "a number",
        SchemaType::Integer => "an integer",
        SchemaType::Boolean => "a boolean",
        SchemaType::Array => "an array",
        SchemaType::Object => "an object",
    }
}
