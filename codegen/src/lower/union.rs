//! `oneOf` and `anyOf`.

use std::collections::HashSet;

use super::Lowering;
use super::all_of::MergedSchema;
use super::annotations::text;
use super::naming::inside;
use super::schema::SchemaKind;
use crate::fallback::FallbackReason;
use crate::ir::{
    Docs, NameSource, Primitive, Shape, Struct, TypeId, TypeRef, Union, Variant, VariantRole,
    WebhookSet,
};
use crate::normalise::resolved::{AdditionalProperties, Schema, SchemaId};

/// A variant and the schema that it comes from.
#[derive(Clone)]
pub(super) struct Alternative {
    /// The listed schema, with references resolved.
    pub(super) listed: SchemaId,
    /// Whether the document suggests no name for it.
    pub(super) is_unnamed: bool,
    pub(super) variant: Variant,
}

impl Alternative {
    pub(super) fn new(listed: SchemaId, name: Option<String>, docs: Docs, ty: TypeRef) -> Self {
        Self {
            listed,
            is_unnamed: false,
            variant: Variant {
                name,
                tags: Vec::new(),
                role: VariantRole::Plain,
                ty,
                constant: None,
                docs,
            },
        }
    }
}

impl Lowering<'_, '_> {
    /// Returns the shape of a union; an alias if all alternatives have the same type.
    pub(super) fn union(&mut self, id: SchemaId, merged: &MergedSchema<'_>) -> Shape {
        let mut alternatives: Vec<Alternative> = Vec::new();
        let base = self.discriminator_of_base(id).filter(|_| merged.is_base);
        let tag = if let Some(discriminator) = base {
            alternatives = self.alternatives_of_base(id);
            let inherited = merged.schema.discriminator.is_none();
            self.tag(id, &discriminator, inherited, &mut alternatives)
        } else {
            let mut schemas: Vec<SchemaId> = Vec::new();
            for (index, listed) in self
                .distinct_alternatives(id, merged)
                .into_iter()
                .enumerate()
            {
                let schema = self.with_shared_properties(id, merged, index, listed);
                let ty = self.type_of(schema);
                let constant = self.constant(schema);
                let mut known = alternatives.iter_mut().map(|it| &mut it.variant);
                if let Some(known) = known.find(|it| it.ty == ty) {
                    known.constant = known
                        .constant
                        .take()
                        .filter(|it| Some(it) == constant.as_ref());
                    continue;
                }
                let mut alternative = self.alternative(merged, index, listed, ty);
                alternative.variant.constant = constant;
                alternatives.push(alternative);
                schemas.push(schema);
            }
            match alternatives.as_slice() {
                [] => {
                    self.fall_back(&merged.schema.pointer, FallbackReason::Recursive);
                    return Shape::Alias(TypeRef::Primitive(Primitive::Any));
                }
                [single] => return Shape::Alias(single.variant.ty.clone()),
                _ => {}
            }
            match &merged.schema.discriminator {
                Some(discriminator) => self.tag(id, discriminator, false, &mut alternatives),
                None => self.untagged(id, &schemas, &mut alternatives),
            }
        };
        let variants = alternatives.into_iter().map(|it| it.variant).collect();
        Shape::Union(Union { tag, variants })
    }

    /// Finds what tells the alternatives apart if the document has no discriminator: an implied tag,
    /// whose path is returned, or the fit, for which a combined variant is added.
    fn untagged(
        &mut self,
        id: SchemaId,
        schemas: &[SchemaId],
        alternatives: &mut Vec<Alternative>,
    ) -> Vec<String> {
        let Some(implied) = self.implied_tag(schemas) else {
            alternatives.extend(self.combined(id, schemas));
            return Vec::new();
        };
        for (alternative, tags) in alternatives.iter_mut().zip(implied.values) {
            if let (true, [tag]) = (alternative.is_unnamed, tags.as_slice()) {
                alternative.variant.name = Some(tag.clone());
            }
            alternative.variant.tags = tags;
        }
        implied.path
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
        let key = self.namer.component_key(&self.schema(canonical).pointer);
        if key.is_some() && self.is_named_by_itself(&ty) {
            return Alternative::new(canonical, None, Docs::default(), ty);
        }
        let docs = Docs {
            summary: text(&schema.title),
            description: text(&schema.description),
        };
        let discriminator = merged.schema.discriminator.as_ref();
        let property = discriminator.map(|it| it.property.as_str());
        let declared = match &ty {
            TypeRef::Named(_) => self.namer.declared_name(&schema, property),
            plain => text(&schema.title).or_else(|| Some(self.plain_name(plain))),
        };
        let is_unnamed = declared.is_none();
        let name = declared.unwrap_or_else(|| format!("variant {}", index + 1));
        Alternative {
            is_unnamed,
            ..Alternative::new(canonical, Some(name), docs, ty)
        }
    }

    /// Whether the name of a type says all: it isn't that of a schema combined from others.
    fn is_named_by_itself(&self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::Named(id) => {
                let def = self.types.get(id.0);
                def.is_some_and(|def| matches!(def.name, NameSource::Component(_)))
            }
            _ => true,
        }
    }

    /// Returns an alternative with the properties beside the union, declared and additional ones, if it
    /// lacks any of them.
    fn with_shared_properties(
        &mut self,
        id: SchemaId,
        merged: &MergedSchema<'_>,
        index: usize,
        listed: SchemaId,
    ) -> SchemaId {
        let shared = merged.schema.as_ref();
        let shares_additional = !shared.pattern_properties.is_empty()
            || matches!(
                shared.additional_properties,
                AdditionalProperties::Any | AdditionalProperties::Schema(_)
            );
        if shared.properties.is_empty() && !shares_additional {
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
        let lacks_additional = shares_additional
            && alternative.schema.additional_properties == AdditionalProperties::Unstated;
        let lacks_any = lacks_additional || shared.properties.keys().any(|name| lacks(&name));
        if !objects || !lacks_any {
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
        let ty = self.reserved_type(id);
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

    /// Warns of alternatives that no value can distinguish, unless a header does.
    pub(super) fn warn_of_ambiguous_unions(&mut self, webhooks: &[WebhookSet]) {
        let by_header: Vec<&TypeRef> = webhooks
            .iter()
            .filter(|set| set.header.is_some())
            .map(|set| &set.ty)
            .collect();
        let mut found = Vec::new();
        for (index, def) in self.types.iter().enumerate() {
            if by_header.contains(&&TypeRef::Named(TypeId(index))) {
                continue;
            }
            let Shape::Union(Union { tag, variants }) = &def.shape else {
                continue;
            };
            if !tag.is_empty() {
                continue;
            }
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
        Primitive::File | Primitive::Files => "file",
    }
}
