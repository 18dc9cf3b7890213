//! The arena of schemas. References and inline schemas look the same in it.

use std::collections::HashSet;

use indexmap::IndexMap;
use openapiv3::{AdditionalProperties as Additional, ReferenceOr, Schema as Unresolved};
use serde_json::Value;

use super::references::{Context, find};
use super::resolved::{
    AdditionalProperties, Constraints, Discriminator, Schema, SchemaId, SchemaType, Schemas,
};
use crate::parse::text::excerpt;
use crate::parse::{self, SchemaObject, reference};
use crate::pointer::Pointer;

type Documented = IndexMap<Pointer, ReferenceOr<SchemaObject>>;

/// What is known about the schema at a place.
#[derive(Clone, Copy)]
enum Resolution {
    /// It is a node, or a `$ref` to one.
    Node(SchemaId),
    /// It is a `$ref` that hasn't been followed yet.
    Reference,
    /// It is a `$ref` on the chain that is being followed.
    Followed,
    /// It is a `$ref` without a target, which has been reported.
    Broken,
}

/// Resolves all schemas. Wrong `$ref`s are reported and left out of the schemas that contain them.
pub(super) fn resolve(documented: Documented, context: &mut Context<'_>) -> Schemas {
    let mut known = Vec::with_capacity(documented.len());
    let mut count = 0;
    for item in documented.values() {
        known.push(match item {
            ReferenceOr::Reference { .. } => Resolution::Reference,
            ReferenceOr::Item(_) => {
                count += 1;
                Resolution::Node(SchemaId(count - 1))
            }
        });
    }
    for index in 0..known.len() {
        follow(index, &documented, &mut known, context);
    }
    let mut schemas = Schemas {
        nodes: Vec::with_capacity(count),
        by_pointer: IndexMap::with_capacity(known.len()),
    };
    let mut broken = HashSet::new();
    for (pointer, known) in documented.keys().zip(&known) {
        if let Resolution::Node(id) = known {
            schemas.by_pointer.insert(pointer.clone(), *id);
        } else {
            broken.insert(pointer.clone());
        }
    }
    for (pointer, item) in documented {
        if let ReferenceOr::Item(object) = item {
            let mut builder = Builder {
                schemas: &schemas,
                broken: &broken,
                context: &mut *context,
                pointer: &pointer,
            };
            let node = builder.schema(object);
            schemas.nodes.push(Schema { pointer, ..node });
        }
    }
    schemas
}

/// Follows a `$ref` and all others on its chain.
fn follow(
    start: usize,
    documented: &Documented,
    known: &mut [Resolution],
    context: &mut Context<'_>,
) {
    let mut chain = Vec::new();
    let mut at = start;
    let outcome = loop {
        match known.get(at).copied() {
            Some(outcome @ (Resolution::Node(_) | Resolution::Broken)) => break outcome,
            Some(Resolution::Reference) => {}
            Some(Resolution::Followed) | None => {
                let places: Vec<Pointer> = chain
                    .iter()
                    .filter_map(|&index| documented.get_index(index))
                    .map(|(place, _)| place.clone())
                    .collect();
                if let Some((target, _)) = documented.get_index(at) {
                    context.cycle(&places, target);
                }
                break Resolution::Broken;
            }
        }
        let Some((holder, ReferenceOr::Reference { reference: text })) = documented.get_index(at)
        else {
            break Resolution::Broken;
        };
        known[at] = Resolution::Followed;
        chain.push(at);
        match next(text, documented) {
            Some(next) => at = next,
            None => {
                report(text, holder, context);
                break Resolution::Broken;
            }
        }
    };
    for index in chain {
        known[index] = outcome;
    }
}

/// Returns the index of the schema that a `$ref` refers to.
fn next(text: &str, documented: &Documented) -> Option<usize> {
    documented.get_index_of(&reference::target(text)?)
}

/// Reports a `$ref` that refers to no schema.
fn report(text: &str, holder: &Pointer, context: &mut Context<'_>) {
    match reference::target(text) {
        Some(target) if context.tree.pointer(target.as_str()).is_some() => {
            context.wrong_object(&target, holder, parse::object_at(&target), "Schema Object");
        }
        Some(_) => context.unresolved(text, holder),
        // The parser has reported it.
        None => {}
    }
}

/// Builds one node.
struct Builder<'b, 'a> {
    schemas: &'b Schemas,
    broken: &'b HashSet<Pointer>,
    context: &'b mut Context<'a>,
    pointer: &'b Pointer,
}

