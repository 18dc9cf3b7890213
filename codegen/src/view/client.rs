//! Views of the crate's root, its client and its manifest.

use std::collections::BTreeSet;

use askama::Template;
use serde::Serialize;

use super::print::{DocLines, RustExpr, SlotText, StrLit, TomlValue};
use super::runtime::ModuleExport;
use super::server::{ServerView, VariableView};
use super::types::Context;
use crate::device_login::reference;
use crate::grants::{Endpoint, Grant, GrantKind, grants};
use crate::ir::{GroupId, Operation, OperationId, Scheme, SchemeId, SchemeKind, Shape, TypeDef};
use crate::names::RustIdent;
use crate::runtime::Feature;
use crate::text;

/// `src/lib.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "lib.rs.askama")]
pub struct LibView {
    pub docs: DocLines,
    pub has_models: bool,
    /// Whether a model, field or variant is deprecated, so that generated code may use deprecated
    /// items.
    pub deprecates: bool,
    pub has_device_login: bool,
    pub has_sign_in: bool,
    pub has_headers: bool,
    /// The condition of the compilation of its operations.
    pub device_login_gate: Option<RustExpr>,
    /// The condition of the compilation of the sign-in.
    pub sign_in_gate: Option<RustExpr>,
    /// The modules of the runtime that the crate reexports.
    pub modules: Vec<ModuleExport>,
    /// Whether one's own templates generate modules.
    pub has_extensions: bool,
    /// Whether the crate has a vendored runtime.
    pub vendored: bool,
    /// Whether the document has several servers.
    pub has_servers: bool,
    /// The interface of the runtime that the crate is generated for.
    pub interface: u32,
    /// The pages whose examples are tested.
    pub pages: Vec<PageEntry>,
}

/// A page whose examples are tested.
#[derive(Debug, Serialize)]
pub struct PageEntry {
    /// The path from `src/`.
    pub path: StrLit,
    /// The condition of the compilation of the operations that its examples call.
    pub gate: Option<RustExpr>,
}

impl PageEntry {
    /// Creates the entry of the page at `path` in the crate.
    pub(in crate::view) fn new(path: &str, gate: Option<RustExpr>) -> Self {
        Self {
            path: StrLit::new(&format!("../{path}")),
            gate,
        }
    }
}

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
    pub builder_docs: DocLines,
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
    pub default_features: TomlValue,
    /// A feature for each group of operations.
    pub groups: Vec<TomlValue>,
    /// The features that the user of the crate can enable.
    pub features: Vec<FeatureView>,
    pub dependencies: Vec<(TomlValue, TomlValue)>,
    pub target_dependencies: Vec<(TomlValue, Vec<(TomlValue, TomlValue)>)>,
    pub dev_dependencies: Vec<(TomlValue, TomlValue)>,
    pub workspace_member: bool,
}

/// A feature of the crate.
#[derive(Debug, Serialize)]
pub struct FeatureView {
    /// The purpose, without the comment marker.
    pub comment: &'static str,
    pub name: TomlValue,
    pub enables: TomlValue,
}

