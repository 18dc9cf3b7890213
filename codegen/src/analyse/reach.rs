//! Determines which types requests and responses contain.

use super::innermost;
use crate::ir::{Api, Field, Operation, ResponseKind, Shape, TypeDef, TypeId, TypeRef};

/// Returns for each type whether a request contains it, and whether a response does.
///
/// A request omits `readOnly` properties. A response omits the `writeOnly` properties of types that
/// requests also contain; of other types they are read if a server sends them. A type that no
/// operation uses counts as part of a response, so that a program can decode values from other
/// sources with it.
pub(super) fn reach(api: &Api) -> Vec<(bool, bool)> {
    let mut request = vec![false; api.types.len()];
    let mut response = vec![false; api.types.len()];
    let mut sent = Vec::new();
    let mut received = Vec::new();
    for operation in &api.operations {
        sent.extend(sent_by(operation));
        received.extend(received_by(operation));
    }
    received.extend(api.webhooks.iter().map(|set| &set.ty));
    spread(api, &mut request, sent, |_, field| !field.read_only);
    let is_received = |owner: usize, field: &Field| {
        !field.write_only || !request.get(owner).is_some_and(|sent| *sent)
    };
    spread(api, &mut response, received, is_received);
    for index in 0..api.types.len() {
        if !request[index] && !response[index] {
            let alone = TypeRef::Named(TypeId(index));
            spread(api, &mut response, vec![&alone], is_received);
        }
    }
    request.into_iter().zip(response).collect()
}

/// Returns the types in an operation's request.
fn sent_by(operation: &Operation) -> Vec<&TypeRef> {
    operation.inputs().filter_map(|input| input.ty()).collect()
}

/// Returns the types in an operation's responses.
fn received_by(operation: &Operation) -> Vec<&TypeRef> {
    let mut types = Vec::new();
    for response in &operation.responses {
        match &response.kind {
            ResponseKind::Json(ty) | ResponseKind::Events(ty) | ResponseKind::JsonStream(ty) => {
                types.push(ty)
            }
            ResponseKind::Empty | ResponseKind::Text | ResponseKind::Bytes => {}
        }
    }
    types
}

/// Returns the types in an operation's request and responses.
pub(super) fn used_by(operation: &Operation) -> Vec<&TypeRef> {
    [sent_by(operation), received_by(operation)].concat()
}

/// Marks the types that `start` leads to. `travels` returns whether a message contains a field of the
/// struct at an index.
fn spread(
    api: &Api,
    reached: &mut [bool],
    start: Vec<&TypeRef>,
    travels: impl Fn(usize, &Field) -> bool,
) {
    let mut waiting = start;
    while let Some(ty) = waiting.pop() {
        let Some(TypeId(index)) = innermost(ty) else {
            continue;
        };
        let Some(mark) = reached.get_mut(index) else {
            continue;
        };
        if std::mem::replace(mark, true) {
            continue;
        }
        match &api.types[index].shape {
            Shape::Struct(object) => {
                let fields = object.fields.iter().filter(|field| travels(index, field));
                waiting.extend(fields.map(|field| &field.ty));
                waiting.extend(object.value_types());
            }
            _ => waiting.extend(parts(&api.types[index])),
        }
    }
}

/// Returns the types that a type contains directly.
pub(super) fn parts(def: &TypeDef) -> Vec<&TypeRef> {
    match &def.shape {
        Shape::Struct(object) => object
            .fields
            .iter()
            .map(|field| &field.ty)
            .chain(object.value_types())
            .collect(),
        Shape::Union(union) => union.variants.iter().map(|variant| &variant.ty).collect(),
        Shape::Collection(ty) | Shape::Alias(ty) => vec![ty],
        Shape::StringEnum(_) | Shape::IntegerEnum(_) | Shape::NumberEnum(_) | Shape::Custom(_) => {
            Vec::new()
        }
    }
}
