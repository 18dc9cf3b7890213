//! Views of the files in `src/models/`.

use askama::Template;
use serde::Serialize;

use super::docs::documented;
use super::print::{DocLines, RustExpr, RustType, StrLit};
use super::types::{Context, PrintScope};
use crate::ir::{
    Docs, NumberValue, Primitive, Shape, TypeDef, TypeId, TypeRef, Union, Variant, VariantRole,
};
use crate::names::RustIdent;
use crate::text;

/// `src/models/mod.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "models/mod.rs.askama")]
pub struct ModelsModView {
    pub models: Vec<ModelEntry>,
}

/// A module of `src/models/` and its type.
#[derive(Debug, Serialize)]
pub struct ModelEntry {
    /// The condition of its compilation.
    pub gate: Option<RustExpr>,
    pub module: RustIdent,
    pub ident: RustIdent,
}

/// An enumeration of strings or integers.
#[derive(Debug, Serialize, Template)]
#[template(path = "models/enum.rs.askama")]
pub struct EnumView {
    pub docs: DocLines,
    pub deprecated: bool,
    pub derives: Vec<&'static str>,
    pub ident: RustIdent,
    pub unknown: RustIdent,
    pub base: EnumBase,
    pub variants: Vec<EnumVariantView>,
}

/// The type of the values of an enumeration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum EnumBase {
    String,
    Integer,
}

/// A value of an enumeration.
#[derive(Debug, Serialize)]
pub struct EnumVariantView {
    pub docs: DocLines,
    pub ident: RustIdent,
    /// The value on the wire, as a literal.
    pub wire: RustExpr,
}

/// An enumeration of numbers that aren't all integers.
#[derive(Debug, Serialize, Template)]
#[template(path = "models/number_enum.rs.askama")]
pub struct NumberEnumView {
    pub docs: DocLines,
    pub deprecated: bool,
    pub derives: Vec<&'static str>,
    pub ident: RustIdent,
    pub values: Vec<NumberView>,
}

/// A number of an enumeration.
#[derive(Debug, Serialize)]
pub struct NumberView {
    pub docs: DocLines,
    /// The constant.
    pub ident: String,
    pub value: RustExpr,
}

/// A union.
#[derive(Debug, Serialize, Template)]
#[template(path = "models/union.rs.askama")]
pub struct UnionView {
    pub docs: DocLines,
    pub deprecated: bool,
    pub derives: Vec<&'static str>,
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

/// A newtype of a list or map.
#[derive(Debug, Serialize, Template)]
#[template(path = "models/collection.rs.askama")]
pub struct CollectionView {
    pub docs: DocLines,
    pub deprecated: bool,
    pub derives: Vec<&'static str>,
    pub ident: RustIdent,
    pub codec: Vec<&'static str>,
    pub ty: RustType,
    /// `list` or `map`.
    pub noun: &'static str,
}

/// An alias of a type.
#[derive(Debug, Serialize, Template)]
#[template(path = "models/alias.rs.askama")]
pub struct AliasView {
    pub docs: DocLines,
    pub deprecated: bool,
    pub ident: RustIdent,
    pub ty: RustType,
}

impl Context<'_> {
    /// `src/models/mod.rs`
    pub(in crate::view) fn models_mod(&self) -> ModelsModView {
        let mut models: Vec<_> = (0..self.api.types.len())
            .map(TypeId)
            .map(|id| {
                let names = self.names.of(id);
                ModelEntry {
                    gate: self.type_gate(id),
                    module: names.module.clone(),
                    ident: names.ident.clone(),
                }
            })
            .collect();
        models.sort_by(|a, b| a.module.cmp(&b.module));
        ModelsModView { models }
    }

