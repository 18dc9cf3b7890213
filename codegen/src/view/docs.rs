//! Views of the reference pages in `docs/` and of the front page.

use askama::Template;
use serde::Serialize;

use super::model::facts_about;
use super::outcome::{OutputShape, status_word};
use super::print::Markdown;
use super::types::{Context, MemberKind, Place};
use crate::ir::{
    BodyKind, Group, GroupId, Input, Location, Operation, OperationId, ResponseKind, Shape,
    TypeDef, TypeId, TypeRef,
};
use crate::names::RustIdent;
use crate::text;

/// `docs/apis/<Api>.md`
#[derive(Debug, Serialize, Template)]
#[template(path = "docs/api.md.askama")]
pub struct ApiPage {
    pub title: RustIdent,
    pub accessor: RustIdent,
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
    pub parameters: Vec<ParameterRow>,
    pub returns: Markdown,
    pub authorization: Markdown,
    pub content_type: Markdown,
    pub accept: Markdown,
    pub responses: Vec<ResponseRow>,
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
}

/// `docs/models/<Model>.md`
#[derive(Debug, Serialize, Template)]
#[template(path = "docs/model.md.askama")]
pub struct ModelPage {
    pub title: RustIdent,
    pub description: Markdown,
    pub kind: PageKind,
    pub rows: Vec<PropertyRow>,
    /// Example in JSON.
    pub example: Option<Vec<String>>,
}

/// What a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum PageKind {
    Struct,
    Enum,
    Union,
    Alias,
}

/// A row of a model's table: a property, a value, an alternative.
#[derive(Debug, Serialize)]
pub struct PropertyRow {
    pub name: Markdown,
    pub ty: Markdown,
    pub description: Markdown,
    pub notes: Markdown,
}

/// `README.md`
#[derive(Debug, Serialize, Template)]
#[template(path = "docs/readme.md.askama")]
pub struct ReadmeView {
    pub package: Markdown,
    pub library: Markdown,
    pub title: Markdown,
    pub document: Markdown,
    pub description: Markdown,
    pub example: Vec<String>,
    pub schemes: Vec<SchemeRow>,
    pub base_url: Markdown,
    pub operations: Vec<OperationRow>,
    pub models: Vec<ModelRow>,
}

/// A row of the table of credentials.
#[derive(Debug, Serialize)]
pub struct SchemeRow {
    pub name: Markdown,
    pub setter: RustIdent,
    pub description: Markdown,
}

/// A row of the table of operations.
#[derive(Debug, Serialize)]
pub struct OperationRow {
    pub api: RustIdent,
    pub method: RustIdent,
    pub anchor: Markdown,
    pub request: Markdown,
    pub summary: Markdown,
}

/// A row of the list of models.
#[derive(Debug, Serialize)]
pub struct ModelRow {
    pub ident: RustIdent,
    pub summary: Markdown,
}

const TO_MODELS: &str = "../models/";

