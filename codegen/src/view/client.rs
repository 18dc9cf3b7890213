//! Views of the crate's root, its client and its manifest.

use std::collections::BTreeMap;

use askama::Template;
use serde::Serialize;

use super::print::{DocLines, RustExpr, StrLit, TomlValue};
use super::runtime::{ExportView, Runtime};
use super::types::Context;
use crate::ir::{GroupId, Operation, OperationId, Scheme, SchemeId, SchemeKind, ServerVariable};
use crate::names::RustIdent;
use crate::text;

/// `src/lib.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "lib.rs.askama")]
pub struct LibView {
    pub docs: DocLines,
    pub has_models: bool,
    pub has_device_login: bool,
    pub has_headers: bool,
    /// What the runtime offers to users of the crate.
    pub exports: Vec<ExportView>,
    /// Pages whose examples are tested, relative to `src/`.
    pub pages: Vec<StrLit>,
}

/// `src/client.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "client.rs.askama")]
pub struct ClientView {
    pub title: StrLit,
    pub base_url: StrLit,
    pub docs: DocLines,
    pub variables: Vec<VariableView>,
    pub schemes: Vec<SchemeView>,
    pub groups: Vec<AccessorView>,
}

impl ClientView {
    /// Whether the file names `SecretString`.
    pub fn uses_secret(&self) -> bool {
        !self.schemes.is_empty()
    }
}

/// A variable of the server's URL.
#[derive(Debug, Serialize)]
pub struct VariableView {
    pub docs: DocLines,
    pub name: StrLit,
    pub default: StrLit,
    pub setter: RustIdent,
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
}

/// What a caller gives for a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum CredentialKind {
    Basic,
    Bearer,
    Key,
}

/// The method of the client that gives a group of operations.
#[derive(Debug, Serialize)]
pub struct AccessorView {
    pub docs: DocLines,
    pub accessor: RustIdent,
    pub api: RustIdent,
}

/// `Cargo.toml`
#[derive(Debug, Serialize, Template)]
#[template(path = "Cargo.toml.askama")]
pub struct ManifestView {
    pub package: TomlValue,
    pub library: TomlValue,
    pub version: TomlValue,
    pub description: TomlValue,
    pub license: Option<TomlValue>,
    /// The features beside those of TLS.
    pub features: Vec<FeatureView>,
    pub dependencies: BTreeMap<&'static str, TomlValue>,
    pub dev_dependencies: Vec<(TomlValue, TomlValue)>,
    pub workspace_member: bool,
}

/// A feature of the crate.
#[derive(Debug, Serialize)]
pub struct FeatureView {
    /// What it is for, without the mark of a comment.
    pub comment: &'static str,
    pub name: TomlValue,
    pub enables: TomlValue,
}

