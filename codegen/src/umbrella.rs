//! Generates an umbrella crate: one client for the APIs of several documents.
//!
//! Each document becomes a client crate of its own, by [`generate`](crate::generate). The umbrella crate
//! depends on these, each with a Cargo feature, and builds their clients with one set of settings,
//! credentials and connections. It needs an [`Member`] of each, and not the documents.

mod schemes;

use std::collections::BTreeSet;

use crate::additions::Additions;
use crate::diagnostic::Diagnostics;
use crate::extend::Extensions;
use crate::ir::{self, Api};
use crate::layout::ModuleLayout;
use crate::names::{self, RustIdent};
use crate::output::Tree;
use crate::pagination::Pagination;
use crate::runtime::Feature;
use crate::tolerance::Tolerance;
use crate::view::{Context, umbrella as view};
use crate::{Generated, Options, analyse, render};

/// The client crate of one document, as its umbrella sees it.
#[derive(Clone, Debug)]
pub struct Member {
    /// The name of the API, from [`names::umbrella::api_name`].
    pub name: String,
    /// The name of the package.
    pub package: String,
    /// The version of the package.
    pub version: String,
    /// The folder of the crate, relative to the umbrella's.
    pub path: String,
    /// `info.title` of the document.
    pub(crate) title: String,
    /// `info.version`
    pub(crate) api_version: String,
    pub(crate) servers: Vec<ir::Server>,
    pub(crate) schemes: Vec<ir::Scheme>,
    /// The first alternative of credentials that the first operation takes.
    pub(crate) first_security: Vec<ir::SchemeId>,
    /// The features of the runtime that the client needs.
    pub(crate) features: BTreeSet<Feature>,
    /// The Cargo features of its groups of operations.
    pub(crate) groups: Vec<String>,
}

impl Member {
    /// Creates the description of a client that was generated with `options`. `path` is the folder of the
    /// crate, relative to the umbrella's.
    pub fn new(name: String, path: String, options: &Options, generated: &Generated) -> Self {
        let api = &generated.api;
        let first = api.operations.first();
        let security = first.and_then(|it| it.security.iter().find(|all| !all.is_empty()));
        Self {
            name,
            package: options.package.clone(),
            version: options.version.clone(),
            path,
            title: api.title.clone(),
            api_version: api.version.clone(),
            servers: api.servers.clone(),
            schemes: api.schemes.clone(),
            first_security: security.into_iter().flatten().map(|it| it.scheme).collect(),
            features: generated.views.features.clone(),
            groups: generated.views.groups.clone(),
        }
    }
}

/// Generates the umbrella crate of these clients. Of the options, those of the package apply, the runtime,
/// and `document`, which is the name of the documents as a whole.
///
/// # Errors
///
/// Returns errors of the generator itself.
pub fn generate(members: &[Member], options: &Options) -> Result<Tree, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let merged = schemes::merge(members);
    let api = api(options, merged.schemes);
    let facts = analyse::analyse(&api, &mut diagnostics);
    let pagination = Pagination::default();
    let names = names::name(&api, &pagination, &names::Renames::default());
    let idents = idents(members, &names);
    let tolerance = Tolerance::default();
    let views = view::views(
        &Context {
            api: &api,
            facts: &facts,
            names: &names,
            options,
            device_login: None,
            sign_in: None,
            pagination: &pagination,
            tolerance: &tolerance,
            additions: &Additions::default(),
            extensions: &Extensions::default(),
            layout: &ModuleLayout::default(),
            file: None,
        },
        members,
        &idents,
        &merged.renamed,
    );
    render::render(&views, &mut diagnostics).ok_or(diagnostics)
}

/// Generates the package that the crates of an umbrella share: a copy of the runtime. `package` is its name,
/// and of `options`, the version and the license apply.
///
/// # Errors
///
/// Returns errors of the generator itself.
pub fn generate_runtime(package: &str, options: &Options) -> Result<Tree, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let views = view::runtime_views(package, options);
    render::render(&views, &mut diagnostics).ok_or(diagnostics)
}

/// Returns the API that an umbrella is for: it has credentials, and no operations.
fn api(options: &Options, schemes: Vec<ir::Scheme>) -> Api {
    Api {
        title: options.package.clone(),
        version: String::new(),
        description: None,
        servers: Vec::new(),
        server_variables: Vec::new(),
        schemes,
        groups: Vec::new(),
        operations: Vec::new(),
        headers: Vec::new(),
        types: Vec::new(),
        webhooks: Vec::new(),
        fallbacks: Vec::new(),
    }
}

fn idents(members: &[Member], names: &names::Names) -> Vec<RustIdent> {
    let apis: Vec<&str> = members.iter().map(|it| it.name.as_str()).collect();
    names::umbrella::apis(&apis, &view::modules(), names)
}
