//! Files that have the code of several parts: a group of operations and its models, or models.

use serde::Serialize;

use super::print::{DocLines, RustExpr};
use super::types::Context;
use super::{Content, FileView};
use crate::ir::{GroupId, TypeId};
use crate::layout::Home;
use crate::text;

/// A file of several parts, whose imports are those of all parts.
#[derive(Debug, Serialize)]
pub struct MergedView {
    /// The documentation of the module.
    pub docs: DocLines,
    pub parts: Vec<PartView>,
}

/// A part of a file.
#[derive(Debug, Serialize)]
pub struct PartView {
    /// The condition of its compilation.
    pub gate: Option<RustExpr>,
    pub content: Content,
}

impl Context<'_> {
    /// Returns the files of a group of operations. The code of the group has that of its models, if they
    /// are in its module.
    pub(super) fn module_files(&self, id: GroupId) -> Vec<FileView> {
        if !self.layout.is_by_group() {
            return self.group_files(id);
        }
        let home = Home::Group(id);
        let context = self.within(home);
        let merge = |file: FileView| match file.content {
            content @ Content::Api(_) => {
                let api = PartView {
                    gate: None,
                    content,
                };
                let models = context.model_parts(home);
                let mut docs = DocLines::default();
                docs.line(match &self.api.groups[id.0].tag {
                    Some(tag) => format!(
                        "Operations tagged {}, and the types that only they use.",
                        text::code(tag)
                    ),
                    None => {
                        "Operations without a tag, and the types that only they use.".to_owned()
                    }
                });
                FileView {
                    path: file.path,
                    content: Content::Merged(MergedView {
                        docs,
                        parts: std::iter::once(api).chain(models).collect(),
                    }),
                }
            }
            _ => file,
        };
        context.group_files(id).into_iter().map(merge).collect()
    }

    /// `src/models.rs`, if models are in it
    pub(super) fn models_file(&self) -> Option<FileView> {
        if !self.layout.is_by_group() {
            return None;
        }
        let parts = self.within(Home::Models).model_parts(Home::Models);
        let mut docs = DocLines::default();
        docs.line("The schemas of the document as Rust types, except those that only one group of operations uses.");
        (!parts.is_empty()).then(|| FileView {
            path: "src/models.rs".to_owned(),
            content: Content::Merged(MergedView { docs, parts }),
        })
    }

    fn within(&self, home: Home) -> Self {
        Self {
            file: Some(home),
            ..*self
        }
    }

    /// Returns the models of a module, by name. A group's module is compiled on the condition of its models.
    fn model_parts(&self, home: Home) -> Vec<PartView> {
        let types = (0..self.api.types.len()).map(TypeId);
        let mut types: Vec<_> = types.filter(|id| self.layout.home(*id) == home).collect();
        types.sort_by_key(|id| &self.names.of(*id).module);
        let part = |id| {
            let content = self.model_content(id)?;
            let gate = match home {
                Home::Models => self.type_gate(id),
                Home::Group(_) => None,
            };
            Some(PartView { gate, content })
        };
        types.into_iter().filter_map(part).collect()
    }
}
