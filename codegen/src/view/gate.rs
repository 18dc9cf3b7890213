//! Conditions on Cargo features: if there are several groups of operations, each is compiled if its
//! feature is enabled, and a model if an enabled group reaches it.

use super::print::{RustExpr, StrLit};
use super::types::Context;
use crate::ir::{GroupId, OperationId, TypeId};

impl Context<'_> {
    /// Whether the client has the feature `mock`: where there is something to call.
    pub fn has_mock(&self) -> bool {
        !self.api.operations.is_empty()
    }

    /// Whether groups have features.
    pub fn has_features(&self) -> bool {
        self.api.groups.len() > 1
    }

    /// The condition on which a group is compiled.
    pub fn group_gate(&self, id: GroupId) -> Option<RustExpr> {
        self.gate("all", &[id])
    }

    /// The condition on which a model is compiled.
    pub fn type_gate(&self, id: TypeId) -> Option<RustExpr> {
        let groups: Vec<_> = self.facts.of(id).groups.iter().copied().collect();
        self.gate("any", &groups)
    }

    /// The condition on which all of some operations are there.
    pub fn operations_gate(&self, ids: &[OperationId]) -> Option<RustExpr> {
        let groups = ids.iter().map(|id| self.api.operations[id.0].group);
        self.gate("all", &groups.collect::<Vec<_>>())
    }

    /// `None` where nothing has to be chosen.
    fn gate(&self, combine: &str, groups: &[GroupId]) -> Option<RustExpr> {
        if !self.has_features() {
            return None;
        }
        let mut features: Vec<_> = groups
            .iter()
            .map(|id| StrLit::new(&self.names.group(*id).feature))
            .map(|name| format!("feature = {name}"))
            .collect();
        features.sort();
        features.dedup();
        match features.as_slice() {
            [] => None,
            [only] => Some(RustExpr::new(only)),
            several => Some(RustExpr::new(format!("{combine}({})", several.join(", ")))),
        }
    }
}
