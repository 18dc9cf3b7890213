//! The page of a group of operations.

use askama::Template;
use serde::Serialize;

use super::{cell, lines, summary_cell};
use crate::facts::OutputShape;
use crate::ir::{
    Body, BodyKind, Group, GroupId, Input, InputKind, InputRef, MediaChoice, Operation,
    OperationId, Response, ResponseKind,
};
use crate::names::RustIdent;
use crate::text;
use crate::view::docs::facts_about;
use crate::view::operation_docs::additional_phrase;
use crate::view::outcome::{Outcome, status_word};
use crate::view::print::Markdown;
use crate::view::types::{Context, PrintScope};

/// `docs/apis/<Api>.md`
#[derive(Debug, Serialize, Template)]
#[template(path = "docs/api.md.askama")]
pub struct ApiPage {
    pub title: RustIdent,
    pub accessor: RustIdent,
    /// The Cargo feature that the group is compiled with, if there are several groups.
    pub feature: Option<Markdown>,
    pub description: Markdown,
    /// The URL that the paths are relative to; `None` if the document has none.
    pub base_url: Option<Markdown>,
    pub operations: Vec<OperationPage>,
}

/// The section of a page about an operation.
#[derive(Debug, Serialize)]
pub struct OperationPage {
    pub method: RustIdent,
    /// The anchor of the section.
    pub anchor: Markdown,
    /// `**POST** /v1/token`
    pub request: Markdown,
    pub summary: Markdown,
    pub description: Markdown,
    /// The server of the operation, if it differs from that of the page.
    pub server: Markdown,
    /// `create_token(grant_type, client_sid) -> OauthV1Token`
    pub signature: Markdown,
    /// The lines of the example.
    pub example: Vec<String>,
    /// Whether the operation is paginated.
    pub paged: bool,
    pub parameters: Vec<ParameterRow>,
    pub returns: Markdown,
    pub authorization: Markdown,
    pub content_type: Markdown,
    pub accept: Markdown,
    pub responses: Vec<ResponseRow>,
    /// Whether the document declares headers of a response.
    pub has_headers: bool,
}

/// A row of the parameter table.
#[derive(Debug, Serialize)]
pub struct ParameterRow {
    pub name: RustIdent,
    pub ty: Markdown,
    pub description: Markdown,
    pub notes: Markdown,
}

/// A row of the table of responses.
#[derive(Debug, Serialize)]
pub struct ResponseRow {
    pub status: Markdown,
    pub ty: Markdown,
    pub description: Markdown,
    pub headers: Markdown,
}

const TO_MODELS: &str = "../models/";

