//! Parses a document: syntax, version, the structure of every object. OpenAPI 3.1 and 3.2
//! and Swagger 2.0 are converted to 3.0's terms.

mod additional;
mod build;
pub mod document;
mod down_level;
mod files;
mod grammar;
mod keywords;
mod locate;
mod misplaced;
mod named;
mod objects;
mod origins;
mod overlay;
mod prepare;
pub(crate) mod reference;
mod repair;
mod scalars;
mod schema;
pub(crate) mod similar;
pub mod source;
mod swagger;
mod syntax;
mod targets;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod typed;
mod types;
mod values;
mod version;
mod walk;
mod walker;

use serde_json::Value;

pub use document::{Document, NamePatterns, SchemaObject};
pub(crate) use grammar::{is_needed, object_at};
pub(crate) use named::{key_in_file, path_of, section_of, stem};
use origins::Origins;
pub use source::Source;
pub(crate) use typed::{operation, parameter, path_item, response};
pub(crate) use walk::with_article;
use walk::{OpenTarget, Walker};

use crate::diagnostic::Diagnostics;
use crate::fallback::{Fallback, FallbackReason};
use crate::pointer::Pointer;

/// Parses a document and reports everything that is wrong with its structure.
///
/// The result lacks the parts that were refused, so that the next stage can report further errors.
/// Returns `None` after reporting an error if nothing is left.
pub fn parse(source: &Source, diagnostics: &mut Diagnostics) -> Option<Document> {
    let mut tree = text::read(source, diagnostics)?;
    let is_swagger = change(source, &mut tree, diagnostics).is_converted;
    let version = version::check(&tree, diagnostics)?;
    let mut walker = Walker::new(version, source, &tree, diagnostics);
    follow_misplaced(&mut walker, &mut tree);
    walker.object(&objects::OPENAPI, &mut tree);
    read_open_targets(&mut walker, &mut tree);
    let (schemas, mut lost) = (walker.schemas, walker.lost);
    let mut simplified = walker.simplified;
    if is_swagger {
        simplified.push(Fallback {
            pointer: Pointer::root().child("swagger"),
            reason: FallbackReason::Swagger,
        });
    }
    walker.files.into_tree(&mut tree);
    let mut faults = Diagnostics::default();
    let openapi = typed::read(&tree, &mut faults);
    lost.extend(faults.iter().map(|fault| fault.pointer.clone()));
    // The walk has reported the refused parts already, in more detail.
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

/// What happened to the tree of a document before it is checked.
#[derive(Default)]
struct Changes {
    /// Where the nodes come from.
    origins: Origins,
    /// Whether the document was converted from Swagger 2.0.
    is_converted: bool,
}

/// Applies the overlays of a document, and converts it if it is Swagger 2.0.
fn change(source: &Source, tree: &mut Value, diagnostics: &mut Diagnostics) -> Changes {
    let mut origins = overlay::apply(source, tree, diagnostics);
    let is_converted = swagger::is_swagger(tree);
    if is_converted {
        swagger::convert(tree, &mut origins, diagnostics);
    }
    Changes {
        origins,
        is_converted,
    }
}

/// Returns what happens to the tree of a document before it is checked.
fn changes(source: &Source) -> Changes {
    if source.overlays.is_empty() && !source.text.contains("swagger") {
        return Changes::default();
    }
    let mut unheard = Diagnostics::default();
    match text::read(source, &mut unheard) {
        Some(mut tree) => change(source, &mut tree, &mut unheard),
        None => Changes::default(),
    }
}

/// Follows the `$ref`s of the document in places where the specification has none.
fn follow_misplaced(walker: &mut Walker<'_>, tree: &mut Value) {
    let kind = grammar::ValueKind::Object(&objects::OPENAPI);
    if misplaced::any(kind, tree) {
        let mut value = tree.clone();
        misplaced::follow(walker, kind, &mut value, &Pointer::root(), tree);
        *tree = value;
        walker.note_schema_names(tree);
    }
}

/// Parses the targets of `$ref`s in places that the grammar leaves open, such as
/// `#/definitions/Pet`, an extension, or another file. A target may lead to further ones.
fn read_open_targets(walker: &mut Walker<'_>, tree: &mut Value) {
    let mut next = 0;
    while let Some((place, target)) = walker.open_targets.get_index(next).cloned() {
        next += 1;
        let slot = match place.file() {
            Some(_) => walker.files.value_mut(&place),
            None => tree.pointer_mut(place.as_str()),
        };
        let Some(value) = slot else { continue };
        // The tree keeps its copy, because the walk may read further files.
        let mut value = value.clone();
        let kind = match target {
            OpenTarget::Schema => Some(grammar::ValueKind::Schema),
            OpenTarget::Object(name) => grammar::by_name(name),
        };
        if kind.is_some_and(|kind| {
            misplaced::any(kind, &value)
                && !misplaced::follow(walker, kind, &mut value, &place, tree)
        }) {
            continue;
        }
        walker.elsewhere(&place, |walker| match target {
            OpenTarget::Schema => {
                walker.schema(&mut value);
            }
            OpenTarget::Object(_) => {
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
