//! What the templates print: every string final, every decision made.
//!
//! A view holds [`RustIdent`](crate::names::RustIdent)s and the types of [`print`], which are safe
//! where they are printed. A template loops, branches and prints; it decides nothing.

mod api;
mod client;
mod default;
mod device_login;
mod example;
mod gate;
mod headers;
mod model;
mod operation;
mod operation_docs;
mod others;
mod outcome;
mod pages;
mod paging;
mod print;
mod reply;
mod runtime;
mod server;
mod size;
mod types;

use serde::Serialize;

pub use self::api::OutputView;
use self::runtime::{Runtime, VerbatimView};
pub use self::types::Context;
use crate::ir::{GroupId, Shape, TypeId, TypeRef};
use crate::names::Names;

/// The files of a client crate, before they are rendered.
#[derive(Debug, Serialize)]
pub struct Views {
    /// How the document is called in the header of each file.
    pub document: String,
    /// The files.
    pub files: Vec<FileView>,
}

/// A file: where it goes and what is in it.
#[derive(Debug, Serialize)]
pub struct FileView {
    /// The path in the crate, with `/`.
    pub path: String,
    /// What is in it.
    pub content: Content,
}

/// What is in a file, by template.
#[derive(Debug, Serialize)]
pub enum Content {
    /// `Cargo.toml`
    Manifest(client::ManifestView),
    /// `README.md`
    Readme(pages::readme::ReadmeView),
    /// `src/lib.rs`
    Lib(client::LibView),
    /// `src/client.rs`
    Client(client::ClientView),
    /// `src/device_login.rs`
    DeviceLogin(device_login::DeviceLoginView),
    /// `docs/device-login.md`
    DeviceLoginPage(device_login::DeviceLoginPage),
    /// `src/apis/mod.rs`
    ApisMod(api::ApisModView),
    /// `src/apis/<group>.rs`
    Api(api::ApiView),
    /// `src/headers.rs`
    Headers(headers::HeadersView),
    /// `src/models/mod.rs`
    ModelsMod(model::ModelsModView),
    /// `src/models/<model>.rs`
    Struct(model::StructView),
    /// `src/models/<model>.rs`
    Enum(model::EnumView),
    /// `src/models/<model>.rs`
    NumberEnum(model::NumberEnumView),
    /// `src/models/<model>.rs`
    Union(model::UnionView),
    /// `src/models/<model>.rs`
    Alias(model::AliasView),
    /// `src/runtime/mod.rs`
    RuntimeMod(runtime::RuntimeModView),
    /// `src/runtime/<file>.rs`
    Runtime(VerbatimView),
    /// `docs/apis/<Api>.md`
    ApiPage(pages::api::ApiPage),
    /// `docs/models/<Model>.md`
    ModelPage(pages::model::ModelPage),
}

/// A type as the files in `src/apis/` name it, which import `models`.
pub fn type_in_api(names: &Names, ty: &TypeRef) -> String {
    types::type_text(names, ty, types::Place::Api)
}

/// Decides every string of every file.
pub fn view(context: &Context<'_>) -> Views {
    let Context {
        api,
        names,
        options,
        device_login,
        ..
    } = *context;
    let runtime = Runtime::new(context);
    let mut files: Vec<FileView> = Vec::new();
    let mut add = |path: String, content: Content| files.push(FileView { path, content });

    let mut pages: Vec<client::PageEntry> = vec![context.front_page()];
    for (index, group) in api.groups.iter().enumerate() {
        let id = GroupId(index);
        let names = names.group(id);
        add(
            format!("src/apis/{}.rs", names.module.bare()),
            Content::Api(context.api_view(id, group)),
        );
        let page = format!("docs/apis/{}.md", names.api);
        add(page.clone(), Content::ApiPage(context.api_page(id, group)));
        pages.push(client::PageEntry::new(&page, context.group_gate(id)));
    }
    for (index, def) in api.types.iter().enumerate() {
        let id = TypeId(index);
        let names = names.of(id);
        let content = match &def.shape {
            Shape::Struct(shape) => Some(Content::Struct(context.struct_view(id, def, shape))),
            Shape::StringEnum(_) | Shape::IntegerEnum(_) => {
                context.enum_view(id, def).map(Content::Enum)
            }
            Shape::NumberEnum(values) => Some(Content::NumberEnum(
                context.number_enum_view(id, def, values),
            )),
            Shape::Union(union) => Some(Content::Union(context.union_view(id, def, union))),
            Shape::Alias(ty) => Some(Content::Alias(context.alias_view(id, def, ty))),
        };
        if let Some(content) = content {
            add(format!("src/models/{}.rs", names.module.bare()), content);
        }
        add(
            format!("docs/models/{}.md", names.ident),
            Content::ModelPage(context.model_page(id, def)),
        );
    }

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
        pages.push(client::PageEntry::new(&page, context.login_gate()));
    }
    add(
        "src/apis/mod.rs".to_owned(),
        Content::ApisMod(context.apis_mod()),
    );
    if !api.types.is_empty() {
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
    for file in runtime.verbatim() {
        add(
            format!("src/runtime/{}.rs", file.name),
            Content::Runtime(file),
        );
    }
    add(
        "src/runtime/mod.rs".to_owned(),
        Content::RuntimeMod(runtime.mod_view(context)),
    );
    add(
        "src/client.rs".to_owned(),
        Content::Client(context.client_view()),
    );
    add(
        "src/lib.rs".to_owned(),
        Content::Lib(context.lib_view(&runtime, pages)),
    );
    add(
        "README.md".to_owned(),
        Content::Readme(context.readme_view()),
    );
    add(
        "Cargo.toml".to_owned(),
        Content::Manifest(context.manifest_view(&runtime)),
    );
    Views {
        document: options.document.clone(),
        files,
    }
}
