//! Views of an umbrella crate, and of the copy of the runtime that its crates share.

mod manifest;
mod pages;

use std::collections::BTreeSet;

use askama::Template;
use serde::Serialize;
use toml::Value;

use super::client::{CredentialKind, SchemeView};
use super::print::{DocLines, Markdown, RustExpr, RustType, StrLit, TomlValue};
use super::runtime::ModuleExport;
use super::types::Context;
use super::{Content, FileView, Views};
use crate::Options;
use crate::grants::GrantKind;
use crate::names::RustIdent;
use crate::runtime::MODULES;
use crate::runtime::{self, Feature, PACKAGE};
use crate::text;
use crate::umbrella::Member;

/// `Cargo.toml`
#[derive(Debug, Serialize, Template)]
#[template(path = "umbrella/Cargo.toml.askama")]
pub struct UmbrellaManifestView {
    pub package: TomlValue,
    pub library: TomlValue,
    pub version: TomlValue,
    pub description: TomlValue,
    pub license: Option<TomlValue>,
    /// The features of the transport and of tests.
    pub features: Vec<UmbrellaFeatureView>,
    /// The features that APIs enable.
    pub api_features: Vec<UmbrellaFeatureView>,
    /// A feature for each API.
    pub apis: Vec<UmbrellaFeatureView>,
    /// The features of all APIs.
    pub full: Vec<TomlValue>,
    pub dependencies: Vec<(TomlValue, TomlValue)>,
    pub dev_dependencies: Vec<(TomlValue, TomlValue)>,
    pub workspace_member: bool,
}

/// A feature.
#[derive(Debug, Serialize)]
pub struct UmbrellaFeatureView {
    /// The purpose, without the comment marker.
    pub comment: String,
    pub name: TomlValue,
    pub enables: Vec<TomlValue>,
}

/// `README.md`
#[derive(Debug, Serialize, Template)]
#[template(path = "umbrella/readme.md.askama")]
pub struct UmbrellaReadmeView {
    pub package: Markdown,
    pub library: Markdown,
    pub documents: Markdown,
    /// The features of the first two APIs.
    pub example_features: Markdown,
    pub example: Vec<String>,
    pub first: Option<RustIdent>,
    pub schemes: Vec<UmbrellaSchemeRow>,
    pub has_tokens: bool,
    pub apis: Vec<UmbrellaApiRow>,
}

/// A row of the table of credentials.
#[derive(Debug, Serialize)]
pub struct UmbrellaSchemeRow {
    pub setter: RustIdent,
    pub description: Markdown,
}

/// A row of the table of APIs.
#[derive(Debug, Serialize)]
pub struct UmbrellaApiRow {
    pub title: Markdown,
    pub accessor: RustIdent,
    pub feature: Markdown,
    pub package: Markdown,
    pub path: Markdown,
    pub server: Markdown,
}

/// `src/lib.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "umbrella/lib.rs.askama")]
pub struct UmbrellaLibView {
    pub docs: DocLines,
    pub apis: Vec<UmbrellaApiView>,
    pub modules: Vec<ModuleExport>,
    pub interface: u32,
    /// The condition of the compilation of the example.
    pub example_gate: RustExpr,
}

/// `src/client.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "umbrella/client.rs.askama")]
pub struct UmbrellaClientView {
    pub docs: DocLines,
    pub title: StrLit,
    pub schemes: Vec<SchemeView>,
    /// Whether an API may send tokens that are refreshed.
    pub has_tokens: bool,
    pub apis: Vec<UmbrellaApiView>,
}

/// An API of an umbrella crate.
#[derive(Debug, Serialize)]
pub struct UmbrellaApiView {
    pub docs: DocLines,
    pub change_docs: DocLines,
    pub feature: StrLit,
    pub ident: RustIdent,
    pub library: RustType,
    /// The security schemes with another name in the umbrella: the API's name and the umbrella's.
    pub renamed: Vec<(StrLit, StrLit)>,
}

/// `Cargo.toml` of a copy of the runtime.
#[derive(Debug, Serialize, Template)]
#[template(path = "umbrella/runtime.toml.askama")]
pub struct RuntimeManifestView {
    pub package: TomlValue,
    pub library: TomlValue,
    pub version: TomlValue,
    pub license: Option<TomlValue>,
    pub features: Vec<(TomlValue, TomlValue)>,
    pub dependencies: Vec<(TomlValue, TomlValue)>,
    pub target_dependencies: Vec<(TomlValue, Vec<(TomlValue, TomlValue)>)>,
}

/// `README.md` of a copy of the runtime.
#[derive(Debug, Serialize, Template)]
#[template(path = "umbrella/runtime.md.askama")]
pub struct RuntimeReadmeView {
    pub package: Markdown,
}

/// Returns the modules of the root of an umbrella crate that aren't APIs.
pub(crate) fn modules() -> Vec<&'static str> {
    MODULES.iter().map(|(name, ..)| *name).collect()
}

