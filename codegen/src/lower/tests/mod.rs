//! Tests of lowering. Shapes are compared as short texts: a field is `name!: Type?`, with `!` for
//! required and `?` for nullable; `[T]` is an array, and `{T}` a map. The name of a type that isn't a
//! component is the path to it.

mod all_of;
mod bodies;
mod enums;
mod forms;
mod hostile;
mod naming;
mod objects;
mod operations;
mod sequences;
mod text;
mod unions;
mod webhooks;

use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Operation, TypeDef};
use crate::normalise::resolved::Resolved;
use crate::{normalise, parse};

pub(crate) use text::{name, shape, ty};

/// Resolves a document. `text` is everything except `openapi` and `info`.
pub(crate) fn resolve(text: &str) -> Resolved {
    resolve_version("3.0.3", text)
}

/// Like [`resolve`], in OpenAPI 3.1.
pub(crate) fn resolve_31(text: &str) -> Resolved {
    resolve_version("3.1.0", text)
}

fn resolve_version(version: &str, text: &str) -> Resolved {
    let paths = if text.contains("\npaths:") || text.starts_with("paths:") {
        ""
    } else {
        "paths: {}\n"
    };
    let text = format!("openapi: {version}\ninfo: {{title: T, version: '1'}}\n{paths}{text}");
    let mut diagnostics = Diagnostics::default();
    let source = parse::Source::new("test.yaml", text);
    let document = parse::parse(&source, &mut diagnostics);
    let resolved = document.map(|it| normalise::normalise(it, &mut diagnostics));
    match resolved {
        Some(resolved) if !diagnostics.has_errors() => resolved,
        _ => panic!("{diagnostics}"),
    }
}

/// A lowered document.
pub(crate) struct Lowered {
    pub(crate) api: Api,
    diagnostics: Diagnostics,
}

pub(crate) fn lower(text: &str) -> Lowered {
    lower_resolved(&resolve(text))
}

fn lower_version(version: &str, text: &str) -> Lowered {
    lower_resolved(&resolve_version(version, text))
}

fn lower_resolved(resolved: &Resolved) -> Lowered {
    let mut diagnostics = Diagnostics::default();
    let api = super::lower(resolved, &mut diagnostics).expect("lowering refuses nothing");
    Lowered { api, diagnostics }
}

/// Lowers a document whose `components.schemas` are `text`.
pub(crate) fn components(text: &str) -> Lowered {
    lower(&in_components(text))
}

/// Like [`components`], in OpenAPI 3.1.
fn components_31(text: &str) -> Lowered {
    lower_version("3.1.0", &in_components(text))
}

/// Like [`components`], in OpenAPI 3.2.
fn components_32(text: &str) -> Lowered {
    lower_version("3.2.0", &in_components(text))
}

fn in_components(text: &str) -> String {
    let mut document = String::from("components:\n  schemas:\n");
    for line in text.trim_matches('\n').lines() {
        document.push_str("    ");
        document.push_str(line);
        document.push('\n');
    }
    document
}

impl Lowered {
    /// Returns the type with this name.
    fn def(&self, called: &str) -> &TypeDef {
        let found = self
            .api
            .types
            .iter()
            .find(|def| name(&self.api, &def.name) == called);
        found.unwrap_or_else(|| panic!("no type {called} among {:?}", self.names()))
    }

    /// Returns the shape of the type with this name.
    fn shape(&self, called: &str) -> String {
        shape(&self.api, &self.def(called).shape)
    }

    fn names(&self) -> Vec<String> {
        self.api
            .types
            .iter()
            .map(|def| name(&self.api, &def.name))
            .collect()
    }

    fn operation(&self, id: &str) -> &Operation {
        let found = self
            .api
            .operations
            .iter()
            .find(|operation| operation.id == id);
        found.unwrap_or_else(|| panic!("no operation {id}"))
    }

    /// Returns the messages of all warnings.
    fn warnings(&self) -> Vec<&str> {
        self.diagnostics
            .iter()
            .map(|it| it.message.as_str())
            .collect()
    }

    /// Formats every fallback as `reason @ pointer`.
    fn fallbacks(&self) -> Vec<String> {
        let text =
            |it: &crate::fallback::Fallback| format!("{:?} @ {}", it.reason, it.pointer.as_str());
        self.api.fallbacks.iter().map(text).collect()
    }
}
