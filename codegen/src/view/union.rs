//! Views of unions.

use askama::Template;
use serde::Serialize;
use serde_json::Value;

use super::docs::documented;
use super::model::ModelSlots;
use super::print::{DocLines, RustExpr, RustType, StrLit};
use super::structs::ConstantValue;
use super::types::{Context, PrintScope};
use crate::ir::{
    Additional, Primitive, Shape, TagType, TypeDef, TypeId, TypeRef, Union, Variant, VariantRole,
};
use crate::names::RustIdent;
use crate::text;

/// A union.
#[derive(Debug, Serialize, Template)]
#[template(path = "models/union.rs.askama")]
pub struct UnionView {
    pub docs: DocLines,
    pub slots: ModelSlots,
    pub deprecated: bool,
    pub derives: Vec<RustType>,
    pub attributes: Vec<RustExpr>,
    pub ident: RustIdent,
    pub codec: Vec<&'static str>,
    pub unknown: RustIdent,
    /// The path of the property that tells the variants apart; empty if there is none.
    pub tag: Vec<StrLit>,
    /// The variants that are told apart.
    pub variants: Vec<UnionVariantView>,
    /// The variant of values that fit several others.
    pub combined: Option<UnionVariantView>,
}

impl UnionView {
    /// All variants.
    pub fn all(&self) -> impl Iterator<Item = &UnionVariantView> {
        self.variants.iter().chain(&self.combined)
    }
}

/// A variant of a union.
#[derive(Debug, Serialize)]
pub struct UnionVariantView {
    pub docs: DocLines,
    pub ident: RustIdent,
    /// The values of the tag.
    pub tags: Vec<StrLit>,
    pub role: VariantRole,
    /// The only value, if it is a string, number or boolean.
    pub constant: Option<ConstantValue>,
    pub ty: RustType,
    /// The conversion into the union, unless another variant has the same type.
    pub from: Option<UnionFrom>,
}

/// A conversion into a union.
#[derive(Debug, Serialize)]
pub struct UnionFrom {
    pub ty: RustType,
    pub into: RustExpr,
}

