//! Views of the files in `src/apis/`, with a type for each group and for each call.

use std::collections::BTreeSet;

use askama::Template;
use serde::Serialize;

use super::encode::{BodyWriter, EncodeStep, EncodingView, Placement, QueryContentView};
use super::paging::PagingView;
use super::print::{DocLines, RustExpr, RustType, SlotText, StrLit};
use super::response::{
    ArmKind, ArmView, DownloadView, MockedView, OutputKind, Replies, UndocumentedView,
};
use super::types::{Context, model_in};
use crate::ir::{Group, GroupId, Operation, OperationId, ResponseKind, Style};
use crate::names::RustIdent;
use crate::text;

/// `src/apis/mod.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "apis/mod.rs.askama")]
pub struct ApisModView {
    pub groups: Vec<GroupEntry>,
}

/// A module of `src/apis/` and its items.
#[derive(Debug, Serialize)]
pub struct GroupEntry {
    /// The condition of its compilation.
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
    /// Whether the code refers to `models`.
    pub uses_models: bool,
    /// The items of the runtime that the file uses.
    pub imports: Vec<RustType>,
    pub operations: Vec<OperationView>,
}

/// An operation: the method that creates its call, and the type of the call.
#[derive(Debug, Serialize)]
pub struct OperationView {
    pub docs: DocLines,
    pub call_docs: DocLines,
    pub deprecated: bool,
    pub method: RustIdent,
    pub call: RustIdent,
    pub inputs: Vec<InputView>,
    /// The media types of the body that the call may choose from.
    pub media_types: Vec<MediaTypeView>,
    /// Whether the method takes more arguments than clippy allows.
    pub many_required: bool,
    pub meta: MetaView,
    pub steps: Vec<EncodeStep>,
    pub output: OutputView,
    pub arms: Vec<ArmView>,
    /// How a success is decoded that isn't documented.
    pub undocumented: Option<UndocumentedView>,
    /// How a mock encodes the output.
    pub mocked: MockedView,
    pub paging: Option<PagingView>,
    pub download: Option<DownloadView>,
    /// Whether a response may be a stream of events, which the call itself doesn't read.
    pub streams: bool,
    /// Items of one's own templates.
    pub slot: SlotText,
}

impl OperationView {
    /// Returns the inputs that the method takes.
    pub fn arguments(&self) -> impl Iterator<Item = &InputView> {
        self.inputs.iter().filter(|input| input.required)
    }

    /// Returns whether an input is optional.
    pub fn has_setters(&self) -> bool {
        self.setters().next().is_some()
    }

    /// Returns the inputs that have a setter.
    pub fn setters(&self) -> impl Iterator<Item = &InputView> {
        self.inputs.iter().filter(|input| !input.required)
    }
}

/// The data of an operation for the runtime.
#[derive(Debug, Serialize)]
pub struct MetaView {
    pub id: StrLit,
    pub method: RustExpr,
    pub path: StrLit,
    pub accept: StrLit,
    pub security: Vec<Vec<StrLit>>,
    pub servers: Vec<RustExpr>,
    /// The documented 3XX statuses, as inclusive ranges.
    pub redirects: Vec<(u16, u16)>,
}

/// An input of a call.
#[derive(Debug, Serialize)]
pub struct InputView {
    pub docs: DocLines,
    pub ident: RustIdent,
    pub required: bool,
    pub deprecated: bool,
    /// The type of the value.
    pub ty: RustType,
    /// The type of the field: an `Option` if the input is optional.
    pub field: RustType,
    /// The type of the argument.
    pub argument: RustType,
    /// The conversion from the argument to the value.
    pub into: RustExpr,
    /// The field in the struct expression of the method that creates the call.
    pub init: RustExpr,
}

/// A constant for a media type.
#[derive(Debug, Serialize)]
pub struct MediaTypeView {
    pub docs: DocLines,
    pub ident: RustIdent,
    pub value: StrLit,
}

/// The output of a call.
#[derive(Debug, Serialize)]
pub struct OutputView {
    pub ty: RustType,
    /// The enumeration, if the bodies of successes differ.
    pub variants: Option<OutputEnumView>,
}

/// An enumeration of the successes of a call.
#[derive(Debug, Serialize)]
pub struct OutputEnumView {
    pub docs: DocLines,
    pub derives: Vec<&'static str>,
    pub ident: RustIdent,
    pub variants: Vec<OutputVariantView>,
}

/// A success.
#[derive(Debug, Serialize)]
pub struct OutputVariantView {
    pub docs: DocLines,
    pub ident: RustIdent,
    pub ty: Option<RustType>,
}

impl Context<'_> {
    /// Returns the operations of a group in document order, each followed by its alternative calls.
    pub(crate) fn members(
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

    /// Returns the view of a group of operations.
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
            "Created by [`Client::{}`](crate::Client::{}).",
            names.accessor, names.accessor
        ));
        if self.has_features() {
            docs.line(format!("Requires the feature `{}`.", names.feature));
        }
        ApiView {
            docs,
            ident: names.api.clone(),
            uses_models: self.imports_models(id),
            imports: imports(&operations),
            operations,
        }
    }
}

impl Context<'_> {
    /// Returns whether the file of a group imports the module `models`.
    pub(in crate::view) fn imports_models(&self, id: GroupId) -> bool {
        !self.layout.is_by_group() && self.members(id).any(|(_, it)| uses_models(it))
    }
}

/// Returns whether the call of an operation uses a model.
fn uses_models(operation: &Operation) -> bool {
    let sent = operation.inputs().filter_map(|it| it.ty());
    let received = operation.successes().filter_map(|(_, it)| match &it.kind {
        ResponseKind::Json(ty) | ResponseKind::Events(ty) | ResponseKind::JsonStream(ty) => {
            Some(ty)
        }
        ResponseKind::Empty | ResponseKind::Text | ResponseKind::Bytes => None,
    });
    sent.chain(received).any(|ty| model_in(ty).is_some())
}

/// Returns the items of the runtime that a file uses.
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
    for step in operations.iter().flat_map(|operation| &operation.steps) {
        for encoding in step.encodings() {
            imports.insert(match encoding {
                EncodingView::Json => "Encoding",
                EncodingView::Style { .. } => "Style",
            });
        }
        if matches!(step, EncodeStep::Multipart { .. }) {
            imports.insert("PartHeaders");
        }
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
    imports.into_iter().map(RustType::new).collect()
}
