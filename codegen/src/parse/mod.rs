//! Reading a document: syntax, version, the form of every object, and OpenAPI 3.1 in 3.0's terms.

mod build;
pub mod document;
mod grammar;
mod keywords;
mod locate;
pub(crate) mod reference;
mod repair;
mod scalars;
mod schema;
pub(crate) mod similar;
mod syntax;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod typed;
mod types;
mod version;
mod walk;

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_json::Value;

pub use document::{Document, SchemaObject};
pub(crate) use grammar::object_at;
pub(crate) use typed::{path_item, response};
pub(crate) use walk::with_article;
use walk::{OpenTarget, Walker};

use crate::diagnostic::Diagnostics;

/// The text of a document and the name that diagnostics give it.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file, as diagnostics print it.
    pub name: PathBuf,
    /// What the file holds, JSON or YAML.
    pub text: String,
}

impl Source {
    /// A document that is in memory.
    pub fn new(name: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Those of [`fs::read_to_string`]; the file has to be UTF-8 (RFC 8259, section 8.1).
    pub fn read(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        Ok(Self::new(path, fs::read_to_string(path)?))
    }

    /// Fills in the `location` of each diagnostic that has none, from its pointer.
    ///
    /// A place that isn't in the text gets the location of the nearest one around it.
    pub fn locate(&self, diagnostics: &mut Diagnostics) {
        locate::locate(self, diagnostics);
    }
}

/// Reads a document and says everything that is wrong with its form.
///
/// What is refused is left out of what it gives, so that the next stage can say what else is wrong.
/// `None` if nothing can be made of the document; there is an error among the diagnostics then.
pub fn parse(source: &Source, diagnostics: &mut Diagnostics) -> Option<Document> {
    let mut tree = text::read(source, diagnostics)?;
    let version = version::check(&tree, diagnostics)?;
    let mut walker = Walker::new(version, diagnostics);
    walker.object(&grammar::OPENAPI, &mut tree);
    read_open_targets(&mut walker, &mut tree);
    let (schemas, mut lost) = (walker.schemas, walker.lost);
    let mut faults = Diagnostics::default();
    let openapi = typed::read(&tree, &mut faults);
    lost.extend(faults.iter().map(|fault| fault.pointer.clone()));
    // What has been refused is refused here once more, in words that say less.
    if !diagnostics.has_errors() {
        faults.into_iter().for_each(|fault| diagnostics.add(fault));
    }
    Some(Document {
        openapi,
        schemas,
        tree,
        lost,
    })
}

/// Looks at what `$ref`s need in places that the grammar leaves open, such as `#/definitions/Pet`
/// or something in an extension. What is there may lead to further such places.
fn read_open_targets(walker: &mut Walker<'_>, tree: &mut Value) {
    let mut next = 0;
    while let Some((place, target)) = walker.open_targets.get_index(next).cloned() {
        next += 1;
        let Some(value) = tree.pointer_mut(place.as_str()) else {
            continue;
        };
        walker.elsewhere(&place, |walker| match target {
            // The extension keeps what it has.
            OpenTarget::Schema => {
                walker.schema(&mut value.clone());
            }
            OpenTarget::Object(name) => {
                if let Some(kind) = grammar::by_name(name) {
                    walker.value(kind, value);
                }
            }
        });
    }
}
