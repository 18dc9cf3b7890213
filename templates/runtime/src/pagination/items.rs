//! The items of all pages.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::error::Error;
use crate::pagination::{Paged, Pages};

/// The items of all pages.
///
/// The next page is requested when the items of the previous one are used up.
///
/// This is a [`Stream`]; [`next`](Self::next) returns the items without a stream library. After an
/// error, the next poll requests the same page again: see [the module](crate::pagination#after-an-error).
#[must_use = "streams are lazy: no page is requested until they are polled"]
pub struct Items<O: Paged> {
    pub(super) pages: Pages<O>,
    pub(super) ready: VecDeque<O::Item>,
    pub(super) remaining: u64,
}

impl<O: Paged> Items<O> {
    /// Limits the number of items. No page beyond the last of them is requested.
    #[inline]
    pub fn limit(mut self, items: u64) -> Self {
        self.remaining = items;
        self
    }

    /// Returns the next item; `None` after the last.
    ///
    /// # Errors
    ///
    /// See [`Pages::next`].
    pub async fn next(&mut self) -> Option<Result<O::Item, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Collects the remaining items.
    ///
    /// # Errors
    ///
    /// Returns the first error, see [`Pages::next`]. The items before it are lost.
    pub async fn collect(mut self) -> Result<Vec<O::Item>, Error> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await {
            items.push(item?);
        }
        Ok(items)
    }
}

impl<O: Paged> Stream for Items<O> {
    type Item = Result<O::Item, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let Some(remaining) = this.remaining.checked_sub(1) else {
                return Poll::Ready(None);
            };
            if let Some(item) = this.ready.pop_front() {
                this.remaining = remaining;
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut this.pages).poll_next(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(page)) => this.ready = O::into_items(page.body).into(),
            }
        }
    }
}

impl<O: Paged> Unpin for Items<O> {}

/// Prints the operation, never an item.
impl<O: Paged> fmt::Debug for Items<O> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("operation", &O::META.id)
            .field("ready", &self.ready.len())
            .finish_non_exhaustive()
    }
}
