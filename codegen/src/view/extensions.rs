//! Views of the files that one's own templates generate.

use askama::Template;
use serde::Serialize;

use super::print::RustExpr;
use super::types::Context;
use super::{Content, FileView};
use crate::names::RustIdent;

/// `src/ext/mod.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "ext.rs.askama")]
pub struct ExtensionsView {
    pub modules: Vec<ExtensionModule>,
}

/// A module of `src/ext/`.
#[derive(Debug, Serialize)]
pub struct ExtensionModule {
    /// The condition of its compilation.
    pub gate: Option<RustExpr>,
    pub module: RustIdent,
}

impl Context<'_> {
    /// Returns the files that one's own templates generate, and the one that declares their modules.
    pub(super) fn extension_files(&self) -> Vec<FileView> {
        let files = self.extensions.files().iter();
        let mut views: Vec<FileView> = files
            .map(|file| FileView {
                path: file.path.clone(),
                content: Content::Extension(file.text.clone()),
            })
            .collect();
        let files = self.extensions.files().iter();
        let module = |file: &crate::extend::ExtensionFile| {
            file.module.clone().map(|module| ExtensionModule {
                gate: file.gate.clone(),
                module,
            })
        };
        let mut modules: Vec<ExtensionModule> = files.filter_map(module).collect();
        modules.sort_by(|a, b| a.module.cmp(&b.module));
        if !modules.is_empty() {
            views.push(FileView {
                path: "src/ext/mod.rs".to_owned(),
                content: Content::ExtensionsMod(ExtensionsView { modules }),
            });
        }
        views
    }
}