impl Context<'_> {
    /// `src/lib.rs`
    pub(in crate::view) fn lib_view(
        &self,
        features: &BTreeSet<Feature>,
        pages: Vec<PageEntry>,
    ) -> LibView {
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
            docs.extend(example.hidden(self.operations_gate(&[id]).as_ref()));
            docs.extend(["```".to_owned()]);
            docs.line("# Overview");
            docs.block(self.overview());
            docs.line(self.features_sentence());
        }
        LibView {
            docs,
            has_models: !self.api.types.is_empty(),
            deprecates: self.api.types.iter().any(deprecates),
            has_device_login: self.device_login.is_some(),
            has_sign_in: self.sign_in.is_some(),
            has_headers: !self.api.headers.is_empty(),
            device_login_gate: self.login_gate(),
            sign_in_gate: self.sign_in_gate(),
            modules: Self::module_exports(features),
            has_extensions: self.extensions.files().iter().any(|it| it.module.is_some()),
            vendored: self.is_vendored(),
            has_servers: self.api.servers.len() > 1,
            interface: crate::runtime::INTERFACE,
            pages,
        }
    }

    /// Returns an overview of the crate's modules, as a list.
    fn overview(&self) -> Vec<String> {
        let mut list = vec![
            "- [`Client`] has a method for each group of operations; [`ClientBuilder`] sets \
             credentials, time limits, retries and the transport."
                .to_owned(),
            "- [`apis`] has the operations. Awaiting a call sends it. Every call also has the methods \
             `options`, `response` and `raw`."
                .to_owned(),
        ];
        if !self.api.types.is_empty() {
            list.push("- [`models`] has the types of requests and responses.".to_owned());
        }
        list.push("- [`error`] says why a call failed; every call returns [`Error`].".to_owned());
        list
    }

    /// Returns a sentence about the crate's Cargo features.
    fn features_sentence(&self) -> String {
        let mut sentence = "The Cargo feature `rustls` (default), `rustls-ring` or `native-tls` \
                            chooses the TLS library. `gzip` (default), `brotli` and `zstd` decode \
                            compressed responses. `charset` (default) converts text in other charsets than \
                            UTF-8. `blocking` adds calls without an async runtime, `mock` a \
                            transport for tests, `tracing` a span for each call, and \
                            `webhook-signatures` the verification of webhooks."
            .to_owned();
        if self.sign_in.is_some() {
            sentence.push_str(" `browser-login` signs a user in with a browser, and `id-token` validates ID tokens.");
        }
        if self.device_login.is_some() {
            sentence.push_str(" `qr` adds QR codes to device logins.");
        }
        if self.runtime_features().contains(&Feature::OAuth) {
            sentence.push_str(
                " `token-file` keeps sessions in a file, and `keyring` in the keyring of the operating \
                 system.",
            );
        }
        if self.has_features() {
            sentence.push_str(" Each group of operations is a feature, too, enabled by default.");
        }
        sentence
    }

    /// Returns whether calls may send tokens that are refreshed.
    pub(in crate::view) fn has_tokens(&self) -> bool {
        let mut schemes = self.api.schemes.iter();
        schemes.any(|scheme| scheme.kind == SchemeKind::Bearer) || self.device_login.is_some()
    }

    /// Returns `README.md`, whose examples are the first call, the device login, and those of one's own
    /// templates.
    pub(in crate::view) fn front_page(&self) -> PageEntry {
        let first = self.first_call().map(|(id, _)| id);
        let login = self.device_login.iter().flat_map(|it| it.operations());
        // A section of one's own templates may show any operation.
        let own = match self.extensions.readme().is_empty() {
            true => 0..0,
            false => 0..self.api.operations.len(),
        };
        let shown: Vec<OperationId> = first
            .into_iter()
            .chain(login)
            .chain(own.map(OperationId))
            .collect();
        PageEntry::new("README.md", self.operations_gate(&shown))
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
        docs.line(
            "Created by [`Client::builder`]. Clones are cheap and share connections and credentials.",
        );
        let mut builder_docs = DocLines::default();
        builder_docs.line(self.server_sentence());
        ClientView {
            slot: self.extensions.client(),
            title: StrLit::new(&self.api.title),
            server_list: self.server_list(),
            servers: self.servers(),
            docs,
            builder_docs,
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
                        api: names.api.clone(),
                    }
                })
                .collect(),
        }
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
            "None.".to_owned()
        } else {
            format!("{}.", alternatives.join(", or "))
        }
    }

    /// Returns the features of the groups.
    pub(in crate::view) fn features(&self) -> impl Iterator<Item = &str> {
        let groups = match self.has_features() {
            true => self.api.groups.len(),
            false => 0,
        };
        (0..groups).map(|index| self.names.group(GroupId(index)).feature.as_str())
    }

    /// `Cargo.toml`
    pub(in crate::view) fn manifest_view(&self, features: &BTreeSet<Feature>) -> ManifestView {
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
            default_features: TomlValue::of(&toml::Value::Array(
                ["reqwest", "rustls", "gzip", "charset"]
                    .into_iter()
                    .chain(self.features())
                    .map(|name| toml::Value::String(name.to_owned()))
                    .collect(),
            )),
            groups: self.features().map(TomlValue::key).collect(),
            features: crate::runtime::user_features(features)
                .into_iter()
                .map(|feature| FeatureView {
                    comment: feature.comment,
                    name: TomlValue::key(feature.name),
                    enables: TomlValue::of(&match self.is_vendored() {
                        true => feature.of_copy.into(),
                        false => feature.of_dependency.into(),
                    }),
                })
                .collect(),
            dependencies: self.dependencies(features),
            target_dependencies: self.target_dependencies(features),
            dev_dependencies: options
                .dev_dependencies
                .iter()
                .map(|(name, value)| (TomlValue::key(name), TomlValue::of(value)))
                .collect(),
            workspace_member: options.workspace_member,
        }
    }
}

/// Returns whether a type, or one of its fields or variants, is deprecated.
fn deprecates(def: &TypeDef) -> bool {
    match &def.shape {
        Shape::Struct(shape) => def.deprecated || shape.fields.iter().any(|it| it.deprecated),
        Shape::StringEnum(_)
        | Shape::IntegerEnum(_)
        | Shape::NumberEnum(_)
        | Shape::Union(_)
        | Shape::Collection(_)
        | Shape::Alias(_) => def.deprecated,
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
