//! Pages and items as blocking iterators.

use std::fmt;

use crate::blocking::block_on_next;
use crate::error::Error;
use crate::pagination::{Items, Paged, Pages};
use crate::response::Response;

impl<O: Paged> Pages<O> {
    /// Converts the stream into an iterator that blocks until the next page is received.
    pub fn blocking(self) -> BlockingPages<O> {
        BlockingPages {
            pages: self,
            ended: false,
        }
    }
}

impl<O: Paged> Items<O> {
    /// Converts the stream into an iterator that blocks until the next item is available.
    pub fn blocking(self) -> BlockingItems<O> {
        BlockingItems {
            items: self,
            ended: false,
        }
    }
}

/// A blocking iterator over pages, which requests each page when `next` is called.
///
/// After an error, `next` requests the same page again: see [the
/// module](crate::pagination#after-an-error). Created by [`Pages::blocking`].
#[must_use = "iterators are lazy: no page is requested until `next` is called"]
pub struct BlockingPages<O: Paged> {
    pages: Pages<O>,
    ended: bool,
}

impl<O: Paged> Iterator for BlockingPages<O> {
    type Item = Result<Response<O::Output>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        block_on_next(&mut self.ended, O::META.id, self.pages.next())
    }
}

/// A blocking iterator over the items of all pages.
///
/// It requests the next page when the items of the previous one are used up. After an error, `next`
/// requests the same page again: see [the module](crate::pagination#after-an-error). Created by
/// [`Items::blocking`].
#[must_use = "iterators are lazy: no page is requested until `next` is called"]
pub struct BlockingItems<O: Paged> {
    items: Items<O>,
    ended: bool,
}

impl<O: Paged> Iterator for BlockingItems<O> {
    type Item = Result<O::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        block_on_next(&mut self.ended, O::META.id, self.items.next())
    }
}

/// Prints the operation and the number of links and cursors that were followed, never an argument.
impl<O: Paged> fmt::Debug for BlockingPages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BlockingPages").field(&self.pages).finish()
    }
}

/// Prints the operation, never an item.
impl<O: Paged> fmt::Debug for BlockingItems<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BlockingItems").field(&self.items).finish()
    }
}
