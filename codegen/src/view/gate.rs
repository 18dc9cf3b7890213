//! Conditions on Cargo features. If there are several groups of operations, each one is compiled if its
//! feature is enabled, and a model is compiled if an enabled group uses it.

use super::print::{RustExpr, StrLit};
use super::types::Context;
use crate::ir::{GroupId, OperationId, TypeId};

impl Context<'_> {
    /// Returns whether the client has the feature `mock`: if it has operations.
    pub fn has_mock(&self) -> bool {
        !self.api.operations.is_empty()
    }

    /// Returns whether groups have features.
    pub fn has_features(&self) -> bool {
        self.api.groups.len() > 1
    }

    /// Returns the condition of the compilation of a group.
    pub fn group_gate(&self, id: GroupId) -> Option<RustExpr> {
        self.gate("all", &[id])
    }

    /// Returns the condition of the compilation of a model.
    pub fn type_gate(&self, id: TypeId) -> Option<RustExpr> {
        let groups: Vec<_> = self.facts.of(id).groups.iter().copied().collect();
        self.gate("any", &groups)
    }

    /// Returns the condition on which all of these operations are compiled.
    pub fn operations_gate(&self, ids: &[OperationId]) -> Option<RustExpr> {
        let groups = ids.iter().map(|id| self.api.operations[id.0].group);
        self.gate("all", &groups.collect::<Vec<_>>())
    }

    /// Combines the features of groups. Returns `None` if nothing depends on features.
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
