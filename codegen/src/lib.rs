//! Generates a Rust client crate from an OpenAPI document.
//!
//! ```text
//! text ─parse→ Document ─normalise→ Resolved ─select→ Resolved ─lower→ Api ─preserve→ Api
//!                                                              Api ─analyse→ Facts
//!                                                              Api ─device_login→ DeviceLogin
//!                                                              Api ─pagination→ Pagination ─name→ Names
//!                                              (Api, Facts, Names) ─tolerance→ Tolerance
//!        (Api, Facts, DeviceLogin, Pagination, Names, Tolerance) ─extend→ Extensions
//!                                              (…, Extensions) ─view→ Views ─render→ Tree
//! ```
//!
//! Each stage takes the result of the one before it. None of them prints. Only [`Source`] reads
//! files and asks for remote documents, and only [`output`] writes files. `ARCHITECTURE.md` explains the stages.

mod additions;
pub mod analyse;
mod build_script;
pub mod device_login;
pub mod diagnostic;
pub mod extend;
pub mod facts;
pub mod fallback;
mod formats;
pub mod grants;
mod graph;
pub mod ir;
pub mod layout;
pub mod lower;
pub mod name_pattern;
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
mod preserve;
pub mod render;
mod replace;
pub mod runtime;
pub mod select;
pub mod sign_in;
mod text;
pub mod tolerance;
pub mod umbrella;
pub mod view;

pub use build_script::{BuildError, Builder};
pub use diagnostic::{Diagnostic, Diagnostics};
pub use extend::Templates;
pub use extend::inspect::Inspection;
pub use options::Options;
pub use output::Tree;
pub use parse::Source;
pub use parse::source::{RemoteDocument, RemoteError, RemoteLoader};

/// A client crate, and the result of each stage.
#[derive(Debug)]
pub struct Generated {
    /// The files of the crate.
    pub tree: Tree,
    /// The document with its references resolved.
    pub resolved: normalise::Resolved,
    /// The intermediate representation of the client.
    pub api: ir::Api,
    /// The identifiers.
    pub names: names::Names,
    /// The input of the templates.
    pub views: view::Views,
    /// Warnings.
    pub diagnostics: Diagnostics,
    /// The crate of dates and times.
    dates: options::DateCrate,
}

impl Generated {
    /// Prints a type for code that imports `models`, of a client with [`Layout::ByKind`](options::Layout::ByKind).
    pub fn type_in_api(&self, ty: &ir::TypeRef) -> String {
        view::type_in_api(&self.names, self.dates, ty)
    }
}

/// Generates a client crate from a document.
///
/// # Errors
///
/// Returns all diagnostics, each with its location in the file, if at least one of them is an error.
pub fn generate(source: &Source, options: &Options) -> Result<Generated, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    match run(source, options, &mut diagnostics) {
        Some(results) if !diagnostics.has_errors() => {
            source.locate(&mut diagnostics);
            let (views, tree) = results.finished;
            Ok(Generated {
                tree,
                resolved: results.resolved,
                api: results.api,
                names: results.names,
                views,
                diagnostics,
                dates: options.dates,
            })
        }
        _ => {
            source.locate(&mut diagnostics);
            Err(diagnostics)
        }
    }
}

/// Describes the client of a document: what each of its parts becomes.
///
/// # Errors
///
/// Returns all diagnostics, as [`generate`] does.
pub fn inspect(source: &Source, options: &Options) -> Result<Inspection, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let inspected = analysed(source, options, &mut diagnostics, |context, _| {
        Some(Inspection::new(context))
    });
    match inspected {
        Some(inspected) if !diagnostics.has_errors() => Ok(inspected.finished),
        _ => {
            source.locate(&mut diagnostics);
            Err(diagnostics)
        }
    }
}

/// The results of the stages.
struct StageResults<T> {
    /// The result of the last ones.
    finished: T,
    resolved: normalise::Resolved,
    api: ir::Api,
    names: names::Names,
}

/// Runs the pipeline. A stage that fails returns `None` after reporting an error.
fn run(
    source: &Source,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Option<StageResults<(view::Views, Tree)>> {
    analysed(source, options, diagnostics, |context, diagnostics| {
        let extensions = extend::extend(context, source.templates(), diagnostics);
        let views = view::view(&view::Context {
            extensions: &extensions,
            ..*context
        });
        let tree = render::render(&views, diagnostics)?;
        Some((views, tree))
    })
}

/// Runs the stages before the views, and `finish` with their results.
fn analysed<T>(
    source: &Source,
    options: &Options,
    diagnostics: &mut Diagnostics,
    finish: impl FnOnce(&view::Context<'_>, &mut Diagnostics) -> Option<T>,
) -> Option<StageResults<T>> {
    let document = parse::parse(source, diagnostics)?;
    let resolved = normalise::normalise(document, diagnostics);
    let resolved = select::select(resolved, options, diagnostics)?;
    let resolved = match options.types_only {
        true => select::without_operations(resolved),
        false => resolved,
    };
    let resolved = formats::apply(resolved, options, diagnostics);
    let resolved = replace::apply(resolved, options, diagnostics);
    let api = lower::lower(&resolved, diagnostics)?;
    let api = preserve::preserve(api, options);
    let facts = analyse::analyse(&api, diagnostics);
    let device_login = device_login::resolve(&api, options, diagnostics);
    let sign_in = sign_in::resolve(&api, device_login.as_ref());
    let pagination = pagination::resolve(&api, options, diagnostics);
    let renames = names::resolve_renames(&api, &options.names, diagnostics);
    let names = names::name(&api, &pagination, &renames);
    names::check(&api, &pagination, &renames, &names, diagnostics);
    let tolerance = tolerance::resolve(&api, &facts, &names, options, diagnostics);
    let additions = additions::resolve(&api, &facts, &names, options, diagnostics);
    let layout = layout::ModuleLayout::new(&api, &facts, &names, options);
    let context = view::Context {
        api: &api,
        facts: &facts,
        names: &names,
        options,
        device_login: device_login.as_ref(),
        sign_in: sign_in.as_ref(),
        pagination: &pagination,
        tolerance: &tolerance,
        additions: &additions,
        extensions: &extend::Extensions::default(),
        layout: &layout,
        file: None,
    };
    let finished = finish(&context, diagnostics)?;
    Some(StageResults {
        finished,
        resolved,
        api,
        names,
    })
}
