//! Views of the files in `src/models/`.

use askama::Template;
use serde::Serialize;

use super::print::{DocLines, RustExpr, RustType, StrLit, field_init};
use super::types::{Context, MemberKind, Place, Setting};
use crate::ir::{
    Field, NumberValue, Primitive, Shape, Struct, TypeDef, TypeId, TypeRef, Union, UnionTag,
};
use crate::names::RustIdent;
use crate::text;

/// `src/models/mod.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "models/mod.rs.askama")]
pub struct ModelsModView {
    pub models: Vec<ModelEntry>,
}

/// A module of `src/models/` and the type in it.
#[derive(Debug, Serialize)]
pub struct ModelEntry {
    /// The condition on which it is compiled.
    pub gate: Option<RustExpr>,
    pub module: RustIdent,
    pub ident: RustIdent,
}

/// A struct.
#[derive(Debug, Serialize, Template)]
#[template(path = "models/struct.rs.askama")]
pub struct StructView {
    pub docs: DocLines,
    pub deprecated: bool,
    pub ident: RustIdent,
    /// `decode`, `encode`, or both; `mock` for what only a mock writes.
    pub codec: Vec<&'static str>,
    pub derives: Vec<&'static str>,
    /// How `Default` is there, where it is for mocks alone.
    pub mock_default: MockDefault,
    pub members: Vec<MemberView>,
    /// The field for additional properties and the type of each.
    pub rest: Option<RestView>,
    /// Who makes one.
    pub maker: Maker,
    /// Whether the client has mocks, which make what only answers have.
    pub has_mock: bool,
    /// A member must not be printed.
    pub redacted: bool,
    /// `new` takes more arguments than clippy likes.
    pub many_required: bool,
}

/// Who makes a struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Maker {
    /// The client alone, of an answer.
    Client,
    /// Whoever mocks an answer.
    Mock,
    /// Whoever sends a request.
    Anyone,
}

/// How `Default` is there for mocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum MockDefault {
    /// Not at all.
    None,
    /// Derived.
    Derived,
    /// Written, since a member has another value than its type's.
    Written,
}

/// A member of a struct.
#[derive(Debug, Serialize)]
pub struct MemberView {
    pub docs: DocLines,
    pub ident: RustIdent,
    pub ty: RustType,
    pub kind: MemberKind,
    pub wire: StrLit,
    pub sensitive: bool,
    /// `with_…`
    pub setter: RustIdent,
    /// `null_…`
    pub null_setter: RustIdent,
    /// How methods take a value, without the `Option`s.
    pub argument: RustType,
    /// From the argument to the value of the field.
    pub assigned: RustExpr,
    /// The field in `new`, if it is an argument there.
    pub init: RustExpr,
    /// The value that absence means.
    pub default: Option<RustExpr>,
    pub deprecated: bool,
}

impl MemberView {
    /// Whether `new` takes it.
    pub fn in_new(&self) -> bool {
        self.setting() == Setting::New
    }

    /// How a caller sets it.
    pub fn setting(&self) -> Setting {
        self.kind.setting()
    }
}

/// The field for additional properties.
#[derive(Debug, Serialize)]
pub struct RestView {
    pub ident: RustIdent,
    pub ty: RustType,
}

/// An enumeration of strings or of whole numbers.
#[derive(Debug, Serialize, Template)]
#[template(path = "models/enum.rs.askama")]
pub struct EnumView {
    pub docs: DocLines,
    pub deprecated: bool,
    pub ident: RustIdent,
    pub unknown: RustIdent,
    pub base: EnumBase,
    pub variants: Vec<EnumVariantView>,
}

/// What the values of an enumeration are.
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

/// An enumeration of numbers that aren't all whole.
#[derive(Debug, Serialize, Template)]
#[template(path = "models/number_enum.rs.askama")]
pub struct NumberEnumView {
    pub docs: DocLines,
    pub deprecated: bool,
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

/// One of several types.
#[derive(Debug, Serialize, Template)]
#[template(path = "models/union.rs.askama")]
pub struct UnionView {
    pub docs: DocLines,
    pub deprecated: bool,
    pub ident: RustIdent,
    pub codec: Vec<&'static str>,
    pub unknown: RustIdent,
    /// The member that tells which it is; `None` to choose by fit.
    pub tag: Option<StrLit>,
    pub variants: Vec<UnionVariantView>,
}

/// An alternative.
#[derive(Debug, Serialize)]
pub struct UnionVariantView {
    pub docs: DocLines,
    pub ident: RustIdent,
    /// Values of the discriminator.
    pub tags: Vec<StrLit>,
    pub ty: RustType,
    /// `From` is made for it: no other alternative has its type.
    pub from: Option<UnionFrom>,
}

/// A conversion into a union.
#[derive(Debug, Serialize)]
pub struct UnionFrom {
    pub ty: RustType,
    pub into: RustExpr,
}

/// Another name for a type.
#[derive(Debug, Serialize, Template)]
#[template(path = "models/alias.rs.askama")]
pub struct AliasView {
    pub docs: DocLines,
    pub deprecated: bool,
    pub ident: RustIdent,
    pub ty: RustType,
}

/// What is said of a member that the options let be missing.
pub(super) const TOLERATED: &str = "required, but an answer may lack it";

/// More arguments than this, and clippy asks for a struct.
pub(super) const MANY: usize = 7;

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

