//! The manifest of an umbrella crate.

use toml::Value;

use super::{Umbrella, UmbrellaFeatureView, UmbrellaManifestView, feature_of};
use crate::runtime::{Feature, PACKAGE, user_features};
use crate::text;
use crate::view::print::TomlValue;

/// The features of the runtime that are features of an umbrella crate, which its APIs enable.
const API_FEATURES: [(Feature, &str); 3] = [
    (Feature::OAuth, "Access tokens that are refreshed."),
    (Feature::Pagination, "Lists in pages."),
    (Feature::Streaming, "Uploads, downloads and streams."),
];

impl Umbrella<'_> {
    pub(super) fn manifest(&self) -> UmbrellaManifestView {
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
