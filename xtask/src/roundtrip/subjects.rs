//! The types of a client whose values are tested.

use std::collections::BTreeSet;

use wiretrue_codegen::ir::{NameSource, ResponseKind, Shape, TypeId, TypeRef};
use wiretrue_codegen::normalise::resolved::{self, MediaType, SchemaId};
use wiretrue_codegen::{Diagnostics, Generated, analyse, ir};

use wiretrue_contract::sample::choices;

/// A type that is read from responses, and its schema.
pub struct Subject {
    /// The place of the schema.
    pub pointer: String,
    pub schema: SchemaId,
    /// The type, as code in `src/apis/` of the client refers to it.
    pub ty: String,
    /// The union that the type is.
    pub union: Option<TypeId>,
    /// Whether requests contain the type, too: then null and absence differ.
    pub in_request: bool,
}

/// The types of a client.
#[derive(Default)]
pub struct Subjects {
    pub read: Vec<Subject>,
    /// The number of types that no response contains.
    pub unread: usize,
}

/// Returns the types of all component schemas, unions, and bodies of responses and webhooks.
///
/// A type within another one may be merged from several schemas, so only unions, whose schema lists all
/// that they consist of, are tested by themselves.
pub fn subjects(made: &Generated) -> Subjects {
    let facts = analyse::analyse(&made.api, &mut Diagnostics::default());
    let webhooks: BTreeSet<SchemaId> = made.resolved.webhook_bodies().collect();
    let mut subjects = Subjects::default();
    for (index, def) in made.api.types.iter().enumerate() {
        let Some(schema) = made.resolved.schemas.at(&def.pointer) else {
            continue;
        };
        let is_union = matches!(def.shape, Shape::Union(_));
        let lists_all = !choices(made.resolved.schemas.get(schema)).is_empty();
        let is_whole = matches!(def.name, NameSource::Component(_)) || webhooks.contains(&schema);
        if !(is_whole || is_union && lists_all) {
            continue;
        }
        let id = TypeId(index);
        let facts = facts.of(id);
        if facts.in_request && !facts.in_response {
            subjects.unread += 1;
            continue;
        }
        subjects.read.push(Subject {
            pointer: def.pointer.to_string(),
            schema,
            ty: made.type_in_api(&TypeRef::Named(id)),
            union: is_union.then_some(id),
            in_request: facts.in_request,
        });
    }
    let mut known: BTreeSet<String> = subjects.read.iter().map(|it| it.ty.clone()).collect();
    for (operation, response, ty) in bodies(&made.api) {
        let text = made.type_in_api(ty);
        let written = made.resolved.operations.iter();
        let mut written = written.filter(|it| it.pointer == operation.pointer);
        let media = written.find_map(|it| media_of(response, it));
        let Some(schema) = media.and_then(|media| media.schema) else {
            continue;
        };
        if known.insert(text.clone()) {
            subjects.read.push(Subject {
                pointer: made.resolved.schemas.get(schema).pointer.to_string(),
                schema,
                ty: text,
                union: None,
                in_request: named(ty).is_some_and(|id| facts.of(id).in_request),
            });
        }
    }
    subjects
}

/// Returns the type of the client in a list, a map or an option.
fn named(ty: &TypeRef) -> Option<TypeId> {
    match ty {
        TypeRef::Named(id) => Some(*id),
        TypeRef::Array(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => named(inner),
        TypeRef::Primitive(_) => None,
    }
}

/// Returns the types of all responses in JSON.
fn bodies(api: &ir::Api) -> impl Iterator<Item = (&ir::Operation, &ir::Response, &TypeRef)> {
    api.operations.iter().flat_map(|operation| {
        operation
            .responses
            .iter()
            .filter_map(move |response| match &response.kind {
                ResponseKind::Json(ty) => Some((operation, response, ty)),
                _ => None,
            })
    })
}

/// Returns the media type of a response that the client decodes.
fn media_of<'a>(
    response: &ir::Response,
    written: &'a resolved::Operation,
) -> Option<&'a MediaType> {
    let of = written
        .responses
        .iter()
        .find(|it| it.status == response.status)?;
    let name = response.media_type.as_deref();
    of.content
        .iter()
        .find(|media| Some(media.name.as_str()) == name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiretrue_codegen::{Options, Source};

    use super::*;

    #[test]
    fn types_that_are_read_are_tested() {
        let reference = |name| json!({"$ref": format!("#/components/schemas/{name}")});
        let body = |schema| json!({"content": {"application/json": {"schema": schema}}});
        let response = |schema| {
            let mut response = body(schema);
            response["description"] = json!("Done.");
            json!({"200": response})
        };
        let object = |property| json!({"type": "object", "properties": {"value": property}});
        let text = || json!({"type": "string"});
        let union = json!({"oneOf": [{"type": "boolean"}, object(text())]});
        let document = json!({
            "openapi": "3.0.3", "info": {"title": "T", "version": "1"},
            "paths": {
                "/read": {"get": {"responses": response(json!({"type": "array", "items": reference("Read")}))}},
                "/write": {"post": {"requestBody": body(reference("Written")), "responses": response(reference("Both"))},
                    "put": {"requestBody": body(reference("Both")), "responses": response(object(text()))}},
            },
            "components": {"schemas": {
                "Read": object(union), "Written": object(text()), "Both": object(text()),
            }},
        });
        let source = Source::new("t.json", document.to_string());
        let made =
            wiretrue_codegen::generate(&source, &Options::new("t")).expect("the document is valid");
        let subjects = subjects(&made);
        let found: Vec<_> = subjects
            .read
            .iter()
            .map(|it| (it.ty.as_str(), it.union.is_some(), it.in_request))
            .collect();
        let expected = [
            ("models::Read", false, false),
            ("models::Both", false, true),
            ("models::ReadValue", true, false),
            ("Vec<models::Read>", false, false),
            ("models::PutWriteResponse", false, false),
        ];
        assert_eq!(found, expected);
        assert_eq!(subjects.unread, 1);
    }
}
