//! Names of the builder's methods: credentials, grants, server variables.
//!
//! The first scheme of a kind has a short name, and later ones are named after their keys. What an earlier
//! version of the document has is named first, so that a scheme at the end renames nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::case::{Case, Spelling, identifier};
use super::client::BUILDER_METHODS;
use super::scope::{Candidate, Matching, RustIdent, Scope};
use super::{GrantNames, Renames, STD_METHODS, from_wire};
use crate::grants::{GrantKind, grants};
use crate::ir::{Api, Scheme, SchemeId, SchemeKind};
use crate::runtime::builder_methods;

/// The short names. No other method of a builder has them, whether or not the document has such a scheme.
const SHORT: &[&str] = &[
    "api_key",
    "authorization",
    "basic_auth",
    "bearer_auth",
    "client_credentials",
    "client_credentials_with",
    "refresh_token",
    "refresh_token_with",
];

/// A method for a security scheme.
struct Method<'a> {
    id: SchemeId,
    scheme: &'a Scheme,
    takes: Takes,
    /// The name, if the scheme is the first that has such a method: one of [`SHORT`].
    short: String,
    /// The names otherwise, in order of preference.
    by_key: Vec<String>,
}

/// What a method for a security scheme takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Credential,
    /// The required credentials of a grant.
    GrantCredentials(GrantKind),
    /// A configured grant.
    Grant,
}

/// The names of the builder's methods.
pub(super) struct BuilderNames {
    /// One for each of [`Api::schemes`].
    pub schemes: Vec<RustIdent>,
    pub grants: Vec<GrantNames>,
    /// One for each of [`Api::server_variables`].
    pub variables: Vec<RustIdent>,
}

/// Names the builder's methods for credentials, for grants, and for server variables.
pub(super) fn builder(api: &Api, renames: &Renames) -> BuilderNames {
    let reserved = [BUILDER_METHODS, &builder_methods(), STD_METHODS].concat();
    let mut scope = Scope::new(Matching::Exact, &reserved);
    let methods = methods(api);
    let mut names = chosen(&methods, &mut scope, renames);

    let mut kinds = BTreeSet::new();
    for (index, method) in methods.iter().enumerate() {
        let is_first = kinds.insert(&method.short);
        if is_first && !names.contains_key(&index) {
            let short = std::iter::once(method.short.clone());
            let forms = short.chain(method.by_key.iter().cloned()).collect();
            names.insert(index, scope.assign_one(&method.scheme.name, forms));
        }
    }
    scope.reserve(SHORT);
    let variables: Vec<_> = api
        .server_variables
        .iter()
        .map(|variable| from_wire(&variable.name, "variable", Case::Snake, "", "_variable"))
        .collect();
    let variables = scope.assign(&variables);
    for (index, method) in methods.iter().enumerate() {
        names
            .entry(index)
            .or_insert_with(|| scope.assign_one(&method.scheme.name, method.by_key.clone()));
    }
    sorted(&methods, names.into_values(), variables)
}

/// Returns the methods in order of precedence: those for schemes that operations require, in the order of
/// the document, and then those for the other schemes.
fn methods(api: &Api) -> Vec<Method<'_>> {
    let mut schemes: Vec<_> = api.schemes.iter().enumerate().collect();
    schemes.sort_by_key(|(_, scheme)| !scheme.is_required);
    let methods = schemes.into_iter().flat_map(|(index, scheme)| {
        let key = identifier(&scheme.name, "scheme", Case::Snake, Spelling::Plain);
        let kind = kind(&scheme.kind);
        let method = move |takes, short: String, by_key| Method {
            id: SchemeId(index),
            scheme,
            takes,
            short,
            by_key,
        };
        let forms = vec![key.clone(), format!("{kind}_{key}")];
        let credential = method(Takes::Credential, kind.to_owned(), forms);
        let grants = grants(scheme).into_iter().flat_map(move |grant| {
            let stem = match grant.kind {
                GrantKind::ClientCredentials => "client_credentials",
                GrantKind::RefreshToken => "refresh_token",
            };
            let named = |takes, suffix: &str| {
                let forms = vec![format!("{stem}_{key}{suffix}")];
                method(takes, format!("{stem}{suffix}"), forms)
            };
            [
                named(Takes::GrantCredentials(grant.kind), ""),
                named(Takes::Grant, "_with"),
            ]
        });
        std::iter::once(credential).chain(grants)
    });
    methods.collect()
}

/// Returns the names that the options choose, by the index of the method.
fn chosen(
    methods: &[Method<'_>],
    scope: &mut Scope,
    renames: &Renames,
) -> BTreeMap<usize, RustIdent> {
    let methods = methods.iter().enumerate();
    let (indices, candidates): (Vec<usize>, Vec<Candidate>) = methods
        .filter(|(_, method)| method.takes == Takes::Credential)
        .filter_map(|(index, method)| {
            let candidate = Candidate {
                priority: 0,
                key: method.scheme.name.clone(),
                forms: vec![renames.of_scheme(method.id)?.to_owned()],
            };
            Some((index, candidate))
        })
        .unzip();
    indices.into_iter().zip(scope.assign(&candidates)).collect()
}

/// Returns the names, given those of the methods in order.
fn sorted(
    methods: &[Method<'_>],
    names: impl Iterator<Item = RustIdent>,
    variables: Vec<RustIdent>,
) -> BuilderNames {
    let mut schemes = BTreeMap::new();
    let (mut plain, mut with) = (Vec::new(), Vec::new());
    for (method, name) in methods.iter().zip(names) {
        match method.takes {
            Takes::Credential => drop(schemes.insert(method.id, name)),
            Takes::GrantCredentials(kind) => plain.push((method.id, kind, name)),
            Takes::Grant => with.push(name),
        }
    }
    let grants = plain.into_iter().zip(with);
    let grants = grants.map(|((scheme, kind, plain), with)| GrantNames {
        scheme,
        kind,
        plain,
        with,
    });
    BuilderNames {
        schemes: schemes.into_values().collect(),
        grants: grants.collect(),
        variables,
    }
}

/// Returns the name of the first scheme of a kind.
fn kind(kind: &SchemeKind) -> &'static str {
    match kind {
        SchemeKind::Basic => "basic_auth",
        SchemeKind::Bearer => "bearer_auth",
        SchemeKind::HeaderKey(_) | SchemeKind::QueryKey(_) | SchemeKind::CookieKey(_) => "api_key",
        SchemeKind::Authorization(_) => "authorization",
    }
}