impl Context<'_> {
    /// Returns the view of a union.
    pub(in crate::view) fn union_view(
        &self,
        id: TypeId,
        def: &TypeDef,
        union: &Union,
    ) -> UnionView {
        let names = self.names.of(id);
        let mut variants: Vec<UnionVariantView> = union
            .variants
            .iter()
            .zip(&names.members)
            .enumerate()
            .map(|(index, (variant, ident))| {
                let unique = union
                    .variants
                    .iter()
                    .filter(|other| self.same(&other.ty, &variant.ty))
                    .count()
                    == 1;
                let boxed = self.is_boxed_variant(id, union, index);
                let into = if boxed { "Box::new(value)" } else { "value" };
                let mut docs = documented(&variant.docs, || self.variant_docs(union, variant));
                for block in self.webhook_notes(id, index) {
                    docs.block(text::markdown(&block));
                }
                UnionVariantView {
                    docs,
                    ident: ident.clone(),
                    tags: variant.tags.iter().map(|tag| StrLit::new(tag)).collect(),
                    role: variant.role,
                    constant: variant.constant.as_ref().and_then(ConstantValue::new),
                    ty: self.union_variant_type(id, union, index, PrintScope::Model),
                    from: unique.then(|| UnionFrom {
                        ty: self.ty(&variant.ty, PrintScope::Model),
                        into: RustExpr::new(into),
                    }),
                }
            })
            .collect();
        let combined = variants.pop_if(|it| it.role == VariantRole::Combined);
        let mut docs = self.type_docs(id, def);
        docs.block(text::markdown(&self.union_choice(id, union)));
        if self.keeps_undeclared(union) {
            docs.block(text::markdown(KEPT));
        }
        UnionView {
            docs,
            slots: self.model_slots(id),
            deprecated: def.deprecated,
            derives: self.derives(id, vec!["Clone", "Debug", "PartialEq"], &[]),
            attributes: self.attributes(id),
            ident: names.ident.clone(),
            codec: self.codec_words(id),
            unknown: names.rest.clone(),
            tag: union.tag.iter().map(|name| StrLit::new(name)).collect(),
            variants,
            combined,
        }
    }

    /// Returns the type that a variant holds.
    pub fn union_variant_type(
        &self,
        id: TypeId,
        union: &Union,
        index: usize,
        scope: PrintScope,
    ) -> RustType {
        let boxed = self.is_boxed_variant(id, union, index);
        RustType::new(self.boxed(&union.variants[index].ty, boxed, scope))
    }

    /// Returns whether the value of a variant is boxed, because it is part of a cycle or large.
    pub(in crate::view) fn is_boxed_variant(
        &self,
        id: TypeId,
        union: &Union,
        index: usize,
    ) -> bool {
        self.facts.of(id).is_boxed(index) || self.is_bulky(&union.variants[index].ty)
    }

    /// Says how the variant of a value is chosen.
    fn union_choice(&self, id: TypeId, union: &Union) -> String {
        let by_value = choice_by_value(union);
        let header = self.webhook_set(id).and_then(|set| set.header.as_ref());
        match header {
            Some(header) => format!(
                "The header {} of the request selects the variant, or several of them.\n\n{by_value}",
                text::code(&header.name)
            ),
            None => by_value,
        }
    }

    /// Returns whether a variant keeps properties that it doesn't declare.
    fn keeps_undeclared(&self, union: &Union) -> bool {
        union
            .variants
            .iter()
            .any(|variant| match self.resolved(&variant.ty) {
                TypeRef::Named(id) => match &self.api.types[id.0].shape {
                    Shape::Struct(object) => object.additional == Additional::Undeclared,
                    _ => false,
                },
                _ => false,
            })
    }

    fn variant_docs(&self, union: &Union, variant: &Variant) -> String {
        let tags: Vec<_> = variant.tags.iter().map(|tag| text::code(tag)).collect();
        let values = match (tags.as_slice(), &variant.constant) {
            ([], Some(Value::String(text))) => format!("The value {}.", text::code(text)),
            ([], Some(constant)) => format!("The value {}.", text::code(&constant.to_string())),
            ([], None) => {
                let ty = self.linked(&variant.ty, |id| self.model_path(id, PrintScope::Model));
                format!("A value of type {ty}.")
            }
            (tags, _) if union.tag.is_empty() => format!("A value named {}.", tags.join(" or ")),
            (tags, _) => format!(
                "A value whose property {} is {}.",
                text::code(&union.tag.join(".")),
                tags.join(" or ")
            ),
        };
        match variant.role {
            VariantRole::Default => {
                format!("{values} Also holds values with an unknown or missing discriminator.")
            }
            _ => values,
        }
    }

    /// Returns whether two types are the same in Rust. The fallback variant already holds `Value`.
    fn same(&self, a: &TypeRef, b: &TypeRef) -> bool {
        let a = self.canonical(a, 0);
        a == TypeRef::Primitive(Primitive::Any) || a == self.canonical(b, 0)
    }

    /// Returns a type without aliases, also inside arrays, maps and options.
    fn canonical(&self, ty: &TypeRef, depth: usize) -> TypeRef {
        const DEEPEST: usize = 64;
        let inner = |it: &TypeRef| Box::new(self.canonical(it, depth + 1));
        match ty {
            ty if depth > DEEPEST => ty.clone(),
            TypeRef::Named(id) => match self.resolve(*id) {
                named @ TypeRef::Named(_) => named,
                other => self.canonical(&other, depth + 1),
            },
            TypeRef::Array(items) => TypeRef::Array(inner(items)),
            TypeRef::Map(values) => TypeRef::Map(inner(values)),
            TypeRef::Nullable(value) => TypeRef::Nullable(inner(value)),
            TypeRef::Primitive(_) => ty.clone(),
        }
    }
}

const KEPT: &str =
    "The chosen variant keeps properties that only other variants declare, in a map.";

/// Says how the variant of a value is chosen by the value itself.
fn choice_by_value(union: &Union) -> String {
    let default = union
        .variants
        .iter()
        .any(|it| it.role == VariantRole::Default);
    let by_fit = "the variant that covers most of the value is chosen";
    match (union.tag.as_slice(), default) {
        ([], _) => format!(
            "When a value is read, {by_fit}, or the first of several such variants. A variant is \
             excluded if the value is of another type, lacks a required property, differs from a \
             constant, or has a property that a closed object doesn't allow."
        ),
        (path, true) => format!(
            "When a value is read, its property {} selects the variant.",
            text::code(&path.join("."))
        ),
        (path, false) => format!(
            "When a value is read, its property {} selects the variant. Without that property, {by_fit}.",
            text::code(&path.join("."))
        ),
    }
}