    fn codec_words(&self, id: TypeId) -> Vec<&'static str> {
        match self.codec(id) {
            (true, true) => vec!["decode", "encode"],
            (true, false) if self.has_mock() => vec!["decode", "mock"],
            (true, false) => vec!["decode"],
            (false, _) => vec!["encode"],
        }
    }

    /// Who makes values of a struct.
    pub(in crate::view) fn maker(&self, id: TypeId) -> Maker {
        match self.codec(id) {
            (_, true) => Maker::Anyone,
            (_, false) if self.has_mock() => Maker::Mock,
            (_, false) => Maker::Client,
        }
    }

    fn type_docs(&self, def: &TypeDef) -> DocLines {
        documented(&def.docs, || {
            format!("The schema at {}.", text::code(&def.pointer.to_string()))
        })
    }

    /// A struct.
    pub(in crate::view) fn struct_view(
        &self,
        id: TypeId,
        def: &TypeDef,
        shape: &Struct,
    ) -> StructView {
        let names = self.names.of(id);
        let members: Vec<_> = shape
            .fields
            .iter()
            .zip(&names.members)
            .enumerate()
            .map(|(index, (field, ident))| self.member(id, index, field, ident))
            .collect();
        let redacted = members.iter().any(|member| member.sensitive);
        let mut derives = vec!["Clone"];
        if !redacted {
            derives.push("Debug");
        }
        let is_empty = |it: &MemberView| match it.setting() {
            Setting::New | Setting::Value => false,
            Setting::Some | Setting::SomeOrNull | Setting::Never => true,
        };
        let maker = self.maker(id);
        let empty = members.iter().all(is_empty);
        if maker == Maker::Anyone && empty {
            derives.push("Default");
        }
        let mock_default = match maker {
            Maker::Mock if empty => MockDefault::Derived,
            Maker::Mock if !members.iter().any(MemberView::in_new) => MockDefault::Written,
            Maker::Client | Maker::Mock | Maker::Anyone => MockDefault::None,
        };
        derives.push("PartialEq");
        if self.facts.of(id).has_eq {
            derives.push("Eq");
        }
        StructView {
            docs: self.type_docs(def),
            deprecated: def.deprecated,
            ident: names.ident.clone(),
            codec: self.codec_words(id),
            derives,
            rest: shape.additional.as_ref().map(|ty| RestView {
                ident: names.rest.clone(),
                ty: self.ty(ty, Place::Model),
            }),
            maker,
            mock_default,
            has_mock: self.has_mock(),
            redacted,
            many_required: members.iter().filter(|member| member.in_new()).count() > MANY,
            members,
        }
    }

    fn member(&self, owner: TypeId, index: usize, field: &Field, ident: &RustIdent) -> MemberView {
        let boxed = self.facts.of(owner).is_boxed(index);
        let argument = self.argument(&field.ty, boxed, ident.as_str(), Place::Model);
        let kind = self.member_kind(owner, index, field);
        let argument = match kind {
            // `null` has to be sayable where the document asks for the member.
            MemberKind::Nullable | MemberKind::ExpectedPatch => super::types::Argument {
                ty: RustType::new(format!(
                    "Option<{}>",
                    self.boxed(&field.ty, boxed, Place::Model)
                )),
                into: RustExpr::new(ident.as_str()),
            },
            MemberKind::Required
            | MemberKind::Optional
            | MemberKind::Expected
            | MemberKind::Patch
            | MemberKind::Defaulted
            | MemberKind::ReadOnly
            | MemberKind::WriteOnly
            | MemberKind::WriteOnlyPatch => argument,
        };
        MemberView {
            docs: self.field_docs(field, kind, self.tolerance.covers(owner, index)),
            ident: ident.clone(),
            ty: self.field_type(owner, index, field),
            kind,
            wire: StrLit::new(&field.name),
            sensitive: field.sensitive,
            setter: ident.prefixed("with_"),
            null_setter: ident.prefixed("null_"),
            argument: argument.ty,
            init: match kind {
                MemberKind::Expected | MemberKind::ExpectedPatch => {
                    RustExpr::new(format!("{ident}: Some({})", argument.into))
                }
                MemberKind::Required
                | MemberKind::Nullable
                | MemberKind::Optional
                | MemberKind::Patch
                | MemberKind::Defaulted
                | MemberKind::ReadOnly
                | MemberKind::WriteOnly
                | MemberKind::WriteOnlyPatch => field_init(ident, &argument.into),
            },
            assigned: match kind.setting() {
                Setting::New | Setting::Value => argument.into,
                Setting::Some | Setting::Never => RustExpr::new(format!("Some({})", argument.into)),
                Setting::SomeOrNull => RustExpr::new(format!("Some(Some({}))", argument.into)),
            },
            default: match kind {
                MemberKind::Defaulted => self.default_of(owner, index, field),
                _ => None,
            },
            deprecated: field.deprecated,
        }
    }

    fn field_docs(&self, field: &Field, kind: MemberKind, tolerated: bool) -> DocLines {
        let mut docs = documented(&field.docs, || text::code(&field.name));
        let mut notes: Vec<String> = Vec::new();
        match kind {
            MemberKind::Required
            | MemberKind::Optional
            | MemberKind::Expected
            | MemberKind::Defaulted
            | MemberKind::ReadOnly
            | MemberKind::WriteOnly => {}
            MemberKind::Nullable => notes.push("`None` is `null`".to_owned()),
            MemberKind::Patch | MemberKind::ExpectedPatch | MemberKind::WriteOnlyPatch => {
                notes.push("`None` leaves it out, `Some(None)` is `null`".to_owned())
            }
        }
        if tolerated {
            notes.push(TOLERATED.to_owned());
        }
        notes.extend(facts_about(
            &field.limits,
            field.default.as_ref(),
            field.example.as_ref(),
            field.sensitive,
        ));
        if field.read_only {
            notes.push("only in answers".to_owned());
        }
        if field.write_only {
            notes.push("only in requests".to_owned());
        }
        if !notes.is_empty() {
            docs.line(sentence_of(&notes));
        }
        docs
    }

    /// An enumeration of strings or whole numbers.
    pub(in crate::view) fn enum_view(&self, id: TypeId, def: &TypeDef) -> Option<EnumView> {
        let names = self.names.of(id);
        let (base, values): (EnumBase, Vec<(RustExpr, String, &crate::ir::Docs)>) = match &def.shape
        {
            Shape::StringEnum(values) => (
                EnumBase::String,
                values
                    .iter()
                    .map(|value| {
                        (
                            RustExpr::new(StrLit::new(&value.value).to_string()),
                            value.value.clone(),
                            &value.docs,
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
                            value.value.to_string(),
                            &value.docs,
                        )
                    })
                    .collect(),
            ),
            Shape::Struct(_) | Shape::NumberEnum(_) | Shape::Union(_) | Shape::Alias(_) => {
                return None;
            }
        };
        Some(EnumView {
            docs: self.type_docs(def),
            deprecated: def.deprecated,
            ident: names.ident.clone(),
            unknown: names.rest.clone(),
            base,
            variants: values
                .into_iter()
                .zip(&names.members)
                .map(|((wire, value, docs), ident)| EnumVariantView {
                    docs: documented(docs, || text::code(&value)),
                    ident: ident.clone(),
                    wire,
                })
                .collect(),
        })
    }

    /// An enumeration of numbers that aren't all whole.
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
            ident: names.ident.clone(),
            values: values
                .iter()
                .zip(&names.members)
                .map(|(value, ident)| NumberView {
                    docs: documented(&value.docs, || text::code(&value.value.to_string())),
                    ident: ident.bare().to_ascii_uppercase(),
                    value: RustExpr::new(format!("{:?}", value.value)),
                })
                .collect(),
        }
    }

    /// One of several types.
    pub(in crate::view) fn union_view(
        &self,
        id: TypeId,
        def: &TypeDef,
        union: &Union,
    ) -> UnionView {
        let names = self.names.of(id);
        let boxed: Vec<bool> = (0..union.variants.len())
            .map(|index| {
                self.facts.of(id).is_boxed(index) || self.is_bulky(&union.variants[index].ty)
            })
            .collect();
        let variants = union
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
                let into = if boxed[index] {
                    "Box::new(value)"
                } else {
                    "value"
                };
                UnionVariantView {
                    docs: documented(&variant.docs, || {
                        self.variant_docs(&variant.tags, &variant.ty)
                    }),
                    ident: ident.clone(),
                    tags: variant.tags.iter().map(|tag| StrLit::new(tag)).collect(),
                    ty: RustType::new(self.boxed(&variant.ty, boxed[index], Place::Model)),
                    from: unique.then(|| UnionFrom {
                        ty: self.ty(&variant.ty, Place::Model),
                        into: RustExpr::new(into),
                    }),
                }
            })
            .collect();
        UnionView {
            docs: self.type_docs(def),
            deprecated: def.deprecated,
            ident: names.ident.clone(),
            codec: self.codec_words(id),
            unknown: names.rest.clone(),
            tag: match &union.tag {
                UnionTag::Discriminator(property) => Some(StrLit::new(property)),
                UnionTag::Fit => None,
            },
            variants,
        }
    }

    fn variant_docs(&self, tags: &[String], ty: &TypeRef) -> String {
        if tags.is_empty() {
            return format!("`{}`", self.ty(ty, Place::Example));
        }
        let tags: Vec<_> = tags.iter().map(|tag| text::code(tag)).collect();
        tags.join(", ")
    }

    /// Whether two uses are one Rust type. `Value` is also what an unknown value is held as.
    fn same(&self, a: &TypeRef, b: &TypeRef) -> bool {
        self.canonical(a, 0) == self.canonical(b, 0) || self.canonical(a, 0) == "serde_json::Value"
    }

    fn canonical(&self, ty: &TypeRef, depth: usize) -> String {
        if depth > 64 {
            return String::new();
        }
        match ty {
            TypeRef::Named(id) => match self.resolve(*id) {
                TypeRef::Named(id) => self.names.of(id).ident.to_string(),
                other => self.canonical(&other, depth + 1),
            },
            TypeRef::Array(items) => format!("Vec<{}>", self.canonical(items, depth + 1)),
            TypeRef::Map(values) => format!("Map<{}>", self.canonical(values, depth + 1)),
            TypeRef::Nullable(inner) => format!("Option<{}>", self.canonical(inner, depth + 1)),
            TypeRef::Primitive(Primitive::Any) => "serde_json::Value".to_owned(),
            TypeRef::Primitive(_) => self.ty(ty, Place::Model).to_string(),
        }
    }

    /// Another name for a type.
    pub(in crate::view) fn alias_view(&self, id: TypeId, def: &TypeDef, ty: &TypeRef) -> AliasView {
        AliasView {
            docs: self.type_docs(def),
            deprecated: def.deprecated,
            ident: self.names.of(id).ident.clone(),
            ty: self.ty(ty, Place::Model),
        }
    }
}

