//! Types that contain themselves.

use crate::graph::strong_components;
use crate::ir::{Api, Shape, TypeId, TypeRef};

/// A field or variant that holds a type directly, not in an array or map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    /// The type.
    pub(super) from: usize,
    /// Its field or variant.
    pub(super) member: usize,
    /// The type that it holds.
    to: usize,
    /// Whether every value of the type contains it.
    pub(super) demanded: bool,
}

/// Returns a minimal set of the fields and variants selected by `counts` whose removal breaks every
/// cycle of types.
///
/// Within each strongly connected component, a depth-first search finds the edges that close a cycle.
/// The set is minimal, since the rest of each of these cycles remains. The search starts at the type
/// that comes first in the document and never leaves the component, so the result doesn't depend on
/// the rest of the document.
pub(super) fn closing_edges(api: &Api, counts: impl Fn(&Edge) -> bool) -> Vec<Edge> {
    let graph = graph(api, counts);
    let targets: Vec<Vec<usize>> = graph
        .iter()
        .map(|edges| edges.iter().map(|edge| edge.to).collect())
        .collect();
    let group = strong_components(&targets);
    let mut order: Vec<usize> = (0..graph.len()).collect();
    order.sort_by(|one, two| api.types[*one].pointer.cmp(&api.types[*two].pointer));
    let mut closing = Vec::new();
    // 0: not visited; 1: on the current path; 2: done.
    let mut state = vec![0_u8; graph.len()];
    for start in order {
        let mut path = Vec::new();
        if state[start] == 0 {
            state[start] = 1;
            path.push((start, 0));
        }
        while let Some((node, next)) = path.last_mut() {
            let Some(edge) = graph[*node].get(*next).copied() else {
                state[*node] = 2;
                path.pop();
                continue;
            };
            *next += 1;
            if group[edge.from] != group[edge.to] {
                continue;
            }
            match state[edge.to] {
                0 => {
                    state[edge.to] = 1;
                    path.push((edge.to, 0));
                }
                1 => closing.push(edge),
                _ => {}
            }
        }
    }
    closing
}

/// Returns for each type the fields and variants that hold another type directly.
fn graph(api: &Api, counts: impl Fn(&Edge) -> bool) -> Vec<Vec<Edge>> {
    let edges = |(from, def): (usize, &crate::ir::TypeDef)| -> Vec<Edge> {
        match &def.shape {
            Shape::Struct(object) => {
                let members = object
                    .fields
                    .iter()
                    .enumerate()
                    .filter_map(|(member, field)| {
                        let held = held(api, &field.ty)?;
                        let demanded = field.required && !field.nullable && !held.nullable;
                        Some(Edge {
                            from,
                            member,
                            to: held.to,
                            demanded,
                        })
                    });
                members.filter(&counts).collect()
            }
            // A union can always hold a value that the document doesn't describe.
            Shape::Union(union) => {
                let members = union
                    .variants
                    .iter()
                    .enumerate()
                    .filter_map(|(member, variant)| {
                        Some(Edge {
                            from,
                            member,
                            to: held(api, &variant.ty)?.to,
                            demanded: false,
                        })
                    });
                members.filter(&counts).collect()
            }
            Shape::StringEnum(_)
            | Shape::IntegerEnum(_)
            | Shape::NumberEnum(_)
            | Shape::Collection(_)
            | Shape::Alias(_)
            | Shape::Custom(_) => Vec::new(),
        }
    };
    api.types.iter().enumerate().map(edges).collect()
}

/// The type that a field or variant holds directly.
struct Held {
    to: usize,
    nullable: bool,
}

/// Returns the type behind aliases and options. Returns `None` for an array or map, whose items are on
/// the heap.
fn held<'a>(api: &'a Api, mut ty: &'a TypeRef) -> Option<Held> {
    let mut nullable = false;
    // An alias can't refer to itself; the bound, which no chain reaches, guarantees an end anyway.
    for _ in 0..=api.types.len().saturating_mul(2) {
        match ty {
            TypeRef::Primitive(_) | TypeRef::Array(_) | TypeRef::Map(_) => return None,
            TypeRef::Nullable(inner) => {
                nullable = true;
                ty = inner;
            }
            TypeRef::Named(TypeId(index)) => match &api.types.get(*index)?.shape {
                Shape::Alias(target) => ty = target,
                _ => {
                    return Some(Held {
                        to: *index,
                        nullable,
                    });
                }
            },
        }
    }
    None
}
