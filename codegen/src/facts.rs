//! The results of the analysis of an [`Api`](crate::ir::Api).

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
    /// Returns the facts about a type.
    pub fn of(&self, id: TypeId) -> &TypeFacts {
        &self.types[id.0]
    }

    /// Returns the possible outcomes of a call of an operation.
    pub fn outcome(&self, id: OperationId) -> &Outcome {
        &self.outcomes[id.0]
    }
}

/// The possible outcomes of a call of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The successes, with the most specific status first.
    pub successes: Vec<Success>,
    /// How a response with any other 2XX status is read; `None` if every 2XX status is documented.
    pub undocumented: Option<Undocumented>,
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
    /// The statuses that the response covers; no two successes share one.
    pub statuses: Statuses,
}

/// Successes that aren't documented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Undocumented {
    /// The 2XX statuses that no response covers.
    pub statuses: Statuses,
    /// The successes as one of which they are read; empty if the operation documents no success.
    pub successes: Vec<ResponseId>,
}

/// What a call returns for a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum OutputShape {
    /// Nothing: no success has a body.
    Unit,
    /// The body of this response, which every success has.
    Single(ResponseId),
    /// The body of this response, which some successes have, while the others have none.
    Optional(ResponseId),
    /// An enumeration of different bodies.
    Enum,
}

/// A set of statuses. `Display` formats it as a Rust pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statuses(Vec<(u16, u16)>);

impl Statuses {
    /// Creates a set from inclusive ranges.
    pub fn new(ranges: impl IntoIterator<Item = (u16, u16)>) -> Self {
        Self(ranges.into_iter().collect())
    }

    /// Returns the statuses but those in `first..=last`.
    pub fn without(&self, first: u16, last: u16) -> Self {
        let around = self.0.iter().flat_map(|&(from, to)| {
            let below = (from, to.min(first.saturating_sub(1)));
            let above = (from.max(last.saturating_add(1)), to);
            [below, above]
        });
        Self(around.filter(|(from, to)| from <= to).collect())
    }

    /// Returns the first status, or 0, which no response has, if the set is empty.
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
    /// Whether a request can contain the type.
    pub in_request: bool,
    /// Whether a response, including an error, can contain the type.
    pub in_response: bool,
    /// For each field or variant: whether it is part of a cycle and must be boxed to have a size.
    pub boxed: Vec<bool>,
    /// For each field: whether it is part of a cycle of required fields, which no finite value could
    /// satisfy. Such a field is treated as optional.
    pub endless: Vec<bool>,
    /// Whether the type contains no floating-point number and no untyped value, and so can implement
    /// `Eq` and `Hash`.
    pub has_eq: bool,
    /// The parts of the client that use the type; empty if it is always compiled.
    pub users: BTreeSet<Part>,
    /// The group of operations that uses the type, if nothing else does.
    pub owner: Option<GroupId>,
}

/// A part of a client that is compiled with a Cargo feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Part {
    /// A group of operations.
    Group(GroupId),
    /// Webhooks and callbacks.
    Webhooks,
}

impl TypeFacts {
    /// Returns whether the field or variant at `index` must be boxed.
    pub fn is_boxed(&self, index: usize) -> bool {
        self.boxed.get(index).copied().unwrap_or(false)
    }

    /// Returns whether the required field at `index` has to be treated as optional.
    pub fn is_endless(&self, index: usize) -> bool {
        self.endless.get(index).copied().unwrap_or(false)
    }
}