    pub(super) fn codec_words(&self, id: TypeId) -> Vec<&'static str> {
        match self.codec(id) {
            (true, true) => vec!["decode", "encode"],
            (true, false) if self.has_mock() => vec!["decode", "mock"],
            (true, false) => vec!["decode"],
            (false, _) => vec!["encode"],
        }
    }

    pub(super) fn type_docs(&self, def: &TypeDef) -> DocLines {
        documented(&def.docs, || {
            format!("The schema at {}.", text::code(&def.pointer.to_string()))
        })
    }

    /// Returns the view of an enumeration of strings or integers.
    pub(in crate::view) fn enum_view(&self, id: TypeId, def: &TypeDef) -> Option<EnumView> {
        let names = self.names.of(id);
        let (base, values): (EnumBase, Vec<(RustExpr, DocLines)>) = match &def.shape {
            Shape::StringEnum(values) => (
                EnumBase::String,
                values
                    .iter()
                    .map(|value| {
                        (
                            RustExpr::new(StrLit::new(&value.value).to_string()),
                            value_docs(&value.docs, value.name.is_some(), &value.value),
                        )
                    })
                    .collect(),
            ),
            Shape::IntegerEnum(values) => (
                EnumBase::Integer,
                values
                    .iter()
                    .map(|value| {
                        (
                            RustExpr::new(value.value.to_string()),
                            value_docs(&value.docs, value.name.is_some(), &value.value.to_string()),
                        )
                    })
                    .collect(),
            ),
            Shape::Struct(_)
            | Shape::NumberEnum(_)
            | Shape::Union(_)
            | Shape::Collection(_)
            | Shape::Alias(_) => {
                return None;
            }
        };
        Some(EnumView {
            docs: self.type_docs(def),
            deprecated: def.deprecated,
            derives: match base {
                // The runtime's macro implements the other traits for strings.
                EnumBase::String => vec!["Clone"],
                EnumBase::Integer => vec![
                    "Clone",
                    "Debug",
                    "PartialEq",
                    "Eq",
                    "Hash",
                    "PartialOrd",
                    "Ord",
                ],
            },
            ident: names.ident.clone(),
            unknown: names.rest.clone(),
            base,
            variants: values
                .into_iter()
                .zip(&names.members)
                .map(|((wire, docs), ident)| EnumVariantView {
                    docs,
                    ident: ident.clone(),
                    wire,
                })
                .collect(),
        })
    }

    /// Returns the view of an enumeration of numbers that aren't all integers.
    pub(in crate::view) fn number_enum_view(
        &self,
        id: TypeId,
        def: &TypeDef,
        values: &[NumberValue],
    ) -> NumberEnumView {
        let names = self.names.of(id);
        NumberEnumView {
            docs: self.type_docs(def),
            deprecated: def.deprecated,
            derives: vec!["Clone", "Copy", "Debug", "PartialEq", "PartialOrd"],
            ident: names.ident.clone(),
            values: values
                .iter()
                .zip(&names.members)
                .map(|(value, ident)| NumberView {
                    docs: value_docs(&value.docs, value.name.is_some(), &value.value.to_string()),
                    ident: ident.bare().to_ascii_uppercase(),
                    value: RustExpr::new(format!("{:?}", value.value)),
                })
                .collect(),
        }
    }

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
                UnionVariantView {
                    docs: documented(&variant.docs, || self.variant_docs(variant)),
                    ident: ident.clone(),
                    tags: variant.tags.iter().map(|tag| StrLit::new(tag)).collect(),
                    role: variant.role,
                    ty: RustType::new(self.boxed(&variant.ty, boxed, PrintScope::Model)),
                    from: unique.then(|| UnionFrom {
                        ty: self.ty(&variant.ty, PrintScope::Model),
                        into: RustExpr::new(into),
                    }),
                }
            })
            .collect();
        let combined = variants.pop_if(|it| it.role == VariantRole::Combined);
        let mut docs = self.type_docs(def);
        docs.block(text::markdown(&union_choice(union)));
        UnionView {
            docs,
            deprecated: def.deprecated,
            derives: vec!["Clone", "Debug", "PartialEq"],
            ident: names.ident.clone(),
            codec: self.codec_words(id),
            unknown: names.rest.clone(),
            tag: union.tag.iter().map(|name| StrLit::new(name)).collect(),
            variants,
            combined,
        }
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

    fn variant_docs(&self, variant: &Variant) -> String {
        let tags: Vec<_> = variant.tags.iter().map(|tag| text::code(tag)).collect();
        let values = match tags.as_slice() {
            [] => self.linked(&variant.ty, |ident| format!("super::{ident}")),
            tags => tags.join(", "),
        };
        match variant.role {
            VariantRole::Default => {
                format!("{values}. Also holds values with an unknown or missing discriminator.")
            }
            _ if tags.is_empty() => format!("{values}."),
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

    /// Returns the view of a newtype of a list or map.
    pub(in crate::view) fn collection_view(
        &self,
        id: TypeId,
        def: &TypeDef,
        ty: &TypeRef,
    ) -> CollectionView {
        let derives = ["Clone", "Debug", "Default", "PartialEq"].into_iter();
        CollectionView {
            docs: self.type_docs(def),
            deprecated: def.deprecated,
            derives: derives
                .chain(self.facts.of(id).has_eq.then_some("Eq"))
                .collect(),
            ident: self.names.of(id).ident.clone(),
            codec: self.codec_words(id),
            ty: self.ty(ty, PrintScope::Model),
            noun: match ty {
                TypeRef::Map(_) => "map",
                _ => "list",
            },
        }
    }

    /// Returns the view of an alias.
    pub(in crate::view) fn alias_view(&self, id: TypeId, def: &TypeDef, ty: &TypeRef) -> AliasView {
        AliasView {
            docs: self.type_docs(def),
            deprecated: def.deprecated,
            ident: self.names.of(id).ident.clone(),
            ty: self.ty(ty, PrintScope::Model),
        }
    }
}

/// Says how the variant of a value is chosen.
fn union_choice(union: &Union) -> String {
    let default = union
        .variants
        .iter()
        .any(|it| it.role == VariantRole::Default);
    let by_fit = "the variant that has a place for most of the value is chosen";
    match (union.tag.as_slice(), default) {
        ([], _) => format!(
            "When a value is read, {by_fit}, and the first of equals. A variant is excluded by a value \
             of another type, an absent required property, another value than a constant, or a \
             property that a closed object doesn't have."
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

/// Returns the documentation of a value of an enumeration. It has the value itself if it has no text
/// or a name that doesn't show the value.
fn value_docs(docs: &Docs, is_named: bool, value: &str) -> DocLines {
    let mut lines = documented(docs, || text::code(value));
    if is_named && *docs != Docs::default() {
        lines.line(format!("The value is {}.", text::code(value)));
    }
    lines
}
