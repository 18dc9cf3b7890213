//! The view of a client, its credentials and its accessors.

use askama::Template;
use serde::Serialize;

use super::print::{DocLines, RustExpr, SlotText, StrLit};
use super::server::{ServerView, VariableView};
use super::types::Context;
use crate::device_login::reference;
use crate::grants::{Endpoint, Grant, GrantKind, grants};
use crate::ir::{GroupId, Operation, OperationId, Scheme, SchemeId, SchemeKind};
use crate::names::RustIdent;
use crate::text;

/// `src/client.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "client.rs.askama")]
pub struct ClientView {
    pub title: StrLit,
    /// The servers, with the default first.
    pub server_list: Vec<RustExpr>,
    /// The servers as constants, if there are several.
    pub servers: Vec<ServerView>,
    pub docs: DocLines,
    /// The documentation of the method that creates a builder.
    pub builder_docs: DocLines,
    pub builder_struct_docs: DocLines,
    pub variables: Vec<VariableView>,
    pub schemes: Vec<SchemeView>,
    /// Whether calls may send tokens that are refreshed.
    pub has_tokens: bool,
    /// Whether an umbrella crate builds the client.
    pub in_umbrella: bool,
    pub groups: Vec<AccessorView>,
    /// Items of one's own templates.
    pub slot: SlotText,
}

/// A security scheme.
#[derive(Debug, Serialize)]
pub struct SchemeView {
    pub docs: DocLines,
    pub name: StrLit,
    pub kind: RustExpr,
    pub setter: RustIdent,
    pub setter_name: StrLit,
    pub credential: CredentialKind,
    pub grants: Vec<GrantView>,
}

/// An OAuth 2.0 grant that obtains the tokens of a scheme.
#[derive(Debug, Serialize)]
pub struct GrantView {
    pub kind: GrantKind,
    /// The condition of its compilation.
    pub gate: Option<RustExpr>,
    pub docs: DocLines,
    pub plain: RustIdent,
    pub with_docs: DocLines,
    pub with: RustIdent,
    pub endpoint: RustExpr,
}

/// The kind of credentials of a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum CredentialKind {
    Basic,
    Bearer,
    Key,
}

impl CredentialKind {
    /// Returns the kind of credentials that a scheme takes.
    pub(in crate::view) fn of(kind: &SchemeKind) -> Self {
        match kind {
            SchemeKind::Basic => Self::Basic,
            SchemeKind::Bearer => Self::Bearer,
            SchemeKind::HeaderKey(_)
            | SchemeKind::QueryKey(_)
            | SchemeKind::CookieKey(_)
            | SchemeKind::Authorization(_) => Self::Key,
        }
    }
}

/// The method of the client that gives access to a group of operations.
#[derive(Debug, Serialize)]
pub struct AccessorView {
    pub docs: DocLines,
    /// The condition of its compilation.
    pub gate: Option<RustExpr>,
    pub accessor: RustIdent,
    /// The module of the operations.
    pub module: RustExpr,
    pub api: RustIdent,
}