/// Returns the files of an umbrella crate. `context` has the security schemes of all APIs; `idents` and
/// `renamed` are those of the members.
pub(crate) fn views(
    context: &Context<'_>,
    members: &[Member],
    idents: &[RustIdent],
    renamed: &[Vec<(String, String)>],
) -> Views {
    let umbrella = Umbrella {
        context,
        members,
        idents,
        renamed,
        features: members.iter().flat_map(|it| it.features.clone()).collect(),
    };
    let file = |path: &str, content| FileView {
        path: path.to_owned(),
        content,
    };
    Views {
        document: context.options.document.clone(),
        files: vec![
            file("src/client.rs", Content::UmbrellaClient(umbrella.client())),
            file("src/lib.rs", Content::UmbrellaLib(umbrella.lib())),
            file("README.md", Content::UmbrellaReadme(umbrella.readme())),
            file("Cargo.toml", Content::UmbrellaManifest(umbrella.manifest())),
        ],
        features: BTreeSet::new(),
        groups: Vec::new(),
        first_call: None,
    }
}

/// Returns the files of a copy of the runtime.
pub(crate) fn runtime_views(package: &str, options: &Options) -> Views {
    let pair = |(name, value): (String, Value)| (TomlValue::key(&name), TomlValue::of(&value));
    let manifest = runtime::package();
    let mut files: Vec<FileView> = runtime::package_sources()
        .map(|(path, text)| FileView {
            path: format!("src/{path}"),
            content: Content::Runtime(text.to_owned()),
        })
        .collect();
    files.push(FileView {
        path: "Cargo.toml".to_owned(),
        content: Content::RuntimeManifest(RuntimeManifestView {
            package: TomlValue::string(package),
            library: TomlValue::string(PACKAGE),
            version: TomlValue::string(&options.version),
            license: options.license.as_deref().map(TomlValue::string),
            features: manifest.features.into_iter().map(pair).collect(),
            dependencies: manifest.dependencies.into_iter().map(pair).collect(),
            target_dependencies: manifest
                .target_dependencies
                .into_iter()
                .map(|(target, all)| {
                    let all = all.into_iter().map(pair);
                    (TomlValue::key(&target), all.collect())
                })
                .collect(),
        }),
    });
    files.push(FileView {
        path: "README.md".to_owned(),
        content: Content::RuntimeReadme(RuntimeReadmeView {
            package: Markdown::new(package),
        }),
    });
    Views {
        document: String::new(),
        files,
        features: BTreeSet::new(),
        groups: Vec::new(),
        first_call: None,
    }
}

/// An umbrella crate.
struct Umbrella<'a> {
    context: &'a Context<'a>,
    members: &'a [Member],
    idents: &'a [RustIdent],
    renamed: &'a [Vec<(String, String)>],
    /// The features of the runtime that at least one API needs.
    features: BTreeSet<Feature>,
}

/// Returns the feature of an API.
fn feature_of(ident: &RustIdent) -> String {
    ident.bare().trim_end_matches('_').replace('_', "-")
}

impl Umbrella<'_> {
    fn package(&self) -> &str {
        &self.context.options.package
    }

    fn apis(&self) -> impl Iterator<Item = (&Member, &RustIdent)> {
        self.members.iter().zip(self.idents)
    }

    fn has_tokens(&self) -> bool {
        self.features.contains(&Feature::OAuth)
    }

    fn api_views(&self) -> Vec<UmbrellaApiView> {
        let apis = self.apis().zip(self.renamed);
        apis.map(|((member, ident), renamed)| {
            let title = text::inline(&format!("{} {}", member.title, member.api_version));
            let title = title.trim_end_matches('.');
            let mut docs = DocLines::default();
            docs.line(format!("{title}."));
            docs.line(format!("Requires the feature `{}`.", feature_of(ident)));
            let mut change_docs = DocLines::default();
            change_docs.line(format!(
                "Changes settings for {title} only, such as its base URL or server."
            ));
            change_docs.line(
                "The settings of this builder apply to the API first, also those that are made later.",
            );
            change_docs.line(format!("Requires the feature `{}`.", feature_of(ident)));
            UmbrellaApiView {
                docs,
                change_docs,
                feature: StrLit::new(&feature_of(ident)),
                ident: ident.clone(),
                library: RustType::new(member.package.replace('-', "_")),
                renamed: renamed
                    .iter()
                    .map(|(name, umbrella)| (StrLit::new(name), StrLit::new(umbrella)))
                    .collect(),
            }
        })
        .collect()
    }

    fn client(&self) -> UmbrellaClientView {
        let mut docs = DocLines::default();
        docs.line(format!(
            "A client of the APIs of `{}`, with a method for each that is compiled.",
            self.package()
        ));
        docs.line(
            "Created by [`Client::builder`]. The clients of the APIs share connections, retry budget and \
             credentials, and so do clones.",
        );
        UmbrellaClientView {
            docs,
            title: StrLit::new(self.package()),
            schemes: self.schemes(),
            has_tokens: self.has_tokens(),
            apis: self.api_views(),
        }
    }

    /// Returns the security schemes. Only APIs that need tokens compile the module of the grants.
    fn schemes(&self) -> Vec<SchemeView> {
        let mut schemes = self.context.scheme_views();
        for grant in schemes.iter_mut().flat_map(|it| &mut it.grants) {
            let feature = Feature::OAuth.name();
            grant.gate = Some(RustExpr::new(format!("feature = {feature:?}")));
        }
        schemes
    }
}
