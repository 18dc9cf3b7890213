//! Which schemas the operations of a document reach.

use std::collections::HashSet;

use crate::normalise::heirs::Heirs;
use crate::normalise::resolved::{
    AdditionalProperties, MediaType, ParameterFormat, Resolved, SchemaId, Schemas,
};

/// Returns the schemas that the operations reach. The parts of an `allOf` aren't among them, only
/// the schemas that these parts refer to: the parts themselves are merged.
pub(super) fn reached(resolved: &Resolved) -> HashSet<SchemaId> {
    let mut waiting: Vec<SchemaId> = Vec::new();
    for operation in &resolved.operations {
        for parameter in &operation.parameters {
            match &parameter.format {
                ParameterFormat::Schema { schema, .. } => waiting.push(*schema),
                ParameterFormat::Content(media) | ParameterFormat::QueryString(media) => {
                    waiting.extend(media.schema);
                }
            }
        }
        let bodies = operation.request_body.iter().flat_map(|it| &it.content);
        let responses = operation.responses.iter().flat_map(|it| &it.content);
        let schemas = |it: &MediaType| it.schema.into_iter().chain(it.item_schema);
        waiting.extend(bodies.chain(responses).flat_map(schemas));
        let headers = operation.responses.iter().flat_map(|it| &it.headers);
        waiting.extend(headers.filter_map(|it| it.schema));
    }
    waiting.extend(resolved.webhook_bodies());
    let heirs = Heirs::find(resolved, |id| id);
    let mut reached = HashSet::new();
    let mut merged = HashSet::new();
    while let Some(id) = waiting.pop() {
        if reached.insert(id) {
            add_references(&resolved.schemas, id, &mut merged, &mut waiting);
            waiting.extend(heirs.of(id));
        }
    }
    reached
}

/// Adds the schemas that `id` refers to, itself or through the parts merged into it.
fn add_references(
    schemas: &Schemas,
    id: SchemaId,
    merged: &mut HashSet<SchemaId>,
    found: &mut Vec<SchemaId>,
) {
    let mut parts = vec![id];
    while let Some(part) = parts.pop() {
        if !merged.insert(part) {
            continue;
        }
        let schema = schemas.get(part);
        found.extend(schema.properties.values());
        found.extend(schema.pattern_properties.iter().map(|(_, id)| *id));
        found.extend(schema.items);
        found.extend(schema.content_schema);
        found.extend(schema.one_of.iter().chain(&schema.any_of));
        found.extend(
            schema
                .discriminator
                .iter()
                .flat_map(|it| it.mapping.values().chain(&it.default_mapping)),
        );
        match schema.additional_properties {
            AdditionalProperties::Schema(id) => found.push(id),
            AdditionalProperties::Unstated
            | AdditionalProperties::Forbidden
            | AdditionalProperties::Any => {}
        }
        match schema.all_of.as_slice() {
            // A reference with annotations beside it.
            [only] => found.push(*only),
            several => parts.extend(several),
        }
    }
}
