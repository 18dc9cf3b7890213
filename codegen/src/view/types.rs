//! From a type of the IR to the Rust type of a field, of an argument, and to its word on a page.

use crate::device_login::DeviceLogin;
use crate::facts::Facts;
use crate::ir::{Api, Field, Primitive, Shape, TypeId, TypeRef};
use crate::names::Names;
use crate::options::{Codec, Options};
use crate::pagination::Pagination;
use crate::tolerance::Tolerance;

use super::print::{Markdown, RustExpr, RustType};

/// What every part of the view reads.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub api: &'a Api,
    pub facts: &'a Facts,
    pub names: &'a Names,
    pub options: &'a Options,
    pub device_login: Option<&'a DeviceLogin>,
    pub pagination: &'a Pagination,
    pub tolerance: &'a Tolerance,
}

/// How the field of a member holds its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// As it is.
    Value,
    /// `None` where it is absent or null.
    Option,
    /// `None` where it is absent, `Some(None)` where it is null.
    OptionOfOption,
}

/// How a member stands in a struct: see the runtime's `object!`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MemberKind {
    /// Must be there and not null.
    Required,
    /// Must be there, may be null.
    Nullable,
    /// May be absent; null is the same.
    Optional,
    /// Must be sent, may be absent in what is read; null is the same.
    Expected,
    /// The same, where null is something else than absence.
    ExpectedPatch,
    /// May be absent, and null is something else.
    Patch,
    /// May be absent, which means its default.
    Defaulted,
    /// Only in answers, in a struct that requests have, too.
    ReadOnly,
    /// Only in requests, in a struct that answers have, too.
    WriteOnly,
    /// The same, where null is something else than absence.
    WriteOnlyPatch,
}

impl MemberKind {
    /// The word that `object!` knows it by.
    pub fn keyword(self) -> &'static str {
        match self {
            MemberKind::Required => "required",
            MemberKind::Nullable => "nullable",
            MemberKind::Optional | MemberKind::Expected => "optional",
            MemberKind::Patch | MemberKind::ExpectedPatch => "patch",
            MemberKind::Defaulted => "defaulted",
            MemberKind::ReadOnly => "read_only",
            MemberKind::WriteOnly => "write_only",
            MemberKind::WriteOnlyPatch => "write_only_patch",
        }
    }

    /// How its field holds a value.
    pub fn holding(self) -> Holding {
        match self {
            MemberKind::Required | MemberKind::Defaulted => Holding::Value,
            MemberKind::Nullable
            | MemberKind::Optional
            | MemberKind::Expected
            | MemberKind::ReadOnly
            | MemberKind::WriteOnly => Holding::Option,
            MemberKind::Patch | MemberKind::ExpectedPatch | MemberKind::WriteOnlyPatch => {
                Holding::OptionOfOption
            }
        }
    }

    /// What of setting it is special.
    pub fn setting(self) -> Setting {
        match self {
            MemberKind::Required
            | MemberKind::Nullable
            | MemberKind::Expected
            | MemberKind::ExpectedPatch => Setting::New,
            MemberKind::Optional | MemberKind::WriteOnly => Setting::Some,
            MemberKind::Patch | MemberKind::WriteOnlyPatch => Setting::SomeOrNull,
            MemberKind::Defaulted => Setting::Value,
            MemberKind::ReadOnly => Setting::Never,
        }
    }
}

/// How a caller sets a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// As an argument of `new`.
    New,
    /// By a setter, which puts it into `Some`.
    Some,
    /// By a setter, which puts it into `Some` twice, or by one for null.
    SomeOrNull,
    /// By a setter, as it is.
    Value,
    /// Not at all: a request doesn't have it.
    Never,
}

/// Where a type is printed, which decides how a model is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a file of `models/`.
    Model,
    /// In a file of `apis/`.
    Api,
    /// In an example of a page, which imports `models`.
    Example,
}

/// An argument of a method and how its value gets into the field.
pub struct Argument {
    pub ty: RustType,
    pub into: RustExpr,
}

impl<'a> Context<'a> {
    /// Whether models of `id` can be decoded and encoded.
    pub fn codec(&self, id: TypeId) -> (bool, bool) {
        let facts = self.facts.of(id);
        match self.options.codec {
            Codec::Both => (true, true),
            Codec::Used => (facts.in_response || !facts.in_request, facts.in_request),
        }
    }

