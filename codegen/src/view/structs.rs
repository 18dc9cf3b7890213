//! Views of structs.

use askama::Template;
use serde::Serialize;

use super::model::{documented, facts_about, sentence_of};
use super::print::{DocLines, RustExpr, RustType, StrLit, field_init};
use super::types::{Argument, Context, MemberKind, Place, Setting};
use crate::ir::{Field, Struct, TypeDef, TypeId};
use crate::names::RustIdent;
use crate::text;

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
    /// Whether a mock sets members that `new` doesn't take.
    pub has_mock_setters: bool,
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

/// What is said of a member that the options let be missing.
pub(super) const TOLERATED: &str = "required, but an answer may lack it";

/// More arguments than this, and clippy asks for a struct.
pub(super) const MANY: usize = 7;

impl Context<'_> {
    /// Who makes values of a struct.
    pub(in crate::view) fn maker(&self, id: TypeId) -> Maker {
        match self.codec(id) {
            (_, true) => Maker::Anyone,
            (_, false) if self.has_mock() => Maker::Mock,
            (_, false) => Maker::Client,
        }
    }

    /// Whether a mock sets members of a struct that its `new` doesn't take.
    pub(in crate::view) fn has_mock_setters(&self, id: TypeId, shape: &Struct) -> bool {
        let set = |(index, field)| self.member_kind(id, index, field).setting() != Setting::New;
        self.maker(id) == Maker::Mock && shape.fields.iter().enumerate().any(set)
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
            has_mock_setters: self.has_mock_setters(id, shape),
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
            MemberKind::Nullable | MemberKind::ExpectedPatch => Argument {
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
}