impl Context<'_> {
    /// The page of a group of operations.
    pub(super) fn api_page(&self, id: GroupId, group: &Group) -> ApiPage {
        let names = self.names.group(id);
        ApiPage {
            title: names.api.clone(),
            accessor: names.accessor.clone(),
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
            parameters,
            returns: self.returns(id),
            authorization: Markdown::new(self.authorization_with(operation, |setter| {
                format!("[`{setter}`](../../README.md#authentication)")
            })),
            content_type: media(operation.body.as_ref().map(|body| body.media_type.as_str())),
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
                })
                .collect(),
        }
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
            match &body.kind {
                BodyKind::Form(fields) => required.extend(
                    fields
                        .iter()
                        .zip(&names.form)
                        .filter(|(field, _)| field.required)
                        .map(|(_, ident)| ident.to_string()),
                ),
                BodyKind::Json(_) | BodyKind::Text | BodyKind::Bytes => {
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
                (kind, Some(ident)) => rows.push(ParameterRow {
                    name: ident.clone(),
                    ty: match kind {
                        BodyKind::Json(ty) => self.page_type(ty, TO_MODELS),
                        BodyKind::Text => Markdown::new("`String`"),
                        BodyKind::Bytes | BodyKind::Form(_) => Markdown::new("`Bytes`"),
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
        rows
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

    /// The page of a type.
    pub(super) fn model_page(&self, id: TypeId, def: &TypeDef) -> ModelPage {
        let names = self.names.of(id);
        let (kind, rows) = match &def.shape {
            Shape::Struct(shape) => {
                let mut rows: Vec<PropertyRow> = shape
                    .fields
                    .iter()
                    .zip(&names.members)
                    .enumerate()
                    .map(|(index, (field, ident))| self.property_row(id, index, field, ident))
                    .collect();
                rows.extend(shape.additional.as_ref().map(|ty| PropertyRow {
                    name: Markdown::new(format!("`{}`", names.rest)),
                    ty: self.page_type(&TypeRef::Map(Box::new(ty.clone())), ""),
                    description: Markdown::new("All other properties."),
                    notes: Markdown::default(),
                }));
                (PageKind::Struct, rows)
            }
            Shape::StringEnum(values) => (
                PageKind::Enum,
                values
                    .iter()
                    .zip(&names.members)
                    .map(|(value, ident)| value_row(ident, &value.value, &value.docs))
                    .collect(),
            ),
            Shape::IntegerEnum(values) => (
                PageKind::Enum,
                values
                    .iter()
                    .zip(&names.members)
                    .map(|(value, ident)| value_row(ident, &value.value.to_string(), &value.docs))
                    .collect(),
            ),
            Shape::Union(union) => (
                PageKind::Union,
                union
                    .variants
                    .iter()
                    .zip(&names.members)
                    .map(|(variant, ident)| {
                        let tags: Vec<String> =
                            variant.tags.iter().map(|tag| text::code(tag)).collect();
                        PropertyRow {
                            name: Markdown::new(format!("`{ident}`")),
                            ty: self.page_type(&variant.ty, ""),
                            description: cell(variant.docs.description.as_deref()),
                            notes: Markdown::new(text::escape_cell(&tags.join(", "))),
                        }
                    })
                    .collect(),
            ),
            Shape::Alias(ty) => (
                PageKind::Alias,
                vec![PropertyRow {
                    name: Markdown::new(format!("`{}`", names.ident)),
                    ty: self.page_type(ty, ""),
                    description: Markdown::default(),
                    notes: Markdown::default(),
                }],
            ),
        };
        let sensitive = matches!(&def.shape, Shape::Struct(shape) if shape.fields.iter().any(|field| field.sensitive));
        ModelPage {
            title: names.ident.clone(),
            description: lines(
                def.docs
                    .description
                    .as_deref()
                    .or(def.docs.summary.as_deref()),
            ),
            kind,
            rows,
            example: def
                .example
                .as_ref()
                .filter(|_| !sensitive)
                .and_then(json_lines),
        }
    }

    fn property_row(
        &self,
        owner: TypeId,
        index: usize,
        field: &crate::ir::Field,
        ident: &RustIdent,
    ) -> PropertyRow {
        let mut notes: Vec<String> = Vec::new();
        if ident.bare() != field.name {
            notes.push(text::code(&field.name));
        }
        match self.member_kind(owner, index, field) {
            MemberKind::Required => {}
            MemberKind::Nullable => notes.push("nullable".to_owned()),
            MemberKind::Optional => notes.push("optional".to_owned()),
            MemberKind::Patch => notes.push("optional, nullable".to_owned()),
        }
        if field.read_only {
            notes.push("only in answers".to_owned());
        }
        if field.write_only {
            notes.push("only in requests".to_owned());
        }
        notes.extend(facts_about(
            &field.limits,
            field.default.as_ref(),
            None,
            field.sensitive,
        ));
        if field.deprecated {
            notes.push("deprecated".to_owned());
        }
        PropertyRow {
            name: Markdown::new(format!("`{ident}`")),
            ty: self.page_type(&field.ty, ""),
            description: cell(
                field
                    .docs
                    .description
                    .as_deref()
                    .or(field.docs.summary.as_deref()),
            ),
            notes: Markdown::new(text::escape_cell(&notes.join("; "))),
        }
    }

    /// The front page of the crate.
    pub(super) fn readme_view(&self) -> ReadmeView {
        let code = |text: &str| Markdown::new(text::code(text));
        let mut operations: Vec<OperationRow> = Vec::new();
        for group in (0..self.api.groups.len()).map(GroupId) {
            operations.extend(self.members(group).map(|(id, operation)| OperationRow {
                api: self.names.group(group).api.clone(),
                method: self.names.operation(id).method.clone(),
                anchor: Markdown::new(self.names.operation(id).method.bare()),
                request: Markdown::new(text::escape_cell(&text::code(&format!(
                    "{} {}",
                    operation.method, operation.path
                )))),
                summary: Markdown::new(text::cell(&summary_of(operation))),
            }));
        }
        ReadmeView {
            package: Markdown::new(&self.options.package),
            library: Markdown::new(self.library()),
            title: Markdown::new(text::inline(&format!(
                "{} {}",
                self.api.title, self.api.version
            ))),
            document: code(&self.options.document),
            description: lines(self.api.description.as_deref()),
            example: self
                .first_call()
                .and_then(|(id, operation)| self.example(id, operation))
                .map(|example| example.page())
                .unwrap_or_default(),
            schemes: self
                .api
                .schemes
                .iter()
                .enumerate()
                .map(|(index, scheme)| SchemeRow {
                    name: code(&scheme.name),
                    setter: self.names.scheme(crate::ir::SchemeId(index)).clone(),
                    description: Markdown::new(text::escape_cell(&super::client::kind_phrase(
                        &scheme.kind,
                    ))),
                })
                .collect(),
            base_url: match self.api.servers.first() {
                Some(server) if !self.needs_base_url() => code(&server.url),
                _ => Markdown::default(),
            },
            operations,
            models: self
                .api
                .types
                .iter()
                .enumerate()
                .map(|(index, def)| ModelRow {
                    ident: self.names.of(TypeId(index)).ident.clone(),
                    summary: Markdown::new(
                        match def
                            .docs
                            .description
                            .as_deref()
                            .or(def.docs.summary.as_deref())
                        {
                            Some(description) => text::escape_cell(&text::sentence(description)),
                            None => String::new(),
                        },
                    ),
                })
                .collect(),
        }
    }
}

/// One line about an operation.
fn summary_of(operation: &Operation) -> String {
    match (&operation.docs.summary, &operation.docs.description) {
        (Some(summary), _) => summary.clone(),
        (None, Some(description)) => text::sentence(description),
        (None, None) => operation.id.clone(),
    }
}

fn value_row(ident: &RustIdent, value: &str, docs: &crate::ir::Docs) -> PropertyRow {
    PropertyRow {
        name: Markdown::new(format!("`{ident}`")),
        ty: Markdown::new(text::escape_cell(&text::code(value))),
        description: cell(docs.description.as_deref()),
        notes: Markdown::default(),
    }
}

fn media(media_type: Option<&str>) -> Markdown {
    Markdown::new(media_type.map_or_else(|| "none".to_owned(), text::code))
}

fn lines(text: Option<&str>) -> Markdown {
    Markdown::new(text.map_or_else(String::new, |text| text::markdown(text).join("\n")))
}

fn cell(text: Option<&str>) -> Markdown {
    Markdown::new(text.map_or_else(String::new, text::cell))
}

/// A value as lines of JSON, for a fenced block; `None` if it is long, or could end the block.
fn json_lines(value: &serde_json::Value) -> Option<Vec<String>> {
    const LONGEST: usize = 60;
    let lines: Vec<String> = serde_json::to_string_pretty(value)
        .ok()?
        .lines()
        .map(str::to_owned)
        .collect();
    let harmless = lines
        .iter()
        .all(|line| !line.contains("```") && !line.contains(|c: char| c.is_control()));
    (harmless && lines.len() <= LONGEST).then_some(lines)
}