    /// How a field stands in its struct.
    pub fn member_kind(&self, owner: TypeId, index: usize, field: &Field) -> MemberKind {
        let facts = self.facts.of(owner);
        // Null is a value of what may be anything.
        let nullable = field.nullable && !self.is_any(&field.ty);
        if field.write_only && facts.in_request && facts.in_response {
            return match nullable {
                true => MemberKind::WriteOnlyPatch,
                false => MemberKind::WriteOnly,
            };
        }
        if field.read_only && facts.in_request {
            return match self.options.codec {
                Codec::Used => MemberKind::ReadOnly,
                Codec::Both => MemberKind::Optional,
            };
        }
        let tolerated = self.tolerance.covers(owner, index);
        let written = self.codec(owner).1;
        match (field.required && !facts.is_endless(index), nullable) {
            (true, false) if !tolerated => MemberKind::Required,
            (true, true) if !tolerated => MemberKind::Nullable,
            (true, false) if written => MemberKind::Expected,
            (true, true) if written => MemberKind::ExpectedPatch,
            (true, _) => MemberKind::Optional,
            (false, true) if written => MemberKind::Patch,
            (false, false) if self.default_of(owner, index, field).is_some() => {
                MemberKind::Defaulted
            }
            (false, _) => MemberKind::Optional,
        }
    }

    fn is_any(&self, ty: &TypeRef) -> bool {
        self.resolved(ty) == TypeRef::Primitive(Primitive::Any)
    }

    /// The type of a field as it is declared.
    pub fn field_type(&self, owner: TypeId, index: usize, field: &Field) -> RustType {
        let boxed = self.facts.of(owner).is_boxed(index);
        let inner = self.boxed(&field.ty, boxed, Place::Model);
        RustType::new(match self.member_kind(owner, index, field).holding() {
            Holding::Value => inner,
            Holding::Option => format!("Option<{inner}>"),
            Holding::OptionOfOption => format!("Option<Option<{inner}>>"),
        })
    }

    /// A type, in a box if `boxed`.
    pub fn boxed(&self, ty: &TypeRef, boxed: bool, place: Place) -> String {
        let inner = self.text(ty, place);
        if boxed {
            format!("Box<{inner}>")
        } else {
            inner
        }
    }

    /// A type.
    pub fn ty(&self, ty: &TypeRef, place: Place) -> RustType {
        RustType::new(self.text(ty, place))
    }

    fn text(&self, ty: &TypeRef, place: Place) -> String {
        type_text(self.names, ty, place)
    }

    /// How a method takes a value of the type: generously where that costs the caller nothing.
    /// `name` is the argument's.
    pub fn argument(&self, ty: &TypeRef, boxed: bool, name: &str, place: Place) -> Argument {
        let own = self.text(ty, place);
        // A list by another name is taken like a list.
        let alias = match ty {
            TypeRef::Named(id) => Some(self.resolve(*id)),
            TypeRef::Primitive(_) | TypeRef::Array(_) | TypeRef::Map(_) | TypeRef::Nullable(_) => {
                None
            }
        };
        let ty = match &alias {
            Some(list @ TypeRef::Array(_)) => list,
            _ => ty,
        };
        let (ty, into) = match ty {
            TypeRef::Primitive(primitive) if takes_into(*primitive) => {
                (format!("impl Into<{own}>"), format!("{name}.into()"))
            }
            TypeRef::Named(id) if !self.is_plain_alias(*id) => {
                (format!("impl Into<{own}>"), format!("{name}.into()"))
            }
            TypeRef::Array(items) => {
                let item = self.text(items, place);
                let into_item = match items.as_ref() {
                    TypeRef::Primitive(primitive) => takes_into(*primitive),
                    TypeRef::Named(id) => !self.is_plain_alias(*id),
                    TypeRef::Array(_) | TypeRef::Map(_) | TypeRef::Nullable(_) => false,
                };
                if into_item {
                    (
                        format!("impl IntoIterator<Item = impl Into<{item}>>"),
                        format!("{name}.into_iter().map(Into::into).collect()"),
                    )
                } else {
                    (
                        format!("impl IntoIterator<Item = {item}>"),
                        format!("{name}.into_iter().collect()"),
                    )
                }
            }
            TypeRef::Primitive(_) | TypeRef::Named(_) | TypeRef::Map(_) | TypeRef::Nullable(_) => {
                (own, name.to_owned())
            }
        };
        let into = if boxed {
            format!("Box::new({into})")
        } else {
            into
        };
        Argument {
            ty: RustType::new(ty),
            into: RustExpr::new(into),
        }
    }

    /// An alias of something for which `Into` would only stand in the way (a number, a list).
    fn is_plain_alias(&self, id: TypeId) -> bool {
        match self.resolve(id) {
            TypeRef::Primitive(primitive) => !takes_into(primitive),
            TypeRef::Named(_) => false,
            TypeRef::Array(_) | TypeRef::Map(_) | TypeRef::Nullable(_) => true,
        }
    }

