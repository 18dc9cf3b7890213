//! Types that contain themselves.

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
    /// Whether no value of the type can do without it.
    pub(super) demanded: bool,
}

/// A minimal set of fields and variants without which no type would contain itself, among those that
/// `counts` selects.
///
/// Within each group of types that contain each other, a depth-first search finds the members that
/// close a cycle. None of them could be spared: the rest of its cycle stays. The search starts at
/// the type whose place comes first and never leaves the group, so that the result doesn't depend
/// on what else the document holds.
pub(super) fn closing_edges(api: &Api, counts: impl Fn(&Edge) -> bool) -> Vec<Edge> {
    let graph = graph(api, counts);
    let group = groups(&graph);
    let mut order: Vec<usize> = (0..graph.len()).collect();
    order.sort_by(|one, two| api.types[*one].pointer.cmp(&api.types[*two].pointer));
    let mut closing = Vec::new();
    // 0: not met; 1: on the way; 2: done.
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

/// By type: the members that hold another type directly.
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
            // A union can always be the value that the document doesn't know.
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
            | Shape::Alias(_) => Vec::new(),
        }
    };
    api.types.iter().enumerate().map(edges).collect()
}

/// The type that a field or variant holds directly.
struct Held {
    to: usize,
    nullable: bool,
}

/// The type behind aliases and options; `None` behind an array or map, whose items are elsewhere.
fn held<'a>(api: &'a Api, mut ty: &'a TypeRef) -> Option<Held> {
    let mut nullable = false;
    // An alias can't lead back to itself, but a chain is never longer than there are types.
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

/// By type: the number of its strongly connected component (Tarjan 1972, with its own stack).
fn groups(graph: &[Vec<Edge>]) -> Vec<usize> {
    const UNMET: usize = usize::MAX;
    let mut number = vec![UNMET; graph.len()];
    let mut low = vec![0; graph.len()];
    let mut group = vec![UNMET; graph.len()];
    let mut pending = Vec::new();
    let mut count = 0;
    let mut groups = 0;
    for start in 0..graph.len() {
        let mut path = Vec::new();
        if number[start] == UNMET {
            path.push((start, 0));
        }
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            if *next == 0 {
                number[node] = count;
                low[node] = count;
                count += 1;
                pending.push(node);
            }
            let edge = graph[node].get(*next);
            *next += 1;
            match edge {
                Some(edge) if number[edge.to] == UNMET => path.push((edge.to, 0)),
                Some(edge) => {
                    if group[edge.to] == UNMET {
                        low[node] = low[node].min(number[edge.to]);
                    }
                }
                None => {
                    if low[node] == number[node] {
                        while let Some(member) = pending.pop() {
                            group[member] = groups;
                            if member == node {
                                break;
                            }
                        }
                        groups += 1;
                    }
                    path.pop();
                    if let Some((parent, _)) = path.last() {
                        low[*parent] = low[*parent].min(low[node]);
                    }
                }
            }
        }
    }
    group
}
