//! The modules of a client: where its operations and its models are.

use std::collections::BTreeSet;

use crate::facts::Facts;
use crate::ir::{Api, GroupId, OperationId, TypeId};
use crate::names::{CALL_RESERVED, Names, RustIdent};
use crate::options::{Layout, Options};

/// A module that has several models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// The module `models`.
    Models,
    /// The module of a group of operations.
    Group(GroupId),
}

/// Where each part of a client is.
#[derive(Clone, Debug, Default)]
pub struct ModuleLayout {
    layout: Layout,
    /// The groups in whose modules models are, by [`TypeId`].
    groups: Vec<Option<GroupId>>,
}

impl ModuleLayout {
    /// Determines where each part of a client is.
    ///
    /// With [`Layout::ByGroup`], a model that only one group uses is in the module of the group, unless the
    /// module has its name already.
    pub fn new(api: &Api, facts: &Facts, names: &Names, options: &Options) -> Self {
        let taken: Vec<BTreeSet<&str>> = match options.layout {
            Layout::ByKind => Vec::new(),
            Layout::ByGroup => names_of_groups(api, names),
        };
        let group = |index| {
            let owner = facts.of(TypeId(index)).owner?;
            let ident = names.of(TypeId(index)).ident.as_str();
            let is_free = taken.get(owner.0).is_some_and(|it| !it.contains(ident));
            is_free.then_some(owner)
        };
        Self {
            layout: options.layout,
            groups: (0..api.types.len()).map(group).collect(),
        }
    }

    /// Returns whether each group has a module of its own at the root of the crate.
    pub fn is_by_group(&self) -> bool {
        self.layout == Layout::ByGroup
    }

    /// Returns the module that a model is in.
    pub fn home(&self, id: TypeId) -> Home {
        let group = self.groups.get(id.0).copied().flatten();
        group.map_or(Home::Models, Home::Group)
    }

    /// Returns the name of a module, from the root of the crate.
    pub fn module<'n>(&self, home: Home, names: &'n Names) -> &'n str {
        match home {
            Home::Models => "models",
            Home::Group(_) if !self.is_by_group() => "apis",
            Home::Group(id) => names.group(id).root_module.as_str(),
        }
    }
}

/// Returns the names that the code of each group has and uses without its models.
fn names_of_groups<'n>(api: &Api, names: &'n Names) -> Vec<BTreeSet<&'n str>> {
    let groups = (0..api.groups.len()).map(GroupId);
    let mut taken: Vec<BTreeSet<&str>> = groups
        .map(|id| {
            let own = [names.group(id).api.as_str()];
            own.into_iter()
                .chain(CALL_RESERVED.iter().copied())
                .collect()
        })
        .collect();
    for (index, operation) in api.operations.iter().enumerate() {
        let names = names.operation(OperationId(index));
        let items = [&names.call, &names.output];
        taken[operation.group.0].extend(items.map(RustIdent::as_str));
    }
    taken
}