impl Builder<'_, '_> {
    fn schema(&mut self, object: SchemaObject) -> Schema {
        let SchemaObject {
            data,
            kind,
            pattern_properties,
            name_patterns,
            content_schema,
            content_media_type,
        } = object;
        Schema {
            replacement: None,
            pointer: Pointer::default(),
            schema_type: kind.typ.as_deref().and_then(schema_type),
            format: kind.format.filter(|format| !format.is_empty()),
            content_media_type: content_media_type.filter(|name| !name.trim().is_empty()),
            nullable: data.nullable,
            title: data.title,
            description: data.description,
            deprecated: data.deprecated,
            read_only: data.read_only,
            write_only: data.write_only,
            default: data.default,
            example: data.example,
            enumeration: kind.enumeration,
            properties: kind
                .properties
                .into_iter()
                .filter_map(|(name, property)| Some((name, self.id(&property)?)))
                .collect(),
            required: kind.required,
            additional_properties: match kind.additional_properties {
                None => AdditionalProperties::Unstated,
                Some(Additional::Any(false)) => AdditionalProperties::Forbidden,
                Some(Additional::Any(true)) => AdditionalProperties::Any,
                Some(Additional::Schema(schema)) => self
                    .id(&schema)
                    .map_or(AdditionalProperties::Any, AdditionalProperties::Schema),
            },
            pattern_properties: pattern_properties
                .into_iter()
                .filter_map(|(pattern, property)| Some((pattern, self.id(&property)?)))
                .collect(),
            name_patterns,
            items: kind.items.and_then(|items| self.id(&items)),
            content_schema: content_schema.and_then(|schema| self.id(&schema)),
            all_of: self.ids(&kind.all_of),
            one_of: self.ids(&kind.one_of),
            any_of: self.ids(&kind.any_of),
            not: kind.not.and_then(|schema| self.id(&schema)),
            discriminator: data
                .discriminator
                .map(|discriminator| self.discriminator(discriminator)),
            constraints: Constraints {
                pattern: kind.pattern,
                min_length: kind.min_length.map(count),
                max_length: kind.max_length.map(count),
                minimum: kind
                    .minimum
                    .map(|limit| (limit, kind.exclusive_minimum == Some(true))),
                maximum: kind
                    .maximum
                    .map(|limit| (limit, kind.exclusive_maximum == Some(true))),
                multiple_of: kind.multiple_of,
                min_items: kind.min_items.map(count),
                max_items: kind.max_items.map(count),
                unique_items: kind.unique_items == Some(true),
            },
            extensions: data.extensions,
        }
    }

    /// Returns the schema that a `$ref` refers to. Those that the parser wrote always have a
    /// target; a `$ref` of the document with siblings may have none.
    fn id<T>(&mut self, item: &ReferenceOr<T>) -> Option<SchemaId> {
        let ReferenceOr::Reference { reference: text } = item else {
            return None;
        };
        let found = find(self.schemas, text);
        if found.is_none()
            && !reference::target(text).is_some_and(|target| self.broken.contains(&target))
        {
            report(text, self.pointer, self.context);
        }
        found
    }

    fn ids(&mut self, items: &[ReferenceOr<Unresolved>]) -> Vec<SchemaId> {
        items.iter().filter_map(|item| self.id(item)).collect()
    }

    fn discriminator(&mut self, discriminator: openapiv3::Discriminator) -> Discriminator {
        let pointer = self.pointer.child("discriminator");
        let place = pointer.child("mapping");
        let mapping = discriminator.mapping.into_iter();
        let mapping = mapping.filter_map(|(value, target)| {
            let id = self.mapped(&target, || place.child(&value))?;
            Some((value, id))
        });
        let mapping = mapping.collect();
        let default = discriminator.extensions.get("defaultMapping");
        let default_mapping = default
            .and_then(Value::as_str)
            .and_then(|target| self.mapped(target, || pointer.child("defaultMapping")));
        Discriminator {
            pointer,
            property: discriminator.property_name,
            mapping,
            default_mapping,
        }
    }

    /// Returns the schema that a discriminator maps to. A plain name is the key of a component
    /// before it is a relative URI.
    fn mapped(&mut self, target: &str, place: impl FnOnce() -> Pointer) -> Option<SchemaId> {
        let named = Pointer::root()
            .child("components")
            .child("schemas")
            .child(target);
        let id = self
            .schemas
            .at(&named)
            .or_else(|| find(self.schemas, target));
        if id.is_none() {
            let message = format!(
                "`{}` isn't a schema, so this value is ignored",
                excerpt(target)
            );
            let help = "use the name of a component, such as `Pet`, or a reference to a schema";
            self.context.warn(&place(), message, help);
        }
        id
    }
}

fn schema_type(name: &str) -> Option<SchemaType> {
    Some(match name {
        "string" => SchemaType::String,
        "number" => SchemaType::Number,
        "integer" => SchemaType::Integer,
        "boolean" => SchemaType::Boolean,
        "array" => SchemaType::Array,
        "object" => SchemaType::Object,
        _ => return None,
    })
}

fn count(value: usize) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}
