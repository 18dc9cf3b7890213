//! Tests of the views of small documents.

mod encode;
mod examples;
mod fields;
mod inputs;
mod links;
mod models;
mod paging;
mod responses;

use super::api::OperationView;
use super::structs::StructView;
use super::types::Context;
use crate::additions::Additions;
use crate::diagnostic::Diagnostics;
use crate::extend::Extensions;
use crate::facts::Facts;
use crate::ir::{Api, OperationId, Shape, TypeId};
use crate::layout::ModuleLayout;
use crate::lower::tests::lower;
use crate::names::Names;
use crate::options::Options;
use crate::pagination::Pagination;
use crate::tolerance::Tolerance;
use crate::{additions, analyse, names, pagination, tolerance};

/// A document after all stages before the view.
struct Analysed {
    api: Api,
    facts: Facts,
    names: Names,
    options: Options,
    pagination: Pagination,
    tolerance: Tolerance,
    additions: Additions,
    extensions: Extensions,
    layout: ModuleLayout,
}

/// Analyses a document. `text` is everything except `openapi` and `info`.
fn analysed(text: &str) -> Analysed {
    let api = lower(text).api;
    let options = Options::new("client");
    let mut diagnostics = Diagnostics::default();
    let facts = analyse::analyse(&api, &mut diagnostics);
    let pagination = pagination::resolve(&api, &options, &mut diagnostics);
    let names = names::name(&api, &pagination, &names::Renames::default());
    let tolerance = tolerance::resolve(&api, &facts, &names, &options, &mut diagnostics);
    let additions = additions::resolve(&api, &facts, &names, &options, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{diagnostics}");
    Analysed {
        api,
        facts,
        names,
        options,
        pagination,
        tolerance,
        additions,
        extensions: Extensions::default(),
        layout: ModuleLayout::default(),
    }
}

/// Analyses a document with one operation, `op`, whose Operation Object has the lines `text`.
fn operation(text: &str, schemas: &str) -> Analysed {
    let indented = |text: &str, by: usize| -> String {
        let lines = text.trim_matches('\n').lines();
        lines.map(|it| format!("{:by$}{it}\n", "")).collect()
    };
    let path = match text.contains("in: path") {
        true => "/a/{id}",
        false => "/a",
    };
    analysed(&format!(
        "\npaths:\n  {path}:\n    post:\n      operationId: op\n{}components:\n  schemas:\n    Zz: {{}}\n{}",
        indented(text, 6),
        indented(schemas, 4)
    ))
}

impl Analysed {
    fn context(&self) -> Context<'_> {
        Context {
            api: &self.api,
            facts: &self.facts,
            names: &self.names,
            options: &self.options,
            device_login: None,
            sign_in: None,
            pagination: &self.pagination,
            tolerance: &self.tolerance,
            additions: &self.additions,
            extensions: &self.extensions,
            layout: &self.layout,
            file: None,
        }
    }

    /// Returns the view of the first operation.
    fn operation(&self) -> OperationView {
        self.context()
            .operation_view(OperationId(0), &self.api.operations[0])
    }

    /// Returns the type with this name.
    fn id(&self, ident: &str) -> TypeId {
        let mut ids = (0..self.api.types.len()).map(TypeId);
        ids.find(|id| self.names.of(*id).ident.as_str() == ident)
            .unwrap_or_else(|| panic!("no type {ident}"))
    }

    /// Returns the view of the struct with this name.
    fn model(&self, ident: &str) -> StructView {
        let id = self.id(ident);
        let def = &self.api.types[id.0];
        match &def.shape {
            Shape::Struct(shape) => self.context().struct_view(id, def, shape),
            other => panic!("{ident} is {other:?}"),
        }
    }
}
