//! The page of a group of operations.

use askama::Template;
use serde::Serialize;

use super::{cell, lines, summary_of};
use crate::ir::{
    BodyKind, Group, GroupId, Input, Location, Operation, OperationId, Part, Response, ResponseKind,
};
use crate::names::RustIdent;
use crate::text;
use crate::view::model::facts_about;
use crate::view::outcome::{OutputShape, status_word};
use crate::view::print::Markdown;
use crate::view::types::{Context, Place};

/// `docs/apis/<Api>.md`
#[derive(Debug, Serialize, Template)]
#[template(path = "docs/api.md.askama")]
pub struct ApiPage {
    pub title: RustIdent,
    pub accessor: RustIdent,
    /// The Cargo feature that it is compiled with, where there are several groups.
    pub feature: Option<Markdown>,
    pub description: Markdown,
    pub operations: Vec<OperationPage>,
}

/// An operation's part of a page.
#[derive(Debug, Serialize)]
pub struct OperationPage {
    pub method: RustIdent,
    /// The method's place on the page.
    pub anchor: Markdown,
    /// `**POST** /v1/token`
    pub request: Markdown,
    pub summary: Markdown,
    pub description: Markdown,
    /// `create_token(grant_type, client_sid) -> OauthV1Token`
    pub signature: Markdown,
    /// Lines of the example.
    pub example: Vec<String>,
    /// It answers in pages.
    pub paged: bool,
    pub parameters: Vec<ParameterRow>,
    pub returns: Markdown,
    pub authorization: Markdown,
    pub content_type: Markdown,
    pub accept: Markdown,
    pub responses: Vec<ResponseRow>,
    /// An answer has headers that the document names.
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

/// A row of the table of answers.
#[derive(Debug, Serialize)]
pub struct ResponseRow {
    pub status: Markdown,
    pub ty: Markdown,
    pub description: Markdown,
    pub headers: Markdown,
}

const TO_MODELS: &str = "../models/";

impl Context<'_> {
    /// The page of a group of operations.
    pub(in crate::view) fn api_page(&self, id: GroupId, group: &Group) -> ApiPage {
        let names = self.names.group(id);
        ApiPage {
            title: names.api.clone(),
            accessor: names.accessor.clone(),
            feature: self
                .has_features()
                .then(|| Markdown::new(text::code(&names.feature))),
            description: lines(group.description.as_deref()),
            operations: self
                .members(id)
                .map(|(id, operation)| self.operation_page(id, operation))
                .collect(),
        }
    }

    fn operation_page(&self, id: OperationId, operation: &Operation) -> OperationPage {
        let names = self.names.operation(id);
        let outcome = self.outcome(id);
        let parameters = self.parameter_rows(id, operation);
        let required: Vec<String> = self.required_names(id, operation);
        let output = self.output_type(id, &outcome, Place::Example);
        let summary = summary_of(operation);
        OperationPage {
            method: names.method.clone(),
            anchor: Markdown::new(names.method.bare()),
            request: Markdown::new(text::code(&format!(
                "{} {}",
                operation.method, operation.path
            ))),
            summary: Markdown::new(text::cell(&summary)),
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
                output.as_str().replace("models::", "")
            ))),
            example: self
                .example(id, operation)
                .map(|example| example.page())
                .unwrap_or_default(),
            paged: self.pagination.of(id).is_some(),
            parameters,
            returns: self.returns(id),
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

    /// The constants of `headers` that read the headers of a response, and their types.
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
            ResponseKind::Empty => Markdown::new("none"),
        }
    }

    fn returns(&self, id: OperationId) -> Markdown {
        let outcome = self.outcome(id);
        match &outcome.shape {
            OutputShape::Unit => Markdown::new("`()`: no answer has a body"),
            OutputShape::Single(kind) => self.kind_link(kind),
            OutputShape::Maybe(kind) => Markdown::new(format!(
                "{}, or `None` where the answer has no body",
                self.kind_link(kind)
            )),
            OutputShape::Enum => {
                let variants: Vec<String> = outcome
                    .successes
                    .iter()
                    .map(|success| {
                        format!(
                            "{} for {}",
                            self.kind_link(&success.response.kind),
                            success.status_word()
                        )
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

    fn required_names(&self, id: OperationId, operation: &Operation) -> Vec<String> {
        let names = self.names.operation(id);
        let mut required: Vec<String> = operation
            .params
            .iter()
            .zip(&names.params)
            .filter(|(param, _)| param.input.required)
            .map(|(_, ident)| ident.to_string())
            .collect();
        if let Some(body) = &operation.body {
            match body.kind.fields() {
                Some(fields) => required.extend(
                    fields
                        .into_iter()
                        .zip(&names.form)
                        .filter(|(field, _)| field.required)
                        .map(|(_, ident)| ident.to_string()),
                ),
                None => {
                    required.extend(
                        names
                            .body
                            .iter()
                            .filter(|_| body.required)
                            .map(ToString::to_string),
                    );
                }
            }
        }
        required
    }

    fn parameter_rows(&self, id: OperationId, operation: &Operation) -> Vec<ParameterRow> {
        let names = self.names.operation(id);
        let mut rows: Vec<ParameterRow> = operation
            .params
            .iter()
            .zip(&names.params)
            .map(|(param, ident)| {
                let place = match param.location {
                    Location::Path => "path",
                    Location::Query => "query",
                    Location::Header => "header",
                    Location::Cookie => "cookie",
                };
                self.input_row(&param.input, ident, place)
            })
            .collect();
        if let Some(body) = &operation.body {
            match (&body.kind, &names.body) {
                (BodyKind::Form(fields), _) => {
                    rows.extend(
                        fields
                            .iter()
                            .zip(&names.form)
                            .map(|(field, ident)| self.input_row(field, ident, "form")),
                    );
                }
                (BodyKind::Multipart(parts), _) => {
                    rows.extend(
                        parts
                            .iter()
                            .zip(&names.form)
                            .map(|(part, ident)| self.part_row(part, ident)),
                    );
                }
                (kind, Some(ident)) => rows.push(ParameterRow {
                    name: ident.clone(),
                    ty: match kind {
                        BodyKind::Json(ty) => self.page_type(ty, TO_MODELS),
                        BodyKind::Text => Markdown::new("`String`"),
                        BodyKind::Bytes | BodyKind::Form(_) | BodyKind::Multipart(_) => {
                            Markdown::new("`Upload`")
                        }
                    },
                    description: cell(body.docs.description.as_deref()),
                    notes: Markdown::new(if body.required {
                        "body"
                    } else {
                        "body; optional"
                    }),
                }),
                (_, None) => {}
            }
        }
        if let (Some(body), Some(ident)) = (&operation.body, &names.media_type) {
            rows.push(ParameterRow {
                name: ident.clone(),
                ty: Markdown::new("`String`"),
                description: Markdown::new("The media type of the body."),
                notes: Markdown::new(text::escape_cell(&format!(
                    "optional; default: {}",
                    text::code(&body.media_type)
                ))),
            });
        }
        rows
    }

    fn part_row(&self, part: &Part, ident: &RustIdent) -> ParameterRow {
        let place = match &part.media_type {
            Some(media_type) => format!("{} part", text::code(media_type)),
            None => "part".to_owned(),
        };
        self.input_row(&part.input, ident, &place)
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

fn media(media_type: Option<&str>) -> Markdown {
    Markdown::new(media_type.map_or_else(|| "none".to_owned(), text::code))
}
