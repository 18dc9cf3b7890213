//! `oneOf` and `anyOf`.

use std::collections::HashSet;

use super::Lowering;
use super::all_of::MergedSchema;
use super::annotations::text;
use super::naming::inside;
use super::schema::{SchemaKind, integer};
use crate::fallback::FallbackReason;
use crate::ir::{
    Docs, NameSource, Primitive, Shape, Struct, TypeId, TypeRef, Union, UnionTag, Variant,
};
use crate::normalise::resolved::{Schema, SchemaId, SchemaType};

/// A variant and the schema that it comes from.
pub(super) struct Alternative {
    /// The listed schema, with references resolved.
    pub(super) listed: SchemaId,
    pub(super) variant: Variant,
}

impl Lowering<'_, '_> {
    /// Returns the kind of a union: a plain type if all alternatives are strings, numbers or
    /// booleans.
    pub(super) fn union_kind(&self, merged: &MergedSchema<'_>) -> SchemaKind {
        if let Some(kind) = self.string_union(&merged.alternatives) {
            return kind;
        }
        let mut kinds = HashSet::new();
        let mut integers = HashSet::new();
        for id in &merged.alternatives {
            let schema = self.schema(self.canonical(*id));
            let plain = schema.enumeration.is_empty()
                && schema.all_of.is_empty()
                && schema.one_of.is_empty()
                && schema.any_of.is_empty();
            kinds.insert(schema.schema_type.filter(|_| plain));
            integers.insert(integer(&schema));
        }
        let only = |allowed: &[SchemaType]| {
            kinds
                .iter()
                .all(|kind| kind.is_some_and(|kind| allowed.contains(&kind)))
        };
        if only(&[SchemaType::Integer]) {
            SchemaKind::Primitive(widest(&integers))
        } else if only(&[SchemaType::Number]) {
            SchemaKind::Primitive(Primitive::F64)
        } else if only(&[SchemaType::Integer, SchemaType::Number]) {
            SchemaKind::Primitive(Primitive::Number)
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
            let schema = self.with_shared_properties(id, merged, index, *listed);
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
    fn with_shared_properties(
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
                .filter_map(|it| self.distinguishing_properties(&it.ty))
                .any(|properties| !seen.insert(properties));
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
    fn distinguishing_properties(&self, ty: &TypeRef) -> Option<Vec<(&str, bool, &TypeRef)>> {
        let TypeRef::Named(TypeId(index)) = ty else {
            return None;
        };
        let Shape::Struct(Struct { fields, .. }) = &self.types.get(*index)?.shape else {
            return None;
        };
        let mut properties: Vec<_> = fields
            .iter()
            .map(|it| (it.name.as_str(), it.required, &it.ty))
            .collect();
        properties.sort_unstable_by_key(|(name, ..)| *name);
        Some(properties)
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

/// Returns an integer type that has all values of some.
fn widest(integers: &HashSet<Primitive>) -> Primitive {
    let has = |primitive| integers.contains(&primitive);
    let signed = has(Primitive::I32) || has(Primitive::I64);
    if has(Primitive::I128) || signed && has(Primitive::U64) {
        Primitive::I128
    } else if has(Primitive::U64) {
        Primitive::U64
    } else {
        Primitive::I64
    }
}

fn primitive_name(primitive: Primitive) -> &'static str {
    match primitive {
        Primitive::String => "string",
        Primitive::Bool => "boolean",
        Primitive::I32 | Primitive::I64 | Primitive::U32 | Primitive::U64 | Primitive::I128 => {
            "integer"
        }
        Primitive::F32 | Primitive::F64 | Primitive::Number => "number",
        Primitive::Date => "date",
        Primitive::DateTime | Primitive::DateTimeRfc2822 | Primitive::HttpDate => "date time",
        Primitive::Uuid => "uuid",
        Primitive::Base64 | Primitive::Base64Url => "bytes",
        Primitive::Any => "any",
        Primitive::File => "file",
    }
}