impl Context<'_> {
    /// Returns the page of a group of operations.
    pub(in crate::view) fn api_page(&self, id: GroupId, group: &Group) -> ApiPage {
        let names = self.names.group(id);
        ApiPage {
            title: names.api.clone(),
            accessor: names.accessor.clone(),
            feature: self
                .has_features()
                .then(|| Markdown::new(text::code(&names.feature))),
            description: lines(group.description.as_deref()),
            base_url: match self.api.servers.first() {
                Some(server) if !self.needs_base_url() => {
                    Some(Markdown::new(text::code(&server.url)))
                }
                _ => None,
            },
            operations: self
                .members(id)
                .map(|(id, operation)| self.operation_page(id, operation))
                .collect(),
        }
    }

    fn operation_page(&self, id: OperationId, operation: &Operation) -> OperationPage {
        let names = self.names.operation(id);
        let outcome = self.outcome(id);
        let required: Vec<String> = operation
            .inputs()
            .filter(InputRef::required)
            .map(|input| names.input(input.id).to_string())
            .collect();
        let output = self.output_type(id, &outcome, PrintScope::Text);
        OperationPage {
            method: names.method.clone(),
            anchor: Markdown::new(names.method.bare()),
            request: Markdown::new(text::code(&format!(
                "{} {}",
                operation.method, operation.path
            ))),
            summary: summary_cell(operation),
            description: lines(
                operation
                    .docs
                    .description
                    .as_deref()
                    .or(operation.docs.summary.as_deref()),
            ),
            signature: Markdown::new(text::code(&format!(
                "{}({}) -> {}",
                names.method,
                required.join(", "),
                output
            ))),
            server: Markdown::new(self.own_server_sentence(operation).unwrap_or_default()),
            example: self
                .example(id, operation)
                .map(|example| example.page())
                .unwrap_or_default(),
            paged: self.pagination.of(id).is_some(),
            parameters: operation
                .inputs()
                .map(|input| self.parameter_row(&input, names.input(input.id)))
                .collect(),
            returns: self.returns(id, &outcome),
            authorization: Markdown::new(self.authorization_with(operation, |setter| {
                format!("[`{setter}`](../../README.md#authentication)")
            })),
            content_type: media(operation.body.as_ref().map(|body| body.media_type.as_str())),
            has_headers: operation.responses.iter().any(|it| !it.headers.is_empty()),
            accept: media(Some(outcome.accept().as_str()).filter(|accept| !accept.is_empty())),
            responses: operation
                .responses
                .iter()
                .map(|response| ResponseRow {
                    status: Markdown::new(status_word(response.status)),
                    ty: self.kind_link(&response.kind),
                    description: cell(
                        response
                            .docs
                            .description
                            .as_deref()
                            .or(response.docs.summary.as_deref()),
                    ),
                    headers: self.header_cell(response),
                })
                .collect(),
        }
    }

    /// Returns the constants of `headers` for the headers of a response, and their types.
    fn header_cell(&self, response: &Response) -> Markdown {
        let headers: Vec<String> = self
            .headers_of(response)
            .map(|(ident, header)| {
                let ty = self.page_type(&header.ty, TO_MODELS);
                format!("`{ident}`: {ty}")
            })
            .collect();
        Markdown::new(headers.join(", "))
    }

    fn kind_link(&self, kind: &ResponseKind) -> Markdown {
        match kind {
            ResponseKind::Json(ty) => self.page_type(ty, TO_MODELS),
            ResponseKind::Text => Markdown::new("`String`"),
            ResponseKind::Bytes => Markdown::new("`Bytes`"),
            ResponseKind::Events(data) => {
                let data = self.page_type(data, TO_MODELS);
                Markdown::new(format!("`Events` of {data}"))
            }
            ResponseKind::JsonStream(item) => {
                let item = self.page_type(item, TO_MODELS);
                Markdown::new(format!("`JsonStream` of {item}"))
            }
            ResponseKind::Empty => Markdown::new("none"),
        }
    }

    fn returns(&self, id: OperationId, outcome: &Outcome<'_>) -> Markdown {
        match outcome.shape {
            OutputShape::Unit => Markdown::new("`()`"),
            OutputShape::Single(response) => self.kind_link(outcome.kind(response)),
            OutputShape::Optional(response) => Markdown::new(format!(
                "{}, or `None` if the response has no body",
                self.kind_link(outcome.kind(response))
            )),
            OutputShape::Enum => {
                let variants: Vec<String> = outcome
                    .successes
                    .iter()
                    .map(|success| {
                        let variant = self.names.operation(id).variant(success.id);
                        let content = match &success.response.kind {
                            ResponseKind::Empty => String::new(),
                            kind => format!(" with {}", self.kind_link(kind)),
                        };
                        let status = status_word(success.response.status);
                        format!("`{variant}`{content} for {status}")
                    })
                    .collect();
                Markdown::new(format!(
                    "`{}`: {}",
                    self.names.operation(id).output,
                    variants.join(", ")
                ))
            }
        }
    }

    fn parameter_row(&self, input: &InputRef<'_>, ident: &RustIdent) -> ParameterRow {
        match input.kind {
            InputKind::Path(input) => self.input_row(input, ident, "path"),
            InputKind::Query(input) => self.input_row(input, ident, "query"),
            InputKind::Header(input) => self.input_row(input, ident, "header"),
            InputKind::Cookie(input) => self.input_row(input, ident, "cookie"),
            InputKind::Form(input) => self.input_row(input, ident, "form"),
            InputKind::Part(part) => {
                let place = match &part.media_type {
                    Some(media_type) => format!("{} part", text::code(media_type)),
                    None => "part".to_owned(),
                };
                self.input_row(&part.input, ident, &place)
            }
            InputKind::Additional(part) => ParameterRow {
                description: Markdown::new(additional_phrase()),
                notes: Markdown::new("optional"),
                ..self.input_row(&part.input, ident, "")
            },
            InputKind::Body(body) => self.body_row(body, ident),
            InputKind::MediaType(body) => media_type_row(body, ident),
        }
    }

    fn body_row(&self, body: &Body, ident: &RustIdent) -> ParameterRow {
        ParameterRow {
            name: ident.clone(),
            ty: match &body.kind {
                BodyKind::Json(ty) | BodyKind::JsonSequence(ty) => self.page_type(ty, TO_MODELS),
                BodyKind::Text => Markdown::new("`String`"),
                BodyKind::Bytes | BodyKind::Form(_) | BodyKind::Multipart(_) => {
                    Markdown::new("`Upload`")
                }
            },
            description: cell(body.docs.description.as_deref()),
            notes: Markdown::new(match body.required {
                true => "body",
                false => "body; optional",
            }),
        }
    }

    fn input_row(&self, input: &Input, ident: &RustIdent, place: &str) -> ParameterRow {
        let mut notes = vec![format!("{place} {}", text::code(&input.name))];
        if !input.required {
            notes.push("optional".to_owned());
        }
        notes.extend(facts_about(
            &input.limits,
            input.default.as_ref(),
            None,
            input.sensitive,
        ));
        if input.deprecated {
            notes.push("deprecated".to_owned());
        }
        ParameterRow {
            name: ident.clone(),
            ty: self.page_type(&input.ty, TO_MODELS),
            description: cell(
                input
                    .docs
                    .description
                    .as_deref()
                    .or(input.docs.summary.as_deref()),
            ),
            notes: Markdown::new(text::escape_cell(&notes.join("; "))),
        }
    }
}

fn media_type_row(body: &Body, ident: &RustIdent) -> ParameterRow {
    let media_type = text::code(&body.media_type);
    let alternates = body.alternates.iter().map(|it| text::code(it));
    let notes = match body.media_choice {
        MediaChoice::Required => media_type,
        MediaChoice::Fixed | MediaChoice::Optional => {
            let mut notes = vec![format!("optional; default: {media_type}")];
            notes.extend(alternates.map(|it| format!("or {it}")));
            notes.join("; ")
        }
    };
    ParameterRow {
        name: ident.clone(),
        ty: Markdown::new("`String`"),
        description: Markdown::new("The media type of the body."),
        notes: Markdown::new(text::escape_cell(&notes)),
    }
}

fn media(media_type: Option<&str>) -> Markdown {
    Markdown::new(media_type.map_or_else(|| "none".to_owned(), text::code))
}
