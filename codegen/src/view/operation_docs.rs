//! The rustdoc of an operation.

use super::docs::{documented, facts_about, sentence_of};
use super::example::Example;
use super::outcome::{Outcome, status_word};
use super::print::DocLines;
use super::types::Context;
use crate::ir::{
    Alternative, Body, BodyKind, Direction, GroupId, Input, InputKind, InputRef, MediaChoice,
    Operation, OperationId, Response, Status,
};
use crate::names::RustIdent;
use crate::text;

impl Context<'_> {
    /// Returns the documentation of the method that creates a call.
    pub(super) fn method_docs(
        &self,
        id: OperationId,
        operation: &Operation,
        outcome: &Outcome<'_>,
        example: Option<&Example>,
    ) -> DocLines {
        let mut docs = documented(&operation.docs, || {
            format!("Calls {}.", text::code(&operation.id))
        });
        docs.line(request_line(operation, outcome));
        if let Some(sentence) = self.own_server_sentence(operation) {
            docs.line(sentence);
        }
        let alternatives = self.alternative_calls(id, operation);
        if !alternatives.is_empty() {
            docs.line("The operation has other media types:");
            docs.block(alternatives);
        }
        let variants = self.output_variants(id, outcome);
        let end = if variants.is_empty() { "." } else { ":" };
        docs.line(format!("Returns {}{end}", self.output_link(id, outcome)));
        docs.block(variants);
        let call = &self.names.operation(id).call;
        if self.pagination.of(id).is_some() {
            docs.line(format!(
                "A call returns one page. [`items`]({call}::items) returns a stream of the items of all \
                 pages, and [`pages`]({call}::pages) a stream of the pages."
            ));
        }
        if outcome.downloads().next().is_some() {
            docs.line(format!(
                "A large response need not be held in memory: [`download`]({call}::download) \
                 saves it to a file or returns a stream of bytes."
            ));
        }
        if outcome.has_json_stream() {
            docs.line(
                "The response is a stream of JSON documents, read one by one: see \
                 [`JsonStream`](crate::streaming::JsonStream).",
            );
        }
        if outcome.has_events() {
            docs.line(
                "The response is a stream of events. [`Events`](crate::streaming::Events) explains how to \
                 resume it after the connection was lost.",
            );
        }
        let arguments = self.argument_list(id, operation);
        if !arguments.is_empty() {
            docs.line("# Arguments");
            docs.block(arguments);
        }
        docs.line("# Authorization");
        docs.line(self.authorization(operation));
        self.response_sections(&mut docs, operation, call, outcome);
        if let Some(example) = example {
            docs.line("# Example");
            docs.line("```no_run");
            docs.extend(example.hidden(None));
            docs.extend(["```".to_owned()]);
        }
        docs
    }

    /// Returns the documentation of the type of a call.
    pub(super) fn call_docs(
        &self,
        id: OperationId,
        operation: &Operation,
        outcome: &Outcome<'_>,
        example: Option<&Example>,
    ) -> DocLines {
        let names = self.names.operation(id);
        let api = &self.names.group(operation.group).api;
        let texts = [&operation.docs.summary, &operation.docs.description];
        let mut sentences = texts.into_iter().flatten().map(|it| text::sentence(it));
        let summary = sentences.find(|it| !it.is_empty());
        let mut docs = DocLines::default();
        docs.line(
            summary.unwrap_or_else(|| {
                format!("A call of the operation {}.", text::code(&operation.id))
            }),
        );
        docs.line(format!(
            "Created by [`{api}::{method}`]. Awaiting it sends the request and returns {output}.",
            method = names.method.bare(),
            output = self.output_link(id, outcome),
        ));
        docs.line(request_line(operation, outcome));
        if let Some(example) = example {
            docs.line("# Example");
            docs.line("```no_run");
            docs.extend(example.call());
            docs.extend(["```".to_owned()]);
        }
        self.response_sections(&mut docs, operation, &names.call, outcome);
        docs
    }

    /// Describes the headers of the successes, and the errors.
    fn response_sections(
        &self,
        docs: &mut DocLines,
        operation: &Operation,
        call: &RustIdent,
        outcome: &Outcome<'_>,
    ) {
        let successes = outcome.successes.iter().map(|it| it.response);
        let with_headers: Vec<String> = successes
            .filter(|it| !it.headers.is_empty())
            .map(|it| format!("- {}: {}", status_phrase(it.status), self.headers(it)))
            .collect();
        if !with_headers.is_empty() {
            docs.line("# Response headers");
            docs.line(format!(
                "[`response`]({call}::response) returns the headers with the body, and \
                 [`Response::header`](crate::Response::header) the value of a documented one:"
            ));
            docs.block(with_headers);
        }
        docs.line("# Errors");
        let bodies = match outcome.errors.is_empty() {
            true => "",
            false => {
                " [`ApiError::body`](crate::error::ApiError::body) decodes the documented bodies:"
            }
        };
        docs.line(format!(
            "Fails with [`Error::Api`](crate::Error::Api) if the response isn't a success, and with \
             another [`Error`](crate::Error) if there is no response or it can't be read.{bodies}"
        ));
        docs.block(
            outcome
                .errors
                .iter()
                .map(|it| self.error_line(it, operation.group)),
        );
    }

    /// Describes a documented error: its status, its body, its headers.
    fn error_line(&self, error: &Response, group: GroupId) -> String {
        let body = self.error_body_link(&error.kind, group);
        let headers = match error.headers.as_slice() {
            [] => String::new(),
            [_] => format!(", with the header {}", self.headers(error)),
            _ => format!(", with the headers {}", self.headers(error)),
        };
        format!("- {}: {body}{headers}", status_phrase(error.status))
    }

    /// Returns the headers of a response as links.
    fn headers(&self, response: &Response) -> String {
        self.header_links(response).join(", ")
    }

    /// Lists the calls of the same operation for other media types.
    fn alternative_calls(&self, id: OperationId, operation: &Operation) -> Vec<String> {
        let first = operation.alternative.as_ref().map_or(id, |it| it.of);
        let calls = self.members(operation.group).filter(|(other, it)| {
            *other != id
                && (*other == first || it.alternative.as_ref().is_some_and(|it| it.of == first))
        });
        let line = |(other, it): (OperationId, &Operation)| {
            let method = self.names.operation(other).method.bare();
            let what = match &it.alternative {
                None => "uses the default media types".to_owned(),
                Some(alternative) => media_type_phrase(alternative),
            };
            format!("- [`{method}`](Self::{method}) {what}.")
        };
        calls.map(line).collect()
    }

    /// Describes each argument of the method.
    fn argument_list(&self, id: OperationId, operation: &Operation) -> Vec<String> {
        let names = self.names.operation(id);
        let about = |input: &InputRef<'_>| {
            let docs = input.docs();
            let text = docs.and_then(|it| it.description.as_deref().or(it.summary.as_deref()));
            text.map_or_else(|| input_phrase(input.kind), text::inline)
        };
        operation
            .inputs()
            .filter(InputRef::required)
            .map(|input| format!("- `{}`: {}", names.input(input.id).bare(), about(&input)))
            .collect()
    }
}

