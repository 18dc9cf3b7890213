//! Resolves references, and fills in what operations inherit from their path item, from the
//! document and from the specification's defaults.

pub(crate) mod heirs;
mod ids;
mod operations;
mod parameters;
mod payloads;
mod referable;
mod references;
pub mod resolved;
mod schemas;
mod security;
#[cfg(test)]
mod tests;
mod webhooks;

pub use parameters::is_left_to_http;
pub use resolved::Resolved;

use openapiv3::Server;

use crate::diagnostic::{Diagnostics, Severity, Stage};
use crate::parse::Document;
use crate::pointer::Pointer;

/// Resolves a document. The result lacks what is wrong.
pub fn normalise(document: Document, diagnostics: &mut Diagnostics) -> Resolved {
    if !diagnostics.has_errors() {
        return complete(document, &[], diagnostics);
    }
    let lost = document.lost.clone();
    let mut more = Diagnostics::default();
    let resolved = complete(document, &lost, &mut more);
    // The parser has reported its errors already, in more detail.
    let new = more
        .into_iter()
        .filter(|it| it.severity == Severity::Warning || it.stage != Stage::Parse);
    new.for_each(|it| diagnostics.add(it));
    resolved
}

/// Resolves a document without the parts in `lost`.
fn complete(document: Document, lost: &[Pointer], diagnostics: &mut Diagnostics) -> Resolved {
    let Document {
        openapi,
        schemas,
        tree,
        simplified,
        ..
    } = document;
    let mut context = references::Context::new(&openapi, &tree, lost, diagnostics);
    let schemas = schemas::resolve(schemas, &mut context);
    context.schemas = schemas;
    let security = security::Schemes::read(&mut context);
    let mut operations = operations::read(&security, &mut context);
    webhooks::read_callbacks(&mut operations, &mut context);
    let (webhooks_place, webhooks) = webhooks::read(&mut context);
    let schemas = std::mem::take(&mut context.schemas);
    if operations.is_empty() && webhooks.is_empty() {
        let help = "add operations to `paths`";
        let paths = Pointer::root().child("paths");
        diagnostics.warning(
            Stage::Normalise,
            &paths,
            "the document has no operations",
            help,
        );
    }
    let mut servers = openapi.servers;
    if servers.is_empty() {
        servers.push(Server {
            url: "/".to_owned(),
            ..Server::default()
        });
    }
    let tags = openapi
        .tags
        .into_iter()
        .filter(|tag| !tag.name.is_empty())
        .collect();
    let components = schemas
        .by_pointer
        .iter()
        .filter(|(pointer, _)| pointer.component_schema().is_some())
        .map(|(pointer, id)| (pointer.clone(), *id))
        .collect();
    Resolved {
        info: openapi.info,
        servers,
        tags,
        security_schemes: security.schemes,
        operations,
        schemas,
        simplified,
        components,
        webhooks,
        webhooks_place,
    }
}
