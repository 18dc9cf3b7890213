//! Names of the methods of the client and its builder: groups, credentials, server variables.

use super::case::{Case, Spelling, identifier};
use super::scope::{Candidate, Matching, RustIdent, Scope};
use super::{DEVICES, GrantNames, GroupNames, MODULE_RESERVED, STD_METHODS, from_wire};
use crate::grants::{GrantKind, grants};
use crate::ir::{Api, SchemeId, SchemeKind};
use crate::runtime::{builder_methods, client_methods};

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

/// Names the builder's methods for credentials, for grants, and for server variables.
pub(super) fn builder(api: &Api) -> (Vec<RustIdent>, Vec<GrantNames>, Vec<RustIdent>) {
    let mut scope = Scope::new(
        Matching::Exact,
        &[BUILDER_METHODS, &builder_methods(), STD_METHODS].concat(),
    );
    let schemes = schemes(api, &mut scope);
    let variables: Vec<_> = api
        .server_variables
        .iter()
        .map(|variable| from_wire(&variable.name, "variable", Case::Snake, "", "_variable"))
        .collect();
    let grants = grant_methods(api, &mut scope);
    let variables = scope.assign(&variables);
    (schemes, grants, variables)
}

/// Names each grant's method after the grant, and after its scheme as well if several schemes have the
/// grant. A second method of each grant takes all of its settings.
fn grant_methods(api: &Api, scope: &mut Scope) -> Vec<GrantNames> {
    let all: Vec<_> = api
        .schemes
        .iter()
        .enumerate()
        .flat_map(|(index, scheme)| {
            let grants = grants(scheme).into_iter();
            grants.map(move |grant| (SchemeId(index), scheme, grant.kind))
        })
        .collect();
    let candidates = |suffix: &str| -> Vec<Candidate> {
        let candidate = |(_, scheme, kind): &(_, &crate::ir::Scheme, GrantKind)| {
            let stem = match kind {
                GrantKind::ClientCredentials => "client_credentials",
                GrantKind::RefreshToken => "refresh_token",
            };
            let named = identifier(&scheme.name, "scheme", Case::Snake, Spelling::Plain);
            let mut forms = vec![format!("{stem}{suffix}"), format!("{stem}_{named}{suffix}")];
            if all.iter().filter(|(_, _, other)| other == kind).count() > 1 {
                forms.remove(0);
            }
            Candidate {
                priority: 0,
                key: scheme.name.clone(),
                forms,
            }
        };
        all.iter().map(candidate).collect()
    };
    let plain = scope.assign(&candidates(""));
    let with = scope.assign(&candidates("_with"));
    all.iter()
        .zip(plain.into_iter().zip(with))
        .map(|((scheme, _, kind), (plain, with))| GrantNames {
            scheme: *scheme,
            kind: *kind,
            plain,
            with,
        })
        .collect()
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
    "webhook_signatures",
    "zstd",
];

pub(super) fn groups(api: &Api) -> Vec<GroupNames> {
    let tag = |group: &crate::ir::Group| group.tag.clone().unwrap_or_else(|| "default".to_owned());
    let types: Vec<_> = api
        .groups
        .iter()
        .map(|group| {
            let mut candidate = from_wire(&tag(group), "group", Case::Camel, "", "");
            candidate
                .forms
                .iter_mut()
                .for_each(|form| form.push_str("Api"));
            candidate.priority = u8::from(group.tag.is_none());
            candidate
        })
        .collect();
    let idents = Scope::new(Matching::IgnoreCase, &[]).assign(&types);
    let words: Vec<_> = idents
        .iter()
        .map(|ident| {
            let stem = ident.as_str().strip_suffix("Api").unwrap_or(ident.as_str());
            from_wire(stem, "group", Case::Snake, "", "_api")
        })
        .collect();
    let accessors = Scope::new(
        Matching::Exact,
        &[CLIENT_METHODS, &client_methods()].concat(),
    )
    .assign(&words);
    let modules =
        Scope::new(Matching::IgnoreCase, &[MODULE_RESERVED, DEVICES].concat()).assign(&words);
    let features = Scope::new(Matching::IgnoreCase, FEATURE_RESERVED).assign(&words);
    idents
        .into_iter()
        .zip(accessors)
        .zip(modules)
        .zip(features)
        .map(|(((api, accessor), module), feature)| GroupNames {
            api,
            accessor,
            module,
            feature: feature.bare().trim_end_matches('_').replace('_', "-"),
        })
        .collect()
}

/// Names each scheme's method after its kind (`basic_auth`), and after the name of the scheme as well if
/// there are several of the same kind.
fn schemes(api: &Api, scope: &mut Scope) -> Vec<RustIdent> {
    let candidates: Vec<_> = api
        .schemes
        .iter()
        .map(|scheme| {
            let kind = match scheme.kind {
                SchemeKind::Basic => "basic_auth",
                SchemeKind::Bearer => "bearer_auth",
                SchemeKind::HeaderKey(_) | SchemeKind::QueryKey(_) | SchemeKind::CookieKey(_) => {
                    "api_key"
                }
                SchemeKind::Authorization(_) => "authorization",
            };
            let named = identifier(&scheme.name, "scheme", Case::Snake, Spelling::Plain);
            let mut forms = vec![kind.to_owned(), format!("{kind}_{named}")];
            if api
                .schemes
                .iter()
                .filter(|other| same_kind(&other.kind, &scheme.kind))
                .count()
                > 1
            {
                forms.remove(0);
            }
            Candidate {
                priority: 0,
                key: scheme.name.clone(),
                forms,
            }
        })
        .collect();
    scope.assign(&candidates)
}

/// Returns whether two schemes would have the same name if named after their kind.
fn same_kind(a: &SchemeKind, b: &SchemeKind) -> bool {
    let is_key = |kind: &SchemeKind| {
        matches!(
            kind,
            SchemeKind::HeaderKey(_) | SchemeKind::QueryKey(_) | SchemeKind::CookieKey(_)
        )
    };
    std::mem::discriminant(a) == std::mem::discriminant(b) || (is_key(a) && is_key(b))
}