/// Summary and description, or what stands in for them.
pub(in crate::view) fn documented(docs: &crate::ir::Docs, or: impl FnOnce() -> String) -> DocLines {
    let mut lines = DocLines::default();
    if let Some(summary) = &docs.summary {
        let summary = text::sentence(summary);
        if !summary.is_empty() {
            lines.line(summary);
        }
    }
    if let Some(description) = &docs.description {
        lines.block(text::markdown(description));
    }
    if lines == DocLines::default() {
        lines.line(or());
    }
    lines
}

/// Limits, default and example as phrases.
pub(in crate::view) fn facts_about(
    limits: &[String],
    default: Option<&serde_json::Value>,
    example: Option<&serde_json::Value>,
    sensitive: bool,
) -> Vec<String> {
    let mut notes: Vec<String> = limits.iter().map(|limit| text::inline(limit)).collect();
    if let Some(default) = default {
        notes.push(format!("default {}", text::code(&short(default))));
    }
    if let Some(example) = example
        && !sensitive
    {
        notes.push(format!("for example {}", text::code(&short(example))));
    }
    notes
}

/// A value for a note: a string without quotes, cut where it is long.
fn short(value: &serde_json::Value) -> String {
    const LONGEST: usize = 80;
    let text = match value {
        serde_json::Value::String(text) if !text.is_empty() => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

/// Phrases as one sentence: `34 characters; default 1.`
pub(in crate::view) fn sentence_of(phrases: &[String]) -> String {
    let mut text = phrases.join("; ");
    if let Some(first) = text.chars().next() {
        text.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
    }
    text.push('.');
    text
}
