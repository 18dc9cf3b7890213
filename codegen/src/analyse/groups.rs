//! Determines which parts of a client use a type: groups of operations, and webhooks. It is compiled with
//! each of them.

use std::collections::BTreeSet;

use super::reach::{parts, used_by};
use super::{Innermost, innermost};
use crate::facts::Part;
use crate::ir::{Api, GroupId, TypeId, TypeRef};

/// Returns for each type the parts of the client that use it. The set is empty for a type that is always
/// compiled: because every group uses it, no part does, or an unused type contains it.
pub(super) fn users(api: &Api) -> Vec<BTreeSet<Part>> {
    let mut users: Vec<BTreeSet<Part>> = vec![BTreeSet::new(); api.types.len()];
    let mut mark = |part: Part, start: Vec<&TypeRef>| {
        for TypeId(index) in closure(api, start) {
            users[index].insert(part);
        }
    };
    for group in (0..api.groups.len()).map(GroupId) {
        let operations = api.operations.iter().filter(|it| it.group == group);
        mark(Part::Group(group), operations.flat_map(used_by).collect());
    }
    mark(
        Part::Webhooks,
        api.webhooks.iter().map(|set| &set.ty).collect(),
    );
    let is_free = |users: &BTreeSet<Part>| {
        let groups = users.iter().filter(|it| **it != Part::Webhooks).count();
        users.is_empty() || groups > 0 && groups == api.groups.len()
    };
    let free: Vec<TypeRef> = (0..api.types.len())
        .filter(|index| is_free(&users[*index]))
        .map(|index| TypeRef::Named(TypeId(index)))
        .collect();
    for TypeId(index) in closure(api, free.iter().collect()) {
        users[index].clear();
    }
    users
}

/// Returns these types and all types that they contain.
fn closure(api: &Api, start: Vec<&TypeRef>) -> BTreeSet<TypeId> {
    let mut found = BTreeSet::new();
    let mut waiting = start;
    while let Some(ty) = waiting.pop() {
        if let Innermost::Named(id) = innermost(ty)
            && let Some(def) = api.types.get(id.0)
            && found.insert(id)
        {
            waiting.extend(parts(def));
        }
    }
    found
}
