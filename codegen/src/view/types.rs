//! Prints types of the IR as Rust types and as text for documentation.

use crate::additions::Additions;
use crate::device_login::DeviceLogin;
use crate::extend::Extensions;
use crate::facts::Facts;
use crate::ir::{Api, GroupId, Primitive, Shape, TypeId, TypeRef};
use crate::layout::{Home, ModuleLayout};
use crate::names::Names;
use crate::options::{DateCrate, Options};
use crate::pagination::Pagination;
use crate::sign_in::SignIn;
use crate::tolerance::Tolerance;

use super::print::{Markdown, RustExpr, RustType};

/// The results of the earlier stages.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub api: &'a Api,
    pub facts: &'a Facts,
    pub names: &'a Names,
    pub options: &'a Options,
    pub device_login: Option<&'a DeviceLogin>,
    pub sign_in: Option<&'a SignIn>,
    pub pagination: &'a Pagination,
    pub tolerance: &'a Tolerance,
    pub additions: &'a Additions,
    pub extensions: &'a Extensions,
    pub layout: &'a ModuleLayout,
    /// The module whose code is printed, if models are beside it.
    pub file: Option<Home>,
}

/// The place where a type is printed, which determines its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintScope {
    /// In the code of a model.
    Model,
    /// In the code of operations.
    Api,
    /// Anywhere in the crate.
    Crate,
    /// In documentation, which has only the name.
    Text,
}

/// An argument of a method, and the conversion of its value into that of the field.
pub struct Argument {
    pub ty: RustType,
    pub into: RustExpr,
}

impl<'a> Context<'a> {
    /// Returns a type, in a `Box` if `boxed`.
    pub fn boxed(&self, ty: &TypeRef, boxed: bool, scope: PrintScope) -> String {
        let inner = self.text(ty, scope);
        if boxed {
            format!("Box<{inner}>")
        } else {
            inner
        }
    }

    /// Returns a type.
    pub fn ty(&self, ty: &TypeRef, scope: PrintScope) -> RustType {
        RustType::new(self.text(ty, scope))
    }

    fn text(&self, ty: &TypeRef, scope: PrintScope) -> String {
        type_text(self.options.dates, ty, scope, &|id| {
            self.model_path(id, scope)
        })
    }

    /// Returns the path of a model.
    pub fn model_path(&self, id: TypeId, scope: PrintScope) -> String {
        let ident = &self.names.of(id).ident;
        let home = self.layout.home(id);
        match scope {
            PrintScope::Text => ident.to_string(),
            PrintScope::Model | PrintScope::Api if self.file == Some(home) => ident.to_string(),
            PrintScope::Model if !self.layout.is_by_group() => format!("super::{ident}"),
            PrintScope::Api if !self.layout.is_by_group() => format!("models::{ident}"),
            PrintScope::Model | PrintScope::Api | PrintScope::Crate => {
                format!("crate::{}::{ident}", self.layout.module(home, self.names))
            }
        }
    }

    /// Returns the target of a link to a model.
    pub fn model_link(&self, id: TypeId) -> String {
        match self.file == Some(self.layout.home(id)) {
            true => self.model_path(id, PrintScope::Api),
            false => self.model_path(id, PrintScope::Crate),
        }
    }

    /// Returns the module of the operations of a group.
    pub fn group_module(&self, id: GroupId) -> &'a str {
        self.layout.module(Home::Group(id), self.names)
    }

    /// Returns the argument of a method that takes a value of the type: `impl Into<…>` or any iterator if
    /// callers have such values in several forms. `name` is the name of the argument.
    pub fn argument(&self, ty: &TypeRef, boxed: bool, name: &str, scope: PrintScope) -> Argument {
        let own = self.text(ty, scope);
        // A method takes an alias of a list like a list.
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
                let item = self.text(items, scope);
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

    /// Returns whether the type is an alias of one for which `Into` has no use, such as a number or a list.
    fn is_plain_alias(&self, id: TypeId) -> bool {
        match self.resolve(id) {
            TypeRef::Primitive(primitive) => !takes_into(primitive),
            TypeRef::Named(_) => false,
            TypeRef::Array(_) | TypeRef::Map(_) | TypeRef::Nullable(_) => true,
        }
    }

    /// Returns whether a type is only another name of a type.
    pub fn is_alias(&self, id: TypeId) -> bool {
        matches!(self.api.types[id.0].shape, Shape::Alias(_))
    }

    /// Resolves the aliases of a type.
    pub fn resolved(&self, ty: &TypeRef) -> TypeRef {
        match ty {
            TypeRef::Named(id) => self.resolve(*id),
            ty => ty.clone(),
        }
    }

    /// Resolves a type that may be an alias.
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
                | Shape::Union(_)
                | Shape::Collection(_)
                | Shape::Custom(_) => break,
            }
        }
        TypeRef::Named(id)
    }

    /// Returns a type in Markdown. If it contains a model, it is a link to `target` of that model.
    pub fn linked(&self, ty: &TypeRef, target: impl Fn(TypeId) -> String) -> String {
        self.linked_in(ty, "", "", target)
    }

    /// Like [`Self::linked`], for a type between `before` and `after`, such as `Option<` and `>`.
    pub fn linked_in(
        &self,
        ty: &TypeRef,
        before: &str,
        after: &str,
        target: impl Fn(TypeId) -> String,
    ) -> String {
        let text = format!("{before}{}{after}", self.ty(ty, PrintScope::Text));
        match model_in(ty).map(target) {
            // rustdoc reports a target that the text has already.
            Some(target) if target == text => format!("[`{text}`]"),
            Some(target) => format!("[`{text}`]({target})"),
            None => format!("`{text}`"),
        }
    }

    /// Returns a type for a page, with a link to the page of its model in the folder `to_models`.
    pub fn page_type(&self, ty: &TypeRef, to_models: &str) -> Markdown {
        Markdown::new(self.linked(ty, |id| {
            format!("{to_models}{}.md", self.names.of(id).ident)
        }))
    }
}