    /// A type without other names for it.
    pub fn resolved(&self, ty: &TypeRef) -> TypeRef {
        match ty {
            TypeRef::Named(id) => self.resolve(*id),
            ty => ty.clone(),
        }
    }

    /// What an alias stands for in the end.
    pub fn resolve(&self, id: TypeId) -> TypeRef {
        let mut id = id;
        for _ in 0..self.api.types.len() {
            match &self.api.types[id.0].shape {
                Shape::Alias(TypeRef::Named(next)) => id = *next,
                Shape::Alias(ty) => return ty.clone(),
                Shape::Struct(_)
                | Shape::StringEnum(_)
                | Shape::IntegerEnum(_)
                | Shape::NumberEnum(_)
                | Shape::Union(_) => break,
            }
        }
        TypeRef::Named(id)
    }

    /// The type for a cell of a page in `docs/<folder>/`, with a link to the page of a model.
    pub fn page_type(&self, ty: &TypeRef, to_models: &str) -> Markdown {
        let mut parts: (String, String) = (String::new(), String::new());
        let mut inner = ty;
        loop {
            match inner {
                TypeRef::Array(items) => {
                    parts.0.push_str("Vec<");
                    parts.1.push('>');
                    inner = items;
                }
                TypeRef::Map(values) => {
                    parts.0.push_str("BTreeMap<String, ");
                    parts.1.push('>');
                    inner = values;
                }
                TypeRef::Nullable(value) => {
                    parts.0.push_str("Option<");
                    parts.1.push('>');
                    inner = value;
                }
                TypeRef::Named(id) => {
                    let ident = &self.names.of(*id).ident;
                    return Markdown::new(format!(
                        "[`{}{ident}{}`]({to_models}{ident}.md)",
                        parts.0, parts.1
                    ));
                }
                TypeRef::Primitive(primitive) => {
                    let word = primitive_type(*primitive, Place::Example);
                    return Markdown::new(format!("`{}{word}{}`", parts.0, parts.1));
                }
            }
        }
    }
}

/// A type as it is printed.
pub fn type_text(names: &Names, ty: &TypeRef, place: Place) -> String {
    match ty {
        TypeRef::Primitive(primitive) => primitive_type(*primitive, place).to_owned(),
        TypeRef::Named(id) => {
            let ident = &names.of(*id).ident;
            match place {
                Place::Model => format!("super::{ident}"),
                Place::Api | Place::Example => format!("models::{ident}"),
            }
        }
        TypeRef::Array(items) => format!("Vec<{}>", type_text(names, items, place)),
        TypeRef::Map(values) => format!(
            "std::collections::BTreeMap<String, {}>",
            type_text(names, values, place)
        ),
        TypeRef::Nullable(inner) => format!("Option<{}>", type_text(names, inner, place)),
    }
}

/// Types that callers hold in several forms, such as `&str` for `String`.
fn takes_into(primitive: Primitive) -> bool {
    match primitive {
        Primitive::String
        | Primitive::Any
        | Primitive::Base64
        | Primitive::Base64Url
        | Primitive::DateTimeRfc2822
        | Primitive::File => true,
        Primitive::Bool
        | Primitive::I32
        | Primitive::I64
        | Primitive::U32
        | Primitive::U64
        | Primitive::F32
        | Primitive::F64
        | Primitive::Date
        | Primitive::DateTime
        | Primitive::Uuid => false,
    }
}

fn primitive_type(primitive: Primitive, place: Place) -> &'static str {
    match primitive {
        Primitive::String => "String",
        Primitive::Bool => "bool",
        Primitive::I32 => "i32",
        Primitive::I64 => "i64",
        Primitive::U32 => "u32",
        Primitive::U64 => "u64",
        Primitive::F32 => "f32",
        Primitive::F64 => "f64",
        Primitive::Date => "chrono::NaiveDate",
        Primitive::DateTime => "chrono::DateTime<chrono::FixedOffset>",
        Primitive::DateTimeRfc2822 => match place {
            Place::Model | Place::Api => "crate::runtime::codegen::Rfc2822",
            Place::Example => "Rfc2822",
        },
        Primitive::Uuid => "uuid::Uuid",
        Primitive::Base64 => match place {
            Place::Model | Place::Api => "crate::runtime::codegen::Base64",
            Place::Example => "Base64",
        },
        Primitive::Base64Url => match place {
            Place::Model | Place::Api => "crate::runtime::codegen::Base64Url",
            Place::Example => "Base64Url",
        },
        Primitive::Any => "serde_json::Value",
        Primitive::File => match place {
            Place::Model | Place::Api => "crate::runtime::codegen::FilePart",
            Place::Example => "FilePart",
        },
    }
}
