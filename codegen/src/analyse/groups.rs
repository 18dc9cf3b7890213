//! Determines which groups of operations use a type. It is compiled with each of them.

use std::collections::BTreeSet;

use super::innermost;
use super::reach::{parts, used_by};
use crate::ir::{Api, GroupId, TypeId, TypeRef};

/// Returns for each type the groups that use it. The set is empty for a type that is always compiled:
/// because every group uses it, no group does, or an unused type contains it.
pub(super) fn groups(api: &Api) -> Vec<BTreeSet<GroupId>> {
    let mut reached: Vec<BTreeSet<GroupId>> = vec![BTreeSet::new(); api.types.len()];
    for group in (0..api.groups.len()).map(GroupId) {
        let operations = api.operations.iter().filter(|it| it.group == group);
        for TypeId(index) in closure(api, operations.flat_map(used_by).collect()) {
            reached[index].insert(group);
        }
    }
    let free: Vec<TypeRef> = (0..api.types.len())
        .filter(|index| {
            matches!(reached[*index].len(), 0) || reached[*index].len() == api.groups.len()
        })
        .map(|index| TypeRef::Named(TypeId(index)))
        .collect();
    for TypeId(index) in closure(api, free.iter().collect()) {
        reached[index].clear();
    }
    reached
}

/// Returns these types and all types that they contain.
fn closure(api: &Api, start: Vec<&TypeRef>) -> BTreeSet<TypeId> {
    let mut found = BTreeSet::new();
    let mut waiting = start;
    while let Some(ty) = waiting.pop() {
        if let Some(id) = innermost(ty)
            && let Some(def) = api.types.get(id.0)
            && found.insert(id)
        {
            waiting.extend(parts(def));
        }
    }
    found
}