/// Returns the model inside arrays, maps and options.
pub fn model_in(mut ty: &TypeRef) -> Option<TypeId> {
    loop {
        match ty {
            TypeRef::Named(id) => return Some(*id),
            TypeRef::Primitive(_) => return None,
            TypeRef::Array(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => ty = inner,
        }
    }
}

/// Prints a type in a scope. `model` returns the path of a model.
pub fn type_text(
    dates: DateCrate,
    ty: &TypeRef,
    scope: PrintScope,
    model: &dyn Fn(TypeId) -> String,
) -> String {
    match ty {
        TypeRef::Primitive(primitive) => primitive_type(*primitive, dates, scope),
        TypeRef::Named(id) => model(*id),
        TypeRef::Array(items) => format!("Vec<{}>", type_text(dates, items, scope, model)),
        TypeRef::Map(values) => {
            let values = type_text(dates, values, scope, model);
            match scope {
                PrintScope::Text => format!("BTreeMap<String, {values}>"),
                PrintScope::Model | PrintScope::Api | PrintScope::Crate => {
                    format!("std::collections::BTreeMap<String, {values}>")
                }
            }
        }
        TypeRef::Nullable(inner) => format!("Option<{}>", type_text(dates, inner, scope, model)),
    }
}

/// Prints a type of the runtime in a scope.
pub fn runtime_type(name: &str, scope: PrintScope) -> String {
    match scope {
        PrintScope::Model | PrintScope::Api | PrintScope::Crate => {
            format!("crate::runtime::codegen::{name}")
        }
        PrintScope::Text => name.to_owned(),
    }
}

/// Returns whether callers have values of the type in several forms, such as `&str` for `String`.
fn takes_into(primitive: Primitive) -> bool {
    match primitive {
        Primitive::String
        | Primitive::Any
        | Primitive::Base64
        | Primitive::Base64Url
        | Primitive::DateTimeRfc2822
        | Primitive::HttpDate
        | Primitive::Number
        | Primitive::File
        | Primitive::Files => true,
        Primitive::Bool
        | Primitive::I32
        | Primitive::I64
        | Primitive::U32
        | Primitive::U64
        | Primitive::I128
        | Primitive::F32
        | Primitive::F64
        | Primitive::Date
        | Primitive::DateTime
        | Primitive::Uuid => false,
    }
}

fn primitive_type(primitive: Primitive, dates: DateCrate, scope: PrintScope) -> String {
    let written = |name| format!("{}<{}>", runtime_type(name, scope), dates.date_time());
    let own = match primitive {
        Primitive::String => "String",
        Primitive::Bool => "bool",
        Primitive::I32 => "i32",
        Primitive::I64 => "i64",
        Primitive::U32 => "u32",
        Primitive::U64 => "u64",
        Primitive::I128 => "i128",
        Primitive::F32 => "f32",
        Primitive::F64 => "f64",
        Primitive::Date => dates.date(),
        Primitive::DateTime => dates.date_time(),
        Primitive::DateTimeRfc2822 => return written("Rfc2822"),
        Primitive::HttpDate => return written("HttpDate"),
        Primitive::Number => return runtime_type("Number", scope),
        Primitive::Uuid => "uuid::Uuid",
        Primitive::Base64 => return runtime_type("Base64", scope),
        Primitive::Base64Url => return runtime_type("Base64Url", scope),
        Primitive::Any => "serde_json::Value",
        Primitive::File => return runtime_type("FilePart", scope),
        Primitive::Files => return runtime_type("FileList", scope),
    };
    own.to_owned()
}
