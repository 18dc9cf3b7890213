//! Views of the files in `src/models/`.

use askama::Template;
use serde::Serialize;

use super::docs::{documented, schema_docs};
use super::print::{DocLines, RustExpr, RustType, SlotText, StrLit};
use super::types::{Context, PrintScope};
use crate::ir::{Docs, NumberValue, Shape, TypeDef, TypeId, TypeRef};
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

/// What one's own templates add to a model.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct ModelSlots {
    /// Attributes.
    pub attributes: SlotText,
    /// Items after the model.
    pub items: SlotText,
}

/// An enumeration of strings or integers.
#[derive(Debug, Serialize, Template)]
#[template(path = "models/enum.rs.askama")]
pub struct EnumView {
    pub docs: DocLines,
    pub slots: ModelSlots,
    pub deprecated: bool,
    pub derives: Vec<RustType>,
    pub attributes: Vec<RustExpr>,
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
    pub slots: ModelSlots,
    pub deprecated: bool,
    pub derives: Vec<RustType>,
    pub attributes: Vec<RustExpr>,
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

/// A newtype of a list or map.
#[derive(Debug, Serialize, Template)]
#[template(path = "models/collection.rs.askama")]
pub struct CollectionView {
    pub docs: DocLines,
    pub slots: ModelSlots,
    pub deprecated: bool,
    pub derives: Vec<RustType>,
    pub attributes: Vec<RustExpr>,
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

/// A type that the options put in place of a schema.
#[derive(Debug, Serialize, Template)]
#[template(path = "models/custom.rs.askama")]
pub struct CustomView {
    pub docs: DocLines,
    pub deprecated: bool,
    pub ident: RustIdent,
    pub path: RustType,
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

    pub(super) fn model_slots(&self, id: TypeId) -> ModelSlots {
        ModelSlots {
            attributes: self.extensions.attributes(id),
            items: self.extensions.model(id),
        }
    }

    pub(super) fn codec_words(&self, id: TypeId) -> Vec<&'static str> {
        match self.codec(id) {
            (true, true) => vec!["decode", "encode"],
            (true, false) if self.has_mock() => vec!["decode", "mock"],
            (true, false) => vec!["decode"],
            (false, _) => vec!["encode"],
        }
    }

    /// Returns the derives of a type: its own, and those that the options add. `by_hand` are the traits
    /// that it implements without a derive.
    pub(super) fn derives(
        &self,
        id: TypeId,
        own: Vec<&'static str>,
        by_hand: &[&str],
    ) -> Vec<RustType> {
        let added = self.additions.derives(id).iter().map(String::as_str);
        let added: Vec<&str> = added
            .filter(|it| !own.contains(it) && !by_hand.contains(it))
            .collect();
        let all = own.into_iter().chain(added);
        all.map(RustType::new).collect()
    }

    /// Returns the attributes that the options add to a type.
    pub(super) fn attributes(&self, id: TypeId) -> Vec<RustExpr> {
        printed(self.additions.attributes(id))
    }

    /// Returns the attributes that the options add to the field at `index` of a struct.
    pub(super) fn field_attributes(&self, owner: TypeId, index: usize) -> Vec<RustExpr> {
        printed(self.additions.field_attributes(owner, index))
    }

    pub(super) fn type_docs(&self, id: TypeId, def: &TypeDef) -> DocLines {
        schema_docs(def, &self.names.of(id).ident)
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
            | Shape::Alias(_)
            | Shape::Custom(_) => {
                return None;
            }
        };
        Some(EnumView {
            docs: self.type_docs(id, def),
            slots: self.model_slots(id),
            deprecated: def.deprecated,
            derives: match base {
                // The runtime's macro implements the other traits for strings.
                EnumBase::String => self.derives(id, vec!["Clone"], ORDERED),
                EnumBase::Integer => self.derives(id, [&["Clone"], ORDERED].concat(), &[]),
            },
            attributes: self.attributes(id),
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
            docs: self.type_docs(id, def),
            slots: self.model_slots(id),
            deprecated: def.deprecated,
            derives: self.derives(
                id,
                vec!["Clone", "Copy", "Debug", "PartialEq", "PartialOrd"],
                &[],
            ),
            attributes: self.attributes(id),
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

    /// Returns the view of a newtype of a list or map.
    pub(in crate::view) fn collection_view(
        &self,
        id: TypeId,
        def: &TypeDef,
        ty: &TypeRef,
    ) -> CollectionView {
        let derives = ["Clone", "Debug", "Default", "PartialEq"].into_iter();
        CollectionView {
            docs: self.type_docs(id, def),
            slots: self.model_slots(id),
            deprecated: def.deprecated,
            derives: self.derives(
                id,
                derives
                    .chain(self.facts.of(id).has_eq.then_some("Eq"))
                    .collect(),
                &[],
            ),
            attributes: self.attributes(id),
            ident: self.names.of(id).ident.clone(),
            codec: self.codec_words(id),
            ty: self.ty(ty, PrintScope::Model),
            noun: match ty {
                TypeRef::Map(_) => "map",
                _ => "list",
            },
        }
    }

    /// Returns the view of a type that the options put in place of a schema.
    pub(in crate::view) fn custom_view(&self, id: TypeId, def: &TypeDef, path: &str) -> CustomView {
        CustomView {
            docs: self.type_docs(id, def),
            deprecated: def.deprecated,
            ident: self.names.of(id).ident.clone(),
            path: RustType::new(path),
        }
    }

    /// Returns the view of an alias.
    pub(in crate::view) fn alias_view(&self, id: TypeId, def: &TypeDef, ty: &TypeRef) -> AliasView {
        AliasView {
            docs: self.type_docs(id, def),
            deprecated: def.deprecated,
            ident: self.names.of(id).ident.clone(),
            ty: self.ty(ty, PrintScope::Model),
        }
    }
}

/// The traits of the standard library that enumerations of strings and integers implement.
const ORDERED: &[&str] = &["Debug", "PartialEq", "Eq", "Hash", "PartialOrd", "Ord"];

fn printed(attributes: &[String]) -> Vec<RustExpr> {
    attributes.iter().map(RustExpr::new).collect()
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
