//! The documentation of an operation in rustdoc.

use super::model::{documented, facts_about, sentence_of};
use super::outcome::{Outcome, status_word};
use super::print::DocLines;
use super::types::{Context, Place};
use crate::ir::{BodyKind, Input, Operation, OperationId};
use crate::names::RustIdent;
use crate::text;

impl Context<'_> {
    pub(super) fn method_docs(
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

pub(super) fn input_docs(input: &Input) -> DocLines {
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
