//! Views of the files in `src/apis/`: a type for each group, a type for each call.

use std::collections::BTreeSet;

use askama::Template;
use serde::Serialize;

use super::paging::PagingView;
use super::print::{DocLines, RustExpr, RustType, StrLit};
use super::reply::{ReplyBody, ReplyView};
use super::types::Context;
use crate::ir::{Group, GroupId, Operation, OperationId};
use crate::names::RustIdent;
use crate::text;

/// `src/apis/mod.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "apis/mod.rs.askama")]
pub struct ApisModView {
    pub groups: Vec<GroupEntry>,
}

/// A module of `src/apis/` and what stands in it.
#[derive(Debug, Serialize)]
pub struct GroupEntry {
    /// The condition on which it is compiled.
    pub gate: Option<RustExpr>,
    pub module: RustIdent,
    pub items: Vec<RustIdent>,
}

/// A group of operations.
#[derive(Debug, Serialize, Template)]
#[template(path = "apis/tag.rs.askama")]
pub struct ApiView {
    pub docs: DocLines,
    pub ident: RustIdent,
    pub uses_models: bool,
    /// What the file takes from the runtime.
    pub imports: Vec<RustType>,
    pub operations: Vec<OperationView>,
}

/// An operation: the method that starts it and the type of the call.
#[derive(Debug, Serialize)]
pub struct OperationView {
    pub docs: DocLines,
    pub call_docs: DocLines,
    pub deprecated: bool,
    pub method: RustIdent,
    pub call: RustIdent,
    pub inputs: Vec<InputView>,
    /// The method takes more arguments than clippy likes.
    pub many_required: bool,
    pub meta: MetaView,
    pub steps: Vec<EncodeStep>,
    pub output: OutputView,
    pub arms: Vec<ArmView>,
    /// How a mock writes what the call gives.
    pub reply: ReplyView,
    pub paging: Option<PagingView>,
    pub download: Option<DownloadView>,
    /// Whether an answer may be a stream of events, which is left unread.
    pub streams: bool,
}

/// An answer that can be taken as it comes.
#[derive(Debug, Serialize)]
pub struct DownloadView {
    /// The statuses that hold it, as a pattern.
    pub statuses: RustExpr,
    /// Media types that the document has for other content, with the methods that read them.
    pub others: RustExpr,
}

impl OperationView {
    /// Inputs that the method takes.
    pub fn arguments(&self) -> impl Iterator<Item = &InputView> {
        self.inputs.iter().filter(|input| input.required)
    }

    /// Whether anything is optional.
    pub fn has_setters(&self) -> bool {
        self.setters().next().is_some()
    }

    /// Inputs that have a setter.
    pub fn setters(&self) -> impl Iterator<Item = &InputView> {
        self.inputs.iter().filter(|input| !input.required)
    }
}

/// What the engine must know of an operation.
#[derive(Debug, Serialize)]
pub struct MetaView {
    pub id: StrLit,
    pub method: RustExpr,
    pub path: StrLit,
    pub accept: StrLit,
    pub security: Vec<Vec<StrLit>>,
    pub servers: Vec<RustExpr>,
}

/// A parameter, a form field or the body.
#[derive(Debug, Serialize)]
pub struct InputView {
    pub docs: DocLines,
    pub ident: RustIdent,
    pub required: bool,
    pub deprecated: bool,
    /// Type of the field, without the `Option` of what a call may leave out.
    pub ty: RustType,
    /// Type of the argument.
    pub argument: RustType,
    /// From the argument to the field.
    pub into: RustExpr,
    /// The field in the method that starts the call, if it is an argument there.
    pub init: RustExpr,
}

/// A step of writing a request.
#[derive(Debug, Serialize)]
pub enum EncodeStep {
    /// Text of the path.
    Literal(StrLit),
    /// A parameter.
    Param {
        place: Placement,
        name: StrLit,
        encoding: RustExpr,
        field: RustIdent,
    },
    /// A form and its fields.
    Form {
        fields: Vec<FormFieldView>,
        required: bool,
    },
    /// A multipart body and its fields.
    Multipart {
        parts: Vec<PartView>,
        required: bool,
    },
    /// Any other body.
    Body {
        writer: BodyWriter,
        media_type: StrLit,
        field: RustIdent,
        required: bool,
        /// The field in which the caller may name another media type.
        chosen: Option<RustIdent>,
    },
}

/// Where a parameter goes: the encoder's method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Placement {
    Path,
    Query,
    Header,
    Cookie,
}

/// A field of a form.
#[derive(Debug, Serialize)]
pub struct FormFieldView {
    pub name: StrLit,
    pub encoding: RustExpr,
    pub field: RustIdent,
}

