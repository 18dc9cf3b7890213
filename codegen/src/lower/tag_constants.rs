//! Tags that are constants because of the union around them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Lowering;
use crate::ir::{Limit, Primitive, Shape, TypeId, TypeRef, VariantRole, WebhookSet};

impl Lowering<'_, '_> {
    /// Makes the tag of each variant a constant of its type, if every union around the type gives it the
    /// same value: a `Cat` that the discriminator `kind` maps to `cat` has no other `kind`, although its
    /// own schema allows any string.
    pub(super) fn set_tag_constants(&mut self, webhooks: &[WebhookSet]) {
        // `None` for types with several tags.
        let mut tags: BTreeMap<TypeId, Option<(String, String)>> = BTreeMap::new();
        for (index, def) in self.types.iter().enumerate() {
            let ty = TypeRef::Named(TypeId(index));
            let Shape::Union(union) = &def.shape else {
                continue;
            };
            // Whether a payload has a tag of its own depends on other unions alone.
            if webhooks.iter().any(|set| set.ty == ty) {
                continue;
            }
            let [property] = union.tag.as_slice() else {
                continue;
            };
            for variant in &union.variants {
                let Some(id) = self.struct_of(&variant.ty) else {
                    continue;
                };
                let tag = match (variant.role, variant.tags.first()) {
                    (VariantRole::WritesTag(_), Some(tag)) => Some((property.clone(), tag.clone())),
                    _ => None,
                };
                let known = tags.entry(id).or_insert_with(|| tag.clone());
                if *known != tag {
                    *known = None;
                }
            }
        }
        for (id, tag) in tags {
            let Some((property, tag)) = tag else { continue };
            let Some(Shape::Struct(shape)) = self.types.get_mut(id.0).map(|def| &mut def.shape)
            else {
                continue;
            };
            let field = shape.fields.iter_mut().find(|field| field.name == property);
            if let Some(field) = field
                && field.constant().is_none()
                && let Some(value) = value_of(&field.ty, tag)
            {
                field.limits.insert(0, Limit::Tag(value));
            }
        }
    }

    /// Returns the struct that a type is, or that it is an alias of.
    fn struct_of(&self, ty: &TypeRef) -> Option<TypeId> {
        let mut ty = ty;
        // No chain of aliases is longer than the list of types.
        for _ in 0..=self.types.len() {
            let TypeRef::Named(id) = ty else { return None };
            match &self.types.get(id.0)?.shape {
                Shape::Struct(_) => return Some(*id),
                Shape::Alias(target) => ty = target,
                _ => return None,
            }
        }
        None
    }
}

/// Returns a tag as a value of the field's type.
fn value_of(ty: &TypeRef, tag: String) -> Option<Value> {
    match ty {
        TypeRef::Primitive(Primitive::String) => Some(Value::String(tag)),
        TypeRef::Primitive(Primitive::Bool) => tag.parse().ok().map(Value::Bool),
        TypeRef::Primitive(Primitive::I32) => tag.parse::<i32>().ok().map(Value::from),
        TypeRef::Primitive(Primitive::I64) => tag.parse::<i64>().ok().map(Value::from),
        _ => None,
    }
}
