//! Views of an umbrella crate, and of the copy of the runtime that its crates share.

use std::collections::BTreeSet;

use askama::Template;
use serde::Serialize;
use toml::Value;

use super::client::{CredentialKind, SchemeView, kind_phrase};
use super::print::{DocLines, Markdown, RustExpr, RustType, StrLit, TomlValue};
use super::runtime::{MODULES, ModuleExport};
use super::types::Context;
use super::{Content, FileView, Views};
use crate::Options;
use crate::grants::GrantKind;
use crate::ir::SchemeId;
use crate::names::RustIdent;
use crate::runtime::{self, Feature, PACKAGE, user_features};
use crate::text;
use crate::umbrella::Member;

/// The features of the runtime that are features of an umbrella crate, which its APIs enable.
const API_FEATURES: [(Feature, &str); 3] = [
    (Feature::OAuth, "Access tokens that are refreshed."),
    (Feature::Pagination, "Lists in pages."),
    (Feature::Streaming, "Uploads, downloads and streams."),
];

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

    fn lib(&self) -> UmbrellaLibView {
        let mut docs = DocLines::default();
        docs.line(format!(
            "One client for {}, each with a Cargo feature.",
            match self.members.len() {
                1 => "one API".to_owned(),
                apis => format!("{apis} APIs"),
            }
        ));
        docs.line(
            "[`Client`] gives access to the client of each API, whose crate is reexported as a module. They \
             share settings, credentials and connections, and their calls return one [`Error`].",
        );
        docs.line("```no_run");
        docs.extend(self.example(true));
        docs.extend(["```".to_owned()]);
        docs.line("# APIs");
        let mut table = vec![
            "| API | Module and method | Feature | Crate |".to_owned(),
            "| --- | --- | --- | --- |".to_owned(),
        ];
        table.extend(self.apis().map(|(member, ident)| {
            format!(
                "| {} | `{ident}` | `{}` | `{}` |",
                text::cell(&format!("{} {}", member.title, member.api_version)),
                feature_of(ident),
                member.package
            )
        }));
        docs.block(table);
        docs.line(
            "The feature `full` enables all of them; none is enabled by default. The other features are \
             those of every client: TLS, compression, `blocking`, `mock`, `cassette` and `tracing`.",
        );
        UmbrellaLibView {
            docs,
            apis: self.api_views(),
            modules: MODULES
                .iter()
                .filter(|(_, needs, _)| needs.is_none_or(|it| self.features.contains(&it)))
                .map(|&(name, needs, gate)| ModuleExport {
                    name,
                    gate: gate
                        .or(needs.map(Feature::name))
                        .map(|gate| RustExpr::new(format!("feature = {gate:?}"))),
                })
                .collect(),
            interface: runtime::INTERFACE,
            example_gate: self.example_gate(),
        }
    }

    /// Returns the APIs of the example.
    fn shown(&self) -> impl Iterator<Item = (&Member, &RustIdent)> {
        self.apis().take(2)
    }

    fn example_gate(&self) -> RustExpr {
        let features = self.shown();
        let features = features.map(|(_, ident)| format!("feature = {:?}", feature_of(ident)));
        RustExpr::new(format!("all({})", features.collect::<Vec<_>>().join(", ")))
    }

    /// Returns the lines of the example. In the documentation of the crate, `hidden` lines make it compile with
    /// any features.
    fn example(&self, hidden: bool) -> Vec<String> {
        let mut lines = vec![format!("use {}::Client;", self.package().replace('-', "_"))];
        if hidden {
            lines.push(format!("# #[cfg({})]", self.example_gate()));
        } else {
            lines.push(String::new());
        }
        let (mark, indent) = if hidden { ("# ", "") } else { ("", "    ") };
        let error = "Result<(), Box<dyn std::error::Error>>";
        lines.push(format!("{mark}async fn example() -> {error} {{"));
        lines.push(format!("{indent}let client = Client::builder()"));
        lines.extend(
            self.example_credentials()
                .into_iter()
                .map(|line| format!("{indent}    {line}")),
        );
        lines.push(format!("{indent}    .build()?;"));
        for (_, ident) in self.shown() {
            lines.push(format!("{indent}let {ident} = client.{ident}();"));
        }
        let idents: Vec<_> = self.shown().map(|(_, ident)| ident.as_str()).collect();
        let format = vec!["{:?}"; idents.len()].join(" ");
        lines.push(format!(
            "{indent}println!(\"{format}\", {});",
            idents.join(", ")
        ));
        lines.push(format!("{mark}{indent}Ok(())"));
        lines.push(format!("{mark}}}"));
        lines
    }

    /// Returns the lines that set the credentials of the first API's first operation.
    fn example_credentials(&self) -> Vec<String> {
        let (Some(first), Some(renamed)) = (self.members.first(), self.renamed.first()) else {
            return Vec::new();
        };
        let schemes = first.first_security.iter().filter_map(|id| {
            let own = &first.schemes.get(id.0)?.name;
            let name = renamed.iter().find(|(name, _)| name == own);
            let name = name.map_or(own, |(_, umbrella)| umbrella);
            let all = &self.context.api.schemes;
            let at = all.iter().position(|it| it.name == *name)?;
            let setter = self.context.names.scheme(SchemeId(at));
            Some(match CredentialKind::of(&all[at].kind) {
                CredentialKind::Basic => format!(".{setter}(\"username\", \"password\")"),
                CredentialKind::Bearer => format!(".{setter}(\"token\")"),
                CredentialKind::Key => format!(".{setter}(\"key\")"),
            })
        });
        schemes.collect()
    }

    fn readme(&self) -> UmbrellaReadmeView {
        let code = |text: &str| Markdown::new(text::code(text));
        let shown = self.shown().map(|(_, ident)| feature_of(ident));
        UmbrellaReadmeView {
            package: Markdown::new(self.package()),
            library: Markdown::new(self.package().replace('-', "_")),
            documents: code(&self.context.options.document),
            example_features: Markdown::new(shown.collect::<Vec<_>>().join(",")),
            example: self.example(false),
            first: self.idents.first().cloned(),
            schemes: self.scheme_rows(),
            has_tokens: self.has_tokens(),
            apis: self
                .apis()
                .map(|(member, ident)| UmbrellaApiRow {
                    title: Markdown::new(text::cell(&format!(
                        "{} {}",
                        member.title, member.api_version
                    ))),
                    accessor: ident.clone(),
                    feature: Markdown::new(feature_of(ident)),
                    package: Markdown::new(&member.package),
                    path: Markdown::new(&member.path),
                    server: Markdown::new(match member.servers.first() {
                        Some(server) => text::escape_cell(&text::code(&server.url)),
                        None => String::new(),
                    }),
                })
                .collect(),
        }
    }

    fn scheme_rows(&self) -> Vec<UmbrellaSchemeRow> {
        let mut rows = Vec::new();
        for (index, scheme) in self.context.api.schemes.iter().enumerate() {
            let id = SchemeId(index);
            let mut row = |setter: &RustIdent, what: &str| {
                rows.push(UmbrellaSchemeRow {
                    setter: setter.clone(),
                    description: Markdown::new(text::escape_cell(&format!(
                        "{}: {what}",
                        text::code(&scheme.name)
                    ))),
                });
            };
            row(self.context.names.scheme(id), &kind_phrase(&scheme.kind));
            for (kind, what) in [
                (GrantKind::ClientCredentials, "client credentials grant"),
                (GrantKind::RefreshToken, "refresh token grant"),
            ] {
                if let Some(names) = self.context.names.grant(id, kind) {
                    row(&names.plain, &format!("{what} (OAuth 2.0)"));
                }
            }
        }
        rows
    }

    fn manifest(&self) -> UmbrellaManifestView {
        let options = self.context.options;
        let description = options
            .description
            .clone()
            .unwrap_or_else(|| format!("Client for the APIs of {}", options.package));
        let key = |(name, value): (&String, &Value)| (TomlValue::key(name), TomlValue::of(value));
        UmbrellaManifestView {
            package: TomlValue::string(&options.package),
            library: TomlValue::string(&options.package.replace('-', "_")),
            version: TomlValue::string(&options.version),
            description: TomlValue::string(&text::plain(&description)),
            license: options.license.as_deref().map(TomlValue::string),
            features: self.user_features(),
            api_features: self.api_features(),
            apis: self.features_of_apis(),
            full: self
                .idents
                .iter()
                .map(|ident| TomlValue::string(&feature_of(ident)))
                .collect(),
            dependencies: self.dependencies().iter().map(key).collect(),
            dev_dependencies: options.dev_dependencies.iter().map(key).collect(),
            workspace_member: options.workspace_member,
        }
    }

    /// Returns the features that clients have, each with that of every client.
    fn user_features(&self) -> Vec<UmbrellaFeatureView> {
        let features = user_features(&self.features).into_iter();
        features
            .map(|feature| {
                let mut enables = feature.of_dependency.clone();
                for member in self.members {
                    let mut own = user_features(&member.features).into_iter();
                    if own.any(|it| it.name == feature.name) {
                        enables.push(format!("{}?/{}", member.package, feature.name));
                    }
                }
                UmbrellaFeatureView {
                    comment: feature.comment.to_owned(),
                    name: TomlValue::key(feature.name),
                    enables: enables.iter().map(|it| TomlValue::string(it)).collect(),
                }
            })
            .collect()
    }

    fn api_features(&self) -> Vec<UmbrellaFeatureView> {
        let features = API_FEATURES.iter();
        features
            .filter(|(feature, _)| self.features.contains(feature))
            .map(|(feature, comment)| UmbrellaFeatureView {
                comment: (*comment).to_owned(),
                name: TomlValue::key(feature.name()),
                enables: vec![TomlValue::string(&format!("{PACKAGE}/{}", feature.name()))],
            })
            .collect()
    }

    fn features_of_apis(&self) -> Vec<UmbrellaFeatureView> {
        self.apis()
            .map(|(member, ident)| {
                let mut enables = vec![TomlValue::string(&format!("dep:{}", member.package))];
                let needed = API_FEATURES.iter().map(|(feature, _)| feature);
                let needed = needed.filter(|feature| member.features.contains(feature));
                enables.extend(needed.map(|feature| TomlValue::string(feature.name())));
                UmbrellaFeatureView {
                    comment: text::plain(&format!("{} {}", member.title, member.api_version)),
                    name: TomlValue::key(&feature_of(ident)),
                    enables,
                }
            })
            .collect()
    }

    fn dependencies(&self) -> toml::Table {
        let mut dependencies = toml::Table::new();
        for member in self.members {
            let mut table = toml::Table::new();
            table.insert("path".to_owned(), member.path.as_str().into());
            table.insert("version".to_owned(), member.version.as_str().into());
            table.insert("default-features".to_owned(), false.into());
            if !member.groups.is_empty() {
                table.insert("features".to_owned(), member.groups.clone().into());
            }
            table.insert("optional".to_owned(), true.into());
            dependencies.insert(member.package.clone(), table.into());
        }
        if let Some(mut table) = self.context.options.runtime.table() {
            let umbrella = vec![Feature::Umbrella.name().to_owned()];
            table.insert("features".to_owned(), umbrella.into());
            dependencies.insert(PACKAGE.to_owned(), table.into());
        }
        dependencies
    }
}
