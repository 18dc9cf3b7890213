//! Determines which responses of an operation are successes.

use super::{Operation, Response, ResponseId, ResponseKind, Status};

/// Returns whether a response with this status is a success. `all` are the statuses that the
/// operation documents.
///
/// Every 2XX response is a success. If the operation documents none, every 3XX response and `default`
/// are successes, because `default` then covers the 2XX statuses. A 2XX status that the operation
/// doesn't document is a success, too: [`Operation::undocumented`].
pub fn is_success(status: Status, all: impl IntoIterator<Item = Status>) -> bool {
    match class(status) {
        Some(2) => true,
        Some(3) | None => all.into_iter().all(|it| class(it) != Some(2)),
        Some(_) => false,
    }
}

/// Returns the first digit of the status; `None` for `default`.
fn class(status: Status) -> Option<u16> {
    match status {
        Status::Code(code) => Some(code / 100),
        Status::Range(digit) => Some(u16::from(digit)),
        Status::Default => None,
    }
}

impl Operation {
    /// Returns the statuses of the responses, in document order.
    pub fn statuses(&self) -> impl Iterator<Item = Status> {
        self.responses.iter().map(|it| it.status)
    }

    /// Returns the responses that are successes, in document order.
    pub fn successes(&self) -> impl Iterator<Item = (ResponseId, &Response)> {
        let responses = self.responses.iter().enumerate();
        responses
            .filter(|(_, response)| is_success(response.status, self.statuses()))
            .map(|(index, response)| (ResponseId(index), response))
    }

    /// Returns the successes as one of which the call reads a response with a 2XX status that the
    /// operation doesn't document: those that differ in their content, by status. `None` if every 2XX
    /// status is documented.
    pub fn undocumented(&self) -> Option<Vec<ResponseId>> {
        let covers_2xx = |(_, it): (ResponseId, &Response)| {
            matches!(it.status, Status::Range(2) | Status::Default)
        };
        if self.successes().any(covers_2xx) {
            return None;
        }
        let mut successes: Vec<_> = self.successes().collect();
        successes.sort_by_key(|(_, response)| response.status);
        let mut kinds: Vec<(ResponseId, &ResponseKind)> = Vec::new();
        for (id, response) in successes {
            if kinds.iter().all(|(_, kind)| **kind != response.kind) {
                kinds.push((id, &response.kind));
            }
        }
        Some(kinds.into_iter().map(|(id, _)| id).collect())
    }

    /// Returns the documented 3XX statuses, as inclusive ranges. The client doesn't follow such a
    /// redirect, because it is a response of the operation.
    pub fn redirects(&self) -> Vec<(u16, u16)> {
        let range = |status| match status {
            Status::Code(code @ 300..=399) => Some((code, code)),
            Status::Range(3) => Some((300, 399)),
            Status::Code(_) | Status::Range(_) | Status::Default => None,
        };
        self.statuses().filter_map(range).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::is_success;
    use crate::ir::Status::{self, Code, Default, Range};

    fn successes(all: &[Status]) -> Vec<Status> {
        let is_success = |it: &Status| is_success(*it, all.iter().copied());
        all.iter().copied().filter(is_success).collect()
    }

    #[test]
    fn every_2xx_is_a_success_and_then_nothing_else_is() {
        let all = [Code(204), Range(2), Code(304), Range(3), Code(404), Default];
        assert_eq!(successes(&all), [Code(204), Range(2)]);
    }

    #[test]
    fn without_a_2xx_redirects_and_the_default_are() {
        let all = [Code(302), Range(3), Code(404), Range(5), Default];
        assert_eq!(successes(&all), [Code(302), Range(3), Default]);
        assert_eq!(successes(&[Code(404), Range(4)]), []);
    }
}