impl Context<'_> {
    /// Returns whether calls may send tokens that are refreshed.
    pub(in crate::view) fn has_tokens(&self) -> bool {
        let mut schemes = self.api.schemes.iter();
        schemes.any(|scheme| scheme.kind == SchemeKind::Bearer) || self.device_login.is_some()
    }

    /// Returns the condition of the compilation of the device login's operations.
    pub(in crate::view) fn login_gate(&self) -> Option<RustExpr> {
        self.operations_gate(&self.device_login?.operations())
    }

    /// Returns the operation of the introductory example: the first one of the first group.
    pub(in crate::view) fn first_call(&self) -> Option<(OperationId, &Operation)> {
        self.members(GroupId(0)).next()
    }

    /// `src/client.rs`
    pub(in crate::view) fn client_view(&self) -> ClientView {
        let mut docs = DocLines::default();
        docs.line(format!(
            "A client of {}.",
            text::inline(self.api.title.trim_end_matches('.'))
        ));
        let first = self.first_call();
        docs.line(format!(
            "Created by [`Client::builder`].{} Clones are cheap and share connections and credentials.",
            first.map_or_else(String::new, |(id, operation)| format!(
                " A method for each group of operations returns a struct with a method for each operation, \
                 such as `client.{}().{}(…)`.",
                self.names.group(operation.group).accessor,
                self.names.operation(id).method.bare(),
            ))
        ));
        let mut builder_docs = DocLines::default();
        builder_docs.line(self.server_sentence());
        ClientView {
            slot: self.extensions.client(),
            title: StrLit::new(&self.api.title),
            server_list: self.server_list(),
            servers: self.servers(),
            docs,
            builder_docs,
            builder_struct_docs: self.builder_struct_docs(first.map(|(_, operation)| operation)),
            variables: self.variables(),
            has_tokens: self.has_tokens(),
            in_umbrella: self.options.in_umbrella,
            schemes: self.scheme_views(),
            groups: self
                .api
                .groups
                .iter()
                .enumerate()
                .map(|(index, group)| {
                    let names = self.names.group(GroupId(index));
                    let mut docs = DocLines::default();
                    docs.line(match &group.description {
                        Some(description) => text::sentence(description),
                        None => match &group.tag {
                            Some(tag) => format!("Operations tagged {}.", text::code(tag)),
                            None => "Operations without a tag.".to_owned(),
                        },
                    });
                    AccessorView {
                        docs,
                        gate: self.group_gate(GroupId(index)),
                        accessor: names.accessor.clone(),
                        module: RustExpr::new(self.group_module(GroupId(index))),
                        api: names.api.clone(),
                    }
                })
                .collect(),
        }
    }

    /// Returns the documentation of the builder, with the credentials of an operation as an example.
    fn builder_struct_docs(&self, operation: Option<&Operation>) -> DocLines {
        let library = self.library();
        let mut docs = DocLines::default();
        docs.line("Builds a [`Client`].");
        docs.line(
            "Created by [`Client::builder`]. A setting that a program doesn't change has the default that its \
             method describes.",
        );
        docs.line("```no_run");
        docs.extend([
            format!("use {library}::Client;"),
            "use std::time::Duration;".to_owned(),
            String::new(),
            format!("# fn example() -> Result<(), {library}::Error> {{"),
            "let client = Client::builder()".to_owned(),
        ]);
        let setters = self.client_setters(operation).into_iter();
        docs.extend(setters.map(|setter| format!("    {setter}")));
        docs.extend([
            "    .timeout(Duration::from_secs(10))".to_owned(),
            "    .build()?;".to_owned(),
            "# Ok(())".to_owned(),
            "# }".to_owned(),
            "```".to_owned(),
        ]);
        docs
    }

    /// Returns the views of the security schemes.
    pub(in crate::view) fn scheme_views(&self) -> Vec<SchemeView> {
        let schemes = self.api.schemes.iter().enumerate();
        schemes
            .map(|(index, scheme)| self.scheme(SchemeId(index), scheme))
            .collect()
    }

    fn scheme(&self, id: SchemeId, scheme: &Scheme) -> SchemeView {
        let setter = self.names.scheme(id).clone();
        let mut docs = DocLines::default();
        docs.line(format!(
            "Sets the credentials for {}: {}.",
            text::code(&scheme.name),
            kind_phrase(&scheme.kind)
        ));
        if let Some(description) = &scheme.description {
            docs.block(text::markdown(description));
        }
        let kind = match &scheme.kind {
            SchemeKind::Basic => "Basic".to_owned(),
            SchemeKind::Bearer => "Bearer".to_owned(),
            SchemeKind::HeaderKey(name) => format!("HeaderKey({})", StrLit::new(name)),
            SchemeKind::QueryKey(name) => format!("QueryKey({})", StrLit::new(name)),
            SchemeKind::CookieKey(name) => format!("CookieKey({})", StrLit::new(name)),
            SchemeKind::Authorization(name) => format!("Authorization({})", StrLit::new(name)),
        };
        SchemeView {
            docs,
            name: StrLit::new(&scheme.name),
            kind: RustExpr::new(format!("codegen::SchemeKind::{kind}")),
            setter_name: StrLit::new(setter.bare()),
            setter,
            credential: CredentialKind::of(&scheme.kind),
            grants: grants(scheme)
                .into_iter()
                .filter_map(|grant| self.grant(id, scheme, grant))
                .collect(),
        }
    }

    fn grant(&self, id: SchemeId, scheme: &Scheme, grant: Grant<'_>) -> Option<GrantView> {
        let names = self.names.grant(id, grant.kind)?;
        let (endpoint, place) = match grant.endpoint {
            Endpoint::Url(url) => (
                format!(
                    "codegen::TokenEndpoint::Url({})",
                    StrLit::new(&reference(self.api, url))
                ),
                format!("from {}", text::code(url)),
            ),
            Endpoint::Metadata(url) => (
                format!(
                    "codegen::TokenEndpoint::Configuration({})",
                    StrLit::new(&reference(self.api, url))
                ),
                format!(
                    "from the token endpoint in the metadata at {}",
                    text::code(url)
                ),
            ),
        };
        let scheme = text::code(&scheme.name);
        let what = match grant.kind {
            GrantKind::ClientCredentials => "the client credentials grant (RFC 6749 section 4.4)",
            GrantKind::RefreshToken => "the refresh token grant (RFC 6749 section 6)",
        };
        let mut docs = DocLines::default();
        docs.block(text::markdown(&format!(
            "Obtains the tokens for {scheme} with {what}.\n\nThe client requests tokens {place} before the \
             first call that needs them, and new ones shortly before they expire."
        )));
        let mut with_docs = DocLines::default();
        let plain = &names.plain;
        with_docs.line(format!(
            "Like [`{plain}`](Self::{plain}), with every setting of the grant."
        ));
        Some(GrantView {
            kind: grant.kind,
            gate: None,
            docs,
            plain: names.plain.clone(),
            with_docs,
            with: names.with.clone(),
            endpoint: RustExpr::new(endpoint),
        })
    }

    /// Returns the credentials that an operation takes, as a sentence with links.
    pub(in crate::view) fn authorization(&self, operation: &Operation) -> String {
        self.authorization_with(operation, |setter| {
            format!("[`{setter}`](crate::ClientBuilder::{setter})")
        })
    }

    /// Like [`Self::authorization`], for a page. `link` turns the name of a builder method into a link.
    pub(in crate::view) fn authorization_with(
        &self,
        operation: &Operation,
        link: impl Fn(&RustIdent) -> String,
    ) -> String {
        let alternatives: Vec<String> = operation
            .security
            .iter()
            .map(|all| {
                let all: Vec<String> = all
                    .iter()
                    .map(|needed| {
                        let scheme = &self.api.schemes[needed.scheme.0];
                        let scopes = match needed.scopes.as_slice() {
                            [] => String::new(),
                            scopes => {
                                let scopes: Vec<String> =
                                    scopes.iter().map(|scope| text::code(scope)).collect();
                                format!(" with {}", scopes.join(", "))
                            }
                        };
                        format!(
                            "{} ({}){scopes}",
                            link(self.names.scheme(needed.scheme)),
                            kind_phrase(&scheme.kind)
                        )
                    })
                    .collect();
                if all.is_empty() {
                    "none".to_owned()
                } else {
                    all.join(" and ")
                }
            })
            .collect();
        if alternatives.is_empty() {
            "No credentials are needed.".to_owned()
        } else {
            format!("{}.", alternatives.join(", or "))
        }
    }
}

pub(in crate::view) fn kind_phrase(kind: &SchemeKind) -> String {
    match kind {
        SchemeKind::Basic => "HTTP basic authentication".to_owned(),
        SchemeKind::Bearer => "a bearer token".to_owned(),
        SchemeKind::HeaderKey(name) => format!("a key in the header {}", text::code(name)),
        SchemeKind::QueryKey(name) => format!("a key in the query parameter {}", text::code(name)),
        SchemeKind::CookieKey(name) => format!("a key in the cookie {}", text::code(name)),
        SchemeKind::Authorization(name) => {
            format!("`Authorization` with the scheme {}", text::code(name))
        }
    }
}
