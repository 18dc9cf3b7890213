//! The files of a crate: the template of each view, and the paths of a group's files.

use askama::Template;
use serde::Serialize;

use super::types::Context;
use super::{
    FileView, MergedView, api, client, crate_root, device_login, extensions, headers, manifest,
    model, pages, sign_in, structs, umbrella, union, webhooks,
};
use crate::ir::GroupId;
use crate::names::GroupNames;

/// Defines [`Content`] and [`Context::group_files`] from a table with one row per template.
macro_rules! contents {
    (
        files { $($(#[$doc:meta])* $file:ident: $view:ty = $template:literal,)* }
        group_files {
            $($(#[$group_doc:meta])* $group_file:ident: $group_view:ty = $group_template:literal,
                at $path:expr, by $make:ident;)*
        }
    ) => {
        /// The content of a file, by template.
        #[derive(Debug, Serialize)]
        pub enum Content {
            $($(#[$doc])* $file($view),)*
            $($(#[$group_doc])* $group_file($group_view),)*
            /// A file of a vendored runtime, in `src/runtime/`.
            Runtime(#[serde(skip)] String),
            /// A file of several parts.
            Merged(MergedView),
            /// A file of one's own templates, laid out.
            Extension(String),
        }

        impl Content {
            /// Returns the name of the template and its output.
            pub fn print(&self) -> (&'static str, askama::Result<String>) {
                match self {
                    $(Self::$file(view) => ($template, view.render()),)*
                    $(Self::$group_file(view) => ($group_template, view.render()),)*
                    Self::Merged(view) => ("", Ok(view.docs.inner().to_string())),
                    Self::Runtime(text) | Self::Extension(text) => ("", Ok(text.clone())),
                }
            }
        }

        impl Context<'_> {
            /// Returns the files of a group of operations.
            pub(super) fn group_files(&self, id: GroupId) -> Vec<FileView> {
                let (group, names) = (&self.api.groups[id.0], self.names.group(id));
                vec![$({
                    let path: fn(&Self, &GroupNames) -> String = $path;
                    FileView {
                        path: path(self, names),
                        content: Content::$group_file(self.$make(id, group)),
                    }
                },)*]
            }
        }
    };
}

contents! {
    files {
        /// `Cargo.toml`
        Manifest: manifest::ManifestView = "Cargo.toml.askama",
        /// `README.md`
        Readme: pages::readme::ReadmeView = "docs/readme.md.askama",
        /// `README.md` of a crate without a client
        TypesReadme: pages::readme::TypesReadmeView = "docs/types_readme.md.askama",
        /// `src/lib.rs`
        Lib: crate_root::LibView = "lib.rs.askama",
        /// `src/client.rs`
        Client: client::ClientView = "client.rs.askama",
        /// `src/device_login.rs`
        DeviceLogin: device_login::DeviceLoginView = "device_login.rs.askama",
        /// `docs/device-login.md`
        DeviceLoginPage: device_login::DeviceLoginPage = "docs/device_login.md.askama",
        /// `src/sign_in.rs`
        SignIn: sign_in::SignInView = "sign_in.rs.askama",
        /// `src/apis/mod.rs`
        ApisMod: api::ApisModView = "apis/mod.rs.askama",
        /// `src/ext/mod.rs`
        ExtensionsMod: extensions::ExtensionsView = "ext.rs.askama",
        /// `src/headers.rs`
        Headers: headers::HeadersView = "headers.rs.askama",
        /// `src/webhooks.rs`
        Webhooks: webhooks::WebhooksView = "webhooks.rs.askama",
        /// `src/models/mod.rs`
        ModelsMod: model::ModelsModView = "models/mod.rs.askama",
        /// `src/models/<model>.rs`
        Struct: structs::StructView = "models/struct.rs.askama",
        /// `src/models/<model>.rs`
        Enum: model::EnumView = "models/enum.rs.askama",
        /// `src/models/<model>.rs`
        NumberEnum: model::NumberEnumView = "models/number_enum.rs.askama",
        /// `src/models/<model>.rs`
        Union: union::UnionView = "models/union.rs.askama",
        /// `src/models/<model>.rs`
        Collection: model::CollectionView = "models/collection.rs.askama",
        /// `src/models/<model>.rs`
        Alias: model::AliasView = "models/alias.rs.askama",
        /// `src/models/<model>.rs`
        Custom: model::CustomView = "models/custom.rs.askama",
        /// `Cargo.toml` of an umbrella crate
        UmbrellaManifest: umbrella::UmbrellaManifestView = "umbrella/Cargo.toml.askama",
        /// `README.md` of an umbrella crate
        UmbrellaReadme: umbrella::UmbrellaReadmeView = "umbrella/readme.md.askama",
        /// `src/lib.rs` of an umbrella crate
        UmbrellaLib: umbrella::UmbrellaLibView = "umbrella/lib.rs.askama",
        /// `src/client.rs` of an umbrella crate
        UmbrellaClient: umbrella::UmbrellaClientView = "umbrella/client.rs.askama",
        /// `Cargo.toml` of a copy of the runtime
        RuntimeManifest: umbrella::RuntimeManifestView = "umbrella/runtime.toml.askama",
        /// `README.md` of a copy of the runtime
        RuntimeReadme: umbrella::RuntimeReadmeView = "umbrella/runtime.md.askama",
        /// `docs/models/<Model>.md`
        ModelPage: pages::model::ModelPage = "docs/model.md.askama",
    }
    group_files {
        /// The code of a group
        Api: api::ApiView = "apis/tag.rs.askama",
            at |context, names| context.group_path(names), by api_view;
        /// `docs/apis/<Api>.md`
        ApiPage: pages::api::ApiPage = "docs/api.md.askama",
            at |_, names| group_page(names), by api_page;
    }
}

impl Context<'_> {
    /// Returns the path of the code of a group of operations.
    fn group_path(&self, names: &GroupNames) -> String {
        match self.layout.is_by_group() {
            true => format!("src/{}.rs", names.root_module.bare()),
            false => format!("src/apis/{}.rs", names.module.bare()),
        }
    }
}

/// Returns the path of the page of a group of operations.
pub(super) fn group_page(names: &GroupNames) -> String {
    format!("docs/apis/{}.md", names.api)
}