/// A field of a multipart body.
#[derive(Debug, Serialize)]
pub struct PartView {
    pub name: StrLit,
    /// How the value is written; `None` for files.
    pub encoding: Option<RustExpr>,
    /// Media type and headers.
    pub head: RustExpr,
    pub field: RustIdent,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum BodyWriter {
    Json,
    Text,
    Bytes,
}

/// What a call gives.
#[derive(Debug, Serialize)]
pub struct OutputView {
    pub ty: RustType,
    /// Where several answers are good and differ.
    pub variants: Option<OutputEnumView>,
}

/// An enumeration of good answers.
#[derive(Debug, Serialize)]
pub struct OutputEnumView {
    pub docs: DocLines,
    pub ident: RustIdent,
    /// Its values can be copied and compared: none is a stream.
    pub plain: bool,
    pub variants: Vec<OutputVariantView>,
}

/// A good answer.
#[derive(Debug, Serialize)]
pub struct OutputVariantView {
    pub docs: DocLines,
    pub ident: RustIdent,
    pub ty: Option<RustType>,
}

/// An arm of `match` over the status.
#[derive(Debug, Serialize)]
pub struct ArmView {
    pub pattern: RustExpr,
    pub value: RustExpr,
}

impl Context<'_> {
    /// Operations of a group, in document order, each with its other calls.
    pub(in crate::view) fn members(
        &self,
        group: GroupId,
    ) -> impl Iterator<Item = (OperationId, &Operation)> {
        let mut members: Vec<_> = self
            .api
            .operations
            .iter()
            .enumerate()
            .filter(move |(_, operation)| operation.group == group)
            .map(|(index, operation)| (OperationId(index), operation))
            .collect();
        // Another call of an operation follows its first.
        members.sort_by_key(|(id, operation)| {
            let first = operation.alternative.as_ref().map_or(*id, |it| it.of);
            (first, *id)
        });
        members.into_iter()
    }

    /// `src/apis/mod.rs`
    pub(in crate::view) fn apis_mod(&self) -> ApisModView {
        let mut groups: Vec<_> = (0..self.api.groups.len())
            .map(GroupId)
            .map(|id| {
                let names = self.names.group(id);
                let mut items = vec![names.api.clone()];
                for (operation, _) in self.members(id) {
                    let names = self.names.operation(operation);
                    items.push(names.call.clone());
                    if self.outcome(operation).is_enum() {
                        items.push(names.output.clone());
                    }
                }
                items.sort();
                GroupEntry {
                    gate: self.group_gate(id),
                    module: names.module.clone(),
                    items,
                }
            })
            .collect();
        groups.sort_by(|a, b| a.module.cmp(&b.module));
        ApisModView { groups }
    }

    /// A group of operations.
    pub(in crate::view) fn api_view(&self, id: GroupId, group: &Group) -> ApiView {
        let operations: Vec<_> = self
            .members(id)
            .map(|(id, operation)| self.operation_view(id, operation))
            .collect();
        let mut docs = DocLines::default();
        match &group.tag {
            Some(tag) => docs.line(format!("Operations tagged {}.", text::code(tag))),
            None => docs.line("Operations without a tag."),
        }
        if let Some(description) = &group.description {
            docs.block(text::markdown(description));
        }
        let names = self.names.group(id);
        docs.line(format!(
            "[`Client::{}`](crate::Client::{}) gives it.",
            names.accessor, names.accessor
        ));
        if self.has_features() {
            docs.line(format!("Compiled with the feature `{}`.", names.feature));
        }
        let mut uses_models = false;
        for view in &operations {
            let printed = std::iter::once(view.output.ty.as_str())
                .chain(
                    view.inputs
                        .iter()
                        .flat_map(|input| [input.ty.as_str(), input.argument.as_str()]),
                )
                .chain(
                    view.output
                        .variants
                        .iter()
                        .flat_map(|output| &output.variants)
                        .filter_map(|v| v.ty.as_ref().map(RustType::as_str)),
                );
            uses_models |= printed.into_iter().any(|text| text.contains("models::"));
        }
        ApiView {
            docs,
            ident: names.api.clone(),
            uses_models,
            imports: imports(&operations),
            operations,
        }
    }
}

/// What a file takes from the runtime: no more than it uses.
fn imports(operations: &[OperationView]) -> Vec<RustType> {
    let mut imports: BTreeSet<&str> = [
        "Call",
        "ClientCore",
        "Encoder",
        "Error",
        "Meta",
        "Method",
        "Operation",
        "RawResponse",
        "operation",
    ]
    .into();
    let encodings = operations
        .iter()
        .flat_map(|operation| &operation.steps)
        .flat_map(|step| match step {
            EncodeStep::Param { encoding, .. } => vec![encoding],
            EncodeStep::Form { fields, .. } => fields.iter().map(|field| &field.encoding).collect(),
            EncodeStep::Multipart { parts, .. } => parts
                .iter()
                .filter_map(|part| part.encoding.as_ref())
                .collect(),
            EncodeStep::Literal(_) | EncodeStep::Body { .. } => Vec::new(),
        });
    for encoding in encodings {
        imports.insert(if encoding.as_str().starts_with("Style") {
            "Style"
        } else {
            "Encoding"
        });
    }
    if operations
        .iter()
        .any(|operation| operation.paging.is_some())
    {
        imports.extend(["Advance", "Items", "Paged", "Pages"]);
    }
    if operations
        .iter()
        .any(|operation| operation.download.is_some())
    {
        imports.extend(["Download", "Downloads"]);
    }
    let has_parts = |step: &EncodeStep| matches!(step, EncodeStep::Multipart { parts, .. } if !parts.is_empty());
    if operations.iter().flat_map(|it| &it.steps).any(has_parts) {
        imports.insert("PartHead");
    }
    imports.into_iter().map(RustType::new).collect()
}
