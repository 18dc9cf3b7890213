//! Determines which parts of a client use a type: groups of operations, and webhooks. It is compiled with
//! each of them.

use std::collections::BTreeSet;

use super::innermost;
use super::reach::{parts, used_by};
use crate::facts::Part;
use crate::ir::{Api, GroupId, TypeId, TypeRef};

/// What uses a type.
#[derive(Clone, Debug, Default)]
pub(super) struct Users {
    /// The parts of the client with which the type is compiled. The set is empty for a type that is always
    /// compiled: because every group uses it, no part does, or an unused type contains it.
    pub parts: BTreeSet<Part>,
    /// The group that uses the type, if nothing else does.
    pub owner: Option<GroupId>,
}

/// Determines what uses each type.
pub(super) fn users(api: &Api) -> Vec<Users> {
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
    let parts_of_all = |is_meant: &dyn Fn(&BTreeSet<Part>) -> bool| {
        let meant = (0..api.types.len()).filter(|index| is_meant(&users[*index]));
        let meant: Vec<_> = meant.map(|index| TypeRef::Named(TypeId(index))).collect();
        closure(api, meant.iter().collect())
    };
    let in_unused = parts_of_all(&BTreeSet::is_empty);
    let in_free = parts_of_all(&is_free);
    let users = users.into_iter().enumerate().map(|(index, parts)| {
        let id = TypeId(index);
        let owner = match parts.first() {
            Some(Part::Group(group)) if parts.len() == 1 && !in_unused.contains(&id) => {
                Some(*group)
            }
            _ => None,
        };
        let parts = match in_free.contains(&id) {
            true => BTreeSet::new(),
            false => parts,
        };
        Users { parts, owner }
    });
    users.collect()
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
