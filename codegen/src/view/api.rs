//! Views of the files in `src/apis/`: a type for each group, a type for each call.

use std::collections::BTreeSet;

use askama::Template;
use serde::Serialize;

use super::model::{MANY, documented, facts_about, sentence_of};
use super::outcome::{Outcome, OutputShape, Success, status_word};
use super::print::{DocLines, RustExpr, RustType, StrLit, field_init};
use super::types::{Context, Place};
use crate::ir::{
    BodyKind, Encoding, Group, GroupId, Input, Location, Operation, OperationId, PathPart,
    ResponseKind, Style,
};
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
    pub server: Option<StrLit>,
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
    Form(Vec<FormFieldView>),
    /// Any other body.
    Body {
        writer: BodyWriter,
        media_type: StrLit,
        field: RustIdent,
        required: bool,
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
    /// Operations of a group, in document order.
    pub(super) fn members(
        &self,
        group: GroupId,
    ) -> impl Iterator<Item = (OperationId, &Operation)> {
        self.api
            .operations
            .iter()
            .enumerate()
            .filter(move |(_, operation)| operation.group == group)
            .map(|(index, operation)| (OperationId(index), operation))
    }

    /// `src/apis/mod.rs`
    pub(super) fn apis_mod(&self) -> ApisModView {
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
                    module: names.module.clone(),
                    items,
                }
            })
            .collect();
        groups.sort_by(|a, b| a.module.cmp(&b.module));
        ApisModView { groups }
    }

    /// A group of operations.
    pub(super) fn api_view(&self, id: GroupId, group: &Group) -> ApiView {
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

    fn operation_view(&self, id: OperationId, operation: &Operation) -> OperationView {
        let names = self.names.operation(id);
        let mut inputs: Vec<InputView> = Vec::new();
        for (param, ident) in operation.params.iter().zip(&names.params) {
            inputs.push(self.input_view(&param.input, ident));
        }
        if let Some(body) = &operation.body {
            match (&body.kind, &names.body) {
                (BodyKind::Form(fields), _) => {
                    inputs.extend(
                        fields
                            .iter()
                            .zip(&names.form)
                            .map(|(field, ident)| self.input_view(field, ident)),
                    );
                }
                (BodyKind::Json(ty), Some(ident)) => {
                    let argument = self.argument(ty, false, ident.as_str(), Place::Api);
                    inputs.push(InputView {
                        docs: documented(&body.docs, || "The request body.".to_owned()),
                        ident: ident.clone(),
                        required: body.required,
                        deprecated: false,
                        ty: self.ty(ty, Place::Api),
                        argument: argument.ty,
                        init: field_init(ident, &argument.into),
                        into: argument.into,
                    });
                }
                (BodyKind::Text | BodyKind::Bytes, Some(ident)) => {
                    let ty = if matches!(body.kind, BodyKind::Text) {
                        "String"
                    } else {
                        "bytes::Bytes"
                    };
                    inputs.push(InputView {
                        docs: documented(&body.docs, || {
                            format!("The request body, {}.", text::code(&body.media_type))
                        }),
                        ident: ident.clone(),
                        required: body.required,
                        deprecated: false,
                        ty: RustType::new(ty),
                        argument: RustType::new(format!("impl Into<{ty}>")),
                        init: RustExpr::new(format!("{ident}: {ident}.into()")),
                        into: RustExpr::new(format!("{ident}.into()")),
                    });
                }
                (BodyKind::Json(_) | BodyKind::Text | BodyKind::Bytes, None) => {}
            }
        }
        let outcome = self.outcome(id);
        let mut call_docs = DocLines::default();
        let api = &self.names.group(operation.group).api;
        call_docs.line(format!(
            "A call of [`{api}::{}`]: set what is optional, then await it.",
            names.method.bare()
        ));
        OperationView {
            docs: self.method_docs(id, operation, &outcome),
            call_docs,
            deprecated: operation.deprecated,
            method: names.method.clone(),
            call: names.call.clone(),
            many_required: inputs.iter().filter(|input| input.required).count() >= MANY,
            meta: self.meta(operation, &outcome),
            steps: self.steps(id, operation),
            output: self.output_view(id, &outcome),
            arms: self.arms(id, &outcome),
            inputs,
        }
    }

    fn input_view(&self, input: &Input, ident: &RustIdent) -> InputView {
        let own = self.ty(&input.ty, Place::Api);
        let (ty, argument, into) = if input.required && input.nullable {
            let ty = RustType::new(format!("Option<{own}>"));
            (ty.clone(), ty, RustExpr::new(ident.as_str()))
        } else {
            let argument = self.argument(&input.ty, false, ident.as_str(), Place::Api);
            (own, argument.ty, argument.into)
        };
        InputView {
            docs: input_docs(input),
            ident: ident.clone(),
            required: input.required,
            deprecated: input.deprecated,
            ty,
            argument,
            init: field_init(ident, &into),
            into,
        }
    }

    fn meta(&self, operation: &Operation, outcome: &Outcome<'_>) -> MetaView {
        let method = match operation.method.as_str() {
            method @ ("GET" | "PUT" | "POST" | "DELETE" | "OPTIONS" | "HEAD" | "PATCH"
            | "TRACE") => method,
            _ => "GET",
        };
        MetaView {
            id: StrLit::new(&operation.id),
            method: RustExpr::new(format!("Method::{method}")),
            path: StrLit::new(&operation.path),
            accept: StrLit::new(&outcome.accept()),
            security: operation
                .security
                .iter()
                .map(|all| {
                    all.iter()
                        .map(|needed| StrLit::new(&self.api.schemes[needed.scheme.0].name))
                        .collect()
                })
                .collect(),
            server: match operation.servers.first() {
                Some(server)
                    if self.api.servers.first().map(|own| &own.url) != Some(&server.url) =>
                {
                    Some(StrLit::new(&server.with_defaults()))
                }
                _ => None,
            },
        }
    }

    fn steps(&self, id: OperationId, operation: &Operation) -> Vec<EncodeStep> {
        let names = self.names.operation(id);
        let mut steps: Vec<EncodeStep> = Vec::new();
        let param = |index: usize, place| {
            let param = operation.params.get(index)?;
            let field = names.params.get(index)?.clone();
            let encoding = encoding(&param.input.encoding);
            Some(EncodeStep::Param {
                place,
                name: StrLit::new(&param.input.name),
                encoding,
                field,
            })
        };
        for part in &operation.path_parts {
            steps.extend(match part {
                PathPart::Literal(text) => Some(EncodeStep::Literal(StrLit::new(text))),
                PathPart::Param(index) => param(*index, Placement::Path),
            });
        }
        for (index, input) in operation.params.iter().enumerate() {
            steps.extend(match input.location {
                Location::Path => None,
                Location::Query => param(index, Placement::Query),
                Location::Header => param(index, Placement::Header),
                Location::Cookie => param(index, Placement::Cookie),
            });
        }
        if let Some(body) = &operation.body {
            let media_type = StrLit::new(&body.media_type);
            let other = |writer| {
                let field = names.body.clone()?;
                Some(EncodeStep::Body {
                    writer,
                    media_type: media_type.clone(),
                    field,
                    required: body.required,
                })
            };
            steps.extend(match &body.kind {
                BodyKind::Form(fields) => Some(EncodeStep::Form(
                    fields
                        .iter()
                        .zip(&names.form)
                        .map(|(field, ident)| FormFieldView {
                            name: StrLit::new(&field.name),
                            encoding: encoding(&field.encoding),
                            field: ident.clone(),
                        })
                        .collect(),
                )),
                BodyKind::Json(_) => other(BodyWriter::Json),
                BodyKind::Text => other(BodyWriter::Text),
                BodyKind::Bytes => other(BodyWriter::Bytes),
            });
        }
        steps
    }

    fn output_view(&self, id: OperationId, outcome: &Outcome<'_>) -> OutputView {
        let names = self.names.operation(id);
        let variants = outcome.is_enum().then(|| OutputEnumView {
            docs: {
                let mut docs = DocLines::default();
                docs.line(format!("What [`{}`] gives.", names.call));
                docs
            },
            ident: names.output.clone(),
            variants: outcome
                .successes
                .iter()
                .map(|success| OutputVariantView {
                    docs: documented(&success.response.docs, || {
                        format!("Status {}.", success.status_word())
                    }),
                    ident: names.outputs[success.index].clone(),
                    ty: self.variant_type(success),
                })
                .collect(),
        });
        OutputView {
            ty: self.output_type(id, outcome, Place::Api),
            variants,
        }
    }

    /// The body of a good answer among others, in a box if it is large; `None` where it has none.
    fn variant_type(&self, success: &Success<'_>) -> Option<RustType> {
        match &success.response.kind {
            ResponseKind::Json(ty) => {
                Some(RustType::new(self.boxed(ty, self.is_bulky(ty), Place::Api)))
            }
            kind => self.response_type(kind, Place::Api),
        }
    }

    fn arms(&self, id: OperationId, outcome: &Outcome<'_>) -> Vec<ArmView> {
        let names = self.names.operation(id);
        let mut arms: Vec<ArmView> = outcome
            .successes
            .iter()
            .map(|success| {
                let value = match &outcome.shape {
                    OutputShape::Unit => "Ok(())".to_owned(),
                    OutputShape::Single(_) => {
                        success.read(None).unwrap_or_else(|| "Ok(())".to_owned())
                    }
                    OutputShape::Maybe(_) => success
                        .read(Some("Some"))
                        .unwrap_or_else(|| "Ok(None)".to_owned()),
                    OutputShape::Enum => {
                        let variant = format!("{}::{}", names.output, names.outputs[success.index]);
                        success
                            .read(Some(&variant))
                            .unwrap_or_else(|| format!("Ok({variant})"))
                    }
                };
                ArmView {
                    pattern: RustExpr::new(success.pattern.clone()),
                    value: RustExpr::new(value),
                }
            })
            .collect();
        // A call without a documented good answer still ends well where the server says so.
        if arms.is_empty() {
            arms.push(ArmView {
                pattern: RustExpr::new("200..=299"),
                value: RustExpr::new("Ok(())"),
            });
        }
        arms
    }

    fn method_docs(
        &self,
        id: OperationId,
        operation: &Operation,
        outcome: &Outcome<'_>,
    ) -> DocLines {
        let mut docs = documented(&operation.docs, || {
            format!("Calls {}.", text::code(&operation.id))
        });
        docs.line(format!(
            "{}.",
            text::code(&format!("{} {}", operation.method, operation.path))
        ));
        let arguments = self.argument_list(id, operation);
        if !arguments.is_empty() {
            docs.line("# Arguments");
            docs.block(arguments);
        }
        docs.line("# Authorization");
        docs.line(self.authorization(operation));
        docs.line("# Errors");
        docs.line("[`Error::Api`](crate::Error::Api) for an answer of another status; [`Error`](crate::Error) lists what else can go wrong.");
        let errors: Vec<String> = outcome
            .errors
            .iter()
            .map(|error| {
                let body = match self.response_type(&error.kind, Place::Api) {
                    Some(ty) if ty.as_str().starts_with("models::") => {
                        format!(
                            "[`{}`](crate::{ty})",
                            ty.as_str().trim_start_matches("models::")
                        )
                    }
                    Some(ty) => format!("`{ty}`"),
                    None => "no body".to_owned(),
                };
                format!("- {}: {body}", status_word(error.status))
            })
            .collect();
        docs.block(errors);
        if let Some(example) = self.example(id, operation) {
            docs.line("# Example");
            docs.line("```no_run");
            docs.extend(example.hidden());
            docs.extend(["```".to_owned()]);
        }
        docs
    }

    fn argument_list(&self, id: OperationId, operation: &Operation) -> Vec<String> {
        let names = self.names.operation(id);
        let mut list: Vec<String> = Vec::new();
        let mut push = |ident: &RustIdent, docs: &crate::ir::Docs, or: &str| {
            let about = docs
                .description
                .as_deref()
                .or(docs.summary.as_deref())
                .unwrap_or(or);
            list.push(format!("- `{}`: {}", ident.bare(), text::inline(about)));
        };
        for (param, ident) in operation
            .params
            .iter()
            .zip(&names.params)
            .filter(|(param, _)| param.input.required)
        {
            push(ident, &param.input.docs, &param.input.name);
        }
        if let Some(body) = &operation.body {
            match &body.kind {
                BodyKind::Form(fields) => {
                    for (field, ident) in fields
                        .iter()
                        .zip(&names.form)
                        .filter(|(field, _)| field.required)
                    {
                        push(ident, &field.docs, &field.name);
                    }
                }
                BodyKind::Json(_) | BodyKind::Text | BodyKind::Bytes => {
                    if let Some(ident) = names.body.as_ref().filter(|_| body.required) {
                        push(ident, &body.docs, "the request body");
                    }
                }
            }
        }
        list
    }
}

