//! `oneOf` and `anyOf`.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Lowering;
use super::all_of::MergedSchema;
use super::annotations::text;
use super::naming::inside;
use super::schema::SchemaKind;
use crate::fallback::FallbackReason;
use crate::ir::{
    Docs, NameSource, Primitive, Shape, Struct, TypeId, TypeRef, Union, UnionTag, Variant,
};
use crate::normalise::resolved::{Discriminator, Schema, SchemaId, SchemaType};

/// A variant and the schema that it comes from.
struct Alternative {
    /// The listed schema, with references resolved.
    listed: SchemaId,
    variant: Variant,
}

impl Lowering<'_, '_> {
    /// Returns the kind of a union: a plain type if all alternatives are strings, numbers or
    /// booleans.
    pub(super) fn union_kind(&self, merged: &MergedSchema<'_>) -> SchemaKind {
        if let Some(kind) = self.string_union(&merged.alternatives) {
            return kind;
        }
        let mut kinds = HashSet::new();
        for id in &merged.alternatives {
            let schema = self.schema(self.canonical(*id));
            let plain = schema.enumeration.is_empty()
                && schema.all_of.is_empty()
                && schema.one_of.is_empty()
                && schema.any_of.is_empty();
            kinds.insert(schema.schema_type.filter(|_| plain));
        }
        let only = |allowed: &[SchemaType]| {
            kinds
                .iter()
                .all(|kind| kind.is_some_and(|kind| allowed.contains(&kind)))
        };
        if only(&[SchemaType::Integer]) {
            SchemaKind::Primitive(Primitive::I64)
        } else if only(&[SchemaType::Integer, SchemaType::Number]) {
            SchemaKind::Primitive(Primitive::F64)
        } else if only(&[SchemaType::Boolean]) {
            SchemaKind::Primitive(Primitive::Bool)
        } else {
            SchemaKind::Union
        }
    }

    /// Returns the shape of a union; an alias if all alternatives have the same type.
    pub(super) fn union(&mut self, id: SchemaId, merged: &MergedSchema<'_>) -> Shape {
        let mut alternatives: Vec<Alternative> = Vec::new();
        let mut by_type: HashSet<TypeRef> = HashSet::new();
        for (index, listed) in merged.alternatives.iter().enumerate() {
            let schema = self.with_shared_members(id, merged, index, *listed);
            let ty = self.type_of(schema);
            if by_type.insert(ty.clone()) {
                alternatives.push(self.alternative(merged, index, *listed, ty));
            }
        }
        if let [single] = alternatives.as_slice() {
            return Shape::Alias(single.variant.ty.clone());
        }
        let tag = match &merged.schema.discriminator {
            Some(discriminator) => self.tag(discriminator, &mut alternatives),
            None => UnionTag::Fit,
        };
        let variants = alternatives.into_iter().map(|it| it.variant).collect();
        Shape::Union(Union { tag, variants })
    }

    fn alternative(
        &self,
        merged: &MergedSchema<'_>,
        index: usize,
        listed: SchemaId,
        ty: TypeRef,
    ) -> Alternative {
        let canonical = self.canonical(listed);
        let schema = self.schema(listed);
        let is_component = self
            .namer
            .component_key(&self.schema(canonical).pointer)
            .is_some();
        let property = merged
            .schema
            .discriminator
            .as_ref()
            .map(|it| it.property.as_str());
        let (name, docs) = if is_component {
            (None, Docs::default())
        } else {
            let docs = Docs {
                summary: text(&schema.title),
                description: text(&schema.description),
            };
            let name = match &ty {
                TypeRef::Named(_) => {
                    let told = self.namer.declared_name(&schema, property);
                    Some(told.unwrap_or_else(|| format!("variant {}", index + 1)))
                }
                plain => Some(text(&schema.title).unwrap_or_else(|| self.plain_name(plain))),
            };
            (name, docs)
        };
        Alternative {
            listed: canonical,
            variant: Variant {
                name,
                tags: Vec::new(),
                ty,
                docs,
            },
        }
    }

    /// Returns an alternative with the properties beside the union, if it lacks any of them.
    fn with_shared_members(
        &mut self,
        id: SchemaId,
        merged: &MergedSchema<'_>,
        index: usize,
        listed: SchemaId,
    ) -> SchemaId {
        let shared = merged.schema.as_ref();
        if shared.properties.is_empty() {
            return listed;
        }
        let alternative = self.merged(self.canonical(listed));
        let tag = shared.discriminator.as_ref().map(|it| &it.property);
        let lacks = |name: &&String| {
            !alternative.schema.properties.contains_key(*name) && Some(*name) != tag
        };
        let objects = matches!(
            self.kind(&alternative),
            SchemaKind::Struct | SchemaKind::Map(_) | SchemaKind::Union | SchemaKind::Any(_)
        );
        if !objects || shared.properties.keys().find(lacks).is_none() {
            return listed;
        }
        let base = Schema {
            nullable: false,
            title: None,
            description: None,
            example: None,
            discriminator: None,
            all_of: Vec::new(),
            one_of: Vec::new(),
            any_of: Vec::new(),
            ..shared.clone()
        };
        let ty = match self.uses.get(&id) {
            Some(TypeRef::Named(id)) => Some(*id),
            _ => None,
        };
        let property = shared.discriminator.as_ref().map(|it| it.property.as_str());
        let step = self.namer.declared_name(&self.schema(listed), property);
        let step = step.unwrap_or_else(|| format!("variant {}", index + 1));
        let name = inside(self.name_of(id), [step], ty);
        let spelled = self.schema(listed);
        let about = Schema {
            pointer: spelled.pointer.clone(),
            title: spelled.title.clone(),
            description: spelled.description.clone(),
            example: spelled.example.clone(),
            deprecated: spelled.deprecated,
            ..Schema::default()
        };
        let place = about.pointer.clone();
        let made = self
            .add_synthetic(base, name.clone())
            .and_then(|base| self.synthesise(vec![base, listed], about, name));
        made.unwrap_or_else(|| {
            self.fall_back(&place, FallbackReason::TooManyCombinations);
            listed
        })
    }

