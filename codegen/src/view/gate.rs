//! Conditions on Cargo features. If there are several groups of operations, each one is compiled if its
//! feature is enabled, and a model is compiled if an enabled group uses it. Webhooks are such a part, too.

use super::print::{RustExpr, StrLit};
use super::types::Context;
use crate::facts::Part;
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

    /// Returns whether the client has the feature `webhooks`.
    pub fn has_webhooks(&self) -> bool {
        !self.api.webhooks.is_empty() || self.options.webhooks.signature.is_some()
    }

    /// Returns the condition of the compilation of a group.
    pub fn group_gate(&self, id: GroupId) -> Option<RustExpr> {
        self.gate("all", &[Part::Group(id)])
    }

    /// Returns the condition of the compilation of a model.
    pub fn type_gate(&self, id: TypeId) -> Option<RustExpr> {
        let users: Vec<_> = self.facts.of(id).users.iter().copied().collect();
        self.gate("any", &users)
    }

    /// Returns the condition on which all of these operations are compiled.
    pub fn operations_gate(&self, ids: &[OperationId]) -> Option<RustExpr> {
        let groups = ids
            .iter()
            .map(|id| Part::Group(self.api.operations[id.0].group));
        self.gate("all", &groups.collect::<Vec<_>>())
    }

    /// Combines the features of parts. Returns `None` if nothing depends on features.
    fn gate(&self, combine: &str, parts: &[Part]) -> Option<RustExpr> {
        let mut features = Vec::new();
        for part in parts {
            match part {
                Part::Webhooks => features.push("webhooks"),
                Part::Group(id) if self.has_features() => {
                    features.push(&self.names.group(*id).feature);
                }
                // Always compiled.
                Part::Group(_) => return None,
            }
        }
        let mut features: Vec<_> = features
            .into_iter()
            .map(|name| format!("feature = {}", StrLit::new(name)))
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
