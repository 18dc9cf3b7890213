//! What the analysis finds out about the types of an [`Api`](crate::ir::Api).

use std::collections::BTreeSet;

use serde::Serialize;

use crate::ir::{GroupId, TypeId};

/// Facts about every type; the index is the [`TypeId`]'s.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Facts {
    /// One entry a type.
    pub types: Vec<TypeFacts>,
}

impl Facts {
    /// The facts about `id`.
    pub fn of(&self, id: TypeId) -> &TypeFacts {
        &self.types[id.0]
    }
}

/// Facts about one type.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TypeFacts {
    /// A request can hold it.
    pub in_request: bool,
    /// An answer (also an error's) can hold it.
    pub in_response: bool,
    /// By field or variant: it stands on a cycle and must be boxed to have a size.
    pub boxed: Vec<bool>,
    /// By field: required, but on a cycle of required fields, so that no value could ever end;
    /// it is treated as optional.
    pub endless: Vec<bool>,
    /// It holds no floating-point number and no untyped value, so that `Eq` and `Hash` hold.
    pub has_eq: bool,
    /// The groups of operations that reach it; none if it is to be had whatever group is chosen.
    pub groups: BTreeSet<GroupId>,
}

impl TypeFacts {
    /// Whether the field or variant at `index` must be boxed.
    pub fn is_boxed(&self, index: usize) -> bool {
        self.boxed.get(index).copied().unwrap_or(false)
    }

    /// Whether the field at `index` is required and yet has to be optional.
    pub fn is_endless(&self, index: usize) -> bool {
        self.endless.get(index).copied().unwrap_or(false)
    }
}
