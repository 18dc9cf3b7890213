//! From an operation of the IR to its view: inputs, the steps of writing a request, the arms of
//! reading an answer.

use super::api::{
    ArmView, BodyWriter, DownloadView, EncodeStep, FormFieldView, InputView, MetaView,
    OperationView, OutputEnumView, OutputVariantView, OutputView, PartView, Placement,
};
use super::model::documented;
use super::operation_docs::input_docs;
use super::others::{Other, list};
use super::outcome::{Outcome, OutputShape, Success};
use super::print::{DocLines, RustExpr, RustType, StrLit, field_init};
use super::structs::MANY;
use super::types::{Context, Place};
use crate::ir::{
    Body, BodyKind, Encoding, Input, Location, Operation, OperationId, Part, PathPart, Primitive,
    ResponseKind, Style, TypeRef,
};
use crate::names::RustIdent;
use crate::text;

impl Context<'_> {
    pub(super) fn operation_view(&self, id: OperationId, operation: &Operation) -> OperationView {
        let names = self.names.operation(id);
        let mut inputs: Vec<InputView> = Vec::new();
        for (param, ident) in operation.params.iter().zip(&names.params) {
            inputs.push(self.input_view(&param.input, ident));
        }
        if let Some(body) = &operation.body {
            match (&body.kind, &names.body) {
                (kind @ (BodyKind::Form(_) | BodyKind::Multipart(_)), _) => {
                    inputs.extend(
                        kind.fields()
                            .unwrap_or_default()
                            .into_iter()
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
                        "crate::runtime::codegen::Upload"
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
        if let (Some(body), Some(ident)) = (&operation.body, &names.media_type) {
            inputs.push(media_type_input(body, ident));
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
            reply: self.reply_view(id, &outcome),
            paging: self.paging_view(id),
            download: download_view(&outcome),
            streams: outcome.has_events(),
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
            servers: self.own_server_list(operation),
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
                    chosen: names.media_type.clone(),
                })
            };
            steps.extend(match &body.kind {
                BodyKind::Form(fields) => Some(EncodeStep::Form {
                    required: body.required,
                    fields: fields
                        .iter()
                        .zip(&names.form)
                        .map(|(field, ident)| FormFieldView {
                            name: StrLit::new(&field.name),
                            encoding: encoding(&field.encoding),
                            field: ident.clone(),
                        })
                        .collect(),
                }),
                BodyKind::Multipart(parts) => Some(EncodeStep::Multipart {
                    required: body.required,
                    parts: parts
                        .iter()
                        .zip(&names.form)
                        .map(|(part, ident)| PartView {
                            name: StrLit::new(&part.input.name),
                            encoding: (!is_file(&part.input.ty))
                                .then(|| encoding(&part.input.encoding)),
                            head: part_head(part),
                            field: ident.clone(),
                        })
                        .collect(),
                }),
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
            plain: !outcome.has_events(),
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
}

/// Which good answers can be taken as they come, if one is bytes or text.
fn download_view(outcome: &Outcome<'_>) -> Option<DownloadView> {
    let held: Vec<_> = outcome.downloads().collect();
    let mut others: Vec<Other> = Vec::new();
    for other in held.iter().flat_map(|it| &it.others) {
        if !others.contains(other) {
            others.push(other.clone());
        }
    }
    let patterns: Vec<&str> = held.iter().map(|it| it.pattern.as_str()).collect();
    (!held.is_empty()).then(|| DownloadView {
        statuses: RustExpr::new(patterns.join(" | ")),
        others: RustExpr::new(list(&others)),
    })
}

/// The media type of a body of bytes, which the caller may name.
fn media_type_input(body: &Body, ident: &RustIdent) -> InputView {
    let mut docs = DocLines::default();
    docs.line(format!(
        "The media type of the body, in place of {}.",
        text::code(&body.media_type)
    ));
    if !body.others.is_empty() {
        let others: Vec<_> = body.others.iter().map(|it| text::code(it)).collect();
        docs.line(format!("The document also has {}.", others.join(", ")));
    }
    InputView {
        docs,
        ident: ident.clone(),
        required: false,
        deprecated: false,
        ty: RustType::new("String"),
        argument: RustType::new("impl Into<String>"),
        init: RustExpr::new(format!("{ident}: None")),
        into: RustExpr::new(format!("{ident}.into()")),
    }
}

/// Whether a field of a multipart body holds files.
fn is_file(ty: &TypeRef) -> bool {
    const FILE: TypeRef = TypeRef::Primitive(Primitive::File);
    match ty {
        TypeRef::Array(item) => **item == FILE,
        ty => *ty == FILE,
    }
}

/// The encoder's word for the media type and the headers of a part.
fn part_head(part: &Part) -> RustExpr {
    RustExpr::new(match (&part.media_type, part.headers.as_slice()) {
        (None, []) => "PartHead::NONE".to_owned(),
        (media_type, headers) => {
            let headers: Vec<String> = headers
                .iter()
                .map(|(name, value)| format!("({}, {})", StrLit::new(name), StrLit::new(value)))
                .collect();
            format!(
                "PartHead::new({}, &[{}])",
                StrLit::new(media_type.as_deref().unwrap_or_default()),
                headers.join(", ")
            )
        }
    })
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
