//! The position in a list of pages, and where the list ends.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::error::{Error, InvalidRequestError};
use crate::pagination::{Advance, PageInput};
use crate::transport::link::Link;

/// How many requests are remembered one by one.
const REMEMBERED: usize = 1024;

/// The request for a page.
#[derive(Clone)]
pub(super) enum PageRequest {
    /// The request of the call itself.
    First,
    /// A request to this URL.
    Link(Link),
    /// The request with this value of an input.
    Input(PageInput, String),
}

/// What a page says of the list.
#[derive(Default)]
pub(super) struct PageFacts {
    /// The request for the next page, by link or cursor.
    pub(super) next: Option<PageRequest>,
    /// Whether there are more pages.
    pub(super) more: Option<bool>,
    /// The number of items of the page.
    pub(super) count: u64,
    /// The number of pages of the list.
    pub(super) total_pages: Option<u64>,
    /// The number of items of the list.
    pub(super) total_items: Option<u64>,
    /// A hash of the page's items.
    pub(super) items_hash: Option<u64>,
}

/// The position in a list of pages.
pub(super) struct PageSequence {
    /// The request for the next page, which is kept until the page has come; `None` at the end.
    pub(super) next: Option<PageRequest>,
    /// How many more pages may be returned.
    pub(super) remaining: u64,
    /// The offset or the number of the page that is requested.
    pub(super) position: u64,
    /// Why there is no request for the next page, although the list goes on.
    failure: Option<Error>,
    history: RequestHistory,
    /// The largest number of items of a page.
    largest: u64,
    /// The hash of the items of the previous page.
    previous: Option<u64>,
}

impl PageSequence {
    #[inline]
    pub(super) fn new() -> Self {
        Self {
            next: Some(PageRequest::First),
            remaining: u64::MAX,
            position: 0,
            failure: None,
            history: RequestHistory::default(),
            largest: 0,
            previous: None,
        }
    }

    /// Returns the request for the next page, if there is one and the limit allows it.
    #[inline]
    pub(super) fn next_request(&mut self) -> Option<Result<PageRequest, Error>> {
        if self.remaining == 0 {
            return None;
        }
        if let Some(failure) = self.failure.take() {
            return Some(Err(failure));
        }
        self.next.clone().map(Ok)
    }

    /// Returns whether the next request is that of the call itself.
    #[inline]
    pub(super) fn is_first(&self) -> bool {
        matches!(self.next, Some(PageRequest::First))
    }

    /// Returns the number of links and cursors that were followed.
    #[inline]
    pub(super) fn followed(&self) -> u64 {
        self.history.count
    }

    /// Ends the list. The next poll returns the error, if there is one.
    #[inline]
    pub(super) fn end(&mut self, failure: Option<InvalidRequestError>) {
        self.next = None;
        self.failure = failure.map(Error::from);
    }

    /// Stores the request for the page after one that has come. Returns `false` if the page repeats
    /// the previous one and must not be returned.
    #[inline]
    pub(super) fn advance(
        &mut self,
        operation: &'static str,
        by: Advance,
        ends_at_short_page: bool,
        facts: PageFacts,
    ) -> bool {
        let fail = |message| Some(InvalidRequestError::new(message).in_operation(operation));
        let Some((input, first)) = by.counter() else {
            let next = facts.next.filter(|_| facts.more != Some(false));
            match next {
                Some(next) if self.history.is_repeated(&next) => self.end(fail(
                    "the server returned a link or cursor to a page that was already requested",
                )),
                next => self.next = next,
            }
            return true;
        };
        let is_short = ends_at_short_page && facts.count < self.largest;
        self.largest = self.largest.max(facts.count);
        let more = self.more(&facts, by, first);
        if facts.count == 0 {
            self.end(None);
            return true;
        }
        let previous = std::mem::replace(&mut self.previous, facts.items_hash);
        if previous.is_some() && previous == self.previous {
            self.end(match more {
                Some(true) => fail(
                    "the server returned the items of the previous page again, and says that there \
                     are more",
                ),
                _ => None,
            });
            return false;
        }
        if more == Some(false) || is_short {
            self.end(None);
        } else {
            let step = match by {
                Advance::Offset(_) => facts.count,
                _ => 1,
            };
            let value = self.position.saturating_add(step);
            self.next = Some(PageRequest::Input(input, value.to_string()));
        }
        true
    }

    /// Returns whether there are more pages by offset or number, if the page says so. If it says it
    /// in several ways, one that ends the list decides.
    #[inline]
    fn more(&self, facts: &PageFacts, by: Advance, first: u64) -> Option<bool> {
        let done = self.position.saturating_sub(first);
        let (by_pages, items_before) = match by {
            Advance::Offset(_) => (None, done),
            // A page that the server filters may have fewer items than others, so the largest counts.
            // That is never more than the size of a page, so the list doesn't end too early.
            _ => (
                facts
                    .total_pages
                    .map(|total| done.saturating_add(1) < total),
                done.saturating_mul(self.largest),
            ),
        };
        let items = items_before.saturating_add(facts.count);
        let by_items = facts.total_items.map(|total| items < total);
        let said = [facts.more, by_pages, by_items];
        said.into_iter().flatten().min()
    }
}

/// The requests by link or cursor, of which a bounded number is remembered.
#[derive(Default)]
struct RequestHistory {
    /// Hashes of the latest requests.
    recent: VecDeque<u64>,
    /// The hash of an earlier request. It is replaced after twice as many requests each time, so that
    /// it detects a cycle of any length (Brent's algorithm).
    mark: Option<u64>,
    count: u64,
}

impl RequestHistory {
    /// Adds a request; returns whether it was sent before.
    fn is_repeated(&mut self, request: &PageRequest) -> bool {
        let mut hasher = DefaultHasher::new();
        match request {
            PageRequest::First => {}
            PageRequest::Link(link) => link.as_str().hash(&mut hasher),
            PageRequest::Input(_, value) => value.hash(&mut hasher),
        }
        let hash = hasher.finish();
        if self.mark == Some(hash) || self.recent.contains(&hash) {
            return true;
        }
        if self.recent.len() == REMEMBERED {
            self.recent.pop_front();
        }
        self.recent.push_back(hash);
        self.count = self.count.saturating_add(1);
        if self.count.is_power_of_two() {
            self.mark = Some(hash);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{PageRequest, REMEMBERED, RequestHistory};
    use crate::pagination::PageInput;

    #[test]
    fn a_cycle_of_any_length_is_found_with_bounded_memory() {
        for length in [1, 2, REMEMBERED, REMEMBERED + 1, 10 * REMEMBERED] {
            let mut history = RequestHistory::default();
            let lead = 100;
            let mut requests = (0..lead).chain((0..).map(|at| lead + at % length));
            let repeated = requests.position(|at| {
                let request = PageRequest::Input(PageInput::Query("page"), at.to_string());
                history.is_repeated(&request)
            });
            let found = repeated.expect("an endless sequence");
            assert!(
                found >= lead + length && found <= 4 * (lead + length),
                "{length}: {found}"
            );
            assert!(history.recent.len() <= REMEMBERED);
        }
    }
}
