//! Which types a request can hold, and which an answer.

use super::{Innermost, innermost};
use crate::ir::{Api, BodyKind, Operation, ResponseKind, Shape, TypeDef, TypeId, TypeRef};

/// By type: whether a request reaches it, and whether an answer does.
///
/// A request leaves `readOnly` members out, an answer `writeOnly` ones. What nothing reaches can
/// still be of use to decode what comes from elsewhere, so that it counts as an answer's.
pub(super) fn reach(api: &Api) -> Vec<(bool, bool)> {
    let mut request = vec![false; api.types.len()];
    let mut response = vec![false; api.types.len()];
    let mut asked = Vec::new();
    let mut answered = Vec::new();
    for operation in &api.operations {
        asked.extend(sent_by(operation));
        answered.extend(answered_to(operation));
    }
    spread(api, &mut request, asked, Direction::Request);
    spread(api, &mut response, answered, Direction::Response);
    for index in 0..api.types.len() {
        if !request[index] && !response[index] {
            let alone = TypeRef::Named(TypeId(index));
            spread(api, &mut response, vec![&alone], Direction::Response);
        }
    }
    request.into_iter().zip(response).collect()
}

/// The types that an operation's request is made of.
fn sent_by(operation: &Operation) -> Vec<&TypeRef> {
    let mut types: Vec<_> = operation.params.iter().map(|it| &it.input.ty).collect();
    match operation.body.as_ref().map(|body| &body.kind) {
        Some(BodyKind::Json(ty)) => types.push(ty),
        Some(kind @ (BodyKind::Form(_) | BodyKind::Multipart(_))) => {
            types.extend(kind.fields().into_iter().flatten().map(|field| &field.ty));
        }
        Some(BodyKind::Text | BodyKind::Bytes) | None => {}
    }
    types
}

/// The types that an operation's answers are made of.
fn answered_to(operation: &Operation) -> Vec<&TypeRef> {
    let mut types = Vec::new();
    for answer in &operation.responses {
        match &answer.kind {
            ResponseKind::Json(ty) | ResponseKind::Events(ty) => types.push(ty),
            ResponseKind::Empty | ResponseKind::Text | ResponseKind::Bytes => {}
        }
    }
    types
}

/// Both.
pub(super) fn used_by(operation: &Operation) -> Vec<&TypeRef> {
    [sent_by(operation), answered_to(operation)].concat()
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Request,
    Response,
}

fn spread(api: &Api, reached: &mut [bool], start: Vec<&TypeRef>, direction: Direction) {
    let mut waiting = start;
    while let Some(ty) = waiting.pop() {
        let Innermost::Named(TypeId(index)) = innermost(ty) else {
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
                let travels = |it: &&crate::ir::Field| match direction {
                    Direction::Request => !it.read_only,
                    Direction::Response => !it.write_only,
                };
                waiting.extend(object.fields.iter().filter(travels).map(|field| &field.ty));
                waiting.extend(&object.additional);
            }
            _ => waiting.extend(parts(&api.types[index])),
        }
    }
}

/// The types that a type is made of.
pub(super) fn parts(def: &TypeDef) -> Vec<&TypeRef> {
    match &def.shape {
        Shape::Struct(object) => object
            .fields
            .iter()
            .map(|field| &field.ty)
            .chain(&object.additional)
            .collect(),
        Shape::Union(union) => union.variants.iter().map(|variant| &variant.ty).collect(),
        Shape::Alias(ty) => vec![ty],
        Shape::StringEnum(_) | Shape::IntegerEnum(_) | Shape::NumberEnum(_) => Vec::new(),
    }
}
