//! The view of an operation: its inputs, its request, its outcome.

use super::api::{
    InputView, MediaTypeView, MetaView, OperationView, OutputEnumView, OutputVariantView,
    OutputView,
};
use super::docs::documented;
use super::operation_docs::{additional_phrase, input_docs, media_type_docs};
use super::outcome::Outcome;
use super::print::{DocLines, RustExpr, RustType, StrLit, field_init};
use super::structs::MANY;
use super::types::{Argument, Context, PrintScope, runtime_type};
use crate::ir::{Body, BodyKind, Input, InputKind, InputRef, Operation, OperationId};
use crate::names::RustIdent;
use crate::text;

impl Context<'_> {
    pub(super) fn operation_view(&self, id: OperationId, operation: &Operation) -> OperationView {
        let names = self.names.operation(id);
        let inputs: Vec<InputView> = operation
            .inputs()
            .map(|input| self.input_view(&input, names.input(input.id), &names.media_types))
            .collect();
        let outcome = self.outcome(id);
        let example = self.example(id, operation);
        OperationView {
            docs: self.method_docs(id, operation, &outcome, example.as_ref()),
            call_docs: self.call_docs(id, operation, &outcome, example.as_ref()),
            deprecated: operation.deprecated,
            method: names.method.clone(),
            call: names.call.clone(),
            media_types: media_types(operation, &names.media_types),
            many_required: inputs.iter().filter(|input| input.required).count() >= MANY,
            meta: self.meta(operation, &outcome),
            steps: self.steps(id, operation),
            output: self.output_view(id, &outcome),
            arms: self.arms(id, &outcome),
            undocumented: self.undocumented_view(id, &outcome),
            mocked: self.mocked_view(id, &outcome),
            paging: self.paging_view(id),
            download: self.download_view(id, &outcome),
            streams: outcome.has_stream(),
            slot: self.extensions.operation(id),
            inputs,
        }
    }

    fn input_view(
        &self,
        input: &InputRef<'_>,
        ident: &RustIdent,
        media_types: &[RustIdent],
    ) -> InputView {
        let (docs, ty, argument) = match input.kind {
            InputKind::Path(it)
            | InputKind::Query(it)
            | InputKind::Header(it)
            | InputKind::Cookie(it)
            | InputKind::Form(it) => self.field_input(input.kind, it, ident),
            InputKind::Part(part) => self.field_input(input.kind, &part.input, ident),
            InputKind::Body(body) => {
                let media_type = || format!("The request body, {}.", text::code(&body.media_type));
                let (ty, argument) = match &body.kind {
                    BodyKind::Json(ty) | BodyKind::JsonSequence(ty) => (
                        self.ty(ty, PrintScope::Api),
                        self.argument(ty, false, ident.as_str(), PrintScope::Api),
                    ),
                    BodyKind::Text => into_argument("String".to_owned(), ident),
                    BodyKind::Bytes | BodyKind::Form(_) | BodyKind::Multipart(_) => {
                        into_argument(runtime_type("Upload", PrintScope::Api), ident)
                    }
                };
                let docs = match &body.kind {
                    BodyKind::Json(_) => documented(&body.docs, || "The request body.".to_owned()),
                    _ => documented(&body.docs, media_type),
                };
                (docs, ty, argument)
            }
            InputKind::Additional(part) => {
                let (_, ty, argument) = self.field_input(input.kind, &part.input, ident);
                (
                    documented(&part.input.docs, additional_phrase),
                    ty,
                    argument,
                )
            }
            InputKind::MediaType(body) => {
                let (ty, argument) = into_argument("String".to_owned(), ident);
                (media_type_docs(body, media_types), ty, argument)
            }
        };
        let required = input.required();
        InputView {
            docs,
            ident: ident.clone(),
            required,
            deprecated: input.deprecated(),
            field: match required {
                true => ty.clone(),
                false => RustType::new(format!("Option<{ty}>")),
            },
            ty,
            init: match required {
                true => field_init(ident, &argument.into),
                false => RustExpr::new(format!("{ident}: None")),
            },
            argument: argument.ty,
            into: argument.into,
        }
    }

    fn field_input(
        &self,
        kind: InputKind<'_>,
        input: &Input,
        ident: &RustIdent,
    ) -> (DocLines, RustType, Argument) {
        let own = self.ty(&input.ty, PrintScope::Api);
        if input.required && input.nullable {
            let ty = RustType::new(format!("Option<{own}>"));
            let argument = Argument {
                ty: ty.clone(),
                into: RustExpr::new(ident.as_str()),
            };
            return (input_docs(kind, input), ty, argument);
        }
        let argument = self.argument(&input.ty, false, ident.as_str(), PrintScope::Api);
        (input_docs(kind, input), own, argument)
    }

    fn meta(&self, operation: &Operation, outcome: &Outcome<'_>) -> MetaView {
        let method = match operation.method.as_str() {
            method @ ("GET" | "PUT" | "POST" | "DELETE" | "OPTIONS" | "HEAD" | "PATCH"
            | "TRACE") => format!("Method::{method}"),
            other => format!("Method::named({})", StrLit::new(other)),
        };
        MetaView {
            id: StrLit::new(&operation.id),
            method: RustExpr::new(method),
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
            redirects: operation.redirects(),
        }
    }

    fn output_view(&self, id: OperationId, outcome: &Outcome<'_>) -> OutputView {
        let names = self.names.operation(id);
        let variants = outcome.is_enum().then(|| OutputEnumView {
            docs: {
                let mut docs = DocLines::default();
                docs.line(format!("Output of [`{}`].", names.call));
                docs
            },
            ident: names.output.clone(),
            // A stream can be neither copied nor compared.
            derives: match outcome.has_stream() {
                true => vec!["Debug"],
                false => vec!["Clone", "Debug", "PartialEq"],
            },
            variants: outcome
                .successes
                .iter()
                .map(|success| OutputVariantView {
                    docs: documented(&success.response.docs, || {
                        format!(
                            "Status {}.",
                            super::outcome::status_word(success.response.status)
                        )
                    }),
                    ident: names.variant(success.id).clone(),
                    ty: self.variant_type(success),
                })
                .collect(),
        });
        OutputView {
            ty: self.output_type(id, outcome, PrintScope::Api),
            variants,
        }
    }
}

/// Returns the constants for the media types that a call may choose from.
fn media_types(operation: &Operation, idents: &[RustIdent]) -> Vec<MediaTypeView> {
    let named = operation.body.iter().flat_map(Body::named_media_types);
    let constant = |(media_type, ident): (&str, &RustIdent)| {
        let mut docs = DocLines::default();
        docs.line(format!("The media type {}.", text::code(media_type)));
        MediaTypeView {
            docs,
            ident: ident.clone(),
            value: StrLit::new(media_type),
        }
    };
    named.zip(idents).map(constant).collect()
}

/// Returns an argument of type `impl Into<…>` for a value of type `ty`.
fn into_argument(ty: String, ident: &RustIdent) -> (RustType, Argument) {
    let argument = Argument {
        ty: RustType::new(format!("impl Into<{ty}>")),
        into: RustExpr::new(format!("{ident}.into()")),
    };
    (RustType::new(ty), argument)
}