fn input_docs(input: &Input) -> DocLines {
    let mut docs = documented(&input.docs, || text::code(&input.name));
    let mut notes = facts_about(
        &input.limits,
        input.default.as_ref(),
        input.example.as_ref(),
        input.sensitive,
    );
    if input.deprecated {
        notes.push("**deprecated**".to_owned());
    }
    if !notes.is_empty() {
        docs.line(sentence_of(&notes));
    }
    docs
}

/// The encoder's word for how a value is written.
fn encoding(encoding: &Encoding) -> RustExpr {
    RustExpr::new(match encoding {
        Encoding::Json => "Encoding::JSON".to_owned(),
        Encoding::Style {
            style,
            explode,
            allow_reserved,
        } => {
            let style = match style {
                Style::Matrix => "Matrix",
                Style::Label => "Label",
                Style::Simple => "Simple",
                Style::Form => "Form",
                Style::SpaceDelimited => "SpaceDelimited",
                Style::PipeDelimited => "PipeDelimited",
                Style::DeepObject => "DeepObject",
            };
            let explode = if *explode { "exploded" } else { "joined" };
            let reserved = if *allow_reserved { ".reserved()" } else { "" };
            format!("Style::{style}.{explode}(){reserved}")
        }
    })
}

/// What a file takes from the runtime: no more than it uses.
fn imports(operations: &[OperationView]) -> Vec<RustType> {
    let mut imports: BTreeSet<&str> = [
        "Call",
        "Client",
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
            EncodeStep::Form(fields) => fields.iter().map(|field| &field.encoding).collect(),
            EncodeStep::Literal(_) | EncodeStep::Body { .. } => Vec::new(),
        });
    for encoding in encodings {
        imports.insert(if encoding.as_str().starts_with("Style") {
            "Style"
        } else {
            "Encoding"
        });
    }
    imports.into_iter().map(RustType::new).collect()
}