/// Describes how an alternative call differs from the first one of the operation: "sends `text/csv`".
pub(super) fn media_type_phrase(alternative: &Alternative) -> String {
    let verb = match alternative.direction {
        Direction::Request => "sends",
        Direction::Response => "accepts",
    };
    format!("{verb} {}", text::code(&alternative.media_type))
}

/// Returns the method, the path, and the media types of both directions.
fn request_line(operation: &Operation, outcome: &Outcome<'_>) -> String {
    let request = text::code(&format!("{} {}", operation.method, operation.path));
    let body = operation.body.as_ref();
    let content_type = body.map(|it| format!("Content-Type: {}", it.media_type));
    let accept = Some(outcome.accept()).filter(|it| !it.is_empty());
    let accept = accept.map(|it| format!("Accept: {it}"));
    let headers: Vec<String> = content_type
        .iter()
        .chain(&accept)
        .map(|it| text::code(it))
        .collect();
    match headers.as_slice() {
        [] => format!("Sends {request}."),
        headers => format!("Sends {request} with {}.", headers.join(" and ")),
    }
}

/// Returns the documentation of a body's media type. `constants` are the media types that the call
/// names.
pub(super) fn media_type_docs(body: &Body, constants: &[RustIdent]) -> DocLines {
    let mut docs = DocLines::default();
    let declared = text::code(&body.media_type);
    if body.media_choice == MediaChoice::Required {
        docs.line(match body.kind {
            BodyKind::Bytes if !body.media_type.contains('*') => {
                format!("The media type of the body: {declared} with the boundary of its parts.")
            }
            _ => format!("The media type of the body, within the range {declared}."),
        });
        return docs;
    }
    docs.line(format!(
        "Sets the media type of the body. Defaults to {declared}."
    ));
    let links = constants.iter().skip(1).map(|it| format!("[`Self::{it}`]"));
    let ranges = body.alternates.iter().filter(|it| it.contains('*'));
    let others: Vec<String> = links.chain(ranges.map(|it| text::code(it))).collect();
    if !others.is_empty() {
        docs.line(format!("The document also allows {}.", others.join(", ")));
    }
    docs
}

/// Describes the further fields of a form or multipart body, for which the document has no
/// description.
pub(super) fn additional_phrase() -> String {
    "Further fields of the body, each with its name.".to_owned()
}

/// Returns a status in a sentence.
fn status_phrase(status: Status) -> String {
    match status {
        Status::Default => "any other status".to_owned(),
        Status::Code(_) | Status::Range(_) => status_word(status),
    }
}

/// Returns a phrase for an input that the document doesn't describe: "the query parameter `limit`".
fn input_phrase(kind: InputKind<'_>) -> String {
    let (what, name) = match kind {
        InputKind::Path(input) => ("path parameter", &input.name),
        InputKind::Query(input) => ("query parameter", &input.name),
        InputKind::Header(input) => ("header", &input.name),
        InputKind::Cookie(input) => ("cookie", &input.name),
        InputKind::Form(input) => ("form field", &input.name),
        InputKind::Part(part) => ("form field", &part.input.name),
        InputKind::Additional(_) => return "further fields of the body".to_owned(),
        InputKind::Body(_) => return "the request body".to_owned(),
        InputKind::MediaType(_) => return "the media type of the request body".to_owned(),
    };
    format!("the {what} {}", text::code(name))
}

/// Returns the documentation of a parameter or form field.
pub(super) fn input_docs(kind: InputKind<'_>, input: &Input) -> DocLines {
    let mut docs = documented(&input.docs, || match input.required {
        true => sentence_of(&[input_phrase(kind)]),
        false => format!("Sets {}.", input_phrase(kind)),
    });
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
