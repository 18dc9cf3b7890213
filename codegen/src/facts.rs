//! What the analysis finds out about the types and operations of an [`Api`](crate::ir::Api).

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::ir::{GroupId, OperationId, ResponseId, TypeId};

/// Facts about every type and every operation.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Facts {
    /// One entry for each [`TypeId`].
    pub types: Vec<TypeFacts>,
    /// One entry for each [`OperationId`].
    pub outcomes: Vec<Outcome>,
}

impl Facts {
    /// The facts about a type.
    pub fn of(&self, id: TypeId) -> &TypeFacts {
        &self.types[id.0]
    }

    /// What a call of an operation can end with.
    pub fn outcome(&self, id: OperationId) -> &Outcome {
        &self.outcomes[id.0]
    }
}

/// What a call of an operation can end with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The successes, the most specific status first.
    pub successes: Vec<Success>,
    /// The documented errors, in document order.
    pub errors: Vec<ResponseId>,
    /// What the call returns.
    pub shape: OutputShape,
}

/// A success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Success {
    /// The response.
    pub response: ResponseId,
    /// The statuses for which it stands; no two successes share one.
    pub statuses: Statuses,
}

/// What a call returns for a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum OutputShape {
    /// Nothing: no success has a body.
    Unit,
    /// A body, the same for every success; this response has it.
    Single(ResponseId),
    /// A body for some successes and none for others; this response has it.
    Optional(ResponseId),
    /// Bodies that differ.
    Enum,
}

/// A set of statuses. Prints itself as a pattern of Rust.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statuses(Vec<(u16, u16)>);

impl Statuses {
    /// The statuses in these ranges, whose ends are included.
    pub fn new(ranges: impl IntoIterator<Item = (u16, u16)>) -> Self {
        Self(ranges.into_iter().collect())
    }

    /// The first status; 0, which no response has, if the set is empty.
    pub fn first(&self) -> u16 {
        self.0.first().map_or(0, |(first, _)| *first)
    }
}

impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("0");
        }
        for (index, (first, last)) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" | ")?;
            }
            match first == last {
                true => write!(f, "{first}")?,
                false => write!(f, "{first}..={last}")?,
            }
        }
        Ok(())
    }
}

/// Facts about one type.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TypeFacts {
    /// A request can hold it.
    pub in_request: bool,
    /// A response, including an error, can hold it.
    pub in_response: bool,
    /// By field or variant: it is on a cycle and must be boxed to have a size.
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
