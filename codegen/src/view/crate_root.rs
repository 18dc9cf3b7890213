//! The view of the root of a crate.

use std::collections::BTreeSet;

use askama::Template;
use serde::Serialize;

use super::print::{DocLines, RustExpr, StrLit};
use super::runtime::ModuleExport;
use super::types::Context;
use crate::ir::{GroupId, OperationId, Shape, TypeDef, TypeId};
use crate::layout::Home;
use crate::runtime::Feature;

/// `src/lib.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "lib.rs.askama")]
pub struct LibView {
    pub docs: DocLines,
    /// Whether the crate has operations and a client, or only models.
    pub has_client: bool,
    /// The modules of operations.
    pub groups: Vec<ModuleDecl>,
    pub has_models: bool,
    /// Whether a model, field or variant is deprecated, so that generated code may use deprecated
    /// items.
    pub deprecates: bool,
    pub has_device_login: bool,
    pub has_sign_in: bool,
    pub has_headers: bool,
    /// Whether the client has the module `webhooks`.
    pub has_webhooks: bool,
    /// Whether the options name types of the hand-written module.
    pub has_custom: bool,
    /// The condition of the compilation of its operations.
    pub device_login_gate: Option<RustExpr>,
    /// The condition of the compilation of the sign-in.
    pub sign_in_gate: Option<RustExpr>,
    /// The modules of the runtime that the crate reexports.
    pub modules: Vec<ModuleExport>,
    /// Whether one's own templates generate modules.
    pub has_extensions: bool,
    /// Whether the crate has a vendored runtime.
    pub vendored: bool,
    /// Whether the document has several servers.
    pub has_servers: bool,
    /// The interface of the runtime that the crate is generated for.
    pub interface: u32,
    /// The pages whose examples are tested.
    pub pages: Vec<PageEntry>,
}

/// A module.
#[derive(Debug, Serialize)]
pub struct ModuleDecl {
    /// The condition of its compilation.
    pub gate: Option<RustExpr>,
    pub name: RustExpr,
}

/// A page whose examples are tested.
#[derive(Debug, Serialize)]
pub struct PageEntry {
    /// The path from `src/`.
    pub path: StrLit,
    /// The condition of the compilation of the operations that its examples call.
    pub gate: Option<RustExpr>,
}

impl PageEntry {
    /// Creates the entry of the page at `path` in the crate.
    pub(in crate::view) fn new(path: &str, gate: Option<RustExpr>) -> Self {
        Self {
            path: StrLit::new(&format!("../{path}")),
            gate,
        }
    }
}

impl Context<'_> {
    /// `src/lib.rs`
    pub(in crate::view) fn lib_view(
        &self,
        features: &BTreeSet<Feature>,
        pages: Vec<PageEntry>,
    ) -> LibView {
        LibView {
            docs: self.front_docs(features),
            has_client: !self.options.types_only,
            groups: self.group_modules(),
            has_models: self.has_models_module(),
            deprecates: self.api.types.iter().any(deprecates),
            has_device_login: self.device_login.is_some(),
            has_sign_in: self.sign_in.is_some(),
            has_headers: !self.api.headers.is_empty(),
            has_webhooks: self.has_webhooks(),
            has_custom: self.options.names_custom_types(),
            device_login_gate: self.login_gate(),
            sign_in_gate: self.sign_in_gate(),
            modules: self.module_exports(features),
            has_extensions: self.extensions.files().iter().any(|it| it.module.is_some()),
            vendored: self.is_vendored(),
            has_servers: self.api.servers.len() > 1,
            interface: crate::runtime::INTERFACE,
            pages,
        }
    }

    /// Returns the modules of operations.
    fn group_modules(&self) -> Vec<ModuleDecl> {
        if !self.layout.is_by_group() {
            return vec![ModuleDecl {
                gate: None,
                name: RustExpr::new("apis"),
            }];
        }
        let groups = (0..self.api.groups.len()).map(GroupId);
        let mut modules: Vec<_> = groups
            .map(|id| ModuleDecl {
                gate: self.group_gate(id),
                name: RustExpr::new(self.group_module(id)),
            })
            .collect();
        modules.sort_by_key(|it| it.name.to_string());
        modules
    }

    /// Returns whether a model is in the module `models`.
    pub(in crate::view) fn has_models_module(&self) -> bool {
        let mut types = (0..self.api.types.len()).map(TypeId);
        types.any(|id| self.layout.home(id) == Home::Models)
    }

    /// Returns what the crate is, before the title of the document.
    pub(in crate::view) fn subject(&self) -> &'static str {
        match self.options.types_only {
            true => "Types of",
            false => "Client for",
        }
    }

    /// Returns `README.md`, whose examples are the first call, the device login, and those of one's own
    /// templates.
    pub(in crate::view) fn front_page(&self) -> PageEntry {
        let first = self.first_call().map(|(id, _)| id);
        let login = self.device_login.iter().flat_map(|it| it.operations());
        // A section of one's own templates may show any operation.
        let own = match self.extensions.readme().is_empty() {
            true => 0..0,
            false => 0..self.api.operations.len(),
        };
        let shown: Vec<OperationId> = first
            .into_iter()
            .chain(login)
            .chain(own.map(OperationId))
            .collect();
        PageEntry::new("README.md", self.operations_gate(&shown))
    }
}

/// Returns whether a type, or one of its fields or variants, is deprecated.
fn deprecates(def: &TypeDef) -> bool {
    match &def.shape {
        Shape::Struct(shape) => def.deprecated || shape.fields.iter().any(|it| it.deprecated),
        Shape::StringEnum(_)
        | Shape::IntegerEnum(_)
        | Shape::NumberEnum(_)
        | Shape::Union(_)
        | Shape::Collection(_)
        | Shape::Alias(_)
        | Shape::Custom(_) => def.deprecated,
    }
}
