//! The front page of a crate.

use askama::Template;
use serde::Serialize;

use super::{lines, summary_cell};
use crate::grants::{GrantKind, grants};
use crate::ir::{GroupId, Scheme, SchemeId, TypeId};
use crate::names::RustIdent;
use crate::text;
use crate::view::client::kind_phrase;
use crate::view::print::{Markdown, SlotText};
use crate::view::server::ServerRow;
use crate::view::types::Context;

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
    /// The call in the example of a mock.
    pub mocked: Option<RustIdent>,
    /// The module of this call.
    pub mocked_module: Markdown,
    /// Whether an operation is paginated.
    pub paged: bool,
    /// The Cargo features of the groups, if there are several groups.
    pub features: Vec<Markdown>,
    /// Whether the client signs a user in.
    pub signs_in: bool,
    /// The lines of the device login's example.
    pub device_login: Vec<String>,
    pub examples: Vec<ExampleRow>,
    pub schemes: Vec<SchemeRow>,
    pub has_tokens: bool,
    pub base_url: Markdown,
    pub servers: Vec<ServerRow>,
    pub operations: Vec<OperationRow>,
    pub models: Vec<ModelRow>,
    /// Sections of one's own templates.
    pub slot: SlotText,
}

/// `README.md` of a crate without a client.
#[derive(Debug, Serialize, Template)]
#[template(path = "docs/types_readme.md.askama")]
pub struct TypesReadmeView {
    pub package: Markdown,
    pub library: Markdown,
    pub title: Markdown,
    pub document: Markdown,
    pub description: Markdown,
    pub models: Vec<ModelRow>,
}

/// A hand-written example of the package.
#[derive(Debug, Serialize)]
pub struct ExampleRow {
    pub command: Markdown,
    pub description: Markdown,
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

impl Context<'_> {
    /// Returns the builder's methods for a scheme.
    fn scheme_rows(&self, id: SchemeId, scheme: &Scheme) -> Vec<SchemeRow> {
        let row = |setter: &RustIdent, description: &str| SchemeRow {
            name: Markdown::new(text::code(&scheme.name)),
            setter: setter.clone(),
            description: Markdown::new(text::escape_cell(description)),
        };
        let own = row(self.names.scheme(id), &kind_phrase(&scheme.kind));
        let grants = grants(scheme).into_iter().filter_map(|grant| {
            let names = self.names.grant(id, grant.kind)?;
            let what = match grant.kind {
                GrantKind::ClientCredentials => "client credentials grant (OAuth 2.0)",
                GrantKind::RefreshToken => "refresh token grant (OAuth 2.0)",
            };
            Some(row(&names.plain, what))
        });
        std::iter::once(own).chain(grants).collect()
    }

    /// Returns the front page of a crate without a client.
    pub(in crate::view) fn types_readme_view(&self) -> TypesReadmeView {
        TypesReadmeView {
            package: Markdown::new(&self.options.package),
            library: Markdown::new(self.library()),
            title: self.readme_title(),
            document: Markdown::new(text::code(&self.options.document)),
            description: lines(self.api.description.as_deref()),
            models: self.model_rows(),
        }
    }

    fn readme_title(&self) -> Markdown {
        let title = format!("{} {}", self.api.title, self.api.version);
        Markdown::new(text::inline(&title))
    }

    fn model_rows(&self) -> Vec<ModelRow> {
        let types = self.api.types.iter().enumerate();
        types
            .map(|(index, def)| {
                let docs = &def.docs;
                let described = docs.description.as_deref().or(docs.summary.as_deref());
                let summary = described.map(|it| text::escape_cell(&text::sentence(it)));
                ModelRow {
                    ident: self.names.of(TypeId(index)).ident.clone(),
                    summary: Markdown::new(summary.unwrap_or_default()),
                }
            })
            .collect()
    }

    /// Returns the front page of the crate.
    pub(in crate::view) fn readme_view(&self) -> ReadmeView {
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
                summary: summary_cell(operation),
            }));
        }
        ReadmeView {
            slot: self.extensions.readme(),
            package: Markdown::new(&self.options.package),
            library: Markdown::new(self.library()),
            title: self.readme_title(),
            document: code(&self.options.document),
            description: lines(self.api.description.as_deref()),
            example: self
                .first_call()
                .and_then(|(id, operation)| self.example(id, operation))
                .map(|example| example.page())
                .unwrap_or_default(),
            mocked: self
                .first_call()
                .map(|(id, _)| self.names.operation(id).call.clone()),
            mocked_module: self
                .first_call()
                .map(|(_, operation)| Markdown::new(self.group_module(operation.group)))
                .unwrap_or_default(),
            paged: !self.pagination.is_empty(),
            features: self.features().map(code).collect(),
            signs_in: self.sign_in.is_some(),
            device_login: self
                .device_login
                .map(|login| self.device_login_example(login).page())
                .unwrap_or_default(),
            examples: self
                .options
                .examples
                .iter()
                .map(|(name, description)| ExampleRow {
                    command: code(&format!(
                        "cargo run -p {} --example {name}",
                        self.options.package
                    )),
                    description: Markdown::new(text::inline(description)),
                })
                .collect(),
            schemes: self
                .api
                .schemes
                .iter()
                .enumerate()
                .flat_map(|(index, scheme)| self.scheme_rows(SchemeId(index), scheme))
                .collect(),
            has_tokens: self.has_tokens(),
            base_url: match self.api.servers.first() {
                Some(server) if !self.needs_base_url() => code(&server.url),
                _ => Markdown::default(),
            },
            servers: self.server_rows(),
            operations,
            models: self.model_rows(),
        }
    }
}