    /// Assigns discriminator values to the alternatives.
    ///
    /// They come from the mapping (OpenAPI 3.0, Discriminator Object), or else from the values that
    /// the alternative allows for its discriminator, or else from its component key. A value that
    /// several alternatives allow selects all of them, and the client uses the best match: choosing
    /// one would lose the properties of the others.
    fn tag(
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
        let told = if mapped {
            Vec::new()
        } else {
            self.told_values(listed, property)
        };
        if !told.is_empty() || !self.can_carry_member(listed) {
            return told;
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
    fn told_values(&mut self, id: SchemaId, property: &str) -> Vec<String> {
        let key = (self.canonical(id), property.to_owned());
        if let Some(known) = self.tag_values.get(&key) {
            return known.clone();
        }
        let mut values = Vec::new();
        let mut seen = HashSet::from([key.0]);
        let mut waiting = vec![key.0];
        while let Some(id) = waiting.pop() {
            let merged = self.merged(id);
            if let Some(member) = merged.schema.properties.get(property) {
                let member = self.merged(self.canonical(*member));
                let strings = member.schema.enumeration.iter().filter_map(Value::as_str);
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
    fn can_carry_member(&mut self, id: SchemaId) -> bool {
        let merged = self.merged(id);
        matches!(
            self.kind(&merged),
            SchemaKind::Struct | SchemaKind::Map(_) | SchemaKind::Union | SchemaKind::Any(_)
        )
    }

    /// Warns of alternatives that no value can distinguish.
    pub(super) fn warn_of_ambiguous_unions(&mut self) {
        let mut found = Vec::new();
        for def in &self.types {
            let Shape::Union(Union {
                tag: UnionTag::Fit,
                variants,
            }) = &def.shape
            else {
                continue;
            };
            let mut seen = HashSet::new();
            let same = variants
                .iter()
                .filter_map(|it| self.members(&it.ty))
                .any(|members| !seen.insert(members));
            if same {
                found.push(def.pointer.clone());
            }
        }
        for pointer in found {
            let message = "alternatives of the union have the same properties; the first that matches is used";
            self.warn(&pointer, message, "add a discriminator to the union");
        }
    }

    /// Returns the properties of an object by name, with their types and whether they are required.
    fn members(&self, ty: &TypeRef) -> Option<Vec<(&str, bool, &TypeRef)>> {
        let TypeRef::Named(TypeId(index)) = ty else {
            return None;
        };
        let Shape::Struct(Struct { fields, .. }) = &self.types.get(*index)?.shape else {
            return None;
        };
        let mut members: Vec<_> = fields
            .iter()
            .map(|it| (it.name.as_str(), it.required, &it.ty))
            .collect();
        members.sort_unstable_by_key(|(name, ..)| *name);
        Some(members)
    }

    /// Returns the name of an alternative without a type of its own.
    fn plain_name(&self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::Primitive(primitive) => primitive_name(*primitive).to_owned(),
            TypeRef::Named(TypeId(index)) => match self.types.get(*index).map(|def| &def.name) {
                Some(NameSource::Component(key)) => key.clone(),
                _ => String::new(),
            },
            TypeRef::Array(item) => format!("{} list", self.plain_name(item))
                .trim_start()
                .to_owned(),
            TypeRef::Map(value) => format!("{} map", self.plain_name(value))
                .trim_start()
                .to_owned(),
            TypeRef::Nullable(inner) => self.plain_name(inner),
        }
    }
}

fn primitive_name(primitive: Primitive) -> &'static str {
    match primitive {
        Primitive::String => "string",
        Primitive::Bool => "boolean",
        Primitive::I32 | Primitive::I64 | Primitive::U32 | Primitive::U64 => "integer",
        Primitive::F32 | Primitive::F64 => "number",
        Primitive::Date => "date",
        Primitive::DateTime | Primitive::DateTimeRfc2822 => "date time",
        Primitive::Uuid => "uuid",
        Primitive::Base64 | Primitive::Base64Url => "bytes",
        Primitive::Any => "any",
        Primitive::File => "file",
    }
}
