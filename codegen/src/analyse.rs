//! Analyses the client as a whole: where each type is used, which fields must be boxed, and which
//! outcomes each call can have.

mod cycles;
mod groups;
mod outcome;
mod reach;
mod traits;

#[cfg(test)]
mod tests;

use crate::diagnostic::{Diagnostics, Stage};
use crate::facts::{Facts, TypeFacts};
use crate::ir::{Api, Shape, TypeId, TypeRef};
use crate::options::DateCrate;

use cycles::Edge;
pub use traits::Trait;
pub(crate) use traits::implementing;

/// Determines which types requests and responses use, which fields must be boxed or can't be
/// required, which types can implement `Eq`, and which outcomes each call can have.
pub fn analyse(api: &Api, diagnostics: &mut Diagnostics) -> Facts {
    let reached = reach::reach(api).into_iter().zip(groups::users(api));
    let mut facts = Facts {
        outcomes: api.operations.iter().map(outcome::outcome).collect(),
        types: api
            .types
            .iter()
            .zip(reached)
            .map(|(def, ((in_request, in_response), users))| {
                let (members, fields) = match &def.shape {
                    Shape::Struct(object) => (object.fields.len(), object.fields.len()),
                    Shape::Union(union) => (union.variants.len(), 0),
                    Shape::StringEnum(_)
                    | Shape::IntegerEnum(_)
                    | Shape::NumberEnum(_)
                    | Shape::Collection(_)
                    | Shape::Alias(_)
                    | Shape::Custom(_) => (0, 0),
                };
                TypeFacts {
                    in_request,
                    in_response,
                    boxed: vec![false; members],
                    endless: vec![false; fields],
                    has_eq: true,
                    users: users.parts,
                    owner: users.owner,
                }
            })
            .collect(),
    };
    for edge in cycles::closing_edges(api, |_| true) {
        if let Some(boxed) = slot(&mut facts, edge, |it| &mut it.boxed) {
            *boxed = true;
        }
    }
    for edge in cycles::closing_edges(api, |member| member.demanded) {
        if let Some(endless) = slot(&mut facts, edge, |it| &mut it.endless) {
            *endless = true;
            warn_of_endless(api, edge, diagnostics);
        }
    }
    // The types of every crate of dates have this trait.
    let exact = implementing(api, &facts, DateCrate::default(), Trait::Eq);
    for (fact, has_eq) in facts.types.iter_mut().zip(exact) {
        fact.has_eq = has_eq;
    }
    facts
}

/// Returns for each type whether a response contains it.
pub(crate) fn in_responses(api: &Api) -> impl Iterator<Item = bool> + use<> {
    reach::reach(api)
        .into_iter()
        .map(|(_, in_response)| in_response)
}

fn slot(
    facts: &mut Facts,
    edge: Edge,
    list: fn(&mut TypeFacts) -> &mut Vec<bool>,
) -> Option<&mut bool> {
    facts
        .types
        .get_mut(edge.from)
        .and_then(|fact| list(fact).get_mut(edge.member))
}

fn warn_of_endless(api: &Api, edge: Edge, diagnostics: &mut Diagnostics) {
    let Some(Shape::Struct(object)) = api.types.get(edge.from).map(|def| &def.shape) else {
        return;
    };
    if let Some(field) = object.fields.get(edge.member) {
        let message = format!(
            "`{}` is part of a cycle of required properties, so no value can be finite",
            field.name
        );
        diagnostics.warning(
            Stage::Lower,
            &field.pointer,
            message,
            "remove one of them from `required`",
        );
    }
}

/// Returns the type of the client inside arrays, maps and options.
fn innermost(mut ty: &TypeRef) -> Option<TypeId> {
    loop {
        match ty {
            TypeRef::Primitive(_) => return None,
            TypeRef::Named(id) => return Some(*id),
            TypeRef::Array(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => ty = inner,
        }
    }
}

/// Resolves the aliases of a type.
pub(crate) fn target<'a>(api: &'a Api, ty: &'a TypeRef) -> &'a TypeRef {
    let mut ty = ty;
    for _ in 0..api.types.len() {
        match ty {
            TypeRef::Named(id) => match &api.types[id.0].shape {
                Shape::Alias(next) => ty = next,
                _ => break,
            },
            _ => break,
        }
    }
    ty
}
