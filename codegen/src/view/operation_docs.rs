//! The documentation of an operation in rustdoc.

use super::model::{documented, facts_about, sentence_of};
use super::outcome::{Outcome, status_word};
use super::print::{DocLines, RustType};
use super::types::{Context, Place};
use crate::ir::{Alternative, Half, Input, Operation, OperationId, Response};
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
        docs.line(self.request_line(operation, outcome));
        if let Some(sentence) = self.own_server_sentence(operation) {
            docs.line(sentence);
        }
        docs.block(self.other_calls(id, operation));
        docs.line(format!(
            "Awaiting the call gives {}.",
            doc_link(&self.output_type(id, outcome, Place::Api))
        ));
        if self.pagination.of(id).is_some() {
            let call = &self.names.operation(id).call;
            docs.line(format!(
                "It answers in pages: [`pages`]({call}::pages) gives one after another, \
                 [`items`]({call}::items) what is in them."
            ));
        }
        if outcome.downloads().next().is_some() {
            let call = &self.names.operation(id).call;
            docs.line(format!(
                "An answer that is large is taken as it comes: [`download`]({call}::download) \
                 saves it in a file, or gives a stream of bytes."
            ));
        }
        let good = outcome.successes.iter();
        let good = good.filter(|it| !it.response.headers.is_empty());
        docs.block(good.map(|it| {
            let headers = self.header_links(it.response).join(", ");
            format!("- {} has the headers {headers}.", it.status_word())
        }));
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
                let body = self
                    .response_type(&error.kind, Place::Api)
                    .map_or_else(|| "no body".to_owned(), |ty| doc_link(&ty));
                format!(
                    "- {}: {body}{}",
                    status_word(error.status),
                    self.with_headers(error)
                )
            })
            .collect();
        docs.block(errors);
        if let Some(example) = self.example(id, operation) {
            docs.line("# Example");
            docs.line("```no_run");
            docs.extend(example.hidden(None));
            docs.extend(["```".to_owned()]);
        }
        docs
    }

    /// The headers of an answer, behind its body.
    fn with_headers(&self, response: &Response) -> String {
        match self.header_links(response).as_slice() {
            [] => String::new(),
            headers => format!(", with the headers {}", headers.join(", ")),
        }
    }

    /// The calls of the same operation for other media types.
    fn other_calls(&self, id: OperationId, operation: &Operation) -> Vec<String> {
        let first = operation.alternative.as_ref().map_or(id, |it| it.of);
        let calls = self.members(operation.group).filter(|(other, it)| {
            *other != id
                && (*other == first || it.alternative.as_ref().is_some_and(|it| it.of == first))
        });
        let line = |(other, it): (OperationId, &Operation)| {
            let method = self.names.operation(other).method.bare();
            let what = match &it.alternative {
                None => "is the operation's first call".to_owned(),
                Some(Alternative {
                    half, media_type, ..
                }) => {
                    let verb = match half {
                        Half::Request => "sends",
                        Half::Response => "asks for",
                    };
                    format!("{verb} {}", text::code(media_type))
                }
            };
            format!("- [`{method}`](Self::{method}) {what}.")
        };
        calls.map(line).collect()
    }

    /// Method, path, and the media types of both directions.
    fn request_line(&self, operation: &Operation, outcome: &Outcome<'_>) -> String {
        let mut line = text::code(&format!("{} {}", operation.method, operation.path));
        if let Some(body) = &operation.body {
            line.push_str(&format!(
                ", `Content-Type`: {}",
                text::code(&body.media_type)
            ));
        }
        let accept = outcome.accept();
        if !accept.is_empty() {
            line.push_str(&format!(", `Accept`: {}", text::code(&accept)));
        }
        line.push('.');
        line
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
            match body.kind.fields() {
                Some(fields) => {
                    for (field, ident) in fields
                        .into_iter()
                        .zip(&names.form)
                        .filter(|(field, _)| field.required)
                    {
                        push(ident, &field.docs, &field.name);
                    }
                }
                None => {
                    if let Some(ident) = names.body.as_ref().filter(|_| body.required) {
                        push(ident, &body.docs, "the request body");
                    }
                }
            }
        }
        list
    }
}

/// A type in documentation: a model, or an answer's own enumeration, as a link.
fn doc_link(ty: &RustType) -> String {
    let text = ty.as_str();
    match text.strip_prefix("models::") {
        Some(model) => format!("[`{model}`](crate::{text})"),
        None if text.ends_with("Output") && !text.contains(['<', ':']) => format!("[`{text}`]"),
        None => format!("`{text}`"),
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
