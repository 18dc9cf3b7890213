//! The view of the manifest of a crate.

use std::collections::BTreeSet;

use askama::Template;
use serde::Serialize;

use super::print::TomlValue;
use super::types::Context;
use crate::ir::GroupId;
use crate::options::{Options, PageUrl};
use crate::runtime::Feature;
use crate::text;

/// `Cargo.toml`
#[derive(Debug, Serialize, Template)]
#[template(path = "Cargo.toml.askama")]
pub struct ManifestView {
    pub package: TomlValue,
    pub library: TomlValue,
    pub version: TomlValue,
    pub description: TomlValue,
    pub rust_version: TomlValue,
    /// What else the manifest says about the package, each with its key.
    pub about: Vec<(&'static str, TomlValue)>,
    /// How docs.rs builds the documentation; `None` to leave that to docs.rs.
    pub docs_rs: Option<TomlValue>,
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
    /// Returns the features of the groups.
    pub(in crate::view) fn features(&self) -> impl Iterator<Item = &str> {
        let groups = match self.has_features() {
            true => self.api.groups.len(),
            false => 0,
        };
        (0..groups).map(|index| self.names.group(GroupId(index)).feature.as_str())
    }

    /// Returns the features that are enabled by default.
    pub(in crate::view) fn default_features(&self) -> impl Iterator<Item = &str> {
        let transport: &[&str] = match self.options.types_only {
            true => &[],
            false => &["reqwest", "rustls", "gzip", "charset"],
        };
        transport
            .iter()
            .copied()
            // A client without operations is there for its webhooks.
            .chain((self.has_webhooks() && !self.has_mock()).then_some("webhooks"))
            .chain(self.features())
    }

    /// `Cargo.toml`
    pub(in crate::view) fn manifest_view(&self, features: &BTreeSet<Feature>) -> ManifestView {
        let options = self.options;
        let description = options
            .description
            .clone()
            .unwrap_or_else(|| format!("{} {}", self.subject(), self.api.title));
        ManifestView {
            package: TomlValue::string(&options.package),
            library: TomlValue::string(&self.library()),
            version: TomlValue::string(&options.version),
            description: TomlValue::string(&text::plain(&description)),
            rust_version: TomlValue::string(options.rust_version.as_str()),
            about: about(options),
            docs_rs: (!options.docs_rs.is_empty())
                .then(|| TomlValue::of(&options.docs_rs.clone().into())),
            default_features: TomlValue::of(&toml::Value::Array(
                self.default_features()
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

/// Returns what the options say about the package, each with its key in the manifest.
fn about(options: &Options) -> Vec<(&'static str, TomlValue)> {
    let text = |key, value: Option<&str>| Some((key, TomlValue::string(value?)));
    let list = |key, values: &[String]| {
        let values: toml::Value = values.to_vec().into();
        let is_given = values.as_array().is_some_and(|it| !it.is_empty());
        is_given.then(|| (key, TomlValue::of(&values)))
    };
    let page = |key, page: &Option<PageUrl>| text(key, page.as_ref().map(PageUrl::as_str));
    let about = [
        list("authors", &options.authors),
        text("license", options.license.as_deref()),
        page("repository", &options.repository),
        page("homepage", &options.homepage),
        page("documentation", &options.documentation),
        list("keywords", options.keywords.as_slice()),
        list("categories", options.categories.as_slice()),
    ];
    about.into_iter().flatten().collect()
}
