//! `wiretrue generate`, run like a user runs it: the binary, in a separate folder.

mod documents;
mod files;
mod refused;
#[path = "../workspace/mod.rs"]
mod workspace;

use workspace::DOCUMENT;

/// The document with a reference that leads nowhere.
fn broken() -> String {
    DOCUMENT.replace("#/components/schemas/Pet", "#/components/schemas/Gone")
}