impl Context<'_> {
    /// `src/lib.rs`
    pub(in crate::view) fn lib_view(&self, runtime: &Runtime, pages: &[String]) -> LibView {
        let mut docs = DocLines::default();
        docs.line(format!(
            "Client for {}.",
            text::inline(&format!("{} {}", self.api.title, self.api.version)).trim_end_matches('.')
        ));
        if let Some(description) = &self.api.description {
            docs.block(text::markdown(description));
        }
        if let Some((id, operation)) = self.first_call()
            && let Some(example) = self.example(id, operation)
        {
            docs.line("# First call");
            docs.line("```no_run");
            docs.extend(example.hidden());
            docs.extend(["```".to_owned()]);
        }
        LibView {
            docs,
            has_models: !self.api.types.is_empty(),
            has_device_login: self.device_login.is_some(),
            exports: runtime.exports(),
            has_headers: !self.api.headers.is_empty(),
            pages: pages
                .iter()
                .map(|page| StrLit::new(&format!("../{page}")))
                .collect(),
        }
    }

    /// The operation that a newcomer is shown: the first of the first group.
    pub(in crate::view) fn first_call(&self) -> Option<(OperationId, &Operation)> {
        self.members(GroupId(0)).next()
    }

    /// `src/client.rs`
    pub(in crate::view) fn client_view(&self) -> ClientView {
        let server = self.api.servers.first();
        let mut docs = DocLines::default();
        docs.line(match (server, self.needs_base_url()) {
            (Some(server), false) => format!("Starts a client of {}.", text::code(&server.url)),
            _ => "Starts a client. The document names no server: set [`ClientBuilder::base_url`]."
                .to_owned(),
        });
        ClientView {
            title: StrLit::new(&self.api.title),
            base_url: StrLit::new(server.map_or("", |server| &server.url)),
            docs,
            variables: server
                .map_or(&[][..], |server| &server.variables)
                .iter()
                .enumerate()
                .map(|(index, variable)| self.variable(index, variable))
                .collect(),
            schemes: self
                .api
                .schemes
                .iter()
                .enumerate()
                .map(|(index, scheme)| self.scheme(SchemeId(index), scheme))
                .collect(),
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
                        accessor: names.accessor.clone(),
                        api: names.api.clone(),
                    }
                })
                .collect(),
        }
    }

    fn variable(&self, index: usize, variable: &ServerVariable) -> VariableView {
        let mut docs = DocLines::default();
        docs.line(format!(
            "Sets {} of the server's address.",
            text::code(&variable.name)
        ));
        if let Some(description) = &variable.description {
            docs.block(text::markdown(description));
        }
        let mut note = format!("The default is {}", text::code(&variable.default));
        if !variable.allowed.is_empty() {
            let allowed: Vec<String> = variable
                .allowed
                .iter()
                .map(|value| text::code(value))
                .collect();
            note.push_str(&format!("; the document allows {}", allowed.join(", ")));
        }
        docs.line(format!("{note}."));
        VariableView {
            docs,
            name: StrLit::new(&variable.name),
            default: StrLit::new(&variable.default),
            setter: self.names.variable(index).clone(),
        }
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
        let (kind, credential) = match &scheme.kind {
            SchemeKind::Basic => ("SchemeKind::Basic".to_owned(), CredentialKind::Basic),
            SchemeKind::Bearer => ("SchemeKind::Bearer".to_owned(), CredentialKind::Bearer),
            SchemeKind::HeaderKey(name) => (
                format!("SchemeKind::HeaderKey({})", StrLit::new(name)),
                CredentialKind::Key,
            ),
            SchemeKind::QueryKey(name) => (
                format!("SchemeKind::QueryKey({})", StrLit::new(name)),
                CredentialKind::Key,
            ),
            SchemeKind::CookieKey(name) => (
                format!("SchemeKind::CookieKey({})", StrLit::new(name)),
                CredentialKind::Key,
            ),
            SchemeKind::Authorization(name) => (
                format!("SchemeKind::Authorization({})", StrLit::new(name)),
                CredentialKind::Key,
            ),
        };
        SchemeView {
            docs,
            name: StrLit::new(&scheme.name),
            kind: RustExpr::new(kind),
            setter_name: StrLit::new(setter.bare()),
            setter,
            credential,
        }
    }

    /// What an operation takes as proof of who calls, as a sentence with links.
    pub(in crate::view) fn authorization(&self, operation: &Operation) -> String {
        self.authorization_with(operation, |setter| {
            format!("[`{setter}`](crate::ClientBuilder::{setter})")
        })
    }

    /// The same for a page, where `link` makes a link of the name of a builder's method.
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
            "None.".to_owned()
        } else {
            format!("{}.", alternatives.join(", or "))
        }
    }

    /// `Cargo.toml`
    pub(in crate::view) fn manifest_view(&self, runtime: &Runtime) -> ManifestView {
        let options = self.options;
        let description = options
            .description
            .clone()
            .unwrap_or_else(|| format!("Client for {}", self.api.title));
        ManifestView {
            package: TomlValue::string(&options.package),
            library: TomlValue::string(&self.library()),
            version: TomlValue::string(&options.version),
            description: TomlValue::string(&text::plain(&description)),
            license: options.license.as_deref().map(TomlValue::string),
            features: runtime
                .features()
                .map(|feature| FeatureView {
                    comment: feature.comment,
                    name: TomlValue::key(feature.name),
                    enables: TomlValue::of(&feature.enables.to_vec().into()),
                })
                .collect(),
            dependencies: runtime
                .dependencies()
                .into_iter()
                .map(|(name, value)| (name, TomlValue::of(&value)))
                .collect(),
            dev_dependencies: options
                .dev_dependencies
                .iter()
                .map(|(name, value)| (TomlValue::key(name), TomlValue::of(value)))
                .collect(),
            workspace_member: options.workspace_member,
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
