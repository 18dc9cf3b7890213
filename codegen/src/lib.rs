//! From an OpenAPI document to the files of a Rust client crate.
//!
//! ```text
//! text ─parse→ Document ─normalise→ Resolved ─select→ Resolved ─lower→ Api ─analyse→ Facts
//!                                                              Api ─device_login→ DeviceLogin
//!                                                              Api ─pagination→ Pagination ─name→ Names
//!                                              (Api, Facts, Names) ─tolerance→ Tolerance
//!          (Api, Facts, DeviceLogin, Pagination, Names, Tolerance) ─view→ Views ─render→ Tree
//! ```
//!
//! Each stage takes what the one before gives and nothing else. None of them prints. Files
//! are read by [`Source`] alone and written by [`output`] alone. `ARCHITECTURE.md` tells more.

pub mod analyse;
pub mod device_login;
pub mod diagnostic;
pub mod facts;
pub mod fallback;
pub mod grants;
pub mod ir;
pub mod lower;
pub mod names;
pub mod normalise;
pub mod openapi;
pub mod options;
pub mod output;
pub mod pagination;
mod parallel;
pub mod parse;
mod pattern;
pub mod pointer;
pub mod render;
pub mod runtime;
pub mod select;
mod text;
pub mod tolerance;
pub mod view;

pub use diagnostic::{Diagnostic, Diagnostics};
pub use options::Options;
pub use output::Tree;
pub use parse::Source;

/// A client crate, and what each stage made of the document on the way.
#[derive(Debug)]
pub struct Generated {
    /// The files of the crate.
    pub tree: Tree,
    /// The document, its references resolved.
    pub resolved: normalise::Resolved,
    /// The client as data.
    pub api: ir::Api,
    /// The identifiers chosen.
    pub names: names::Names,
    /// What the templates were given.
    pub views: view::Views,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

/// Makes a client crate of a document.
///
/// # Errors
///
/// All diagnostics, with their places in the file, if at least one of them is an error.
pub fn generate(source: &Source, options: &Options) -> Result<Generated, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    match run(source, options, &mut diagnostics) {
        Some(made) if !diagnostics.has_errors() => {
            source.locate(&mut diagnostics);
            Ok(Generated {
                tree: made.tree,
                resolved: made.resolved,
                api: made.api,
                names: made.names,
                views: made.views,
                diagnostics,
            })
        }
        _ => {
            source.locate(&mut diagnostics);
            Err(diagnostics)
        }
    }
}

/// What the stages make.
struct Made {
    tree: Tree,
    resolved: normalise::Resolved,
    api: ir::Api,
    names: names::Names,
    views: view::Views,
}

/// The pipeline. A stage that can't go on gives `None` and has said why.
fn run(source: &Source, options: &Options, diagnostics: &mut Diagnostics) -> Option<Made> {
    let document = parse::parse(source, diagnostics)?;
    let resolved = normalise::normalise(document, diagnostics)?;
    let resolved = select::select(resolved, options, diagnostics)?;
    let api = lower::lower(&resolved, diagnostics)?;
    let facts = analyse::analyse(&api, diagnostics);
    let device_login = device_login::resolve(&api, options, diagnostics);
    let pagination = pagination::resolve(&api, options, diagnostics);
    let names = names::name(&api, &pagination);
    let tolerance = tolerance::resolve(&api, &facts, &names, options, diagnostics);
    let views = view::view(&view::Context {
        api: &api,
        facts: &facts,
        names: &names,
        options,
        device_login: device_login.as_ref(),
        pagination: &pagination,
        tolerance: &tolerance,
    });
    let tree = render::render(&views, diagnostics)?;
    Some(Made {
        tree,
        resolved,
        api,
        names,
        views,
    })
}
