//! Reading a document: syntax, version, the form of every object, and OpenAPI 3.1 in 3.0's terms.

mod build;
pub mod document;
mod files;
mod grammar;
mod keywords;
mod locate;
mod named;
mod origins;
mod overlay;
pub(crate) mod reference;
mod repair;
mod scalars;
mod schema;
pub(crate) mod similar;
pub mod source;
mod syntax;
mod targets;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod typed;
mod types;
mod version;
mod walk;

use serde_json::Value;

pub use document::{Document, SchemaObject};
pub(crate) use grammar::object_at;
pub(crate) use named::{key_in_file, section_of, stem};
pub use source::Source;
pub(crate) use typed::{path_item, response};
pub(crate) use walk::with_article;
use walk::{OpenTarget, Walker};

use crate::diagnostic::Diagnostics;

/// Reads a document and says everything that is wrong with its form.
///
/// What is refused is left out of what it gives, so that the next stage can say what else is wrong.
/// `None` if nothing can be made of the document; there is an error among the diagnostics then.
pub fn parse(source: &Source, diagnostics: &mut Diagnostics) -> Option<Document> {
    let mut tree = text::read(source, diagnostics)?;
    overlay::apply(source, &mut tree, diagnostics);
    let version = version::check(&tree, diagnostics)?;
    let mut walker = Walker::new(version, source, &tree, diagnostics);
    walker.object(&grammar::OPENAPI, &mut tree);
    read_open_targets(&mut walker, &mut tree);
    let (schemas, mut lost) = (walker.schemas, walker.lost);
    let simplified = walker.simplified;
    walker.files.into_tree(&mut tree);
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
        simplified,
        lost,
    })
}

/// Looks at what `$ref`s need in places that the grammar leaves open, such as `#/definitions/Pet`,
/// something in an extension, or another file. What is there may lead to further such places.
fn read_open_targets(walker: &mut Walker<'_>, tree: &mut Value) {
    let mut next = 0;
    while let Some((place, target)) = walker.open_targets.get_index(next).cloned() {
        next += 1;
        let slot = match place.file() {
            Some(_) => walker.files.value_mut(&place),
            None => tree.pointer_mut(place.as_str()),
        };
        let Some(value) = slot else { continue };
        // The place keeps what it has, while the walk may read further files.
        let mut value = value.clone();
        walker.elsewhere(&place, |walker| match target {
            OpenTarget::Schema => {
                walker.schema(&mut value);
            }
            OpenTarget::Object(name) => {
                let kind = grammar::by_name(name);
                if kind.is_some_and(|kind| walker.value(kind, &mut value)) {
                    match place.file() {
                        Some(_) => walker.files.value_mut(&place).map(|slot| *slot = value),
                        None => tree.pointer_mut(place.as_str()).map(|slot| *slot = value),
                    };
                }
            }
        });
    }
}
