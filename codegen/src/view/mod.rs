//! The data for the templates.
//!
//! A view consists of [`RustIdent`](crate::names::RustIdent)s, enumerations, and the types of [`print`],
//! which are safe to print. Views make all decisions: a template only loops, branches on enumerations
//! and prints.

mod alternates;
mod api;
mod client;
mod content;
mod crate_root;
mod default;
mod device_login;
mod docs;
mod encode;
mod example;
mod extensions;
mod fields;
mod first_call;
mod front_docs;
mod gate;
mod headers;
mod limits;
mod manifest;
mod maps;
mod merged;
mod model;
mod operation;
mod operation_docs;
mod origin;
mod outcome;
mod pages;
mod paging;
mod print;
mod response;
mod runtime;
mod server;
mod sign_in;
mod size;
mod structs;
mod types;
pub mod umbrella;
mod union;
mod webhooks;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::Serialize;

pub use self::content::Content;
use self::content::group_page;
pub(crate) use self::docs::{documented, property_sentence, schema_docs};
pub use self::first_call::FirstCallView;
pub(crate) use self::merged::{MergedView, PartView};
pub(crate) use self::outcome::status_word;
pub use self::print::{DocLines, RustExpr, RustType, SlotText, StrLit};
pub use self::response::{ArmKind, ArmView, OutputKind};
pub(crate) use self::types::runtime_type;
pub use self::types::{Context, PrintScope};
use crate::ir::{GroupId, Shape, TypeId, TypeRef};
use crate::names::Names;
use crate::options::DateCrate;
use crate::parallel;
use crate::runtime::{Feature, vendored};

/// The files of a client crate before they are rendered.
#[derive(Debug, Serialize)]
pub struct Views {
    /// The name of the document in the header of each file.
    pub document: String,
    /// The files.
    pub files: Vec<FileView>,
    /// The features of the runtime that the client needs.
    #[serde(skip)]
    pub features: BTreeSet<Feature>,
    /// The Cargo features of the groups of operations.
    #[serde(skip)]
    pub groups: Vec<String>,
    /// A program that makes a first call, for a new client.
    pub first_call: Option<FirstCallView>,
}

/// A file.
#[derive(Debug, Serialize)]
pub struct FileView {
    /// The path in the crate, with `/`.
    pub path: String,
    /// The content.
    pub content: Content,
}

/// Prints a type for code that imports `models`, of a client with [`Layout::ByKind`].
pub(crate) fn type_in_api(names: &Names, dates: DateCrate, ty: &TypeRef) -> String {
    types::type_text(dates, ty, PrintScope::Api, &|id| {
        format!("models::{}", names.of(id).ident)
    })
}

impl Context<'_> {
    /// Returns the files of a type.
    fn type_files(&self, id: TypeId) -> Vec<FileView> {
        let (def, names) = (&self.api.types[id.0], self.names.of(id));
        let page = FileView {
            path: format!("docs/models/{}.md", names.ident),
            content: Content::ModelPage(self.model_page(id, def)),
        };
        if self.layout.is_by_group() {
            return vec![page];
        }
        let code = self.model_content(id).map(|content| FileView {
            path: format!("src/models/{}.rs", names.module.bare()),
            content,
        });
        code.into_iter().chain([page]).collect()
    }

    /// Returns the code of a type.
    fn model_content(&self, id: TypeId) -> Option<Content> {
        let def = &self.api.types[id.0];
        match &def.shape {
            Shape::Struct(shape) => Some(Content::Struct(self.struct_view(id, def, shape))),
            Shape::StringEnum(_) | Shape::IntegerEnum(_) => {
                self.enum_view(id, def).map(Content::Enum)
            }
            Shape::NumberEnum(values) => {
                Some(Content::NumberEnum(self.number_enum_view(id, def, values)))
            }
            Shape::Union(union) => Some(Content::Union(self.union_view(id, def, union))),
            Shape::Collection(ty) => Some(Content::Collection(self.collection_view(id, def, ty))),
            Shape::Alias(ty) => Some(Content::Alias(self.alias_view(id, def, ty))),
            Shape::Custom(path) => Some(Content::Custom(self.custom_view(id, def, path))),
        }
    }
}

/// Creates the view of every file.
pub fn view(context: &Context<'_>) -> Views {
    let Context {
        api,
        options,
        device_login,
        sign_in,
        ..
    } = *context;
    let group_ids: Vec<_> = (0..api.groups.len()).map(GroupId).collect();
    let mut pages: Vec<crate_root::PageEntry> = match options.types_only {
        true => Vec::new(),
        false => vec![context.front_page()],
    };
    pages.extend(group_ids.iter().map(|&id| {
        let page = group_page(context.names.group(id));
        crate_root::PageEntry::new(&page, context.group_gate(id))
    }));
    let groups = parallel::map(group_ids, |id| context.module_files(id));
    let type_ids = (0..api.types.len()).map(TypeId).collect();
    let types = parallel::map(type_ids, |id| context.type_files(id));
    let mut files: Vec<FileView> = groups.into_iter().chain(types).flatten().collect();
    files.extend(context.models_file());
    files.extend(context.extension_files());
    let mut add = |path: String, content: Content| files.push(FileView { path, content });

    if let Some(login) = device_login {
        add(
            "src/device_login.rs".to_owned(),
            Content::DeviceLogin(context.device_login_view(login)),
        );
        let page = "docs/device-login.md".to_owned();
        add(
            page.clone(),
            Content::DeviceLoginPage(context.device_login_page(login)),
        );
        pages.push(crate_root::PageEntry::new(&page, context.login_gate()));
    }
    if let Some(sign_in) = sign_in {
        add(
            "src/sign_in.rs".to_owned(),
            Content::SignIn(context.sign_in_view(sign_in)),
        );
    }
    let by_kind = !context.layout.is_by_group();
    if !options.types_only && by_kind {
        add(
            "src/apis/mod.rs".to_owned(),
            Content::ApisMod(context.apis_mod()),
        );
    }
    if !options.types_only {
        add(
            "src/client.rs".to_owned(),
            Content::Client(context.client_view()),
        );
    }
    if !api.types.is_empty() && by_kind {
        add(
            "src/models/mod.rs".to_owned(),
            Content::ModelsMod(context.models_mod()),
        );
    }
    if !api.headers.is_empty() {
        add(
            "src/headers.rs".to_owned(),
            Content::Headers(context.headers_view()),
        );
    }
    if context.has_webhooks() {
        add(
            "src/webhooks.rs".to_owned(),
            Content::Webhooks(context.webhooks_view()),
        );
    }
    let features = context.runtime_features();
    if context.is_vendored() {
        for file in vendored(&features, &context.library(), !options.types_only) {
            add(
                format!("src/runtime/{}", file.path),
                Content::Runtime(file.text),
            );
        }
    }
    add(
        "src/lib.rs".to_owned(),
        Content::Lib(context.lib_view(&features, pages)),
    );
    add(
        "README.md".to_owned(),
        match options.types_only {
            true => Content::TypesReadme(context.types_readme_view()),
            false => Content::Readme(context.readme_view()),
        },
    );
    add(
        "Cargo.toml".to_owned(),
        Content::Manifest(context.manifest_view(&features)),
    );
    Views {
        document: options.document.clone(),
        files,
        groups: context.features().map(str::to_owned).collect(),
        features,
        first_call: context.first_call_view(),
    }
}
