//! Pages and their items, one after another, for programs without an async runtime.

use std::fmt;

use crate::blocking::block_on_call;
use crate::error::Error;
use crate::pagination::{Items, Paged, Pages};
use crate::response::Response;

impl<O: Paged> Pages<O> {
    /// The same as an iterator that blocks while a page is on its way.
    pub fn blocking(self) -> BlockingPages<O> {
        BlockingPages {
            pages: self,
            over: false,
        }
    }
}

impl<O: Paged> Items<O> {
    /// The same as an iterator that blocks while a page is on its way.
    pub fn blocking(self) -> BlockingItems<O> {
        BlockingItems {
            items: self,
            over: false,
        }
    }
}

/// The pages of an answer, each asked for when it is wanted. After an error there are no more.
#[must_use = "pages are asked for only when they are wanted"]
pub struct BlockingPages<O: Paged> {
    pages: Pages<O>,
    over: bool,
}

impl<O: Paged> Iterator for BlockingPages<O> {
    type Item = Result<Response<O::Output>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let next = async { self.pages.next().await.transpose() };
        let next = block_on_call(O::META.id, next).transpose();
        self.over = !matches!(next, Some(Ok(_)));
        next
    }
}

/// The items of all pages, each page asked for when the items before it are used up. After an error
/// there are no more.
#[must_use = "items are asked for only when they are wanted"]
pub struct BlockingItems<O: Paged> {
    items: Items<O>,
    over: bool,
}

impl<O: Paged> Iterator for BlockingItems<O> {
    type Item = Result<O::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let next = async { self.items.next().await.transpose() };
        let next = block_on_call(O::META.id, next).transpose();
        self.over = !matches!(next, Some(Ok(_)));
        next
    }
}

/// Prints how far it got, never an argument.
impl<O: Paged> fmt::Debug for BlockingPages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BlockingPages").field(&self.pages).finish()
    }
}

/// Prints how far it got, never an item.
impl<O: Paged> fmt::Debug for BlockingItems<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BlockingItems").field(&self.items).finish()
    }
}
