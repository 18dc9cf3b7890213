//! Names of the groups, of the servers, and of the methods that every client has.

use super::case::{Case, Spelling, identifier};
use super::scope::{Candidate, Matching, RustIdent, Scope};
use super::{DEVICES, GroupNames, MODULE_RESERVED, Renames, from_wire};
use crate::ir::{Api, GroupId};
use crate::runtime::{MODULES, client_methods};

/// The methods that the templates add to a client, apart from those of the runtime, and `new`, which
/// clippy expects to return `Self`.
pub(super) const CLIENT_METHODS: &[&str] = &["builder", "clone", "device_login", "new", "sign_in"];

/// The methods that the templates add to a client's builder, apart from those of the runtime.
pub(super) const BUILDER_METHODS: &[&str] = &["server"];

/// The maximum length of a description that a server is named after.
const SHORT: usize = 40;

/// Names each server after its description if it is short, and after its URL otherwise.
pub(super) fn servers(api: &Api) -> Vec<RustIdent> {
    let candidates: Vec<_> = api
        .servers
        .iter()
        .map(|server| {
            let url = server.url.split_once("://").map_or(&*server.url, |it| it.1);
            let description = server.description.iter();
            let short = description.filter(|it| it.len() <= SHORT && !it.trim().contains('\n'));
            let words = short.map(String::as_str).chain([url, &server.url]);
            Candidate {
                priority: 0,
                key: server.url.clone(),
                forms: words
                    .map(|word| identifier(word, "server", Case::Snake, Spelling::Plain))
                    .collect(),
            }
        })
        .collect();
    Scope::new(Matching::IgnoreCase, &["has", "expand"]).assign(&candidates)
}

/// Cargo features that a client has apart from those of its groups, or may have in the future.
pub(super) const FEATURE_RESERVED: &[&str] = &[
    "blocking",
    "brotli",
    "browser_login",
    "cassette",
    "charset",
    "default",
    "full",
    "gzip",
    "http2",
    "id_token",
    "keyring",
    "mock",
    "native_tls",
    "qr",
    "reqwest",
    "rustls",
    "rustls_ring",
    "socks",
    "std",
    "test",
    "token_file",
    "tracing",
    "webhook_payloads",
    "webhook_signatures",
    "webhooks",
    "zstd",
];

/// Modules that the root of a client has or may have apart from those of the runtime, and crates that its code
/// refers to.
const ROOT_MODULES: &[&str] = &[
    "alloc",
    "apis",
    "client",
    "core",
    "custom",
    "device_login",
    "ext",
    "headers",
    "models",
    "pages",
    "runtime",
    "sign_in",
    "std",
    "webhooks",
    "wiretrue",
];

pub(super) fn groups(api: &Api, renames: &Renames) -> Vec<GroupNames> {
    let tag = |group: &crate::ir::Group| group.tag.clone().unwrap_or_else(|| "default".to_owned());
    let types: Vec<_> = api
        .groups
        .iter()
        .enumerate()
        .map(|(index, group)| {
            let chosen = renames.of_group(GroupId(index));
            let tag = chosen.map_or_else(|| tag(group), str::to_owned);
            let mut candidate = from_wire(&tag, "group", Case::Camel, "", "");
            candidate
                .forms
                .iter_mut()
                .for_each(|form| form.push_str("Api"));
            candidate.priority = i8::from(group.tag.is_none());
            candidate.chosen(chosen.is_some())
        })
        .collect();
    let idents = Scope::new(Matching::IgnoreCase, &[]).assign(&types);
    let words: Vec<_> = idents
        .iter()
        .enumerate()
        .map(|(index, ident)| {
            let stem = ident.as_str().strip_suffix("Api").unwrap_or(ident.as_str());
            let chosen = renames.of_group(GroupId(index));
            let words = chosen.unwrap_or(stem);
            from_wire(words, "group", Case::Snake, "", "_api").chosen(chosen.is_some())
        })
        .collect();
    let accessors = Scope::new(
        Matching::Exact,
        &[CLIENT_METHODS, &client_methods()].concat(),
    )
    .assign(&words);
    let modules =
        Scope::new(Matching::IgnoreCase, &[MODULE_RESERVED, DEVICES].concat()).assign(&words);
    let runtime = MODULES.map(|(name, ..)| name);
    let reserved = [ROOT_MODULES, &runtime, MODULE_RESERVED, DEVICES].concat();
    let root_modules = Scope::new(Matching::IgnoreCase, &reserved).assign(&words);
    let features = Scope::new(Matching::IgnoreCase, FEATURE_RESERVED).assign(&words);
    idents
        .into_iter()
        .zip(accessors)
        .zip(modules)
        .zip(root_modules)
        .zip(features)
        .map(
            |((((api, accessor), module), root_module), feature)| GroupNames {
                api,
                accessor,
                module,
                root_module,
                feature: feature.bare().trim_end_matches('_').replace('_', "-"),
            },
        )
        .collect()
}
