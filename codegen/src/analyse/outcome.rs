//! Determines the possible outcomes of a call.

use crate::facts::{Outcome, OutputShape, Statuses, Success, Undocumented};
use crate::ir::{Operation, ResponseId, ResponseKind, Status};

/// Returns the possible outcomes of a call of `operation`.
pub(super) fn outcome(operation: &Operation) -> Outcome {
    let mut successes: Vec<(Status, Success)> = operation
        .successes()
        .map(|(id, response)| {
            let success = Success {
                response: id,
                statuses: statuses(response.status, operation),
            };
            (response.status, success)
        })
        .collect();
    let is_error = |id: &ResponseId| {
        let status = operation.responses[id.0].status;
        // `default` also covers the errors, even if it is a success.
        status == Status::Default || successes.iter().all(|(_, it)| it.response != *id)
    };
    let errors = (0..operation.responses.len())
        .map(ResponseId)
        .filter(is_error)
        .collect();
    successes.sort_by_key(|(status, _)| *status);
    let successes: Vec<Success> = successes.into_iter().map(|(_, it)| it).collect();
    Outcome {
        shape: shape(operation, &successes),
        undocumented: operation.undocumented().map(|successes| Undocumented {
            statuses: statuses(Status::Range(2), operation),
            successes,
        }),
        successes,
        errors,
    }
}

/// Returns the statuses that a success covers: those of its key that no other response has.
fn statuses(key: Status, operation: &Operation) -> Statuses {
    let class = match key {
        Status::Code(code) => return Statuses::new([(code, code)]),
        Status::Range(digit) => digit,
        // The operation documents no other 2XX.
        Status::Default => return Statuses::new([(200, 299)]),
    };
    let first = u16::from(class) * 100;
    let of_class = |status| match status {
        Status::Code(code) if code / 100 == u16::from(class) => Some(code),
        Status::Code(_) | Status::Range(_) | Status::Default => None,
    };
    let mut taken: Vec<u16> = operation.statuses().filter_map(of_class).collect();
    taken.sort_unstable();
    taken.push(first + 100);
    let mut ranges = Vec::new();
    let mut start = first;
    for code in taken {
        if start < code {
            ranges.push((start, code - 1));
        }
        start = code + 1;
    }
    Statuses::new(ranges)
}

fn shape(operation: &Operation, successes: &[Success]) -> OutputShape {
    let kind = |it: &Success| &operation.responses[it.response.0].kind;
    let mut bodies: Vec<&Success> = Vec::new();
    for success in successes {
        let is_new = bodies.iter().all(|it| kind(it) != kind(success));
        if *kind(success) != ResponseKind::Empty && is_new {
            bodies.push(success);
        }
    }
    let some_empty = successes.iter().any(|it| *kind(it) == ResponseKind::Empty);
    match (bodies.as_slice(), some_empty) {
        ([], _) => OutputShape::Unit,
        ([one], false) => OutputShape::Single(one.response),
        ([one], true) => OutputShape::Optional(one.response),
        _ => OutputShape::Enum,
    }
}
